"""Where the maths is in a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bptt_sym.written.vocabulary import ROWS_OF_FORMULAS

_NOT_MATHS = frozenset(("subequations",))
_ENVIRONMENTS = ROWS_OF_FORMULAS - _NOT_MATHS
_COMMENT = re.compile(r"(\\.)|%[^\n]*", re.DOTALL)
_VERBATIM = re.compile(
    r"\\begin\s*\{(verbatim\*?|lstlisting|minted|comment|Verbatim|filecontents\*?)\}.*?(?:\\end\s*\{\1\}|\Z)"
    r"|\\(?:verb|lstinline)\*?([^\sA-Za-z*])[^\n]{0,200}?\2",
    re.DOTALL,
)
_FENCE = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[^\n`]*)\n(?P<body>.*?)"
    r"(?:^[ ]{0,3}(?P=fence)[`~]*[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_CODE = re.compile(r"(?<!\$)(?<!`)(`{1,3})(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)\1(?!`)", re.DOTALL)
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARK = re.compile(r"\\begin\s*\{([^{}]*)\}|\\[\[(]|\\.|\$\$?", re.DOTALL)
_DOUBLED = re.compile(r"\\\\([\[(])")
_DOLLAR_END = re.compile(r"\\.|[{}]|\$|\n[ \t]*\n", re.DOTALL)
_PROSE_AFTER_MONEY = re.compile(r"\d[\d.,]*\s+[A-Za-z]{2,}|\d[\d.,]*[.,;)]?\s*$")
_CLOSING = (re.compile(r"\\end\s*\{[^{}]*\}|\\\\?[\])]|`?\$\$?"), re.compile(r"`?\$"))
_CONDITIONAL = re.compile(r"\\(?:(?!iff(?![A-Za-z])|ifthenelse)if[A-Za-z@]*|else(?![A-Za-z])|fi(?![A-Za-z]))")
_END = "\\end{document}"


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of maths: text[start:end] is what stands between the delimiters of `environment`."""

    environment: str
    opening: int
    start: int
    end: int
    closed: bool = True


def blanked(text: str, kind: str) -> str:
    """The text with what is no maths for sure (comments, code) made blank, every place kept."""
    match kind:
        case "tex":
            text = _COMMENT.sub(lambda found: found[1] or " " * len(found[0]), text)
            end = text.find(_END)
            text = text if end < 0 else text[:end]
            return _without_skipped(_VERBATIM.sub(_blank, text))
        case "md":
            text = _FENCE.sub(_blank_fence, text)
            return _HTML_COMMENT.sub(_blank, _CODE.sub(_blank, text))
        case _:
            return text


def _blank(found: re.Match[str]) -> str:
    return _spaces(found[0])


