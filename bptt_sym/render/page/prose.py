"""The words around the formulas of a document, as HTML: headings, paragraphs, items, emphasis, and nothing else.

Formulas stand in the text as `HOLE`s. What isn't known is left out, its words are kept; every word is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

from bptt_sym.written.definitions import argument_at, definition_at

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
_OPTION = re.compile(r"\s*\[[^\[\]]*\]")
_NOTHING_TO_SAY = re.compile(r"[\s.,;:]*\Z")
_BODY = "\\begin{document}"


def words_of(text: str, kind: str) -> Iterator[Words]:
    """The blocks of a text that is LaTeX ("tex"), Markdown ("md") or plain ("txt")."""
    read: Callable[[str], Iterator[Words]] = {"tex": _tex, "md": _markdown}.get(kind, _plain)
    for words in read(text):
        if words.kind == "code" or not _NOTHING_TO_SAY.match(words.html):
            yield words


def _plain(text: str) -> Iterator[Words]:
    for part in re.split(r"\n[ \t]*\n", text):
        yield Words("paragraph", escape(part.strip()))


class _Tex:
    """LaTeX on its way to blocks: what is said so far in the block at hand, and what kind of block that is."""

    def __init__(self) -> None:
        self.done: list[Words] = []
        self.said = ""
        self.kind: Kind = "paragraph"

    def end(self, following: Kind = "paragraph") -> None:
        """The block is over."""
        self.done.append(Words(self.kind, self.said.strip()))
        self.said, self.kind = "", following

    def read(self, text: str) -> None:
        """Adds what the text says."""
        at = 0
        while (found := _TEX.search(text, at)) is not None:
            self.said += escape(text[at : found.start()])
            at = self._command(text, found) if found["name"] else self._mark(found)
        self.said += escape(text[at:])

    def _mark(self, found: re.Match[str]) -> int:
        if found["break"]:
            self.end()
        elif found["mark"]:
            self.said += found["letter"] + _MARKS[found["mark"]]
        elif found["escaped"]:
            self.said += " " if found["escaped"] in "\\ ,;:!" else escape(found["escaped"])
        elif found["special"]:
            self.said += _CHARACTERS[found["special"]]
        return found.end()

    def _command(self, text: str, found: re.Match[str]) -> int:
        name, at = found["name"], found.end()
        defined = definition_at(text, found.start(), {})
        if defined is not None:
            return defined[1]
        if name in ("item", "par", "begin", "end", "maketitle"):
            self.end("item" if name == "item" else "paragraph")
        while name not in _NAMED and (option := _OPTION.match(text, at)) is not None:
            at = option.end()
        if name in _NAMED:
            self.said += escape(_NAMED[name])
            return at
        argument = argument_at(text, at) if text[at : at + 1] == "{" else None
        if argument is None:
            return at
        return self._with_argument(name, text[argument[0] : argument[1]], at, argument[2])

    def _with_argument(self, name: str, inner: str, at: int, end: int) -> int:
        """Goes on after the argument, or into it where the command isn't known."""
        if name in _DROPPED:
            return end
        if name in _REFERENCES:
            self.said += escape(_REFERENCES[name].format(inner))
            return end
        if name in _HEADINGS:
            self.end()
            self.done.append(Words("heading", _inline(inner), _HEADINGS[name]))
            return end
        if name in _STYLES:
            self.said += f"<{_STYLES[name]}>{_inline(inner)}</{_STYLES[name]}>"
            return end
        return at


def _inline(text: str) -> str:
    inner = _Tex()
    inner.read(text)
    inner.end()
    return " ".join(words.html for words in inner.done if words.html)


def _tex(text: str) -> Iterator[Words]:
    reader = _Tex()
    start = text.find(_BODY)
    reader.read(text if start < 0 else text[start + len(_BODY) :])
    reader.end()
    yield from reader.done


_BLOCKS = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)(?:^[ ]{0,3}(?P=fence)[^\n]*$|\Z)"
    r"|^[ ]{0,3}(?P<level>#{1,6})[ \t]+(?P<title>[^\n]*?)[ \t#]*$"
    r"|^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?P<item>[^\n]*(?:\n(?![ \t]*(?:\n|[-*+] |\d{1,3}[.)] |#|```))[^\n]*)*)"
    r"|(?P<break>^[ \t]*\n)",
    re.DOTALL | re.MULTILINE,
)
_SPANS = ((re.compile(r"`([^`]+)`"), "code"), (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), "strong"),
          (re.compile(r"(?<!\*)\*(?=[^\s*])([^*]+?)(?<=\S)\*"), "em"))  # fmt: skip


def _markdown(text: str) -> Iterator[Words]:
    at = 0
    for found in _BLOCKS.finditer(text):
        yield Words("paragraph", _markdown_line(text[at : found.start()]))
        at = found.end()
        if found["code"] is not None:
            yield Words("code", escape(found["code"]))
        elif found["level"]:
            yield Words("heading", _markdown_line(found["title"]), len(found["level"]))
        elif found["item"] is not None:
            yield Words("item", _markdown_line(found["item"]))
    yield Words("paragraph", _markdown_line(text[at:]))


def _markdown_line(text: str) -> str:
    html = escape(text.strip(), quote=False)
    for pattern, element in _SPANS:
        html = pattern.sub(rf"<{element}>\1</{element}>", html)
    return html
