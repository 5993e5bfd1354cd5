"""A document goes through the reader and the judge, equality by equality, and comes out as a report."""

from __future__ import annotations

from dataclasses import replace

from bptt_sym.check.definitions import DEFINING, definition, is_about_indices
from bptt_sym.check.manuscript import Kind, Manuscript
from bptt_sym.check.report import Entry, FailingInstance, Report
from bptt_sym.claims import Outcome, Setting, examine, judge
from bptt_sym.errors import IllTyped, Span, Unreadable
from bptt_sym.written.document import Formula, formulas, one_line
from bptt_sym.written.nodes import Node
from bptt_sym.written.regions import blanked

ASSERTING = DEFINING | {"="}


def judge_document(text: str, setting: Setting, *, file: str, kind: Kind = "tex") -> Report:
    """One entry for every equality that `text` asserts, as `judge_manuscript` gives it."""
    return judge_manuscript(Manuscript(file, text, kind), setting)


def judge_manuscript(manuscript: Manuscript, setting: Setting) -> Report:
    """One entry for every equality that a document asserts, in its order; it never raises for what it reads.

    An equality that introduces a symbol is a definition, known to all that stands after it.
    """
    reading = _Reading(manuscript, setting)
    for formula in formulas(manuscript.text, kind=manuscript.kind):
        reading.take(formula)
    sizes = {axis.name: setting.scope.sizes[axis.name] for axis in setting.network.axes if not axis.parts}
    entries, notes = tuple(reading.entries), tuple(reading.notes)
    return Report(manuscript.file, setting.network.name, sizes, setting.scope.steps, entries, notes)


class _Reading:
    """A document on its way: the entries so far, and the setting with the definitions so far."""

    def __init__(self, manuscript: Manuscript, setting: Setting) -> None:
        self.manuscript = manuscript
        self.maths = blanked(manuscript.text, manuscript.kind)
        self.setting = setting
        self.entries: list[Entry] = []
        self.notes: list[str] = []

    def take(self, formula: Formula) -> None:
        """Adds what one formula asserts."""
        if not formula.relations:
            self._take_expression(formula)
        for k, relation in enumerate(formula.relations):
            if relation in ASSERTING:
                self._take_equality(formula, k)

    def _take_expression(self, formula: Formula) -> None:
        """Without a relation nothing is asserted, but shapes must fit."""
        if formula.statement is None:
            return
        try:
            examine(formula.statement.body, self.setting, formula.statement.conditions)
        except IllTyped as error:
            outcome = Outcome("ill-typed", error.message, span=error.span, shapes=error.shapes)
            self._add(formula, formula.span, formula.span, outcome)
        except Unreadable:
            return

    def _take_equality(self, formula: Formula, k: int) -> None:
        left, right = formula.sides[k : k + 2]
        sign, span = formula.relation_spans[k], _sides_span(formula, k)
        error = next((side for side in (left, right) if isinstance(side, Unreadable)), None) or _whole_error(formula)
        if error is not None:
            self._add(formula, sign, span, Outcome("unreadable", error.message, span=error.span))
            return
        assert not isinstance(left, Unreadable)
        assert not isinstance(right, Unreadable)
        if not is_about_indices(left, right, self.setting):
            self._judge(formula, k, left, right)

    def _judge(self, formula: Formula, k: int, left: Node, right: Node) -> None:
        sign, span = formula.relation_spans[k], _sides_span(formula, k)
        conditions = formula.reading.conditions
        try:
            new = definition(left, right, formula.relations[k], conditions, self.setting)
        except IllTyped as error:
            self._add(formula, sign, span, Outcome("ill-typed", error.message, span=error.span, shapes=error.shapes))
            return
        except Unreadable as error:
            self._add(formula, sign, span, Outcome("unreadable", error.message, span=error.span))
            return
        if new is not None and k > 0 and new.setting is not self.setting:
            unknown = Outcome("unreadable", "nothing says what the left side is", span=left.span)
            self._add(formula, sign, span, unknown)
            return
        if new is not None:
            self.setting = new.setting
            self._add(formula, sign, span, None, new.message)
            return
        outcome = judge(left, right, self.setting, conditions, _chain(formula, k))
        if formula.relations[k] in DEFINING and outcome.word in ("refuted", "ill-typed"):
            outcome = Outcome("unreadable", "this gives another meaning to a symbol that has one", span=left.span)
        if outcome.vacuous:
            line = self.manuscript.place(sign).line
            steps = f"{self.setting.scope.steps} step{'s' * (self.setting.scope.steps > 1)}"
            self.notes.append(f"line {line}: nothing to decide, as no instance of this exists in {steps}")
        else:
            self._add(formula, sign, span, outcome)

    def _add(self, formula: Formula, sign: Span, sides: Span, outcome: Outcome | None, message: str = "") -> None:
        """One more entry; no outcome means a definition."""
        place = self.manuscript.place(sign)
        label = formula.label_at(sign.start)
        latex = one_line(self.maths, sides)
        entry = Entry(place.cell, place.line, place.column, label, latex, "definition", message=message, span=sign)
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


def _chain(formula: Formula, k: int) -> tuple[Node, ...]:
    """The sides around relation k that equality signs join and that can be read."""
    first, last = k, k + 1
    while first > 0 and formula.relations[first - 1] in ASSERTING:
        first -= 1
    while last < len(formula.relations) and formula.relations[last] in ASSERTING:
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
