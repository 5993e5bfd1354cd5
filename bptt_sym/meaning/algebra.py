"""Sums and products of SymPy expressions: what `Add` and `Mul` give, without their search where nothing combines.

All symbols commute, and what comes in is as SymPy builds it. Where two terms or factors might combine, or one
is of a kind not listed here, SymPy decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key
from operator import attrgetter
from typing import Any

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol
from sympy.core.basic import Basic

ZERO = Integer(0)
ONE = Integer(1)
NUMBERS = frozenset({type(ONE), type(Integer(-1)), Integer, Rational, type(Rational(1, 2))})
CANONICAL = cmp_to_key(Basic.compare)
NAME = attrgetter("name")


def multiply(*factors: Expr) -> Expr:
    """The product, equal in structure to `Mul(*factors)`."""
    factors = tuple(factor for factor in factors if factor is not ONE)
    if len(factors) < 2:
        return factors[0] if factors else ONE
    symbols: list[Symbol] = []
    others: list[Expr] = []
    numbers: list[Expr] = []
    for factor in factors:
        for part in factor.args if factor.__class__ is Mul else (factor,):
            kind = part.__class__
            if kind is Symbol:
                symbols.append(part)
            elif kind is Add or (kind is Pow and part.args[0].__class__ is Symbol):
                others.append(part)
            elif kind in NUMBERS and part is not ZERO and not numbers:
                numbers.append(part)
            else:
                return Mul(*factors)
    distributes = numbers and not symbols and len(others) == 1
    if distributes or _may_combine(symbols, others):
        return Mul(*factors)
    symbols.sort(key=NAME)
    others.sort(key=CANONICAL)
    return Mul._from_args((*numbers, *symbols, *others), True)


def _may_combine(symbols: list[Symbol], others: list[Expr]) -> bool:
    """Whether two factors are powers of the same, or one is a power that isn't whole."""
    if not others or (len(others) == 1 and others[0].__class__ is Add):
        return len(set(map(NAME, symbols))) < len(symbols)
    bases = {*symbols, *(part if part.__class__ is Add else part.args[0] for part in others)}
    roots = any(part.__class__ is Pow and part.args[1].__class__ not in NUMBERS for part in others)
    return roots or len(bases) < len(symbols) + len(others)


def add(terms: Iterable[Expr]) -> Expr:
    """The sum, equal in structure to `Add(*terms)`."""
    terms = [term for term in terms if term is not ZERO]
    if len(terms) < 2:
        return terms[0] if terms else ZERO
    numbers: list[Expr] = []
    kept: list[Expr] = []
    rests: set[Any] = set()
    for term in terms:
        kind = term.__class__
        if kind is Mul:
            args = term.args
            rests.add(args[1:] if args[0].__class__ in NUMBERS else args)
        elif kind is Symbol or (kind is Pow and term.args[0].__class__ is Symbol):
            rests.add((term,))
        elif kind in NUMBERS and not numbers:
            numbers.append(term)
            continue
        else:
            return Add(*terms)
        kept.append(term)
    if len(rests) < len(kept):
        return Add(*terms)
    return Add._from_args((*numbers, *_ordered(kept)), True)


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
