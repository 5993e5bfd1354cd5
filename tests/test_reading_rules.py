"""How lines are read: the layout of derivatives, what stands beside a vector, scripts, products, powers."""

from __future__ import annotations

import pytest

from bptt_sym.check import Manuscript, check
from bptt_sym.check.stated import stated_layout
from bptt_sym.meaning.scope import Layout

LAYOUTS: tuple[Layout, ...] = ("mixed", "numerator", "denominator")
ROW = r"\frac{\partial L}{\partial o^{(t)}} = (\hat y^{(t)} - y^{(t)})^\top"
COLUMN = r"\frac{\partial L}{\partial o^{(t)}} = \hat y^{(t)} - y^{(t)}"

# fmt: off
LAID_OUT = (
    # a line and the layouts in which it is right
    (COLUMN, "mixed denominator"),
    (ROW, "numerator"),
    (r"\frac{\partial o^{(t)}}{\partial h^{(t)}} = V", "mixed numerator"),
    (r"\frac{\partial o^{(t)}}{\partial h^{(t)}} = V^\top", "denominator"),
    (r"\frac{\partial o^{(t)}}{\partial h^{(t)\top}} = V", "mixed numerator denominator"),
    (r"\frac{\partial L}{\partial V} = \sum_t (\hat y^{(t)} - y^{(t)}) h^{(t)\top}", "mixed denominator"),
    (r"\frac{\partial L}{\partial V} = \sum_t h^{(t)} (\hat y^{(t)} - y^{(t)})^\top", "numerator"),
    (r"\frac{\partial L}{\partial h^{(\tau)}} = \frac{\partial L}{\partial o^{(\tau)}} \frac{\partial o^{(\tau)}}{\partial h^{(\tau)}}", "numerator"),
    (r"\frac{\partial L}{\partial h^{(\tau)}} = \frac{\partial o^{(\tau)}}{\partial h^{(\tau)}} \frac{\partial L}{\partial o^{(\tau)}}", "denominator"),
    (r"\frac{\partial L}{\partial h^{(\tau)}} = \left( \frac{\partial o^{(\tau)}}{\partial h^{(\tau)}} \right)^\top \frac{\partial L}{\partial o^{(\tau)}}", "mixed"),
    (r"\nabla_{o^{(t)}} L = \hat y^{(t)} - y^{(t)}", "mixed numerator denominator"),
    (r"\frac{\partial o^{(t)}}{\partial v_{11}} = \begin{pmatrix} h_1^{(t)} \\ 0 \\ 0 \end{pmatrix}", "mixed numerator"),
    (r"\frac{\partial o^{(t)}}{\partial v_{11}} = \begin{pmatrix} h_1^{(t)} & 0 & 0 \end{pmatrix}", "denominator"),
    (r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} - y_i^{(t)}", "mixed numerator denominator"),
    (r"\left( \frac{\partial L}{\partial o^{(t)}} \right)_i = \hat y_i^{(t)} - y_i^{(t)}", "mixed numerator denominator"),
)
# fmt: on


def verdict(line: str, layout: Layout | None = None) -> str:
    (entry,) = check(rf"\[ {line} \]", layout=layout, network="elman").entries
    return entry.verdict


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("line", "right"), LAID_OUT, ids=[row[0] for row in LAID_OUT])
def test_derivatives_are_laid_out_as_asked(line: str, right: str, layout: Layout) -> None:
    assert (verdict(line, layout) == "proved") == (layout in right.split())


def test_a_line_that_holds_in_another_layout_is_wrong_and_says_so() -> None:
    (entry,) = check(rf"\[ {ROW} \]").entries
    assert entry.verdict == "ill-typed"
    assert "it holds in numerator layout" in entry.message
    (entry,) = check(rf"\[ {COLUMN} \]", layout="numerator").entries
    assert "it holds in mixed and denominator layout" in entry.message
    (entry,) = check(r"\[ \frac{\partial L}{\partial o^{(t)}} = (y^{(t)} - \hat y^{(t)})^\top \]").entries
    assert "layout" not in entry.message


# fmt: off
STATED = (
    ("We use denominator layout.", "denominator"),
    ("Throughout, we adopt the \\emph{numerator-layout} convention for derivatives.", "numerator"),
    ("All derivatives are written in numerator layout.", "numerator"),
    ("Using the **denominator layout** convention, we get", "denominator"),
    ("We use the denominator layout, not the numerator layout.", "denominator"),
    ("Unlike many books, we use numerator layout.", "numerator"),
    ("Here gradients are row vectors.", "numerator"),
    ("We will work in numerator layout, rather than denominator layout.", "numerator"),
    ("We do not use denominator layout.", None),
    ("Unlike denominator layout, ours keeps the rows.", None),
    ("Many authors use denominator layout.", None),
    ("Should we use denominator layout?", None),
    ("If we use numerator layout, the gradient is a row.", None),
    ("In numerator layout the gradient is written as a row vector.", None),
    ("The book uses numerator layout.", None),
    ("We use denominator layout. We use numerator layout.", None),
    ("We use numerator layout for vectors and denominator layout for matrices.", None),
    ("Gradients are not row vectors.", None),
    ("The layout of the network is simple: its numerator is large.", None),
    ("% We use denominator layout.\nText.", None),
    ("We could use denominator layout instead.", None),
    ("", None),
)
# fmt: on


