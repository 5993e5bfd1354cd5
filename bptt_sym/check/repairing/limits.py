"""What sums and products run over, and sums that lack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bptt_sym.check.repairing.edit import Change
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.structure import in_formula
from bptt_sym.check.repairing.symbols import exchange
from bptt_sym.check.repairing.tree import Place, places
from bptt_sym.meaning.indices import STEP
from bptt_sym.written.nodes import Add, Big, Chain, Name, Negate, Node, Number, Paren

NAMES = {"sum": "sum", "prod": "product"}
STRICTNESS = {"<": "\\le", "\\le": "<", ">": "\\ge", "\\ge": ">"}


def range_changes(line: Line, side: int) -> Iterator[Change]:
    """One earlier or later at either end of a sum or product, or the end that another stretch of steps has."""
    for place in places(line.sides[side]):
        node = place.node
        if not isinstance(node, Big):
            continue
        counted = isinstance(node.upper, Number)
        for weight, lower in enumerate(_ends(node.lower, line, place, counted=counted)):
            if lower != node.upper or not counted:
                words = (f"let the {NAMES[node.kind]} begin at ", lower)
                yield Change(place.path, replace(node, lower=lower), "range", words, (), weight)
        for weight, upper in enumerate(_ends(node.upper, line, place, counted=counted)):
            if upper != node.lower or not counted:
                words = (f"let the {NAMES[node.kind]} end at ", upper)
                yield Change(place.path, replace(node, upper=upper), "range", words, (), weight)
        for k, condition in enumerate(node.conditions):
            yield from _strictness(place, node, k, condition)
        yield Change(place.path, node.body, "range", ("drop the sum over ", node.indices[0]), (), 9)


def _ends(end: Node | None, line: Line, place: Place, *, counted: bool) -> Iterator[Node]:
    """Other ends; where components are counted up to a number only those next to it."""
    if end is None:
        return
    moved: tuple[Node, ...] = ()
    match end:
        case Number(text) if text.isdigit():
            moved = tuple(Number(str(k)) for k in (int(text) + 1, int(text) - 1) if k >= 0)
        case Name():
            moved = Add((end, Number("1"))), Add((end, Negate(Number("1"))))
        case Add((first, Number("1"))):
            moved = first, Add((first, Number("2")))
        case Add((first, Negate(Number("1")))):
            moved = first, Add((first, Negate(Number("2"))))
    steps = [Name(letter) for letter, kinds in line.free.items() if STEP in kinds]
    bound = [Name(letter) for letter in place.bound]
    options: tuple[Node, ...] = moved if counted else (*moved, *steps, *bound, Name("\\tau"), Number("1"))
    yield from (new for new in dict.fromkeys(options) if new != end)


def _strictness(place: Place, node: Big, k: int, condition: Chain) -> Iterator[Change]:
    for j, relation in enumerate(condition.relations):
        if relation in STRICTNESS:
            relations = (*condition.relations[:j], STRICTNESS[relation], *condition.relations[j + 1 :])
            changed = replace(condition, relations=relations, span=None)
            conditions = (*node.conditions[:k], changed, *node.conditions[k + 1 :])
            yield exchange(place, replace(node, conditions=conditions, span=None), "range")


def sum_changes(line: Line, side: int) -> Iterator[Change]:
    """A sum over a letter that only this side has free, around the side or one of its terms."""
    other = {letter for place, ref in line.occurrences[1 - side] for letter in _letters_of(ref.step, *ref.index)}
    loose = [letter for letter in line.free if letter not in other]
    for letter in loose:
        diagnosis = "missing-path" if STEP in line.free[letter] else "range"
        for place in in_formula(line.sides[side], line):
            if not place.path or isinstance(place.parent, Add | Negate | Big):
                body = place.node.body if isinstance(place.node, Negate) else place.node
                new: Node = Big("sum", (Name(letter),), None, None, (), _open(body))
                new = Negate(new) if body is not place.node else new
                words = ("sum over ", Name(letter))
                yield Change(place.path, new, diagnosis, words, (), len(place.path))


def _open(body: Node) -> Node:
    return Paren(body) if isinstance(body, Add) else body


def _letters_of(*nodes: Node | None) -> Iterator[str]:
    for node in nodes:
        if node is not None:
            for place in places(node):
                if isinstance(place.node, Name):
                    yield place.node.base
