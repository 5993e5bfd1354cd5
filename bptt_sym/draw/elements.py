"""The picture element by element: a circle for every number, an arrow for every local derivative that isn't 0."""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.calculus.layers import Arrow, Place
from bptt_sym.draw.glyphs import width_of
from bptt_sym.draw.grid import Grid, Slot, placed
from bptt_sym.draw.labels import Labels
from bptt_sym.draw.picture import Box, Line, Picture, Room, Tag
from bptt_sym.draw.polyline import Point, beside, trimmed
from bptt_sym.draw.telling import LEGEND, STEPLESS, describe, title_of
from bptt_sym.errors import UsageError
from bptt_sym.written.nodes import Node

LARGEST = 900  # arrows: what can still be read
RADIUS = 17.0
SPARSE, DENSE, CROSSING = 96.0, 190.0, 440.0  # between rows: where arrows are few, many, many from another step
PASSAGE, GAP, MARGIN = 30.0, 34.0, 34.0
APART = 1.7
SIZE = 10.0
OTHER_PARTS = (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72, 0.22, 0.78, 0.16, 0.84)


def draw_elements(labels: Labels) -> Picture:
    """Circles for numbers, in rows by layer; raises UsageError where there are too many arrows to be read."""
    count = sum(len(arrow.partials) for arrow in labels.unrolled.arrows)
    if count > LARGEST:
        raise UsageError(
            f"element by element this picture has {count} arrows, more than the {LARGEST} that can be read; "
            "take smaller sizes, fewer steps, or --layers"
        )
    return _Elements(labels).picture()


