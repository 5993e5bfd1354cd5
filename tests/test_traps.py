r"""Documents in which parts meet that are right by themselves: each line with the one verdict that is true of it.

A row is a network, what stands after it, and the verdicts of that; a verdict that ends in `?` has a suggestion.
"""

from __future__ import annotations

import pytest

from bptt_sym.check import check

BELOW = r"""\begin{align}
    a_t &= W h_{t-1} + U x_t + b \\
    h_t &= \tanh(a_t) \\
    o_t &= V h_t + c \\
    \hat y_t &= \operatorname{softmax}(o_t) \\
    L_t &= -\sum_i y_{t,i} \ln \hat y_{t,i} \\
    L &= \sum_t L_t
    \end{align}"""

# fmt: off
ALONE = (  # a letter alone below: steps as the network writes them, perhaps components with the step left off
    (r"\hat y_i = \frac{e^{o_i}}{\sum_j e^{o_j}}", "unreadable"),
    (r"\hat y_1 = \frac{e^{o_1}}{e^{o_1} + e^{o_2} + e^{o_3}}", "unreadable"),
    (r"\sum_i \hat y_i = 1", "unreadable"),
    (r"o_i = \sum_j V_{ij} h_j + c_i", "unreadable"),
    (r"\frac{\partial o_i}{\partial h_j} = V_{ij}", "unreadable"),
    (r"\frac{\partial \hat y_i}{\partial o_j} = \hat y_i (\delta_{ij} - \hat y_j)", "unreadable"),
    (r"\frac{\partial \hat y_i}{\partial o_j} = -\hat y_i \hat y_j", "ill-typed"),
    (r"\frac{\partial \hat y_i}{\partial o_j} = 0, \quad i \ne j", "unreadable"),
    (r"\frac{\partial h_i}{\partial a_j} = 0, \quad i \ne j", "unreadable"),
    (r"\frac{\partial L_t}{\partial o_i} = \hat y_i - y_i", "unreadable"),
    (r"\frac{\partial L}{\partial o_i} = \hat y_i - y_i", "proved:sum_y"),
    (r"\frac{\partial L}{\partial o_i} = \hat y_i + y_i", "refuted"),
    (r"L = -\sum_i y_i^\top \ln \hat y_i", "proved"),
    (r"L = -\sum_i y_i^\top \ln o_i", "refuted"),
    (r"\frac{\partial L_i}{\partial h_k} = 0, \quad k > i", "proved"),
    (r"\frac{\partial L_i}{\partial h_k} = 0, \quad k \ge i", "refuted"),
    (r"\frac{\partial h_3}{\partial h_1} = \frac{\partial h_3}{\partial h_2} \frac{\partial h_2}{\partial h_1}", "proved"),
    (r"\frac{\partial h_3}{\partial h_1} = \frac{\partial h_2}{\partial h_1} \frac{\partial h_3}{\partial h_2}", "refuted"),
    (r"\frac{\partial h_k}{\partial h_j} = W", "refuted"),
    (r"h_k = \tanh(W h_{k-1} + U x_k + b)", "proved"),
    (r"h_2 = \tanh(W h_2 + U x_2 + b)", "refuted"),
)

SQUARED = r"""\begin{align}
    h_t &= \tanh(W h_{t-1} + U x_t) \\
    o_t &= V h_t \\
    p_t &= \operatorname{softmax}(o_t) \\
    L &= \sum_t \|o_t - y_t\|^2
    \end{align}"""
