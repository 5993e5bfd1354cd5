r"""Lines that are easy to get wrong: right ones and their wrong siblings, in the dialects people write.

Each row is a formula and what must come of it; the truth was found apart from the judge, by hand or with numbers.
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
        z_t &= V h_t + c \\
        \hat y_t &= \operatorname{softmax}(z_t) \\
        L &= -\sum_t \sum_i y_{t,i} \log \hat y_{t,i}
        \end{align}""",
    "LSTM": r"""\begin{align}
        f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f) \\
        i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i) \\
        o_t &= \sigma(W_o x_t + U_o h_{t-1} + b_o) \\
        g_t &= \tanh(W_g x_t + U_g h_{t-1} + b_g) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
        h_t &= o_t \odot \tanh(c_t) \\
        \hat y_t &= \operatorname{softmax}(V h_t + d) \\
        L &= -\sum_t \sum_i y_{t,i} \ln \hat y_{t,i}
        \end{align}""",
    "decay": r"""\begin{align}
        h_t &= \tanh(W h_{t-1} + U x_t + b) \\
        L &= \sum_t \|V h_t - y_t\|^2 + \frac{\lambda}{2} \|W\|^2
        \end{align}""",
    "rectified": r"""\begin{align}
        a_t &= W h_{t-1} + U x_t + b \\
        h_t &= \operatorname{ReLU}(a_t) \\
        L &= \sum_t \|V h_t - y_t\|^2
        \end{align}""",
    "two losses": r"""\begin{align}
        h_t &= \tanh(W h_{t-1} + U x_t + b) \\
        \hat y_t &= \operatorname{softmax}(V h_t + c) \\
        L &= -\sum_t \sum_i y_{t,i} \ln \hat y_{t,i} \\
        M &= \sum_t \|h_t\|^2
        \end{align}""",
}
SIZES = {
    "below": {"x": 2, "h": 3}, "LSTM": {"x": 2, "c": 3}, "decay": {"x": 2, "h": 3}, "rectified": {"x": 2, "h": 3},
    "two losses": {"x": 2, "h": 3}, "large": {"x": 1, "h": 11, "o": 2}, "one output": {"o": 1},
    "one state": {"h": 1}, "all ones": {"x": 1, "h": 1, "o": 1},
}  # fmt: skip
STEPS = {"large": 1, "one step": 1, "two steps": 2}


@cache
def setting(name: str) -> Setting:
    """A network of this file, or the library's at some sizes."""
    sizes, steps = SIZES.get(name), STEPS.get(name, 3)
    if name in NETWORKS:
        return Setting.of(read_network(NETWORKS[name], name), sizes, steps)
    return open_setting("elman", sizes, steps)


def verdicts(name: str, text: str) -> str:
    """The verdicts of a document, each with what it presumes: `proved:sum_y`."""
    if "$" not in text and r"\begin{align" not in text:
        text = f"$${text}$$"
    entries = judge_document(text, setting(name), file="lines.tex").entries
    return " ".join(e.verdict + (f":{e.given}" if e.given else "") for e in entries)


