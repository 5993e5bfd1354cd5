r"""\sum and \prod: what their scripts bind, and how far their body reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bptt_sym.written.nodes import (
    Add,
    Big,
    Chain,
    Listing,
    Name,
    Negate,
    Node,
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
    if kind == "prod" and reaches_too_far(body, bound.indices):
        raise parser.error("it is not clear how far \\prod reaches; write brackets", place)
    big = Big(kind, bound.indices, bound.lower, bound.upper, bound.conditions, body, span=parser.since(first))
    return _with_primed_indices(big)


def reaches_too_far(body: Node, indices: tuple[Name, ...]) -> bool:
    """Whether a factor after the first doesn't depend on the index of a product."""
    if not isinstance(body, Product) or not indices:
        return False
    return not all(
        any(index.base == part.base for index in indices for part in walk(factor) if isinstance(part, Name))
        for factor in body.factors[1:]
    )


def _bound(subs: tuple[Node, ...]) -> _Range | None:
    """The range that the items of the lower script give together; None if one can't be read."""
    found = _Range()
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


def _one(item: Node) -> _Range | None:
    r"""One item: an index, `i = 1`, `1 \le i \le n`, `k \ne i`, `t \in T`, `(i, j)`."""
    index = _index(item)
    if index is not None:
        return _Range((index,))
    if isinstance(item, Paren) and isinstance(item.body, Listing):
        return _bound(item.body.items)
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
    return _index(condition.items[0]) or _index(condition.items[1])


def _index(node: Node) -> Name | None:
    """A letter, or a primed one as a name of its own."""
    if isinstance(node, Name):
        return node if node.base not in ("\\top", "\\infty", "1") else None
    if (
        isinstance(node, Scripted)
        and isinstance(node.base, Name)
        and not node.subs
        and node.sups == (_PRIMED,)
    ):
        return replace(node.base, accents=(*node.base.accents, "prime"), span=node.span)
    return None


def _with_primed_indices(big: Big) -> Node:
    """Where an index is primed (`t'`), its uses in the sum are that name too."""
    primed = [index for index in big.indices if index.accents[-1:] == ("prime",)]
    if not primed:
        return big

    def renamed(node: Node) -> Node:
        found = _index(node) if isinstance(node, Scripted) else None
        return found if found is not None and found in primed else node

    changed = transform(big, renamed)
    assert isinstance(changed, Big)
    return changed
