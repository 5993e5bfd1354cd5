"""Boxes of characters, for formulas in a terminal: lines of one width, one of them the baseline."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@lru_cache(maxsize=1 << 16)
def columns(text: str) -> int:
    """How many columns of a terminal `text` takes: none for combining characters, two for wide ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def padded(text: str, width: int) -> str:
    """`text` with spaces behind it up to `width` columns."""
    return text + " " * (width - columns(text))


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of equal width; `baseline` counts from 0."""

    lines: tuple[str, ...]
    baseline: int = 0

    @property
    def width(self) -> int:
        """Columns taken."""
        return columns(self.lines[0])

    @property
    def height(self) -> int:
        """Lines taken."""
        return len(self.lines)


def text_box(text: str) -> Box:
    """One line."""
    return Box((text,))


def beside(*boxes: Box) -> Box:
    """Boxes from left to right, baselines level."""
    above = max(box.baseline for box in boxes)
    below = max(box.height - box.baseline for box in boxes)
    grown = [_grown(box, above - box.baseline, below - (box.height - box.baseline)) for box in boxes]
    return Box(tuple("".join(parts) for parts in zip(*grown, strict=True)), above)


def _grown(box: Box, above: int, below: int) -> tuple[str, ...]:
    blank = " " * box.width
    return (blank,) * above + box.lines + (blank,) * below


def stacked(boxes: Sequence[Box], baseline: int, *, left: bool = False) -> Box:
    """Boxes from top to bottom, centred or set to the left; the baseline is a line of the whole."""
    width = max(box.width for box in boxes)
    wide = [box if left else centred(box, width) for box in boxes]
    return Box(tuple(padded(line, width) for box in wide for line in box.lines), baseline)


def centred(box: Box, width: int) -> Box:
    """A box grown to `width`, its lines in the middle."""
    left = " " * ((width - box.width) // 2)
    return Box(tuple(padded(left + line, width) for line in box.lines), box.baseline)


def over(numerator: Box, denominator: Box) -> Box:
    """A fraction with its bar on the baseline."""
    width = max(numerator.width, denominator.width)
    return stacked([numerator, text_box("─" * width), denominator], numerator.height)


def raised(base: Box, script: Box) -> Box:
    """A script above and to the right of its base."""
    blank, gap = " " * base.width, " " * script.width
    top = [blank + line for line in script.lines]
    return Box((*top, *(line + gap for line in base.lines)), base.baseline + script.height)


def lowered(base: Box, script: Box) -> Box:
    """A script below and to the right of its base."""
    blank, gap = " " * base.width, " " * script.width
    below = [blank + line for line in script.lines]
    return Box((*(line + gap for line in base.lines), *below), base.baseline)


# Opening and closing characters: alone, at the top, in the middle, at the bottom.
# fmt: off
_FENCES: dict[str, tuple[tuple[str, str, str, str], tuple[str, str, str, str]]] = {
    "(": (("(", "⎛", "⎜", "⎝"), (")", "⎞", "⎟", "⎠")),
    "[": (("[", "⎡", "⎢", "⎣"), ("]", "⎤", "⎥", "⎦")),
    "{": (("{", "⎧", "⎨", "⎩"), ("}", "⎫", "⎬", "⎭")),
    "|": (("|", "│", "│", "│"), ("|", "│", "│", "│")),
    "||": (("‖", "║", "║", "║"), ("‖", "║", "║", "║")),
    "<": (("⟨", "⟨", "⟨", "⟨"), ("⟩", "⟩", "⟩", "⟩")),
}
# fmt: on


def fence(kind: str, height: int, baseline: int, *, opens: bool) -> Box:
    """One half of a pair of brackets, of that height."""
    alone, top, middle, bottom = _FENCES[kind][0 if opens else 1]
    if height == 1:
        return Box((alone,), 0)
    return Box((top, *[middle] * (height - 2), bottom), baseline)


def fenced(box: Box, kind: str = "(") -> Box:
    """A box in brackets of its own height."""
    opening, closing = (fence(kind, box.height, box.baseline, opens=opens) for opens in (True, False))
    return beside(opening, box, closing)


def folded(box: Box, width: int) -> tuple[Box, ...]:
    """A box cut from top to bottom into boxes of at most `width`, at a blank column where there is one."""
    parts = []
    cells = [_cells(line) for line in box.lines]
    while len(cells[0]) > width:
        blank = [k for k in range(width // 2, width) if all(row[k] == " " for row in cells)]
        at = blank[-1] + 1 if blank else width - any(row[width] == "" for row in cells)
        parts.append([row[:at] for row in cells])
        cells = [row[at:] for row in cells]
    parts.append(cells)
    return tuple(Box(tuple("".join(row) for row in part), box.baseline) for part in parts)


def wrapped(text: str, width: int) -> list[str]:
    """Words in lines of at most `width` columns; a longer word is cut."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if columns(joined) <= width:
            lines[-1] = joined
            continue
        *full, rest = folded(text_box(word), width)
        lines += [*(box.lines[0] for box in full), rest.lines[0]]
    return [line for line in lines if line]


def _cells(line: str) -> list[str]:
    """One string a column: a character with what combines with it, then "" if it is a wide one."""
    cells: list[str] = []
    for character in line:
        if unicodedata.combining(character) and cells:
            cells[-1] += character
        else:
            cells.extend([character] + [""] * (columns(character) - 1))
    return cells
