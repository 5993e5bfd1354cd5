"""A document as a LaTeX article that compiles as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from bptt_sym.render.blocks import Block, Display, Document, Heading, Prose, Row, Spans, Table, remark
from bptt_sym.render.escapes import latex_text
from bptt_sym.render.rows import INDENT, SIGN_WIDTH, Cut, rows_of, width_of
from bptt_sym.written.nodes import Node
from bptt_sym.written.writer import write

EM_PER_CM = 2.84  # at 10 points
MARGIN_CM = 2.0
MATH_INDENT = 1.0  # \mathindent
PAPER_CM = (21.0, 29.7)
# Scripts shrink less than letters, so that type of 7 points is wider than 7/10 of type of 10.
SIZES = (
    ("", 1.0),
    ("\\small\\arraycolsep=4pt", 0.95),
    ("\\footnotesize\\arraycolsep=3.5pt", 0.91),
    ("\\scriptsize\\arraycolsep=3pt", 0.87),
)
KEEPING_ROWS = 3  # so many sizes are tried before what stands above a fraction bar is broken
CLOSER = "-6pt"  # a reason is to its line than the next line
TAG = 4.0
WIDEST_LEFT = 0.4  # of the line; a longer left side gets a row of its own
WIDEST_INLINE = 0.5  # of the line; a longer formula is displayed
SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}

_PREAMBLE = r"""\documentclass[10pt,fleqn]{article}
\usepackage[utf8]{inputenc}
\usepackage[paperwidth=%.1fcm,paperheight=%.1fcm,margin=%.1fcm]{geometry}
\usepackage{amsmath,amssymb,xcolor,cancel,longtable,array}
\setcounter{MaxMatrixCols}{64}
\setcounter{secnumdepth}{3}
\allowdisplaybreaks
\setlength{\emergencystretch}{3em}
\setlength{\jot}{6pt}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\everydisplay\expandafter{\the\everydisplay\abovedisplayskip=3pt \belowdisplayskip=3pt }
\setlength{\mathindent}{1em}
%% No page ends between a line and the reason behind it.
\postdisplaypenalty=10000
\AddToHook{env/align*/end}{\interdisplaylinepenalty=10000\relax}
\renewcommand{\arraystretch}{1.5}
"""


_REASON = (
    "\\newcommand{\\reason}[1]"
    "{{\\footnotesize\\raggedright\\leftskip=5em\\noindent\\color{darkgray}#1\\par\\vspace{2pt}}}"
)
_APART = "\\noalign{\\penalty0}"  # a page may end behind a reason
FRAGMENT_LINE = 33.0  # em of an article's line at 10 points
# fmt: off
_NEEDS: tuple[tuple[str, str], ...] = (
    ("amsmath", r"\\begin|\\operatorname|\\text"),
    ("amssymb", r"\\(?:mathbb|square|triangleq|varkappa|mathfrak)(?![A-Za-z])"),
    ("xcolor", r"\\(?:reason|color)(?![A-Za-z])"), ("cancel", r"\\cancel(?![A-Za-z])"), ("longtable", r"\{longtable\}"),
    ("array", r"\\arraybackslash"),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class _Set:
    """A display as lines of LaTeX, and how wide it is in em of the body's size."""

    text: str
    width: float


def write_latex(document: Document) -> str:
    """The document as LaTeX: A4, or as much wider as its widest matrix needs at the smallest size."""
    line = (PAPER_CM[0] - 2 * MARGIN_CM) * EM_PER_CM - MATH_INDENT
    parts = [_block(block, line) for block in document.blocks]
    width = max((part.width for part in parts), default=0.0)
    paper = PAPER_CM[0] if width <= line else (width + MATH_INDENT) / EM_PER_CM + 2 * MARGIN_CM
    head = _PREAMBLE % (paper, PAPER_CM[1], MARGIN_CM) + f"{_REASON}\n"
    title = f"{{\\LARGE\\bfseries\\raggedright {latex_text(document.title)}\\par}}\n" if document.title else ""
    begin = "\\begin{document}\n" + title
    return "\n".join([head + begin, *(part.text for part in parts), "\\end{document}\n"])


def write_fragment(document: Document) -> str:
    """The document's blocks as LaTeX to paste into an article, the packages that it needs named in a comment."""
    body = "\n".join(_block(block, FRAGMENT_LINE).text for block in document.blocks).replace(_APART, "")
    packages = ", ".join(name for name, needing in _NEEDS if re.search(needing, body))
    head = [f"% Needs \\usepackage{{{packages}}}." if packages else "% Needs no package."]
    if "pmatrix" in body:
        head.append("% Matrices of more than 10 columns need \\setcounter{MaxMatrixCols}{64}.")
    if "\\reason" in body:
        head.append(_REASON.replace("\\newcommand", "\\providecommand"))
    return "\n".join((*head, "", body))


def _block(block: Block, line: float) -> _Set:
    match block:
        case Heading(level=level):
            return _Set(f"\\{SECTIONS.get(level, 'paragraph')}{{{inline(block.spans)}}}\n", 0)
        case Prose(spans=spans):
            return _prose(spans, line)
        case Display():
            return _display(block, line)
        case Table():
            return _Set(_table(block, line), 0)
        case _:
            assert_never(block)


