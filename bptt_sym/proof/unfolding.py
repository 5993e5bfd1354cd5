"""Whether a normal form vanishes: unfold what is left, latest symbol first, one definition at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from bptt_sym.proof import exponentials, functions
from bptt_sym.proof.exponentials import Exponentials
from bptt_sym.proof.functions import rational_power
from bptt_sym.proof.generators import INVERSE
from bptt_sym.proof.normal import Forms
from bptt_sym.proof.polynomial import ONE, Exponent, Monomial, Poly, accumulate, generators_of, multiply
from bptt_sym.proof.residual import Residual
from bptt_sym.proof.rules import Unfoldable

UNFOLDING_COST = 20


@dataclass(slots=True)
class Unfolding:
    """One attempt to show that a form vanishes, with the symbols it unfolded, in order.

    `hypothesis` replaces target symbols; `groups` are target groups taken to be one-hot; `left` is what a
    failed attempt came to; `case` tells that the hypothesis is one one-hot choice;
    `tied` are the generators already written by exponentials.
    """

    forms: Forms
    hypothesis: Mapping[int, Poly] = field(default_factory=dict)
    groups: Mapping[int, int] = field(default_factory=dict)
    unfolded: dict[int, None] = field(default_factory=dict)
    exponentials: list[Exponentials] = field(default_factory=list)
    tied: list[int] = field(default_factory=list)
    left: Poly = field(default_factory=dict)
    case: bool = False

    def vanishes(self, p: Poly) -> bool:
        """Whether p is shown to be 0; False says nothing."""
        unfoldable = Unfoldable(self.forms, self.hypothesis) if self.hypothesis else self.forms.rules.unfoldable
        rest = Residual(self.forms, unfoldable, self._one_hot(p), cleared=False)
        while rest.terms:
            g = rest.latest()
            if not rest.settled and (g is None or rest.composites(g)):
                if self._vanishes_in_parts(rest.terms):
                    return True
                rest = self._cleared(rest.terms, unfoldable)
            elif g is not None:
                rest = self._unfold(rest, g, unfoldable)
            else:
                rewritten = self._through_exponentials(rest.terms)
                if rewritten is None:
                    self.left = rest.terms
                    return False
                rest = self._cleared(rewritten, unfoldable)
        return True

    def _vanishes_in_parts(self, p: Poly) -> bool:
        """Whether p is 0 since the coefficient of every product of symbols outside of its quotients is.

        A sum of fractions over different denominators, each by symbols of its own, never gets a common one.
        """
        parts = self._parts(p)
        if not parts:
            return False
        kept = dict(self.unfolded), list(self.exponentials), list(self.tied)
        if all(map(self.vanishes, parts)):
            return True
        self.unfolded, self.exponentials, self.tied = kept
        return False

    def _parts(self, p: Poly) -> list[Poly]:
        """The coefficients of p, the smallest first; none where that leaves as many quotients in one of them."""
        generators = self.forms.generators
        quotients = {g for g in generators_of([p]) if g in generators.inverses}
        if len(quotients) < 2:
            return []
        inside = {s for g in generators_of([p]) if generators[g].head for s in (g, *generators[g].support)}
        parts: dict[Monomial, Poly] = {}
        for m, c in p.items():
            outside = tuple([f for f in m if f[0] not in inside])
            parts.setdefault(outside, {})[tuple([f for f in m if f[0] in inside])] = c
        fewer = all(len(quotients.intersection(generators_of([part]))) < len(quotients) for part in parts.values())
        return sorted(parts.values(), key=len) if len(parts) > 1 and fewer else []

    def _unfold(self, rest: Residual, g: int, unfoldable: Unfoldable) -> Residual:
        """The residual with g replaced by what it is, in the terms that hold it only."""
        forms, value = self.forms, self._replacement(g)
        forms.budget.spend(UNFOLDING_COST)
        self.unfolded[g] = None
        if rest.is_divided_by(g):
            return self._cleared(substitute(forms, forms.numerator(rest.terms), g, value), unfoldable)
        if rest.composites(g) or self.groups:
            rest.add(self._one_hot(substitute(forms, rest.take(g), g, value)))
            return rest
        for m, c in rest.take(g).items():
            ((_, e),) = [factor for factor in m if factor[0] == g]
            new = value if e == 1 else raised(forms, g, value, e)
            forms.budget.spend(len(new))
            rest.add(new, tuple([factor for factor in m if factor[0] != g]), c)
        return rest

    def _cleared(self, p: Poly, unfoldable: Unfoldable) -> Residual:
        return Residual(self.forms, unfoldable, self._one_hot(self.forms.numerator(p)))

    def _replacement(self, g: int) -> Poly:
        replacement = self.hypothesis.get(g)
        if replacement is None:
            replacement = self.forms.rules.of(g)
        assert replacement is not None
        return replacement

    def _one_hot(self, p: Poly) -> Poly:
        """P with y_i y_j = 0 and y_i² = y_i in the groups taken to be one-hot, where none is divided by."""
        if not self.groups:
            return p
        result: Poly = {}
        for m, c in p.items():
            flat = self._flat(m)
            if flat is not None:
                accumulate(result, {flat: c})
        return result

    def _flat(self, m: Monomial) -> Monomial | None:
        """One monomial under the one-hot laws; None where it is 0."""
        held = [(self.groups[g], g, e) for g, e in m if g in self.groups]
        if not held or any(e < 0 for _, _, e in held):
            return m
        if len({group for group, _, _ in held}) < len(held):
            return None
        return tuple((g, 1 if g in self.groups else e) for g, e in m)

    def _through_exponentials(self, p: Poly) -> Poly | None:
        """P with one generator written by exponentials that p holds too; None where that helps no further."""
        step = exponentials.hyperbolic(self.forms, p)
        if step is None:
            step = exponentials.recognised(self.forms, p, self.tied)
        if step is None:
            return None
        self.tied.append(step.generator)
        self.exponentials.append(step)
        return replace_generator(self.forms, p, step.generator, step.value)


def substitute(forms: Forms, p: Poly, g: int, value: Poly) -> Poly:
    """P with the symbol g replaced by `value`, inside function arguments too."""
    memo: dict[int, Poly | None] = {}
    return _substitute(forms, p, g, value, memo)


def _substitute(forms: Forms, p: Poly, g: int, value: Poly, memo: dict[int, Poly | None]) -> Poly:
    parts: dict[Monomial, Poly] = {}
    holding = {f for f in generators_of([p]) if f == g or g in forms.generators[f].support}
    for m, c in p.items():
        touched = tuple([f for f in m if f[0] in holding])
        rest = tuple([f for f in m if f[0] not in holding]) if touched else m
        parts.setdefault(touched, {})[rest] = c
    result = parts.pop((), {})
    result = dict(result)
    for touched, cofactor in parts.items():
        product = ONE
        for f, e in touched:
            new = value if f == g else _rebuilt(forms, f, g, value, memo)
            product = multiply(product, raised(forms, f, new, e), forms.budget)
        accumulate(result, multiply(cofactor, product, forms.budget))
    return result


def raised(forms: Forms, f: int, new: Poly, e: Exponent) -> Poly:
    """The e-th power of what replaces the generator f."""
    return forms.raise_to(new, e) if isinstance(e, int) else rational_power(forms, new, Fraction(e))


def _rebuilt(forms: Forms, f: int, g: int, value: Poly, memo: dict[int, Poly | None]) -> Poly:
    """The term f with g replaced inside its arguments, its laws applied anew."""
    known = memo.get(f)
    if known is None:
        record = forms.generators[f]
        arguments = tuple(_substitute(forms, a, g, value, memo) for a in record.arguments)
        known = memo[f] = rebuild(forms, record.head, arguments)
    return known


def rebuild(forms: Forms, head: str, arguments: tuple[Poly, ...]) -> Poly:
    """head(arguments) in normal form."""
    if head == INVERSE:
        return forms.invert(arguments[0])
    if head == "root":
        return rational_power(forms, arguments[0], Fraction(1, int(arguments[1][()])))
    return functions.apply(forms, head, arguments[0])


def replace_generator(forms: Forms, p: Poly, g: int, value: Poly) -> Poly:
    """P with the generator g replaced where it stands as a factor."""
    result: Poly = {}
    for m, c in p.items():
        e = dict(m).get(g)
        if e is None:
            accumulate(result, {m: c})
            continue
        rest: Poly = {tuple(f for f in m if f[0] != g): c}
        accumulate(result, multiply(rest, raised(forms, g, value, e), forms.budget))
    return result
