"""Formulas as pieces of MathML between which a line may end, so that a narrow screen breaks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from bptt_sym.render.breaking import Bracket, Head, Piece, Sign, Token, cut
from bptt_sym.render.marking import Marking
from bptt_sym.render.mathml import FENCES, MathML, gap_before, prefix, relation, row, sign
from bptt_sym.render.rows import width_of
from bptt_sym.render.symbols import Symbols
from bptt_sym.written.brackets import bracketed
from bptt_sym.written.nodes import Chain, Node, Quotient
from bptt_sym.written.tallness import tallness

_FRACTION = "fraction"  # the class of one that is made of HTML
ROOM = 9.0  # em of a piece, by an estimate that is often short: a phone has some 14 beside a left side
SLACK = 2.0  # a fraction is made of HTML only where it is wider by this
INSET = 2.5  # less of it in a fraction
NARROWEST = 6.0
_HEIGHTS = ("", "", "2.4em", "3em")  # by tallness; a bracket can't grow where its other half may be in another line


def flow(
    node: Node,
    *,
    symbols: Symbols | None = None,
    marking: Marking | None = None,
    display: bool = True,
    lead: str = "",
    tail: str = "",
) -> str:
    """The formula as one `math` element after another; HTML before and after it that no line parts from it."""
    return unparted(pieces(node, symbols=symbols, marking=marking, display=display), lead, tail)


def pieces(
    node: Node, *, symbols: Symbols | None = None, marking: Marking | None = None, display: bool = True
) -> list[str]:
    """The formula as HTML between which a line may end."""
    writer = _Flow(MathML(symbols, marking), marking, ' displaystyle="true"' if display else "")
    if not isinstance(node, Chain):
        return writer.terms(node)
    found = writer.terms(node.items[0])
    for spelling, item in zip(node.relations, node.items[1:], strict=True):
        found += together(writer.terms(item, spelling))
    return found


def together(parts: list[str]) -> list[str]:
    """The parts as one that is rather taken to the next line than broken; what holds a fraction of HTML isn't."""
    if len(parts) == 1 or any(_FRACTION in part for part in parts):
        return parts
    return [f'<span class="term">{"".join(parts)}</span>']


def _nested(parts: list[tuple[int, str]], rank: int) -> list[str]:
    """Parts in groups that begin at ranks up to this one, each grouped in the same way by the ranks beyond."""
    if len(parts) == 1:
        return [parts[0][1]]
    groups: list[list[tuple[int, str]]] = []
    for part in parts:
        if not groups or part[0] <= rank:
            groups.append([])
        groups[-1].append(part)
    inner = [_nested(group, rank + 1) for group in groups]
    return inner[0] if len(inner) == 1 else [part for group in inner for part in together(group)]


def unparted(parts: Sequence[str], lead: str = "", tail: str = "") -> str:
    """The parts with what stands before the first and after the last on the lines of these."""
    kept = list(parts)
    if lead:
        kept[0] = f'<span class="unparted">{lead}{kept[0]}</span>'
    if tail:
        kept[-1] = f'<span class="unparted">{kept[-1]}{tail}</span>'
    return "<wbr>".join(kept)


def single(node: Node, *, symbols: Symbols | None = None, display: bool = True) -> str:
    """The formula as one `math` element."""
    style = ' displaystyle="true"' if display else ""
    return f"<math{style}>{MathML(symbols).node(bracketed(node))}</math>"


@dataclass(frozen=True, slots=True)
class _Flow:
    """How the formulas of one flow are written: the attributes of its `math` elements, and how wide these may be."""

    writer: MathML
    marking: Marking | None
    style: str
    room: float = ROOM

    def terms(self, node: Node, opening: str = "") -> list[str]:
        """A line is rather ended before a term of a sum than within it; the relation `opening` stays with the first."""
        found: list[tuple[int, str]] = []
        for piece in cut(node, self._is_whole):
            found.append((2 * piece.depth + piece.multiplies, self._piece(piece, opening)))
            opening = ""
        return _nested(found, 0)

    def _is_whole(self, part: Node) -> bool:
        marked = self.marking is not None and self.marking.has(part)
        return marked or width_of(part) <= self.room

    def _piece(self, piece: Piece, opening: str) -> str:
        """One `math` element, or several around a fraction that is too wide to be one."""
        first = piece.tokens[0]
        operator = opening or (piece.lead.text if piece.lead is not None else "")
        found: list[str] = []
        written: list[str] = []
        if operator and self._is_wide(first):
            found.append(relation(operator))
        elif operator:
            written.append(sign(operator))
        elif piece.lead is not None and not isinstance(first, Sign | Bracket):
            written.append(gap_before(first.of if isinstance(first, Head) else first))
        for token in piece.tokens:
            if isinstance(token, Quotient) and self._is_wide(token):
                found += [self._math(written), self._fraction(token)]
                written = []
            else:
                written.append(self._token(token))
        found = [part for part in (*found, self._math(written)) if part]
        return found[0] if len(found) == 1 else f'<span class="unparted">{"".join(found)}</span>'

    def _is_wide(self, token: Token) -> bool:
        return isinstance(token, Quotient) and not token.slash and width_of(token) > self.room + SLACK

    def _math(self, written: Sequence[str]) -> str:
        inner = "".join(written)
        return f"<math{self.style}>{inner}</math>" if inner else ""

    def _fraction(self, node: Quotient) -> str:
        """A fraction of HTML, above and below whose bar lines end as elsewhere."""
        mark = None if self.marking is None else self.marking.enter(node)
        small = replace(self, style="", room=max(self.room - INSET, NARROWEST))
        above, below = ("<wbr>".join(small.terms(part)) for part in (node.numerator, node.denominator))
        if mark is not None and self.marking is not None:
            self.marking.leave()
        kind = _FRACTION if mark is None else f"{_FRACTION} {mark.kind}"
        words = f'<span class="words">{escape(mark.words)}</span>' if mark is not None and mark.words else ""
        over = '<span class="bar"><span class="unseen"> over </span></span>'
        inner = f'<span class="over">{above}</span>{over}<span class="under">{below}</span>'
        return f'<span class="{kind}">{inner}</span>{words}'

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
