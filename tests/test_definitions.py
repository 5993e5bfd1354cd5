"""What defines and what claims, and what a definition is good for."""

from __future__ import annotations

import pytest

from bptt_sym.check import check


def words(text: str) -> list[str]:
    return [entry.verdict for entry in check(text, network="elman").entries]


def displayed(*formulas: str) -> str:
    return "\n".join(rf"\[ {formula} \]" for formula in formulas)


# fmt: off
EXPLAINED = (
    # what explains, and what looks like it and claims
    (r"\mathbf 1_{\text{condition}} = 1", r"\mathbf 1_{\text{condition}} = 2"),
    (r"\mathbf{1}_{\text{true}} = 1", r"\mathbf{1}_{\text{true}} = 0"),
    (r"\mathbf{1}_{\text{false}} = 0", r"\mathbf{1}_{\text{false}} = 1"),
    (r"\mathbb 1[A] = 1", r"\mathbb 1[A] = -1"),
    (r"\mathbf 1\{A\} = 1", r"\mathbf 1\{A\} = 3"),
    (r"[P] = 1", r"[P] = 2"),
    (r"\delta_{ij} = 1 \text{ if } i = j", r"\delta_{ij} = 1"),
    (r"\delta_{ij} = 0 \text{ for } i \ne j", r"\delta_{ij} = 0"),
    (r"\delta_{ij} = 0, \quad i \ne j", r"\delta_{ij} = 0, \quad i = j"),
    (r"\mathbf 1_{i = y} = \begin{cases} 1 & i = y \\ 0 & \text{otherwise} \end{cases}",
     r"\mathbf 1_{i = y^{(t)}} = 1"),
    (r"\mathbf 1_{i = y^{(t)}} = 1 \text{ if } i = y^{(t)}", r"\mathbf 1_{i, y^{(t)}} = 1"),
    (r"\delta_{ij} = \begin{cases} 1 & i = j \\ 0 & i \ne j \end{cases}",
     r"\delta_{ij} = \begin{cases} 0 & i = j \\ 1 & i \ne j \end{cases}"),
)
# fmt: on


@pytest.mark.parametrize(("explaining", "claiming"), EXPLAINED, ids=[row[0] for row in EXPLAINED])
def test_what_explains_a_notation_is_a_definition(explaining: str, claiming: str) -> None:
    (entry,) = check(displayed(explaining)).entries
    assert (entry.verdict, entry.message) == ("definition", "explains a notation")
    assert words(displayed(claiming))[0] in ("refuted", "unreadable")


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"\mathbf 1_{i, y^{(t)}} = 1", "refuted"),
        (r"\mathbf 1_{i = y^{(t)}} = 1", "refuted"),
        (r"[i = y^{(t)}] = 0", "refuted"),
        (r"\delta_{ij} = 0", "refuted"),
        (r"\delta_{ij} = \delta_{ji}", "proved"),
        (r"\delta_{ij} = [i = j]", "proved"),
        (r"\delta_{ij} = 1 - [i = j]", "refuted"),
        (r"[i = y^{(t)}] = y_i^{(t)}", "proved"),
        (r"[i = y^{(t)}] = \hat y_i^{(t)}", "refuted"),
    ],
)
def test_an_indicator_of_real_indices_is_claimed_about(line: str, verdict: str) -> None:
    assert words(displayed(line)) == [verdict]


S = r"S^{(t)} = \sum_k \exp(o_k^{(t)})"
WHOLE = r"\delta^{(t)} = \frac{\partial L}{\partial a^{(t)}}"
EACH = r"\delta_i^{(t)} = \frac{\partial L}{\partial a_i^{(t)}}"
BELOW = r"\delta_t := \nabla_{a^{(t)}} L"
MATRIX = r"D_{ij} = \frac{\partial h_i^{(\tau)}}{\partial a_j^{(\tau)}}"

