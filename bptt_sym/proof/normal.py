"""From SymPy to normal form: Laurent polynomials over generators, quotients as generators of their own.

Nothing here depends on a hypothesis, so all of it is kept from one claim to the next.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import fmpq
from sympy import Expr, Symbol

from bptt_sym.primitives import BY_NAME, VectorPrimitive
from bptt_sym.proof import functions
from bptt_sym.proof.generators import INVERSE, Generators
from bptt_sym.proof.inputs import Inputs
from bptt_sym.proof.laws import Laws
from bptt_sym.proof.logarithms import Undefined
from bptt_sym.proof.polynomial import (
    ONE,
    Budget,
    Coefficient,
    Exponent,
    Monomial,
    Packing,
    Poly,
    accumulate,
    constant,
    content,
    generator,
    leading,
    multiply,
    power,
    power_of_monomial,
    scale,
    shift,
    times,
)
from bptt_sym.proof.rules import Rules
from bptt_sym.proof.terms import Foreign, has_function_term, shown
from bptt_sym.proof.verdict import Theory


class Units(dict[Symbol, tuple[int, int]]):
    """The factor (generator, 1) that each symbol is."""

    def __init__(self, number: Callable[[Symbol], int]) -> None:
        self.number = number

    def __missing__(self, symbol: Symbol) -> tuple[int, int]:
        found = self[symbol] = self.number(symbol), 1
        return found


class Forms:
    """Normal forms of one theory's expressions and definitions."""

    def __init__(self, theory: Theory) -> None:
        self.theory = theory
        self.laws = Laws(theory)
        self.generators = Generators()
        self.budget = Budget(0)
        self._terms: dict[Expr, Poly] = {}
        self._rational: dict[Expr, bool] = {}
        self._units = Units(self._new_symbol)
        self._sums: dict[Expr, Poly] = {}
        self._inputs = Inputs(self)
        self.rules = Rules(self)

    def build(self, expr: Expr) -> Poly:
        """The normal form of `expr` over its own symbols; definitions stay folded."""
        if isinstance(expr, Symbol):
            return generator(self.symbol(expr))
        if isinstance(expr, sp.Add):
            total: Poly = {}
            for term in expr.args:
                accumulate(total, self.build(term))
            return total
        if isinstance(expr, sp.Mul):
            return self._product(expr)
        if isinstance(expr, sp.Rational):
            return constant(fmpq(expr.p, expr.q) if expr.q != 1 else int(expr.p))
        if isinstance(expr, sp.Pow) and isinstance(expr.args[1], sp.Integer):
            return self.raise_to(self.build(expr.args[0]), int(expr.args[1]))
        return self._term(expr)

    def _product(self, expr: Expr) -> Poly:
        """A product, its plain symbols taken together; the sums among its factors are kept."""
        symbols = [self._units[factor] for factor in expr.args if factor.__class__ is Symbol]
        symbols.sort()
        self.budget.spend(len(symbols))
        others = expr.args
        product = ONE
        if len(set(symbols)) == len(symbols):
            others = [factor for factor in others if factor.__class__ is not Symbol]
            product = {tuple(symbols): 1}
        for factor in others:
            product = multiply(product, self._sum(factor) if factor.is_Add else self.build(factor), self.budget)
        return product

    def _sum(self, expr: Expr) -> Poly:
        known = self._sums.get(expr)
        if known is None:
            known = self._sums[expr] = self.build(expr)
        return known

    def is_rational(self, expr: Expr) -> bool:
        """Whether `expr` is a rational function as it is written."""
        known = self._rational.get(expr)
        if known is None:
            known = self._rational[expr] = not has_function_term(expr)
        return known

    def _term(self, expr: Expr) -> Poly:
        known = self._terms.get(expr)
        if known is None:
            known = self._terms[expr] = self._new_term(expr)
        return known

    def _new_term(self, expr: Expr) -> Poly:
        if isinstance(expr, sp.Pow):
            return functions.power_of(self, self.build(expr.args[0]), self.build(expr.args[1]))
        if expr is sp.E:
            return functions.exp_of(self, ONE)
        if expr is sp.pi:
            return generator(self.generators.symbol(Symbol("⟨pi⟩"), 0))
        name = functions.NAMES.get(expr.func)
        if name is None:
            raise Foreign(shown(expr))
        return functions.apply(self, name, self.build(expr.args[0]))

    def symbol(self, symbol: Symbol) -> int:
        """The generator of a symbol, with the range that the table of primitives gives it."""
        return self._units[symbol][0]

    def _new_symbol(self, symbol: Symbol) -> int:
        application = self.laws.by_output.get(symbol)
        if application is None or not self.laws.holds(application):
            return self.generators.symbol(symbol)
        row = BY_NAME[application.primitive]
        if isinstance(row, VectorPrimitive):
            return self.generators.symbol(symbol, 0, 1)
        low, high = row.range if row.exponential is not None else (None, None)
        return self.generators.symbol(symbol, low, high)

    def raise_to(self, p: Poly, k: int) -> Poly:
        """p^k for any whole k."""
        return power(p, k, self.budget) if k >= 0 else power(self.invert(p), -k, self.budget)

    def invert(self, p: Poly) -> Poly:
        """1/p, as a monomial where p is one, else by a generator for the quotient."""
        p = self.tidy(p)
        if not p:
            raise Undefined
        if len(p) == 1:
            return power(p, -1, self.budget)
        numerator, denominator = self.fraction(p)
        if len(numerator) == 1:
            return multiply(denominator, power(numerator, -1, self.budget), self.budget)
        outside = content(numerator)
        monic, c = self.monic(shift(numerator, power_of_monomial(outside, -1)))
        g = self.generators.term(INVERSE, (monic,), low=0 if self.generators.is_positive(monic) else None)
        quotient: Poly = {times(((g, 1),), power_of_monomial(outside, -1)): fmpq(1) / c}
        return multiply(denominator, quotient, self.budget)

    @staticmethod
    def monic(p: Poly) -> tuple[Poly, Coefficient]:
        """P divided by its leading coefficient, and that coefficient."""
        c = leading(p)
        return (p, 1) if c == 1 else (scale(p, fmpq(1) / c), c)

    def fraction(self, p: Poly) -> tuple[Poly, Poly]:
        """Numerator and denominator of p, without generators for quotients."""
        denominator = ONE
        quotients = self.generators.inverses
        while quotients and (present := [g for m in p for g, _ in m if g in quotients]):
            g = max(present)
            divisor = self.generators[g].arguments[0]
            parts: dict[int, Poly] = {}
            for m, c in p.items():
                e = dict(m).get(g, 0)
                assert isinstance(e, int), "quotients have whole powers"
                parts.setdefault(e, {})[tuple(f for f in m if f[0] != g)] = c
            top = max(0, *parts)
            p = {}
            for e, part in parts.items():
                accumulate(p, multiply(part, power(divisor, top - e, self.budget), self.budget))
            denominator = multiply(denominator, power(divisor, top, self.budget), self.budget)
        return p, denominator

    def tidy(self, p: Poly) -> Poly:
        """An argument in the one form under which it is looked up: relations used, one quotient, sums of
        a normalised row folded where that shortens it.
        """
        p = self.reduce(p)
        quotients = self.generators.inverses
        if quotients and any(g in quotients for m in p for g, _ in m):
            p = self._reduced_fraction(p)
        if len(p) > 1:
            folded = self._fold_rows(p)
            p = folded if len(folded) < len(p) else p
        return p

    def _reduced_fraction(self, p: Poly) -> Poly:
        numerator, denominator = self.fraction(p)
        if not numerator:
            return {}
        low = times(content(numerator), power_of_monomial(content(denominator), -1))
        numerator = shift(numerator, power_of_monomial(content(numerator), -1))
        denominator = shift(denominator, power_of_monomial(content(denominator), -1))
        packing = Packing((numerator, denominator))
        a, b = packing.pack(numerator), packing.pack(denominator)
        degree = max((*a.degrees(), *b.degrees()), default=0)  # type: ignore[attr-defined]
        self.budget.spend(len(numerator) * len(denominator) * (1 + degree // 4))
        common = a.gcd(b)  # type: ignore[attr-defined]
        numerator, denominator = packing.unpack(a / common), packing.unpack(b / common)  # type: ignore[operator]
        if len(denominator) == 1:
            return shift(multiply(numerator, power(denominator, -1, self.budget), self.budget), low)
        monic, c = self.monic(denominator)
        g = self.generators.term(INVERSE, (monic,), low=0 if self.generators.is_positive(monic) else None)
        return shift(scale(numerator, fmpq(1) / c), times(low, ((g, 1),)))

    def reduce(self, p: Poly) -> Poly:
        """P with powers lowered by the relations of its generators (roots, steps, cos² ...)."""
        if not self.generators.related:
            return p
        result: Poly = {}
        changed = False
        for m, c in p.items():
            for g, e in m:
                relation = self.generators[g].relation
                if relation is not None and not 0 <= e < relation[0]:
                    lowered = self._lower(m, g, e, relation)
                    if lowered is not None:
                        accumulate(result, lowered, c)
                        changed = True
                        break
            else:
                accumulate(result, {m: c})
        return self.reduce(result) if changed else p

    def _lower(self, m: Monomial, g: int, e: Exponent, relation: tuple[int, Poly]) -> Poly | None:
        q, value = relation
        if e < 0 and value == generator(g):
            return None
        rest = tuple(f for f in m if f[0] != g)
        whole = int(e // q)
        remainder = e % q
        low = times(rest, power_of_monomial(((g, 1),), remainder))
        return shift(self.raise_to(value, whole), low)

    def numerator(self, p: Poly) -> Poly:
        """P times a product of its divisors: a polynomial that vanishes with p, relations used."""
        while True:
            p, _ = self.fraction(p)
            low = tuple(content_below(p))
            if low:
                p = shift(p, power_of_monomial(low, -1))
            reduced = self.reduce(p)
            if reduced is p:
                return p
            p = reduced

    def complement(self, group: tuple[Symbol, ...]) -> Poly:
        """1 minus all of a group but its last."""
        return {(): 1, **{((self.symbol(s), 1),): -1 for s in group[:-1]}}

    def _fold_rows(self, p: Poly) -> Poly:
        """P with the last value of each normalised row written by the others."""
        for g in {g for m in p for g, e in m if e == 1}:
            symbol = self.generators[g].symbol
            application = self.laws.by_output.get(symbol)
            if application is None or len(application.outputs) < 2 or symbol != application.outputs[-1]:
                continue
            value = self.rules.of(g)
            if value is None or any(dict(m).get(g, 0) not in (0, 1) for m in p):
                continue
            folded: Poly = {}
            for m, c in p.items():
                rest = tuple(f for f in m if f[0] != g)
                accumulate(folded, {m: c} if rest == m else shift(scale(value, c), rest))
            p = folded
        return p

    def match_input(self, p: Poly) -> tuple[Symbol, Coefficient] | None:
        """The application input and the number k with p = k·input, by name or by its definition."""
        return self._inputs.match(p)


def content_below(p: Poly) -> list[tuple[int, Exponent]]:
    """The negative least exponents of p."""
    low: dict[int, Exponent] = {}
    for m in p:
        for g, e in m:
            if e < 0 and e < low.get(g, 0):
                low[g] = e
    return sorted(low.items())
