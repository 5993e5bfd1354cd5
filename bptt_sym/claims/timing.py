r"""Symbols of which the step was left off, `\partial \hat y_1^{(\tau)} / \partial h_1`, and the steps they can have.

The convention: what is differentiated and what by are as far apart as the layer's equations have them; under a sum over
steps it is the sum's step; else the step of the first side that has one, the most frequent there, moved as the forward
equations have it (`W h` is W h^(t-1)). Where no step is written at all, a line is read at every step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bptt_sym.claims.steps import (
    CUSTOMARY,
    bound_letters,
    counting_letters,
    innermost,
    is_known,
    lacks_step,
    letters_of,
    may_be_last,
    named,
    shifted,
    spoken,
    steps,
    with_step,
)
from bptt_sym.limits import ask
from bptt_sym.meaning.reference import is_transpose, resolve
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.past import Letter, letter_of, nearest_shifts, shifts_beside, shifts_in
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Derivative,
    Listing,
    Nabla,
    Name,
    Node,
    Paren,
    Product,
    Scripted,
    children,
    rebuilt,
    walk,
)

MOST_READINGS = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """The sides with a step for every symbol that needs one, and for each side what steps went to what symbols.

    A `remote` reading is no equal alternative: a total read as its share of one step, a state at the step at which its
    own equation would be circular, or at the step before.
    """

    sides: tuple[Node, ...]
    given: tuple[tuple[tuple[str, str], ...], ...]
    remote: bool = False

    def of(self, i: int, j: int) -> Reading:
        """Two sides alone."""
        return replace(self, sides=(self.sides[i], self.sides[j]), given=(self.given[i], self.given[j]))

    @property
    def told(self) -> str:
        """In words which symbols got which step; empty if none did."""
        symbols: dict[str, dict[str, None]] = {}
        for step, symbol in (pair for side in self.given for pair in side):
            symbols.setdefault(step, {})[symbol] = None
        return "; ".join(f"{' and '.join(found)} at step {step}" for step, found in symbols.items())


def readings(sides: Sequence[Node], scope: NetworkScope) -> tuple[Reading, ...]:
    """The ways to read a chain of which steps were left off, the one by convention first; none if nothing was."""
    if not any(_has_gap(side, scope, CUSTOMARY) for side in sides):
        return ()
    counting = counting_letters(sides, scope)
    if not any(_has_gap(side, scope, counting) for side in sides):
        return ()
    written = list(dict.fromkeys(step for side in sides for step, _ in steps(side, scope)))
    free = [Counter(step for step, bound in steps(side, scope) if not letters_of(step) & bound) for side in sides]
    first = next((count for count in free if count), None)
    main = first.most_common(1)[0][0] if first else Name(scope.network.step)
    if not free[0] and isinstance(main, Add) and _has_gap(sides[0], scope, counting):
        main = main.terms[0]
    main = _numerator_step(sides[0], scope) or main
    plain = _Rule(scope, counting, main)
    beside = shifts_beside(scope)
    by_convention = replace(plain, layer=_layer(sides[0], scope, main), beside=beside).reading(sides)
    moved = by_convention.sides != plain.reading(sides).sides
    rules = [replace(plain, remote=moved)]
    for step in (*([main] if first else []), *(other for other in written if other != main)):
        loose = step == main or any(step in count for count in free)
        rules.append(replace(plain, other=step, loose=loose, remote=moved))
    if not written:
        rules.append(replace(plain, whole=True, remote=True))
    past = {letter: shift for (_, letter), shift in beside.items() if shift}
    if past:
        rules.append(replace(plain, forward=past, remote=True))
    return different([by_convention, *(rule.reading(sides) for rule in rules[:MOST_READINGS])])


def different(found: Iterable[Reading]) -> tuple[Reading, ...]:
    """Each reading once, in the order of their first mention."""
    ways: dict[tuple[Node, ...], Reading] = {}
    for reading in found:
        ways.setdefault(reading.sides, reading)
    return tuple(ways.values())


def doubtful(sides: Sequence[Node], scope: NetworkScope) -> str | None:
    r"""What else symbols without a step may be where their shapes don't fit, as a question; None for nothing else.

    In `\frac{d}{da} \tanh(a) = ...` the letter may be a number, whatever layer is called so; T may be a transpose.
    """
    parts = [part for side in sides for part in walk(side)]
    letters = [part for part in parts if isinstance(part, Name | Scripted)]
    lacking = [part for part in letters if lacks_step(part, scope, CUSTOMARY)]
    if any(map(may_be_last, lacking)):
        return "is T a transpose here, or the last step?"
    symbols = [part for part in letters if part in lacking or is_known(part, scope)]
    derived = any(isinstance(part, Derivative) for part in parts)
    if derived and all(isinstance(symbol, Name) and symbol == symbols[0] for symbol in symbols):
        return "is this letter a number here, or the vector of a step?"
    return None


def _has_gap(node: Node, scope: NetworkScope, counting: frozenset[str]) -> bool:
    ask()
    if isinstance(node, Name | Scripted):
        if lacks_step(node, scope, counting):
            return True
        if is_known(node, scope):
            return False
    return any(_has_gap(child, scope, counting) for child in children(node))


def _layer(side: Node, scope: NetworkScope, main: Node) -> Declaration | None:
    """The layer that a side is, with or without its step."""
    if not isinstance(side, Name | Scripted):
        return None
    reference = resolve(side, scope) or resolve(with_step(side, main), scope)
    if reference is None or reference.rest or reference.declaration.role != "layer":
        return None
    return reference.declaration


def _numerator_step(side: Node, scope: NetworkScope) -> Node | None:
    """The step of a layer whose own was left off where it is differentiated by something at a step."""
    if not isinstance(side, Derivative) or side.body is None or any(steps(side.body, scope)):
        return None
    layer = _layer(side.body, scope, Name(scope.network.step))
    below = next((step for step, _ in steps(side.wrt[0], scope)), None)
    if layer is None or below is None or not layer.timed:
        return None
    return shifted(below, -nearest_shifts(layer, scope).get(_letter(side.wrt[0]), 0))


def _letter(node: Node) -> Letter:
    letter = innermost(node)
    return (letter.base, letter.accents) if isinstance(letter, Name) else ("", ())


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way to put steps in: `main` where nothing nearer says another.

    `layer` is what the chain begins with, if it is a layer, and `beside` how far from their equation's step letters
    stand beside a parameter: both say where `W h` is W h^(t-1). `forward` has these shifts for the side, or factor,
    at hand. `other` is put everywhere, but under a sum only if it isn't `loose`; `whole` gives a step also to what is
    a total without one (L).
    """

    scope: NetworkScope
    counting: frozenset[str]
    main: Node
    layer: Declaration | None = None
    beside: Mapping[tuple[Declaration, Letter], int] = field(default_factory=dict)
    forward: Mapping[Letter, int] = field(default_factory=dict)
    other: Node | None = None
    loose: bool = False
    whole: bool = False
    remote: bool = False
    given: dict[tuple[str, str], None] = field(default_factory=dict)

    def reading(self, sides: Sequence[Node]) -> Reading:
        """The sides as this rule reads them."""
        done: list[Node] = []
        given: list[tuple[tuple[str, str], ...]] = []
        for k, side in enumerate(sides):
            self.given.clear()
            forward = self.forward if self.layer is None or k == 0 else shifts_in(self.layer, side, self.scope)
            done.append(replace(self, forward=forward)._put(side, None, frozenset()))
            given.append(tuple(self.given))
        return Reading(tuple(done), tuple(given), self.remote)

    def _put(self, node: Node, near: Node | None, bound: frozenset[str]) -> Node:
        match node:
            case Name() | Scripted():
                return self._symbol(node, near, bound)
            case Derivative(body, wrt) if body is not None:
                return self._derivative(node, body, wrt, near, bound)
            case Nabla(wrt, body) if wrt is not None:
                own, still = self._own(body) or self._own(wrt) or near, replace(self, beside={}, forward={})
                return replace(node, wrt=still._put(wrt, own, bound), body=still._put(body, own, bound))
            case Product(factors) if self.beside:
                put = tuple(self._factor(factors, k)._put(factor, near, bound) for k, factor in enumerate(factors))
                return replace(node, factors=put)
            case Big():
                return self._sum(node, near, bound)
            case Apply():
                return replace(node, argument=self._put(node.argument, near, bound))
            case _:
                return rebuilt(node, lambda part: self._put(part, near, bound))

    def _factor(self, factors: Sequence[Node], k: int) -> _Rule:
        """The rule for one factor: a symbol, or a list of them, behind a weight matrix or beside an entry of one."""
        direct = isinstance(factors[k], Name | Scripted) or (
            isinstance(factors[k], Paren) and isinstance(factors[k].body, Listing)  # type: ignore[union-attr]
        )
        if not direct:
            return self
        weights: list[Declaration] = []
        for place, factor in enumerate(factors):
            found = resolve(factor, self.scope) if isinstance(factor, Name | Scripted) else None
            if found is not None and not found.rest and (found.index or place == k - 1):
                weights.append(found.declaration)
        shifts = {letter: shift for (weight, letter), shift in self.beside.items() if weight in weights}
        return replace(self, forward={**self.forward, **shifts})

    def _derivative(
        self, node: Derivative, body: Node, wrt: tuple[Node, ...], near: Node | None, bound: frozenset[str]
    ) -> Node:
        """What a layer is differentiated by stands where the layer's equations have it: a^(t) by h^(t-1)."""
        still = replace(self, beside={}, forward={})
        above, below = self._own(body), next((step for part in wrt if (step := self._own(part)) is not None), None)
        layer = _layer(body, self.scope, self.main)
        back = {} if layer is None or self.other is not None else dict(nearest_shifts(layer, self.scope))
        if layer is not None and above is None and below is None:
            back.pop(letter_of(layer), None)
        shifts = [back.get(_letter(part), 0) for part in wrt]
        top = above or (None if below is None else shifted(below, -shifts[0])) or near
        under = replace(still, forward=back) if above is not None or below is None else still
        lower = above or near if above is not None or below is None else below
        return replace(
            node, body=still._put(body, top, bound), wrt=tuple(under._put(part, lower, bound) for part in wrt)
        )

    def _own(self, node: Node) -> Node | None:
        """The first step written in a node that no sum in it binds."""
        return next((step for step, bound in steps(node, self.scope) if not letters_of(step) & bound), None)

    def _sum(self, node: Big, near: Node | None, bound: frozenset[str]) -> Node:
        """A sum over steps gives the step that it runs over."""
        names = bound_letters(node)
        counted = {letter for step, _ in steps(node.body, self.scope) for letter in letters_of(step)}
        own = next((name for name in node.indices if name.base in counted | self.scope.step_names), None)
        return replace(node, body=self._put(node.body, own or near, bound | names))

    def _symbol(self, node: Name | Scripted, near: Node | None, bound: frozenset[str]) -> Node:
        if lacks_step(node, self.scope, self.counting | bound) or (self.whole and self._is_total(node)):
            return self._with(node, near, bound)
        if isinstance(node, Name) or is_known(node, self.scope):
            return node
        base = node.base if isinstance(innermost(node), Name) else self._put(node.base, near, bound)
        subs = tuple(self._put(script, near, bound) for script in node.subs)
        sups = tuple(script if is_transpose(script) else self._put(script, near, bound) for script in node.sups)
        return replace(node, base=base, subs=subs, sups=sups)

    def _is_total(self, node: Name | Scripted) -> bool:
        """Whether a symbol without a step has a namesake with one, as L and L^(t)."""
        found = resolve(node, self.scope)
        if found is None or found.declaration.role != "layer" or found.declaration.timed or found.step is not None:
            return False
        stepped = resolve(with_step(node, self.main), self.scope)
        return stepped is not None and stepped.declaration.timed

    def _with(self, node: Name | Scripted, near: Node | None, bound: frozenset[str]) -> Node:
        letter = innermost(node)
        assert isinstance(letter, Name)
        if self.other is not None and (self.loose or letters_of(self.other) & bound):
            step = self.other
        else:
            step = shifted(near or self.main, self.forward.get((letter.base, letter.accents), 0))
        self.given[spoken(step), named(node, self.scope, self.main)] = None
        return with_step(node, step)


