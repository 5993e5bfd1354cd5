r"""Lines that a judge is tempted to misread: each is judged as it stands, or not read at all.

Each row is a formula and the verdicts it may have.
"""

from __future__ import annotations

from functools import cache

import pytest

from bptt_sym.check import judge_document, open_setting
from bptt_sym.claims import Setting
from bptt_sym.network.reading import read_network

NETWORKS = {
    "below": r"""\begin{align}
        h_t &= \tanh(W h_{t-1} + U x_t + b) \\
        \hat y_t &= \operatorname{softmax}(V h_t + c) \\
        L &= -\sum_{t=1}^T \sum_i y_{t,i} \log \hat y_{t,i}
        \end{align}""",
    "next target": r"""\begin{align}
        h_t &= \tanh(W h_{t-1} + U x_t + b) \\
        \hat y_t &= \operatorname{softmax}(V h_t + c) \\
        L &= -\sum_{t=1}^{T-1} \sum_i y_{t,i} \ln \hat y_{t+1,i}
        \end{align}""",
    "two biases": r"""\begin{align}
        f_t &= \sigma(W x_t + U h_{t-1} + b) \\
        c_t &= f_t \odot c_{t-1} + f_t \\
        h_t &= \tanh(c_t) \\
        \hat y_t &= V h_t + c \\
        L &= \sum_t \|\hat y_t - y_t\|^2
        \end{align}""",
}


@cache
def setting(name: str) -> Setting:
    """A network of this file, or the library's."""
    if name in NETWORKS:
        return Setting.of(read_network(NETWORKS[name], name), {"x": 2, "h": 3}, 3)
    return open_setting("elman", None, 3)


def verdicts(name: str, text: str) -> str:
    """The verdicts of a document, each with what it presumes: `proved:sum_y`."""
    if "$" not in text:
        text = f"$${text}$$"
    entries = judge_document(text, setting(name), file="lines.tex").entries
    return " ".join(e.verdict + (f":{e.given}" if e.given else "") for e in entries)


