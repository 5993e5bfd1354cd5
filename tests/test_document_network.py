"""A document's own network is found among its formulas: which equalities define it, its sizes, its steps, its loss."""

from __future__ import annotations

import pytest
from networks import CASES

from bptt_sym.check import Report, check
from bptt_sym.network.finding import read_document
from bptt_sym.network.reading import read_network
from bptt_sym.written.document import formulas

SIMPLE = r"""
\begin{align}
h_t &= \tanh(W h_{t-1} + U x_t + b) \\
\hat y_t &= \operatorname{softmax}(V h_t) \\
L &= -\sum_t \sum_i y_{t,i} \ln \hat y_{t,i}
\end{align}
"""


def verdicts(text: str) -> list[str]:
    return [entry.verdict for entry in check(text).entries]


def last(text: str) -> tuple[str, str]:
    entry = check(text).entries[-1]
    return entry.verdict, entry.given


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_the_equations_of_every_network_are_found_where_they_are_all_of_a_document(case) -> None:
    ((_, reading),) = read_document(formulas(case.latex), "network")
    alone = read_network(case.latex)
    assert reading.own is not None
    assert reading.own.network is not None
    assert reading.own.borrowed == ()
    assert set(reading.own.network.declarations) == set(alone.declarations)
    assert [e.body for e in reading.own.network.equations] == [e.body for e in alone.equations]


@pytest.mark.parametrize(("line", "expected"), [
    (r"\nabla_{h_T} L = V^\top (\hat y_T - y_T)", ("proved", "sum_y")),
    (r"\nabla_{h_T} L = V (\hat y_T - y_T)", ("ill-typed", "")),
    (r"\frac{\partial L}{\partial V} = \sum_t (\hat y_t - y_t) h_t^\top", ("proved", "sum_y")),
    (r"\frac{\partial L}{\partial V} = \sum_t (y_t - \hat y_t) h_t^\top", ("refuted", "")),
    (r"h_2 = \tanh(W h_1 + U x_2 + b)", ("proved", "")),
    (r"h_2 = \tanh(W h_2 + U x_2 + b)", ("refuted", "")),
    (r"h_t = \tanh(b + U x_t + W h_{t-1})", ("proved", "")),
    (r"h_t = \tanh(b + U x_t + W h_t)", ("refuted", "")),
    (r"D_t = \operatorname{diag}(1 - h_t^2)", ("definition", "")),
    (r"h_t = \tanh(W h_{t-1} + U x_t + q)", ("unreadable", "")),
])
def test_claims_are_judged_in_the_network_of_the_document(line: str, expected: tuple[str, str]) -> None:
    assert last(SIMPLE + rf"\[ {line} \]") == expected


def test_claims_before_the_equations_are_judged_in_the_same_network() -> None:
    assert verdicts(r"\[ \nabla_{h_T} L = V^\top (\hat y_T - y_T) \]" + SIMPLE)[0] == "proved"


def test_a_document_without_a_recurrence_is_about_the_network_of_the_library() -> None:
    found = check(r"\[ \nabla_{\mathbf h^{(\tau)}} L = \mathbf V^\top (\hat{\mathbf y}^{(\tau)} - \mathbf y^{(\tau)}) \]")
    assert found.network == "elman"
    assert found.entries[0].verdict == "proved"


def test_the_recursion_of_a_gradient_is_no_recurrence() -> None:
    assert check(r"\[ \delta^{(t)} = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \delta^{(t+1)} \]").network == "elman"


LOSSLESS = r"""
\begin{align}
\mathbf h_t &= \sigma(\mathbf A \mathbf h_{t-1} + \mathbf B \mathbf x_t) \\
\hat{\mathbf y}_t &= \mathrm{softmax}(\mathbf C \mathbf h_t)
\end{align}
"""


def test_a_loss_that_is_missing_comes_from_the_library_where_names_agree() -> None:
    found = check(LOSSLESS + r"\[ \nabla_{\mathbf h_T} L = \mathbf C^\top (\hat{\mathbf y}_T - \mathbf y_T) \]")
    assert found.network == "the document's own, L from elman"
    assert found.entries[-1].verdict == "proved"


