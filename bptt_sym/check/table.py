"""A report as tables on a terminal, or as aligned plain text where something else reads it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TypeAlias

from bptt_sym.check.report import Entry, Numeric, Report

Content: TypeAlias = tuple[Sequence[str], Sequence[Sequence[str]]]
HEADER = ("formula", "verdict", "given", "instances", "equality")
GIVENS = {"": "-", "sum_y": "targets sum to 1", "one_hot": "targets one-hot"}
COLOURS = {"proved": "green", "refuted": "red", "ill-typed": "red", "unreadable": "yellow", "undecided": "yellow"}


def print_table(report: Report) -> None:
    """The verdicts, the numeric errors if there are any, what is wrong, and the summary, on standard output."""
    tables: list[Content] = [(HEADER, [_row(entry) for entry in report.entries])]
    if report.numeric is not None:
        tables.append(_numeric(report.numeric))
    if sys.stdout.isatty():
        _print_rich(tables)
    else:
        sys.stdout.write("".join(plain_table(header, rows) + "\n" for header, rows in tables))
    troubles = [_trouble(entry) for entry in report.entries if entry.verdict not in ("proved", "definition")]
    sys.stdout.write("".join(f"{line}\n" for line in (*troubles, *report.notes, summary(report))))


def summary(report: Report) -> str:
    """One line: the network, its sizes, and how many equalities have each verdict."""
    sizes = ", ".join(f"{name}={size}" for name, size in report.sizes.items())
    counts = ", ".join(f"{count} {word}" for word, count in report.summary.items() if count)
    failed = "; a numeric check failed" if report.numeric_failed else ""
    return f"{report.network}, {sizes}, {report.steps} steps: {counts or 'no equality'}{failed}"


def plain_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned by spaces, the last one as long as it is."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, *rows)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _print_rich(tables: Sequence[Content]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for header, rows in tables:
        table = Table(*header)
        taken = sum(max(map(len, column)) + 3 for column in list(zip(header, *rows, strict=True))[:-1])
        room = max(console.width - taken - 4, 20)
        for *cells, last in rows:
            shown = last if len(last) <= room else last[: room - 1] + "…"
            table.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in (*cells, shown)))
        console.print(table)


def _numeric(numeric: Numeric) -> Content:
    """A row per parameter, a column per method: the largest relative errors."""
    parameters = dict.fromkeys(name for errors in numeric.values() for name in errors)
    rows = [(name, *(_shown(errors.get(name)) for errors in numeric.values())) for name in parameters]
    return ("parameter", *numeric), rows


def _shown(error: float | None) -> str:
    return "not finite" if error is None else f"≤ {error:.1e}"


def _row(entry: Entry) -> tuple[str, ...]:
    place = entry.label or f"line {entry.line}"
    given = GIVENS[entry.given] if entry.verdict == "proved" else ""
    return place, entry.verdict, given, str(entry.instances or ""), entry.latex


def _trouble(entry: Entry) -> str:
    return f"{entry.label or 'line ' + str(entry.line)}: {entry.verdict}: {entry.message}"
