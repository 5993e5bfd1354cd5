"""The unrolled network as arrows between whole layers, each with its local derivatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Symbol

from bptt_sym.calculus.local import local_derivatives
from bptt_sym.claims import Setting
from bptt_sym.errors import Missing
from bptt_sym.meaning.scope import Declaration

DRAWN = ("layer", "input")


@dataclass(frozen=True, slots=True)
class Place:
    """A layer, or what is given, at a step (None: it has none)."""

    declaration: Declaration
    step: int | None


@dataclass(frozen=True, slots=True)
class Component:
    """What a symbol is: a scalar of a place, `index` from 1."""

    place: Place
    index: tuple[int, ...]


@dataclass(frozen=True)
class Arrow:
    """`source` feeds `target`; `partials[k, l]` is how component k of the target changes with l of the source alone.

    Zeros are left out.
    """

    source: Place
    target: Place
    partials: Mapping[tuple[int, int], Expr]

    @property
    def within_step(self) -> bool:
        """Whether both ends belong to the same step."""
        return self.source.step == self.target.step


class Unrolled:
    """Places in topological order, and the arrows between them; parameters and targets are in the derivatives only."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.meaning: dict[Symbol, Component] = {}
        self.scalars: dict[Place, tuple[Symbol, ...]] = {}
        for place in self._all_places():
            self._note(place)

    def _all_places(self) -> Iterator[Place]:
        met = {ref.step for ref in self.setting.graph.refs.values() if ref.step is not None}
        for declaration in self.setting.network.declarations:
            for step in sorted(met) if declaration.timed else (None,):
                yield Place(declaration, step)

    def _note(self, place: Place) -> None:
        try:
            found = self.setting.scope.symbols(place.declaration, place.step)
        except Missing:
            return
        axes = len(place.declaration.axes)
        self.scalars[place] = tuple(found.values())
        for (row, col), symbol in found.items():
            self.meaning.setdefault(symbol, Component(place, (row + 1, col + 1)[:axes]))

    @cached_property
    def arrows(self) -> tuple[Arrow, ...]:
        """In the order in which the graph computes their targets."""
        local = local_derivatives(self.setting.graph)
        found: dict[tuple[Place, Place], dict[tuple[int, int], Expr]] = {}
        for assignment in self.setting.graph.assignments:
            if assignment.symbol not in self.meaning:
                continue
            target = self.meaning[assignment.symbol].place
            row = self.scalars[target].index(assignment.symbol)
            for symbol, derivative in local(assignment.symbol).items():
                source = self.meaning[symbol].place if symbol in self.meaning else None
                if source is not None and source.declaration.role in DRAWN:
                    entries = found.setdefault((source, target), {})
                    entries[row, self.scalars[source].index(symbol)] = derivative
        return tuple(Arrow(*ends, entries) for ends, entries in found.items())

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every place an arrow touches, given ones as soon as they are needed."""
        return tuple(dict.fromkeys(place for arrow in self.arrows for place in (arrow.source, arrow.target)))

    @cached_property
    def reached(self) -> frozenset[Place]:
        """The places from which an arrow leads on to the loss, and the loss: those that have a gradient."""
        loss = self.setting.network.loss
        found = {place for place in self.places if place.declaration == loss}
        for arrow in reversed(self._sorted()):
            if arrow.target in found:
                found.add(arrow.source)
        return frozenset(found)

    def _sorted(self) -> list[Arrow]:
        rank = self.setting.graph.rank
        return sorted(self.arrows, key=lambda arrow: max(rank(s) for s in self.scalars[arrow.target]))

    def is_given(self, place: Place) -> bool:
        """Whether no equation computes it: an input, or a state before the first step."""
        return all(self.setting.graph.definition(symbol) is None for symbol in self.scalars[place])
