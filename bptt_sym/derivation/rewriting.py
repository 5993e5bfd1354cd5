"""Rewrite rules on syntax: expanding sums, exchanging a symbol for its definition and back, logarithms, common factors.

A rule returns the rewritten expression, or None where it does not apply. What rules do is proved afterwards.
"""

from __future__ import annotations

from bptt_sym.derivation.terms import (
    ONE,
    bare,
    bound,
    minus,
    plus,
    times,
)
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Name,
    Negate,
    Node,
    Number,
    Product,
    Quotient,
    transform,
)

LOGARITHMS = ("\\ln", "\\log", "ln", "log")
EXPONENTIALS = ("\\exp", "exp")


def expanded(node: Node) -> Node:
    """Every sum over a component letter with number limits, written as its terms; sums in exponents stay."""
    match node:
        case Big(kind="sum", indices=(name,), lower=Number(low), upper=Number(high), conditions=(), body=body):
            return plus(bound(body, {name.base: Number(str(k))}) for k in range(int(low), int(high) + 1))
        case _:
            raise TypeError(node)


def expand_outer(node: Node) -> Node | None:
    """The outermost sum written as its terms: `-Σ_i y_i z_i` is `-(y_1 z_1 + ...)`."""
    match node:
        case Negate(body):
            inner = expand_outer(bare(body))
            return None if inner is None else minus(inner)
        case Big(kind="sum", lower=Number(), upper=Number(), conditions=(), indices=(_,)):
            return expanded(node)
        case Product(factors) if isinstance(bare(factors[-1]), Big):
            inner = expand_outer(bare(factors[-1]))
            return None if inner is None else times((*factors[:-1], inner))
        case Quotient(top, bottom):
            inner = expand_outer(bare(top))
            return None if inner is None else Quotient(inner, bottom)
        case _:
            return None


def logarithms_split(node: Node) -> Node:
    """ln of a quotient is a difference, ln exp a is a."""

    def change(part: Node) -> Node:
        match part:
            case Apply(Name(ln), Quotient(top, bottom)) if ln in LOGARITHMS:
                first = _logarithm(ln, top)
                return plus((first, minus(_logarithm(ln, bottom))))
            case Product():
                return times(part.factors)
            case _:
                return part

    return transform(node, change)


def _logarithm(ln: str, argument: Node) -> Node:
    match bare(argument):
        case Apply(Name(exp), inner) if exp in EXPONENTIALS:
            return bare(inner)
        case other:
            return Apply(Name(ln), other)


def terms_of(node: Node) -> tuple[Node, ...]:
    """The terms of a sum, signs with them."""
    inner = bare(node)
    if isinstance(inner, Negate) and isinstance(bare(inner.body), Add):
        return tuple(minus(t) for t in terms_of(inner.body))
    return inner.terms if isinstance(inner, Add) else (inner,)


def coefficient(node: Node, factor: Node) -> Node | None:
    """What multiplies a factor in a term; None where it isn't a factor."""
    inner = bare(node)
    if inner == factor:
        return ONE
    if isinstance(inner, Negate):
        found = coefficient(inner.body, factor)
        return None if found is None else minus(found)
    if isinstance(inner, Product):
        rest = [f for f in inner.factors if bare(f) != factor]
        if len(rest) == len(inner.factors) - 1:
            return times(rest)
    return None


def opposite(node: Node) -> Node:
    """-(1 - a) as a - 1, term by term, the first positive term in front."""
    flipped = [minus(term) for term in terms_of(node)]
    flipped.sort(key=lambda t: isinstance(t, Negate))
    return plus(flipped)
