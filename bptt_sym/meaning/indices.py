"""Index letters: what they run over, and integers written with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.reference import EVERY, HORIZONS, INDEX_LETTERS, resolve, target_at
from bptt_sym.meaning.scope import Binding, Scope, Use
from bptt_sym.written.nodes import (
    Add,
    Big,
    Chain,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Scripted,
    children,
    walk,
)

STEP = "step"
# Letters that count, as an upper limit too, where others (n, N, K) say how many there are.
COUNTING = frozenset("ij")
COUNTING_STEPS = frozenset("ijkstu")


def integer(node: Node, scope: Scope, binding: Binding) -> int:
    """The value of an index or step expression; raises Unreadable for what isn't one."""
    match node:
        case Number(text) if text.isdigit():
            return int(text)
        case Name(base, ()) if base in binding:
            return binding[base]
        case Name(base, ()) if base in HORIZONS:
            return scope.steps
        case Scripted(Name(base, ()), (), (Name("\\prime"),)) if f"{base}'" in binding:
            return binding[f"{base}'"]
        case Negate(body):
            return -integer(body, scope, binding)
        case Add(terms):
            return sum(integer(term, scope, binding) for term in terms)
        case Paren(body):
            return integer(body, scope, binding)
        case Product(factors, operators) if all(operators) or isinstance(factors[0], Number):
            value = 1
            for factor in factors:
                value *= integer(factor, scope, binding)
            return value
        case Name(base):
            raise Unreadable(f"the index {base} is nowhere bound", node.span)
        case _:
            raise Unreadable("this is no index that can be counted with", node.span)


def uses(node: Node, scope: Scope) -> Iterator[tuple[str, str]]:
    """Pairs (letter, what it runs over): an axis's name, or "step"; bound letters of inner sums left out."""
    if isinstance(node, Big):
        yield from _big_uses(node, scope)
        return
    local = scope.defined(node)
    if local is not None:
        yield from _local_uses(local, scope)
        return
    reference = resolve(node, scope) if isinstance(node, Name | Scripted) else None
    if reference is not None:
        yield from _letters(reference.step, STEP)
        for item, axis in zip(reference.index, reference.declaration.axes, strict=False):
            yield from _letters(item, axis) if target_at(item, scope) is None else uses(item, scope)
        for item in reference.rest:
            yield from uses(item, scope)
        return
    if isinstance(node, Scripted) and not isinstance(node.base, Norm):
        yield from _anonymous(node, scope)
    if isinstance(node, Paren) and isinstance(node.body, Chain):
        yield from _compared(node.body.items, scope)
    for child in children(node):
        yield from uses(child, scope)


def _local_uses(use: Use, scope: Scope) -> Iterator[tuple[str, str]]:
    """A letter given to a symbol of the text's own runs over what that symbol's own letter runs over."""
    kinds: dict[str, dict[str, None]] = {}
    for letter, kind in uses(use.symbol.example, scope):
        kinds.setdefault(letter, {})[kind] = None
    for own, written in use.letters:
        for kind in kinds.get(own, (STEP if own == use.symbol.step else "",)):
            yield from _letters(written, kind)
    for k, sub in enumerate(use.subs):
        yield from _letters(sub, use.symbol.axes[k] if len(use.subs) == len(use.symbol.axes) else "")
    for sup in use.sups:
        yield from uses(sup, scope)


def _big_uses(node: Big, scope: Scope) -> Iterator[tuple[str, str]]:
    """Free letters of the body; those of limits and conditions run over what the bound letters run over.

    An upper limit that is one letter which doesn't count only says "all of them".
    """
    bound = {name.base for name in node.indices}
    kinds: dict[str, None] = {}
    for letter, kind in uses(node.body, scope):
        if letter in bound:
            kinds[kind] = None
        else:
            yield letter, kind
    counting = COUNTING_STEPS | scope.step_names if STEP in kinds else COUNTING
    whole = isinstance(node.upper, Name) and node.upper.base not in counting
    limits = [node.lower, None if whole else node.upper]
    limits += [chain for chain in node.conditions if "\\in" not in chain.relations]
    for limit in limits:
        for letter, _ in _letters(limit, ""):
            if letter not in bound and (letter in scope.step_names or not scope.declared(letter, ())):
                yield from ((letter, kind) for kind in kinds if kind)


def _letters(node: Node | None, kind: str) -> Iterator[tuple[str, str]]:
    if node is None:
        return
    for part in walk(node):
        if isinstance(part, Name) and not part.accents and part.base not in HORIZONS and part != EVERY:
            yield part.base, kind


def _anonymous(node: Scripted, scope: Scope) -> Iterator[tuple[str, str]]:
    """Components of a bracketed expression, of δ, of an indicator or a unit vector: a letter, its range unknown."""
    if node.base in (Name("1"), Number("1"), Name("\\delta")) and len(node.subs) == 2:
        yield from _compared(node.subs, scope)
        return
    if node.base == Name("I") and len(node.subs) == 1 and isinstance(node.subs[0], Name):
        return
    for sub in node.subs:
        condition = sub.body if isinstance(sub, Paren) else sub
        pair = isinstance(sub, Product) and node.base in (Name("\\delta"), Name("I"))
        if isinstance(condition, Chain):
            yield from _compared(condition.items, scope)
        else:
            yield from _compared(sub.factors if pair and isinstance(sub, Product) else (sub,), scope)


def _compared(parts: Sequence[Node], scope: Scope) -> Iterator[tuple[str, str]]:
    """Letters that an indicator compares: beside a target they run over its components."""
    found = [resolve(part, scope) if isinstance(part, Name | Scripted) else None for part in parts]
    axes = [axis for r in found if r is not None and not r.index for axis in r.declaration.axes]
    for part, reference in zip(parts, found, strict=True):
        if isinstance(part, Product | Name | Add) and reference is None:
            yield from _letters(part, axes[0] if len(axes) == 1 else "")


def free_letters(node: Node, scope: Scope) -> dict[str, tuple[str, ...]]:
    """Every free index letter of `node` with what it is used to run over, in order of appearance.

    Raises Unreadable for a letter that names something else here: in `W_{hx}` where W is W, h and x are no indices.
    """
    found: dict[str, dict[str, None]] = {}
    for letter, kind in uses(node, scope):
        found.setdefault(letter, {})[kind] = None
    for letter in found:
        if letter not in INDEX_LETTERS | scope.step_names and scope.declared(letter, ()):
            raise Unreadable(f"{letter} is a symbol here and can't be an index", node.span)
    return {letter: tuple(kinds) for letter, kinds in found.items()}


def letter_range(kinds: tuple[str, ...], scope: Scope) -> range:
    """Where a letter runs: 1..τ for a step, else up to the largest axis it is used on."""
    if STEP in kinds:
        return range(1, scope.steps + 1)
    return range(1, max((scope.size(axis) for axis in kinds if axis), default=0) + 1)
