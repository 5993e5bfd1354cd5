"""Laws of the functions: what exp, ln, powers and the rest of the table become in normal form.

Legend: `p` an argument in normal form; a law that needs a sign states it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp
from flint import fmpq

from bptt_sym.primitives import Primitive, relu, step
from bptt_sym.proof.logarithms import Undefined, factored, log_of
from bptt_sym.proof.polynomial import (
    ONE,
    Coefficient,
    Exponent,
    Monomial,
    Poly,
    add,
    constant,
    content,
    generator,
    leading,
    magnitude,
    multiply,
    power,
    power_of_monomial,
    scale,
    shift,
)

if TYPE_CHECKING:
    from bptt_sym.proof.normal import Forms

NAMES: dict[type, str] = {
    sp.exp: "exp", sp.log: "log", sp.tanh: "tanh", sp.sin: "sin", sp.cos: "cos", sp.tan: "tan",
    sp.sinh: "sinh", sp.cosh: "cosh", sp.atan: "atan", sp.Abs: "abs", relu: "relu", step: "step",
}
FUNCTIONS: dict[str, type] = {name: function for function, name in NAMES.items()}
ODD = ("tanh", "sin", "tan", "sinh", "atan")
EVEN = ("cos", "cosh", "abs")
RANGES: dict[str, tuple[int | None, int | None]] = {"tanh": (-1, 1), "cosh": (0, None)}
Atom = tuple[Exponent, Monomial]


def apply(forms: Forms, name: str, p: Poly) -> Poly:
    """The function of that name at p."""
    special = SPECIAL.get(name)
    if special is not None:
        return special(forms, p)
    p = forms.tidy(p)
    if not p:
        return AT_ZERO[name]
    sign = 1
    if name in (*ODD, *EVEN) and leading(p) < 0:
        p, sign = scale(p, -1), -1 if name in ODD else 1
    if name == "tanh":
        found = forms.match_input(p)
        if found is not None and found[1] in (1, -1):
            node = forms.laws.node("tanh", found[0])
            if node is not None:
                return scale(generator(forms.symbol(node)), sign * found[1])
    return scale(opaque(forms, name, p), sign)


def opaque(forms: Forms, name: str, p: Poly) -> Poly:
    """The function as a generator of its own, with the relation its square may have."""
    low, high = RANGES.get(name, (None, None))
    relation = None
    if name == "cos":
        sine = generator(forms.generators.term("sin", (p,)))
        relation = (2, add(ONE, scale(multiply(sine, sine, forms.budget), -1)))
    return generator(forms.generators.term(name, (p,), low=low, high=high, relation=relation))


def step_of(forms: Forms, p: Poly) -> Poly:
    """step(p), which is step(c p) for c > 0, 1 − step(−p) off 0, and its own square."""
    p = forms.tidy(p)
    if len(p) == 1 and () in p:
        return ONE if p[()] > 0 else {}
    if p and leading(p) < 0:
        return add(ONE, scale(step_of(forms, scale(p, -1)), -1))
    monic = forms.monic(p)[0] if p else p
    found = forms.generators.find("step", (monic,))
    if found is None:
        number = len(forms.generators.records)
        found = forms.generators.term("step", (monic,), relation=(2, generator(number)))
    return generator(found)


def relu_of(forms: Forms, p: Poly) -> Poly:
    """relu(p) = p·step(p), 0 at 0."""
    return multiply(p, step_of(forms, p), forms.budget) if p else {}


def atoms(forms: Forms, p: Poly) -> list[Atom]:
    """(k, u) with p = Σ k·u: one known input where p is a multiple of it, else one term each."""
    found = forms.match_input(p)
    if found is not None:
        return [(exponent(found[1]), ((forms.symbol(found[0]), 1),))]
    return [(exponent(c), m) for m, c in p.items()]


def exp_of(forms: Forms, p: Poly) -> Poly:
    """exp(Σ k u) = Π exp(u)^k."""
    result = ONE
    for k, u in atoms(forms, forms.tidy(p)):
        result = multiply(result, exp_of_atom(forms, k, u), forms.budget)
    return result


def exp_of_atom(forms: Forms, k: Exponent, u: Monomial) -> Poly:
    """exp(k u): by the value of a primitive at u where one is known, exp(k ln p) = p^k, else a generator."""
    if len(u) == 1 and u[0][1] == 1:
        record = forms.generators[u[0][0]]
        if record.head == "log":
            return rational_power(forms, record.arguments[0], Fraction(k))
        law = None if record.head else forms.laws.exponential(record.symbol)
        if law is not None and law.normaliser is not None:
            z = forms.generators.symbol(law.normaliser, 0)
            output = forms.symbol(law.application.outputs[law.place])
            return {tuple(sorted(((z, k), (output, k)))): 1}
        if law is not None and isinstance(law.primitive, Primitive) and law.primitive.exponential:
            unit, known = law.primitive.exponential
            value_symbol = law.application.outputs[0]
            forms.symbol(value_symbol)
            value = forms.build(known(value_symbol))
            if unit == 1:
                return rational_power(forms, value, Fraction(k))
            g = forms.generators.term("exp", ({u: 1},), low=0, relation=(unit, value), closed=True)
            return forms.reduce(generator(g, k))
    return generator(forms.generators.term("exp", ({u: 1},), low=0), k)


def power_of(forms: Forms, base: Poly, exponent_form: Poly) -> Poly:
    """p^q: roots for a rational q, else exp(q ln p), which is what p^q means where q varies."""
    if not exponent_form:
        return ONE
    if len(exponent_form) == 1 and () in exponent_form:
        return rational_power(forms, base, Fraction(exponent(exponent_form[()])))
    return exp_of(forms, multiply(exponent_form, log_of(forms, base), forms.budget))


def rational_power(forms: Forms, p: Poly, k: Fraction) -> Poly:
    """p^k where p ≥ 0 is meant: certified generators take the exponent, the rest becomes a root."""
    if k.denominator == 1:
        return forms.raise_to(p, int(k))
    p = forms.tidy(p)
    if not p:
        if k < 0:
            raise Undefined
        return {}
    numerator, denominator = forms.fraction(p)
    if denominator != ONE and forms.generators.is_positive(denominator):
        below = forms.invert(rational_power(forms, denominator, k))
        return forms.reduce(multiply(rational_power(forms, numerator, k), below, forms.budget))
    if denominator != ONE:
        return _root(forms, p, k)
    outside = content(p)
    rest = shift(p, power_of_monomial(outside, -1))
    size = magnitude(leading(rest))
    inside = tuple(f for f in outside if not forms.generators[f[0]].positive)
    certified = tuple(f for f in outside if forms.generators[f[0]].positive)
    result = shift(power_of_number(forms, size, k), power_of_monomial(certified, k))
    left = shift(scale(rest, fmpq(1) / size), inside)
    if left == ONE:
        return result
    return forms.reduce(multiply(result, _root(forms, left, k), forms.budget))


def _root(forms: Forms, p: Poly, k: Fraction) -> Poly:
    q = k.denominator
    root = generator(forms.generators.term("root", (p, constant(q)), relation=(q, p)))
    return forms.reduce(power(root, k.numerator, forms.budget))


def power_of_number(forms: Forms, c: Coefficient, k: Fraction) -> Poly:
    """c^k for a positive rational c, over roots of primes."""
    c = fmpq(c)
    result = ONE
    for part, sign in ((c.p, 1), (c.q, -1)):
        for prime, count in factored(part):
            q = k.denominator
            square = constant(prime)
            root = forms.generators.term("root", (square, constant(q)), low=0, relation=(q, square))
            result = multiply(result, generator(root, sign * count * k.numerator), forms.budget)
    return forms.reduce(result)


def exponent(c: Coefficient) -> Exponent:
    """A coefficient as an exponent, an int where it is whole."""
    if isinstance(c, int):
        return c
    return int(c.p) if c.q == 1 else Fraction(int(c.p), int(c.q))


AT_ZERO: dict[str, Poly] = {
    "tanh": {}, "sin": {}, "tan": {}, "sinh": {}, "atan": {}, "abs": {}, "cos": ONE, "cosh": ONE,
}
SPECIAL: dict[str, Callable[[Forms, Poly], Poly]] = {
    "exp": exp_of, "log": log_of, "relu": relu_of, "step": step_of,
}
