"""The total derivative of any layer by any symbol: the chain rule over all that uses the symbol on the way."""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.derivation import Chain, Item, Section, Telling, Text, present
from bptt_sym.derivation.folding import fold
from bptt_sym.derivation.indexed import Target as By
from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.share import Of, Share
from bptt_sym.derivation.structure import Edge, Structure
from bptt_sym.derivation.targets import Place, Target
from bptt_sym.derivation.terms import bound, derivative, moved, nabla, offset, plus, times
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import Name, Node, Number


class Pairs:
    """Sections on one derivative, at given or general steps."""

    def __init__(self, telling: Telling, structure: Structure) -> None:
        self.telling = telling
        self.structure = structure
        self.notation: Notation = structure.notation

    def section(self, target: Target) -> Section | None:
        """Components, then the whole in matrices, then the product of the steps between."""
        of, by = self._placed(target)
        rows, cols = self._letters(of, by)
        lines = self._lines(of, by, rows, cols)
        items: list[Item] = []
        if lines is not None and self._depends_on_step(of, by):
            step = self.notation.step
            items.append(Text(("The lines hold for every step ", step, " at which all that stands in them exists.")))
        if lines is not None:
            items.extend(self._components(of, by, rows, cols, lines))
            if not target.of.index and not target.by.index:
                items.extend(present(self._whole(of, by, rows, cols, lines)))
        if not target.of.index and not target.by.index:
            items.extend(present(self._between(of, by)))
        if not items:
            return None
        first = self.notation.write(of.declaration, of.step, of.index)
        title = ("The derivative of ", first, " by ", self.notation.write(by.declaration, by.step, by.index))
        return Section(title, tuple(items), targets=(target.key,))

    def _depends_on_step(self, of: Place, by: Place) -> bool:
        """Whether a line speaks of a general step and of others beside it."""
        return by.step == self.notation.step and any(edge.shift for edge, _ in self._edges(of, by))

    def _placed(self, target: Target) -> tuple[Place, Place]:
        """Steps that were left off: t."""
        t = self.notation.step
        of, by = target.of, target.by
        if of.step is None and of.declaration.timed:
            of = Place(of.declaration, by.step or t, of.index)
        if by.step is None and by.declaration.timed:
            by = Place(by.declaration, t, by.index)
        return of, by

    def _letters(self, of: Place, by: Place) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        letters = self.notation.letters()
        rows = of.index or tuple(Name(next(letters)) for _ in of.declaration.axes)
        cols = by.index or tuple(Name(next(letters)) for _ in by.declaration.axes)
        return rows, cols

    def _edges(self, of: Place, by: Place) -> list[tuple[Edge, Node | None]]:
        """Users of `by` up to the step of `of`, with the step each is at; nearest passed over if it can't matter."""
        found = []
        for edge in self.structure.uses.get(by.declaration, []):
            activated = self.structure.preactivation_of(edge.layer)
            skip = activated is not None and edge.layer != of.declaration
            layer = activated if skip and activated is not None else edge.layer
            at = None if not layer.timed or by.step is None else moved(by.step, edge.shift or 0)
            if at is None and layer.timed:
                at = of.step
            if self._matters(of, layer, at):
                found.append((Edge(layer, edge.shift), at))
        return found

    def _matters(self, of: Place, layer: Declaration, at: Node | None) -> bool:
        """Whether `of` can depend on the layer at that step."""
        if at is None:
            return True
        first, second = offset(at), offset(of.step) if of.step is not None else (None, 0)
        if of.step is not None and first[0] == second[0] and first[1] > second[1]:
            return False
        rows = tuple(Number("1") for _ in of.declaration.axes)
        own = self.notation.write(of.declaration, of.step, rows)
        other = self.notation.write(layer, at, tuple(Number("1") for _ in layer.axes))
        if own == other:
            return True
        outcome = self.telling.ledger.judge(derivative(own, other), Number("0"))
        return outcome.word not in ("proved", "unreadable")

    def _lines(
        self, of: Place, by: Place, rows: tuple[Node, ...], cols: tuple[Node, ...]
    ) -> tuple[Node, Node | None] | None:
        edges = self._edges(of, by)
        if not edges:
            return None
        source = Of(of.declaration, of.step, rows)
        mine = self.notation.write(by.declaration, by.step, cols)
        shares = [(Share(self.structure, source, edge, cols), edge, at) for edge, at in edges]
        named = plus(share.named(at, mine) for share, _, at in shares)
        try:
            put_in = plus(self._put_in(share, edge, at, by, cols) for share, edge, at in shares)
        except NoComponents:
            return named, None
        return named, put_in

    def _put_in(self, share: Share, edge: Edge, at: Node | None, by: Place, cols: tuple[Node, ...]) -> Node:
        place = self.notation.shifted(-(edge.shift or 0)) if by.declaration.timed else None
        return share.put_in(at, By(by.declaration, place, cols))

    def _components(
        self,
        of: Place,
        by: Place,
        rows: tuple[Node, ...],
        cols: tuple[Node, ...],
        lines: tuple[Node, Node | None],
    ) -> Iterator[Chain]:
        named, put_in = lines
        own = self.notation.write(of.declaration, of.step, rows)
        mine = self.notation.write(by.declaration, by.step, cols)
        for place, values in enumerate(self._choices(of, by, rows, cols)):
            chain = self.telling.chain(
                bound(derivative(own, mine), values),
                (bound(named, values), "The chain rule, over everything on the way."),
                (None if put_in is None else bound(put_in, values), "The local derivatives are put in."),
                compact=place > 0,
            )
            if chain is not None:
                yield chain

    def _choices(
        self, of: Place, by: Place, rows: tuple[Node, ...], cols: tuple[Node, ...]
    ) -> Iterator[dict[str, Node]]:
        """Numbers for the letters where few components are left to write, else the letters."""
        letters = [
            (part.base, axis)
            for part, axis in zip((*rows, *cols), (*of.declaration.axes, *by.declaration.axes), strict=True)
            if isinstance(part, Name)
        ]
        count = 1
        for _, axis in letters:
            count *= self.notation.size(axis)
        if count > MOST_COMPONENTS:
            yield {}
            return
        places: list[dict[str, Node]] = [{}]
        for letter, axis in letters:
            places = [{**p, letter: Number(str(k))} for p in places for k in range(1, self.notation.size(axis) + 1)]
        yield from places

    def _whole(
        self,
        of: Place,
        by: Place,
        rows: tuple[Node, ...],
        cols: tuple[Node, ...],
        lines: tuple[Node, Node | None],
    ) -> Chain | None:
        letters = tuple(part.base for part in (*rows, *cols) if isinstance(part, Name))
        if len(of.declaration.axes) > 1 or len(by.declaration.axes) != 1:
            return None
        named, put_in = lines
        above, below = self.notation.write(of.declaration, of.step), self.notation.write(by.declaration, by.step)
        left = derivative(above, below) if of.declaration.axes else nabla(below, above)
        return self.telling.chain(
            left,
            (fold(named, letters, self.notation), "Jacobians multiply."),
            (
                None if put_in is None else fold(put_in, letters, self.notation),
                "The local Jacobians are put in.",
            ),
        )

    def _between(self, of: Place, by: Place) -> Chain | None:
        """From step to step: ∂h^(3)/∂h^(1) is a product of one Jacobian a step, where h alone remembers."""
        if of.declaration != by.declaration or of.step is None or by.step is None:
            return None
        first, last = offset(by.step), offset(of.step)
        if first[0] != last[0] or not 2 <= last[1] - first[1] <= LONGEST_PRODUCT:
            return None
        steps = [moved(of.step, -k) for k in range(last[1] - first[1])]
        named = times(self._jacobian(of.declaration, step) for step in steps)
        single = [self._local(of.declaration, step) for step in steps]
        put_in = None if any(s is None for s in single) else times(s for s in single if s is not None)
        left = derivative(self.notation.write(of.declaration, of.step), self.notation.write(by.declaration, by.step))
        return self.telling.chain(
            left,
            (named, "One Jacobian for each step in between."),
            (put_in, "The local Jacobians are put in."),
        )

    def _jacobian(self, d: Declaration, step: Node) -> Node:
        return derivative(self.notation.write(d, step), self.notation.write(d, moved(step, -1)))

    def _local(self, d: Declaration, step: Node) -> Node | None:
        of, by = Place(d, step, ()), Place(d, moved(step, -1), ())
        rows, cols = self._letters(of, by)
        lines = self._lines(of, by, rows, cols)
        if lines is None or lines[1] is None:
            return None
        letters = tuple(part.base for part in (*rows, *cols) if isinstance(part, Name))
        return fold(lines[1], letters, self.notation)


MOST_COMPONENTS = 15
LONGEST_PRODUCT = 8
