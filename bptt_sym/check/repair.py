"""Why an equality is wrong and what was meant: the smallest edit under which it is proved, and its class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from bptt_sym.check.diagnoses import diagnose_expression, diagnose_shapes
from bptt_sym.check.repairing.budget import Budget
from bptt_sym.check.repairing.edit import Edit
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.screen import Screen
from bptt_sym.check.repairing.search import Search
from bptt_sym.check.report import Suggestion
from bptt_sym.claims import Outcome, Setting, instances, judge
from bptt_sym.claims.numbers import with_number
from bptt_sym.claims.timing import readings
from bptt_sym.errors import Span, Unreadable
from bptt_sym.meaning.scope import Binding
from bptt_sym.network.dialect import Dialect
from bptt_sym.written.brackets import bracketed
from bptt_sym.written.definitions import Macro
from bptt_sym.written.document import one_line
from bptt_sym.written.nodes import Chain, Node, walk
from bptt_sym.written.reader import read
from bptt_sym.written.splicing import spliced
from bptt_sym.written.writer import write

MOST_INSTANCES = 200
MOST_NODES = 2_000  # of a line that is mended; long ones that people write out have some 200


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line stands: the maths of the whole document, both sides in it, and the document's macros."""

    text: str
    sides: Span
    macros: tuple[Macro, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What a line stands beside: the sides of its chain, whether its left side was proved equal to the one before, the
    dialect its nodes were rewritten from, and the edit of the left side that mended the link before.
    """

    chain: tuple[Node, ...] = ()
    trusted: bool = False
    dialect: Dialect = field(default_factory=Dialect)
    earlier: Edit | None = None

    def following(self, right: Node) -> Node | None:
        """The side after the right one."""
        places = [k for k, side in enumerate(self.chain) if side is right]
        return self.chain[places[0] + 1] if places and places[0] + 1 < len(self.chain) else None


@dataclass(frozen=True, slots=True)
class Finding:
    """A class of docs/diagnoses.md, a suggestion, and a remark; each may lack. `edit` is what is suggested."""

    diagnosis: str | None = None
    suggestion: Suggestion | None = None
    note: str = ""
    edit: Edit | None = field(default=None, compare=False, repr=False)


def explain(
    left: Node,
    right: Node,
    conditions: Sequence[Chain],
    outcome: Outcome,
    setting: Setting,
    source: Source,
    *,
    beside: Beside = Beside(),
    budget: Budget | None = None,
) -> Finding:
    """What is wrong with an equality that was refuted or whose shapes don't fit; never raises for what it reads."""
    try:
        sides = _settled(left, right, setting, beside.chain)
        line = None if sides is None else _line(*sides, conditions, outcome, setting)
        if line is None:
            return Finding()
        following = beside.following(right)
        return _found(line, following, conditions, outcome, source, beside, (budget or Budget()).for_line())
    except Unreadable:
        return Finding()


def _settled(left: Node, right: Node, setting: Setting, chain: Sequence[Node]) -> tuple[Node, Node] | None:
    """The sides with the steps that were left off, by convention; None for a claim about any number."""
    if with_number(left, right, setting.scope) is not None:
        return None
    places = [k for side in (left, right) for k, other in enumerate(chain) if other is side]
    i, j = places if len(places) == 2 else (0, 1)
    found = readings(chain if len(places) == 2 else (left, right), setting.scope)
    return (found[0].sides[i], found[0].sides[j]) if found else (left, right)


def explain_expression(node: Node, setting: Setting, outcome: Outcome) -> Finding:
    """The class of what is wrong with the shapes of an expression that asserts nothing, where it is clear."""
    try:
        bindings = list(islice(instances((node,), setting.scope), MOST_INSTANCES))
    except Unreadable:
        return Finding()
    screen = Screen(node, node, setting, bindings[len(bindings) // 2 :][:1])
    return Finding(diagnose_expression(Line(node, node, setting, screen), outcome))


def _line(
    left: Node, right: Node, conditions: Sequence[Chain], outcome: Outcome, setting: Setting
) -> Line | None:
    """The line with the instances at which candidates are compared: those that failed first and last, and others."""
    every = list(islice(instances((left, right), setting.scope, conditions), MOST_INSTANCES))
    screen = Screen(left, right, setting, every)
    if outcome.word == "ill-typed":
        chosen: list[Binding] = every[len(every) // 2 :][:1]
    else:
        there = [b for b in every if screen.exists(left, b) and screen.exists(right, b)]
        failing = [dict(instance.binding) for instance in (*outcome.failing[:1], *outcome.failing[-1:])]
        chosen = []
        for binding in (*failing, *there[:1], *there[-1:]):
            if binding not in chosen:
                chosen.append(binding)
    if not chosen:
        return None
    return Line(left, right, setting, Screen(left, right, setting, chosen), outcome.word == "ill-typed")


def _found(
    line: Line,
    following: Node | None,
    conditions: Sequence[Chain],
    outcome: Outcome,
    source: Source,
    beside: Beside,
    budget: Budget,
) -> Finding:
    if any(next(islice(walk(side), MOST_NODES, None), None) is not None for side in line.sides):
        return Finding(diagnose_shapes(line, outcome))
    every = list(islice(instances(line.sides, line.setting.scope, conditions), MOST_INSTANCES))
    search = Search(line, conditions, outcome, every, budget, beside.trusted, following)
    edit = search.again(beside.earlier) or search.run()
    budget.close()
    if edit is None:
        return Finding(diagnose_shapes(line, outcome))
    suggestion = _suggestion(line, edit, conditions, source, beside.dialect)
    return Finding(edit.diagnosis, suggestion, "", edit)


def _suggestion(
    line: Line, edit: Edit, conditions: Sequence[Chain], source: Source, dialect: Dialect
) -> Suggestion | None:
    """The edit in the author's own LaTeX; None where it doesn't read back as what was proved."""
    side = line.sides[edit.side]
    new = edit.of(side)
    if side.span is None:
        return None
    words = " ".join(edit.words(lambda node: _as_typed(node, side, source)).split())
    for text, shown in (
        (spliced(side, new, source.text), spliced(side, edit.shown(side), source.text)),
        (write(new), spliced(None, bracketed(edit.shown(side)), "")),
    ):
        if _reads_back(text, new, line, edit, conditions, source.macros, dialect):
            return Suggestion(_whole(source, side.span, text), words, _whole(source, side.span, shown))
    return None


def _as_typed(node: Node, side: Node, source: Source) -> str:
    """A part of a side as its author typed it, where that reads alone."""
    text = spliced(side, node, source.text)
    try:
        return text if read(text, macros=source.macros) == node else write(node)
    except Unreadable:
        return write(node)


def _reads_back(
    text: str,
    new: Node,
    line: Line,
    edit: Edit,
    conditions: Sequence[Chain],
    macros: Sequence[Macro],
    dialect: Dialect,
) -> bool:
    """Whether a text says what was proved, or is proved itself."""
    try:
        node = dialect.normal(read(text, macros=macros))
    except Unreadable:
        return False
    if node == new:
        return True
    left, right = (node, line.right) if edit.side == 0 else (line.left, node)
    return judge(left, right, line.setting, conditions).word == "proved"


def _whole(source: Source, side: Span, text: str) -> str:
    """Both sides on one line, with other text for one of them."""
    changed = source.text[: side.start] + text + source.text[side.end :]
    longer = len(text) - (side.end - side.start)
    return one_line(changed, Span(source.sides.start, source.sides.end + longer))
