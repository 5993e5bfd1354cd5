"""A stretch of source on one line, cut to a width, with carets and words under the places that are meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bptt_sym.errors import Span
from bptt_sym.written.document import one_line

CUT = "…"
LEAST = 9  # columns of a piece below which nothing can be recognised
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_TOKENS = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
_FENCES = re.compile(r"\\(begin|end)\s*\{[a-zA-Z]*(?:matrix|array)\*?\}(?:\{[lcr|]*\})?\s*")
_BOX = "\\boxed{"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text and what is to be said of it, or nothing."""

    span: Span
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    mark: Mark | None
    spaced: bool  # whether a space stands before it


def visible(text: str) -> str:
    """The text with every character that a terminal might obey, or not show, replaced."""
    return "".join("\ufffd" if unicodedata.category(c) in _INVISIBLE and c != "\n" else c for c in text)


def columns(text: str) -> int:
    """How wide a terminal shows the text."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def excerpt(text: str, whole: Span, marks: Sequence[Mark], width: int) -> tuple[str, ...]:
    """The stretch on one line of at most about `width` columns, then a line of carets, then what the marks say.

    What is too long is cut, in the middle and at the end, so that every mark shows. Marks that overlap an earlier
    one are left out, and so are the last ones where there are too many for the width.
    """
    kept = _apart(marks, whole)
    pieces = _pieces(text, whole, kept)
    while len(kept) > 1 and width // len(pieces) < LEAST:
        kept = kept[:-1]
        pieces = _pieces(text, whole, kept)
    return _drawn([_Piece(cut, p.mark, p.spaced) for p, cut in zip(pieces, _cut(pieces, width), strict=True)])


def unboxed(latex: str) -> tuple[str, tuple[Mark, ...]]:
    r"""The LaTeX without its `\boxed{}`, and where they were."""
    marks: list[Mark] = []
    while (start := latex.find(_BOX)) >= 0:
        inside = latex[start + len(_BOX) :]
        end = _closing(inside)
        latex = latex[:start] + inside[:end] + inside[end + 1 :]
        marks.append(Mark(Span(start, start + end)))
    return latex, tuple(marks)


def difference(before: str, after: str) -> Span:
    """Where the one text has something else than the other, or the sign before which something was put in."""
    tokens, others = ([found[0] for found in _TOKENS.finditer(text)] for text in (before, after))
    shorter = min(len(tokens), len(others))
    start = next((k for k in range(shorter) if tokens[k] != others[k]), shorter)
    rest = shorter - start
    same = next((k for k in range(rest) if tokens[-1 - k] != others[-1 - k]), rest)
    end = len(tokens) - same
    if start == end:
        start = max(0, start - 1)
        end = start + 1
    while end - start > 1 and tokens[end - 1].isspace():
        end -= 1
    return Span(len("".join(tokens[:start])), len("".join(tokens[:end])))


def _closing(text: str) -> int:
    """Where the brace that is open before the text closes."""
    depth = 1
    for found in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    return len(text)


def _apart(marks: Sequence[Mark], whole: Span) -> list[Mark]:
    kept: list[Mark] = []
    end = whole.start
    for mark in sorted(marks, key=lambda mark: (mark.span.start, mark.span.end)):
        if end <= mark.span.start < mark.span.end <= whole.end:
            kept.append(mark)
            end = mark.span.end
    return kept


def _pieces(text: str, whole: Span, marks: Sequence[Mark]) -> list[_Piece]:
    found: list[_Piece] = []
    at = whole.start
    for mark in (*marks, None):
        start, end = (mark.span.start, mark.span.end) if mark else (whole.end, whole.end)
        for span, here in ((Span(at, start), None), (Span(start, end), mark)):
            shown = visible(one_line(text, span))
            if shown:
                beside = text[max(span.start - 1, whole.start) : span.start + 1]
                found.append(_Piece(shown, here, bool(found) and any(c.isspace() or c == "&" for c in beside)))
        at = end
    return found


def _cut(pieces: Sequence[_Piece], width: int) -> list[str]:
    """The pieces as short as they must be: none is cut below what a fair share would give it."""
    pieces = _with_short_fences(pieces, width)
    room = width - sum(piece.spaced for piece in pieces)
    lengths = [columns(piece.text) for piece in pieces]
    share = max(lengths, default=0)
    while share > LEAST and sum(min(length, share) for length in lengths) > room:
        share -= 1
    last = len(pieces) - 1
    return [
        piece.text if length <= share else _shortened(piece.text, share, k == last and piece.mark is None)
        for k, (piece, length) in enumerate(zip(pieces, lengths, strict=True))
    ]


def _with_short_fences(pieces: Sequence[_Piece], width: int) -> list[_Piece]:
    """What is to be cut loses the words around its matrices first."""
    if sum(columns(piece.text) + piece.spaced for piece in pieces) <= width:
        return list(pieces)
    return [replace(p, text=_FENCES.sub(lambda f: "[" if f[1] == "begin" else "] ", p.text).rstrip()) for p in pieces]


def _shortened(text: str, width: int, at_the_end: bool) -> str:
    """Cut at the end or in the middle, where braces are closed if there is such a place nearby."""
    places, anywhere = _cuts(text), [token.start() for token in _TOKENS.finditer(text)]
    most = width - 1 if at_the_end else (width - 1) * 3 // 5
    head = max([k for k in places if most // 2 <= k <= most] or [k for k in anywhere if k <= most])
    if at_the_end:
        return text[:head].rstrip() + CUT
    least = len(text) - (width - 1 - head)
    near = [k for k in places if least <= k <= (least + len(text)) // 2]
    tail = min(near or [k for k in anywhere if k >= least], default=len(text))
    return text[:head].rstrip() + CUT + text[tail:].lstrip()


def _cuts(text: str) -> list[int]:
    """Where the text may be cut: between braces, and neither in the name of a macro nor before a script."""
    depth, last = 0, ""
    found: list[int] = []
    for token in _TOKENS.finditer(text):
        binds = token[0] in ("^", "_", "{", "}") or last in ("^", "_")
        if depth <= 0 and not binds:
            found.append(token.start())
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        last = token[0]
    return found


def _drawn(pieces: Sequence[_Piece]) -> tuple[str, ...]:
    line = carets = words = ""
    for piece in pieces:
        line += " " * piece.spaced
        if piece.mark is not None:
            start, width = columns(line), columns(piece.text)
            carets = carets.ljust(start) + "^" * width
            if piece.mark.words:
                middle = start + max(0, width - columns(piece.mark.words)) // 2
                words = (words + " " if words else "").ljust(middle) + visible(piece.mark.words)
        line += piece.text
    return tuple(row for row in (line, carets, words) if row)
