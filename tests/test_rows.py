r"""Networks whose layers are rows, `x_t W`: gradients are rows, Jacobians have a row per component of the numerator."""

from __future__ import annotations

import pytest

from bptt_sym import check, read_network, unroll
from bptt_sym.check import judge_document
from bptt_sym.claims import Setting
from bptt_sym.numeric.parameters import parameter_report

CELL = r"h_t &= \tanh(x_t W_{xh} + h_{t-1} W_{hh} + b_h) \\ o_t &= h_t W_{hq} + b_q"
LOSS = r"\hat y_t &= \operatorname{softmax}(o_t) \\ L &= -\sum_t \sum_i y_{t,i} \ln \hat y_{t,i}"
GATES = (
    r"i_t &= \sigma(x_t U_i + h_{t-1} W_i + b_i) \\ f_t &= \sigma(x_t U_f + h_{t-1} W_f + b_f) \\"
    r" g_t &= \tanh([h_{t-1}, x_t] W_g) \\ c_t &= f_t @ c_{t-1} + i_t @ g_t \\ h_t &= i_t @ \tanh(c_t) \\ L &= \sum_t \|h_t - y_t\|^2"
)


def align(lines: str) -> str:
    return f"\\begin{{align}} {lines} \\end{{align}}"


# fmt: off
NETWORKS = {
    "elman": rf"{CELL} \\ {LOSS}",
    "bold": (rf"\mathbf h_t &= \tanh(\mathbf x_t \mathbf W_{{xh}} + \mathbf h_{{t-1}} \mathbf W_{{hh}} + \mathbf b_h) \\"
             rf" \mathbf o_t &= \mathbf h_t \mathbf W_{{hq}} + \mathbf b_q \\ {LOSS}").replace("o_t)", r"\mathbf o_t)"),
    "above": r"h^{(t)} &= \tanh(x^{(t)} U + h^{(t-1)} W) \\ L &= \sum_t \frac12 \|h^{(t)} - y^{(t)}\|^2",
    "transposed": r"h_t &= \tanh(x_t U^\top + h_{t-1} W^\top) \\ L &= \sum_t \frac12 \|h_t - y_t\|^2",
    "single output": r"h_t &= \tanh(x_t U + h_{t-1} W) \\ p_t &= h_t v^\top \\ L &= \sum_t (p_t - y_t)^2",
    "inner product": r"h_t &= \tanh(x_t U + h_{t-1} W) \\ \hat y_t &= \operatorname{softmax}(h_t V) \\ L &= -\sum_t y_t (\ln \hat y_t)^\top",
    "gates": GATES.replace("@", r"\odot"), "crossed gates": GATES.replace("@", r"\otimes"),
}
LINES = (
    ("elman", r"\nabla_{o_t} L = \hat y_t - y_t", r"\nabla_{o_t} L = \hat y_t + y_t"),
    ("elman", r"\frac{\partial L}{\partial o_t} = \hat y_t - y_t", r"\frac{\partial L}{\partial o_t} = (\hat y_t - y_t)^\top"),
    ("elman", r"\nabla_{o_t} L = \hat y_t - e_{y_t}", r"\nabla_{o_t} L = \hat y_t + e_{y_t}"),
    ("elman", r"\frac{\partial L}{\partial o_{t,i}} = \hat y_{t,i} - y_{t,i}", r"\frac{\partial L}{\partial o_{t,i}} = \hat y_{t,i} + y_{t,i}"),
    ("elman", r"\frac{\partial L}{\partial W_{hq}} = \sum_t h_t^\top \frac{\partial L}{\partial o_t}", r"\frac{\partial L}{\partial W_{hq}} = \sum_t \frac{\partial L}{\partial o_t} h_t^\top"),
    ("elman", r"\frac{\partial L}{\partial b_q} = \sum_t \frac{\partial L}{\partial o_t}", r"\frac{\partial L}{\partial b_q} = \sum_t (\frac{\partial L}{\partial o_t})^\top"),
    ("elman", r"\frac{\partial L}{\partial h_\tau} = \frac{\partial L}{\partial o_\tau} W_{hq}^\top", r"\frac{\partial L}{\partial h_\tau} = \frac{\partial L}{\partial o_\tau} W_{hq}"),
    ("elman", r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W_{hh}^\top", r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W_{hh}"),
    ("elman", r"\frac{\partial h_t}{\partial h_{t-2}} = \frac{\partial h_t}{\partial h_{t-1}} \frac{\partial h_{t-1}}{\partial h_{t-2}}",
              r"\frac{\partial h_t}{\partial h_{t-2}} = \frac{\partial h_{t-1}}{\partial h_{t-2}} \frac{\partial h_t}{\partial h_{t-1}}"),
    ("elman", r"\frac{\partial o_t}{\partial h_t} = W_{hq}^\top", r"\frac{\partial o_t}{\partial h_t} = W_{hq}"),
    ("elman", r"\frac{\partial L}{\partial h_{t-1}} = \left(\frac{\partial L}{\partial h_t} \odot (\mathbf 1 - h_t \odot h_t)\right) W_{hh}^\top + (\hat y_{t-1} - y_{t-1}) W_{hq}^\top",
              r"\frac{\partial L}{\partial h_{t-1}} = \left(\frac{\partial L}{\partial h_t} \odot (\mathbf 1 - h_t \odot h_t)\right) W_{hh} + (\hat y_{t-1} - y_{t-1}) W_{hq}^\top"),
    ("elman", r"\frac{\partial L}{\partial W_{hh}} = \sum_t h_{t-1}^\top (\frac{\partial L}{\partial h_t} \odot (1 - h_t^2))", r"\frac{\partial L}{\partial W_{hh}} = \sum_t (\frac{\partial L}{\partial h_t} \odot (1 - h_t^2))^\top h_{t-1}"),
    ("elman", r"\frac{\partial \hat y_t}{\partial o_t} = \operatorname{diag}(\hat y_t) - \hat y_t^\top \hat y_t", r"\frac{\partial \hat y_t}{\partial o_t} = \operatorname{diag}(\hat y_t) - \hat y_t \hat y_t^\top"),
    ("elman", r"\hat y_t \mathbf 1^\top = 1", r"\hat y_t \mathbf 1^\top = 2"),
    ("elman", r"\langle y_t, \ln \hat y_t \rangle = y_t (\ln \hat y_t)^\top", r"\langle y_t, \ln \hat y_t \rangle = y_t^\top \ln \hat y_t"),
    ("bold", r"\frac{\partial L}{\partial \mathbf h_\tau} = (\hat y_\tau - y_\tau) \mathbf W_{hq}^\top", r"\frac{\partial L}{\partial \mathbf h_\tau} = \mathbf W_{hq} (\hat y_\tau - y_\tau)"),
    ("above", r"\nabla_U L = \sum_t x^{(t)\top} (\nabla_{h^{(t)}} L \odot (1 - (h^{(t)})^2))", r"\nabla_U L = \sum_t (\nabla_{h^{(t)}} L \odot (1 - (h^{(t)})^2))^\top x^{(t)}"),
    ("transposed", r"\nabla_W L = \sum_t (\nabla_{h_t} L \odot (1 - h_t^2))^\top h_{t-1}", r"\nabla_W L = \sum_t h_{t-1}^\top (\nabla_{h_t} L \odot (1 - h_t^2))"),
    ("single output", r"\nabla_v L = \sum_t 2 (p_t - y_t) h_t", r"\nabla_v L = \sum_t 2 (p_t - y_t) h_t^\top"),
    ("inner product", r"\nabla_V L = \sum_t h_t^\top (\hat y_t - y_t)", r"\nabla_V L = \sum_t h_t^\top (y_t - \hat y_t)"),
    *((name, r"\frac{\partial^+ c_t}{\partial c_{t-1}} = \operatorname{diag}(f_t)", r"\frac{\partial^+ c_t}{\partial c_{t-1}} = \operatorname{diag}(i_t)") for name in ("gates", "crossed gates")),
    ("gates", r"\frac{\partial^+ i_t}{\partial h_{t-1}} = \operatorname{diag}(i_t \odot (1 - i_t)) W_i^\top", r"\frac{\partial^+ i_t}{\partial h_{t-1}} = \operatorname{diag}(i_t \odot (1 - i_t)) W_i"),
)
# fmt: on


