"""Groups and arguments: walking over the items of one group under the font and colour that hold there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from bptt_sym.errors import Unreadable
from bptt_sym.written import vocabulary as words
from bptt_sym.written.kinds import extent, has_inner_sum, spelling, without_columns
from bptt_sym.written.lexer import DEPTH_LIMIT, Group, Item, Source, Token

_OPTION_LIMIT = 60


class Grouping(ABC):
    """One pass over the items of one group, under the font and colour that hold there."""

    def __init__(
        self, source: Source, items: Sequence[Item], font: str, colour: str | None, depth: int
    ) -> None:
        self.source = source
        self.depth = depth
        self.items = items
        self.font = font
        self.colour = colour
        self.at = 0
        self.out: list[Item] = []

    def run(self) -> list[Item]:
        """All items cleaned; what fails at the outermost level becomes an "error" token in its place."""
        while self.at < len(self.items):
            item = self.items[self.at]
            self.at += 1
            known = len(self.out)
            try:
                self.one(item)
            except Unreadable as error:
                if self.depth:
                    raise
                del self.out[known:]
                self.put("error", error.message, item, max(item.end, self.items[self.at - 1].end))
        return self.out

    def one(self, item: Item) -> None:
        """Puts what one item (with its arguments) means."""
        if isinstance(item, Group):
            self.group(item)
        elif item.kind == "macro":
            self.macro(item)
        elif item.kind == "maths":
            raise self.source.error("a maths delimiter inside maths", item.start, item.end)
        else:
            self.character(item)

    def put(self, kind: str, text: str, item: Item, end: int | None = None) -> None:
        """Puts a token in the place of an item, or from its start to `end`."""
        self.out.append(Token(kind, text, item.start, end or item.end, self.font == "bold", self.colour))

    def inside(
        self, items: Sequence[Item], font: str | None = None, colour: str | None = None
    ) -> tuple[Item, ...]:
        """The items of a group inside this one, cleaned."""
        if self.depth > DEPTH_LIMIT and items:
            raise self.source.error("nested too deeply", items[0].start, items[0].end)
        font = self.font if font is None else font
        return tuple(type(self)(self.source, items, font, colour or self.colour, self.depth + 1).run())

    def group(self, group: Group) -> None:
        """Puts braces or an environment; one that only arranges formulas in rows leaves its rows."""
        if group.kind == "{":
            self.braced(group)
        elif group.name in words.ROWS_OF_FORMULAS:
            self.out.extend(self.inside(without_columns(group)))
        else:
            inner = self.inside(without_columns(group))
            self.out.append(Group(group.kind, group.name, inner, group.start, group.end, self.colour))

    def braced(self, group: Group) -> None:
        r"""Puts what stands in braces; `{a \over b}` is a fraction."""
        for k, item in enumerate(group.items):
            if isinstance(item, Token) and item.kind == "macro" and item.text in ("over", "atop", "choose"):
                self.over(group, k)
                return
        self.unbrace(self.inside(group.items), group, group.start)

    def over(self, group: Group, k: int) -> None:
        """Puts the fraction of what stands before and after item k."""
        mark = group.items[k]
        assert isinstance(mark, Token)
        if mark.text != "over":
            raise self.source.error(f"\\{mark.text} can't be read", mark.start, mark.end)
        self.put("macro", "frac", group)
        for part, start, end in (
            (group.items[:k], group.start, mark.start),
            (group.items[k + 1 :], mark.end, group.end),
        ):
            self.out.append(Group("{", "", self.inside(part), start, end, self.colour))

    def unbrace(self, inner: tuple[Item, ...], group: Group, start: int) -> None:
        """Braces that print nothing are dropped, unless what they hold together matters."""
        scripted = self.script_follows() and len(inner) > 1
        if scripted or has_inner_sum(inner) or self.after_function(inner):
            self.out.append(Group("{", "", inner, group.start, group.end, self.colour))
        elif not inner and self.script_follows() and self.script_before():
            self.put("empty", "{}", group)
        elif inner:
            first = len(self.out)
            self.out.extend(inner)
            self.out[first] = self.out[first]._replace(start=start)
            self.out[-1] = self.out[-1]._replace(end=group.end)

    def after_function(self, inner: tuple[Item, ...]) -> bool:
        """Whether the braces hold the argument of a function."""
        last = self.out[-1] if self.out else None
        return len(inner) > 1 and isinstance(last, Token) and last.kind in ("function", "word")

    def script_follows(self) -> bool:
        """Whether a script or prime comes next."""
        following = self.items[self.at] if self.at < len(self.items) else None
        return isinstance(following, Token) and following.kind == "char" and following.text in ("_", "^", "'")

    def script_before(self) -> bool:
        """Whether a script was put last."""
        return len(self.out) > 1 and self.out[-2][0] == "script"

    def raw_argument(self, of: Token) -> Item:
        """The next item as it was typed, passed over."""
        if self.at >= len(self.items):
            raise self.source.error(f"{spelling(of)} lacks its argument", of.start, of.end)
        self.at += 1
        return self.items[self.at - 1]

    def argument(self, of: Token, font: str | None = None, colour: str | None = None) -> Group:
        """The next argument as a cleaned group; a single token or macro counts, as in TeX."""
        first = self.at
        item = self.raw_argument(of)
        if isinstance(item, Group) and item.kind == "{":
            inner = _one_formula(item, self.inside(item.items, font, colour))
            return Group("{", "", inner, item.start, item.end, colour or self.colour)
        self.at = min(extent(self.items, first), len(self.items))
        rest = self.items[first : self.at]
        return Group(
            "{", "", self.inside(rest, font, colour), item.start, rest[-1].end, colour or self.colour
        )

    def optional(self) -> bool:
        """Whether a [...] follows; it is passed over."""
        if not (self.at < len(self.items) and self.items[self.at][:2] == ("char", "[")):
            return False
        for k in range(self.at, min(self.at + _OPTION_LIMIT, len(self.items))):
            if self.items[k][:2] == ("char", "]"):
                self.at = k + 1
                return True
        return False

    def starred(self) -> None:
        """Passes over the star of a starred macro."""
        if self.at < len(self.items) and self.items[self.at][:2] == ("char", "*"):
            self.at += 1

    def raw_text(self, item: Item) -> str:
        """What was typed, without the braces around it."""
        inner = isinstance(item, Group) and item.kind == "{"
        return self.source.text[item.start + inner : item.end - inner]

    @abstractmethod
    def character(self, token: Token) -> None:
        """Puts what a character means."""

    @abstractmethod
    def macro(self, token: Token) -> None:
        """Puts what a macro means, with its arguments."""


def _one_formula(braces: Group, inner: tuple[Item, ...]) -> tuple[Item, ...]:
    r"""An argument that is broken in rows, `\frac{\begin{gathered} a \\ + b \end{gathered}}{c}`, as one formula.

    Only rows that an operator parts are: what others mean is left to be said.
    """
    whole = [item for item in braces.items if item[:2] != ("char", " ") and item[0] != "space"]
    if len(whole) != 1 or not isinstance(whole[0], Group) or whole[0].name not in words.ROWS_OF_FORMULAS:
        return inner
    shown = [item for item in inner if item[0] not in ("space", "cell")]
    joined = {
        row.start
        for before, row, after in zip(shown, shown[1:], shown[2:], strict=False)
        if row[0] == "row" and "operator" in (before[0], after[0])
    }
    dropped = [item[0] == "cell" or (item[0] == "row" and item.start in joined) for item in inner]
    return tuple(item for item, drop in zip(inner, dropped, strict=True) if not drop)
