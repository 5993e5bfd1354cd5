"""A changed side written with the author's own characters wherever it is unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy

from bptt_sym.written.nodes import Add, Negate, Node, Quotient, Struck, Syntax, children, walk
from bptt_sym.written.writer import _Writer

MARK = "\\boxed"
_TOKEN = re.compile(r"\\[A-Za-z]+|.", re.DOTALL)


def marked(node: Node) -> Node:
    r"""The node, to be shown in `\boxed{}`; for `spliced` only."""
    return Struck(node, MARK)


def spliced(old: Node | None, new: Node, text: str) -> str:
    """`new` as LaTeX, where `old` was read from `text` and what both share is kept as it was typed.

    Without an `old` nothing is kept.
    """
    return _Splicer(text, old).node(new)


class _Splicer(_Writer):
    """Writes nodes, the original ones as they stand in the text."""

    def __init__(self, text: str, old: Node | None) -> None:
        super().__init__(False)
        self.text = text
        self.originals: dict[tuple[int, int], list[Node]] = {}
        for part in () if old is None else walk(old):
            if part.span is not None:
                self.originals.setdefault((part.span.start, part.span.end), []).append(part)

    def node(self, node: Node) -> str:
        if isinstance(node, Struck) and node.colour == MARK:
            return f"{MARK}{{{self.node(node.body)}}}"
        known = () if node.span is None else self.originals.get((node.span.start, node.span.end), ())
        for original in known:
            if original == node:
                assert node.span is not None
                return self.text[node.span.start : node.span.end]
        patched = (self.patched(original, node) for original in known)
        return next((found for found in patched if found is not None), None) or super().node(node)

    def script(self, items: tuple[Node, ...]) -> str:
        close = copy(self)
        close.gap = ""
        text = ",".join(close.node(item) for item in items)
        return text if _TOKEN.fullmatch(text) else f"{{{text}}}"

    def patched(self, old: Node, new: Node) -> str | None:
        """The characters of `old` with those of its changed children exchanged; None where that can't be done."""
        inner = tuple(children(new))
        if old.__class__ is not new.__class__ or len(inner) != len(tuple(children(old))) or not _alike(old, new):
            return None
        assert old.span is not None
        out, done = "", old.span.start
        for before, after in sorted(self.pairs(old, new), key=lambda pair: pair[0].span.start if pair[0].span else -1):
            if before.span is None or before.span.start < done or before.span.end > old.span.end:
                return None
            exchanged = self.exchanged(old, before, after, done)
            if exchanged is None:
                return None
            out += exchanged
            done = before.span.end
        return out + self.text[done : old.span.end]

    def pairs(self, old: Node, new: Node) -> Iterator[tuple[Node, Node]]:
        """The children that differ."""
        return (pair for pair in zip(children(old), children(new), strict=True) if pair[0] != pair[1])

    def exchanged(self, parent: Node, before: Node, after: Node, done: int) -> str | None:
        """The text from `done` to the end of a child, with the other child in its place."""
        assert before.span is not None
        start = before.span.start
        shown = after.body if isinstance(after, Struck) and after.colour == MARK else after
        if isinstance(parent, Add) and isinstance(before, Negate) != isinstance(shown, Negate):
            return self.resigned(parent, before, shown, done, boxed=shown is not after)
        text = self.node(after)
        before_it = self.text[done:start].rstrip()[-1:] or self.text[start - 1 : start]
        fraction = isinstance(parent, Quotient) and not parent.slash
        bare = before_it in ("_", "^") or (fraction and before_it != "{")
        if bare and not _TOKEN.fullmatch(text):
            text = f"{{{text}}}"
        return self.text[done:start] + text

    def resigned(self, parent: Add, before: Node, after: Node, done: int, *, boxed: bool) -> str | None:
        """A term with the other sign, the sign written between the terms."""
        assert before.span is not None
        body = self.node(after.body if isinstance(after, Negate) else after)
        first = before is parent.terms[0]
        start = before.span.start
        if not isinstance(before, Negate) and not first:
            start = self.text.rfind("+", done, start)
            if start < 0:
                return None
        sign = ("-" if isinstance(after, Negate) else "") if first else "- " if isinstance(after, Negate) else "+ "
        return self.text[done:start] + (f"{MARK}{{{sign}{body}}}" if boxed else sign + body)


def _alike(old: Node, new: Node) -> bool:
    """Whether two nodes of one class with as many children differ in their children only."""
    return _shape(old) == _shape(new)


def _shape(node: Syntax) -> list[object]:
    shown: list[object] = []
    for name in node.__dataclass_fields__:
        if name in ("span", "relation_spans", "slash", "bold", "colour", "environment"):
            continue
        shown.append(_outline(getattr(node, name)))
    return shown


def _outline(value: object) -> object:
    if isinstance(value, Syntax):
        return Syntax
    return tuple(map(_outline, value)) if isinstance(value, tuple) else value
