"""A written equality in a scope: its instances, each decided, and the weakest hypothesis for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal, TypeAlias

from sympy import Expr, Symbol

from bptt_sym.calculus.total import Differential
from bptt_sym.errors import IllTyped, Missing, NoComponent, Span, Unreadable
from bptt_sym.meaning.array import Array, Flexible, Value
from bptt_sym.meaning.conditions import condition, is_all
from bptt_sym.meaning.context import Conditions, Context
from bptt_sym.meaning.evaluate import evaluate
from bptt_sym.meaning.indices import COUNTING, STEP, free_letters, letter_range
from bptt_sym.meaning.scope import Binding
from bptt_sym.network.graph import Graph
from bptt_sym.network.network import Network
from bptt_sym.network.scope import NetworkScope
from bptt_sym.network.unrolling import unroll
from bptt_sym.proof import Proved, Prover, Refuted, Undecided
from bptt_sym.proof.verdict import Certificate, Given, Witness
from bptt_sym.written.nodes import Big, Chain, Name, Node, Scripted, walk

GIVENS: tuple[Given, ...] = ("", "sum_y", "one_hot")
MOST_INSTANCES = 100_000

Word: TypeAlias = Literal["proved", "refuted", "ill-typed", "unreadable", "undecided"]


class Meanings:
    """The sides of the claim judged last, evaluated: the right one is often the left one of the next."""

    def __init__(self) -> None:
        self._sides: list[tuple[Node, dict[tuple[tuple[str, int], ...], tuple[Value, Conditions]]]] = []

    def turn_to(self, *nodes: Node) -> None:
        """Forgets all but what is known of these nodes."""
        known = {id(node): values for node, values in self._sides}
        self._sides = [(node, known.get(id(node), {})) for node in nodes]

    def of(self, node: Node, scope: NetworkScope, binding: Binding) -> tuple[Value, Conditions]:
        """The meaning of one of the nodes turned to, and the conditions under which it is defined."""
        values = next(values for other, values in self._sides if other is node)
        key = tuple(binding.items())
        if key not in values:
            met = Conditions()
            values[key] = evaluate(node, scope, binding, met), met
        return values[key]


@dataclass(frozen=True)
class Setting:
    """An unrolled network with everything that claims about it need."""

    network: Network
    graph: Graph
    scope: NetworkScope
    differential: Differential
    prover: Prover
    meanings: Meanings = field(init=False, compare=False, repr=False, default_factory=Meanings)

    @classmethod
    def of(
        cls, network: Network, sizes: Mapping[str, int] | None = None, steps: int = 3, *, certifying: bool = False
    ) -> Setting:
        """The network unrolled at these sizes; raises UsageError for sizes that make no sense.

        With `certifying`, what is proved comes with certificates.
        """
        graph = unroll(network, sizes, steps)
        differential = Differential(graph)
        known = set(graph.refs.values())
        scope = NetworkScope(network, network.sizes(sizes), steps, known.__contains__, differential)
        return cls(network, graph, scope, differential, Prover(differential, certifying=certifying))

    def with_definition(self, left: Node, right: Node) -> Setting:
        """The same setting with one more local definition, `S = ...`."""
        return replace(self, scope=replace(self.scope, local={**self.scope.local, left: right}))

    def without_invented(self, base: str, accents: tuple[str, ...]) -> Setting:
        """The same setting where a letter no longer stands for what was only invented for the network."""
        return replace(self, scope=replace(self.scope, shadowed=self.scope.shadowed | {(base, accents)}))


@dataclass(frozen=True, slots=True)
class Instance:
    """One choice of the free letters, and the component that was compared (row, column; from 1)."""

    binding: tuple[tuple[str, int], ...]
    component: tuple[int, ...] = ()

    def __str__(self) -> str:
        parts = [f"{letter} = {value}" for letter, value in self.binding]
        if self.component:
            parts.append(f"component {', '.join(map(str, self.component))}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a claim.

    `given` is the weakest hypothesis under which all `instances` hold; for a refuted claim `failing` are the
    instances that don't, with a witness of the first; `span` and `shapes` say where a shape doesn't fit.
    `vacuous` marks a claim about every step that has no instance in this number of steps.
    """

    word: Word
    message: str = ""
    given: Given = ""
    instances: int = 0
    failing: tuple[Instance, ...] = ()
    witness: Witness | None = None
    span: Span | None = None
    shapes: tuple[tuple[Span, str], ...] = ()
    readings: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    vacuous: bool = False


