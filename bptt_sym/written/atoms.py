"""The units of a formula: symbols, numbers, words, brackets, and macros with their arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bptt_sym.errors import Span
from bptt_sym.written import vocabulary as words
from bptt_sym.written.arrays import read_environment
from bptt_sym.written.cursor import NOTHING, shown
from bptt_sym.written.derivatives import read_differential, read_fraction, read_nabla
from bptt_sym.written.lexer import Group, Item, Token
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Chain,
    Circled,
    Ellipsis_,
    Matrix,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Scripted,
    Struck,
)
from bptt_sym.written.scripts import read_scripts, scripted
from bptt_sym.written.sums import read_big

if TYPE_CHECKING:
    from bptt_sym.written.parser import Parser

_BRACKET_NAMES = {
    "(": "( )",
    "[": "[ ]",
    "{": "\\{ \\}",
    "<": "\\langle \\rangle",
    "|": "| |",
    "||": "\\| \\|",
}

MOST_DIGITS = 1000


def read_atom(parser: Parser) -> Node:
    """The smallest unit: a letter, number, word, bracket, macro with its arguments."""
    item = parser.peek()
    reader = _ATOMS.get(item[0])
    if reader is None:
        raise parser.error(f"a symbol or bracket was expected before {shown(item)}")
    return reader(parser)


def _name(parser: Parser) -> Node:
    item = parser.next()
    assert isinstance(item, Token)
    if item.kind == "roman" and item.text == "T" and parser.script:
        return Name("\\top", span=parser.source.span(item.start, item.end))
    return Name(item.text, bold=item.bold, span=parser.source.span(item.start, item.end))


def _number(parser: Parser) -> Node:
    first = parser.at
    text = ""
    while parser.sees("digit") or (
        parser.sees("period")
        and parser.peek(1)[0] == "digit"
        and "." not in text
        and parser.peek(1).start == parser.peek().end
    ):
        text += str(parser.next()[1])
    if len(text) > MOST_DIGITS:
        raise parser.error(f"a number of more than {MOST_DIGITS} digits is not read", parser.items[first])
    return Number(text, span=parser.since(first))


def _one(parser: Parser) -> Node:
    """A bold or blackboard 1: the ones vector, or an indicator, its condition in a script or bracket."""
    item = parser.next()
    one = Name("1", bold=True, span=parser.source.span(item.start, item.end))
    first = parser.at - 1
    if not parser.sees("open", "[", "(", "{"):
        return one
    place = parser.at
    inside = _bracket(parser)
    if isinstance(inside, Paren) and isinstance(inside.body, Chain):
        return Scripted(one, (inside.body,), span=parser.since(first))
    parser.at = place
    return one


def _ellipsis(parser: Parser) -> Node:
    item = parser.next()
    return Ellipsis_(span=parser.source.span(item.start, item.end))


def _function(parser: Parser) -> Node:
    """A function by its macro or a roman word, with its scripts and its argument, if any."""
    first = parser.at
    item = parser.next()
    assert isinstance(item, Token)
    known = item.kind == "function" or item.text in words.FUNCTION_WORDS
    if not known and not parser.script and item.text.lower() in words.PROSE:
        raise parser.error(f"the word {item.text!r} inside a formula", item)
    name: Name | Scripted = Name(item.text, span=parser.source.span(item.start, item.end))
    if parser.sees("script") or parser.sees("prime"):
        subs, sups = read_scripts(parser)
        node = scripted(name, subs, sups, parser.since(first))
        assert isinstance(node, Name | Scripted)
        name = node
    if parser.sees("open", "(", "[", "{") and (known or isinstance(name, Name)):
        inside = _bracket(parser)
        argument = inside.body if isinstance(inside, Paren) else inside
        return Apply(name, argument, span=parser.since(first))
    if known and (parser.starts_factor() or (parser.sees("bar") and parser.bar_closes())):
        return _bare_application(parser, name, first)
    if known and parser.sees("operator", "+", "-"):
        raise parser.error("a function with its argument missing, or not in brackets", item)
    return name


def _bare_application(parser: Parser, name: Name | Scripted, first: int) -> Node:
    """A function on an argument without brackets: one factor; more is ambiguous."""
    place = parser.at
    argument = parser.factor()
    if isinstance(argument, Add | Negate | Product | Circled | Chain):
        raise parser.error(
            "braces around this argument don't show in print; write brackets", parser.items[place]
        )
    delimited = isinstance(argument, Matrix | Norm | Paren)
    parser.bare_end = -1 if delimited else parser.at
    return Apply(name, argument, span=parser.since(first))


def _bracket(parser: Parser) -> Node:
    """A bracketed expression; brackets around a bare array belong to the array."""
    first = parser.at
    opening = parser.next()
    assert isinstance(opening, Token)
    bars, parser.bars = parser.bars, []
    if parser.sees("close"):
        raise parser.error("an empty bracket", opening)
    body = parser.contents()
    parser.bars = bars
    _expect_close(parser, opening)
    return _bracketed(body, opening.text, parser.since(first), bare=parser.items[first + 1])


def _expect_close(parser: Parser, opening: Token) -> None:
    closing = parser.peek()
    if closing[0] == "close" and closing[1] == opening.text:
        parser.at += 1
    elif closing[0] == "close":
        raise parser.error(f"this bracket closes {_BRACKET_NAMES[opening.text]} that another kind opened")
    elif closing is NOTHING:
        raise parser.error("this bracket is never closed", opening)
    else:
        raise parser.error(f"{shown(closing)} can't stand here")


def _absolute(parser: Parser) -> Node:
    r"""`|x|`, `\|x\|`, `||x||` with bars that don't tell left from right."""
    first = parser.at
    opening = parser.next()
    double = opening[1] == "||" or parser.take("bar", "|") is not None
    parser.bars.append("||" if double else "|")
    body = parser.contents()
    parser.bars.pop()
    expected = ("||",) if opening[1] == "||" else ("|", "|") if double else ("|",)
    for text in expected:
        if parser.take("bar", text) is None:
            raise parser.error("this bar is never closed", opening)
    return _bracketed(body, "||" if double else "|", parser.since(first))


