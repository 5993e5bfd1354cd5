"""Which equalities introduce a symbol rather than claim something of known ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bptt_sym.check.explained import explains_notation, pairs_letters
from bptt_sym.check.functions import function_definition
from bptt_sym.claims import Setting, examine, instances, judge
from bptt_sym.claims.conventions import reaches_further
from bptt_sym.claims.steps import CUSTOMARY, is_known, lacks_step, with_step, without_steps
from bptt_sym.claims.timing import readings
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.indices import free_letters
from bptt_sym.meaning.reference import HORIZONS, INDEX_LETTERS
from bptt_sym.meaning.scope import LocalSymbol
from bptt_sym.written.nodes import Chain, Name, Node, Number, Paren, Product, Scripted, walk

# Letters that count wherever they stand alone; others, as p, may be a vector of the text's own.
COUNTERS = frozenset("ijk")
DEFINING = frozenset((":=", "\\equiv", "\\triangleq"))


@dataclass(frozen=True, slots=True)
class Definition:
    """What an equality introduces, in words, and the setting in which it is known."""

    message: str
    setting: Setting


def definition(
    left: Node, right: Node, relation: str, conditions: Sequence[Chain], setting: Setting
) -> Definition | None:
    """The definition that `left = right` is, or None for a claim.

    Raises Unreadable for a definition that can't be taken as one: of a symbol that has a meaning already, under
    a condition, or by what has no meaning itself; IllTyped where its shapes don't conform.
    """
    if _restates(left, right, setting):
        return Definition("a forward equation of the network", setting)
    if explains_notation(left, right, conditions, setting.scope):
        return Definition("explains a notation", setting)
    function = function_definition(left, right, setting)
    if function is not None:
        return Definition("introduces a function" + ", as before" * function.again, function.setting)
    if not isinstance(left, Name | Scripted) or (pairs_letters(left) and _is_constant(right, setting)):
        return None
    setting = _without_invented(left, right, setting)
    new = _timed(left, right, setting)
    if new.right in _bodies(new.left, setting):
        return Definition("introduces a symbol, as before", setting)
    if setting.scope.defined(new.left) is not None or not _is_new(new.left, setting):
        return None
    if not set(free_letters(new.right, setting.scope)) <= _script_letters(new.left):
        return None
    defined = setting.with_definition(new.left, new.right)
    if any(_is_same_symbol(defined.scope.local[-1], other) for other in setting.scope.local):
        raise Unreadable("this symbol is defined already, with other letters", left.span)
    if conditions and _restricts(new.right, conditions, setting):
        raise Unreadable("a definition under a condition is not read", left.span)
    if reaches_further((new.right,)):
        raise Unreadable("it is not clear how far \\prod reaches; write brackets", right.span)
    examine(new.right, setting)
    return Definition(new.message, defined)


@dataclass(frozen=True, slots=True)
class _New:
    """Both sides of a definition with the steps that were left off, and the words for it."""

    left: Name | Scripted
    right: Node
    message: str = "introduces a symbol"


def _timed(left: Name | Scripted, right: Node, setting: Setting) -> _New:
    r"""What `S = \sum_k \exp(o_k)` introduces: S at every step; a step on the right alone is left off on the left."""
    scope = setting.scope
    if lacks_step(left, scope, CUSTOMARY):
        found = readings((left, right), scope)[0].sides
        depends = found[1] != right or scope.network.step in free_letters(right, scope)
        return _New(with_step(left, Name(scope.network.step)), found[1]) if depends else _New(left, right)
    if not _is_new(left, setting):
        return _New(left, right)
    ways = readings((right,), scope)
    timed = ways[0].sides[0] if ways else right
    missing = [letter for letter in free_letters(timed, scope) if letter not in _script_letters(left)]
    if missing and set(missing) <= scope.step_names:
        left, whole = with_step(left, Name(missing[0])), "introduces a symbol for every step"
    else:
        whole = "introduces a symbol"
    return _New(left, timed, "; ".join([whole, *(f"steps left off: read with {way.told}" for way in ways[:1])]))


def _restricts(node: Node, conditions: Sequence[Chain], setting: Setting) -> bool:
    r"""Whether conditions leave an instance out; `t = 1, \dots, \tau` doesn't."""
    return [*instances((node,), setting.scope, conditions)] != [*instances((node,), setting.scope)]


