"""Places in a source, found again among the nodes that were read from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bptt_sym.errors import Span
from bptt_sym.written.nodes import Node, Scripted, children, walk

_SHAPE = re.compile(r"(\d+)×(\d+)")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the source that is marked, the class it is marked by, and what is said under it."""

    span: Span
    kind: str
    words: str = ""


class Marking:
    """Which nodes are marked: the outermost within each place, or the innermost around it; for a script its symbol."""

    def __init__(self, nodes: Sequence[Node], places: Sequence[Place]) -> None:
        self._marks: dict[tuple[type, int, int], Place] = {}
        self._depth = 0
        for place in places:
            found = [node for whole in nodes for node in _within(whole, place.span)]
            for number, node in enumerate(found or _around(nodes, place.span)):
                words = place.words if number == 0 else ""
                self._marks.setdefault(_key(node), Place(place.span, place.kind, words))

    def has(self, node: Node) -> bool:
        """Whether the node itself is marked."""
        return node.span is not None and _key(node) in self._marks

    def enter(self, node: Node) -> Place | None:
        """The mark on a node that stands in no marked one; `leave` it when the node is written."""
        if self._depth or not self.has(node):
            return None
        self._depth += 1
        return self._marks[_key(node)]

    def latex(self, node: Node) -> tuple[str, str] | None:
        """What stands around a marked node in LaTeX: a box, or a brace with what is said below it."""
        if not self.has(node):
            return None
        words = self._marks[_key(node)].words
        return ("\\underbrace{", f"}}_{{{_SHAPE.sub(_product, words)}}}") if words else ("\\boxed{", "}")

    def leave(self) -> None:
        """The marked node is done."""
        self._depth -= 1


def _product(found: re.Match[str]) -> str:
    return f"{found[1]} \\times {found[2]}"


def _key(node: Node) -> tuple[type, int, int]:
    assert node.span is not None
    return type(node), node.span.start, node.span.end


def _within(node: Node, span: Span) -> Iterator[Node]:
    if node.span is not None and span.start <= node.span.start < node.span.end <= span.end:
        yield node
        return
    if isinstance(node, Scripted):
        inner = [part for child in children(node) for part in _within(child, span)]
        scripts = [part for script in (*node.subs, *node.sups) for part in _within(script, span)]
        yield from [node] if scripts and node.span is not None else inner
        return
    for child in children(node):
        yield from _within(child, span)


def _around(nodes: Sequence[Node], span: Span) -> list[Node]:
    found = [
        node
        for whole in nodes
        for node in walk(whole)
        if node.span is not None and node.span.start <= span.start and span.end <= node.span.end
    ]
    return found[-1:]
