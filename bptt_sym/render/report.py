"""What a person reads of a checked document: a summary to act on, then a block for each problem."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.report import OPEN, WRONG, Entry, Report
from bptt_sym.errors import Span
from bptt_sym.render import witness
from bptt_sym.render.excerpt import Mark, columns, difference, excerpt, unboxed, visible

Line: TypeAlias = tuple[tuple[str, str], ...]  # pieces of text, each with a style that says nothing new
STYLES = {"proved": "green", "refuted": "bold red", "ill-typed": "bold red", "unreadable": "yellow",
          "undecided": "yellow", "unread": "yellow", "wrong": "bold red"}  # fmt: skip
MOST_LINES = 24
NEEDS = {"sum_y": "Σ y = 1", "one_hot": "y one-hot"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A document and the report on it."""

    manuscript: Manuscript
    report: Report


def report_lines(checked: Sequence[Checked], *, width: int, verbose: bool = False) -> Iterator[Line]:
    """Every document's summary and problems, in order, then a table if there are several."""
    for one in checked:
        yield from _document(one, width, verbose)
        yield ()
    if len(checked) > 1:
        yield from _table([one.report for one in checked])


def place(entry: Entry) -> str:
    """`14:3`, in a notebook with its cell."""
    cell = "" if entry.cell is None else f"cell {entry.cell}:"
    return f"{cell}{entry.line}:{entry.column}"


def _document(one: Checked, width: int, verbose: bool) -> Iterator[Line]:
    yield from _summary(one.report, width)
    maths = one.manuscript.maths
    for entry in one.report.entries:
        if entry.verdict in WRONG | OPEN:
            yield ()
            yield from _problem(entry, one.report.file, maths, width)
    if verbose:
        yield ()
        for entry in one.report.entries:
            if entry.verdict not in WRONG | OPEN:
                yield from _without_problem(entry, one.report.file, width)


def _summary(report: Report, width: int) -> Iterator[Line]:
    if report.unread:
        yield (visible(report.file), "bold"), (": ", ""), ("unread", STYLES["unread"])
        yield from _prose(report.unread, width)
        return
    yield (visible(report.file), "bold"), (f": network {visible(described(report))}", "")
    if not report.entries:
        yield (("  no equality found", ""),)
    for word, aside, found in counts(report.entries):
        rest = f": {_lines(found)}" if found else aside
        first, *more = _wrapped(f"{word}{rest}", width, "  ", "    ")
        yield ("  ", ""), (word, STYLES.get(word.split()[-1], "")), (first[2 + len(word) :], "")
        yield from (((line, ""),) for line in more)
    for note in report.notes:
        yield from (((line, ""),) for line in _wrapped(f"note: {note}", width, "  ", "    "))


def described(report: Report) -> str:
    """The network that the equalities were judged by; one that can't be read has no sizes."""
    name = f"{report.network} ({report.origin})" if report.origin else report.network
    steps = [f"{report.steps} step{'s' * (report.steps != 1)}"] if report.steps else []
    return ", ".join((name, *(f"{size}={value}" for size, value in report.sizes.items()), *steps))


def counts(entries: Sequence[Entry]) -> Iterator[tuple[str, str, Sequence[Entry]]]:
    """How many of what; what is to be said of them; the entries that somebody has to go to."""
    proved = [entry for entry in entries if entry.verdict == "proved"]
    if entries:
        needs = [(words, sum(entry.given == given for entry in proved)) for given, words in NEEDS.items()]
        told = ", ".join(f"{count} need{'s' * (count == 1)} {words}" for words, count in needs if count)
        number = f"{len(entries)} equalit{'y' if len(entries) == 1 else 'ies'}"
        yield f"{len(proved)} of {number} proved", f" ({told})" if told else "", ()
    for words, verdicts in (("wrong", WRONG), ("unreadable", {"unreadable"}), ("undecided", {"undecided"})):
        found = [entry for entry in entries if entry.verdict in verdicts]
        if found:
            yield f"{len(found)} {words}", "", found
    definitions = sum(entry.verdict == "definition" for entry in entries)
    if definitions:
        yield f"{definitions} definition{'s' * (definitions > 1)}", "", ()


def _lines(entries: Sequence[Entry]) -> str:
    """`lines 14, 18 (2 times)`, for a notebook cell by cell."""
    cells: dict[int | None, dict[int, int]] = {}
    for entry in entries:
        lines = cells.setdefault(entry.cell, {})
        lines[entry.line] = lines.get(entry.line, 0) + 1
    told = []
    for cell, lines in cells.items():
        listed = [f"{line}{f' ({count} times)' if count > 1 else ''}" for line, count in lines.items()]
        more = f" and {len(listed) - MOST_LINES} more" if len(listed) > MOST_LINES else ""
        where = "" if cell is None else f"cell {cell}, "
        told.append(f"{where}line{'s' * (len(lines) > 1)} {', '.join(listed[:MOST_LINES])}{more}")
    return "; ".join(told)


