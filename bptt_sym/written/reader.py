"""Reading one formula: LaTeX text into nodes with their places, or Unreadable."""

from __future__ import annotations

from collections.abc import Sequence

from bptt_sym.errors import Span, Unreadable
from bptt_sym.written.clauses import read_clauses
from bptt_sym.written.definitions import Macro
from bptt_sym.written.lexer import Item, scan
from bptt_sym.written.macros import expanded
from bptt_sym.written.nodes import Node
from bptt_sym.written.ornament import clean
from bptt_sym.written.parser import Parser
from bptt_sym.written.statement import Statement

_SIDELINED = frozenset(("cell", "row", "label", "tag", "space"))


def read(text: str, *, offset: int = 0, macros: Sequence[Macro] = ()) -> Node:
    """The expression, or Chain when relations stand in it, that the text is; Unreadable if it is none.

    `offset` is added to all places. Rows are joined; trailing punctuation is no part of a formula.
    """
    source = expanded(text, macros, offset=offset)
    items = [item for item in clean(source, scan(source)) if item[0] not in _SIDELINED]
    while items and items[-1][0] in ("period", "comma"):
        items.pop()
    if not items:
        raise Unreadable("there is no formula here", Span(offset, offset + len(text)))
    parser = Parser(source, items, items[0].start, items[-1].end)
    node = parser.contents()
    parser.expect_end()
    return node


def read_statements(text: str, *, offset: int = 0, macros: Sequence[Macro] = ()) -> tuple[Statement, ...]:
    """All statements of a line with their side conditions; Unreadable if one can't be read."""
    source = expanded(text, macros, offset=offset)
    items: Sequence[Item] = clean(source, scan(source))
    statements = []
    for reading in read_clauses(source, items):
        if reading.error is not None:
            raise reading.error
        assert reading.statement is not None
        statements.append(reading.statement)
    return tuple(statements)


def read_statement(text: str, *, offset: int = 0, macros: Sequence[Macro] = ()) -> Statement:
    """The one statement of a line with its side conditions; Unreadable if there are none or several."""
    statements = read_statements(text, offset=offset, macros=macros)
    if len(statements) != 1:
        what = "there is no formula here" if not statements else "these are several formulas"
        raise Unreadable(what, Span(offset, offset + len(text)))
    return statements[0]
