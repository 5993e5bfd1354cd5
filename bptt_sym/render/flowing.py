"""Formulas as pieces of MathML between which a line may end, so that a narrow screen breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bptt_sym.render.breaking import Bracket, Head, Piece, Sign, Token, cut
from bptt_sym.render.marking import Marking
from bptt_sym.render.mathml import FENCES, MathML, gap_before, prefix, row, sign
from bptt_sym.render.rows import width_of
from bptt_sym.render.symbols import Symbols
from bptt_sym.written.brackets import bracketed
from bptt_sym.written.nodes import Chain, Node, Quotient
from bptt_sym.written.tallness import tallness

ROOM = 15.0  # em of a piece, about what a phone has beside a left side
_HEIGHTS = ("", "", "2.4em", "3em")  # by tallness; a bracket can't grow where its other half may be in another line


def flow(node: Node, *, symbols: Symbols | None = None, marking: Marking | None = None, display: bool = True) -> str:
    """The formula as one `math` element after another, none cut within a fraction or a marked node."""
    writer = _Flow(MathML(symbols, marking), marking, ' displaystyle="true"' if display else "")
    if not isinstance(node, Chain):
        return writer.terms(node)
    first, *others = node.items
    rest = (writer.terms(item, sign(relation)) for relation, item in zip(node.relations, others, strict=True))
    return "<wbr>".join((writer.terms(first), *(f'<span class="term">{item}</span>' for item in rest)))


def single(node: Node, *, symbols: Symbols | None = None, display: bool = True) -> str:
    """The formula as one `math` element."""
    style = ' displaystyle="true"' if display else ""
    return f"<math{style}>{MathML(symbols).node(bracketed(node))}</math>"


@dataclass(frozen=True, slots=True)
class _Flow:
    """How the formulas of one flow are written; `style` are the attributes of its `math` elements."""

    writer: MathML
    marking: Marking | None
    style: str

    def terms(self, node: Node, opening: str = "") -> str:
        """A line is rather ended before a term of a sum than within it; `opening` stays with the first."""
        terms: list[list[str]] = []
        for piece in cut(node, self._is_whole):
            if not terms or not (piece.multiplies or piece.depth):
                terms.append([])
            terms[-1].append(f"<math{self.style}>{opening}{''.join(self._piece(piece))}</math>")
            opening = ""
        return "<wbr>".join(
            term[0] if len(term) == 1 else f'<span class="term">{"".join(term)}</span>' for term in terms
        )

    def _is_whole(self, part: Node) -> bool:
        marked = self.marking is not None and self.marking.has(part)
        return marked or (isinstance(part, Quotient) and not part.slash) or width_of(part) <= ROOM

    def _piece(self, piece: Piece) -> Iterator[str]:
        first = piece.tokens[0]
        if piece.lead is not None and piece.lead.text:
            yield sign(piece.lead.text)
        elif piece.lead is not None and not isinstance(first, Sign | Bracket):
            yield gap_before(first.of if isinstance(first, Head) else first)
        for token in piece.tokens:
            yield self._token(token)

    def _token(self, token: Token) -> str:
        match token:
            case Sign(text=text):
                return prefix(text)
            case Bracket(kind=kind, opens=opens, around=around):
                return _half(FENCES[kind][not opens], "prefix" if opens else "postfix", _HEIGHTS[tallness(around)])
            case Head(of=of):
                return row(self.writer.head(of))
            case _:
                return self.writer.node(token)


def _half(text: str, form: str, size: str) -> str:
    """Half of a pair of brackets, of a size that doesn't depend on what stands beside it."""
    how = f'stretchy="true" symmetric="true" minsize="{size}" maxsize="{size}"' if size else 'stretchy="false"'
    return f'<mo form="{form}" {how}>{text}</mo>'
