
r"""Derivations of other networks: the same sections from the same equations, whatever the letters.

Every line is read back and proved; where the letters are exchanged, the lines are, and nothing else changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from html import unescape

import pytest
from networks import CASES

from bptt_sym.check import check, judge_document
from bptt_sym.claims import Setting
from bptt_sym.derivation import Derivation, derive
from bptt_sym.errors import Unreadable, UsageError
from bptt_sym.network.library import library_text
from bptt_sym.network.reading import read_network
from bptt_sym.render import FORMATS, Format, render
from bptt_sym.render.boxes import columns
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import Node, Paren, transform

SOFTMAX = (
    r"\hat{y}_t &= \operatorname{softmax}(o_t)", r"L_t &= -\sum_k y_{t,k} \ln \hat{y}_{t,k}", r"L &= \sum_t L_t",
)  # fmt: skip


def aligned(*lines: str) -> str:
    return "\\begin{align}\n" + " \\\\\n".join(lines) + "\n\\end{align}"


# fmt: off
NETWORKS: dict[str, tuple[str, Mapping[str, int]]] = {
    "an LSTM": (aligned(
        r"i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i)", r"f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f)",
        r"q_t &= \sigma(W_q x_t + U_q h_{t-1} + b_q)", r"g_t &= \tanh(W_g x_t + U_g h_{t-1} + b_g)",
        r"c_t &= f_t \odot c_{t-1} + i_t \odot g_t", r"h_t &= q_t \odot \tanh(c_t)",
        r"o_t &= V h_t + d", *SOFTMAX), {"x": 2, "h": 2, "o": 2}),
    "a GRU with a squared error": (aligned(
        r"z_t &= \sigma(W_z x_t + U_z h_{t-1} + b_z)", r"r_t &= \sigma(W_r x_t + U_r h_{t-1} + b_r)",
        r"\tilde{h}_t &= \tanh(W x_t + U (r_t \odot h_{t-1}) + b)",
        r"h_t &= (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t", r"p_t &= V h_t + c",
        r"\ell_t &= \frac{1}{2} \|p_t - y_t\|^2", r"\mathcal{L} &= \sum_{t=1}^T \ell_t"), {"x": 2, "h": 3, "p": 2}),
    "two layers": (aligned(
        r"h_t^{(1)} &= \tanh(W^{(1)} h_{t-1}^{(1)} + U^{(1)} x_t + b^{(1)})",
        r"h_t^{(2)} &= \tanh(W^{(2)} h_{t-1}^{(2)} + U^{(2)} h_t^{(1)} + b^{(2)})",
        r"o_t &= V h_t^{(2)} + c", *SOFTMAX), {"x": 1, "h_1": 2, "h_2": 3, "o": 2}),
    "sigmoid and squared error": (aligned(
        r"\mathbf{s}^{(t)} &= \operatorname{sigmoid}(\mathbf{A}\mathbf{s}^{(t-1)} + \mathbf{B}\mathbf{x}^{(t)})",
        r"\mathbf{q}^{(t)} &= \mathbf{C}\mathbf{s}^{(t)}", r"E^{(t)} &= \frac{1}{2} \sum_i (q_i^{(t)} - d_i^{(t)})^2",
        r"E &= \frac{1}{\tau} \sum_t E^{(t)}"), {"x": 1, "s": 3, "q": 2}),
    "softmax with other letters, a mean and weight decay": (aligned(
        r"s_k &= \tanh(W s_{k-1} + U x_k)", r"o_k &= V s_k", r"p_k &= \operatorname{softmax}(o_k)",
        r"J &= -\frac{1}{T}\sum_{k=1}^{T} \sum_{i} y_{k,i} \log p_{k,i} + \frac{\lambda}{2} \|W\|^2"), {"x": 2, "s": 3, "o": 2}),
    "numbers instead of vectors": (aligned(
        r"h_t &= \tanh(w h_{t-1} + u x_t + b)", r"L &= \sum_t (h_t - y_t)^2"), {}),
    "a parameter in two layers": (aligned(
        r"g_t &= \tanh(W g_{t-1} + U x_t)", r"h_t &= \tanh(W h_{t-1} + W g_t)", r"L &= \sum_t \|h_t - y_t\|^2"), {"x": 2}),
    "states of two steps ago": (aligned(
        r"h_t &= \tanh(W_1 h_{t-1} + W_2 h_{t-2} + U x_t)", r"L &= \sum_t \|V h_t - y_t\|^2"), {"x": 1, "h": 3, "y": 2}),
    "backwards in time": (aligned(
        r"g_t &= \tanh(R g_{t+1} + S x_t)", r"L &= \sum_t \|g_t - y_t\|^2"), {"x": 2}),
}
# fmt: on
STEPS = 2
KINDS: tuple[tuple[Format, str], ...] = (("latex", "tex"), ("markdown", "md"))


def setting_of(name: str) -> Setting:
    text, sizes = NETWORKS[name]
    return Setting.of(read_network(text, name), sizes, STEPS)


@cache
def derived(name: str) -> Derivation:
    return derive(setting_of(name))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_line_is_read_back_and_proved(name: str) -> None:
    text = render(derived(name), "latex")
    report = judge_document(text, setting_of(name), file="derivation.tex")
    wrong = [
        (e.line, e.verdict, e.latex, e.message) for e in report.entries if e.verdict not in ("proved", "definition")
    ]
    assert wrong == []
    assert sum(e.verdict == "proved" for e in report.entries) >= derived(name).lines() > 10


@pytest.mark.parametrize("name", NETWORKS)
def test_the_markdown_says_what_the_latex_says(name: str) -> None:
    tex, md = (
        [([without_brackets(side) for side in f.sides], f.relations)
         for f in formulas(render(derived(name), form), kind=kind) if f.relations]
        for form, kind in KINDS
    )  # fmt: skip
    assert md == tex


def without_brackets(side: Node | Unreadable) -> Node:
    """A formula broken into lines has a bracket around it that keeps it together; the grouping stays."""
    assert not isinstance(side, Unreadable)
    return transform(side, lambda part: part.body if isinstance(part, Paren) else part)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_parameter_has_its_section(name: str) -> None:
    network = setting_of(name).network
    assert network.loss is not None
    answered = {target for section in derived(name).sections for target in section.targets}
    asked = {f"d{network.loss.name.plain}/d{p.name.plain}" for p in network.parameters()}
    assert asked <= answered


@pytest.mark.parametrize("name", NETWORKS)
def test_text_fits_a_terminal(name: str) -> None:
    assert [line for line in render(derived(name), "text").splitlines() if columns(line) > 80] == []


def test_sections_come_from_what_the_equations_use() -> None:
    """A softmax with its log-likelihood has strokes and one-hot targets; a squared error has neither."""
    likelihood = render(derived("two layers"), "latex")
    squared = render(derived("sigmoid and squared error"), "latex")
    for sign in (r"\cancel{", r"\mathbf{1}", "one-hot"):
        assert sign in likelihood
        assert sign not in squared


def test_without_a_loss_there_is_nothing_to_derive() -> None:
    network = read_network(aligned(r"h_t &= \tanh(W x_t + U h_{t-1} + b)"), "silent")
    with pytest.raises(UsageError, match="no loss"):
        derive(Setting.of(network, {}, STEPS))


# Letter by letter; the new ones are none of the old, and none that a derivation uses by itself.
LETTERS = {
    "a": "z", "h": "g", "o": "v", "y": "r", "x": "f", "L": "J", "W": "A", "U": "B", "V": "C", "b": "d", "c": "w",
    "w": "a", "u": "b", "v": "c",
}  # fmt: skip
SIZES = {"x": 1, "h": 2, "o": 2}
# A letter by itself: no command, no word, and not the article before a word.
LETTER = re.compile(r"\\[A-Za-z]+|[A-Za-z]{2,}|(?!a\s+[a-z])[A-Za-z]")

# Columns of a table are as wide as the letters in them.
COLUMN = re.compile(r"p\{[\d.]+em\}")


def with_letters(text: str, letters: Mapping[str, str]) -> str:
    return LETTER.sub(lambda found: letters.get(found[0], found[0]), text)


@cache
def elman() -> Derivation:
    return derive(Setting.of(read_network(library_text("elman"), "elman"), SIZES, STEPS))


@cache
def renamed() -> Derivation:
    head, sign, body = library_text("elman").partition(r"\begin{align}")
    letters = {old: new for old, new in LETTERS.items() if old not in "wuv"}
    text = head + sign + with_letters(body, letters)
    sizes = {LETTERS[axis]: size for axis, size in SIZES.items()}
    return derive(Setting.of(read_network(text, "elman"), sizes, STEPS))


# Where a row ends depends on how wide the letters are; a row that begins with a factor begins with ×.
ROW = re.compile(r"\\\\\s*&\\quad|\\\\(?= (?:[-+]|\\times))|\\times(?![a-z])")


def shown(text: str, form: Format) -> str:
    """What is read, accents apart; of a page the words and letters without the elements, bold ones as plain ones."""
    if form != "html":
        return unicodedata.normalize("NFD", ROW.sub("", text))
    main = text[text.index("<main") : text.index("</main>")]
    return unicodedata.normalize("NFKD", unescape(re.sub(r"<[^>]*>", " ", main)))


@pytest.mark.parametrize("form", FORMATS)
def test_other_letters_change_the_letters_and_nothing_else(form: Format) -> None:
    """The document with the letters exchanged is the document of the network with the letters exchanged."""
    there, here = (COLUMN.sub("", shown(render(d, form), form)) for d in (renamed(), elman()))
    assert there.split() == with_letters(here, LETTERS).split()


@pytest.mark.parametrize("target", ["dL/dh", "dL/dW_f", "dL/dV"])
def test_a_part_of_a_derivation_says_what_network_and_sizes_it_is_about(target: str) -> None:
    """What `derive` writes about one gradient of a network of somebody's own, `check` proves without being told more."""
    setting = Setting.of(read_network(NETWORKS["an LSTM"][0]), {"x": 2, "h": 2}, 2)
    report = check(render(derive(setting, [target]), "latex"))
    assert (report.network, report.steps, report.sizes["h"], report.sizes["x"]) == ("the document's own", 2, 2, 2)
    assert {entry.verdict for entry in report.entries} == {"proved", "definition"}


def test_no_component_letter_is_one_of_a_label() -> None:
    r"""In W_{mh} and W_{hm} the m is none, and stays where it is when letters get other letters."""
    latex = next(case.latex for case in CASES if case.name == "multiplicative")
    told = derive(Setting.of(read_network(latex, "multiplicative"), {}, 2), ["dL/dh"])
    assert set(re.findall(r"W_\{([a-z]+)", render(told, "latex"))) == {"hm", "mh", "mx", "hx"}
