"""Places in a side of an equality, and the side with something else in one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

from bptt_sym.written.nodes import Big, Node, Syntax, children

Path: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a side: the way to it, what it stands in (outermost first), and the letters bound there."""

    path: Path
    node: Node
    above: tuple[Node, ...] = ()
    bound: tuple[str, ...] = ()

    @property
    def parent(self) -> Node | None:
        """What the node stands in."""
        return self.above[-1] if self.above else None


def places(node: Node, path: Path = (), above: tuple[Node, ...] = (), bound: tuple[str, ...] = ()) -> Iterator[Place]:
    """All places of a side, outermost first, in written order."""
    yield Place(path, node, above, bound)
    inside = (*bound, *(name.base for name in node.indices)) if isinstance(node, Big) else bound
    for k, child in enumerate(children(node)):
        yield from places(child, (*path, k), (*above, node), inside)


def at(node: Node, path: Path) -> Node:
    """The node at the end of a way."""
    for k in path:
        node = tuple(children(node))[k]
    return node


def replaced(node: Node, path: Path, new: Node) -> Node:
    """The side with `new` at the end of the way."""
    if not path:
        return new
    inner = tuple(children(node))
    return with_children(node, (*inner[: path[0]], replaced(inner[path[0]], path[1:], new), *inner[path[0] + 1 :]))


def with_children(node: Node, inner: tuple[Node, ...]) -> Node:
    """The node with other nodes in the places of its children, as many and in their order."""
    rest = iter(inner)
    changes = {}
    for item in fields(node):
        value = getattr(node, item.name)
        filled = _filled(value, rest)
        if filled is not value:
            changes[item.name] = filled
    return replace(node, **changes)  # type: ignore[arg-type]


def _filled(value: object, rest: Iterator[Node]) -> object:
    if isinstance(value, Syntax):
        return next(rest)
    if isinstance(value, tuple):
        parts = tuple(_filled(part, rest) for part in value)
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    return value


def apart(a: Path, b: Path) -> bool:
    """Whether neither place stands in the other."""
    return a[: len(b)] != b and b[: len(a)] != a