# fmt: off
LAYERS = (  # elman: a, h, o, yhat with steps above, V W U b c
    # vectors, one step of the recursion
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf W^\top \operatorname{diag}(1-(\mathbf h^{(t+1)})^2) \nabla_{\mathbf h^{(t+1)}} L + \mathbf V^\top \nabla_{\mathbf o^{(t)}} L", "proved"),
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf W^\top \operatorname{diag}(1-\mathbf h^{(t+1)2}) \nabla_{\mathbf h^{(t+1)}} L + \mathbf V^\top (\hat{\mathbf y}^{(t)} - \mathbf y^{(t)})", "proved:sum_y"),
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf W^\top ((\nabla_{\mathbf h^{(t+1)}} L) \odot (1-\mathbf h^{(t+1)} \odot \mathbf h^{(t+1)})) + \mathbf V^\top \nabla_{\mathbf o^{(t)}} L", "proved"),
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf W^\top \nabla_{\mathbf h^{(t+1)}} L \odot (1-(\mathbf h^{(t+1)})^2) + \mathbf V^\top \nabla_{\mathbf o^{(t)}} L", "refuted"),
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf W \operatorname{diag}(1-(\mathbf h^{(t+1)})^2) \nabla_{\mathbf h^{(t+1)}} L + \mathbf V^\top \nabla_{\mathbf o^{(t)}} L", "refuted"),
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf W^\top \operatorname{diag}(1-(\mathbf h^{(t)})^2) \nabla_{\mathbf h^{(t+1)}} L + \mathbf V^\top \nabla_{\mathbf o^{(t)}} L", "refuted"),
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf W^\top (\nabla_{\mathbf h^{(t+1)}} L) \operatorname{diag}(1-(\mathbf h^{(t+1)})^2) + \mathbf V^\top \nabla_{\mathbf o^{(t)}} L", "ill-typed"),
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf V \nabla_{\mathbf o^{(t)}} L", "ill-typed"),
    (r"\nabla_{\mathbf h^{(t)}} L = \mathbf V^\top \nabla_{\mathbf o^{(t)}} L", "refuted"),
    (r"\nabla_{\mathbf h^{(t)}} L^{(t)} = \mathbf V^\top \nabla_{\mathbf o^{(t)}} L^{(t)}", "proved"),
    (r"\nabla_{\mathbf h^{(t)}} L^{(s)} = \mathbf V^\top \nabla_{\mathbf o^{(t)}} L^{(s)}", "refuted"),
    (r"\nabla_{\mathbf h^{(\tau)}} L = (\nabla_{\mathbf o^{(\tau)}} L)^\top \mathbf V", "ill-typed"),
    (r"(\nabla_{\mathbf h^{(\tau)}} L)^\top = (\nabla_{\mathbf o^{(\tau)}} L)^\top \mathbf V", "proved"),
    (r"\nabla_{\mathbf h^{(0)}} L = \mathbf W^\top \nabla_{\mathbf a^{(1)}} L", "proved"),
    (r"\frac{\partial L}{\partial \mathbf x^{(t)}} = \mathbf U^\top \nabla_{\mathbf a^{(t)}} L", "proved"),
    (r"\frac{\partial L}{\partial \mathbf y^{(t)}} = -\ln \hat{\mathbf y}^{(t)}", "proved"),
    # components
    (r"\frac{\partial L}{\partial h_i^{(t)}} = \sum_j w_{ji} (1-(h_j^{(t+1)})^2) \frac{\partial L}{\partial h_j^{(t+1)}} + \sum_k v_{ki} \frac{\partial L^{(t)}}{\partial o_k^{(t)}}", "proved"),
    (r"\frac{\partial L}{\partial h_i^{(t)}} = \sum_j W_{ij} (1-(h_j^{(t+1)})^2) \frac{\partial L}{\partial h_j^{(t+1)}} + \sum_k V_{ki} \frac{\partial L}{\partial o_k^{(t)}}", "refuted"),
    (r"\frac{\partial L}{\partial h_3^{(t)}} = \sum_j w_{j3} (1-(h_j^{(t+1)})^2) \frac{\partial L}{\partial h_j^{(t+1)}} + \sum_k v_{k2} \frac{\partial L}{\partial o_k^{(t)}}", "refuted"),
    (r"\frac{\partial L}{\partial w_{ij}} = \sum_t \frac{\partial L}{\partial a_i^{(t)}} h_j^{(t-1)}", "proved"),
    (r"\frac{\partial L}{\partial w_{ij}} = \sum_t \frac{\partial L}{\partial a_j^{(t)}} h_i^{(t-1)}", "refuted"),
    (r"\frac{\partial L}{\partial w_{ij}} = \sum_t \frac{\partial L}{\partial a_i^{(t)}} h_j^{(t)}", "refuted"),
    (r"\frac{\partial L}{\partial w_{ii}} = \sum_t \frac{\partial L}{\partial a_i^{(t)}} h_i^{(t-1)}", "proved"),
    (r"\frac{L}{w_{11}} = \frac{\partial L}{\partial w_{11}}", "refuted"),
    (r"\frac{\partial L}{w_{11}} = \frac{\partial L}{\partial w_{11}}", "ill-typed"),
    (r"h_i^{(t)} = \tanh(a_i^{(t)}) + [i = 3][t = 2] 10^{-9}", "refuted"),
    # products of Jacobians run left to right, or the later ones stand to the left
    (r"\frac{\partial \mathbf h^{(3)}}{\partial \mathbf h^{(1)}} = \prod_{k=2}^3 \frac{\partial \mathbf h^{(k)}}{\partial \mathbf h^{(k-1)}}", "proved"),
    (r"\frac{\partial \mathbf h^{(3)}}{\partial \mathbf h^{(1)}} = \prod_{3 \ge k \ge 2} \frac{\partial \mathbf h^{(5-k)}}{\partial \mathbf h^{(4-k)}}", "refuted"),
    (r"\frac{\partial \mathbf h^{(3)}}{\partial \mathbf h^{(1)}} = \prod_{k=1}^2 \frac{\partial \mathbf h^{(4-k)}}{\partial \mathbf h^{(3-k)}}", "proved"),
    (r"\frac{\partial \mathbf h^{(t)}}{\partial \mathbf h^{(s)}} = \mathbf 0", "refuted"),
    (r"\frac{\partial \mathbf h^{(t)}}{\partial \mathbf h^{(s)}} = \mathbf 0 \quad s>t", "proved"),
    (r"\frac{\partial \mathbf h^{(t)}}{\partial \mathbf h^{(t)}} = \mathbf I", "proved"),
)

