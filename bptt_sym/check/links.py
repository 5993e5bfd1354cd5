"""The links of a chain as a document writes them: their sides, the sides beside them, and their places."""

from __future__ import annotations

from dataclasses import replace

from bptt_sym.check.bounds import MOST_BESIDE
from bptt_sym.check.definitions import DEFINING
from bptt_sym.errors import Span, Unreadable
from bptt_sym.meaning.moments import read_moments
from bptt_sym.meaning.scope import Scope
from bptt_sym.network.dialect import Dialect
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Node

ASSERTING = DEFINING | {"="}


def normal(formula: Formula, dialect: Dialect, scope: Scope) -> Formula:
    """The formula with its sides as the network writes them; a side for which that can't be told is unreadable."""
    sides: list[Node | Unreadable] = []
    for side in formula.sides:
        try:
            sides.append(side if isinstance(side, Unreadable) else read_moments(dialect.normal(side), scope))
        except Unreadable as error:
            sides.append(error)
    return replace(formula, reading=replace(formula.reading, sides=tuple(sides)))


def chain_around(formula: Formula, k: int) -> tuple[Node, ...]:
    """The sides around relation k that equality signs join and that can be read; of a very long chain, those near."""
    first, last = k, k + 1
    while first > max(0, k - MOST_BESIDE) and formula.relations[first - 1] in ASSERTING:
        first -= 1
    while last < min(len(formula.relations), k + MOST_BESIDE) and formula.relations[last] in ASSERTING:
        last += 1
    sides = formula.sides
    while isinstance(sides[first], Unreadable):
        first += 1
    joined: list[Node] = []
    for side in sides[first : last + 1]:
        if isinstance(side, Unreadable):
            break
        joined.append(side)
    return tuple(joined)


def whole_error(formula: Formula) -> Unreadable | None:
    """Why a formula as a whole can't be read although its sides can; an unreadable side spoils only its own."""
    if formula.error is None or any(formula.error is side for side in formula.sides):
        return None
    return formula.error


def sides_span(formula: Formula, k: int) -> Span:
    """From the relation before to the relation after."""
    signs = formula.relation_spans
    start = formula.span.start if k == 0 else signs[k - 1].end
    end = formula.span.end if k + 1 == len(signs) else signs[k + 1].start
    return Span(start, end)
