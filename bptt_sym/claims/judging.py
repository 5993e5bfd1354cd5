"""A written equality in a scope: its instances, each decided, and the weakest hypothesis for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args

from sympy import Expr

from bptt_sym.claims.components import as_components
from bptt_sym.claims.conventions import (
    ENDING,
    ORDERED,
    REACHING,
    ended_products,
    reaches_further,
)
from bptt_sym.claims.immediate import BESIDE_D, UNSURE, distinguishes, immediate, mixes
from bptt_sym.claims.instances import instances, letter_kinds
from bptt_sym.claims.numbers import with_number
from bptt_sym.claims.outcome import Instance, Outcome, Tally, weighed
from bptt_sym.claims.setting import Setting
from bptt_sym.claims.timing import Reading, different, doubtful, readings
from bptt_sym.errors import IllTyped, Missing, NoComponent, Unreadable
from bptt_sym.limits import TimeUp
from bptt_sym.meaning.array import Array, Flexible, Value
from bptt_sym.meaning.context import Conditions
from bptt_sym.meaning.evaluate import evaluate
from bptt_sym.meaning.indices import STEP
from bptt_sym.meaning.scope import Layout, Order
from bptt_sym.network.scope import NetworkScope
from bptt_sym.proof import Proved, Refuted, Undecided
from bptt_sym.written.nodes import Chain, Derivative, Node, walk

TOO_DEEP = "this is nested too deeply"
LAYOUTS: tuple[Layout, ...] = get_args(Layout)


def judge(
    left: Node, right: Node, setting: Setting, conditions: Sequence[Chain] = (), chain: Sequence[Node] = ()
) -> Outcome:
    """Whether `left = right` holds for every instance of its free letters; never raises for what it reads.

    `chain` are all sides of the chain that the equality is a link of. Where steps were left off they are put in by
    the convention of `claims.timing`; the outcome says which, and when another step would change the verdict. Of
    what is wrong in the layout in force it says whether it holds in another. Past the deadline it is undecided,
    unless an instance was found by then that doesn't hold.
    """
    outcome = _read(left, right, setting, conditions, chain)
    if outcome.word == "refuted" and mixes(left, right):
        outcome = _beside_total(outcome, left, right, setting, conditions, chain)
    other = as_components(left, right, conditions, setting.scope)
    if other is not None and outcome.word in ("proved", "refuted", "ill-typed"):
        outcome = other.unsure(outcome, _read(*other.sides, setting, conditions, ()))
    if outcome.word not in ("refuted", "ill-typed") or not any(map(_has_derivative, (left, right))):
        return outcome
    others = [layout for layout in LAYOUTS if layout != setting.scope.layout]
    mended = [x for x in others if _read(left, right, setting.with_layout(x), conditions, chain).word == "proved"]
    note = f"it holds in {' and '.join(mended)} layout"
    return replace(outcome, message=f"{outcome.message}; {note}") if mended else outcome


def _beside_total(
    outcome: Outcome, left: Node, right: Node, setting: Setting, conditions: Sequence[Chain], chain: Sequence[Node]
) -> Outcome:
    r"""The outcome, or that with ∂ as the immediate derivative, if it is a proof and contradicts no other link.

    Unreadable where ∂ and d of the same can't be the same, and what ∂ is makes no proof.
    """
    sides, i, j = _in_chain(left, right, chain)
    turned = immediate(sides)
    links = [(k, k + 1) for k in range(len(sides) - 1) if (k, k + 1) != (i, j)]
    for m, n in links:
        held = _read(sides[m], sides[n], setting, conditions, sides).word == "proved"
        if held and _read(turned[m], turned[n], setting, conditions, turned).word != "proved":
            return outcome
    found = _read(turned[i], turned[j], setting, conditions, turned)
    if found.word == "proved":
        return replace(found, readings=(*found.readings, BESIDE_D))
    return Outcome("unreadable", UNSURE, span=left.span) if distinguishes(left, right) else outcome


def _in_chain(left: Node, right: Node, chain: Sequence[Node]) -> tuple[Sequence[Node], int, int]:
    """The sides of a chain and which of them are these two; without a chain these two."""
    places = [k for side in (left, right) for k, other in enumerate(chain) if other is side]
    return (chain, places[0], places[1]) if len(places) == 2 else ((left, right), 0, 1)


def _has_derivative(node: Node) -> bool:
    return any(isinstance(part, Derivative) for part in walk(node))


def _read(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain], chain: Sequence[Node]) -> Outcome:
    """The outcome in the layout in force, with the steps that were left off put in."""
    try:
        return _put_in(left, right, setting, conditions, chain)
    except Unreadable as error:
        return Outcome("unreadable", error.message, span=error.span)
    except TimeUp as error:
        return Outcome("undecided", str(error))
    except RecursionError:
        return Outcome("undecided", TOO_DEEP)


def _put_in(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain], chain: Sequence[Node]) -> Outcome:
    number = with_number(left, right, setting.scope)
    if number is not None:
        outcome = _outcome(*number[1:], setting, conditions)
        about = f"{number[0].base} is any number"
        return replace(outcome, message="; ".join(filter(None, (outcome.message, about))))
    sides, i, j = _in_chain(left, right, chain)
    found = readings(sides, setting.scope)
    if not found:
        return _outcome(left, right, setting, conditions)
    ways = different(reading.of(i, j) for reading in found)
    judged: list[tuple[Reading, Outcome]] = []
    for way in ways:
        if not way.remote or not judged or judged[0][1].word != "proved":
            judged.append((way, _outcome(way.sides[0], way.sides[1], setting, conditions)))
    outcome = weighed(judged)
    doubt = doubtful((left, right), setting.scope) if outcome.word == "ill-typed" else None
    return outcome if doubt is None else Outcome("unreadable", doubt, span=outcome.span)


OTHERS: tuple[Order, ...] = ("later left", "later right")
# What speaks for one way to read a line rather than another.
_BETTER = ("proved", "undecided", "refuted", "ill-typed", "unreadable")


def _outcome(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain]) -> Outcome:
    """The verdict by convention; a line that is proved when read otherwise is right, and says how it is read."""
    best = _as_far_as_it_reaches(left, right, setting, conditions)
    if best.word != "refuted" or not any("∏" in reading for reading in best.readings):
        return best
    others = {order: _as_far_as_it_reaches(left, right, setting.with_order(order), conditions) for order in OTHERS}
    if setting.scope.order == "open" and others["later left"].word == "proved":
        return others["later left"]
    mended = any(other.word == "proved" for other in others.values())
    return replace(best, message=f"{best.message}; {ORDERED}", readings=(*best.readings, ORDERED)) if mended else best


def _as_far_as_it_reaches(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain]) -> Outcome:
    """The verdict with the products of the line reaching to the end of their terms, else with them ended before."""
    best = _as_read(left, right, setting, conditions)
    if not reaches_further((left, right)):
        return best
    told = REACHING
    if best.word not in ("proved", "unreadable"):
        other = _as_read(ended_products(left), ended_products(right), setting, conditions)
        if _BETTER.index(other.word) < _BETTER.index(best.word):
            best, told = other, ENDING
    return replace(best, readings=(*best.readings, told))


def _as_read(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain]) -> Outcome:
    try:
        return _judge(left, right, setting, conditions)
    except IllTyped as error:
        return Outcome("ill-typed", error.message, span=error.span, shapes=error.shapes)
    except Unreadable as error:
        return Outcome("unreadable", error.message, span=error.span)


def _judge(left: Node, right: Node, setting: Setting, conditions: Sequence[Chain]) -> Outcome:
    tally = Tally()
    try:
        beyond = _go_through(tally, left, right, setting, conditions)
    except TimeUp as error:
        return tally.broken_off(str(error))
    outcome = tally.outcome()
    about_steps = not beyond and any(STEP in kinds for kinds in letter_kinds((left, right), setting.scope).values())
    return replace(outcome, vacuous=True) if about_steps and outcome.instances == 0 else outcome


def _go_through(tally: Tally, left: Node, right: Node, setting: Setting, conditions: Sequence[Chain]) -> bool:
    """Adds the verdict of every instance to the tally; whether one was left out for a component beyond its axis."""
    beyond = False
    setting.meanings.turn_to(left, right)
    for binding in instances((left, right), setting.scope, conditions):
        try:
            a, before = setting.meanings.of(left, setting.scope, binding)
            b, after = setting.meanings.of(right, setting.scope, binding)
        except Missing as error:
            beyond = beyond or isinstance(error, NoComponent)
            continue
        _refuse_unknown_size(a, b, right, setting.scope)
        met = before.and_also(after)
        tally.readings.update(met.readings)
        for component, p, q in _entries(a, b, right):
            tally.add(Instance(tuple(binding.items()), component), _decide(p, q, setting, met))
        if tally.hopeless:
            break
    return beyond


def examine(node: Node, setting: Setting, conditions: Sequence[Chain] = ()) -> None:
    """Reads an expression that asserts nothing; raises IllTyped or Unreadable where that can't be done.

    Raises TimeUp past the deadline.
    """
    found = readings((node,), setting.scope)
    node = found[0].sides[0] if found else node
    for binding in instances((node,), setting.scope, conditions):
        try:
            evaluate(node, setting.scope, binding, Conditions())
        except Missing:
            continue


def _decide(p: Expr, q: Expr, setting: Setting, met: Conditions) -> Proved | Refuted | Undecided:
    return setting.prover.decide(
        p, q, divisors=tuple(met.divisors), positives=tuple(met.positives), presumes_one_hot=met.one_hot
    )


def _refuse_unknown_size(a: Value, b: Value, place: Node, scope: NetworkScope) -> None:
    """A vector of ones, a unit vector or an identity is no scalar, unless something here has size 1."""
    kinds = {value.kind for value in (a, b) if isinstance(value, Flexible)}
    beside = any(isinstance(value, Array) and value.is_scalar for value in (a, b))
    lying = any(isinstance(value, Array) and 1 in value.shape for value in (a, b)) and kinds & {"lines", "all"}
    if lying or (beside and not kinds <= {"number", "zero"} and 1 not in scope.sizes.values()):
        raise Unreadable("nothing says what size this has", place.span)


def _entries(a: Value, b: Value, place: Node) -> Iterator[tuple[tuple[int, ...], Expr, Expr]]:
    """The components of both sides, a flexible side in the shape of the other."""
    if isinstance(a, Flexible) and isinstance(b, Flexible):
        a, b = _plain(a, place), _plain(b, place)
    shape = a.shape if isinstance(a, Array) else b.shape if isinstance(b, Array) else (1, 1)
    x = a.shaped(shape) if isinstance(a, Flexible) else a
    y = b.shaped(shape) if isinstance(b, Flexible) else b
    if x is None or y is None or x.shape != y.shape:
        shapes = " and ".join("any" if isinstance(v, Flexible) else f"{v.rows}×{v.cols}" for v in (a, b))
        raise IllTyped(f"the two sides have different shapes ({shapes})", place.span)
    for i in range(x.rows):
        for j in range(x.cols):
            yield _component(i, j, x), x.at(i, j), y.at(i, j)


def _plain(value: Flexible, place: Node) -> Value:
    shaped = value.shaped((1, 1)) if value.kind in ("number", "zero") else None
    if shaped is None:
        raise Unreadable("nothing says what size these have", place.span)
    return shaped


def _component(i: int, j: int, array: Array) -> tuple[int, ...]:
    if array.is_scalar:
        return ()
    return (i + 1,) if array.cols == 1 else (j + 1,) if array.rows == 1 else (i + 1, j + 1)
