"""A stretch of maths as sides with relations between them, each side read on its own."""

from __future__ import annotations

from collections.abc import Sequence

from bptt_sym.errors import Span, Unreadable
from bptt_sym.written.cursor import NOTHING
from bptt_sym.written.lexer import Group, Item, Source, Token
from bptt_sym.written.nodes import Chain, Ellipsis_, Listing, Name, Node, Number, Product, Quotient, walk
from bptt_sym.written.parser import Parser
from bptt_sym.written.statement import Reading, Statement


def read_sides(source: Source, items: list[Item]) -> Reading:
    """One piece as sides and relations, each side read on its own."""
    span = source.span(items[0].start, items[-1].end)
    parts, marks = _sides(items)
    sides = tuple(_side(source, part, before) for part, before in zip(parts, (items[0], *marks), strict=True))
    relations = tuple(mark.text for mark in marks)
    spans = tuple(source.span(mark.start, mark.end) for mark in marks)
    errors = [side for side in sides if isinstance(side, Unreadable)]
    if errors:
        hidden = None if marks else hidden_relation(items)
        if hidden is not None:
            return failed_reading(source, span, errors[0], hidden)
        return Reading(span, None, errors[0], sides, relations, spans)
    nodes = tuple(side for side in sides if not isinstance(side, Unreadable))
    body = Chain(nodes, relations, spans, span=span) if relations else nodes[0]
    return Reading(span, Statement(body, span=span), None, sides, relations, spans)


def failed_reading(source: Source, span: Span, error: Unreadable, sign: Token | None) -> Reading:
    """An attempt that failed as a whole, with the equals sign in it, if there is one, as its relation."""
    if sign is None:
        return Reading(span, None, error, (error,))
    return Reading(span, None, error, (error, error), (sign.text,), (source.span(sign.start, sign.end),))


def hidden_relation(items: Sequence[Item]) -> Token | None:
    """The first equals sign, in brackets or braces too."""
    for item in items:
        found = hidden_relation(item.items) if isinstance(item, Group) else item
        if found is not None and found[:2] == ("relation", "="):
            return found
    return None


def _sides(items: list[Item]) -> tuple[list[list[Item]], list[Token]]:
    parts: list[list[Item]] = [[]]
    marks: list[Token] = []
    depth = 0
    for item in items:
        depth = max(0, depth + (item[0] == "open") - (item[0] == "close"))
        if depth == 0 and isinstance(item, Token) and item.kind == "relation":
            marks.append(item)
            parts.append([])
        else:
            parts[-1].append(item)
    return parts, marks


def _side(source: Source, items: list[Item], near: Item) -> Node | Unreadable:
    if not items:
        where = "left of" if near[0] != "relation" else "beside"
        return source.error(f"there is nothing {where} this relation", near.start, near.end)
    parser = Parser(source, items, items[0].start, items[-1].end)
    try:
        node = parser.side()
        if parser.peek() is not NOTHING:
            parser.expect_end()
    except Unreadable as error:
        return error
    for part in walk(node):
        if isinstance(part, Quotient) and isinstance(part.numerator, Chain) | isinstance(part.denominator, Chain):
            return Unreadable("a relation above or below a fraction bar", part.span)
    return _dotted(node)


def _dotted(node: Node) -> Node:
    r"""`1 \dots \tau` is the list `1, \dots, \tau`."""
    dots = isinstance(node, Product) and any(isinstance(part, Ellipsis_) for part in node.factors)
    if (
        not dots
        or not isinstance(node, Product)
        or not all(isinstance(part, Number | Name | Ellipsis_) for part in node.factors)
        or any(node.operators)
    ):
        return node
    return Listing(node.factors, span=node.span)
