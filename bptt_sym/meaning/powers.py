"""Powers and transposes."""

from __future__ import annotations

from sympy import Expr, Integer, Pow, Rational

from bptt_sym.algebra import ONE
from bptt_sym.errors import IllTyped, Unreadable
from bptt_sym.meaning.array import Array, Flexible, Value, literal, scalar
from bptt_sym.meaning.combine import product, require_array
from bptt_sym.meaning.context import Conditions, Context
from bptt_sym.meaning.reference import is_transpose
from bptt_sym.written.nodes import Circled, Name, Node, Number, Paren, walk

MINUS_ONE = Integer(-1)
LARGEST_MATRIX_POWER = 64
LARGEST_POWER = 10_000


def raised(value: Value, scripts: tuple[Node, ...], node: Node, context: Context) -> Value:
    """Transposes and powers, in written order."""
    for script in scripts:
        if is_transpose(script):
            _refuse_last_step(value, script, node, context)
            value = value.transposed
        elif isinstance(script, Name) and script.base == "\\prime":
            raise Unreadable("a prime has a meaning here only on a known function", node.span)
        elif isinstance(script, Circled) and isinstance(script.factors[0], Number):
            value = entrywise(value, Integer(script.factors[0].text), node, context.conditions)
        elif isinstance(script, Number) and script.text == "1" and len(scripts) == 1:
            raise Unreadable("is this 1 a power or a component?", script.span)
        else:
            refuse_step(script)
            exponent = require_array(context.of(script), script)
            if not exponent.is_scalar:
                raise IllTyped("an exponent is a scalar", script.span)
            value = power(value, exponent.at(0), node, context.conditions)
    return value


def _refuse_last_step(value: Value, script: Node, node: Node, context: Context) -> None:
    r"""The T above a number made of numbers is the last step as likely as a transpose: `\gamma^T`, `(1 - \alpha)^T`."""
    names = [part for part in walk(node) if isinstance(part, Name)]
    declared = [d for name in names for d in context.scope.declared(name.base, name.accents)]
    single = value.is_scalar if isinstance(value, Array) else value.kind == "number"
    local = any(context.scope.redefined(name) for name in names)
    if script == Name("T") and single and not local and not any(d.axes for d in declared):
        raise Unreadable("a power or a transpose? write \\tau for the last step, or \\top for a transpose", script.span)


def entrywise(value: Value, exponent: Integer, node: Node, conditions: Conditions) -> Value:
    r"""`W^{\odot 2}`: every entry to that power."""
    array = require_array(value, node)
    every = [((i, j), scalar(array.at(i, j))) for i in range(array.rows) for j in range(array.cols)]
    powers = {key: require_array(power(entry, exponent, node, conditions), node).at(0) for key, entry in every}
    return Array(array.rows, array.cols, {key: entry for key, entry in powers.items() if entry != 0})


def refuse_step(script: Node) -> None:
    """A superscript in brackets is a step or a part of a name, never a power."""
    if isinstance(script, Paren):
        raise Unreadable("this superscript in brackets is no power, and no step of something known", script.span)


def power(value: Value, exponent: Expr, node: Node, conditions: Conditions) -> Value:
    """Elementwise for scalars, rows and columns; a matrix power for square matrices."""
    array = require_array(value, node)
    if min(array.shape) > 1:
        return _matrix_power(array, exponent, node)
    entries = [array.at(i, j) for i in range(array.rows) for j in range(array.cols)]
    if exponent.is_Rational and any(_is_huge(entry, exponent) for entry in entries):
        raise Unreadable("this power is too large to write out", node.span)
    if not exponent.is_Integer:
        conditions.positives.extend(entries)
    elif exponent.is_negative:
        conditions.divisors.extend(entries)
        if any(entry.is_number and entry.is_zero for entry in entries):
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


def _is_huge(base: Expr, exponent: Expr) -> bool:
    """Whether a power has more digits, or factors, than can be worked with."""
    size = max(base.p.bit_length(), base.q.bit_length()) if isinstance(base, Rational) else 1
    return bool(abs(exponent) * size > LARGEST_POWER and base not in (0, 1, -1))
