r"""Changes that make a line true by emptying a part of it: `\hat y - \hat y`, `\partial h_{t-1} / \partial h_t`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from bptt_sym.check.repairing.edit import Edit
from bptt_sym.check.repairing.screen import Screen
from bptt_sym.check.repairing.tree import Path, at
from bptt_sym.errors import BpttSymError
from bptt_sym.meaning.array import Array
from bptt_sym.meaning.scope import Binding
from bptt_sym.written.nodes import Add, Big, Circled, Derivative, Nabla, Node, Product, walk

_PARTS = (Add, Circled, Derivative, Nabla, Product)
_VALUES = (1, 2, 3)


def makes_vanish(old: Node, new: Node, edit: Edit, screen: Screen) -> bool:
    r"""Whether a part of a side around a change is 0 after it and wasn't before, or a derivative here and there.

    A sum that has only one term left, `\sum_{k=t}^t`, has lost its others.
    """
    if any(isinstance(part, Big) and part.lower is not None and part.lower == part.upper for part in walk(new)):
        return True
    for change in edit.changes:
        for depth in range(1, len(change.path) + 1):
            path = change.path[:depth]
            part = at(new, path)
            if isinstance(part, _PARTS) and _is_lost(at(old, path), part, _letters(new, path), screen):
                return True
        if isinstance(change.new, _PARTS) and any(_vanishes_inside(change.new, _letters(new, change.path), screen)):
            return True
    return False


def _vanishes_inside(node: Node, letters: tuple[str, ...], screen: Screen) -> Iterator[bool]:
    """Of every term or factor that a change brings in, whether it is 0."""
    parts = node.factors if isinstance(node, Product | Circled) else node.terms if isinstance(node, Add) else (node,)
    for part in parts:
        if isinstance(part, Derivative | Nabla):
            yield all(_zeros(part, letters, screen)) and any(True for _ in _zeros(part, letters, screen))


def _is_lost(old: Node, new: Node, letters: tuple[str, ...], screen: Screen) -> bool:
    before, after = list(_zeros(old, letters, screen)), list(_zeros(new, letters, screen))
    if not after or len(before) != len(after):
        return False
    if isinstance(new, Derivative | Nabla):
        return any(now and not then for then, now in zip(before, after, strict=True))
    return all(after) and not all(before)


def _zeros(node: Node, letters: tuple[str, ...], screen: Screen) -> Iterator[bool]:
    """Whether a part is 0, at every choice of the letters that sums around it bind at which it exists."""
    for values in product(_VALUES, repeat=len(letters)):
        binding: Binding = {**screen.bindings[0], **dict(zip(letters, values, strict=True))}
        try:
            value = screen.value(node, binding)
        except BpttSymError:
            continue
        yield not any(value.entries.values()) if isinstance(value, Array) else value.kind == "zero"


def _letters(side: Node, path: Path) -> tuple[str, ...]:
    """The letters that sums bind around a place, two at most."""
    found: list[str] = []
    for depth in range(len(path)):
        node = at(side, path[:depth])
        if isinstance(node, Big):
            found += [name.base for name in node.indices]
    return tuple(dict.fromkeys(found))[-2:]