@pytest.mark.parametrize(("prose", "layout"), STATED, ids=[row[0] for row in STATED])
def test_the_layout_is_the_one_that_the_document_states_without_doubt(prose: str, layout: Layout | None) -> None:
    assert stated_layout(Manuscript("a.tex", prose)) == layout


def test_what_the_document_states_is_followed_unless_another_layout_is_asked_for() -> None:
    text = rf"We use numerator layout. \[ {ROW} \]"
    report = check(text)
    assert [entry.verdict for entry in report.entries] == ["proved"]
    assert "derivatives are read in numerator layout, as the document says" in report.notes
    assert check(text, layout="denominator").entries[0].verdict == "ill-typed"


# fmt: off
RULES = (
    # a line that is right by a rule, and one beside it that isn't
    (r"\nabla_{a^{(\tau)}} L = (1 - h^{(\tau)} \odot h^{(\tau)}) \odot \nabla_{h^{(\tau)}} L", r"\nabla_{a^{(\tau)}} L = (2 - h^{(\tau)} \odot h^{(\tau)}) \odot \nabla_{h^{(\tau)}} L"),
    (r"h^{(t)} - \tanh(a^{(t)}) = 0", r"h^{(t)} - \tanh(a^{(t)}) = h^{(t)}"),
    (r"\begin{pmatrix} L \end{pmatrix} = L", r"\begin{pmatrix} L \end{pmatrix} = 2 L"),
    (r"\frac{\partial h_i^{(t)}}{\partial a_i^{(t)}} = (1 - (h^{(t)})^2)_i", r"\frac{\partial h_i^{(t)}}{\partial a_i^{(t)}} = 1 - (h^{(2)})_i"),
    (r"W^2 = W W", r"W^2 = W \odot W"),
    (r"(h^{(t)})^2 = h^{(t)} \odot h^{(t)}", r"(h^{(2)})^2 = h^{(2)}"),
    (r"h^{(2)} = \tanh(a^{(2)})", r"h^{(2)} = h^{(1)} \odot h^{(1)}"),
    (r"h_1^2 = h_1 h_1", r"h_1^2 = h_1^{(2)}"),
    (r"W h^{(t)} \odot h^{(t)} = (W h^{(t)}) \odot h^{(t)}", r"W h^{(t)} \odot h^{(t)} = W (h^{(t)} \odot h^{(t)})"),
    (r"W h^{(t)} \odot a^{(t)} + b = ((W h^{(t)}) \odot a^{(t)}) + b", r"W h^{(t)} \odot a^{(t)} + b = (W h^{(t)}) \odot (a^{(t)} + b)"),
    (r"\sum_i h_i^{(t)} x_1^{(t)} + 1 = 1 + x_1^{(t)} \sum_i h_i^{(t)}", r"\sum_i h_i^{(t)} + 1 = \sum_i (h_i^{(t)} + 1)"),
    (r"W_{ij} = w_{ij}", r"W_{ij} = w_{ji}"),
    (r"(W)_{ij} = w_{ij}", r"(W)_{ij} = (W^\top)_{ij}"),
    (r"\tanh'(a_1^{(t)}) = 1 - (h_1^{(t)})^2", r"\tanh'(a_1^{(t)}) = h_1^{(t)}"),
    (r"\nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(\tau)}} L", r"\nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(1)}} L"),
    (r"\frac{\partial^2 h_1^{(t)}}{\partial a_1^{(t)} \partial a_1^{(t)}} = -2 h_1^{(t)} (1 - (h_1^{(t)})^2)",
     r"\frac{\partial^2 h_1^{(t)}}{\partial a_1^{(t)} \partial a_1^{(t)}} = -2 h_1^{(t)}"),
)
# fmt: on


@pytest.mark.parametrize(("right", "wrong"), RULES, ids=[row[0] for row in RULES])
def test_a_line_is_read_by_the_rules_of_the_field(right: str, wrong: str) -> None:
    assert verdict(right) == "proved"
    assert verdict(wrong) in ("refuted", "ill-typed")


@pytest.mark.parametrize("line", [r"W V = V W", r"W h^{(t)} + 1 = w h^{(t)}", r"h^{(t)} + W = W"])
def test_what_does_not_conform_is_not_proved(line: str) -> None:
    assert verdict(line) in ("ill-typed", "unreadable")


@pytest.mark.parametrize("relation", [r"\approx", r"\le", r"\to", r"\propto"])
def test_other_relations_assert_nothing(relation: str) -> None:
    assert check(rf"\[ L {relation} 2 \]", network="elman").entries == ()


def test_a_vector_by_a_matrix_is_read_by_components_only() -> None:
    assert verdict(r"\frac{\partial h^{(1)}}{\partial W} = 0") == "unreadable"
    assert verdict(r"\frac{\partial o_1^{(1)}}{\partial V_{12}} = h_2^{(1)}") == "proved"
