r"""Equalities that only explain a notation: `\mathbf 1_{\text{condition}} = 1`, `\delta_{ij} = 1 \text{ if } i = j`."""

from __future__ import annotations

from collections.abc import Sequence

from bptt_sym.meaning.reference import INDEX_LETTERS
from bptt_sym.meaning.scope import Scope
from bptt_sym.written.nodes import Cases, Chain, Name, Node, Number, Paren, Product, Scripted

ONE, ZERO = Number("1"), Number("0")
# What the words say; any other word or letter stands for some condition.
TRUTHS = {"true": ONE, "false": ZERO}
NEGATIONS = {"=": "\\ne", "\\ne": "=", "<": "\\ge", "\\ge": "<", ">": "\\le", "\\le": ">"}


def explains_notation(left: Node, right: Node, conditions: Sequence[Chain], scope: Scope) -> bool:
    """Whether an equality says what an indicator or a Kronecker delta is, and says it right.

    With a condition that is only named it is a value, 1 or 0; with one that is written out, the value must come
    under that condition, or in cases. What says nothing of when is a claim.
    """
    condition = _condition(left)
    if condition is None or _is_taken(left, scope):
        return False
    if isinstance(condition, Chain):
        under = conditions[0] if len(conditions) == 1 else None
        return _in_cases(right, condition) or (right, under) in ((ONE, condition), (ZERO, _negated(condition)))
    if not _is_only_named(condition, scope):
        return False
    if isinstance(right, Cases):
        return tuple(body for body, _ in right.branches) == (ONE, ZERO)
    return right in ((TRUTHS[condition.base],) if condition.base in TRUTHS else (ONE, ZERO))


def _is_taken(left: Node, scope: Scope) -> bool:
    """Whether the letter is one of the text's own."""
    letter = left.base if isinstance(left, Scripted) else left
    return isinstance(letter, Name) and (scope.redefined(letter) or bool(scope.declared(letter.base, letter.accents)))


def pairs_letters(node: Node) -> bool:
    r"""Whether a symbol is the Kronecker delta of two index letters, `\delta_{ij}`."""
    return isinstance(node, Scripted) and node.base == Name("\\delta") and isinstance(_condition(node), Chain)


def _condition(node: Node) -> Chain | Name | None:
    """What an indicator tests: a relation, or the name of a condition; None for what is no indicator."""
    match node:
        case Scripted(Name("1", ()), (Chain() | Name() as only,), ()):
            return only
        case Product((Name("1", ()), Paren(Chain() | Name() as only)), ("",)):
            return only
        case Paren(Chain() | Name() as only, "["):
            return only
        case Scripted(Name("\\delta" | "I", ()), (Product((Name(i), Name(j)), ("",)),) | (Name(i), Name(j)), ()):
            return Chain((Name(i), Name(j)), ("=",)) if {i, j} <= INDEX_LETTERS else None
        case _:
            return None


def _is_only_named(name: Name, scope: Scope) -> bool:
    word = len(name.base) > 1 or name.base.isupper()
    return word and not scope.declared(name.base, name.accents) and scope.defined(name) is None


def _in_cases(right: Node, condition: Chain) -> bool:
    match right:
        case Cases(((first, when), (second, otherwise))):
            rest = otherwise is None or otherwise == _negated(condition)
            return (first, second, when) == (ONE, ZERO, condition) and rest
        case _:
            return False


def _negated(condition: Chain) -> Chain | None:
    relations = tuple(NEGATIONS.get(relation, "") for relation in condition.relations)
    return Chain(condition.items, relations) if len(relations) == 1 and all(relations) else None
