r"""What ∂A/∂B and ∇_B A mean: arrays of total (or immediate) derivatives, in one of three layouts.

For a scalar s, a column v of n components, a column w of m, and a p×q matrix M:

              ∂s/∂w    ∂s/∂M    ∂v/∂s    ∂v/∂w
mixed         m×1      p×q      n×1      n×m
numerator     1×m      q×p      n×1      n×m
denominator   m×1      p×q      1×n      m×n

Mixed is what books on recurrent networks do: a gradient has the shape of what it is taken by, a Jacobian a row per
component of its numerator. ∂v/∂wᵀ is the n×m matrix in every layout, and ∇_B A always has the shape of B. Where v and w
are rows ∂s/∂w is 1×m, and ∂v/∂w is n×m in mixed layout and m×n in denominator layout.
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
from bptt_sym.meaning.reference import is_transpose, resolve, target_at
from bptt_sym.written.nodes import Derivative, Nabla, Name, Node, Paren, Scripted, Struck

_MANY_AXES = "a derivative with more than two axes: take a component, above (∂v_i/∂W) or below (∂v/∂W_{ij})"


@dataclass(frozen=True, slots=True)
class _By:
    """What is differentiated by: symbols in their shape, the step of a parameter's copy, a transpose, and rows."""

    array: Array
    copy: int | None
    flipped: bool
    lying: bool = False


def derivative(node: Derivative, context: Context) -> Value:
    """`∂A/∂B`, and higher ones by differentiating the inner one, in written order."""
    if node.body is None:
        raise Unreadable("nothing stands behind this derivative", node.span)
    value = require_array(context.of(node.body), node.body)
    column = not value.is_scalar or is_column(node.body, context.scope)
    for wrt in reversed(node.wrt):
        by = _denominator(wrt, context)
        found = _by(value, by, node, context, column=column, immediate=node.symbol == "partial+")
        if len(node.wrt) > 1 and context.scope.layout != "mixed" and not found.is_scalar:
            raise Unreadable("second derivatives by vectors are read in mixed layout only", node.span)
        value = _laid_out(found, value, by, context, column=column)
        column = column or not value.is_scalar
    return value


def _laid_out(found: Array, of: Array, by: _By, context: Context, *, column: bool) -> Array:
    """A derivative in mixed layout, turned where the layout in force has it lying."""
    match context.scope.layout:
        case "mixed":
            return found
        case "denominator" if context.scope.lying:
            return found.transposed if by.lying and not of.is_scalar else found
        case "numerator" if context.scope.lying:
            raise Unreadable("where layers are rows, derivatives are not read in numerator layout")
        case "numerator":
            return found if column else found.transposed
        case "denominator":
            return found.transposed if column and of.cols == 1 and not by.flipped else found


def gradient(node: Nabla, context: Context) -> Value:
    """`∇_B A` of a scalar A: the shape of B."""
    if node.wrt is None:
        raise Unreadable("with respect to what is this gradient?", node.span)
    by = _denominator(node.wrt, context)
    loss = _turned_loss(node.body, context)
    if loss is not None and node.order == 1:
        return _by(loss, by, node, context, column=False).transposed
    value = require_array(context.of(node.body), node.body)
    if node.order != 1:
        return _hessian(value, by, node, context)
    if not value.is_scalar and not by.array.is_scalar:
        raise Unreadable("∇ of a vector: write the Jacobian ∂A/∂B, whose layout is known", node.span)
    return _by(value, by, node, context, column=not value.is_scalar)


def _turned_loss(body: Node, context: Context) -> Array | None:
    r"""L in `\nabla_h L^\top`, which is (∇_h L)ᵀ, as a scalar has nothing to transpose; None for anything else."""
    reference = resolve(body, context.scope) if isinstance(body, Scripted) else None
    if reference is None or reference.declaration.axes or len(reference.rest) != 1:
        return None
    return whole(reference, body, context) if is_transpose(reference.rest[0]) else None