@pytest.mark.parametrize("letter", ["L", "E", r"\mathcal{L}"])
def test_a_document_with_the_loss_of_a_step_has_the_sum_of_it(letter: str) -> None:
    loss = rf"\[ {letter}_t = -\sum_i y_{{t,i}} \ln \hat y_{{t,i}} \]"
    found = check(LOSSLESS + loss + rf"\[ \nabla_{{\mathbf h_T}} {letter} = \mathbf C^\top (\hat{{\mathbf y}}_T - \mathbf y_T) \]")
    assert [entry.verdict for entry in found.entries] == ["definition"] * 3 + ["proved"]


def test_an_output_of_another_name_has_no_loss() -> None:
    text = LOSSLESS.replace(r"\hat{\mathbf y}", r"\mathbf p")
    found = check(text + r"\[ \nabla_{\mathbf h_T} L = \mathbf C^\top (\mathbf p_T - \mathbf y_T) \]")
    assert found.network == "the document's own"
    assert found.entries[-1].verdict == "unreadable"


def test_nothing_is_borrowed_that_the_letters_of_a_gated_cell_forbid() -> None:
    gates = r"o_t &= \sigma(W_o h_{t-1}) \\ c_t &= c_{t-1} + \tanh(W_c x_t) \\ h_t &= o_t \odot \tanh(c_t)"
    found = check(rf"\begin{{align}} {gates} \end{{align}} \[ \hat y_t = \hat y_t \]")
    assert found.network == "the document's own"


@pytest.mark.parametrize(("said", "sizes", "steps"), [
    (r"$x_t \in \mathbb R^2, h_t \in \mathbb{R}^{3}$ and $V \in \mathbb R^{4 \times 3}$", (2, 3, 4), 3),
    (r"$\mathbf{W} \in \mathbb{R}^{2\times 2}$, $T = 4$", (4, 2, 3), 4),
    (r"$W \in \mathbb R^{n \times n}$", (4, 5, 3), 3),
    (r"\[ W = \begin{pmatrix} w_{11} & w_{12} \\ w_{21} & w_{22} \end{pmatrix} \]", (4, 2, 3), 3),
    (r"\[ x_t = \begin{bmatrix} x_{t,1} \\ x_{t,2} \end{bmatrix} \]", (2, 5, 3), 3),
    (r"\[ W^\top = \begin{pmatrix} w_{11} & w_{21} \\ w_{12} & w_{22} \end{pmatrix} \]", (4, 2, 3), 3),
    (r"\[ \sum_{i=1}^2 h_{t,i} = \sum_{i=1}^2 h_{t,i} \]", (4, 5, 3), 3),
    (r"for $t = 1, \dots, 5$", (4, 5, 3), 5),
    (r"\[ h_4 = h_4 \]", (4, 5, 3), 4),
    (r"$x_t \in \mathbb R^{8000}, h_t \in \mathbb R^{100}, \hat y_t \in \mathbb R^{8000}$", (4, 3, 4), 3),
])
def test_sizes_and_steps_come_from_the_document(said: str, sizes: tuple[int, ...], steps: int) -> None:
    found = check(SIMPLE + said)
    assert (tuple(found.sizes.values()), found.steps) == (sizes, steps)


def test_sizes_given_beforehand_win() -> None:
    found = check(SIMPLE + r"$h_t \in \mathbb R^2$, $T = 4$", sizes={"h": 3}, steps=2)
    assert (found.sizes["h"], found.steps) == (3, 2)


def test_a_missing_row_does_not_make_the_network_smaller() -> None:
    written = r"\[ h_t = \begin{pmatrix} h_{t,1} \\ h_{t,2} \end{pmatrix} \] \[ h_t = \begin{pmatrix} h_{t,1} \end{pmatrix} \]"
    assert verdicts(SIMPLE + written)[-2:] == ["proved", "ill-typed"]


def test_a_loss_defined_step_by_step_says_how_many_steps_there_are() -> None:
    text = SIMPLE.replace(r"L &= -\sum_t \sum_i", r"L_t &= -\sum_i")
    found = check(text + r"\[ L = L_1 + L_2 \] \[ \frac{\partial L}{\partial L_2} = 1 \]")
    assert (found.steps, [entry.verdict for entry in found.entries[-2:]]) == (2, ["definition", "proved"])


