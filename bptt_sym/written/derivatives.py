r"""Fractions, derivatives and gradients: \frac{\partial A}{\partial B}, ∂A/∂B, dA/dB, \nabla_x A."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bptt_sym.errors import Span
from bptt_sym.written.cursor import Cursor
from bptt_sym.written.lexer import Group
from bptt_sym.written.nodes import (
    Add,
    Chain,
    Derivative,
    Differential,
    Listing,
    Nabla,
    Name,
    Negate,
    Node,
    Number,
    Product,
    Quotient,
    Scripted,
    walk,
)
from bptt_sym.written.scripts import read_scripts, script_items
from bptt_sym.written.vocabulary import spelled

if TYPE_CHECKING:
    from bptt_sym.written.parser import Parser

_OPERAND_STARTS = spelled("letter word function roman symbol macro open { one environment")


def read_fraction(parser: Parser, first: int) -> Node:
    r"""`\frac` with its two groups: a derivative when both begin with the same mark, else a quotient."""
    above, below = parser.inner(parser.group()), parser.inner(parser.group())
    span = parser.since(first)
    sign = above.take("operator", "-")
    symbol, other = _mark_of(above), _mark_of(below)
    if symbol and other and symbol != other:
        raise parser.error("d on one side of the fraction bar and ∂ on the other", parser.items[first])
    if symbol and symbol == other and (symbol != "d" or _is_operand(below, 1)):
        node = _derivative(parser, above, below, symbol, first)
        return Negate(node, span=span) if sign else node
    above.at = 0
    numerator, denominator = above.chain(), below.chain()
    above.expect_end()
    below.expect_end()
    if mixed(numerator, denominator):
        raise parser.error("a fraction with a differential in only part of it", parser.items[first])
    return Quotient(numerator, denominator, span=span)


def mixed(numerator: Node, denominator: Node) -> bool:
    """Whether differentials stand in a quotient otherwise than as all of one side and none of the other."""
    inside = [any(isinstance(part, Differential) for part in walk(side)) for side in (numerator, denominator)]
    whole = [isinstance(side, Differential) for side in (numerator, denominator)]
    return inside != whole or all(inside)


def _mark_of(cursor: Cursor) -> str:
    """The name of the mark that stands here: partial, d, or nothing."""
    if cursor.sees("macro", "partial"):
        return "partial"
    if cursor.sees("roman", "d") or cursor.sees("letter", "d"):
        following = cursor.peek(1)
        power = following[:2] == ("script", "^") and _plain_power(cursor.peek(2))
        if following[0] == "end" or power or _is_operand(cursor, 1):
            return "d"
    return ""


def _plain_power(item: object) -> bool:
    return isinstance(item, Group) and len(item.items) == 1 and item.items[0][0] in ("digit", "letter")


def _is_operand(cursor: Cursor, further: int) -> bool:
    return cursor.peek(further)[0] in _OPERAND_STARTS


def _mark(parser: Parser) -> tuple[int, bool]:
    """Passes over a mark; its order, and whether it is the immediate one."""
    place = parser.next()
    order, plus = 1, False
    if parser.sees("script", "^"):
        group = parser.peek(1)
        assert isinstance(group, Group)
        text = "".join(str(item[1]) for item in group.items)
        if text == "+":
            plus = True
        elif text.isdigit() and 0 < int(text[:3]) < 10:
            order = int(text)
        else:
            raise parser.error("a derivative of an order that is no number can't be read", place)
        parser.at += 2
    return order, plus


def _derivative(parser: Parser, above: Parser, below: Parser, symbol: str, first: int) -> Node:
    span = parser.since(first)
    order, plus = _mark(above)
    operand = above.peek()
    body = None if operand[0] == "end" else above.chain()
    above.expect_end()
    if isinstance(body, Add | Chain | Listing):
        raise above.error("it is not clear how far this derivative reaches; write a bracket", operand)
    if body is not None and any(isinstance(part, Differential) for part in walk(body)):
        raise above.error("two differentials above one fraction bar", operand)
    wrt: list[Node] = []
    while _mark_of(below) == symbol:
        _mark(below)
        wrt.extend(_differentiated(below, order))
        if below.sees("open", "(", "["):
            wrt[-1] = Product((wrt[-1], below.factor()), ("",), span=wrt[-1].span)
    below.expect_end()
    if len(wrt) != order:
        raise parser.error("the order above and below the fraction bar differs", parser.items[first])
    if plus and symbol == "d":
        raise parser.error("an immediate derivative is written with \\partial", parser.items[first])
    symbol = "partial+" if plus else symbol
    if body is None and parser.sees("operator", "+", "-"):
        raise parser.error("it is not clear what this differentiates; write a bracket", parser.items[first])
    if body is None and (parser.starts_factor() and not parser.sees_signed_stroke()):
        body = parser.factor()
        if isinstance(body, Differential):
            raise parser.error("a derivative of a differential can't be read", operand)
        parser.bare_end = parser.at
        span = parser.since(first)
    return Derivative(body, tuple(wrt), symbol, span=span)


def _differentiated(below: Parser, order: int) -> list[Node]:
    """What one differential below the bar differentiates by, as often as its power says."""
    node = below.factor()
    if below.sees("open", "(", "[") and isinstance(node, Name | Scripted):
        moment = below.factor()
        node = Product((node, moment), ("",), span=_over((node, moment)))
    if isinstance(node, Differential | Derivative | Nabla | Number):
        raise below.error("a derivative by what is no symbol can't be read")
    if order > 1 and isinstance(node, Scripted) and node.sups:
        base, power = _without_power(node)
        if power:
            return [base] * power
    return [node]


def _without_power(node: Scripted) -> tuple[Node, int]:
    """`w_{11}^2` as w_{11} and 2; power 0 when there is none."""
    last = node.sups[-1]
    kept: tuple[Node, ...] = ()
    if isinstance(last, Product) and len(last.factors) == 2:
        kept, last = last.factors[:1], last.factors[1]
    if not isinstance(last, Number) or not last.text.isdigit() or len(last.text) > 1:
        return node, 0
    sups = (*node.sups[:-1], *kept)
    base = Scripted(node.base, node.subs, sups, span=node.span) if node.subs or sups else node.base
    return base, int(last.text)


def read_differential(parser: Parser, symbol: str, first: int) -> Node:
    """A ∂ outside a fraction: `∂A/∂B`, `∂_x A`, or a lone differential; the mark itself is passed already."""
    if parser.take("script", "_"):
        wrt = script_items(parser.inner(parser.group(), script=True))
        body = parser.factor()
        parser.bare_end = parser.at
        return Derivative(body, wrt, symbol, span=parser.since(first))
    parser.at -= 1
    order, plus = _mark(parser)
    body = parser.factor()
    if parser.sees("operator", "/") and _mark_at(parser, 1) == symbol:
        parser.at += 1
        wrt_list: list[Node] = []
        while len(wrt_list) < order and _mark_of(parser) == symbol:
            _mark(parser)
            wrt_list.extend(_differentiated(parser, order))
        if len(wrt_list) != order:
            raise parser.error("the order above and below the slash differs", parser.items[first])
        return Derivative(body, tuple(wrt_list), "partial+" if plus else symbol, span=parser.since(first))
    if order > 1 or plus:
        raise parser.error(
            "a differential of higher order or an immediate one that stands alone", parser.items[first]
        )
    return Differential(body, symbol, span=parser.since(first))


def _mark_at(parser: Parser, further: int) -> str:
    parser.at += further
    mark = _mark_of(parser)
    parser.at -= further
    return mark


def read_d(parser: Parser) -> Node | None:
    r"""`dA/dB` and an upright `\mathrm dA`; None when the d here is a plain letter."""
    upright = parser.sees("roman", "d")
    if (
        (not upright and not parser.sees("letter", "d"))
        or _mark_of(parser) != "d"
        or not _is_operand_or_power(parser)
    ):
        return None
    if not upright and not _slash_of_differentials(parser):
        return None
    first = parser.at
    parser.at += 1
    return read_differential(parser, "d", first)


def _is_operand_or_power(parser: Parser) -> bool:
    return _is_operand(parser, 1) or _is_operand(parser, 3)


def _slash_of_differentials(parser: Parser) -> bool:
    """Whether `d A / d B` stands here, A one letter or accent with scripts."""
    k = 3 if parser.peek(1)[0] == "script" else 1
    if parser.peek(k)[0] == "macro":
        k += 1
    k += 1
    while parser.peek(k)[0] in ("script", "prime"):
        k += 1 if parser.peek(k)[0] == "prime" else 2
    return (
        parser.peek(k)[:2] == ("operator", "/")
        and _mark_at(parser, k + 1) == "d"
        and _is_operand(parser, k + 2)
    )


def read_nabla(parser: Parser, first: int) -> Node:
    r"""`\nabla_x A`: A is the next symbol with its scripts, or the next bracket."""
    wrt: Node | None = None
    order = 1
    subs, sups = read_scripts(parser) if parser.sees("script") else ((), ())
    if sups:
        power = sups[0]
        if not isinstance(power, Number) or power.text not in ("1", "2"):
            raise parser.error("a superscript on \\nabla that can't be read", parser.items[first])
        order = int(power.text)
    if subs:
        wrt = subs[0] if len(subs) == 1 else Listing(subs, span=_over(subs))
    if not parser.starts_factor():
        raise parser.error("\\nabla has nothing after it to differentiate", parser.items[first])
    body = parser.factor()
    if all(isinstance(part, Number | Quotient | Scripted) for part in walk(body)):
        message = "it is not clear how far \\nabla before a number reaches; write brackets"
        raise parser.error(message, parser.items[first])
    return Nabla(wrt, body, order, span=parser.since(first))


def _over(nodes: tuple[Node, ...]) -> Span | None:
    spans = [node.span for node in nodes if node.span is not None]
    return spans[0].to(spans[-1]) if spans else None
