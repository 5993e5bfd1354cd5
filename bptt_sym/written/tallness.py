"""How high and how wide a node is when typeset, roughly: for the size of brackets and for line breaks."""

from __future__ import annotations

from typing import assert_never

from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Cases,
    Chain,
    Circled,
    Derivative,
    Differential,
    Ellipsis_,
    Listing,
    Matrix,
    Nabla,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
    children,
)

_SCRIPT = 0.7
_WIDE_LETTERS = frozenset("mwMWDGHNOQUVXYK")
_FUNCTION_GAP = 0.17
_OPERATOR = 1.22
_RELATION = 1.33


def tallness(node: Node) -> int:
    """0 for a plain line, 1 with a bracket, in a script too, 2 with a fraction, sum or array, 3 nested."""
    match node:
        case Number() | Name() | Ellipsis_():
            return 0
        case Big():
            return max(2, tallness(node.body))
        case Quotient(slash=False) | Derivative():
            return 3 if max(map(tallness, children(node)), default=0) > 1 else 2
        case Matrix(rows=rows):
            return 3 if len(rows) > 2 else 2
        case Cases():
            return 3
        case Paren() | Norm():
            return max(1, tallness(node.body))
        case Apply():
            return max(1, tallness(node.argument))
        case Scripted():
            scripts = [1 for part in (*node.subs, *node.sups) if isinstance(part, Paren | Product)]
            return max(tallness(node.base), *(scripts or [0]))
        case Nabla(body=body) | Differential(body=body) | Negate(body=body) | Struck(body=body):
            return tallness(body)
        case Listing() | Add() | Product() | Circled() | Quotient() | Chain():
            return max(map(tallness, children(node)), default=0)
        case _:
            assert_never(node)


def estimate_width(node: Node) -> float:
    """Width in em of the node in display style, within about a fifth."""
    match node:
        case Number(text=text):
            return 0.5 * len(text)
        case Name(base=base):
            return _letters(base)
        case Scripted():
            scripts = (sum(map(estimate_width, items)) for items in (node.subs, node.sups))
            return estimate_width(node.base) + _SCRIPT * max(scripts) + 0.05
        case Paren(body=body) | Norm(body=body):
            return estimate_width(body) + 2 * _bracket(body)
        case Apply():
            return estimate_width(node.function) + estimate_width(node.argument) + 2 * _bracket(node.argument)
        case Listing(items=items):
            return sum(map(estimate_width, items)) + 0.45 * (len(items) - 1)
        case Negate(body=body):
            return estimate_width(body) + 0.78
        case Add(terms=terms):
            signed = sum(1 for term in terms[1:] if isinstance(term, Negate))
            return sum(map(estimate_width, terms)) + _OPERATOR * (len(terms) - 1) - 0.78 * signed
        case Product(factors=factors):
            signs = sum(1.0 if operator else 0.08 for operator in node.operators)
            return sum(map(estimate_width, factors)) + signs
        case Circled(factors=factors):
            return sum(map(estimate_width, factors)) + _OPERATOR * (len(factors) - 1)
        case Quotient():
            above, below = estimate_width(node.numerator), estimate_width(node.denominator)
            return above + below + 0.5 if node.slash else max(above, below) + 0.25
        case Chain(items=items):
            return sum(map(estimate_width, items)) + _RELATION * len(node.relations)
        case Big() | Differential() | Derivative() | Nabla():
            return _operator_width(node)
        case Matrix(rows=rows):
            columns = (max(map(estimate_width, column)) for column in zip(*rows, strict=True))
            return sum(columns) + (len(rows[0]) - 1) * 1.0 + 1.4
        case Cases(branches=branches):
            values = max(estimate_width(value) for value, _ in branches)
            conditions = max(4.5 if when is None else 1.2 + estimate_width(when) for _, when in branches)
            return values + conditions + 2.0
        case Struck(body=body):
            return estimate_width(body)
        case Ellipsis_():
            return 1.5
        case _:
            assert_never(node)


def _operator_width(node: Big | Differential | Derivative | Nabla) -> float:
    match node:
        case Big():
            lower = 1.2 + estimate_width(node.lower) if node.lower is not None else 0.5 * len(node.indices)
            lower += sum(map(estimate_width, node.conditions))
            upper = estimate_width(node.upper) if node.upper is not None else 0.0
            return max(1.45, _SCRIPT * lower, _SCRIPT * upper) + 0.17 + estimate_width(node.body)
        case Differential(body=body):
            return 0.55 + estimate_width(body)
        case Derivative():
            above = 0.55 + (0.0 if node.body is None else estimate_width(node.body))
            return max(above, sum(0.55 + estimate_width(item) for item in node.wrt)) + 0.25
        case Nabla():
            wrt = 0.0 if node.wrt is None else _SCRIPT * estimate_width(node.wrt)
            return 0.85 + wrt + estimate_width(node.body)
        case _:
            assert_never(node)


def _letters(base: str) -> float:
    if base.startswith("\\"):
        word = base[1:]
        return (
            0.5 * len(word) + _FUNCTION_GAP if word in ("tanh", "exp", "ln", "log", "sinh", "cosh") else 0.62
        )
    return sum(0.85 if letter in _WIDE_LETTERS else 0.53 for letter in base)


def _bracket(body: Node) -> float:
    return (0.39, 0.46, 0.74, 0.8)[tallness(body)]