def test_a_claim_about_the_loss_sets_no_number_of_steps() -> None:
    text = SIMPLE.replace(r"L &= -\sum_t \sum_i", r"L_t &= -\sum_i") + r"\[ L = \sum_t L_t \] \[ L = L_1 + L_2 \]"
    assert (check(text).steps, last(text)) == (3, ("refuted", ""))


NUMBERED = r"\[ a_1^{(t)} = b_1 + \sum_j w_{1j} h_j^{(t-1)} + \sum_j u_{1j} x_j^{(t)} \]"


def test_numbered_components_of_a_layer_are_claims_whatever_is_new_in_them() -> None:
    whole = r"\[ a^{(t)} = b + W h^{(t-1)} + U x^{(t)}, \quad h^{(t)} = \tanh(a^{(t)}) \]"
    assert verdicts(whole + NUMBERED) == ["definition", "definition", "proved"]
    assert verdicts(whole + NUMBERED.replace("b_1", "b_2")) == ["definition", "definition", "refuted"]


def test_what_a_loss_depends_on_may_stand_behind_it() -> None:
    text = r"""
    \begin{align}
    s_t &= \tanh(U x_t + W s_{t-1}) \\
    \hat y_t &= \mathrm{softmax}(V s_t) \\
    E_t(y_t, \hat y_t) &= -y_t^\top \log \hat y_t \\
    E(y, \hat y) &= \sum_t E_t(y_t, \hat y_t) = -\sum_t y_t^\top \log \hat y_t
    \end{align}
    \[ \frac{\partial E}{\partial V} = \sum_t (\hat y_t - y_t) s_t^\top \]
    """
    assert verdicts(text) == ["definition"] * 4 + ["proved"] * 2


def test_time_as_an_argument_is_read_in_claims_too() -> None:
    text = r"""
    \begin{align}
    h(t) &= \tanh(W h(t-1) + U x(t)) \\
    J(t) &= \tfrac12 \sum_k (h_k(t) - d_k(t))^2 \\
    J &= \sum_t J(t)
    \end{align}
    """
    assert last(text + r"\[ \nabla_{h(t)} J(t) = h(t) - d(t) \]") == ("proved", "")
    assert last(text + r"\[ \nabla_{h(t)} J(t) = d(t) - h(t) \]") == ("refuted", "")


@pytest.mark.parametrize("first", [True, False])
def test_a_name_given_to_an_argument_is_a_layer_wherever_it_stands(first: bool) -> None:
    name, rest = r"\[ z_t = U x_t + W h_{t-1} + b \]", r"\[ \nabla_{z_t} L = (1 - h_t^2) \odot \nabla_{h_t} L \]"
    assert verdicts((name + SIMPLE if first else SIMPLE + name) + rest) == ["definition"] * 4 + ["proved"]


def test_functions_of_the_document_are_recognised() -> None:
    text = SIMPLE.replace(r"\tanh", r"\phi") + r"where $\phi(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}$."
    line = r"\[ \nabla_{h_{t-1}} L = W^\top \operatorname{diag}(1 - h_t^2) \nabla_{h_t} L + V^\top (\hat y_{t-1} - y_{t-1}) \]"
    assert last(text + line)[0] == "proved"
    assert last(text + line.replace("1 - h_t^2", "1 + h_t^2"))[0] == "refuted"


def test_a_number_may_be_called_like_a_layer() -> None:
    text = SIMPLE.replace("h_{t-1}", "z_{t-1}").replace("h_t", "z_t")
    slope = r"\[ \tanh'(z) = 1 - \tanh^2(z) \]"
    assert verdicts(text + slope)[-1] == "proved"
    assert verdicts(text + slope.replace("1 -", "1 +"))[-1] == "refuted"


STEPLESS = r"""
\begin{align}
a &= W h_{t-1} + U x_t + b, & h_t &= \tanh(a), \\
o &= V h + c, & p &= \operatorname{softmax}(o), \\
\ell_t &= -\sum_k y_k \ln p_k, & J &= \sum_t \ell_t
\end{align}
"""


