"""Powers and transposes."""

from __future__ import annotations

from sympy import Expr, Integer, Pow

from bptt_sym.errors import IllTyped, Unreadable
from bptt_sym.meaning.algebra import ONE
from bptt_sym.meaning.array import Flexible, Value, literal
from bptt_sym.meaning.combine import product, require_array
from bptt_sym.meaning.context import Conditions, Context
from bptt_sym.meaning.reference import is_transpose
from bptt_sym.written.nodes import Name, Node

MINUS_ONE = Integer(-1)
LARGEST_MATRIX_POWER = 64


def raised(value: Value, scripts: tuple[Node, ...], node: Node, context: Context) -> Value:
    """Transposes and powers, in written order."""
    for script in scripts:
        if is_transpose(script):
            value = value.transposed
        elif isinstance(script, Name) and script.base == "\\prime":
            raise Unreadable("a prime has a meaning here only on a known function", node.span)
        else:
            exponent = require_array(context.of(script), script)
            if not exponent.is_scalar:
                raise IllTyped("an exponent is a scalar", script.span)
            value = power(value, exponent.at(0), node, context.conditions)
    return value


def power(value: Value, exponent: Expr, node: Node, conditions: Conditions) -> Value:
    """Elementwise for scalars, rows and columns; a matrix power for square matrices."""
    array = require_array(value, node)
    if min(array.shape) > 1:
        return _matrix_power(array, exponent, node)
    entries = [array.at(i, j) for i in range(array.rows) for j in range(array.cols)]
    if not exponent.is_Integer:
        conditions.positives.extend(entries)
    elif exponent.is_negative:
        conditions.divisors.extend(entries)
        if any(entry.is_zero for entry in entries):
            raise Unreadable("this divides by zero", node.span)
    result = array.map(lambda entry: Pow(entry, exponent))
    return literal(result.at(0)) if isinstance(value, Flexible) and exponent.is_Integer else result


def _matrix_power(array: Value, exponent: Expr, node: Node) -> Value:
    square = require_array(array, node)
    whole = exponent.is_Integer and 0 <= int(exponent) <= LARGEST_MATRIX_POWER
    if square.rows != square.cols or not whole:
        raise Unreadable("only a square matrix has powers, and small whole ones", node.span)
    result: Value = Flexible("identity", ONE)
    for _ in range(int(exponent)):
        result = product([result, square], (node, node))
    return result