ANEW = (  # a slip, or another network with the same letters: what follows would be judged in the wrong one
    (r"$h_t = \operatorname{ReLU}(W h_{t-1} + U x_t)$ $\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W$",
     "unreadable unreadable"),
    (r"$h_t = W h_{t-1} + U x_t$ $\frac{\partial h_t}{\partial h_{t-1}} = W$", "unreadable unreadable"),
    (r"$L = -\sum_t y_t^\top \ln p_t$ $\frac{\partial L}{\partial o_t} = p_t - y_t$", "unreadable unreadable"),
    (r"$o_t = \operatorname{softmax}(V h_t) = p_t$", "unreadable unreadable"),
    (r"$h_t = \tanh(W h_t + U x_t)$ $\frac{\partial L}{\partial o_t} = 2 (o_t - y_t)$", "refuted proved"),
    (r"$L = \sum_t (o_t - y_t)$ $\frac{\partial L}{\partial o_t} = 2 (o_t - y_t)$", "ill-typed proved"),
    (r"$L = \frac12 \sum_t \sum_i (o_{t,i} - y_{t,i})^2$ $\frac{\partial L}{\partial o_t} = o_t - y_t$", "refuted refuted"),
    (r"$h_2 = \sigma(W h_1 + U x_2)$ $\frac{\partial L}{\partial o_t} = 2 (o_t - y_t)$", "refuted proved"),
)
ASSUMED = (  # without a network of its own a document is about the library's, unless what it says of it is false
    (r"$L = \frac12 \sum_t \|\mathbf o^{(t)} - \mathbf y^{(t)}\|^2$ $\frac{\partial L}{\partial \mathbf o^{(t)}} = \hat{\mathbf y}^{(t)} - \mathbf y^{(t)}$",
     "unreadable unreadable"),
    (r"$\hat{\mathbf y}^{(t)} = \sigma(\mathbf o^{(t)})$", "unreadable"),
    (r"$L^{(t)} = -\sum_i y_i^{(t)} \hat y_i^{(t)}$", "refuted"),
)
SUPPOSED = (  # `If $W = 0$ ...` holds for a while: it is no equation of the network, and what is wrong behind it may be right
    (r"$\frac{\partial h_t}{\partial h_{t-1}} = 0$ if $W = 0$", "unreadable unreadable"),
    (r"$\frac{\partial h_t}{\partial h_{t-1}} = 0$. Nothing else is true with $W = 0$", "refuted unreadable"),
    (r"$\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2)$ but $W = I$", "refuted unreadable"),
    (r"$W = I$ $\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2)$", "unreadable unreadable"),
    (r"$W = I$ $\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W$", "unreadable proved"),
    (r"\begin{align} W_{ij} &= 0 \\ a_t &= U x_t + b \end{align}", "unreadable unreadable"),
    (r"$W = U$ $\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W$", "unreadable unreadable"),
    (r"$\frac{\partial L}{\partial U} = \sum_t \frac{\partial L}{\partial a_t} x_t^\top$ and $V = U^\top$", "proved unreadable"),
    (r"$\frac{\partial L}{\partial o_t} = \hat y_t - y_t$ and $x_t = \hat y_{t-1}$", "proved:sum_y unreadable"),
    (r"$\hat y_t = y_t$ $\frac{\partial L}{\partial o_t} = 0$", "unreadable unreadable"),
    (r"L_t = -\ln \hat y_{t,k} \quad \text{where } y_{t,k} = 1", "unreadable unreadable"),
    (r"$L_t = -\ln \hat y_{t,k}$", "refuted"),
    (r"$W = 2 W$ $L_t = -\ln \hat y_{t,k}$", "refuted refuted"),
)
REMARKS = (  # words behind an equality that may say when it holds, and others
    (r"L_t = -\ln \hat y_{t,k} \text{ with } k \text{ the true class}", "unreadable"),
    (r"L_t = -\ln \hat y_{t,k}, \quad \text{where } k \text{ is the label}", "unreadable"),
    (r"L_t = -\ln \hat y_{t,k} \quad \text{(by the chain rule)}", "refuted"),
    (r"\frac{\partial L}{\partial h_t} = V^\top (\hat y_t - y_t) \quad \text{(last step)}", "unreadable"),
    (r"\frac{\partial L}{\partial h_t} = V^\top (\hat y_t - y_t) \quad \text{(base case)}", "unreadable"),
    (r"\frac{\partial L}{\partial h_T} = V^\top (\hat y_T - y_T) \quad \text{(base case)}", "proved:sum_y"),
    (r"\frac{\partial L}{\partial h_T} = V^\top (\hat y_T - y_T), \text{ where } V \text{ is a matrix}", "proved:sum_y"),
    (r"$d_t = V^\top (\hat y_t - y_t) \quad \text{(last step)}$ $d_t = \frac{\partial L}{\partial h_t}$",
     "unreadable definition"),
)
LAST = (  # a capital letter counts steps up to the last one where a sum says so; alone it may be any step or the last
    (r"\nabla_{h_N} L = V^\top (\hat y_N - y_N)", "unreadable"),
    (r"$L = \sum_{t=1}^N L_t$ $\nabla_{h_N} L = V^\top (\hat y_N - y_N)$", "proved proved:sum_y"),
    (r"$L = \sum_{t=1}^N L_t$ $\nabla_{h_N} L = V^\top (\hat y_N + y_N)$", "proved refuted"),
    (r"\frac{\partial L_t}{\partial o_{t,N}} = \hat y_{t,N} - y_{t,N}", "proved:sum_y"),
)
NEXT = r"""\begin{align}
    h_t &= \tanh(W h_{t-1} + U x_t) \\
    \hat x_{t+1} &= \operatorname{softmax}(V h_t) \\
    L &= -\sum_t x_{t+1}^\top \ln \hat x_{t+1}
    \end{align}"""
