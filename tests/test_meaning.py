"""How written mathematics is read in a network: each rule by a line that it makes true and one it doesn't."""

from __future__ import annotations

from functools import cache

import pytest

from bptt_sym.claims import Outcome, Setting, judge
from bptt_sym.network.library import load_network
from bptt_sym.network.reading import read_network
from bptt_sym.written.nodes import Chain
from bptt_sym.written.reader import read_statement


@cache
def elman(x: int = 4, h: int = 5, o: int = 3, steps: int = 3) -> Setting:
    return Setting.of(load_network("elman"), {"x": x, "h": h, "o": o}, steps)


def outcome(latex: str, setting: Setting) -> Outcome:
    statement = read_statement(latex)
    chain = statement.body
    assert isinstance(chain, Chain)
    return judge(chain.items[0], chain.items[1], setting, statement.conditions)


# fmt: off
PROVED = (
    # names, steps and components
    (r"h_1^{(2)} = \tanh(a_1^{(2)})", "a numbered component and step"),
    (r"\mathbf{h}^{(t)} = \tanh(\mathbf{a}^{(t)})", "a free step stands for every step"),
    (r"h_i^{(t)} = \tanh(a_i^{(t)})", "a free index stands for every component"),
    (r"(W)_{12} = w_{12}", "an entry in brackets is the small letter's"),
    (r"W_{ij} = w_{ij}", "an entry by the capital letter too"),
    (r"[W h^{(t)}]_i = \sum_j w_{ij} h_j^{(t)}", "a component of a bracketed expression"),
    (r"h^{(\tau)} = h^{(3)}", "τ is the last step"),
    (r"o_i^{(t)} = c_i + \sum_{j=1}^5 v_{ij} h_j^{(t)}", "limits as written"),
    (r"o_i^{(t)} = c_i + \sum_{j} v_{ij} h_j^{(t)}", "no limits mean the whole range"),
    (r"o_i^{(t)} = c_i + \sum_{j=1}^{n} v_{ij} h_j^{(t)}", "an undeclared upper limit means all of them"),
    # shapes and products
    (r"V^\top (y^{(t)} - \hat y^{(t)}) = V^\top y^{(t)} - V^\top \hat y^{(t)}", "matrices act from the left"),
    (r"(W h^{(t)})^\top = h^{(t)\top} W^\top", "a transposed product turns round"),
    (r"W^2 h^{(t)} = W W h^{(t)}", "a square matrix's power is a matrix power"),
    (r"(h^{(t)})^2 = h^{(t)} \odot h^{(t)}", "a vector's power is elementwise"),
    (r"\operatorname{diag}(h^{(t)}) a^{(t)} = h^{(t)} \odot a^{(t)}", "diag times a vector"),
    (r"1 - (h^{(t)})^2 = \mathbf 1 - h^{(t)} \odot h^{(t)}", "a literal stands in each component"),
    (r"I h^{(t)} = h^{(t)}", "I takes the size it meets"),
    (r"e_2^\top h^{(t)} = h_2^{(t)}", "unit vectors"),
    (r"\mathbf 1^\top \hat y^{(t)} = 1", "ones lie down"),
    (r"W \odot W = W \odot W + 0", "0 has any shape"),
    (r"\begin{pmatrix} h_1^{(t)} & h_2^{(t)} \end{pmatrix} \begin{pmatrix} a_1^{(t)} \\ a_2^{(t)} \end{pmatrix} "
     r"= h_1^{(t)} a_1^{(t)} + h_2^{(t)} a_2^{(t)}", "matrices written out"),
    (r"\|h^{(t)}\|^2 = h^{(t)\top} h^{(t)}", "the norm"),
    (r"\|W\|_F^2 = \sum_i \sum_j w_{ij}^2", "the norm of a matrix"),
    (r"2 \cdot h_1^{(1)} / 2 = h_1^{(1)}", "quotients"),
    (r"h^{(t)} \otimes x^{(t)} = h^{(t)} x^{(t)\top}", "the circled cross is the outer product"),
    # functions
    (r"\hat y^{(t)} = \operatorname{softmax}(c + V h^{(t)})", "softmax of a whole vector"),
    (r"\hat y_i^{(t)} = \frac{e^{o_i^{(t)}}}{\sum_k e^{o_k^{(t)}}}", "e to a power"),
    (r"\tanh'(a_1^{(t)}) = 1 - \tanh^2(a_1^{(t)})", "a prime on a known function, and a power on its name"),
    (r"\max(0, h_1^{(t)}) + \max(0, -h_1^{(t)}) = \operatorname{ReLU}(h_1^{(t)}) + \operatorname{ReLU}(-h_1^{(t)})", "max"),
    (r"\sigma(a_1^{(t)}) = \frac{1}{1 + e^{-a_1^{(t)}}}", "σ by convention"),
    # sums, products, conditions
    (r"\sum_{t=1}^{\tau} L^{(t)} = L", "a sum over steps"),
    (r"\sum_{k \ne 1} h_k^{(t)} = \sum_k h_k^{(t)} - h_1^{(t)}", "a condition under a sum"),
    (r"\sum_{t=3}^{2} L^{(t)} = 0", "an empty sum is 0"),
    (r"W + \prod_{t=3}^{2} W = W + I", "an empty product is I"),
    (r"\sum_{s=1}^{t} L^{(s)} + \sum_{s=t+1}^{\tau} L^{(s)} = L", "a free step as a limit"),
    (r"\sum_{s < t} L^{(s)} + \sum_{s \ge t} L^{(s)} = L", "bound steps beside a free one"),
    (r"\sum_j \delta_{ij} h_j^{(t)} = h_i^{(t)}", "Kronecker's δ"),
    (r"\frac{\partial h_i^{(t)}}{\partial a_j^{(t)}} = 0, \quad i \ne j", "a side condition"),
    # derivatives
    (r"\frac{\partial L}{\partial L^{(t)}} = 1", "L and L^{(t)} are two"),
    (r"\frac{\partial \mathbf o^{(t)}}{\partial \mathbf h^{(t)}} = \mathbf V", "a Jacobian has a row per component above"),
    (r"\frac{\partial h^{(t)}}{\partial a^{(t)}} = \operatorname{diag}(1 - (h^{(t)})^2)", "the Jacobian of tanh"),
    (r"\frac{\partial h^{(2)}}{\partial h^{(3)}} = 0", "what is not downstream"),
    (r"\frac{\partial h^{(3)}}{\partial h^{(1)}} = \frac{\partial h^{(3)}}{\partial h^{(2)}}"
     r" \frac{\partial h^{(2)}}{\partial h^{(1)}}", "total derivatives chain"),
    (r"\frac{\partial h_1^{(2)}}{\partial b_1} = (1 - (h_1^{(2)})^2) (1 + \sum_j w_{1j} \frac{\partial h_j^{(1)}}{\partial b_1})",
     "a parameter without a step is the shared one"),
    (r"\frac{\partial h_1^{(2)}}{\partial b_1^{(2)}} = 1 - (h_1^{(2)})^2", "with its step it is that step's copy"),
    (r"\frac{\partial^+ h_1^{(2)}}{\partial a_1^{(2)}} = 1 - (h_1^{(2)})^2", "∂⁺ is immediate"),
    (r"\nabla_W L = \sum_t \nabla_{W^{(t)}} L", "shares add up"),
    (r"\frac{\partial^2 L}{\partial o_1^{(1)} \partial o_2^{(1)}} = - \hat y_1^{(1)} \hat y_2^{(1)} \sum_i y_i^{(1)}",
     "second derivatives"),
    (r"\frac{dL}{dc_1} = \frac{\partial L}{\partial c_1}", "d and ∂ are both total"),
)