# fmt: off
USED = (
    # a definition, a line that uses it right, one that uses it wrong
    (S, r"\hat y_1^{(\tau)} S^{(\tau)} = \exp(o_1^{(\tau)})", r"\hat y_1^{(\tau)} S^{(1)} = \exp(o_1^{(\tau)})"),
    (S, r"\hat y_1^{(2)} S^{(2)} = \exp(o_1^{(2)})", r"\hat y_1^{(2)} S^{(2)} = \exp(o_1^{(3)})"),
    (S, r"\hat y_i^{(t-1)} S^{(t-1)} = \exp(o_i^{(t-1)})", r"\hat y_i^{(t-1)} S^{(t)} = \exp(o_i^{(t-1)})"),
    (S, r"\sum_k \hat y_k^{(t)} S^{(t)} = S^{(t)}", r"\sum_k \hat y_k^{(t)} S^{(t)} = (S^{(t)})^2"),
    (S, r"\sum_t S^{(t)} = S^{(1)} + S^{(2)} + S^{(3)}", r"\sum_t S^{(t)} = S^{(1)} + S^{(2)}"),
    (S, r"S^{(t)} = \sum_i \exp(o_i^{(t)})", r"S^{(t)} = \sum_i \exp(a_i^{(t)})"),
    (S, r"\hat y_i = \exp(o_i) / S", r"\hat y_i = \exp(a_i) / S"),
    (r"S = \sum_k \exp(o_k)", r"\hat y_i^{(\tau)} = \exp(o_i^{(\tau)}) / S", r"\hat y_i^{(\tau)} = \exp(o_i^{(\tau)}) / S^{(1)}"),
    (r"S = \sum_k \exp(o_k^{(t)})", r"\hat y_i^{(2)} = \exp(o_i^{(2)}) / S^{(2)}", r"\hat y_i^{(2)} = \exp(o_i^{(2)}) / S^{(3)}"),
    (EACH, r"\delta_j^{(t)} = (1 - (h_j^{(t)})^2) \frac{\partial L}{\partial h_j^{(t)}}", r"\delta_j^{(t)} = (1 - h_j^{(t)}) \frac{\partial L}{\partial h_j^{(t)}}"),
    (EACH, r"\delta_2^{(\tau)} = (1 - (h_2^{(\tau)})^2) \sum_k v_{k2} (\hat y_k^{(\tau)} - y_k^{(\tau)})", r"\delta_2^{(\tau)} = (1 - (h_1^{(\tau)})^2) \sum_k v_{k2} (\hat y_k^{(\tau)} - y_k^{(\tau)})"),
    (EACH, r"\frac{\partial L}{\partial h_j^{(t-1)}} = \sum_k v_{kj} (\hat y_k^{(t-1)} - y_k^{(t-1)}) + \sum_i w_{ij} \delta_i^{(t)}, \quad t > 1",
     r"\frac{\partial L}{\partial h_j^{(t-1)}} = \sum_k v_{kj} (\hat y_k^{(t-1)} - y_k^{(t-1)}) + \sum_i w_{ji} \delta_i^{(t)}, \quad t > 1"),
    (EACH, r"\frac{\partial L}{\partial w_{ij}} = \sum_t \delta_i^{(t)} h_j^{(t-1)}", r"\frac{\partial L}{\partial w_{ij}} = \sum_t \delta_j^{(t)} h_i^{(t-1)}"),
    (WHOLE, r"\delta_i^{(t)} = (1 - (h_i^{(t)})^2) \frac{\partial L}{\partial h_i^{(t)}}", r"\delta_i^{(t)} = (1 + (h_i^{(t)})^2) \frac{\partial L}{\partial h_i^{(t)}}"),
    (WHOLE, r"\nabla_W L = \sum_t \delta^{(t)} h^{(t-1)\top}", r"\nabla_W L = \sum_t h^{(t-1)} \delta^{(t)\top}"),
    (WHOLE, r"\frac{\partial L}{\partial b_i} = \sum_t \delta_i", r"\frac{\partial L}{\partial b_i} = \delta_i"),
    (r"\delta = \frac{\partial L}{\partial a}", r"\nabla_W L = \sum_t \delta^{(t)} h^{(t-1)\top}", r"\nabla_W L = \sum_t \delta^{(t)} h^{(t)\top}"),
    (BELOW, r"\delta_t = \operatorname{diag}(1 - (h^{(t)})^2) (V^\top (\hat y^{(t)} - y^{(t)}) + W^\top \delta_{t+1}), \quad t < \tau",
     r"\delta_t = \operatorname{diag}(1 - (h^{(t)})^2) (V^\top (\hat y^{(t)} - y^{(t)}) + W \delta_{t+1}), \quad t < \tau"),
    (BELOW, r"\delta_2 = \nabla_{a^{(2)}} L", r"\delta_2 = \nabla_{a^{(3)}} L"),
    (BELOW, r"\delta_{t,i} = \frac{\partial L}{\partial a_i^{(t)}}", r"\delta_{t,i} = \frac{\partial L}{\partial h_i^{(t)}}"),
    (MATRIX, r"D_{21} = 0", r"D_{11} = 0"),
    (MATRIX, r"D_{kl} = \delta_{kl} (1 - (h_l^{(\tau)})^2)", r"D_{kl} = 1 - (h_l^{(\tau)})^2"),
    (r"p_i = \frac{e^{o_i}}{\sum_j e^{o_j}}", r"\frac{\partial p_i}{\partial o_j} = p_i (\delta_{ij} - p_j)", r"\frac{\partial p_i}{\partial o_j} = p_i (1 - p_j)"),
    (r"p = \operatorname{softmax}(o)", r"\frac{\partial L}{\partial o} = p - y", r"\frac{\partial L}{\partial o} = y - p"),
    (r"D^{(t)} = \operatorname{diag}(1 - (h^{(t)})^2)", r"D^{(t)}_{ij} = \delta_{ij} (1 - (h_i^{(t)})^2)", r"D^{(t)}_{ij} = 1 - (h_i^{(t)})^2"),
    (r"D^{(t)} = \operatorname{diag}(1 - (h^{(t)})^2)", r"\frac{\partial h^{(t+1)}}{\partial h^{(t)}} = D^{(t+1)} W", r"\frac{\partial h^{(t+1)}}{\partial h^{(t)}} = D^{(t)} W"),
    (r"J_{t,s} = \frac{\partial h^{(t)}}{\partial h^{(s)}}", r"J_{3,1} = J_{3,2} J_{2,1}", r"J_{3,1} = J_{2,1} J_{3,2}"),
    (r"g_i = \sum_j w_{ij}", r"\sum_j g_j = \sum_i \sum_j w_{ij}", r"\sum_j g_j = 5 g_1"),
    (r"\varepsilon_i^{(t)} = \sum_j w_{ij} h_j^{(t)}", r"\sum_j \varepsilon_j^{(t)} = \sum_j \sum_i w_{ji} h_i^{(t)}", r"\sum_j \varepsilon_j^{(t)} = \sum_j \sum_i w_{ij} h_i^{(t)}"),
)
# fmt: on


