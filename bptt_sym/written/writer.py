"""Nodes as LaTeX, in the look of the field, so that reading gives the nodes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias, assert_never

from bptt_sym.written import vocabulary as words
from bptt_sym.written.brackets import bracketed, is_function
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
from bptt_sym.written.tallness import estimate_width, tallness

__all__ = ["Around", "estimate_width", "write"]

_SIGNS = {"(": "()", "[": "[]", "{": ("\\{", "\\}"), "<": ("\\langle ", "\\rangle "), "|": "||"}
_COMMAND_END = re.compile(r"\\[A-Za-z]+\Z")
_FIXED = ("", "\\big", "\\bigg", "\\Bigg")


Around: TypeAlias = Callable[[Node], tuple[str, str] | None]


def write(node: Node, *, fixed_sizes: bool = False, around: Around | None = None) -> str:
    r"""The node as LaTeX; brackets are added where they must be, so that `read(write(n)) == bracketed(n)`.

    Tall brackets are `\left( \right)`, or, with `fixed_sizes`, `\bigg( \bigg)`, which a line break may part.
    `around` says what stands before and after a node that is shown as something special, and None for others.
    """
    return _Writer(fixed_sizes, around=around).node(bracketed(node))


class _Writer:
    """Writes nodes that are bracketed already."""

    def __init__(self, fixed_sizes: bool, *, close: bool = False, around: Around | None = None) -> None:
        self.fixed_sizes = fixed_sizes
        self.gap = "" if close else " "
        self.around = around

    def node(self, node: Node) -> str:
        shown = None if self.around is None else self.around(node)
        if shown is None:
            return self.plain(node)
        plain = _Writer(self.fixed_sizes, close=not self.gap)
        return f"{shown[0]}{plain.plain(node)}{shown[1]}"

    def plain(self, node: Node) -> str:
        match node:
            case Number(text=text):
                return text
            case Name():
                return name(node)
            case Scripted():
                return self.scripted(node)
            case Paren(body=Matrix() as matrix, open="|"):
                return self.matrix(matrix, "vmatrix")
            case Paren():
                return self.bracket(node.body, *_signs(node.open))
            case Norm():
                return self.bracket(node.body, "\\|", "\\|", sized=True)
            case Listing():
                return f"{node.separator} ".join(self.node(item) for item in node.items)
            case Apply():
                return self.apply(node)
            case Negate(body=body):
                return f"-{self.node(body)}"
            case Add():
                return self.sum(node)
            case Product():
                return self.product(node)
            case Circled():
                factors = [self.node(factor) for factor in node.factors]
                return f" {node.operator} ".join(factors if len(factors) > 1 else ["", *factors]).strip()
            case Quotient(slash=True):
                return f"{self.node(node.numerator)} / {self.node(node.denominator)}"
            case Quotient():
                return f"\\frac{{{self.node(node.numerator)}}}{{{self.node(node.denominator)}}}"
            case Big():
                return self.big(node)
            case Differential():
                return f"{_mark(node.symbol)} {self.node(node.body)}"
            case Derivative():
                return self.derivative(node)
            case Nabla():
                return self.nabla(node)
            case Matrix():
                known = node.environment in ("pmatrix", "bmatrix", "Bmatrix")
                return self.matrix(node, node.environment if known else "pmatrix")
            case Cases():
                return self.cases(node)
            case Struck():
                struck = f"\\cancel{{{self.node(node.body)}}}"
                return struck if node.colour is None else f"{{\\color{{{node.colour}}}{struck}}}"
            case Ellipsis_():
                return "\\cdots"
            case Chain():
                parts = [self.node(node.items[0])]
                for relation, item in zip(node.relations, node.items[1:], strict=True):
                    parts += [relation, self.node(item)]
                return (self.gap if set(node.relations) <= {"=", "<", ">"} else " ").join(parts)
            case _:
                assert_never(node)

    def bracket(self, body: Node, left: str, right: str, *, sized: bool = False) -> str:
        inside = self.node(body)
        height = tallness(body)
        bars = left in ("|", "\\|")
        if height >= 2 and not self.fixed_sizes:
            return f"\\left{left} {inside} \\right{right}"
        size = _FIXED[min(height, 3)]
        if bars or sized:
            return f"{size or chr(92) + 'big'}l{left} {inside} {size or chr(92) + 'big'}r{right}"
        return f"{size}{left}{inside}{size}{right}"

    def scripted(self, node: Scripted) -> str:
        base = f"{{{self.node(node.base)}}}" if isinstance(node.base, Scripted) else self.node(node.base)
        prime = node.sups == (Name("\\prime"),)
        text = f"{base}'" if prime else base
        if node.subs:
            text += f"_{self.script(node.subs)}"
        if node.sups and not prime:
            text += f"^{self.script(node.sups)}"
        return text

    def script(self, items: tuple[Node, ...]) -> str:
        """Script contents, in braces unless a single mark; sizes of brackets stay small there."""
        text = ",".join(_Writer(False, close=True).node(item) for item in items)
        single = len(text) == 1 or (text[0] == "\\" and text[1:].isalpha())
        return text if single else f"{{{text}}}"

    def apply(self, node: Apply) -> str:
        if node.function == Name("sqrt") and not isinstance(node.argument, Listing):
            return f"\\sqrt{{{self.node(node.argument)}}}"
        return self.function(node.function) + self.bracket(node.argument, "(", ")")

    def function(self, function: Name | Scripted) -> str:
        base = function.base if isinstance(function, Scripted) else function
        word = isinstance(base, Name) and base.base.isalpha() and len(base.base) > 1
        if word and isinstance(base, Name) and isinstance(function, Name):
            return f"\\operatorname{{{base.base}}}"
        return self.node(function)

    def sum(self, node: Add) -> str:
        text = self.node(node.terms[0])
        for term in node.terms[1:]:
            whole = self.around is not None and self.around(term) is not None
            sign, body = ("-", term.body) if isinstance(term, Negate) and not whole else ("+", term)
            text += f"{self.gap}{sign}{self.gap}{self.node(body)}"
        return text

    def product(self, node: Product) -> str:
        text = self.node(node.factors[0])
        for operator, factor in zip(node.operators, node.factors[1:], strict=True):
            following = self.node(factor)
            apart = " " if self.gap or _COMMAND_END.search(text) else ""
            text += f" {operator} {following}" if operator else f"{apart}{following}"
        return text

    def big(self, node: Big) -> str:
        close = _Writer(False, close=True)
        below = [name(index) for index in node.indices]
        if node.lower is not None:
            below[-1] += f"={close.node(node.lower)}"
        shown = [bound_index(condition) for condition in node.conditions]
        if len(node.indices) == 1 and node.lower is None and node.indices[0] in shown:
            below = []
        below += [self.condition(condition, node.indices) for condition in node.conditions]
        text = f"\\{node.kind}"
        if below:
            inside = ",".join(below)
            text += f"_{inside}" if len(inside) == 1 else f"_{{{inside}}}"
        if node.upper is not None:
            text += f"^{{{close.node(node.upper)}}}"
        return f"{text} {self.node(node.body)}"

    def condition(self, condition: Chain, indices: tuple[Name, ...]) -> str:
        r"""A condition on a sum; one that isn't led by its index is written `i \mid condition`."""
        text = self.node(condition)
        return text if bound_index(condition) in indices else f"{name(indices[0])} \\mid {text}"

    def derivative(self, node: Derivative) -> str:
        mark = _mark(node.symbol.removesuffix("+"))
        order = len(node.wrt)
        power = f"^{order}" if order > 1 else "^+" if node.symbol.endswith("+") else ""
        above = f"{mark}{power}" if node.body is None else f"{mark}{power} {self.node(node.body)}"
        if order > 1 and len(set(node.wrt)) == 1:
            below = (
                f"{mark} {self.scripted(Scripted(_unscripted(node.wrt[0]), *_powered(node.wrt[0], order)))}"
            )
        else:
            below = " ".join(f"{mark} {self.node(item)}" for item in node.wrt)
        return f"\\frac{{{above}}}{{{below}}}"

    def nabla(self, node: Nabla) -> str:
        items = node.wrt.items if isinstance(node.wrt, Listing) else () if node.wrt is None else (node.wrt,)
        close = _Writer(False, close=True)
        below = f"_{{{','.join(close.node(item) for item in items)}}}" if items else ""
        power = f"^{node.order}" if node.order > 1 else ""
        return f"\\nabla{below}{power} {self.node(node.body)}"

    def matrix(self, node: Matrix, environment: str) -> str:
        rows = _stacked([" & ".join(self.node(entry) for entry in row) for row in node.rows])
        return f"\\begin{{{environment}}} {rows} \\end{{{environment}}}"

    def cases(self, node: Cases) -> str:
        rows = []
        for value, condition in node.branches:
            when = "\\text{otherwise}" if condition is None else f"\\text{{if }} {self.node(condition)}"
            rows.append(f"{self.node(value)} & {when}")
        return f"\\begin{{cases}} {_stacked(rows)} \\end{{cases}}"


