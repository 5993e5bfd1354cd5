r"""Notations whose reading is told by what stands beside them: ∂ beside d, a T above, sums over `ij`, labels in words."""

from __future__ import annotations

import pytest

from bptt_sym.check import check
from bptt_sym.claims.immediate import BESIDE_D

NETWORK = r"$h_t = \tanh(W h_{t-1} + U x_t)$, $\ell_t = \frac12 \|h_t - y_t\|^2$, $L = \sum_t \ell_t$. "
INLINE = r"$h_t = \tanh(W h_{t-1} + U x_t)$, $L = \frac12 \sum_t \|h_t - y_t\|^2$. "
LINEAR = r"\[ h_t = W h_{t-1} + x_t, \quad L = \sum_t \|h_t - y_t\|^2 \] "
PICKED = (r"\[ h_t = \tanh(W h_{t-1} + U x_t), \quad o_t = V h_t, \quad p_t = \operatorname{softmax}(o_t), "
          r"\quad \ell_t = -\log p_{t, y_t}, \quad L = \sum_t \ell_t \] ")  # fmt: skip
WORDS = (r"\[ x_t = \tanh(W^{rec} x_{t-1} + W^{in} u_t + b), \quad y_t = W^{out} x_t, "
         r"\quad E = \frac12 \sum_t \|y_t - d_t\|^2 \] ")  # fmt: skip
LATER = r"\left( \frac{\partial h_{t+1}}{\partial h_t} \right)^\top \frac{d L}{d h_{t+1}}"
# fmt: off
ROWS = (
    (INLINE + rf"$\frac{{d L}}{{d h_t}} = \frac{{\partial L}}{{\partial h_t}} + {LATER}$", "proved"),
    (INLINE + rf"$\frac{{d L}}{{d h_t}} = 2 \frac{{\partial L}}{{\partial h_t}} + {LATER}$", "unreadable"),
    (NETWORK + rf"$\frac{{d L}}{{d h_t}} = \frac{{\partial L}}{{\partial h_t}} + {LATER}$", "unreadable"),
    (NETWORK + rf"$\frac{{d L}}{{d h_t}} = {LATER}$", "refuted"),
    (NETWORK + rf"$\frac{{d L}}{{d h_t}} = \frac{{d L}}{{d h_t}} + {LATER}$", "refuted"),
    (NETWORK + rf"$\frac{{\partial L}}{{\partial h_t}} = \frac{{\partial L}}{{\partial h_t}} + {LATER}$", "refuted"),
    (NETWORK + rf"\[ \frac{{d L}}{{d h_t}} = \frac{{\partial L}}{{\partial h_t}} = {LATER} + h_t - y_t \]", "proved"),
    (NETWORK + r"$\nabla_{h_t} \ell_t^\top = (h_t - y_t)^\top$", "proved"),
    (NETWORK + r"$\nabla_{h_t} \ell_t^\top = h_t - y_t$", "ill-typed"),
    (NETWORK + r"$\operatorname{tr}(\nabla_W L^\top W) = \sum_{ij} W_{ij} \frac{\partial L}{\partial W_{ij}}$", "proved"),
    (NETWORK + r"$\operatorname{tr}(\nabla_W L^\top W) = \sum_{ij} W_{ji} \frac{\partial L}{\partial W_{ij}}$", "refuted"),
    (NETWORK + r"$\sum_i y_{t,i} = 1$", "unreadable"),
    (NETWORK + r"$\sum_i h_{t,i} = 1$", "refuted"),
    (LINEAR + r"$\frac{\partial h_T}{\partial h_0} = W^T$", "unreadable"),
    (LINEAR + r"$\frac{\partial h_T}{\partial h_{T-1}} = W^\top$", "refuted"),
    (PICKED + r"$\frac{\partial L}{\partial o_{t,k}} = p_{t,k} - \mathbf 1_{k = y_t}$", "proved"),
    (PICKED + r"$\frac{\partial L}{\partial o_{t,k}} = p_{t,k} + \mathbf 1_{k = y_t}$", "refuted"),
    (WORDS + r"$\frac{\partial E}{\partial W^{out}} = \sum_t (y_t - d_t) x_t^\top$", "proved"),
    (WORDS + r"$\frac{\partial E}{\partial W^{out}} = \sum_t (y_t + d_t) x_t^\top$", "refuted"),
)
# fmt: on


@pytest.mark.parametrize(("text", "verdict"), ROWS, ids=[f"{k}" for k in range(len(ROWS))])
def test_a_line_is_read_by_what_stands_beside(text: str, verdict: str) -> None:
    assert check(text).entries[-1].verdict == verdict


def test_that_a_derivative_is_immediate_is_told() -> None:
    (*_, entry) = check(ROWS[0][0]).entries
    assert BESIDE_D in (entry.reading or "")
    (*_, first, _) = check(ROWS[6][0]).entries
    assert first.verdict == "proved"  # in a chain that goes on with the total derivative ∂ is total
    assert BESIDE_D not in (first.reading or "")
