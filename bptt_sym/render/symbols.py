"""Which symbol an occurrence is of, so that a page can show all the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from bptt_sym.written.brackets import is_function
from bptt_sym.written.nodes import Name, Node, Number, Paren, Product, Scripted

Key: TypeAlias = tuple[Name, tuple[Node, ...], tuple[Node, ...]]
_NO_SYMBOLS = frozenset(("\\top", "\\prime", "\\infty", "\\ast", "1", "\\square"))


class Symbols:
    """Numbers for symbols in the order in which they are met: one for the letter, one for it with its scripts."""

    def __init__(self) -> None:
        self._letters: dict[Name, int] = {}
        self._keys: dict[Key, int] = {}

    def number(self, node: Node) -> str:
        """`letter.symbol`, both in digits; empty for what is no symbol."""
        key = symbol_of(node)
        if key is None:
            return ""
        letter = self._letters.setdefault(family(key), len(self._letters))
        return f"{letter}.{self._keys.setdefault(key, len(self._keys))}"


def symbol_of(node: Node) -> Key | None:
    """The letter of a symbol, what stands below it and its steps; powers and transposition don't belong to it."""
    base = node.base if isinstance(node, Scripted) else node
    if not isinstance(base, Name) or base.base in _NO_SYMBOLS or is_function(base):
        return None
    if not isinstance(node, Scripted):
        return base, (), ()
    return base, node.subs, tuple(_steps(node.sups))


def family(key: Key) -> Name:
    """The letter that entries are of: `w_{ij}` belongs to `W`."""
    letter, below, _ = key
    lower = len(letter.base) == 1 and letter.base.islower()
    return Name(letter.base.upper(), letter.accents) if lower and _counts_two(below) else letter


def _counts_two(below: tuple[Node, ...]) -> bool:
    if len(below) != 1:
        return len(below) == 2
    (only,) = below
    if isinstance(only, Number):
        return len(only.text) == 2
    return isinstance(only, Product) and len(only.factors) == 2


def _steps(scripts: Iterable[Node]) -> Iterable[Node]:
    for script in scripts:
        if isinstance(script, Product):
            yield from _steps(script.factors)
        elif isinstance(script, Paren):
            yield script
