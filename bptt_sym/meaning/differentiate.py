r"""What ∂A/∂B and ∇_B A mean: arrays of total (or immediate) derivatives, laid out as the reader expects.

A gradient has the shape of what it is taken with respect to; a Jacobian has a row per component of its
numerator and a column per component of its denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr

from bptt_sym.algebra import ZERO
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.array import Array, Value
from bptt_sym.meaning.columns import is_column
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
    column = not value.is_scalar or is_column(node.body, context.scope)
    for wrt in reversed(node.wrt):
        by = _denominator(wrt, context)
        value = _by(value, by, node, context, column=column, immediate=node.symbol == "partial+")
        column = column or not value.is_scalar
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
    return _by(value, by, node, context, column=not value.is_scalar, immediate=False)


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


def _by(value: Array, by: _By, node: Node, context: Context, *, column: bool, immediate: bool) -> Array:
    """A column, also one of a single component, gets a row of derivatives for each component."""
    if not column:
        return Array(by.array.rows, by.array.cols, _entries(value.at(0), by, context, immediate))
    if by.array.is_scalar:
        found = {place: _entries(e, by, context, immediate) for place, e in value.entries.items()}
        return Array(value.rows, value.cols, {place: row[0, 0] for place, row in found.items() if row})
    if value.cols != 1 or (by.array.rows if by.flipped else by.array.cols) != 1:
        raise Unreadable("a derivative with more than two axes: take a component", node.span)
    entries = {
        (i, max(k)): d for (i, _), e in value.entries.items() for k, d in _entries(e, by, context, immediate).items()
    }
    return Array(value.rows, max(by.array.shape), entries)


def _entries(of: Expr, by: _By, context: Context, immediate: bool) -> Mapping[tuple[int, int], Expr]:
    """The derivatives of one entry by all symbols, zeros left out."""
    if not immediate:
        return context.scope.derivatives(of, by.array.entries, by.copy)
    found = {k: context.scope.derivative(of, s, by.copy, immediate=True) for k, s in by.array.entries.items()}
    return {k: e for k, e in found.items() if e is not ZERO}
