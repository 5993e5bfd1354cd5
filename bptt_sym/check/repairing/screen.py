"""Changed sides compared in balls at a few instances, so that only those that agree need be proved."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import TypeAlias

from flint import arb
from sympy import Expr

from bptt_sym.claims import Setting
from bptt_sym.errors import BpttSymError, Missing
from bptt_sym.meaning.array import Array, Flexible, Value
from bptt_sym.meaning.context import Conditions, Context
from bptt_sym.meaning.evaluate import meaning
from bptt_sym.meaning.scope import Binding
from bptt_sym.proof.balls import Point
from bptt_sym.written.nodes import Big, Node, walk

Key: TypeAlias = tuple[int, tuple[tuple[str, int], ...]]
Pairs: TypeAlias = list[tuple[Expr, Expr]]
POINTS = 2


class Screen:
    """The sides of one claim at some choices of its letters, the one that failed first in front."""

    def __init__(self, left: Node, right: Node, setting: Setting, bindings: Sequence[Binding]) -> None:
        self.sides = (left, right)
        self.setting = setting
        self.bindings = tuple(bindings)
        self.points: list[Point] = [
            setting.prover.evidence.point("one_hot", number, setting.prover.limits.bits) for number in range(POINTS)
        ]
        self._known: dict[Key, tuple[Node, Value | BpttSymError]] = {}
        sums = [node for side in self.sides for node in walk(side) if isinstance(node, Big)]
        self._inner = {name.base: 1 for node in sums for name in node.indices}
        self._balls: list[dict[Expr, arb]] = [{} for _ in range(POINTS)]

    def value(self, node: Node, binding: Binding) -> Value:
        """The meaning of a side or a part of one; parts met before are not evaluated again."""
        return self._rule(node, Context(self.setting.scope, binding, Conditions(), self._rule))

    def _rule(self, node: Node, context: Context) -> Value:
        if context.letters:
            return meaning(node, context)
        key = id(node), tuple(context.binding.items())
        known = self._known.get(key)
        if known is None:
            found: Value | BpttSymError
            try:
                found = meaning(node, context)
            except BpttSymError as error:
                found = error
            known = self._known[key] = node, found
        if isinstance(known[1], BpttSymError):
            raise known[1]
        return known[1]

    def is_scalar(self, node: Node) -> bool | None:
        """Whether a part is a scalar at the first choice of letters; None where that can't be told."""
        try:
            value = self.value(node, {**self._inner, **dict(self.bindings[0])})
        except BpttSymError:
            return None
        return value.is_scalar if isinstance(value, Array) else value.kind == "number"

    def exists(self, node: Node, binding: Binding) -> bool:
        """Whether all steps and components that a side names exist; False for what can't be evaluated at all."""
        try:
            self.value(node, binding)
        except BpttSymError:
            return False
        return True

    def is_missing(self, node: Node, binding: Binding) -> bool:
        """Whether a side names a step or component that doesn't exist."""
        try:
            self.value(node, binding)
        except Missing:
            return True
        except BpttSymError:
            return False
        return False

    def agrees(self, left: Node, right: Node) -> bool:
        """Whether both sides exist, conform and have equal values, as far as balls tell, at all choices of letters."""
        return all(self._agrees_at(left, right, binding) for binding in self.bindings)

    def _agrees_at(self, left: Node, right: Node, binding: Binding) -> bool:
        pairs = self.pairs(left, right, binding)
        if pairs is None:
            return False
        return all(self._ball(p, k).overlaps(self._ball(q, k)) for k in range(POINTS) for p, q in pairs if p is not q)

    def _ball(self, expr: Expr, k: int) -> arb:
        known = self._balls[k].get(expr)
        if known is None:
            known = self._balls[k][expr] = self.points[k].value(expr)
        return known

    def pairs(self, left: Node, right: Node, binding: Binding) -> Pairs | None:
        """The components of both sides; None where the sides don't conform or don't exist."""
        try:
            a, b = self.value(left, binding), self.value(right, binding)
        except BpttSymError:
            return None
        shape = a.shape if isinstance(a, Array) else b.shape if isinstance(b, Array) else (1, 1)
        x = a.shaped(shape) if isinstance(a, Flexible) else a
        y = b.shaped(shape) if isinstance(b, Flexible) else b
        if x is None or y is None or x.shape != y.shape:
            return None
        return [(x.at(i, j), y.at(i, j)) for i in range(x.rows) for j in range(x.cols)]

    def fingerprint(self, node: Node) -> float | None:
        """A number that tells values of a side apart, linear in its components; None where it has no value."""
        try:
            value = self.value(node, self.bindings[0])
        except BpttSymError:
            return None
        if isinstance(value, Flexible):
            return None
        entries = sorted(value.entries.items(), key=lambda entry: entry[0])
        return sum(sqrt(2 + 7 * i + 3 * j) * float(self._ball(entry, 0).mid()) for (i, j), entry in entries)

    def is_zero(self, node: Node) -> bool:
        """Whether a side is 0 in every component at the first choice of letters."""
        value = self.value(node, self.bindings[0])
        return not value.entries if isinstance(value, Array) else value.kind == "zero"
