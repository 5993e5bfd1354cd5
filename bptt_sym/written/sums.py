r"""\sum and \prod: what their scripts bind, and how far their body reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bptt_sym.written.nodes import (
    Add,
    Big,
    Chain,
    Ellipsis_,
    Listing,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Scripted,
    transform,
    walk,
)
from bptt_sym.written.scripts import read_scripts

if TYPE_CHECKING:
    from bptt_sym.written.parser import Parser

_BOUNDS = frozenset(("<", "\\le", ">", "\\ge", "\\ne", "\\in", "\\notin"))
_PRIMED = Name("\\prime")


@dataclass(frozen=True, slots=True)
class _Range:
    """What the lower script of a sum says."""

    indices: tuple[Name, ...] = ()
    lower: Node | None = None
    upper: Node | None = None
    conditions: tuple[Chain, ...] = ()


def read_big(parser: Parser, kind: str, first: int) -> Node:
    """A sum or product; the macro itself is passed already. Its body ends at the next + or - or relation."""
    place = parser.items[first]
    subs, sups = read_scripts(parser) if parser.sees("script") else ((), ())
    if len(sups) > 1:
        raise parser.error(f"the upper limit of \\{kind} can't be read", place)
    bound = _bound(subs)
    if bound is None or not bound.indices or (sups and bound.upper is not None):
        raise parser.error(f"what \\{kind} runs over can't be read", place)
    bound = replace(bound, upper=sups[0] if sups else bound.upper)
    start = parser.at
    if not parser.starts_factor() and not parser.sees("operator", "-"):
        raise parser.error(f"\\{kind} has nothing after it")
    minus = parser.take("operator", "-")
    body = parser.term()
    if isinstance(body, Add | Negate) and parser.items[start][0] == "{":
        raise parser.error("braces around this sum don't show in print; write a bracket", parser.items[start])
    if minus is not None:
        body = Negate(body, span=parser.source.span(minus.start, minus.end).to(body.span))
    reaching = kind == "prod" and isinstance(body, Product) and factors_inside(body, bound.indices) < len(body.factors)
    span = parser.since(first)
    big = Big(kind, bound.indices, bound.lower, bound.upper, bound.conditions, body, reaching, span=span)
    return _with_primed_indices(big)


def factors_inside(body: Product, indices: tuple[Name, ...]) -> int:
    """How many factors of a product over indices are left without those at its end that depend on none of them."""
    count = len(body.factors)
    while count > 1 and not _depends(body.factors[count - 1], indices):
        count -= 1
    return count


def _depends(node: Node, indices: tuple[Name, ...]) -> bool:
    return any(isinstance(part, Name) and any(part.base == index.base for index in indices) for part in walk(node))


def reaches_too_far(body: Node, indices: tuple[Name, ...]) -> bool:
    """Whether a factor after the first doesn't depend on the index of a product."""
    if not isinstance(body, Product) or not indices:
        return False
    return not all(_depends(factor, indices) for factor in body.factors[1:])


def _bound(subs: tuple[Node, ...]) -> _Range | None:
    """The range that the items of the lower script give together; None if one can't be read."""
    found = _counted(subs) or _Range()
    subs = () if found.indices else subs
    for item in subs:
        further = _one(item)
        if further is None:
            return None
        new = tuple(index for index in further.indices if index not in found.indices)
        if further.lower is not None and (found.lower is not None or not new):
            return None
        if not further.conditions and not new:
            return None
        found = _Range(
            (*found.indices, *new),
            further.lower or found.lower,
            further.upper or found.upper,
            (*found.conditions, *further.conditions),
        )
    return found


def _counted(subs: tuple[Node, ...]) -> _Range | None:
    r"""The range of `t = 1, \dots, \tau` or `t = 1, 2, 3`; None for anything else."""
    match subs:
        case (Chain((Name() as index, Number() as first), ("=",)), *rest, last) if rest:
            dots = [item for item in rest if isinstance(item, Ellipsis_)]
            dotted = len(dots) == 1 and rest[-1] is dots[0] and not isinstance(last, Chain | Ellipsis_)
            if dotted or _ascends((first, *rest, last)):
                return _Range((index,), first, last)
    return None


def _ascends(items: tuple[Node, ...]) -> bool:
    """Whether these are whole numbers one after the other."""
    numbers = [int(item.text) for item in items if isinstance(item, Number) and item.text.isdigit()]
    return len(numbers) == len(items) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _one(item: Node) -> _Range | None:
    r"""One item: an index, `i = 1`, `1 \le i \le n`, `k \ne i`, `t \in T`, `(i, j)`, `ij`."""
    index = _index(item)
    if index is not None:
        return _Range((index,))
    if isinstance(item, Paren) and isinstance(item.body, Listing):
        return _bound(item.body.items)
    if isinstance(item, Product) and not any(item.operators) and all(map(_index, item.factors)):
        return _bound(item.factors)
    if not isinstance(item, Chain):
        return None
    if item.relations == ("=",):
        index = _index(item.items[0])
        return None if index is None else _Range((index,), item.items[1])
    if item.relations == ("\\le", "\\le"):
        index = _index(item.items[1])
        return None if index is None else _Range((index,), item.items[0], item.items[2])
    if item.relations[0] == "\\mid" and len(item.relations) > 1:
        return _such_that(item)
    index = bound_index(item)
    return None if index is None else _Range((index,), conditions=(item,))


def _such_that(item: Chain) -> _Range | None:
    r"""`i \mid condition`."""
    index = _index(item.items[0])
    if index is None:
        return None
    rest = Chain(item.items[1:], item.relations[1:], item.relation_spans[1:], span=item.span)
    return _Range((index,), conditions=(rest,))


def bound_index(condition: Chain) -> Name | None:
    """The index that a condition under a sum introduces by itself."""
    if not set(condition.relations) <= _BOUNDS:
        return None
    if len(condition.items) == 3:
        return _index(condition.items[1])
    return _index(condition.items[0]) or _index(condition.items[1])


def _index(node: Node) -> Name | None:
    """A letter; a primed one is a name of its own."""
    return node if isinstance(node, Name) and node.base not in ("\\top", "\\infty", "1") else None


def _with_primed_indices(big: Big) -> Node:
    """Where an index is primed (`t'`), its uses in the sum are that name too, also outside of scripts."""
    primed = [index for index in big.indices if index.base.endswith("'")]
    if not primed:
        return big

    def renamed(node: Node) -> Node:
        match node:
            case Scripted(Name(base, ()), (), (sup,)) if sup == _PRIMED and Name(base + "'") in primed:
                return Name(base + "'", span=node.span)
            case _:
                return node

    changed = transform(big, renamed)
    assert isinstance(changed, Big)
    return changed