@pytest.mark.parametrize(("line", "verdict"), [
    (r"\frac{\partial J}{\partial o_t} = p_t - y_t", "proved"),
    (r"\frac{\partial J}{\partial o_t} = p_t + y_t", "refuted"),
    (r"\frac{\partial J}{\partial o} = p - y", "proved"),
    (r"\frac{\partial J}{\partial b} = \sum_t (1 - h_t^2) \odot \frac{\partial J}{\partial h_t}", "proved"),
    (r"\frac{\partial J}{\partial b} = \sum_t (1 - a_t^2) \odot \frac{\partial J}{\partial h_t}", "refuted"),
])
def test_steps_left_off_in_forward_equations_are_put_in(line: str, verdict: str) -> None:
    text = STEPLESS + r"for $y_t \in \mathbb R^3$ \[ " + line + r" \]"
    assert verdicts(text) == ["definition"] * 6 + [verdict]


def test_a_bias_called_like_a_state_stays_a_bias() -> None:
    cell = r"c_t &= f_t \odot c_{t-1} + \tanh(U x_t) \\ f_t &= \sigma(W c_{t-1}) \\ p_t &= \operatorname{softmax}(V c_t + c)"
    text = rf"\begin{{align}} {cell} \\ L &= -\sum_t \sum_i y_{{t,i}} \ln p_{{t,i}} \end{{align}}"
    assert last(text + r"\[ \frac{\partial L}{\partial c} = \sum_t (p_t - y_t) \]") == ("proved", "sum_y")


def test_a_cell_called_like_a_loss_is_none() -> None:
    cell = r"C_t &= \sigma(W_f x_t + b_f) \odot C_{t-1} + \tanh(W_C x_t + b_C) \\ L &= \sum_t \|C_t - y_t\|^2"
    share = r"\[ \nabla_{b_C} L = \sum_{t=1}^{\tau} \nabla_{b_{C,t}} L \]"
    assert verdicts(rf"\begin{{align}} {cell} \end{{align}} {share}") == ["definition", "definition", "proved"]


def test_the_index_of_a_sum_is_no_gate_of_the_same_letter() -> None:
    cell = r"i_t &= \sigma(W x_t + U c_{t-1}) \\ c_t &= c_{t-1} + i_t \odot \tanh(V x_t) \\ \hat y_t &= \operatorname{softmax}(Q c_t)"
    text = rf"\begin{{align}} {cell} \\ L_t &= -\sum_i y_{{t,i}} \ln \hat y_{{t,i}} \\ L &= \sum_t L_t \end{{align}}"
    assert verdicts(text) == ["definition"] * 5


GATED = r"""
\begin{align}
z_t &= \sigma(W_z x_t + U_z h_{t-1}) \\
h_t &= (1 - z_t) \odot h_{t-1} + z_t \odot \tanh(W_g x_t + U_g h_{t-1})
\end{align}
\[ \frac{\partial h_t}{\partial z_t} = \operatorname{diag}(\tanh(W_g x_t + U_g h_{t-1}) - h_{t-1}) \]
\[ \nabla_{h_T} L = V^\top (\hat y_T - y_T) \]
"""


def test_a_state_defined_anew_with_other_parameters_begins_another_network() -> None:
    found = check(SIMPLE + r"\[ \frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W \]" + GATED)
    assert [entry.verdict for entry in found.entries] == ["definition"] * 3 + ["proved"] + ["definition"] * 2 + ["proved"] * 2
    assert any("another network" in note for note in found.notes)


def test_a_state_restated_with_the_same_parameters_is_a_claim() -> None:
    assert verdicts(SIMPLE + r"\[ h_t = \tanh(U h_{t-1} + W x_t + b) \]")[-1] == "ill-typed"


def test_a_network_that_can_not_be_read_leaves_every_equality_unread() -> None:
    found = check(r"\[ \mathbf h_t = \tanh(\mathbf W \mathbf h_{t-1} \mathbf x_t) \] \[ \nabla_{h_t} L = 0 \]")
    assert {entry.verdict for entry in found.entries} == {"unreadable"}
    assert "can't be read" in found.entries[0].message


@pytest.mark.parametrize(("line", "verdict"), [
    (r"h^{(t)} = \sigma(z^{(t)})", "unreadable"),
    (r"h^{(t)} = \phi(W h^{(t-1)} + U x^{(t)})", "unreadable"),
    (r"o_i^{(t)} = \sum_j q_{ij} h_j^{(t)}", "unreadable"),
    (r"h^{(t)} = f(h^{(t-1)}, x^{(t)}; \theta)", "proved"),
    (r"h^{(2)} = q", "proved"),
    (r"h^{(t)} = \tanh(a^{(t)})", "proved"),
    (r"h^{(t)} = \sigma(a^{(t)})", "unreadable"),
])
def test_a_document_that_says_what_can_not_be_read_of_a_layer_is_not_about_the_library(line: str, verdict: str) -> None:
    slope = r"\frac{\partial h^{(t)}}{\partial a^{(t)}} = \operatorname{diag}(1 - (h^{(t)})^2)"
    assert verdicts(rf"\[ {line} \] \[ {slope} \]")[-1] == verdict


