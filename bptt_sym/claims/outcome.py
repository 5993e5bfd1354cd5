"""What came of a claim, put together from the verdicts on its instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bptt_sym.claims.timing import Reading
from bptt_sym.errors import Span
from bptt_sym.proof import Proved, Refuted, Undecided
from bptt_sym.proof.verdict import Certificate, Given, Witness

GIVENS: tuple[Given, ...] = ("", "sum_y", "one_hot")
MOST_FAILURES = 1000

Word: TypeAlias = Literal["proved", "refuted", "ill-typed", "unreadable", "undecided"]


@dataclass(frozen=True, slots=True)
class Instance:
    """One choice of the free letters, and the component that was compared (row, column; from 1)."""

    binding: tuple[tuple[str, int], ...]
    component: tuple[int, ...] = ()

    def __str__(self) -> str:
        parts = [f"{letter} = {value}" for letter, value in self.binding]
        if self.component:
            parts.append(f"component {', '.join(map(str, self.component))}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a claim.

    `given` is the weakest hypothesis under which all `instances` hold; for a refuted claim `failing` are the
    instances that don't, with a witness of the first; `span` and `shapes` say where a shape doesn't fit.
    `vacuous` marks a claim about every step that has no instance in this number of steps.
    """

    word: Word
    message: str = ""
    given: Given = ""
    instances: int = 0
    failing: tuple[Instance, ...] = ()
    witness: Witness | None = None
    span: Span | None = None
    shapes: tuple[tuple[Span, str], ...] = ()
    readings: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    vacuous: bool = False

    def __repr__(self) -> str:
        given = f", given {self.given}" if self.given else ""
        count = f", {self.instances} instance{'s' * (self.instances != 1)}" if self.instances else ""
        return f"<Outcome {self.word}{given}{count}{f': {self.message}' if self.message else ''}>"


class Tally:
    """Verdicts of instances, put together: one refuted refutes, one undecided leaves undecided."""

    def __init__(self) -> None:
        self.proved: list[Proved] = []
        self.failing: list[tuple[Instance, Refuted]] = []
        self.open: list[tuple[Instance, Undecided]] = []
        self.readings: dict[str, None] = {}

    @property
    def hopeless(self) -> bool:
        """Enough failures to stop looking for more."""
        return len(self.failing) >= MOST_FAILURES

    def add(self, instance: Instance, verdict: Proved | Refuted | Undecided) -> None:
        """Notes one instance's verdict."""
        match verdict:
            case Proved():
                self.proved.append(verdict)
            case Refuted():
                self.failing.append((instance, verdict))
            case Undecided():
                self.open.append((instance, verdict))

    def broken_off(self, why: str) -> Outcome:
        """The verdict on a claim of which only some instances were gone through: a failure among them is one."""
        if self.failing:
            return self.outcome()
        count = len(self.proved) + len(self.open)
        after = f" after {count} instances, {len(self.proved)} of them proved" if count else ""
        return Outcome("undecided", why + after, "", count, readings=tuple(self.readings))

    def outcome(self) -> Outcome:
        """The verdict on the whole claim."""
        count = len(self.proved) + len(self.failing) + len(self.open)
        readings = tuple(self.readings)
        if count == 0:
            return Outcome("unreadable", "no instance of this exists at these sizes and steps")
        if self.failing:
            failing = tuple(instance for instance, _ in self.failing)
            first = self.failing[0][1].witness
            message = _failure_message(failing, count)
            return Outcome("refuted", message, "", count, failing, first, readings=readings)
        if self.open:
            instance, verdict = self.open[0]
            where = f" ({instance})" if str(instance) else ""
            return Outcome("undecided", verdict.why + where, "", count, readings=readings)
        given = max((p.given for p in self.proved), key=GIVENS.index)
        certificates = tuple(p.certificate for p in self.proved if p.certificate is not None)
        note = next((p.note for p in self.proved if p.note), "")
        return Outcome("proved", note, given, count, readings=readings, certificates=certificates)


def _failure_message(failing: tuple[Instance, ...], count: int) -> str:
    if count == 1 and not str(failing[0]):
        return "the two sides differ"
    if len(failing) == count:
        return f"the two sides differ in all {count} instances"
    shown = "; ".join(str(instance) for instance in failing[:3])
    return f"the two sides differ in {len(failing)} of {count} instances: {shown}{' ...' if len(failing) > 3 else ''}"


def weighed(found: Sequence[tuple[Reading, Outcome]]) -> Outcome:
    """One outcome for the readings of an equality of which steps were left off.

    It is that of the first reading that makes sense; those after it only say whether the verdict depends on it, and
    a remote one only where it would mend the line.
    """
    sensible = [(way, outcome) for way, outcome in found if outcome.word != "unreadable"] or found[:1]
    reading, first = sensible[0]
    if not reading.told:
        return first
    note = f"steps left off: read with {reading.told}"
    others: dict[str, str] = {}
    for way, outcome in sensible[1:]:
        mends = outcome.word == "proved" and first.word != "proved"
        if outcome.word != first.word and (mends or not way.remote):
            others.setdefault(outcome.word, way.told)
    differing = [f"with {told} it would be {word}" for word, told in others.items()]
    message = "; ".join(filter(None, (first.message, note, *differing)))
    return replace(first, message=message, readings=(*first.readings, *((note, *differing) if differing else ())))
