"""A change of one place of a side, and edits, which are a few of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bptt_sym.check.repairing.tree import Path, at, replaced
from bptt_sym.written.nodes import Node
from bptt_sym.written.splicing import marked

Words: TypeAlias = tuple[str | Node, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Something else in one place; `mark` is the way from there to what is shown as changed.

    Lighter changes of one class come first; changes that exchange the same two parts are `kin`.
    """

    path: Path
    new: Node
    diagnosis: str
    words: Words
    mark: Path = ()
    weight: int = 0
    kin: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes of places of one side that don't stand in each other; `side` is 0 for the left one."""

    changes: tuple[Change, ...]
    side: int = 1

    @property
    def diagnosis(self) -> str:
        """The class of the first change."""
        return self.changes[0].diagnosis

    def words(self, written: Callable[[Node], str]) -> str:
        """What to do, in words, with the LaTeX of what it is done to."""
        told = ("".join(p if isinstance(p, str) else f"${written(p)}$" for p in c.words) for c in self.changes)
        return "; ".join(dict.fromkeys(told))

    def of(self, side: Node) -> Node:
        """The side after the edit."""
        for change in self.changes:
            side = replaced(side, change.path, change.new)
        return side

    def shown(self, side: Node) -> Node:
        """The side after the edit with what changed marked."""
        for change in self.changes:
            new = replaced(change.new, change.mark, marked(at(change.new, change.mark)))
            side = replaced(side, change.path, new)
        return side
