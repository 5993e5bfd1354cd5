r"""Symbols that a text defines by a recursion: `\delta^{(\tau)} = ...` and `\delta^{(t)} = ... \delta^{(t+1)} ...`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bptt_sym.check.definitions import Definition
from bptt_sym.check.links import ASSERTING, normal
from bptt_sym.claims import Setting, examine
from bptt_sym.claims.instances import instances
from bptt_sym.errors import Missing, Unreadable
from bptt_sym.meaning.context import Conditions
from bptt_sym.meaning.evaluate import evaluate
from bptt_sym.meaning.indices import integer
from bptt_sym.meaning.local import taken_apart, unbracketed
from bptt_sym.meaning.reference import HORIZONS, is_transpose
from bptt_sym.meaning.scope import LocalSymbol, Scope, Start
from bptt_sym.network.dialect import Dialect
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Chain, Name, Node, Number, Scripted, walk

# Letters that mean something by custom; a recursion about them says nothing new.
CUSTOMARY = frozenset(("I", "e", "0", "1", "T", "\\tau", "\\nabla"))


def recursion(formula: Formula, formulas: Sequence[Formula], dialect: Dialect, setting: Setting) -> Definition | None:
    """The definition that the first equality of a formula is one half of: where a recursion begins, or how it goes on.

    None where the other half is nowhere among the formulas. Raises Unreadable where the two don't say what the symbol
    is at every step.
    """
    half = _half(formula, setting.scope)
    if half is None:
        return None
    left, right = half
    known = next((symbol for symbol in setting.scope.local if symbol.letter == left.base), None)
    if known is not None and known.start is None:
        return None
    if _goes_on(left, right, setting.scope):
        return _general(left, right, formula, known, _halves(left, formulas, dialect, setting.scope), setting)
    if not _is_fixed(left, setting.scope):
        return None
    if known is not None and known.start is not None:
        again = (known.start.left, known.start.body) == (left, right)
        return Definition("introduces a symbol, as before", setting) if again else None
    others = _halves(left, formulas, dialect, setting.scope)
    general = next((half for half in others if _goes_on(*half, setting.scope)), None)
    if general is None or formula.reading.conditions:
        return None
    begun = setting.with_recursion(general[0], None, Start(left, _step(left), right))
    return Definition("introduces a symbol at the step where its recursion begins", begun)


def _general(
    left: Scripted,
    right: Node,
    formula: Formula,
    known: LocalSymbol | None,
    others: Iterator[tuple[Scripted, Node]],
    setting: Setting,
) -> Definition | None:
    """How a recursion goes on; where it begins was said before, or is said later."""
    if known is not None and known.body is not None:
        again = (known.left, known.body) == (left, right)
        return Definition("introduces a symbol, as before", setting) if again else None
    start = known.start if known is not None else None
    if start is None:
        found = next(((a, b) for a, b in others if _is_fixed(a, setting.scope)), None)
        start = None if found is None else Start(found[0], _step(found[0]), found[1])
    if start is None:
        return None
    defined = setting.with_recursion(left, right, start)
    _refuse_gaps(left, start, formula.reading.conditions, defined)
    examine(right, defined)
    return Definition("introduces a symbol by its recursion", defined)


def _refuse_gaps(left: Scripted, start: Start, conditions: Sequence[Chain], setting: Setting) -> None:
    """Every step is the one at which the recursion begins, or one to which it goes on."""
    scope = setting.scope
    letter = scope.network.step
    allowed = {binding[letter] for binding in instances((left,), scope, conditions)}
    missing = set(range(1, scope.steps + 1)) - allowed - {integer(start.at, scope, {})}
    if missing:
        raise Unreadable("this recursion leaves steps out, and so doesn't define its symbol", left.span)
    for step in range(1, scope.steps + 1):
        try:
            evaluate(left, scope, {letter: step}, Conditions())
        except Missing as error:
            message = "this recursion doesn't reach every step from where it begins"
            raise Unreadable(message, left.span) from error


def _half(formula: Formula, scope: Scope) -> tuple[Scripted, Node] | None:
    """The sides of a formula's first equality if the left one is an unknown letter with one script."""
    if not formula.relations or formula.relations[0] not in ASSERTING:
        return None
    left, right = formula.sides[:2]
    if not isinstance(left, Scripted) or not isinstance(right, Node) or not isinstance(left.base, Name):
        return None
    name = left.base
    _, subs, sups = taken_apart(left)
    if len(subs) + len(sups) != 1 or scope.declared(name.base, name.accents) or name.base in CUSTOMARY:
        return None
    return left, right


def _halves(
    left: Scripted, formulas: Sequence[Formula], dialect: Dialect, scope: Scope
) -> Iterator[tuple[Scripted, Node]]:
    """The first equalities of all formulas about the letter of `left`, written like it."""
    for formula in formulas:
        first = formula.sides[0] if formula.sides else None
        if isinstance(first, Scripted) and first.base == left.base:
            half = _half(normal(formula, dialect, scope), scope)
            if half is not None and bool(half[0].subs) == bool(left.subs):
                yield half


def _step(left: Scripted) -> Node:
    return unbracketed((*left.subs, *left.sups)[0])


def _is_fixed(left: Scripted, scope: Scope) -> bool:
    """Whether a symbol stands at one step: the last, or a number."""
    step = _step(left)
    parts = [part for part in walk(step) if isinstance(part, Name | Number)]
    fixed = all(isinstance(part, Number) or part.base in HORIZONS for part in parts)
    transposed = bool(left.sups) and is_transpose(left.sups[0])
    return bool(parts) and fixed and not transposed


def _goes_on(left: Scripted, right: Node, scope: Scope) -> bool:
    """Whether an equality gives a symbol at step t by itself at other steps."""
    step = _step(left)
    if not isinstance(step, Name) or step.base not in scope.step_names:
        return False
    own = [part for part in walk(right) if isinstance(part, Scripted) and part.base == left.base]
    return bool(own) and all(part != left for part in own)
