"""The command `bptt-sym`: options in, documents and reports out. Heavy imports wait for the command that needs them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from bptt_sym.errors import BpttSymError, UsageError

if TYPE_CHECKING:
    from bptt_sym.claims import Setting

P = ParamSpec("P")
FORMATS = ("latex", "text", "markdown", "html", "pdf", "ipynb")
PLANNED = frozenset(("html", "pdf", "ipynb"))


class _BadInput(click.ClickException):
    """One message on standard error, exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """The message as it is: it may end in a line with carets."""
        click.echo(f"bptt-sym: {self.message}", err=True, file=file)


def _bad_input_is_told(command: Callable[P, None]) -> Callable[P, None]:
    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BpttSymError as error:
            raise _BadInput(error.message) from error

    return wrapped


def _read_sizes(context: click.Context, parameter: click.Parameter, text: str | None) -> Mapping[str, int]:
    """`x=4,h=5,o=3` as a mapping; a name stands once, a size is a whole number."""
    sizes: dict[str, int] = {}
    for part in text.split(",") if text else ():
        name, sign, size = (piece.strip() for piece in part.partition("="))
        if not sign or not name:
            raise click.BadParameter(f"{part.strip()!r} is not like x=4", context, parameter)
        if name in sizes:
            raise click.BadParameter(f"{name} has two sizes", context, parameter)
        if not size.removeprefix("-").isdecimal() or len(size) > 9:
            raise click.BadParameter(f"{size!r} is no whole number of a sensible size", context, parameter)
        sizes[name] = int(size)
    return sizes


def _network_options(command: Callable[P, None]) -> Callable[P, None]:
    for option in (
        click.option("--steps", type=int, default=3, show_default=True, help="The number of time steps τ."),
        click.option("--sizes", callback=_read_sizes, metavar="NAME=SIZE,...", help="Sizes by name, as in x=4,h=5,o=3."),
        click.option("--network", default="elman", show_default=True, metavar="NAME|FILE",
                     help="A network of the library, or a file with forward equations in LaTeX."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="bptt-sym", prog_name="bptt-sym")
def main() -> None:
    """Derive the gradients of a recurrent network written in LaTeX, every line proved."""


@main.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_network_options
@click.option("--format", "format", type=click.Choice(FORMATS), default="latex", show_default=True)
@click.option("-o", "--output", default=None, metavar="FILE", help="Write there instead of to standard output.")
@_bad_input_is_told
def derive(
    targets: tuple[str, ...],
    network: str,
    sizes: Mapping[str, int],
    steps: int,
    format: str,
    output: str | None,
) -> None:
    """Write the derivation of the network's gradients, or of each TARGET: dL/do, dyhat/dh, dL/dw_12 ..."""
    if format in PLANNED:
        raise UsageError(f"the format {format} is not available yet; there are latex, text and markdown")
    from bptt_sym.derivation import derive as derived
    from bptt_sym.render import render, write_file

    text = render(derived(_setting(network, sizes, steps), targets), format)  # type: ignore[arg-type]
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text)


@main.command()
@_network_options
@click.option("--numeric", is_flag=True, help="Hold every gradient against finite differences too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@_bad_input_is_told
def verify(network: str, sizes: Mapping[str, int], steps: int, numeric: bool, as_json: bool) -> None:
    """Prove the closed forms of the book, 10.17 to 10.28, on the unrolled network."""
    from dataclasses import replace

    from bptt_sym.check import exit_status, judge_document, write_json
    from bptt_sym.network.library import library_text

    setting = _setting(network, sizes, steps)
    report = judge_document(library_text("book"), setting, file="book.tex")
    if numeric:
        from bptt_sym.numeric.parameters import parameter_report

        found = parameter_report(setting.network, setting.graph)
        report = replace(report, numeric=found.by_method(), numeric_failed=not found.passed)
    if as_json:
        click.echo(write_json([report]), nl=False)
    else:
        from bptt_sym.check.table import print_table

        print_table(report)
    sys.exit(exit_status([report]))


def _setting(network: str, sizes: Mapping[str, int], steps: int) -> Setting:
    from bptt_sym.claims import Setting
    from bptt_sym.network.library import load_network

    return Setting.of(load_network(network), sizes, steps)
