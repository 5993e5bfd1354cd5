"""Arrays written out, and case distinctions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bptt_sym.written import vocabulary as words
from bptt_sym.written.lexer import Group, Item, Token
from bptt_sym.written.nodes import Cases, Chain, Matrix, Node, Norm, Paren

if TYPE_CHECKING:
    from bptt_sym.written.parser import Parser

_CONDITION_WORDS = frozenset(("if", "when", "for", "where", "whenever"))


def read_environment(parser: Parser, group: Group) -> Node:
    """The node of an environment inside a formula; what is no array or case distinction is Unreadable."""
    if group.name in words.MATRICES:
        return _matrix(parser, group)
    if group.name in words.CASES:
        return _cases(parser, group)
    raise parser.error(f"\\begin{{{group.name}}} can't be read inside a formula", group)


def _table(group: Group) -> list[list[list[Item]]]:
    """Rows of cells of items; an empty last row is none."""
    rows: list[list[list[Item]]] = [[[]]]
    for item in group.items:
        if isinstance(item, Token) and item.kind == "row":
            rows.append([[]])
        elif isinstance(item, Token) and item.kind == "cell":
            rows[-1].append([])
        else:
            rows[-1][-1].append(item)
    return [row for k, row in enumerate(rows) if k < len(rows) - 1 or row != [[]]]


def _matrix(parser: Parser, group: Group) -> Node:
    span = parser.source.span(group.start, group.end)
    rows = tuple(tuple(_cell(parser, group, cell) for cell in row) for row in _table(group))
    if not rows or len({len(row) for row in rows}) > 1:
        raise parser.error("the rows of this matrix differ in length", group)
    matrix = Matrix(rows, "pmatrix" if group.name == "psmallmatrix" else group.name, span=span)
    match group.name:
        case "vmatrix":
            return Paren(matrix, "|", span=span)
        case "Vmatrix":
            return Norm(matrix, span=span)
        case _:
            return matrix


def _cell(parser: Parser, group: Group, cell: list[Item]) -> Node:
    if not cell:
        raise parser.error("an empty entry in a matrix", group)
    inner = parser.inner(Group("environment", group.name, tuple(cell), cell[0].start, cell[-1].end))
    node = inner.chain()
    inner.expect_end()
    return node


def _cases(parser: Parser, group: Group) -> Node:
    branches = tuple(_branch(parser, group, row) for row in _table(group))
    if not branches:
        raise parser.error("a case distinction without cases", group)
    return Cases(branches, span=parser.source.span(group.start, group.end))


def _branch(parser: Parser, group: Group, row: list[list[Item]]) -> tuple[Node, Chain | None]:
    r"""`value, & \text{if } condition`."""
    if len(row) != 2:
        raise parser.error("a case is a value and a condition, with & between them", group)
    value, condition = ([item for item in cell if item[0] != "space"] for cell in row)
    while value and value[-1][0] in ("comma", "period"):
        value.pop()
    while condition and condition[-1][0] in ("comma", "period"):
        condition.pop()
    if not condition:
        raise parser.error("a case without its condition", group)
    return _cell(parser, group, value), _condition(parser, group, condition)


def _condition(parser: Parser, group: Group, items: list[Item]) -> Chain | None:
    first = items[0]
    if isinstance(first, Token) and first.kind in ("word", "text"):
        if first.text.lower().rstrip(".") in words.OTHERWISE_WORDS and len(items) == 1:
            return None
        if first.text.lower() not in _CONDITION_WORDS:
            raise parser.error("this condition can't be read", first)
        items = items[1:]
    node = _cell(parser, group, items)
    if not isinstance(node, Chain):
        raise parser.error("this condition is no relation", first)
    return node
