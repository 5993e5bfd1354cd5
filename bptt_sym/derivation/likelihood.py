"""A softmax and its log-likelihood: the loss in its forms, and its gradient by the softmax's argument.

Legend: `p` the normalised layer (the probabilities), `o` its argument, `y` the weights of the logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.derivation import Chain, Section, Telling, Text, present
from bptt_sym.derivation.folding import fold
from bptt_sym.derivation.indexed import Target, partial
from bptt_sym.derivation.rewriting import coefficient, expand_outer, logarithms_split, opposite, terms_of
from bptt_sym.derivation.share import Of, Share
from bptt_sym.derivation.structure import Edge, Structure
from bptt_sym.derivation.terms import (
    ONE,
    bare,
    column,
    derivative,
    matrix,
    minus,
    nabla,
    plus,
    replaced,
    times,
)
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import Add, Big, Derivative, Name, Negate, Node, Number, Paren, Product, Scripted
from bptt_sym.written.nodes import Chain as Relation


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The layers of a log-likelihood: per-step loss, probabilities, their argument, and the targets."""

    loss: Declaration
    p: Declaration
    o: Declaration
    y: Declaration


def find_likelihood(structure: Structure) -> Likelihood | None:
    """A scalar layer that weighs the logarithms of a softmax, which nothing else uses; None if there is none."""
    for layer in structure.network.layers():
        o = structure.is_normalised(layer)
        users = structure.uses.get(layer, [])
        if o is None or len(users) != 1 or users[0].shift != 0 or users[0].layer.axes:
            continue
        if [edge.layer for edge in structure.uses.get(o, [])] != [layer]:
            continue
        loss = users[0].layer
        targets = [d for d in structure.network.declarations if d.role == "target" and d.axes == layer.axes]
        weighing = [d for d in targets if any(edge.layer == loss for edge in structure.uses.get(d, []))]
        if len(weighing) == 1 and structure.notation.setting.graph.targets:
            return Likelihood(loss, layer, o, weighing[0])
    return None


