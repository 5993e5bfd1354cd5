"""Through the probabilities to what is behind them: the quotient rule, and where the factors -p_i go.

Legend: `p` the probabilities, `o` their argument, `a` a layer that `o` is made of, `d_kj` = ∂o_k/∂a_j.
"""

from __future__ import annotations

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.derivation import Definition, Ledger, Item, Section, Telling, Text, present
from bptt_sym.derivation.folding import whole_of
from bptt_sym.derivation.indexed import Target, assembled
from bptt_sym.derivation.likelihood import LikelihoodSections
from bptt_sym.derivation.terms import (
    ONE,
    TRANSPOSE,
    at_step,
    bare,
    call,
    column,
    derivative,
    letters_in,
    matrix,
    minus,
    nabla,
    over,
    plus,
    power,
    replaced,
    struck,
    times,
    total,
    transposed,
)
from bptt_sym.derivation.notation import scripted
from bptt_sym.meaning.scope import Declaration
from bptt_sym.symbols import Identifier
from bptt_sym.written.nodes import Add, Apply, Big, Name, Negate, Node, Number, Paren, Product, Scripted

CAPITALS = "SZQRGKNP"


class Cancellation:
    """Sections on ∂p/∂a and on ∇_a L at the last step, for one layer `a` that feeds the softmax's argument."""

    def __init__(self, base: LikelihoodSections, layer: Declaration) -> None:
        self.base = base
        self.notation = base.notation
        self.structure = base.structure
        self.found = base.found
        self.layer = layer
        self.t = base.t
        self.sum_name = self._free_capital()
        self.inner_letters = {letter for k in base.numbers() for letter in letters_in(k)}

    def _free_capital(self) -> Node:
        """A letter for the sum of exponentials, at step t."""
        used = {d.name.base.upper() for d in self.notation.setting.network.declarations}
        letter = next(letter for letter in CAPITALS if letter not in used)
        return scripted(Identifier(letter), self.t, (), below=self.notation.setting.network.step_below, bold=False)

    # the pieces, component by component

    def p(self, k: Node) -> Node:
        """A probability at step t."""
        return self.base.at(self.found.p, k)

    def slope(self, k: Node, j: Node) -> Node:
        """d_kj; raises NoComponents where there is no rule."""
        avoid = frozenset(letters_in(k) | letters_in(j))
        terms = self.structure.local(self.found.o, (k,), Target(self.layer, self.t, (j,)), avoid)
        return assembled(terms)

    def inputs(self) -> list[Node]:
        """1 ... n for the layer's components, or a free letter where there are too many."""
        axis = self.layer.axes[0]
        if self.notation.is_written_out(axis) and self.base.written_out:
            return [Number(str(k)) for k in range(1, self.notation.size(axis) + 1)]
        return [Name(self._letter_pool(1)[0])]

    def _letter_pool(self, count: int) -> list[str]:
        letters = self.notation.letters(self.inner_letters)
        return [next(letters) for _ in range(count)]

    def outputs(self) -> list[Node]:
        """The letters or numbers of the probabilities."""
        return self.base.numbers()

    # section: derivatives of the probabilities

    def derivative_section(self) -> Section | None:
        """∂p_i/∂a_j for every i and j: quotient rule, compact, expanded and factored form; then as matrices."""
        try:
            parts = [self._part(i) for i in self.outputs()]
        except NoComponents:
            return None
        p, a = self.found.p.name.plain, self.layer.name.plain
        intro = Text(
            ("How ", self.notation.write(self.found.p, self.t), " depends on ", self.notation.write(self.layer, self.t),
             ": each probability is a quotient, and every exponential in it moves.")
        )  # fmt: skip
        named = Text(("For short, the sum in the denominator gets a name.",))
        items = present(intro, named, Definition(self.sum_name, self._sum_definition()))
        title = ("The derivative of ", self.notation.write(self.found.p, self.t), " by ", self.notation.write(self.layer, self.t))
        together = Section(("All of them together",), present(*self._all()))
        return Section(title, items, (*parts, together), targets=(f"d{p}/d{a}",))

    def full_exponential(self, k: Node) -> Node:
        """exp of the argument, the argument's own equation put in."""
        avoid = frozenset(letters_in(k)) | self.inner_letters | set(self._letter_pool(1))
        return call("\\exp", self.structure.component(self.found.o, (k,), avoid))

    def _sum_definition(self) -> Node:
        letter = self._letter_pool(2)[1]
        return total(letter, Number(str(self.base.size)), self.full_exponential(Name(letter)))

    def _telling(self) -> Telling:
        setting = self.notation.setting.with_definition(self.sum_name, self._sum_definition())
        return Telling(Ledger(setting))

    def _part(self, i: Node) -> Section:
        p = self.p(i)
        definition = self.structure.component(self.found.p, (i,), frozenset(self.inner_letters))
        spelled = over(self.full_exponential(i), self._sum_definition())
        first = self.base.telling.chain(p, (definition, "By the definition of the softmax."), (spelled, "The argument of the softmax is written out."))
        items: list[Item] = [*present(first)]
        telling = self._telling()
        for place, j in enumerate(self.inputs()):
            left = derivative(p, self.notation.write(self.layer, self.t, (j,)))
            chain = telling.chain(left, *self._quotient_rule(i, j), compact=place > 0)
            items.extend(present(chain))
        items.extend(self._column(i))
        return Section(("Component ", p), tuple(items))

    def _quotient_rule(self, i: Node, j: Node) -> list[tuple[Node | None, str]]:
        own = self.slope(i, j)
        compact = {k: call("\\exp", self.base.at(self.found.o, k)) for k in self._summed()}
        full = {k: self.full_exponential(k) for k in self._summed()}
        return [
            (self._quotient(i, j, own, full), "The quotient rule; every exponential brings down its inner derivative."),
            (self._quotient(i, j, own, compact), "The exponents get their names back."),
            (self._expanded(i, j, own), "Each exponential over the sum is a probability."),
            (self.factored(i, j), "The common factor moves to the front."),
        ]

    def _summed(self) -> list[Node]:
        """The components that the sum runs over: all of them, or a letter of its own beside the free one."""
        if self.base.written_out:
            return self.outputs()
        return [*self.outputs(), Name(self._letter_pool(2)[1])]

    def _quotient(self, i: Node, j: Node, own: Node, exponentials: dict[Node, Node]) -> Node:
        ks = self._summed()
        if self.base.written_out:
            moved: Node = plus(times((self.slope(k, j), exponentials[k])) for k in ks)
        else:
            moved = self._over(ks[1], times((self.slope(ks[1], j), exponentials[ks[1]])))
        first = beside(times((own, exponentials[i])), self.sum_name)
        second = beside(Paren(moved), exponentials[i])
        return over(Add((first, Negate(second))), power(self.sum_name, "2"))

    def _over(self, k: Node, body: Node) -> Node:
        assert isinstance(k, Name)
        return total(k.base, Number(str(self.base.size)), body)

    def _expanded(self, i: Node, j: Node, own: Node) -> Node:
        p = self.p(i)
        ks = self._summed()
        if self.base.written_out:
            return plus([times((own, p)), *(minus(times((self.slope(k, j), self.p(k), p))) for k in ks)])
        return plus([times((own, p)), minus(times((p, self._over(ks[1], times((self.slope(ks[1], j), self.p(ks[1])))))))])

    def bracket(self, i: Node, j: Node) -> Node:
        """[d_1j p_1 + ... + d_ij (p_i - 1) + ...]."""
        if self.base.written_out:
            terms = [times((self.slope(k, j), self._less_one(k, i))) for k in self.outputs()]
            return Paren(plus(terms), "[")
        k = self._summed()[1]
        delta = Scripted(Name("\\delta"), (Product((i, k), ("",)),))
        return Paren(self._over(k, times((self.slope(k, j), Add((self.p(k), Negate(delta)))))), "[")

    def _less_one(self, k: Node, i: Node) -> Node:
        return Add((self.p(k), Negate(ONE))) if k == i else self.p(k)

    def factored(self, i: Node, j: Node) -> Node:
        """-p_i [...]."""
        return Negate(Product((self.p(i), self.bracket(i, j)), ("",)))

    # the same as vectors and matrices

    def _jacobian(self) -> Node | None:
        k, j = (Name(letter) for letter in self._letter_pool(2))
        return whole_of(bare(self.slope(k, j)), self.notation, (k.base, j.base))

    def _column(self, i: Node) -> list[Item]:
        """-p_i Dᵀ (p - e_i), written out and with letters."""
        d = self._jacobian()
        left = nabla(self.notation.write(self.layer, self.t), self.p(i))
        written = None
        if self.base.written_out and isinstance(self.inputs()[0], Number):
            rows = [[self.slope(k, j) for k in self.outputs()] for j in self.inputs()]
            less = column(self._less_one(k, i) for k in self.outputs())
            written = Negate(Product((self.p(i), matrix(rows), less), ("", "")))
        short = None
        if d is not None and not self.notation.setting.scope.declared("e", ()):
            unit = Scripted(Name("e", bold=True), (i,))
            difference = Add((self.notation.write(self.found.p, self.t), Negate(unit)))
            short = Negate(Product((self.p(i), transposed(d), Paren(difference)), ("", "")))
        chain = self.base.telling.chain(left, (written, "All components in one column."), (short, "The same in short."))
        return [chain] if chain is not None else []

    def _all(self) -> list[Item]:
        """All probabilities at once, the factors in the order in which they conform."""
        d = self._jacobian()
        p, a = self.notation.write(self.found.p, self.t), self.notation.write(self.layer, self.t)
        written = None
        if self.base.written_out and isinstance(self.inputs()[0], Number):
            transposed_d = matrix([self.slope(k, j) for k in self.outputs()] for j in self.inputs())
            less = matrix([self._less_one(k, i) for i in self.outputs()] for k in self.outputs())
            diagonal = matrix([self.p(i) if i == k else Number("0") for i in self.outputs()] for k in self.outputs())
            written = Negate(Product((transposed_d, less, diagonal), ("", "")))
        jacobian = derivative(p, a)
        short = None
        if d is not None:
            outer = Product((p, transposed(p)), ("",))
            short = Product((Paren(Add((Apply(Name("diag"), p), Negate(outer)))), d), ("",))
        by_column = self.base.telling.chain(
            Scripted(Paren(jacobian), (), (TRANSPOSE,)), (written, "One column for each probability; the diagonal matrix has to stand last for the shapes to fit.")
        )
        in_short = self.base.telling.chain(jacobian, (short, "The same in short, transposed."))
        return [item for item in (by_column, in_short) if item is not None]

    # section: the gradient at the last step

    def last_step_section(self) -> Section | None:
        """∇_a L at τ by way of the probabilities, the factors -p_i and 1/p_i struck out against each other."""
        try:
            chains = [self._cancelling(j) for j in self.inputs()]
        except NoComponents:
            return None
        loss = self.base.loss
        adjoints = [self._adjoint(i) for i in self.outputs()]
        tau = self.notation.last
        intro = Text(
            ("At the last step the loss depends on ", self.notation.write(self.layer, tau), " through ",
             self.notation.write(self.found.p, tau), " alone. Each of its components brings a factor ",
             Negate(self._at_last(self.p(self._spoken_letter()))), ", and each derivative of the loss divides by it.")
        )  # fmt: skip
        outro = Text(
            ("So the factors ", Negate(self._at_last(self.p(self._spoken_letter()))),
             " are right, and they are gone from the gradient: ", derivative(loss, self._at_last(self.p(self._spoken_letter()))),
             " has the same factor below.")
        )  # fmt: skip
        items = present(intro, *adjoints, *chains, self._vector(), outro)
        a = self.layer.name.plain
        title = ("The gradient with respect to ", self.notation.write(self.layer, tau), ", at the last step")
        return Section(title, items, targets=(f"d{self.base._plain}/d{a}",))

    def _spoken_letter(self) -> Node:
        return Name(next(self.notation.letters()))

    def _at_last(self, node: Node) -> Node:
        return at_step(node, self.t, self.notation.last)

    def _adjoint(self, i: Node):  # type: ignore[no-untyped-def]
        left = self._at_last(derivative(self.base.loss, self.p(i)))
        return self.base.telling.chain(left, (self._at_last(self._loss_slope(i)), ""), compact=True)

    def _loss_slope(self, i: Node) -> Node:
        return minus(over(self.base.at(self.found.y, i), self.p(i)))

    def _cancelling(self, j: Node):  # type: ignore[no-untyped-def]
        letters = self.notation.letters(self.inner_letters | letters_in(j))
        m = Name(next(letters))
        a_j = self.notation.write(self.layer, self.t, (j,))
        ruled = self._over(m, times((derivative(self.base.loss, self.p(m)), derivative(self.p(m), a_j))))
        lines: list[tuple[Node | None, str]] = [(ruled, "The chain rule over the probabilities.")]
        if self.base.written_out:
            lines += [
                (plus(self._struck(i, j) for i in self.outputs()), "The derivative of the loss brings the reciprocal of the factor in front: they cancel."),
                (plus(times((self.base.at(self.found.y, i), self.bracket(i, j))) for i in self.outputs()), "This is what is left."),
                (self._collected(j, whole=True), "The terms are collected by what stands in front of each probability."),
                (self._through(j), "Each bracket is the derivative of the loss by the argument of the softmax."),
                (self._collected(j, whole=False), "The targets sum to one."),
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
        k = self._summed()[1]
        i = self.outputs()[0]
        named = {i: m} if m != i else {}
        assert isinstance(k, Name)
        term = replaced(self._struck(i, j), named)
        left = replaced(times((self.base.at(self.found.y, i), self.bracket(i, j))), named)
        difference = Paren(Add((self.p(k), Negate(self.base.at(self.found.y, k)))))
        return [
            (Big("sum", (m,), ONE, Number(str(self.base.size)), (), term), "The derivative of the loss brings the reciprocal of the factor in front: they cancel."),
            (Big("sum", (m,), ONE, Number(str(self.base.size)), (), left), "This is what is left."),
            (self._through(j), "The terms are collected by what stands in front of each probability."),
            (self._over(k, times((self.slope(k, j), difference))), "The targets sum to one."),
        ]

    def _through(self, j: Node) -> Node:
        if self.base.written_out:
            ks = self.outputs()
            return plus(times((self.slope(k, j), derivative(self.base.loss, self.base.at(self.found.o, k)))) for k in ks)
        k = self._summed()[1]
        return self._over(k, times((self.slope(k, j), derivative(self.base.loss, self.base.at(self.found.o, k)))))

    def _vector(self):  # type: ignore[no-untyped-def]
        d = self._jacobian()
        if d is None:
            return None
        write = self.notation.write
        difference = Add((write(self.found.p, self.t), Negate(write(self.found.y, self.t))))
        lines = [
            (Product((transposed(d), nabla(write(self.found.o, self.t), self.base.loss)), ("",)), "All components at once."),
            (Product((transposed(d), Paren(difference)), ("",)), "The targets sum to one."),
        ]
        left = nabla(write(self.layer, self.t), self.base.loss)
        return self.base.telling.chain(self._at_last(left), *((self._at_last(n), reason) for n, reason in lines))


def beside(left: Node, right: Node) -> Node:
    """Two factors with a times sign between them."""
    factors = left.factors if isinstance(left, Product) else (left,)
    operators = left.operators if isinstance(left, Product) else ()
    return Product((*factors, right), (*operators, "\\times"))
