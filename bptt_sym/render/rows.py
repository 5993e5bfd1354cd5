r"""Formulas as rows of LaTeX, for `align*` and `aligned` alike.

Widths are in em of the type they are set in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bptt_sym.render.breaking import SLASH, Bracket, Head, Pieces, Sign, Token, cut, fill
from bptt_sym.written.nodes import Apply, Big, Name, Node
from bptt_sym.written.tallness import estimate_width, tallness
from bptt_sym.written.writer import write

CAUTION = 1.08  # an estimate is seldom further below the truth
INDENT = 1.0  # \quad
SIGN_WIDTH = 1.3
BRACKET_WIDTH = 0.8
_PLACEHOLDER = Name("\\square")
_FENCES = {("(", True): "(", ("(", False): ")", ("[", True): "[", ("[", False): "]",
           ("{", True): "\\{", ("{", False): "\\}"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """A formula in rows of LaTeX, each but the first with its operator in front, and the widest's width.

    `slashed` tells that a fraction bar had to become a slash.
    """

    rows: tuple[str, ...]
    width: float
    slashed: bool


def width_of(node: Node) -> float:
    """What the node will not be wider than, as a rule."""
    return CAUTION * estimate_width(node)


def rows_of(node: Node, room: float) -> Cut:
    """`node` in rows that are no wider than `room`, where it can be cut so."""
    pieces = cut(node, lambda part: width_of(part) <= room - INDENT)
    rows = fill(pieces, room - INDENT, _width)
    widths = [_width(row) + INDENT * bool(k) for k, row in enumerate(rows)]
    slashed = any(piece.lead == SLASH for piece in pieces)
    return Cut(tuple(_latex(row, begins=k > 0) for k, row in enumerate(rows)), max(widths), slashed)


def _width(pieces: Pieces) -> float:
    return sum(
        (SIGN_WIDTH if piece.lead and piece.lead.text else 0.2) + sum(map(_token_width, piece.tokens))
        for piece in pieces
    )


def _token_width(token: Token) -> float:
    match token:
        case Sign():
            return SIGN_WIDTH
        case Bracket():
            return BRACKET_WIDTH
        case Head(of=of):
            return width_of(_without_body(of))
        case _:
            return width_of(token)


def _latex(pieces: Pieces, *, begins: bool) -> str:
    parts = []
    for k, piece in enumerate(pieces):
        if piece.lead is not None:
            parts.append(piece.lead.at_break if begins and k == 0 else piece.lead.text)
        parts += [_token(token) for token in piece.tokens]
    return " ".join(part for part in parts if part)


def _token(token: Token) -> str:
    match token:
        case Sign(text=text):
            return text
        case Bracket(kind=kind, opens=opens, around=around):
            return f"{_size(around)}{'l' if opens else 'r'}{_FENCES[kind, opens]}"
        case Head(of=of):
            return write(_without_body(of)).removesuffix(_PLACEHOLDER.base).rstrip()
        case _:
            return write(token)


def _without_body(node: Apply | Big) -> Node:
    return node.function if isinstance(node, Apply) else replace(node, body=_PLACEHOLDER)


def _size(around: Node) -> str:
    """How tall a bracket is: it can't grow by itself, since its other half may stand in another row."""
    return ("\\Big", "\\Big", "\\bigg", "\\Bigg")[tallness(around)]
