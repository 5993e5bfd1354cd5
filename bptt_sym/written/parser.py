r"""Precedence: juxtaposition, \cdot and / bind tightest, then \odot, then + and -, then relations.

What can't be read without guessing raises Unreadable with its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from bptt_sym.errors import Span
from bptt_sym.written import vocabulary as words
from bptt_sym.written.atoms import read_atom
from bptt_sym.written.cursor import NOTHING, Cursor, shown
from bptt_sym.written.derivatives import mixed, read_d
from bptt_sym.written.lexer import DEPTH_LIMIT, Group, Item, Source, Token
from bptt_sym.written.nodes import (
    Add,
    Chain,
    Circled,
    Listing,
    Negate,
    Node,
    Number,
    Product,
    Quotient,
    Scripted,
)
from bptt_sym.written.scripts import check_base, primed, read_scripts, scripted

_FACTOR_STARTS = words.spelled(
    "letter digit word roman one symbol function open macro ellipsis unknown error { environment"
)
_IGNORED = frozenset(("space", "label", "tag"))


class Parser(Cursor):
    """Reads the items of one group; bracketed parts in place, braced ones with a parser of their own."""

    def __init__(
        self,
        source: Source,
        items: Sequence[Item],
        start: int,
        end: int,
        depth: int = 0,
        *,
        script: bool = False,
    ) -> None:
        super().__init__(source, [item for item in items if item[0] not in _IGNORED], start, end, depth)
        self.script = script
        self.bars: list[str] = []
        self.bare_end = -1

    def inner(self, group: Group, *, script: bool = False) -> Parser:
        """A parser for what is inside a group."""
        inset = 1 if group.kind == "{" else 0
        return Parser(
            self.source, group.items, group.start + inset, group.end - inset, self.depth + 1, script=script
        )

    def whole(self, group: Group) -> Node:
        """The one expression that fills a group."""
        parser = self.inner(group)
        node = parser.chain()
        parser.expect_end()
        return node

    def expect_end(self) -> None:
        """Raises unless all is read."""
        item = self.peek()
        if item is not NOTHING:
            raise self.error(f"{shown(item)} can't stand here")

    # --- relations, sums, products

    def contents(self) -> Node:
        """What may stand between brackets: one expression or chain, or several with commas."""
        first = self.at
        items = [self.chain()]
        separators = []
        while mark := self.take("comma"):
            separators.append(mark.text)
            items.append(self.chain())
        if not separators:
            return items[0]
        if len(set(separators)) > 1:
            raise self.error("commas and semicolons mixed", self.items[first])
        return Listing(tuple(items), separators[0], span=self.since(first))

    def chain(self) -> Node:
        """An expression, or several with relations between them."""
        first = self.at
        items, relations, spans = [self.expression()], [], []
        while mark := self.relation():
            relations.append(mark.text)
            spans.append(self.source.span(mark.start, mark.end))
            items.append(self.expression())
        if not relations:
            return items[0]
        return Chain(tuple(items), tuple(relations), tuple(spans), span=self.since(first))

    def relation(self) -> Token | None:
        """The relation here, passed over; a lone bar or a colon in a script ("given") is one."""
        mark = self.take("relation")
        if mark is None and (bar := None if self.bars else self.take("bar", "|")):
            return bar._replace(text="\\mid")
        if mark is None and self.script and (colon := self.take("colon")):
            return colon._replace(text="\\mid")
        return mark

    def side(self) -> Node:
        """One side of a relation at the outermost level: an expression, or several with commas."""
        first = self.at
        items = [self.expression()]
        while self.take("comma"):
            items.append(self.expression())
        return items[0] if len(items) == 1 else Listing(tuple(items), span=self.since(first))

    def expression(self) -> Node:
        """Terms with + and - between them."""
        first = self.at
        terms: list[Node] = []
        sign = self.take("operator", "+", "-")
        while True:
            place = self.at
            node = self.term(signed=bool(terms) and sign is not None and sign.text == "+")
            if sign is not None and sign.text == "-":
                if self.is_braced_sum(place, node):
                    raise self.error(
                        "braces around this sum don't show in print; write a bracket", self.items[place]
                    )
                node = Negate(node, span=self.source.span(sign.start, sign.end).to(node.span))
            if isinstance(node, Add) and self.is_braced_sum(place, node):
                terms.extend(node.terms)
            else:
                terms.append(node)
            sign = self.take("operator", "+", "-")
            if sign is None and not self.sees_signed_stroke():
                break
        return terms[0] if len(terms) == 1 else Add(tuple(terms), span=self.since(first))

    def is_braced_sum(self, place: int, node: Node) -> bool:
        """Whether the node is just what a group at `place` holds, and a sum."""
        alone = self.at == place + 1 and self.items[place][0] == "{"
        return alone and isinstance(node, Add | Negate)

    def sees_signed_stroke(self) -> bool:
        r"""`\cancel{- a}` after a term: a struck term with its own sign."""
        group = self.peek(1)
        struck = self.peek()[0] == "macro" and self.peek()[1] in words.CANCELS
        return (
            struck
            and isinstance(group, Group)
            and bool(group.items)
            and group.items[0][:2]
            in (
                ("operator", "+"),
                ("operator", "-"),
            )
        )

    def term(self, *, signed: bool = False) -> Node:
        """Products joined by one kind of circled operator."""
        first = self.at
        if signed and (minus := self.take("operator", "-")):
            body = self.term()
            return Negate(body, span=self.source.span(minus.start, minus.end).to(body.span))
        factors, operator = [self.product()], ""
        while self.peek()[0] == "operator" and self.peek()[1] in words.CIRCLED:
            mark = self.next()
            if operator and mark[1] != operator:
                raise self.error("different circled operators side by side need brackets", mark)
            operator = str(mark[1])
            minus = self.take("operator", "-")
            body = self.product()
            factors.append(
                Negate(body, span=self.source.span(minus.start, minus.end).to(body.span)) if minus else body
            )
        if not operator:
            return factors[0]
        return Circled(tuple(factors), operator, span=self.since(first))

    def product(self) -> Node:
        """Factors side by side, or with a multiplication sign or a slash."""
        first = self.at
        factors: list[Node] = [self.factor()]
        operators: list[str] = []
        while True:
            operator = self.multiplication(factors)
            if operator is None:
                break
            if operator == "/":
                factors, operators = [self.slash(first, factors, operators)], []
                continue
            factors.append(self.signed_factor() if operator else self.factor())
            operators.append(operator)
        if len(factors) == 1:
            return factors[0]
        return Product(tuple(factors), tuple(operators), span=self.since(first))

    def multiplication(self, factors: list[Node]) -> str | None:
        """What joins the next factor to those read: a sign, "" for none, None when no factor follows."""
        item = self.peek()
        if item[0] == "operator" and (item[1] == "/" or item[1] in words.MULTIPLYING):
            operator = str(item[1])
            self.check_bare(item)
            self.at += 1
            return operator
        if not self.starts_factor() or self.sees_signed_stroke():
            return None
        self.check_bare(item)
        last = factors[-1].base if isinstance(factors[-1], Scripted) else factors[-1]
        if isinstance(last, Number) and item[0] == "digit":
            raise self.error("two numbers side by side")
        return ""

    def check_bare(self, item: Item) -> None:
        """Raises if what comes next may belong to an argument without brackets."""
        if self.bare_end == self.at:
            raise self.error("it is not clear how far the argument before this reaches; write brackets", item)

    def starts_factor(self) -> bool:
        """Whether a factor begins here."""
        kind = self.peek()[0]
        return kind in _FACTOR_STARTS or (kind == "bar" and not self.bars and self.bar_closes())

    def bar_closes(self) -> bool:
        """Whether a bar like the one here follows before the bracket around them ends."""
        depth = 0
        text = self.peek()[1]
        for k in range(self.at + 1, len(self.items)):
            kind, other = self.items[k][:2]
            depth += (kind == "open") - (kind == "close")
            if depth < 0:
                return False
            if depth == 0 and kind == "bar" and other == text and k > self.at + 1:
                return True
        return False

    def signed_factor(self) -> Node:
        r"""A factor after a sign of multiplication; `a \cdot -b` is clear only at the end of a product."""
        minus = self.take("operator", "-")
        body = self.factor()
        if minus is None:
            return body
        if self.starts_factor() or self.sees("operator", "/", *words.MULTIPLYING):
            raise self.error("a minus sign inside a product needs a bracket", minus)
        return Negate(body, span=self.source.span(minus.start, minus.end).to(body.span))

    def slash(self, first: int, factors: list[Node], operators: list[str]) -> Node:
        """The quotient of all factors before the slash by the one after it."""
        above = factors[0]
        if len(factors) > 1:
            last = factors[-1].span or Span(0, 0)
            above = Product(tuple(factors), tuple(operators), span=(factors[0].span or last).to(last))
        if isinstance(above, Quotient) and above.slash:
            raise self.error("a quotient of a quotient needs brackets or a fraction bar")
        below = self.factor()
        if mixed(above, below):
            raise self.error("a quotient with a differential in only part of it", self.items[first])
        if self.starts_factor() and not self.sees_signed_stroke():
            raise self.error("it is not clear whether this belongs to the denominator; write brackets")
        return Quotient(above, below, slash=True, span=self.since(first))

    # --- factors

    def factor(self) -> Node:
        """An atom with its scripts."""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise self.error("nested too deeply")
        first = self.at
        derivative = read_d(self)
        node = derivative if derivative is not None else primed(self, read_atom(self))
        if self.sees("script") or self.sees("prime"):
            check_base(self, node, first)
            subs, sups = read_scripts(self)
            node = scripted(node, subs, sups, self.since(first))
            while self.take("empty"):
                subs, sups = read_scripts(self)
                node = scripted(node, subs, sups, self.since(first))
        self.depth -= 1
        return node
