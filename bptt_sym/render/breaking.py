"""Long formulas cut into rows, at + and −, inside brackets too, and at factors.

A formula is first cut into pieces, none wider than a row where that can be had: a piece is what stays
together, `lead` the operator before it. Then rows are filled. Nothing is added but the `×` that stands for
juxtaposition where a row begins with a factor. A fraction stays whole: above and below its bar there are rows too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bptt_sym.written.brackets import bracketed
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Chain,
    Circled,
    Listing,
    Negate,
    Node,
    Paren,
    Product,
    Quotient,
)


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator: as it stands within a row, and as it stands where a row begins with it."""

    text: str
    at_break: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """Half of a pair that may be split over rows; `kind` as in `Paren.open`, `around` is what it holds."""

    kind: str
    opens: bool
    around: Node


@dataclass(frozen=True, slots=True)
class Head:
    """The function of an application, or the sign of a sum or product with its limits."""

    of: Apply | Big


Token: TypeAlias = Node | Sign | Bracket | Head


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens that stay together; a row may begin with `lead`. `depth` counts the brackets around the lead."""

    tokens: tuple[Token, ...]
    lead: Sign | None = None
    multiplies: bool = False
    depth: int = 0


PLUS, MINUS, SLASH = Sign("+", "+"), Sign("-", "-"), Sign("/", "/")
Pieces: TypeAlias = tuple[Piece, ...]
Fits: TypeAlias = Callable[[Node], bool]


def cut(node: Node, fits: Fits) -> Pieces:
    """`node` in pieces, as large as fit; what has no place to be cut is a piece of its own."""
    return _cut(bracketed(node), fits)


def _cut(node: Node, fits: Fits) -> Pieces:
    if fits(node):
        return (Piece((node,)),)
    match node:
        case Add(terms=terms):
            return _sum(terms, fits)
        case Negate(body=body):
            return _begun(_cut(body, fits), MINUS)
        case Product(factors=factors, operators=operators):
            signs = [Sign(operator, operator or "\\times") for operator in operators]
            return _joined([_cut(factor, fits) for factor in factors], signs)
        case Circled(factors=factors, operator=operator):
            signs = [Sign(operator, operator)] * (len(factors) - 1)
            return _joined([_cut(factor, fits) for factor in factors], signs)
        case Paren(body=body, open=kind) if kind in ("(", "[", "{") and not isinstance(body, Listing):
            return _bracketed(body, kind, fits)
        case Apply(argument=argument) if not isinstance(argument, Listing):
            return _begun(_bracketed(argument, "(", fits), Head(node))
        case Big(body=body):
            return _begun(_cut(body, fits), Head(node))
        case Chain(items=items, relations=relations):
            signs = [Sign(relation, relation) for relation in relations]
            return _joined([_cut(item, fits) for item in items], signs, multiplies=False)
        case Quotient(numerator=numerator, denominator=denominator, slash=True):
            return _over(_cut(numerator, fits), _cut(denominator, fits))
        case _:
            return (Piece((node,)),)


def _sum(terms: Sequence[Node], fits: Fits) -> Pieces:
    signs = [MINUS if isinstance(term, Negate) else PLUS for term in terms[1:]]
    unsigned = [term.body if isinstance(term, Negate) else term for term in terms[1:]]
    return _joined([_cut(term, fits) for term in (terms[0], *unsigned)], signs, multiplies=False)


def _over(above: Pieces, below: Pieces) -> Pieces:
    """A quotient with a slash; what is one piece below it stays with what stands before it."""
    if len(below) > 1:
        return _joined([above, below], [SLASH])
    return (*above[:-1], replace(above[-1], tokens=(*above[-1].tokens, SLASH, *below[0].tokens)))


def _bracketed(body: Node, kind: str, fits: Fits) -> Pieces:
    return _enclosed(_cut(body, fits), kind, body)


def _enclosed(pieces: Pieces, kind: str, around: Node) -> Pieces:
    deeper = [replace(piece, depth=piece.depth + 1) for piece in pieces]
    deeper[0] = replace(deeper[0], tokens=(Bracket(kind, True, around), *deeper[0].tokens))
    deeper[-1] = replace(deeper[-1], tokens=(*deeper[-1].tokens, Bracket(kind, False, around)))
    return tuple(deeper)


def _begun(pieces: Pieces, token: Token) -> Pieces:
    return (replace(pieces[0], tokens=(token, *pieces[0].tokens)), *pieces[1:])


def _joined(parts: Sequence[Pieces], signs: Sequence[Sign], *, multiplies: bool = True) -> Pieces:
    joined = list(parts[0])
    for sign, part in zip(signs, parts[1:], strict=True):
        joined.append(replace(part[0], lead=sign, multiplies=multiplies, depth=0))
        joined.extend(part[1:])
    return tuple(joined)


def fill(pieces: Pieces, width: float, measure: Callable[[Pieces], float]) -> tuple[Pieces, ...]:
    """`pieces` in rows of at most `width`.

    Of the breaks past the middle of a row it takes a sum's before a product's, then the outermost, the last.
    """
    rows = []
    rest = pieces
    while rest:
        count = 1
        while count < len(rest) and measure(rest[: count + 1]) <= width:
            count += 1
        if count < len(rest):
            middle = [k for k in range(1, count + 1) if measure(rest[:k]) >= width / 2] or [count]
            count = min(middle, key=lambda k: (rest[k].multiplies, rest[k].depth, -k))
        rows.append(rest[:count])
        rest = rest[count:]
    return tuple(rows)
