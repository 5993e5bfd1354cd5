"""What is said of wrong lines: the class, and a suggestion that is proved, smallest, in the author's own LaTeX."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from networks import CASES

from bptt_sym.check import Entry, check, judge_document, open_setting
from bptt_sym.check.diagnoses import MENDING
from bptt_sym.check.repairing.catalogue import CLASSES
from bptt_sym.check.repairing.tree import at, places, replaced
from bptt_sym.claims import Setting
from bptt_sym.network.reading import read_network
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import Syntax, walk
from bptt_sym.written.splicing import spliced

DIAGNOSES = Path(__file__).parent.parent / "docs" / "diagnoses.md"
MEAN = (
    r"\begin{align} s_t &= \sigma(A s_{t-1} + B x_t + b) \\ o_t &= C s_t + d \\"
    r" E_t &= \frac12 \|o_t - y_t\|^2 \\ E &= \frac1T \sum_t E_t \end{align}"
)
NETWORKS = {"mean": MEAN, **{case.name: case.latex for case in CASES}}


@cache
def setting(name: str = "elman") -> Setting:
    if name == "elman":
        return open_setting("elman", {"x": 4, "h": 5, "o": 3}, 3)
    return Setting.of(read_network(NETWORKS[name], name), {}, 3)


def entries(line: str, name: str = "elman", *, suggestions: bool = True) -> tuple[Entry, ...]:
    text = line if "\\[" in line or "$" in line or "\\begin{align" in line else f"\\[ {line} \\]"
    return judge_document(text, setting(name), file="notes.tex", suggestions=suggestions).entries


def only(line: str, name: str = "elman", *, suggestions: bool = True) -> Entry:
    (entry,) = entries(line, name, suggestions=suggestions)
    return entry


def documented() -> list[tuple[str, str, str]]:
    """Class, wrong line and right line of each section."""
    sections = DIAGNOSES.read_text(encoding="utf-8").split("\n## ")[1:]
    found = []
    for section in sections:
        wrong, right = re.findall(r"^    (.*)$", section, re.MULTILINE)
        found.append((section.split("\n", 1)[0], wrong, right))
    return found


# fmt: off
ELSEWHERE = (
    ("mean", "sign", r"\nabla_{o_t} E_t = y_t - o_t", r"\nabla_{o_t} E_t = o_t - y_t"),
    ("mean", "order", r"\nabla_{s_T} E = (\nabla_{o_T} E) C^\top", r"\nabla_{s_T} E = C^\top \nabla_{o_T} E"),
    ("mean", "transpose", r"\nabla_{s_T} E = C \nabla_{o_T} E", r"\nabla_{s_T} E = C^\top \nabla_{o_T} E"),
    ("mean", "transpose", r"\frac{\partial s_t}{\partial s_{t-1}} = A^\top \operatorname{diag}(s_t \odot (1 - s_t))", r"\frac{\partial s_t}{\partial s_{t-1}} = \operatorname{diag}(s_t \odot (1 - s_t)) A"),
    ("mean", "index", r"\frac{\partial E_t}{\partial o_{t,1}} = o_{t,2} - y_{t,1}", r"\frac{\partial E_t}{\partial o_{t,1}} = o_{t,1} - y_{t,1}"),
    ("mean", "time-step", r"\nabla_A E = \sum_t \operatorname{diag}(s_t \odot (1 - s_t)) (\nabla_{s_t} E) s_t^\top", r"\nabla_A E = \sum_t \operatorname{diag}(s_t \odot (1 - s_t)) (\nabla_{s_t} E) s_{t-1}^\top"),
    ("mean", "derivative-at-wrong-step", r"\nabla_{s_t} E = A^\top \operatorname{diag}(s_{t+1} \odot (1 - s_t)) \nabla_{s_{t+1}} E + C^\top \nabla_{o_t} E", r"\nabla_{s_t} E = A^\top \operatorname{diag}(s_{t+1} \odot (1 - s_{t+1})) \nabla_{s_{t+1}} E + C^\top \nabla_{o_t} E"),
    ("mean", "derivative-at-wrong-step", r"\nabla_{s_t} E = A^\top \operatorname{diag}(s_t \odot (1 - s_t)) \nabla_{s_{t+1}} E + C^\top \nabla_{o_t} E", r"\nabla_{s_t} E = A^\top \operatorname{diag}(s_{t+1} \odot (1 - s_{t+1})) \nabla_{s_{t+1}} E + C^\top \nabla_{o_t} E"),
    ("mean", "local-vs-total-loss", r"E = \frac12 \sum_k (o_{t,k} - y_{t,k})^2", r"E_t = \frac12 \sum_k (o_{t,k} - y_{t,k})^2"),
    ("mean", "total-vs-immediate", r"\frac{\partial s_{t,1}}{\partial b_1} = s_{t,1} (1 - s_{t,1})", r"\frac{\partial^+ s_{t,1}}{\partial b_1} = s_{t,1} (1 - s_{t,1})"),
    ("mean", "dropped-factor", r"\nabla_b E = \sum_t \nabla_{s_t} E", r"\nabla_b E = \sum_t \operatorname{diag}(s_t \odot (1 - s_t)) \nabla_{s_t} E"),
    ("mean", "extra-factor", r"\nabla_{d} E = \sum_t C^\top \nabla_{o_t} E", r"\nabla_{d} E = \sum_t \nabla_{o_t} E"),
    ("mean", "missing-path", r"\nabla_{s_t} E = A^\top \operatorname{diag}(s_{t+1} \odot (1 - s_{t+1})) \nabla_{s_{t+1}} E", r"\nabla_{s_t} E = A^\top \operatorname{diag}(s_{t+1} \odot (1 - s_{t+1})) \nabla_{s_{t+1}} E + C^\top \nabla_{o_t} E"),
    ("mean", "missing-path", r"\nabla_d E = \nabla_{o_t} E", r"\nabla_d E = \sum_t \nabla_{o_t} E"),
    ("mean", "range", r"\nabla_d E = \sum_{t=2}^{T} \nabla_{o_t} E", r"\nabla_d E = \sum_{t=1}^{T} \nabla_{o_t} E"),
    ("mean", "wrong-parameter", r"\nabla_{s_T} E = B^\top \nabla_{o_T} E", r"\nabla_{s_T} E = C^\top \nabla_{o_T} E"),
    ("mean", "missing-partial", r"\frac{\partial E}{E_t} = \frac1T", r"\frac{\partial E}{\partial E_t} = \frac1T"),
    ("mean", "normalisation", r"\nabla_{o_t} E = o_t - y_t", r"\nabla_{o_t} E = \frac1T (o_t - y_t)"),
    ("mean", "power", r"E_t = \frac12 \sum_k (o_{t,k} - y_{t,k})", r"E_t = \frac12 \sum_k (o_{t,k} - y_{t,k})^2"),
    ("mean", "missing-diag", r"\nabla_b E = \sum_t (s_t \odot (1 - s_t)) \nabla_{s_t} E", r"\nabla_b E = \sum_t \operatorname{diag}(s_t \odot (1 - s_t)) \nabla_{s_t} E"),
    ("mean", "missing-term", r"\frac{\partial s_{t,1}}{\partial x_{t,2}} = s_{t,1} (-s_{t,1}) B_{12}", r"\frac{\partial s_{t,1}}{\partial x_{t,2}} = s_{t,1} (1 - s_{t,1}) B_{12}"),
    ("mean", "missing-term", r"o_{t,1} = C_{11} s_{t,1} + C_{12} s_{t,2} + C_{13} s_{t,3} + C_{14} s_{t,4} + d_1", r"o_{t,1} = C_{11} s_{t,1} + C_{12} s_{t,2} + C_{13} s_{t,3} + C_{14} s_{t,4} + C_{15} s_{t,5} + d_1"),
    ("mean", "extra-term", r"\nabla_{s_T} E = C^\top \nabla_{o_T} E + A^\top \nabla_{s_T} E", r"\nabla_{s_T} E = C^\top \nabla_{o_T} E"),
    ("mean", "missing-row", r"C s_t = C \begin{pmatrix} s_{t,1} \\ s_{t,2} \\ s_{t,4} \\ s_{t,5} \end{pmatrix}", r"C s_t = C \begin{pmatrix} s_{t,1} \\ s_{t,2} \\ s_{t,3} \\ s_{t,4} \\ s_{t,5} \end{pmatrix}"),
    ("mean", "extra-row", r"o_t = C s_t + \begin{bmatrix} d_1 \\ d_2 \\ d_3 \\ d_3 \end{bmatrix}", r"o_t = C s_t + \begin{bmatrix} d_1 \\ d_2 \\ d_3 \end{bmatrix}"),
    ("mean", "missing-column", r"y_t^\top = \begin{bmatrix} y_{t,1} & y_{t,2} \end{bmatrix}", r"y_t^\top = \begin{bmatrix} y_{t,1} & y_{t,2} & y_{t,3} \end{bmatrix}"),
    ("mean", "extra-column", r"d^\top = \begin{bmatrix} d_1 & d_2 & d_3 & d_3 \end{bmatrix}", r"d^\top = \begin{bmatrix} d_1 & d_2 & d_3 \end{bmatrix}"),
    ("GRU", "scalar-as-matrix", r"\frac{\partial \hat y_{t,1}}{\partial h_t} = \operatorname{diag}(\hat y_t) V^\top (e_1 - \hat y_t)", r"\frac{\partial \hat y_{t,1}}{\partial h_t} = \hat y_{t,1} V^\top (e_1 - \hat y_t)"),
    ("GRU", "sign", r"\frac{\partial h_{t,1}}{\partial z_{t,1}} = \tilde h_{t,1} + h_{t-1,1}", r"\frac{\partial h_{t,1}}{\partial z_{t,1}} = \tilde h_{t,1} - h_{t-1,1}"),
    ("LSTM", "total-vs-immediate", r"\frac{\partial c_{t,1}}{\partial c_{t-1,1}} = f_{t,1}", r"\frac{\partial^+ c_{t,1}}{\partial c_{t-1,1}} = f_{t,1}"),
    ("LSTM", "wrong-parameter", r"\frac{\partial h_{t,1}}{\partial c_{t,1}} = f_{t,1} (1 - \tanh^2(c_{t,1}))", r"\frac{\partial h_{t,1}}{\partial c_{t,1}} = o_{t,1} (1 - \tanh^2(c_{t,1}))"),
    ("scalars", "dropped-factor", r"\frac{\partial h_t}{\partial h_{t-1}} = w", r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_t^2)"),
    ("scalars", "normalisation", r"\frac{\partial L}{\partial h_T} = h_T - y_T", r"\frac{\partial L}{\partial h_T} = 2 (h_T - y_T)"),
    ("scalars", "missing-path", r"\frac{\partial L}{\partial h_t} = w (1 - h_{t+1}^2) \frac{\partial L}{\partial h_{t+1}}", r"\frac{\partial L}{\partial h_t} = w (1 - h_{t+1}^2) \frac{\partial L}{\partial h_{t+1}} + 2(h_t - y_t)"),
    ("scalars", "derivative-at-wrong-step", r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_{t-1}^2)", r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_t^2)"),
    ("scalars", "power", r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_t)", r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_t^2)"),
    ("scalars", "range", r"\frac{\partial h_3}{\partial h_1} = \prod_{k=1}^{3} (w (1 - h_k^2))", r"\frac{\partial h_3}{\partial h_1} = \prod_{k=2}^{3} (w (1 - h_k^2))"),
    ("scalars", "power", r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 - \tanh(w h_{t-1} + u x_t + b))", r"\frac{\partial h_t}{\partial h_{t-1}} = w (1 - \tanh^2(w h_{t-1} + u x_t + b))"),
    ("elman", "order", r"\frac{\partial h^{(3)}}{\partial h^{(1)}} = W \operatorname{diag}(1 - (h^{(2)})^2) W \operatorname{diag}(1 - (h^{(3)})^2)", r"\frac{\partial h^{(3)}}{\partial h^{(1)}} = \operatorname{diag}(1 - (h^{(3)})^2) W \operatorname{diag}(1 - (h^{(2)})^2) W"),
    ("elman", "dropped-factor", r"a_i^{(t)} = b_i + \sum_j w_{ij} h_j^{(t-1)} + \sum_{k=1}^{4} u_{ik}", r"a_i^{(t)} = b_i + \sum_j w_{ij} h_j^{(t-1)} + \sum_{k=1}^{4} u_{ik} x_k^{(t)}"),
    ("residual", "missing-term", r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - (h_t - h_{t-1})^2) W", r"\frac{\partial h_t}{\partial h_{t-1}} = I + \operatorname{diag}(1 - (h_t - h_{t-1})^2) W"),
)
# fmt: on


@pytest.mark.parametrize(("diagnosis", "wrong", "right"), documented(), ids=[row[0] for row in documented()])
def test_each_class_has_the_example_that_its_documentation_gives(diagnosis: str, wrong: str, right: str) -> None:
    found = only(wrong)
    assert (found.verdict in ("refuted", "ill-typed"), found.diagnosis) == (True, diagnosis)
    assert only(right).verdict == "proved"


def test_the_classes_documented_are_those_there_are_in_their_order() -> None:
    assert [name for name, _, _ in documented()] == list(CLASSES)
    assert set(CLASSES) >= MENDING
    assert {row[1] for row in ELSEWHERE} == set(CLASSES)


@pytest.mark.parametrize(("network", "diagnosis", "wrong", "right"), ELSEWHERE)
def test_each_class_is_found_in_other_networks_and_letters(network: str, diagnosis: str, wrong: str, right: str) -> None:
    found = only(wrong, network)
    assert (found.verdict in ("refuted", "ill-typed"), found.diagnosis) == (True, diagnosis)
    assert only(right, network).verdict == "proved"


@pytest.mark.parametrize(
    ("network", "line"), [("elman", row[1]) for row in documented()] + [(row[0], row[2]) for row in ELSEWHERE]
)
def test_a_suggestion_reads_back_and_is_proved(network: str, line: str) -> None:
    suggestion = only(line, network).suggestion
    assert suggestion is not None
    assert only(suggestion.latex, network, suggestions=False).verdict == "proved"
    assert suggestion.edit
    assert "\\boxed{" in suggestion.marked
    assert "\\boxed" not in suggestion.latex
    assert only(suggestion.marked, network, suggestions=False).verdict == "proved"


# Line, what is suggested (None: nothing), in the author's own characters.
# fmt: off
SPLICED = (
    (r"\nabla_{o^{(t)}}\,L=\big(\hat y^{(t)}\big)+y^{(t)}", r"\nabla_{o^{(t)}}\,L=\big(\hat y^{(t)}\big)- y^{(t)}"),
    (r"\frac{\partial L}{\partial o_2^{(t)}} = {\hat y}_1^{(t)} - y^{(t)}_2", r"\frac{\partial L}{\partial o_2^{(t)}} = {\hat y}_2^{(t)} - y^{(t)}_2"),
    (r"\nabla_{h^{(\tau)}} L = \left( \mathbf V \right) \, \nabla_{o^{(\tau)}} L", r"\nabla_{h^{(\tau)}} L = \left( \mathbf V^\top \right) \, \nabla_{o^{(\tau)}} L"),
    (r"\dfrac{\partial L}{\partial o_1^{(t)}} = \hat y_1^{(t)} - y_1^{(t-1)}", r"\dfrac{\partial L}{\partial o_1^{(t)}} = \hat y_1^{(t)} - y_1^{(t)}"),
    (r"\frac{\partial o_1^{(t)}}{\partial h_2^{(t)}}=v_{ 1 1 }", r"\frac{\partial o_1^{(t)}}{\partial h_2^{(t)}}=v_{12}"),
    (r"o^{(t)} - c - Vh^{(t)} = h^{(t)}", None),
    (r"\nabla_W L = V", None),
    (r"L = 0", None),
    (r"\nabla_b L = \nabla_c L", None),
)
# fmt: on


@pytest.mark.parametrize(("line", "wanted"), SPLICED)
def test_what_is_unchanged_stays_as_it_was_typed(line: str, wanted: str | None) -> None:
    suggestion = only(line).suggestion
    assert (None if suggestion is None else suggestion.latex.replace(" ", "")) == (wanted and wanted.replace(" ", ""))


def test_a_side_that_is_spliced_without_a_change_is_the_text_itself() -> None:
    for _, wrong, right in documented():
        for formula in formulas(f"\\[ {wrong} \\] and \\[ {right} \\]"):
            for side in formula.sides:
                assert isinstance(side, Syntax)
                text = f"\\[ {wrong} \\] and \\[ {right} \\]"
                assert spliced(side, side, text) == text[side.span.start : side.span.end]


def test_macros_are_kept_where_they_can_be_and_expanded_where_the_change_is_inside() -> None:
    macros = r"\newcommand{\yh}[1]{\hat y_{#1}^{(t)}}\newcommand{\go}{\nabla_{o^{(t)}} L} "
    kept = entries(macros + r"\[ \frac{\partial L}{\partial o_1^{(t)}} = \yh{2} - y_1^{(t)} \]")[0]
    assert kept.suggestion is not None
    assert kept.diagnosis == "index"
    inside = entries(macros + r"\[ \go = y^{(t)} - \hat y^{(t)} \]")[0]
    assert inside.suggestion is not None
    assert inside.suggestion.latex.startswith(r"\go =")
    for found in (kept, inside):
        assert entries(f"{macros} \\[ {found.suggestion.latex} \\]", suggestions=False)[0].verdict == "proved"


def test_two_independent_slips_are_mended_together() -> None:
    total = r"v_{11}\exp(o_1^{(t)}) + v_{21}\exp(o_1^{(t)}) + v_{31}\exp(o_1^{(t)})"
    line = rf"\frac{{\partial \ln \sum_k \exp(o_k^{{(t)}})}}{{\partial h_1^{{(t)}}}} = \frac{{{total}}}{{\sum_k \exp(o_k^{{(t)}})}}"
    found = only(line)
    assert found.diagnosis == "index"
    assert found.suggestion is not None
    assert found.suggestion.marked.count("\\boxed") == 2
    assert only(found.suggestion.latex, suggestions=False).verdict == "proved"


def test_the_same_slip_everywhere_is_one_edit() -> None:
    found = only(r"\nabla_U L = \sum_t \operatorname{diag}(1 - (h^{(t-1)})^2) (\nabla_{h^{(t-1)}} L) x^{(t)\top}")
    assert found.suggestion is not None
    assert found.suggestion.marked.count("\\boxed") == 2


# A chain whose links are mended: how many entries are wrong, and the edit of each.
CHAINED = r"""\begin{align}
\frac{\partial L}{\partial o_1^{(t)}} &= \hat y_1^{(t)} + y_1^{(t)} \\
 &= -y_1^{(t)} + \hat y_1^{(t)}
