"""The gradient at the last step by way of the probabilities: where the factors -p_i go."""

from __future__ import annotations

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.derivation import Chain, Section, Text, present
from bptt_sym.derivation.terms import (
    ONE,
    at_step,
    derivative,
    letters_in,
    minus,
    nabla,
    over,
    plus,
    replaced,
    struck,
    times,
    transposed,
)
from bptt_sym.derivation.through import Through
from bptt_sym.written.nodes import Add, Big, Name, Negate, Node, Number, Paren, Product


class Cancellation(Through):
    """The section on ∇_a L at the last step, the factors -p_i and 1/p_i struck out against each other."""

    def section(self) -> Section | None:
        """∇_a L at τ by way of the probabilities, the factors -p_i and 1/p_i struck out against each other."""
        try:
            chains = [self._cancelling(j) for j in self.inputs()]
        except NoComponents:
            return None
        adjoints = [self._adjoint(i) for i in self.outputs()]
        tau = self.notation.last
        factor = Negate(self._at_last(self.p(self._spoken_letter())))
        adjoint = derivative(self.base.loss, self._at_last(self.p(self._spoken_letter())))
        a, p = self.notation.write(self.layer, tau), self.notation.write(self.found.p, tau)
        intro = Text(
            (
                "At the last step the loss depends on ",
                a,
                " through ",
                p,
                " alone. Each of its components brings a factor ",
                factor,
                ", and each derivative of the loss divides by it.",
            )
        )
        outro = Text(
            (
                "So the factors ",
                factor,
                " are right, and yet they are gone from the gradient: ",
                adjoint,
                " has the same factor below.",
            )
        )
        items = present(intro, *adjoints, *chains, self._vector(), outro)
        title = ("The gradient with respect to ", self.notation.write(self.layer, tau), ", at the last step")
        return Section(title, items, targets=(f"d{self.base.loss_name}/d{self.layer.name.plain}",))

    def _spoken_letter(self) -> Node:
        return Name(next(self.notation.letters()))

    def _at_last(self, node: Node) -> Node:
        return at_step(node, self.t, self.notation.last)

    def _adjoint(self, i: Node) -> Chain | None:
        left = self._at_last(derivative(self.base.loss, self.p(i)))
        return self.base.telling.chain(left, (self._at_last(self._loss_slope(i)), ""), compact=True)

    def _loss_slope(self, i: Node) -> Node:
        return minus(self.base.scaled(over(self.base.at(self.found.y, i), self.p(i))))

    def _cancelling(self, j: Node) -> Chain | None:
        taken = {letter for k in self.summed() for letter in letters_in(k)}
        letters = self.notation.letters(self.inner_letters | letters_in(j) | taken)
        m = Name(next(letters))
        a_j = self.notation.write(self.layer, self.t, (j,))
        ruled = self.over_outputs(m, times((derivative(self.base.loss, self.p(m)), derivative(self.p(m), a_j))))
        scaled = self.base.scaled
        lines: list[tuple[Node | None, str]] = [(ruled, "The chain rule over the probabilities.")]
        if self.base.written_out:
            lines += [
                (
                    scaled(plus(self._struck(i, j) for i in self.outputs())),
                    "The derivative of the loss brings the reciprocal of the factor in front: they cancel.",
                ),
                (
                    scaled(plus(times((self.base.at(self.found.y, i), self.bracket(i, j))) for i in self.outputs())),
                    "This is what is left.",
                ),
                (
                    scaled(self._collected(j, whole=True)),
                    "The terms are collected by what stands in front of each probability.",
                ),
                (
                    self._through(j),
                    "Each bracket is the derivative of the loss by the argument of the softmax.",
                ),
                (scaled(self._collected(j, whole=False)), "The targets sum to one."),
            ]
        else:
            lines += self._free_lines(j, m)
        left = derivative(self.base.loss, a_j)
        return self.base.telling.chain(
            self._at_last(left), *((None if n is None else self._at_last(n), reason) for n, reason in lines)
        )

    def _struck(self, i: Node, j: Node) -> Node:
        mark = struck(self.p(i))
        quotient = Negate(over(self.base.at(self.found.y, i), mark))
        return Product((Paren(quotient), Paren(Negate(mark)), self.bracket(i, j)), ("", ""))

    def _collected(self, j: Node, *, whole: bool) -> Node:
        """d_1j (p_1 (y_1 + y_2 + ...) - y_1) + ..., or with the sum of the targets gone."""
        ys = Paren(plus(self.base.at(self.found.y, i) for i in self.outputs()))
        parts = []
        for k in self.outputs():
            first = times((self.p(k), ys)) if whole else self.p(k)
            parts.append(times((self.slope(k, j), Paren(Add((first, Negate(self.base.at(self.found.y, k))))))))
        return plus(parts)

    def _free_lines(self, j: Node, m: Name) -> list[tuple[Node | None, str]]:
        """The same with free letters."""
        k = self.summed()[1]
        i = self.outputs()[0]
        named = {i: m} if m != i else {}
        assert isinstance(k, Name)
        term = replaced(self._struck(i, j), named)
        left = replaced(times((self.base.at(self.found.y, i), self.bracket(i, j))), named)
        difference = Paren(Add((self.p(k), Negate(self.base.at(self.found.y, k)))))
        return [
            (
                self.base.scaled(Big("sum", (m,), ONE, Number(str(self.base.size)), (), term)),
                "The derivative of the loss brings the reciprocal of the factor in front: they cancel.",
            ),
            (self.base.scaled(Big("sum", (m,), ONE, Number(str(self.base.size)), (), left)), "This is what is left."),
            (self._through(j), "The terms are collected by what stands in front of each probability."),
            (self.base.scaled(self.over_outputs(k, times((self.slope(k, j), difference)))), "The targets sum to one."),
        ]

    def _through(self, j: Node) -> Node:
        if self.base.written_out:
            ks = self.outputs()
            return plus(
                times((self.slope(k, j), derivative(self.base.loss, self.base.at(self.found.o, k)))) for k in ks
            )
        k = self.summed()[1]
        return self.over_outputs(
            k, times((self.slope(k, j), derivative(self.base.loss, self.base.at(self.found.o, k))))
        )

    def _vector(self) -> Chain | None:
        d = self.jacobian()
        if d is None:
            return None
        write = self.notation.write
        difference = Add((write(self.found.p, self.t), Negate(write(self.found.y, self.t))))
        lines = [
            (
                Product((transposed(d), nabla(write(self.found.o, self.t), self.base.loss)), ("",)),
                "All components at once.",
            ),
            (self.base.scaled(Product((transposed(d), Paren(difference)), ("",))), "The targets sum to one."),
        ]
        left = nabla(write(self.layer, self.t), self.base.loss)
        return self.base.telling.chain(self._at_last(left), *((self._at_last(n), reason) for n, reason in lines))
