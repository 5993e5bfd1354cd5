"""Which symbols a network's equations speak of: names with their labels, steps and components told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bptt_sym.errors import Span, Unreadable
from bptt_sym.meaning.reference import is_transpose, label_of
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
    Number,
    Paren,
    Product,
    Scripted,
    children,
    walk,
)

INDEX_LETTERS = frozenset("ijklmnpqr")
CONSTANTS = frozenset({"I", "1", "0", "\\top", "\\prime", "\\tau", "\\delta", "\\infty"})
FUNCTION_WORDS = frozenset({"diag", "max", "\\max", *BY_SPELLING, *(s for r in ELEMENTWISE for s in r.by_convention)})


@dataclass(frozen=True, slots=True)
class StepStyle:
    """The letter that runs over steps, and whether it is written below."""

    letter: str
    below: bool

    def is_step(self, node: Node) -> bool:
        """t, t - 1, τ, in brackets or not."""
        inside = node.body if isinstance(node, Paren) and node.open in "(<" else node
        if isinstance(inside, Add):
            first, others = inside.terms[0], inside.terms[1:]
            bare = [t.body if isinstance(t, Negate) else t for t in others]
            return self.is_step(first) and all(isinstance(t, Number) for t in bare)
        return isinstance(inside, Name) and not inside.accents and inside.base in (self.letter, "\\tau")

    def shift(self, node: Node) -> int | None:
        """How far a step is from t: 0, -1, 1 ...; None for τ or a number."""
        inside = node.body if isinstance(node, Paren) else node
        if isinstance(inside, Name):
            return 0 if inside.base == self.letter else None
        if isinstance(inside, Add) and self.shift(inside.terms[0]) == 0:
            return sum(_signed(t) for t in inside.terms[1:])
        return None


def _signed(term: Node) -> int:
    inside = term.body if isinstance(term, Negate) else term
    assert isinstance(inside, Number)
    return -int(inside.text) if isinstance(term, Negate) else int(inside.text)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One use of a symbol: what it is called, whether a step stands at it, and its component letters."""

    name: Identifier
    timed: bool
    step: Node | None
    index: tuple[Node, ...]
    span: Span | None
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One `left = body` of the text, with what its left side says and the letters of its components.

    `written` is the body as it stands in the text, where inline arguments have not been named.
    """

    left: Node
    body: Node
    defines: Occurrence
    index: tuple[str, ...] = ()
    auxiliary: bool = False
    written: Node | None = None


def step_style(lefts: list[Node], bodies: list[Node]) -> StepStyle:
    """From a script `s - 1` anywhere, else from a t on a left side; above in brackets unless left sides say below."""
    letter = next((s for body in bodies for s in _previous(body)), "t")
    for left in lefts:
        if isinstance(left, Scripted):
            if any(_mentions(s, letter) for s in left.sups):
                return StepStyle(letter, below=False)
            if any(_mentions(s, letter) for s in left.subs):
                return StepStyle(letter, below=True)
    return StepStyle(letter, below=False)


def _previous(node: Node) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, Scripted):
            for script in (*part.sups, *part.subs):
                for inner in walk(script):
                    match inner:
                        case Add((Name(letter, ()), Negate(Number("1")))) if letter != "\\tau":
                            yield letter


def _mentions(node: Node, letter: str) -> bool:
    return any(isinstance(part, Name) and part.base == letter for part in walk(node))


def occurrences(node: Node, style: StepStyle, bound: frozenset[str], timed_bases: frozenset[str]) -> Iterator[Occurrence]:
    """Every use of a symbol in an expression, functions and bound letters left out."""
    match node:
        case Big(_, indices, lower, upper, conditions, body):
            del lower, upper, conditions
            letters = bound | {name.base for name in indices}
            yield from occurrences(body, style, letters, timed_bases)
        case Apply(_, argument):
            yield from occurrences(argument, style, bound, timed_bases)
        case Name() | Scripted():
            base = _base(node)
            if base is None:
                for child in children(node):
                    yield from occurrences(child, style, bound, timed_bases)
            elif not _conventional(node, base, bound):
                yield identify(node, style, bound, timed_bases)
            elif isinstance(node, Scripted):
                for script in (*node.subs, *node.sups):
                    parts = script.items if isinstance(script, Chain) else (script,)
                    for part in parts:
                        if isinstance(part, Scripted) or base.base == "e":
                            yield from occurrences(part, style, bound, timed_bases)
        case _:
            for child in children(node):
                yield from occurrences(child, style, bound, timed_bases)


def _base(node: Node) -> Name | None:
    while isinstance(node, Scripted):
        node = node.base
    return node if isinstance(node, Name) else None


def _conventional(node: Node, base: Name, bound: frozenset[str]) -> bool:
    """Letters that custom declares: e to a power, I, 1, bound indices, functions."""
    if base.accents:
        return False
    if isinstance(node, Name):
        return base.base in bound or base.base in CONSTANTS or base.base in FUNCTION_WORDS or base.base == "T"
    if base.base == "e":
        return not node.subs or base.base in bound
    return base.base in CONSTANTS or base.base in FUNCTION_WORDS


def identify(node: Node, style: StepStyle, bound: frozenset[str], timed_bases: frozenset[str]) -> Occurrence:
    """One letter with scripts, its scripts told apart by what the equations around it bind."""
    subs, sups, base = _flat(node)
    step: Node | None = None
    labels: list[tuple[str, bool, bool]] = []
    for item in sups:
        if is_transpose(item) or isinstance(item, Name) and item.base == "\\prime":
            continue
        if step is None and (style.is_step(item) or _numbered_step(item, base, style, timed_bases, above=True)):
            step = item.body if isinstance(item, Paren) else item
        elif _is_label(item):
            labels.append((*label_of(item), True))
    index: list[Node] = []
    for item in subs:
        if step is None and (style.is_step(item) or _numbered_step(item, base, style, timed_bases, above=False)):
            step = item.body if isinstance(item, Paren) else item
        elif _letters(item) and _letters(item) <= bound:
            index.extend(item.factors if isinstance(item, Product) else (item,))
        else:
            labels.append((*label_of(item), False))
    if len(labels) > 1:
        raise Unreadable("which of these scripts belongs to the name?", node.span)
    label, parenthesised, above = labels[0] if labels else ("", False, False)
    name = Identifier(base.base, base.accents, label, above, parenthesised)
    return Occurrence(name, step is not None, step, tuple(index), node.span, base.bold)


def _flat(node: Node) -> tuple[list[Node], list[Node], Name]:
    subs: list[Node] = []
    sups: list[Node] = []
    while isinstance(node, Scripted):
        subs = [*node.subs, *subs]
        atoms: list[Node] = []
        for item in node.sups:
            mixed = isinstance(item, Product) and any(isinstance(f, Paren) or is_transpose(f) for f in item.factors)
            atoms.extend(item.factors if isinstance(item, Product) and mixed else (item,))
        sups = [*atoms, *sups]
        node = node.base
    assert isinstance(node, Name)
    return subs, sups, node


def _numbered_step(item: Node, base: Name, style: StepStyle, timed_bases: frozenset[str], *, above: bool) -> bool:
    """`h^{(0)}` or `h_0` where that letter carries steps elsewhere."""
    inside = item.body if isinstance(item, Paren) else item
    placed = isinstance(item, Paren) and item.open in "(<" if above else True
    return above != style.below and placed and isinstance(inside, Number) and base.base in timed_bases


def _is_label(item: Node) -> bool:
    """`^{hh}`, `^{(1)}`, `^{[1]}`, `^{x}` name; a bare number or an expression is a power."""
    inside = item.body if isinstance(item, Paren) else item
    if isinstance(inside, Number):
        return isinstance(item, Paren)
    return isinstance(inside, Name) or (isinstance(inside, Product) and all(isinstance(f, Name) for f in inside.factors))


def _letters(node: Node) -> frozenset[str]:
    return frozenset(part.base for part in walk(node) if isinstance(part, Name))
