"""Dimensions by unification: unknowns that are found equal, or 1, or a sum of others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from bptt_sym.errors import IllTyped, Span

Shape: TypeAlias = tuple[int, int]
ONE = 0


@dataclass(slots=True)
class Dimensions:
    """A union-find over unknown sizes; number 0 is the size 1.

    `sums` are the sizes of concatenations; `causes` the places where a size was found equal to its parent.
    """

    parents: list[int] = field(default_factory=lambda: [ONE])
    sums: dict[int, tuple[int, ...]] = field(default_factory=dict)
    causes: dict[int, Span | None] = field(default_factory=dict)
    places: dict[int, Span | None] = field(default_factory=dict)

    def fresh(self, span: Span | None = None) -> int:
        """A new unknown."""
        self.parents.append(len(self.parents))
        self.places[len(self.parents) - 1] = span
        return len(self.parents) - 1

    def find(self, d: int) -> int:
        """The representative of what `d` is equal to."""
        while self.parents[d] != d:
            d = self.parents[d]
        return d

    def reason(self, d: int) -> Span | None:
        """The last of the places that made `d` what it is."""
        found = None
        while self.parents[d] != d:
            found = self.causes.get(d) or found
            d = self.parents[d]
        return found

    def concatenated(self, parts: tuple[int, ...], span: Span | None) -> int:
        """The size of things stacked one above another."""
        whole = self.fresh(span)
        self.sums[whole] = parts
        return whole

    def unify(self, a: int, b: int, span: Span | None) -> None:
        """Two sizes are one; raises IllTyped, with both places, where that can't be."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if a in self.sums and b in self.sums:
            self._unify_sums(a, b, span)
            return
        if b == ONE or b in self.sums:
            a, b = b, a
        if self._inside(a, b) or (a in self.sums and b == ONE) or (a == ONE and b in self.sums):
            raise IllTyped("these sizes can't agree: one is the other and more", span, self._where(a, b))
        self._join(a, b, span)

    def _unify_sums(self, a: int, b: int, span: Span | None) -> None:
        """Two concatenations agree part by part, in any order of the same parts."""
        left = [self.find(p) for p in self.sums[a]]
        right = [self.find(p) for p in self.sums[b]]
        for part in list(left):
            if part in right:
                left.remove(part)
                right.remove(part)
        if len(left) != len(right) or len(left) > 1:
            raise IllTyped("these concatenations don't agree part by part", span, self._where(a, b))
        for p, q in zip(left, right, strict=True):
            self.unify(p, q, span)
        self._join(self.find(a), self.find(b), span)

    def _join(self, a: int, b: int, span: Span | None) -> None:
        """`b` becomes what `a` is."""
        if a == b:
            return
        self.parents[b] = a
        self.causes[b] = span
        self.sums.pop(b, None)

    def _where(self, *sizes: int) -> tuple[tuple[Span, str], ...]:
        places = [self.places.get(d) for d in sizes]
        return tuple((place, "this size") for place in places if place is not None)

    def _inside(self, whole: int, part: int) -> bool:
        return any(self.find(p) == part or self._inside(self.find(p), part) for p in self.sums.get(whole, ()))

    def same(self, a: Shape, b: Shape, span: Span | None) -> None:
        """Two shapes are one."""
        self.unify(a[0], b[0], span)
        self.unify(a[1], b[1], span)

    def is_scalar(self, shape: Shape) -> bool:
        """Whether both sizes are known to be 1."""
        return self.find(shape[0]) == ONE and self.find(shape[1]) == ONE
