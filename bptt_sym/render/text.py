"""A document for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import assert_never

from bptt_sym.render.blocks import Block, Display, Document, Heading, Prose, Row, Spans, Table, remark
from bptt_sym.render.boxes import (
    Box,
    beside,
    columns,
    fence,
    folded,
    over,
    padded,
    stacked,
    text_box,
    wrapped,
)
from bptt_sym.render.breaking import Bracket, Head, Piece, Sign, Token, cut, fill
from bptt_sym.render.characters import glyph
from bptt_sym.render.layout import head, lay, line, matrix
from bptt_sym.written.nodes import Apply, Matrix, Node, Quotient

WIDTH = 80
MARGIN = 2
WIDEST_LEFT = 30  # a longer left side gets a line of its own
NARROWEST = 10  # what is broken within less can't be read
UNDERLINES = {1: "═", 2: "─"}


def write_text(document: Document) -> str:
    """The document as plain text; no line is wider than 80 columns."""
    parts = [_titled(document.title, "═", "═")] if document.title else []
    parts += ["\n".join(text.rstrip() for text in _block(block)) for block in document.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def _titled(text: str, under: str, over: str = "") -> str:
    lines = wrapped(text, WIDTH)
    width = max(map(columns, lines), default=0)
    return "\n".join([*[over * width] * bool(over), *lines, *[under * width] * bool(under)])


def _block(block: Block) -> list[str]:
    match block:
        case Heading(level=level):
            return _titled(_spans(block.spans), UNDERLINES.get(level, "")).split("\n")
        case Prose(spans=spans):
            return wrapped(_spans(spans), WIDTH)
        case Display():
            return list(_display(block))
        case Table():
            return list(_table(block))
        case _:
            assert_never(block)


def _spans(spans: Spans) -> str:
    return "".join(span if isinstance(span, str) else line(span) for span in spans)


def _display(display: Display) -> Iterator[str]:
    lefts = [None if row.left is None else lay(row.left) for row in display.rows]
    widths = [left.width for left in lefts if left is not None and left.width <= WIDEST_LEFT]
    column = MARGIN + max(widths, default=0)
    tall = False
    for k, (row, left) in enumerate(zip(display.rows, lefts, strict=True)):
        lines = list(_row(row, left, column))
        if k and (tall or len(lines) > 1):
            yield ""
        yield from lines
        tall = len(lines) > 1


def _row(row: Row, left: Box | None, column: int) -> Iterator[str]:
    """The lines of one row, its relation at `column`."""
    if row.left is not None and left is not None and left.width > column - MARGIN:
        for part in _rows(row.left, WIDTH - MARGIN):
            yield from _set(part, MARGIN)
        left = None
    relation = f" {glyph(row.relation)} " if row.relation else " "
    before = text_box(" " * column) if left is None else _to_the_right(left, column)
    room = WIDTH - column - len(relation)
    for k, box in enumerate(_rows(row.right, room)):
        opening = beside(before, text_box(relation)) if k == 0 else text_box(" " * (column + len(relation)))
        yield from beside(opening, box).lines
    label = f"({row.label})" if row.label else ""
    said = " ".join(part for part in (_spans(remark(row)), label) if part)
    for text in wrapped(said, room - 2):
        yield " " * (column + len(relation) + 2) + text


def _to_the_right(box: Box, width: int) -> Box:
    return beside(text_box(" " * (width - box.width)), box)


def _set(box: Box, margin: int) -> Iterator[str]:
    for text in box.lines:
        yield " " * margin + text


def _rows(node: Node, room: int) -> list[Box]:
    """`node` in boxes one below the other, none wider than `room`."""
    pieces = cut(node, lambda part: lay(part).width <= room - 2)
    boxes: list[Box] = []
    for k, row in enumerate(fill(pieces, room - 2, lambda part: _pieces(part).width)):
        box = beside(text_box("  "), _pieces(row, begins=True)) if k else _pieces(row)
        if box.width > room:
            box = _pieces(row, begins=bool(k), narrow=partial(_narrowed, excess=box.width - room))
        boxes += folded(box, room)
    return boxes


def _narrowed(node: Node, excess: int) -> Box:
    """A fraction or a matrix with what stands in it broken, so that it takes `excess` columns less."""
    box = lay(node)
    room = box.width - excess
    match node:
        case Quotient(numerator=numerator, denominator=denominator) if room >= NARROWEST:
            return over(_stack(numerator, room), _stack(denominator, room))
        case Matrix(rows=rows) if (share := (room - 2) // len(rows[0]) - 2) >= NARROWEST:
            return matrix([[_stack(entry, share) for entry in entries] for entries in rows])
        case _:
            return box


def _stack(node: Node, room: int) -> Box:
    boxes = _rows(node, room)
    return stacked(boxes, boxes[0].baseline, left=True)


def _pieces(pieces: Sequence[Piece], *, begins: bool = False, narrow: Callable[[Node], Box] = lay) -> Box:
    """Pieces side by side; brackets as high as what stands with them in the row, but for a sum's limits."""
    boxes: list[Box | Bracket] = []
    tall = [text_box("")]
    for k, piece in enumerate(pieces):
        if piece.lead is not None:
            boxes.append(_sign(piece.lead, begins=begins and k == 0))
        for token in piece.tokens:
            boxes.append(token if isinstance(token, Bracket) else _token(token, narrow))
            if not isinstance(token, Bracket | Head):
                tall += [box for box in boxes[-1:] if isinstance(box, Box)]
            if isinstance(token, Head) and not isinstance(token.of, Apply):
                boxes.append(text_box(" "))
    level = beside(*tall)
    return beside(*(
        fence(box.kind, level.height, level.baseline, opens=box.opens) if isinstance(box, Bracket) else box
        for box in boxes
    ))


def _sign(sign: Sign, *, begins: bool) -> Box:
    if begins:
        return text_box(f"{glyph(sign.at_break)} ")
    return text_box(f" {glyph(sign.text)} " if sign.text else " ")


def _token(token: Token, narrow: Callable[[Node], Box]) -> Box:
    match token:
        case Sign(text=text):
            return text_box(glyph(text))
        case Head(of=of):
            return head(of)
        case Bracket():
            raise AssertionError("a bracket's height is its row's")
        case _:
            return narrow(token)


def _table(table: Table) -> Iterator[str]:
    """Columns as wide as their cells where there is room; else each cell wrapped to its share."""
    rows = [[_spans((cell,)) for cell in row] for row in (table.header, *table.rows)]
    widths = _shares([max(map(columns, column)) for column in zip(*rows, strict=True)])
    for k, row in enumerate(rows):
        cells = [wrapped(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            yield "  ".join(padded(part, width) for part, width in zip(parts, widths, strict=True))
        if k == 0:
            yield "  ".join("─" * width for width in widths)


def _shares(widths: Sequence[int]) -> list[int]:
    """`widths` made to fit: the widest give way first."""
    shares = list(widths)
    while sum(shares) + 2 * (len(shares) - 1) > WIDTH:
        shares[shares.index(max(shares))] -= 1
    return shares
