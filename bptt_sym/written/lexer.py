"""LaTeX text as a tree of tokens and groups with places, nothing read into them yet."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from pylatexenc.latexwalker import LatexWalker, LatexWalkerEndOfStream
from pylatexenc.macrospec import LatexContextDb

from bptt_sym.errors import Span, Unreadable

DEPTH_LIMIT = 40
_NO_SPECS = LatexContextDb()
_NAME = re.compile(r"\s*\{([^{}\\$]*)\}")
_MATHS_MARKS = frozenset(("mathmode_inline", "mathmode_display"))


class Token(NamedTuple):
    """One mark on the page: its kind, what it says, and its range of offsets in the text scanned."""

    kind: str
    text: str
    start: int
    end: int
    bold: bool = False
    colour: str | None = None


class Group(NamedTuple):
    """Braces (kind "{") or an environment (kind "environment", with its name) with what is inside."""

    kind: str
    name: str
    items: tuple[Item, ...]
    start: int
    end: int
    colour: str | None = None


Item: TypeAlias = Token | Group


class Piece(NamedTuple):
    """From offset `at` on, a text is either a copy of the original from `start` on (`end` is -1), or it was
    made from the whole of original[start:end].
    """

    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """The text to read, and where it stands in the original: `offset` further on, or as the pieces tell."""

    text: str
    offset: int = 0
    pieces: tuple[Piece, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """The original place of text[start:end]."""
        end = max(start, end)
        if not self.pieces:
            return Span(self.offset + start, self.offset + end)
        first, _ = self._place(start)
        if end == start:
            return Span(self.offset + first, self.offset + first)
        _, last = self._place(end - 1)
        return Span(self.offset + first, self.offset + max(first, last))

    def _place(self, position: int) -> tuple[int, int]:
        piece = self.pieces[bisect_right(self.pieces, position, key=lambda piece: piece.at) - 1]
        if piece.end >= 0:
            return piece.start, piece.end
        place = piece.start + position - piece.at
        return place, place + 1

    def part(self, start: int, end: int) -> Source:
        """The source of text[start:end] alone."""
        if not self.pieces:
            return Source(self.text[start:end], self.offset + start)
        first = bisect_right(self.pieces, start, key=lambda piece: piece.at) - 1
        last = bisect_left(self.pieces, end, key=lambda piece: piece.at)
        pieces = [piece._replace(at=piece.at - start) for piece in self.pieces[max(first, 0) : max(last, 1)]]
        return Source(self.text[start:end], self.offset, tuple(pieces))

    def error(self, message: str, start: int, end: int) -> Unreadable:
        """The error that something at text[start:end] can't be read."""
        return Unreadable(message, self.span(start, end))


def scan(source: Source) -> tuple[Item, ...]:
    """The tokens of the text with braces and environments nested; Unreadable if these don't match."""
    text = source.text
    walker = LatexWalker(text, latex_context=_NO_SPECS, tolerant_parsing=False)
    state = walker.make_parsing_state(in_math_mode=True)
    open_groups: list[tuple[str, int, list[Item]]] = [("", 0, [])]
    position = 0
    while True:
        try:
            found = walker.get_token(position, environments=False, parsing_state=state)
        except LatexWalkerEndOfStream:
            break
        position = found.pos + found.len
        if found.tok == "macro" and found.arg in ("begin", "end"):
            position = _environment(source, text, found.arg, found.pos, open_groups)
        elif found.tok == "brace_open":
            _open("{", found.pos, open_groups, source)
        elif found.tok == "brace_close":
            _close("{", found.pos, position, open_groups, source)
        elif found.tok != "comment":
            stop = position - len(found.post_space)
            kind = "maths" if found.tok in _MATHS_MARKS else found.tok
            open_groups[-1][2].append(Token(kind, found.arg, found.pos, stop))
    if text[position:].rstrip().endswith("\\"):
        raise source.error("a lone backslash at the end", len(text) - 1, len(text))
    if len(open_groups) > 1:
        kind, place, _ = open_groups[-1]
        what = "this brace" if kind == "{" else f"\\begin{{{kind}}}"
        raise source.error(f"{what} is never closed", place, place + 1)
    return tuple(open_groups[0][2])


def _open(kind: str, place: int, open_groups: list[tuple[str, int, list[Item]]], source: Source) -> None:
    if len(open_groups) > DEPTH_LIMIT:
        raise source.error("braces are nested too deeply", place, place + 1)
    open_groups.append((kind, place, []))


def _close(
    kind: str, place: int, end: int, open_groups: list[tuple[str, int, list[Item]]], source: Source
) -> None:
    opened, start, items = open_groups[-1]
    if opened != kind:
        what = "this brace" if kind == "{" else f"\\end{{{kind}}}"
        raise source.error(f"{what} closes nothing that is open here", place, end)
    open_groups.pop()
    name = "" if kind == "{" else kind
    open_groups[-1][2].append(Group("environment" if name else "{", name, tuple(items), start, end))


def _environment(
    source: Source, text: str, side: str, place: int, open_groups: list[tuple[str, int, list[Item]]]
) -> int:
    r"""Opens or closes the environment whose `\begin` or `\end` is at `place`; where its name ends."""
    name = _NAME.match(text, place + 1 + len(side))
    if name is None:
        raise source.error(f"\\{side} without a name", place, place + 1 + len(side))
    if side == "begin":
        _open(name[1].strip(), place, open_groups, source)
    else:
        _close(name[1].strip(), place, name.end(), open_groups, source)
    return name.end()