COPIES = (  # a parameter without a step is the shared one, with a step that step's copy
    (r"\nabla_{\mathbf W} L = \sum_t \nabla_{\mathbf W^{(t)}} L", "proved"),
    (r"\nabla_{\mathbf W} L = \sum_{t=2}^{\tau} \nabla_{\mathbf W^{(t)}} L", "refuted"),
    (r"\nabla_{\mathbf W} L = \sum_t \nabla_{\mathbf W^{(t)}} L^{(t)}", "refuted"),
    (r"\nabla_{W^{(t)}} L = \nabla_{a^{(t)}} L\, h^{(t-1)\top}", "proved"),
    (r"\nabla_{W} L = \nabla_{a^{(t)}} L\, h^{(t-1)\top}", "refuted"),
    (r"\nabla_{W^{(3)}} L = \nabla_{W^{(3)}} L^{(3)}", "proved"),
    (r"\nabla_{W^{(2)}} L = \nabla_{W^{(2)}} L^{(2)}", "refuted"),
    (r"\nabla_{W^{(3)}} L^{(2)} = 0", "proved"),
    (r"\nabla_{V^{(t)}} L = \nabla_V L^{(t)}", "proved"),
    (r"\nabla_{V^{(t)}} L = \nabla_V L", "refuted"),
    (r"\nabla_{\mathbf b} L^{(1)} = \nabla_{\mathbf a^{(1)}} L^{(1)}", "proved"),
    (r"\nabla_{\mathbf b} L^{(2)} = \nabla_{\mathbf a^{(2)}} L^{(2)}", "refuted"),
    (r"\frac{\partial L^{(t)}}{\partial W_{12}} = \sum_s \frac{\partial L^{(t)}}{\partial W_{12}^{(s)}}", "proved"),
    (r"\frac{\partial L^{(t)}}{\partial W_{12}} = \sum_{s<t} \frac{\partial L^{(t)}}{\partial W_{12}^{(s)}}", "refuted"),
    (r"\frac{\partial L^{(s)}}{\partial w_{11}^{(t)}} = 0, \quad s < t", "proved"),
    (r"\frac{\partial L^{(3)}}{\partial W_{12}^{(4)}} = 0", "unreadable"),
    (r"\frac{\partial \mathbf a^{(t)}}{\partial \mathbf b} = \mathbf I", "refuted"),
    (r"\frac{\partial \mathbf a^{(1)}}{\partial \mathbf b} = \mathbf I", "proved"),
    (r"\frac{\partial \mathbf a^{(t)}}{\partial \mathbf b^{(t)}} = \mathbf I", "proved"),
    (r"\frac{\partial^+ \mathbf a^{(t)}}{\partial \mathbf b} = \mathbf I", "proved"),
    (r"\frac{\partial h_i^{(t)}}{\partial W_{jk}} = (1-(h_i^{(t)})^2)\delta_{ij} h_k^{(t-1)}", "refuted"),
    (r"\frac{\partial h_i^{(t)}}{\partial W_{jk}^{(t)}} = (1-(h_i^{(t)})^2)\delta_{ij} h_k^{(t-1)}", "proved"),
    (r"\frac{\partial h_i^{(1)}}{\partial W_{jk}} = (1-(h_i^{(1)})^2)\delta_{ij} h_k^{(0)}", "proved"),
    (r"\frac{\partial h_i^{(t)}}{\partial b_j} = (1-(h_i^{(t)})^2)\delta_{ij}", "refuted"),
    (r"\frac{\partial h_i^{(t)}}{\partial b_j} = (1-(h_i^{(t)})^2)\left(\delta_{ij} + \sum_k w_{ik} \frac{\partial h_k^{(t-1)}}{\partial b_j}\right)", "proved"),
)