def _problem(entry: Entry, file: str, maths: str, width: int) -> Iterator[Line]:
    yield from _head(entry, file)
    yield from _prose(entry.message, width)
    yield from _code(excerpt(*_marked(entry, maths), width - 6))
    if entry.witness is not None:
        left, right = witness.values(entry.witness)
        where = witness.instance(entry.witness)
        yield from _prose(f"{f'for {where}: ' if where else ''}left side {left}, right side {right}", width)
        point = witness.coordinates(entry.witness, entry.latex)
        yield from _prose(f"at {point}" if point else "", width, "    ")
    if entry.suggestion is not None:
        yield from _prose(f"suggestion (proved): {entry.suggestion.edit}", width)
        latex, marks = unboxed(entry.suggestion.marked)
        yield from _code(excerpt(latex, Span(0, len(latex)), marks, width - 6))
    if entry.reading:
        yield from _prose(f"read as: {entry.reading}", width)


def _head(entry: Entry, file: str) -> Iterator[Line]:
    label = f", equation {visible(entry.label)}" if entry.label else ""
    diagnosis = f" ({entry.diagnosis})" if entry.diagnosis else ""
    told = f"{visible(file)}:{place(entry)}: "
    yield (told, "bold"), (entry.verdict, STYLES[entry.verdict]), (f"{diagnosis}{label}", "")


def _marked(entry: Entry, maths: str) -> tuple[str, Span, list[Mark]]:
    """A text, what to show of it and to mark: factors with shapes, the place, what a suggestion changes, the sign."""
    if entry.suggestion is not None and entry.place is None and not entry.shapes:
        changed = difference(entry.latex, entry.suggestion.latex)
        return entry.latex, Span(0, len(entry.latex)), [Mark(changed)]
    sides = entry.sides or entry.span or Span(0, 0)
    for span in (entry.place, *(span for span, _ in entry.shapes)):
        sides = sides.to(span)
    if entry.shapes:
        return maths, sides, [Mark(span, words) for span, words in entry.shapes]
    found = entry.place or entry.span
    whole = found is None or (found.start <= sides.start and sides.end <= found.end)
    return maths, sides, [] if whole or found is None else [Mark(found)]


def _without_problem(entry: Entry, file: str, width: int) -> Iterator[Line]:
    needs = f" if {NEEDS[entry.given]}" if entry.given else ""
    told, rest = f"{visible(file)}:{place(entry)}: ", f"{needs}, {visible(entry.message)}:"
    yield (told, ""), (entry.verdict, STYLES.get(entry.verdict, "")), (rest if entry.message else f"{needs}:", "")
    yield from _code(excerpt(entry.latex, Span(0, len(entry.latex)), (), width - 6))
    if entry.reading:
        yield from _prose(f"read as: {entry.reading}", width)


def _prose(text: str, width: int, indent: str = "  ") -> Iterator[Line]:
    yield from (((line, ""),) for line in _wrapped(text, width, indent, indent))


def _code(lines: Iterable[str]) -> Iterator[Line]:
    for number, line in enumerate(lines):
        yield (("      " + line, "" if number == 0 else "bold"),)


def _wrapped(text: str, width: int, first: str, others: str) -> list[str]:
    return textwrap.wrap(visible(text), max(width, 40), initial_indent=first, subsequent_indent=others,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


def _table(reports: Sequence[Report]) -> Iterator[Line]:
    """A row a document, and the sum."""
    header = ("document", "proved", "wrong", "open", "definitions")
    rows = [(visible(report.file), *_row(report)) for report in reports]
    totals = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    table = [header, *rows, ("all", *totals)]
    widths = [max(columns(str(cell)) for cell in column) for column in zip(*table, strict=True)]
    for name, *cells in table:
        told = "".join(f"  {cell!s:>{size}}" for cell, size in zip(cells, widths[1:], strict=True))
        yield ((str(name) + " " * (widths[0] - columns(str(name))) + told, ""),)


def _row(report: Report) -> tuple[int, int, int, int]:
    found = report.summary
    wrong = sum(found[word] for word in WRONG)
    return found["proved"], wrong, sum(found[word] for word in OPEN) + bool(report.unread), found["definition"]