ILL_TYPED = (
    (r"\nabla_{h^{(\tau)}} L = V \nabla_{o^{(\tau)}} L", ["3×5", "3×1"]),
    (r"h^{(t)} = W x^{(t)}", ["5×5", "4×1"]),
    (r"h^{(t)} a^{(t)} = 1", ["5×1", "5×1"]),
    (r"h^{(t)} + x^{(t)} = 0", ["5×1", "4×1"]),
    (r"h^{(t)} \odot x^{(t)} = 0", ["5×1", "4×1"]),
    (r"h^{(t)} = o^{(t)}", []),
    (r"W = \operatorname{diag}(W)", []),
    (r"\frac{\partial L}{\partial L^{(t)}} = \frac{L^{(t)}}{\partial o_1^{(t)}}", []),
)

UNREADABLE = (
    (r"h^{(t)} = g^{(t)}", "nothing says what g is"),
    (r"W^{(1)\top} = Q", "nothing says what Q is"),
    (r"h_1^{(t)} = \cdots", "dots"),
    (r"\nabla_{a^{(t)}} h^{(t)} = W", "Jacobian"),
    (r"\nabla L = 0", "with respect to what"),
    (r"\frac{\partial h^{(t)}}{\partial W} = 0", "more than two axes"),
    (r"\frac{\partial L}{\partial (h_1^{(1)})^2} = 0", "symbols"),
    (r"h_1^{(1)} / 0 = 1", "divides by zero"),
    (r"\sum_q 1 = 3", "runs over"),
    (r"h^{(\tau + 1)} = 0", "no instance"),
    (r"w_{123} = 0", "comma"),
    (r"a^{(t)} \oplus h^{(t)} = 0", "circled plus"),
    (r"h'^{(1)} = 0", "prime"),
    (r"w_{hx} = 0", "h is a symbol"),
    (r"h_1^{(2h)} = h_1^{(2)}", "h is a symbol"),
    (r"h_1^{(t2)} = 0", "no index"),
    (r"\mathbf 1_{i = y^{(t)2}} = y_i^{(t)}", "not with a power"),
)

