"""Ties between exponentials and what else a polynomial holds, for when nothing is left to unfold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from bptt_sym.proof.functions import Atom, exp_of, exp_of_atom, exponent
from bptt_sym.proof.normal import Forms
from bptt_sym.proof.polynomial import (
    ONE,
    Exponent,
    Monomial,
    Poly,
    add,
    generators_of,
    multiply,
    scale,
)

HYPERBOLIC = ("tanh", "sinh", "cosh")


@dataclass(frozen=True, slots=True)
class Exponentials:
    """A generator and its value by exponentials: Π exp(u)^k over `atoms`, hyperbolic without any."""

    generator: int
    value: Poly
    atoms: tuple[Atom, ...] = ()
    definition: int | None = None


def hyperbolic(forms: Forms, p: Poly) -> Exponentials | None:
    """tanh, sinh or cosh by exp, where p holds another of these or an exp."""
    present = {g: forms.generators[g].head for g in generators_of([p])}
    if len(set(present.values()) & {"exp", *HYPERBOLIC}) < 2:
        return None
    for g, head in present.items():
        if head in HYPERBOLIC:
            return Exponentials(g, _by_exp(forms, g))
    return None


def _by_exp(forms: Forms, g: int) -> Poly:
    """(e^p ∓ e^−p)/2, or their quotient, for a hyperbolic generator at p."""
    record = forms.generators[g]
    up = exp_of(forms, record.arguments[0])
    down = exp_of(forms, scale(record.arguments[0], -1))
    cosh, sinh = add(up, down), add(up, scale(down, -1))
    if record.head == "tanh":
        return multiply(sinh, forms.invert(cosh), forms.budget)
    return scale(sinh if record.head == "sinh" else cosh, fmpq(1, 2))


def recognised(forms: Forms, p: Poly, tied: Sequence[int]) -> Exponentials | None:
    """exp(u) by exp(a), where a = Σ c u is an input of which exp is known and p holds every exp(u)."""
    present = {u: g for g in generators_of([p]) if (u := _exponent_of(forms, g)) is not None}
    if not present:
        return None
    definitions = {a: forms.rules.of(forms.symbol(a)) or {} for a in forms.laws.exponential_inputs()}
    for a, definition in definitions.items():
        if len(definition) < 2 or not all(u in present for u in definition):
            continue
        for u in definition:
            others = (d for b, d in definitions.items() if b != a)
            if present[u] not in tied and not any(u in d for d in others):
                return _solved(forms, forms.symbol(a), definition, u, present[u])
    return None


def _exponent_of(forms: Forms, g: int) -> Monomial | None:
    record = forms.generators[g]
    if record.head != "exp":
        return None
    ((u, _),) = record.arguments[0].items()
    return u


def _solved(forms: Forms, a: int, definition: Poly, pivot: Monomial, g: int) -> Exponentials:
    c = definition[pivot]
    atoms: list[Atom] = [(_quotient(1, c), ((a, 1),))]
    atoms += [(_quotient(-d, c), u) for u, d in definition.items() if u != pivot]
    value = ONE
    for k, u in atoms:
        value = multiply(value, exp_of_atom(forms, k, u), forms.budget)
    return Exponentials(g, value, tuple(atoms), a)


def _quotient(a: int | fmpq, b: int | fmpq) -> Exponent:
    k = exponent(fmpq(a) / fmpq(b))
    return k if isinstance(k, int) else Fraction(k)
