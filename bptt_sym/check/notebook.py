"""The markdown cells of a notebook as one text, from its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bptt_sym.check.manuscript import Cell
from bptt_sym.errors import Unreadable

BETWEEN = "\n\n"  # a paragraph's end, so that no maths reaches from one cell into the next


def read_notebook(text: str) -> tuple[str, tuple[Cell, ...]]:
    """The text of the markdown cells and where each begins; Unreadable for what is no notebook."""
    parts: list[str] = []
    cells: list[Cell] = []
    start = 0
    for number, source in _markdown(_cells(text)):
        cells.append(Cell(number, start))
        parts.append(source + BETWEEN)
        start += len(source) + len(BETWEEN)
    return "".join(parts), tuple(cells)


def is_notebook(text: str) -> bool:
    """Whether a text reads as a notebook."""
    try:
        _cells(text)
    except Unreadable:
        return False
    return True


def _cells(text: str) -> list[Any]:
    """The cells of a notebook of format 4, or of 3 with its sheets one after the other."""
    try:
        whole = json.loads(text)
    except RecursionError as error:
        raise Unreadable("not a notebook: its JSON is nested too deep") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"not a notebook: not JSON at line {error.lineno}, column {error.colno}") from error
    except ValueError as error:
        raise Unreadable("not a notebook: its JSON has a number that can't be read") from error
    if not isinstance(whole, dict) or not isinstance(whole.get("nbformat"), int):
        raise Unreadable("not a notebook: JSON without the number nbformat")
    sheets = whole.get("worksheets") if whole["nbformat"] < 4 else [whole]
    found: list[Any] = []
    for sheet in sheets if isinstance(sheets, list) and sheets else [None]:
        if not isinstance(sheet, dict) or not isinstance(sheet.get("cells"), list):
            raise Unreadable("not a notebook: it has no list of cells")
        found.extend(sheet["cells"])
    return found


def _markdown(cells: list[Any]) -> Iterator[tuple[int, str]]:
    """The number and the text of each markdown cell; a text is a string or a list of them."""
    for number, cell in enumerate(cells):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise Unreadable(f"not a notebook: cell {number} has no type")
        if cell["cell_type"] != "markdown":
            continue
        source: Any = cell.get("source")
        lines = source if isinstance(source, list) else [source]
        if not all(isinstance(line, str) for line in lines):
            raise Unreadable(f"not a notebook: the text of cell {number} is no text")
        yield number, _without_lone_surrogates("".join(lines))


def _without_lone_surrogates(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
