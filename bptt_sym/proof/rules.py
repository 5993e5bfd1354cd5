"""What symbols unfold to, by the theory's definitions and the laws of its applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bptt_sym.primitives import BY_NAME, Primitive, VectorPrimitive
from bptt_sym.proof.polynomial import Poly, generator
from bptt_sym.proof.terms import has_function_term
from bptt_sym.proof.verdict import Rewrite

if TYPE_CHECKING:
    from bptt_sym.proof.normal import Forms


class Unfoldable(dict[int, frozenset[int]]):
    """The symbols in each generator that have something to unfold to, by the theory or by a hypothesis."""

    def __init__(self, forms: Forms, hypothesis: Mapping[int, Poly]) -> None:
        self.forms, self.hypothesis = forms, hypothesis

    def __missing__(self, g: int) -> frozenset[int]:
        record = self.forms.generators[g]
        inside = record.support if record.head else (g,)
        found = self[g] = frozenset(s for s in inside if s in self.hypothesis or self.forms.rules.of(s) is not None)
        return found


class Rules:
    """The rules that hold in every claim, kept from one claim to the next; `unfoldable` is told by them alone."""

    def __init__(self, forms: Forms) -> None:
        self.forms = forms
        self.unfoldable = Unfoldable(forms, {})
        self._rules: dict[int, Poly | None] = {}
        self._plain: dict[int, Rewrite] = {}
        self._ranks: dict[int, int] = {}

    def of(self, g: int) -> Poly | None:
        """What the symbol g unfolds to; None for what stays."""
        if g not in self._rules:
            self._rules[g] = self._new(g)
        return self._rules[g]

    def plain(self, g: int) -> Rewrite | None:
        """The rewrite by which g unfolds, where it did so by its definition and that is a rational function."""
        return self._plain.get(g)

    def rank(self, g: int) -> int:
        """The place of the symbol g in the order in which definitions use symbols."""
        known = self._ranks.get(g)
        if known is None:
            known = self._ranks[g] = self.forms.theory.rank(self.forms.generators[g].symbol)
        return known

    def _new(self, g: int) -> Poly | None:
        forms = self.forms
        symbol = forms.generators[g].symbol
        if symbol.name.startswith("⟨"):
            return None
        application = forms.laws.value_of(symbol)
        if application is not None:
            row = BY_NAME[application.primitive]
            if isinstance(row, VectorPrimitive):
                return forms.complement(application.outputs) if symbol == application.outputs[-1] else None
            if isinstance(row, Primitive) and row.exponential is not None:
                first = forms.laws.node(row.name, application.inputs[0])
                return None if first is None or first == symbol else generator(forms.symbol(first))
        definition = forms.theory.definition(symbol)
        if definition is None:
            return None
        unfolded = forms.build(definition)
        if not has_function_term(definition):
            self._plain[g] = Rewrite("definition", symbol, definition)
        return None if unfolded == generator(g) else unfolded