def judge(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain] = ()) -> Outcome:
    """Whether `left = right` holds for every instance of its free letters; never raises for what it reads."""
    try:
        return _judge(left, right, setting, conditions)
    except IllTyped as error:
        return Outcome("ill-typed", error.message, span=error.span, shapes=error.shapes)
    except Unreadable as error:
        return Outcome("unreadable", error.message, span=error.span)


def _judge(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain]) -> Outcome:
    tally = _Tally()
    beyond = False
    setting.meanings.turn_to(left, right)
    for binding in instances((left, right), setting.scope, conditions):
        try:
            a, before = setting.meanings.of(left, setting.scope, binding)
            b, after = setting.meanings.of(right, setting.scope, binding)
        except Missing as error:
            beyond = beyond or isinstance(error, NoComponent)
            continue
        _refuse_unknown_size(a, b, right, setting.scope)
        met = before.and_also(after)
        tally.readings.update(met.readings)
        for component, p, q in _entries(a, b, right):
            tally.add(Instance(tuple(binding.items()), component), _decide(p, q, setting, met))
        if tally.hopeless:
            break
    outcome = tally.outcome()
    about_steps = not beyond and any(STEP in kinds for kinds in _kinds((left, right), setting.scope).values())
    return replace(outcome, vacuous=True) if about_steps and outcome.instances == 0 else outcome


def examine(node: Node, setting: Setting, conditions: Sequence[Chain] = ()) -> None:
    """Reads an expression that asserts nothing; raises IllTyped or Unreadable where that can't be done."""
    for binding in instances((node,), setting.scope, conditions):
        try:
            evaluate(node, setting.scope, binding, Conditions())
        except Missing:
            continue


def _decide(p: Expr, q: Expr, setting: Setting, met: Conditions) -> Proved | Refuted | Undecided:
    return setting.prover.decide(
        p, q, divisors=tuple(met.divisors), positives=tuple(met.positives), presumes_one_hot=met.one_hot
    )


def instances(nodes: Sequence[Node], scope: NetworkScope, conditions: Sequence[Chain] = ()) -> Iterator[Binding]:
    """Every choice of the free letters that satisfies the side conditions."""
    _refuse_sizes_as_indices(nodes, scope)
    ranges = {letter: letter_range(used, scope) for letter, used in _kinds(nodes, scope).items()}
    count = 1
    for letter, span in ranges.items():
        if not len(span):
            raise Unreadable(f"nothing says what {letter} runs over")
        count *= len(span)
    if count > MOST_INSTANCES:
        raise Unreadable("too many instances to go through")
    for values in product(*ranges.values()):
        binding = dict(zip(ranges, values, strict=True))
        context = Context(scope, binding, Conditions(), lambda node, _: evaluate(node, scope, {}, Conditions()))
        if all(is_all(chain, context) or condition(chain, context) for chain in conditions):
            yield binding


def _kinds(nodes: Sequence[Node], scope: NetworkScope) -> dict[str, tuple[str, ...]]:
    """What each free letter runs over, in order of appearance."""
    kinds: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        for letter, used in free_letters(node, scope).items():
            kinds[letter] = tuple(dict.fromkeys((*kinds.get(letter, ()), *used)))
    return kinds


def _refuse_sizes_as_indices(nodes: Sequence[Node], scope: NetworkScope) -> None:
    r"""`\sum_{i=1}^{n-1} y_i + y_n` means n as a size, perhaps; as an index it would be another claim."""
    free = {letter for letter, kinds in _kinds(nodes, scope).items() if STEP not in kinds} - COUNTING
    limits = [part.upper for node in nodes for part in walk(node) if isinstance(part, Big) and part.upper is not None]
    for limit in limits:
        for part in walk(limit):
            if isinstance(part, Name) and part.base in free and not isinstance(limit, Scripted):
                raise Unreadable(f"is {part.base} a size or an index here?", limit.span)


