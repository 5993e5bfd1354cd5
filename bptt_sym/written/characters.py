"""What single characters mean: letters in their font, digits, signs, accented and raised letters."""

from __future__ import annotations

import unicodedata

from bptt_sym.written import vocabulary as words
from bptt_sym.written.grouping import Grouping
from bptt_sym.written.kinds import is_letter, kind_of_character, plain_word
from bptt_sym.written.lexer import Group, Token


class Characters(Grouping):
    """Characters; macros are left to a subclass."""

    def character(self, token: Token) -> None:
        """Puts what a character means."""
        text = token.text
        name = words.UNICODE.get(text)
        if not text.isascii() and name is None and self.composed(token):
            return
        if text.isspace() or text == "~":
            self.narrow_space(token)
            return
        if text in ("_", "^"):
            self.put("script", text, token)
            group = self.argument(token)
            self.check_end_of_script(group)
            self.out.append(group)
        elif name is not None and name not in ("-", "'"):
            self.macro(token._replace(kind="macro", text=name))
        elif text.isascii() and text.isalpha():
            self.letter(token)
        elif text == ":" and self.next_is("="):
            self.at += 1
            self.put("relation", ":=", token, self.items[self.at - 1].end)
        elif text == "=" and self.next_is(":") and not self.next_is("=", 1):
            self.at += 1
            self.put("relation", "=:", token, self.items[self.at - 1].end)
        elif text == "." and self.next_is(".") and self.next_is(".", 1):
            self.at += 2
            self.put("ellipsis", "\\dots", token, self.items[self.at - 1].end)
        elif text == "1" and self.doubled_one():
            self.put("one", "1", token, self.items[self.at - 1].end)
        else:
            self.put(*kind_of_character(name or text), token)

    def narrow_space(self, token: Token) -> None:
        """Puts a space before a bracket, where a side condition may begin; other spacing says nothing."""
        first = self.items[self.at] if self.at < len(self.items) else None
        second = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
        opening = second if isinstance(first, Token) and first.text in words.SIZES else first
        if isinstance(opening, Token) and opening.text in ("(", "[", "lparen", "lbrack"):
            self.put("space", " ", token)

    def check_end_of_script(self, group: Group) -> None:
        """Raises if a digit stands right after a script without braces: `2^31` prints as 2³1."""
        following = self.items[self.at] if self.at < len(self.items) else None
        braced = self.source.text[group.end - 1] == "}"
        if following is None or braced or following.start != group.end:
            return
        number = self.items[self.at + 1] if following[1] == "." and self.at + 1 < len(self.items) else following
        if isinstance(number, Token) and number.text in tuple("0123456789") and number.start <= group.end + 1:
            message = "it is not clear how far this script reaches; write braces"
            raise self.source.error(message, group.start, number.end)

    def composed(self, token: Token) -> bool:
        """Puts a letter with its accent (ŷ) or a small raised or lowered digit or letter (x², h₁), if it is one."""
        raised = unicodedata.decomposition(token.text).split()
        parts = unicodedata.normalize("NFD", token.text)
        if len(raised) == 2 and raised[0] in ("<super>", "<sub>"):
            self.put("script", "^" if raised[0] == "<super>" else "_", token)
            inner = token._replace(text=chr(int(raised[1], 16)))
        elif len(parts) == 2 and parts[1] in words.COMBINING:
            self.put("macro", words.COMBINING[parts[1]], token)
            inner = token._replace(text=parts[0])
        else:
            return False
        self.out.append(Group("{", "", self.inside([inner]), token.start, token.end, self.colour))
        return True

    def next_is(self, character: str, further: int = 0) -> bool:
        """Whether that character is the next item, or so many further on."""
        k = self.at + further
        return k < len(self.items) and self.items[k][:2] == ("char", character)

    def doubled_one(self) -> bool:
        r"""Passes over the rest of `1\!\!1`, if that stands here."""
        k = self.at
        while k < len(self.items) and self.items[k][:2] == ("macro", "!"):
            k += 1
        found = k > self.at and k < len(self.items) and self.items[k][:2] in (("char", "1"), ("char", "l"))
        if found:
            self.at = k + 1
        return found

    def letter(self, token: Token) -> None:
        """Puts a letter as its font has it, or a word where letters spell one."""
        if self.font == "roman":
            first = self.at
            while self.at < len(self.items) and is_letter(self.items[self.at]):
                self.at += 1
            run = "".join(item[1] for item in self.items[first - 1 : self.at] if isinstance(item[1], str))
            self.put("roman" if len(run) == 1 else "word", run, token, self.items[self.at - 1].end)
        elif self.font.startswith("math"):
            plain = self.font == "mathbb" and token.text == "I"
            self.put("letter", token.text if plain else f"\\{self.font}{{{token.text}}}", token)
        elif (word := plain_word(self.items, self.at - 1)) is None:
            self.put("letter", token.text, token)
        elif word not in words.FUNCTION_WORDS or len(word) == 2:
            raise self.source.error(
                f"{word!r} in italics could be a product or a word", token.start, token.end
            )
        else:
            self.at += len(word) - 1
            self.put("word", word, token, self.items[self.at - 1].end)

    # --- macros
