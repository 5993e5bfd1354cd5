"""The gradient by a parameter: one share per time step, by the copy that the step uses, then their sum."""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.derivation import Chain, Item, Section, Telling, Text, listed, present
from bptt_sym.derivation.folding import fold
from bptt_sym.derivation.gradients import Gradients, each_component
from bptt_sym.derivation.indexed import Target
from bptt_sym.derivation.share import Of, Share
from bptt_sym.derivation.structure import Edge, Structure
from bptt_sym.derivation.terms import bound, derivative, nabla, plus, times, total
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import Name, Node, Number

COPIES = "Every step uses a copy of its own, and each copy has its share."
THROUGH = "Each copy acts through the layer of its step."
PUT_IN = "The local derivatives are put in."


class Parameters:
    """Gradients of the loss by parameters."""

    def __init__(self, telling: Telling, structure: Structure, loss: Declaration) -> None:
        self.telling = telling
        self.structure = structure
        self.notation = structure.notation
        self.loss = loss
        self._gradients = Gradients(telling, structure, loss)

    def section(self, parameter: Declaration, only: tuple[int, ...] | None = None) -> Section | None:
        """All entries and the whole; or one entry alone."""
        edges = self._gradients.edges(parameter)
        letters = self.notation.letters()
        index = tuple(Name(next(letters)) for _ in parameter.axes)
        lines = self._lines(parameter, edges, index)
        if lines is None:
            return None
        items: list[Item] = [self._introduction(parameter, edges)]
        items.extend(self._entries(parameter, index, lines, only))
        if only is None and parameter.axes:
            items.extend(present(self._whole(parameter, edges, index, lines)))
        title = ("The gradient with respect to ", self.notation.write(parameter, None, self._numbers(only)))
        return Section(title, tuple(items), targets=(f"d{self.loss.name.plain}/d{parameter.name.plain}",))

    def _numbers(self, only: tuple[int, ...] | None) -> tuple[Node, ...]:
        return tuple(Number(str(k)) for k in only or ())

    def _introduction(self, parameter: Declaration, edges: list[Edge]) -> Text:
        users = [self.notation.write(e.layer, self.notation.step if e.layer.timed else None) for e in edges]
        return Text((self.notation.write(parameter), " is used by ", *listed(users), "."))

    def _lines(
        self, parameter: Declaration, edges: list[Edge], index: tuple[Node, ...]
    ) -> tuple[Node | None, Node, Node | None] | None:
        """Shares by copies, through the layers, and with local derivatives put in; in component letters."""
        if not edges:
            return None
        t = self.notation.step
        copies = None
        if all(e.layer.timed for e in edges):
            share = derivative(self.notation.write(self.loss), self.notation.write(parameter, t, index))
            copies = self._over_steps(share)
        shares = [Share(self.structure, Of(self.loss), edge, index) for edge in edges]
        named = [self._named(s, e, parameter, index) for s, e in zip(shares, edges, strict=True)]
        try:
            put_in = [self._put_in(s, e, parameter, index) for s, e in zip(shares, edges, strict=True)]
        except NoComponents:
            return copies, self._joined(edges, named), None
        return copies, self._joined(edges, named), self._joined(edges, put_in)

    def _named(self, share: Share, edge: Edge, parameter: Declaration, index: tuple[Node, ...]) -> Node:
        at = self.notation.step if edge.layer.timed else None
        return share.named(at, self.notation.write(parameter, at, index))

    def _put_in(self, share: Share, edge: Edge, parameter: Declaration, index: tuple[Node, ...]) -> Node:
        at = self.notation.step if edge.layer.timed else None
        return share.put_in(at, Target(parameter, None, index))

    def _joined(self, edges: list[Edge], shares: list[Node]) -> Node:
        """One sum over the steps for what carries a step, the rest beside it."""
        timed = [s for s, e in zip(shares, edges, strict=True) if e.layer.timed]
        untimed = [s for s, e in zip(shares, edges, strict=True) if not e.layer.timed]
        return plus([*([self._over_steps(plus(timed))] if timed else []), *untimed])

    def _over_steps(self, body: Node) -> Node:
        return total(self.notation.step.base, self.notation.last, body)

    def _entries(
        self,
        parameter: Declaration,
        index: tuple[Node, ...],
        lines: tuple[Node | None, Node, Node | None],
        only: tuple[int, ...] | None,
    ) -> Iterator[Chain]:
        copies, named, put_in = lines
        letters = [part.base for part in index if isinstance(part, Name)]
        chosen = (
            each_component(self.notation, parameter, index)
            if only is None
            else iter([self.notation.numbered(dict(zip(letters, only, strict=True)))])
        )
        for place, values in enumerate(chosen):
            left = derivative(self.notation.write(self.loss), self.notation.write(parameter, None, index))
            chain = self.telling.chain(
                bound(left, values),
                (None if copies is None else bound(copies, values), COPIES),
                (bound(named, values), THROUGH),
                (None if put_in is None else bound(put_in, values), PUT_IN),
                compact=place > 0,
            )
            if chain is not None:
                yield chain

    def _whole(
        self,
        parameter: Declaration,
        edges: list[Edge],
        index: tuple[Node, ...],
        lines: tuple[Node | None, Node, Node | None],
    ) -> Chain | None:
        copies, named, put_in = lines
        letters = tuple(part.base for part in index if isinstance(part, Name))
        loss = self.notation.write(self.loss)
        by_copies = None
        if copies is not None:
            by_copies = self._over_steps(nabla(self.notation.write(parameter, self.notation.step), loss))
        middle = self._outer_products(parameter, edges) if len(letters) == 2 else fold(named, letters, self.notation)
        folded = None if put_in is None else fold(put_in, letters, self.notation)
        return self.telling.chain(
            nabla(self.notation.write(parameter), loss),
            (by_copies, COPIES),
            (middle, "All entries at once."),
            (folded, "The sums over components are products of matrices."),
        )

    def _outer_products(self, parameter: Declaration, edges: list[Edge]) -> Node:
        """Σ_t Σ_i ∂L/∂h_i ∇_W(t) h_i, for a matrix."""
        shares = []
        for edge in edges:
            at = self.notation.step if edge.layer.timed else None
            share = Share(self.structure, Of(self.loss), edge, ())
            user = self.notation.write(edge.layer, at, share.rows)
            body = times((share.adjoint(at), nabla(self.notation.write(parameter, at), user)))
            shares.append(share.summed(share.rows, body))
        return self._joined(edges, shares)