def _refuse_unknown_size(a: Value, b: Value, place: Node, scope: NetworkScope) -> None:
    """A vector of ones, a unit vector or an identity is no scalar, unless something here has size 1."""
    kinds = {value.kind for value in (a, b) if isinstance(value, Flexible)}
    beside = any(isinstance(value, Array) and value.is_scalar for value in (a, b))
    if beside and not kinds <= {"number", "zero"} and 1 not in scope.sizes.values():
        raise Unreadable("nothing says what size this has", place.span)


def _entries(a: Value, b: Value, place: Node) -> Iterator[tuple[tuple[int, ...], Expr, Expr]]:
    """The components of both sides, a flexible side in the shape of the other."""
    if isinstance(a, Flexible) and isinstance(b, Flexible):
        a, b = _plain(a, place), _plain(b, place)
    shape = a.shape if isinstance(a, Array) else b.shape if isinstance(b, Array) else (1, 1)
    x = a.shaped(shape) if isinstance(a, Flexible) else a
    y = b.shaped(shape) if isinstance(b, Flexible) else b
    if x is None or y is None or x.shape != y.shape:
        shapes = " and ".join("any" if isinstance(v, Flexible) else f"{v.rows}×{v.cols}" for v in (a, b))
        raise IllTyped(f"the two sides have different shapes ({shapes})", place.span)
    for i in range(x.rows):
        for j in range(x.cols):
            yield _component(i, j, x), x.at(i, j), y.at(i, j)


def _plain(value: Flexible, place: Node) -> Value:
    shaped = value.shaped((1, 1)) if value.kind in ("number", "zero") else None
    if shaped is None:
        raise Unreadable("nothing says what size these have", place.span)
    return shaped


def _component(i: int, j: int, array: Array) -> tuple[int, ...]:
    if array.is_scalar:
        return ()
    return (i + 1,) if array.cols == 1 else (j + 1,) if array.rows == 1 else (i + 1, j + 1)


class _Tally:
    """Verdicts of instances, put together: one refuted refutes, one undecided leaves undecided."""

    def __init__(self) -> None:
        self.proved: list[Proved] = []
        self.failing: list[tuple[Instance, Refuted]] = []
        self.open: list[tuple[Instance, Undecided]] = []
        self.readings: dict[str, None] = {}

    @property
    def hopeless(self) -> bool:
        """Enough failures to stop looking for more."""
        return len(self.failing) >= MOST_FAILURES

    def add(self, instance: Instance, verdict: Proved | Refuted | Undecided) -> None:
        """Notes one instance's verdict."""
        match verdict:
            case Proved():
                self.proved.append(verdict)
            case Refuted():
                self.failing.append((instance, verdict))
            case Undecided():
                self.open.append((instance, verdict))

    def outcome(self) -> Outcome:
        """The verdict on the whole claim."""
        count = len(self.proved) + len(self.failing) + len(self.open)
        readings = tuple(self.readings)
        if count == 0:
            return Outcome("unreadable", "no instance of this exists at these sizes and steps")
        if self.failing:
            failing = tuple(instance for instance, _ in self.failing)
            first = self.failing[0][1].witness
            message = _failure_message(failing, count)
            return Outcome("refuted", message, "", count, failing, first, readings=readings)
        if self.open:
            instance, verdict = self.open[0]
            where = f" ({instance})" if str(instance) else ""
            return Outcome("undecided", verdict.why + where, "", count, readings=readings)
        given = max((p.given for p in self.proved), key=GIVENS.index)
        certificates = tuple(p.certificate for p in self.proved if p.certificate is not None)
        note = next((p.note for p in self.proved if p.note), "")
        return Outcome("proved", note, given, count, readings=readings, certificates=certificates)


MOST_FAILURES = 1000


def _failure_message(failing: tuple[Instance, ...], count: int) -> str:
    if count == 1 and not str(failing[0]):
        return "the two sides differ"
    if len(failing) == count:
        return f"the two sides differ in all {count} instances"
    shown = "; ".join(str(instance) for instance in failing[:3])
    return f"the two sides differ in {len(failing)} of {count} instances: {shown}{' ...' if len(failing) > 3 else ''}"


__all__ = ["Instance", "Outcome", "Setting", "Symbol", "instances", "judge"]
