"""A line cut where commas, wide spaces and words separate formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bptt_sym.written import vocabulary as words
from bptt_sym.written.lexer import Item, Token

ORDERS = frozenset(("<", ">", "\\le", "\\ge", "\\ne", "\\ll", "\\gg", "\\in", "\\notin"))


@dataclass(slots=True)
class Piece:
    """Items between separators, how they are joined to what stands before, and the words before them."""

    link: str
    words: str = ""
    mark: Item | None = None
    items: list[Item] = field(default_factory=list)
    has_relation: bool = False

    def add(self, items: Sequence[Item]) -> None:
        """Adds items, brackets in them closed, and notes whether a relation stands outside of brackets."""
        self.items.extend(items)
        if not self.has_relation:
            self.has_relation = any(item[0] == "relation" for item in outside_brackets(items))


def outside_brackets(items: Sequence[Item]) -> list[Item]:
    """The items that stand in no bracket."""
    depth = 0
    found = []
    for item in items:
        if item[0] == "close" and depth:
            depth -= 1
        elif item[0] == "open":
            depth += 1
        elif depth == 0:
            found.append(item)
    return found


def cut(items: Sequence[Item]) -> list[Piece]:
    """The pieces of a line; a list with commas, as in `i, j = 1, 2, 3`, stays together."""
    marks = [item for item in items if item[0] not in ("label", "tag", "cell", "row")]
    return _listed(_joined(_pieces(marks)))


def _pieces(items: list[Item]) -> list[Piece]:
    pieces = [Piece("")]
    depth = 0
    for item in items:
        depth = max(0, depth + (item[0] == "open") - (item[0] == "close"))
        link = _link(item) if depth == 0 else ""
        if not link:
            pieces[-1].items.append(item)
        elif link == "word" and not pieces[-1].items and pieces[-1].link == "word":
            pieces[-1].words += f" {item[1]}"
        else:
            pieces.append(Piece(link, str(item[1]), item))
    for piece in pieces:
        piece.has_relation = any(item[0] == "relation" for item in outside_brackets(piece.items))
    return pieces


def is_separator(item: Item) -> bool:
    """Whether a side condition may begin after the item."""
    return _link(item) not in ("", "space")


def _link(item: Item) -> str:
    """How what follows this item is joined on; "" when the item is no separator."""
    kind = item[0]
    if kind == "text" or (kind == "word" and str(item[1]).lower() in words.PROSE):
        return "word"
    return kind if kind in ("comma", "space", "implies", "forall", "colon") else ""


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Wide spaces that separate nothing are gone; a hand-written equation number too."""
    out: list[Piece] = []
    for piece in pieces:
        if piece.link == "period":
            continue
        if piece.link == "space" and (_is_number(piece.items) or not piece.items):
            continue
        if piece.link == "space" and out and not _stands_alone(out[-1], piece):
            out[-1].add(piece.items)
            continue
        out.append(piece)
    for piece in out:
        while piece.items and piece.items[-1][0] in ("period", "comma", "colon"):
            piece.items.pop()
    return [piece for piece in out if piece.items or piece.link in ("word", "forall")]


def _stands_alone(before: Piece, piece: Piece) -> bool:
    """Whether a wide space between the two separates formulas, not just parts of one."""
    if not before.items:
        return False
    first, last = piece.items[0], before.items[-1]
    open_ended = last[0] in ("relation", "operator") or first[0] in ("relation", "operator")
    return not open_ended and piece.has_relation and (before.has_relation or before.link == "forall")


def _is_number(items: list[Item]) -> bool:
    """`(3)` or `(10.18)`: the number of an equation, written by hand."""
    kinds = [item[0] for item in items]
    return (
        len(kinds) > 2
        and kinds[0] == "open"
        and kinds[-1] == "close"
        and items[0][1] == "("
        and set(kinds[1:-1]) <= {"digit", "period"}
    )


def _listed(pieces: list[Piece]) -> list[Piece]:
    r"""Comma-separated lists put together: `t = 1, \dots, \tau` and `i, j = 1` are one piece each."""
    out: list[Piece] = []
    for piece in pieces:
        if piece.link != "comma" or not out:
            out.append(piece)
            continue
        last = out[-1]
        if not last.has_relation and piece.has_relation:
            _append(last, piece)
        elif piece.has_relation:
            out.append(_without_heads(out, piece))
        else:
            _append(last, piece)
    return out


def _append(last: Piece, piece: Piece) -> None:
    if last.items:
        last.items.append(Token("comma", ",", piece.items[0].start, piece.items[0].start))
    last.add(piece.items)


def _without_heads(out: list[Piece], piece: Piece) -> Piece:
    """`a = b, i, j = 1`: the letters after the last list belong to the new piece."""
    items = out[-1].items
    taken: list[Item] = []
    while [item[0] for item in items[-2:]] == ["comma", "letter"] and items[-3][0] != "ellipsis":
        letter = items[-1]
        taken = [letter, Token("comma", ",", letter.end, letter.end), *taken]
        del items[-2:]
    found = Piece("comma")
    found.add([*taken, *piece.items])
    return found
