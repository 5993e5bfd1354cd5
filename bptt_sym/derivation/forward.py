"""The network written out in full: each equation as given, with its matrices, and component by component."""

from __future__ import annotations

from bptt_sym.derivation.components import NoComponents, component
from bptt_sym.derivation.derivation import Chain as ProvedChain
from bptt_sym.derivation.derivation import Item, Section, Telling, Text, present
from bptt_sym.derivation.gradients import each_component
from bptt_sym.derivation.structure import Structure
from bptt_sym.derivation.terms import ONE, bare, bound, column, matrix, over, rebuilt
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.network import Equation
from bptt_sym.written.nodes import Add, Chain, Name, Negate, Node, Number, Paren, Product, Quotient, Scripted

GIVEN = "This is how the network is given."


class Forward:
    """The section that opens a derivation."""

    def __init__(self, telling: Telling, structure: Structure) -> None:
        self.telling = telling
        self.structure = structure
        self.notation = structure.notation

    def section(self) -> Section:
        """Every equation, in the order of the text."""
        parts = []
        for equation in self.structure.network.equations:
            items = self._equation(equation)
            if items:
                d = equation.defines
                title = ("The equation of ", self.notation.write(d, self.notation.step if d.timed else None))
                parts.append(Section(title, tuple(items)))
        return Section(("The network",), (self._intro(),), tuple(parts))

    def brief(self) -> Section:
        """The equations as they are given and the sizes: what a derivation of some gradients only is about."""
        given = [self._given(e, "" if k else GIVEN) for k, e in enumerate(self.structure.network.equations)]
        chains = present(*given)
        return Section(("The network",), (self._intro(), *chains))

    def _intro(self) -> Text:
        return Text(("The network is its forward equations. ", *self._sizes()))

    def _sizes(self) -> list[str | Node]:
        """The size of every axis, as the space of a symbol that has it, and the number of steps."""
        spaces = [space for axis in self.structure.network.axes if not axis.parts and (space := self._space(axis.name))]
        told: list[str | Node] = []
        for k, space in enumerate(spaces):
            told += ["Here " if k == 0 else ", ", space]
        steps = Chain((Name("\\tau"), Number(str(self.notation.setting.scope.steps))), ("=",))
        return [*told, ", and " if told else "All its symbols are scalars, and ", steps, "."]

    def _space(self, axis: str) -> Node | None:
        """A vector with that axis, at a step if it has one, as an element of its space; else a matrix."""
        having = [d for d in self.structure.network.declarations if axis in d.axes]
        if not having:
            return None
        d = min(having, key=lambda d: (d.name.plain != axis, len(d.axes), not d.timed))
        sizes = [Number(str(self.notation.size(part))) for part in d.axes]
        power = Product(tuple(sizes), ("\\times",) * (len(sizes) - 1)) if len(sizes) > 1 else sizes[0]
        symbol = self.notation.write(d, self.notation.step if d.timed else None)
        return Chain((symbol, Scripted(Name("\\mathbb{R}"), (), (power,))), ("\\in",))

    def _given(self, equation: Equation, reason: str) -> ProvedChain | None:
        d = equation.defines
        left = equation.left if equation.left.span is not None else self.notation.write(d, self.notation.step)
        return self.telling.chain(left, (equation.body, reason))

    def _equation(self, equation: Equation) -> list[Item]:
        items: list[Item] = list(present(self._given(equation, GIVEN)))
        if equation.at is None and not equation.offset and not equation.index:
            items.extend(present(self._in_matrices(equation), *self._in_components(equation)))
        return items

    def _in_matrices(self, equation: Equation) -> ProvedChain | None:
        """Every vector and matrix with its entries, where they are few enough."""
        d = equation.defines
        if not d.axes or not all(self._small(axis) for axis in d.axes):
            return None
        left = self._spelled(self.notation.write(d, self.notation.step))
        affine = self._affine(equation.body)
        right = self._spelled(equation.body) if affine else self._column(d)
        return (
            None
            if left is None or right is None
            else self.telling.chain(left, (right, "The same with every entry written out."))
        )

    def _small(self, axis: str) -> bool:
        return self.notation.is_written_out(axis)

    def _affine(self, node: Node) -> bool:
        """Sums and products of letters only."""
        match node:
            case Add(parts) | Product(parts):
                return all(self._affine(part) for part in parts)
            case Negate(body) | Paren(body):
                return self._affine(body)
            case _:
                return isinstance(node, Name | Scripted | Number)

    def _spelled(self, node: Node) -> Node | None:
        """A letter with axes as the matrix of its entries; None where one of them is too large."""
        too_large = False

        def spell(part: Node) -> Node:
            nonlocal too_large
            reference = self.notation.reference(part)
            if reference is None:
                return rebuilt(part, spell)
            if not reference.declaration.axes or reference.index or reference.rest:
                return part
            if not all(self._small(axis) for axis in reference.declaration.axes):
                too_large = True
            return part if too_large else self._entries(reference.declaration, reference.step)

        result = spell(node)
        return None if too_large else result

    def _entries(self, d: Declaration, step: Node | None) -> Node:
        sizes = [self.notation.size(axis) for axis in d.axes]
        numbers = [[Number(str(k)) for k in range(1, size + 1)] for size in sizes]
        if len(numbers) == 1:
            return column(self.notation.write(d, step, (i,)) for i in numbers[0])
        return matrix([self.notation.write(d, step, (i, j)) for j in numbers[1]] for i in numbers[0])

    def _column(self, d: Declaration) -> Node | None:
        """The components one above another, a common divisor in front."""
        if len(d.axes) != 1:
            return None
        try:
            parts = [
                self.structure.component(d, (Number(str(k)),)) for k in range(1, self.notation.size(d.axes[0]) + 1)
            ]
        except NoComponents:
            return None
        divisors = {part.denominator for part in parts if isinstance(part, Quotient)}
        if len(divisors) == 1 and all(isinstance(part, Quotient) for part in parts):
            tops = [part.numerator for part in parts if isinstance(part, Quotient)]
            return Product((over(ONE, divisors.pop()), column(tops)), ("",))
        return column(parts)

    def _in_components(self, equation: Equation) -> list[ProvedChain]:
        d = equation.defines
        letters = self.notation.letters()
        index = tuple(Name(next(letters)) for _ in d.axes)
        avoid = frozenset(part.base for part in index)
        try:
            body = component(equation.body, self.notation, index, avoid)
        except NoComponents:
            return []
        if not d.axes:
            return []
        left = self.notation.write(d, self.notation.step if d.timed else None, index)
        chains = [
            self.telling.chain(bound(left, values), (bare(bound(body, values)), ""), compact=True)
            for values in each_component(self.notation, d, index)
        ]
        return [chain for chain in chains if chain is not None]
