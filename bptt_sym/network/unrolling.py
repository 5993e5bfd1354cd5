"""Forward equations become scalar single assignments, step by step."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from math import prod

import sympy as sp
from sympy import Expr, Symbol

from bptt_sym.errors import IllTyped, Missing, Unreadable, UsageError
from bptt_sym.meaning.array import Array, Flexible
from bptt_sym.meaning.context import Conditions
from bptt_sym.meaning.evaluate import evaluate
from bptt_sym.meaning.functions import named
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.graph import Application, Assignment, Graph
from bptt_sym.network.network import LARGEST_GRAPH, LARGEST_STEPS, Equation, Network
from bptt_sym.network.recognition import recognise
from bptt_sym.network.scope import NetworkScope
from bptt_sym.primitives import Primitive, VectorPrimitive
from bptt_sym.symbols import Ref
from bptt_sym.written.nodes import Apply, Name, Scripted


def unroll(network: Network, sizes: Mapping[str, int] | None = None, steps: int = 3) -> Graph:
    """The network over `steps` time steps as a graph of scalars; states before step 1 stay symbolic.

    Raises UsageError for sizes or steps that make no sense.
    """
    if not 1 <= steps <= LARGEST_STEPS:
        raise UsageError(f"the number of steps is {steps}, not between 1 and {LARGEST_STEPS}")
    chosen = network.sizes(sizes)
    weights = sum(prod(chosen[axis] for axis in d.axes) for d in network.declarations)
    if weights * steps > LARGEST_GRAPH:
        raise UsageError(f"these sizes give {weights * steps} scalars and more, too many to write out")
    key = (*chosen.items(), steps)
    if key not in network.graphs:
        network.graphs.clear()
        network.graphs[key] = _Unrolling(network, chosen, steps).graph()
    return network.graphs[key]


class _Unrolling:
    """Assignments in the making, keyed by the equation and the step they come from."""

    def __init__(self, network: Network, sizes: Mapping[str, int], steps: int) -> None:
        self.network = network
        self.scope = NetworkScope(network, sizes, steps)
        self.refs: dict[Symbol, Ref] = {}
        self.applications: list[Application] = []
        self.blocks: dict[tuple[int, int | None], list[Assignment]] = {}

    def graph(self) -> Graph:
        """All blocks, in an order in which nothing is used before it is assigned."""
        for number, equation in enumerate(self.network.equations):
            for step in self._steps(equation):
                self._assign(number, equation, step)
        while self._assign_next():
            pass
        assignments = self._ordered()
        self.applications.extend(recognise(assignments, self.applications))
        self._name_free(assignments)
        targets = _target_groups(self.network, self.scope, assignments)
        auxiliary = frozenset(
            a.symbol for (n, _), block in self.blocks.items() if self.network.equations[n].auxiliary for a in block
        )
        return Graph(tuple(assignments), tuple(self.applications), targets, self.refs, auxiliary)

    def _assign_next(self) -> bool:
        r"""Assigns what `\hat x_{t+1} = V h_t` defines after the last step, where something uses it."""
        met = {(name, step) for (name, timed, step, _), _ in self.scope.symbols_met() if timed}
        found = [
            (number, equation, step)
            for number, equation in enumerate(self.network.equations)
            for step in range(self.scope.steps + 1, self.scope.steps + 1 + equation.offset)
            if (equation.defines.name, step) in met and (number, step) not in self.blocks
        ]
        for number, equation, step in found:
            if (equation.defines.name, 0) in met:
                plain = equation.defines.name.plain
                raise Unreadable(f"it is not clear at which step {plain} begins and ends", equation.left.span)
            self._assign(number, equation, step)
        return bool(found)

    def _steps(self, equation: Equation) -> list[int | None]:
        if equation.at is not None:
            return [equation.at]
        if not equation.defines.timed:
            return [None]
        single = {other.at for other in self.network.equations if other.defines == equation.defines}
        return [step for step in range(1, self.scope.steps + 1) if step not in single]

    def _assign(self, number: int, equation: Equation, step: int | None) -> None:
        block = self.blocks.setdefault((number, step), [])
        binding = {} if step is None else {self.network.step: step - equation.offset}
        sizes = [self.scope.sizes[axis] for axis in equation.defines.axes]
        places = _places(sizes)
        if equation.index:
            for place in places:
                bound = {**binding, **dict(zip(equation.index, place, strict=True))}
                block.append(self._single(equation, step, place, self._value(equation, bound, (1, 1)).at(0)))
            return
        rows, cols = equation.defines.shape(sizes)
        value = self._value(equation, binding, (rows, cols))
        entries = {equation.defines.index(i, j): value.at(i, j) for i in range(rows) for j in range(cols)}
        block.extend(self._single(equation, step, place, entries[place]) for place in places)
        self._note_application(equation, step, places, binding)

    def _value(self, equation: Equation, binding: Mapping[str, int], shape: tuple[int, int]) -> Array:
        try:
            value = evaluate(equation.body, self.scope, binding, Conditions())
        except Missing as error:
            raise Unreadable(
                f"a forward equation uses what doesn't exist: {error.message}", equation.body.span
            ) from error
        shaped = value.shaped(shape) if isinstance(value, Flexible) else value
        if shaped is None or shaped.shape != shape:
            raise IllTyped(
                f"{equation.defines.name.plain} doesn't have the shape of its right side", equation.body.span
            )
        return shaped

    def _single(self, equation: Equation, step: int | None, place: tuple[int, ...], expr: Expr) -> Assignment:
        name = self.scope.symbol(equation.defines, step, place)
        self.refs[name] = Ref(equation.defines.entry if place else equation.defines.name, step, place)
        return Assignment(name, expr)

    def _note_application(
        self, equation: Equation, step: int | None, places: list[tuple[int, ...]], binding: Mapping[str, int]
    ) -> None:
        """A primitive of a whole layer, so that its derivative and laws come from the table."""
        body = equation.body
        if not isinstance(body, Apply) or not isinstance(body.function, Name):
            return
        row = named(body.function, self.scope)
        if not isinstance(row, Primitive | VectorPrimitive) or not isinstance(body.argument, Name | Scripted):
            return
        argument = evaluate(body.argument, self.scope, binding, Conditions())
        inputs = _listed(argument) if isinstance(argument, Array) and len(places) == max(argument.shape) else []
        outputs = [self.scope.symbol(equation.defines, step, place) for place in places]
        symbols = tuple(s for s in inputs if isinstance(s, Symbol))
        if len(symbols) != len(outputs):
            return
        if isinstance(row, VectorPrimitive):
            self.applications.append(Application(row.name, symbols, tuple(outputs)))
        else:
            self.applications.extend(Application(row.name, (a,), (f,)) for a, f in zip(symbols, outputs, strict=True))

    def _ordered(self) -> list[Assignment]:
        """Blocks after the blocks they use; among those that are ready, earlier steps and equations first."""
        owner = {a.symbol: key for key, block in self.blocks.items() for a in block}
        needs = {
            key: {owner[s] for a in block for s in _symbols(a.expr) if s in owner} - {key}
            for key, block in self.blocks.items()
        }
        users: dict[tuple[int, int | None], list[tuple[int, int | None]]] = {}
        for key, needed in needs.items():
            for other in needed:
                users.setdefault(other, []).append(key)
        waiting = {key: len(needed) for key, needed in needs.items()}
        return self._sorted(waiting, users)

    def _sorted(
        self,
        waiting: dict[tuple[int, int | None], int],
        users: dict[tuple[int, int | None], list[tuple[int, int | None]]],
    ) -> list[Assignment]:
        last = self.scope.steps + 1
        heap = [(last if key[1] is None else key[1], key[0], key) for key, count in waiting.items() if count == 0]
        heapq.heapify(heap)
        done: list[Assignment] = []
        while heap:
            _, _, key = heapq.heappop(heap)
            done.extend(self.blocks[key])
            for user in users.get(key, ()):
                waiting[user] -= 1
                if waiting[user] == 0:
                    heapq.heappush(heap, (last if user[1] is None else user[1], user[0], user))
        if len(done) != sum(len(block) for block in self.blocks.values()):
            stuck = [self.network.equations[key[0]] for key, count in waiting.items() if count]
            shown = next((e for e in stuck if not e.auxiliary), stuck[0])
            place = shown.left.span or shown.body.span
            raise Unreadable(f"{shown.defines.name.plain} is given only through itself", place)
        return done

    def _name_free(self, assignments: list[Assignment]) -> None:
        """What the free symbols are: parameters, inputs, targets and states before step 1."""
        for key, name in self.scope.symbols_met():
            if name not in self.refs:
                identifier, timed, step, index = key
                declared = next(d for d in self.network.declarations if (d.name, d.timed) == (identifier, timed))
                self.refs[name] = Ref(declared.entry if index else identifier, step, index)


def _listed(vector: Array) -> list[Expr]:
    return [vector.at(i, j) for i in range(vector.rows) for j in range(vector.cols)]


def _places(sizes: list[int]) -> list[tuple[int, ...]]:
    if not sizes:
        return [()]
    if len(sizes) == 1:
        return [(i,) for i in range(1, sizes[0] + 1)]
    return [(i, j) for i in range(1, sizes[0] + 1) for j in range(1, sizes[1] + 1)]


def _symbols(expr: Expr) -> set[Symbol]:
    found: set[Symbol] = set()
    stack = [expr]
    while stack:
        part = stack.pop()
        if isinstance(part, Symbol):
            found.add(part)
        else:
            stack.extend(part.args)
    return found


def _target_groups(
    network: Network, scope: NetworkScope, assignments: list[Assignment]
) -> tuple[tuple[Symbol, ...], ...]:
    """Vectors that multiply logarithms, where no other logarithm stands beside them: they weigh outcomes."""
    groups: dict[Symbol, tuple[Symbol, ...]] = {}
    for d in network.declarations:
        if d.role in ("target", "input") and len(d.axes) == 1:
            for group in _groups_of(d, scope):
                groups.update(dict.fromkeys(group, group))
    weighing: dict[tuple[Symbol, ...], bool] = {}
    for assignment in assignments:
        used = [s for s in _symbols(assignment.expr) if s in groups] if assignment.expr.has(sp.log) else []
        good = bool(used) and _weighs(assignment.expr, set(groups))
        weighing.update({groups[s]: weighing.get(groups[s], True) and good for s in used})
    return tuple(group for group in dict.fromkeys(groups.values()) if weighing.get(group))


def _groups_of(d: Declaration, scope: NetworkScope) -> list[tuple[Symbol, ...]]:
    """The components of a vector at every step at which the equations speak of it."""
    places = range(1, scope.sizes[d.axes[0]] + 1)
    found: dict[int | None, list[Symbol]] = {}
    for (name, timed, step, index), symbol in scope.symbols_met():
        if (name, timed) == (d.name, d.timed) and index and index[0] in places:
            found.setdefault(step, []).append(symbol)
    return [tuple(group) for group in found.values()]


def _weighs(expr: Expr, targets: set[Symbol]) -> bool:
    """Every term that has a logarithm or a target has exactly one target, as a factor, and logarithms occur."""
    terms = sp.Add.make_args(sp.expand_mul(expr))
    concerned = [t for t in terms if t.has(sp.log) or _symbols(t) & targets]
    for term in concerned:
        factors = sp.Mul.make_args(term)
        others = [f for f in factors if f not in targets]
        if len(factors) - len(others) != 1 or any(_symbols(f) & targets for f in others):
            return False
    return any(t.has(sp.log) for t in concerned)
