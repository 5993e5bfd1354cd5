"""A document as Markdown whose mathematics GitHub and Jupyter set.

A display is one `aligned` between double dollars, each on a line of its own; no line of it starts with a sign
that Markdown would take for a list or a heading. Reasons stand below it: running text inside would not wrap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from bptt_sym.render.blocks import Block, Display, Document, Heading, Prose, Row, Spans, Table, remark
from bptt_sym.render.escapes import markdown_text
from bptt_sym.render.rows import rows_of, width_of
from bptt_sym.written.writer import write

ROOM = 46.0  # em of a formula that a page of GitHub shows without scrolling

# Markdown takes a backslash before punctuation for itself, `|` for a table's column, `<` for a tag.
# fmt: off
_SAFER: tuple[tuple[str, str], ...] = (
    (r"\\,", r"\\thinspace "), (r"\\[;:]", r"\\medspace "), (r"\\!", r"\\negthinspace "),
    (r"\\\{", r"\\lbrace "), (r"\\\}", r"\\rbrace "), (r"\\\|", r"\\Vert "), (r"\|", r"\\vert "),
    (r"<", r"\\lt "), (r">", r"\\gt "),
)
# fmt: on


def write_markdown(document: Document) -> str:
    """The document as Markdown."""
    parts = [f"# {markdown_text(document.title)}"] if document.title else []
    parts += ["\n".join(_block(block)) for block in document.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level=level):
            yield f"{'#' * min(level + 1, 6)} {words(block.spans)}"
        case Prose(spans=spans):
            yield words(spans)
        case Display():
            yield from _display(block)
        case Table():
            yield from _table(block)
        case _:
            assert_never(block)


def words(spans: Spans) -> str:
    """Running text with formulas in it."""
    return "".join(markdown_text(s) if isinstance(s, str) else f"${_safer(write(s))}$" for s in spans)


def _display(display: Display) -> Iterator[str]:
    yield aligned([line for row in display.rows for line in rows_of_row(row)])
    remarks = [(k, _remark(row)) for k, row in enumerate(display.rows, start=1)]
    remarks = [(k, said) for k, said in remarks if said]
    if remarks:
        yield ""
    for k, said in remarks:
        yield f"- *step {k}:* {said}" if len(display.rows) > 1 else f"*{said}*" if "$" not in said else said


def _remark(row: Row) -> str:
    label = f"({markdown_text(row.label)})" if row.label else ""
    return " ".join(part for part in (words(remark(row)).strip(), label) if part)


def aligned(lines: Sequence[str], gap: str = "") -> str:
    """Lines with their columns parted by `&`, as one display; `gap` is a length that they are further apart."""
    body = f" \\\\{f'[{gap}]' if gap else ''}\n".join(lines)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def rows_of_row(row: Row, room: float = ROOM) -> Iterator[str]:
    """A line of a chain as lines of an `aligned`, broken where it is wider than `room`."""
    left, column = "", 0.0
    if row.left is not None:
        left, column = _safer(write(row.left, around=row.around)), width_of(row.left)
    first, *others = rows_of(row.right, max(room - column, room / 2), row.around).rows
    yield f"{left} &{_safer(row.relation)} {_safer(first)}".strip()
    for other in others:
        yield f"&\\quad {_safer(other)}"


def _table(table: Table) -> Iterator[str]:
    yield _cells(table.header)
    yield "|" + " --- |" * len(table.header)
    for row in table.rows:
        yield _cells(row)


def _cells(row: Spans) -> str:
    return "| " + " | ".join(words((cell,)).replace("\n", " ") for cell in row) + " |"


def _safer(latex: str) -> str:
    """`latex` without what Markdown would change on the way to the mathematics."""
    parts = re.split(r"(\\\\)", latex)
    return "".join(part if part == "\\\\" else _replaced(part) for part in parts)


def _replaced(latex: str) -> str:
    for pattern, replacement in _SAFER:
        latex = re.sub(pattern, replacement, latex)
    return latex
