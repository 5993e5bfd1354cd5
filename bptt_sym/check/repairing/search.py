"""The smallest edit under which a wrong equality is proved, looked for in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bptt_sym.check.repairing.budget import Budget
from bptt_sym.check.repairing.catalogue import CLASSES, FAMILIES, LEFT, PAIRED, SIDED, Family
from bptt_sym.check.repairing.edit import Change, Edit
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.pairs import matching
from bptt_sym.check.repairing.tree import Path, apart, at
from bptt_sym.check.repairing.vanishing import makes_vanish
from bptt_sym.claims import Outcome, Setting, judge
from bptt_sym.errors import Span
from bptt_sym.limits import ask
from bptt_sym.meaning.indices import free_letters
from bptt_sym.meaning.scope import Binding
from bptt_sym.proof import Proved
from bptt_sym.proof.deciding import Limits
from bptt_sym.written.nodes import Add, Apply, Chain, Derivative, Nabla, Name, Node, Number, Paren, Scripted

MOST_PROVED = 12
HASTE = Limits(work=20_000, most_bits=64)


@dataclass
class Search:
    """One wrong line, what it stands beside, and what may still be tried.

    `trusted` tells that the left side was proved equal to the one before; `following` is the side after the right one.
    """

    line: Line
    conditions: Sequence[Chain]
    outcome: Outcome
    instances: Sequence[Binding]
    budget: Budget
    trusted: bool = False
    following: Node | None = None
    singles: list[Edit] = field(default_factory=list)
    values: dict[int, float] = field(default_factory=dict)

    @cached_property
    def setting(self) -> Setting:
        """The setting with a prover that gives up early: what is hard to prove is no suggestion."""
        prover = self.line.setting.prover
        return replace(self.line.setting, prover=prover.within(HASTE))

    def run(self) -> Edit | None:
        """The edit, or None."""
        second: Edit | None = None
        for edits in self._batches():
            for edit in edits:
                if not self._is_proved(edit):
                    continue
                if self._fits_what_follows(edit):
                    return edit
                second = second or edit
        return second

    def again(self, earlier: Edit | None) -> Edit | None:
        """The edit that mended the link before, where it mends this one too."""
        if earlier is None or earlier.side != 1:
            return None
        edit = Edit(earlier.changes, 0)
        return edit if self._is_proved(edit) else None

    def _batches(self) -> Iterator[list[Edit]]:
        """Edits that agree in balls: single ones by family, the same one everywhere, then pairs."""
        families = [family for family in FAMILIES if family.shapes or self.outcome.word == "refuted"]
        for family in families:
            yield self._screened(self._singles(family, 1, None))
            if family.marks or isinstance(self.line.left, Name | Scripted):
                yield self._screened(self._singles(family, 0, SIDED))
        for family in families:
            yield self._screened(self._singles(family, 0, SIDED))
        yield self._screened(self._everywhere())
        if not self.trusted and not _is_simple(self.line.left):
            for family in families:
                yield self._screened(self._singles(family, 0, LEFT - SIDED))
        if self.outcome.word == "refuted":
            yield self._screened(self._pairs())

    def _singles(self, family: Family, side: int, classes: frozenset[str] | None) -> list[Edit]:
        found: dict[tuple[Path, Node], Edit] = {}
        for change in family.changes(self.line, side):
            ask()
            if (classes is None or change.diagnosis in classes) and self._is_allowed(change, side):
                found.setdefault((change.path, change.new), Edit((change,), side))
        edits = list(found.values())
        if family.pairs:
            self.singles += edits
        return sorted(edits, key=_preference)

    def _is_allowed(self, change: Change, side: int) -> bool:
        """Whether a change leaves something of its side, and touches what is wrong."""
        whole = change.path == () and change.diagnosis == "wrong-parameter"
        return not whole and self._is_concerned(at(self.line.sides[side], change.path).span)

    def _is_concerned(self, span: Span | None) -> bool:
        """Whether a place touches the one where shapes don't fit."""
        trouble = self.outcome.span
        if self.outcome.word != "ill-typed" or trouble is None or span is None:
            return True
        return span.start < trouble.end and trouble.start < span.end

    def _screened(self, edits: Sequence[Edit]) -> list[Edit]:
        agreeing = []
        for edit in edits:
            if not self.budget.spend():
                break
            left, right = self._edited(edit)
            if self.line.screen.agrees(left, right) and left != right:
                agreeing.append(edit)
            elif edit.side == 1 and self.outcome.word == "refuted":
                value = self.line.screen.fingerprint(right)
                if value is not None:
                    self.values[id(edit)] = value
        return agreeing[:MOST_PROVED]

    def _edited(self, edit: Edit) -> tuple[Node, Node]:
        left, right = self.line.sides
        return (edit.of(left), right) if edit.side == 0 else (left, edit.of(right))

    def _is_proved(self, edit: Edit) -> bool:
        left, right = self._edited(edit)
        if not self._keeps_instances(left, right, edit) or self._is_trivial(left, right, edit):
            return False
        if not self.budget.spend() or not self._starts_well(left, right):
            return False
        found = judge(left, right, self.setting, self.conditions)
        return found.word == "proved" and not found.vacuous

    def _starts_well(self, left: Node, right: Node) -> bool:
        """Whether the components at the first choice of letters are proved, one after the other."""
        screen = self.line.screen
        pairs = screen.pairs(left, right, screen.bindings[0])
        if pairs is None or len(pairs) == 1:
            return pairs is not None
        return all(isinstance(self.setting.prover.decide(p, q), Proved) for p, q in pairs)

    def _keeps_instances(self, left: Node, right: Node, edit: Edit) -> bool:
        """Whether all instances of the line are instances still; a letter of the edited side may become another."""
        scope, screen = self.line.setting.scope, self.line.screen
        letters = {*free_letters(left, scope), *free_letters(right, scope)}
        lost = set(self.line.free) - letters
        if not letters <= set(self.line.free) or lost & set(free_letters(self.line.sides[1 - edit.side], scope)):
            return False
        if self.outcome.word == "ill-typed":
            return True
        for binding in self.instances:
            existed = screen.exists(self.line.left, binding) and screen.exists(self.line.right, binding)
            if existed and (screen.is_missing(left, binding) or screen.is_missing(right, binding)):
                return False
        return True

    def _is_trivial(self, left: Node, right: Node, edit: Edit) -> bool:
        """Whether an edit only copies the other side, or makes its own side or a part of it 0."""
        screen, new = self.line.screen, (left, right)[edit.side]
        if _bare(left) == _bare(right) or screen.is_zero(new):
            return True
        return self.outcome.word == "refuted" and makes_vanish(self.line.sides[edit.side], new, edit, screen)

    def _fits_what_follows(self, edit: Edit) -> bool:
        """Whether the side that comes next agrees with the right side after the edit."""
        if self.following is None:
            return True
        return self.line.screen.agrees(self._edited(edit)[1], self.following)

    def _everywhere(self) -> list[Edit]:
        """The same exchange at all places of a side where it is possible, two or more."""
        groups: dict[tuple[object, ...], list[Change]] = {}
        for edit in self.singles:
            change = edit.changes[0]
            old = at(self.line.sides[edit.side], change.path)
            for kin in dict.fromkeys((change.kin, (old, change.new))) if change.kin else ():
                groups.setdefault((edit.side, *kin), []).append(change)
        found = [Edit(tuple(_disjoint(changes)), 0 if key[0] == 0 else 1) for key, changes in groups.items()]
        return sorted((edit for edit in found if len(edit.changes) > 1), key=_preference)

    def _pairs(self) -> list[Edit]:
        """Two single changes of the right side that together may be what lacks."""
        screen = self.line.screen
        wanted, now = screen.fingerprint(self.line.left), screen.fingerprint(self.line.right)
        if wanted is None or now is None:
            return []
        plain = [edit for edit in self.singles if edit.diagnosis in PAIRED]
        known = [(edit, self.values.get(id(edit), now)) for edit in plain]
        values = [(edit.changes[0], value) for edit, value in known if value != now]
        pairs = [
            Edit((values[k][0], values[j][0]))
            for k, j in matching([value for _, value in values], now, wanted)
            if apart(values[k][0].path, values[j][0].path)
        ]
        return sorted(pairs, key=_preference)


def _preference(edit: Edit) -> tuple[object, ...]:
    """Few classes first, then the class, the weight, and the place."""
    kinds = {change.diagnosis for change in edit.changes}
    places = tuple(change.path for change in edit.changes)
    return len(kinds), CLASSES.index(edit.diagnosis), sum(c.weight for c in edit.changes), places


def _disjoint(changes: Sequence[Change]) -> list[Change]:
    chosen: list[Change] = []
    for change in changes:
        if all(apart(change.path, other.path) for other in chosen):
            chosen.append(change)
    return chosen


def _is_simple(node: Node) -> bool:
    """What a line is about rather than a computation: a symbol, a derivative, a component of one."""
    match node:
        case Name() | Scripted(Name()) | Derivative() | Nabla() | Number():
            return True
        case Paren(body) | Scripted(Paren(body)) | Apply(_, body):
            return _is_simple(body)
        case _:
            return False


def _bare(node: Node) -> Node:
    """A side without brackets around it and without `0 +` before it."""
    match node:
        case Paren(body) | Add((Number("0"), body)):
            return _bare(body)
        case _:
            return node
