"""A document as data: what every writer of this package reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bptt_sym.written.nodes import Node
from bptt_sym.written.writer import Around

Spans: TypeAlias = tuple[str | Node, ...]  # running text with formulas in it


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of a section (level 1), a part of it (2), a part of that (3)."""

    level: int
    text: str | Spans

    @property
    def spans(self) -> Spans:
        """The title as running text."""
        return (self.text,) if isinstance(self.text, str) else self.text


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Row:
    r"""One line of a chain: `left relation right`; `left` None goes on from the line above.

    `relation` is spelled as in `written.Chain` (`=`, `:=`, ...), or "" for a formula that asserts nothing.
    `reason` says in a sentence why the line holds. `given` is its hypothesis: "sum_y", "one_hot", or words of
    one's own. `label` is what others call the line, such as an equation number; `around` is what stands around parts
    of it, as in `written.writer.write`.
    """

    left: Node | None
    relation: str
    right: Node
    reason: str | Spans = ""
    given: str = ""
    label: str | None = None
    around: Around | None = None


@dataclass(frozen=True, slots=True)
class Display:
    """A chain of equations, a row under a row, aligned at the relation."""

    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        assert self.rows, "a display without a row"


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of as many cells."""

    header: tuple[str | Node, ...]
    rows: tuple[tuple[str | Node, ...], ...]

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.header) for row in self.rows), "a row is not as long as the header"


Block: TypeAlias = Heading | Prose | Display | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A title and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


HYPOTHESES = {"sum_y": "given targets that sum to 1", "one_hot": "given one-hot targets"}


def remark(row: Row) -> Spans:
    """What is said beside a line: its reason, then its hypothesis in brackets; empty if there is neither."""
    reason = (row.reason,) if isinstance(row.reason, str) else row.reason
    spans = tuple(span for span in reason if span != "")
    if not row.given:
        return spans
    given = HYPOTHESES.get(row.given, row.given)
    return (*spans, " " * bool(spans) + f"({given})")
