"""Functions applied: the table's primitives, diag, functions the text defines itself, and f'."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sympy import Expr, Integer, Symbol, cosh, sinh, tanh

from bptt_sym.algebra import add, exponential, logarithm
from bptt_sym.errors import IllTyped, Unreadable
from bptt_sym.meaning.array import Array, Value, column, scalar
from bptt_sym.meaning.combine import require_array
from bptt_sym.meaning.context import Conditions, Context
from bptt_sym.meaning.powers import power
from bptt_sym.meaning.reference import resolve
from bptt_sym.meaning.scope import Scope, UserFunction
from bptt_sym.primitives import BY_NAME, BY_SPELLING, ELEMENTWISE, Primitive, VectorPrimitive
from bptt_sym.written.nodes import Apply, Listing, Name, Node, Number, Paren, Product, Scripted

CONVENTIONS: dict[str, Primitive] = {s: row for row in ELEMENTWISE for s in row.by_convention}
POSITIVE_ARGUMENT = frozenset({"ln", "sqrt"})
MOST_LAYERS = 5


def named(name: Name, scope: Scope) -> Primitive | VectorPrimitive | UserFunction | None:
    """What function a name is in this scope, the text's own definitions first."""
    own = scope.function(name.base)
    if isinstance(own, UserFunction):
        return own
    if own is not None:
        return BY_NAME[own]
    if scope.declared(name.base, name.accents):
        return None
    return BY_SPELLING.get(name.base) or CONVENTIONS.get(name.base)


def merge_calls(node: Product, scope: Scope) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    r"""The factors and what stands between them, functions with the bracket behind them: `\sigma(a)`, `f'(a)`."""
    factors: list[Node] = []
    operators: list[str] = []
    for factor, operator in zip(node.factors, ("", *node.operators), strict=True):
        call = _call(factors[-1], factor, scope) if factors and operator == "" else None
        if call is not None:
            factors[-1] = call
            continue
        factors.append(factor)
        operators.append(operator)
    return tuple(factors), tuple(operators[1:])


def _call(head: Node, argument: Node, scope: Scope) -> Node | None:
    letter = head.base if isinstance(head, Scripted) else head
    bracket = _bracket(argument)
    if not isinstance(head, Name | Scripted) or not isinstance(letter, Name) or bracket is None:
        return None
    if not is_function(head, letter, scope):
        return None
    paren, outer = bracket
    span = head.span.to(paren.span) if head.span else None
    call = Apply(head, paren.body, span=span)
    return call if outer is None else Scripted(call, outer.subs, outer.sups, span=span)


def _bracket(node: Node | None) -> tuple[Paren, Scripted | None] | None:
    """A bracketed argument, alone or with scripts: `(a)`, `(a)^2`."""
    if isinstance(node, Paren) and node.open in "([{":
        return node, None
    if isinstance(node, Scripted) and isinstance(node.base, Paren) and node.base.open in "([{":
        return node.base, node
    return None


def is_function(factor: Node, head: Name, scope: Scope) -> bool:
    """Whether a letter before a bracket is a call."""
    if len(head.base) > 1 and not head.base.startswith("\\"):
        return True
    if isinstance(factor, Scripted) and resolve(factor, scope) is not None:
        return False
    return named(head, scope) is not None


def apply(node: Apply, context: Context) -> Value:
    """A function of its argument, elementwise unless it is one of whole vectors."""
    name, primes, exponent = _head(node.function)
    argument = node.argument
    if name.base in ("diag", "Diag"):
        return _diag(require_array(context.of(argument), argument), argument)
    reduction = None if context.scope.function(name.base) else REDUCTIONS.get(name.base.lstrip("\\"))
    if reduction is not None:
        if primes:
            raise Unreadable("a prime on this function has no meaning here", node.span)
        reduced = reduction(require_array(context.of(argument), argument), argument)
        return reduced if exponent is None else power(reduced, exponent, node, context.conditions)
    if name.base in ("max", "\\max") and isinstance(argument, Listing):
        name, argument = Name("relu"), _relu_argument(argument)
    found = named(name, context.scope)
    if found is None or isinstance(argument, Listing):
        raise Unreadable(f"the function {name.base} is not known here", node.function.span)
    if isinstance(found, Primitive) and name.base in found.by_convention:
        context.conditions.readings[f"{name.base} is the {found.name} function"] = None
    value = require_array(context.of(argument), argument)
    if isinstance(found, VectorPrimitive):
        return _vector(found, value, primes, exponent, node)
    if isinstance(found, UserFunction):
        result: Value = _user(found, value, primes, context, node)
    else:
        result = value.map(_elementwise(found, primes, context.conditions, node))
    return result if exponent is None else power(result, exponent, node, context.conditions)


