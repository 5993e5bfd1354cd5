"""What can go wrong with somebody's input; a bug of ours is an `assert`, not a class here."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache


@lru_cache(maxsize=4)
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(found.end() for found in re.finditer("\n", text)))


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of character offsets in the text that was read."""

    start: int
    end: int

    def to(self, other: Span | None) -> Span:
        """The smallest span that covers both."""
        if other is None:
            return self
        return Span(min(self.start, other.start), max(self.end, other.end))

    def position(self, text: str) -> tuple[int, int]:
        """Line and column of the start, both from 1."""
        starts = _line_starts(text)
        start = min(self.start, len(text))
        line = bisect_right(starts, start)
        return line, start - starts[line - 1] + 1

    def caret(self, text: str) -> str:
        """The first line of the span with carets under the part that is meant."""
        _, column = self.position(text)
        begin = text.rfind("\n", 0, min(self.start, len(text))) + 1
        line = text[begin:].split("\n", 1)[0]
        width = max(1, min(self.end, begin + len(line)) - self.start)
        pad = "".join("\t" if character == "\t" else " " for character in line[: column - 1])
        return f"{line}\n{pad}{'^' * width}"


class BpttSymError(Exception):
    """Root of every error that a user's input can cause."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span

    def located(self, text: str, file: str) -> str:
        """The message with file, line, column and a caret under the place in `text`."""
        if self.span is None:
            return f"{file}: {self.message}"
        line, column = self.span.position(text)
        return f"{file}:{line}:{column}: {self.message}\n{self.span.caret(text)}"


class Unreadable(BpttSymError):
    """The text can't be read as mathematics of this field, or only by guessing."""


class IllTyped(BpttSymError):
    """The text reads, but its shapes don't conform, or a derivative lacks its ∂."""

    def __init__(self, message: str, span: Span | None = None, shapes: tuple[tuple[Span, str], ...] = ()) -> None:
        super().__init__(message, span)
        self.shapes = shapes

    def located(self, text: str, file: str) -> str:
        """With the other places that belong to it, a caret under each."""
        lines = [BpttSymError.located(self, text, file)]
        for place, words in self.shapes:
            line, column = place.position(text)
            lines.append(f"{file}:{line}:{column}: {words}\n{place.caret(text)}")
        return "\n".join(lines)


class Missing(BpttSymError):
    """A step or component that doesn't exist in this instance (h^(t+1) at t = τ)."""


class NoComponent(Missing):
    """A component beyond the size of its axis, at whatever step."""


class UsageError(BpttSymError):
    """A size, target, option or path that makes no sense."""
