"""Nodes as MathML Core; strokes, braces and marks are left to the page's style by class names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import assert_never

from bptt_sym.render.characters import glyph
from bptt_sym.render.letters import name
from bptt_sym.render.marking import Marking
from bptt_sym.render.symbols import Symbols
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Cases,
    Chain,
    Circled,
    Derivative,
    Differential,
    Ellipsis_,
    Listing,
    Matrix,
    Nabla,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
)
from bptt_sym.written.sums import bound_index
from bptt_sym.written.tallness import tallness

# fmt: off
FENCES: dict[str, tuple[str, str]] = {
    "(": ("(", ")"), "[": ("[", "]"), "{": ("{", "}"), "|": ("|", "|"), "<": ("⟨", "⟩"), "||": ("‖", "‖"),
}
_MATRICES: dict[str, str] = {"bmatrix": "[", "Bmatrix": "{", "vmatrix": "|", "Vmatrix": "||"}
_MARKS: dict[str, str] = {"partial": "∂", "partial+": "∂", "d": "d"}
# fmt: on
_SIGNS = {"sum": "∑", "prod": "∏"}
_APPLIED = "<mo>&#x2061;</mo>"
_GAP = '<mspace width="0.17em"/>'
_TAG = re.compile(r"\A<\w+")


class MathML:
    """Writes bracketed nodes; `symbols` numbers them, `marking` says which of them are marked and how."""

    def __init__(self, symbols: Symbols | None = None, marking: Marking | None = None) -> None:
        self.symbols = symbols
        self.marking = marking

    def node(self, node: Node) -> str:
        """The node as one element."""
        mark = None if self.marking is None else self.marking.enter(node)
        if mark is None or self.marking is None:
            return self._node(node)
        inner = self._node(node)
        self.marking.leave()
        return marked(inner, mark.words, mark.kind)

    def _node(self, node: Node) -> str:
        number = "" if self.symbols is None else self.symbols.number(node)
        if number:
            bare = MathML(None, self.marking)
            return _numbered(bare._node(node), number)
        match node:
            case Number(text=text):
                return f"<mn>{escape(text)}</mn>"
            case Name():
                return name(node)
            case Scripted():
                return self._scripted(node)
            case Ellipsis_():
                return "<mo>⋯</mo>"
            case Struck(body=body):
                return f'<mrow class="struck">{self.node(body)}</mrow>'
            case Paren() | Norm() | Matrix() | Cases():
                return self._fenced(node)
            case Negate() | Add() | Product() | Circled() | Quotient() | Listing() | Chain():
                return self._joined(node)
            case Apply() | Big() | Differential() | Derivative() | Nabla():
                return self._operation(node)
            case _:
                assert_never(node)

    def _scripted(self, node: Scripted) -> str:
        plain = MathML(None, self.marking)  # what stands in a script counts and is no symbol of its own
        base = self.node(node.base)
        below, above = (plain._script(items) for items in (node.subs, node.sups))
        if node.subs and node.sups:
            return f"<msubsup>{base}{below}{above}</msubsup>"
        return f"<msub>{base}{below}</msub>" if node.subs else f"<msup>{base}{above}</msup>"

    def _script(self, items: Sequence[Node]) -> str:
        return self.node(items[0]) if len(items) == 1 else row(self._listed(items))

    def _listed(self, items: Sequence[Node], separator: str = ",") -> str:
        return f"<mo>{escape(separator)}</mo>".join(self.node(item) for item in items)

    def _fenced(self, node: Paren | Norm | Matrix | Cases) -> str:
        match node:
            case Paren(body=Matrix(rows=rows), open="|"):
                return fenced(self._table(rows), "|")
            case Paren(body=body, open=kind):
                return fenced(self.node(body), kind, grows=tallness(body) > 1)
            case Norm(body=body):
                return fenced(self.node(body), "||", grows=tallness(body) > 1)
            case Matrix(rows=rows, environment=environment):
                return fenced(self._table(rows), _MATRICES.get(environment, "("))
            case Cases(branches=branches):
                return f'<mrow><mo form="prefix" stretchy="true">{{</mo>{self._cases(branches)}</mrow>'
            case _:
                assert_never(node)

    def _table(self, rows: Sequence[Sequence[Node]]) -> str:
        lines = ("".join(f"<mtd>{self.node(entry)}</mtd>" for entry in entries) for entries in rows)
        return f"<mtable>{''.join(f'<mtr>{line}</mtr>' for line in lines)}</mtable>"

    def _cases(self, branches: Sequence[tuple[Node, Chain | None]]) -> str:
        lines = []
        for value, condition in branches:
            when = "<mtext>otherwise</mtext>" if condition is None else f"<mtext>if&nbsp;</mtext>{self.node(condition)}"
            lines.append(f"<mtr><mtd>{self.node(value)}</mtd><mtd>{when}</mtd></mtr>")
        return f'<mtable class="cases">{"".join(lines)}</mtable>'

    def _joined(self, node: Negate | Add | Product | Circled | Quotient | Listing | Chain) -> str:
        match node:
            case Negate(body=body):
                return row(prefix("-") + self.node(body))
            case Add(terms=terms):
                return row(self.node(terms[0]) + "".join(map(self._term, terms[1:])))
            case Product(factors=factors, operators=operators):
                return row(self._factors(factors, operators))
            case Circled(factors=factors, operator=operator):
                return row(self._factors(factors, (operator,) * (len(factors) - 1), lone=operator))
            case Quotient(numerator=above, denominator=below, slash=True):
                return row(f'{self.node(above)}<mo form="infix">/</mo>{self.node(below)}')
            case Quotient(numerator=above, denominator=below):
                return f"<mfrac>{self.node(above)}{self.node(below)}</mfrac>"
            case Listing(items=items, separator=separator):
                return row(self._listed(items, separator))
            case Chain(items=items, relations=relations):
                rest = zip(relations, items[1:], strict=True)
                return row(self.node(items[0]) + "".join(sign(word) + self.node(item) for word, item in rest))
            case _:
                assert_never(node)

    def _term(self, term: Node) -> str:
        if isinstance(term, Negate) and (self.marking is None or not self.marking.has(term)):
            return sign("-") + self.node(term.body)
        return self.node(term) if isinstance(term, Negate) else sign("+") + self.node(term)

    def _factors(self, factors: Sequence[Node], operators: Sequence[str], lone: str = "") -> str:
        first = self.node(factors[0])
        if len(factors) == 1 and lone:
            return prefix(lone) + first
        return first + "".join(
            (sign(operator) if operator else gap_before(factor)) + self.node(factor)
            for operator, factor in zip(operators, factors[1:], strict=True)
        )

    def _operation(self, node: Apply | Big | Differential | Derivative | Nabla) -> str:
        match node:
            case Apply(function=Name(base="sqrt"), argument=argument) if not isinstance(argument, Listing):
                return f"<msqrt>{self.node(argument)}</msqrt>"
            case Apply(argument=Matrix() as argument):
                return row(self.head(node) + self.node(argument))
            case Apply(argument=argument):
                return row(self.head(node) + fenced(self.node(argument), "(", grows=tallness(argument) > 1))
            case Big(body=body):
                return row(self.head(node) + self.node(body))
            case Differential(body=body, symbol=symbol):
                return row(f"<mo>{_MARKS[symbol]}</mo>{self.node(body)}")
            case Derivative():
                return self._derivative(node)
            case Nabla():
                return row(self._nabla(node) + self.node(node.body))
            case _:
                assert_never(node)

    def head(self, node: Apply | Big) -> str:
        """What stands before the argument: the function, or the sign with its limits."""
        if isinstance(node, Apply):
            return self.node(node.function) + _APPLIED
        plain = MathML(None, self.marking)
        above = "" if node.upper is None else plain.node(node.upper)
        below = self._limits(node, plain)
        big = f"<mo>{_SIGNS[node.kind]}</mo>"
        if above and below:
            return f"<munderover>{big}{row(below)}{row(above)}</munderover>"
        if above:
            return f"<mover>{big}{row(above)}</mover>"
        return f"<munder>{big}{row(below)}</munder>" if below else big

    def _limits(self, node: Big, plain: MathML) -> str:
        below = [plain.node(index) for index in node.indices]
        if node.lower is not None:
            below[-1] += sign("=") + plain.node(node.lower)
        shown = [bound_index(condition) for condition in node.conditions]
        if len(node.indices) == 1 and node.lower is None and node.indices[0] in shown:
            below = []
        below += [plain.node(condition) for condition in node.conditions]
        return "<mo>,</mo>".join(below)

    def _derivative(self, node: Derivative) -> str:
        mark, order = f"<mo>{_MARKS[node.symbol]}</mo>", len(node.wrt)
        power = f"<mn>{order}</mn>" if order > 1 else "<mo>+</mo>" if node.symbol.endswith("+") else ""
        above = f"<msup>{mark}{power}</msup>" if power else mark
        above += "" if node.body is None else self.node(node.body)
        counted = [(wrt, node.wrt.count(wrt)) for wrt in dict.fromkeys(node.wrt)]
        below = "".join(mark + self._powered(wrt, count) for wrt, count in counted)
        return f"<mfrac>{row(above)}{row(below)}</mfrac>"

    def _powered(self, node: Node, count: int) -> str:
        inner = self.node(node)
        return inner if count == 1 else f"<msup>{row(inner)}<mn>{count}</mn></msup>"

    def _nabla(self, node: Nabla) -> str:
        mark = "<mo>∇</mo>"
        if node.order > 1:
            mark = f"<msup>{mark}<mn>{node.order}</mn></msup>"
        return mark if node.wrt is None else f"<msub>{mark}{self.node(node.wrt)}</msub>"


def row(inner: str) -> str:
    """The elements as one."""
    return f"<mrow>{inner}</mrow>"


def sign(text: str) -> str:
    """An operator between its sides."""
    return f'<mo form="infix">{escape(glyph(text))}</mo>'


def relation(text: str) -> str:
    """An operator that stands alone between two formulas; its space is the page's, since browsers differ in that."""
    return f'<math class="relation"><mo lspace="0" rspace="0">{escape(glyph(text))}</mo></math>'


def gap_before(factor: Node) -> str:
    """The space that a function or a sum has before it in a product."""
    return _GAP if isinstance(factor, Apply | Big) else ""


def prefix(text: str) -> str:
    """An operator before its only side."""
    return f'<mo form="prefix">{escape(glyph(text))}</mo>'


def fenced(inner: str, kind: str, *, grows: bool = True) -> str:
    """The element between brackets, which may grow with it."""
    opening, closing = FENCES[kind]
    how = f'stretchy="{str(grows).lower()}"'
    return row(f'<mo form="prefix" {how}>{opening}</mo>{inner}<mo form="postfix" {how}>{closing}</mo>')


def marked(inner: str, words: str, kind: str) -> str:
    """The element as a marked one, with what is said of it in words under it."""
    shown = f'<mrow class="{kind}">{inner}</mrow>'
    return f'<munder class="worded">{shown}<mtext>{escape(words)}</mtext></munder>' if words else shown


def _numbered(element: str, number: str) -> str:
    """The element with the number of its symbol."""
    return _TAG.sub(lambda found: f'{found[0]} data-s="{number}"', element)