@pytest.mark.parametrize(("defining", "right", "wrong"), USED, ids=[f"{row[0]}-{row[1]}" for row in USED])
def test_a_definition_holds_at_every_step_and_index(defining: str, right: str, wrong: str) -> None:
    assert words(displayed(defining, right, wrong)) == ["definition", "proved", "refuted"]


# fmt: off
SECOND = (
    # what is defined, what is written later, and its verdict
    (S, S, "definition"),
    (S, r"S = \sum_k \exp(o_k^{(t)})", "definition"),
    (S, r"S^{(t)} := 2", "unreadable"),
    (r"S := 2", r"S := 1 + 1", "proved"),
    (r"D_{ij} = w_{ij}", r"D_{ji} = w_{ji}", "proved"),
    (r"D_{ij} = w_{ij}", r"D_{ji} = w_{ij}", "refuted"),
    (r"D_{ij} = w_{ij}", r"D = W", "unreadable"),
    (r"S = \sum_k \exp(o_k^{(\tau)})", r"S^{(\tau)} = S", "unreadable"),
    (r"S = \sum_k \exp(o_k^{(\tau)})", r"S_1 = S", "unreadable"),
    (r"E_t = \sum_i (y_i^{(t)} - \hat y_i^{(t)})^2", r"E = \sum_t E_t", "definition"),
    (WHOLE, r"\delta_{ij} = [i = j]", "unreadable"),
    (WHOLE, r"\delta^{(\tau+1)} = 0", "unreadable"),
    (r"\delta_o^{(t)} = \nabla_{o^{(t)}} L", r"\delta_h^{(t)} = V^\top \delta_o^{(t)}", "definition"),
    (r"\delta_o^{(t)} = \nabla_{o^{(t)}} L", r"\delta_o^{(2)} = \hat y^{(2)} - y^{(2)}", "proved"),
    (r"\delta_o^{(t)} = \nabla_{o^{(t)}} L", r"\delta^{(2)} = \hat y^{(2)} - y^{(2)}", "unreadable"),
)
# fmt: on


