r"""A document's own macros (\newcommand, \def, \DeclareMathOperator ...), expanded with places kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bptt_sym.written.lexer import Piece, Source
from bptt_sym.written.vocabulary import spelled

CALL_LIMIT = 20_000
NESTING_LIMIT = 40
TOTAL_LIMIT = 1_000_000
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_DEFINITION = re.compile(
    r"\\(?P<how>newcommand|renewcommand|providecommand|DeclareRobustCommand|DeclareMathOperator|def|gdef|let"
    r"|NewDocumentCommand|RenewDocumentCommand|DeclareDocumentCommand)(?![A-Za-z])(?P<star>\*?)\s*"
    r"(?:\{\s*\\(?P<braced>[A-Za-z]+|[^A-Za-z\s])\s*\}|\\(?P<bare>[A-Za-z]+|[^A-Za-z\s]))\s*"
)
_COUNT = re.compile(r"\s*\[\s*(\d)\s*\]")
_OPTION = re.compile(r"\s*\[([^\[\]]*)\]")
_PARAMETERS = re.compile(r"((?:#\d)*)\s*(?=\{)")
_SPECIFICATION = re.compile(r"\s*\{((?:\s|m|O\{[^{}]*\})*)\}")
_OPEN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
_DEFINING = spelled(
    "newcommand renewcommand providecommand DeclareRobustCommand DeclareMathOperator def gdef let"
    " NewDocumentCommand RenewDocumentCommand DeclareDocumentCommand"
)
_HASH = re.compile(r"#([1-9])")


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro's name, number of arguments, the default of the first (None: it has none), and its body."""

    name: str
    arguments: int
    default: str | None
    body: str
    literal: bool = False


def expanded(text: str, macros: Sequence[Macro] = (), *, offset: int = 0) -> Source:
    """The text with these macros and those it defines expanded; definitions are gone from it.

    A macro whose expansion doesn't end, or is too long, stays as it is, to be unreadable where it stands.
    """
    if not macros and not _DEFINITION.search(text):
        return Source(text, offset)
    return _Expansion({macro.name: macro for macro in macros}).run(text, offset)


def definition_at(text: str, start: int, known: dict[str, Macro]) -> tuple[Macro, int] | None:
    """The macro defined at `start` and where its definition ends."""
    found = _DEFINITION.match(text, start)
    if found is None:
        return None
    name, end = found["braced"] or found["bare"], found.end()
    if found["how"] == "let":
        target = _COMMAND.match(text, end + 1 if text[end : end + 1] == "=" else end)
        if target is None:
            return None
        meant = known.get(target[0][1:], Macro(name, 0, None, target[0], literal=True))
        return replace(meant, name=name), target.end()
    count, default = 0, None
    if found["how"] in ("def", "gdef"):
        parameters = _PARAMETERS.match(text, end)
        if parameters is None:
            return None
        count, end = len(parameters[1]) // 2, parameters.end()
    elif found["how"].endswith("DocumentCommand"):
        specification = _SPECIFICATION.match(text, end)
        if specification is None:
            return None
        kinds = re.findall(r"m|O\{([^{}]*)\}", specification[1])
        count, end = len(kinds), specification.end()
        if "O{" in specification[1]:
            if not specification[1].strip().startswith("O") or specification[1].count("O{") > 1:
                return None
            default = kinds[0]
    elif found["how"] != "DeclareMathOperator" and (number := _COUNT.match(text, end)):
        count, end = int(number[1]), number.end()
        if option := _OPTION.match(text, end):
            default, end = option[1], option.end()
    body = argument_at(text, end)
    if body is None:
        return None
    first, last, end = body
    content = text[first:last]
    if found["how"] == "DeclareMathOperator":
        content = f"\\operatorname{{{content}}}"
    return Macro(name, count, default, content), end


def argument_at(text: str, start: int) -> tuple[int, int, int] | None:
    """Where the argument at `start` begins and ends, and where what follows begins."""
    while start < len(text) and text[start].isspace():
        start += 1
    if start >= len(text) or text[start] == "}":
        return None
    if text[start] != "{":
        command = _COMMAND.match(text, start)
        end = command.end() if command else start + 1
        return start, end, end
    depth = 0
    for mark in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start, start + CALL_LIMIT):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth == 0:
            return start + 1, mark.start(), mark.end()
    return None


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
        while (command := _COMMAND.search(text, position)) is not None:
            position = command.end()
            name = command[0][1:]
            if name in _DEFINING and self.budget > 0:
                found = definition_at(text, command.start(), self.macros)
                if found is None:
                    self.budget -= CALL_LIMIT // 4
                    continue
                macro, end = found
                if macro.name not in self.macros or name != "providecommand":
                    self.macros[macro.name] = macro
                self.dead.discard(macro.name)
                self.verbatim(text, done, command.start())
                self.fixed(" ", command.start(), end)
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
        self.call_budget = CALL_LIMIT
        found = _arguments(self.macros[name], text, start)
        if found is None:
            self.budget -= CALL_LIMIT // 4
            return None
        end = found[1]
        marked = _Marked(text[start:end], [(k, k + 1) for k in range(start, end)])
        try:
            return self.once(marked, 0, name, 0)[0], end
        except _TooLongError:
            self.dead.add(name)
            return None
        finally:
            self.budget -= CALL_LIMIT - self.call_budget

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
        while (command := _COMMAND.search(text.text, position)) is not None:
            position = command.end()
            if command[0][1:] not in self.macros:
                continue
            out.put(text.text[done : command.start()], text.places[done : command.start()])
            result, done = self.once(text, command.start(), command[0][1:], depth)
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
        if option := _OPTION.match(text, end):
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
    if not _DEFINITION.search(text):
        return ()
    expansion = _Expansion({})
    expansion.run(text, 0)
    return tuple(expansion.macros.values())
