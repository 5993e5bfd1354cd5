"""A loss that sums over the steps itself: what it sums gets a name, the loss of one step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bptt_sym.network.names import Line, make_line
from bptt_sym.network.notation import Notation
from bptt_sym.written.nodes import Add, Big, Name, Negate, Node, Number, Paren, Product, Scripted, transform, walk

LETTERS = ("\\ell", "E", "J", "Q", "R")


def name_step_losses(lines: Sequence[Line], notation: Notation) -> list[Line]:
    r"""`L = -\sum_t \sum_i y ln p` as `\ell = -\sum_i y ln p` at each step and `L = \sum_t \ell`.

    A sum over the steps of a single symbol has its name already.
    """
    result: list[Line] = []
    for line in lines:
        sums = list(_step_sums(line.body, notation)) if line.defines.step is None and not line.index else []
        if len(sums) == 1:
            result.extend(_split(line, sums[0], _letter([*lines, *result]), notation))
        else:
            result.append(line)
    return result


@dataclass(frozen=True, slots=True)
class _Place:
    """A sum over the steps, the node that it is with its sign, and the factors in front of it."""

    node: Node
    total: Big
    negative: bool = False
    front: tuple[Node, ...] = ()


def _split(line: Line, place: _Place, letter: str, notation: Notation) -> list[Line]:
    """The line of the summand, then the line of the sum."""
    total = place.total
    rest = total.indices[1:]
    body: Node = replace(total, indices=rest) if rest else total.body
    step = Name(notation.letter)
    name = Scripted(Name(letter), (step,)) if notation.below else Scripted(Name(letter), (), (Paren(step),))
    known = replace(notation, timed=notation.timed | {letter})
    summand = make_line(name, Negate(body) if place.negative else body, known)
    named: Node = replace(total, indices=total.indices[:1], body=name)
    if place.front:
        named = Product((*place.front, named), ("",) * len(place.front))
    left = transform(line.body, _exchanging(place.node, named))
    return [summand, make_line(line.left, left, known, line.written)]


def _exchanging(old: Node, new: Node) -> Callable[[Node], Node]:
    def change(part: Node) -> Node:
        return new if part is old else part

    return change


def _step_sums(node: Node, notation: Notation) -> Iterator[_Place]:
    """Sums over the steps that terms of the body are or end in, with a minus sign that stands right before."""
    match node:
        case Negate(Big() as total) if _is_step_sum(total, notation):
            yield _Place(node, total, negative=True)
        case Negate(Product((*front, Big() as total))) if _is_step_sum(total, notation):
            yield _Place(node, total, negative=True, front=tuple(front))
        case Big() if _is_step_sum(node, notation):
            yield _Place(node, node)
        case Add(parts):
            for part in parts:
                yield from _step_sums(part, notation)
        case Negate(body) | Paren(body):
            yield from _step_sums(body, notation)
        case Product(factors):
            yield from _step_sums(factors[-1], notation)
        case _:
            return


def _is_step_sum(total: Big, notation: Notation) -> bool:
    plain = len(total.indices) == 1 or (total.lower is None and total.upper is None)
    first = total.indices[0].base == notation.letter
    whole = total.lower in (None, Number("1")) and isinstance(total.upper, Name | Scripted | None)
    return total.kind == "sum" and first and plain and whole and not total.conditions and not _is_symbol(total.body)


def _is_symbol(node: Node) -> bool:
    while isinstance(node, Scripted):
        node = node.base
    return isinstance(node, Name)


def _letter(lines: Sequence[Line]) -> str:
    used = {p.base for line in lines for side in (line.left, line.body) for p in walk(side) if isinstance(p, Name)}
    return next(letter for letter in LETTERS if letter not in used)