@pytest.mark.parametrize(("first", "second", "verdict"), SECOND, ids=[f"{row[0]}-{row[1]}" for row in SECOND])
def test_what_is_said_again_of_a_defined_symbol(first: str, second: str, verdict: str) -> None:
    assert words(displayed(first, second)) == ["definition", verdict]


# fmt: off
RULES = (
    # decision 11, rule by rule
    (r"g = q + 1", ["unreadable"]),
    (r"g = h_i^{(\tau)}", ["unreadable"]),
    (r"g_i = w_{ij}", ["unreadable"]),
    (r"h_1^{(1)} = 0", ["refuted"]),
    (r"b_1 = 0", ["refuted"]),
    (r"L := 2", ["unreadable"]),
    (r"\hat y - y = g", ["unreadable"]),
    (r"2 g = L", ["unreadable"]),
    (r"\delta^{(t)} = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \delta^{(t+1)}", ["unreadable"]),
    (r"g^{(t)} = h^{(t)}, \quad t < \tau", ["unreadable"]),
    (r"g^{(t)} = h^{(t)}, \quad t = 1, \dots, \tau", ["definition"]),
    (r"g^{(t)} = 2 h^{(t)} = 2 \tanh(a^{(t)})", ["definition", "proved"]),
    (r"L = g = 2", ["unreadable", "unreadable"]),
    (r"\mathbf h^{(t)} = \tanh(\mathbf a^{(t)})", ["definition"]),
    (r"\mathbf h^{(t)} = \tanh(\mathbf b + \mathbf U \mathbf x^{(t)} + \mathbf W \mathbf h^{(t-1)})", ["proved"]),
)
# fmt: on


@pytest.mark.parametrize(("line", "verdicts"), RULES, ids=[row[0] for row in RULES])
def test_an_equality_defines_a_new_symbol_by_known_ones_and_claims_otherwise(line: str, verdicts: list[str]) -> None:
    assert words(displayed(line)) == verdicts


SIGMA = r"\sigma(z) = \frac{1}{1 + e^{-z}}"

