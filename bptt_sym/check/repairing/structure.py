"""Signs, the order of factors, and factors, terms or powers too many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bptt_sym.check.repairing.edit import Change
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.symbols import exchange
from bptt_sym.check.repairing.tree import Place, places
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Circled,
    Derivative,
    Matrix,
    Nabla,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
)

MOST_FACTORS = 8


def in_formula(side: Node, line: Line) -> Iterator[Place]:
    """The places that are no scripts, limits, or parts of what is differentiated or differentiated by."""
    shut: list[tuple[int, ...]] = []
    for place in places(side):
        if any(place.path[: len(path)] == path for path in shut):
            continue
        parent = place.parent
        closed = (
            (isinstance(parent, Scripted) and (place.node is not parent.base or line.reference(parent) is not None))
            or isinstance(parent, Nabla | Derivative)
            or (isinstance(parent, Big) and place.node is not parent.body)
            or (isinstance(parent, Apply) and place.node is parent.function)
        )
        if closed:
            shut.append(place.path)
        else:
            yield place


def sign_changes(line: Line, side: int) -> Iterator[Change]:
    """The other sign for the whole side, a term, an entry of a matrix, or what a function is applied to."""
    for place in in_formula(line.sides[side], line):
        parent = place.parent
        signed = not place.path or isinstance(parent, Add | Matrix | Apply)
        constant = isinstance(place.node, Number) and not isinstance(parent, Add)
        if constant or not (signed or isinstance(place.node, Negate)):
            continue
        what = "the side" if not place.path else "the term"
        weight = len(place.path)
        if isinstance(place.node, Negate):
            words = ("drop the minus before ", place.node.body)
            yield Change(place.path, place.node.body, "sign", words, (), weight)
        else:
            body = Paren(place.node) if isinstance(place.node, Add) else place.node
            words = (f"put a minus before {what} ", place.node)
            yield Change(place.path, Negate(body), "sign", words, (), weight)


def order_changes(line: Line, side: int) -> Iterator[Change]:
    """One factor of a product at another place among them."""
    for place in in_formula(line.sides[side], line):
        node = place.node
        if not isinstance(node, Product) or len(node.factors) > MOST_FACTORS:
            continue
        for start in range(len(node.factors)):
            for stop in range(len(node.factors)):
                if stop not in (start, start - 1):
                    yield _moved(place, node, start, stop)
        if len(node.factors) > 2 and not any(isinstance(f, Big | Add | Negate) for f in node.factors):
            backwards = Product(node.factors[::-1], node.operators[::-1])
            yield Change(place.path, backwards, "order", ("reverse the product ", node), (), len(node.factors))


def _moved(place: Place, node: Product, start: int, stop: int) -> Change:
    factors = list(node.factors)
    factor = factors.pop(start)
    factors.insert(stop, factor)
    operators = node.operators if len(set(node.operators)) == 1 else ("",) * len(node.operators)
    where = ("before", factors[stop + 1]) if stop + 1 < len(factors) else ("after", factors[stop - 1])
    words = ("move ", factor, f" {where[0]} ", where[1])
    tame = tuple(_closed(f) if f is not factors[-1] else f for f in factors)
    return Change(place.path, Product(tame, operators), "order", words, (), abs(start - stop))


def _closed(factor: Node) -> Node:
    """In brackets, where what follows would be read as a part of it."""
    return Paren(factor) if isinstance(factor, Big | Add | Negate) else factor


def surplus_changes(line: Line, side: int) -> Iterator[Change]:
    """A factor, a divisor, a term, a sum or a square taken away, a square put to something."""
    for place in in_formula(line.sides[side], line):
        match place.node:
            case Product(factors, operators):
                yield from _without_factors(place, factors, operators)
            case Circled(factors, operator) if len(factors) > 1:
                for k, factor in enumerate(factors):
                    rest = (*factors[:k], *factors[k + 1 :])
                    new = Circled(rest, operator) if len(rest) > 1 else rest[0]
                    yield _dropped(place, new, factor, "the factor", "extra-factor")
            case Quotient(above, below):
                yield _dropped(place, above, below, "the divisor", _kind_of(below))
            case Add(terms) if len(terms) > 1:
                for k, term in enumerate(terms):
                    rest = (*terms[:k], *terms[k + 1 :])
                    yield _dropped(place, Add(rest) if len(rest) > 1 else rest[0], term, "the term", "extra-term")
            case _:
                yield from _powers(line, place)


def _kind_of(factor: Node) -> str:
    return "normalisation" if is_constant(factor) else "extra-factor"


def is_constant(factor: Node) -> bool:
    r"""Whether a factor is a number, or such as `\frac{1}{T}`."""
    match factor:
        case Number():
            return True
        case Quotient(Number(), below):
            return not isinstance(below, Scripted | Apply | Paren | Big)
        case _:
            return False


def _dropped(place: Place, new: Node, gone: Node, what: str, diagnosis: str) -> Change:
    return Change(place.path, new, diagnosis, (f"drop {what} ", gone), (), 0)


def _without_factors(place: Place, factors: tuple[Node, ...], operators: tuple[str, ...]) -> Iterator[Change]:
    for k, factor in enumerate(factors):
        rest = (*factors[:k], *factors[k + 1 :])
        left = operators[1:] if k == 0 else (*operators[: k - 1], *operators[k:])
        new = Product(rest, left) if len(rest) > 1 else rest[0]
        yield _dropped(place, new, factor, "the factor", _kind_of(factor))


def _powers(line: Line, place: Place) -> Iterator[Change]:
    node = place.node
    if isinstance(node, Apply) and isinstance(node.function, Name) and isinstance(place.parent, Add | Negate):
        yield exchange(place, replace(node, function=Scripted(node.function, (), (Number("2"),))), "power")
    if isinstance(node, Scripted) and node.sups == (Number("2"),):
        yield exchange(place, Scripted(node.base, node.subs) if node.subs else node.base, "power")
        return
    reference = line.reference(node)
    if reference is not None and reference.rest == (Number("2"),) and isinstance(node, Scripted):
        bare = tuple(sup for sup in node.sups if sup != Number("2"))
        if len(bare) < len(node.sups):
            yield exchange(place, Scripted(node.base, node.subs, bare) if node.subs or bare else node.base, "power")
    squarable = reference is not None and not reference.rest and isinstance(place.parent, Add | Negate)
    inside = node.body if isinstance(node, Paren) else node
    terms = [t.body if isinstance(t, Negate) else t for t in (inside.terms if isinstance(inside, Add) else (inside,))]
    small = isinstance(node, Paren) and all(line.reference(term) is not None for term in terms)
    if squarable or (small and not isinstance(place.parent, Scripted | Apply)):
        yield exchange(place, squared(node), "power")


def squared(node: Node) -> Node:
    """A square, the bracket put where there are scripts above already."""
    if isinstance(node, Scripted) and not node.sups:
        return Scripted(node.base, node.subs, (Number("2"),))
    return Scripted(Paren(node) if isinstance(node, Scripted) else node, (), (Number("2"),))
