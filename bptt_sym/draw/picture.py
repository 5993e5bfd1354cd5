"""A picture as data: boxes, lines and labels at their places, in pixels from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bptt_sym.draw.polyline import Point
from bptt_sym.written.nodes import Node

Way: TypeAlias = Literal["forward", "backward"]
Label: TypeAlias = Node | str


@dataclass(frozen=True, slots=True)
class Box:
    """What a network computes, around its centre: `label` is its value, `gradient` the loss's gradient by it.

    `round` is a single number, otherwise a whole vector; what is `given` is computed by nothing.
    """

    centre: Point
    width: float
    height: float
    label: Node
    gradient: Node | None = None
    given: bool = False
    round: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline along an arrow of the network, with an arrow head where it leads: back, at its first point."""

    points: tuple[Point, ...]
    way: Way


@dataclass(frozen=True, slots=True)
class Tag:
    """A formula or words at a place; `anchor` says which part of it stands there."""

    place: Point
    label: Label
    anchor: Literal["start", "middle", "end"] = "middle"
    size: float = 11.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines below labels below boxes, with a title, what the picture says in words, and how it is to be read."""

    width: float
    height: float
    title: str
    description: str
    legend: str
    lines: tuple[Line, ...]
    tags: tuple[Tag, ...]
    boxes: tuple[Box, ...]
    fine: bool = False  # thin lines and small letters, where there are hundreds

    def __repr__(self) -> str:
        return f"<Picture {self.width:.0f} × {self.height:.0f}: {self.title}>"


class Room:
    """Which parts of a picture are taken, as rectangles around a centre given by half their width and height."""

    BAND = 40.0  # no rectangle is higher

    def __init__(self) -> None:
        self._taken: dict[int, list[tuple[Point, Point]]] = {}

    def take(self, centre: Point, half: Point) -> None:
        """Nothing else shall stand there."""
        self._taken.setdefault(int(centre[1] // self.BAND), []).append((centre, half))

    def is_free(self, centre: Point, half: Point) -> bool:
        """Whether a rectangle there meets none that is taken."""
        band = int(centre[1] // self.BAND)
        return all(
            abs(centre[0] - x) >= half[0] + w or abs(centre[1] - y) >= half[1] + h
            for near in (band - 1, band, band + 1)
            for (x, y), (w, h) in self._taken.get(near, ())
        )
