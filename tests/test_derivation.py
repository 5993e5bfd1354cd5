r"""Derivations at several sizes: every line read back and proved, nothing unproved let in, nothing known by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import bptt_sym.derivation
from bptt_sym.check import judge_document
from bptt_sym.claims import Setting
from bptt_sym.derivation import Derivation, derive
from bptt_sym.derivation.derivation import Chain, Ledger, Step, Telling, Unproved
from bptt_sym.errors import Unreadable
from bptt_sym.network.library import library_text
from bptt_sym.network.reading import read_network
from bptt_sym.render import render
from bptt_sym.render.boxes import columns
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import Node, Paren, Quotient, Struck, transform, walk
from bptt_sym.written.reader import read

# fmt: off
SIZES = {
    "2-3-2": ({"x": 2, "h": 3, "o": 2}, 2),
    "1-1-1": ({"x": 1, "h": 1, "o": 1}, 1),
    "12-3-2": ({"x": 12, "h": 3, "o": 2}, 1),
}
LARGE = ({"x": 7, "h": 8, "o": 9}, 2)
# fmt: on


def setting_of(name: str) -> Setting:
    sizes, steps = SIZES[name]
    return Setting.of(read_network(library_text("elman"), "elman"), sizes, steps)


@cache
def derived(name: str) -> Derivation:
    return derive(setting_of(name))


@cache
def told(name: str, form: str) -> str:
    return render(derived(name), form)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SIZES)
def test_every_line_of_the_latex_is_read_back_and_proved(name: str) -> None:
    report = judge_document(told(name, "latex"), setting_of(name), file="derivation.tex")
    wrong = [
        (e.line, e.verdict, e.latex, e.message) for e in report.entries if e.verdict not in ("proved", "definition")
    ]
    assert wrong == []
    proved = [e for e in report.entries if e.verdict == "proved"]
    assert len(proved) >= derived(name).lines()
    assert len(report.entries) - len(proved) < 10


def without_brackets(side: Node | Unreadable) -> Node:
    """A formula broken into lines has a bracket around it that keeps it together; the grouping stays."""
    assert not isinstance(side, Unreadable)
    return transform(side, lambda part: part.body if isinstance(part, Paren) else part)


@pytest.mark.parametrize("name", SIZES)
def test_the_markdown_says_what_the_latex_says(name: str) -> None:
    """Formula by formula the same, so that what is proved of one is proved of the other."""
    tex, md = (
        [([without_brackets(side) for side in f.sides], f.relations) for f in formulas(told(name, form), kind=kind)
         if f.relations]
        for form, kind in (("latex", "tex"), ("markdown", "md"))
    )  # fmt: skip
    assert md == tex


@pytest.mark.parametrize("name", SIZES)
def test_text_fits_a_terminal(name: str) -> None:
    """80 columns; a combining stroke takes none."""
    wide = [line for line in told(name, "text").splitlines() if columns(line) > 80]
    assert wide == []


def test_only_what_has_many_components_is_told_with_free_letters() -> None:
    """At 12-3-2 the entries of U are too many to be told one by one, those of W and V are not."""
    text = told("12-3-2", "latex")
    assert re.search(r"u_\{?1\d|u_\{1,", text) is None
    assert r"\partial w_{33}" in text
    assert r"\partial v_{23}" in text


def test_indices_from_ten_on_stand_after_a_comma() -> None:
    text = render(derive(setting_of("12-3-2"), ["dL/du_1,10", "dL/du_3,12"]), "latex")
    assert "u_{1,10}" in text
    assert "u_{3,12}" in text
    assert "u_{110}" not in text


def test_above_six_units_free_letters_take_the_place_of_numbers() -> None:
    """No dots, no entry by number; every free-index line reads back and is proved."""
    sizes, steps = LARGE
    setting = Setting.of(read_network(library_text("elman"), "elman"), sizes, steps)
    text = render(derive(setting, ["dL/do", "dL/dh", "dL/dV", "dL/dc", "dL/dU", "dL/dW", "dL/db"]), "latex")
    assert "dots" not in text
    assert re.search(r"[vwu]_\{?\d", text) is None
    assert re.search(r"\\partial v_\{[a-z]{2}\}", text)
    report = judge_document(text, setting, file="derivation.tex")
    assert {e.verdict for e in report.entries} == {"proved", "definition"}


UNPROVABLE = (
    ("wrong sign", r"\frac{\partial L}{\partial o_1^{(t)}}", r"y_1^{(t)} - \hat{y}_1^{(t)}"),
    ("wrong index", r"\frac{\partial L}{\partial o_1^{(t)}}", r"\hat{y}_1^{(t)} - y_2^{(t)}"),
    ("wrong step", r"\frac{\partial L}{\partial o_1^{(t)}}", r"\hat{y}_1^{(1)} - y_1^{(1)}"),
    ("not transposed", r"\nabla_{\mathbf{h}^{(\tau)}} L", r"\mathbf{V} \nabla_{\mathbf{o}^{(\tau)}} L"),
    ("transposed where the shape hides it", r"\mathbf{a}^{(t)}",
     r"\mathbf{b} + \mathbf{W}^\top \mathbf{h}^{(t-1)} + \mathbf{U} \mathbf{x}^{(t)}"),
    ("a factor forgotten", r"\frac{\partial \hat{y}_1^{(t)}}{\partial o_1^{(t)}}", r"1 - \hat{y}_1^{(t)}"),
    ("a minus forgotten", r"L^{(t)}", r"\sum_i y_i^{(t)} \ln \hat{y}_i^{(t)}"),
    ("one step of all", r"\nabla_{\mathbf{c}} L", r"\nabla_{\mathbf{o}^{(1)}} L"),
    ("not readable", r"\frac{\partial L}{\partial o_1^{(t)}}", r"q_1"),
    ("of another shape", r"\frac{\partial L}{\partial o_1^{(t)}}", r"\mathbf{V}"),
)  # fmt: skip


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger(setting_of("2-3-2"))


@pytest.mark.parametrize(("error", "left", "right"), UNPROVABLE, ids=[row[0] for row in UNPROVABLE])
def test_a_line_that_is_not_proved_cannot_stand_in_a_chain(error: str, left: str, right: str, ledger: Ledger) -> None:
    with pytest.raises(Unproved):
        Chain(read(left), (Step(read(right), error),), ledger)


def test_each_line_is_held_against_the_one_before_it(ledger: Ledger) -> None:
    """The third line equals the first, but not the second, which was slipped in between."""
    left = read(r"\frac{\partial L}{\partial o_1^{(t)}}")
    right = read(r"\hat{y}_1^{(t)} - y_1^{(t)}")
    wrong = read(r"\hat{y}_1^{(t)} + y_1^{(t)}")
    assert Chain(left, (Step(right),), ledger).givens == ("sum_y",)
    with pytest.raises(Unproved):
        Chain(left, (Step(wrong), Step(right)), ledger)


def test_a_planted_wrong_line_is_left_out_of_the_telling(ledger: Ledger) -> None:
    left = read(r"\frac{\partial L}{\partial o_1^{(t)}}")
    right, wrong = read(r"\hat{y}_1^{(t)} - y_1^{(t)}"), read(r"y_1^{(t)} - \hat{y}_1^{(t)}")
    chain = Telling(ledger).chain(left, (wrong, "planted"), (right, "the targets sum to one"))
    assert chain is not None
    assert [step.right for step in chain.steps] == [right]
    assert Telling(ledger).chain(left, (wrong, "planted")) is None
    instead = Telling(ledger).chain(left, (wrong, "said otherwise", right))
    assert instead is not None
    assert instead.last == right


def struck_chains(derivation: Derivation) -> Iterator[Node]:
    """The lines with a stroke in them."""
    for chain in derivation.chains():
        yield from (s.right for s in chain.steps if any(isinstance(part, Struck) for part in walk(s.right)))


def test_every_struck_factor_is_struck_above_and_below() -> None:
    lines = list(struck_chains(derived("2-3-2")))
    assert len(lines) == 3, "one line for each component of the last state"
    for line in lines:
        below = [
            part.body
            for quotient in walk(line) if isinstance(quotient, Quotient)
            for part in walk(quotient.denominator) if isinstance(part, Struck)
        ]  # fmt: skip
        everywhere = [part.body for part in walk(line) if isinstance(part, Struck)]
        assert len(set(below)) == len(below) == 2
        assert sorted(map(str, everywhere)) == sorted(map(str, below * 2))


def test_strokes_are_seen_in_every_format() -> None:
    """In LaTeX and Markdown by colour and by stroke, in text by a stroke through each character."""
    latex, markdown, text = (told("2-3-2", form) for form in ("latex", "markdown", "text"))
    for written in (latex, markdown):
        strokes = written.count(r"\cancel{")
        assert strokes == 3 * 4
        assert len(re.findall(r"\\color\{red\}\s*\\cancel\{|\\textcolor\{red\}\{\s*\\cancel\{", written)) == strokes
    assert r"\usepackage" in latex
    assert "cancel" in latex.split(r"\begin{document}")[0]
    assert re.search("[̴-̸]", text), "combining strokes"


PLACE = Path(next(iter(bptt_sym.derivation.__path__)))
MODULES = sorted(PLACE.glob("*.py"))
# What a ready-made formula would need: a letter of the network with a script, or a whole formula in LaTeX.
SCRIPTED_LETTER = re.compile(r"(?<![A-Za-z\\])\\?[A-Za-z]+(?:\}|\])?[_^]\{?[({]?[A-Za-z0-9\\]")
FORMULA = re.compile(r"\\(?:hat|tilde|bar|mathbf|bm|frac|partial|nabla|sum|tanh|operatorname|begin)\b")
# What looks like a formula and is none: names of hypotheses.
NO_FORMULA = {"sum_y", "one_hot"}
# Letters in which the table of primitives writes its rules; a network's own are put in their place.
OF_THE_TABLE = {"a", "f", "i", "j", "?"}
# Letters of mathematics at large: unit vectors, the indicator, a function.
OF_EVERYBODY = {"e", "1", "diag", "I"}


def literals(source: str) -> Iterator[str]:
    """String literals of a module that are no docstrings."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def names_made(source: str) -> Iterator[str]:
    """The letters that a module spells itself: `Name("...")`, `Identifier("...")`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name("Name" | "Identifier"), args=[ast.Constant(value=str(letter)), *_]):
                yield letter


def ready_made(source: str) -> list[str]:
    asked = [text for text in literals(source) if text not in NO_FORMULA and "(?P<" not in text]
    return [text for text in asked if SCRIPTED_LETTER.search(text) or FORMULA.search(text)]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_ready_made_formula_stands_in_the_source(module: Path) -> None:
    """Formulas are built from the network's own syntax, so no literal holds a piece of one."""
    assert ready_made(module.read_text("utf-8")) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_name_of_the_network_stands_in_the_source(module: Path) -> None:
    network = read_network(library_text("elman"), "elman")
    declared = {name for d in network.declarations for name in (d.name.base, d.entry.base)}
    made = set(names_made(module.read_text("utf-8")))
    assert (made - OF_THE_TABLE) & declared == set()
    assert {name for name in made if not name.startswith("\\")} <= OF_THE_TABLE | OF_EVERYBODY