REFUTED = (
    (r"W V^\top = W^\top V^\top", "matrix factors keep their order"),
    (r"(h_1^{(2)})^2 = h_1^{(2)}", "^{(2)} is a step and ^2 a power"),
    (r"L = L^{(t)}", "L is not L^{(t)}"),
    (r"\tanh'(a_1^{(t)}) = \tanh(a_1^{(t)})", "f' is not f"),
    (r"w_{12} = w_{21}", "rows before columns"),
    (r"\frac{\partial h_1^{(2)}}{\partial b_1} = 1 - (h_1^{(2)})^2", "a total derivative sees earlier steps"),
    (r"\frac{\partial h_1^{(2)}}{\partial b_1^{(1)}} = 1 - (h_1^{(2)})^2", "another step's copy"),
    (r"\sum_{t=1}^{2} L^{(t)} = L", "limits count"),
    (r"\sum_{t=1}^{s} L^{(t)} = L", "a letter that counts is no upper limit of everything"),
    (r"\sum_{j=1}^{i} h_j^{(t)} = \sum_j h_j^{(t)}", "nor is an index"),
    (r"\frac{\partial h_i^{(t)}}{\partial a_j^{(t)}} = 0", "without its condition"),
    (r"h^{(t)} = 0", "no state is 0 by itself"),
)
# fmt: on


@pytest.mark.parametrize("latex", [row[0] for row in PROVED], ids=[row[1] for row in PROVED])
def test_a_line_that_this_reading_makes_true_is_proved(latex: str) -> None:
    found = outcome(latex, elman())
    assert (found.word, found.message) == ("proved", found.message)


@pytest.mark.parametrize(("latex", "shapes"), ILL_TYPED, ids=[row[0] for row in ILL_TYPED])
def test_what_does_not_conform_is_ill_typed_with_the_shapes_met(latex: str, shapes: list[str]) -> None:
    found = outcome(latex, elman())
    assert found.word == "ill-typed"
    assert [shape for _, shape in found.shapes] == shapes


