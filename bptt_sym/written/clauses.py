"""A line of maths as statements with their side conditions: split at commas, wide spaces and words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bptt_sym.errors import Span, Unreadable
from bptt_sym.written import vocabulary as words
from bptt_sym.written.cursor import NOTHING
from bptt_sym.written.lexer import Item, Source, Token
from bptt_sym.written.nodes import Add, Chain, Ellipsis_, Listing, Name, Negate, Node, Number, Product, walk
from bptt_sym.written.parser import Parser
from bptt_sym.written.pieces import ORDERS, Piece, cut
from bptt_sym.written.statement import Reading, Statement

_DENYING = words.DENYING_WORDS | words.OTHERWISE_WORDS | frozenset(("only", "iff"))
_QUANTIFYING = (
    words.CONDITION_WORDS
    | words.ASSERTING_WORDS
    | words.EXPLAINING_WORDS
    | words.spelled(
        "and the a values value of time times step steps index indices component components such that s.t we have"
    )
)
_HIDDEN_MATHS = re.compile(r"[=<>^_\\≤≥≠∈]")


def read_clauses(source: Source, items: Sequence[Item]) -> tuple[Reading, ...]:
    """The statements in one line (or joined lines) of cleaned items, in written order."""
    return _Grouping(source).run(cut(items))


class _Grouping:
    """Sorts pieces into statements and the conditions on them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.readings: list[Reading] = []
        self.before: list[Chain] = []
        self.notes: list[str] = []
        self.mode = "statement"
        self.failed: Unreadable | None = None

    def run(self, pieces: list[Piece]) -> tuple[Reading, ...]:
        for piece in pieces:
            self.place(piece)
        if self.failed is not None and not self.readings:
            span = self.failed.span or Span(0, 0)
            self.readings.append(Reading(span, None, self.failed, (self.failed,)))
        return tuple(self.readings)

    def place(self, piece: Piece) -> None:
        role = _role(piece)
        if self.readings and piece.items and piece.items[0][0] == "relation":
            self.fail(self.error("a chain goes on after a side condition or remark; write it apart", piece))
            return
        if role == "denying":
            self.fail(self.error(f"the words {piece.words!r} can't be read as mathematics", piece))
        elif not piece.items:
            self.note(piece.words)
        elif role == "note" and self.readings and piece.link == "word":
            self.fail(self.error(f"the words {piece.words!r} between formulas can't be read", piece))
        else:
            self.put(piece, role)

    def error(self, message: str, piece: Piece) -> Unreadable:
        place = piece.mark or piece.items[0]
        return self.source.error(message, place.start, place.end)

    def put(self, piece: Piece, role: str) -> None:
        if role == "and":
            role = self.mode
        reading = _read(self.source, piece.items)
        condition = role == "condition" or self.is_condition(piece, role, reading)
        if condition:
            self.mode = "condition"
            self.condition(reading)
            return
        self.mode = "statement"
        if reading.error is not None and piece.link in ("comma", "space") and self.readings:
            self.fail(reading.error)
        self.notes_to(reading, piece)

    def notes_to(self, reading: Reading, piece: Piece) -> None:
        """A new statement, under the conditions that were announced before it."""
        notes = tuple(self.notes) + ((piece.words,) if piece.link == "word" else ())
        self.notes = []
        error = reading.error or (self.failed if not self.readings else None)
        conditions, self.before = tuple(self.before), []
        statement = None
        if reading.statement is not None and error is None:
            statement = Statement(reading.statement.body, conditions, notes, reading.span)
        self.readings.append(
            Reading(
                reading.span,
                statement,
                error,
                reading.sides,
                reading.relations,
                reading.relation_spans,
                conditions,
            )
        )

    def is_condition(self, piece: Piece, role: str, reading: Reading) -> bool:
        """Whether a relation beside a statement restricts it rather than being one more statement."""
        if role == "statement" or not self.readings or reading.statement is None:
            return False
        body = reading.statement.body
        if not isinstance(body, Chain):
            return False
        relations = set(body.relations)
        if "\\in" in relations and any(
            isinstance(n, Name) and n.base.startswith("\\mathbb") for n in walk(body)
        ):
            return False
        head = self.readings[0].statement
        if relations <= ORDERS:
            return head is None or not isinstance(head.body, Chain) or "\\in" not in head.body.relations
        if not relations <= ORDERS | {"="} or not _is_about_indices(body):
            return False
        if head is None or not isinstance(head.body, Chain) or not _is_about_indices(head.body):
            return True
        return _has_dots(body) and not _has_dots(head.body)

    def condition(self, reading: Reading) -> None:
        if reading.error is not None:
            self.fail(reading.error)
            return
        assert reading.statement is not None
        body = reading.statement.body
        if not isinstance(body, Chain):
            parts = body.items if isinstance(body, Listing) else (body,)
            if not all(isinstance(part, Name) for part in parts):
                self.fail(Unreadable("this side condition is no relation", reading.span))
            return
        if not self.readings:
            self.before.append(body)
            return
        last = self.readings[-1]
        conditions = (*last.conditions, body)
        statement = last.statement
        if statement is not None:
            statement = Statement(statement.body, conditions, statement.notes, statement.span)
        self.readings[-1] = Reading(
            last.span, statement, last.error, last.sides, last.relations, last.relation_spans, conditions
        )

    def note(self, text: str) -> None:
        if not self.readings:
            self.notes.append(text)
            return
        last = self.readings[-1]
        if last.statement is not None:
            old = last.statement
            statement = Statement(old.body, old.conditions, (*old.notes, text), old.span)
            self.readings[-1] = Reading(
                last.span, statement, None, last.sides, last.relations, last.relation_spans, last.conditions
            )

    def fail(self, error: Unreadable) -> None:
        """What can't be read beside a statement makes the statement itself unreadable."""
        if not self.readings:
            self.failed = self.failed or error
            return
        last = self.readings[-1]
        self.readings[-1] = Reading(
            last.span,
            None,
            last.error or error,
            last.sides,
            last.relations,
            last.relation_spans,
            last.conditions,
        )


