"""Formulas as runs of characters on a line, each with how far it is raised and how large it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bptt_sym.render.characters import accented, glyph
from bptt_sym.render.layout import line
from bptt_sym.written.brackets import bracketed
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Circled,
    Derivative,
    Nabla,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
)

SMALLER, SMALLEST = 0.72, 0.6
RAISED, LOWERED = 0.42, -0.22
NARROW = "ijlftrI.,:;()[]|′ ⁺"
WIDE = "mwMW∂∇−+=⊙"
STEM = {"(": "()", "[": "[]", "{": "{}", "|": "||", "<": "⟨⟩"}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look: `raised` and `size` in units of the formula's size."""

    text: str
    raised: float = 0.0
    size: float = 1.0
    italic: bool = False
    bold: bool = False


def runs(label: Node | str) -> tuple[Run, ...]:
    """A formula, or words, from left to right."""
    return (Run(label),) if isinstance(label, str) else tuple(_runs(bracketed(label), 0.0, 1.0))


def width_of(label: Node | str, size: float) -> float:
    """About as many pixels as the formula takes at that size."""
    return sum(size * run.size * sum(map(_advance, run.text)) for run in runs(label))


def _advance(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 0.36 if character in NARROW else 0.8 if character in WIDE else 0.56


def _runs(node: Node, raised: float, size: float) -> Iterator[Run]:
    def said(text: str) -> Run:
        return Run(text, raised, size)

    match node:
        case Number(text=text):
            yield said(text)
        case Name():
            yield _letter(node, raised, size)
        case Scripted():
            yield from _scripted(node, raised, size)
        case Paren(body=body, open=kind):
            yield said(STEM[kind][0])
            yield from _runs(body, raised, size)
            yield said(STEM[kind][1])
        case Negate(body=body):
            yield said("−")
            yield from _runs(body, raised, size)
        case Add(terms=terms):
            for k, term in enumerate(terms):
                sign = "−" if isinstance(term, Negate) else "+"
                if k:
                    yield said(sign if raised else f" {sign} ")
                yield from _runs(term.body if isinstance(term, Negate) and k else term, raised, size)
        case Product() | Circled():
            yield from _product(node, raised, size)
        case Quotient():
            yield from _quotient(node.numerator, raised, size)
            yield said("/")
            yield from _quotient(node.denominator, raised, size)
        case Apply(function=function, argument=argument):
            yield from _runs(function, raised, size)
            yield from _runs(Paren(argument), raised, size)
        case Derivative(body=body, wrt=wrt, symbol=symbol) if body is not None:
            sign = {"partial": "∂", "d": "d", "partial+": "∂⁺"}[symbol]
            yield said(sign)
            yield from _runs(body, raised, size)
            for by in wrt:
                yield said("/∂")
                yield from _runs(by, raised, size)
        case Nabla(wrt=wrt, body=body):
            yield said("∇")
            if wrt is not None:
                yield from _runs(wrt, raised + LOWERED * size, _smaller(size))
            yield said(" ")
            yield from _runs(body, raised, size)
        case _:
            yield said(line(node))


def _smaller(size: float) -> float:
    return max(size * SMALLER, SMALLEST)


def _letter(node: Name, raised: float, size: float) -> Run:
    text = accented(glyph(node.base), node.accents)
    single = len(glyph(node.base)) == 1 and glyph(node.base).isalpha()
    return Run(text, raised, size, italic=single and not node.bold and text not in "⊤", bold=node.bold)


def _scripted(node: Scripted, raised: float, size: float) -> Iterator[Run]:
    yield from _runs(node.base, raised, size)
    for items, by in ((node.subs, LOWERED), (node.sups, RAISED)):
        for k, item in enumerate(items):
            if k:
                yield Run(",", raised + by * size, _smaller(size))
            yield from _runs(item, raised + by * size, _smaller(size))


def _product(node: Product | Circled, raised: float, size: float) -> Iterator[Run]:
    count = len(node.factors) - 1
    operators = (node.operator,) * count if isinstance(node, Circled) else node.operators
    yield from _runs(node.factors[0], raised, size)
    for operator, factor in zip(operators, node.factors[1:], strict=True):
        if operator or size == 1.0:
            yield Run(f" {glyph(operator)} " if operator else "\u2009", raised, size)
        yield from _runs(factor, raised, size)


def _quotient(side: Node, raised: float, size: float) -> Iterator[Run]:
    plain = isinstance(side, Name | Number | Scripted | Paren)
    yield from _runs(side if plain else Paren(side), raised, size)
