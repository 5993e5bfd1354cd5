"""The rows of a display as formulas: which rows continue which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bptt_sym.written import vocabulary as words
from bptt_sym.written.lexer import Group, Item, Token
from bptt_sym.written.pieces import ORDERS, is_bracketed_relation, is_separator, outside_brackets

_BROKEN = "a chain goes on after a side condition or a list; write them apart"
_ONE_FORMULA = ("multline", "multline*", "multlined")
_SEPARATE_ROWS = ("gather", "gather*", "gathered")
_THREE_COLUMNS = ("eqnarray", "eqnarray*", "IEEEeqnarray", "IEEEeqnarray*", "array", "multline", "multline*")


@dataclass(slots=True)
class Line:
    """The items of one formula, over all its rows; `doubtful` when it may continue the one before.

    `depth` is how many brackets are open at its end, `last` the last item that isn't spacing, `separators`
    how many commas and words may have begun a side condition.
    """

    items: list[Item] = field(default_factory=list)
    doubtful: bool = False
    remarks: list[Item] = field(default_factory=list)
    depth: int = 0
    last: Item | None = None
    has_relation: bool = False
    separators: int = 0

    def extend(self, part: Sequence[Item]) -> None:
        r"""Adds a row; remarks in words at its end (`\text{by (3)}`) wait for the end of the formula."""
        k = len(part)
        while k and part[k - 1][0] in ("text", "space", "period", "comma"):
            k -= 1
        tail = part[k:] if k and any(item[0] == "text" for item in part[k:]) else []
        self.remarks.extend(item for item in tail if item[0] == "text")
        first = next((item[0] for item in part if item[0] != "space"), "")
        while first == "relation" and self.items and self.items[-1][0] in ("space", "period", "comma"):
            self.separators -= self.items.pop()[0] == "comma"
        if first == "relation" and self.separators and not self.depth:
            self.add(Token("error", _BROKEN, part[0].start, part[0].end))
        for item in part[: len(part) - len(tail)]:
            self.add(item)

    def add(self, item: Item) -> None:
        """Adds one item."""
        self.items.append(item)
        self.depth = max(0, self.depth + (item[0] == "open") - (item[0] == "close"))
        self.has_relation = self.has_relation or (item[0] == "relation" and not self.depth)
        self.separators += not self.depth and is_separator(item)
        if item[0] not in ("space", "period"):
            self.last = item


def _has_relation(items: Sequence[Item]) -> bool:
    return any(item[0] == "relation" for item in outside_brackets(items))


def split_rows(items: Sequence[Item]) -> list[list[Item]]:
    """The items between row ends; an array or case distinction that is all of a display is its rows."""
    items = _unwrapped(list(items))
    rows: list[list[Item]] = [[]]
    for item in items:
        if item[0] == "row":
            rows.append([])
        else:
            rows[-1].append(item)
    return rows


def _unwrapped(items: list[Item]) -> list[Item]:
    kept = [item for item in items if item[0] not in ("period", "comma", "space", "label", "tag")]
    opened = kept[0] if kept else None
    if (
        opened is not None
        and opened[0] == "open"
        and opened[1] in ("{", "[")
        and sum((item[0] == "open") - (item[0] == "close") for item in kept) == 1
        and any(item[0] in ("row", "environment") for item in kept)
    ):
        items.remove(opened)
        kept.remove(opened)
    only = kept[0] if len(kept) == 1 else None
    if isinstance(only, Group) and _is_system(only):
        k = items.index(only)
        return [*items[:k], *only.items, *items[k + 1 :]]
    return items


def _is_system(group: Group) -> bool:
    """Whether an array or case distinction holds formulas in its rows, not values with conditions."""
    if group.name not in words.CASES | {"array", "matrix"} or not _has_relation(group.items):
        return False
    return not any(item[0] in ("word", "text") for item in group.items)


def join_rows(rows: Sequence[Sequence[Item]], environment: str) -> list[Line]:
    """One line per formula, in the order in which they begin."""
    lines: list[Line] = []
    last: dict[int, Line] = {}
    for row in rows:
        begins_aligned = next(
            (item[0] == "cell" for item in row if item[0] not in ("space", "label", "tag")), False
        )
        for column, part in enumerate(_columns(row, environment)):
            before = last.get(column) or last.get(0)
            plain = [item for item in part if item[0] not in ("label", "tag")]
            if not [item for item in plain if item[0] not in ("space", "period")]:
                continue
            if before is not None and _continues(before, plain, begins_aligned, environment):
                before.extend(plain)
                continue
            line = Line()
            line.extend(plain)
            separate = environment in _SEPARATE_ROWS and not is_bracketed_relation(plain)
            line.doubtful = before is not None and not line.has_relation and not separate
            last[column] = line
            lines.append(line)
    for line in lines:
        line.items.extend(line.remarks)
    return lines


def _columns(row: Sequence[Item], environment: str) -> list[list[Item]]:
    """A row's formulas side by side: pairs of cells, where a pair is a formula of its own."""
    cells: list[list[Item]] = [[]]
    for item in row:
        if item[0] == "cell":
            cells.append([])
        else:
            cells[-1].append(item)
    if environment in _THREE_COLUMNS:
        for cell in cells[3:]:
            if is_bracketed_relation(cell):
                cell.insert(0, Token("comma", ",", cell[0].start, cell[0].start))
        return [[item for cell in cells for item in cell]]
    parts = [[*cells[0], *(cells[1] if len(cells) > 1 else [])]]
    depth = _open_brackets(parts[0])
    for k in range(2, len(cells), 2):
        pair = [*cells[k], *(cells[k + 1] if k + 1 < len(cells) else [])]
        if depth == 0 and _is_side_condition(pair, parts[-1]):
            parts[-1].append(Token("comma", ",", pair[0].start, pair[0].start))
        elif depth == 0 and _stands_alone(pair, parts[-1]):
            parts.append([])
        parts[-1].extend(pair)
        depth = max(0, depth + sum((item[0] == "open") - (item[0] == "close") for item in pair))
    return parts


