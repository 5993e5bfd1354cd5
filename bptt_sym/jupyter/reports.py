"""A report as Markdown: the document's equalities below each other, each with its verdict before it.

No tables: in a cell of one, MathJax breaks a formula where it likes. No quotations and lists around a display: the
signs before its lines are taken for mathematics too.
"""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.check.report import OPEN, WRONG, Entry, Report
from bptt_sym.render import witness
from bptt_sym.render.blocks import Row
from bptt_sym.render.escapes import markdown_text
from bptt_sym.render.judgements import Judgements
from bptt_sym.render.markdown import aligned, rows_of_row, words
from bptt_sym.render.report import Checked, place

SIGNS = {
    "proved": r"\checkmark\ \text{proved}",
    "definition": r"\text{definition}",
    "refuted": r"\times\ \text{refuted}",
    "ill-typed": r"\times\ \text{ill-typed}",
    "unreadable": r"\text{? unreadable}",
    "undecided": r"\text{? undecided}",
}
INSTEAD = r"\text{proved instead:}"
GAP = "0.4em"
BESIDE = 36.0  # em that are left beside a verdict
MARKS = {"refuted": "✗", "ill-typed": "✗"}
NEEDS = {"": "", "sum_y": r"\text{, if }\textstyle\sum y = 1", "one_hot": r"\text{, if } y \text{ one-hot}"}


def markdown_of_report(report: Report) -> str:
    """What was found, then the equalities that can be set in order, and below each problem what is said of it."""
    about = repr(report).strip("<>").removeprefix("Report on <text>: ")
    parts = [f"**{markdown_text(about)}**"]
    if report.unread:
        return "\n\n".join((*parts, markdown_text(report.unread))) + "\n"
    if report.manuscript is not None:
        parts.extend(_blocks(report, Judgements(Checked(report.manuscript, report))))
    parts.extend(f"- {markdown_text(note)}" for note in report.notes)
    return "\n\n".join(parts) + "\n"


def _blocks(report: Report, judgements: Judgements) -> Iterator[str]:
    """Displays that end with each problem, which is told below."""
    lines: list[str] = []
    asides: list[str] = []
    for number, entry in enumerate(report.entries, start=1):
        lines.extend(_beside(SIGNS[entry.verdict] + NEEDS[entry.given], judgements.rows(entry)))
        wrong = entry.verdict in WRONG | OPEN
        if entry.reading and not wrong:
            asides.append(f"- {place(entry)} was read as: {words(judgements.sentence(entry.reading))}")
        if wrong or number == len(report.entries):
            yield from [aligned(lines, GAP)] * bool(lines) + ["\n".join(asides)] * bool(asides)
            lines, asides = [], []
        if wrong:
            yield from _problem(entry, judgements)


def _beside(said: str, rows: tuple[Row, ...]) -> Iterator[str]:
    """The rows of an equality, the first with what is said of it in the columns before."""
    for row in rows:
        for line in rows_of_row(row, BESIDE):
            yield f"& {said} & {line}"
            said = ""


def _problem(entry: Entry, judgements: Judgements) -> Iterator[str]:
    kind = f" ({entry.diagnosis})" if entry.diagnosis else ""
    said = f"**{MARKS.get(entry.verdict, '?')} {entry.verdict}**{kind}, {place(entry)}"
    shown = "" if judgements.rows(entry) else f" `{entry.latex.replace('`', ' ')}`"
    told = words(judgements.sentence(entry.message))
    if entry.witness is not None:
        left, right = witness.values(entry.witness)
        where = witness.instance(entry.witness)
        told += f"; {f'for {where} ' if where else ''}the left side is {left}, the right side {right}"
    yield f"{said}:{shown} {told}"
    if entry.suggestion is not None:
        yield f"Suggestion: {words(judgements.sentence(entry.suggestion.edit))}"
        lines = list(_beside(INSTEAD, judgements.suggested(entry)))
        yield aligned(lines, GAP) if lines else f"`{entry.suggestion.latex}`"
