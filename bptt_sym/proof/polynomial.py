"""Sparse Laurent polynomials over numbered generators, with exact rational coefficients.

A polynomial is a dict from monomials to coefficients that are never 0; a monomial is a tuple of
(generator, exponent) sorted by generator, exponents never 0. Polynomials are never changed once made.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from bptt_sym.limits import ask

Exponent: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, Exponent], ...]
Coefficient: TypeAlias = int | fmpq
Poly: TypeAlias = dict[Monomial, Coefficient]
Key: TypeAlias = frozenset[tuple[Monomial, Coefficient]]

ONE: Poly = {(): 1}
LARGE = 600
LARGEST_POWER = 2000
ASKING = 200


class LimitReached(Exception):
    """The work allowed for one claim is used up; caught by the decider, which says undecided."""


class Budget:
    """Counts the terms multiplied and the definitions unfolded for one claim."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.unasked = 0

    def spend(self, amount: int) -> None:
        """Take `amount` from what is left; raise LimitReached below 0, TimeUp past the deadline."""
        self.left -= amount
        self.unasked += amount
        if self.unasked > ASKING:
            self.unasked = 0
            ask()
        if self.left < 0:
            raise LimitReached


def key(p: Poly) -> Key:
    """A hashable value that is equal exactly for equal polynomials."""
    return frozenset(p.items())


def constant(c: Coefficient) -> Poly:
    """The polynomial that is the number c."""
    return {(): c} if c else {}


def generator(g: int, exponent: Exponent = 1) -> Poly:
    """The monomial g^exponent."""
    return {((g, exponent),): 1} if exponent else ONE


def times(m: Monomial, n: Monomial) -> Monomial:
    """The product of two monomials."""
    if not m:
        return n
    if not n:
        return m
    if m[-1][0] < n[0][0]:
        return m + n
    if n[-1][0] < m[0][0]:
        return n + m
    exponents = dict(m)
    for g, e in n:
        total = exponents.get(g, 0) + e
        if total:
            exponents[g] = total
        else:
            del exponents[g]
    return tuple(sorted(exponents.items()))


def power_of_monomial(m: Monomial, k: Exponent) -> Monomial:
    """m^k; a Fraction that is whole becomes an int."""
    if k == 1:
        return m
    powers = ((g, e * k) for g, e in m)
    return tuple((g, int(e) if e == int(e) else e) for g, e in powers) if k else ()


def accumulate(total: Poly, p: Poly, factor: Coefficient = 1) -> None:
    """Add factor·p to the dict `total`, which must still be under construction."""
    for m, c in p.items():
        value = total.get(m, 0) + c * factor
        if value:
            total[m] = value
        else:
            total.pop(m, None)


def add(*polys: Poly) -> Poly:
    """The sum."""
    total: Poly = {}
    for p in polys:
        accumulate(total, p)
    return total


def scale(p: Poly, factor: Coefficient) -> Poly:
    """factor·p."""
    return {m: c * factor for m, c in p.items()} if factor else {}


def shift(p: Poly, m: Monomial) -> Poly:
    """P times one monomial."""
    return {times(n, m): c for n, c in p.items()} if m else p


def multiply(p: Poly, q: Poly, budget: Budget) -> Poly:
    """The product, by FLINT where it is large."""
    size = len(p) * len(q)
    budget.spend(size)
    if len(p) < len(q):
        p, q = q, p
    if len(q) == 1:
        ((m, c),) = q.items()
        return shift(scale(p, c) if c != 1 else p, m)
    if size > LARGE:
        return _multiply_large(p, q)
    total: Poly = {}
    for m, c in q.items():
        for n, d in p.items():
            product = times(m, n)
            value = total.get(product, 0) + c * d
            if value:
                total[product] = value
            else:
                del total[product]
    return total


def power(p: Poly, k: int, budget: Budget) -> Poly:
    """p^k for k ≥ 0, or any k where p is one term."""
    if len(p) == 1:
        ((m, c),) = p.items()
        if c not in (1, -1) and abs(k) > LARGEST_POWER:
            raise LimitReached
        return {power_of_monomial(m, k): fmpq(c) ** k if k < 0 else c**k}
    if k == 1:
        return p
    assert k >= 0, "only a monomial has a negative power"
    if k > LARGE:
        raise LimitReached
    result = ONE
    for _ in range(k):
        result = multiply(result, p, budget)
    return result


def generators_of(polys: Iterable[Poly]) -> list[int]:
    """The generators that occur, in order of number."""
    return sorted({g for p in polys for m in p for g, _ in m})


def minimal_exponents(p: Poly) -> dict[int, Exponent]:
    """The least exponent of each generator over the terms of p, 0 where a term lacks it."""
    low: dict[int, Exponent] = {}
    seen: dict[int, int] = {}
    for m in p:
        for g, e in m:
            seen[g] = seen.get(g, 0) + 1
            low[g] = e if g not in low else min(low[g], e)
    return {g: e if seen[g] == len(p) else min(e, 0) for g, e in low.items()}


def leading(p: Poly) -> Coefficient:
    """The coefficient of the first monomial in the order of generators."""
    return p[min(p)]


def magnitude(c: Coefficient) -> Coefficient:
    """|c|."""
    return c if c > 0 else -c


def content(p: Poly) -> Monomial:
    """The largest monomial (negative exponents included) that divides every term."""
    return tuple(sorted((g, e) for g, e in minimal_exponents(p).items() if e))


class Packing:
    """Polynomials as FLINT's, in a context of their own generators only; exponents made whole and ≥ 0."""

    def __init__(self, polys: Iterable[Poly]) -> None:
        polys = list(polys)
        self.generators = generators_of(polys)
        self.context = fmpq_mpoly_ctx.get([f"g{g}" for g in self.generators], Ordering.degrevlex)
        self.place = {g: k for k, g in enumerate(self.generators)}
        self.denominators = [1] * len(self.generators)
        for p in polys:
            for m in p:
                for g, e in m:
                    if type(e) is not int:
                        k = self.place[g]
                        self.denominators[k] *= e.denominator // _gcd(e.denominator, self.denominators[k])

    def pack(self, p: Poly) -> object:
        """FLINT's polynomial for p, whose exponents must not be negative."""
        packed = {}
        for m, c in p.items():
            exponents = [0] * len(self.generators)
            for g, e in m:
                k = self.place[g]
                exponents[k] = int(e * self.denominators[k])
            packed[tuple(exponents)] = c
        return self.context.from_dict(packed)

    def unpack(self, packed: object) -> Poly:
        """The polynomial that FLINT's stands for."""
        result: Poly = {}
        if all(d == 1 for d in self.denominators):
            for exponents, c in packed.to_dict().items():  # type: ignore[attr-defined]
                result[tuple([(g, int(e)) for g, e in zip(self.generators, exponents, strict=True) if e])] = c
            return result
        for exponents, c in packed.to_dict().items():  # type: ignore[attr-defined]
            result[tuple(
                (g, _whole(e, d))
                for g, e, d in zip(self.generators, exponents, self.denominators, strict=True) if e
            )] = c
        return result


def _whole(e: int, d: int) -> Exponent:
    return int(e) // d if int(e) % d == 0 else Fraction(int(e), d)


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _multiply_large(p: Poly, q: Poly) -> Poly:
    low_p, low_q = content(p), content(q)
    p = shift(p, power_of_monomial(low_p, -1))
    q = shift(q, power_of_monomial(low_q, -1))
    packing = Packing((p, q))
    product = packing.pack(p) * packing.pack(q)  # type: ignore[operator]
    return shift(packing.unpack(product), times(low_p, low_q))