def _prose(spans: Spans, line: float) -> _Set:
    """A paragraph; a formula too long for running text is displayed within it."""
    text, width = "", 0.0
    for span in spans:
        if isinstance(span, str) or width_of(span) <= WIDEST_INLINE * line:
            text += inline((span,))
        else:
            shown = _display(Display((Row(None, "", span),)), line)
            text, width = f"{text.rstrip()}\n{shown.text}", max(width, shown.width)
    return _Set(f"{text}\n", width)


def inline(spans: Spans) -> str:
    """Running text with formulas between dollars."""
    return "".join(latex_text(span) if isinstance(span, str) else f"${write(span)}$" for span in spans)


def _display(display: Display, line: float) -> _Set:
    """`align*` in the largest type in which every row fits."""
    fitted = _best(display.rows, line)
    lines = "\n".join(_lines(display.rows, fitted))
    after = inline(remark(display.rows[-1]))
    text = f"\\begin{{align*}}\n{lines}\n\\end{{align*}}\n" + (f"\\reason{{{after}}}\n" if after else "")
    return _Set(f"{{{fitted.size}\n{text}}}\n" if fitted.size else text, fitted.width)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A display's right sides cut for one size of type; `width` is in em of the body's size."""

    size: str
    column: float  # of the left sides with their relation
    cuts: tuple[Cut, ...]
    width: float
    fits: bool


def _best(rows: Sequence[Row], line: float) -> _Fitted:
    """The largest that fits and breaks no fraction; or that fits; or the smallest."""
    fitting: list[_Fitted] = []
    for count, (size, scale) in enumerate(SIZES, start=1):
        fitted = _fitted(rows, line, size, scale)
        if fitted.fits and not any(cut.stacked for cut in fitted.cuts):
            return fitted
        fitting += [fitted] * fitted.fits
        if fitting and count >= KEEPING_ROWS:
            return fitting[0]
    return fitted


def _fitted(rows: Sequence[Row], line: float, size: str, scale: float) -> _Fitted:
    tags = 2 * TAG if any(row.label for row in rows) else 0.0
    room = line / scale - tags
    lefts = [width_of(row.left) for row in rows if row.left is not None]
    column = max((width for width in lefts if width <= WIDEST_LEFT * room), default=0.0)
    column += max(relation_width(row.relation) for row in rows)
    cuts = tuple(rows_of(row.right, room - column, row.around) for row in rows)
    width = max([*lefts, *(column + cut.width for cut in cuts)])
    return _Fitted(size, column, cuts, (width + tags) * scale, width <= room)


def relation_width(relation: str) -> float:
    """The width of a relation with the space around it."""
    return SIGN_WIDTH + 0.5 if relation else 0.0


def _lines(rows: Sequence[Row], fitted: _Fitted) -> Iterator[str]:
    """The rows of a display; a reason between them stands close below its line."""
    last = len(rows) - 1
    for k, (row, right) in enumerate(zip(rows, fitted.cuts, strict=True)):
        said = inline(remark(row))
        if k == last:
            yield from _row(row, right, fitted.column, "")
        elif said:
            yield from _row(row, right, fitted.column, f" \\\\*[{CLOSER}]")
            yield f"\\intertext{{\\reason{{{said}}}}}{_APART}"
        else:
            yield from _row(row, right, fitted.column, " \\\\")


def _row(row: Row, right: Cut, column: float, end: str) -> Iterator[str]:
    left = "" if row.left is None else write(row.left, around=row.around)
    if row.left is not None and width_of(row.left) + relation_width(row.relation) > column:
        yield f"& {left} \\\\"
        left = ""
    first = f"{left} &{row.relation} {right.rows[0]}".strip()
    lines = [first, *(f"&\\quad {part}" for part in right.rows[1:])]
    yield from (f"{part} \\\\" for part in lines[:-1])
    tag = f" \\tag{{{latex_text(row.label)}}}" if row.label else ""
    yield lines[-1] + tag + end


def _table(table: Table, line: float) -> str:
    """A table over as many pages as it takes; the widest columns give way where there is no room."""
    rows = (table.header, *table.rows)
    widths = _shares([max(map(_cell_width, column)) for column in zip(*rows, strict=True)], line)
    columns = "".join(f">{{\\raggedright\\arraybackslash}}p{{{width:.2f}em}}" for width in widths)
    body = [" & ".join(_cell(cell) for cell in row) + " \\\\[4pt]" for row in rows]
    return "\n".join([
        f"\\begin{{longtable}}{{{columns}}}", body[0], "\\hline", "\\endhead", *body[1:], "\\end{longtable}\n"
    ])


def _cell(cell: str | Node) -> str:
    return latex_text(cell) if isinstance(cell, str) else f"$\\displaystyle {write(cell)}$"


def _cell_width(cell: str | Node) -> float:
    return 0.55 * len(cell) + 0.5 if isinstance(cell, str) else width_of(cell) + INDENT


def _shares(widths: Sequence[float], line: float) -> list[float]:
    """`widths` made to fit with the space between columns: the widest give way first."""
    shares, room = list(widths), line - 1.4 * len(widths)
    while sum(shares) > room:
        shares[shares.index(max(shares))] -= 0.5
    return shares
