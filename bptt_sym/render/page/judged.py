"""The formulas of a checked document on a page: each equality with its verdict, its problem and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from bptt_sym.check.report import OPEN, WRONG, Entry, Verdict
from bptt_sym.errors import Span, Unreadable
from bptt_sym.render import mathml, witness
from bptt_sym.render.excerpt import unboxed, visible
from bptt_sym.render.flowing import flow, pieces, unparted
from bptt_sym.render.marking import Marking, Place
from bptt_sym.render.page.lines import COPY_QUIET, COPY_SMALL, Line
from bptt_sym.render.report import NEEDS, place
from bptt_sym.render.reread import FORMULA, Reread
from bptt_sym.render.rows import width_of
from bptt_sym.render.symbols import Symbols, symbol_of
from bptt_sym.written.document import Formula, one_line
from bptt_sym.written.nodes import Node

SIGNS: dict[Verdict, str] = {
    "proved": "✓", "refuted": "✗", "ill-typed": "⊘", "unreadable": "?", "undecided": "…", "definition": "≔",
}  # fmt: skip
WIDEST_LEFT = 9.0  # em
_COPY = '<button type="button" class="copy" title="Copy the LaTeX of the suggestion">copy</button>'


@dataclass(frozen=True, slots=True)
class Numbered:
    """An entry with the id of its place on the page."""

    entry: Entry
    target: str


def is_problem(entry: Entry) -> bool:
    """Whether there is something to be done about it."""
    return entry.verdict in WRONG | OPEN


class Judged:
    """Writes formulas of one document; `maths` is its text, `read` what its report's LaTeX was read as."""

    def __init__(self, maths: str, read: Reread, symbols: Symbols, definitions: dict[str, str]) -> None:
        self.maths = maths
        self.read = read
        self.symbols = symbols
        self.definitions = definitions

    def lines(self, formula: Formula, entries: Sequence[Numbered | None]) -> Iterator[Line]:
        """A line for every relation; `entries` has what was said of each."""
        marking = self._marking(formula, entries)
        shown = ["<wbr>".join(self._side(formula, k, marking)) for k in range(len(formula.sides))]
        first = formula.sides[0]
        wide = not isinstance(first, Unreadable) and width_of(first) > WIDEST_LEFT
        if not formula.relations:
            yield self._line("", "", shown[0], entries[0], formula.span, self._said(formula))
            return
        for k, relation in enumerate(formula.relations):
            signs = formula.relation_spans
            end = signs[k + 1].start if k + 1 < len(signs) else formula.span.end
            start = formula.span.start if k == 0 else signs[k].start
            after = self._said(formula) if k + 1 == len(formula.relations) else ""
            kind = "wide" if wide and k == 0 else ""
            left = shown[0] if k == 0 else ""
            self._define(formula, k, entries[k])
            yield self._line(
                left, f"<math>{mathml.sign(relation)}</math>", shown[k + 1], entries[k], Span(start, end), after, kind
            )

    def inline(self, formula: Formula, entries: Sequence[Numbered | None], lead: str = "", tail: str = "") -> str:
        """The formula in running text, a sign after it for every verdict; `lead` and `tail` aren't parted from it."""
        marking = self._marking(formula, entries)
        parts = self._side(formula, 0, marking, display=False)
        for k, relation in enumerate(formula.relations):
            self._define(formula, k, entries[k])
            parts += [mathml.relation(relation), *self._side(formula, k + 1, marking, display=False)]
        signs = "".join(self._sign(one) for one in entries if one is not None)
        copy = COPY_SMALL if formula.relations else COPY_QUIET
        latex = escape(one_line(self.maths, formula.span))
        shown = unparted(parts, lead, f"{self._said(formula)}{signs}{copy}{tail}")
        return f'<span class="inline" data-tex="{latex}">{shown}</span>'

    def problem(self, one: Numbered) -> str:
        """What is wrong with an equality, and what would be right."""
        entry = one.entry
        parts = [f"<p>{self.words(entry.message)}</p>"] if entry.message else []
        if entry.suggestion is not None:
            parts.append(self._suggestion(entry))
        if entry.witness is not None:
            parts.append(self._witness(entry))
        if entry.reading:
            parts.append(f'<p class="reading">read as: {self.words(entry.reading)}</p>')
        kind = "wrong" if entry.verdict in WRONG else "open"
        return f'<div class="problem {kind}">{"".join(parts)}</div>' if parts else ""

    def elsewhere(self, one: Numbered) -> str:
        """An entry of which the page shows no formula."""
        return (
            f'<div class="elsewhere" id="{one.target}"><code class="source">{_code(one.entry.latex)}</code> '
            f'<span class="beside">{verdict(one.entry)}</span>{self.problem(one)}</div>'
        )

    def words(self, text: str) -> str:
        """A sentence of the report, with the formulas in it set."""
        parts = FORMULA.split(text)
        return "".join(self._fragment(part) if k % 2 else _code(part) for k, part in enumerate(parts))

    def _fragment(self, latex: str) -> str:
        formula = self.read.fragments.get(latex)
        if formula is None or formula.statement is None:
            return f'<code class="source">{_code(latex)}</code>'
        return flow(formula.statement.body, display=False)

    def _line(
        self, left: str, relation: str, right: str, one: Numbered | None, span: Span, after: str, kind: str = ""
    ) -> Line:
        latex = one_line(self.maths, span)
        if one is None:
            return Line(left, relation, right + after, latex, kind=kind)
        entry = one.entry
        below = self.problem(one) if is_problem(entry) else ""
        quiet = self._quiet(entry)
        kind = f"{kind} {_class(entry)}".strip()
        return Line(left, relation, right + after, latex, "how", quiet, verdict(entry), below, one.target, kind)

    def _quiet(self, entry: Entry) -> str:
        """What is said of an equality without a problem, for who asks."""
        if is_problem(entry):
            return ""
        said = [self.words(entry.message)] if entry.message else []
        said += [f"read as: {self.words(entry.reading)}"] if entry.reading else []
        return "; ".join(said)

    def _sign(self, one: Numbered) -> str:
        entry = one.entry
        return (
            f'<a class="sign {_class(entry)}" id="{one.target}" href="#{one.target}" title="{_told(entry)}">'
            f'{SIGNS[entry.verdict]}<span class="unseen"> {_told(entry)}</span></a>'
        )

    def _side(self, formula: Formula, k: int, marking: Marking, *, display: bool = True) -> list[str]:
        side = formula.sides[k]
        if not isinstance(side, Unreadable):
            return pieces(side, symbols=self.symbols, marking=marking, display=display)
        signs = formula.relation_spans
        start = signs[k - 1].end if k else formula.span.start
        end = signs[k].start if k < len(signs) else formula.span.end
        return [self._source(Span(start, end), side.span)]

    def _source(self, whole: Span, trouble: Span | None) -> str:
        """LaTeX that can't be read, as it stands, the trouble marked."""
        cuts = [whole.start, whole.end]
        if trouble is not None and whole.start <= trouble.start < trouble.end <= whole.end:
            cuts = [whole.start, trouble.start, trouble.end, whole.end]
        parts = [_code(self.maths[a:b]) for a, b in pairwise(cuts)]
        if len(parts) == 3:
            parts[1] = f"<mark>{parts[1]}</mark>"
        return f'<code class="source">{"".join(parts).strip()}</code>'

    def _said(self, formula: Formula) -> str:
        """The side conditions of a formula and the words beside it."""
        said = [flow(condition, display=False) for condition in formula.reading.conditions]
        said += [_code(note) for note in (formula.statement.notes if formula.statement else ())]
        return f'<span class="condition">{", ".join(said)}</span>' if said else ""

    def _marking(self, formula: Formula, entries: Sequence[Numbered | None]) -> Marking:
        nodes = [side for side in formula.sides if not isinstance(side, Unreadable)]
        said = [(k, one.entry) for k, one in enumerate(entries) if one is not None]
        return Marking(nodes, [place for k, entry in said for place in self.read.places(formula, k, entry)])

    def _suggestion(self, entry: Entry) -> str:
        assert entry.suggestion is not None
        latex, marks = unboxed(entry.suggestion.marked)
        formula = self.read.fragments.get(latex)
        shown = f'<code class="source">{_code(latex)}</code>'
        if formula is not None:
            nodes = [side for side in formula.sides if not isinstance(side, Unreadable)]
            marking = Marking(nodes, [Place(span, "right-now") for span in self.read.marks(latex, marks)])
            shown = self._whole(formula, nodes, marking)
        return (
            f'<div class="suggestion" data-tex="{escape(entry.suggestion.latex)}">'
            f"<p><strong>Suggestion</strong> (proved): {self.words(entry.suggestion.edit)}</p>"
            f'<div class="shown" tabindex="0" role="group" aria-label="suggestion">{shown}</div>{_COPY}</div>'
        )

    def _whole(self, formula: Formula, nodes: Sequence[Node], marking: Marking) -> str:
        parts = [flow(nodes[0], marking=marking)]
        for relation, node in zip(formula.relations, nodes[1:], strict=False):
            parts += [mathml.relation(relation), flow(node, marking=marking)]
        return "<wbr>".join(parts)

    def _witness(self, entry: Entry) -> str:
        assert entry.witness is not None
        left, right = witness.values(entry.witness)
        where = witness.instance(entry.witness)
        at = "".join(f"<li>{escape(name)} = {escape(value)}</li>" for name, value in entry.witness.point)
        told = f"for {where}: " if where else ""
        return (
            f"<details><summary>Counterexample: {escape(told)}the left side is {escape(left)}, the right side is "
            f'{escape(right)}</summary><ul class="point">{at}</ul></details>'
        )

    def _define(self, formula: Formula, k: int, one: Numbered | None) -> None:
        side = formula.sides[k]
        if one is None or one.entry.verdict != "definition" or isinstance(side, Unreadable):
            return
        if symbol_of(side) is not None:
            letter, _, _ = self.symbols.number(side).partition(".")
            self.definitions.setdefault(letter, one.target)


def verdict(entry: Entry) -> str:
    """The verdict as a sign and a word, with its place, what it needs, its class and its label."""
    sign = f'<span aria-hidden="true">{SIGNS[entry.verdict]}</span>'
    parts = [f'<span class="verdict {_class(entry)}">{sign} {entry.verdict}</span>']
    if entry.given:
        parts.append(f'<span class="needs">if {NEEDS[entry.given]}</span>')
    if entry.diagnosis:
        parts.append(f'<span class="needs">{escape(entry.diagnosis)}</span>')
    label = f", {_code(entry.label)}" if entry.label else ""
    parts.append(f'<span class="place">{escape(place(entry))}{label}</span>')
    return " ".join(parts)


def _told(entry: Entry) -> str:
    needs = f" if {NEEDS[entry.given]}" if entry.given else ""
    return escape(f"{entry.verdict}{needs}, at {place(entry)}")


def _class(entry: Entry) -> str:
    return "bad" if entry.verdict in WRONG else "doubt" if entry.verdict in OPEN else "fine"


def _code(text: str) -> str:
    return escape(visible(text))
