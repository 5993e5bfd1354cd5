"""What balls say of a claim: equal or different, at points of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp
from flint import arb
from sympy import Expr, Symbol

from bptt_sym.limits import ask
from bptt_sym.proof.balls import Choice, Kind, Point, missing
from bptt_sym.proof.terms import composite_parts, shown
from bptt_sym.proof.verdict import Theory, Witness


@dataclass(frozen=True, slots=True)
class Claim:
    """Two sides with what was divided by and what stood under ln on the way to them."""

    lhs: Expr
    rhs: Expr
    divisors: tuple[Expr, ...]
    positives: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Both sides in balls at a point where everything is defined."""

    point: Point
    lhs: arb
    rhs: arb

    @property
    def differ(self) -> bool:
        """Whether the balls are disjoint."""
        return not self.lhs.overlaps(self.rhs)


class Evidence:
    """Samples of claims over one theory; the points keep the values of its symbols."""

    def __init__(self, theory: Theory, points: int, bits: int) -> None:
        self.theory = theory
        self.count, self.bits = points, bits
        self._points: dict[tuple[Kind, int, int], Point] = {}
        self._parts: dict[Symbol, list[Symbol]] = {}
        self._claim: Claim | None = None
        self._samples: dict[Point, Sample | None] = {}

    def point(self, kind: Kind, number: int, bits: int) -> Point:
        """The point of that kind, number and precision."""
        found = self._points.get((kind, number, bits))
        if found is None:
            found = self._points[kind, number, bits] = Point(self.theory, kind, number, bits)
        return found

    def chosen(self, claim: Claim, hot: Choice) -> Iterator[Sample]:
        """The samples that are defined at one-hot targets chosen beforehand."""
        for number in range(self.count):
            found = self.sample(claim, Point(self.theory, "one_hot", number, self.bits, hot))
            if found is not None:
                yield found

    def sample(self, claim: Claim, point: Point) -> Sample | None:
        """Both sides at one point; None where a divisor may be 0 or something is undefined."""
        if claim is not self._claim:
            self._claim, self._samples = claim, {}
        if point not in self._samples:
            self._samples[point] = self._sample(claim, point)
        return self._samples[point]

    def _sample(self, claim: Claim, point: Point) -> Sample | None:
        for divisor in claim.divisors:
            ask()
            ball = point.value(divisor)
            if not ball.is_finite() or ball.contains(0):
                return None
        for positive in claim.positives:
            ask()
            if not point.value(positive) > 0:
                return None
        lhs, rhs = point.value(claim.lhs), point.value(claim.rhs)
        return Sample(point, lhs, rhs) if lhs.is_finite() and rhs.is_finite() else None

    def samples(self, claim: Claim, kind: Kind, *, bits: int | None = None) -> Iterator[Sample]:
        """The samples that are defined, point by point."""
        for number in range(self.count):
            found = self.sample(claim, self.point(kind, number, self.bits if bits is None else bits))
            if found is not None:
                yield found

    def witness(self, claim: Claim, sample: Sample) -> Witness:
        """The refuting sample with the coordinates that the two sides depend on."""
        free = self._free([claim.lhs, claim.rhs])
        return Witness(
            tuple((s, str(sample.point.rational(s))) for s in free),
            sample.lhs.str(15),
            sample.rhs.str(15),
        )

    def _free(self, exprs: Sequence[Expr]) -> list[Symbol]:
        """The free symbols under the definitions, ordered by name."""
        pending = [s for e in exprs for s in missing(e, {})]
        seen = set(pending)
        free = []
        while pending:
            symbol = pending.pop()
            parts = self._parts.get(symbol)
            if parts is None:
                definition = self.theory.definition(symbol)
                parts = [symbol] if definition is None else missing(definition, {})
                self._parts[symbol] = parts
            if parts == [symbol]:
                free.append(symbol)
            for part in parts:
                if part not in seen:
                    seen.add(part)
                    pending.append(part)
        return sorted(free, key=lambda s: s.name)

    def vanishing(self, claim: Claim) -> str:
        """A sentence naming a divisor that is 0 for some one-hot target, or ""."""
        if not self.theory.targets:
            return ""
        divisors = [*claim.divisors, *_divisors(claim.lhs), *_divisors(claim.rhs)]
        for divisor in dict.fromkeys(d for d in divisors if not d.is_Number):
            for number in range(max(len(group) for group in self.theory.targets)):
                point = self.point("one_hot", number, self.bits)
                if point.value(divisor).contains(0):
                    hot = [s for s, v in point.targets.items() if v == 1]
                    inside = [s for s in hot if any(s in g for g in self._groups_of(divisor))]
                    return f"{shown(divisor)} may be 0 for {', '.join(f'{s} = 1' for s in inside or hot)}"
        return ""

    def _groups_of(self, expr: Expr) -> list[tuple[Symbol, ...]]:
        symbols = set(self._free([expr]))
        return [g for g in self.theory.targets if symbols & set(g)]


def _divisors(expr: Expr) -> list[Expr]:
    """What stands below a fraction bar in `expr`."""
    return [
        part.args[0]
        for part in composite_parts(expr)
        if isinstance(part, sp.Pow) and part.args[1].is_Number and part.args[1].is_negative
    ]
