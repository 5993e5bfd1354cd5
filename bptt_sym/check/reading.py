"""A document gone through formula by formula: each equality is a definition, or a claim that is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from bptt_sym.check.anew import gives_anew, supposes
from bptt_sym.check.bounds import Time, shortened
from bptt_sym.check.definitions import DEFINING, Definition, definition, is_about_indices
from bptt_sym.check.doubt import speaks_of_layer, unsaid_layer
from bptt_sym.check.entries import judged
from bptt_sym.check.links import ASSERTING, chain_around, normal, sides_span, whole_error
from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.reconsidering import Surroundings, reconsidered
from bptt_sym.check.recursions import recursion
from bptt_sym.check.report import WRONG, Entry
from bptt_sym.check.setting import Part
from bptt_sym.check.stated import spoken_layouts
from bptt_sym.claims import TOO_DEEP, Outcome, Setting, examine, judge
from bptt_sym.errors import IllTyped, Span, Unreadable
from bptt_sym.limits import TimeUp
from bptt_sym.written.clauses import may_restrict
from bptt_sym.written.document import Formula, one_line
from bptt_sym.written.nodes import Node
from bptt_sym.written.writer import write

if TYPE_CHECKING:
    from bptt_sym.check.explaining import Explaining
    from bptt_sym.check.repair import Finding

EQUAL_ENDS = "the first and the last side of this chain are equal all the same"
DIFFERENT_ENDS = "the first and the last side of this chain differ too"
PREMISE = {"": "", "sum_y": ", given Σ y = 1", "one_hot": ", given that y is one-hot"}
SUPPOSED = "this is wrong unless what is supposed makes it right"


class Explanations:
    """What explains wrong lines, imported with the first of them."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.manuscript = manuscript

    @cached_property
    def now(self) -> Explaining:
        """The one for this document."""
        from bptt_sym.check.explaining import Explaining

        return Explaining(self.manuscript)


