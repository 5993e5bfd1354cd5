"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ParamSpec

import click

from bptt_sym.errors import UsageError

P = ParamSpec("P")


def read_sizes(context: click.Context, parameter: click.Parameter, text: str | None) -> Mapping[str, int]:
    """`x=4,h=5,o=3` as a mapping; a name stands once, a size is a whole number."""
    sizes: dict[str, int] = {}
    for part in text.split(",") if text else ():
        name, sign, size = (piece.strip() for piece in part.partition("="))
        if not sign or not name:
            raise UsageError(f"--sizes: {part.strip()!r} is not like x=4")
        if name in sizes:
            raise UsageError(f"--sizes: {name} has two sizes")
        if not size.removeprefix("-").isdecimal() or len(size) > 9:
            raise UsageError(f"--sizes: {size!r} is no whole number of a sensible size")
        sizes[name] = int(size)
    return sizes


def network_options(command: Callable[P, None]) -> Callable[P, None]:
    """A command with `--network`, `--sizes` and `--steps`."""
    for option in (
        click.option("--steps", type=int, default=3, show_default=True, help="The number of time steps τ."),
        click.option("--sizes", callback=read_sizes, metavar="NAME=SIZE,...", help="As in x=4,h=5,o=3."),
        click.option("--network", default="elman", show_default=True, metavar="NAME|FILE",
                     help="A network of the library, or a file with forward equations in LaTeX."),
    ):  # fmt: skip
        command = option(command)
    return command