PREDICTED = (  # what is defined at step t + 1 is so at the last t too
    (r"\frac{\partial L}{\partial V} = \sum_t (\hat x_{t+1} - x_{t+1}) h_t^\top", "proved:sum_y"),
    (r"\frac{\partial L}{\partial V} = \sum_t (\hat x_t - x_t) h_t^\top", "refuted"),
    (r"\frac{\partial L}{\partial V} = \sum_t (\hat x_{t+1} x_{t+1}^\top \mathbf 1 - x_{t+1}) h_t^\top", "proved"),
    (r"\frac{\partial L}{\partial v_{ij}} = \sum_t (\hat x_{t+1,i} \sum_k x_{t+1,k} - x_{t+1,i}) h_{t,j}", "proved"),
    (r"\frac{\partial L}{\partial v_{ij}} = \sum_t (\hat x_{t,i} \sum_k x_{t,k} - x_{t,i}) h_{t,j}", "refuted"),
)
SAID = (  # what the text around says of layouts and sums
    (r"In numerator layout $\frac{\partial L}{\partial o_t} = (\hat y_t - y_t)^\top$; in denominator layout this is"
     r" $\frac{\partial L}{\partial o_t} = \hat y_t - y_t$ and not $\frac{\partial L}{\partial o_t} = \hat y_t + y_t$.",
     "unreadable proved:sum_y refuted"),
    (r"$\frac{\partial L}{\partial o_t} = (\hat y_t - y_t)^\top$", "ill-typed"),
    (r"With Einstein's convention $\frac{\partial L}{\partial v_{ij}} = (\hat y_{t,i} - y_{t,i}) h_{t,j}$", "unreadable"),
    (r"Without a convention $\frac{\partial L}{\partial v_{ij}} = (\hat y_{t,i} - y_{t,i}) h_{t,j}$", "refuted"),
)
ABOVE = r"""In general $h_t = f(h_{t-1}, x_t)$. Here \begin{align}
    h^{(t)} &= \tanh(W h^{(t-1)} + U x^{(t)}) \\
    L &= \frac12 \sum_t \|h^{(t)} - y^{(t)}\|^2
    \end{align}"""
