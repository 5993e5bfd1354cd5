"""The instances of an equality: every choice of its free letters that its side conditions allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from bptt_sym.errors import Unreadable
from bptt_sym.limits import ask
from bptt_sym.meaning.conditions import condition, is_all
from bptt_sym.meaning.context import Conditions, Context
from bptt_sym.meaning.evaluate import evaluate
from bptt_sym.meaning.indices import COUNTING, STEP, free_letters, letter_range
from bptt_sym.meaning.scope import Binding
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.nodes import (
    Add,
    Big,
    Cases,
    Chain,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    children,
    walk,
)

MOST_INSTANCES = 100_000


def instances(nodes: Sequence[Node], scope: NetworkScope, conditions: Sequence[Chain] = ()) -> Iterator[Binding]:
    """Every choice of the free letters that satisfies the side conditions."""
    _refuse_sizes_as_indices(nodes, scope)
    _refuse_pairs(nodes, scope)
    kinds = letter_kinds(nodes, scope)
    for letter in (letter for letter, used in kinds.items() if STEP in used and letter.isupper()):
        raise Unreadable(f"is {letter} the last step, or any? nothing says so")
    ranges = {letter: letter_range(used, scope) for letter, used in kinds.items()}
    largest = range(1, max(scope.sizes.values(), default=0) + 1)
    ranges = {s: span or (largest if _is_at_components(s, nodes) else span) for s, span in ranges.items()}
    if all(map(_counts_only, nodes)):
        ranges = dict.fromkeys(ranges, range(1, max(scope.sizes.values(), default=2) + 1))
    count = 1
    for letter, span in ranges.items():
        if not len(span):
            raise Unreadable(f"nothing says what {letter} runs over")
        count *= len(span)
    if count > MOST_INSTANCES:
        raise Unreadable("too many instances to go through")
    for values in product(*ranges.values()):
        ask()
        binding = dict(zip(ranges, values, strict=True))
        context = Context(scope, binding, Conditions(), lambda node, _: evaluate(node, scope, {}, Conditions()))
        if all(is_all(chain, context) or condition(chain, context) for chain in conditions):
            yield binding


def _is_at_components(letter: str, nodes: Sequence[Node]) -> bool:
    """Whether a letter stands at a component of an expression or at a unit vector: past the last one nothing exists."""
    return any(
        part.base == Name("e") or not isinstance(part.base, Name)
        for node in nodes
        for part in walk(node)
        if isinstance(part, Scripted) and any(Name(letter) == item for sub in part.subs for item in walk(sub))
    )


def letter_kinds(nodes: Sequence[Node], scope: NetworkScope) -> dict[str, tuple[str, ...]]:
    """What each free letter runs over, in order of appearance."""
    kinds: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        for letter, used in free_letters(node, scope).items():
            kinds[letter] = tuple(dict.fromkeys((*kinds.get(letter, ()), *used)))
    return kinds


def _refuse_pairs(nodes: Sequence[Node], scope: NetworkScope) -> None:
    r"""In `\sum_{i < j} a_i a_j = 1` the sum runs over both letters, perhaps, as nothing else speaks of j.

    What is 0 for every j is 0 summed over j too.
    """
    if Number("0") in nodes:
        return
    parts = [part for node in nodes for part in walk(node)]
    for big in (part for part in parts if isinstance(part, Big) and part.conditions):
        compared = [item for chain in big.conditions for item in chain.items if len(chain.items) == 2]
        others = [item for item in compared if isinstance(item, Name) and item not in big.indices]
        for item in others:
            inside = parts.count(item) == [*walk(big)].count(item)
            if inside and any(item.base in free_letters(node, scope) for node in nodes):
                raise Unreadable(f"does this sum run over {item.base} too?", big.span)


def _refuse_sizes_as_indices(nodes: Sequence[Node], scope: NetworkScope) -> None:
    r"""`\sum_{i=1}^{n-1} y_i + y_n` means n as a size, perhaps; as an index it would be another claim."""
    free = {letter for letter, kinds in letter_kinds(nodes, scope).items() if STEP not in kinds} - COUNTING
    limits = [part.upper for node in nodes for part in walk(node) if isinstance(part, Big) and part.upper is not None]
    for limit in limits:
        for part in walk(limit):
            if isinstance(part, Name) and part.base in free and not isinstance(limit, Scripted):
                raise Unreadable(f"is {part.base} a size or an index here?", limit.span)


def _counts_only(node: Node) -> bool:
    """Whether nothing but indicators of index letters and numbers stands here: then any range will do."""
    match node:
        case Number():
            return True
        case Scripted(Name("\\delta" | "1" | "I", ()), subs, ()):
            return all(isinstance(part, Name | Chain | Product | Number) for sub in subs for part in walk(sub))
        case Paren(Chain(items)):
            return all(isinstance(item, Name | Number) for item in items)
        case Add() | Negate() | Product() | Paren() | Quotient():
            return all(map(_counts_only, children(node)))
        case Cases(branches):
            return all(_counts_only(body) for body, _ in branches)
        case _:
            return False