def _is_side_condition(pair: list[Item], before: list[Item]) -> bool:
    r"""Whether a relation in cells of its own speaks of indices (`i \ne j`, `t = 1, \dots, \tau`)."""
    inside = [item for item in pair if item[0] != "space"]
    marks = {item[1] for item in outside_brackets(inside) if item[0] == "relation"}
    if before and is_bracketed_relation(inside):
        return True
    if not before or not marks or inside[0][0] != "letter":
        return False
    if marks <= ORDERS or any(item[0] == "ellipsis" for item in inside):
        return True
    return _is_about_letters(inside) and not _is_about_letters(before)


def _is_about_letters(items: Sequence[Item]) -> bool:
    return all(item[0] in ("letter", "digit", "relation", "comma", "period", "space", "label", "tag") for item in items)


def _stands_alone(pair: list[Item], before: list[Item]) -> bool:
    """Whether two cells are a formula of their own, or (after empty ones) continue one in the row above."""
    first = next((item[0] for item in pair if item[0] != "space"), "")
    if not before:
        return first == "relation"
    return first not in ("relation", "operator", "text", "word") and _has_relation(pair)


def _open_brackets(items: Sequence[Item]) -> int:
    depth = 0
    for item in items:
        depth = max(0, depth + (item[0] == "open") - (item[0] == "close"))
    return depth


def _continues(before: Line, part: list[Item], begins_aligned: bool, environment: str) -> bool:
    visible = [item for item in part if item[0] != "space"]
    first = visible[0]
    last = before.last or first
    has_relation = _has_relation(part)
    if environment in _ONE_FORMULA or before.depth or first[0] == "relation":
        return True
    if last[0] in ("relation", "operator") or (last[0] == "comma" and not has_relation):
        return True
    if first[0] == "operator":
        return first[1] != "-" or not has_relation or begins_aligned
    if first[0] in ("text", "word"):
        return _is_remark(first)
    return begins_aligned and not has_relation and environment not in _SEPARATE_ROWS


def _is_remark(item: Item) -> bool:
    """Whether words begin a side condition or remark, not one more formula."""
    if not isinstance(item, Token) or (item.kind == "word" and item.text.lower() not in words.PROSE):
        return False
    said = set(item.text.lower().split())
    return not said & (words.ASSERTING_WORDS | words.EXPLAINING_WORDS | words.LINKING_WORDS)
