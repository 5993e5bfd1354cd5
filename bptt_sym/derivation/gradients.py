"""The gradient by a layer: the chain rule through all that uses it, in components and folded into matrices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.derivation import Chain, Item, Section, Telling, Text, listed, present
from bptt_sym.derivation.folding import fold
from bptt_sym.derivation.indexed import Target
from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.share import Of, Share
from bptt_sym.derivation.structure import Edge, Structure
from bptt_sym.derivation.terms import bound, derivative, moved, nabla, plus
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import Derivative, Name, Node, Number, Scripted, transform

CHAIN_RULE = "The chain rule, over everything that uses this component."
INSERTED = "The local derivatives are put in."
FOLDED = "The sums over components are products of matrices."


class Gradients:
    """Gradients of one scalar (the loss) by layers, told in one notation."""

    def __init__(self, telling: Telling, structure: Structure, loss: Declaration) -> None:
        self.telling = telling
        self.structure = structure
        self.notation: Notation = structure.notation
        self.loss = loss

    @property
    def loss_written(self) -> Node:
        """L."""
        return self.notation.write(self.loss)

    def edges(self, layer: Declaration) -> list[Edge]:
        """Who uses a layer, pre-activations passed over in favour of what they activate."""
        found: list[Edge] = []
        for edge in self.structure.uses.get(layer, []):
            activated = self.structure.preactivation_of(edge.layer)
            passed = edge if activated is None else Edge(activated, edge.shift)
            if passed not in found:
                found.append(passed)
        return sorted(found, key=lambda e: e.shift is not None and -e.shift)

    def section(self, layer: Declaration, *, last_told: bool = False) -> Section | None:
        """The gradient by one layer: at the last steps, where later users are missing, and at all the others.

        The very last step is left out where it was told already.
        """
        edges = self.edges(layer)
        items: list[Item] = []
        for step, kept in self._cases(edges, last_told=last_told):
            items.extend(self._at(layer, kept, step))
        if not items:
            return None
        title = ("The gradient with respect to ", self.notation.write(layer, self.notation.step))
        return Section(title, tuple(items), targets=(f"d{self.loss.name.plain}/d{layer.name.plain}",))

    def _cases(self, edges: list[Edge], *, last_told: bool) -> Iterator[tuple[Node, list[Edge]]]:
        """The last steps (or, for users at earlier steps, the first ones), then all steps that have every user."""
        shifts = [e.shift or 0 for e in edges]
        furthest, earliest = max((0, *shifts)), min((0, *shifts))
        steps = self.notation.setting.scope.steps
        for after in range(int(last_told), min(furthest, steps)):
            yield moved(self.notation.last, -after), [e for e in edges if (e.shift or 0) <= after]
        for before in range(min(-earliest, steps)):
            yield Number(str(before + 1)), [e for e in edges if (e.shift or 0) >= -before]
        if (furthest == 0 and not last_told) or furthest < steps:
            yield self.notation.step, edges

    def _at(self, layer: Declaration, edges: list[Edge], step: Node) -> Iterator[Item]:
        if not edges:
            return
        letters = self.notation.letters()
        index = tuple(Name(next(letters)) for _ in layer.axes)
        lines = self._lines(layer, edges, step, index)
        if lines is None:
            return
        ruled, inserted = lines
        yield self._introduction(layer, edges, step)
        written = self._components(layer, step, index, ruled, inserted)
        yield from written
        yield from present(self._vector(layer, step, index, ruled, inserted))

    def _introduction(self, layer: Declaration, edges: list[Edge], step: Node) -> Text:
        users = []
        for edge in edges:
            at = moved(step, edge.shift or 0) if edge.layer.timed else None
            users.append(self.notation.write(edge.layer, at))
        later = step == self.notation.step or any(edge.shift for edge in edges)
        return Text((self.notation.write(layer, step), " is used by ", *listed(users), "." if later else " alone."))

    def _lines(
        self, layer: Declaration, edges: list[Edge], step: Node, index: tuple[Node, ...]
    ) -> tuple[Node, Node | None] | None:
        """The chain rule over the edges, then the same with local derivatives put in; in component letters."""
        ruled: list[Node] = []
        inserted: list[Node] = []
        try:
            for edge in edges:
                named, put_in = self._edge(layer, edge, step, index)
                ruled.append(named)
                inserted.append(put_in)
        except NoComponents:
            return None
        return plus(ruled), plus(inserted)

    def _edge(self, layer: Declaration, edge: Edge, step: Node, index: tuple[Node, ...]) -> tuple[Node, Node]:
        """One user's share: with the derivative named, and with it put in."""
        share = Share(self.structure, Of(self.loss), edge, index)
        at = moved(step, edge.shift or 0) if edge.layer.timed else None
        place = self.notation.shifted(-(edge.shift or 0)) if edge.layer.timed else step
        named = share.named(at, self.notation.write(layer, step, index))
        return named, share.put_in(at, Target(layer, place, index))

    def _components(
        self, layer: Declaration, step: Node, index: tuple[Node, ...], ruled: Node, inserted: Node | None
    ) -> Iterator[Chain]:
        for place, values in enumerate(each_component(self.notation, layer, index)):
            left = bound(derivative(self.loss_written, self.notation.write(layer, step, index)), values)
            chain = self.telling.chain(
                left,
                (bound(ruled, values), CHAIN_RULE, bound(immediate(ruled), values)),
                (None if inserted is None else bound(inserted, values), INSERTED),
                compact=place > 0,
            )
            if chain is not None:
                yield chain

    def _vector(
        self, layer: Declaration, step: Node, index: tuple[Node, ...], ruled: Node, inserted: Node | None
    ) -> Chain | None:
        if not layer.axes:
            return None
        letters = tuple(part.base for part in index if isinstance(part, Name))
        left = nabla(self.notation.write(layer, step), self.loss_written)
        folded = fold(ruled, letters, self.notation)
        return self.telling.chain(
            left,
            (
                folded,
                "All components at once: each sum is a transposed Jacobian times a gradient.",
                folded and immediate(folded),
            ),
            (None if inserted is None else fold(inserted, letters, self.notation), FOLDED),
        )


def immediate(node: Node) -> Node:
    """Derivatives of layers by layers as immediate ones, ∂⁺: each path counted once, by its first edge."""

    def change(part: Node) -> Node:
        if isinstance(part, Derivative) and isinstance(part.body, Scripted) and part.symbol == "partial":
            return replace(part, symbol="partial+")
        return part

    return transform(node, change)


def each_component(notation: Notation, layer: Declaration, index: tuple[Node, ...]) -> Iterator[dict[str, Node]]:
    """Numbers for the letters, component by component; the letters themselves where there are too many."""
    letters = [part.base for part in index if isinstance(part, Name)]
    if not all(notation.is_written_out(axis) for axis in layer.axes):
        yield {}
        return
    places: list[dict[str, Node]] = [{}]
    for letter, axis in zip(letters, layer.axes, strict=True):
        places = [{**p, letter: Number(str(k))} for p in places for k in range(1, notation.size(axis) + 1)]
    yield from places
