"""Subscripts and superscripts, as items."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bptt_sym.errors import Span
from bptt_sym.written.lexer import Group
from bptt_sym.written.nodes import (
    Add,
    Big,
    Chain,
    Circled,
    Differential,
    Ellipsis_,
    Listing,
    Nabla,
    Name,
    Negate,
    Node,
    Paren,
    Product,
    Scripted,
)

if TYPE_CHECKING:
    from bptt_sym.written.parser import Parser


WORDS = frozenset(("in", "out"))
_EVERY = (("colon", ":"), ("colon", "colon"), ("operator", "\\cdot"), ("operator", "*"))


def check_base(parser: Parser, node: Node, first: int) -> None:
    """Braces don't show in print, so only what is one unit anyway can carry a script."""
    braced = parser.items[first][0] == "{"
    if braced and isinstance(node, Add | Negate | Product | Circled | Chain | Listing):
        raise parser.error(
            "a script on braces that don't show in print; write a bracket", parser.items[first]
        )
    if isinstance(node, Differential | Nabla | Big | Ellipsis_):
        raise parser.error("it is not clear what this script belongs to; write brackets")
    if parser.bare_end == parser.at:
        raise parser.error("it is not clear what this script belongs to; write brackets")


def read_scripts(parser: Parser) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Subscripts and superscripts that stand here; primes come first among the superscripts."""
    primes: list[Node] = []
    found: dict[str, tuple[Node, ...]] = {}
    while True:
        if prime := parser.take("prime"):
            if "^" in found:
                raise parser.error("a prime after a superscript", prime)
            primes.append(Name("\\prime", span=parser.source.span(prime.start, prime.end)))
        elif mark := parser.take("script"):
            if mark.text in found:
                raise parser.error("two scripts in the same place; write braces", mark)
            inner = parser.inner(parser.group(), script=True)
            word = _word(inner) if mark.text == "^" else None
            found[mark.text] = (word,) if word is not None else script_items(inner)
        else:
            break
    return found.get("_", ()), _merged(primes, found.get("^", ()))


def _word(parser: Parser) -> Name | None:
    r"""`W^{in}` and `W^{out}` are named by words, as `W^{\mathrm{in}}` is: no power has i n for its exponent."""
    letters = "".join(str(text) if kind == "letter" else " " for kind, text, *_ in parser.items)
    if letters not in WORDS:
        return None
    parser.at = len(parser.items)
    return Name(letters, span=parser.since(0))


def script_items(parser: Parser) -> tuple[Node, ...]:
    """All that is in a script, split at commas."""
    if not parser.items:
        return ()
    if parser.sees("relation", "<") and parser.items[-1][:2] == ("relation", ">"):
        within = Group("{", "", tuple(parser.items[1:-1]), parser.start, parser.end)
        body = parser.inner(within, script=True)
        inside = body.contents()
        body.expect_end()
        parser.at = len(parser.items)
        return (Paren(inside, "<", span=parser.since(0)),)
    if len(parser.items) == 1 and parser.sees("operator", "*"):
        parser.at = 1
        return (Name("\\ast", span=parser.since(0)),)
    parser.take("forall")
    power = _elementwise_power(parser)
    if power is not None:
        return (power,)
    if len(parser.items) == 1 and parser.sees("roman", "T"):
        parser.at = 1
        return (Name("\\top", span=parser.since(0)),)
    items = _between_commas(parser)
    while parser.take("comma"):
        items += _between_commas(parser)
    parser.expect_end()
    return tuple(items)


def _between_commas(parser: Parser) -> list[Node]:
    r"""An expression, or a mark that stands for every index: `i,:` and also, without commas, `i:` and `\cdot j`."""
    marks = [item[:2] in _EVERY for item in (parser.peek(), parser.peek(1))]
    pair = len(parser.items) == 2 and parser.at == 0 and any(item[0] in ("letter", "digit") for item in parser.items)
    if pair and any(marks):
        return [_every(parser) if mark else parser.factor() for mark in marks]
    alone = marks[0] and parser.peek(1)[0] in ("comma", "end")
    return [_every(parser) if alone else parser.chain()]


def _every(parser: Parser) -> Node:
    item = parser.next()
    return Name(":", span=parser.source.span(item.start, item.end))


def _elementwise_power(parser: Parser) -> Node | None:
    r"""The exponent of `h^{\odot 2}` or `h^{\circ 2}`; None where no such power stands."""
    if not (parser.sees("operator", "\\odot", "\\circ") and all(item[0] == "digit" for item in parser.items[1:])):
        return None
    operator = parser.next()
    exponent = parser.factor()
    parser.expect_end()
    return Circled((exponent,), str(operator[1]), span=parser.since(0))


def scripted(base: Node, subs: tuple[Node, ...], sups: tuple[Node, ...], span: Span) -> Node:
    """The base with scripts, or just the base when the scripts are empty."""
    return Scripted(base, subs, sups, span=span) if subs or sups else base


def primed(parser: Parser, node: Node) -> Node:
    """In a script a letter with primes is a letter of its own, `k'` beside `k`; a function's prime stays."""
    after = 0
    while parser.peek(after)[0] == "prime":
        after += 1
    letter = isinstance(node, Name) and not node.accents and parser.script
    if not after or not letter or parser.peek(after)[0] == "open":
        return node
    parser.at += after
    assert isinstance(node, Name)
    return replace(node, base=node.base + "'" * after)


def _merged(primes: list[Node], sups: tuple[Node, ...]) -> tuple[Node, ...]:
    """Primes as the first factors of the first superscript."""
    if not primes:
        return sups
    factors = (*primes, *(sups[0].factors if sups and isinstance(sups[0], Product) else sups[:1]))
    operators = ("",) * len(primes) + (sups[0].operators if sups and isinstance(sups[0], Product) else ())
    first = (
        factors[0]
        if len(factors) == 1
        else Product(factors, operators[: len(factors) - 1], span=factors[0].span)
    )
    return (first, *sups[1:])