def _hessian(value: Array, by: _By, node: Nabla, context: Context) -> Array:
    """`∇²_B A`: the matrix of second derivatives of a scalar by a column."""
    if not value.is_scalar or by.array.cols != 1:
        raise Unreadable("second-order gradients are read of scalars by columns only", node.span)
    context.conditions.readings["∇² is the matrix of second derivatives"] = None
    first = _entries(value.at(0), by, context)
    rows = {i: _entries(entry, by, context) for (i, _), entry in first.items()}
    return Array(by.array.rows, by.array.rows, {(i, j): e for i, row in rows.items() for (j, _), e in row.items()})


def _denominator(node: Node, context: Context) -> _By:
    inside = node
    while isinstance(inside, Paren | Struck):
        inside = inside.body
    reference = resolve(inside, context.scope) if isinstance(inside, Name | Scripted) else None
    if reference is None:
        return _by_value(inside, context)
    if any(target_at(item, context.scope) is not None for item in reference.index):
        raise Unreadable("derivatives are taken by a fixed component", node.span)
    if any(not is_transpose(script) for script in reference.rest):
        raise Unreadable("derivatives are taken by symbols, not by powers of them", node.span)
    copy = None
    if not reference.declaration.timed and reference.step is not None:
        copy = context.integer(reference.step)
    array = whole(reference, inside, context)
    flipped = len(reference.rest) % 2 == 1
    lying = reference.declaration.lying and not reference.index and not flipped
    return _By(array.transposed if flipped else array, copy, flipped, lying)


def _by_value(node: Node, context: Context) -> _By:
    """By a symbol of the text's own that is just what a node of the network is: `z_3 = V s_3` in softmax(V s_3)."""
    local = context.scope.defined(node) if isinstance(node, Name | Scripted) else None
    value = context.of(node) if local is not None else None
    if not isinstance(value, Array):
        raise Unreadable("derivatives are taken by symbols of the network only", node.span)
    entries = {}
    for i in range(value.rows):
        for j in range(value.cols):
            symbol = context.scope.named(value.at(i, j))
            if symbol is None:
                raise Unreadable("derivatives are taken by symbols of the network only", node.span)
            entries[i, j] = symbol
    return _By(Array(value.rows, value.cols, entries), None, False)


def _by(value: Array, by: _By, node: Node, context: Context, *, column: bool, immediate: bool = False) -> Array:
    """A column, also one of a single component, gets a row of derivatives for each component."""
    if not column:
        return Array(by.array.rows, by.array.cols, _entries(value.at(0), by, context, immediate))
    if by.array.is_scalar:
        found = {place: _entries(e, by, context, immediate) for place, e in value.entries.items()}
        return Array(value.rows, value.cols, {place: row[0, 0] for place, row in found.items() if row})
    if value.rows == 1 and by.lying and not (isinstance(node, Derivative) and len(node.wrt) > 1):
        return _rows_by_rows(value, by, context, immediate)
    if value.rows == 1 < value.cols and isinstance(node, Derivative) and len(node.wrt) == 2 and not by.flipped:
        turned = _by(value.transposed, by, node, context, column=True, immediate=immediate)
        return turned.transposed
    if value.cols != 1 or (by.array.rows if by.flipped else by.array.cols) != 1:
        raise Unreadable(_MANY_AXES, node.span)
    entries = {
        (i, max(k)): d for (i, _), e in value.entries.items() for k, d in _entries(e, by, context, immediate).items()
    }
    return Array(value.rows, max(by.array.shape), entries)


def _rows_by_rows(value: Array, by: _By, context: Context, immediate: bool) -> Array:
    """The Jacobian where vectors are rows: still a row for each component of the numerator."""
    found = {j: _entries(entry, by, context, immediate) for (_, j), entry in value.entries.items()}
    return Array(value.cols, by.array.cols, {(j, k): d for j, row in found.items() for (_, k), d in row.items()})


def _entries(of: Expr, by: _By, context: Context, immediate: bool = False) -> Mapping[tuple[int, int], Expr]:
    """The derivatives of one entry by all symbols, zeros left out."""
    if not immediate:
        return context.scope.derivatives(of, by.array.entries, by.copy)
    found = {k: context.scope.derivative(of, s, by.copy, immediate=True) for k, s in by.array.entries.items()}
    return {k: e for k, e in found.items() if e is not ZERO}
