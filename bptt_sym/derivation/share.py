"""What one user of a symbol adds to a derivative: the chain rule's summand."""

from __future__ import annotations

from dataclasses import dataclass

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.indexed import Target
from bptt_sym.derivation.structure import Edge, Structure
from bptt_sym.derivation.terms import ONE, at_step, bound, derivative, plus, times, total
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import Name, Node, Number, Product, Scripted

Pair = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Of:
    """What is differentiated: a layer, at a step, one component."""

    declaration: Declaration
    step: Node | None = None
    index: tuple[Node, ...] = ()


def agreement(a: Node, b: Node) -> Node:
    """δ_ab: a number where both are numbers."""
    if isinstance(a, Number) and isinstance(b, Number):
        return ONE if a == b else Number("0")
    return Scripted(Name("\\delta"), (Product((a, b), ("",)),))


class Share:
    """Σ over a user's components of ∂of/∂user times ∂user/∂(the symbol in question).

    `index` are the letters of that symbol, which no inner sum may use again.
    """

    def __init__(self, structure: Structure, of: Of, edge: Edge, index: tuple[Node, ...]) -> None:
        self.structure = structure
        self.notation = structure.notation
        self.user = edge.layer
        self._of = of
        self._used = frozenset(part.base for part in (*index, *of.index) if isinstance(part, Name))
        letters = self.notation.letters(self._used)
        self.rows = tuple(Name(next(letters)) for _ in edge.layer.axes)

    def _is_itself(self, at: Node | None) -> bool:
        return self.user == self._of.declaration and at == self._of.step

    @property
    def of_written(self) -> Node:
        """What is differentiated, as it is written."""
        return self.notation.write(self._of.declaration, self._of.step, self._of.index)

    def adjoint(self, at: Node | None) -> Node:
        """∂of/∂user, one component."""
        if self._is_itself(at):
            return ONE
        return derivative(self.of_written, self.notation.write(self.user, at, self.rows))

    def named(self, at: Node | None, mine: Node) -> Node:
        """The share with the local derivative named."""
        if self._is_itself(at):
            return derivative(self.of_written, mine)
        local = derivative(self.notation.write(self.user, at, self.rows), mine)
        return self.summed(self.rows, times((self.adjoint(at), local)))

    def put_in(self, at: Node | None, target: Target) -> Node:
        """The share with the local derivative put in; raises NoComponents where no rule is known."""
        avoid = self._used | {r.base for r in self.rows}
        itself = list(zip(self.rows, self._of.index, strict=True)) if self._is_itself(at) else []
        parts = []
        for term in self.structure.local(self.user, self.rows, target, avoid):
            body = term.body if at is None else at_step(term.body, self.notation.step, at)
            parts.append(self._contracted(times((body, self.adjoint_value(at))), [*itself, *term.deltas]))
        return plus(parts)

    def adjoint_value(self, at: Node | None) -> Node:
        """∂L/∂L^(t) by its value, 1 or 1/τ; every other adjoint by its name."""
        total_loss = self._of.declaration
        if self.user == total_loss or self.user not in self.structure.losses or total_loss.timed:
            return self.adjoint(at)
        try:
            terms = self.structure.local(total_loss, (), Target(self.user, self.notation.step, ()))
        except NoComponents:
            return self.adjoint(at)
        if any(term.deltas for term in terms):
            return self.adjoint(at)
        value = plus(term.body for term in terms)
        return value if at is None else at_step(value, self.notation.step, at)

    def _contracted(self, body: Node, pairs: list[Pair]) -> Node:
        """Σ over the user's letters, letters that must agree with others exchanged for them."""
        values: dict[str, Node] = {}
        for a, b in pairs:
            mine, other = (a, b) if a in self.rows else (b, a)
            if not isinstance(mine, Name) or mine not in self.rows:
                raise NoComponents
            if mine.base in values:
                body = times((agreement(values[mine.base], other), body))
            else:
                values[mine.base] = other
        left = tuple(r for r in self.rows if r.base not in values)
        return self.summed(left, bound(body, values))

    def summed(self, letters: tuple[Name, ...], body: Node) -> Node:
        """Σ over some of the user's component letters."""
        axes = dict(zip(self.rows, self.user.axes, strict=True))
        for letter in reversed(letters):
            body = total(letter.base, Number(str(self.notation.size(axes[letter]))), body)
        return body
