"""Which expressions are columns by what is declared, also where a column has a single component.

A shape here is the sizes of rows and columns, None where there is no such axis.
"""

from __future__ import annotations

from typing import TypeAlias

from bptt_sym.meaning.functions import REDUCTIONS, merge_calls
from bptt_sym.meaning.reference import is_transpose, resolve
from bptt_sym.meaning.scope import Scope
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Circled,
    Name,
    Negate,
    Node,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
)

Axes: TypeAlias = tuple[int | None, int | None]
SCALAR: Axes = (None, None)
ONES: Axes = (1, None)


def is_column(node: Node, scope: Scope) -> bool:
    """Whether an expression of a single component is a column of one, by what is declared; False where unknown."""
    return _axes(node, scope) == (1, None)


def _axes(node: Node, scope: Scope) -> Axes:
    match node:
        case Name() | Scripted():
            return _letter(node, scope)
        case Apply(Name(base)) if base.lstrip("\\") in REDUCTIONS:
            return SCALAR
        case Paren(body) | Negate(body) | Struck(body) | Big(body=body) | Apply(_, body):
            return _axes(body, scope)
        case Quotient(top, bottom):
            return _first(scope, top, bottom)
        case Add(terms) | Circled(terms):
            return _first(scope, *terms)
        case Product():
            found = [axes for f in merge_calls(node, scope)[0] if (axes := _axes(f, scope)) != SCALAR]
            return (found[0][0], found[-1][1]) if found else SCALAR
        case _:
            return SCALAR


def _first(scope: Scope, *nodes: Node) -> Axes:
    return next((axes for node in nodes if (axes := _axes(node, scope)) != SCALAR), SCALAR)


def _letter(node: Name | Scripted, scope: Scope) -> Axes:
    local = scope.defined(node)
    if local is not None:
        found = SCALAR if local.subs else _axes(local.symbol.example, scope)
        return found[::-1] if sum(map(is_transpose, local.sups)) % 2 else found
    reference = resolve(node, scope)
    if reference is not None:
        sizes = () if reference.index else tuple(scope.size(axis) for axis in reference.declaration.axes)
        rows, cols = (*sizes, None, None)[:2]
        lying = reference.declaration.lying and not reference.index
        found, scripts = ((cols, rows) if lying else (rows, cols)), reference.rest
    elif isinstance(node, Scripted) and not node.subs:
        found, scripts = _axes(node.base, scope), node.sups
    else:
        return ONES if isinstance(node, Name) and node.base == "1" else SCALAR
    return found[::-1] if sum(map(is_transpose, scripts)) % 2 else found