@pytest.mark.parametrize("text", [
    r"\[ P^{(t)} = \operatorname{diag}(1 - (h^{(t)})^2) W P^{(t-1)} \]",
    r"\[ r^{(t)} = V h^{(t)} + r^{(t-1)} \]",
])
def test_a_recurrence_about_the_layers_of_the_library_is_no_network(text: str) -> None:
    slope = r"\[ \frac{\partial h^{(t)}}{\partial h^{(t-1)}} = \operatorname{diag}(1 - (h^{(t)})^2) W \]"
    assert verdicts(text + slope)[-1] == "proved"


def test_what_nothing_is_said_of_is_not_judged_as_an_input() -> None:
    text = r"\[ M_t = \operatorname{diag}(1 - s_t^2) W M_{t-1} \] "
    slope = r"\frac{\partial s_t}{\partial s_{t-1}}"
    assert last(text + rf"\[ {slope} = \operatorname{{diag}}(1 - s_t^2) W \]")[0] == "unreadable"
    assert last(text + rf"\[ {slope} = 0 \]")[0] == "unreadable"


def test_an_abstract_function_in_a_chain_is_passed_over() -> None:
    chain = r"\[ h_t = f(h_{t-1}, x_t) = \tanh(W h_{t-1} + U x_t + b) \]"
    rest = SIMPLE.replace(r"h_t &= \tanh(W h_{t-1} + U x_t + b) \\", "")
    found = check(chain + rest + r"\[ \nabla_{h_T} L = V^\top (\hat y_T - y_T) \]")
    assert found.network == "the document's own"
    assert [entry.verdict for entry in found.entries] == ["unreadable"] + ["definition"] * 3 + ["proved"]


def test_a_chain_through_a_name_that_is_nowhere_defined_is_a_recurrence() -> None:
    chain = r"\[ h_t = \tanh(z_t) = \tanh(W h_{t-1} + U x_t + b) \]"
    rest = SIMPLE.replace(r"h_t &= \tanh(W h_{t-1} + U x_t + b) \\", "")
    assert last(chain + rest + r"\[ \nabla_{h_T} L = V^\top (\hat y_T - y_T) \]") == ("proved", "sum_y")


def ends(report: Report) -> list[str]:
    return [entry.message for entry in report.entries if entry.verdict == "refuted"]


def test_the_ends_of_a_chain_are_judged_where_a_link_is_wrong() -> None:
    line = r"\[ \nabla_{h_T} L = {} = V^\top (\hat y_T - y_T) \]"
    assert all("are equal all the same" in text for text in ends(check(SIMPLE + line.replace("{} ", r"-\nabla_{h_T} L "))))
    wrong = r"\[ \nabla_{h_T} L = V^\top (\hat y_T - y_T) = -V^\top (\hat y_T - y_T) \]"
    assert all("differ too" in text for text in ends(check(SIMPLE + wrong)))


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        (r"o_1^{(t)} = c_1 + \sum_j v_{1j} h_j^{(t)}", "proved"),
        (r"o_1^{(t)} = c_1 + \sum_j v_{2j} h_j^{(t)}", "refuted"),
        (r"\frac{\partial L}{\partial o_1^{(t)}} = \hat y_1^{(t)} - y_1^{(t)}", "proved"),
        (r"\frac{\partial L}{\partial o_1^{(t)}} = \hat y_1^{(t)} + y_1^{(t)}", "refuted"),
        (r"L - L^{(1)} = L^{(2)} + L^{(3)}", "proved"),
        (r"L - L^{(1)} = L^{(2)}", "refuted"),
    ],
)
def test_a_component_of_a_layer_is_no_layer_and_the_loss_of_all_steps_is_their_sum(claim: str, word: str) -> None:
    text = r"""\begin{align}
        a^{(t)} &= b + W h^{(t-1)} + U x^{(t)} \\ h^{(t)} &= \tanh(a^{(t)}) \\ o^{(t)} &= c + V h^{(t)} \\
        \hat y^{(t)} &= \operatorname{softmax}(o^{(t)}) \\ L^{(t)} &= -\sum_k y_k^{(t)} \ln \hat y_k^{(t)}
        \end{align} $x^{(t)} \in \mathbb R^2$, $h^{(t)} \in \mathbb R^2$, $o^{(t)} \in \mathbb R^3$, $\tau = 3$ """
    assert check(text + rf"\[ {claim} \]").entries[-1].verdict == word