PLANTED = (
    r"read(r'\hat{y}_i - y_i')", r"x = 'W^{\\top}'", r"x = 'h^{(t)}'", r"x = '\\frac{a}{b}'", r"x = 'w_12'",
    r"x = '\\mathbf{V}'",
)  # fmt: skip


@pytest.mark.parametrize("source", PLANTED)
def test_the_scan_finds_a_planted_formula(source: str) -> None:
    assert ready_made(source)


def test_the_scan_finds_a_planted_name() -> None:
    assert list(names_made("x = Scripted(Name('W'), ())")) == ["W"]


def test_what_derive_writes_for_the_usual_sizes_is_read_back_and_proved() -> None:
    """Every line of the LaTeX at 4-5-3, τ = 3, is proved or defines a symbol."""
    setting = Setting.of(read_network(library_text("elman"), "elman"), {"x": 4, "h": 5, "o": 3}, 3)
    report = judge_document(render(derive(setting), "latex"), setting, file="derivation.tex")
    verdicts = [entry.verdict for entry in report.entries]
    assert len(verdicts) > 380
    assert set(verdicts) == {"proved", "definition"}


def test_a_bias_called_like_a_state_is_told_from_a_step_of_that_state() -> None:
    """Beside a state c_t the bias's component is written (c)_j, and every line reads back."""
    network = read_network(
        r"""\begin{align}
        c_t &= \tanh(W x_t + U c_{t-1}) \\
        p_t &= \operatorname{softmax}(V c_t + c) \\
        L &= -\sum_t \sum_k y_{t,k} \ln p_{t,k}
        \end{align}"""
    )
    setting = Setting.of(network, {"x": 2, "c": 3, "p": 2}, 2)
    text = render(derive(setting), "latex")
    assert "(c)_1" in text or r"\big(c\big)_1" in text
    report = judge_document(text, setting, file="derivation.tex")
    assert {entry.verdict for entry in report.entries} == {"proved", "definition"}
