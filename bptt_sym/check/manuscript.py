"""A document as it came: its text, what kind of text it is, and where in it the cells of a notebook begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bptt_sym.errors import Span

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
    """A document to be judged; the markdown cells of a notebook are one text, which `cells` cuts."""

    file: str
    text: str
    kind: Kind = "tex"
    cells: tuple[Cell, ...] = ()

    def place(self, span: Span) -> Place:
        """Where the span begins."""
        cell = next((cell for cell in reversed(self.cells) if cell.start <= span.start), None)
        if cell is None:
            return Place(None, *span.position(self.text))
        inside = Span(span.start - cell.start, span.end - cell.start)
        return Place(cell.number, *inside.position(self.text[cell.start :]))
