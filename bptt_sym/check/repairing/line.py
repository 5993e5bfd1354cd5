"""What stands in a line and what its network offers, for changes to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bptt_sym.check.repairing.screen import Screen
from bptt_sym.check.repairing.tree import Place, places
from bptt_sym.claims import Setting
from bptt_sym.derivation.notation import Notation
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.indices import STEP, free_letters
from bptt_sym.meaning.reference import Reference, resolve
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import Big, Name, Node, Number, Scripted

Occurrence = tuple[Place, Reference]


@dataclass(frozen=True)
class Line:
    """A wrong equality in its setting; `shapes_only` tells that its shapes are what is wrong."""

    left: Node
    right: Node
    setting: Setting
    screen: Screen
    shapes_only: bool = False

    @property
    def sides(self) -> tuple[Node, Node]:
        """Left and right."""
        return self.left, self.right

    def is_scalar(self, node: Node) -> bool | None:
        """Whether a part of the line is a scalar; None where that can't be told."""
        return self.screen.is_scalar(node)

    @cached_property
    def notation(self) -> Notation:
        """How the network writes its symbols."""
        return Notation(self.setting)

    @cached_property
    def free(self) -> dict[str, tuple[str, ...]]:
        """The free letters of both sides and what they run over; empty where they can't be told."""
        found: dict[str, tuple[str, ...]] = {}
        for side in self.sides:
            try:
                found |= {k: (*found.get(k, ()), *v) for k, v in free_letters(side, self.setting.scope).items()}
            except Unreadable:
                continue
        return found

    @cached_property
    def occurrences(self) -> tuple[tuple[Occurrence, ...], tuple[Occurrence, ...]]:
        """The declared symbols in each side."""
        return tuple(tuple(self._occurrences(side)) for side in self.sides)  # type: ignore[return-value]

    def _occurrences(self, side: Node) -> Iterator[Occurrence]:
        inside: list[tuple[int, ...]] = []
        for place in places(side):
            if any(place.path[: len(path)] == path for path in inside):
                continue
            if isinstance(place.parent, Big) and place.node in place.parent.indices:
                continue
            reference = self.reference(place.node)
            if reference is not None:
                inside.append(place.path)
                yield place, reference

    def reference(self, node: Node) -> Reference | None:
        """The declared symbol that a node is."""
        if not isinstance(node, Name | Scripted) or self.setting.scope.defined(node) is not None:
            return None
        try:
            return resolve(node, self.setting.scope)
        except Unreadable:
            return None

    @cached_property
    def steps(self) -> tuple[Node, ...]:
        """The steps written in the line, each once."""
        found = [ref.step for side in self.occurrences for _, ref in side if ref.step is not None]
        return tuple(dict.fromkeys(found))

    @cached_property
    def counted(self) -> dict[str, set[str]]:
        """For each axis the letters that count along it somewhere in the line."""
        found: dict[str, set[str]] = {}
        for side in self.occurrences:
            for _, ref in side:
                for item, axis in zip(ref.index, ref.declaration.axes, strict=False):
                    if isinstance(item, Name):
                        found.setdefault(axis, set()).add(item.base)
        return found

    def letters(self, axis: str, place: Place) -> list[Node]:
        """Letters bound at a place, or free in the line, that may count along an axis, in order of appearance."""
        size = self.setting.scope.size(axis)
        found: dict[str, None] = {}
        for letter, kinds in self.free.items():
            sizes = {self.setting.scope.size(kind) for kind in kinds if kind and kind != STEP}
            if STEP not in kinds and sizes <= {size}:
                found[letter] = None
        for letter in place.bound:
            if letter in self.counted.get(axis, ()) or self._is_loose(letter):
                found[letter] = None
        return [Name(letter) for letter in found]

    def _is_loose(self, letter: str) -> bool:
        return not any(letter in letters for letters in self.counted.values()) and not any(
            isinstance(step, Name) and step.base == letter for step in self.steps
        )

    def declared_like(self, d: Declaration) -> Iterator[Declaration]:
        """Other symbols that may stand where one stands: as many axes, and a step if it has one."""
        invented = {e.defines for e in self.setting.network.equations if e.auxiliary}
        for other in self.setting.network.declarations:
            if other != d and other not in invented and other.timed == d.timed and len(other.axes) == len(d.axes):
                yield other

    def numbers(self, axis: str) -> list[Node]:
        """The components of an axis that is written out."""
        if not self.notation.is_written_out(axis):
            return []
        return [Number(str(k)) for k in range(1, self.setting.scope.size(axis) + 1)]


def bound_steps(place: Place) -> list[Node]:
    """Letters bound around a place, as steps."""
    return [name for node in place.above if isinstance(node, Big) for name in node.indices]
