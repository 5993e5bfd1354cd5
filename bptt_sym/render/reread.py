"""A checked document read once more for its nodes, together with the LaTeX that its report speaks in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bptt_sym.check.bounds import MOST_MATHS
from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.report import OPEN, WRONG, Entry, Report
from bptt_sym.errors import Span, Unreadable
from bptt_sym.limits import TimeUp, deadline
from bptt_sym.render.excerpt import Mark, unboxed
from bptt_sym.render.marking import Place
from bptt_sym.written.document import Formula, each_stretch
from bptt_sym.written.nodes import Chain, Node, Syntax, children

SECONDS = 20.0
FORMULA = re.compile(r"\$([^$]+)\$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Maths of the document between one pair of delimiters, and what was read in it."""

    span: Span
    environment: str
    formulas: tuple[Formula, ...]

    @property
    def inline(self) -> bool:
        """Whether it can stand in running text."""
        return self.environment in ("$", "\\(", "math") and len(self.formulas) < 2


@dataclass(frozen=True, slots=True)
class Reread:
    """The stretches of the document in order, and the formulas of its report by their LaTeX."""

    stretches: tuple[Stretch, ...]
    fragments: dict[str, Formula]
    offsets: dict[str, int]

    def marks(self, latex: str, marks: Iterable[Mark]) -> tuple[Span, ...]:
        """The places of marks in a fragment, where its nodes have them."""
        start = self.offsets.get(latex, 0)
        return tuple(Span(start + mark.span.start, start + mark.span.end) for mark in marks)


    def places(self, formula: Formula, k: int, entry: Entry) -> Iterator[Place]:
        """The factors that don't conform, else the place of the trouble, else what a suggestion would change."""
        kind = "wrong" if entry.verdict in WRONG else "open"
        if entry.verdict not in WRONG | OPEN:
            return
        if entry.shapes:
            yield from (Place(span, kind, words) for span, words in entry.shapes)
        elif entry.place is not None:
            yield Place(entry.place, kind)
        elif entry.suggestion is not None:
            after = self.fragments.get(unboxed(entry.suggestion.marked)[0])
            if after is not None:
                yield from (Place(span, kind) for span in changed(formula, k, after))


def reread(manuscript: Manuscript, report: Report) -> Reread:
    """Reads the document and, after it and so with its macros, all LaTeX in the report; what takes too long is left."""
    maths = manuscript.maths
    text, offsets = maths, {}
    for latex in dict.fromkeys(_spoken(report)):
        text += "\n\n$$"
        offsets[latex] = len(text)
        text += f"{latex}$$"
    found: list[Stretch] = []
    try:
        with deadline(SECONDS, "reading takes too long"):
            found.extend(_bounded(text, manuscript.kind))
    except TimeUp:
        pass
    after = {stretch.span.start: stretch.formulas for stretch in found if stretch.span.start > len(maths)}
    fragments = {}
    for latex, start in offsets.items():
        formulas = after.get(start - 2, ())
        if len(formulas) == 1 and formulas[0].error is None:
            fragments[latex] = formulas[0]
    return Reread(tuple(one for one in found if one.span.end <= len(maths)), fragments, offsets)


def _bounded(text: str, kind: str) -> Iterator[Stretch]:
    size = 0
    for stretch in each_stretch(text, kind=kind):
        size += stretch.span.end - stretch.span.start
        if size > 2 * MOST_MATHS:
            return
        yield Stretch(stretch.span, stretch.environment, tuple(stretch.formulas))


def _spoken(report: Report) -> Iterator[str]:
    for entry in report.entries:
        for words in _sentences(entry):
            yield from (found for found in FORMULA.findall(words) if "\n\n" not in found)
        if entry.suggestion is not None:
            yield unboxed(entry.suggestion.marked)[0]
    for note in report.notes:
        yield from FORMULA.findall(note)


def _sentences(entry: Entry) -> Iterator[str]:
    yield entry.message
    yield entry.reading or ""
    yield entry.suggestion.edit if entry.suggestion else ""


def changed(before: Formula, k: int, after: Formula) -> Iterator[Span]:
    """Where a suggestion changes the equality at relation k: the smallest nodes in which the two differ."""
    sides = before.sides[k : k + 2] if before.relations else before.sides
    for old, new in zip(sides, after.sides, strict=False):
        if not isinstance(old, Unreadable) and not isinstance(new, Unreadable):
            yield from _differing(old, new)


def _differing(old: Node, new: Node) -> Iterator[Span]:
    if old == new:
        return
    mine, others = children(old), children(new)
    if old.__class__ is new.__class__ and len(mine) == len(others) and mine and _same_kind(old, new):
        inner = [span for pair in zip(mine, others, strict=True) for span in _differing(*pair)]
        if inner:
            yield from inner
            return
    if old.span is not None:
        yield old.span


def _same_kind(old: Syntax, new: Syntax) -> bool:
    return not isinstance(old, Chain) or not isinstance(new, Chain) or old.relations == new.relations
