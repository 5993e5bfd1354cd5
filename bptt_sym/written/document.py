"""All formulas of a document, with their places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bptt_sym.errors import Span, Unreadable
from bptt_sym.limits import ask
from bptt_sym.written.clauses import read_clauses
from bptt_sym.written.definitions import argument_at
from bptt_sym.written.kinds import without_columns
from bptt_sym.written.lexer import Group, Item, Source, Token, scan
from bptt_sym.written.macros import expanded
from bptt_sym.written.nodes import Node
from bptt_sym.written.ornament import clean
from bptt_sym.written.regions import Region, blanked, closed_at, regions
from bptt_sym.written.rows import join_rows, split_rows
from bptt_sym.written.statement import Reading, Statement
from bptt_sym.written.vocabulary import TAKES_COLUMNS

_NUMBERED_BY_ROW = re.compile(r"(?:align|alignat|x?xalignat|flalign|gather|eqnarray|IEEEeqnarray)\*?\Z")
_ALIGNMENT = re.compile(
    r"\\begin\s*\{[^{}]*\}|\\end\s*\{[^{}]*\}|\\\\(?:\s*\[[^\[\]]*\])?|\\(?:nonumber|notag)(?![A-Za-z])"
    r"|\\(?:label|tag\*?)\s*\{[^{}]*\}|\\.|&|\s+",
    re.DOTALL,
)
_REMARK = re.compile(r"\\(?:short)?intertext(?![A-Za-z])")
LONGEST = 100_000
LONGEST_SHOWN = 1_000
_DOUBT = "it is not clear whether this row continues the one before"


@dataclass(frozen=True, slots=True)
class Row:
    r"""A row of a display: its place, its `\tag` and its `\label`."""

    span: Span
    tag: str | None
    label: str | None


@dataclass(frozen=True, slots=True)
class Formula:
    """One expression or chain of a document; all places are offsets into the whole text."""

    span: Span
    environment: str
    rows: tuple[Row, ...]
    reading: Reading

    @property
    def statement(self) -> Statement | None:
        """What is stated; None when it can't be read."""
        return self.reading.statement

    @property
    def error(self) -> Unreadable | None:
        """Why it can't be read; None when it can."""
        return self.reading.error

    @property
    def sides(self) -> tuple[Node | Unreadable, ...]:
        """What stands between the relations, each read on its own."""
        return self.reading.sides

    @property
    def relations(self) -> tuple[str, ...]:
        """The relations in canonical spelling."""
        return self.reading.relations

    @property
    def relation_spans(self) -> tuple[Span, ...]:
        """The places of the relations."""
        return self.reading.relation_spans

    def label_at(self, offset: int) -> str | None:
        """The tag, else the label, of the row with the offset in it, or of a display with one number."""
        rows: Sequence[Row] = self.rows
        if _NUMBERED_BY_ROW.match(self.environment):
            later = bisect_right(rows, offset, key=lambda row: row.span.end)
            rows = rows[min(later, len(rows) - 1) :][:1]
        return next((row.tag or row.label for row in rows if row.tag or row.label), None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Maths between one pair of delimiters, these included: its place in the whole text, and what is read in it."""

    span: Span
    environment: str
    formulas: Iterator[Formula]


def formulas(text: str, *, kind: str = "tex") -> tuple[Formula, ...]:
    """The formulas of a document in order; `kind` is "tex", "md" or "txt". It raises nothing but TimeUp."""
    return tuple(each_formula(text, kind=kind))


def each_formula(text: str, *, kind: str = "tex") -> Iterator[Formula]:
    """The same one by one, each read when it is asked for."""
    for stretch in each_stretch(text, kind=kind):
        yield from stretch.formulas


def each_stretch(text: str, *, kind: str = "tex") -> Iterator[Stretch]:
    """The stretches of maths of a document in order, each read when it is asked for; it raises nothing but TimeUp."""
    whole = expanded(blanked(text, kind))
    for region in regions(whole.text, kind):
        ask()
        place = whole.span(region.opening, closed_at(whole.text, region))
        yield Stretch(place, region.environment, _read_region(whole, region))


def one_line(text: str, span: Span) -> str:
    """The text of the span without alignment, row ends, labels and line breaks; matrices stay."""
    depth = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal depth
        mark = found[0]
        if mark.startswith(("\\begin", "\\end")) and mark.endswith("}"):
            depth += 1 if mark.startswith("\\begin") else -1
            return mark
        if mark.isspace():
            return " "
        dropped = mark == "&" or mark.startswith(("\\\\", "\\nonumber", "\\notag", "\\label", "\\tag"))
        return " " if dropped and depth == 0 else mark

    return " ".join(_ALIGNMENT.sub(kept, text[span.start : span.end]).split())


def _read_region(whole: Source, region: Region) -> Iterator[Formula]:
    if not region.closed:
        where = whole.span(region.opening, region.start)
        error = Unreadable(f"this {region.environment} is never closed", where)
        yield _failed(whole, region.start, _paragraph_end(whole.text, region.start), region.environment, error)
        return
    if region.end - region.start > LONGEST:
        error = whole.error(f"a formula of more than {LONGEST:,} characters is not read", region.opening, region.start)
        yield _failed(whole, region.start, region.end, region.environment, error)
        return
    source, remarks = _without_remarks(whole, region)
    found = list(_read_display(source, region.environment))
    for first, last in remarks:
        inner = [part for part in regions(" " * first + whole.text[first:last], "tex") if part.start >= first]
        found.extend(formula for part in inner for formula in _read_region(whole, part))
    yield from sorted(found, key=lambda formula: formula.span.start) if remarks else found


def _without_remarks(whole: Source, region: Region) -> tuple[Source, list[tuple[int, int]]]:
    r"""The maths with `\intertext{...}` made a row end, and the places of the texts in it."""
    source, places = whole.part(region.start, region.end), []
    for mark in _REMARK.finditer(source.text):
        place = argument_at(source.text, mark.end())
        if place is None:
            continue
        first, last, end = place
        places.append((region.start + first, region.start + last))
        blank = "\\\\" + " " * (end - mark.start() - 2)
        source = replace(source, text=source.text[: mark.start()] + blank + source.text[end:])
    return source, places


def _inside(source: Source, environment: str) -> Sequence[Item]:
    """The raw items of a display without its column specification."""
    items = scan(source)
    if environment not in TAKES_COLUMNS:
        return items
    columns = without_columns(Group("environment", environment, items, 0, len(source.text)))
    if len(columns) == len(items):
        raise source.error(f"\\begin{{{environment}}} lacks its columns", 0, 0)
    return columns


def _read_display(source: Source, environment: str) -> Iterator[Formula]:
    try:
        items = clean(source, _inside(source, environment))
    except Unreadable as error:
        yield _failed(source, 0, len(source.text), environment, error)
        return
    rows = split_rows(items)
    numbered = tuple(_row(source, row) for row in rows if row)
    lines = join_rows(rows, environment)
    for k, line in enumerate(lines):
        doubt = line.doubtful and not line.has_relation
        doubted = k + 1 < len(lines) and lines[k + 1].doubtful and not lines[k + 1].has_relation
        for reading in read_clauses(source, line.items):
            if (doubt or doubted) and reading.statement is not None and len(line.items) > 0:
                reading = replace(reading, statement=None, error=Unreadable(_DOUBT, reading.span))
            yield Formula(reading.span, environment, numbered, reading)


def _paragraph_end(text: str, start: int) -> int:
    """Where the paragraph ends, or as much of it is over as is worth showing."""
    last = min(len(text), start + LONGEST_SHOWN)
    end = text.find("\n\n", start, last)
    return last if end < 0 else end


def _failed(source: Source, start: int, end: int, environment: str, error: Unreadable) -> Formula:
    """A formula whose parts can't be told; it has a relation if there is an equals sign in it."""
    span, sign = source.span(start, end), source.text.find("=", start, end)
    reading = Reading(span, None, error, (error,))
    if sign >= 0:
        reading = Reading(span, None, error, (error, error), ("=",), (source.span(sign, sign + 1),))
    return Formula(span, environment, (), reading)


def _row(source: Source, row: Sequence[Item]) -> Row:
    marks = {
        item.kind: item.text for item in row if isinstance(item, Token) and item.kind in ("tag", "label")
    }
    return Row(source.span(row[0].start, row[-1].end), marks.get("tag"), marks.get("label"))
