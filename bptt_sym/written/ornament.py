"""From tokens as typed to tokens that mean something: fonts, colours, sizes, spacing and labels resolved.

What comes out: every macro that takes arguments is followed by exactly that many groups, every script mark
by one; braces that only hold things together are gone unless a script stands on them or a sum is inside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bptt_sym.written import shorthands
from bptt_sym.written import vocabulary as words
from bptt_sym.written.characters import Characters
from bptt_sym.written.kinds import (
    is_length,
    kind_of_macro,
    spelling,
)
from bptt_sym.written.lexer import Group, Item, Source, Token

_DIMENSION = re.compile(r"\s*[-+]?\s*[\d.]*\s*(?:em|ex|pt|mu|cm|mm|in|pc|bp|sp|\\\w+)?")
_WORD = re.compile(r"\s*[A-Za-z]{2,}\s*\Z")
_DEFINING = ("def", "\\triangle", "\\Delta", "\\mathrm{def}", "\\text{def}", "\\textrm{def}")
_DELIMITERS = frozenset((*words.OPENING, *words.CLOSING, *words.BARS, "/", ".", "<", ">", "backslash", "|"))


def clean(source: Source, items: Sequence[Item]) -> tuple[Item, ...]:
    """The items as meaning tokens; what is unknown stays as an "unknown" token."""
    return tuple(_Cleaner(source, items, "", None, 0).run())


class _Cleaner(Characters):
    """Macros; what each does is in the table of handlers."""

    def macro(self, token: Token) -> None:
        name = token.text
        if name in words.DROPPED:
            if name in words.NARROW_SPACES:
                self.narrow_space(token)
            return
        for table, handle in _HANDLERS:
            if name in table:
                handle(self, token)
                return
        kind, text = kind_of_macro(name)
        self.put(kind, text, token)

    def with_arguments(self, token: Token) -> None:
        if token.text == "sqrt" and self.optional():
            raise self.source.error("a root other than the square root can't be read", token.start, token.end)
        if token.text == "cfrac":
            self.optional()
        if token.text in ("stackrel", "overset", "underset"):
            self.stacked(token)
            return
        if token.text == "substack":
            rows = self.argument(token).items
            for row in rows:
                ends = isinstance(row, Token) and row.kind == "row"
                self.out.append(Token("comma", ",", row.start, row.end) if ends else row)
            return
        self.put("macro", "frac" if token.text in words.FRACTIONS else token.text, token)
        for _ in range(words.ARITY[token.text]):
            self.out.append(self.argument(token))

    def stacked(self, token: Token) -> None:
        r"""`\overset{note}{=}` is a relation with a note on it; one that doubts or defines counts."""
        note = self.raw_text(self.raw_argument(token)).strip()
        base = self.argument(token)
        first = base.items[0] if len(base.items) == 1 else None
        if not (isinstance(first, Token) and first.kind == "relation") or "!" in note or "?" in note:
            raise self.source.error(f"{spelling(token)} can't be read here", token.start, base.end)
        text = ":=" if note in _DEFINING and first.text == "=" else first.text
        self.put("relation", text, token, base.end)

    def font_macro(self, token: Token) -> None:
        font = words.FONTS[token.text]
        start = self.at
        item = self.raw_argument(token)
        raw = self.raw_text(item).strip()
        if raw == "1" and font in ("bold", "mathbb"):
            self.put("one", "1", token, item.end)
        elif font == "bold" and raw in words.FUNCTION_WORDS and raw not in words.FUNCTIONS - {"tanh", "exp"}:
            self.put("word", raw, token, item.end)
        else:
            self.at = start
            group = self.argument(token, font)
            self.unbrace(group.items, group, token.start)

    def font_switch(self, token: Token) -> None:
        self.font = words.FONT_SWITCHES[token.text]

    def operator_name(self, token: Token) -> None:
        self.starred()
        item = self.raw_argument(token)
        raw = re.sub(r"\\[,;! ]|\s+|\\(?:rm|mathrm|text|bf|sf)\b|[{}]", "", self.raw_text(item))
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", raw):
            raise self.source.error("an operator name that is no word", token.start, item.end)
        self.put("word" if len(raw) > 1 else "roman", raw, token, item.end)

    def text(self, token: Token) -> None:
        item = self.raw_argument(token)
        raw = self.raw_text(item)
        if _WORD.match(raw):
            self.put("word", raw.strip(), token, item.end)
        elif len(raw.strip()) == 1 and raw.strip().isalpha() and raw.strip().isascii():
            self.put("roman", raw.strip(), token, item.end)
        elif isinstance(item, Group):
            self.prose(item)
        else:
            self.put("text", raw, token, item.end)

    def prose(self, group: Group) -> None:
        """Words as "text" tokens, and the maths between dollars as maths."""
        parts: list[tuple[bool, list[Item]]] = [(False, [])]
        for item in group.items:
            if item[0] == "maths":
                parts.append((not parts[-1][0], []))
            else:
                parts[-1][1].append(item)
        if parts[-1][0]:
            raise self.source.error("a dollar sign without its partner", group.start, group.end)
        for maths, items in parts:
            if maths:
                self.out.extend(self.inside(items))
            elif items:
                raw = self.source.text[items[0].start : items[-1].end].strip()
                raw = re.sub(r"\\(?:text\w*|emph)\s*|[{}]|\\[ ,;:!]|~|\\q?quad", " ", raw)
                if raw.strip() == ",":
                    self.put("comma", ",", items[0], items[-1].end)
                elif raw.strip():
                    self.put("text", " ".join(raw.split()), items[0], items[-1].end)

    def size(self, token: Token) -> None:
        r"""`\left(`, `\Big|` ...: a delimiter, open or close where the macro tells; `\left.` is nothing."""
        item = self.items[self.at] if self.at < len(self.items) else None
        if not isinstance(item, Token) or item.text not in _DELIMITERS:
            raise self.source.error(f"{spelling(token)} without a delimiter", token.start, token.end)
        self.at += 1
        name, end = item.text, item.end
        if name == "|" and item.kind == "macro":
            name = "Vert"
        side = "l" if token.text[-1] == "l" or token.text == "left" else "r" if token.text[-1] in "rt" else ""
        if name == ".":
            self.close_cases(token)
            return
        if name == "/":
            self.put("operator", "/", token, end)
        elif name in ("<", ">"):
            self.put("open" if name == "<" else "close", "<", token, end)
        elif name in words.BARS:
            kind = {"l": "open", "r": "close", "": "bar"}[side]
            self.put("bar" if token.text == "middle" else kind, words.BARS[name], token, end)
        elif name in words.OPENING:
            self.put("open", words.OPENING[name], token, end)
        elif name in words.CLOSING:
            self.put("close", words.CLOSING[name], token, end)
        else:
            self.put("unknown", name, token, end)

    def close_cases(self, token: Token) -> None:
        r"""`= \left\{ \begin{array} ... \end{array} \right.` is a case distinction."""
        before = self.out[-3:]
        if token.text != "right" or len(before) < 3 or before[0][0] != "relation" or before[1][:2] != ("open", "{"):
            return
        array = before[2]
        if isinstance(array, Group) and array.name in ("array", "matrix"):
            self.out[-2:] = [array._replace(name="cases", start=before[1].start)]

    def colour_switch(self, token: Token) -> None:
        self.optional()
        self.colour = self.raw_text(self.raw_argument(token)).strip()

    def transparent(self, token: Token) -> None:
        count = words.TRANSPARENT[token.text]
        self.optional()
        arguments = [self.raw_text(self.raw_argument(token)).strip() for _ in range(count - 1)]
        colour = arguments[0] if token.text in ("textcolor", "mathcolor") else None
        self.undollar(token)
        group = self.argument(token, colour=colour)
        self.unbrace(group.items, group, token.start)

    def undollar(self, token: Token) -> None:
        r"""Makes `\fbox{$A$}`, where text is set, `\fbox{A}`."""
        box = self.items[self.at] if self.at < len(self.items) else None
        if token.text in words.BOXES and isinstance(box, Group):
            dollars = [k for k, item in enumerate(box.items) if item[0] == "maths"]
            if dollars == [0, len(box.items) - 1]:
                self.items = [*self.items[: self.at], box._replace(items=box.items[1:-1]), *self.items[self.at + 1 :]]

    def braced_note(self, token: Token) -> None:
        r"""`\underbrace{A}_{note}` is A; the note goes."""
        group = self.argument(token)
        mark = words.BRACED[token.text]
        if self.at < len(self.items) and self.items[self.at][:2] == ("char", mark):
            self.at += 1
            self.argument(token)
        self.unbrace(group.items, group, token.start)

    def dropped_with(self, token: Token) -> None:
        self.starred()
        for _ in range(words.DROPPED_WITH[token.text]):
            self.optional()
            self.raw_argument(token)
        if token.text == "hspace":
            self.narrow_space(token)

    def skip(self, token: Token) -> None:
        found = _DIMENSION.match(self.source.text, token.end)
        end = found.end() if found else token.end
        while self.at < len(self.items) and self.items[self.at].start < end:
            self.at += 1

    def label(self, token: Token) -> None:
        self.starred()
        item = self.raw_argument(token)
        self.put(token.text, self.raw_text(item).strip().strip("$"), token, item.end)

    def equation_number(self, token: Token) -> None:
        end = self.items[-1].end
        self.at = len(self.items)
        self.put("tag", self.source.text[token.end : end].strip().strip("()$"), token, end)

    def row(self, token: Token) -> None:
        self.starred()
        place = self.at
        if self.optional() and not is_length(
            self.source.text[self.items[place].start : self.items[self.at - 1].end]
        ):
            self.at = place
        self.put("row", "\\\\", token)

    def negated(self, token: Token) -> None:
        following = self.raw_argument(token)
        negations = {"=": "\\ne", "in": "\\notin"}
        text = negations.get(following[1]) if isinstance(following, Token) else None
        if text is None:
            raise self.source.error("\\not can't be read here", token.start, following.end)
        self.put("relation", text, token, following.end)


_HANDLERS = (
    (frozenset(words.FONTS), _Cleaner.font_macro),
    (frozenset(words.ARITY), _Cleaner.with_arguments),
    (words.SIZES, _Cleaner.size),
    (words.TEXTS, _Cleaner.text),
    (frozenset(("operatorname", "operatornamewithlimits", "DeclareMathOperator")), _Cleaner.operator_name),
    (frozenset(("\\", "cr", "newline", "tabularnewline")), _Cleaner.row),
    (frozenset(("label", "tag")), _Cleaner.label),
    (frozenset(words.TRANSPARENT), _Cleaner.transparent),
    (frozenset(("color", "colour")), _Cleaner.colour_switch),
    (frozenset(words.BRACED), _Cleaner.braced_note),
    (frozenset(words.DROPPED_WITH), _Cleaner.dropped_with),
    (frozenset(words.FONT_SWITCHES), _Cleaner.font_switch),
    (words.SKIPS, _Cleaner.skip),
    (frozenset(("eqno", "leqno")), _Cleaner.equation_number),
    (frozenset(("not",)), _Cleaner.negated),
    (shorthands.PARTIALS | shorthands.TOTALS, shorthands.derivative),
    (frozenset(("norm",)), shorthands.norm),
    (frozenset(("dd",)), shorthands.differential),
)
