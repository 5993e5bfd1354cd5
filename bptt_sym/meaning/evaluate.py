"""Syntax in a scope becomes arrays of SymPy expressions, with the conditions under which they are defined."""

from __future__ import annotations

from typing import assert_never

import sympy as sp
from sympy import Rational

from bptt_sym.errors import IllTyped, Unreadable
from bptt_sym.meaning import functions
from bptt_sym.meaning.array import Array, Flexible, Value, literal, scalar
from bptt_sym.meaning.combine import add, circled, listed, product, require_array, stacked
from bptt_sym.meaning.context import Conditions, Context
from bptt_sym.meaning.differentiate import derivative, gradient
from bptt_sym.meaning.letters import iverson, letter
from bptt_sym.meaning.powers import MINUS_ONE, entrywise, power
from bptt_sym.meaning.ranges import big, cases
from bptt_sym.meaning.scope import Binding, Scope
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Cases,
    Chain,
    Circled,
    Derivative,
    Differential,
    Ellipsis_,
    Listing,
    Matrix,
    Nabla,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
)


def evaluate(node: Node, scope: Scope, binding: Binding, conditions: Conditions) -> Value:
    """The meaning of `node` with its free letters bound.

    Raises Unreadable for what has no meaning here, IllTyped where shapes don't conform, Missing where a step
    or component doesn't exist.
    """
    return meaning(node, Context(scope, binding, conditions, meaning))


def meaning(node: Node, context: Context) -> Value:
    """The meaning of `node` at a place whose rule gives its parts theirs."""
    context.conditions.visit(node.span)
    match node:
        case Number(text):
            return literal(Rational(text))
        case Name() | Scripted():
            return letter(node, context)
        case Paren():
            return _paren(node, context)
        case Struck(body):
            return context.of(body)
        case Negate(body):
            return context.of(body).scaled(MINUS_ONE)
        case Add(terms):
            return add([context.of(term) for term in terms], terms)
        case Product():
            factors, operators = functions.merge_calls(node, context.scope)
            return product([context.of(factor) for factor in factors], factors, operators)
        case Circled((top, bottom), "\\oslash"):
            inverse = entrywise(context.of(bottom), MINUS_ONE, bottom, context.conditions)
            return circled([context.of(top), inverse], (top, bottom), "\\odot", outer=False)
        case Circled(factors, operator):
            return circled([context.of(f) for f in factors], factors, operator, outer=context.scope.circled_outer)
        case Quotient():
            return _quotient(node, context)
        case Big():
            return big(node, context)
        case Apply():
            return functions.apply(node, context)
        case Derivative():
            return derivative(node, context)
        case Nabla():
            return gradient(node, context)
        case Matrix(rows):
            return stacked([[context.of(entry) for entry in row] for row in rows], node)
        case Norm(body):
            return _norm(require_array(context.of(body), body))
        case Cases():
            return cases(node, context)
        case Differential():
            raise IllTyped("a derivative needs its ∂ above and below", node.span)
        case Ellipsis_():
            raise Unreadable("dots stand for terms that only a guess could fill in", node.span)
        case Listing(items, separator):
            return listed([context.of(item) for item in items], separator, node)
        case Chain():
            raise Unreadable("a relation is no expression", node.span)
        case _:
            assert_never(node)


def _paren(node: Paren, context: Context) -> Value:
    if isinstance(node.body, Chain):
        return iverson(node.body, context)
    if isinstance(node.body, Listing) and node.open == "<" and len(node.body.items) == 2:
        return _inner(node.body, context)
    if isinstance(node.body, Listing) and node.open != "[":
        raise Unreadable("a list in these brackets has no meaning here", node.span)
    if node.open in "|<":
        raise Unreadable("this bracket has no meaning here", node.span)
    return context.of(node.body)


def _inner(pair: Listing, context: Context) -> Value:
    r"""`\langle a, b \rangle`, the inner product of two columns, or of two rows where vectors are rows."""
    left, right = (require_array(context.of(item), item) for item in pair.items)
    if context.scope.lying:
        left, right = left.transposed, right.transposed
    if left.shape != right.shape or left.cols != 1:
        raise IllTyped("an inner product is of two vectors of one size", pair.span)
    return product([left.transposed, right], pair.items)


def _quotient(node: Quotient, context: Context) -> Value:
    if isinstance(node.numerator, Differential) != isinstance(node.denominator, Differential):
        raise IllTyped("a derivative needs its ∂ above and below", node.span)
    top = context.of(node.numerator)
    bottom = context.of(node.denominator)
    if isinstance(bottom, Flexible) and bottom.kind in ("number", "zero"):
        if bottom.factor.is_zero:
            raise Unreadable("this divides by zero", node.span)
        return top.scaled(1 / bottom.factor)
    below = require_array(bottom, node.denominator)
    if min(below.shape) > 1:
        raise IllTyped("a matrix is no divisor", node.denominator.span)
    inverse = power(below, MINUS_ONE, node.denominator, context.conditions)
    if below.is_scalar:
        return product([top, inverse], (node.numerator, node.denominator))
    return circled([top, inverse], (node.numerator, node.denominator), "\\odot", outer=False)


def _norm(array: Array) -> Array:
    """The Euclidean norm of a vector, the Frobenius norm of a matrix."""
    return scalar(sp.sqrt(sp.Add(*(entry**2 for entry in array.entries.values()))))
