"""The unrolled network as arrows between whole layers, each with its local derivatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from sympy import Expr, Symbol

from bptt_sym.calculus.local import local_derivatives
from bptt_sym.errors import Missing
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.graph import Graph
from bptt_sym.network.scope import NetworkScope

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

    def __init__(self, graph: Graph, scope: NetworkScope) -> None:
        self.graph = graph
        self.scope = scope
        self.network = scope.network
        self.meaning: dict[Symbol, Component] = {}
        self.scalars: dict[Place, tuple[Symbol, ...]] = {}
        for place in self._all_places():
            self._note(place)

    def _all_places(self) -> Iterator[Place]:
        met = {ref.step for ref in self.graph.refs.values() if ref.step is not None}
        for declaration in self.network.declarations:
            for step in sorted(met) if declaration.timed else (None,):
                yield Place(declaration, step)

    def _note(self, place: Place) -> None:
        """The scalars of a place, those that the graph speaks of."""
        sizes = [range(1, self.scope.sizes[axis] + 1) for axis in place.declaration.axes]
        found = []
        for index in product(*sizes):
            try:
                symbol = self.scope.symbol(place.declaration, place.step, index)
            except Missing:
                continue
            found.append(symbol)
            self.meaning.setdefault(symbol, Component(place, index))
        if found:
            self.scalars[place] = tuple(found)

    @cached_property
    def arrows(self) -> tuple[Arrow, ...]:
        """In the order in which the graph computes their targets."""
        local = local_derivatives(self.graph)
        found: dict[tuple[Place, Place], dict[tuple[int, int], Expr]] = {}
        for assignment in self.graph.assignments:
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
        loss = self.network.loss
        found = {place for place in self.places if place.declaration == loss}
        for arrow in reversed(self.sorted()):
            if arrow.target in found:
                found.add(arrow.source)
        return frozenset(found)

    def sorted(self) -> list[Arrow]:
        """Arrows in an order in which whatever leads to a place comes before what leads on from it."""
        rank = self.graph.rank
        return sorted(self.arrows, key=lambda arrow: max(rank(s) for s in self.scalars[arrow.target]))

    def is_given(self, place: Place) -> bool:
        """Whether no equation computes it: an input, or a state before the first step."""
        return all(self.graph.definition(symbol) is None for symbol in self.scalars[place])
