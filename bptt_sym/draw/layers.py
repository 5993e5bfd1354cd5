"""The folded view: a box for every layer at every step."""

from __future__ import annotations

from bptt_sym.calculus.layers import Arrow, Place
from bptt_sym.draw.glyphs import width_of
from bptt_sym.draw.grid import Grid, Slot, placed
from bptt_sym.draw.labels import Labels
from bptt_sym.draw.picture import Box, Line, Picture, Room, Tag
from bptt_sym.draw.polyline import Point, between, between_edges, straightened
from bptt_sym.draw.telling import LEGEND, describe, title_of
from bptt_sym.errors import UsageError
from bptt_sym.written.nodes import Node

LARGEST = 2000  # arrows
LONGEST = 220.0  # label
ROW = 74.0  # between the boxes of two rows, where nothing comes from other steps
HEIGHT = 46.0
PASSAGE = 40.0
LANE = 18.0
MARGIN = 28.0
APART = 4.0  # between an arrow forward and the gradient's way back
PARTS = (0.5, 0.3, 0.72, 0.2, 0.85)  # where a label may stand on its arrow, best first
LABEL, GRADIENT, DERIVATIVE = 15.0, 12.0, 12.0


def draw_layers(labels: Labels) -> Picture:
    """Boxes for layers; arrows forward with their local derivatives, and beside each the way of the gradient back.

    Raises UsageError where there are too many to be read.
    """
    count = len(labels.unrolled.arrows)
    if count > LARGEST:
        raise UsageError(f"this picture has {count} arrows, more than {LARGEST}; take fewer steps")
    return _Layers(labels).picture()


