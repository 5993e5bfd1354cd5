"""The words around the formulas of a document, as HTML: headings, paragraphs, items, emphasis, and nothing else.

Formulas stand in the text as `HOLE`s. What isn't known is left out, its words are kept; every word is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

from bptt_sym.written.definitions import definition_at

HOLE = "\ue000"
Kind: TypeAlias = Literal["heading", "paragraph", "item", "code"]


@dataclass(frozen=True, slots=True)
class Words:
    """A block of running text as HTML, with holes for formulas; `level` is a heading's, from 1."""

    kind: Kind
    html: str
    level: int = 0


# fmt: off
_HEADINGS = {"part": 1, "chapter": 1, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4, "title": 1}
_STYLES = {"textbf": "strong", "emph": "em", "textit": "em", "textsl": "em", "texttt": "code", "underline": "u"}
_DROPPED = frozenset((
    "label", "vspace", "hspace", "input", "include", "bibliography", "bibliographystyle", "usepackage", "documentclass",
    "pagestyle", "thispagestyle", "setlength", "addtolength", "setcounter", "includegraphics", "author", "date",
    "begin", "end", "color", "hypersetup", "newtheorem", "geometry", "pagenumbering", "allowdisplaybreaks",
))
_REFERENCES = {"ref": "({})", "eqref": "({})", "autoref": "({})", "cref": "({})", "cite": "[{}]", "citep": "[{}]",
               "citet": "[{}]"}
_CHARACTERS = {"~": "\u00a0", "---": "—", "--": "–", "``": "“", "''": "”"}
_NAMED = {"ldots": "…", "dots": "…", "LaTeX": "LaTeX", "TeX": "TeX", "ss": "ß", "textbackslash": "\\", "S": "§",
          "quad": " ", "qquad": " ", "item": "", "par": ""}
# fmt: on
_TEX = re.compile(
    r"\\(?P<name>[A-Za-z@]+)\*?[ \t]*|\\(?P<mark>[\"'`^~=.]) *\{?(?P<letter>[A-Za-z])\}?|\\(?P<escaped>.)"
    r"|(?P<break>\n[ \t]*\n\s*)|(?P<special>~|---?|``|'')|[{}]",
    re.DOTALL,
)
_MARKS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307"}
_OPTION = re.compile(r"\s*\[[^\[\]]{0,300}\]")
_ARGUMENT = re.compile(r"\{([^{}]{0,300})\}")
_DEFINING = re.compile(r"\A(?:def|let|(?:re)?new|provide|Declare|New)")
MOST_DEFINITIONS = 1_000
LONGEST = 1_000_000  # characters; what follows isn't shown
_NOTHING_TO_SAY = re.compile(r"[\s.,;:]*\Z")
_BODY = "\\begin{document}"


def words_of(text: str, kind: str) -> Iterator[Words]:
    """The blocks of a text that is LaTeX ("tex"), Markdown ("md") or plain ("txt")."""
    read: Callable[[str], Iterator[Words]] = {"tex": _tex, "md": _markdown}.get(kind, _plain)
    for words in read(text if len(text) <= LONGEST else f"{text[:LONGEST]} …"):
        if words.kind == "code" or not _NOTHING_TO_SAY.match(words.html):
            yield words


def _plain(text: str) -> Iterator[Words]:
    for part in re.split(r"\n[ \t]*\n", text):
        yield Words("paragraph", escape(part.strip()))


