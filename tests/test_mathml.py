"""Formulas as MathML: every kind of node, well formed, each symbol numbered, each place marked where it stands."""

from __future__ import annotations

import re
import typing
from xml.etree import ElementTree

import pytest

from bptt_sym.errors import Span
from bptt_sym.render.flowing import flow, single
from bptt_sym.render.marking import Marking, Place
from bptt_sym.render.mathml import MathML
from bptt_sym.render.symbols import Symbols
from bptt_sym.written import nodes
from bptt_sym.written.brackets import bracketed
from bptt_sym.written.nodes import Chain, Differential, Ellipsis_, Listing, Name, Struck, walk
from bptt_sym.written.reader import read

# fmt: off
FORMULAS = {
    r"h_1^{(t)}": "msubsup",
    r"W^\top": "msup",
    r"\hat{\mathbf y}^{(\tau)}": "mover",
    r"\frac{\partial L}{\partial h_1^{(t)}}": "mfrac",
    r"\frac{\partial^2 L}{\partial w^2}": "mfrac",
    r"\frac{\partial^+ h}{\partial W}": "mfrac",
    r"\nabla_{h^{(t)}} L": "msub",
    r"\sum_{i=1}^3 y_i \ln \hat y_i": "munderover",
    r"\sum_{k \ne i} o_k": "munder",
    r"\prod_t a_t": "munder",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}": "mtable",
    r"\begin{cases} 1 & i = j \\ 0 & \text{otherwise} \end{cases}": "mtable",
    r"-a + b - c/2": "mo",
    r"a \odot b \odot c": "mo",
    r"\|v\|^2": "msup",
    r"\sqrt{x}": "msqrt",
    r"\tanh'(a)": "mi",
    r"[h_{t-1}; x_t]": "mo",
    r"a \cdot b \times c": "mo",
    r"0.5 x": "mn",
    r"a + \cdots + z": "mo",
    r"\cancel{x} y": "mrow",
    r"x \in \mathbb{R}^4": "msup",
}
UNREAD = (Differential(Name("L")), Ellipsis_(), Listing((Name("a"), Name("b")), ";"), Struck(Name("x"), "red"))
# fmt: on


def parsed(html):
    return ElementTree.fromstring(f"<p>{html.replace('<wbr>', '<wbr/>').replace('&nbsp;', ' ')}</p>")


@pytest.mark.parametrize("latex", FORMULAS)
def test_a_formula_is_well_formed_and_has_the_element_it_needs(latex):
    found = parsed(flow(read(latex), symbols=Symbols()))
    assert found.find("math") is not None or found.find(".//math") is not None
    assert found.find(f".//{FORMULAS[latex]}") is not None
    assert "\\" not in "".join(found.itertext())


def test_the_table_has_every_kind_of_node():
    kinds = {type(part) for latex in FORMULAS for part in walk(read(latex))} | set(map(type, UNREAD))
    assert set(typing.get_args(nodes.Node)) <= kinds


@pytest.mark.parametrize("node", UNREAD, ids=lambda node: type(node).__name__)
def test_what_is_seldom_read_is_written_all_the_same(node):
    assert parsed(single(node, symbols=Symbols())).find("math") is not None


@pytest.mark.parametrize("base", ["<script>", "a&b", '"', "\\<b>"])
def test_a_name_can_hold_no_markup(base):
    html = single(Name(base), symbols=Symbols())
    assert len(list(parsed(html).iter())) == 3  # the paragraph, the formula, the letter


# fmt: off
NUMBERS = [
    (r"h_1^{(t)} + h_1^{(t)}", ["0.0", "0.0"]),
    (r"h_1^{(t)} + h_2^{(t)} + \mathbf h^{(t-1)}", ["0.0", "0.1", "0.2"]),
    (r"w_{11} + W + w", ["0.0", "0.1", "1.2"]),
    (r"W^\top + W", ["0.0", "0.0"]),
    (r"(h^{(t)})^2 + h^{(t)\top}", ["0.0", "0.0"]),
    (r"y + \hat y", ["0.0", "1.1"]),
    (r"\tanh(a) + 1", ["0.0"]),
    (r"\sum_{i=1}^3 y_i", ["0.0"]),
]
# fmt: on


@pytest.mark.parametrize(("latex", "numbers"), NUMBERS, ids=[row[0] for row in NUMBERS])
def test_symbols_are_numbered_by_letter_and_by_scripts(latex, numbers):
    assert re.findall(r'data-s="([\d.]+)"', single(read(latex), symbols=Symbols())) == numbers


# fmt: off
MARKS = [
    ("a + b c", "b", "b"),
    ("a + b c", "b c", "bc"),
    ("a + b c", "a + b c", "a+bc"),
    ("a + v_{3j} c", "3", "v3j"),  # part of a script is too small to be seen
    ("a + b - c", "b - c", "b"),  # the first of the terms
    (r"\frac{a}{b} + c", "+", r"ab+c"),  # a sign is no node: what it joins
]
# fmt: on


@pytest.mark.parametrize(("latex", "place", "shown"), MARKS, ids=[f"{row[1]} in {row[0]}" for row in MARKS])
def test_a_place_is_marked_on_the_node_that_stands_there(latex, place, shown):
    node, start = bracketed(read(latex)), latex.index(place)
    marking = Marking([node], [Place(Span(start, start + len(place)), "wrong", "3×5")])
    found = parsed(f"<math>{MathML(None, marking).node(node)}</math>")
    marked = found.find(".//mrow[@class='wrong']")
    assert "".join(marked.itertext()) == shown
    assert [words.text for words in found.iter("mtext")] == ["3×5"]


def test_a_long_formula_may_be_broken_and_keeps_all_its_letters():
    latex = " + ".join(f"v_{{{k}}} \\Bigl( \\sum_i y_i^{{({k})}} - h_{k} \\Bigr)" for k in range(2, 10))
    broken, whole = parsed(flow(read(latex))), parsed(single(read(latex)))
    assert len(broken.findall(".//math")) >= 8
    assert "".join(broken.itertext()) == "".join(whole.itertext())


def test_a_line_may_end_before_every_equality_of_a_chain():
    long = r"\tanh(W h) + \tanh(U x) + \tanh(V y) + \tanh(W h) \tanh(U x)"
    node = read(f"a = {long} = d")
    assert isinstance(node, Chain)
    found = parsed(flow(node))
    assert [child.tag for child in found] == ["math", "wbr", "span", "wbr", "math"]
    assert ["".join(part.itertext())[0] for part in found[2::2]] == ["=", "="]


def test_a_wide_fraction_keeps_all_its_letters_and_says_over():
    latex = r"\frac{a \tanh(W h) + b \tanh(U x) + c \tanh(V y)}{\tanh(W h) + \tanh(U x) + \tanh(V y) + 1}"
    for before in ("", "x + ", "- "):
        broken, whole = parsed(flow(read(before + latex))), parsed(single(read(before + latex)))
        assert not list(broken.iter("mfrac"))
        assert "".join(broken.itertext()).replace(" over ", "") == "".join(whole.itertext())
        assert [part.text for part in broken.iter("span") if part.get("class") == "unseen"] == [" over "]


def test_what_must_not_part_stands_in_one_piece():
    parts = flow(read("a = b"), lead="(", tail=").").split("<wbr>")
    assert parts[0].startswith('<span class="unparted">(<math')
    assert parts[-1].endswith("</math>).</span>")
