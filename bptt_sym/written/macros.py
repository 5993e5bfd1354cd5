r"""A document's own macros (\newcommand, \def, \DeclareMathOperator ...), expanded with places kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bptt_sym.written.definitions import (
    ARGUMENT_LIMIT,
    COMMAND,
    DEFINING,
    OPTION,
    Macro,
    argument_at,
    called,
    defines,
    definition_at,
)
from bptt_sym.written.lexer import Piece, Source

NESTING_LIMIT = 40
TOTAL_LIMIT = 1_000_000
_OPEN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
_HASH = re.compile(r"#([1-9])")


def expanded(text: str, macros: Sequence[Macro] = (), *, offset: int = 0) -> Source:
    """The text with these macros and those it defines expanded; definitions are gone from it.

    A macro whose expansion doesn't end, or is too long, stays as it is, to be unreadable where it stands.
    """
    if not macros and not defines(text):
        return Source(text, offset)
    return _Expansion({macro.name: macro for macro in macros}).run(text, offset)


class _TooLongError(Exception):
    """An expansion passed its limits; it never leaves this module."""


@dataclass(slots=True)
class _Marked:
    """A short text with the original place of each character."""

    text: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)

    def put(self, text: str, places: list[tuple[int, int]]) -> None:
        """Adds text; a space keeps a letter from running into a command before it."""
        if text[:1].isalpha() and _OPEN_COMMAND.search(self.text[-40:]):
            self.text += " "
            self.places.append(places[0])
        self.text += text
        self.places.extend(places)

    def part(self, start: int, end: int) -> _Marked:
        """The characters from start to end."""
        return _Marked(self.text[start:end], self.places[start:end])


class _Expansion:
    """The expanded text so far, as pieces with their places."""

    def __init__(self, macros: dict[str, Macro]) -> None:
        self.macros = macros
        self.dead: set[str] = set()
        self.texts: list[str] = []
        self.pieces: list[Piece] = []
        self.length = 0
        self.budget = TOTAL_LIMIT
        self.call_budget = 0

    def run(self, text: str, offset: int) -> Source:
        done = 0
        position = 0
        while (command := COMMAND.search(text, position)) is not None:
            position = command.end()
            name = called(text, command)
            if name in DEFINING and self.budget > 0:
                found = definition_at(text, command.start(), self.macros)
                if found is None:
                    self.budget -= ARGUMENT_LIMIT // 4
                    continue
                macros, end = found
                for macro in macros:
                    if macro.name not in self.macros or name != "providecommand":
                        self.macros[macro.name] = macro
                    self.dead.discard(macro.name)
                self.verbatim(text, done, command.start())
                self.fixed("\\relax ", command.start(), end)
            elif name in self.macros and name not in self.dead and self.budget > 0:
                call = self.call(text, command.start(), name)
                if call is None:
                    continue
                result, end = call
                self.verbatim(text, done, command.start())
                self.marked(result, command.start(), end, text[end : end + 1])
            else:
                continue
            done = position = end
        self.verbatim(text, done, len(text))
        return Source("".join(self.texts), offset, tuple(self.pieces))

    def add(self, text: str, start: int, end: int) -> None:
        if text:
            self.pieces.append(Piece(self.length, start, end))
            self.texts.append(text)
            self.length += len(text)

    def verbatim(self, text: str, start: int, end: int) -> None:
        self.add(text[start:end], start, -1)

    def fixed(self, text: str, start: int, end: int) -> None:
        self.add(text, start, end)

    def marked(self, result: _Marked, start: int, end: int, following: str) -> None:
        first = 0
        for k in range(1, len(result.places) + 1):
            if k == len(result.places) or result.places[k] != result.places[first]:
                self.fixed(result.text[first:k], *result.places[first])
                first = k
        if following.isalpha() and _OPEN_COMMAND.search(result.text[-40:]):
            self.fixed(" ", start, end)

    def call(self, text: str, start: int, name: str) -> tuple[_Marked, int] | None:
        """What the call at `start` expands to and where it ends; None, for good, when it doesn't end."""
        self.call_budget = ARGUMENT_LIMIT
        found = _arguments(self.macros[name], text, start)
        if found is None:
            self.budget -= ARGUMENT_LIMIT // 4
            return None
        end = found[1]
        marked = _Marked(text[start:end], [(k, k + 1) for k in range(start, end)])
        try:
            return self.once(marked, 0, name, 0)[0], end
        except _TooLongError:
            self.dead.add(name)
            return None
        finally:
            self.budget -= ARGUMENT_LIMIT - self.call_budget

    def once(self, text: _Marked, start: int, name: str, depth: int) -> tuple[_Marked, int]:
        """The full expansion of the call at text[start:], and where the call ends."""
        macro = self.macros[name]
        found = _arguments(macro, text.text, start)
        if depth > NESTING_LIMIT or found is None:
            raise _TooLongError
        spans, end = found
        arguments = [text.part(first, last) for first, last in spans]
        if macro.default is not None and len(spans) < macro.arguments:
            arguments.insert(0, _Marked(macro.default, []))
        place = (text.places[start][0], text.places[end - 1][1])
        return self.filled(macro, arguments, place, depth), end

    def filled(self, macro: Macro, arguments: list[_Marked], place: tuple[int, int], depth: int) -> _Marked:
        """A macro's body with its arguments in it, expanded in turn; its own text stands at `place`."""
        out = _Marked()
        done = 0
        for hole in _HASH.finditer(macro.body):
            out.put(macro.body[done : hole.start()], [place] * (hole.start() - done))
            number = int(hole[1]) - 1
            if number >= len(arguments):
                raise _TooLongError
            filling = arguments[number]
            out.put(filling.text, filling.places or [place] * len(filling.text))
            done = hole.end()
        out.put(macro.body[done:], [place] * (len(macro.body) - done))
        self.call_budget -= len(out.text) + 10
        if self.call_budget < 0:
            raise _TooLongError
        return out if macro.literal else self.inner(out, depth + 1)

    def inner(self, text: _Marked, depth: int) -> _Marked:
        """A short text with the calls in it expanded."""
        out = _Marked()
        done = position = 0
        while (command := COMMAND.search(text.text, position)) is not None:
            position = command.end()
            name = called(text.text, command)
            if name not in self.macros:
                continue
            out.put(text.text[done : command.start()], text.places[done : command.start()])
            result, done = self.once(text, command.start(), name, depth)
            out.put(result.text, result.places)
            position = done
        out.put(text.text[done:], text.places[done:])
        return out


def _arguments(macro: Macro, text: str, start: int) -> tuple[list[tuple[int, int]], int] | None:
    """The ranges of the arguments of the call at `start`, and where it ends; None when one is missing."""
    end = start + 1 + len(macro.name)
    spans: list[tuple[int, int]] = []
    needed = macro.arguments
    if macro.default is not None:
        needed -= 1
        if option := OPTION.match(text, end):
            spans.append(option.span(1))
            end = option.end()
    for _ in range(needed):
        found = argument_at(text, end)
        if found is None:
            return None
        spans.append(found[:2])
        end = found[2]
    return spans, end


def defined_macros(text: str) -> tuple[Macro, ...]:
    """The macros that a text defines, the last definition of each."""
    if not defines(text):
        return ()
    expansion = _Expansion({})
    expansion.run(text, 0)
    return tuple(expansion.macros.values())