def setting(name: str, steps: int = 3) -> Setting:
    return Setting.of(read_network(align(NETWORKS[name]), name), None, steps)


@pytest.mark.parametrize(("name", "right", "wrong"), LINES, ids=[f"{row[0]}: {row[1]}" for row in LINES])
def test_rows_are_read_as_rows(name: str, right: str, wrong: str) -> None:
    (entry,) = judge_document(f"\\[ {right} \\]", setting(name), file="notes", kind="tex").entries
    assert entry.verdict == "proved"
    (entry,) = judge_document(f"\\[ {wrong} \\]", setting(name), file="notes", kind="tex").entries
    assert entry.verdict in ("refuted", "ill-typed")


@pytest.mark.parametrize("name", NETWORKS)
def test_vectors_lie_and_gradients_agree_with_finite_differences(name: str) -> None:
    network = read_network(align(NETWORKS[name]), name)
    assert all(d.lying == (len(d.axes) == 1) for d in network.declarations)
    assert parameter_report(network, unroll(network, steps=2)).passed


def test_what_can_stand_stands() -> None:
    """A network is one of rows only where columns don't conform."""
    network = read_network(align(r"h_t &= \tanh(w \odot h_{t-1} + u \odot x_t) \\ L &= \sum_t \|h_t - y_t\|^2"))
    assert not any(d.lying for d in network.declarations)


def test_a_single_step_and_a_single_unit_are_still_rows() -> None:
    line = r"\[ \nabla_{W_{hq}} L = h_1^\top (\hat y_1 - y_1) \] \[ \nabla_{W_{hq}} L = h_1^\top (\hat y_1 + y_1) \]"
    network = read_network(align(NETWORKS["elman"]))
    for sizes in ({"h": 1, "o": 3, "x": 2}, {"h": 4, "o": 3, "x": 1}):
        report = judge_document(line, Setting.of(network, sizes, 1), file="notes", kind="tex")
        assert [entry.verdict for entry in report.entries] == ["proved", "refuted"]


def test_another_layout_is_named_for_a_jacobian_that_lies_the_other_way() -> None:
    text = align(CELL) + r"\[ \frac{\partial h_t}{\partial h_{t-1}} = W_{hh} \operatorname{diag}(1 - h_t^2) \]"
    *defined, judged = check(text).entries
    assert {entry.verdict for entry in defined} == {"definition"}
    assert judged.verdict == "refuted"
    assert "it holds in denominator layout" in judged.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (align(CELL) + r" with $x_t \in \mathbb R^{n \times d}$", "many examples"),
        (align(CELL.replace("h_t", "H_t").replace("h_{t-1}", "H_{t-1}").replace("x_t", "X_t")), "a row for each"),
    ],
)
def test_many_examples_at_once_are_refused(text: str, said: str) -> None:
    """A bias added to every row has a gradient that sums over them, which one row would not tell."""
    report = check(text + r"\[ \nabla_{b_q} L = 0 \]")
    assert {entry.verdict for entry in report.entries} == {"unreadable"}
    assert all(said in entry.message for entry in report.entries)
