"""Total derivatives over the graph: the chain rule, one definition a symbol, written down when asked for.

The derivative of A by B is a symbol of its own. Its definition is the sum over the assignments C that use B
of dA/dC times ∂C/∂B; so each is linear in the edges that leave B, and the graph is never substituted into itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Mul, Symbol

from bptt_sym.calculus.local import local_derivatives, partials
from bptt_sym.errors import Unreadable
from bptt_sym.network.graph import Application, Assignment, Graph
from bptt_sym.symbols import derivative_symbol, symbol

ONE = Integer(1)
ZERO = Integer(0)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The derivative of node `of` by `wrt`, or by the copy of `wrt` at one step."""

    of: Symbol
    wrt: Symbol
    copy: int | None


class _Reach:
    """What a node depends on, explored from the latest assignment down to as early as was asked for."""

    def __init__(self, graph: Graph, sources: Sequence[tuple[int, ...]], place: int) -> None:
        self._sources = sources
        self._frontier = [-place]
        self._found = {place}

    def includes(self, place: int) -> bool:
        """Whether the node depends on the assignment at that place (itself included)."""
        while self._frontier and -self._frontier[0] >= place:
            current = -heapq.heappop(self._frontier)
            for source in self._sources[current]:
                if source not in self._found:
                    self._found.add(source)
                    heapq.heappush(self._frontier, -source)
        return place in self._found


class Differential:
    """A graph with all its derivatives: a theory in which they are defined as soon as they are named."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        local_of = local_derivatives(graph)
        self._local = [local_of(a.symbol) for a in graph.assignments]
        self._sources = [
            tuple(p for s in local if (p := graph.rank(s)) >= 0) for local in self._local
        ]
        self._consumers: dict[Symbol, list[int]] = {}
        self._consumers_at: dict[tuple[Symbol, int | None], list[int]] = {}
        for place, local in enumerate(self._local):
            at = self._step(place)
            for source in local:
                self._consumers.setdefault(source, []).append(place)
                self._consumers_at.setdefault((source, at), []).append(place)
        self._reaches: dict[int, _Reach] = {}
        self._pairs: dict[Symbol, _Pair | tuple[Symbol, Symbol]] = {}
        self._definitions: dict[Symbol, Expr] = {}

    @property
    def applications(self) -> Sequence[Application]:
        """The graph's own."""
        return self.graph.applications

    @property
    def targets(self) -> Sequence[tuple[Symbol, ...]]:
        """The graph's own."""
        return self.graph.targets

    def definition(self, symbol: Symbol) -> Expr | None:
        """One level deep, for nodes of the graph and for derivatives that were named."""
        pair = self._pairs.get(symbol)
        if pair is None:
            return self.graph.definition(symbol)
        if symbol not in self._definitions:
            self._definitions[symbol] = self._expand(pair)
        return self._definitions[symbol]

    def rank(self, symbol: Symbol) -> int:
        """The graph's own; a derivative by an early node uses derivatives by later ones."""
        pair = self._pairs.get(symbol)
        if pair is None:
            return self.graph.rank(symbol)
        nodes = len(self.graph.assignments)
        if isinstance(pair, tuple):
            return self.rank(pair[0]) + 2 * nodes + 2
        return 2 * nodes - self.graph.rank(pair.wrt)

    def derivative(self, of: Expr, wrt: Symbol, copy: int | None = None, *, immediate: bool = False) -> Expr:
        """d(of)/d(wrt): a symbol with a definition, 1, 0, or a sum of such symbols for a composite expression.

        With `copy`, by the copy of a shared parameter at that step. Immediate: the other symbols held fixed.
        """
        if immediate:
            return self._immediate(of, wrt)
        if isinstance(of, Symbol):
            return self._by_symbol(of, wrt, copy)
        parts = partials(of)
        if copy is not None and wrt in parts:
            raise Unreadable(f"{wrt.name} stands here without its step: which copy is meant?")
        terms = [Mul(e, d) for s, e in parts.items() if (d := self._by_symbol(s, wrt, copy)) is not ZERO]
        return Add(*terms)

    def _immediate(self, of: Expr, wrt: Symbol) -> Expr:
        place = self.graph.rank(of) if isinstance(of, Symbol) else -1
        if of == wrt:
            return ONE
        return (self._local[place] if place >= 0 else partials(of)).get(wrt, ZERO)

    def _by_symbol(self, of: Symbol, wrt: Symbol, copy: int | None) -> Expr:
        if of == wrt:
            return ONE if copy is None else ZERO
        if of in self._pairs:
            return self._of_derivative(of, wrt, copy)
        place = self.graph.rank(of)
        if place < 0 or not any(self._reach(place).includes(c) for c in self._uses(wrt, copy) if c <= place):
            return ZERO
        by = wrt if copy is None else symbol(f"{wrt.name}^({copy})")
        name = derivative_symbol(of, by)
        self._pairs[name] = _Pair(of, wrt, copy)
        return name

    def _uses(self, wrt: Symbol, copy: int | None) -> list[int]:
        """The assignments that use a symbol; for a copy only those of its step."""
        if copy is None:
            return self._consumers.get(wrt, [])
        return self._consumers_at.get((wrt, copy), [])

    def _step(self, place: int) -> int | None:
        ref = self.graph.refs.get(self.graph.assignments[place].symbol)
        return None if ref is None else ref.step

    def _reach(self, place: int) -> _Reach:
        if place not in self._reaches:
            self._reaches[place] = _Reach(self.graph, self._sources, place)
        return self._reaches[place]

    def _expand(self, pair: _Pair | tuple[Symbol, Symbol]) -> Expr:
        if isinstance(pair, tuple):
            inner = self.definition(pair[0])
            assert inner is not None
            return self.derivative(inner, pair[1])
        terms = []
        for place in self._uses(pair.wrt, pair.copy):
            outer = self._by_symbol(pair.of, self.graph.assignments[place].symbol, None)
            if outer is not ZERO:
                terms.append(Mul(outer, self._local[place][pair.wrt]))
        return Add(*terms)

    def _of_derivative(self, of: Symbol, wrt: Symbol, copy: int | None) -> Expr:
        """A second derivative: the inner one's definition differentiated when it is needed."""
        if copy is not None:
            raise Unreadable("second derivatives by one step's copy are not read")
        name = derivative_symbol(of, wrt)
        self._pairs[name] = (of, wrt)
        return name


def differentiate(graph: Graph, of: Symbol) -> Graph:
    """The graph with the adjoint of every symbol that `of` depends on, by one reverse sweep.

    The adjoints are assignments after the forward ones, named `dL/dh_1^(2)`; `of` itself has adjoint 1.
    """
    differential = Differential(graph)
    nodes = [a.symbol for a in reversed(graph.assignments)]
    known = set(nodes)
    free: dict[Symbol, None] = {}
    for local in differential._local:
        free.update({s: None for s in local if s not in known})
    added = []
    for wrt in (*nodes, *free):
        adjoint = differential.derivative(of, wrt)
        if isinstance(adjoint, Symbol):
            definition = differential.definition(adjoint)
            assert definition is not None
            added.append(Assignment(adjoint, definition))
    return Graph(graph.assignments + tuple(added), graph.applications, graph.targets, graph.refs)
