"""Sums and products of SymPy expressions: what `Add` and `Mul` give, without their search where nothing combines.

All symbols commute, and what comes in is as SymPy builds it. Where two terms or factors might combine, or one
is of a kind not listed here, SymPy decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key
from operator import attrgetter
from typing import Any

import sympy as sp
from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol
from sympy.core.basic import Basic

ZERO = Integer(0)
ONE = Integer(1)
MINUS_ONE = Integer(-1)
NUMBERS = frozenset({type(ZERO), type(ONE), type(MINUS_ONE), Integer, Rational, type(Rational(1, 2))})
CANONICAL = cmp_to_key(Basic.compare)
NAME = attrgetter("name")


def multiply(*factors: Expr) -> Expr:
    """The product, equal in structure to `Mul(*factors)`."""
    factors = tuple([factor for factor in factors if factor is not ONE])
    if len(factors) < 2:
        return factors[0] if factors else ONE
    symbols: list[Symbol] = []
    numbers: list[Expr] = []
    others: list[Expr] = []
    for factor in factors:
        for part in factor.args if factor.__class__ is Mul else (factor,):
            kind = part.__class__
            if kind is Symbol:
                symbols.append(part)
            elif kind not in NUMBERS:
                others.append(part)
            elif part is ZERO or numbers:
                return Mul(*factors)
            else:
                numbers.append(part)
    if _may_combine(symbols, others):
        return Mul(*factors)
    if numbers and not symbols and len(others) == 1 and others[0].__class__ is Add:
        return add(multiply(numbers[0], term) for term in others[0].args)
    symbols.sort(key=NAME)
    others.sort(key=CANONICAL)
    return Mul._from_args((*numbers, *symbols, *others), True)


def _may_combine(symbols: list[Symbol], others: list[Expr]) -> bool:
    """Whether two factors are powers of the same, or there is a factor of which that can't be told."""
    if not others or (len(others) == 1 and others[0].__class__ is Add):
        return len(set(map(NAME, symbols))) < len(symbols)
    bases = {*symbols, *map(_base, others)}
    return None in bases or len(bases) < len(symbols) + len(others)


def _base(factor: Expr) -> Expr | None:
    """What a factor is a whole power of, where it combines with other powers of the same only."""
    kind = factor.__class__
    if kind is Pow:
        base, exponent = factor.args
        return base if exponent.__class__ in NUMBERS and exponent.q == 1 and base.__class__ in (Symbol, Add) else None
    if kind is sp.exp:
        return sp.E
    return factor if kind is Add or isinstance(factor, sp.Function) else None


def add(terms: Iterable[Expr]) -> Expr:
    """The sum, equal in structure to `Add(*terms)`."""
    given = [term for term in terms if term is not ZERO]
    if len(given) < 2:
        return given[0] if given else ZERO
    number = ZERO
    kept: list[Expr] = []
    rests: set[Any] = set()
    for whole in given:
        for term in whole.args if whole.__class__ is Add else (whole,):
            kind = term.__class__
            if kind is Mul:
                args = term.args
                rests.add(args[1:] if args[0].__class__ in NUMBERS else args)
            elif kind in NUMBERS:
                number += term
                continue
            elif kind is Symbol or isinstance(term, sp.Function) or _base(term) is not None:
                rests.add((term,))
            else:
                return Add(*given)
            kept.append(term)
    if len(rests) < len(kept):
        return Add(*given)
    parts = _ordered(kept) if number is ZERO and kept else [number, *_ordered(kept)]
    return Add._from_args(tuple(parts), True) if len(parts) > 1 else parts[0]


def subtract(minuend: Expr, subtrahend: Expr) -> Expr:
    """The difference, equal in structure to SymPy's."""
    return add((minuend, multiply(MINUS_ONE, subtrahend)))


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


def exponential(a: Expr) -> Expr:
    """The exponential, equal in structure to `sympy.exp(a)`."""
    if a.__class__ is Symbol or _stays(a):
        return sp.exp(a, evaluate=False)
    return sp.exp(a)


def logarithm(a: Expr) -> Expr:
    """The natural logarithm, equal in structure to `sympy.log(a)`: SymPy takes none apart but those of numbers."""
    return sp.log(a) if a.is_number or a.has(sp.I) else sp.log(a, evaluate=False)


def hyperbolic_tangent(a: Expr) -> Expr:
    """The hyperbolic tangent, equal in structure to `sympy.tanh(a)`."""
    return sp.tanh(a, evaluate=False) if a.__class__ is Symbol else sp.tanh(a)


def _stays(a: Expr) -> bool:
    """Whether a is a sum or product of symbols, with rational factors, so that SymPy leaves exp(a) as it stands."""
    if isinstance(a, Mul):
        return all(part.__class__ is Symbol or part.__class__ in NUMBERS for part in a.args)
    return isinstance(a, Add) and all(part.__class__ is Symbol or _stays(part) for part in a.args)