def _head(function: Name | Scripted) -> tuple[Name, int, Expr | None]:
    r"""The bare name, how many primes, and a power written on the name (`\tanh^2`)."""
    if isinstance(function, Name):
        return function, 0, None
    base, primes, exponent = function.base, 0, None
    for sup in function.sups:
        if isinstance(sup, Name) and sup.base == "\\prime":
            primes += 1
        elif isinstance(sup, Number) and sup.text.isdigit() and exponent is None:
            exponent = Integer(sup.text)
        else:
            raise Unreadable("this script on a function has no meaning here", function.span)
    if function.subs or not isinstance(base, Name):
        raise Unreadable("this function is not known here", function.span)
    return base, primes, exponent


def _elementwise(row: Primitive, primes: int, conditions: Conditions, node: Node) -> Callable[[Expr], Expr]:
    if primes > 1:
        raise Unreadable("second derivatives of a function by primes are not read", node.span)

    def function(a: Expr) -> Expr:
        _demand(row, a, primes, conditions, node)
        _refuse_layers(a, node)
        return row.derivative(a, row.build(a)) if primes else row.build(a)

    return function


@lru_cache(maxsize=10_000)
def _layers(expr: Expr) -> int:
    """How many hyperbolic functions stand in each other; SymPy takes a multiple of the time for each more."""
    return max(map(_layers, expr.args), default=0) + isinstance(expr, tanh | sinh | cosh)


def _refuse_layers(a: Expr, node: Node) -> None:
    if _layers(a) >= MOST_LAYERS:
        raise Unreadable(f"more than {MOST_LAYERS} hyperbolic functions in each other are not written out", node.span)


def _demand(row: Primitive, a: Expr, primes: int, conditions: Conditions, node: Node) -> None:
    """What must hold for the value to exist: the argument of a logarithm is positive, a step is not at 0."""
    if row.name in POSITIVE_ARGUMENT:
        if a.is_number and not a.is_positive:
            raise Unreadable("a logarithm or root of this is not defined", node.span)
        conditions.positives.append(a)
    if row.name == "step" or (row.name == "relu" and primes):
        conditions.divisors.append(a)


def _vector(row: VectorPrimitive, value: Array, primes: int, exponent: Expr | None, node: Node) -> Value:
    if primes or exponent is not None:
        raise Unreadable("a script on this function has no meaning here", node.span)
    if value.cols != 1 and value.rows != 1:
        raise IllTyped(f"{row.name} takes a vector, not a matrix", node.span)
    entries = [value.at(i, j) for i in range(value.rows) for j in range(value.cols)]
    result = column(list(row.build(tuple(entries))))
    return result if value.cols == 1 else result.transposed


def _diag(value: Array, argument: Node) -> Array:
    if value.cols != 1 and value.rows != 1:
        raise IllTyped("diag takes a vector", argument.span)
    size = max(value.shape)
    return Array(size, size, {(max(i, j), max(i, j)): e for (i, j), e in value.entries.items()})


def _trace(value: Array, argument: Node) -> Array:
    if value.rows != value.cols:
        raise IllTyped(f"a trace is of a square matrix, not of {value.rows}×{value.cols}", argument.span)
    return scalar(add([value.at(k, k) for k in range(value.rows)]))


def _log_sum_exp(value: Array, argument: Node) -> Array:
    if value.cols != 1 and value.rows != 1:
        raise IllTyped("logsumexp takes a vector, not a matrix", argument.span)
    entries = (value.at(i, j) for i in range(value.rows) for j in range(value.cols))
    return scalar(logarithm(add([exponential(entry) for entry in entries])))


def _relu_argument(argument: Listing) -> Node:
    zero = [item for item in argument.items if isinstance(item, Number) and item.text == "0"]
    other = [item for item in argument.items if item not in zero]
    if len(argument.items) != 2 or len(other) != 1:
        raise Unreadable("only max(0, a) is read", argument.span)
    return other[0]


def _user(own: UserFunction, value: Array, primes: int, context: Context, node: Node) -> Value:
    """A function the text defines, evaluated at a placeholder and then mapped over the argument."""
    place = Symbol(f"_{own.parameter}")
    inner = Conditions()
    inside = Context(context.scope, {}, inner, context.rule, {own.parameter: scalar(place)})
    body = require_array(inside.of(own.body), own.body)
    if not body.is_scalar:
        raise IllTyped("a function of a scalar has a scalar value", own.body.span)
    formula = body.at(0).diff(place, primes) if primes else body.at(0)
    for entry in (value.at(i, j) for i in range(value.rows) for j in range(value.cols)):
        _refuse_layers(entry, node)
        context.conditions.divisors.extend(d.xreplace({place: entry}) for d in inner.divisors)
        context.conditions.positives.extend(p.xreplace({place: entry}) for p in inner.positives)
    context.conditions.readings.update(inner.readings)
    return value.map(lambda entry: formula.xreplace({place: entry}))


REDUCTIONS: dict[str, Callable[[Array, Node], Array]] = {
    **dict.fromkeys(("tr", "Tr", "trace", "Trace"), _trace),
    **dict.fromkeys(("logsumexp", "lse", "LSE"), _log_sum_exp),
}
