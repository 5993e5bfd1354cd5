r"""What ∂A/∂B and ∇_B A mean: arrays of total (or immediate) derivatives, laid out as the reader expects.

A gradient has the shape of what it is taken with respect to; a Jacobian has a row per component of its
numerator and a column per component of its denominator.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol

from bptt_sym.errors import IllTyped, Unreadable
from bptt_sym.meaning.array import ZERO, Array, Value
from bptt_sym.meaning.combine import require_array
from bptt_sym.meaning.context import Context
from bptt_sym.meaning.letters import whole
from bptt_sym.meaning.reference import is_transpose, resolve
from bptt_sym.written.nodes import Derivative, Nabla, Name, Node, Paren, Scripted, Struck


@dataclass(frozen=True, slots=True)
class _By:
    """What is differentiated by: symbols in their shape, the step of a parameter's copy, and a transpose."""

    array: Array
    copy: int | None
    flipped: bool


def derivative(node: Derivative, context: Context) -> Value:
    """`∂A/∂B`, and higher ones by differentiating the inner one, in written order."""
    if node.body is None:
        raise Unreadable("nothing stands behind this derivative", node.span)
    value = require_array(context.of(node.body), node.body)
    for wrt in reversed(node.wrt):
        value = _by(value, _denominator(wrt, context), node, context, immediate=node.symbol == "partial+")
    return value


def gradient(node: Nabla, context: Context) -> Value:
    """`∇_B A` of a scalar A: the shape of B."""
    if node.wrt is None:
        raise Unreadable("with respect to what is this gradient?", node.span)
    if node.order != 1:
        raise Unreadable("second-order gradients are not read", node.span)
    by = _denominator(node.wrt, context)
    value = require_array(context.of(node.body), node.body)
    if not value.is_scalar and not by.array.is_scalar:
        raise Unreadable("∇ of a vector: write the Jacobian ∂A/∂B, whose layout is known", node.span)
    return _by(value, by, node, context, immediate=False)


def _denominator(node: Node, context: Context) -> _By:
    inside = node
    while isinstance(inside, Paren | Struck):
        inside = inside.body
    reference = resolve(inside, context.scope) if isinstance(inside, Name | Scripted) else None
    if reference is None:
        raise Unreadable("derivatives are taken by symbols of the network only", node.span)
    if any(not is_transpose(script) for script in reference.rest):
        raise Unreadable("derivatives are taken by symbols, not by powers of them", node.span)
    copy = None
    if not reference.declaration.timed and reference.step is not None:
        copy = context.integer(reference.step)
    array = whole(reference, inside, context)
    flipped = len(reference.rest) % 2 == 1
    return _By(array.transposed if flipped else array, copy, flipped)


def _by(value: Array, by: _By, node: Node, context: Context, *, immediate: bool) -> Array:
    if value.is_scalar:
        places = by.array.entries.items()
        entries = {k: _entry(value.at(0), s, by, context, immediate) for k, s in places}
        return _array(by.array.rows, by.array.cols, entries)
    if by.array.is_scalar:
        wrt = by.array.at(0)
        entries = {k: _entry(e, wrt, by, context, immediate) for k, e in value.entries.items()}
        return _array(value.rows, value.cols, entries)
    if value.cols != 1 or (by.array.rows if by.flipped else by.array.cols) != 1:
        raise Unreadable("a derivative with more than two axes: take a component", node.span)
    entries = {
        (i, max(k)): _entry(e, s, by, context, immediate)
        for (i, _), e in value.entries.items()
        for k, s in by.array.entries.items()
    }
    return _array(value.rows, max(by.array.shape), entries)


def _entry(of: Expr, wrt: Expr, by: _By, context: Context, immediate: bool) -> Expr:
    if not isinstance(wrt, Symbol):
        raise IllTyped("a derivative by something that is no symbol")
    return context.scope.derivative(of, wrt, by.copy, immediate=immediate)


def _array(rows: int, cols: int, entries: dict[tuple[int, int], Expr]) -> Array:
    return Array(rows, cols, {k: e for k, e in entries.items() if e is not ZERO})
