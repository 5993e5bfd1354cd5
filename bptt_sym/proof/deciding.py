"""Decide an equality over a theory: evaluate first, prove second, and say no more than was shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import islice, product

from sympy import Expr, Symbol

from bptt_sym.proof.balls import Choice, Kind
from bptt_sym.proof.evidence import Claim, Evidence, Sample
from bptt_sym.proof.logarithms import Undefined
from bptt_sym.proof.normal import Forms
from bptt_sym.proof.polynomial import ONE, Budget, LimitReached, Poly, add, scale
from bptt_sym.proof.terms import Foreign, shown
from bptt_sym.proof.unfolding import Unfolding
from bptt_sym.proof.verdict import Certificate, Given, Proved, Refuted, Theory, Undecided, Verdict

KINDS: dict[Given, Kind] = {"": "free", "sum_y": "sum_y", "one_hot": "one_hot"}
GIVENS: tuple[Given, ...] = ("", "sum_y", "one_hot")


@dataclass(frozen=True, slots=True)
class Limits:
    """Work allowed for one claim: terms multiplied, one-hot cases, sample points, bits of precision."""

    work: int = 400_000
    cases: int = 81
    points: int = 8
    bits: int = 64
    most_bits: int = 1024


@dataclass(slots=True)
class _Attempt:
    """What became of the attempt to prove one claim; a proof has a certificate if one was asked for."""

    proved: bool = False
    certificate: Certificate | None = None
    why: str = ""
    hot: Choice = ()


class Prover:
    """Decides claims over one theory; values and normal forms are kept between them.

    With `certifying` every proof comes with a certificate, which takes longer than the proof itself.
    """

    def __init__(self, theory: Theory, limits: Limits = Limits(), *, certifying: bool = True) -> None:
        self.theory = theory
        self.limits = limits
        self.certifying = certifying
        self.forms = Forms(theory)
        self.evidence = Evidence(theory, limits.points, limits.bits)

    def within(self, limits: Limits) -> Prover:
        """The same prover, with all that it knows, under other limits."""
        other = copy(self)
        other.limits = limits
        return other

    def decide(
        self,
        lhs: Expr,
        rhs: Expr,
        *,
        divisors: Sequence[Expr] = (),
        positives: Sequence[Expr] = (),
        presumes_one_hot: bool = False,
    ) -> Verdict:
        """Whether lhs = rhs wherever both are defined, under the weakest hypothesis that suffices."""
        try:
            return self._decide(Claim(lhs, rhs, tuple(divisors), tuple(positives)), presumes_one_hot)
        except RecursionError:
            return Undecided("an expression is nested too deeply")

    def _decide(self, claim: Claim, presumes_one_hot: bool) -> Verdict:
        first, defined = self._weakest(claim)
        if isinstance(first, Refuted):
            return first
        if not defined:
            return Undecided(self._nowhere(claim))
        givens: Sequence[Given] = GIVENS[GIVENS.index(first):] if self.theory.targets else ("",)
        why = "no proof found"
        for given in givens:
            attempt = self._prove(claim, given)
            if attempt.proved:
                return self._accept(claim, given, attempt.certificate, presumes_one_hot)
            why = attempt.why or why
        return self._refute_harder(claim, why, attempt.hot)

    def _weakest(self, claim: Claim) -> tuple[Given | Refuted, bool]:
        """The weakest hypothesis under which balls agree, or a refutation; whether any point is defined."""
        weakest: Given | None = None
        defined = False
        for given in GIVENS if self.theory.targets else GIVENS[2:]:
            sample = next(self.evidence.samples(claim, KINDS[given]), None)
            if sample is not None and sample.differ:
                if given == "one_hot":
                    return Refuted(self.evidence.witness(claim, sample)), True
                weakest, defined = None, True
                continue
            weakest = given if weakest is None else weakest
            if sample is not None:
                return weakest, True
        return weakest or "one_hot", defined

    def _nowhere(self, claim: Claim) -> str:
        for divisor in claim.divisors:
            if all(
                self.evidence.point(kind, number, self.limits.bits).value(divisor).contains(0)
                for kind in KINDS.values() for number in range(self.limits.points)
            ):
                return f"the divisor {shown(divisor)} was nowhere shown to differ from 0"
        return "no sample point was found where both sides are defined"

    def _prove(self, claim: Claim, given: Given) -> _Attempt:
        forms = self.forms
        forms.budget = Budget(self.limits.work)
        try:
            difference = add(forms.build(claim.lhs), scale(forms.build(claim.rhs), -1))
            attempt = self._unfold(claim, given, difference)
            if given == "one_hot" and not attempt.proved:
                by_cases = self._by_cases(claim, difference)
                attempt = by_cases if by_cases.proved or by_cases.hot else attempt
            return attempt
        except LimitReached:
            return _Attempt(why=f"the limit of {self.limits.work} terms was reached")
        except Undefined:
            return _Attempt(why="something divided by, or under ln, is 0 identically")
        except Foreign as found:
            return _Attempt(why=f"nothing is known of {found}")

    def _unfold(self, claim: Claim, given: Given, difference: Poly) -> _Attempt:
        forms = self.forms
        hypothesis: dict[int, Poly] = {}
        groups: dict[int, int] = {}
        if given:
            for group in self.theory.targets:
                hypothesis[forms.symbol(group[-1])] = forms.complement(group)
        if given == "one_hot":
            groups = {forms.symbol(s): k for k, group in enumerate(self.theory.targets) for s in group}
        unfolding = Unfolding(forms, hypothesis, groups)
        if not unfolding.vanishes(difference):
            return _Attempt(why="the normal forms differ", hot=self._telling(unfolding))
        return _Attempt(True, self._certify(claim, unfolding, given))

    def _certify(self, claim: Claim, unfolding: Unfolding, given: Given) -> Certificate | None:
        """The certificate of a proof, if one is wanted; what writes it is imported with the first."""
        if not self.certifying:
            return None
        from bptt_sym.proof.certificate import certify

        return certify(self.forms, claim.lhs, claim.rhs, unfolding, given)

    def _by_cases(self, claim: Claim, difference: Poly) -> _Attempt:
        """One-hot targets case by case, in the groups that matter; a case without meaning is left out."""
        forms = self.forms
        concerned = self._concerned(difference)
        numbers = [self.theory.targets.index(group) for group in concerned]
        count = 1
        for group in concerned:
            count *= len(group)
        if count > self.limits.cases:
            return _Attempt(why=f"one-hot targets give {count} cases, more than {self.limits.cases}")
        certificates = []
        shown = False
        for choice in product(*(range(len(group)) for group in concerned)):
            hypothesis = {
                forms.symbol(s): ONE if k == hot else {}
                for group, hot in zip(concerned, choice, strict=True) for k, s in enumerate(group)
            }
            hot = tuple(zip(numbers, choice, strict=True))
            unfolding = Unfolding(forms, hypothesis, case=True)
            try:
                if not unfolding.vanishes(difference):
                    return _Attempt(why="the normal forms differ for some one-hot target", hot=hot)
                shown = True
            except Undefined:
                pass
            certificates.append(self._certify(claim, unfolding, "one_hot"))
        if not shown:
            return _Attempt(why="the normal forms differ")
        cases = tuple(certificate for certificate in certificates if certificate is not None)
        return _Attempt(True, Certificate(claim.lhs, claim.rhs, (), "one_hot", cases) if self.certifying else None)

    def _telling(self, unfolding: Unfolding) -> Choice:
        """Targets under which only the terms of a failed attempt with the fewest targets are left."""
        groups = unfolding.groups
        held = [{groups[g]: g for g, _ in m if g in groups} for m in unfolding.left]
        fewest = min(held, key=len, default={})
        choice = []
        for number, group in enumerate(self.theory.targets if unfolding.groups else ()):
            places = [self.forms.symbol(s) for s in group]
            choice.append((number, places.index(fewest[number]) if number in fewest else len(group) - 1))
        return tuple(choice)

    def _concerned(self, difference: Poly) -> list[tuple[Symbol, ...]]:
        forms = self.forms
        unfolding = Unfolding(forms)
        unfolding.vanishes(difference)
        inside: set[int] = set()
        for m in unfolding.left:
            for g, _ in m:
                record = forms.generators[g]
                inside |= record.support if record.head else {g}
        return [group for group in self.theory.targets if inside & {forms.symbol(s) for s in group}]

    def _accept(
        self, claim: Claim, given: Given, certificate: Certificate | None, presumes_one_hot: bool
    ) -> Verdict:
        """Proved, unless balls contradict the proof, which would show an unsound law."""
        kinds = GIVENS[GIVENS.index(given):] if self.theory.targets else GIVENS[2:]
        defined = 0
        for kind in kinds:
            for sample in self._first(claim, KINDS[kind]):
                if sample.differ:
                    return Undecided("the proof is contradicted by values: a law or a definition is unsound")
                defined += 1
            if defined:
                break
        if not defined:
            return Undecided("no sample point that satisfies the hypothesis has both sides defined")
        shown: Given = "one_hot" if presumes_one_hot else given
        return Proved(shown, certificate, self.evidence.vanishing(claim))

    def _first(self, claim: Claim, kind: Kind) -> Iterator[Sample]:
        """One sample for rational functions, some more where functions have branches."""
        rational = self.forms.is_rational(claim.lhs) and self.forms.is_rational(claim.rhs)
        return islice(self.evidence.samples(claim, kind), 1 if rational else 3)

    def _refute_harder(self, claim: Claim, why: str, hot: Choice) -> Verdict:
        """A refutation at more points and with more bits, else undecided with what the balls say.

        `hot` are the targets at which the attempts to prove it failed.
        """
        for sample in self.evidence.chosen(claim, hot):
            if sample.differ:
                return Refuted(self.evidence.witness(claim, sample))
        bits = self.limits.bits
        agreeing = 0
        while bits <= self.limits.most_bits:
            agreeing = 0
            for sample in self.evidence.samples(claim, "one_hot", bits=bits):
                if sample.differ:
                    return Refuted(self.evidence.witness(claim, sample))
                agreeing += 1
            bits *= 2
        return Undecided(
            f"{why}; both sides agree at {agreeing} one-hot sample points in balls of {bits // 2} bits"
            if agreeing else f"{why}; no one-hot sample point has both sides defined"
        )


def decide(
    lhs: Expr,
    rhs: Expr,
    theory: Theory,
    *,
    divisors: Sequence[Expr] = (),
    positives: Sequence[Expr] = (),
    presumes_one_hot: bool = False,
) -> Verdict:
    """Decide one equality over a theory; for many, keep a `Prover`."""
    return Prover(theory).decide(
        lhs, rhs, divisors=divisors, positives=positives, presumes_one_hot=presumes_one_hot
    )