class Reading:
    """A document on its way: the entries so far, and the setting with the definitions so far."""

    def __init__(self, manuscript: Manuscript, part: Part, explanations: Explanations | None, time: Time) -> None:
        self.explanations = explanations
        self.manuscript = manuscript
        self.maths = manuscript.maths
        self.time = time
        self.part = part
        self.premises = part.premises
        self.setting = part.premises.setting
        self.entries: list[Entry] = []
        self.notes: list[str] = []
        self.doubt: Unreadable | None = None
        self.supposed: Span | None = None
        self.proved: Node | None = None
        self.number = -1

    def take(self, formula: Formula) -> None:
        """Adds what one formula asserts."""
        self.number += 1
        if self.setting is None:
            self._refuse(formula)
            return
        formula = normal(formula, self.premises.dialect, self.setting.scope)
        if not formula.relations:
            self._take_expression(formula, self.setting)
        before = len(self.entries)
        for k, relation in enumerate(formula.relations):
            if relation in ASSERTING and self.setting is not None:
                self._take_equality(formula, k, self.setting)
            elif relation in ASSERTING:
                self._refuse_link(formula, k)
        if self._is_broken_chain(formula, before):
            self._judge_ends(formula, before)

    def _refuse(self, formula: Formula) -> None:
        """Nothing can be said where the document's own network can't be read."""
        for k, relation in enumerate(formula.relations):
            if relation in ASSERTING:
                self._refuse_link(formula, k)

    def _refuse_link(self, formula: Formula, k: int) -> None:
        error = self.premises.error
        assert error is not None
        where = f" (line {self.manuscript.place(error.span).line})" if error.span is not None else ""
        message = f"the network that this document is about can't be read{where}: {error.message}"
        outcome = Outcome("unreadable", message, span=error.span)
        self._add(formula, formula.relation_spans[k], sides_span(formula, k), outcome)

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
            self._explain(lambda now: now.expression(side, outcome, setting))
        except (Unreadable, TimeUp, RecursionError):
            return

    def _take_equality(self, formula: Formula, k: int, setting: Setting) -> None:
        left, right = formula.sides[k : k + 2]
        sign, span = formula.relation_spans[k], sides_span(formula, k)
        if sign.start in self.premises.signs:
            self._add(formula, sign, span, None, "part of the network that this document defines")
            return
        error = next((side for side in (left, right) if isinstance(side, Unreadable)), None) or whole_error(formula)
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
            self._add(formula, formula.relation_spans[k], sides_span(formula, k), Outcome("undecided", why))

    def _judge(self, formula: Formula, k: int, left: Node, right: Node, setting: Setting) -> None:
        sign, span = formula.relation_spans[k], sides_span(formula, k)
        try:
            new = recursion(formula, self.part.formulas, self.premises.dialect, setting) if k == 0 else None
            new = new or definition(left, right, formula.relations[k], formula.reading.conditions, setting)
        except IllTyped as error:
            self._add(formula, sign, span, Outcome("ill-typed", error.message, span=error.span, shapes=error.shapes))
            return
        except Unreadable as error:
            self._add(formula, sign, span, Outcome("unreadable", error.message, span=error.span))
            return
        if new is None:
            self._judge_claim(formula, k, left, right, setting)
        else:
            self._define(formula, k, new, setting)

    def _define(self, formula: Formula, k: int, new: Definition, setting: Setting) -> None:
        """Takes in what an equality introduces, unless it stands within a chain or under words that may restrict it."""
        sign, span = formula.relation_spans[k], sides_span(formula, k)
        if k > 0 and new.setting is not setting:
            place = formula.sides[k].span
            self._add(formula, sign, span, Outcome("unreadable", "nothing says what the left side is", span=place))
        elif new.setting is not setting and (words := _restricting(formula)):
            why = f"the words {words!r} may say when this holds, and a definition under a condition is not read"
            self._add(formula, sign, span, Outcome("unreadable", why, span=sign))
        else:
            self.setting = new.setting
            self._add(formula, sign, span, None, new.message)

    def _judge_claim(self, formula: Formula, k: int, left: Node, right: Node, setting: Setting) -> None:
        sign, span = formula.relation_spans[k], sides_span(formula, k)
        outcome = self._outcome(formula, k, left, right, setting)
        if outcome.vacuous:
            line = self.manuscript.place(sign).line
            steps = f"{setting.scope.steps} step{'s' * (setting.scope.steps > 1)}"
            self.notes.append(f"line {line}: nothing to decide, as no instance of this exists in {steps}")
            return
        self._add(formula, sign, span, outcome)
        if outcome.word in WRONG:
            trusted, around, dialect = self.proved is left, chain_around(formula, k), self.premises.dialect
            self._explain(lambda now: now.equality(
                formula, k, outcome, setting, chain=around, trusted=trusted, dialect=dialect
            ))  # fmt: skip
        self.proved = right if outcome.word == "proved" else None

    def _outcome(self, formula: Formula, k: int, left: Node, right: Node, setting: Setting) -> Outcome:
        """What comes of a claim, given all that the document says around it."""
        conditions = formula.reading.conditions
        outcome = judge(left, right, setting, conditions, chain_around(formula, k))
        if outcome.word == "unreadable" and self.premises.assumed and speaks_of_layer(left, right, setting.scope):
            self.doubt = self.doubt or Unreadable(outcome.message, formula.relation_spans[k])
        said = outcome.word in ("proved", "refuted")
        if said and self.premises.own and (unsaid := unsaid_layer((left, right), setting.scope)):
            outcome = Outcome("unreadable", "nothing says what this depends on", span=unsaid.span)
        place = Surroundings(self.part.formulas, self.number, self.manuscript.text)
        outcome = reconsidered(outcome, left, right, setting, conditions, place)
        if formula.relations[k] in DEFINING and outcome.word in ("refuted", "ill-typed"):
            outcome = Outcome("unreadable", "this gives another meaning to a symbol that has one", span=left.span)
        return self._unless_supposed(outcome, formula, k, setting) if outcome.word in WRONG else outcome

    def _unless_supposed(self, outcome: Outcome, formula: Formula, k: int, setting: Setting) -> Outcome:
        """The outcome, unless the line is none about the network so far, or stands behind one that supposes more."""
        left, right, sign = formula.reading.sides[0], formula.reading.sides[k + 1], formula.relation_spans[k]
        if words := _restricting(formula):
            return Outcome("unreadable", f"the words {words!r} may say when this holds", span=sign)
        told = outcome.message.partition("; it holds in ")[2]
        if told and (spoken := [layout for layout in sorted(spoken_layouts(self.manuscript)) if layout in told]):
            return Outcome("unreadable", f"is this in {spoken[0]} layout, of which the text speaks?", span=sign)
        if k == 0 and isinstance(left, Node) and isinstance(right, Node):
            name, supposed = write(left), supposes(left, right, setting.scope)
            if supposed == "tie":
                return self._begun_anew(f"{name} is free in the network: is this supposed from here on?", sign)
            if supposed:
                self._suppose(formula)
                return Outcome("unreadable", f"{name} has no such value in the network: is it supposed?", span=sign)
            if outcome.word == "refuted" and gives_anew(left, right, setting.scope):
                return self._begun_anew(f"{name} is given anew, by other functions: a slip, or another network?", sign)
        if self.supposed is None:
            return outcome
        line = self.manuscript.place(self.supposed).line
        return Outcome("unreadable", f"{SUPPOSED} (line {line})", span=sign)

    def _suppose(self, formula: Formula) -> None:
        r"""What is wrong from here on may be right under what is supposed; so may X in `X \text{ where } Z`."""
        self.supposed = self.supposed or formula.span
        before = self.entries[-1] if self.entries else None
        if before is None or before.sides is None or before.verdict not in WRONG:
            return
        between = self.manuscript.text[before.sides.end : formula.span.start]
        if not any(mark in between for mark in ("$", "\\]", "\\)", "\\end", "\\\\")):
            self.entries[-1] = replace(before, verdict="unreadable", message=SUPPOSED, diagnosis=None, suggestion=None,
                                       witness=None, instances=0, given="")

    def _begun_anew(self, why: str, sign: Span) -> Outcome:
        """From here on nothing is known of the network, and nothing at all where it was only assumed."""
        error = Unreadable(why, sign)
        if self.premises.assumed:
            self.doubt = self.doubt or error
        self.setting, self.premises = None, replace(self.premises, error=error)
        return Outcome("unreadable", error.message, span=sign)

    def _explain(self, find: Callable[[Explaining], Finding]) -> None:
        """Adds to the last entry what is wrong with it, if that is wanted and found in time."""
        if self.explanations is None:
            return
        try:
            found = find(self.explanations.now)
        except (TimeUp, RecursionError):
            return
        self.entries[-1] = replace(self.entries[-1], diagnosis=found.diagnosis, suggestion=found.suggestion)

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
            outcome = judge(first, last, self.setting, formula.reading.conditions, sides)
        if outcome.word not in ("proved", "refuted"):
            return
        said = EQUAL_ENDS + PREMISE[outcome.given] if outcome.word == "proved" else DIFFERENT_ENDS
        for place, entry in enumerate(self.entries[before:], before):
            if entry.verdict in WRONG:
                self.entries[place] = replace(entry, message=f"{entry.message}; {said}")

    def _add(self, formula: Formula, sign: Span, sides: Span, outcome: Outcome | None, message: str = "") -> None:
        """One more entry; no outcome means a definition."""
        place = self.manuscript.place(sign)
        label = formula.label_at(sign.start)
        latex = shortened(one_line(self.maths, sides))
        where = (place.cell, place.line, place.column, label)
        entry = Entry(*where, latex, "definition", message=message, span=sign, sides=sides)
        self.entries.append(entry if outcome is None else judged(entry, outcome))


def _restricting(formula: Formula) -> str:
    """Words beside an equality that may say of what it holds."""
    return next(filter(may_restrict, formula.statement.notes), "") if formula.statement is not None else ""
