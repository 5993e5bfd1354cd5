"""Equalities of a document that could be forward equations: one symbol on the left, no derivative anywhere."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.scope import UserFunction
from bptt_sym.network.auxiliary import join_calls
from bptt_sym.network.dialect import Dialect, find_dialect
from bptt_sym.network.names import FUNCTION_WORDS, Key, Line, make_line
from bptt_sym.network.notation import Notation, find_notation
from bptt_sym.network.picks import with_sums
from bptt_sym.network.reading import unknown_function
from bptt_sym.network.statements import DEFINING, function_of, holds_at_every_step, only_counts
from bptt_sym.network.stepping import has_free, timed_letters, with_steps
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import (
    Apply,
    Cases,
    Chain,
    Derivative,
    Differential,
    Ellipsis_,
    Listing,
    Matrix,
    Nabla,
    Name,
    Node,
    Number,
    Paren,
    Scripted,
    walk,
)

_INLINE = ("$", "\\(")
_CALCULUS = (Derivative, Differential, Nabla)


@dataclass(frozen=True, slots=True)
class Equality:
    """The first side of a chain and another one, with the offsets of the sign before that and of the chain.

    `restricted` tells that it holds from step 2 on only, `inline` that it stands in the midst of a text.
    """

    left: Node
    body: Node
    sign: int
    chain: int
    restricted: bool = False
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An equality that reads as a forward equation, with its symbols told apart."""

    equality: Equality
    line: Line

    @property
    def key(self) -> Key:
        """The symbol that it defines."""
        return self.line.defines.key


@dataclass(frozen=True, slots=True)
class Candidates:
    """All of a document: how it writes time, its functions with the signs that define them, and the lines."""

    dialect: Dialect
    notation: Notation
    functions: Mapping[str, UserFunction | str]
    signs: frozenset[int]
    lines: tuple[Candidate, ...]


def find_candidates(formulas: Sequence[Formula]) -> Candidates:
    """The equalities of the formulas that could be forward equations, in their order."""
    equalities = list(_equalities(formulas))
    functions: dict[str, UserFunction | str] = {}
    signs: list[int] = []
    pairs: list[Equality] = []
    for equality in equalities:
        function = function_of(equality.left, equality.body)
        if function is None:
            pairs.append(equality)
        elif function[0] not in functions and _is_formula(function[1], functions):
            functions[function[0]] = function[1]
            signs.append(equality.sign)
    plain = [e for e in pairs if _is_plain(e.left) and _is_plain(e.body)]
    dialect = find_dialect([(e.left, e.body) for e in plain])
    tried = [(e, dialect.tried(e.left), dialect.tried(e.body)) for e in plain]
    plain = [replace(e, left=a, body=b) for e, a, b in tried if a is not None and b is not None]
    sides = [(e.left, e.body) for e in plain if isinstance(e.left, Name | Scripted) and not _is_abstract(e)]
    notation = find_notation(sides, frozenset(functions) | FUNCTION_WORDS)
    timed = timed_letters([side for f in formulas for side in f.sides if isinstance(side, Node)], notation)
    stepped = with_sums(with_steps([(e.left, e.body) for e in plain], notation, timed), notation)
    plain = [replace(e, left=left, body=body) for e, (left, body) in zip(plain, stepped, strict=True)]
    lines = [c for e in plain if (c := _candidate(e, notation)) is not None]
    layers = {candidate.key for candidate in lines}
    whole = tuple(candidate for candidate in lines if not _is_component(candidate, layers))
    return Candidates(dialect, notation, functions, frozenset(signs), whole)


def _is_component(candidate: Candidate, layers: set[Key]) -> bool:
    """Whether a numbered symbol is a component of one that the document defines whole: a claim, no layer of its own."""
    name, timed = candidate.key
    return name.label.isdigit() and (replace(name, label="", above=False, parenthesised=False), timed) in layers


def _equalities(formulas: Sequence[Formula]) -> Iterator[Equality]:
    """The first side of every readable chain that holds at every step with each of the others, in order."""
    for formula in formulas:
        statement = formula.statement
        if statement is None or not isinstance(statement.body, Chain) or only_counts(statement.body):
            continue
        if not all(map(holds_at_every_step, statement.conditions)):
            continue
        restricted = any(map(_from_step_2, statement.conditions))
        inline = formula.environment in _INLINE
        links = zip(statement.body.relations, formula.relation_spans, statement.body.items[1:], strict=True)
        for _, span, body in takewhile(lambda link: link[0] in DEFINING, links):
            yield Equality(statement.body.items[0], body, span.start, formula.span.start, restricted, inline)


def _from_step_2(chain: Chain) -> bool:
    return (chain.relations[0], chain.items[1]) in ((">", Number("1")), ("\\ge", Number("2")))


def _is_formula(function: UserFunction | str, known: Container[str]) -> bool:
    """Whether a function is one of a number: a formula without letters beside its argument."""
    if isinstance(function, str):
        return True
    letters = {part.base for part in walk(function.body) if isinstance(part, Name)}
    others = {x for x in letters - {function.parameter, "e", "\\pi"} if x not in FUNCTION_WORDS and x not in known}
    return _is_plain(function.body) and not others


def _is_plain(node: Node) -> bool:
    """No derivative, no dots, no case distinction, no list of arguments."""
    for part in walk(node):
        if isinstance(part, (*_CALCULUS, Ellipsis_, Chain, Cases)):
            return False
        if isinstance(part, Apply) and isinstance(part.function, Scripted) and part.function.sups:
            return False
    return True


def _candidate(equality: Equality, notation: Notation) -> Candidate | None:
    """The equality as a line of a network; None where its left side, a function or its own symbol forbids that."""
    if not isinstance(equality.left, Name | Scripted) or _is_abstract(equality):
        return None
    if _is_written_out(equality):
        return None
    try:
        body = join_calls(equality.body, notation.functions)
        line = make_line(equality.left, body, notation, equality.body)
    except Unreadable:
        return None
    timeless = line.defines.step is None and has_free(line.body, notation.letter)
    circular = any(use.key == line.defines.key and use.step == line.defines.step for use in line.uses)
    unknown = timeless or circular or unknown_function(line, notation, frozenset()) is not None
    return None if unknown else Candidate(equality, line)


def _is_written_out(equality: Equality) -> bool:
    """Whether the right side is the symbol itself, written out entry by entry."""
    if not isinstance(equality.body, Matrix):
        return False
    letters = {part.base for part in walk(equality.body) if isinstance(part, Name)}
    own = equality.left
    while isinstance(own, Scripted):
        own = own.base
    return isinstance(own, Name) and bool(letters & {own.base, own.base.lower()})


def _is_abstract(equality: Equality) -> bool:
    return any(map(_is_argument_list, walk(equality.body)))


def _is_argument_list(node: Node) -> bool:
    """`(h_{t-1}, x_t)`: the arguments of a function that nothing says more of."""
    return isinstance(node, Paren) and isinstance(node.body, Listing) and node.open != "["