class _Layers:
    """The picture in the making."""

    def __init__(self, labels: Labels) -> None:
        unrolled = labels.unrolled
        self.unrolled = unrolled
        self.labels = labels
        self.grid = Grid(unrolled)
        self.derivative = {(a.source, a.target): self._derivative(a) for a in unrolled.arrows}
        self.box = {place: self._box(place) for place in unrolled.places}
        self.slot = max((self._slot(a.target) for a in unrolled.arrows), default=80.0)
        self.room = Room()
        self._measure_columns()
        self._measure_rows()
        self.box |= {place: self._breadth(place) for place in unrolled.places if self._spans(place)}

    def _derivative(self, arrow: Arrow) -> Node:
        """What stands on an arrow: the matrix, or its name where it is too long."""
        matrix = self.labels.matrix(arrow)
        return matrix if width_of(matrix, DERIVATIVE) <= LONGEST else self.labels.named(arrow)

    def _box(self, place: Place) -> float:
        """The width of a box: of what is written in it."""
        gradient = self.labels.gradient(place)
        below = 0.0 if gradient is None else width_of(gradient, GRADIENT)
        return max(54.0, width_of(self.labels.place(place), LABEL) + 18, below + 16)

    def _slot(self, target: Place) -> float:
        """The width of a slot: of a box, and of what is written at the arrows into it."""
        arrows = [a for a in self.unrolled.arrows if a.target == target and a.within_step]
        label = max((self._label(a) for a in arrows), default=0.0)
        alone = len(self._layers_beside(target)) == 1
        return max(self.box[target] + 30, 0.0 if alone else label + 30)

    def _label(self, arrow: Arrow) -> float:
        return width_of(self.derivative[arrow.source, arrow.target], DERIVATIVE)

    def _slot_width(self, slot: Slot) -> float:
        if slot.passing is None:
            return self.slot
        ends = slot.layer, slot.passing
        labels = [a for a in self.unrolled.arrows if (a.source.declaration, a.target.declaration) == ends]
        return max(PASSAGE, *(self._label(a) + 18 for a in labels if a.within_step))

    def _layers_beside(self, place: Place) -> list[Slot]:
        """The layers of its row, from left to right."""
        slots = self.grid.order.get(self.grid.row[place.declaration], ())
        return [slot for slot in slots if slot.passing is None]

    def _measure_columns(self) -> None:
        """Middles of slots and columns; the gutter left of a column holds what comes into it from its neighbours."""
        self.middle: dict[tuple[int, Slot], float] = {}
        self.gutter: list[float] = []
        self.lanes: dict[tuple[Place, int], int] = {}
        for arrow in filter(self._crosses, self.unrolled.arrows):
            gutter = self._gutter(arrow)
            same = [key for key in self.lanes if key[1] == gutter]
            self.lanes.setdefault((arrow.source, gutter), len(same))
        label = max((self._label(a) for a in self.unrolled.arrows if self._sideways(a)), default=0.0)
        x = MARGIN
        for column in range(len(self.grid.steps) + 1):
            self.gutter.append(x + 14)
            lanes = sum(1 for _, gutter in self.lanes if gutter == column)
            x += 14 + (LANE * lanes + label + 24 if lanes else 0)
            x += self._place_column(column, x) if column < len(self.grid.steps) else 0
        self.width = x + MARGIN

    def _place_column(self, column: int, left: float) -> float:
        """The middles of a column's slots; returns its width."""
        here = {place.declaration for place in self.unrolled.places if place.step == self.grid.steps[column]}
        found: dict[int, tuple[dict[Slot, float], float]] = {}
        for row, slots in self.grid.order.items():
            kept = tuple(slot for slot in slots if slot.layer in here and (slot.passing or slot.layer) in here)
            found[row] = placed(kept, self._slot_width)
        step = self.grid.steps[column]
        labels = [self._label(a) + 12 for a in self.unrolled.arrows if a.within_step and a.source.step == step]
        widest = max(*labels, *(width for _, width in found.values()), 0.0)
        for middles, _ in found.values():
            self.middle.update({(column, slot): left + widest / 2 + at for slot, at in middles.items()})
        return widest

    def _measure_rows(self) -> None:
        """Heights of rows from the lowest up; below a row there is room for the lanes of what enters it from below."""
        self.channels = self._channels()
        rows = max(self.grid.row.values(), default=0) + 1
        self.lowered = dict.fromkeys(range(rows), 0)
        for (_, row), lane in self.channels.items():
            self.lowered[row] = max(self.lowered[row], lane + 1)
        heights = [HEIGHT / 2 + MARGIN + LANE * self.lowered[0]]
        for row in range(1, rows):
            heights.append(heights[-1] + HEIGHT + ROW + (LANE * self.lowered[row] + 16 if self.lowered[row] else 0))
        self.height = heights[-1] + HEIGHT / 2 + MARGIN
        self.level = {row: self.height - height for row, height in enumerate(heights)}

    def _channels(self) -> dict[tuple[Place, int], int]:
        """The lane below a row in which what comes from a box goes to its targets: no two on one stretch of a lane."""
        spans: dict[tuple[Place, int], tuple[int, int]] = {}
        for arrow in filter(self._crosses, self.unrolled.arrows):
            if not self._sideways(arrow):
                key = arrow.source, self.grid.row[arrow.target.declaration]
                ends = 2 * self._gutter(arrow), 2 * self.grid.column(arrow.target) + 1
                known = spans.get(key, ends)
                spans[key] = min(*ends, *known), max(*ends, *known)
        lanes: dict[tuple[Place, int], int] = {}
        for key, (first, last) in sorted(spans.items(), key=lambda item: item[1]):
            taken = {lane for other, lane in lanes.items()
                     if other[1] == key[1] and spans[other][0] <= last and first <= spans[other][1]}  # fmt: skip
            lanes[key] = next(lane for lane in range(len(taken) + 1) if lane not in taken)
        return lanes

    def _crosses(self, arrow: Arrow) -> bool:
        return arrow.source.step is not None and arrow.target.step is not None and not arrow.within_step

    def _sign(self, arrow: Arrow) -> int:
        """1 for an arrow to a later step, -1 to an earlier one."""
        return 1 if self.grid.column(arrow.target) > self.grid.column(arrow.source) else -1

    def _gutter(self, arrow: Arrow) -> int:
        """The number of the gutter, left of the column of that number, that an arrow goes along."""
        return self.grid.column(arrow.source) + (self._sign(arrow) > 0)

    def _sideways(self, arrow: Arrow) -> bool:
        """Whether an arrow from the step beside enters at the side of its target."""
        if not self._crosses(arrow):
            return False
        near = abs(self.grid.column(arrow.target) - self.grid.column(arrow.source)) == 1
        first = self._layers_beside(arrow.target)[0 if self._sign(arrow) > 0 else -1]
        return near and first.layer == arrow.target.declaration

    def centre(self, place: Place) -> Point:
        """The middle of a box; what has no step stands over the middle of what it is made of."""
        y = self.level[self.grid.row[place.declaration]]
        if place.step is not None:
            return self.middle[self.grid.column(place), Slot(place.declaration)], y
        users = [a.target for a in self.unrolled.arrows if a.source == place and a.target.step is not None]
        across = [self.centre(other)[0] for other in self._sources(place) or users]
        return ((min(across) + max(across)) / 2 if across else self.width / 2), y

    def _sources(self, place: Place) -> list[Place]:
        return [arrow.source for arrow in self.unrolled.arrows if arrow.target == place]

    def _spans(self, place: Place) -> bool:
        """Whether a box lies over all the steps that it is made of, so that every arrow goes straight up to it."""
        row = self.grid.row[place.declaration]
        alone = [other for other in self.unrolled.places if self.grid.row[other.declaration] == row] == [place]
        return alone and place.step is None and len({source.step for source in self._sources(place)}) > 1

    def _breadth(self, place: Place) -> float:
        ends = [self.centre(s)[0] + side * self.box[s] / 2 for s in self._sources(place) for side in (-1, 1)]
        return max(ends) - min(ends)

    def picture(self) -> Picture:
        """All of it."""
        lines: list[Line] = []
        tags: list[Tag] = []
        for arrow in self.unrolled.arrows:
            points, tag = self._across(arrow) if self._crosses(arrow) else self._up(arrow)
            tags.append(tag)
            lines.extend(self._both_ways(arrow, points))
        boxes = tuple(
            Box(self.centre(p), self.box[p], HEIGHT, self.labels.place(p), self.labels.gradient(p),
                self.unrolled.is_given(p))
            for p in self.unrolled.places
        )  # fmt: skip
        said = describe(self.labels)
        return Picture(self.width, self.height, title_of(self.unrolled), said, LEGEND, tuple(lines), tuple(tags), boxes)

    def _both_ways(self, arrow: Arrow, points: tuple[Point, ...]) -> list[Line]:
        if not {arrow.source, arrow.target} <= self.unrolled.reached:
            return [Line(points, "forward")]
        return [Line(between_edges(points, APART), "forward"), Line(between_edges(points, -APART), "backward")]

    def _up(self, arrow: Arrow) -> tuple[tuple[Point, ...], Tag]:
        """Straight up within a column, past what stands between."""
        start, end = self.centre(arrow.source), self.centre(arrow.target)
        points = [(start[0] + self._spread(arrow, up=True), start[1] - HEIGHT / 2)]
        ends = arrow.source.declaration, arrow.target.declaration
        for slot in self.grid.passages.get(ends, ()) if arrow.within_step else ():
            x, y = self.middle[self.grid.column(arrow.source), slot], self.level[slot.row]
            points += [(x, y + HEIGHT / 2), (x, y - HEIGHT / 2)]
        across = points[-1][0] if self._spans(arrow.target) else end[0] + self._spread(arrow, up=False)
        points.append((across, end[1] + HEIGHT / 2))
        derivative = self.derivative[arrow.source, arrow.target]
        if len(points) > 2:
            return tuple(points), Tag(between(points[1], points[2], 0.1), derivative, size=DERIVATIVE)
        lowered = self.lowered[self.grid.row[arrow.target.declaration]]
        free = 1 - (LANE * lowered + 10) / (points[0][1] - points[1][1]) if lowered else 1.0
        place = between(points[0], points[1], self._free_part(arrow, points, free))
        return tuple(points), Tag(place, derivative, size=DERIVATIVE)

    def _free_part(self, arrow: Arrow, points: list[Point], free: float) -> float:
        """How far up an arrow its label stands: where no other label is, if there is such a place."""
        half = self._label(arrow) / 2 + 3, 0.75 * DERIVATIVE
        part = next((p for p in PARTS if self.room.is_free(between(points[0], points[1], p * free), half)), PARTS[0])
        self.room.take(between(points[0], points[1], part * free), half)
        return part * free

    def _spread(self, arrow: Arrow, *, up: bool) -> float:
        """How far from the middle of its box an arrow starts or ends, so that several don't meet in one point."""
        place = arrow.source if up else arrow.target
        beside_it = [a for a in self.unrolled.arrows if (a.source if up else a.target) == place]
        beside_it = [a for a in beside_it if not self._crosses(a)]
        beside_it.sort(key=lambda a: self._aim(a, up=up))
        room = min(LANE, (self.box[place] - 12) / max(len(beside_it), 1))
        return room * (beside_it.index(arrow) - (len(beside_it) - 1) / 2)

    def _aim(self, arrow: Arrow, *, up: bool) -> float:
        """Where an arrow comes from or goes to, by its next corner."""
        ends = arrow.source.declaration, arrow.target.declaration
        between = self.grid.passages.get(ends, ()) if arrow.within_step else ()
        if between:
            return self.middle[self.grid.column(arrow.source), between[0 if up else -1]]
        return self.centre(arrow.target if up else arrow.source)[0]

    def _across(self, arrow: Arrow) -> tuple[tuple[Point, ...], Tag]:
        """Out at a side, along the gutter between two columns, and into the target from its side or from below.

        All that leaves a box for one side shares a way, as far as it goes.
        """
        sign, end, gutter = self._sign(arrow), self.centre(arrow.target), self._gutter(arrow)
        x = self.gutter[gutter] + LANE * self.lanes[arrow.source, gutter]
        points = self._way_out(arrow, sign)
        points.append((x, points[-1][1]))
        derivative = self.derivative[arrow.source, arrow.target]
        if self._sideways(arrow):
            side = end[0] - sign * self.box[arrow.target] / 2
            points += [(x, end[1]), (side, end[1])]
            tag = Tag((side - sign * 14, end[1] - 15), derivative, "end" if sign > 0 else "start", DERIVATIVE)
            return straightened(points), tag
        lane = self.channels[arrow.source, self.grid.row[arrow.target.declaration]]
        y = end[1] + HEIGHT / 2 + 20 + LANE * lane
        into = end[0] - sign * (self.box[arrow.target] / 2 - 9)
        points += [(x, y), (into, y), (into, end[1] + HEIGHT / 2)]
        return straightened(points), Tag((into - sign * 12, y), derivative, "end" if sign > 0 else "start", DERIVATIVE)

    def _way_out(self, arrow: Arrow, sign: int) -> list[Point]:
        """From the side of a box at the end of its row; otherwise from its top, over its neighbours."""
        x, y = self.centre(arrow.source)
        if self._layers_beside(arrow.source)[-1 if sign > 0 else 0].layer == arrow.source.declaration:
            return [(x + sign * self.box[arrow.source] / 2, y)]
        x += sign * (self.box[arrow.source] / 2 - 9)
        return [(x, y - HEIGHT / 2), (x, y - HEIGHT / 2 - 16)]