def _braced(parser: Parser) -> Node:
    """Braces that were kept: a sum inside must stand alone as a term."""
    group = parser.group()
    node = parser.whole(group)
    loose = isinstance(node, Add | Negate)
    before = parser.items[parser.at - 2] if parser.at > 1 else NOTHING
    joined = before[0] not in ("end", "relation", "comma", "open") and before[1] not in ("+", "-")
    item = parser.peek()
    followed = parser.starts_factor() or (item[0] == "operator" and item[1] not in ("+", "-"))
    if loose and (joined or followed):
        raise parser.error("braces around this sum don't show in print; write a bracket", group)
    return node


def _macro(parser: Parser) -> Node:
    """A macro with its arguments."""
    first = parser.at
    item = parser.next()
    name = str(item[1])
    if name == "frac":
        node = read_fraction(parser, first)
    elif name in ("sum", "prod"):
        node = read_big(parser, name, first)
    elif name == "partial":
        node = read_differential(parser, "partial", first)
    elif name == "nabla":
        node = read_nabla(parser, first)
    elif name == "sqrt":
        node = Apply(Name("sqrt"), parser.whole(parser.group()), span=parser.since(first))
    elif name in words.CANCELS:
        node = _struck(parser, first)
    else:
        node = _accented(parser, words.ACCENTS[name], first)
    return node


def _struck(parser: Parser, first: int) -> Node:
    group = parser.group()
    colours = [part.colour for part in (parser.items[first], *group.items) if part.colour is not None]
    return Struck(parser.whole(group), colours[0] if colours else None, span=parser.since(first))


def _accented(parser: Parser, accent: str, first: int) -> Node:
    group = parser.group()
    node = _with_accent(parser.whole(group), accent)
    if node is None:
        raise parser.error("an accent over more than one symbol can't be read", parser.items[first])
    return node


def _unknown(parser: Parser) -> Node:
    raise parser.error(f"{shown(parser.peek())} is not known here")


def _failed(parser: Parser) -> Node:
    """What could not even be made a token; the message is its text."""
    raise parser.error(str(parser.peek()[1]))


def _environment(parser: Parser) -> Node:
    group = parser.group()
    return read_environment(parser, group)


def _with_accent(node: Node, accent: str) -> Node | None:
    """The symbol with one more accent, on its letter when it has scripts; None for what is no symbol."""
    if isinstance(node, Name):
        return replace(node, accents=(*node.accents, accent))
    if isinstance(node, Scripted) and isinstance(node.base, Name):
        return replace(node, base=replace(node.base, accents=(*node.base.accents, accent)))
    return None


def _bracketed(body: Node, kind: str, span: Span, bare: Item = NOTHING) -> Node:
    if kind == "||":
        return Norm(body, span=span)
    plain = isinstance(bare, Group) and bare.name in ("array", "matrix", "smallmatrix")
    if isinstance(body, Matrix) and plain and kind in ("(", "["):
        return Matrix(body.rows, "pmatrix" if kind == "(" else "bmatrix", span=span)
    return Paren(body, kind, span=span)


_ATOMS: dict[str, Callable[[Parser], Node]] = {
    "letter": _name,
    "symbol": _name,
    "roman": _name,
    "digit": _number,
    "one": _one,
    "word": _function,
    "function": _function,
    "ellipsis": _ellipsis,
    "open": _bracket,
    "bar": _absolute,
    "{": _braced,
    "environment": _environment,
    "macro": _macro,
    "unknown": _unknown,
    "error": _failed,
}