TARGETS = (  # the weakest of: nothing, targets that sum to 1, one-hot targets
    (r"\sum_i \hat y_i^{(t)} = 1", "proved"),
    (r"\sum_i \hat y_i^{(t)} \sum_i y_i^{(t)} = 1", "proved:sum_y"),
    (r"\sum_i \hat y_i^{(t)} \sum_i \hat y_i^{(t)} y_i^{(t)} = \sum_i \hat y_i^{(t)} y_i^{(t)}", "proved"),
    (r"\sum_i y_i^{(t)} \hat y_i^{(t)} = \sum_i y_i^{(t)} \sum_i \hat y_i^{(t)}", "refuted"),
    (r"\hat y_1^{(t)}(y_1^{(t)}+y_2^{(t)}+y_3^{(t)}) - y_1^{(t)} = \hat y_1^{(t)} - y_1^{(t)}", "proved:sum_y"),
    (r"\sum_i (y_i^{(t)} - \hat y_i^{(t)}) = 0", "proved:sum_y"),
    (r"\sum_i \frac{\partial L}{\partial o_i^{(t)}} = 0", "proved"),
    (r"\sum_i y_i^{(1)} = \sum_i y_i^{(2)}", "proved:sum_y"),
    (r"\ln \sum_i y_i^{(t)} = 0", "proved:sum_y"),
    (r"(\sum_i y_i^{(t)})^2 = \sum_i (y_i^{(t)})^2", "proved:one_hot"),
    (r"y_i^{(t)} y_j^{(t)} = 0", "refuted"),
    (r"y_i^{(t)} y_j^{(t)} = 0 \quad\text{for } i \neq j", "proved:one_hot"),
    (r"y_i^{(t)} y_j^{(t)} = 0, \; i \neq j", "proved:one_hot"),
    (r"y_i^{(t)} y_j^{(t)} = 0 \text{ for } j = i", "refuted"),
    (r"y_i^{(t)} y_{i+1}^{(t)} = 0", "proved:one_hot"),
    (r"\sum_{i\neq j} y_i^{(t)} y_j^{(t)} = 0", "proved:one_hot"),
    (r"\sum_{i,j} y_i^{(t)} y_j^{(t)} = 1", "proved:sum_y"),
    (r"2^{y_1^{(t)}} = 1 + y_1^{(t)}", "proved:one_hot"),
    (r"(\hat y_1^{(t)})^{y_1^{(t)}} = 1 - y_1^{(t)} + y_1^{(t)} \hat y_1^{(t)}", "proved:one_hot"),
    (r"\prod_i (\hat y_i^{(t)})^{y_i^{(t)}} = e^{-L^{(t)}}", "proved"),
    (r"L^{(t)} = -\ln(\mathbf y^{(t)\top} \hat{\mathbf y}^{(t)})", "proved:one_hot"),
    (r"L^{(t)} = \ln \sum_j e^{o_j^{(t)}} - \mathbf y^{(t)\top} \mathbf o^{(t)}", "proved:sum_y"),
    (r"L^{(t)} = \sum_i y_i^{(t)}\left(\ln \sum_j e^{o_j^{(t)}} - o_i^{(t)}\right)", "proved"),
    (r"\mathbb 1\{i = y^{(t)}\} = y_i^{(t)}", "proved:one_hot"),
    (r"[i = y^{(t)}] = y_i^{(t)}", "proved:one_hot"),
    (r"\frac{\partial^2 L}{\partial o_i^{(t)} \partial o_j^{(t)}} = \hat y_i^{(t)}(\delta_{ij}-\hat y_j^{(t)})", "proved:sum_y"),
    (r"\frac{\partial^2 L}{\partial c_1^2} = \sum_t \hat y_1^{(t)}(1-\hat y_1^{(t)})", "proved:sum_y"),
    (r"\nabla_{\mathbf o^{(t)}} L = \hat{\mathbf y}^{(t)} - \mathbf y^{(t)} - 10^{-40}", "refuted"),
    (r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \begin{cases} \hat y_i^{(t)}(1-\hat y_i^{(t)}) & \text{if } i = j \\ -\hat y_i^{(t)} \hat y_j^{(t)} & \text{otherwise} \end{cases}", "proved"),
    (r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \begin{cases} \hat y_i^{(t)}(1-\hat y_i^{(t)}), & \text{if } i = j, \\ \hat y_i^{(t)} \hat y_j^{(t)}, & \text{else.} \end{cases}", "refuted"),
)

SUMS = (  # what is bound, from where to where, and how far the body reaches
    (r"\sum_{t=1}^{\tau-1} L^{(t)} = L", "refuted"),
    (r"\sum_{t=1}^{\tau-1} L^{(t)} + L^{(\tau)} = L", "proved"),
    (r"\sum_{t=0}^{\tau} L^{(t)} = L", "unreadable"),
    (r"\sum_{t=1}^{T} L^{(t)} = L", "proved"),
    (r"\sum_{t=2}^{3} L^{(t)} = L", "refuted"),
    (r"\sum_{s \ne t} L^{(s)} = L - L^{(t)}", "proved"),
    (r"\sum_{t < \tau} L^{(t)} = L - L^{(\tau)}", "proved"),
    (r"\sum_{t} t L^{(t)} = L^{(1)} + 2 L^{(2)} + 3 L^{(3)}", "proved"),
    (r"\sum_{t=1}^\tau L = 3 L", "proved"),
    (r"\sum_{s} L^{(t)} = 3 L^{(t)}", "unreadable"),
    (r"\sum L^{(t)} = L^{(t)}", "unreadable"),
    (r"\sum y_i^{(t)} = y_i^{(t)}", "unreadable"),
    (r"\prod L^{(t)} = L^{(t)}", "unreadable"),
    (r"\sum^\tau L^{(t)} = L", "unreadable"),
    (r"\sum_{i=1}^{2} \hat y_i^{(t)} = 1 - \hat y_3^{(t)}", "proved"),
    (r"\sum_{i=4}^{3} \hat y_i^{(t)} = 0", "proved"),
    (r"\sum_{i \ne j} \hat y_i^{(t)} = 1 - \hat y_j^{(t)}", "proved"),
    (r"\sum_{i \ge 2} \hat y_i^{(t)} = \hat y_3^{(t)}", "refuted"),
    (r"\sum_i \hat y_i^{(t)} + 1 = 2", "proved"),
    (r"\sum_i (\hat y_i^{(t)} + 1) = 4", "proved"),
    (r"\sum_i -\hat y_i^{(t)} = -1", "proved"),
    (r"\sum_{j=1}^3\sum_{i=1}^{j} \hat y_i^{(t)} = 3 \hat y_1^{(t)} + 2 \hat y_2^{(t)} + \hat y_3^{(t)}", "proved"),
    (r"\sum_{i=1}^{3} \sum_{i=1}^{i} \hat y_i^{(t)} = 1", "refuted"),
    (r"\prod_{t} (L^{(t)}) L = L L^{(1)}L^{(2)}L^{(3)}", "proved"),
    (r"\frac{\partial}{\partial o_j^{(t)}} \sum_k \hat y_k^{(t)} o_k^{(t)} = \sum_k \frac{\partial \hat y_k^{(t)}}{\partial o_j^{(t)}} o_k^{(t)} + \hat y_j^{(t)}", "proved"),
    (r"\frac{\partial}{\partial o_1^{(t)}} L^{(t)} \hat y_1^{(t)} = \hat y_1^{(t)} \frac{\partial L^{(t)}}{\partial o_1^{(t)}}", "unreadable"),
    (r"\frac{\partial}{\partial o_1^{(t)}} \left( L^{(t)} \hat y_1^{(t)} \right) = \hat y_1^{(t)} \frac{\partial L^{(t)}}{\partial o_1^{(t)}}", "refuted"),
    (r"\frac{\partial L^2}{\partial o_1^{(t)}} = 2 L \frac{\partial L}{\partial o_1^{(t)}}", "proved"),
    (r"\frac{\partial L^2}{\partial o_1^{(t)}} = \left(\frac{\partial L}{\partial o_1^{(t)}}\right)^2", "refuted"),
    (r"\nabla_{\mathbf h^{(t)}} (L^{(t)} L) = L \nabla_{\mathbf h^{(t)}} L^{(t)}", "refuted"),
)

SCRIPTS = (  # transposes, powers, steps, components
    (r"\mathbf W^{\top 2} = \mathbf W^2", "refuted"),
    (r"\mathbf W^{2\top} = (\mathbf W^\top)^2", "proved"),
    (r"(\mathbf W^\top)_{ij} = w_{ji}", "proved"),
    (r"(\mathbf W^\top)_{ij} = w_{ij}", "refuted"),
    (r"(W^2)_{ij} = w_{ij}^2", "refuted"),
    (r"\mathbf h_i^{(t)2} = (h_i^{(t)})^2", "proved"),
    (r"\mathbf h^{(t)T} \mathbf h^{(t)} = \sum_i (h_i^{(t)})^2", "proved"),
    (r"\mathbf h^{(T)\top} \mathbf h^{(T)} = \sum_i (h_i^{(3)})^2", "proved"),
    (r"\mathbf h^{T} = \mathbf h^{(3)}", "unreadable"),
    (r"\mathbf{W}_{12} = w_{12}", "proved"),
    (r"(\nabla_{W} L)_{ij} = \frac{\partial L}{\partial w_{ij}}", "proved"),
    (r"(\nabla_{W} L)_{ij} = \frac{\partial L}{\partial w_{ji}}", "refuted"),
    (r"\nabla_{W} L_{ij} = \frac{\partial L}{\partial w_{ij}}", "unreadable"),
    (r"-L^2 = (-L)^2", "refuted"),
    (r"1/2 L = \frac{1}{2} L", "unreadable"),
    (r"L/\hat y_1^{(t)} y_1^{(t)} = \frac{L}{\hat y_1^{(t)} y_1^{(t)}}", "unreadable"),
    (r"\tanh a_1^{(t)} h_1^{(t)} = (h_1^{(t)})^2", "unreadable"),
    (r"\tanh^{-1} h_1^{(t)} = a_1^{(t)}", "unreadable"),
    (r"\mathbf e_i^\top \mathbf h^{(t)} = h_i^{(t)}", "proved"),
    (r"\mathbf 1^\top \mathbf h^{(t)} = \sum_i h_i^{(t)}", "proved"),
    (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}^2 = \begin{pmatrix} 1 & 4 \\ 9 & 16 \end{pmatrix}", "refuted"),
    (r"\begin{pmatrix} b_1 \\ b_2 \\ b_3 \\ b_4 \end{pmatrix} = \mathbf b", "ill-typed"),
    (r"\begin{pmatrix} b_1 \\ \vdots \\ b_5 \end{pmatrix} = \mathbf b", "unreadable"),
)

FUNCTIONS = (  # exponentials and logarithms, and what is nowhere defined
    (r"\hat y_i^{(t)} = \frac{1}{\sum_j e^{o_j^{(t)} - o_i^{(t)}}}", "proved"),
    (r"\hat y_1^{(t)} = \sigma(o_1^{(t)} - o_2^{(t)})", "refuted"),
    (r"\frac{\hat y_1^{(t)}}{\hat y_1^{(t)}+\hat y_2^{(t)}} = \sigma(o_1^{(t)} - o_2^{(t)})", "proved"),
    (r"\ln \sum_j e^{o_j^{(t)}} = o_1^{(t)} - \ln \hat y_1^{(t)}", "proved"),
    (r"\ln \frac{\hat y_1^{(t)}}{\hat y_2^{(t)}} = o_1^{(t)} - o_2^{(t)}", "proved"),
    (r"\ln(1 - (h_1^{(t)})^2) = \ln(1-h_1^{(t)}) + \ln(1+h_1^{(t)})", "proved"),
    (r"\sigma(2a_1^{(t)}) = \frac{1+h_1^{(t)}}{2}", "proved"),
    (r"\tanh(-a_1^{(t)}) = h_1^{(t)}", "refuted"),
    (r"\sigma'(o_1^{(t)}) = \sigma(o_1^{(t)})(1+\sigma(o_1^{(t)}))", "refuted"),
    (r"0.1 + 0.2 = 0.3", "proved"),
    (r"0.333333333333 = \frac13", "refuted"),
    (r"(1+10^{-30}) L = L", "refuted"),
    (r"L + 10^{-300} = L", "refuted"),
    (r"\sqrt{(\ln \hat y_1^{(t)})^2} = \ln \hat y_1^{(t)}", "refuted"),
    (r"\frac{\partial^2 h_1^{(1)}}{\partial b_1^2} = -2 h_1^{(1)} (1-(h_1^{(1)})^2)", "proved"),
    (r"\frac{\partial^2 h_1^{(1)}}{\partial b_1^2} = 2 h_1^{(1)} (1-(h_1^{(1)})^2)", "refuted"),
)

UNDEFINED = (  # neither proved nor refuted: something here has no value, or none that is known
    r"\frac{h_1^{(t)} - \tanh a_1^{(t)}}{h_1^{(t)} - \tanh a_1^{(t)}} = 1",
    r"\frac{1}{1 - \sum_i \hat y_i^{(t)}} = \frac{1}{1-\sum_i \hat y_i^{(t)}}",
    r"0 \cdot \frac{1}{1 - \sum_i \hat y_i^{(t)}} = 0",
    r"\frac{L-L}{L-L} = 0",
    r"\ln (\hat y_1^{(t)}-1) - \ln(\hat y_1^{(t)}-1) = 0",
    r"\ln(-L^2) = \ln(-L^2)",
    r"\sqrt{-1}^2 = -1",
    r"0^{-1} = 0^{-1}",
    r"\sum_i y_i^{(t)} \ln y_i^{(t)} = 0",
    r"\operatorname{ReLU}'(0) = 0",
    r"\operatorname{ReLU}'(0) = 1",
    r"L^{(t)} = \sum_i y_i^{(t)} \ln \frac{y_i^{(t)}}{\hat y_i^{(t)}}",
    r"\sqrt{o_1^{(t)} o_2^{(t)}} = \sqrt{o_1^{(t)}}\sqrt{o_2^{(t)}}",
    r"\ln((a_1^{(t)})^2) = 2 \ln a_1^{(t)}",
)

LAST = r"\nabla_{\mathbf h^{(t)}} L = \mathbf V^\top \nabla_{\mathbf o^{(t)}} L"  # true at the last step only
CONDITIONS = (
    (LAST + r" \quad \text{for } t = \tau", "proved"),
    (LAST + r", \qquad t \ge \tau", "proved"),
    (LAST + r" \text{ for } 2 < t \le 3", "proved"),
    (LAST + r" \text{ for } t < \tau", "refuted"),
    (LAST + r" \text{ for } t \ne 1", "refuted"),
    (LAST + r" \text{ for } t \not= 3", "refuted"),
    (LAST + r" \text{ unless } t = \tau", "unreadable"),
    (LAST + r" \text{ except for } t = \tau", "unreadable"),
    (LAST + r" \text{ for } t = \tau \text{ or } t = 1", "unreadable"),
    (LAST + r" \text{ for } t = 3, 1", "unreadable"),
    (LAST + r" \text{ for } t = 4", ""),
    (LAST + r" \text{ if } i = y^{(t)}", "unreadable"),
    (r"\text{If } t = \tau, \text{ then } " + LAST, "proved"),
    (r"\forall t: " + LAST, "refuted"),
)

DOCUMENTS = (  # several equalities, what asserts nothing, and what continues over lines
    (r"\begin{align} L &= 3L \\ &= L \\ &\quad + L \\ &\quad + L \end{align}", "refuted proved"),
    (r"\begin{align} L &= L \\ L &+ L = 2L \end{align}", "proved proved"),
    (r"\begin{align} L &= 2L - {}\\ &\quad L \\ &= L \end{align}", "proved proved"),
    (r"\begin{align} L &= L & L &= 2L \end{align}", "proved refuted"),
    (r"\begin{align} L &= L \\ \intertext{so} L &= 2L \end{align}", "proved refuted"),
    (r"\begin{cases} L = L \\ L = 2L \end{cases}", "proved refuted"),
    (r"L = L \implies L = 2L", "proved refuted"),
    (r"L \approx 3 L = L + L + L", "proved"),
    (r"L \overset{(1)}{=} 2L", "refuted"),
    (r"\boxed{L = 2L}", "refuted"),
    (r"\text{Hence } L = 2L", "refuted"),
    (r"L = 2L \qquad\text{(chain rule)}", "refuted"),
    (r"\cancel{L} + 1 = 1", "refuted"),
    (r"L = L + \dots", "unreadable"),
    (r"\newcommand{\dd}[2]{\frac{\partial #1}{\partial #2}} $\dd{L}{L^{(t)}} = 1$", "proved"),
    (r"\begin{verbatim} $L = 2L$ \end{verbatim} $L=L$", "proved"),
    ("$L = L % 2\n$", "proved"),
    (r"$S = L$ $S = 2L$", "definition refuted"),
    (r"$A = L = 3 L$", "definition refuted"),
    (r"$S = S + L$", "unreadable"),
    (r"$S := L$ $S := 2L$", "definition unreadable"),
    (r"$\hat L = 2L$ $\hat L = L$", "definition refuted"),
    (r"$\delta^{(t)} = \nabla_{h^{(t)}} L$ $\nabla_{b} L = \sum_t (1-(h^{(t)})^2) \odot \delta^{(t)}$", "definition proved"),
    (r"$\delta^{(t)} = \nabla_{h^{(t)}} L$ $\nabla_{b} L = \sum_t (1+(h^{(t)})^2) \odot \delta^{(t)}$", "definition refuted"),
    (r"L \equiv 2L", "unreadable"),
    (r"L^{2}^{3} = 1", "unreadable"),
    (r"\frac{}{} = L", "unreadable"),
)

OTHERS = (  # other networks, other dialects
    ("below", r"\frac{\partial L}{\partial h_T} = V^\top (\hat y_T - y_T)", "proved:sum_y"),
    ("below", r"\frac{\partial L}{\partial h_k} = V^\top (\hat y_k - y_k)", "refuted"),
    ("below", r"\frac{\partial L}{\partial V} = \sum_t (\hat y_t - y_t) h_t^T", "proved:sum_y"),
    ("below", r"\frac{\partial L}{\partial V} = \sum_t (\hat y_t - y_t) \otimes h_t", "proved:sum_y"),
    ("below", r"\frac{\partial L}{\partial V} = \sum_t (\hat y_t - y_t) h_t", "ill-typed"),
    ("below", r"\frac{\partial L}{\partial V} = \sum_t h_t (\hat y_t - y_t)^T", "ill-typed"),
    ("below", r"\frac{\partial L}{\partial b} = \sum_t (1-h_t^2) * \frac{\partial L}{\partial h_t}", "proved"),
    ("below", r"\frac{\partial L}{\partial b} = \sum_t (1-h_t^2) \frac{\partial L}{\partial h_t}", "ill-typed"),
    ("below", r"\frac{\partial L}{\partial b} = \sum_t (1-h_t^\top h_t) \frac{\partial L}{\partial h_t}", "refuted"),
    ("below", r"\frac{\partial L}{\partial b} = \sum_t (I - \operatorname{diag}(h_t)^2) \frac{\partial L}{\partial h_t}", "proved"),
    ("below", r"\frac{\partial L}{\partial b} = \sum_t \operatorname{diag}(1-h_t h_t^\top) \frac{\partial L}{\partial h_t}", "ill-typed"),
    ("below", r"\frac{\partial L}{\partial W_{ij}} = \sum_{t=1}^T \sum_k \frac{\partial L}{\partial h_{t,k}}\frac{\partial h_{t,k}}{\partial W_{ij}}", "refuted"),
    ("below", r"\frac{\partial L}{\partial W_{ij}} = \sum_{t=1}^T \sum_k \frac{\partial L}{\partial h_{t,k}}\frac{\partial^+ h_{t,k}}{\partial W_{ij}}", "proved"),
    ("below", r"\frac{\partial^+ h_t}{\partial h_{t-1}} = \operatorname{diag}(1-h_t^2) W", "proved"),
    ("below", r"\frac{\partial h_t}{\partial h_{t-1}} = W \operatorname{diag}(1-h_t^2)", "refuted"),
    ("below", r"\frac{\partial h_3}{\partial h_1} = \frac{\partial h_3}{\partial h_2}\frac{\partial h_2}{\partial h_1}", "proved"),
    ("below", r"\frac{\partial h_3}{\partial h_1} = \frac{\partial h_2}{\partial h_1}\frac{\partial h_3}{\partial h_2}", "refuted"),
    ("below", r"\frac{\partial L}{\partial z_{t,i}} = \hat y_{t,i} - \mathbf 1_{y_t = i}", "proved:one_hot"),
    ("below", r"\frac{\partial L}{\partial z_{t,i}} = \hat y_{t,i} \sum_j y_{t,j} - y_{t,i}", "proved"),
    ("below", r"\log(y_t^\top \hat y_t) = y_t^\top \log \hat y_t", "proved:one_hot"),
    ("below", r"\log y_t^\top \hat y_t = y_t^\top \log \hat y_t", "unreadable"),
    ("below", r"y_{t,i}y_{t,j} = \delta_{ij} y_{t,i}", "proved:one_hot"),
    ("below", r"\sum_i y_{t,i} y_{s,i} = 1", "refuted"),
    ("below", r"\sum_i y_{ti} = 1", "proved:sum_y"),
    ("below", r"h_{t+1} = \tanh(W h_t + U x_{t+1} + b)", "proved"),
    ("below", r"h_t = \tanh(U h_{t-1} + W x_t + b)", "ill-typed"),
    ("below", r"h_2^2 = h_2 \odot h_2", "proved"),
    ("below", r"h_t^2 = h_t h_t", "ill-typed"),
    ("below", r"W^{T} W = W W^{T}", "refuted"),
    ("below", r"W^{-1} W = I", "unreadable"),
    ("below", r"h_{i,j} = h_{j,i}", "refuted"),
    ("LSTM", r"\frac{\partial L}{\partial c_{t}} = \frac{\partial L}{\partial h_t} \odot o_t \odot (1-\tanh^2(c_t)) + \frac{\partial L}{\partial c_{t+1}} \odot f_{t+1}", "proved"),
    ("LSTM", r"\frac{\partial L}{\partial c_{t}} = \frac{\partial L}{\partial h_t} \odot o_t \odot (1-\tanh^2(c_t)) + \frac{\partial L}{\partial c_{t+1}} \odot f_t", "refuted"),
    ("LSTM", r"\frac{\partial L}{\partial c_{t}} = \frac{\partial L}{\partial h_t} \odot o_t \odot (1-\tanh^2(c_t))", "refuted"),
    ("LSTM", r"\frac{\partial c_t}{\partial c_{t-1}} = \operatorname{diag}(f_t)", "refuted"),
    ("LSTM", r"\frac{\partial^+ c_t}{\partial c_{t-1}} = \operatorname{diag}(f_t)", "proved"),
    ("LSTM", r"\frac{\partial L}{\partial h_{t-1}} = \left(\frac{\partial h_t}{\partial h_{t-1}}\right)^\top \frac{\partial L}{\partial h_t} + \left(\frac{\partial c_t}{\partial h_{t-1}}\right)^\top \frac{\partial L}{\partial c_t} + V^\top(\hat y_{t-1} - y_{t-1})", "refuted"),
    ("LSTM", r"\frac{\partial L}{\partial W_i} = \sum_t \left(\frac{\partial L}{\partial i_t} \odot i_t \odot (1-i_t)\right) x_t^\top", "proved"),
    ("LSTM", r"\frac{\partial L}{\partial W_o} = \sum_t \left(\frac{\partial L}{\partial i_t} \odot i_t \odot (1-i_t)\right) x_t^\top", "refuted"),
    ("LSTM", r"\sum_i i_{t,i} = \sum_j i_{t,j}", "proved"),
    ("LSTM", r"\frac{dL}{dd} = \sum_t (\hat y_t - y_t)", "proved:sum_y"),
    ("decay", r"\frac{\partial L}{\partial W} = \lambda W + \sum_t \operatorname{diag}(1-h_t^2) \frac{\partial L}{\partial h_t} h_{t-1}^\top", "proved"),
    ("decay", r"\frac{\partial L}{\partial W} = \sum_t \operatorname{diag}(1-h_t^2) \frac{\partial L}{\partial h_t} h_{t-1}^\top", "refuted"),
    ("decay", r"\frac{\partial L}{\partial W} = \sum_t \frac{\partial L}{\partial W^{(t)}}", "refuted"),
    ("decay", r"\frac{\partial L}{\partial W} = \lambda W + \sum_t \frac{\partial L}{\partial W^{(t)}}", "proved"),
    ("decay", r"\frac{\partial L}{\partial \lambda} = \frac12 \|W\|_F^2", "proved"),
    ("rectified", r"\operatorname{ReLU}(a_{1,1}) - \operatorname{ReLU}(-a_{1,1}) = a_{1,1}", "proved"),
    ("rectified", r"\operatorname{ReLU}(a_{1,1}) + \operatorname{ReLU}(-a_{1,1}) = a_{1,1}", "refuted"),
    ("rectified", r"h_{t,1} = 0", "refuted"),
    ("rectified", r"\frac{\partial h_{t,1}}{\partial a_{t,1}} = 1", "refuted"),
    ("rectified", r"h_{t,1} = a_{t,1} \frac{\partial h_{t,1}}{\partial a_{t,1}}", "proved"),
    ("two losses", r"\frac{\partial M}{\partial h_T} = 2 h_T", "proved"),
    ("two losses", r"\frac{\partial M}{\partial h_t} = 2 h_t", "refuted"),
    ("large", r"\frac{\partial L}{\partial w_{1,10}} = \sum_t \frac{\partial L}{\partial a_1^{(t)}} h_{10}^{(t-1)}", "proved"),
    ("large", r"\frac{\partial L}{\partial w_{11,1}} = \sum_t \frac{\partial L}{\partial a_{11}^{(t)}} h_{1}^{(t-1)}", "proved"),
    ("large", r"\frac{\partial L}{\partial w_{1,11}} = \sum_t \frac{\partial L}{\partial a_{11}^{(t)}} h_{1}^{(t-1)}", "refuted"),
    ("large", r"\frac{\partial L}{\partial w_{111}} = 0", "unreadable"),
    ("large", r"b_{11} = b_1", "refuted"),
    ("one output", r"\frac{\partial \mathbf o^{(t)}}{\partial \mathbf h^{(t)}} = \mathbf V", "proved"),
    ("one output", r"\nabla_{\mathbf h^{(\tau)}} L = \left(\frac{\partial \mathbf o^{(\tau)}}{\partial \mathbf h^{(\tau)}}\right)^\top \nabla_{\mathbf o^{(\tau)}} L", "proved"),
    ("one output", r"\nabla_{\mathbf o^{(t)}} L = \hat{\mathbf y}^{(t)} - \mathbf y^{(t)}", "proved:sum_y"),
    ("one output", r"\nabla_{\mathbf o^{(t)}} L = 0", "proved"),
    ("one state", r"\frac{\partial \mathbf a^{(t)}}{\partial \mathbf x^{(t)}} = \mathbf U", "proved"),
    ("one state", r"\nabla_{\mathbf x^{(t)}} L = \left(\frac{\partial \mathbf a^{(t)}}{\partial \mathbf x^{(t)}}\right)^\top \nabla_{\mathbf a^{(t)}} L", "proved"),
    ("all ones", r"\nabla_{\mathbf U} L = \sum_t \nabla_{\mathbf a^{(t)}} L\, \mathbf x^{(t)\top}", "proved"),
    ("one step", r"\nabla_{\mathbf h^{(t)}} L = \mathbf V^\top \nabla_{\mathbf o^{(t)}} L", "proved"),
    ("one step", r"\nabla_{\mathbf b} L = \nabla_{\mathbf a^{(t)}} L", "proved"),
    ("two steps", r"\nabla_{\mathbf b} L = \nabla_{\mathbf a^{(t)}} L", "refuted"),
)
# fmt: on
ROWS = (
    *(("elman", *row) for row in (*LAYERS, *COPIES, *TARGETS, *SUMS, *SCRIPTS, *FUNCTIONS, *CONDITIONS, *DOCUMENTS)),
    *OTHERS,
)
assert len(set(ROWS)) == len(ROWS)


@pytest.mark.parametrize(("network", "text", "expected"), ROWS)
def test_a_line_has_the_verdict_that_is_true(network: str, text: str, expected: str) -> None:
    """Nearly right lines are told from right ones, and what could be read in two ways is not read."""
    assert verdicts(network, text) == expected


@pytest.mark.parametrize("text", UNDEFINED)
def test_what_has_no_value_is_neither_proved_nor_refuted(text: str) -> None:
    """Equal normal forms prove nothing where a side is not defined."""
    assert verdicts("elman", text) in ("undecided", "unreadable")
