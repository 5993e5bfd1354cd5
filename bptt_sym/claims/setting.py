"""An unrolled network with everything that claims about it need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bptt_sym.calculus.total import Differential
from bptt_sym.claims.instances import instances
from bptt_sym.errors import Missing
from bptt_sym.meaning.array import Flexible, Value
from bptt_sym.meaning.context import Conditions
from bptt_sym.meaning.evaluate import evaluate
from bptt_sym.meaning.indices import STEP, free_letters
from bptt_sym.meaning.local import local_symbol
from bptt_sym.meaning.scope import Binding, Layout, Order, Start, UserFunction
from bptt_sym.network.graph import Graph
from bptt_sym.network.network import Network
from bptt_sym.network.scope import NetworkScope
from bptt_sym.network.unrolling import unroll
from bptt_sym.proof import Prover
from bptt_sym.written.nodes import Name, Node, Scripted


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

    def __repr__(self) -> str:
        sizes = "".join(f", {name}={size}" for name, size in self.scope.sizes.items())
        return f"<Setting {self.network.name}{sizes}, {self.scope.steps} step{'s' * (self.scope.steps != 1)}>"

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
        scope = NetworkScope(network, network.sizes(sizes), steps, known.__contains__, differential, graph.named)
        return cls(network, graph, scope, differential, Prover(differential, certifying=certifying))

    def with_layout(self, layout: Layout) -> Setting:
        """The same setting where derivatives are laid out in another way."""
        return self if layout == self.scope.layout else replace(self, scope=replace(self.scope, layout=layout))

    def with_order(self, order: Order) -> Setting:
        r"""The same setting where the factors of `\prod` stand in another order."""
        return self if order == self.scope.order else replace(self, scope=replace(self.scope, order=order))

    def with_definition(self, left: Node, right: Node) -> Setting:
        """The same setting with one more local definition, `S = ...`, for every step and index its left side names.

        Raises IllTyped or Unreadable where the right side can't be read.
        """
        assert isinstance(left, Name | Scripted)
        symbol = local_symbol(left, right, free_letters(right, self.scope), self.scope)
        symbol = replace(symbol, axes=self._axes(right))
        others = tuple(other for other in self.scope.local if other.left != left)
        return replace(self, scope=replace(self.scope, local=(*others, symbol)))

    def with_recursion(self, left: Scripted, right: Node | None, start: Start) -> Setting:
        """The same setting with a symbol that is given where it begins, and by `right` at every other step.

        Raises IllTyped or Unreadable where it can't be read where it begins.
        """
        kinds = {self.network.step: (STEP,)}
        symbol = replace(local_symbol(left, start.body, kinds, self.scope), body=right, start=start)
        symbol = replace(symbol, axes=self._axes(start.body))
        others = tuple(other for other in self.scope.local if other.letter != symbol.letter)
        return replace(self, scope=replace(self.scope, local=(*others, symbol)))

    def with_function(self, name: str, function: UserFunction) -> Setting:
        """The same setting with one more function of a number, `f(z) = ...`."""
        return replace(self, scope=replace(self.scope, functions={**self.scope.functions, name: function}))

    def _axes(self, body: Node) -> tuple[str, ...]:
        """Axes of the sizes that an expression has; none for a scalar, and for sizes that no axis has."""
        for binding in instances((body,), self.scope):
            try:
                value = evaluate(body, self.scope, binding, Conditions())
            except Missing:
                continue
            sizes = [] if isinstance(value, Flexible) else [size for size in value.shape if size > 1]
            found = [next((axis for axis, size in self.scope.sizes.items() if size == wanted), "") for wanted in sizes]
            return tuple(found) if all(found) else ()
        return ()

    def without_invented(self, base: str, accents: tuple[str, ...]) -> Setting:
        """The same setting where a letter no longer stands for what was only invented for the network."""
        return replace(self, scope=replace(self.scope, shadowed=self.scope.shadowed | {(base, accents)}))
