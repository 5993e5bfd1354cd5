"""A picture as LaTeX with TikZ: a page as large as the picture, which compiles as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.draw.picture import Box, Label, Line, Picture, Tag
from bptt_sym.draw.polyline import Point
from bptt_sym.errors import UsageError
from bptt_sym.written.writer import write

SCALE = 0.75  # points to a pixel
FOOT = 70.0
LARGEST = 20_000.0  # pixels: TeX counts no further than 16383 points

PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath,amssymb,xcolor,tikz}
\usetikzlibrary{arrows.meta}
\usepackage[paperwidth=%spt,paperheight=%spt,margin=0pt]{geometry}
\definecolor{forward}{HTML}{134074}
\definecolor{backward}{HTML}{D55E00}
\definecolor{gradient}{HTML}{A84300}
\definecolor{given}{HTML}{ECEFF3}
\pagestyle{empty}
\parindent0pt
\topskip0pt"""


def write_tikz(picture: Picture) -> str:
    """A LaTeX document of one page; the description stands in its comments.

    Raises UsageError for a picture larger than a page can be.
    """
    if max(picture.width, picture.height + FOOT) > LARGEST:
        raise UsageError("the picture is larger than a page of TeX can be; take fewer steps, or write an .svg")
    return "\n".join(_document(picture)) + "\n"


def _document(picture: Picture) -> Iterator[str]:
    width, height = max(picture.width, 480.0) * SCALE, (picture.height + FOOT) * SCALE
    yield from (f"% {line}".rstrip() for line in (picture.title, *picture.description.split("\n")))
    yield PREAMBLE % (_n(width + 1), _n(height + 1))
    yield r"\begin{document}"
    yield (
        r"\begin{tikzpicture}[x=0.75pt,y=-0.75pt,inner sep=1pt,"
        r"forward/.style={draw=forward,-{Latex[length=%s]},line width=%s,line join=round},"
        r"backward/.style={draw=backward,{Latex[length=%s]}-,line width=%s,line join=round,densely dashed}]"
        % (("3pt", "0.4pt") * 2 if picture.fine else ("5pt", "0.9pt") * 2)
    )
    yield rf"\useasboundingbox (0,0) rectangle ({_n(width / SCALE)},{_n(height / SCALE)});"
    for line in picture.lines:
        yield _line(line)
    for tag in picture.tags:
        yield _tag(tag)
    for box in picture.boxes:
        yield from _box(box)
    yield (
        rf"\node[anchor=north west,text width={_n(min(width - 30, 500))}pt,font=\fontsize{{8}}{{10}}\selectfont] "
        rf"at (16,{_n(picture.height)}) {{{picture.legend}}};"
    )
    yield r"\end{tikzpicture}"
    yield r"\end{document}"


def _line(line: Line) -> str:
    return rf"\draw[{line.way}] " + " -- ".join(map(_at, line.points)) + ";"


def _tag(tag: Tag) -> str:
    anchor = {"start": "west", "middle": "center", "end": "east"}[tag.anchor]
    return rf"\node[fill=white,anchor={anchor},{_font(tag.size)}] at {_at(tag.place)} {{{_formula(tag.label)}}};"


def _box(box: Box) -> Iterator[str]:
    (x, y), width, height = box.centre, box.width, box.height
    fill = "given" if box.given else "white"
    corner = height / 2 if box.round else 7
    yield (
        rf"\draw[draw=forward,fill={fill},rounded corners={_n(corner * SCALE)}pt] "
        rf"({_n(x - width / 2)},{_n(y - height / 2)}) rectangle ({_n(x + width / 2)},{_n(y + height / 2)});"
    )
    lift = 0 if box.gradient is None else 9
    yield rf"\node[{_font(11 if box.round else 14)}] at {_at((x, y - lift))} {{{_formula(box.label)}}};"
    if box.gradient is not None:
        yield rf"\node[text=gradient,{_font(11)}] at {_at((x, y + 11))} {{{_formula(box.gradient)}}};"


def _formula(label: Label) -> str:
    return label if isinstance(label, str) else f"${_inline(write(label, fixed_sizes=True))}$"


def _inline(latex: str) -> str:
    """Fractions as large as their letters."""
    return latex.replace(r"\frac", r"\tfrac")


def _font(size: float) -> str:
    return rf"font=\fontsize{{{_n(size * SCALE)}}}{{{_n(size)}}}\selectfont"


def _at(point: Point) -> str:
    return f"({_n(point[0])},{_n(point[1])})"


def _n(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
