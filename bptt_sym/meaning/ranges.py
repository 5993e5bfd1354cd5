"""Sums and products over index letters, cases, and relations between indices."""

from __future__ import annotations

from sympy import Integer

from bptt_sym.algebra import ONE
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.array import Flexible, Value
from bptt_sym.meaning.combine import add, product
from bptt_sym.meaning.conditions import condition, is_all, undeclared
from bptt_sym.meaning.context import Context
from bptt_sym.meaning.indices import free_letters, letter_range, uses
from bptt_sym.meaning.scope import Binding
from bptt_sym.written.nodes import Big, Cases, Name, walk

MOST_TERMS = 100_000


def big(node: Big, context: Context) -> Value:
    """A sum or product over index letters; an empty sum is 0, an empty product I, products run left to right."""
    _refuse_shared(node)
    values: list[Value] = []
    for binding in _bindings(node, context):
        inside = context.bound(binding)
        if all(is_all(chain, inside) or condition(chain, inside) for chain in node.conditions):
            values.append(inside.of(node.body))
    if not values:
        return Flexible("zero", Integer(0)) if node.kind == "sum" else Flexible("identity", ONE)
    places = (node.body,) * len(values)
    return add(values, places) if node.kind == "sum" else product(values, places)


def _refuse_shared(node: Big) -> None:
    r"""In `i, j \in \{1, 2\}` the set may be one of both."""
    if node.lower is not None or len(node.indices) < 2:
        return
    for chain in node.conditions:
        named = chain.relations == ("\\in",) and isinstance(chain.items[1], Name)
        if not named and not all(_is_restricted(name, node) for name in node.indices):
            raise Unreadable("which of these indices does this condition restrict?", chain.span)


def _is_restricted(name: Name, node: Big) -> bool:
    return any(isinstance(p, Name) and p.base == name.base for chain in node.conditions for p in walk(chain))


def _bindings(node: Big, context: Context) -> list[Binding]:
    kinds = free_letters(node.body, context.scope)
    bindings: list[Binding] = [context.binding]
    for name in node.indices:
        used = kinds.get(name.base, ()) or _condition_uses(node, name, context)
        further: list[Binding] = []
        for outer in bindings:
            span = _range(node, name, used, context.bound(outer))
            _make_room(len(span), node, context)
            further.extend({**outer, name.base: value} for value in span)
        bindings = further
    return bindings


def _make_room(count: int, node: Big, context: Context) -> None:
    """Counts the terms of all sums in an expression, inner ones each time they are written out."""
    context.conditions.terms += count
    if context.conditions.terms > MOST_TERMS:
        raise Unreadable("too many terms to write out", node.span)


def _range(node: Big, name: Name, used: tuple[str, ...], context: Context) -> range:
    """From the limits where they are written; an upper limit that nothing declares means the whole range."""
    full = letter_range(used, context.scope)
    start = full.start if node.lower is None else context.integer(node.lower)
    if node.upper is not None and not undeclared(node.upper, context):
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


def cases(node: Cases, context: Context) -> Value:
    """The first branch whose condition holds."""
    for body, chain in node.branches:
        if chain is None or condition(chain, context):
            return context.of(body)
    raise Unreadable("no case applies", node.span)
