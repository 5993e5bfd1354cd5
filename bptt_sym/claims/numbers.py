r"""Equalities about a function of a number, `\tanh'(z) = 1 - \tanh^2(z)`: they hold for every z or don't hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bptt_sym.claims.steps import CUSTOMARY, is_known
from bptt_sym.meaning.functions import merge_calls
from bptt_sym.meaning.reference import INDEX_LETTERS
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.nodes import (
    Apply,
    Derivative,
    Name,
    Node,
    Number,
    Paren,
    Product,
    Scripted,
    children,
    rebuilt,
)


def with_number(left: Node, right: Node, scope: NetworkScope) -> tuple[Name, Node, Node] | None:
    """The letter and both sides with an input of the network for it, which may be any number; None for another claim.

    The one letter of both sides, a small one, must be the argument of a function on the left; of a layer's letter a
    derivative by it, or of the function, must stand there.
    """
    before, after = ([*letters_beside_functions(side, scope)] for side in (left, right))
    first = before[0] if before and after else None
    if not isinstance(first, Name) or any(letter != first for letter in (*before, *after)) or is_known(first, scope):
        return None
    if first.base.isupper() or (len(first.base) > 1 and not first.base.startswith("\\")):
        return None
    counts = INDEX_LETTERS | scope.step_names | CUSTOMARY | {"e", "I"}
    layer = bool(scope.declared(first.base, first.accents))
    if first.base in counts or not _is_argument(first, left, scope) or (layer and not _is_divisor(first, left)):
        return None
    number = any_number(scope)
    return None if number is None else (first, _put(left, first, number), _put(right, first, number))


def any_number(scope: NetworkScope) -> Node | None:
    """The first component of an input at step 1."""
    for d in scope.network.declarations:
        if d.role == "input" and len(d.axes) < 2 and not d.name.label:
            index = (Number("1"),) * len(d.axes)
            name = Name(d.name.base, d.name.accents)
            below = Scripted(name, (Number("1"), *index))
            return below if scope.step_below else Scripted(name, index, (Paren(Number("1")),))
    return None


def letters_beside_functions(node: Node, scope: NetworkScope) -> Iterator[Node]:
    """Every symbol that isn't a function, and whatever has scripts that are no powers."""
    match node:
        case Name():
            yield node
        case Scripted(Name("e", ()), (), (sup,)):
            yield from letters_beside_functions(sup, scope)
        case Scripted(Name(), subs) if subs or is_known(node, scope):
            yield node
        case Product():
            for factor in merge_calls(node, scope)[0]:
                yield from letters_beside_functions(factor, scope)
        case Apply():
            yield from letters_beside_functions(node.argument, scope)
        case _:
            for child in children(node):
                yield from letters_beside_functions(child, scope)


def _is_argument(letter: Name, node: Node, scope: NetworkScope) -> bool:
    match node:
        case Apply(_, argument) if argument == letter:
            return True
        case Scripted(Name("e", ()), (), (exponent,)) if exponent == letter:
            return True
    inside = merge_calls(node, scope)[0] if isinstance(node, Product) else tuple(children(node))
    return any(_is_argument(letter, child, scope) for child in inside)


def _is_divisor(letter: Name, node: Node) -> bool:
    """Whether a derivative by the letter, or of a function as a function, stands here."""
    here = (isinstance(node, Derivative) and letter in node.wrt) or node == Name("\\prime")
    return here or any(_is_divisor(letter, child) for child in children(node))


def _put(node: Node, letter: Name, number: Node) -> Node:
    if node == letter:
        return replace(number, span=node.span)
    return rebuilt(node, lambda part: _put(part, letter, number))


