"""Where layers stand: a column for every step, a row for every depth of the computation within a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bptt_sym.calculus.layers import Arrow, Place, Unrolled
from bptt_sym.meaning.scope import Declaration

SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """A layer's place in its row, or the passage of an arrow from one layer to another over the rows between."""

    layer: Declaration
    passing: Declaration | None = None
    row: int = 0


class Grid:
    """Rows and columns of an unrolled network, the same in each column.

    Row 0 is the lowest; what has no step stands above all that it is made of. `order` are the slots of
    every row from left to right.
    """

    def __init__(self, unrolled: Unrolled) -> None:
        self.unrolled = unrolled
        self.steps = sorted({p.step for p in unrolled.places if p.step is not None})
        self.row = self._rows()
        self.order = self._ordered()

    def _rows(self) -> dict[Declaration, int]:
        """The longest way within a step that leads to a layer; for what has no step, the longest way at all."""
        depth: dict[Declaration, int] = {}
        for place in self.unrolled.places:
            depth.setdefault(place.declaration, 0)
        for _ in depth:
            for arrow in self.unrolled.arrows:
                one, other = arrow.source.declaration, arrow.target.declaration
                if one != other and (arrow.within_step or not other.timed):
                    depth[other] = max(depth[other], depth[one] + 1)
            if all(self._rises(arrow, depth) for arrow in self.unrolled.arrows):
                break
        return depth

    def _rises(self, arrow: Arrow, depth: dict[Declaration, int]) -> bool:
        one, other = arrow.source.declaration, arrow.target.declaration
        return one == other or not (arrow.within_step or not other.timed) or depth[one] < depth[other]

    @cached_property
    def passages(self) -> dict[tuple[Declaration, Declaration], tuple[Slot, ...]]:
        """The slots through which arrows of one step go over rows between, by the layers at their ends."""
        found = {}
        for arrow in self.unrolled.arrows:
            ends = arrow.source.declaration, arrow.target.declaration
            if arrow.within_step and arrow.source.step is not None:
                between = range(self.row[ends[0]] + 1, self.row[ends[1]])
                found[ends] = tuple(Slot(*ends, row) for row in between)
        return found

    def _ordered(self) -> dict[int, tuple[Slot, ...]]:
        """Slots in the order of the equations, then sorted by where their neighbours stand."""
        rows: dict[int, list[Slot]] = {row: [] for row in range(max(self.row.values(), default=0) + 1)}
        for layer, row in self.row.items():
            if layer.timed:
                rows[row].append(Slot(layer))
        chains = []
        for (one, other), between in self.passages.items():
            for slot in between:
                rows[slot.row].append(slot)
            chains.append((Slot(one), *between, Slot(other)))
        below, above = _neighbours(chains)
        for sweep in range(SWEEPS):
            upwards = sweep % 2 == 0
            for row in sorted(rows, reverse=not upwards):
                _sort_row(rows, row, below if upwards else above)
        return {row: tuple(slots) for row, slots in rows.items()}

    def column(self, place: Place) -> int:
        """The number of the column of a step, from 0."""
        assert place.step is not None
        return self.steps.index(place.step)


Neighbours = dict[Slot, list[Slot]]


def _neighbours(chains: Iterable[tuple[Slot, ...]]) -> tuple[Neighbours, Neighbours]:
    below: Neighbours = {}
    above: Neighbours = {}
    for chain in chains:
        for low, high in pairwise(chain):
            below.setdefault(high, []).append(low)
            above.setdefault(low, []).append(high)
    return below, above


def _sort_row(rows: dict[int, list[Slot]], row: int, neighbours: Neighbours) -> None:
    middle: dict[Slot, float] = {}
    for slots in rows.values():
        for k, slot in enumerate(slots):
            middle[slot] = k - (len(slots) - 1) / 2

    def wanted(slot: Slot) -> float:
        others = neighbours.get(slot, [])
        return sum(middle[other] for other in others) / len(others) if others else middle[slot]

    rows[row].sort(key=wanted)


def placed(slots: tuple[Slot, ...], width: Callable[[Slot], float]) -> tuple[dict[Slot, float], float]:
    """The middles of slots beside each other, around 0, and the width of all."""
    total = sum(width(slot) for slot in slots)
    at, found = -total / 2, {}
    for slot in slots:
        found[slot] = at + width(slot) / 2
        at += width(slot)
    return found, total