ABSTRACT = (  # an abstract line settles nothing of how steps are written
    (r"\nabla_{h^{(\tau)}} L = h^{(\tau)} - y^{(\tau)}", "proved"),
    (r"\nabla_{h^{(\tau)}} L = y^{(\tau)} - h^{(\tau)}", "refuted"),
    (r"h^{(0)} = 0", "definition"),
)
UPDATED = (  # W_t of an update is no layer, and W_t of the network is the copy of W at step t
    (r"$W_{t+1} = W_t - \eta g_t$ $\frac{\partial L}{\partial W_t} = \frac{\partial L}{\partial a_t} h_{t-1}^\top$",
     "unreadable proved"),
    (r"$W_{t+1} = W_t - \eta g_t$ $\frac{\partial L}{\partial W_t} = \frac{\partial L}{\partial a_t} h_t^\top$", "unreadable refuted"),
)
LINEAR = r"""\begin{align}
    h_t &= W h_{t-1} + U x_t \\
    L_t &= \frac12 \|h_t - y_t\|^2 \\
    L &= \sum_{t=1}^T L_t
    \end{align}"""
RAISED = (  # a T above that may be the last step, and one above a loss, which turns the gradient
    (r"\frac{\partial h_T}{\partial h_0} = W^T", "unreadable"),
    (r"h_T = W^T h_0 + \sum_{t=1}^T W^{T-t} U x_t", "unreadable"),
    (r"h_T = W^T h_0 + \sum_{t=2}^T W^{T-t} U x_t", "refuted"),
    (r"W^T W = W W^T", "refuted"),
    (r"\operatorname{tr}(\nabla_W L^\top W) = \sum_{ij} W_{ij} \frac{\partial L}{\partial W_{ij}}", "proved"),
    (r"\operatorname{tr}(\nabla_W L^T W) = \sum_{ij} W_{ji} \frac{\partial L}{\partial W_{ij}}", "refuted"),
    (r"\nabla_{h_t} L_t^\top = (h_t - y_t)^\top", "proved"),
    (r"\nabla_{h_t} L_t^\top = h_t - y_t", "ill-typed"),
)
TOTAL = (  # d beside ∂: the total and the immediate derivative, unless another link needs both to be total
    (r"\frac{d h_t}{d W_{ij}} = \frac{\partial h_t}{\partial W_{ij}} + \frac{\partial h_t}{\partial h_{t-1}} \frac{d h_{t-1}}{d W_{ij}}",
     "proved"),
    (r"\frac{d h_t}{d W_{ij}} = \frac{\partial h_t}{\partial W_{ij}} + \frac{\partial h_{t-1}}{\partial h_{t-2}} \frac{d h_{t-1}}{d W_{ij}}",
     "unreadable"),
    (r"\frac{d h_t}{d W_{ij}} = \frac{\partial h_t}{\partial W_{ij}} + \frac{\partial h_t}{\partial h_{t-1}} \frac{d h_{t-1}}{d W_{ij}}"
     r" = \frac{d h_t}{d W_{ij}} + \frac{\partial h_t}{\partial h_{t-1}} \frac{d h_{t-1}}{d W_{ij}}", "refuted proved"),
    (r"\frac{\partial h_t}{\partial W_{ij}} = \frac{\partial h_t}{\partial W_{ij}} + \frac{\partial h_t}{\partial h_{t-1}} \frac{\partial h_{t-1}}{\partial W_{ij}}",
     "refuted"),
)
NEXT_STATE = LINEAR.replace("W h_{t-1} + U x_t", r"\tanh(W h_{t-1} + U x_t)")
PROBABLE = SQUARED.replace(r"\|o_t - y_t", r"\|p_t - y_t")
GIVEN = (  # what the targets add up to is supposed where the loss doesn't say
    (r"$\sum_i y_{t,i} = 1$ $\frac{\partial L}{\partial o_t} = 2 (p_t - y_t)$", "unreadable unreadable"),
    (r"\sum_i y_{t,i} y_{s,i} = 1", "refuted"),
    (r"\sum_i p_{t,i} = 2", "refuted"),
)
PICKED = r"""\begin{align}
    x_t &= \tanh(W^{rec} x_{t-1} + W^{in} u_t) \\
    o_t &= W^{out} x_t \\
    p_t &= \operatorname{softmax}(o_t) \\
    L &= -\sum_t \log p_{t, y_t}
    \end{align}"""
