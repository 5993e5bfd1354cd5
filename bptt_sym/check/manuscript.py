"""A document as it came: its text, what kind of text it is, and where in it the cells of a notebook begin."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from bptt_sym.errors import Span
from bptt_sym.written.regions import blanked

Kind: TypeAlias = Literal["tex", "md", "txt"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a notebook: its number among all cells, from 0, and the offset at which its text begins."""

    number: int
    start: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, line and column from 1, counted in its cell if it stands in a notebook."""

    cell: int | None
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document to be judged; the markdown cells of a notebook are one text, which `cells` cuts.

    `notes` are remarks on how it was read; `unread` says why it can't be read as a document at all, else it is "".
    """

    file: str
    text: str
    kind: Kind = "tex"
    cells: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    unread: str = ""

    @property
    def maths(self) -> str:
        """The text with what is no maths for sure made blank, every place kept; nothing reaches beyond its cell."""
        cuts = (0, *(cell.start for cell in self.cells), len(self.text))
        return "".join(blanked(self.text[start:end], self.kind) for start, end in pairwise(cuts))

    def place(self, span: Span) -> Place:
        """Where the span begins."""
        cell = next((cell for cell in reversed(self.cells) if cell.start <= span.start), None)
        if cell is None:
            return Place(None, *span.position(self.text))
        inside = Span(span.start - cell.start, span.end - cell.start)
        return Place(cell.number, *inside.position(self.text[cell.start :]))
