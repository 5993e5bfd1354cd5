"""Reports as documents of blocks, for paper: every equality in order with what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from bptt_sym.check.report import OPEN, WRONG, Entry, Report
from bptt_sym.errors import Unreadable
from bptt_sym.render import witness
from bptt_sym.render.blocks import Block, Display, Document, Heading, Prose, Row, Spans
from bptt_sym.render.excerpt import unboxed, visible
from bptt_sym.render.marking import Marking, Place
from bptt_sym.render.report import NEEDS, Checked, counts, described, place
from bptt_sym.render.reread import FORMULA, Reread, reread
from bptt_sym.render.rows import width_of
from bptt_sym.written.brackets import bracketed
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Node, Struck, transform
from bptt_sym.written.writer import write

STROKE = "red"
WIDEST_LEFT = 20.0  # em


def document_of_reports(checked: Sequence[Checked]) -> Document:
    """A section a document: its summary, its problems, and the others."""
    names = ", ".join(visible(PurePath(one.report.file).name) for one in checked[:3])
    blocks = tuple(block for one in checked for block in Judgements(one).blocks())
    return Document(f"{names}{' and others' if len(checked) > 3 else ''}, checked", blocks)


class Judgements:
    """What is said of the equalities of one document."""

    def __init__(self, checked: Checked) -> None:
        self.report: Report = checked.report
        self.read: Reread = reread(checked.manuscript, checked.report)
        self.lines: dict[int, tuple[Formula, int]] = {}
        for stretch in self.read.stretches:
            for formula in stretch.formulas:
                for k, span in enumerate(formula.relation_spans or (formula.span,)):
                    self.lines.setdefault(span.start, (formula, k))

    def blocks(self) -> Iterator[Block]:
        """All that is said of the document."""
        yield Heading(1, visible(self.report.file))
        if self.report.unread:
            yield Prose((f"Unread: {visible(self.report.unread)}.",))
            return
        yield Prose((f"The network: {visible(described(self.report))}.",))
        for words, aside, found in counts(self.report.entries):
            yield Prose((words + aside + (f": {', '.join(map(place, found))}" if found else "") + ".",))
        for note in self.report.notes:
            yield Prose(("Note: ", *self.sentence(note), "."))
        groups = (("What is wrong or open", WRONG | OPEN), ("What holds", frozenset(("proved", "definition"))))
        for title, verdicts in groups:
            found = [entry for entry in self.report.entries if entry.verdict in verdicts]
            if found:
                yield Heading(2, title)
                for entry in found:
                    yield from self._entry(entry)

    def _entry(self, entry: Entry) -> Iterator[Block]:
        told = self._told(entry)
        rows = self.rows(entry)
        if rows:
            yield Display((*rows[:-1], replace(rows[-1], reason=told, label=place(entry))))
        else:
            yield Prose((f"({place(entry)}) {visible(entry.latex)}",))
            yield Prose(told)
        if entry.suggestion is not None:
            yield from self._suggestion(entry)

    def rows(self, entry: Entry) -> tuple[Row, ...]:
        """The equality; none if it can't be set."""
        found = None if entry.span is None else self.lines.get(entry.span.start)
        if found is None:
            return ()
        formula, k = found
        return _rows(formula, k, self.read.places(formula, k, entry))

    def suggested(self, entry: Entry) -> tuple[Row, ...]:
        """What would be right instead; none if it can't be set."""
        if entry.suggestion is None:
            return ()
        latex, marks = unboxed(entry.suggestion.marked)
        formula = self.read.fragments.get(latex)
        places = (Place(span, "changed") for span in self.read.marks(latex, marks))
        return () if formula is None else _rows(formula, 0, places)

    def _told(self, entry: Entry) -> Spans:
        word = entry.verdict + (f" if {NEEDS[entry.given]}" if entry.given else "")
        spans: tuple[str | Node, ...] = (f"{word[0].upper()}{word[1:]}",)
        if entry.diagnosis:
            spans += (f" ({entry.diagnosis})",)
        if entry.message:
            spans += (": ", *self.sentence(entry.message))
        if entry.witness is not None:
            left, right = witness.values(entry.witness)
            where = witness.instance(entry.witness)
            spans += (f"; {f'for {where} ' if where else ''}the left side is {left}, the right side {right}",)
        if entry.reading:
            spans += ("; read as: ", *self.sentence(entry.reading))
        return (*spans, ".")

    def _suggestion(self, entry: Entry) -> Iterator[Block]:
        assert entry.suggestion is not None
        edit = self.sentence(entry.suggestion.edit)
        rows = self.suggested(entry)
        if rows:
            yield Display((*rows[:-1], replace(rows[-1], reason=("Suggestion (proved): ", *edit, "."))))
        else:
            yield Prose(("Suggestion (proved): ", *edit, f": {visible(entry.suggestion.latex)}"))

    def sentence(self, text: str) -> Spans:
        """A sentence of the report, with the formulas in it."""
        parts: list[str | Node] = []
        for k, part in enumerate(FORMULA.split(text)):
            formula = self.read.fragments.get(part) if k % 2 else None
            node = formula.statement.body if formula is not None and formula.statement is not None else None
            parts.append(visible(part) if node is None or not _is_plain(node) else _safe(node))
        return tuple(parts)


def _rows(formula: Formula, k: int, places: Iterable[Place]) -> tuple[Row, ...]:
    """The equality at relation k, or the expression, with its marks; none if it can't be set.

    A wide left side gets a row of its own, where it may be broken too.
    """
    sides = formula.sides[k : k + 2] if formula.relations else formula.sides[:1]
    nodes = [bracketed(_safe(side)) for side in sides if not isinstance(side, Unreadable) and _is_plain(side)]
    if len(nodes) != len(sides):
        return ()
    around = Marking(nodes, list(places)).latex
    if not formula.relations:
        return (Row(None, "", nodes[0], around=around),)
    if width_of(nodes[0]) > WIDEST_LEFT:
        return Row(None, "", nodes[0], around=around), Row(None, formula.relations[k], nodes[1], around=around)
    return (Row(nodes[0], formula.relations[k], nodes[1], around=around),)


def _is_plain(node: Node) -> bool:
    return write(node).isascii()


def _safe(node: Node) -> Node:
    """The node with no colour but ours: TeX would obey a document's."""
    return transform(node, lambda part: replace(part, colour=STROKE) if isinstance(part, Struck) else part)
