"""Which equalities introduce a symbol rather than claim something of known ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bptt_sym.check.explained import explains_notation, pairs_letters
from bptt_sym.claims import Setting, examine, judge
from bptt_sym.claims.steps import without_steps
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.indices import INDEX_LETTERS, STEP, free_letters
from bptt_sym.meaning.reference import HORIZONS, resolve
from bptt_sym.written.nodes import Chain, Name, Node, Paren, Product, Scripted, walk

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
    if not isinstance(left, Name | Scripted) or (pairs_letters(left) and _is_constant(right, setting)):
        return None
    setting = _without_invented(left, right, setting)
    if setting.scope.defined(left) is not None:
        if relation in DEFINING:
            raise Unreadable("this symbol is defined already", left.span)
        return None
    if not _is_new(left, setting) or not set(free_letters(right, setting.scope)) <= _script_letters(left):
        return None
    if any(_is_same_symbol(left, right, other, body, setting) for other, body in setting.scope.local.items()):
        raise Unreadable("this symbol is defined already, with other letters", left.span)
    if conditions:
        raise Unreadable("a definition under a condition is not read", left.span)
    examine(right, setting)
    return Definition("introduces a symbol", setting.with_definition(left, right))


def _is_constant(node: Node, setting: Setting) -> bool:
    """Whether nothing of the network stands in an expression, so that it can't define a matrix of the text's own."""
    return not any(isinstance(p, Name | Scripted) and resolve(p, setting.scope) is not None for p in walk(node))


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


def _is_same_symbol(left: Name | Scripted, right: Node, other: Node, body: Node, setting: Setting) -> bool:
    """Whether two symbols differ in index letters only: `D_{ij}` and `D_{ji}`, also `D`; `E_t` and `E` are two."""
    a, b = _innermost(left), _innermost(other)
    return a == b and _labels(left, right, setting) == _labels(other, body, setting)


def _labels(node: Node, body: Node, setting: Setting) -> set[str]:
    """What the scripts of a defined symbol say beside index letters; "step" for a step."""
    used = free_letters(body, setting.scope)
    steps = setting.scope.step_names | {letter for letter, kinds in used.items() if STEP in kinds}
    letters = INDEX_LETTERS | set(used)
    found: set[str] = set()
    while isinstance(node, Scripted):
        names = {part.base for script in (*node.subs, *node.sups) for part in walk(script) if isinstance(part, Name)}
        above = {s.body.base for s in node.sups if isinstance(s, Paren) and isinstance(s.body, Name)}
        found |= {"step" if name in steps | above else name for name in names if name not in letters - steps - above}
        node = node.base
    return found


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
    """One letter, whole or with free letters as scripts, of which nothing is known."""
    base: Node = left
    while isinstance(base, Scripted):
        scripts = (*base.subs, *base.sups)
        if setting.scope.defined(base.base) is not None or not all(map(_is_letter_script, scripts)):
            return False
        base = base.base
    if not isinstance(base, Name) or setting.scope.declared(base.base, base.accents):
        return False
    counts = INDEX_LETTERS | HORIZONS | setting.scope.step_names | {"0", "1"}
    return bool(base.accents) or base.base not in counts


def _is_letter_script(script: Node) -> bool:
    inside = script.body if isinstance(script, Paren) and script.open in "(<" else script
    parts = inside.factors if isinstance(inside, Product) and not any(inside.operators) else (inside,)
    return all(isinstance(part, Name) and part.base not in HORIZONS | {"\\top", "\\prime"} for part in parts)


def _script_letters(node: Node) -> set[str]:
    scripts = (*node.subs, *node.sups) if isinstance(node, Scripted) else ()
    below = _script_letters(node.base) if isinstance(node, Scripted) else set()
    return below | {part.base for script in scripts for part in walk(script) if isinstance(part, Name)}