PICKS = (  # a loss by the component that the target picks, weights named by words, a Jacobian called J
    (r"\frac{\partial L}{\partial o_{t,k}} = p_{t,k} - \mathbf 1\{k = y_t\}", "proved:one_hot"),
    (r"\frac{\partial L}{\partial o_{t,k}} = p_{t,k} - 1", "refuted"),
    (r"$J_t = \operatorname{diag}(1 - x_t^2) W^{rec}$ $\frac{\partial x_t}{\partial x_{t-1}} = J_t$", "definition proved"),
    (r"$J_t = W^{rec} \operatorname{diag}(1 - x_t^2)$ $\frac{\partial x_t}{\partial x_{t-1}} = J_t$", "definition refuted"),
    (r"\frac{\partial L}{\partial W^{in}} = \sum_t \operatorname{diag}(1 - x_t^2) \frac{\partial L}{\partial x_t} u_t^\top", "proved"),
    (r"\frac{\partial L}{\partial W^{in}} = \sum_t \frac{\partial L}{\partial x_t} u_t^\top", "refuted"),
)
# fmt: on

TABLES = ((BELOW, ALONE), (SQUARED, ANEW), ("", ASSUMED), (BELOW, SUPPOSED), (BELOW, REMARKS), (BELOW, LAST), (NEXT, PREDICTED), (BELOW, SAID), (ABOVE, ABSTRACT), (BELOW, UPDATED),
          (LINEAR, RAISED), (NEXT_STATE, TOTAL), (PROBABLE, GIVEN), (PICKED, PICKS))
ROWS = tuple((network, text, expected) for network, table in TABLES for text, expected in table)


def verdicts(network: str, text: str, suggestions: bool = False) -> str:
    """The verdicts of what stands after the network, each with what it presumes."""
    after = text if "$" in text or "\\begin{align" in text else f"\\[{text}\\]"
    known = len(check(network, suggestions=False).entries)
    entries = check(f"{network}\n{after}", suggestions=suggestions).entries[known:]
    return " ".join(e.verdict + f":{e.given}" * bool(e.given) + "?" * (e.suggestion is not None) for e in entries)


@pytest.mark.parametrize(("network", "text", "expected"), ROWS)
def test_a_line_has_no_verdict_that_is_false(network: str, text: str, expected: str) -> None:
    """What is true is not refuted, what is false is not proved, and what could be either is not read."""
    assert verdicts(network, text) == expected


@pytest.mark.parametrize(("line", "never"), [
    (r"\frac{\partial h_t}{\partial w_{ij}} = \frac{\partial h_t}{\partial w_{ij}}"
     r" + \frac{\partial h_t}{\partial h_{t-1}} \frac{\partial h_{t-1}}{\partial w_{ij}}", r"\partial h_{t-1}}{\partial h_t}"),
    (r"\nabla_{h_t} L = W^\top \nabla_{a_{t+1}} L + V^\top (o_t - \hat y_t)", r"\hat y_t - \hat{y}_t"),
    (r"\frac{\partial L_t}{\partial w_{ij}} = \sum_{k=1}^t (\nabla_{h_t} L_t)^\top \frac{\partial h_t}{\partial h_k}"
     r" \frac{\partial h_k}{\partial w_{ij}}", r"\nabla_{h_t} L_k"),
    (r"\frac{\partial L_t}{\partial w_{ij}} = \sum_{k=1}^t (\nabla_{h_t} L_t)^\top \frac{\partial h_t}{\partial h_k}"
     r" \frac{\partial h_k}{\partial w_{ij}}", r"\sum_{k=t}"),
    (r"\frac{\partial h_2}{\partial h_3} + h_2 = 0", "0 + "),
])
def test_a_suggestion_empties_no_part_of_a_line(line: str, never: str) -> None:
    """A line isn't mended by a factor or a difference that is 0, nor by a sum of one term."""
    entry = check(f"{BELOW}\\[{line}\\]").entries[-1]
    assert entry.verdict in ("refuted", "ill-typed")
    assert entry.suggestion is None or never not in entry.suggestion.latex