class _Elements:
    """The picture in the making."""

    def __init__(self, labels: Labels) -> None:
        unrolled = labels.unrolled
        self.unrolled = unrolled
        self.labels = labels
        self.grid = Grid(unrolled)
        self.count = {place.declaration: len(unrolled.scalars[place]) for place in unrolled.places}
        self.label: dict[tuple[Place, Place, int, int], Node] = {}
        above = not unrolled.network.step_below
        for arrow in unrolled.arrows:
            home = arrow.target.step if above else None
            for (i, j), entry in arrow.partials.items():
                self.label[arrow.source, arrow.target, i, j] = self.labels.number(entry, home)
        self.apart = self._apart()
        self._measure_columns()
        self._measure_rows()

    def _apart(self) -> float:
        """Between neighbours in a layer: so much that the labels of dense arrows don't meet (see `_part`)."""
        needed = [2 * RADIUS + 16]
        for arrow in self.unrolled.arrows:
            widest = max(width_of(self.label[arrow.source, arrow.target, i, j], SIZE) for i, j in arrow.partials)
            ends = self.count[arrow.source.declaration], self.count[arrow.target.declaration]
            needed.append((widest + 8) * (max(ends) + 1) / 2 if self._is_dense(arrow) else widest + 10)
        return max(needed)

    def _is_dense(self, arrow: Arrow) -> bool:
        ends = self.count[arrow.source.declaration], self.count[arrow.target.declaration]
        return len(arrow.partials) > max(ends)

    def _measure_columns(self) -> None:
        self.middle: dict[tuple[int, Slot], float] = {}
        x = MARGIN
        for column, step in enumerate(self.grid.steps):
            here = {place.declaration for place in self.unrolled.places if place.step == step}
            rows = []
            for slots in self.grid.order.values():
                kept = tuple(slot for slot in slots if slot.layer in here and (slot.passing or slot.layer) in here)
                rows.append(placed(kept, self._slot_width))
            widest = max(width for _, width in rows)
            for middles, _ in rows:
                self.middle.update({(column, slot): x + widest / 2 + at for slot, at in middles.items()})
            x += widest + GAP
        self.width = x - GAP + MARGIN

    def _slot_width(self, slot: Slot) -> float:
        if slot.passing is None:
            return self.apart * self.count[slot.layer] + 14
        ends = slot.layer, slot.passing
        return PASSAGE + max(
            width_of(label, SIZE) for (one, other, *_), label in self.label.items()
            if (one.declaration, other.declaration) == ends
        )  # fmt: skip

    def _measure_rows(self) -> None:
        """Rows between which many arrows meet stand further apart."""
        rows = max(self.grid.row.values(), default=0) + 1
        gaps = [SPARSE] * rows
        for arrow in filter(self._is_dense, self.unrolled.arrows):
            ends = self.grid.row[arrow.source.declaration], self.grid.row[arrow.target.declaration]
            between = range(min(ends), max(min(ends) + 1, max(ends)))
            for row in between:
                gaps[row] = max(gaps[row], DENSE if arrow.within_step else CROSSING / len(between))
        heights = [sum(gaps[:row]) for row in range(rows)]
        self.height = heights[-1] + 2 * (MARGIN + RADIUS)
        self.level = {row: self.height - MARGIN - RADIUS - height for row, height in enumerate(heights)}

    def centre(self, place: Place, component: int) -> Point:
        """The middle of a circle."""
        y = self.level[self.grid.row[place.declaration]]
        shift = self.apart * (component - (self.count[place.declaration] - 1) / 2)
        if place.step is None:
            sources = [self.centre(a.source, 0)[0] for a in self.unrolled.arrows if a.target == place]
            return (sum(sources) / len(sources) if sources else self.width / 2) + shift, y
        return self.middle[self.grid.column(place), Slot(place.declaration)] + shift, y

    def picture(self) -> Picture:
        """All of it."""
        lines: list[Line] = []
        tags: list[Tag] = []
        boxes = tuple(self._boxes())
        self.room = Room()
        for box in boxes:
            self.room.take(box.centre, (RADIUS, RADIUS))
        for arrow in self.unrolled.arrows:
            for i, j in arrow.partials:
                points = self._points(arrow, i, j)
                tags.append(self._tag(arrow, i, j, points))
                lines.extend(self._both_ways(arrow, points))
        said = describe(self.labels)
        legend = LEGEND + STEPLESS * (not self.unrolled.network.step_below)
        return Picture(
            self.width, self.height, title_of(self.unrolled), said, legend, tuple(lines), tuple(tags), boxes, True
        )

    def _boxes(self) -> Iterator[Box]:
        for place in self.unrolled.places:
            for k in range(self.count[place.declaration]):
                label, given = self.labels.place(place, k), self.unrolled.is_given(place)
                yield Box(self.centre(place, k), 2 * RADIUS, 2 * RADIUS, label, given=given, round=True)

    def _points(self, arrow: Arrow, i: int, j: int) -> tuple[Point, ...]:
        """Straight from circle to circle; past the layers between, and over the neighbours in its own row."""
        start, end = self.centre(arrow.source, j), self.centre(arrow.target, i)
        points = [start, *self._bends(arrow, i, start, end), end]
        points[0] = trimmed(points[0], points[1], RADIUS, 0)[0]
        points[-1] = trimmed(points[-2], points[-1], 0, RADIUS)[1]
        return tuple(points)

    def _bends(self, arrow: Arrow, i: int, start: Point, end: Point) -> list[Point]:
        if arrow.source.step == arrow.target.step:
            ends = arrow.source.declaration, arrow.target.declaration
            shift = 4 * (i - (self.count[ends[1]] - 1) / 2)
            if arrow.source.step is None:
                return []
            column = self.grid.column(arrow.source)
            return [
                (self.middle[column, slot] + shift, self.level[slot.row] + side)
                for slot in self.grid.passages.get(ends, ())
                for side in (RADIUS, -RADIUS)
            ]
        if start[1] != end[1]:
            return []
        lift, way = RADIUS + 13 + 12 * i, 1 if end[0] > start[0] else -1
        return [(start[0] + way * lift, start[1] - lift), (end[0] - way * lift, end[1] - lift)]

    def _both_ways(self, arrow: Arrow, points: tuple[Point, ...]) -> list[Line]:
        if not {arrow.source, arrow.target} <= self.unrolled.reached:
            return [Line(points, "forward")]
        return [Line(beside(points, APART), "forward"), Line(beside(points, -APART), "backward")]

    def _tag(self, arrow: Arrow, i: int, j: int, points: tuple[Point, ...]) -> Tag:
        """The derivative on its arrow, where neither a circle nor another label is, if there is such a place."""
        label = self.label[arrow.source, arrow.target, i, j]
        half = (width_of(label, SIZE) + 5) / 2, 0.75 * SIZE
        bent = len(points) > 2
        one, other = (points[1], points[2]) if bent else (self.centre(arrow.source, j), self.centre(arrow.target, i))
        for part in (0.5 if bent else self._part(arrow, i, j), *OTHER_PARTS):
            place = one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1])
            if self.room.is_free(place, half):
                break
        self.room.take(place, half)
        return Tag(place, label, size=SIZE)

    def _part(self, arrow: Arrow, i: int, j: int) -> float:
        """How far along its arrow a label stands.

        Of m sources and n targets, equally far apart: at 1/(m+1) of the way from the target, all labels are
        equally far apart too, and at 1/(n+1) from the source. Every other label stands at one end, the rest at
        the other.
        """
        if not self._is_dense(arrow):
            return 0.5
        m, n = self.count[arrow.source.declaration], self.count[arrow.target.declaration]
        return 1 - 1 / (m + 1) if (i + j) % 2 == 0 else 1 / (n + 1)
