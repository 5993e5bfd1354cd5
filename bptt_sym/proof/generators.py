"""The generators of the normal form: symbols, and function terms of which only their laws are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy import Symbol

from bptt_sym.proof.polynomial import Coefficient, Exponent, Key, Monomial, Poly, key, magnitude

INVERSE = "inverse"


@dataclass(frozen=True, slots=True)
class Generator:
    """A symbol (head "") or the term head(arguments).

    `support` are the symbols inside the arguments; `low`, `high` are open bounds of the value (None:
    unbounded); `relation` is (q, p) where the q-th power of the generator is p.
    """

    symbol: Symbol
    head: str
    arguments: tuple[Poly, ...]
    support: frozenset[int]
    low: int | None
    high: int | None
    relation: tuple[int, Poly] | None

    @property
    def positive(self) -> bool:
        """Whether the value is certified to be above 0."""
        return self.low is not None and self.low >= 0


class Generators:
    """Numbers generators in the order in which they are first met.

    `inverses` are the quotients among them, `related` those with a relation.
    """

    def __init__(self) -> None:
        self.records: list[Generator] = []
        self.inverses: set[int] = set()
        self.related: set[int] = set()
        self._symbols: dict[Symbol, int] = {}
        self._terms: dict[tuple[str, tuple[Key, ...]], int] = {}

    def __getitem__(self, g: int) -> Generator:
        return self.records[g]

    def symbol(self, symbol: Symbol, low: int | None = None, high: int | None = None) -> int:
        """The generator that is `symbol`; the bounds count when it is first met."""
        g = self._symbols.get(symbol)
        if g is None:
            g = self._symbols[symbol] = len(self.records)
            self.records.append(Generator(symbol, "", (), frozenset(), low, high, None))
        return g

    def find(self, head: str, arguments: tuple[Poly, ...]) -> int | None:
        """The generator head(arguments), if it was met before."""
        return self._terms.get((head, tuple(key(p) for p in arguments)))

    def term(
        self,
        head: str,
        arguments: tuple[Poly, ...],
        *,
        low: int | None = None,
        high: int | None = None,
        relation: tuple[int, Poly] | None = None,
        closed: bool = False,
    ) -> int:
        """The generator head(arguments); `closed` when nothing inside is to be unfolded."""
        name = (head, tuple(key(p) for p in arguments))
        g = self._terms.get(name)
        if g is None:
            g = self._terms[name] = len(self.records)
            support: frozenset[int] = frozenset() if closed else self._support(arguments)
            symbol = _fresh(g)
            self.records.append(Generator(symbol, head, arguments, support, low, high, relation))
            if head == INVERSE:
                self.inverses.add(g)
            if relation is not None:
                self.related.add(g)
        return g

    def _support(self, arguments: tuple[Poly, ...]) -> frozenset[int]:
        inside: set[int] = set()
        for p in arguments:
            for m in p:
                for g, _ in m:
                    record = self.records[g]
                    if record.head:
                        inside |= record.support
                    else:
                        inside.add(g)
        return frozenset(inside)

    def is_positive(self, p: Poly) -> bool:
        """Whether p is certified above 0 everywhere, by the bounds of its generators alone."""
        total: Coefficient = 0
        attained = True
        for m, c in p.items():
            bound = self._term_bound(m, c)
            if bound is None:
                return False
            total += bound[0]
            attained = attained and bound[1]
        return bool(p) and (total > 0 or (total == 0 and not attained))

    def _term_bound(self, m: Monomial, c: Coefficient) -> tuple[Coefficient, bool] | None:
        """A lower bound of one term, and whether it may be reached; None without a bound."""
        if not m:
            return c, True
        factors = [(self.records[g], e) for g, e in m]
        if all(record.positive or _even(e) for record, e in factors):
            if c > 0:
                return 0, any(not record.positive for record, _ in factors)
            bounded = all(_below_one(record) and e > 0 for record, e in factors)
            return (c, False) if bounded else None
        bounded = all(_below_one(record) and e > 0 for record, e in factors)
        return (-magnitude(c), False) if bounded else None


def _below_one(record: Generator) -> bool:
    """Whether |value| < 1 is certified."""
    return record.low is not None and record.high is not None and record.low >= -1 and record.high <= 1


def _even(e: Exponent) -> bool:
    return isinstance(e, int) and e % 2 == 0


@cache
def _fresh(number: int) -> Symbol:
    """The name of a term; no reader can produce such a spelling."""
    return Symbol(f"⟨{number}⟩")
