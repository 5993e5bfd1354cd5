"""A factor or a term that lacks, put where it fits."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from bptt_sym.check.repairing.arrays import continued
from bptt_sym.check.repairing.edit import Change
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.structure import in_formula, is_constant
from bptt_sym.check.repairing.supply import factors, sites, summands, terms
from bptt_sym.check.repairing.tree import Place, replaced
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Circled,
    Derivative,
    Matrix,
    Nabla,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Quotient,
    walk,
)


def factor_changes(line: Line, side: int) -> Iterator[Change]:
    """One more factor in a product, anywhere among the others, scalars at one place only; no derivative that the
    other side is made of.
    """
    copied = [node for node in walk(line.sides[1 - side]) if isinstance(node, Derivative | Nabla)]
    pool = [(factor, line.is_scalar(factor)) for factor in factors(line) if factor not in copied]
    for place in sites(line.sides[side]):
        path, node = place.path, place.node
        alone = line.is_scalar(node)
        lacking = _lacking(line, side, place) if alone else None
        for weight, (factor, scalar) in enumerate(pool):
            if factor == node or (alone is True and scalar is False) or _cancels(factor, node):
                continue
            if lacking is not None and not _is_close(line.screen.fingerprint(factor), lacking):
                continue
            if scalar or alone:
                yield _inserted(path, node, factor, _scalar_place(node, factor), weight)
            else:
                for k in range(len(_factors(node)) + 1):
                    yield _inserted(path, node, factor, k, weight)


def _cancels(factor: Node, node: Node) -> bool:
    """Whether a factor takes away what stands there already."""
    return isinstance(factor, Quotient) and factor.denominator in _factors(node)


def _lacking(line: Line, side: int, place: Place) -> float | None:
    """The number that a term would have to be multiplied by, where the side is linear in it; else None."""
    below = any(isinstance(node, Quotient) and k for node, k in zip(place.above, place.path, strict=True))
    if place.bound or below:
        return None
    twice = Product((Number("2"), Paren(place.node)), ("",))
    screen = line.screen
    now, wanted = screen.fingerprint(line.sides[side]), screen.fingerprint(line.sides[1 - side])
    doubled = screen.fingerprint(replaced(line.sides[side], place.path, twice))
    if now is None or wanted is None or doubled is None or doubled == now:
        return None
    return 1 + (wanted - now) / (doubled - now)


def _is_close(value: float | None, wanted: float) -> bool:
    """Whether a value is the wanted one up to rounding; a value that isn't known may be."""
    return value is None or abs(value - wanted * sqrt(2)) <= 1e-6 * (1 + abs(wanted))


def _factors(node: Node) -> tuple[Node, ...]:
    return node.factors if isinstance(node, Product) else (_bracketed(node),)


def _scalar_place(node: Node, factor: Node) -> int:
    """Numbers stand in front, what goes on to the end of its term last."""
    inner = _factors(node)
    return 0 if is_constant(factor) or _reaches_on(inner[-1]) else len(inner)


def _reaches_on(node: Node) -> bool:
    return isinstance(node, Big)


def _inserted(path: tuple[int, ...], node: Node, factor: Node, k: int, weight: int) -> Change:
    if isinstance(node, Circled):
        new: Node = Circled((*node.factors, _bracketed(factor)), node.operator)
        return Change(path, new, _class(factor), ("put in the factor ", factor), (len(node.factors),), weight)
    inner = list(_factors(node))
    inner.insert(k, factor)
    operators = ("",) * (len(inner) - 1)
    if isinstance(node, Product) and len(set(node.operators)) == 1:
        operators = (node.operators[0],) * (len(inner) - 1)
    tame = tuple(_bracketed(f) if n + 1 < len(inner) else f for n, f in enumerate(inner))
    words = ("put in the factor ", factor)
    return Change(path, Product(tame, operators), _class(factor), words, (k,), weight)


def _class(factor: Node) -> str:
    return "normalisation" if is_constant(factor) else "dropped-factor"


def _bracketed(factor: Node) -> Node:
    return Paren(factor) if isinstance(factor, Add | Negate | Big) else factor


def term_changes(line: Line, side: int) -> Iterator[Change]:
    """One more term: a path in the sum that a side is, 1, what the network adds up there."""
    node = line.sides[side]
    for weight, term in enumerate(terms(line, side)):
        before = node.terms if isinstance(node, Add) else (node,)
        new = Add((*before, term))
        yield Change((), new, "missing-path", ("add the term ", term), (len(before),), weight)
    for weight, term in enumerate(summands(line, side)):
        before = node.terms if isinstance(node, Add) else (node,)
        new = Add((*before, term))
        yield Change((), new, "missing-term", ("add the term ", term), (len(before),), weight)
    for place in in_formula(node, line):
        yield from _with_one(place)


def pattern_changes(line: Line, side: int) -> Iterator[Change]:
    """A sum with the term that its pattern asks for: y_2 in `y_1 + y_3`."""
    for place in in_formula(line.sides[side], line):
        if isinstance(place.node, Add):
            before = place.node.terms
            for k, (term,) in continued(tuple((term,) for term in before)):
                new = Add((*before[:k], term, *before[k:]))
                yield Change(place.path, new, "missing-term", ("add the term ", term), (k,))


def _with_one(place: Place) -> Iterator[Change]:
    inside = isinstance(place.parent, Paren | Matrix | Apply)
    before = place.node.terms if isinstance(place.node, Add) else (place.node,)
    if inside and not isinstance(place.node, Number):
        one = Number("1")
        yield Change(place.path, Add((one, *before)), "missing-term", ("add the term ", one), (0,), 30)
        less = Negate(one)
        yield Change(place.path, Add((*before, less)), "missing-term", ("add the term ", less), (len(before),), 31)


