r"""Definitions of macros and environments in a document: \newcommand, \def, \newenvironment ..."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bptt_sym.written.vocabulary import spelled

ARGUMENT_LIMIT = 20_000
COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_DEFINITION = re.compile(
    r"\\(?P<how>newcommand|renewcommand|providecommand|DeclareRobustCommand|DeclareMathOperator|def|gdef|let"
    r"|NewDocumentCommand|RenewDocumentCommand|DeclareDocumentCommand)(?![A-Za-z])(?P<star>\*?)\s*"
    r"(?:\{\s*\\(?P<braced>[A-Za-z]+|[^A-Za-z\s])\s*\}|\\(?P<bare>[A-Za-z]+|[^A-Za-z\s]))\s*"
)
_ENVIRONMENT = re.compile(r"\\(?:re)?newenvironment\*?\s*\{([^{}\\]+)\}")
_NAME = re.compile(r"\{[^{}\\]+\}")
_COUNT = re.compile(r"\s*\[\s*(\d)\s*\]")
OPTION = re.compile(r"\s*\[([^\[\]]*)\]")
_PARAMETERS = re.compile(r"((?:#\d)*)\s*(?=\{)")
_SPECIFICATION = re.compile(r"\s*\{((?:\s|m|O\{[^{}]*\})*)\}")
DEFINING = spelled(
    "newcommand renewcommand providecommand DeclareRobustCommand DeclareMathOperator def gdef let"
    " NewDocumentCommand RenewDocumentCommand DeclareDocumentCommand newenvironment renewenvironment"
)


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro's name, number of arguments, the default of the first (None: it has none), and its body."""

    name: str
    arguments: int
    default: str | None
    body: str
    literal: bool = False


def defines(text: str) -> bool:
    """Whether something is defined in the text."""
    return _DEFINITION.search(text) is not None or _ENVIRONMENT.search(text) is not None


def called(text: str, command: re.Match[str]) -> str:
    r"""The name of the macro called by a command; `\begin{name}` and `\end{name}` are calls too."""
    name = command[0][1:]
    following = _NAME.match(text, command.end()) if name in ("begin", "end") else None
    return name if following is None else f"{name}{following[0]}"


def definition_at(text: str, start: int, known: Mapping[str, Macro]) -> tuple[tuple[Macro, ...], int] | None:
    """What is defined at `start`, one macro or the two sides of an environment, and where its definition ends."""
    environment = _ENVIRONMENT.match(text, start)
    if environment is not None:
        return _environment(text, environment)
    found = _DEFINITION.match(text, start)
    if found is None:
        return None
    name, end = found["braced"] or found["bare"], found.end()
    if found["how"] == "let":
        target = COMMAND.match(text, end + 1 if text[end : end + 1] == "=" else end)
        if target is None:
            return None
        meant = known.get(target[0][1:], Macro(name, 0, None, target[0], literal=True))
        return (replace(meant, name=name),), target.end()
    parameters = _parameters(text, found["how"], end)
    body = None if parameters is None else argument_at(text, parameters[2])
    if parameters is None or body is None:
        return None
    first, last, end = body
    content = text[first:last]
    if found["how"] == "DeclareMathOperator":
        content = f"\\operatorname{{{content}}}"
    return (Macro(name, parameters[0], parameters[1], content),), end


def _parameters(text: str, how: str, end: int) -> tuple[int, str | None, int] | None:
    """How many arguments are declared at `end`, the default of the first, and where the body begins."""
    if how in ("def", "gdef"):
        hashes = _PARAMETERS.match(text, end)
        return None if hashes is None else (len(hashes[1]) // 2, None, hashes.end())
    if how.endswith("DocumentCommand"):
        return _specified(text, end)
    return (0, None, end) if how == "DeclareMathOperator" else _counted(text, end)


def _specified(text: str, end: int) -> tuple[int, str | None, int] | None:
    """`{O{default} m m}`: only the first argument may have a default."""
    specification = _SPECIFICATION.match(text, end)
    if specification is None:
        return None
    kinds = re.findall(r"m|O\{([^{}]*)\}", specification[1])
    if "O{" not in specification[1]:
        return len(kinds), None, specification.end()
    if not specification[1].strip().startswith("O") or specification[1].count("O{") > 1:
        return None
    return len(kinds), kinds[0], specification.end()


def _counted(text: str, end: int) -> tuple[int, str | None, int]:
    """`[2][default]`."""
    number = _COUNT.match(text, end)
    if number is None:
        return 0, None, end
    option = OPTION.match(text, number.end())
    return int(number[1]), None if option is None else option[1], (option or number).end()


def _environment(text: str, found: re.Match[str]) -> tuple[tuple[Macro, ...], int] | None:
    r"""Both sides of an environment, as macros called `begin{name}` and `end{name}`."""
    count, default, end = _counted(text, found.end())
    opening = argument_at(text, end)
    closing = None if opening is None else argument_at(text, opening[2])
    if opening is None or closing is None:
        return None
    before = Macro(f"begin{{{found[1]}}}", count, default, text[opening[0] : opening[1]])
    return (before, Macro(f"end{{{found[1]}}}", 0, None, text[closing[0] : closing[1]])), closing[2]


def argument_at(text: str, start: int) -> tuple[int, int, int] | None:
    """Where the argument at `start` begins and ends, and where what follows begins."""
    while start < len(text) and text[start].isspace():
        start += 1
    if start >= len(text) or text[start] == "}":
        return None
    if text[start] != "{":
        command = COMMAND.match(text, start)
        end = command.end() if command else start + 1
        return start, end, end
    depth = 0
    for mark in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start, start + ARGUMENT_LIMIT):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth == 0:
            return start + 1, mark.start(), mark.end()
    return None


