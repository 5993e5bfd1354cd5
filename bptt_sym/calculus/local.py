"""Local derivatives: of one assignment by the symbols on its right side, by rule.

Legend: `a` an argument, `f` the value at it.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy import Add, Expr, Function, Mul, Pow, Symbol

from bptt_sym.algebra import ONE, ZERO, add, multiply
from bptt_sym.errors import Unreadable
from bptt_sym.limits import ask
from bptt_sym.network.graph import Application, Graph
from bptt_sym.primitives import BY_NAME, Primitive, relu, step

MOST_FACTORS = 500

# fmt: off
RULES: dict[type, Callable[[Expr, Expr], Expr]] = {
    sp.exp:  lambda a, f: f,
    sp.log:  lambda a, f: 1 / a,
    sp.tanh: lambda a, f: 1 - f**2,
    sp.sin:  lambda a, f: sp.cos(a),
    sp.cos:  lambda a, f: -sp.sin(a),
    sp.sinh: lambda a, f: sp.cosh(a),
    sp.cosh: lambda a, f: sp.sinh(a),
    sp.atan: lambda a, f: 1 / (1 + a**2),
    relu:    lambda a, f: step(a),
    step:    lambda a, f: ZERO,
}
# fmt: on


def partials(expr: Expr) -> dict[Symbol, Expr]:
    """∂expr/∂s for every symbol s in it, as if symbols did not depend on each other; zeros left out."""
    parts: dict[Symbol, list[Expr]] = {}
    _collect(expr, ONE, parts)
    sums = {s: add(terms) for s, terms in parts.items()}
    return {s: e for s, e in sums.items() if e is not ZERO}


def _collect(expr: Expr, outer: Expr, parts: dict[Symbol, list[Expr]]) -> None:
    """Reverse accumulation through one expression: `outer` is what stands before ∂expr."""
    ask()
    if isinstance(expr, Symbol):
        parts.setdefault(expr, []).append(outer)
    elif isinstance(expr, Add):
        for term in expr.args:
            _collect(term, outer, parts)
    elif isinstance(expr, Mul):
        _collect_product(expr.args, outer, parts)
    elif isinstance(expr, Pow):
        base, exponent = expr.args
        if not base.is_number:
            _collect(base, multiply(outer, exponent, Pow(base, exponent - 1)), parts)
        if not exponent.is_number:
            _collect(exponent, multiply(outer, expr, sp.log(base)), parts)
    elif isinstance(expr, Function):
        argument = expr.args[0]
        _collect(argument, multiply(outer, RULES[type(expr)](argument, expr)), parts)
    else:
        assert expr.is_number, f"no rule for {type(expr).__name__}"


def _collect_product(factors: tuple[Expr, ...], outer: Expr, parts: dict[Symbol, list[Expr]]) -> None:
    if len(factors) > MOST_FACTORS:
        raise Unreadable(f"the derivative of a product of more than {MOST_FACTORS} factors is not written out")
    for k, factor in enumerate(factors):
        if not factor.is_number:
            _collect(factor, multiply(outer, *factors[:k], *factors[k + 1 :]), parts)


def local_derivatives(graph: Graph) -> Callable[[Symbol], dict[Symbol, Expr]]:
    """The map from an assigned symbol to {source: ∂symbol/∂source}, applications by the table of primitives."""
    applied: dict[Symbol, tuple[Application, int]] = {
        output: (application, k)
        for application in graph.applications
        for k, output in enumerate(application.outputs)
    }

    def local(symbol: Symbol) -> dict[Symbol, Expr]:
        if symbol in applied:
            return _applied(*applied[symbol])
        expr = graph.definition(symbol)
        assert expr is not None
        return partials(expr)

    return local


def _applied(application: Application, k: int) -> dict[Symbol, Expr]:
    """From values, not from arguments: 1 - h², ŷ_i (δ_ij - ŷ_j)."""
    row = BY_NAME[application.primitive]
    if isinstance(row, Primitive):
        derivative = row.derivative(application.inputs[0], application.outputs[0])
        return {} if derivative is ZERO else {application.inputs[0]: derivative}
    parts = {a: row.jacobian(application.outputs, k, j) for j, a in enumerate(application.inputs)}
    return {a: e for a, e in parts.items() if e is not ZERO}
