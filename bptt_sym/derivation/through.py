"""Through the probabilities to what is behind them: the pieces that sections on it are made of.

Legend: `p` the probabilities, `o` their argument, `a` a layer that `o` is made of, `d_kj` = ∂o_k/∂a_j.
"""

from __future__ import annotations

from bptt_sym.derivation.folding import whole_of
from bptt_sym.derivation.indexed import Target, assembled
from bptt_sym.derivation.likelihood import LikelihoodSections
from bptt_sym.derivation.terms import ONE, bare, letters_in, plus, times, total
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import Add, Name, Negate, Node, Number, Paren, Product, Scripted


class Through:
    """One layer `a` behind the argument of a softmax, in components."""

    def __init__(self, base: LikelihoodSections, layer: Declaration) -> None:
        self.base = base
        self.notation = base.notation
        self.structure = base.structure
        self.found = base.found
        self.layer = layer
        self.t = base.t
        self.inner_letters = {letter for k in base.numbers() for letter in letters_in(k)}

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
        return [Name(self.letter_pool(1)[0])]

    def letter_pool(self, count: int) -> list[str]:
        """The first few letters that are free beside those of the probabilities."""
        letters = self.notation.letters(self.inner_letters)
        return [next(letters) for _ in range(count)]

    def outputs(self) -> list[Node]:
        """The letters or numbers of the probabilities."""
        return self.base.numbers()

    def summed(self) -> list[Node]:
        """The components that the sum runs over: all of them, or a letter of its own beside the free one."""
        if self.base.written_out:
            return self.outputs()
        return [*self.outputs(), Name(self.letter_pool(2)[1])]

    def over_outputs(self, k: Node, body: Node) -> Node:
        """Σ_k over the probabilities."""
        assert isinstance(k, Name)
        return total(k.base, Number(str(self.base.size)), body)

    def bracket(self, i: Node, j: Node) -> Node:
        """[d_1j p_1 + ... + d_ij (p_i - 1) + ...]."""
        if self.base.written_out:
            terms = [times((self.slope(k, j), self.less_one(k, i))) for k in self.outputs()]
            return Paren(plus(terms), "[")
        k = self.summed()[1]
        delta = Scripted(Name("\\delta"), (Product((i, k), ("",)),))
        return Paren(self.over_outputs(k, times((self.slope(k, j), Add((self.p(k), Negate(delta)))))), "[")

    def less_one(self, k: Node, i: Node) -> Node:
        """p_k - δ_ki."""
        return Add((self.p(k), Negate(ONE))) if k == i else self.p(k)

    def jacobian(self) -> Node | None:
        """The matrix of all d_kj, if it has a name."""
        k, j = (Name(letter) for letter in self.letter_pool(2))
        return whole_of(bare(self.slope(k, j)), self.notation, (k.base, j.base))