def name(node: Name) -> str:
    """A name with its accents, bold where it was."""
    text = node.base
    if text.isalpha() and len(text) > 1:
        text = f"\\operatorname{{{text}}}" if is_function(node) else f"\\mathrm{{{text}}}"
    elif node.base == "1":
        text = "\\mathbf{1}"
    elif node.bold and text.isalpha():
        text = f"\\mathbf{{{text}}}"
    elif node.bold and text[1:] in words.GREEK:
        text = f"\\boldsymbol{{{text}}}"
    elif node.base == "\\ast":
        text = "*"
    for accent in node.accents:
        text = f"{text}'" if accent == "prime" else f"\\{words.ACCENT_MACROS[accent]}{{{text}}}"
    return text


def _stacked(rows: list[str]) -> str:
    """Rows with row ends between them; a bracket right after one would be taken for its optional argument."""
    return " \\\\ ".join(f"{{}}{row}" if row.startswith(("[", "*")) else row for row in rows)


def _signs(kind: str) -> tuple[str, str]:
    left, right = _SIGNS[kind]
    return left, right


def _mark(symbol: str) -> str:
    return "\\mathrm{d}" if symbol == "d" else "\\partial"


def _unscripted(node: Node) -> Node:
    """The base for a power: a superscript of its own is kept inside braces."""
    return node.base if isinstance(node, Scripted) and not node.sups else node


def _powered(node: Node, order: int) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    subs = node.subs if isinstance(node, Scripted) and not node.sups else ()
    return subs, (Number(str(order)),)
