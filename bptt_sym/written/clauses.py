"""A line of maths as statements with their side conditions: split at commas, wide spaces and words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bptt_sym.errors import Span, Unreadable
from bptt_sym.written import vocabulary as words
from bptt_sym.written.lexer import Item, Source
from bptt_sym.written.nodes import Add, Chain, Ellipsis_, Listing, Name, Negate, Node, Number, walk
from bptt_sym.written.pieces import ORDERS, Piece, cut
from bptt_sym.written.sides import failed_reading, hidden_relation, read_sides
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
_NO_PREMISE = frozenset(("iff", "Leftrightarrow", "Longleftrightarrow", "because", "therefore"))
# What a remark beside an equality calls its step: `at the last step`, `(first time step)`.
NAMED_STEP = re.compile(
    r"\(?(?:(?:at|for|in)\s+)?(?:the\s+)?(?:very\s+)?(?P<which>last|final|terminal|first|initial)\s+"
    r"(?:time[\s-]?)?(?:step|instant|moment)(?:\s+only)?\)?[.,;:]?",
    re.IGNORECASE,
)
_HIDDEN_MATHS = re.compile(r"[=<>^_\\≤≥≠∈]")


def read_clauses(source: Source, items: Sequence[Item]) -> tuple[Reading, ...]:
    """The statements in one line (or joined lines) of cleaned items, in written order."""
    return _Grouping(source).run(cut(items))


def may_restrict(note: str) -> bool:
    """Whether words beside an equality may say when it holds."""
    return bool(words.RESTRICTING_WORDS & set(re.findall(r"[a-z-]+", note.lower())))


class _Grouping:
    """Sorts pieces into statements and the conditions on them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.readings: list[Reading] = []
        self.before: list[Chain] = []
        self.premises: list[Chain] = []
        self.notes: list[str] = []
        self.mode = "statement"
        self.failed: Unreadable | None = None

    def run(self, pieces: list[Piece]) -> tuple[Reading, ...]:
        for piece in pieces:
            self.place(piece)
        if self.failed is not None and not self.readings:
            span = self.failed.span or Span(0, 0)
            sign = hidden_relation([item for piece in pieces for item in piece.items])
            self.readings.append(failed_reading(self.source, span, self.failed, sign))
        return tuple(self.readings)

    def place(self, piece: Piece) -> None:
        role = _role(piece)
        if self.readings and piece.items and piece.items[0][0] == "relation":
            self.fail(self.error("a chain goes on after a side condition or remark; write it apart", piece))
            return
        failed = self.readings[-1].error if self.readings and piece.link in ("colon", "implies") else None
        if failed is not None and piece.items:
            self.put(piece, role)
            self.fail(failed)
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
        reading = read_sides(self.source, piece.items)
        doubt = self.premise(piece, reading) if piece.link in ("colon", "implies") else None
        if piece.link in ("colon", "implies"):
            self.premises, self.before = [*self.premises, *self.before], []
        condition = role == "condition" or self.is_condition(piece, role, reading)
        if condition:
            self.mode = "condition"
            self.condition(reading)
            return
        self.mode = "statement"
        if role == "open" and piece.link == "word" and self.readings and _is_letter(reading):
            self.note(piece.words)
            return
        if reading.error is not None and piece.link in ("comma", "space") and self.readings:
            self.fail(reading.error)
        self.notes_to(reading, piece)
        if doubt is not None:
            self.fail(doubt)

    def premise(self, piece: Piece, reading: Reading) -> Unreadable | None:
        r"""Makes the premise of `t = \tau: X = Y` or `t = \tau \implies X = Y` a condition, unless in doubt."""
        head, body = (part.statement and part.statement.body for part in ((self.readings or [reading])[-1], reading))
        if not self.readings or not isinstance(head, Chain) or not isinstance(body, Chain):
            return None
        about = _is_about_indices(head), _is_about_indices(body)
        if about[0] == about[1] or all(item == head.items[0] for item in head.items):
            return None
        if about[1] or piece.words in _NO_PREMISE or set(head.relations) - ORDERS - {"=", ":="}:
            doubt = self.error("it is not clear under which condition this holds", piece)
            self.fail(doubt)
            return doubt
        while self.readings and (last := self.readings[-1].statement) is not None:
            if not isinstance(last.body, Chain) or not _is_about_indices(last.body):
                break
            self.premises = [*self.readings.pop().conditions, _restricting(last.body), *self.premises]
        return None

    def notes_to(self, reading: Reading, piece: Piece) -> None:
        """A new statement, under the conditions that were announced before it."""
        notes = tuple(self.notes) + ((piece.words,) if piece.link == "word" else ())
        self.notes = []
        error = reading.error or (self.failed if not self.readings else None)
        conditions, self.before = (*self.premises, *self.before), []
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
        if not relations <= ORDERS | {"=", ":="} or not _is_about_indices(body):
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
        if isinstance(body, Chain):
            body = _restricting(body)
        else:
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


def _restricting(chain: Chain) -> Chain:
    """A condition; one that sets a letter equates it."""
    return replace(chain, relations=tuple("=" if mark == ":=" else mark for mark in chain.relations))


def _role(piece: Piece) -> str:
    """What the words (or sign) before a piece make of it."""
    if piece.link in ("forall", "restriction"):
        return "condition"
    if piece.link != "word":
        return "statement" if piece.link in ("", "implies", "colon") else "open"
    text = piece.words.lower()
    if NAMED_STEP.fullmatch(text.strip()):
        return "note"
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


def _is_letter(reading: Reading) -> bool:
    """Whether nothing but a letter was read, of which words say more: `where k is the true class`."""
    return reading.statement is not None and isinstance(reading.statement.body, Name)


def _is_about_indices(chain: Chain) -> bool:
    r"""Whether a chain speaks of letters and whole numbers only, as in `t = 1, \dots, \tau`."""
    first = chain.items[0]
    heads = first.items if isinstance(first, Listing) else (first,)
    plain = all(isinstance(head, Name) and not head.accents for head in heads)
    allowed = (Name, Number, Ellipsis_, Listing, Add, Negate, Chain)
    return plain and all(isinstance(node, allowed) for node in walk(chain))


def _has_dots(node: Node) -> bool:
    return any(isinstance(part, Ellipsis_) for part in walk(node))
