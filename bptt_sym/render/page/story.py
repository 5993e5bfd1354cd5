"""A document of blocks as a page: every line folds open to its reason, and every symbol knows its others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape
from typing import assert_never

from bptt_sym.render.blocks import Block, Display, Document, Heading, Prose, Row, Spans, Table, remark
from bptt_sym.render.flowing import flow, single
from bptt_sym.render.mathml import sign
from bptt_sym.render.page.lines import COPY_QUIET, Line, running, write_lines
from bptt_sym.render.page.shell import Heading as Contents
from bptt_sym.render.page.shell import Page, write_shell
from bptt_sym.render.rows import width_of
from bptt_sym.render.symbols import Symbols, symbol_of
from bptt_sym.written.nodes import Node
from bptt_sym.written.writer import write

WIDEST_LEFT = 9.0  # em; a longer left side gets a line of its own
_SWITCHES = (
    '<p class="switches"><button type="button" id="folds" aria-pressed="false">show every reason</button>'
    '<button type="button" id="strokes" aria-pressed="true">strokes through what cancels</button></p>'
)
_HINT = (
    '<p class="hint">Point at a symbol to see all its occurrences and what defines it; with the keyboard, '
    "go to a formula and walk through its symbols with the arrow keys.</p>"
)


def write_page(document: Document) -> str:
    """The document as one HTML file."""
    return _Story().page(document)


class _Story:
    def __init__(self) -> None:
        self.symbols = Symbols()
        self.contents: list[Contents] = []
        self.definitions: dict[str, str] = {}
        self.count = 0

    def page(self, document: Document) -> str:
        body = "\n".join(self._block(block) for block in document.blocks)
        return write_shell(Page(document.title, _HINT, self.contents, body, _SWITCHES, self.definitions))

    def _block(self, block: Block) -> str:
        match block:
            case Heading(level=level):
                return self._heading(level, block.spans)
            case Prose(spans=spans):
                return f"<p>{self._spans(spans)}</p>"
            case Display(rows=rows):
                return write_lines(self._lines(rows))
            case Table():
                return self._table(block)
            case _:
                assert_never(block)

    def _heading(self, level: int, spans: Spans) -> str:
        target = f"s{len(self.contents) + 1}"
        title = "".join(escape(s) if isinstance(s, str) else single(s, display=False) for s in spans)
        self.contents.append(Contents(level, target, title))
        rank = min(level + 1, 6)
        return f'<h{rank} id="{target}">{title}</h{rank}>'

    def _spans(self, spans: Spans) -> str:
        words, nodes = [""], []
        for span in spans:
            if isinstance(span, str):
                words[-1] += escape(span)
            else:
                nodes.append(span)
                words.append("")
        return running(words, (partial(self._set, node) for node in nodes))

    def _set(self, node: Node, lead: str, tail: str) -> str:
        shown = flow(node, symbols=self.symbols, display=False, lead=lead, tail=f"{COPY_QUIET}{tail}")
        return f'<span class="inline" data-tex="{escape(write(node))}">{shown}</span>'

    def _lines(self, rows: tuple[Row, ...]) -> Iterator[Line]:
        for row in rows:
            self.count += 1
            target = f"l{self.count}"
            left = "" if row.left is None else single(row.left, symbols=self.symbols)
            self._defines(row, target)
            wide = row.left is not None and width_of(row.left) > WIDEST_LEFT
            label = f'<span class="label">({escape(row.label)})</span>' if row.label else ""
            yield Line(
                left,
                f"<math>{sign(row.relation)}</math>" if row.relation else "",
                flow(row.right, symbols=self.symbols) + label,
                latex_of(row.left, row.relation, row.right),
                "why",
                self._spans(remark(row)),
                target=target,
                kind="wide" if wide else "",
            )

    def _defines(self, row: Row, target: str) -> None:
        """The first line with a symbol alone on its left says what the symbol is."""
        if row.left is not None and row.relation and symbol_of(row.left) is not None:
            letter, _, _ = self.symbols.number(row.left).partition(".")
            self.definitions.setdefault(letter, target)

    def _table(self, table: Table) -> str:
        head = "".join(f'<th scope="col">{self._spans((cell,))}</th>' for cell in table.header)
        rows = ("".join(f"<td>{self._cell(cell)}</td>" for cell in row) for row in table.rows)
        body = "\n".join(f"<tr>{row}</tr>" for row in rows)
        return (
            '<div class="scroller" tabindex="0" role="group" aria-label="table">'
            f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>"
        )

    def _cell(self, cell: str | Node) -> str:
        return escape(cell) if isinstance(cell, str) else flow(cell, symbols=self.symbols)


def latex_of(left: Node | None, relation: str, right: Node) -> str:
    """A line as LaTeX to paste."""
    parts = ("" if left is None else write(left), relation, write(right))
    return " ".join(part for part in parts if part)
