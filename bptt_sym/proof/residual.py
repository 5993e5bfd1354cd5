"""What is left of a difference while it is being unfolded: a polynomial with its generators indexed."""

from __future__ import annotations

from heapq import heappop, heappush

from bptt_sym.proof.normal import Forms
from bptt_sym.proof.polynomial import Coefficient, Exponent, Monomial, Poly, times
from bptt_sym.proof.rules import Unfoldable


class Residual:
    """A polynomial that is added to in place; knows which terms hold what can be unfolded.

    `settled` is False when quotients, negative powers or powers that a relation lowers have come in since the
    polynomial was last cleared; `divided` are the generators that came in with a negative power.
    """

    def __init__(self, forms: Forms, unfoldable: Unfoldable, p: Poly, *, cleared: bool = True) -> None:
        self.forms = forms
        self.terms: Poly = {}
        self.settled = True
        self.divided: set[int] = set()
        self._unfoldable = unfoldable
        self._holding: dict[int, dict[Monomial, None]] = {}
        self._composite: set[int] = set()
        self._heap: list[tuple[int, int]] = []
        self._queued: set[int] = set()
        self.add(p)
        self.settled = self.settled or cleared

    def add(self, p: Poly, rest: Monomial = (), factor: Coefficient = 1) -> None:
        """Add factor times p times the monomial `rest`."""
        terms = self.terms
        for n, c in p.items():
            m = times(rest, n)
            value = terms.get(m, 0) + c * factor
            if not value:
                self._leave(m)
            elif m in terms:
                terms[m] = value
            else:
                terms[m] = value
                self._enter(m)

    def _enter(self, m: Monomial) -> None:
        generators, unfoldable, holding = self.forms.generators, self._unfoldable, self._holding
        for g, e in m:
            if e < 0 or g in generators.inverses or (g in generators.related and self._lowers(g, e)):
                self.settled = False
                if e < 0:
                    self.divided.add(g)
            if unfoldable[g]:
                held = holding.get(g)
                if held is None:
                    holding[g] = {m: None}
                    self._meet(g)
                else:
                    held[m] = None

    def _lowers(self, g: int, e: Exponent) -> bool:
        relation = self.forms.generators[g].relation
        return relation is not None and e >= relation[0]

    def _leave(self, m: Monomial) -> None:
        del self.terms[m]
        for g, _ in m:
            if self._unfoldable[g]:
                del self._holding[g][m]

    def _meet(self, g: int) -> None:
        """Queue what can be unfolded in a generator met for the first time."""
        if self.forms.generators[g].head:
            self._composite.add(g)
        for s in self._unfoldable[g]:
            if s not in self._queued:
                self._queued.add(s)
                heappush(self._heap, (-self.forms.rules.rank(s), -s))

    def latest(self) -> int | None:
        """The symbol of highest rank that is left to unfold; it stays queued while terms hold it."""
        while self._heap:
            g = -self._heap[0][1]
            if self._holding.get(g) or any(map(self._holding.get, self.composites(g))):
                return g
            heappop(self._heap)
            self._queued.discard(g)
            for f in (g, *self.composites(g)):
                self._holding.pop(f, None)
        return None

    def composites(self, g: int) -> list[int]:
        """The function terms met that hold g."""
        if not self._composite:
            return []
        return [f for f in sorted(self._composite) if g in self._unfoldable[f]]

    def is_divided_by(self, g: int) -> bool:
        """Whether a term holds a negative power of g."""
        return g in self.divided and any(e < 0 for m in self._holding.get(g, ()) for f, e in m if f == g)

    def take(self, g: int) -> Poly:
        """Remove the terms that hold g and return them."""
        taken: Poly = {}
        for f in (g, *self.composites(g)):
            for m in list(self._holding.get(f, ())):
                taken[m] = self.terms[m]
                self._leave(m)
        return taken
