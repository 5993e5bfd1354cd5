"""Sums and products built without SymPy's search are the ones that SymPy builds."""

from __future__ import annotations

from itertools import product

import pytest
import sympy as sp
from sympy import Add, Expr, Integer, Mul, Rational, Symbol

from bptt_sym.algebra import add, exponential, hyperbolic_tangent, logarithm, multiply, subtract

x, y, z = Symbol("w_1,10"), Symbol("dL/dh_1^(2)"), Symbol("h_1^(2)")
PARTS: tuple[Expr, ...] = (
    Integer(0), Integer(1), Integer(-1), Integer(2), Rational(1, 2), sp.pi, sp.sqrt(2), sp.I, x, y, z,
    x * y, -x, 2 * x * y, Rational(-2, 3) * z, x**2, 1 / x, sp.sqrt(x), x**y, x**-2 * y, 1 - x**2, x + y, -x - y,
    2 * (x + y) * z, (x + y) ** 2, 1 / (x + y), x * (1 - z**2), 3 * x * (1 - z**2), sp.exp(x), sp.exp(-x), sp.exp(x + y),
    sp.exp(x) / (sp.exp(x) + sp.exp(y)), sp.log(x), y * sp.log(z), sp.tanh(x + y), sp.tanh(-x), sp.Integer(2) ** x,
)  # fmt: skip


def same(ours: Expr, theirs: Expr) -> bool:
    """Equal, made of the same parts in the same order, and known to commute as far as SymPy knows it."""
    return sp.srepr(ours) == sp.srepr(theirs) and ours.is_commutative == theirs.is_commutative


@pytest.mark.parametrize("first", PARTS, ids=str)
def test_a_product_is_what_sympy_makes_it(first: Expr) -> None:
    for others in [(), *product(PARTS, repeat=1), *product(PARTS[8::3], repeat=2)]:
        assert same(multiply(first, *others), Mul(first, *others)), others


@pytest.mark.parametrize("first", PARTS, ids=str)
def test_a_sum_is_what_sympy_makes_it(first: Expr) -> None:
    for others in [(), *product(PARTS, repeat=1), *product(PARTS[8::3], repeat=2)]:
        assert same(add((first, *others)), Add(first, *others)), others


def test_a_difference_is_what_sympy_makes_it() -> None:
    assert all(same(subtract(a, b), a - b) for a, b in product(PARTS, repeat=2))


def test_a_long_sum_stands_in_canonical_order() -> None:
    terms = [Symbol(f"w_{i},{j}") * Symbol(f"dL/dh_{i}^({j})") for i in range(1, 13) for j in (3, 1, 2)]
    assert add(terms).args == Add(*terms).args
    assert add(terms[:7]).args != tuple(terms[:7]), "an order that is right by accident shows nothing"


def test_empty_sums_and_products_are_neutral() -> None:
    assert (add(()), multiply()) == (0, 1)



@pytest.mark.parametrize("a", PARTS, ids=str)
def test_functions_are_what_sympy_makes_of_them(a: Expr) -> None:
    for argument in (a, -a, a + x, 2 * a, a * y, a - 1):
        assert same(exponential(argument), sp.exp(argument))
        assert same(hyperbolic_tangent(argument), sp.tanh(argument))
        assert argument == 0 or same(logarithm(argument), sp.log(argument))
