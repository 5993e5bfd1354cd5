"""Fractions of FLINT polynomials, and the comparison of two under relations: the engine of the replay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import Symbol

SPARE = 24


class FieldFull(Exception):
    """More symbols were met than there are places for."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """over/under, under not the zero polynomial."""

    over: fmpq_mpoly
    under: fmpq_mpoly

    def __add__(self, other: Fraction) -> Fraction:
        if self.under == other.under:
            return Fraction(self.over + other.over, self.under)
        common = self.under.gcd(other.under)
        left, right = other.under / common, self.under / common
        return Fraction(self.over * left + other.over * right, self.under * left)

    def __mul__(self, other: Fraction) -> Fraction:
        a, b = self.over.gcd(other.under), other.over.gcd(self.under)
        if not a or not b:
            return Fraction(self.over * other.over, self.under * other.under)
        return Fraction((self.over / a) * (other.over / b), (self.under / b) * (other.under / a))

    def power(self, k: int) -> Fraction:
        """The k-th power; ZeroDivisionError for a negative power of 0."""
        if k >= 0:
            return Fraction(self.over**k, self.under**k)
        if not self.over:
            raise ZeroDivisionError
        return Fraction(self.under ** (-k), self.over ** (-k))


class Field:
    """Rational functions of the given symbols and a few more."""

    def __init__(self, symbols: Iterable[Symbol]) -> None:
        self.symbols = sorted(set(symbols), key=lambda s: s.name)
        self.place = {s: k for k, s in enumerate(self.symbols)}
        names = [f"x{k}" for k in range(len(self.symbols) + SPARE)]
        self.context = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)
        self.one = self.context.constant(1)

    def symbol(self, symbol: Symbol) -> Fraction:
        """The symbol as a fraction; a new one takes a spare place."""
        if symbol not in self.place:
            if len(self.place) == self.context.nvars():
                raise FieldFull
            self.place[symbol] = len(self.place)
        return Fraction(self.context.gen(self.place[symbol]), self.one)

    def number(self, value: int | fmpq) -> Fraction:
        """A rational number as a fraction."""
        return Fraction(self.context.constant(value), self.one)

    def by_power(self, p: fmpq_mpoly, symbol: Symbol) -> dict[int, fmpq_mpoly]:
        """The coefficients of p as a polynomial in one symbol."""
        k = self.place[symbol]
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents, c in p.to_dict().items():
            rest = (*exponents[:k], 0, *exponents[k + 1:])
            parts.setdefault(int(exponents[k]), {})[rest] = c
        return {e: self.context.from_dict(part) for e, part in parts.items()}

    def lower(self, p: fmpq_mpoly, symbol: Symbol, q: int, value: Fraction) -> fmpq_mpoly:
        """p, up to a factor that isn't 0, with symbol^q = value used until the degree is below q."""
        parts = self.by_power(p, symbol)
        if max(parts, default=0) < q:
            return p
        x = self.context.gen(self.place[symbol])
        top = max(parts) // q
        total = self.context.constant(0)
        for e, part in parts.items():
            total += part * x ** (e % q) * value.over ** (e // q) * value.under ** (top - e // q)
        return total

    def one_hot(self, p: fmpq_mpoly, group: tuple[Symbol, ...]) -> fmpq_mpoly:
        """P with y_i y_j = 0 and y_i² = y_i in a group."""
        places = [self.place[s] for s in group if s in self.place]
        result = self.context.constant(0)
        for exponents, c in p.to_dict().items():
            occurring = [k for k in places if exponents[k]]
            if len(occurring) > 1:
                continue
            flat = tuple(1 if k in occurring else int(e) for k, e in enumerate(exponents))
            result += self.context.from_dict({flat: c})
        return result