class _Tex:
    """LaTeX on its way to blocks: what is said so far in the block at hand, its kind, what closes each open brace."""

    def __init__(self) -> None:
        self.done: list[Words] = []
        self.said: list[str] = []
        self.kind: Kind = "paragraph"
        self.level = 0
        self.open: list[str] = []
        self.definitions = 0

    def end(self, following: Kind = "paragraph", level: int = 0) -> None:
        """The block is over, and what was emphasised in it."""
        self.said += reversed(self.open)
        self.open = [""] * len(self.open)
        self.done.append(Words(self.kind, "".join(self.said).strip(), self.level))
        self.said, self.kind, self.level = [], following, level

    def read(self, text: str) -> None:
        """Adds what the text says."""
        at = 0
        while (found := _TEX.search(text, at)) is not None:
            self.said.append(escape(text[at : found.start()]))
            at = self._command(text, found) if found["name"] else self._mark(found)
        self.said.append(escape(text[at:]))

    def _mark(self, found: re.Match[str]) -> int:
        if found["break"]:
            self.end()
        elif found["mark"]:
            self.said.append(found["letter"] + _MARKS[found["mark"]])
        elif found["escaped"]:
            self.said.append(" " if found["escaped"] in "\\ ,;:!" else escape(found["escaped"]))
        elif found["special"]:
            self.said.append(_CHARACTERS[found["special"]])
        elif found[0] == "{":
            self.open.append("")
        elif self.open:
            self._close(self.open.pop())
        return found.end()

    def _close(self, closing: str) -> None:
        if self.kind == "heading" and not self.open:
            self.end()
        else:
            self.said.append(closing)

    def _command(self, text: str, found: re.Match[str]) -> int:
        """Goes on after the command, and after its argument where that isn't said."""
        name, at = found["name"], found.end()
        if (after := self._definition(text, found)) is not None:
            return after
        if name in ("item", "par", "begin", "end", "maketitle"):
            self.end("item" if name == "item" else "paragraph")
        if name in _NAMED:
            self.said.append(escape(_NAMED[name]))
            return at
        if (option := _OPTION.match(text, at)) is not None:
            at = option.end()
        if (name in _DROPPED or name in _REFERENCES) and (argument := _ARGUMENT.match(text, at)) is not None:
            self.said.append(escape(_REFERENCES.get(name, "").format(argument[1])))
            return argument.end()
        return self._opened(name, at) if text[at : at + 1] == "{" else at

    def _opened(self, name: str, at: int) -> int:
        """A heading or an emphasis begins with the brace at hand."""
        if name in _HEADINGS:
            self.end("heading", _HEADINGS[name])
            self.open = [""]
        elif name in _STYLES:
            self.said.append(f"<{_STYLES[name]}>")
            self.open.append(f"</{_STYLES[name]}>")
        else:
            return at
        return at + 1

    def _definition(self, text: str, found: re.Match[str]) -> int | None:
        if not _DEFINING.search(found["name"]) or self.definitions >= MOST_DEFINITIONS:
            return None
        self.definitions += 1
        defined = definition_at(text, found.start(), {})
        return None if defined is None else defined[1]


def _tex(text: str) -> Iterator[Words]:
    reader = _Tex()
    start = text.find(_BODY)
    reader.read(text if start < 0 else text[start + len(_BODY) :])
    reader.end()
    yield from reader.done


_BLOCKS = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*\n(?P<code>.*?)(?:^[ ]{0,3}(?P=fence)[^\n]*$|\Z)"
    r"|^[ ]{0,3}(?P<level>#{1,6})[ \t]+(?P<title>[^\n]*)$"
    r"|^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?P<item>[^\n]*(?:\n(?![ \t]*(?:\n|[-*+] |\d{1,3}[.)] |#|```))[^\n]*)*)"
    r"|(?P<break>^[ \t]*\n)",
    re.DOTALL | re.MULTILINE,
)
_SPANS = re.compile(
    r"`(?P<code>[^`]{1,300})`|\*\*(?=\S)(?P<strong>.{1,300}?)(?<=\S)\*\*|(?<!\*)\*(?=[^\s*])(?P<em>[^*]{1,300}?)(?<=\S)\*"
)


def _markdown(text: str) -> Iterator[Words]:
    at = 0
    for found in _BLOCKS.finditer(text):
        yield Words("paragraph", _markdown_line(text[at : found.start()]))
        at = found.end()
        if found["code"] is not None:
            yield Words("code", escape(found["code"]))
        elif found["level"]:
            yield Words("heading", _markdown_line(found["title"].rstrip(" \t#")), len(found["level"]))
        elif found["item"] is not None:
            yield Words("item", _markdown_line(found["item"]))
    yield Words("paragraph", _markdown_line(text[at:]))


def _markdown_line(text: str) -> str:
    html = escape(text.strip(), quote=False)
    return _SPANS.sub(lambda found: f"<{found.lastgroup}>{found[found.lastgroup or 0]}</{found.lastgroup}>", html)
