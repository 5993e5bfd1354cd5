"""Symbols written without the step they carry: which step they take, what is said of it, when a verdict depends on it."""

from __future__ import annotations

import pytest

from bptt_sym.check import Entry, check

D = r"\frac{\partial \hat y_1^{(\tau)}}{\partial h_1}"
PRINTED = r"V^\top \frac{\partial L}{\partial o^{(t)}}"

# fmt: off
TAKEN = (
    # a line, a wrong sibling of it, what the message says
    (rf"{D} = -\hat y_1^{{(\tau)}} [v_{{11}}(\hat y_1^{{(\tau)}} - 1) + v_{{21}} \hat y_2^{{(\tau)}} + v_{{31}} \hat y_3^{{(\tau)}}]",
     rf"{D} = -\hat y_1^{{(\tau)}} [v_{{11}}(\hat y_1^{{(\tau)}} - 1) + v_{{12}} \hat y_2^{{(\tau)}} + v_{{13}} \hat y_3^{{(\tau)}}]",
     "h_1 at step τ"),
    (rf"{D} = \hat y_1^{{(\tau)}} (v_{{11}} - \sum_k v_{{k1}} \hat y_k)",
     rf"{D} = \hat y_1^{{(\tau)}} (v_{{11}} - \sum_k v_{{k2}} \hat y_k)", "h_1 and yhat_k at step τ"),
    (r"\frac{\partial \hat y_1}{\partial h_1^{(2)}} = \hat y_1^{(2)} (v_{11} - \sum_k v_{k1} \hat y_k^{(2)})",
     r"\frac{\partial \hat y_1}{\partial h_1^{(2)}} = \hat y_1^{(2)} (v_{11} + \sum_k v_{k1} \hat y_k^{(2)})", "yhat_1 at step 2"),
    (r"\frac{\partial L}{\partial o} = \hat y - y", r"\frac{\partial L}{\partial o} = y - \hat y", "o and yhat and y at step t"),
    (r"\frac{\partial L}{\partial o_i} = \hat y_i - \mathbf 1_{i = y}", r"\frac{\partial L}{\partial o_i} = \mathbf 1_{i = y} - \hat y_i", "at step t"),
    (r"\frac{\partial h_i}{\partial a_i} = 1 - h_i^2", r"\frac{\partial h_i}{\partial a_i} = 1 - h_i", "h_i and a_i at step t"),
    (r"\frac{\partial L}{\partial V} = \sum_t (\hat y - y) h^\top", r"\frac{\partial L}{\partial V} = \sum_t (\hat y - y) x^\top", "at step t"),
    (r"\nabla_b L = \sum_{s=1}^\tau \operatorname{diag}(1 - (h^{(s)})^2) \nabla_h L",
     r"\nabla_b L = \sum_{s=1}^\tau \operatorname{diag}(1 + (h^{(s)})^2) \nabla_h L", "h at step s"),
    (r"a = U x + W h + b", r"a = U x - W h + b", "h at step t - 1"),
    (r"a_i^{(\tau)} = b_i + \sum_j w_{ij} h_j + \sum_j u_{ij} x_j", r"a_i^{(\tau)} = b_i + \sum_j w_{ji} h_j + \sum_j u_{ij} x_j", "h_j at step τ - 1"),
    (r"W h = a - b - U x", r"W h = a + b - U x", "h at step t - 1"),
    (r"o = c + V \tanh(b + W h + U x)", r"o = c + V \tanh(b + W h)", "h at step t - 1"),
    (r"\nabla_b L = \sum_t \operatorname{diag}(1 - \tanh^2(W h + U x + b)) \nabla_h L",
     r"\nabla_b L = \sum_t \operatorname{diag}(1 - \tanh^2(W h + U x)) \nabla_h L", "h at step t - 1"),
    (r"\frac{\partial (W h)}{\partial h} = W", r"\frac{\partial (W h)}{\partial h} = W^\top", "h at step t"),
    (r"\frac{\partial a}{\partial h} = W", r"\frac{\partial a}{\partial h} = W^\top", "a at step t; h at step t - 1"),
    (r"\frac{\partial h}{\partial h} = I", r"\frac{\partial h}{\partial h} = W", "h at step t"),
    (r"\frac{\partial \hat y_1^{(t-1)}}{\partial h_1} = \hat y_1^{(t-1)} (v_{11} - \sum_k v_{k1} \hat y_k^{(t-1)})",
     r"\frac{\partial \hat y_1^{(t-1)}}{\partial h_1} = \hat y_1^{(t-1)} (v_{11} - \sum_k v_{k2} \hat y_k^{(t-1)})", "h_1 at step t - 1"),
    (r"h_1^2 = h_1 h_1", r"h_1^2 = h_1 h_2", "h_1 at step t"),
    (r"h = 1 h", r"h = 2 h", "h at step t"),
    (r"e^{o_1} = \hat y_1 \sum_k e^{o_k}", r"e^{o_1} = \hat y_2 \sum_k e^{o_k}", "o_1 and yhat_1 and o_k at step t"),
)
# fmt: on


def entries(text: str) -> tuple[Entry, ...]:
    return check(text).entries


def entry(formula: str) -> Entry:
    (found,) = entries(rf"\[ {formula} \]")
    return found


