"""Total derivatives over the graph: the chain rule, one definition a symbol, written down when asked for.

The derivative of A by B is a symbol of its own. Its definition is the sum over the assignments C that use B
of dA/dC times ∂C/∂B; so each is linear in the edges that leave B, and the graph is never substituted into itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sympy import Expr, Symbol

from bptt_sym.algebra import ONE, ZERO, add, multiply
from bptt_sym.calculus.local import local_derivatives, partials
from bptt_sym.errors import Unreadable
from bptt_sym.network.graph import Application, Assignment, Graph
from bptt_sym.symbols import Identifier, derivative_symbol, symbol

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class _Pair:
    """The derivative of node `of` by `wrt`, or by the copy of `wrt` at one step."""

    of: Symbol
    wrt: Symbol
    copy: int | None


class _Reach:
    """What a node depends on, explored from the latest assignment down to as early as was asked for.

    Nodes are numbered by their place in the graph, free symbols from -1 down.
    """

    def __init__(self, sources: Sequence[frozenset[int]], place: int) -> None:
        self._sources = sources
        self._next = place
        self._found = {place}

    def down_to(self, place: int) -> set[int]:
        """All that it depends on by way of assignments from that place up, and maybe more."""
        found, sources = self._found, self._sources
        for current in range(self._next, place - 1, -1):
            if current in found:
                found |= sources[current]
        self._next = min(self._next, place - 1)
        return found


class Differential:
    """A graph with all its derivatives: a theory in which they are defined as soon as they are named."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        local_of = local_derivatives(graph)
        self._local = [local_of(a.symbol) for a in graph.assignments]
        self._nodes = [a.symbol for a in graph.assignments]
        self._numbers = {node: place for place, node in enumerate(self._nodes)}
        for local in self._local:
            for source in local:
                self._numbers.setdefault(source, len(self._nodes) - 1 - len(self._numbers))
        self._sources = [frozenset(self._numbers[s] for s in local) for local in self._local]
        self._consumers: dict[int, set[int]] = {}
        for place, sources in enumerate(self._sources):
            for source in sources:
                self._consumers.setdefault(source, set()).add(place)
        self._at_step: dict[int | None, set[int]] = {}
        for place in range(len(self._nodes)):
            self._at_step.setdefault(self._at(place), set()).add(place)
        self._reaches: dict[int, _Reach] = {}
        self._used_at: dict[tuple[int, int], set[int]] = {}
        self._indexed: tuple[Mapping[Any, Symbol], dict[int, Any]] = ({}, {})
        self._pairs: dict[Symbol, _Pair | tuple[Symbol, Symbol]] = {}
        self._names: dict[tuple[int, int, int | None], Symbol] = {}
        self._definitions: dict[Symbol, Expr] = {}
        self._passed: dict[tuple[Identifier, int | None, Identifier, int | None], frozenset[Symbol]] = {}

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
            return self._immediate(of, wrt, copy)
        if isinstance(of, Symbol):
            _require_step(of, wrt, copy)
            return self._by_symbol(of, wrt, copy)
        parts = partials(of)
        if copy is not None and wrt in parts:
            raise Unreadable(f"{wrt.name} stands here without its step: which copy is meant?")
        terms = [multiply(e, d) for s, e in parts.items() if (d := self._by_symbol(s, wrt, copy)) is not ZERO]
        return add(terms)

    def derivatives(self, of: Expr, wrt: Mapping[K, Symbol], copy: int | None = None) -> dict[K, Expr]:
        """The total derivatives by many symbols, all different; those that are 0 left out."""
        if not isinstance(of, Symbol) or of not in self._numbers:
            found = {k: self.derivative(of, s, copy) for k, s in wrt.items()}
            return {k: e for k, e in found.items() if e is not ZERO}
        keys = self._by_number(wrt)
        place = self._numbers[of]
        if copy is not None and place in keys:
            _require_step(of, of, copy)
        used = self._used(place, copy, min(keys, default=place))
        return {keys[n]: self._named(place, n, wrt[keys[n]], copy) for n in sorted(used & keys.keys())}

    def _by_number(self, wrt: Mapping[K, Symbol]) -> dict[int, K]:
        """The keys by the numbers of their symbols; kept, as the same symbols often come again."""
        if self._indexed[0] is not wrt:
            numbers = ((self._numbers.get(s), k) for k, s in wrt.items())
            self._indexed = wrt, {n: k for n, k in numbers if n is not None}
        return self._indexed[1]

    def _immediate(self, of: Expr, wrt: Symbol, copy: int | None, within: frozenset[Symbol] | None = None) -> Expr:
        """By the equation of `of` alone; what only names an argument written in that equation is part of it.

        Where no equation of its layer has the symbol, the layers of the same step are seen through: what is held
        fixed is the steps before.
        """
        place = self.graph.rank(of) if isinstance(of, Symbol) else -1
        if of == wrt:
            _require_step(of, wrt, copy)
            return ONE
        if within is None:
            within = self._seen_through(of, wrt) if isinstance(of, Symbol) and place >= 0 else self.graph.auxiliary
        parts = self._local[place] if place >= 0 else partials(of)
        if copy is not None and place < 0 and wrt in parts:
            raise Unreadable(f"{wrt.name} stands here without its step: which copy is meant?")
        direct = parts.get(wrt, ZERO) if copy is None or place < 0 or self._at(place) == copy else ZERO
        passed = [(s, e) for s, e in parts.items() if s in within and s != wrt]
        inside = [multiply(e, self._immediate(s, wrt, copy, within)) for s, e in passed]
        return add([direct, *inside]) if inside else direct

    def _seen_through(self, of: Symbol, wrt: Symbol) -> frozenset[Symbol]:
        """The nodes that an immediate derivative passes: names of arguments, or else all of the same step."""
        refs = self.graph.refs
        if of not in refs or wrt not in refs:
            return self.graph.auxiliary
        key = (refs[of].name, refs[of].step, refs[wrt].name, refs[wrt].step)
        if key not in self._passed:
            layer = [s for s in self._nodes if s in refs and (refs[s].name, refs[s].step) == key[:2]]
            passed = self.graph.auxiliary
            if key[1] is not None and not any(self._has(s, key[2:]) for s in layer):
                passed |= {self._nodes[place] for place in self._at_step.get(key[1], ())}
            self._passed[key] = passed
        return self._passed[key]

    def _has(self, node: Symbol, name: tuple[Identifier, int | None]) -> bool:
        """Whether the equation of a node has a symbol of that name and step in it."""
        refs = self.graph.refs
        return any(
            (s in refs and (refs[s].name, refs[s].step) == name) or (s in self.graph.auxiliary and self._has(s, name))
            for s in self._local[self._numbers[node]]
        )

    def _by_symbol(self, of: Symbol, wrt: Symbol, copy: int | None) -> Expr:
        place, number = self._numbers.get(of), self._numbers.get(wrt)
        if place is None or number is None or place < 0 or place == number:
            return self._by_stranger(of, wrt, copy)
        return self._named(place, number, wrt, copy) if number in self._used(place, copy, number) else ZERO

    def _by_stranger(self, of: Symbol, wrt: Symbol, copy: int | None) -> Expr:
        """By itself, of what is no node, or by what no node uses."""
        if of == wrt:
            return ONE if copy is None else ZERO
        return self._of_derivative(of, wrt, copy) if of in self._pairs else ZERO

    def _named(self, place: int, number: int, wrt: Symbol, copy: int | None) -> Expr:
        """The symbol of a derivative that isn't 0."""
        if place == number:
            return ONE
        name = self._names.get((place, number, copy))
        if name is None:
            of = self._nodes[place]
            name = derivative_symbol(of, wrt if copy is None else symbol(f"{wrt.name}^({copy})"))
            self._pairs[name] = _Pair(of, wrt, copy)
            self._names[place, number, copy] = name
        return name

    def _used(self, place: int, copy: int | None, number: int) -> set[int]:
        """What a node depends on, complete for symbols from that number up; for a copy by its step's nodes only."""
        reach = self._reaches.get(place)
        if reach is None:
            reach = self._reaches[place] = _Reach(self._sources, place)
        if copy is None:
            return reach.down_to(max(number, 0))
        used = self._used_at.get((place, copy))
        if used is None:
            at = self._at_step.get(copy, set())
            found = at & reach.down_to(min(at, default=place))
            used = self._used_at[place, copy] = set().union(*(self._sources[p] for p in found))
        return used

    def _at(self, place: int) -> int | None:
        """The step of a node."""
        ref = self.graph.refs.get(self._nodes[place])
        return None if ref is None else ref.step

    def _expand(self, pair: _Pair | tuple[Symbol, Symbol]) -> Expr:
        if isinstance(pair, tuple):
            inner = self.definition(pair[0])
            assert inner is not None
            return self.derivative(inner, pair[1])
        last = self._numbers[pair.of]
        consumers = self._consumers[self._numbers[pair.wrt]]
        if pair.copy is not None:
            consumers = consumers & self._at_step[pair.copy]
        places = sorted(consumers & self._used(last, None, min(consumers)))
        return add(multiply(self._named(last, p, self._nodes[p], None), self._local[p][pair.wrt]) for p in places)

    def _of_derivative(self, of: Symbol, wrt: Symbol, copy: int | None) -> Expr:
        """A second derivative: the inner one's definition differentiated when it is needed."""
        if copy is not None:
            raise Unreadable("second derivatives by one step's copy are not read")
        name = derivative_symbol(of, wrt)
        self._pairs[name] = (of, wrt)
        return name


def _require_step(of: Expr, wrt: Symbol, copy: int | None) -> None:
    if copy is not None and of == wrt:
        raise Unreadable(f"{wrt.name} stands here without its step: which copy is meant?")


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
    return Graph(graph.assignments + tuple(added), graph.applications, graph.targets, graph.refs, graph.auxiliary)
