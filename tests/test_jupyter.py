"""What a notebook shows of the objects a user holds, and their plain reprs."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

import pytest
from sympy import Symbol, tanh

from bptt_sym import Setting, check, decide, derive, judge, read, read_network, unroll
from bptt_sym.draw import draw
from bptt_sym.jupyter import markdown, mimebundle, register
from bptt_sym.network.library import library_text

NETWORK = read_network(library_text("elman"), "elman")
SIZES = {"x": 2, "h": 2, "o": 2}
SETTING = Setting.of(NETWORK, SIZES, 2)
WRONG = r"Here $\nabla_{o^{(t)}} L = y^{(t)} - \hat y^{(t)}$ and $\sum_i |\hat y_i^{(t)}| = 1 | 2$."


def objects() -> dict[str, object]:
    h = Symbol("h_1^(1)")
    return {
        "network": NETWORK,
        "graph": unroll(NETWORK, SIZES, 2),
        "setting": SETTING,
        "derivation": derive(SETTING, ["dL/do"]),
        "proved": judge(read(r"\nabla_{h^{(\tau)}} L"), read(r"V^\top (\hat y^{(\tau)} - y^{(\tau)})"), SETTING),
        "refuted": judge(read(r"\nabla_{h^{(\tau)}} L"), read(r"V (\hat y^{(\tau)} - y^{(\tau)})"), SETTING),
        "verdict": decide(h, tanh(Symbol("a_1^(1)")), SETTING.graph),
        "counterexample": decide(h, Symbol("a_1^(1)"), SETTING.graph),
        "report": check(WRONG),
        "picture": draw(SETTING),
    }


REPRS = {
    "network": "<Network elman: a, h, o, yhat, L>",
    "graph": "<Graph: 19 assignments over 26 free symbols>",
    "setting": "<Setting elman, x=2, h=2, o=2, 2 steps>",
    "proved": "<Outcome proved, given sum_y, 2 instances>",
    "verdict": "<Proved>",
    "report": "<Report on <text>: 1 refuted, 1 unreadable>",
}


def test_reprs_are_short_and_true() -> None:
    for name, shown in objects().items():
        assert len(repr(shown)) < 200, name
        assert "\n" not in repr(shown), name
        assert name not in REPRS or repr(shown) == REPRS[name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("network", (r"\mathbf{h}^{(t)} &= \tanh\big(\mathbf{a}^{(t)}\big)", "parameters: b (h), W (h × h)")),
        ("graph", ("19 assignments", "h_1^(1) := tanh(a_1^(1))", "and 7 more")),
        ("setting", ("2 steps",)),
        ("derivation", ("**The gradients of the network elman, every line proved**", "### The network", "$$")),
        ("proved", ("**✓ proved**", r"given $\sum_i y_i = 1$")),
        ("refuted", ("**✗ refuted**", "the two sides differ", "left side")),
        ("verdict", ("**✓ proved**",)),
        ("counterexample", ("**✗ refuted**", "right side")),
        ("report", ("**✗ refuted** (sign), 1:26", "Suggestion: ", r"\text{proved instead:} & \nabla_{o^{(t)}} L &= ", "**? unreadable**")),
    ],
)
def test_an_object_is_shown_as_markdown(name: str, said: tuple[str, ...]) -> None:
    bundle = mimebundle(objects()[name])
    assert bundle["text/plain"] == repr(objects()[name])
    for part in said:
        assert part in bundle["text/markdown"]


def test_a_report_has_the_formulas_of_the_document_with_its_macros() -> None:
    text = r"""\newcommand{\grad}[1]{\nabla_{#1} L}
    \begin{align}
    \grad{c} &= \sum_t \grad{o^{(t)}} \\
             &= \sum_t (\hat y^{(t)} - y^{(t)}) \\
             &= \sum_t (y^{(t)} - \hat y^{(t)})
    \end{align}"""
    shown = markdown(check(text)) or ""
    assert "grad" not in shown
    assert [shown.count(word) for word in (r"\text{proved}", r"\textstyle\sum y = 1", r"\text{refuted}")] == [2, 1, 1]
    assert shown.count("$$") == 4  # the chain up to its wrong link, and what would be right


def test_the_problem_of_one_line_stands_between_it_and_the_next() -> None:
    shown = markdown(check(r"$\nabla_c L = V$ and $\nabla_c L = \sum_t \nabla_{o^{(t)}} L$")) or ""
    assert shown.index(r"\text{ill-typed}") < shown.index("**✗ ill-typed**") < shown.index(r"\text{proved}")


def test_how_a_proved_line_was_read_is_told() -> None:
    shown = markdown(check(r"For $t = \tau$ we have $\nabla_{h^{(t)}} L = V^\top \nabla_{o^{(t)}} L$.")) or ""
    assert r"\text{proved}" in shown
    assert r"- 1:44 was read as: for $t = \tau$, as the text says beside it" in shown


def test_a_line_that_can_not_be_set_is_shown_as_it_was_typed() -> None:
    shown = markdown(check(r"$\nabla_c L = \unknown{a}$")) or ""
    assert r"`\nabla_c L = \unknown{a}`" in shown


def test_a_picture_is_shown_as_a_picture() -> None:
    bundle = mimebundle(objects()["picture"])
    assert bundle["text/html"].startswith('<img alt="The network elman over 2 steps')
    assert base64.b64decode(bundle["text/html"].split("base64,")[1].rstrip('">')).decode() == bundle["image/svg+xml"]
    assert ElementTree.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")


def test_of_other_objects_only_the_repr_is_shown() -> None:
    assert mimebundle(3) == {"text/plain": "3"}


def test_a_shell_shows_every_object() -> None:
    formatters = pytest.importorskip("IPython.core.formatters")
    formatter = formatters.DisplayFormatter()
    register(formatter)
    for name, shown in objects().items():
        data, _ = formatter.format(shown)
        assert {"text/markdown", "image/svg+xml"} & set(data), name
