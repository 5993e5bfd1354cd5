"""Explanations for the wrong lines of one document, on one budget, each with what stands beside it in its chain."""

from __future__ import annotations

from functools import cached_property

from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.repair import Beside, Finding, Source, explain, explain_expression
from bptt_sym.check.repairing.budget import Budget
from bptt_sym.check.repairing.edit import Edit
from bptt_sym.claims import Outcome, Setting
from bptt_sym.errors import Span, Unreadable
from bptt_sym.network.dialect import Dialect
from bptt_sym.written.definitions import Macro
from bptt_sym.written.document import Formula
from bptt_sym.written.macros import defined_macros
from bptt_sym.written.nodes import Node


class Explaining:
    """What a document's wrong lines share: its text, its macros, and how much may be tried."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.manuscript = manuscript
        self.budget = Budget()
        self._mended: tuple[Node, Edit] | None = None

    @cached_property
    def maths(self) -> str:
        """The text without what is no maths."""
        return self.manuscript.maths

    @cached_property
    def macros(self) -> tuple[Macro, ...]:
        """The macros that the document defines."""
        return defined_macros(self.maths)

    def equality(
        self,
        formula: Formula,
        k: int,
        outcome: Outcome,
        setting: Setting,
        *,
        chain: tuple[Node, ...],
        trusted: bool,
        dialect: Dialect,
    ) -> Finding:
        """What is wrong with the k-th equality of a chain; `trusted` tells that its left side was proved right."""
        left, right = formula.sides[k : k + 2]
        assert not isinstance(left, Unreadable)
        assert not isinstance(right, Unreadable)
        earlier = self._mended[1] if self._mended is not None and self._mended[0] is left else None
        source = Source(self.maths, _around(formula, k), self.macros)
        beside = Beside(chain, trusted, dialect, earlier)
        conditions = formula.reading.conditions
        found = explain(left, right, conditions, outcome, setting, source, beside=beside, budget=self.budget)
        self._mended = (right, found.edit) if found.edit is not None else None
        return found

    def expression(self, node: Node, outcome: Outcome, setting: Setting) -> Finding:
        """What is wrong with the shapes of an expression."""
        return explain_expression(node, setting, outcome)


def _around(formula: Formula, k: int) -> Span:
    """Both sides of the k-th equality and what stands between them."""
    signs = formula.relation_spans
    start = formula.span.start if k == 0 else signs[k - 1].end
    end = formula.span.end if k + 1 == len(signs) else signs[k + 1].start
    return Span(start, end)