AT_THE_END = r"\nabla_{\mathbf h^{(t)}} L = \mathbf V^\top \nabla_{\mathbf o^{(t)}} L "
# fmt: off
SETS = (
    (r"\sum_{t \in \{1,2\}} L^{(t)} = L", "refuted"),
    (r"\sum_{t \in \{1\}} L^{(t)} = L^{(1)}", "proved"),
    (r"\sum_{t \in \{1, \dots, T\}} L^{(t)} = L", "proved"),
    (r"\sum_{t \in \{1, \dots, 2\}} L^{(t)} = L", "refuted"),
    (r"\sum_{t \in S} L^{(t)} = L", "proved"),
    (r"\sum_{i \in V} \hat y_i^{(t)} = 1", "unreadable"),
    (r"\sum_{i \in [n]} \hat y_i^{(t)} = 1", "proved"),
    (r"\sum_{i \in [2]} \hat y_i^{(t)} = 1", "refuted"),
    (AT_THE_END + r"\quad t \in \{\tau\}", "proved"),
    (AT_THE_END + r"\quad t \in [\tau, \tau]", "proved"),
    (AT_THE_END + r"\quad t \in [\tau]", "refuted"),
    (AT_THE_END + r"\quad t \notin \{1, 2\}", "proved"),
    (AT_THE_END + r"\text{ for } t = 3, 1", "unreadable"),
    (r"L^{(t)} = L^{(t)} \text{ for } t = T, T-1, \dots, 1", "proved"),
    (r"L^{(t)} = 2 L^{(t)} \text{ for } t = \tau, \dots, 1", "refuted"),
    (r"L = L \quad t \in \{1, \dots, \tau\}", "proved"),
    (r"L = L^{(1)} \quad \text{if } \tau = 1", "unreadable"),
    (r"L = L \quad \text{if } \tau = 3", "proved"),
    (r"L = 0 \quad \text{if } \hat y_1^{(t)} = 1", "unreadable"),
    (r"\sum_{i=1}^{n-1} \hat y_i^{(t)} + \hat y_n^{(t)} = 1", "unreadable"),
    (r"\sum_{i, j \in \{1, 2\}} w_{ij} = w_{11} + w_{12} + w_{21} + w_{22}", "unreadable"),
    (r"\sum_{i, j \in H} w_{ij} = \sum_i \sum_j w_{ij}", "proved"),
    (r"\sum_{i=1}^{n} \hat y_i^{(t)} = 1", "proved"),
    (r"\sum_{i=1}^{n_y} \hat y_i^{(t)} = 1", "proved"),
    (r"\sum_{i=1}^{4} \hat y_i^{(t)} = 1", "unreadable"),
    (r"\hat y_4^{(t)} = 1", "unreadable"),
    (r"\sum_{i=1}^{3} \hat y_i^{(t+5)} = 1", ""),
)
SCRIPTS = (
    (r"W^\top_{ij} = w_{ij}", "unreadable"),
    (r"W^\top_{ij} = w_{ji}", "unreadable"),
    (r"W_{ij}^{-1} w_{ij} = 1", "unreadable"),
    (r"(W^\top)_{ij} = w_{ji}", "proved"),
    (r"(W^\top)_{ij} = w_{ij}", "refuted"),
    (r"(\mathbf h^{(1)})^{(2)} = \mathbf h^{(1)} \odot \mathbf h^{(1)}", "unreadable"),
    (r"(\mathbf b)^{(2)} = \mathbf b \odot \mathbf b", "unreadable"),
    (r"$S = L$ $S^{(2)} = L^2$", "definition unreadable"),
    (r"$S = L$ $S^2 = L^2$", "definition proved"),
    (r"e^{(1)} = e", "unreadable"),
    (r"\frac{\partial h_i^{(t)}}{\partial h_j^{(t)}} = I_{ij}", "proved"),
    (r"\frac{\partial b_1^{(1)}}{\partial b_1^{(1)}} = 1", "unreadable"),
    (r"\frac{\partial \mathbf b}{\partial \mathbf b^{(1)}} = \mathbf I", "unreadable"),
    (r"\frac{\partial \mathbf b}{\partial \mathbf b} = \mathbf I", "proved"),
    (r"2^{1000000000} L = L", "unreadable"),
    (r"((2^{5000})^{5000})^{5000} L = L", "unreadable"),
    (r"\sum_{i=1}^{300} \sum_{j=1}^{300} \sum_{k=1}^{300} L = L", "unreadable"),
)
SHAPES = (
    (r"\mathbf 1 \mathbf h^{(t)\top} = \mathbf h^{(t)\top}", "unreadable"),
    (r"\mathbf e_1 \mathbf h^{(t)\top} = \mathbf h^{(t)\top}", "unreadable"),
    (r"\mathbf h^{(t)} \mathbf 1^\top = \mathbf h^{(t)}", "unreadable"),
    (r"\nabla_{\mathbf W^{(t)}} a_i^{(t)} = \mathbf e_i \mathbf h^{(t-1)\top}", "unreadable"),
    (r"\mathbf 1 \mathbf 1^\top \mathbf h^{(t)} = \mathbf 1 \sum_i h_i^{(t)}", "unreadable"),
    (r"\mathbf 1^\top \mathbf 1 \mathbf h^{(t)} = 5 \mathbf h^{(t)}", "unreadable"),
    (r"\mathbf 1^\top \mathbf h^{(t)} = \sum_i h_i^{(t)}", "proved"),
    (r"\mathbf e_1^\top \mathbf h^{(t)} = h_1^{(t)}", "proved"),
    (r"\mathbf h^{(t)} \mathbf 1 = \mathbf h^{(t)}", "unreadable"),
    (r"\mathbf 1 L = L", "unreadable"),
    (r"L + \mathbf e_1 = L + 1", "unreadable"),
    (r"[b_1, b_2, b_3, b_4, b_5]^\top = \mathbf b", "unreadable"),
    (r"\mathbf b \cdot \mathbf b = \mathbf b^\top \mathbf b", "unreadable"),
)
DEFINITIONS = (
    (r"$\delta^{(t)} = \nabla_{h^{(t)}} L$ $\delta^{(\tau)} = 7 V^\top \nabla_{o^{(\tau)}} L$", "definition refuted"),
    (r"$\delta^{(t)} = \nabla_{h^{(t)}} L$ $\delta^{(s)} = 7 \nabla_{h^{(s)}} L$", "definition refuted"),
    (r"$D_{ij} = w_{ij}$ $D_{ji} = 5 w_{ij}$", "definition refuted"),
    (r"$D = W$ $D_{ij} = 5 w_{ij}$", "definition refuted"),
    (r"$\delta_h^{(t)} = \nabla_{h^{(t)}} L$ $\delta_o^{(t)} = \nabla_{o^{(t)}} L$ $\delta_h^{(t)} = 2 \delta_h^{(t)}$", "definition definition refuted"),
    (r"$E^{(t)} = 2 L^{(t)}$ $E = \sum_t E^{(t)}$ $E = 2 L$", "definition definition proved"),
    (r"$\delta^{(t)} = \nabla_{h^{(t)}} L$ $\delta_{ij} = [i = j]$", "definition unreadable"),
    (r"$\mathbf e^{(t)} = \hat y^{(t)} - y^{(t)}$ $\mathbf e_1^\top \mathbf h^{(t)} = h_1^{(t)}$", "definition unreadable"),
    (r"\mathbf 1 = 1", "unreadable"),
    (r"L = A = 3 L", "unreadable unreadable"),
)
OTHERS = (
    ("below", r"\sum_i y_{1i} = 1", "proved:sum_y"),
    ("below", r"y_{2i} = y_{2,i}", "proved"),
    ("below", r"y_{2i} = y_{3,i}", "refuted"),
    ("below", r"\ell_t = -\sum_i y_{t,i} \ln \hat y_{t,i}", "proved"),
    ("below", r"$\ell_t = -y_{t,1}$ $\ell_t = -2 y_{t,1}$", "definition refuted"),
    ("below", r"$\ell_t = -y_{t,1}$ $\ell_2 = -y_{2,1}$", "definition proved"),
    ("next target", r"\sum_i \hat y_{t+1,i} = 1", "proved"),
    ("two biases", r"\sum_j V_{ij} h_{t,j} + c_i = \sum_j V_{ij} h_{t,j} + c_i", "unreadable"),
)
# fmt: on
ROWS = (*(("elman", *row) for row in (*SETS, *SCRIPTS, *SHAPES, *DEFINITIONS)), *OTHERS)


@pytest.mark.parametrize(("network", "text", "expected"), ROWS)
def test_a_line_is_judged_as_it_stands_or_not_read(network: str, text: str, expected: str) -> None:
    """Sets, scripts, shapes and definitions are taken at their word."""
    assert verdicts(network, text) == expected
