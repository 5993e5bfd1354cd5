"""What came of a claim, as an entry of a report says it."""

from __future__ import annotations

from dataclasses import replace

from bptt_sym.check.report import Entry, FailingInstance
from bptt_sym.claims import Outcome


def judged(entry: Entry, outcome: Outcome) -> Entry:
    """The entry with what came of its claim."""
    return replace(
        entry,
        verdict=outcome.word,
        given=outcome.given,
        reading="; ".join(outcome.readings) or None,
        message=_message(outcome),
        witness=_witness(outcome),
        instances=outcome.instances,
        place=outcome.span,
        shapes=outcome.shapes,
    )


def _message(outcome: Outcome) -> str:
    """What an outcome says, and for how many instances a proof stands."""
    if outcome.word != "proved":
        return outcome.message
    count = outcome.instances
    return "; ".join(filter(None, (f"holds in all {count} instances" if count > 1 else "holds", outcome.message)))


def _witness(outcome: Outcome) -> FailingInstance | None:
    if outcome.witness is None:
        return None
    first, found = outcome.failing[0], outcome.witness
    point = tuple((symbol.name, value) for symbol, value in found.point)
    return FailingInstance(first.binding, first.component, point, found.lhs, found.rhs)
