"""How a text writes its steps, and which of its letters carry them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bptt_sym.meaning.reference import is_transpose
from bptt_sym.written.nodes import Add, Name, Negate, Node, Number, Paren, Product, Scripted, walk


@dataclass(frozen=True, slots=True)
class Notation:
    """The letter that runs over steps and where it is written, as the left sides have it.

    `below`: as a subscript, else above, in brackets (`square` ones) or `bare`; `timed` are the letters that carry steps
    somewhere; `functions` are words and letters that are applied, not multiplied.
    """

    letter: str = "t"
    below: bool = False
    bare: bool = False
    square: bool = False
    timed: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    def is_step(self, node: Node) -> bool:
        """t, t - 1, τ, in brackets or not."""
        inside = _unbracketed(node)
        if isinstance(inside, Add):
            bare = [t.body if isinstance(t, Negate) else t for t in inside.terms[1:]]
            return self.is_step(inside.terms[0]) and all(isinstance(t, Number) for t in bare)
        return isinstance(inside, Name) and not inside.accents and inside.base in (self.letter, "\\tau")

    def is_step_of(self, base: Name, script: Node, *, above: bool) -> bool:
        """Whether a script of that letter is its step: a bare superscript may be a power, a number a component."""
        bracketed = isinstance(script, Paren) and script.open in ("(<[" if self.square else "(<")
        if self.is_step(script):
            return not above or bracketed or self.bare or (not self.below and base.base in self.timed)
        if above == self.below or base.base not in self.timed:
            return False
        inside = _unbracketed(script)
        fixed = isinstance(inside, Number) or (isinstance(inside, Name) and inside.base == "T")
        return fixed and (bracketed or not above)

    def shift(self, step: Node | None) -> int | None:
        """How far a step is from t: 0, -1, 1 ...; None for τ, a number, or no step."""
        inside = None if step is None else _unbracketed(step)
        if isinstance(inside, Name):
            return 0 if inside.base == self.letter else None
        if isinstance(inside, Add) and self.shift(inside.terms[0]) == 0:
            return sum(_signed(t) for t in inside.terms[1:])
        return None


def _unbracketed(node: Node) -> Node:
    return node.body if isinstance(node, Paren) and node.open in "(<[" else node


def _signed(term: Node) -> int:
    inside = term.body if isinstance(term, Negate) else term
    assert isinstance(inside, Number)
    return -int(inside.text) if isinstance(term, Negate) else int(inside.text)


def find_notation(pairs: Sequence[tuple[Node, Node]], functions: frozenset[str]) -> Notation:
    """From the scripts of the left sides, with the letter that stands in some script `s - 1` or `s + 1`."""
    lefts = [left for left, _ in pairs]
    letter = next((s for left, body in pairs for side in (left, body) for s in _neighbours(side)), "t")
    found = Notation(letter, functions=functions)
    for left in lefts:
        if not isinstance(left, Scripted):
            continue
        above = [s for s in script_atoms(left.sups) if found.is_step(s)]
        below = [s for s in (*left.subs, *sub_atoms(left.subs)) if found.is_step(s)]
        if above or below:
            bare = bool(above) and not any(isinstance(s, Paren) for s in above)
            square = any(isinstance(s, Paren) and s.open == "[" for s in above)
            found = Notation(letter, not above, bare, square, functions=functions)
            break
    return replace(found, timed=frozenset(_timed(pairs, found)))


def _neighbours(node: Node) -> Iterator[str]:
    for part in walk(node):
        for script in (*part.sups, *part.subs) if isinstance(part, Scripted) else ():
            for inner in walk(script):
                match inner:
                    case Add((Name(letter, ()), Negate(Number("1")) | Number("1"))) if letter not in ("\\tau", "T"):
                        yield letter


def _timed(pairs: Sequence[tuple[Node, Node]], notation: Notation) -> Iterator[str]:
    for part in (part for pair in pairs for side in pair for part in walk(side)):
        if isinstance(part, Scripted):
            base: Node = part.base
            while isinstance(base, Scripted):
                base = base.base
            above = [s for s in script_atoms(part.sups) if isinstance(s, Paren) or notation.bare]
            scripts = [*above, *sub_atoms(part.subs)]
            if isinstance(base, Name) and any(notation.is_step(script) for script in scripts):
                yield base.base


def script_atoms(items: Sequence[Node]) -> Iterator[Node]:
    r"""Superscripts one by one: `(t)\top` and `(t)^\top` are two, `2t` is one."""
    for item in items:
        if isinstance(item, Scripted) and isinstance(item.base, Paren) and not item.subs:
            yield from (item.base, *item.sups)
        elif isinstance(item, Product) and any(isinstance(f, Paren) or is_transpose(f) for f in item.factors):
            yield from item.factors
        else:
            yield item


def sub_atoms(items: Sequence[Node]) -> Iterator[Node]:
    """Subscripts one by one, where letters written together may be a step and a component: `y_{ti}`."""
    for item in items:
        if isinstance(item, Product) and not any(item.operators):
            yield from item.factors
        else:
            yield item
