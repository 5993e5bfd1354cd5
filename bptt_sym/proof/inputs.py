"""Arguments recognised as inputs of which exp is known, by name or by their definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import fmpq
from sympy import Rational, Symbol

from bptt_sym.limits import TimeUp
from bptt_sym.proof.logarithms import Undefined
from bptt_sym.proof.polynomial import Budget, Coefficient, Key, LimitReached, Poly, key
from bptt_sym.proof.terms import Foreign

if TYPE_CHECKING:
    from bptt_sym.proof.normal import Forms


class Inputs:
    """The inputs of a theory's applications, found again from normal forms up to a rational factor."""

    def __init__(self, forms: Forms) -> None:
        self.forms = forms
        self._index: dict[Key, tuple[Symbol, Coefficient]] | None = None

    def match(self, p: Poly) -> tuple[Symbol, Coefficient] | None:
        """The input and the number k with p = k·input; None where p is no multiple of one."""
        forms = self.forms
        if not p:
            return None
        if len(p) == 1:
            ((m, c),) = p.items()
            if len(m) == 1 and m[0][1] == 1:
                symbol = forms.generators[m[0][0]].symbol
                return (symbol, c) if forms.laws.exponential(symbol) is not None else None
        if self._index is None:
            self._index = self._indexed()
        monic, c = forms.monic(p)
        found = self._index.get(key(monic))
        return None if found is None else (found[0], c / fmpq(found[1]))

    def _indexed(self) -> dict[Key, tuple[Symbol, Coefficient]]:
        forms = self.forms
        index: dict[Key, tuple[Symbol, Coefficient]] = {}
        self._index = index
        saved, forms.budget = forms.budget, Budget(10**6)
        try:
            for symbol in forms.laws.exponential_inputs():
                self._enter(symbol, index)
        except TimeUp:
            self._index = None
            raise
        finally:
            forms.budget = saved
        return index

    def _enter(self, symbol: Symbol, index: dict[Key, tuple[Symbol, Coefficient]]) -> None:
        """Adds one input by its definition, if that has a normal form."""
        try:
            written = (self.forms.rules.of(self.forms.symbol(symbol)), self._with_constants(symbol))
        except (LimitReached, Undefined, Foreign):
            return
        for form in filter(None, written):
            monic, c = self.forms.monic(form)
            index.setdefault(key(monic), (symbol, c))

    def _with_constants(self, symbol: Symbol) -> Poly | None:
        """The definition of an input with the numbers that its symbols are defined as, such as a first state of 0."""
        theory = self.forms.theory
        definition = theory.definition(symbol)
        if definition is None:
            return None
        found = {s: theory.definition(s) for s in definition.free_symbols}
        numbers = {s: value for s, value in found.items() if isinstance(value, Rational)}
        return self.forms.build(definition.xreplace(numbers)) if numbers else None
