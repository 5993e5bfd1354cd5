"""Documents of headings, prose, chains of equations and tables, in LaTeX, Markdown and plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

from bptt_sym.render.blocks import Block, Display, Document, Heading, Prose, Row, Table
from bptt_sym.render.output import write_file

if TYPE_CHECKING:
    from bptt_sym.derivation.derivation import Derivation

Format: TypeAlias = Literal["latex", "text", "markdown", "html"]
FORMATS: tuple[Format, ...] = ("latex", "text", "markdown", "html")


def render(told: Document | Derivation, format: Format) -> str:
    """A document or a derivation in one of `FORMATS`, ending in a newline; same input, same bytes."""
    document = told if isinstance(told, Document) else _document_of(told)
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
        case "html":
            from bptt_sym.render.page.story import write_page

            return write_page(document)
        case _:
            assert_never(format)


def _document_of(derivation: Derivation) -> Document:
    from bptt_sym.render.telling import document_of

    return document_of(derivation)


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
