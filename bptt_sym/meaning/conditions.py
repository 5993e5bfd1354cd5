r"""Relations that restrict index letters: `s < t`, `k \ne i`, `t \in \{1, \dots, \tau\}`, `t = 1, \dots, T`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.context import Context
from bptt_sym.meaning.reference import HORIZONS, resolve
from bptt_sym.written.nodes import Chain, Ellipsis_, Listing, Name, Node, Number, Paren, Scripted

TESTS: dict[str, Callable[[int, int], bool]] = {
    "=": int.__eq__,
    "\\ne": int.__ne__,
    "<": int.__lt__,
    ">": int.__gt__,
    "\\le": int.__le__,
    "\\ge": int.__ge__,
}
MEMBERSHIPS = frozenset(("\\in", "\\notin"))
Members: TypeAlias = range | frozenset[int]
FAR = 10**9


def condition(chain: Chain, context: Context) -> bool:
    """Whether a relation between indices or steps holds; raises Unreadable for any other relation."""
    return all(
        _holds(relation, left, right, chain, context)
        for relation, left, right in zip(chain.relations, chain.items, chain.items[1:], strict=False)
    )


def _holds(relation: str, left: Node, right: Node, chain: Chain, context: Context) -> bool:
    if relation in MEMBERSHIPS and isinstance(left, Listing):
        return all(_holds(relation, item, right, chain, context) for item in left.items)
    if relation == "=" and isinstance(right, Listing):
        return _is_member(left, _ascending(right, context), context)
    if relation in MEMBERSHIPS:
        return _is_member(left, right, context) != (relation == "\\notin")
    if relation not in TESTS:
        raise Unreadable("this condition can't be read", chain.span)
    return TESTS[relation](context.integer(left), context.integer(right))


def _ascending(listing: Listing, context: Context) -> Listing:
    """`t = 1, 2, 3`; in another order, without dots, it may be two remarks."""
    if not any(isinstance(item, Ellipsis_) for item in listing.items):
        values = [context.integer(item) for item in listing.items]
        if values != sorted(set(values)):
            raise Unreadable("what this list of indices means can't be read", listing.span)
    return listing


def is_all(chain: Chain, context: Context) -> bool:
    r"""Whether a condition names a set that nothing describes, `t \in T`: all that there is."""
    return chain.relations == ("\\in",) and _is_bare_set(chain.items[1], context)


def _is_bare_set(node: Node, context: Context) -> bool:
    if not isinstance(node, Name) or node.base in ("\\tau", "\\emptyset", "\\varnothing"):
        return False
    known = context.scope.declared(node.base, node.accents) or context.scope.defined(node) is not None
    return not known and node.base not in context.binding


def _is_member(left: Node, right: Node, context: Context) -> bool:
    """A letter that the claim doesn't use is a member of any set that isn't empty."""
    members = _members(right, context)
    if _is_unused(left, context):
        if not members:
            raise Unreadable("this condition can't be met", right.span)
        return True
    return context.integer(left) in members


def _is_unused(node: Node, context: Context) -> bool:
    if not isinstance(node, Name) or node.base in context.binding or node.base in HORIZONS:
        return False
    return not context.scope.declared(node.base, node.accents)


def _members(node: Node, context: Context) -> Members:
    match node:
        case Listing(items, ","):
            return _listed(items, node, context)
        case Paren(Listing(items, ","), "{"):
            return _listed(items, node, context)
        case Paren(Listing((first, last), ","), "[") if not isinstance(last, Ellipsis_):
            return range(context.integer(first), _last(last, context) + 1)
        case Paren(Name() | Scripted() | Number() as last, "["):
            return range(1, _last(last, context) + 1)
        case Paren(Name() | Scripted() | Number() as only, "{"):
            return frozenset((context.integer(only),))
        case _:
            raise Unreadable("which indices are in this set can't be read", node.span)


def _listed(items: tuple[Node, ...], node: Node, context: Context) -> Members:
    """Numbers one by one, or a progression with dots for what is left out."""
    dots = [k for k, item in enumerate(items) if isinstance(item, Ellipsis_)]
    if not dots:
        return frozenset(context.integer(item) for item in items)
    before, after = items[: dots[0]], items[dots[0] + 1 :]
    if len(dots) > 1 or not 1 <= len(before) <= 2 or len(after) > 1:
        raise Unreadable("how these dots go on can't be read", node.span)
    start = context.integer(before[0])
    stop = _last(after[0], context) if after else FAR
    down = start > stop and isinstance(after[0], Number) and not isinstance(before[0], Number)
    step = context.integer(before[1]) - start if len(before) == 2 else -1 if down else 1
    if abs(step) != 1:
        raise Unreadable("how these dots go on can't be read", node.span)
    return range(start, stop + step, step)


def _last(node: Node, context: Context) -> int:
    """An upper end; what nothing declares, `n` or `n_h`, only says "all of them"."""
    return FAR if undeclared(node, context) else context.integer(node)


def undeclared(node: Node, context: Context) -> bool:
    """An upper limit such as `n` or `n_h` that only says "all of them"."""
    if isinstance(node, Name) and (node.base in context.binding or node.base in HORIZONS):
        return False
    return isinstance(node, Name | Scripted) and resolve(node, context.scope) is None
