"""What the text of a network states: its equations, the functions it defines, the sizes it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.reference import HORIZONS
from bptt_sym.meaning.scope import UserFunction
from bptt_sym.network.dialect import TIME_LETTERS, find_dialect, is_at_time
from bptt_sym.primitives import BY_SPELLING, Primitive
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import (
    Big,
    Chain,
    Listing,
    Name,
    Node,
    Number,
    Paren,
    Product,
    Scripted,
    walk,
)
from bptt_sym.written.statement import Statement

DEFINING = ("=", ":=", "\\equiv", "\\triangleq")
Space: TypeAlias = tuple[Node, tuple[Node, ...]]


@dataclass(slots=True)
class Statements:
    r"""Equations as pairs of sides, functions by name, and what stands before and after `\in \mathbb R^{...}`."""

    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    functions: dict[str, UserFunction | str] = field(default_factory=dict)
    spaces: list[Space] = field(default_factory=list)


def read_statements(text: str) -> Statements:
    """All statements of a network's text; raises Unreadable where one can't be read."""
    found = Statements()
    for formula in formulas(text, kind="tex"):
        if formula.error is not None:
            raise formula.error
        assert formula.statement is not None
        _take(formula.statement, found)
    if not found.pairs:
        raise Unreadable("no forward equation is here")
    normal = find_dialect(found.pairs).normal
    found.pairs = [(normal(left), normal(body)) for left, body in found.pairs]
    return found


def _take(statement: Statement, found: Statements) -> None:
    chain = statement.body
    if not isinstance(chain, Chain):
        return
    if chain.relations == ("\\in",):
        found.spaces.extend(spaces_of(chain))
    elif all(relation in DEFINING for relation in chain.relations) and not only_counts(chain):
        restriction = next((c for c in statement.conditions if not holds_at_every_step(c)), None)
        if restriction is not None:
            message = "a forward equation holds at every step, so this condition can't be read"
            raise Unreadable(message, restriction.span)
        _define(chain, found)


def spaces_of(chain: Chain) -> Iterator[Space]:
    r"""What a chain `x, h \in \mathbb R^n` says: each name with its sizes."""
    if chain.relations != ("\\in",):
        return
    space = _real_space(chain.items[1])
    names = chain.items[0].items if isinstance(chain.items[0], Listing) else (chain.items[0],)
    yield from ((name, space) for name in names if space is not None)


def only_counts(chain: Chain) -> bool:
    r"""`\tau = 5` and `t = 1, \dots, T` define no symbol."""
    first = chain.items[0]
    counts = isinstance(first, Name) and not first.accents and first.base in HORIZONS | TIME_LETTERS
    return counts and all(isinstance(n, Number | Listing) for n in chain.items[1:])


def holds_at_every_step(chain: Chain) -> bool:
    """Whether a condition says no more than that the steps begin somewhere: `t = 1, ..., T`, `t > 1`."""
    if chain.relations == ("=",) and isinstance(chain.items[1], Listing):
        return True
    lower = chain.items[1] if chain.relations in ((">",), ("\\ge",)) else None
    return (isinstance(lower, Number) and lower.text in ("0", "1", "2")) or "\\in" in chain.relations


def _define(chain: Chain, found: Statements) -> None:
    if len(chain.items) != 2:
        raise Unreadable("one equality a line defines a network", chain.span)
    left, body = chain.items
    if any(isinstance(part, Big) and part.reaching for part in walk(body)):
        raise Unreadable("it is not clear how far \\prod reaches; write brackets", body.span)
    function = function_of(left, body)
    if function is not None:
        found.functions[function[0]] = function[1]
    else:
        found.pairs.append((left, body))


def function_of(left: Node, body: Node) -> tuple[str, UserFunction | str] | None:
    r"""The function that `\sigma(z) = ...` or `f = \tanh` defines, by its letter; None for any other equality."""
    match left:
        case Product((Name(base, ()), Paren(Name(parameter, ())))) if _is_function_of(parameter, body):
            return base, UserFunction(parameter, body)
        case Name(base, ()) if isinstance(body, Name) and isinstance(row := BY_SPELLING.get(body.base), Primitive):
            return base, row.name
        case _:
            return None


def _is_function_of(letter: str, body: Node) -> bool:
    """Whether a body is a formula in that letter, and not the layer `h(t) = tanh(W h(t-1))` at time t."""
    mentioned = any(isinstance(part, Name) and part.base == letter for part in walk(body))
    return mentioned and not (letter in TIME_LETTERS and any(is_at_time(part, letter) for part in walk(body)))


def _real_space(node: Node) -> tuple[Node, ...] | None:
    match node:
        case Name("\\mathbb{R}" | "R", ()):
            return ()
        case Scripted(Name("\\mathbb{R}" | "R", ()), (), (Product(factors, _),)):
            return factors
        case Scripted(Name("\\mathbb{R}" | "R", ()), (), (size,)):
            return (size,)
        case _:
            return None
