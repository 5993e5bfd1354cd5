"""How much of a document is gone through: work is counted first, wall time last, and what is left over is said."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.report import Entry
from bptt_sym.errors import Span
from bptt_sym.limits import TimeUp, deadline
from bptt_sym.written.document import Formula, each_formula, one_line

TIME_LIMIT = 60.0
LONGEST_DOCUMENT = 20_000_000
LONGEST_LATEX = 10_000
MOST_MATHS = 1_000_000
MOST_EQUALITIES = 20_000
MOST_BESIDE = 30
READING_SHARE, CLAIM_SHARE = 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Time:
    """The seconds that a document may take, None without end; reading and any one equality get a share of them."""

    seconds: float | None = TIME_LIMIT

    def whole(self) -> AbstractContextManager[None]:
        """The time for all of a document."""
        return deadline(self.seconds, f"the time limit of {self.seconds:g} s was reached" if self.seconds else "")

    def reading(self) -> AbstractContextManager[None]:
        """The time for reading it."""
        return self._share(READING_SHARE, "reading a document")

    def claim(self) -> AbstractContextManager[None]:
        """The time for one equality."""
        return self._share(CLAIM_SHARE, "one equality")

    def _share(self, part: float, what: str) -> AbstractContextManager[None]:
        if self.seconds is None:
            return nullcontext()
        share = f"{self.seconds * part:g} s for {what}, of the {self.seconds:g} s in all"
        return deadline(self.seconds * part, f"the time limit was reached: {share}")


ENDLESS = Time(None)


@dataclass(frozen=True, slots=True)
class Rest:
    """The part of a document that is not gone through, and why."""

    span: Span
    why: str


def read_bounded(text: str, kind: str) -> tuple[tuple[Formula, ...], Rest | None]:
    """The formulas of a document up to where the limits are reached, the deadline among them, and the rest."""
    if len(text) > LONGEST_DOCUMENT:
        why = f"a document of more than {LONGEST_DOCUMENT:,} characters is not read; this one has {len(text):,}"
        return (), Rest(Span(0, 0), why)
    found: list[Formula] = []
    maths = equalities = 0
    formulas = each_formula(text, kind=kind)
    try:
        for formula in formulas:
            maths += formula.span.end - formula.span.start
            equalities += len(formula.relations)
            if maths > MOST_MATHS or equalities > MOST_EQUALITIES:
                return tuple(found), Rest(formula.span, _too_much(maths > MOST_MATHS))
            found.append(formula)
    except TimeUp as error:
        end = found[-1].span.end if found else 0
        return tuple(found), Rest(Span(end, end), f"{error}; what follows was not read")
    return tuple(found), None


def left_out(manuscript: Manuscript, rest: Rest) -> Entry:
    """The one entry for what isn't gone through."""
    place, latex = manuscript.place(rest.span), shortened(one_line(manuscript.maths, rest.span))
    return Entry(place.cell, place.line, place.column, None, latex, "undecided", message=rest.why, span=rest.span)


def shortened(latex: str) -> str:
    """The LaTeX as a report shows it, cut where it is very long."""
    return latex if len(latex) <= LONGEST_LATEX else f"{latex[:LONGEST_LATEX]} ..."


def _too_much(maths: bool) -> str:
    most = f"{MOST_MATHS:,} characters of maths" if maths else f"{MOST_EQUALITIES:,} relations"
    return f"there are more than {most} before this; what follows was not judged"