@pytest.mark.parametrize(("latex", "says"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_what_has_no_plain_meaning_is_unreadable_and_says_why(latex: str, says: str) -> None:
    found = outcome(latex, elman())
    assert found.word == "unreadable"
    assert says in found.message


@pytest.mark.parametrize("latex", [row[0] for row in REFUTED], ids=[row[1] for row in REFUTED])
def test_a_near_reading_is_not_taken_for_the_right_one(latex: str) -> None:
    assert outcome(latex, elman()).word == "refuted"


@pytest.mark.parametrize("sizes", [(4, 5, 1, 2), (1, 2, 1, 2), (2, 1, 3, 2), (1, 1, 1, 2)], ids=str)
@pytest.mark.parametrize(
    "latex",
    [
        r"\nabla_{h^{(\tau)}} L = \left(\frac{\partial o^{(\tau)}}{\partial h^{(\tau)}}\right)^\top \nabla_{o^{(\tau)}} L",
        r"\frac{\partial o^{(t)}}{\partial h^{(t)}} = V",
        r"\frac{\partial (c + V h^{(t)})}{\partial h^{(t)}} = V",
        r"\frac{\partial \operatorname{softmax}(o^{(t)})}{\partial h^{(t)}} = \frac{\partial \hat y^{(t)}}{\partial o^{(t)}} V",
        r"\frac{\partial (h^{(t)\top} h^{(t)})}{\partial h^{(t)}} = 2 h^{(t)}",
    ],
)
def test_a_column_of_one_component_is_a_column_still(latex: str, sizes: tuple[int, int, int, int]) -> None:
    assert outcome(latex, elman(*sizes)).word == "proved"


LABELLED = r"""\begin{align} h_t &= \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h) \\ y_t &= W_{hy} h_t + b_y \\
L &= \frac12 \sum_t \|y_t - d_t\|^2 \end{align}"""


@pytest.mark.parametrize(
    ("latex", "word"),
    [
        (r"\frac{\partial L}{\partial y_t} = y_t - d_t", "proved"),
        (r"\frac{\partial L}{\partial y_{t,i}} = y_{t,i} - d_{t,i}", "proved"),
        (r"\frac{\partial L}{\partial y_{i,t}} = y_{ti} - d_{it}", "proved"),
        (r"\frac{\partial L}{\partial b_y} = \sum_t (y_t - d_t)", "proved"),
        (r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W_{hh}", "proved"),
        (r"\frac{\partial h_t}{\partial h_{t-1}} = W_{hh} \operatorname{diag}(1 - h_t^2)", "refuted"),
        (r"\frac{\partial L}{\partial W_{hy}} = \sum_t (y_t - d_t) h_t^T", "proved"),
        (r"\frac{\partial L}{\partial W_{hy}} = \sum_t h_t (y_t - d_t)^T", "ill-typed"),
    ],
)
def test_steps_below_and_labels_are_told_apart(latex: str, word: str) -> None:
    setting = Setting.of(read_network(LABELLED), {"x": 2, "h": 3, "y": 4}, 2)
    assert outcome(latex, setting).word == word


INLINE = r"""\begin{align} h_t &= \tanh(W h_{t-1} + U x_t + b) \\ L &= \sum_t \|V h_t - y_t\|^2 \end{align}"""


@pytest.mark.parametrize(
    ("latex", "word"),
    [
        (r"\frac{\partial^+ h_{t,i}}{\partial b_i} = 1 - h_{t,i}^2", "proved"),
        (r"\frac{\partial h_{t,i}}{\partial b_i} = 1 - h_{t,i}^2", "refuted"),
        (r"\frac{\partial^+ h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W", "proved"),
        (r"\frac{\partial^+ h_t}{\partial h_{t-2}} = 0", "proved"),
        (r"\frac{\partial L}{\partial W} = \sum_{t=1}^{\tau} \sum_{k=1}^{t} \sum_i"
         r" \frac{\partial \|V h_t - y_t\|^2}{\partial h_{k,i}} \frac{\partial^+ h_{k,i}}{\partial W}", "proved"),
        (r"\frac{\partial L}{\partial W} = \sum_{t=1}^{\tau} \sum_{k=1}^{t} \sum_i"
         r" \frac{\partial \|V h_t - y_t\|^2}{\partial h_{k,i}} \frac{\partial h_{k,i}}{\partial W}", "refuted"),
    ],
)  # fmt: skip
def test_an_immediate_derivative_sees_the_whole_equation_as_it_is_written(latex: str, word: str) -> None:
    """The argument of tanh has a name of its own in the graph, and no part in what ∂⁺ means."""
    assert outcome(latex, Setting.of(read_network(INLINE), {"x": 2, "h": 3, "y": 4}, 3)).word == word


@pytest.mark.parametrize(
    ("latex", "word"),
    [
        (r"\frac{\partial^+ h_i^{(t)}}{\partial w_{ij}} = (1 - (h_i^{(t)})^2) h_j^{(t-1)}", "proved"),
        (r"\frac{\partial^+ h_i^{(t)}}{\partial w_{ij}} = 0", "refuted"),
        (r"\frac{\partial^+ h^{(t)}}{\partial h^{(t-1)}} = \operatorname{diag}(1 - (h^{(t)})^2) W", "proved"),
        (r"\frac{\partial^+ h^{(t)}}{\partial h^{(t-2)}} = 0", "proved"),
        (r"\frac{\partial^+ L}{\partial h^{(t)}} = 0", "proved"),
    ],
)
def test_an_immediate_derivative_sees_through_the_layers_of_its_step(latex: str, word: str) -> None:
    """A pre-activation with a line of its own doesn't turn ∂⁺h/∂W into 0: the steps before are what is held fixed."""
    assert outcome(latex, elman(2, 3, 2)).word == word


GATED = r"""\begin{align} z_t &= \sigma(R h_{t-1} + P x_t) \\ h_t &= z_t \odot h_{t-1} + x_t \\
L &= \sum_t \|h_t - y_t\|^2 \end{align}"""


@pytest.mark.parametrize(
    ("latex", "word"),
    [
        (r"\frac{\partial^+ h_t}{\partial h_{t-1}} = \operatorname{diag}(z_t)", "proved"),
        (r"\frac{\partial^+ h_{t,1}}{\partial h_{t-1,2}} = 0", "proved"),
        (r"\frac{\partial^+ h_{t,1}}{\partial R_{12}} = h_{t-1,1} z_{t,1} (1 - z_{t,1}) h_{t-1,2}", "proved"),
        (r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(z_t)", "refuted"),
    ],
)
def test_an_immediate_derivative_takes_an_equation_that_has_the_symbol_as_it_stands(latex: str, word: str) -> None:
    assert outcome(latex, Setting.of(read_network(GATED), {"x": 2}, 3)).word == word
