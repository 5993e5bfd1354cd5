"""Which symbols a network's equations speak of: names with their labels, steps and components told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bptt_sym.errors import Span, Unreadable
from bptt_sym.meaning.reference import EVERY, INDEX_LETTERS, is_transpose, label_of
from bptt_sym.network.notation import Notation, script_atoms, sub_atoms
from bptt_sym.primitives import BY_SPELLING, ELEMENTWISE
from bptt_sym.symbols import Identifier
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Chain,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Scripted,
    children,
    walk,
)

Key: TypeAlias = tuple[Identifier, bool]
CONSTANTS = frozenset({"I", "1", "0", "\\top", "\\prime", "\\tau", "\\delta", "\\infty"})
CONVENTIONS = frozenset(s for row in ELEMENTWISE for s in row.by_convention)
FUNCTION_WORDS = frozenset({"diag", "max", "\\max", *BY_SPELLING}) | CONVENTIONS


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One use of a symbol: what it is called, whether a step stands at it, and its component letters."""

    name: Identifier
    timed: bool
    step: Node | None
    index: tuple[Node, ...]
    span: Span | None
    bold: bool

    @property
    def key(self) -> Key:
        """What tells this symbol from others: `E` and `E_t` are two."""
        return self.name, self.timed


@dataclass(frozen=True, slots=True)
class Line:
    """One `left = body` of the text, with what its left side says, its component letters and all it uses.

    `written` is the body as it stands in the text, where inline arguments have not been named (None for the line
    of such an argument).
    """

    left: Node
    body: Node
    defines: Occurrence
    index: tuple[str, ...]
    uses: tuple[Occurrence, ...]
    written: Node | None = None


def make_line(left: Node, body: Node, notation: Notation, written: Node | None = None) -> Line:
    """The left side is a name with its label and step; component letters where the right side has them too.

    Without `written` the line is that of an inline argument, whose left side has no components.
    """
    if not isinstance(left, Name | Scripted) or not isinstance(_innermost(left), Name):
        raise Unreadable("the left side of a forward equation is one symbol", left.span)
    letters = _component_letters(left, body, notation) if written is not None else ()
    found = identify(left, notation, frozenset(letters))
    if any(isinstance(item, Number) or _base(left).base in notation.functions for item in found.index):
        raise Unreadable("a forward equation defines its symbol whole, or for each component", left.span)
    if found.step is not None and notation.shift(found.step) is None and not isinstance(found.step, Number):
        raise Unreadable(f"a forward equation defines its symbol at step {notation.letter}", left.span)
    uses = tuple(occurrences(body, notation, frozenset(letters)))
    return Line(left, body, found, letters, uses, written)


def _component_letters(left: Node, body: Node, notation: Notation) -> tuple[str, ...]:
    """`a_i = ...` is written for components when i stands at a symbol with a step, or beside another letter."""
    letters = _subscript_letters(left)
    return tuple(s for s in letters if s in INDEX_LETTERS and s != notation.letter and _indexes(body, s, notation))


def _subscript_letters(node: Node) -> list[str]:
    subs = node.subs if isinstance(node, Scripted) else ()
    return [part.base for sub in subs for part in walk(sub) if isinstance(part, Name)]


def _indexes(body: Node, letter: str, notation: Notation) -> bool:
    for part in walk(body):
        if isinstance(part, Scripted) and letter in _subscript_letters(part):
            paired = any(isinstance(sub, Product) and _letters(sub) <= INDEX_LETTERS for sub in part.subs)
            if paired or any(notation.is_step(s) for s in (*script_atoms(part.sups), *sub_atoms(part.subs))):
                return True
    return False


def occurrences(node: Node, notation: Notation, bound: frozenset[str]) -> Iterator[Occurrence]:
    """Every use of a symbol in an expression, functions and bound letters left out."""
    match node:
        case Big(_, indices, _, _, _, body):
            yield from occurrences(body, notation, bound | {name.base for name in indices})
        case Apply(_, argument):
            yield from occurrences(argument, notation, bound)
        case Scripted(Norm(body)):
            yield from occurrences(body, notation, bound)
        case Name() | Scripted():
            yield from _letter_occurrences(node, notation, bound)
        case _:
            for child in children(node):
                yield from occurrences(child, notation, bound)


