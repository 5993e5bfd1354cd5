"""The table of primitives: all that is known of tanh, softmax and the others, one row a function.

Legend: `a` the argument, `f` the value at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp
from sympy import Expr

from bptt_sym.algebra import MINUS_ONE, ONE, add, exponential, hyperbolic_tangent, logarithm, multiply, subtract


class relu(sp.Function):  # type: ignore[misc]
    """max(a, 0), kept whole so that it can be told from its pieces."""

    nargs = 1

    @classmethod
    def eval(cls, a: Expr) -> Expr | None:
        """Literal arguments are evaluated, nothing else."""
        if a.is_Number:
            return a if a > 0 else sp.Integer(0)
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        """The unit step; at 0 the derivative doesn't exist."""
        return step(self.args[0])


class step(sp.Function):  # type: ignore[misc]
    """1 where a > 0, 0 where a < 0: the derivative of relu where it has one."""

    nargs = 1

    @classmethod
    def eval(cls, a: Expr) -> Expr | None:
        """Literal arguments other than 0 are evaluated, nothing else."""
        if a.is_Number and a != 0:
            return sp.Integer(1) if a > 0 else sp.Integer(0)
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        """Flat on both sides of 0."""
        return sp.Integer(0)


@dataclass(frozen=True, slots=True)
class Primitive:
    """An elementwise function.

    `spellings` are the words and macros it is written with; `build` gives its meaning in SymPy;
    `derivative` is f' as SymPy of (a, f), `written` the same in LaTeX over the letters a and f;
    `range` are the open bounds of the value (None: unbounded); `exponential` is (k, law) with
    exp(k a) = law(f), or None; `by_convention` is set for a spelling that is only a custom (σ); `also` are other ways
    in which the function is written out.
    """

    name: str
    spellings: tuple[str, ...]
    build: Callable[[Expr], Expr]
    derivative: Callable[[Expr, Expr], Expr]
    written: str
    range: tuple[int | None, int | None]
    exponential: tuple[int, Callable[[Expr], Expr]] | None = None
    by_convention: tuple[str, ...] = ()
    also: tuple[Callable[[Expr], Expr], ...] = ()


def _half(a: Expr, sign: Expr) -> Expr:
    """cosh or sinh by exponentials, among which the laws of proof hold."""
    return (sp.exp(a) + sign * sp.exp(-a)) / 2


# fmt: off
ELEMENTWISE: tuple[Primitive, ...] = (
    Primitive("exp", ("\\exp", "exp"), exponential, lambda a, f: f, "f", (0, None), (1, lambda f: f)),
    Primitive("ln", ("\\ln", "\\log", "ln", "log"), logarithm, lambda a, f: 1 / a, "\\frac{1}{a}", (None, None)),
    Primitive("tanh", ("\\tanh", "tanh"), hyperbolic_tangent, lambda a, f: subtract(ONE, f**2), "1 - f^2", (-1, 1),
              (2, lambda f: (1 + f) / (1 - f)), also=(
                  lambda a: (sp.exp(a) - sp.exp(-a)) / (sp.exp(a) + sp.exp(-a)),
                  lambda a: (sp.exp(2 * a) - 1) / (sp.exp(2 * a) + 1),
                  lambda a: (1 - sp.exp(-2 * a)) / (1 + sp.exp(-2 * a)),
                  lambda a: 2 / (1 + sp.exp(-2 * a)) - 1,
                  lambda a: sp.sinh(a) / sp.cosh(a))),
    Primitive("sigmoid", ("sigmoid", "logistic", "sigm", "expit"), lambda a: 1 / (1 + exponential(-a)),
              lambda a, f: f * (1 - f), "f (1 - f)", (0, 1), (1, lambda f: f / (1 - f)), by_convention=("\\sigma",),
              also=(lambda a: sp.exp(a) / (1 + sp.exp(a)),)),
    Primitive("relu", ("ReLU", "relu", "RELU"), relu, lambda a, f: step(a), "\\operatorname{step}(a)", (None, None)),
    Primitive("step", ("step", "Heaviside"), step, lambda a, f: sp.Integer(0), "0", (None, None)),
    Primitive("softplus", ("softplus",), lambda a: logarithm(1 + sp.exp(a)),
              lambda a, f: 1 / (1 + sp.exp(-a)), "\\operatorname{sigmoid}(a)", (0, None)),
    Primitive("sin", ("\\sin", "sin"), sp.sin, lambda a, f: sp.cos(a), "\\cos(a)", (-2, 2)),
    Primitive("cos", ("\\cos", "cos"), sp.cos, lambda a, f: -sp.sin(a), "-\\sin(a)", (-2, 2)),
    Primitive("sinh", ("\\sinh", "sinh"), lambda a: _half(a, MINUS_ONE), lambda a, f: _half(a, ONE), "\\cosh(a)",
              (None, None)),
    Primitive("cosh", ("\\cosh", "cosh"), lambda a: _half(a, ONE), lambda a, f: _half(a, MINUS_ONE), "\\sinh(a)",
              (0, None)),
    Primitive("sech", ("\\sech", "sech"), lambda a: 1 / _half(a, ONE), lambda a, f: -f * sp.tanh(a), "-f \\tanh(a)",
              (0, None)),
    Primitive("arctan", ("\\arctan", "arctan", "atan"), sp.atan, lambda a, f: 1 / (1 + a**2),
              "\\frac{1}{1 + a^2}", (-2, 2)),
    Primitive("sqrt", ("sqrt",), sp.sqrt, lambda a, f: 1 / (2 * f), "\\frac{1}{2 f}", (0, None)),
    Primitive("identity", ("identity", "id"), lambda a: a, lambda a, f: sp.Integer(1), "1", (None, None)),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class VectorPrimitive:
    """A function of a whole vector whose values are positive and sum to 1, by Z f_k = exp(a_k).

    `build` gives all components in SymPy; `jacobian(values, i, j)` is ∂f_i/∂a_j from the values alone, and
    `written` are its two terms in LaTeX over f_i and f_j: the one that counts for i = j only, and the other.
    """

    name: str
    spellings: tuple[str, ...]
    written: tuple[str, str]
    build: Callable[[tuple[Expr, ...]], tuple[Expr, ...]]
    jacobian: Callable[[tuple[Expr, ...], int, int], Expr]


def _softmax(arguments: tuple[Expr, ...]) -> tuple[Expr, ...]:
    exponentials = [exponential(a) for a in arguments]
    inverse = 1 / add(exponentials)
    return tuple(multiply(e, inverse) for e in exponentials)


def _softmax_jacobian(values: tuple[Expr, ...], i: int, j: int) -> Expr:
    return multiply(values[i], subtract(ONE, values[i])) if i == j else multiply(MINUS_ONE, values[i], values[j])


NORMALISED: tuple[VectorPrimitive, ...] = (
    VectorPrimitive("softmax", ("softmax", "\\softmax", "Softmax", "SoftMax", "smax"),
                    ("f_i", "-f_i f_j"), _softmax, _softmax_jacobian),
)

ROWS: tuple[Primitive | VectorPrimitive, ...] = (*ELEMENTWISE, *NORMALISED)
BY_SPELLING = {spelling: row for row in ROWS for spelling in row.spellings}
BY_NAME = {row.name: row for row in ROWS}
assert len(BY_SPELLING) == sum(len(row.spellings) for row in ROWS), "a spelling stands twice"
