"""What a network in a document lacks, taken from the library where the names agree: outputs and losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TypeAlias

from bptt_sym.network.inference import LOSSES
from bptt_sym.network.library import library_text
from bptt_sym.network.names import Key, Line, make_line
from bptt_sym.network.notation import Notation
from bptt_sym.network.statements import read_statements
from bptt_sym.symbols import Identifier
from bptt_sym.written.nodes import Name, Node, Paren, Scripted, transform

STATES = frozenset(((Identifier("a"), True), (Identifier("h"), True)))
OUTPUT = (Identifier("o"), True)
PROBABILITIES = (Identifier("y", ("hat",)), True)
STEP_LOSS = (Identifier("L"), True)
LOSS = (Identifier("L"), False)
Letter: TypeAlias = tuple[str, tuple[str, ...]]


@cache
def _library() -> tuple[tuple[Node, Node], ...]:
    return tuple(read_statements(library_text("elman")).pairs)


def borrowed(lines: Sequence[Line], notation: Notation, mentioned: frozenset[Letter]) -> list[Line]:
    """The library's lines for outputs and losses that the document speaks of and doesn't define itself.

    A line is taken only if every layer in it is known, and no letter of it means something else here. Where the
    document defines the loss of a step only, the total is the library's sum of it, by the document's letter.
    """
    defined = [line.defines for line in lines if line.defines.name.base in LOSSES]
    if defined:
        return [] if any(not loss.timed for loss in defined) else _total(defined[-1].name, notation)
    known = {line.defines.key for line in lines}
    inside = {use.key for line in lines for use in line.uses}
    used = known | inside
    taken: list[Line] = []
    for left, body in _library():
        line = _line(left, body, notation)
        key = line.defines.key
        if key in known or (key[0].base, key[0].accents) not in mentioned | _named(key):
            continue
        if key in (OUTPUT, PROBABILITIES, STEP_LOSS, LOSS) and _fits(line, known, used, inside):
            taken.append(line)
            known.add(key)
    losses = [line.defines.key for line in taken if line.defines.key in (STEP_LOSS, LOSS)]
    return taken if losses else []


def _total(loss: Identifier, notation: Notation) -> list[Line]:
    """The library's sum over the steps, of that loss."""
    left, body = _library()[-1]

    def rename(part: Node) -> Node:
        return replace(part, base=loss.base) if part == Name("L") else part

    plain = loss == Identifier(loss.base)
    return [_line(transform(left, rename), transform(body, rename), notation)] if plain else []


def _line(left: Node, body: Node, notation: Notation) -> Line:
    left, body = _restyled(left, notation), _restyled(body, notation)
    return make_line(left, body, _timed(notation), body)


def _named(key: Key) -> frozenset[Letter]:
    """Losses are borrowed without being asked for."""
    return frozenset(((key[0].base, key[0].accents),)) if key in (STEP_LOSS, LOSS) else frozenset()


def _fits(line: Line, known: set[Key], used: set[Key], inside: set[Key]) -> bool:
    """Whether the layers a line uses are known, its parameters are not spoken for, and outputs go nowhere else."""
    layers = {OUTPUT, PROBABILITIES, STEP_LOSS, (Identifier("h"), True)}
    if line.defines.key == STEP_LOSS and (Identifier("y"), True) in known:
        return False
    if line.defines.key == PROBABILITIES and OUTPUT in inside:
        return False
    for use in line.uses:
        if use.key in layers and use.key not in known:
            return False
        if use.key not in layers and not use.timed and use.key in used:
            return False
    return True


def _timed(notation: Notation) -> Notation:
    letters = frozenset(("h", "o", "y", "L"))
    return replace(notation, timed=notation.timed | letters)


def _restyled(node: Node, notation: Notation) -> Node:
    """A node of the library with its steps where the document writes them."""

    def restyle(part: Node) -> Node:
        match part:
            case Name("t", ()):
                return Name(notation.letter)
            case Scripted(base, subs, (Paren(step),)) if notation.below:
                return Scripted(base, (step, *subs))
            case Scripted(base, subs, (Paren(step),)) if notation.bare:
                return Scripted(base, subs, (step,))
            case _:
                return part

    return transform(node, restyle)
