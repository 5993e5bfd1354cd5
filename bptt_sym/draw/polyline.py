"""Polylines: lines from point to point, in pixels from the top left corner."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
FARTHEST = 8.0  # that an end may slide along the edge of its box


def trimmed(start: Point, end: Point, before: float, after: float) -> tuple[Point, Point]:
    """A straight line without its first and last few pixels."""
    along = direction(start, end)
    return (
        (start[0] + along[0] * before, start[1] + along[1] * before),
        (end[0] - along[0] * after, end[1] - along[1] * after),
    )


def direction(start: Point, end: Point) -> Point:
    """The unit vector from one point to another; right where they are the same."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = (across**2 + down**2) ** 0.5
    return (across / length, down / length) if length else (1.0, 0.0)


def beside(points: tuple[Point, ...], by: float) -> tuple[Point, ...]:
    """The same polyline so many pixels to its left (as one walks along it), corners kept."""
    steps = [direction(a, b) for a, b in pairwise(points)]
    normals = [(y, -x) for x, y in steps]
    moved = []
    for k, (x, y) in enumerate(points):
        one, other = normals[max(k - 1, 0)], normals[min(k, len(normals) - 1)]
        scale = by / (1 + max(one[0] * other[0] + one[1] * other[1], -0.5))
        moved.append((x + scale * (one[0] + other[0]), y + scale * (one[1] + other[1])))
    return tuple(moved)


def between(one: Point, other: Point, part: float) -> Point:
    """The point after a part of the way from one to another."""
    return one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1])


def between_edges(points: tuple[Point, ...], by: float) -> tuple[Point, ...]:
    """The polyline beside, with its ends on the edges of the boxes as before."""
    moved = beside(points, by)
    return (_level(points[0], moved[0], moved[1]), *moved[1:-1], _level(points[-1], moved[-1], moved[-2]))


def _level(before: Point, end: Point, next_to_it: Point) -> Point:
    """An end slid along its line to the height it had, yet not far from its place on the edge."""
    if end[1] == next_to_it[1]:
        return end
    slope = (next_to_it[0] - end[0]) / (next_to_it[1] - end[1])
    aside = end[0] + slope * (before[1] - end[1]) - before[0]
    return before[0] + max(-FARTHEST, min(FARTHEST, aside)), before[1]


def straightened(points: list[Point]) -> tuple[Point, ...]:
    """Without corners that are none."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1]):
            kept.append(here)
    return (*kept, points[-1])
