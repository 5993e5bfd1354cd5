"""Documents of headings, prose, chains of equations and tables, in LaTeX, Markdown and plain text."""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from bptt_sym.render.blocks import Block, Display, Document, Heading, Prose, Row, Table
from bptt_sym.render.output import write_file

Format: TypeAlias = Literal["latex", "text", "markdown"]
FORMATS: tuple[Format, ...] = ("latex", "text", "markdown")


def render(document: Document, format: Format) -> str:
    """`document` in one of `FORMATS`, ending in a newline; same document, same bytes."""
    match format:
        case "latex":
            from bptt_sym.render.latex import write_latex

            return write_latex(document)
        case "text":
            from bptt_sym.render.text import write_text

            return write_text(document)
        case "markdown":
            from bptt_sym.render.markdown import write_markdown

            return write_markdown(document)
        case _:
            assert_never(format)


__all__ = [
    "FORMATS",
    "Block",
    "Display",
    "Document",
    "Format",
    "Heading",
    "Prose",
    "Row",
    "Table",
    "render",
    "write_file",
]
