"""Certified signs for the replay: a term is above 0 by what it is, a sum by the bounds of its symbols."""

from __future__ import annotations

from typing import Protocol

import sympy as sp
from sympy import Expr, Symbol

from bptt_sym.primitives import BY_NAME, Primitive
from bptt_sym.proof.verdict import AppliedPrimitive


class Known(Protocol):
    """What a replay knows of symbols."""

    def term(self, symbol: Symbol) -> Expr | None:
        """The term a symbol names."""

    def applied(self, output: Symbol) -> AppliedPrimitive | None:
        """The application with that output."""


def is_positive(known: Known, expr: Expr) -> bool:
    """Whether expr > 0 is certified; True is a proof, False says nothing."""
    low, strict = lower(known, expr)
    return low is not None and (low > 0 or (low == 0 and strict))


def lower(known: Known, expr: Expr) -> tuple[Expr | None, bool]:
    """A lower bound of expr (None: none known), and whether it is never reached."""
    if expr.is_Rational:
        return expr, False
    if isinstance(expr, sp.Add):
        bounds = [lower(known, a) for a in expr.args]
        if any(low is None for low, _ in bounds):
            return None, False
        return sp.Add(*[low for low, _ in bounds]), any(strict for _, strict in bounds)
    if isinstance(expr, sp.exp) or expr is sp.E:
        return sp.Integer(0), True
    if isinstance(expr, sp.Pow) and expr.args[1].is_Integer and expr.args[1] % 2 == 0 and expr.args[1] > 0:
        return sp.Integer(0), is_positive(known, expr.args[0])
    if isinstance(expr, sp.Pow) and is_positive(known, expr.args[0]):
        return sp.Integer(0), True
    if isinstance(expr, sp.Mul):
        return _lower_of_product(known, expr)
    if isinstance(expr, Symbol):
        low, _ = bounds_of(known, expr)
        return (None, False) if low is None else (sp.Integer(low), True)
    return (sp.Integer(0), True) if isinstance(expr, sp.cosh) else (None, False)


def _lower_of_product(known: Known, expr: Expr) -> tuple[Expr | None, bool]:
    c, rest = expr.as_coeff_Mul()
    if c > 0 and all(is_positive(known, f) for f in sp.Mul.make_args(rest)):
        return sp.Integer(0), True
    if all(_below_one(known, f) for f in sp.Mul.make_args(rest)):
        return -abs(c), True
    return None, False


def _below_one(known: Known, factor: Expr) -> bool:
    base, k = factor.as_base_exp()
    if not isinstance(base, Symbol) or not (k.is_Rational and k > 0):
        return False
    low, high = bounds_of(known, base)
    return low is not None and high is not None and low >= -1 and high <= 1


def bounds_of(known: Known, symbol: Symbol) -> tuple[int | None, int | None]:
    """Open bounds of a symbol: the range of the primitive it is a value of, or the sign of what it names."""
    found = known.applied(symbol)
    if found is not None:
        row = BY_NAME[found.primitive]
        if not isinstance(row, Primitive):
            return 0, 1
        return row.range if row.exponential is not None else (None, None)
    term = known.term(symbol) if symbol.name.startswith("⟨") else None
    if term is None:
        return None, None
    if isinstance(term, sp.tanh):
        return -1, 1
    return (0, None) if is_positive(known, term) else (None, None)