class LikelihoodSections:
    """Sections on the loss and on its gradient by the argument of the softmax."""

    def __init__(self, telling: Telling, structure: Structure, found: Likelihood, loss: Declaration) -> None:
        self.telling = telling
        self.structure = structure
        self.notation = structure.notation
        self.found = found
        self.loss = self.notation.write(loss)
        self.t = self.notation.step
        self.axis = found.p.axes[0]
        self.written_out = self.notation.is_written_out(self.axis)
        self.size = self.notation.size(self.axis)

        value = Share(structure, Of(loss), Edge(found.loss, 0), ()).adjoint_value(self.t)
        self.scale = ONE if isinstance(value, Derivative) else value

    def scaled(self, node: Node) -> Node:
        """Times what the loss weighs one step with; a plain sum of the steps weighs with 1."""
        if self.scale == ONE:
            return node
        if isinstance(node, Negate):
            return minus(self.scaled(node.body))
        return times((self.scale, Paren(node) if isinstance(node, Add) else node))

    def numbers(self) -> list[Node]:
        """1 ... n, or a single free letter where there are too many."""
        if self.written_out:
            return [Number(str(k)) for k in range(1, self.size + 1)]
        return [Name(next(self.notation.letters()))]

    def at(self, d: Declaration, index: Node) -> Node:
        """One component at step t."""
        return self.notation.write(d, self.t, (index,))

    def probability(self, index: Node) -> Node:
        """exp(o_i) / Σ_k exp(o_k)."""
        return self.structure.component(self.found.p, (index,), frozenset(next_letters(self)))

    def forms(self) -> list[tuple[Node, str]]:
        """The loss: as a sum, term by term, with the softmax put in, with the logarithms split."""
        first = self.structure.component(self.found.loss, ())
        forms = [(first, "This is the loss of one step.")]
        if self.written_out and (spread := expand_outer(first)) is not None:
            forms.append((spread, "The sum is written out term by term."))
        definitions = {self.at(self.found.p, k): self.probability(k) for k in self._letters_or_numbers(forms[-1][0])}
        put_in = replaced(forms[-1][0], definitions)
        forms.append((put_in, "By the definition of the softmax, each probability is a quotient of exponentials."))
        forms.append(
            (
                logarithms_split(put_in),
                "The logarithm of a quotient is a difference, and the logarithm undoes the exponential.",
            )
        )
        return forms

    def _letters_or_numbers(self, node: Node) -> list[Node]:
        if self.written_out:
            return self.numbers()
        inner = bare(node.body if isinstance(node, Negate) else node)
        return [inner.indices[0]] if isinstance(inner, Big) else []

    def loss_section(self) -> Section | None:
        """The loss, up to y_i (o_i - ln Σ exp o_k)."""
        left = self.notation.write(self.found.loss, self.t)
        softmax = [self._softmax(k) for k in self.numbers()]
        chain = self.telling.chain(left, *self.forms())
        intro = Text(("The probabilities and the loss of one step.",))
        return Section(("Softmax and the loss",), present(intro, *softmax, chain))

    def _softmax(self, k: Node) -> Chain | None:
        return self.telling.chain(self.at(self.found.p, k), (self.probability(k), ""), compact=True)

    def gradient_section(self) -> Section | None:
        """∂L/∂o, component by component, as a matrix, and under each hypothesis."""
        chains = [self._component(k) for k in self.numbers()]
        name = self.found.o.name.plain
        intro = Text(("Now ", nabla(self.notation.write(self.found.o, self.t), self.loss), ", component by component."))
        items = present(self._first(), intro, *chains, *self._whole(), self._reconciliation())
        title = ("The gradient with respect to ", self.notation.write(self.found.o, self.t))
        return Section(title, items, targets=(f"d{self.loss_name}/d{name}",))

    @property
    def loss_name(self) -> str:
        """The loss in plain characters."""
        loss = self.structure.network.loss
        return loss.name.plain if loss is not None else self.found.loss.name.plain

    def _first(self) -> Chain | None:
        step_loss = self.notation.write(self.found.loss, self.t)
        reason = "The loss is the sum of the losses of the steps."
        if self.scale != ONE:
            reason = "The loss weighs all steps alike."
        return self.telling.chain(derivative(self.loss, step_loss), (self.scale, reason))

    def slopes(self, k: Node) -> list[tuple[Node, Node]] | None:
        """Pairs (y_m, ∂(o_m - ln Σ exp)/∂o_k), from the last form of the loss; None if it isn't such a sum."""
        last = self.forms()[-1][0]
        body = bare(last.body) if isinstance(last, Negate) else None
        if body is None or isinstance(body, Big):
            return None
        pairs = []
        for m, term in zip(self.numbers(), terms_of(body), strict=False):
            weight = self.at(self.found.y, m)
            inner = coefficient(term, weight)
            if inner is None:
                return None
            terms = partial(inner, Target(self.found.o, self.t, (k,)), self.notation)
            if any(t.deltas for t in terms):
                return None
            pairs.append((weight, plus(t.body for t in terms)))
        return pairs

    def _component(self, k: Node) -> Chain | None:
        step_loss = self.notation.write(self.found.loss, self.t)
        left = derivative(self.loss, self.at(self.found.o, k))
        product = times((derivative(self.loss, step_loss), derivative(step_loss, self.at(self.found.o, k))))
        lines: list[tuple[Node | None, str]] = [
            (product, "The chain rule: only the loss of step t feels this component.")
        ]
        try:
            pairs = self.slopes(k) if self.written_out else None
        except NoComponents:
            pairs = None
        if pairs is not None:
            folded = [(y, self._named(slope)) for y, slope in pairs]
            lines.append((self.scaled(_bracket(pairs)), "The last form of the loss is differentiated term by term."))
            lines.append((self.scaled(_bracket(folded)), "The quotient of exponentials is the probability again."))
            lines.append(
                (self.scaled(self._collected(folded, k)), "The minus is distributed and the common factor collected.")
            )
        else:
            lines.extend(self._free(k))
        lines.append((self.scaled(self._difference(k)), "The targets sum to one."))
        lines.append(
            (
                self.scaled(self._indicator(k)),
                "The target is one-hot, so its entry is an indicator: the form in the book.",
            )
        )
        return self.telling.chain(left, *lines)

    def _free(self, k: Node) -> list[tuple[Node | None, str]]:
        """The same with free letters: -Σ_m y_m (δ_mk - p_k), then p_k Σ_m y_m - y_k."""
        letters = self.notation.letters({k.base} if isinstance(k, Name) else set())
        m = next(letters)
        y, p = self.at(self.found.y, Name(m)), self.at(self.found.p, k)
        delta = Scripted(Name("\\delta"), (Product((Name(m), k), ("",)),))
        size = Number(str(self.size))

        def sum_of(body: Node) -> Node:
            return Big("sum", (Name(m),), ONE, size, (), body)

        spread = minus(sum_of(Product((y, Paren(Add((delta, minus(p))))), ("",))))
        collected = plus((times((p, sum_of(y))), minus(self.at(self.found.y, k))))
        return [
            (self.scaled(spread), "The last form of the loss is differentiated term by term."),
            (self.scaled(collected), "The minus is distributed and the common factor collected."),
        ]

    def _named(self, node: Node) -> Node:
        """Quotients of exponentials exchanged for the probabilities they are."""
        return replaced(node, {self.probability(k): self.at(self.found.p, k) for k in self.numbers()})

    def _collected(self, pairs: list[tuple[Node, Node]], k: Node) -> Node:
        """p_k (y_1 + y_2 + ...) - y_k: the term that all coefficients share in front of the sum of the weights."""
        common = self.at(self.found.p, k)
        shared = times((common, Paren(plus(y for y, _ in pairs))))
        left: list[Node] = []
        for y, slope in pairs:
            rest = [t for t in terms_of(opposite(slope)) if t != common]
            left.extend(times((term, y)) for term in rest)
        return plus((shared, *left))

    def _difference(self, k: Node) -> Node:
        return plus((self.at(self.found.p, k), minus(self.at(self.found.y, k))))

    def _indicator(self, k: Node) -> Node:
        condition = Relation((k, self.notation.write(self.found.y, self.t)), ("=",))
        return plus((self.at(self.found.p, k), minus(Scripted(Name("1", bold=True), (condition,)))))

    def _whole(self) -> list[Chain | None]:
        """The matrix times the column of targets, and the difference of vectors."""
        left = nabla(self.notation.write(self.found.o, self.t), self.loss)
        letter = next(self.notation.letters())
        difference = fold(self._difference(Name(letter)), (letter,), self.notation)
        difference = None if difference is None else self.scaled(difference)
        written = None
        if self.written_out:
            rows = []
            for k in self.numbers():
                pairs = self.slopes(k)
                if pairs is None:
                    break
                rows.append([opposite(self._named(slope)) for _, slope in pairs])
            else:
                targets = column(self.at(self.found.y, k) for k in self.numbers())
                written = self.scaled(Product((matrix(rows), targets), ("",)))
        return [
            self.telling.chain(
                left,
                (written, "All components in matrix form, the minus distributed."),
                (difference, "The targets sum to one."),
            )
        ]

    def _reconciliation(self) -> Text:
        y = self.notation.write(self.found.y, self.t)
        letter = Name(next(self.notation.letters()))
        return Text(
            (
                f"The {'matrix times' if self.written_out else 'sum over'} the targets and the indicator are the same "
                "thing. The first holds for any targets; "
                "where the entries of ", y, " sum to one it is the difference of ",
                self.notation.write(self.found.p, self.t), " and ", y,
                "; and where only the entry of the true class is one and the others are zero, that entry ",
                self.at(self.found.y, letter), " is the indicator. It is a matter of notation, not of algebra.",
            )
        )  # fmt: skip


def _bracket(pairs: list[tuple[Node, Node]]) -> Node:
    """-[y_1 (1 - p_1) + y_2 (-p_1) + ...]."""
    terms = tuple(Product((y, Paren(slope)), ("",)) for y, slope in pairs)
    return Negate(Paren(Add(terms) if len(terms) > 1 else terms[0], "["))


def next_letters(sections: LikelihoodSections) -> set[str]:
    """Letters that stand for free components and must not be bound again."""
    return set() if sections.written_out else {next(sections.notation.letters())}