@pytest.mark.parametrize("claim", [r"W = W^\top", "W = 2 W", r"x_t = 2 x_t", r"b = b \odot b"])
def test_what_would_define_a_symbol_by_itself_is_a_claim(claim: str) -> None:
    assert verdicts(SIMPLE + f"$ {claim} $")[-1] == "refuted"
    assert verdicts(SIMPLE + f"$ {claim} $ $ {claim} $")[-1] == "refuted"


@pytest.mark.parametrize(("claim", "expected"), [
    (r"\gamma^T = \gamma", "unreadable"), (r"\gamma^T = \gamma^3", "unreadable"), (r"2^T = 8", "unreadable"),
    (r"\gamma^\top = \gamma", "proved"), (r"\gamma^\tau = \gamma^3", "proved"), (r"\gamma^{T-1} = \gamma^2", "proved"),
    (r"(h_1^T h_2)^T = h_2^T h_1", "proved"), (r"(h_1^T h_2)^T = h_2^T h_3", "refuted"),
])
def test_a_number_to_the_t_is_neither_taken_for_a_power_nor_for_a_transpose(claim: str, expected: str) -> None:
    network = SIMPLE.replace(r"L &= -\sum_t", r"L &= -\sum_t \gamma^t")
    assert verdicts(network + f"$ {claim} $")[-1] == expected


ARGUMENTS = r"""
\begin{align}
a_k(t) &= \sum_l w_{kl} s_l(t-1) + \sum_m v_{km} x_m(t) \\
s_k(t) &= \tanh(a_k(t)) \\
J &= \frac12 \sum_t \sum_k (s_k(t) - d_k(t))^2
\end{align}
"""


@pytest.mark.parametrize(("claim", "expected"), [
    (r"\frac{\partial J}{\partial a_k(t)} = (1 - s_k(t)^2) \frac{\partial J}{\partial s_k(t)}", "proved"),
    (r"\frac{\partial J}{\partial a_k(t)} = (1 - s_k(t-1)^2) \frac{\partial J}{\partial s_k(t)}", "refuted"),
    (r"\frac{\partial s_1(2)}{\partial s_2(1)} = w_{12} (1 - s_1(2)^2)", "proved"),
    (r"\frac{\partial s_1(2)}{\partial s_2(1)} = w_{21} (1 - s_1(2)^2)", "refuted"),
    (r"\frac{\partial J}{\partial w_{12}(1 - s_1)} = 0", "unreadable"),
    (r"\partial J / \partial s_1(T) = s_1(T) - d_1(T)", "proved"),
])
def test_components_and_time_as_an_argument_stand_together(claim: str, expected: str) -> None:
    assert verdicts(ARGUMENTS) == ["definition"] * 3
    assert verdicts(ARGUMENTS + f"$ {claim} $")[-1] == expected
    squared = (ARGUMENTS + f"$ {claim} $").replace("(t)", "[t]").replace("(t-1)", "[t-1]")
    assert verdicts(squared) == [*["definition"] * 3, expected]


@pytest.mark.parametrize(("claim", "expected"), [
    (r"h_1 = \tanh(U x_1 + b)", "proved"), (r"h_1 = \tanh(U x_1 + 2 b)", "refuted"), (r"h_2 = \tanh(U x_2 + b)", "refuted"),
    (r"\frac{\partial h_1}{\partial h_0} = \operatorname{diag}(1 - h_1^2) W", "proved"),
    (r"\frac{\partial h_1}{\partial h_0} = 0", "refuted"),
])
def test_a_first_state_of_0_drops_out_of_the_first_step(claim: str, expected: str) -> None:
    assert verdicts(SIMPLE + rf"$h_0 = 0$ $ {claim} $")[-1] == expected
