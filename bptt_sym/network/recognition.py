r"""Primitives that a text writes out, \frac{e^{o_i}}{\sum_j e^{o_j}}, recognised by the form of their assignments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp
from sympy import Expr, Symbol

from bptt_sym.network.graph import Application, Assignment
from bptt_sym.primitives import ELEMENTWISE, NORMALISED

_MOST_TERMS = 10


def recognise(assignments: Sequence[Assignment], known: Sequence[Application]) -> Iterator[Application]:
    """The primitives among the assignments that are not known as such: each stands for a law that holds by its form."""
    done = {symbol for application in known for symbol in application.outputs}
    rest = [assignment for assignment in assignments if assignment.symbol not in done]
    for assignment in rest:
        yield from _elementwise(assignment)
    yield from _softmaxes(rest)


def _elementwise(assignment: Assignment) -> Iterator[Application]:
    """A function of one symbol, written in one of the ways that the table knows."""
    expr = assignment.expr
    if len(expr.free_symbols) != 1 or expr.is_Symbol or expr.count_ops() > _MOST_TERMS:
        return
    (a,) = expr.free_symbols
    for row in ELEMENTWISE:
        if row.name != "identity" and any(expr == form(a) for form in (row.build, *row.also)):
            yield Application(row.name, (a,), (assignment.symbol,))
            return


def _softmaxes(assignments: Sequence[Assignment]) -> Iterator[Application]:
    """Rows exp(o_i) / Σ_j exp(o_j), complete and in the order of the sum."""
    (row,) = NORMALISED
    groups: dict[Expr, dict[Symbol, Symbol]] = {}
    for assignment in assignments:
        found = _quotient(assignment.expr)
        if found is not None:
            groups.setdefault(found[1], {}).setdefault(found[0], assignment.symbol)
    for total, outputs in groups.items():
        inputs = [_exponent(term) for term in total.args]
        if all(a in outputs for a in inputs) and len(outputs) == len(inputs):
            yield Application(row.name, tuple(outputs), tuple(outputs.values()))


def _quotient(expr: Expr) -> tuple[Symbol, Expr] | None:
    """(o, Σ) for exp(o) / Σ where Σ is a sum of exponentials of symbols, exp(o) among them."""
    if not isinstance(expr, sp.Mul) or len(expr.args) != 2:
        return None
    for above, below in (expr.args, expr.args[::-1]):
        o = _exponent(above)
        if o is None or not isinstance(below, sp.Pow) or below.args[1] != -1 or not isinstance(below.args[0], sp.Add):
            continue
        total = below.args[0]
        if above in total.args and all(_exponent(term) is not None for term in total.args):
            return o, total
    return None


def _exponent(expr: Expr) -> Symbol | None:
    return expr.args[0] if isinstance(expr, sp.exp) and expr.args[0].is_Symbol else None
