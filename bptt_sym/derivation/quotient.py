"""The derivative of a softmax by what its argument is made of: the quotient rule, line by line."""

from __future__ import annotations

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.derivation import Definition, Item, Ledger, Section, Telling, Text, present
from bptt_sym.derivation.likelihood import LikelihoodSections
from bptt_sym.derivation.notation import scripted
from bptt_sym.derivation.terms import (
    TRANSPOSE,
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
    times,
    total,
    transposed,
)
from bptt_sym.derivation.through import Through
from bptt_sym.meaning.scope import Declaration
from bptt_sym.symbols import Identifier
from bptt_sym.written.nodes import Add, Apply, Name, Negate, Node, Number, Paren, Product, Scripted

CAPITALS = "SZQRGKNP"


class QuotientRule(Through):
    """The section on ∂p_i/∂a_j for every i and j, then as matrices."""

    def __init__(self, base: LikelihoodSections, layer: Declaration) -> None:
        super().__init__(base, layer)
        self.sum_name = self._free_capital()

    def _free_capital(self) -> Node:
        """A letter for the sum of exponentials, at step t."""
        used = {d.name.base.upper() for d in self.notation.setting.network.declarations}
        letter = next(letter for letter in CAPITALS if letter not in used)
        return scripted(Identifier(letter), self.t, (), below=self.notation.setting.network.step_below, bold=False)

    def section(self) -> Section | None:
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
        title = (
            "The derivative of ",
            self.notation.write(self.found.p, self.t),
            " by ",
            self.notation.write(self.layer, self.t),
        )
        together = Section(("All of them together",), present(*self._all()))
        return Section(title, items, (*parts, together), targets=(f"d{p}/d{a}",))

    def full_exponential(self, k: Node) -> Node:
        """exp of the argument, the argument's own equation put in."""
        avoid = frozenset(letters_in(k)) | self.inner_letters | set(self.letter_pool(1))
        return call("\\exp", self.structure.component(self.found.o, (k,), avoid))

    def _sum_definition(self) -> Node:
        letter = self.letter_pool(2)[1]
        return total(letter, Number(str(self.base.size)), self.full_exponential(Name(letter)))

    def _telling(self) -> Telling:
        setting = self.notation.setting.with_definition(self.sum_name, self._sum_definition())
        return Telling(Ledger(setting))

    def _part(self, i: Node) -> Section:
        p = self.p(i)
        definition = self.structure.component(self.found.p, (i,), frozenset(self.inner_letters))
        spelled = over(self.full_exponential(i), self._sum_definition())
        first = self.base.telling.chain(
            p,
            (definition, "By the definition of the softmax."),
            (spelled, "The argument of the softmax is written out."),
        )
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
        compact = {k: call("\\exp", self.base.at(self.found.o, k)) for k in self.summed()}
        full = {k: self.full_exponential(k) for k in self.summed()}
        return [
            (
                self._quotient(i, j, own, full),
                "The quotient rule; every exponential brings down its inner derivative.",
            ),
            (self._quotient(i, j, own, compact), "The exponents get their names back."),
            (self._expanded(i, j, own), "Each exponential over the sum is a probability."),
            (self.factored(i, j), "The common factor moves to the front."),
        ]

    def _quotient(self, i: Node, j: Node, own: Node, exponentials: dict[Node, Node]) -> Node:
        ks = self.summed()
        if self.base.written_out:
            moved: Node = plus(times((self.slope(k, j), exponentials[k])) for k in ks)
        else:
            moved = self.over_outputs(ks[1], times((self.slope(ks[1], j), exponentials[ks[1]])))
        first = beside(times((own, exponentials[i])), self.sum_name)
        second = beside(Paren(moved), exponentials[i])
        return over(Add((first, Negate(second))), power(self.sum_name, "2"))

    def _expanded(self, i: Node, j: Node, own: Node) -> Node:
        p = self.p(i)
        ks = self.summed()
        if self.base.written_out:
            return plus([times((own, p)), *(minus(times((self.slope(k, j), self.p(k), p))) for k in ks)])
        return plus(
            [
                times((own, p)),
                minus(times((p, self.over_outputs(ks[1], times((self.slope(ks[1], j), self.p(ks[1]))))))),
            ]
        )

    def factored(self, i: Node, j: Node) -> Node:
        """-p_i [...]."""
        return Negate(Product((self.p(i), self.bracket(i, j)), ("",)))

    def _column(self, i: Node) -> list[Item]:
        """-p_i Dᵀ (p - e_i), written out and with letters."""
        d = self.jacobian()
        left = nabla(self.notation.write(self.layer, self.t), self.p(i))
        written = None
        if self.base.written_out and isinstance(self.inputs()[0], Number):
            rows = [[self.slope(k, j) for k in self.outputs()] for j in self.inputs()]
            less = column(self.less_one(k, i) for k in self.outputs())
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
        d = self.jacobian()
        p, a = self.notation.write(self.found.p, self.t), self.notation.write(self.layer, self.t)
        written = None
        if self.base.written_out and isinstance(self.inputs()[0], Number):
            transposed_d = matrix([self.slope(k, j) for k in self.outputs()] for j in self.inputs())
            less = matrix([self.less_one(k, i) for i in self.outputs()] for k in self.outputs())
            diagonal = matrix([self.p(i) if i == k else Number("0") for i in self.outputs()] for k in self.outputs())
            written = Negate(Product((transposed_d, less, diagonal), ("", "")))
        jacobian = derivative(p, a)
        short = None
        if d is not None:
            outer = Product((p, transposed(p)), ("",))
            short = Product((Paren(Add((Apply(Name("diag"), p), Negate(outer)))), d), ("",))
        by_column = self.base.telling.chain(
            Scripted(Paren(jacobian), (), (TRANSPOSE,)),
            (
                written,
                "One column for each probability; the diagonal matrix has to stand last for the shapes to fit.",
            ),
        )
        in_short = self.base.telling.chain(jacobian, (short, "The same in short, transposed."))
        return [item for item in (by_column, in_short) if item is not None]


def beside(left: Node, right: Node) -> Node:
    """Two factors with a times sign between them."""
    factors = left.factors if isinstance(left, Product) else (left,)
    operators = left.operators if isinstance(left, Product) else ()
    return Product((*factors, right), (*operators, "\\times"))
