"""A derivation as data: sections of text and chains of lines, each line proved against the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from typing import TypeAlias

from bptt_sym.claims import Outcome, Setting, judge
from bptt_sym.proof.verdict import Given
from bptt_sym.written.nodes import Chain as Relation
from bptt_sym.written.nodes import Node


class Unproved(ValueError):
    """A line that was not proved can't stand in a derivation."""


class Ledger:
    """What was judged in one setting, so that no line is decided twice."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._outcomes: dict[tuple[Node, Node, tuple[Relation, ...]], Outcome] = {}

    def judge(self, left: Node, right: Node, conditions: tuple[Relation, ...] = ()) -> Outcome:
        """The outcome of `left = right` here."""
        key = (left, right, conditions)
        if key not in self._outcomes:
            self._outcomes[key] = judge(left, right, self.setting, conditions)
        return self._outcomes[key]


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what is written, and why it equals the line before."""

    right: Node
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """`left = first = second ...` under side conditions; `givens` says under which hypothesis each line holds.

    `compact` marks a chain that goes like the one before it, so that it may be set in a line. Raises
    Unproved when a line does not follow from the one before it.
    """

    left: Node
    steps: tuple[Step, ...]
    ledger: InitVar[Ledger]
    conditions: tuple[Relation, ...] = ()
    compact: bool = False
    givens: tuple[Given, ...] = field(init=False, default=())

    def __post_init__(self, ledger: Ledger) -> None:
        givens: list[Given] = []
        before = self.left
        for step in self.steps:
            outcome = ledger.judge(before, step.right, self.conditions)
            if outcome.word != "proved":
                raise Unproved(f"{outcome.word}: {outcome.message}")
            givens.append(outcome.given)
            before = step.right
        object.__setattr__(self, "givens", tuple(givens))

    @property
    def last(self) -> Node:
        """Where the chain arrives."""
        return self.steps[-1].right


@dataclass(frozen=True, slots=True)
class Definition:
    """`left = right` that gives `left` its meaning."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: words and formulas."""

    parts: tuple[str | Node, ...]


def listed(nodes: Sequence[Node]) -> tuple[str | Node, ...]:
    """Formulas one after the other in a sentence: `a`, `a and b`, `a, b and c`."""
    between = [", "] * (len(nodes) - 2) + [" and "] * (len(nodes) > 1)
    return tuple(part for pair in zip(nodes, [*between, ""], strict=True) for part in pair if part != "")


@dataclass(frozen=True, slots=True)
class Summary:
    """The closed forms arrived at: formula, its number in the book if it has one, its hypothesis."""

    rows: tuple[tuple[Relation, str, Given], ...]


Item: TypeAlias = Text | Chain | Definition | Summary


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its items; `parts` are sections inside it. `targets` are the derivatives it answers for."""

    title: tuple[str | Node, ...]
    items: tuple[Item, ...]
    parts: tuple[Section, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """All sections, with the network's name, sizes and steps they were written for."""

    network: str
    sizes: tuple[tuple[str, int], ...]
    steps: int
    sections: tuple[Section, ...]

    def __repr__(self) -> str:
        return f"<Derivation of {self.network}: {len(self.sections)} sections, {self.lines()} proved lines>"

    def lines(self) -> int:
        """How many proved lines there are."""
        return sum(len(chain.steps) for chain in self.chains())

    def chains(self) -> tuple[Chain, ...]:
        """Every chain, in order."""
        return tuple(chain for section in self.sections for chain in _chains(section))


def _chains(section: Section) -> tuple[Chain, ...]:
    own = tuple(item for item in section.items if isinstance(item, Chain))
    return own + tuple(chain for part in section.parts for chain in _chains(part))


class Telling:
    """Chains in the making: lines that are not proved are left out, and the next is held against the last that was."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @property
    def setting(self) -> Setting:
        """Where it is told."""
        return self.ledger.setting

    def chain(
        self,
        left: Node,
        *lines: tuple[Node | None, str] | tuple[Node | None, str, Node | None],
        conditions: tuple[Relation, ...] = (),
        compact: bool = False,
    ) -> Chain | None:
        """The chain of those lines that are there and proved; None when no line is left.

        A line is what is written, its reason, and what else may be written where that is not proved.
        """
        kept: list[Step] = []
        before = left
        for first, reason, *others in lines:
            for right in (first, *others):
                if right is None or right == before:
                    continue
                if self.ledger.judge(before, right, conditions).word == "proved":
                    kept.append(Step(right, reason))
                    before = right
                    break
        return Chain(left, tuple(kept), self.ledger, conditions, compact) if kept else None


def present(*items: Item | None) -> tuple[Item, ...]:
    """The items that are there."""
    return tuple(item for item in items if item is not None)
