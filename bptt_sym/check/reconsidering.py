"""What a refuted equality may be all the same: under a condition in words, an update, a sum that reaches further."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bptt_sym.check.occasions import named_step
from bptt_sym.check.prose import around
from bptt_sym.check.summation import says_so, silent_index, sums_silently
from bptt_sym.claims import Outcome, Setting, judge
from bptt_sym.meaning.indices import uses
from bptt_sym.meaning.reference import resolve
from bptt_sym.meaning.scope import Scope
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Add, Big, Chain, Derivative, Nabla, Name, Node, Number, Scripted, transform, walk
from bptt_sym.written.writer import write

_OTHERS = r"(?:hyperbolic tangent|tanh|rectifi\w*|ReLU)"
_ANOTHER_SIGMA = re.compile(rf"\\sigma\s*\$[^.$\\]{{0,60}}{_OTHERS}|{_OTHERS}[^.$\\]{{0,30}}\$\s*\\sigma\b", re.I)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an equality stands: the number of its formula among all, and the text."""

    formulas: Sequence[Formula]
    number: int
    text: str


def reconsidered(
    outcome: Outcome, left: Node, right: Node, setting: Setting, conditions: Sequence[Chain], place: Surroundings
) -> Outcome:
    """The outcome; unreadable where a refuted equality, as its author writes, may well say something else.

    Under a condition that the text sets beside it in words it is judged again, and proved where it holds.
    """
    if outcome.word not in ("proved", "refuted"):
        return outcome
    letter = silent_index(left, right, setting.scope, steps=says_so(place.text))
    may_sum = letter is not None and sums_silently(place.text, place.formulas, setting.scope)
    if may_sum and (outcome.word == "refuted" or says_so(place.text)):
        return Outcome("unreadable", f"is {letter} free here, or summed over? write the sum", span=right.span)
    if outcome.word == "proved":
        return outcome
    for doubt in DOUBTS:
        if (why := doubt(left, right, setting.scope)) is not None:
            return Outcome("unreadable", why, span=right.span)
    if _ANOTHER_SIGMA.search(place.text):
        return Outcome("unreadable", "which function is \\sigma? say so in a formula", span=right.span)
    if _is_power(left, right, setting, conditions):
        why = "a power or a transpose? write \\tau for the last step, or \\top for a transpose"
        return Outcome("unreadable", why, span=right.span)
    return _under_words(outcome, left, right, setting, conditions, place)


def _under_words(
    outcome: Outcome, left: Node, right: Node, setting: Setting, conditions: Sequence[Chain], place: Surroundings
) -> Outcome:
    found = around(place.formulas, place.number, place.text)
    if not found.conditions:
        named = named_step(place.formulas, place.number, place.text, (left, right), setting.scope)
        found = replace(named, open=found.open)
    told = ", ".join(f"${write(chain)}$" for chain in found.conditions)
    within = judge(left, right, setting, (*conditions, *found.conditions)) if found.conditions else outcome
    if within.word == "proved" and not within.vacuous:
        if found.sure:
            return replace(within, readings=(*within.readings, f"for {told}, as the text says beside it"))
        return Outcome("unreadable", f"it holds for {told}: is that meant? write it beside it", span=left.span)
    if found.sure and within.word == "unreadable":
        return Outcome("unreadable", within.message, span=left.span)
    if found.open and not conditions:
        message = "the text goes on with a condition in words; write it in the formula"
        return Outcome("unreadable", message, span=left.span)
    return outcome


def _is_power(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain]) -> bool:
    r"""Whether an equality that speaks of step T holds if a T above is that number: `h_T = W^T h_0`."""
    parts = [part for side in (left, right) for part in walk(side)]
    if not any(isinstance(part, Scripted) and Name("T") in part.subs for part in parts):
        return False
    raised = transform(left, _raised), transform(right, _raised)
    return raised != (left, right) and judge(*raised, setting, conditions).word == "proved"


def _raised(node: Node) -> Node:
    if not isinstance(node, Scripted) or Name("T") not in node.sups:
        return node
    return replace(node, sups=tuple(Name("\\tau") if script == Name("T") else script for script in node.sups))


def _updates(left: Node, right: Node, scope: Scope) -> str | None:
    r"""`W = W - \eta \nabla_W L` gives W a new value."""
    if not isinstance(left, Name | Scripted) or not isinstance(right, Add):
        return None
    reference = resolve(left, scope)
    first = resolve(right.terms[0], scope) if isinstance(right.terms[0], Name | Scripted) else None
    same = reference is not None and first is not None and reference.declaration == first.declaration
    if not same or not any(isinstance(part, Derivative | Nabla) for term in right.terms[1:] for part in walk(term)):
        return None
    assert reference is not None
    return "an update? write \\leftarrow" if reference.declaration.role == "parameter" else None


def _reaches_short(left: Node, right: Node, scope: Scope) -> str | None:
    r"""In `\sum_t a_t - b_t` the second t stands outside of the sum."""
    for side, other in ((right, left), (left, right)):
        known = {name for name, _ in uses(other, scope)}
        for part in walk(side):
            if isinstance(part, Add) and (letter := _left_outside(part, scope)) is not None and letter not in known:
                return f"how far does the sum over {letter} reach? write brackets"
    return None


def _left_outside(node: Add, scope: Scope) -> str | None:
    bound: set[str] = set()
    for term in node.terms:
        outside = next((name for name, _ in uses(term, scope) if name in bound), None)
        if outside is not None:
            return outside
        bound |= {name.base for part in walk(term) if isinstance(part, Big) for name in part.indices}
    return None


def _begins(left: Node, right: Node, scope: Scope) -> str | None:
    """`h_0 = 0` says where the states begin, where the network leaves that open."""
    reference = resolve(left, scope) if isinstance(left, Name | Scripted) else None
    first = reference is not None and reference.declaration.role == "layer" and reference.step == Number("0")
    constant = not any(isinstance(p, Name | Scripted) and resolve(p, scope) is not None for p in walk(right))
    return "the first state is left open in this network" if first and constant else None


def _counts_units(left: Node, right: Node, scope: Scope) -> str | None:
    """`h = 5` says how many units a layer has."""
    known = scope.declared(left.base, left.accents) if isinstance(left, Name) else ()
    units = isinstance(right, Number) and right.text.isdigit() and right.text != "0"
    layer = bool(known) and all(d.timed and d.axes for d in known)
    return "a size? write it with \\in \\mathbb R" if units and layer else None


DOUBTS: Sequence[Callable[[Node, Node, Scope], str | None]] = (_updates, _reaches_short, _begins, _counts_units)
