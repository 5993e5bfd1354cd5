"""A line cut where commas, wide spaces and words separate formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bptt_sym.written import vocabulary as words
from bptt_sym.written.lexer import DEPTH_LIMIT, Group, Item, Token

_DOUBT = "it is not clear whether this is a factor or a side condition"
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
    if _depth(marks) > DEPTH_LIMIT:
        return _listed(_joined(_pieces([item for item in marks if item[:2] != ("space", " ")])))
    pieces = _listed(_joined(_pieces(_restricted(marks))))
    return [part for piece in pieces for part in _opened(piece)]


def _depth(items: Sequence[Item]) -> int:
    """How deep the brackets are nested."""
    return max(accumulate((item[0] == "open") - (item[0] == "close") for item in items), default=0)


def _restricted(items: Sequence[Item]) -> list[Item]:
    r"""The items with a relation in brackets beside a formula, as in `A = B \quad (i \ne j)`, as one group.

    Spaces that only tell where such a bracket may begin are gone.
    """
    out: list[Item] = []
    k = related = 0
    while k < len(items):
        end = _bracket_end(items, k)
        if end is not None and _is_beside(items, k, end, bool(related)):
            first, last = items[k], items[end]
            out.append(Group("restriction", "", tuple(items[k + 1 : end]), first.start, last.end))
        else:
            if end is not None and _is_doubtful(items, k, end):
                out.append(Token("error", _DOUBT, items[k].start, items[end].end))
            end = k if end is None else end
            related += items[k][0] == "relation"
            out.extend(items[k : end + 1])
        k = end + 1
    return [item for item in out if item[:2] != ("space", " ")]


def _bracket_end(items: Sequence[Item], k: int) -> int | None:
    """Where the bracket that opens at k closes; None when none does."""
    depth = 0
    for end in range(k, len(items)):
        depth += (items[end][0] == "open") - (items[end][0] == "close")
        if depth <= 0:
            return end if end > k else None
    return None


def _is_beside(items: Sequence[Item], k: int, end: int, related: bool) -> bool:
    """Whether the bracket from k to `end` holds a relation and stands apart from the formula beside it."""
    inside = outside_brackets(items[k + 1 : end])
    if items[k][1] not in ("(", "[") or not any(item[0] == "relation" for item in inside):
        return False
    after = items[end + 1] if end + 1 < len(items) else None
    if after is not None and _link(after) == "" and after[0] not in ("period", "relation"):
        return False
    if after is not None and after[:2] == ("space", " "):
        return False
    apart = k > 0 and _link(items[k - 1]) in ("space", "comma")
    return apart if related else k == 0 and after is not None and after[0] in ("space", "comma", "colon")


def _is_doubtful(items: Sequence[Item], k: int, end: int) -> bool:
    r"""Whether the bracket from k to `end` is `= 0 (i \ne j)`: a factor by its place, a condition by its look."""
    inside = outside_brackets(items[k + 1 : end])
    related = items[k][1] == "(" and any(item[0] == "relation" for item in inside)
    return related and k > 0 and items[k - 1][0] == "digit"


def _opened(piece: Piece) -> list[Piece]:
    """The piece, or the pieces of a formula that a round bracket is all around."""
    only = piece.items[0] if len(piece.items) == 1 else None
    inner: Sequence[Item]
    if isinstance(only, Group) and only.kind == "restriction":
        link, inner = "restriction", only.items
    elif piece.items and _bracket_end(piece.items, 0) == len(piece.items) - 1 and piece.items[0][1] == "(":
        link, inner = piece.link, piece.items[1:-1]
        while inner and inner[0][1] == "(" and _bracket_end(inner, 0) == len(inner) - 1:
            inner = inner[1:-1]
        if not any(item[0] == "relation" for item in outside_brackets(inner)):
            return [piece]
    else:
        return [piece]
    parts = cut(inner)
    for k, part in enumerate(parts):
        if part.link != "word" and (k == 0 or link == "restriction"):
            part.link, part.words, part.mark = link, piece.words, part.mark or piece.mark
    return parts


def _pieces(items: list[Item]) -> list[Piece]:
    pieces = [Piece("")]
    depth = 0
    for item in items:
        depth = max(0, depth + (item[0] == "open") - (item[0] == "close"))
        link = _link(item) if depth == 0 else ""
        if item[0] == "restriction":
            pieces.append(Piece("restriction", "", item, [item]))
            continue
        if not link:
            pieces[-1].items.append(item)
        elif link == "word" and not pieces[-1].items and pieces[-1].link == "word":
            pieces[-1].words += f" {item[1]}"
        else:
            pieces.append(Piece(link, str(item[1]), item))
    for piece in pieces:
        related = any(item[0] == "relation" for item in outside_brackets(piece.items))
        piece.has_relation = related or piece.link == "restriction"
    return pieces


def is_bracketed_relation(items: Sequence[Item]) -> bool:
    """Whether the items are one round or square bracket with a relation in it."""
    marks = [item for item in items if item[0] not in ("label", "tag", "space", "period", "comma")]
    if not marks or marks[0][1] not in ("(", "[") or _bracket_end(marks, 0) != len(marks) - 1:
        return False
    return any(item[0] == "relation" for item in outside_brackets(marks[1:-1]))


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
    for k, piece in enumerate(pieces):
        if piece.link == "period":
            continue
        if piece.link == "space" and out and out[-1].has_relation and _heads_list(pieces[k:]):
            out.append(piece)
            continue
        if piece.link == "space" and (_is_number(piece.items) or not piece.items):
            continue
        if piece.link == "space" and out and not _stands_alone(out[-1], piece):
            first, last = piece.items[0], piece.items[-1]
            doubt = [Token("error", _DOUBT, first.start, last.end)] if _is_remark(out[-1], piece) else []
            out[-1].add([*doubt, *piece.items])
            continue
        out.append(piece)
    for piece in out:
        while piece.items and piece.items[-1][0] in ("period", "comma", "colon"):
            piece.items.pop()
    return [piece for piece in out if piece.items or piece.link in ("word", "forall")]


def _is_remark(before: Piece, piece: Piece) -> bool:
    r"""Whether letters alone, as in `a = b \quad (t)`, may be a remark on the formula before as well as a factor."""
    joined = not before.items or before.items[-1][0] in ("relation", "operator")
    plain = all(item[0] in ("letter", "digit", "open", "close", "comma") for item in piece.items)
    return before.has_relation and not joined and plain


def _heads_list(pieces: list[Piece]) -> bool:
    r"""Whether a letter begins a side condition on several, as in `\quad i, j \in \{1, 2\}`."""
    for k, piece in enumerate(pieces):
        if k and piece.link != "comma":
            return False
        if piece.has_relation:
            return k > 0 and piece.items[0][0] == "letter"
        if [item[0] for item in piece.items] != ["letter"]:
            return False
    return False


def _stands_alone(before: Piece, piece: Piece) -> bool:
    """Whether a wide space between the two separates formulas, not just parts of one."""
    if not before.items:
        return False
    first, last = piece.items[0], before.items[-1]
    open_ended = last[0] in ("relation", "operator") or first[0] in ("relation", "operator")
    return not open_ended and piece.has_relation and (before.has_relation or before.link == "forall")


def _is_number(items: list[Item]) -> bool:
    """`(3)`, `[10.18]` or `(*)`: the number of an equation, written by hand."""
    kinds = [item[0] for item in items]
    bracketed = len(kinds) > 2 and kinds[0] == "open" and kinds[-1] == "close" and items[0][1] in ("(", "[")
    starred = all(item[1] in ("*", "\\star", "\\dagger") for item in items[1:-1])
    return bracketed and (starred or set(kinds[1:-1]) <= {"digit", "period"})


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
