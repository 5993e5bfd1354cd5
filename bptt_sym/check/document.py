"""A document goes through the reader and the judge, equality by equality, and comes out as a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bptt_sym.check.bounds import ENDLESS, MOST_BESIDE, Rest, Time, left_out, shortened
from bptt_sym.check.definitions import DEFINING, definition, is_about_indices
from bptt_sym.check.doubt import speaks_of_layer, unsaid_layer
from bptt_sym.check.manuscript import Kind, Manuscript
from bptt_sym.check.report import WRONG, Entry, FailingInstance, Report
from bptt_sym.check.setting import Part, Premises
from bptt_sym.check.summation import says_so, silent_index, sums_silently
from bptt_sym.claims import TOO_DEEP, Outcome, Setting, examine, judge
from bptt_sym.errors import IllTyped, Span, Unreadable
from bptt_sym.limits import TimeUp
from bptt_sym.network.dialect import Dialect
from bptt_sym.written.document import Formula, formulas, one_line
from bptt_sym.written.nodes import Node

ASSERTING = DEFINING | {"="}
ENDS = {
    "proved": "the first and the last side of this chain are equal all the same",
    "refuted": "the first and the last side of this chain differ too",
}


def judge_document(text: str, setting: Setting, *, file: str, kind: Kind = "tex") -> Report:
    """One entry for every equality that `text` asserts about a network given beforehand."""
    part = Part(formulas(text, kind=kind), Premises(setting, setting.network.name))
    return judge_parts(Manuscript(file, text, kind), (part,))


def judge_parts(
    manuscript: Manuscript, parts: Sequence[Part], *, time: Time = ENDLESS, rest: Rest | None = None
) -> Report:
    """One entry for every equality among the formulas of a document, in their order.

    An equality that introduces a symbol is a definition, known to all that stands after it in its part. Nothing is
    raised for what the document says. `time` is shared out among the equalities; for the `rest` of a document there is
    one entry, undecided.
    """
    entries: list[Entry] = []
    notes: dict[str, None] = dict.fromkeys(manuscript.notes)
    for number, part in enumerate(parts):
        reading = _read(manuscript, part, time)
        if number:
            line = manuscript.place(part.formulas[0].span).line
            notes[f"line {line}: from here on the document speaks of another network"] = None
        entries.extend(reading.entries)
        notes.update(dict.fromkeys((*part.premises.notes, *reading.notes)))
    if rest is not None:
        entries.append(left_out(manuscript, rest))
    origins = dict.fromkeys(part.premises.origin for part in parts)
    settings = [part.premises.setting for part in parts if part.premises.setting is not None]
    sizes = {name: size for setting in reversed(settings) for name, size in _sizes(setting).items()}
    steps = settings[0].scope.steps if settings else 0
    return Report(manuscript.file, "; ".join(origins), sizes, steps, tuple(entries), tuple(notes))


def _read(manuscript: Manuscript, part: Part, time: Time) -> _Reading:
    """A part gone through; again without its network where it turns out to be about another one."""
    reading = _Reading(manuscript, part, time)
    for formula in part.formulas:
        reading.take(formula)
    if reading.doubt is None:
        return reading
    refused = replace(part, premises=replace(part.premises, setting=None, error=reading.doubt))
    return _read(manuscript, refused, time)


def _sizes(setting: Setting) -> dict[str, int]:
    return {axis.name: setting.scope.sizes[axis.name] for axis in setting.network.axes if not axis.parts}


class _Reading:
    """A document on its way: the entries so far, and the setting with the definitions so far."""

    def __init__(self, manuscript: Manuscript, part: Part, time: Time) -> None:
        self.manuscript = manuscript
        self.maths = manuscript.maths
        self.time = time
        self.part = part
        self.premises = part.premises
        self.setting = part.premises.setting
        self.entries: list[Entry] = []
        self.notes: list[str] = []
        self.doubt: Unreadable | None = None

    def take(self, formula: Formula) -> None:
        """Adds what one formula asserts."""
        if self.setting is None:
            self._refuse(formula)
            return
        formula = _normal(formula, self.premises.dialect)
        if not formula.relations:
            self._take_expression(formula, self.setting)
        before = len(self.entries)
        for k, relation in enumerate(formula.relations):
            if relation in ASSERTING:
                self._take_equality(formula, k, self.setting)
        if self._is_broken_chain(formula, before):
            self._judge_ends(formula, before)

    def _refuse(self, formula: Formula) -> None:
        """Nothing can be said where the document's own network can't be read."""
        error = self.premises.error
        assert error is not None
        where = f" (line {self.manuscript.place(error.span).line})" if error.span is not None else ""
        message = f"the network that this document is about can't be read{where}: {error.message}"
        for k, relation in enumerate(formula.relations):
            if relation in ASSERTING:
                outcome = Outcome("unreadable", message, span=error.span)
                self._add(formula, formula.relation_spans[k], _sides_span(formula, k), outcome)

    def _take_expression(self, formula: Formula, setting: Setting) -> None:
        """Without a relation nothing is asserted, but shapes must fit."""
        (side,) = formula.sides
        if formula.statement is None or isinstance(side, Unreadable):
            return
        try:
            with self.time.claim():
                examine(side, setting, formula.statement.conditions)
        except IllTyped as error:
            outcome = Outcome("ill-typed", error.message, span=error.span, shapes=error.shapes)
            self._add(formula, formula.span, formula.span, outcome)
        except (Unreadable, TimeUp, RecursionError):
            return

    def _take_equality(self, formula: Formula, k: int, setting: Setting) -> None:
        left, right = formula.sides[k : k + 2]
        sign, span = formula.relation_spans[k], _sides_span(formula, k)
        if sign.start in self.premises.signs:
            self._add(formula, sign, span, None, "part of the network that this document defines")
            return
        error = next((side for side in (left, right) if isinstance(side, Unreadable)), None) or _whole_error(formula)
        if error is not None:
            self._add(formula, sign, span, Outcome("unreadable", error.message, span=error.span))
            return
        assert not isinstance(left, Unreadable)
        assert not isinstance(right, Unreadable)
        if not is_about_indices(left, right, setting):
            self._judge_in_time(formula, k, left, right, setting)

    def _judge_in_time(self, formula: Formula, k: int, left: Node, right: Node, setting: Setting) -> None:
        try:
            with self.time.claim():
                self._judge(formula, k, left, right, setting)
        except (TimeUp, RecursionError) as error:
            why = str(error) if isinstance(error, TimeUp) else TOO_DEEP
            self._add(formula, formula.relation_spans[k], _sides_span(formula, k), Outcome("undecided", why))

    def _judge(self, formula: Formula, k: int, left: Node, right: Node, setting: Setting) -> None:
        sign, span = formula.relation_spans[k], _sides_span(formula, k)
        conditions = formula.reading.conditions
        try:
            new = definition(left, right, formula.relations[k], conditions, setting)
        except IllTyped as error:
            self._add(formula, sign, span, Outcome("ill-typed", error.message, span=error.span, shapes=error.shapes))
            return
        except Unreadable as error:
            self._add(formula, sign, span, Outcome("unreadable", error.message, span=error.span))
            return
        if new is not None and k > 0 and new.setting is not setting:
            unknown = Outcome("unreadable", "nothing says what the left side is", span=left.span)
            self._add(formula, sign, span, unknown)
            return
        if new is not None:
            self.setting = new.setting
            self._add(formula, sign, span, None, new.message)
            return
        outcome = judge(left, right, setting, conditions, _chain(formula, k))
        if outcome.word == "unreadable" and self.premises.assumed and speaks_of_layer(left, right, setting.scope):
            self.doubt = self.doubt or Unreadable(outcome.message, sign)
        said = outcome.word in ("proved", "refuted")
        if said and self.premises.own and (unsaid := unsaid_layer((left, right), setting.scope)):
            outcome = Outcome("unreadable", "nothing says what this depends on", span=unsaid.span)
        if outcome.word in ("proved", "refuted"):
            outcome = self._unless_summed(outcome, left, right, setting)
        if formula.relations[k] in DEFINING and outcome.word in ("refuted", "ill-typed"):
            outcome = Outcome("unreadable", "this gives another meaning to a symbol that has one", span=left.span)
        if outcome.vacuous:
            line = self.manuscript.place(sign).line
            steps = f"{setting.scope.steps} step{'s' * (setting.scope.steps > 1)}"
            self.notes.append(f"line {line}: nothing to decide, as no instance of this exists in {steps}")
        else:
            self._add(formula, sign, span, outcome)

    def _unless_summed(self, outcome: Outcome, left: Node, right: Node, setting: Setting) -> Outcome:
        """The outcome, or that it is not clear whether a letter is free or summed over."""
        letter = silent_index(left, right, setting.scope)
        if letter is None:
            return outcome
        silent = sums_silently(self.manuscript.text, self.part.formulas, setting.scope)
        if not silent or (outcome.word == "proved" and not says_so(self.manuscript.text)):
            return outcome
        return Outcome("unreadable", f"is {letter} free here, or summed over? write the sum", span=right.span)

    def _is_broken_chain(self, formula: Formula, before: int) -> bool:
        """Whether a chain of equalities has a wrong link and others beside it."""
        links = self.entries[before:]
        whole = len(links) == len(formula.relations) > 1 and all(r in ASSERTING for r in formula.relations)
        return whole and any(entry.verdict in WRONG for entry in links)

    def _judge_ends(self, formula: Formula, before: int) -> None:
        """Says of a chain with a wrong link whether its first and last side are equal all the same."""
        first, last = formula.sides[0], formula.sides[-1]
        if self.setting is None or isinstance(first, Unreadable) or isinstance(last, Unreadable):
            return
        sides = tuple(side for side in formula.sides if not isinstance(side, Unreadable))
        with self.time.claim():
            word = judge(first, last, self.setting, formula.reading.conditions, sides).word
        if word not in ENDS:
            return
        for place, entry in enumerate(self.entries[before:], before):
            if entry.verdict in WRONG:
                self.entries[place] = replace(entry, message=f"{entry.message}; {ENDS[word]}")

    def _add(self, formula: Formula, sign: Span, sides: Span, outcome: Outcome | None, message: str = "") -> None:
        """One more entry; no outcome means a definition."""
        place = self.manuscript.place(sign)
        label = formula.label_at(sign.start)
        latex = shortened(one_line(self.maths, sides))
        where = (place.cell, place.line, place.column, label)
        entry = Entry(*where, latex, "definition", message=message, span=sign, sides=sides)
        self.entries.append(entry if outcome is None else _judged(entry, outcome))


def _judged(entry: Entry, outcome: Outcome) -> Entry:
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


def _normal(formula: Formula, dialect: Dialect) -> Formula:
    """The formula with its sides as the network writes them; a side for which that can't be told is unreadable."""
    sides: list[Node | Unreadable] = []
    for side in formula.sides:
        try:
            sides.append(side if isinstance(side, Unreadable) else dialect.normal(side))
        except Unreadable as error:
            sides.append(error)
    return replace(formula, reading=replace(formula.reading, sides=tuple(sides)))


def _chain(formula: Formula, k: int) -> tuple[Node, ...]:
    """The sides around relation k that equality signs join and that can be read; of a very long chain, those near."""
    first, last = k, k + 1
    while first > max(0, k - MOST_BESIDE) and formula.relations[first - 1] in ASSERTING:
        first -= 1
    while last < min(len(formula.relations), k + MOST_BESIDE) and formula.relations[last] in ASSERTING:
        last += 1
    sides = formula.sides
    while isinstance(sides[first], Unreadable):
        first += 1
    joined: list[Node] = []
    for side in sides[first : last + 1]:
        if isinstance(side, Unreadable):
            break
        joined.append(side)
    return tuple(joined)
def _whole_error(formula: Formula) -> Unreadable | None:
    """Why a formula as a whole can't be read although its sides can; an unreadable side spoils only its own."""
    if formula.error is None or any(formula.error is side for side in formula.sides):
        return None
    return formula.error


def _sides_span(formula: Formula, k: int) -> Span:
    """From the relation before to the relation after."""
    signs = formula.relation_spans
    start = formula.span.start if k == 0 else signs[k - 1].end
    end = formula.span.end if k + 1 == len(signs) else signs[k + 1].start
    return Span(start, end)


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
