"""Sums and products of SymPy expressions: what `Add` and `Mul` give, without their search where nothing combines.

All symbols commute, and what comes in is as SymPy builds it. Where two terms or factors might combine, or one is of a kind not listed here, SymPy decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key
from typing import Any

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol
from sympy.core.basic import Basic

ZERO = Integer(0)
ONE = Integer(1)
MINUS_ONE = Integer(-1)
NUMBERS = frozenset({type(ONE), type(MINUS_ONE), Integer, Rational, type(Rational(1, 2))})
CANONICAL = cmp_to_key(Basic.compare)


def multiply(*factors: Expr) -> Expr:
    """The product, equal in structure to `Mul(*factors)`."""
    factors = tuple(factor for factor in factors if factor is not ONE)
    if len(factors) < 2:
        return factors[0] if factors else ONE
    number: Expr | None = None
    parts: dict[Expr, Expr] = {}
    count = 0
    for factor in factors:
        for part in factor.args if factor.__class__ is Mul else (factor,):
            base = _base(part)
            if base is not None:
                parts[base] = part
                count += 1
            elif number is None and part.__class__ in NUMBERS and part is not ZERO:
                number = part
            else:
                return Mul(*factors)
    ordered = list(parts.values())
    distributes = number is not None and count == 1 and ordered[0].__class__ is Add
    if len(parts) < count or distributes:
        return Mul(*factors)
    if count > 1:
        ordered.sort(key=CANONICAL)
    return _assembled(Mul, number, ordered)


def _base(part: Expr) -> Expr | None:
    """What a factor is a power of, where it can combine with powers of the same only; None for other kinds."""
    kind = part.__class__
    if kind is Symbol or kind is Add:
        return part
    if kind is Pow and part.args[0].__class__ is Symbol and part.args[1].__class__ in NUMBERS:
        return part.args[0]
    return None


def add(terms: Iterable[Expr]) -> Expr:
    """The sum, equal in structure to `Add(*terms)`."""
    terms = [term for term in terms if term is not ZERO]
    if len(terms) < 2:
        return terms[0] if terms else ZERO
    number: Expr | None = None
    rests: set[Any] = set()
    kept = []
    for term in terms:
        kind = term.__class__
        if kind is Mul:
            first = term.args[0]
            rests.add(term.args[1:] if first.__class__ in NUMBERS else term.args)
        elif kind is Symbol or (kind is Pow and term.args[0].__class__ is Symbol):
            rests.add((term,))
        elif kind in NUMBERS and number is None:
            number = term
            continue
        else:
            return Add(*terms)
        kept.append(term)
    if len(rests) < len(kept):
        return Add(*terms)
    return _assembled(Add, number, _ordered(kept))


def _assembled(operation: Any, number: Expr | None, parts: list[Expr]) -> Expr:
    if number is not None:
        parts.insert(0, number)
    return operation._from_args(tuple(parts), True)


def _ordered(terms: list[Expr]) -> list[Expr]:
    """In SymPy's canonical order; products of symbols by the names in them, which is the same and quicker."""
    if len(terms) < 2:
        return terms
    keys = []
    for term in terms:
        if term.__class__ is not Mul or any(part.__class__ is not Symbol for part in term.args):
            return sorted(terms, key=CANONICAL)
        keys.append((len(term.args), [part.name for part in term.args]))
    return [terms[k] for k in sorted(range(len(terms)), key=keys.__getitem__)]