def _spaces(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _without_skipped(text: str) -> str:
    r"""The text with what `\iffalse ... \fi` (or `\else`) skips made blank."""
    opening, depth, done = -1, 0, 0
    parts: list[str] = []
    for mark in _CONDITIONAL.finditer(text):
        if opening < 0:
            opening, depth = (mark.start(), 1) if mark[0] == "\\iffalse" else (-1, 0)
            continue
        depth += {"\\fi": -1, "\\else": 0}.get(mark[0], 1)
        if depth == 0 or (depth == 1 and mark[0] == "\\else"):
            parts += (text[done:opening], _spaces(text[opening : mark.end()]))
            opening, done = -1, mark.end()
    return "".join((*parts, text[done:]))


def _blank_fence(found: re.Match[str]) -> str:
    if found["language"].strip() != "math":
        return _blank(found)
    head = found.start("body") - found.start()
    tail = found.end() - found.end("body")
    return "$$".rjust(head - 1) + "\n" + found["body"] + "$$".ljust(tail)


def regions(text: str, kind: str) -> Iterator[Region]:
    """The maths of a blanked text, in order."""
    position = 0
    hopeless: set[str] = set()
    while (mark := _MARK.search(text, position)) is not None:
        region = _region(text, kind, mark, hopeless)
        if region is None:
            position = mark.end()
            continue
        yield region
        position = closed_at(text, region) if region.closed else mark.end()


def closed_at(text: str, region: Region) -> int:
    """Where what closes the region is over."""
    closing = _CLOSING[region.environment == "$"].match(text, region.end) if region.closed else None
    return region.end if closing is None else closing.end()


def _region(text: str, kind: str, mark: re.Match[str], hopeless: set[str]) -> Region | None:
    opening = mark[0]
    if mark[1] is not None:
        name = mark[1].strip()
        return _environment(text, name, mark, hopeless) if name in _ENVIRONMENTS else None
    if opening == "\\\\" and kind == "md" and (doubled := _DOUBLED.match(text, mark.start())):
        closing = "\\\\]" if doubled[1] == "[" else "\\\\)"
        end = text.find(closing, doubled.end())
        return Region(f"\\{doubled[1]}", mark.start(), doubled.end(), end) if end >= 0 else None
    if opening in ("\\[", "\\("):
        return _bracketed(text, opening, mark, hopeless)
    if opening == "$$":
        return _dollars(text, kind, mark, 2)
    return _dollars(text, kind, mark, 1) if opening == "$" and not _is_money(text, kind, mark.end()) else None


def _environment(text: str, name: str, mark: re.Match[str], hopeless: set[str]) -> Region:
    depth = 1
    unclosed = Region(name, mark.start(), mark.end(), mark.end(), closed=False)
    if name in hopeless:
        return unclosed
    for found in re.compile(rf"\\\\|\\(begin|end)\s*\{{\s*{re.escape(name)}\s*\}}").finditer(
        text, mark.end()
    ):
        depth += {"begin": 1, "end": -1}.get(found[1] or "", 0)
        if depth == 0:
            return Region(name, mark.start(), mark.end(), found.start())
    hopeless.add(name)
    return unclosed


def _bracketed(text: str, opening: str, mark: re.Match[str], hopeless: set[str]) -> Region:
    closing = "\\]" if opening == "\\[" else "\\)"
    unclosed = Region(opening, mark.start(), mark.end(), mark.end(), closed=False)
    if opening in hopeless:
        return unclosed
    for found in re.compile(r"\\.", re.DOTALL).finditer(text, mark.end()):
        if found[0] == closing:
            return Region(opening, mark.start(), mark.end(), found.start())
    hopeless.add(opening)
    return unclosed


def _dollars(text: str, kind: str, mark: re.Match[str], count: int) -> Region | None:
    """Up to the closing dollars at the same depth of braces, in the same paragraph; in prose they may be money."""
    unclosed = Region("$" * count, mark.start(), mark.end(), mark.end(), closed=False) if kind == "tex" else None
    depth = 0
    start = mark.end()
    tick = count == 1 and text.startswith("`", start)
    for found in _DOLLAR_END.finditer(text, start):
        sign = found[0]
        depth += (sign == "{") - (sign == "}")
        if depth < 0 or sign[0] == "\n":
            return unclosed
        if sign == "$" and depth == 0 and (count == 1 or text.startswith("$$", found.start())):
            if count == 1 and not text[start : found.start()].strip():
                return None
            inset = 1 if tick and text[found.start() - 1] == "`" else 0
            return Region("$" * count, mark.start(), start + inset, found.start() - inset)
    return unclosed


def _is_money(text: str, kind: str, start: int) -> bool:
    """`$5 and then $10` in prose."""
    if kind == "tex" or not text[start : start + 1].isdigit():
        return False
    line = (
        text[start : text.find("$", start)]
        if "$" in text[start : start + 2000]
        else text[start : start + 200]
    )
    return _PROSE_AFTER_MONEY.match(line) is not None and "\\" not in line and "=" not in line