def _letter_occurrences(node: Name | Scripted, notation: Notation, bound: frozenset[str]) -> Iterator[Occurrence]:
    inner = _innermost(node)
    if not isinstance(inner, Name):
        for child in children(node):
            yield from occurrences(child, notation, bound)
    elif not _is_conventional(node, inner, notation, bound):
        yield identify(node, notation, bound)
    elif isinstance(node, Scripted):
        for script in (*node.subs, *node.sups):
            for part in script.items if isinstance(script, Chain) else (script,):
                if isinstance(part, Scripted) or inner.base == "e":
                    yield from occurrences(part, notation, bound)


def _is_conventional(node: Name | Scripted, base: Name, notation: Notation, bound: frozenset[str]) -> bool:
    """Letters that custom declares: e to a power, I, 1, bound indices, functions."""
    if base.accents:
        return False
    known = base.base in CONSTANTS or base.base in notation.functions
    if isinstance(node, Name):
        return known or base.base in bound or base.base in ("T", notation.letter)
    if base.base == "e":
        return not node.subs or base.base in bound
    return known


def identify(node: Node, notation: Notation, bound: frozenset[str]) -> Occurrence:
    """One letter with scripts, its scripts told apart by what the equations around it bind."""
    subs, sups, base = _flat(node, notation)
    step: Node | None = None
    labels: list[tuple[str, bool, bool]] = []
    index: list[Node] = []
    for item in sups:
        if step is None and notation.is_step_of(base, item, above=True):
            step = item.body if isinstance(item, Paren) else item
        elif _is_label(item, notation, bound):
            labels.append((*label_of(item), True))
        elif isinstance(item, Paren) and item.open != "{":
            raise Unreadable("this superscript is no step, no part of a name and no power", item.span)
    for item in subs:
        if step is None and notation.is_step_of(base, item, above=False):
            step = item.body if isinstance(item, Paren) else item
        elif _letters(item) and _letters(item) <= bound:
            index.extend(item.factors if isinstance(item, Product) else (item,))
        else:
            _refuse_strange_label(item, notation)
            labels.append((*label_of(item), False))
    if len(labels) > 1:
        raise Unreadable("which of these scripts belongs to the name?", node.span)
    label, parenthesised, above = labels[0] if labels else ("", False, False)
    name = Identifier(base.base, base.accents, label, above, parenthesised)
    return Occurrence(name, step is not None, step, tuple(index), node.span, base.bold)


def _refuse_strange_label(item: Node, notation: Notation) -> None:
    """`p_{t, y_t}` is a component that depends on y_t, and `h_{i+1}` one counted from i; neither is a name."""
    counted = any(
        notation.is_step(part) or part == EVERY or isinstance(part, Add | Negate | Chain) for part in walk(item)
    )
    if counted:
        raise Unreadable("this subscript is no step, no component and no part of a name", item.span)


def _flat(node: Node, notation: Notation) -> tuple[list[Node], list[Node], Name]:
    """Subscripts, superscripts and the letter they stand at."""
    subs: list[Node] = []
    sups: list[Node] = []
    while isinstance(node, Scripted):
        subs = [*_apart(node.subs, notation), *subs]
        sups = [*script_atoms(node.sups), *sups]
        node = node.base
    assert isinstance(node, Name)
    return subs, sups, node


def _apart(items: tuple[Node, ...], notation: Notation) -> Iterator[Node]:
    """`y_{ti}` is a step and a component where steps stand below."""
    for item in items:
        atoms = list(sub_atoms((item,)))
        yield from atoms if notation.below and any(map(notation.is_step, atoms)) else (item,)


def is_small(base: str) -> bool:
    """A small letter, Latin or Greek."""
    return base.islower() or (base.startswith("\\") and base[1:2].islower() and "{" not in base)


def _innermost(node: Node) -> Node:
    while isinstance(node, Scripted):
        node = node.base
    return node


def _base(node: Node) -> Name:
    letter = _innermost(node)
    assert isinstance(letter, Name)
    return letter


def _is_label(item: Node, notation: Notation, bound: frozenset[str]) -> bool:
    """`^{hh}`, `^{(1)}`, `^{[1]}`, `^{x}` name; a number, a counting letter or an expression is a power."""
    if is_transpose(item) or (isinstance(item, Name) and item.base == "\\prime"):
        return False
    inside = item.body if isinstance(item, Paren) else item
    if isinstance(inside, Number):
        return isinstance(item, Paren)
    letters = inside.factors if isinstance(inside, Product) else (inside,)
    return all(isinstance(f, Name) and f.base not in bound | {notation.letter} for f in letters)


def _letters(node: Node) -> frozenset[str]:
    return frozenset(part.base for part in walk(node) if isinstance(part, Name))