def _role(piece: Piece) -> str:
    """What the words (or sign) before a piece make of it."""
    if piece.link == "forall":
        return "condition"
    if piece.link != "word":
        return "statement" if piece.link in ("", "implies", "colon") else "open"
    text = piece.words.lower()
    said = {word.strip("'.") for word in re.findall(r"[a-z'.]+", text)}
    if said & _DENYING or _HIDDEN_MATHS.search(text):
        return "denying"
    if said & words.CONDITION_WORDS or {"such", "that"} <= said or "s.t" in said:
        plain = all(len(word) == 1 or word in _QUANTIFYING for word in said) and not re.search(r"\d", text)
        return "condition" if plain else "denying"
    for role, table in (
        ("open", words.EXPLAINING_WORDS),
        ("statement", words.ASSERTING_WORDS),
        ("and", words.LINKING_WORDS),
    ):
        if said & table:
            return role
    return "note"


def _is_about_indices(chain: Chain) -> bool:
    r"""Whether a chain speaks of letters and whole numbers only, as in `t = 1, \dots, \tau`."""
    first = chain.items[0]
    heads = first.items if isinstance(first, Listing) else (first,)
    plain = all(isinstance(head, Name) and not head.accents for head in heads)
    allowed = (Name, Number, Ellipsis_, Listing, Add, Negate, Chain)
    return plain and all(isinstance(node, allowed) for node in walk(chain))


def _has_dots(node: Node) -> bool:
    return any(isinstance(part, Ellipsis_) for part in walk(node))


def _read(source: Source, items: list[Item]) -> Reading:
    """One piece as sides and relations, each side read on its own."""
    span = source.span(items[0].start, items[-1].end)
    parts, marks = _sides(items)
    sides = tuple(_side(source, part, before) for part, before in zip(parts, (items[0], *marks), strict=True))
    relations = tuple(mark.text for mark in marks)
    spans = tuple(source.span(mark.start, mark.end) for mark in marks)
    errors = [side for side in sides if isinstance(side, Unreadable)]
    if errors:
        return Reading(span, None, errors[0], sides, relations, spans)
    nodes = tuple(side for side in sides if not isinstance(side, Unreadable))
    body = Chain(nodes, relations, spans, span=span) if relations else nodes[0]
    return Reading(span, Statement(body, span=span), None, sides, relations, spans)


def _sides(items: list[Item]) -> tuple[list[list[Item]], list[Token]]:
    parts: list[list[Item]] = [[]]
    marks: list[Token] = []
    depth = 0
    for item in items:
        depth = max(0, depth + (item[0] == "open") - (item[0] == "close"))
        if depth == 0 and isinstance(item, Token) and item.kind == "relation":
            marks.append(item)
            parts.append([])
        else:
            parts[-1].append(item)
    return parts, marks


def _side(source: Source, items: list[Item], near: Item) -> Node | Unreadable:
    if not items:
        where = "left of" if near[0] != "relation" else "beside"
        return source.error(f"there is nothing {where} this relation", near.start, near.end)
    parser = Parser(source, items, items[0].start, items[-1].end)
    try:
        node = parser.side()
        if parser.peek() is not NOTHING:
            parser.expect_end()
    except Unreadable as error:
        return error
    return _dotted(node)


def _dotted(node: Node) -> Node:
    r"""`1 \dots \tau` is the list `1, \dots, \tau`."""
    dots = isinstance(node, Product) and any(isinstance(part, Ellipsis_) for part in node.factors)
    if (
        not dots
        or not isinstance(node, Product)
        or not all(isinstance(part, Number | Name | Ellipsis_) for part in node.factors)
        or any(node.operators)
    ):
        return node
    return Listing(node.factors, span=node.span)
