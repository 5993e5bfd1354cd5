r"""Forward equations of which steps were left off: `a = W h_{t-1} + U x_t`, `h_t = \tanh(a)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TypeAlias

from bptt_sym.errors import Unreadable
from bptt_sym.network.inference import LOSSES
from bptt_sym.network.names import identify
from bptt_sym.network.notation import Notation
from bptt_sym.written.nodes import Big, Name, Node, Paren, Scripted, children, rebuilt, walk

Letter: TypeAlias = tuple[str, tuple[str, ...]]


def with_steps(
    pairs: Sequence[tuple[Node, Node]], notation: Notation, timed: frozenset[Letter]
) -> list[tuple[Node, Node]]:
    """The equations with the step t where a layer stands without one.

    What is defined without a step by something at step t that no sum binds, or by layers that lack theirs too, is a
    layer wherever its letter stands; a total loss is none. Others lack a step only where the left side does (the c of
    `o_t = V h_t + c` is no state c_t). `timed` are the letters that carry steps anywhere in the text: in the loss of a
    step they do too.
    """
    lefts = [(letter, left, body) for left, body in pairs if (letter := _letter(left)) is not None]
    written = {letter for letter, left, _ in lefts if _has_step(left, notation)}
    lacking = _lacking([(x, body) for x, left, body in lefts if not _has_step(left, notation)], written, notation)
    states = frozenset(letter for _, body in pairs for letter in _remembered(body, notation))
    losses = {letter for letter, _, _ in lefts if letter[0] in LOSSES} - states
    return [
        _stepped(left, body, lacking, frozenset(written), notation, timed if _letter(left) in losses else frozenset())
        for left, body in pairs
    ]


def _remembered(body: Node, notation: Notation) -> Iterator[Letter]:
    """The letters that stand at another step than t: states, whatever they are called."""
    for part in walk(body):
        letter = _letter(part) if isinstance(part, Scripted) else None
        if letter is not None and _has_step(part, notation) and not _is_now(part, notation):
            yield letter


def _lacking(
    lefts: Sequence[tuple[Letter, Node]], written: set[Letter], notation: Notation
) -> frozenset[Letter]:
    """The letters of layers that are defined without their step."""
    waiting = {letter: body for letter, body in lefts if letter[0] not in LOSSES and letter not in written}
    found: set[Letter] = set()
    while more := {
        letter
        for letter, body in waiting.items()
        if has_free(body, notation.letter) or _uses(body, (found | written) - set(waiting), notation)
    }:
        found |= more
        waiting = {letter: body for letter, body in waiting.items() if letter not in more}
    return frozenset(found)


def _stepped(
    left: Node,
    body: Node,
    lacking: frozenset[Letter],
    written: frozenset[Letter],
    notation: Notation,
    timed: frozenset[Letter],
) -> tuple[Node, Node]:
    """One equation; `timed` are the letters that lack their step in the loss of a step, none for another layer."""
    letter = _letter(left)
    if letter is None:
        return left, body
    step = Name(notation.letter)
    if not _has_step(left, notation):
        if letter not in lacking:
            return left, body
        return _at_step(left, step, notation), _put(body, lacking | written, step, notation)
    if not _is_now(left, notation):
        return left, body
    letters = lacking | written | timed if timed else lacking
    return left, _put(body, letters, step, notation)


def _put(node: Node, letters: frozenset[Letter], step: Node, notation: Notation) -> Node:
    """The node with the step at every one of the letters that stands without one."""
    if isinstance(node, Name | Scripted):
        letter = _letter(node)
        if letter is not None:
            lacking = letter in letters and not _has_step(node, notation)
            return _at_step(node, step, notation) if lacking else node
    if isinstance(node, Big):
        return replace(node, body=_put(node.body, _unbound(letters, node), step, notation))
    return rebuilt(node, lambda part: _put(part, letters, step, notation))


def _unbound(letters: AbstractSet[Letter], node: Big) -> frozenset[Letter]:
    """The letters that a sum doesn't run over: the i of a sum is no gate i_t."""
    return frozenset(letters) - {(name.base, name.accents) for name in node.indices}


def _at_step(node: Node, step: Node, notation: Notation) -> Scripted:
    if notation.below:
        subs = node.subs if isinstance(node, Scripted) else ()
        sups = node.sups if isinstance(node, Scripted) else ()
        base = node.base if isinstance(node, Scripted) else node
        return Scripted(base, (step, *subs), sups, span=node.span)
    return Scripted(node, (), (step if notation.bare else Paren(step),), span=node.span)


def _uses(node: Node, letters: AbstractSet[Letter], notation: Notation) -> bool:
    """Whether one of the letters stands in a node without a step."""
    if isinstance(node, Big):
        return _uses(node.body, _unbound(letters, node), notation)
    if isinstance(node, Name | Scripted) and (letter := _letter(node)):
        return letter in letters and not _has_step(node, notation)
    return any(_uses(child, letters, notation) for child in children(node))


def has_free(node: Node, letter: str) -> bool:
    """Whether a letter stands in a node where no sum binds it."""
    if isinstance(node, Big) and any(name.base == letter for name in node.indices):
        return False
    if isinstance(node, Name) and node.base == letter:
        return True
    return any(has_free(child, letter) for child in children(node))


def _has_step(node: Node, notation: Notation) -> bool:
    try:
        return identify(node, notation, frozenset()).step is not None
    except Unreadable:
        return True


def _letter(node: Node) -> Letter | None:
    while isinstance(node, Scripted):
        node = node.base
    return (node.base, node.accents) if isinstance(node, Name) else None


def _is_now(node: Node, notation: Notation) -> bool:
    try:
        return notation.shift(identify(node, notation, frozenset()).step) == 0
    except Unreadable:
        return False


def timed_letters(nodes: Sequence[Node], notation: Notation) -> frozenset[Letter]:
    """The letters that carry a step somewhere."""
    scripted = [part for node in nodes for part in walk(node) if isinstance(part, Scripted)]
    return frozenset(letter for part in scripted if (letter := _letter(part)) and _carries_step(part, notation))


def _carries_step(node: Node, notation: Notation) -> bool:
    try:
        return identify(node, notation, frozenset()).step is not None
    except Unreadable:
        return False
