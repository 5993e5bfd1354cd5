"""Sums and products over index letters, cases, and relations between indices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Integer

from bptt_sym.algebra import ONE, subtract
from bptt_sym.errors import Missing, Unreadable
from bptt_sym.meaning.array import Array, Flexible, Value, scalar
from bptt_sym.meaning.combine import add, product, require_array
from bptt_sym.meaning.conditions import condition, is_all, undeclared
from bptt_sym.meaning.context import Conditions, Context
from bptt_sym.meaning.indices import free_letters, letter_range, uses
from bptt_sym.meaning.letters import iverson
from bptt_sym.meaning.reference import target_at
from bptt_sym.meaning.scope import Binding, Order
from bptt_sym.written.nodes import Add, Big, Cases, Chain, Name, Negate, Node, Number, Product, Scripted, walk

MOST_TERMS = 100_000
WRITTEN = "the factors of ∏ stand from left to right, in the order of its limits"
LATER_LEFT = "the later factors of ∏ stand to the left"
ORDERS: Mapping[Order, str] = {
    "open": WRITTEN,
    "written": WRITTEN,
    "later left": LATER_LEFT,
    "later right": "the later factors of ∏ stand to the right",
}


def big(node: Big, context: Context) -> Value:
    """A sum or product over index letters; an empty sum is 0, an empty product I."""
    _refuse_shared(node)
    values: list[Value] = []
    for binding in _bindings(node, context):
        inside = replace(context.bound(binding), summed=True)
        if all(is_all(chain, inside) or condition(chain, inside) for chain in node.conditions):
            values.append(inside.of(node.body))
    if node.kind == "sum":
        return add(values, (node.body,) * len(values)) if values else Flexible("zero", Integer(0))
    falls = False
    for chain in node.conditions:
        if len(chain.items) == 3:
            falls = falls or set(chain.relations) <= {">", "\\ge"}
            _refuse_backwards_condition(chain, node, context)
    order = context.scope.order
    later_left = order == "later left" if order.startswith("later") else falls
    return _multiplied(values[::-1] if later_left else values, node, context)


def _refuse_backwards_condition(chain: Chain, node: Big, context: Context) -> None:
    r"""`\prod_{t \ge j > k}` where k > t."""
    ends = [context.integer(item) for item in chain.items[::2]]
    first, last = ends[::-1] if set(chain.relations) <= {">", "\\ge"} else ends
    if first > last:
        _refuse_backwards(node, first, last, context)


def _multiplied(values: list[Value], node: Big, context: Context) -> Value:
    """The product of factors from left to right; without factors 1, or the identity where they are matrices."""
    if not values:
        return scalar(ONE) if _is_of_scalars(node, context) else Flexible("identity", ONE)
    if len(values) > 1 and any(isinstance(value, Array) and not value.is_scalar for value in values):
        context.conditions.readings[ORDERS[context.scope.order]] = None
    return product(values, (node.body,) * len(values))


def _is_of_scalars(node: Big, context: Context) -> bool:
    """Whether the factors are scalars wherever they exist."""
    for step in range(1, context.scope.steps + 1):
        shape = _shape(node.body, context.bound({**context.binding, **{name.base: step for name in node.indices}}))
        if shape is not None:
            return shape == (1, 1)
    return False


def _refuse_backwards(node: Big, start: int, stop: int, context: Context) -> None:
    r"""Raises for a product from t down to k + 1, which isn't meant as an empty one, and for instances with k > t.

    Only `\prod_{j=k+1}^{k}` is an empty product: its lower limit is written with the larger number.
    """
    limits = node.lower is not None and node.upper is not None
    if stop >= start or (node.lower is None) != (node.upper is None):
        return
    near = limits and stop == start - 1
    if near and node.lower and node.upper and _number_in(node.lower) > _number_in(node.upper):
        return
    if context.summed or near:
        raise Unreadable(f"this product runs backwards, from {start} to {stop}", node.span)
    raise Missing(f"this product runs backwards, from {start} to {stop}", node.span)


def _number_in(limit: Node) -> int:
    """What is added to the letters of a limit: 1 in `k + 1`, 0 in `t`."""
    match limit:
        case Number(text) if text.isdigit():
            return int(text)
        case Negate(body):
            return -_number_in(body)
        case Add(terms):
            return sum(map(_number_in, terms))
        case _:
            return 0


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
    if node.upper is None and not any(used):
        full = _component_range(node, name, context)
        used = ("",) if not len(full) else (name.base,)
    start = full.start if node.lower is None else context.integer(node.lower)
    if node.upper is not None and not undeclared(node.upper, context):
        stop = context.integer(node.upper) + 1
    elif any(used):
        stop = full.stop
    else:
        raise Unreadable(f"nothing says what {name.base} runs over", node.span)
    if node.kind == "prod":
        _refuse_backwards(node, start, stop - 1, context)
    if stop - start > MOST_TERMS:
        raise Unreadable("too many terms to write out", node.span)
    return range(start, stop)


def _component_range(node: Big, name: Name, context: Context) -> range:
    r"""What a letter runs over that stands only at components of expressions, as in `(V^\top)_{ik}`: their size."""
    binding = {**{inner.base: 1 for part in walk(node) if isinstance(part, Big) for inner in part.indices}}
    inside = context.bound({**binding, **context.binding, name.base: 1})
    for part in walk(node.body):
        if isinstance(part, Scripted) and part.subs and not isinstance(part.base, Name):
            places = [k for k, item in enumerate(_atoms(part.subs)) if item == Name(name.base)]
            shape = _shape(part.base, inside) if places else None
            if shape is not None:
                return range(1, (max(shape) if min(shape) == 1 else shape[places[0]]) + 1)
    return range(1, 1)


def _atoms(subs: tuple[Node, ...]) -> list[Node]:
    return [atom for sub in subs for atom in (sub.factors if isinstance(sub, Product) else (sub,))]


def _shape(node: Node, context: Context) -> tuple[int, int] | None:
    try:
        value = replace(context, conditions=Conditions()).of(node)
    except (Unreadable, Missing):
        return None
    return value.shape if isinstance(value, Array) else None


def _condition_uses(node: Big, name: Name, context: Context) -> tuple[str, ...]:
    pairs = [p for chain in node.conditions for item in chain.items for p in uses(item, context.scope)]
    return tuple(kind for letter, kind in pairs if letter == name.base)


def cases(node: Cases, context: Context) -> Value:
    """The first branch whose condition holds; one about a target weighs its value with the target's component."""
    for k, (body, chain) in enumerate(node.branches):
        if chain is not None and _is_about_target(chain, context):
            return _weighed(node, k, context)
        if chain is None or condition(chain, context):
            return context.of(body)
    raise Unreadable("no case applies", node.span)


def _is_about_target(chain: Chain, context: Context) -> bool:
    """Whether a condition compares an index with a target."""
    compared = len(chain.items) == 2 and chain.relations[0] in ("=", "\\ne")
    return compared and any(target_at(item, context.scope) is not None for item in chain.items)


def _weighed(node: Cases, k: int, context: Context) -> Value:
    r"""`i = y` and its contrary as the last two branches: each value times the indicator of its condition."""
    body, chain = node.branches[k]
    other, contrary = node.branches[k + 1] if k + 2 == len(node.branches) else (None, None)
    assert chain is not None
    opposite = "\\ne" if chain.relations == ("=",) else "="
    if other is None or (contrary is not None and (contrary.items, contrary.relations) != (chain.items, (opposite,))):
        raise Unreadable("cases about a target are read with one contrary alone", node.span)
    agree = require_array(iverson(replace(chain, relations=("=",)), context), node).at(0)
    same, different = (body, other) if opposite == "\\ne" else (other, body)
    parts = context.of(same).scaled(agree), context.of(different).scaled(subtract(ONE, agree))
    return add(parts, (same, different))
