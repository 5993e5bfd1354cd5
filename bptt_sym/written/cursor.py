"""A place in a list of cleaned items, and how to move on from it."""

from __future__ import annotations

from collections.abc import Sequence

from bptt_sym.errors import Span, Unreadable
from bptt_sym.written.lexer import Group, Item, Source, Token

NOTHING = Token("end", "", 0, 0)


class Cursor:
    """Walks over items that stand side by side; `depth` counts what it is nested in."""

    def __init__(self, source: Source, items: Sequence[Item], start: int, end: int, depth: int = 0) -> None:
        self.source = source
        self.items = items
        self.start = start
        self.end = end
        self.depth = depth
        self.at = 0

    def peek(self, further: int = 0) -> Item:
        """The item here (or `further` on); the token NOTHING after the last."""
        k = self.at + further
        return self.items[k] if k < len(self.items) else NOTHING

    def next(self) -> Item:
        """The item here, passed over."""
        item = self.peek()
        self.at += 1
        return item

    def sees(self, kind: str, *texts: str) -> bool:
        """Whether the item here is a token of that kind and, if any are given, one of those texts."""
        item = self.peek()
        return item[0] == kind and (not texts or item[1] in texts)

    def take(self, kind: str, *texts: str) -> Token | None:
        """The token here, passed over, if it is as described."""
        item = self.peek()
        if self.sees(kind, *texts) and isinstance(item, Token):
            self.at += 1
            return item
        return None

    def group(self) -> Group:
        """The argument group here, passed over."""
        item = self.next()
        assert isinstance(item, Group), "a macro's arguments come as groups"
        return item

    def since(self, first: int) -> Span:
        """The place of the items from number `first` to here."""
        if first >= len(self.items):
            return self.source.span(self.end, self.end)
        last = self.items[max(first, min(self.at, len(self.items)) - 1)]
        return self.source.span(self.items[first].start, last.end)

    def error(self, message: str, item: Item | None = None) -> Unreadable:
        """The error that `item`, or what stands here, can't be read."""
        item = self.peek() if item is None else item
        if item is NOTHING:
            return self.source.error(message, max(self.start, self.end - 1), self.end)
        return self.source.error(message, item.start, item.end)


def shown(item: Item) -> str:
    """A short name of an item for a message."""
    if item is NOTHING:
        return "the end"
    if isinstance(item, Group):
        return f"\\begin{{{item.name}}}" if item.name else "{...}"
    return f"\\{item.text}" if item.kind in ("macro", "space", "implies") else item.text