# fmt: off
FUNCTIONS = (
    # what is defined first, what is claimed then, and its verdict
    (SIGMA, SIGMA, "definition"),
    (SIGMA, r"\sigma(z) = \frac{e^z}{1 + e^z}", "proved"),
    (SIGMA, r"\sigma(z) = \frac{1}{1 + e^z}", "refuted"),
    (SIGMA, r"\sigma'(z) = \sigma(z) (1 - \sigma(z))", "proved"),
    (SIGMA, r"\sigma'(z) = \sigma(z) (1 + \sigma(z))", "refuted"),
    (SIGMA, r"\frac{d \sigma(z)}{dz} = \sigma(z) - \sigma(z)^2", "proved"),
    (r"\sigma(z) = \tanh z", r"\sigma'(z) = 1 - \sigma(z)^2", "proved"),
    (r"\sigma(z) = \tanh z", r"\sigma'(z) = \sigma(z) (1 - \sigma(z))", "refuted"),
    (r"f(z) = \tanh z", r"h_i^{(t)} = f(a_i^{(t)})", "proved"),
    (r"f(z) = \tanh z", r"h_i^{(t)} = f(o_i^{(t)})", "refuted"),
    (r"f(x) = x^2", r"f(h_1^{(1)}) = (h_1^{(1)})^2", "proved"),
    (r"f(x) = x^2", r"f'(x) = 3 x", "refuted"),
)
# fmt: on


@pytest.mark.parametrize(("first", "second", "verdict"), FUNCTIONS, ids=[f"{row[0]}-{row[1]}" for row in FUNCTIONS])
def test_a_function_of_the_text_is_known_to_what_follows(first: str, second: str, verdict: str) -> None:
    assert words(displayed(first, second)) == ["definition", verdict]


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}", "proved"),
        (r"\tanh(z) = \frac{e^z + e^{-z}}{e^z - e^{-z}}", "refuted"),
        (r"\tanh'(z) = 1 - \tanh^2(z)", "proved"),
        (r"\frac{d}{da} \tanh(a) = 1 - \tanh^2(a)", "proved"),
        (r"\frac{d}{da} \tanh(a) = 1 - \tanh(a)", "refuted"),
        (r"\frac{d}{dx} e^x = e^x", "proved"),
        (r"\frac{d}{dx} e^x = x e^x", "refuted"),
        (r"\ln S = 2", "unreadable"),
        (r"\ln q = 2", "unreadable"),
        (r"\ln S = S - 1", "unreadable"),
        (r"\tanh(q) = L", "unreadable"),
    ],
)
def test_a_function_of_a_number_is_judged_for_every_number(line: str, verdict: str) -> None:
    assert words(displayed(line)) == [verdict]


NUMBERED = (
    (r"D_1 = \operatorname{diag}(1 - (h^{(1)})^2)", r"\frac{\partial h^{(1)}}{\partial a^{(1)}} = D_1", "proved"),
    (r"D_1 = \operatorname{diag}(1 - (h^{(1)})^2)", r"\frac{\partial h^{(2)}}{\partial a^{(2)}} = D_1", "refuted"),
    (r"D_1 = \operatorname{diag}(1 - (h^{(1)})^2)", r"\frac{\partial h^{(2)}}{\partial a^{(2)}} = D_2", "unreadable"),
    (r"z_3 = c + V h^{(3)}", r"\frac{\partial L}{\partial z_3} = \hat y^{(3)} - y^{(3)}", "proved"),
    (r"z_3 = c + V h^{(3)}", r"\frac{\partial L}{\partial z_3} = \hat y^{(2)} - y^{(2)}", "refuted"),
    (r"z_3 = 2 c + V h^{(3)}", r"\frac{\partial L}{\partial z_3} = \hat y^{(3)} - y^{(3)}", "unreadable"),
    (r"g = h^{(2)}", r"\frac{\partial L^{(2)}}{\partial g} = V^\top (\hat y^{(2)} - y^{(2)})", "proved"),
)


@pytest.mark.parametrize(("first", "second", "verdict"), NUMBERED, ids=[f"{row[0]}-{row[1]}" for row in NUMBERED])
def test_a_number_may_be_part_of_a_new_name_and_a_node_of_the_network_have_another(
    first: str, second: str, verdict: str
) -> None:
    assert words(displayed(first, second)) == ["definition", verdict]