\end{align}"""


def test_a_wrong_middle_is_mended_once_for_both_its_links() -> None:
    first, second = entries(CHAINED)
    assert (first.diagnosis, second.diagnosis) == ("sign", "sign")
    assert first.suggestion is not None
    assert second.suggestion is not None
    assert first.suggestion.edit == second.suggestion.edit
    assert second.suggestion.latex.endswith(r"= -y_1^{(t)} + \hat y_1^{(t)}")


def test_a_side_that_was_proved_is_not_blamed_for_the_next_link() -> None:
    first, second = entries(CHAINED.replace(r"+ y_1^{(t)} \\", r"- y_1^{(t)} \\").replace("&= -y", "&= y"))
    assert (first.verdict, second.verdict, second.diagnosis) == ("proved", "refuted", "sign")
    assert second.suggestion is not None
    assert second.suggestion.latex.startswith(r"\hat y_1^{(t)} - y_1^{(t)} =")


# fmt: off
SHRINKING = (
    r"\nabla_{h^{(t)}} L = V^\top \nabla_{o^{(t)}} L",
    r"\frac{\partial o_i^{(t)}}{\partial o_j^{(t)}} = 1",
    r"\hat y_i^{(t)} = \hat y_1^{(t)}",
    r"\frac{\partial h_i^{(t)}}{\partial h_j^{(t)}} = 0",
)
# fmt: on


@pytest.mark.parametrize("line", SHRINKING)
def test_no_suggestion_has_fewer_instances_or_both_sides_alike(line: str) -> None:
    found = only(line)
    assert found.verdict == "refuted"
    if found.suggestion is not None:
        mended = only(found.suggestion.latex, suggestions=False)
        assert mended.instances >= found.instances
        left, right = found.suggestion.latex.split("=", 1)
        assert left.strip() != right.strip()


EXPRESSIONS = (
    (r"W^\top (\nabla_{h^{(t)}} L) \operatorname{diag}(h^{(t)})", "order"),
    (r"\frac{L^{(t)}}{\partial o_1^{(t)}}", "missing-partial"),
    (r"-\begin{pmatrix} \hat y_1^{(t)} & 0 & 0 \\ 0 & \hat y_2^{(t)} & 0 \\ 0 & 0 & \hat y_3^{(t)} \end{pmatrix} V^\top \nabla_{o^{(t)}} L", "scalar-as-matrix"),
    (r"V x^{(t)}", None),
)


@pytest.mark.parametrize(("expression", "diagnosis"), EXPRESSIONS)
def test_an_expression_has_a_diagnosis_where_it_is_clear_and_no_suggestion(expression: str, diagnosis: str | None) -> None:
    found = only(expression)
    assert (found.verdict, found.diagnosis, found.suggestion) == ("ill-typed", diagnosis, None)


def test_without_suggestions_nothing_is_looked_for() -> None:
    report = check(r"\[ \nabla_{o^{(t)}} L = y^{(t)} - \hat y^{(t)} \]", suggestions=False)
    assert [(e.verdict, e.diagnosis, e.suggestion) for e in report.entries] == [("refuted", None, None)]


def test_the_same_line_gets_the_same_suggestion_each_time() -> None:
    line = r"\[ \nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1-(h^{(t)})^2) \nabla_{h^{(t+1)}} L + V \nabla_{o^{(t)}} L \]"
    found = [
        judge_document(line, open_setting("elman", {"x": 4, "h": 5, "o": 3}, 3), file="n.tex", suggestions=True).entries
        for _ in range(2)
    ]
    assert found[0] == found[1]


def test_a_line_that_nothing_small_helps_gets_neither_a_suggestion_nor_a_guess() -> None:
    found = only(r"\frac{\partial L}{\partial w_{11}} = \hat y_1^{(1)} \hat y_2^{(2)} + 7")
    assert (found.verdict, found.diagnosis, found.suggestion) == ("refuted", None, None)


def test_walks_and_places_agree() -> None:
    (formula,) = formulas(r"\[ \sum_{i=1}^{3} v_{i1} \frac{\partial L}{\partial o_i^{(t)}} \]")
    side = formula.sides[0]
    assert isinstance(side, Syntax)
    found = list(places(side))
    assert [place.node for place in found] == list(walk(side))
    for place in found:
        assert at(side, place.path) is place.node
        assert replaced(side, place.path, place.node) == side
