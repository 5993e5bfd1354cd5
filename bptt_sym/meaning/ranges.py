"""Sums and products over index letters, cases, and relations between indices."""

from __future__ import annotations

from sympy import Integer

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.algebra import ONE
from bptt_sym.meaning.array import Flexible, Value
from bptt_sym.meaning.combine import add, product
from bptt_sym.meaning.context import Context
from bptt_sym.meaning.indices import free_letters, letter_range, uses
from bptt_sym.meaning.reference import HORIZONS, resolve
from bptt_sym.meaning.scope import Binding
from bptt_sym.written.nodes import Big, Cases, Chain, Name, Node, Scripted

MOST_TERMS = 100_000
TESTS = {
    "=": int.__eq__,
    "\\ne": int.__ne__,
    "<": int.__lt__,
    ">": int.__gt__,
    "\\le": int.__le__,
    "\\ge": int.__ge__,
}


def condition(chain: Chain, context: Context) -> bool:
    """Whether a relation between indices or steps holds; raises Unreadable for any other relation."""
    if any(relation not in TESTS for relation in chain.relations):
        raise Unreadable("this condition can't be read", chain.span)
    values = [context.integer(item) for item in chain.items]
    return all(TESTS[r](a, b) for r, a, b in zip(chain.relations, values, values[1:], strict=False))


def big(node: Big, context: Context) -> Value:
    """A sum or product over index letters; an empty sum is 0, an empty product I, products run left to right."""
    values: list[Value] = []
    for binding in _bindings(node, context):
        inside = context.bound(binding)
        if all(condition(chain, inside) for chain in node.conditions if "\\in" not in chain.relations):
            values.append(inside.of(node.body))
    if not values:
        return Flexible("zero", Integer(0)) if node.kind == "sum" else Flexible("identity", ONE)
    places = (node.body,) * len(values)
    return add(values, places) if node.kind == "sum" else product(values, places)


def _bindings(node: Big, context: Context) -> list[Binding]:
    kinds = free_letters(node.body, context.scope)
    bindings: list[Binding] = [context.binding]
    for name in node.indices:
        used = kinds.get(name.base, ()) or _condition_uses(node, name, context)
        bindings = [
            {**outer, name.base: value}
            for outer in bindings
            for value in _range(node, name, used, context.bound(outer))
        ]
        if len(bindings) > MOST_TERMS:
            raise Unreadable("too many terms to write out", node.span)
    return bindings


def _range(node: Big, name: Name, used: tuple[str, ...], context: Context) -> range:
    """From the limits where they are written; an upper limit that nothing declares means the whole range."""
    full = letter_range(used, context.scope)
    start = full.start if node.lower is None else context.integer(node.lower)
    if node.upper is not None and not _undeclared(node.upper, context):
        stop = context.integer(node.upper) + 1
    elif any(used):
        stop = full.stop
    else:
        raise Unreadable(f"nothing says what {name.base} runs over", node.span)
    if stop - start > MOST_TERMS:
        raise Unreadable("too many terms to write out", node.span)
    return range(start, stop)


def _condition_uses(node: Big, name: Name, context: Context) -> tuple[str, ...]:
    pairs = [p for chain in node.conditions for item in chain.items for p in uses(item, context.scope)]
    return tuple(kind for letter, kind in pairs if letter == name.base)


def _undeclared(node: Node, context: Context) -> bool:
    """An upper limit such as `n` or `n_h` that only says "all of them"."""
    if isinstance(node, Name) and (node.base in context.binding or node.base in HORIZONS):
        return False
    return isinstance(node, Name | Scripted) and resolve(node, context.scope) is None


def cases(node: Cases, context: Context) -> Value:
    """The first branch whose condition holds."""
    for body, chain in node.branches:
        if chain is None or condition(chain, context):
            return context.of(body)
    raise Unreadable("no case applies", node.span)
