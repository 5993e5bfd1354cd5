"""SymPy terms as the proof sees them: what is computed with, and what gets a name."""

from __future__ import annotations

import sympy as sp
from sympy import Expr, Symbol

from bptt_sym.proof.polynomial import Coefficient, Exponent

MOST_SHOWN = 200


class Foreign(Exception):
    """The expression holds something that is no real function of the symbols."""


def function_terms(expr: Expr) -> list[Expr]:
    """The terms of `expr` that aren't sums, products and whole powers, innermost first."""
    found: dict[Expr, None] = {}

    def visit(e: Expr) -> None:
        for argument in e.args:
            visit(argument)
        if is_function_term(e):
            found[e] = None

    visit(expr)
    return list(found)


def has_function_term(e: Expr) -> bool:
    """Whether `e` is, or holds, more than sums, products and whole powers."""
    return any(is_function_term(part) for part in composite_parts(e))


def composite_parts(e: Expr) -> list[Expr]:
    """`e` and all that it is made of, but for symbols within it."""
    parts = [e]
    for part in parts:
        parts += [inner for inner in part.args if inner.__class__ is not Symbol]
    return parts


def shown(expr: Expr) -> str:
    """The expression in a message; a long one is only counted."""
    pending, count = [expr], 0
    while pending and count <= MOST_SHOWN:
        count += 1
        pending.extend(pending.pop().args)
    return "an expression too long to show" if pending else str(expr)


def is_function_term(e: Expr) -> bool:
    """Whether `e` is more than a sum, a product or a whole power."""
    if e.__class__ in (sp.Mul, sp.Add):
        return False
    if isinstance(e, sp.Pow):
        return not isinstance(e.args[1], sp.Integer)
    return not isinstance(e, (Symbol, sp.Rational, sp.Add, sp.Mul))


def hyperbolic_template(head: str, e: Expr) -> Expr:
    """tanh, sinh or cosh by e = exp of its argument."""
    match head:
        case "tanh":
            return (e**2 - 1) / (e**2 + 1)
        case "sinh":
            return (e - 1 / e) / 2
        case _:
            return (e + 1 / e) / 2


def number(c: Coefficient) -> Expr:
    """A coefficient as SymPy."""
    return sp.Integer(c) if isinstance(c, int) else sp.Rational(int(c.p), int(c.q))


def rational(e: Exponent) -> Expr:
    """An exponent as SymPy."""
    return sp.Integer(e) if isinstance(e, int) else sp.Rational(e.numerator, e.denominator)
