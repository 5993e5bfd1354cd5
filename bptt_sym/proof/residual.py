"""What is left of a difference while it is being unfolded: a polynomial with its generators indexed."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from bptt_sym.proof.generators import INVERSE
from bptt_sym.proof.normal import Forms
from bptt_sym.proof.polynomial import Monomial, Poly


class Residual:
    """A polynomial that is added to in place; knows which terms hold a generator and what can be unfolded.

    `unfolds` says whether a symbol has something to unfold to. `settled` is False when quotients, negative
    powers or powers that a relation lowers have come in since the polynomial was last cleared.
    """

    def __init__(self, forms: Forms, unfolds: Callable[[int], bool], p: Poly) -> None:
        self.forms = forms
        self.terms: Poly = {}
        self.settled = True
        self._unfolds = unfolds
        self._holding: dict[int, dict[Monomial, None]] = {}
        self._composite: dict[int, frozenset[int]] = {}
        self._heap: list[tuple[int, int]] = []
        self._queued: set[int] = set()
        self.add(p)
        self.settled = True

    def add(self, p: Poly) -> None:
        """Add p."""
        terms = self.terms
        for m, c in p.items():
            before = terms.get(m)
            if before is None:
                terms[m] = c
                self._enter(m)
            elif before + c:
                terms[m] = before + c
            else:
                self._leave(m)

    def _enter(self, m: Monomial) -> None:
        for g, e in m:
            holding = self._holding.get(g)
            if holding is None:
                holding = self._holding[g] = {}
                self._meet(g)
            holding[m] = None
            record = self.forms.generators[g]
            if e < 0 or record.head == INVERSE or (record.relation is not None and e >= record.relation[0]):
                self.settled = False

    def _leave(self, m: Monomial) -> None:
        del self.terms[m]
        for g, _ in m:
            del self._holding[g][m]

    def _meet(self, g: int) -> None:
        """Queue what can be unfolded in a generator met for the first time."""
        record = self.forms.generators[g]
        symbols = tuple(s for s in (record.support if record.head else (g,)) if self._unfolds(s))
        if record.head:
            self._composite[g] = frozenset(symbols)
        for s in symbols:
            if s not in self._queued:
                self._queued.add(s)
                heappush(self._heap, (-self.forms.theory.rank(self.forms.generators[s].symbol), -s))

    def latest(self) -> int | None:
        """The symbol of highest rank that is left to unfold; it stays queued while terms hold it."""
        while self._heap:
            g = -self._heap[0][1]
            if self.holders(g):
                return g
            heappop(self._heap)
            self._queued.discard(g)
            for f in (g, *self._composite):
                if f == g or g in self._composite[f]:
                    self._holding.pop(f, None)
        return None

    def holders(self, g: int) -> list[int]:
        """The generators in use that are g or hold it."""
        composite = [f for f, inside in self._composite.items() if g in inside]
        return [f for f in (g, *composite) if self._holding.get(f)]

    def holding(self, g: int) -> list[Monomial]:
        """The terms with a power of g itself."""
        return list(self._holding.get(g, ()))

    def take(self, g: int) -> Poly:
        """Remove the terms that hold g and return them."""
        taken: Poly = {}
        for f in self.holders(g):
            for m in list(self._holding[f]):
                if m not in taken:
                    taken[m] = self.terms[m]
                    self._leave(m)
        return taken
