r"""Symbols that a text defines, `S^{(t)} = \sum_k \exp(o_k^{(t)})`, and their uses at other steps and indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bptt_sym.meaning.indices import STEP
from bptt_sym.meaning.reference import INDEX_LETTERS, digits, is_step, is_transpose
from bptt_sym.meaning.scope import LocalSymbol, Scope, Use
from bptt_sym.written.nodes import Listing, Name, Node, Number, Paren, Product, Scripted

# What counts steps where components are written below too.
STEP_COUNTERS = frozenset("su")


def local_symbol(left: Name | Scripted, body: Node, kinds: Mapping[str, tuple[str, ...]], scope: Scope) -> LocalSymbol:
    """The symbol that `left = body` introduces; `kinds` says what the free letters of `body` run over.

    A letter among the scripts stands for a step or an index where the body uses it so or custom wants it; other
    scripts belong to the name.
    """
    letter, subs, sups = taken_apart(left)
    step: str | None = None
    below = False
    index: list[str] = []
    labels: list[tuple[bool, Node]] = []
    for above, script in [(True, s) for s in sups] + [(False, s) for s in _atoms(subs)]:
        inside = unbracketed(script)
        name = inside.base if isinstance(inside, Name) and not inside.accents else ""
        if step is None and (name in scope.step_names or STEP in kinds.get(name, ())):
            step, below = name, not above
        elif name in kinds or (not above and name in INDEX_LETTERS):
            index.append(name)
        else:
            labels.append((above, script))
    return LocalSymbol(left, body, letter, tuple(labels), step, below, tuple(index))


def use_of(node: Name | Scripted, symbols: Sequence[LocalSymbol], scope: Scope) -> Use | None:
    """What `node` says if it is one of the text's own symbols, those with more of a name first; else None."""
    letter, subs, sups = taken_apart(node)
    named = [symbol for symbol in symbols if symbol.letter == letter]
    named.sort(key=lambda symbol: (-len(symbol.labels), symbol.step is None))
    return next((use for symbol in named if (use := _use(symbol, subs, sups, scope)) is not None), None)


def taken_apart(node: Node) -> tuple[Node, tuple[Node, ...], tuple[Node, ...]]:
    """The letter, the subscripts and the superscripts, those around a braced letter with its own."""
    subs: tuple[Node, ...] = ()
    sups: tuple[Node, ...] = ()
    while isinstance(node, Scripted):
        subs, sups, node = node.subs + subs, node.sups + sups, node.base
    return node, subs, tuple(atom for script in sups for atom in _above(script))


def unbracketed(node: Node) -> Node:
    """A script without its brackets."""
    return node.body if isinstance(node, Paren) and node.open in "(<" else node


def _above(script: Node) -> tuple[Node, ...]:
    r"""`(t)\top` is two scripts."""
    if isinstance(script, Product) and any(isinstance(f, Paren) or is_transpose(f) for f in script.factors):
        return script.factors
    return (script,)


def _atoms(subs: Sequence[Node]) -> list[Node]:
    """Letters written together, one by one."""
    apart = (s.factors if isinstance(s, Product) and not any(s.operators) else (s,) for s in subs)
    return [atom for atoms in apart for atom in atoms]


def _use(symbol: LocalSymbol, subs: Sequence[Node], sups: Sequence[Node], scope: Scope) -> Use | None:
    """The scripts matched with those of a definition: its name, its step, its indices; None where they don't fit."""
    below, above = list(subs), list(sups)
    for is_above, label in symbol.labels:
        place = above if is_above else below
        if label not in place:
            return None
        place.remove(label)
    letters: list[tuple[str, Node]] = []
    step = None
    if symbol.step is not None:
        step = _taken_step(symbol, below, above, scope)
        if step is None:
            return None
        letters.append((symbol.step, step))
    elif any(isinstance(script, Paren) for script in above):
        return None
    if not symbol.index:
        parts = _items(below, len(symbol.axes)) if below else []
        if below and len(parts) != max(len(symbol.axes), 1):
            return None
        return Use(symbol, step, tuple(letters), tuple(parts), tuple(above))
    items = _items(below, len(symbol.index))
    if len(items) != len(symbol.index):
        return None
    return Use(symbol, step, (*letters, *zip(symbol.index, items, strict=True)), (), tuple(above))


def _taken_step(symbol: LocalSymbol, below: list[Node], above: list[Node], scope: Scope) -> Node | None:
    """The step among scripts, taken out of them."""
    for script in above:
        inside = unbracketed(script)
        bracketed = inside is not script and not isinstance(inside, Listing)
        if bracketed or (is_step(script, scope) and not is_transpose(script)):
            above.remove(script)
            return inside
    atoms = _atoms(below) if any(is_step(unbracketed(atom), scope) for atom in _atoms(below)) else list(below)
    for atom in atoms:
        if is_step(inside := unbracketed(atom), scope):
            atoms.remove(atom)
            below[:] = atoms
            return inside
    counts = [scope.step_below or _counts_steps(unbracketed(script)) for script in below[:1]]
    return unbracketed(below.pop(0)) if symbol.below and any(counts) else None


def _counts_steps(node: Node) -> bool:
    return isinstance(node, Number) or (isinstance(node, Name) and node.base in STEP_COUNTERS)


def _items(below: Sequence[Node], count: int) -> list[Node]:
    """Subscripts as so many indices: `ij`, `i,j`, `21`."""
    if len(below) == 1 and count == 2 and isinstance(below[0], Number):
        return digits(below[0])
    letters = all(isinstance(atom, Name) for atom in _atoms(below))
    return _atoms(below) if letters or len(below) != count else list(below)