def _bodies(left: Node, setting: Setting) -> list[Node]:
    """What the very same symbol was defined as."""
    return [symbol.body for symbol in setting.scope.local if symbol.left == left and symbol.body is not None]


def _is_constant(node: Node, setting: Setting) -> bool:
    """Whether nothing of the network stands in an expression, so that it can't define a matrix of the text's own."""
    symbols = [part for part in walk(node) if isinstance(part, Name | Scripted)]
    return not any(is_known(part, setting.scope) or lacks_step(part, setting.scope, CUSTOMARY) for part in symbols)


def _without_invented(left: Name | Scripted, right: Node, setting: Setting) -> Setting:
    """What the text defines as something else is no longer what a letter was invented for in the network."""
    letter = _innermost(left)
    if not isinstance(letter, Name) or not _is_invented(letter, setting):
        return setting
    shadowed = setting.without_invented(letter.base, letter.accents)
    free = set(free_letters(right, shadowed.scope)) <= _script_letters(left)
    if not free or not _is_new(left, shadowed) or judge(left, right, setting).word == "proved":
        return setting
    return shadowed


def _is_invented(letter: Name, setting: Setting) -> bool:
    found = setting.scope.declared(letter.base, letter.accents)
    invented = [e.defines for e in setting.network.equations if e.auxiliary]
    return bool(found) and all(d in invented for d in found)


def _innermost(node: Node) -> Node:
    while isinstance(node, Scripted):
        node = node.base
    return node


def _is_same_symbol(one: LocalSymbol, other: LocalSymbol) -> bool:
    """Whether two symbols differ in index letters only: `D_{ij}` and `D`; `E_t` and `E` are two."""
    named = one.letter == other.letter and one.labels == other.labels
    return named and (one.step is None) == (other.step is None)


def is_about_indices(left: Node, right: Node, setting: Setting) -> bool:
    r"""Whether an equality only says what a letter counts: `t = 1`, `\tau = 3`."""
    letters = INDEX_LETTERS | HORIZONS | setting.scope.step_names
    if not isinstance(left, Name) or left.base not in letters or setting.scope.declared(left.base, left.accents):
        return False
    return _is_constant(right, setting)


def _restates(left: Node, right: Node, setting: Setting) -> bool:
    """Whether this is a forward equation as it was written, or as it would be with every step left off."""
    scope = setting.scope
    for e in setting.network.equations:
        if e.written is None:
            continue
        if left == e.left and right == e.written:
            return True
        timeless = without_steps(e.left, scope), without_steps(e.written, scope)
        if e.defines.timed and (left, right) == timeless:
            return True
    return False


def _is_new(left: Name | Scripted, setting: Setting) -> bool:
    """One letter of which nothing is known, whole or with scripts: free letters, or a number as a part of its name."""
    base: Node = left
    while isinstance(base, Scripted):
        scripts = (*base.subs, *base.sups)
        if not all(map(_is_letter_script, scripts)) and not _is_numbered(base):
            return False
        base = base.base
    if _is_numbered(left) and any(o.letter == base and not _is_numbered(o.left) for o in setting.scope.local):
        return False
    if not isinstance(base, Name) or setting.scope.declared(base.base, base.accents):
        return False
    counts = HORIZONS | setting.scope.step_names | {"0", "1"} | (COUNTERS if isinstance(left, Name) else frozenset())
    return bool(base.accents) or base.base not in counts


def _is_numbered(node: Node) -> bool:
    """`D_1`: a letter and one figure below."""
    if not isinstance(node, Scripted) or not isinstance(node.base, Name) or node.sups or len(node.subs) != 1:
        return False
    number = node.subs[0]
    return isinstance(number, Number) and len(number.text) == 1


def _is_letter_script(script: Node) -> bool:
    inside = script.body if isinstance(script, Paren) and script.open in "(<" else script
    parts = inside.factors if isinstance(inside, Product) and not any(inside.operators) else (inside,)
    return all(isinstance(part, Name) and part.base not in HORIZONS | {"\\top", "\\prime"} for part in parts)


def _script_letters(node: Node) -> set[str]:
    scripts = (*node.subs, *node.sups) if isinstance(node, Scripted) else ()
    below = _script_letters(node.base) if isinstance(node, Scripted) else set()
    return below | {part.base for script in scripts for part in walk(script) if isinstance(part, Name)}
