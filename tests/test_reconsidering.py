"""A line that is right as its author means it is not refuted: conditions in words, updates, sums that reach further."""

from __future__ import annotations

import pytest

from bptt_sym.check import check

OFF = r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = -\hat y_i^{(t)} \hat y_j^{(t)}"
BARE = r"\frac{\partial L}{\partial h_1} = \sum_i v_{i1} (\hat y_i - y_i)"
TWICE = r"\frac{\partial L}{\partial h_1} = 2 \sum_i v_{i1} (\hat y_i - y_i)"
WRONG = r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \hat y_i^{(t)} \hat y_j^{(t)}"
ON = r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \hat y_i^{(t)} (1 - \hat y_j^{(t)})"
LAST = r"\nabla_{h^{(t)}} L = V^\top \nabla_{o^{(t)}} L"
NETWORK = r"""\begin{align} s_t &= \sigma(W s_{t-1} + U x_t) \\ E &= \frac12 \sum_t \|s_t - y_t\|^2 \end{align}"""
SLOPE = r"$\frac{\partial E}{\partial W} = \sum_t ((1 - s_t^2) \odot \frac{\partial E}{\partial s_t}) s_{t-1}^\top$"
SLOPE_SIGMOID = r"$\frac{\partial E}{\partial W} = \sum_t (s_t \odot (1 - s_t) \odot \frac{\partial E}{\partial s_t}) s_{t-1}^\top$"
# fmt: off
ROWS = (
    (rf"For $i \ne j$ we get \[ {OFF}. \]", ["proved"]),
    (rf"For $i \ne j$ we get \[ {WRONG}. \]", ["refuted"]),
    (rf"For $i \ne j$ we get \[ {ON}. \]", ["refuted"]),
    (rf"If $i = j$, then $${ON}$$ and when $i \ne j$: $${OFF}$$", ["proved", "proved"]),
    (rf"If $i = j$, then $${OFF}$$ and when $i \ne j$: $${ON}$$", ["refuted", "refuted"]),
    (rf"\textbf{{Case 1:}} $i \neq j$. \begin{{align}} {OFF} \end{{align}}", ["proved"]),
    (rf"We have ${LAST}$ for $t = \tau$.", ["proved"]),
    (rf"We have ${LAST}$ for $t = 1$.", ["refuted"]),
    (rf"We have ${LAST}$ for $t < \tau$.", ["refuted"]),
    (rf"We have ${LAST}$, and $t = \tau$ is special.", ["refuted"]),
    (rf"The sum over $i \ne j$ is gone. In general \[ {OFF} \]", ["unreadable"]),
    (rf"${OFF}$ unless both are the same.", ["unreadable"]),
    (r"where $\delta_{ij} = 1$ if $i = j$ and $\delta_{ij} = 0$ otherwise", ["proved", "unreadable"]),
    (r"where $\delta_{ij} = 1$ if $i \ne j$.", ["refuted"]),
    (r"$\nabla_c L = \sum_t \hat y^{(t)} - y^{(t)}$", ["unreadable"]),
    (r"$\nabla_c L = \sum_t (\hat y^{(t)} + y^{(t)})$", ["refuted"]),
    (r"$\eta = 0.1$ $W = W - \eta \nabla_W L$", ["definition", "unreadable"]),
    (r"$W = W - \nabla_V L$", ["ill-typed"]),
    (rf"For $t = \tau$, and not only there, \[ {LAST} \]", ["unreadable"]),
    (rf"Not for $i = j$ but in general \[ {ON} \]", ["unreadable"]),
    (rf"For $\tau = 1$ we have \[ {LAST} \]", ["proved"]),
    (r"The sizes are $h = 5$ and $x = 4$.", ["unreadable", "unreadable"]),
    (rf"Since ${WRONG}$ only one term is left.", ["refuted"]),
    (rf"It is ${OFF}$ only if the two differ.", ["unreadable"]),
    (rf"\[ {WRONG} \qquad \text{{if }} i \neq j . \]", ["refuted"]),
    (r"We begin with $h^{(0)} = 0$.", ["unreadable"]),
    (r"We begin with $h^{(1)} = 0$.", ["refuted"]),
    (r"$\det W = 1$ $\operatorname{tr}(W) = W$", ["unreadable", "ill-typed"]),
    (NETWORK + SLOPE, ["definition", "definition", "refuted"]),
    (NETWORK + r"where $\sigma$ is the hyperbolic tangent." + SLOPE, ["definition", "definition", "unreadable"]),
    (NETWORK + r"where $\sigma$ is the logistic function, not tanh." + SLOPE_SIGMOID, ["definition", "definition", "proved"]),
)
# fmt: on


@pytest.mark.parametrize(("text", "verdicts"), ROWS, ids=[f"{k}" for k in range(len(ROWS))])
def test_a_line_is_judged_with_what_stands_around_it(text: str, verdicts: list[str]) -> None:
    assert [entry.verdict for entry in check(text).entries] == verdicts


@pytest.mark.parametrize(("text", "verdict"), [
    (rf"At the last step, ${LAST}$.", "proved"),
    (rf"At the last time step we have \[ {LAST}. \]", "proved"),
    (rf"For the final step: \begin{{align}} {LAST} \end{{align}}", "proved"),
    (rf"At the last step, ${BARE}$.", "proved"),
    (rf"At the last time step $T$ we get ${BARE}$.", "proved"),
    (rf"\[ {BARE} \] at the last step.", "proved"),
    (rf"\[ {BARE} \quad \text{{(last time step)}} \]", "proved"),
    (rf"\[ {LAST} \qquad \text{{at the last step}} \]", "proved"),
    (rf"## The last step\n\nHere we differentiate. \[ {BARE} \]", "unreadable"),
    (rf"\[ {BARE} \quad \text{{(last step)}} \]", "unreadable"),
    (rf"In the last step we get ${LAST}$.", "unreadable"),
    (rf"Going back from what we know at the last step, ${LAST}$.", "unreadable"),
    (rf"At the last step nothing follows. \[ {LAST} \]", "refuted"),
    (rf"At the last step nothing follows. At every other step \[ {BARE} \]", "refuted"),
    (rf"At the last step but one, ${LAST}$.", "unreadable"),
    (rf"At the last step, ${TWICE}$.", "refuted"),
    (rf"At the first step, ${LAST}$.", "refuted"),
    (rf"At the next to last step, ${LAST}$.", "refuted"),
    (rf"At all but the last step, ${LAST}$.", "refuted"),
    (rf"${LAST}$ not only at the last step.", "refuted"),
    (rf"${LAST}$ except at the last step.", "unreadable"),
])
def test_a_step_named_in_words_is_a_condition(text: str, verdict: str) -> None:
    assert [entry.verdict for entry in check(text).entries] == [verdict]


@pytest.mark.parametrize(("behind", "verdict"), [
    ("When computing the gradient", "refuted"),
    ("For $t = \\tau$ we look further.", "refuted"),
    ("If $t = \\tau$, more can be said.", "refuted"),
    ("when the loss is that of one step", "unreadable"),
    ("Otherwise it is another one.", "unreadable"),
])
def test_a_capital_letter_behind_a_display_opens_a_sentence_about_something_else(behind: str, verdict: str) -> None:
    text = rf"\begin{{align}} L &= -\sum_{{i=1}}^3 y_i^{{(t)}} \ln \hat y_i^{{(t)}} \end{{align}} {behind}"
    assert check(text).entries[0].verdict == verdict