@pytest.mark.parametrize(("right", "wrong", "said"), TAKEN, ids=[row[0] for row in TAKEN])
def test_a_symbol_takes_the_step_that_makes_sense_and_the_message_says_so(right: str, wrong: str, said: str) -> None:
    found = entry(right)
    assert (found.verdict, said in found.message, found.reading) == ("proved", True, None), found.message
    assert entry(wrong).verdict in ("refuted", "ill-typed")


# fmt: off
DEPENDING = (
    (r"\frac{\partial L}{\partial w_{ij}} = \sum_t \frac{\partial L}{\partial a_i} h_j", "refuted", "h_j at step t", "h_j at step t - 1 it would be proved"),
    (r"\frac{\partial a^{(t)}}{\partial h} = W", "proved", "h at step t - 1", "h at step t it would be refuted"),
    (r"\frac{\partial h}{\partial h^{(t-1)}} = \operatorname{diag}(1 - h^2) W", "proved", "h at step t;", "h at step t - 1 it would be refuted"),
    (r"a = b + U x + W h^{(t-1)}", "proved", "a and x at step t;", "a and x at step t - 1 it would be refuted"),
    (rf"\frac{{\partial L}}{{\partial h}} = W^\top \operatorname{{diag}}(1 - (h^{{(t+1)}})^2) \frac{{\partial L}}{{\partial h^{{(t+1)}}}} + {PRINTED.replace('^{(t)}', '')}",
     "proved", "h and o at step t;", "h and o at step t + 1 it would be refuted"),
    (r"\nabla_W L = \sum_{t=1}^\tau \operatorname{diag}(1 - h^2) (\nabla_h L) h^{(t-1)\top}", "proved", "h at step t;", "h at step t - 1 it would be refuted"),
    (r"\frac{\partial h^{(t+1)}}{\partial h^{(t)}} = \operatorname{diag}(1 - h^2) W", "proved", "h at step t + 1", "h at step t it would be refuted"),
    (rf"\frac{{\partial L}}{{\partial h^{{(t)}}}} = W^\top \operatorname{{diag}}(1 - h^2) \frac{{\partial L}}{{\partial h^{{(t+1)}}}} + {PRINTED}",
     "refuted", "h at step t", "h at step t + 1 it would be proved"),
    (r"\frac{\partial L}{\partial V} = (\hat y - y) h^\top", "refuted", "h at step t", "with L and yhat"),
)
# fmt: on


@pytest.mark.parametrize(("line", "verdict", "first", "second"), DEPENDING, ids=[row[0] for row in DEPENDING])
def test_a_verdict_that_depends_on_the_step_says_both(line: str, verdict: str, first: str, second: str) -> None:
    found = entry(line)
    assert found.verdict == verdict
    assert found.reading is not None
    for said in (first, second):
        assert said in found.reading
        assert said in found.message


def test_a_chain_is_read_at_the_step_of_its_first_side() -> None:
    right = rf"{D} = \hat y_1 v_{{11}} - \hat y_1 \sum_k v_{{k1}} \hat y_k = \hat y_1 (v_{{11}} - \sum_k v_{{k1}} \hat y_k)"
    first, second = entries(rf"\[ {right} \]")
    assert (first.verdict, second.verdict) == ("proved", "proved")
    assert "step τ" in first.message
    assert "step τ" in second.message
    assert second.instances == 1


def test_a_link_without_a_gap_says_nothing_of_steps() -> None:
    _, second = entries(rf"\[ {D} = -\hat y_1^{{(\tau)}} (\hat y_1^{{(\tau)}} - 1) = \hat y_1^{{(\tau)}} (1 - \hat y_1^{{(\tau)}}) \]")
    assert (second.verdict, second.message) == ("proved", "holds")


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"a = b + W h + U x", "definition"),
        (r"\hat y = \operatorname{softmax}(o)", "definition"),
        (r"L = -\sum_i y_i \ln \hat y_i", "definition"),
        (r"L = -\sum_i y_i^{(t)} \ln \hat y_i^{(t)}", "refuted"),
        (r"L = \sum_i y_i \ln \hat y_i", "refuted"),
    ],
)
def test_a_forward_equation_may_be_restated_without_its_steps(line: str, verdict: str) -> None:
    assert entry(line).verdict == verdict


def test_shapes_do_not_depend_on_the_step() -> None:
    assert entry(r"\frac{\partial L}{\partial W} = h (\nabla_h L)").verdict == "ill-typed"
    assert entry(r"\frac{\partial h}{\partial a} = 1 - h^2").verdict == "ill-typed"


LSTM = r"""\begin{align}
f_t &= \sigma(W_f h_{t-1} + U_f x_t), & i_t &= \sigma(W_i h_{t-1} + U_i x_t), & g_t &= \tanh(W_g h_{t-1} + U_g x_t) \\
c_t &= f_t \odot c_{t-1} + i_t \odot g_t, & h_t &= \tanh(c_t), & o_t &= V h_t, & L &= \sum_t \|o_t - y_t\|^2
\end{align}"""


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"c = i \odot g + f \odot c", "proved"),
        (r"c = i \odot g - f \odot c", "refuted"),
        (r"\frac{\partial c}{\partial i} = \operatorname{diag}(g)", "proved"),
        (r"\frac{\partial c}{\partial i} = \operatorname{diag}(f)", "refuted"),
    ],
)
def test_a_cell_of_gates_is_read_as_its_own_equation_has_it(line: str, verdict: str) -> None:
    assert entries(rf"{LSTM} \[ {line} \]")[-1].verdict == verdict
