r"""Formulas as rows of LaTeX, for `align*` and `aligned` alike.

Widths are in em of the type they are set in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bptt_sym.errors import Span
from bptt_sym.render.breaking import Bracket, Head, Pieces, Sign, Token, cut, fill
from bptt_sym.written.nodes import Apply, Big, Name, Node, Quotient
from bptt_sym.written.tallness import estimate_width, tallness
from bptt_sym.written.writer import Around, write

CAUTION = 1.08  # an estimate is seldom further below the truth
INDENT = 1.0  # \quad
SIGN_WIDTH = 1.3
BRACKET_WIDTH = 0.8
BAR = 0.5  # that a fraction bar is longer than what stands above and below it
_PLACEHOLDER = Name("\\square")
_FENCES = {("(", True): "(", ("(", False): ")", ("[", True): "[", ("[", False): "]",
           ("{", True): "\\{", ("{", False): "\\}"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """A formula in rows of LaTeX, each but the first with its operator in front, and the widest's width.

    `stacked` tells that what stands above or below a fraction bar had to be broken too.
    """

    rows: tuple[str, ...]
    width: float
    stacked: bool


def width_of(node: Node) -> float:
    """What the node will not be wider than, as a rule."""
    return CAUTION * estimate_width(node)


def rows_of(node: Node, room: float, around: Around | None = None) -> Cut:
    """`node` in rows that are no wider than `room`, where it can be cut so; `around` as in `write`."""
    return _Rows(room - INDENT, around).cut(node)


@dataclass(frozen=True, slots=True)
class _Rows:
    """How formulas are cut into rows of a width; a node that something stands around stays whole."""

    room: float
    around: Around | None
    known: dict[tuple[Node, Span | None, float], tuple[Cut, Cut]] = field(default_factory=dict)

    def cut(self, node: Node) -> Cut:
        rows = fill(cut(node, self._is_whole), self.room, self._width)
        widths = [self._width(row) + INDENT * bool(k) for k, row in enumerate(rows)]
        stacked = any(self._is_wide(token) for row in rows for piece in row for token in piece.tokens)
        return Cut(tuple(self._latex(row, begins=k > 0) for k, row in enumerate(rows)), max(widths), stacked)

    def _is_whole(self, node: Node) -> bool:
        return width_of(node) <= self.room or (self.around is not None and self.around(node) is not None)

    def _is_wide(self, token: Token) -> bool:
        return isinstance(token, Quotient) and not token.slash and width_of(token) > self.room

    def _width(self, pieces: Pieces) -> float:
        return sum(
            (SIGN_WIDTH if piece.lead and piece.lead.text else 0.2) + sum(map(self._token_width, piece.tokens))
            for piece in pieces
        )

    def _token_width(self, token: Token) -> float:
        match token:
            case Sign():
                return SIGN_WIDTH
            case Bracket():
                return BRACKET_WIDTH
            case Head(of=of):
                return width_of(_without_body(of))
            case Quotient() if self._is_wide(token):
                return max(side.width for side in self._sides(token)) + BAR
            case _:
                return width_of(token)

    def _sides(self, node: Quotient) -> tuple[Cut, Cut]:
        """What stands above and below a bar; a sign and a bracket may stand before it."""
        room = self.room - BAR - 2 * SIGN_WIDTH
        key = node, node.span, room
        if key not in self.known:
            narrower = replace(self, room=room)
            self.known[key] = narrower.cut(node.numerator), narrower.cut(node.denominator)
        return self.known[key]

    def _latex(self, pieces: Pieces, *, begins: bool) -> str:
        parts = []
        for k, piece in enumerate(pieces):
            if piece.lead is not None:
                parts.append(piece.lead.at_break if begins and k == 0 else piece.lead.text)
            parts += [self._token(token) for token in piece.tokens]
        return " ".join(part for part in parts if part)

    def _token(self, token: Token) -> str:
        match token:
            case Sign(text=text):
                return text
            case Bracket(kind=kind, opens=opens, around=around):
                return f"{_size(around)}{'l' if opens else 'r'}{_FENCES[kind, opens]}"
            case Head(of=of):
                return write(_without_body(of)).removesuffix(_PLACEHOLDER.base).rstrip()
            case Quotient() if self._is_wide(token):
                above, below = (_gathered(side.rows) for side in self._sides(token))
                return f"\\frac{{{above}}}{{{below}}}"
            case _:
                return write(token, around=self.around)


def _gathered(rows: Sequence[str]) -> str:
    """Rows of an argument, centred below each other."""
    if len(rows) == 1:
        return rows[0]
    return "\\begin{gathered} " + " \\\\ ".join(rows) + " \\end{gathered}"


def _without_body(node: Apply | Big) -> Node:
    return node.function if isinstance(node, Apply) else replace(node, body=_PLACEHOLDER)


def _size(around: Node) -> str:
    """How tall a bracket is: it can't grow by itself, since its other half may stand in another row."""
    return ("\\Big", "\\Big", "\\bigg", "\\Bigg")[tallness(around)]
