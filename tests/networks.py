"""Recurrent networks as people write them, each with its loss in NumPy, written by hand from the same lines.

`loss(v, T)` gets `v[name]` for parameters, `v[name, t]` for what carries a step (states before step 1, inputs,
targets), in the plain spelling of `Identifier.plain`; it must be analytic, so that a complex step can be taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

tanh, exp, log = np.tanh, np.exp, np.log


def sigmoid(a):
    return 1 / (1 + exp(-a))


def softmax(a):
    return exp(a) / exp(a).sum()


def relu(a):
    return np.where(a.real > 0, a, 0)


def square(a):
    return (a * a).sum()


@dataclass(frozen=True)
class Case:
    """A network's LaTeX, its loss, and what must be found: sizes by axis name, symbols by role."""

    name: str
    latex: str
    loss: Callable[[Any, int], Any]
    axes: str
    roles: str

    def __repr__(self) -> str:
        return self.name


def align(*lines: str) -> str:
    return "\\begin{align}\n" + " \\\\\n".join(lines) + "\n\\end{align}\n"


def scan(v, T, state, step):
    """States 0..T of a recurrence, the first one given."""
    states = [v[state, 0]]
    for t in range(1, T + 1):
        states.append(step(states[-1], t))
    return states


CROSS_ENTROPY = r"L &= -\sum_t \sum_i y_{t,i} \ln \hat y_{t,i}"


def cross_entropy(v, outputs, target="y"):
    return -sum((v[target, t] * log(p)).sum() for t, p in outputs)


def lstm(v, T):
    h, c, outputs = v["h", 0], v["c", 0], []
    for t in range(1, T + 1):
        x = v["x", t]
        f, i, o = (sigmoid(v[f"W_{g}"] @ x + v[f"U_{g}"] @ h + v[f"b_{g}"]) for g in "fio")
        c = f * c + i * tanh(v["W_c"] @ x + v["U_c"] @ h + v["b_c"])
        h = o * tanh(c)
        outputs.append((t, softmax(v["V"] @ h + v["d"])))
    return cross_entropy(v, outputs)


def colah(v, T):
    h, c, total = v["h", 0], v["C", 0], 0
    for t in range(1, T + 1):
        z = np.concatenate([h, v["x", t]])
        f, i, o = (sigmoid(v[f"W_{g}"] @ z + v[f"b_{g}"]) for g in "fio")
        c = f * c + i * tanh(v["W_C"] @ z + v["b_C"])
        h = o * tanh(c)
        total += square(h - v["y", t]) / 2
    return total


def peephole(v, T, times):
    h, c, outputs = v["h", 0], v["c", 0], []
    for t in range(1, T + 1):
        x = v["x", t]
        i = sigmoid(v["W_xi"] @ x + v["W_hi"] @ h + times("ci", c) + v["b_i"])
        f = sigmoid(v["W_xf"] @ x + v["W_hf"] @ h + times("cf", c) + v["b_f"])
        c = f * c + i * tanh(v["W_xc"] @ x + v["W_hc"] @ h + v["b_c"])
        o = sigmoid(v["W_xo"] @ x + v["W_ho"] @ h + times("co", c) + v["b_o"])
        h = o * tanh(c)
        outputs.append((t, softmax(v["W_hy"] @ h + v["b_y"])))
    return cross_entropy(v, outputs)


def gru(v, T):
    h, outputs = v["h", 0], []
    for t in range(1, T + 1):
        x = v["x", t]
        z, r = (sigmoid(v[f"W_{g}"] @ x + v[f"U_{g}"] @ h + v[f"b_{g}"]) for g in "zr")
        h = (1 - z) * h + z * tanh(v["W"] @ x + v["U"] @ (r * h) + v["b"])
        outputs.append((t, softmax(v["V"] @ h + v["c"])))
    return cross_entropy(v, outputs)


def gru_after(v, T):
    h, total = v["h", 0], 0
    for t in range(1, T + 1):
        x = v["x", t]
        z, r = (sigmoid(v[f"W_{g}"] @ x + v[f"U_{g}"] @ h) for g in "zr")
        h = (1 - z) * h + z * tanh(v["W"] @ x + r * (v["U"] @ h))
        total += square(h - v["y", t]) / 2
    return total / T


def mgu(v, T):
    h, total = v["h", 0], 0
    for t in range(1, T + 1):
        x = v["x", t]
        f = sigmoid(v["W_f"] @ np.concatenate([h, x]) + v["b_f"])
        h = (1 - f) * h + f * tanh(v["W_h"] @ np.concatenate([f * h, x]) + v["b_h"])
        total += square(h - v["y", t])
    return total


def two_layers(v, T):
    g, h, outputs = v["h_1", 0], v["h_2", 0], []
    for t in range(1, T + 1):
        g = tanh(v["W_1"] @ g + v["U_1"] @ v["x", t] + v["b_1"])
        h = tanh(v["W_2"] @ h + v["U_2"] @ g + v["b_2"])
        outputs.append((t, softmax(v["V"] @ h + v["c"])))
    return cross_entropy(v, outputs)


def two_letters(v, T):
    g, h, outputs = v["g", 0], v["h", 0], []
    for t in range(1, T + 1):
        g = tanh(v["A"] @ g + v["B"] @ v["x", t])
        h = tanh(v["C"] @ h + v["D"] @ g)
        outputs.append((t, softmax(v["E"] @ h)))
    return cross_entropy(v, outputs, "d")


def jordan(v, T):
    y, total = v["y", 0], 0
    for t in range(1, T + 1):
        y = sigmoid(v["W_y"] @ sigmoid(v["W_h"] @ v["x", t] + v["U_h"] @ y + v["b_h"]) + v["b_y"])
        total += square(y - v["d", t]) / 2
    return total


def simple(v, T, output, *, function=tanh, state="h", loss=square, mean=False):
    """h = f(W h + U x + b), whatever comes out of it, and a loss at each step."""
    b = v.get("b", 0)
    h = scan(v, T, state, lambda h, t: function(v["W"] @ h + v["U"] @ v["x", t] + b))
    total = sum(loss(output(h[t], t)) for t in range(1, T + 1))
    return total / T if mean else total


def bidirectional(v, T, names, output):
    h, g, W, U, b, P, Q, d = names
    forth = scan(v, T, h, lambda s, t: tanh(v[W] @ v["x", t] + v[U] @ s + v[b]))
    back = {T + 1: v[g, T + 1]}
    for t in range(T, 0, -1):
        back[t] = tanh(v[P] @ v["x", t] + v[Q] @ back[t + 1] + v[d])
    return cross_entropy(v, [(t, softmax(output(forth[t], back[t]))) for t in range(1, T + 1)])


def elman(v, T):
    h = scan(v, T, "h", lambda h, t: tanh(v["b"] + v["W"] @ h + v["U"] @ v["x", t]))
    return cross_entropy(v, [(t, softmax(v["c"] + v["V"] @ h[t])) for t in range(1, T + 1)])


def labelled(v, T, state, W, U, b, V, c, target="y"):
    h = scan(v, T, state, lambda h, t: tanh(v[W] @ h + v[U] @ v["x", t] + v[b]))
    return cross_entropy(v, [(t, softmax(v[V] @ h[t] + v[c])) for t in range(1, T + 1)], target)


def by_letter(v, T):
    h = scan(v, T, "h", lambda h, t: tanh(v["b"] + v["w"] @ h + v["u"] @ v["x", t]))
    return cross_entropy(v, [(t, softmax(v["c"] + v["v"] @ h[t])) for t in range(1, T + 1)])


def binary(v, T):
    def loss(h, t):
        p = sigmoid(v["v"] @ h + v["c"])
        return -(v["y", t] * log(p) + (1 - v["y", t]) * log(1 - p))

    return simple(v, T, loss, loss=lambda value: value)


def binaries(v, T):
    def loss(h, t):
        p = sigmoid(v["V"] @ h + v["c"])
        return -(v["y", t] * log(p) + (1 - v["y", t]) * log(1 - p)).sum()

    return simple(v, T, loss, loss=lambda value: value)


def last(v, T):
    h = scan(v, T, "h", lambda h, t: tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))
    return -(v["y"] * log(softmax(v["V"] @ h[T] + v["c"]))).sum()


def last_squared(v, T):
    h = scan(v, T, "h", lambda h, t: tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))
    return square(v["V"] @ h[T] + v["c"] - v["y"]) / 2


def pooled(v, T):
    h = scan(v, T, "h", lambda h, t: tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))
    return square(v["V"] @ (sum(h[t] for t in range(1, T + 1)) / T) - v["y"])


def lagged(v, T):
    h = {0: v["h", 0], -1: v["h", -1]}
    for t in range(1, T + 1):
        h[t] = tanh(v["W_1"] @ h[t - 1] + v["W_2"] @ h[t - 2] + v["U"] @ v["x", t])
    return sum(square(v["V"] @ h[t] - v["y", t]) for t in range(1, T + 1))


def from_next(v, T):
    h = {0: v["h", 0]}
    for t in range(T):
        h[t + 1] = tanh(v["W"] @ h[t] + v["U"] @ v["x", t] + v["b"])
    return sum(square(v["V"] @ h[t] - v["y", t]) for t in range(1, T + 1))


def next_character(v, T):
    h = scan(v, T, "h", lambda h, t: tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))
    return -sum(v["x", t + 1] @ log(softmax(v["V"] @ h[t])) for t in range(1, T + 1))


def multiplicative(v, T):
    def step(h, t):
        x = v["x", t]
        return tanh(v["W_hm"] @ ((v["W_mx"] @ x) * (v["W_mh"] @ h)) + v["W_hx"] @ x)

    h = scan(v, T, "h", step)
    return sum(square(v["V"] @ h[t] - v["y", t]) for t in range(1, T + 1))


def simple_recurrent_unit(v, T):
    c, total = v["c", 0], 0
    for t in range(1, T + 1):
        x = v["x", t]
        f, r = sigmoid(v["W_f"] @ x + v["b_f"]), sigmoid(v["W_r"] @ x + v["b_r"])
        c = f * c + (1 - f) * (v["W"] @ x)
        total += square(r * tanh(c) + (1 - r) * x - v["y", t]) / 2
    return total


def first_step_apart(v, T):
    h = {1: tanh(v["U"] @ v["x", 1])}
    for t in range(2, T + 1):
        h[t] = tanh(v["W"] @ h[t - 1] + v["U"] @ v["x", t])
    return sum(square(v["V"] @ h[t] - v["y", t]) for t in range(1, T + 1))


SUB = r"h_t &= \tanh(W h_{t-1} + U x_t + b)"
SQUARES = r"L &= \sum_t \|V h_t - y_t\|^2"


def squares(v, h, t):
    return v["V"] @ h - v["y", t]


# name, equations, loss in NumPy, axes, inputs | targets | parameters | layers with equations of the text's own
# fmt: off
CASES = (
    Case("elman", align(
        r"\mathbf{a}^{(t)} &= \mathbf{b} + \mathbf{W}\mathbf{h}^{(t-1)} + \mathbf{U}\mathbf{x}^{(t)}",
        r"\mathbf{h}^{(t)} &= \tanh(\mathbf{a}^{(t)})", r"\mathbf{o}^{(t)} &= \mathbf{c} + \mathbf{V}\mathbf{h}^{(t)}",
        r"\hat{\mathbf{y}}^{(t)} &= \operatorname{softmax}(\mathbf{o}^{(t)})",
        r"L^{(t)} &= -\sum_i y_i^{(t)} \ln \hat{y}_i^{(t)}", r"L &= \sum_t L^{(t)}"),
        elman, "x h o", "x | y | b W U c V | a h o yhat L L"),
    Case("LSTM", align(
        r"f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f)", r"i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i)",
        r"o_t &= \sigma(W_o x_t + U_o h_{t-1} + b_o)", r"\tilde c_t &= \tanh(W_c x_t + U_c h_{t-1} + b_c)",
        r"c_t &= f_t \odot c_{t-1} + i_t \odot \tilde c_t", r"h_t &= o_t \odot \tanh(c_t)",
        r"\hat y_t &= \operatorname{softmax}(V h_t + d)", CROSS_ENTROPY),
        lstm, "x h yhat", "x | y | W_f U_f b_f W_i U_i b_i W_o U_o b_o W_c U_c b_c V d | f i o ctilde c h yhat L"),
    Case("LSTM on concatenations, starred", align(
        r"f_t &= \sigma(W_f \cdot [h_{t-1}, x_t] + b_f)", r"i_t &= \sigma(W_i \cdot [h_{t-1}, x_t] + b_i)",
        r"\tilde C_t &= \tanh(W_C \cdot [h_{t-1}, x_t] + b_C)", r"C_t &= f_t * C_{t-1} + i_t * \tilde C_t",
        r"o_t &= \sigma(W_o [h_{t-1}, x_t] + b_o)", r"h_t &= o_t * \tanh(C_t)",
        r"L &= \frac12 \sum_t \| h_t - y_t\|^2"),
        colah, "x h h+x", "x | y | W_f b_f W_i b_i W_C b_C W_o b_o | f i Ctilde C o h L"),
    Case("LSTM with diagonal peepholes", align(
        r"i_t &= \sigma(W_{xi} x_t + W_{hi} h_{t-1} + w_{ci}\odot c_{t-1} + b_i)",
        r"f_t &= \sigma(W_{xf} x_t + W_{hf} h_{t-1} + w_{cf}\odot c_{t-1} + b_f)",
        r"c_t &= f_t\odot c_{t-1} + i_t \odot \tanh(W_{xc} x_t + W_{hc} h_{t-1} + b_c)",
        r"o_t &= \sigma(W_{xo} x_t + W_{ho} h_{t-1} + w_{co} \odot c_t + b_o)", r"h_t &= o_t \odot \tanh(c_t)",
        r"\hat y_t &= \mathrm{softmax}(W_{hy} h_t + b_y)", r"L &= -\sum_t y_t^\top \ln \hat y_t"),
        lambda v, T: peephole(v, T, lambda k, c: v[f"w_{k}"] * c), "x h yhat",
        "x | y | W_xi W_hi w_ci b_i W_xf W_hf w_cf b_f W_xc W_hc b_c W_xo W_ho w_co b_o W_hy b_y | i f c o h yhat L"),
    Case("LSTM with full peepholes", align(
        r"i_t &= \sigma(W_{xi} x_t + W_{hi} h_{t-1} + W_{ci} c_{t-1} + b_i)",
        r"f_t &= \sigma(W_{xf} x_t + W_{hf} h_{t-1} + W_{cf} c_{t-1} + b_f)",
        r"c_t &= f_t c_{t-1} + i_t \odot \tanh(W_{xc} x_t + W_{hc} h_{t-1} + b_c)".replace("f_t c", r"f_t \circ c"),
        r"o_t &= \sigma(W_{xo} x_t + W_{ho} h_{t-1} + W_{co} c_t + b_o)", r"h_t &= o_t \odot \tanh(c_t)",
        r"\hat y_t &= \mathrm{softmax}(W_{hy} h_t + b_y)", r"L &= -\sum_t y_t^\top \ln \hat y_t"),
        lambda v, T: peephole(v, T, lambda k, c: v[f"W_{k}"] @ c), "x h yhat",
        "x | y | W_xi W_hi W_ci b_i W_xf W_hf W_cf b_f W_xc W_hc b_c W_xo W_ho W_co b_o W_hy b_y | i f c o h yhat L"),
    Case("GRU", align(
        r"z_t &= \sigma(W_z x_t + U_z h_{t-1} + b_z)", r"r_t &= \sigma(W_r x_t + U_r h_{t-1} + b_r)",
        r"\tilde h_t &= \tanh(W x_t + U (r_t \odot h_{t-1}) + b)",
        r"h_t &= (1 - z_t)\odot h_{t-1} + z_t \odot \tilde h_t", r"o_t &= V h_t + c",
        r"\hat y_t &= \text{softmax}(o_t)", CROSS_ENTROPY),
        gru, "x h o", "x | y | W_z U_z b_z W_r U_r b_r W U b V c | z r htilde h o yhat L"),
    Case("GRU with the reset behind the product, mean squared error", align(
        r"\mathbf z^{(t)} &= \sigma(\mathbf W_z \mathbf x^{(t)} + \mathbf U_z \mathbf h^{(t-1)})",
        r"\mathbf r^{(t)} &= \sigma(\mathbf W_r \mathbf x^{(t)} + \mathbf U_r \mathbf h^{(t-1)})",
        r"\tilde{\mathbf h}^{(t)} &= \tanh(\mathbf W \mathbf x^{(t)} + \mathbf r^{(t)}\circ \mathbf U \mathbf h^{(t-1)})",
        r"\mathbf h^{(t)} &= (\mathbf 1 - \mathbf z^{(t)})\circ \mathbf h^{(t-1)} + \mathbf z^{(t)} \circ \tilde{\mathbf h}^{(t)}",
        r"L^{(t)} &= \frac12\|\mathbf h^{(t)} - \mathbf y^{(t)}\|_2^2", r"L &= \frac{1}{\tau}\sum_{t=1}^{\tau} L^{(t)}"),
        gru_after, "x h", "x | y | W_z U_z W_r U_r W U | z r htilde h L L"),
    Case("minimal gated unit", align(
        r"f_t &= \sigma(W_f [h_{t-1}; x_t] + b_f)", r"\tilde h_t &= \tanh(W_h [f_t \odot h_{t-1}; x_t] + b_h)",
        r"h_t &= (1 - f_t)\odot h_{t-1} + f_t\odot\tilde h_t", r"L &= \sum_t \|h_t - y_t\|^2"),
        mgu, "x h h+x", "x | y | W_f b_f W_h b_h | f htilde h L"),
    Case("stacked matrix as argument", align(
        r"h_t &= \tanh\left(W \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix} + b\right)", r"L &= \sum_t \|h_t - y_t\|^2"),
        lambda v, T: sum(square(h - v["y", t]) for t, h in enumerate(scan(v, T, "h", lambda h, t: tanh(
            v["W"] @ np.concatenate([h, v["x", t]]) + v["b"]))) if t), "x h h+x", "x | y | W b | h L"),
    Case("two layers, numbered above in round brackets", align(
        r"h^{(1)}_t &= \tanh(W^{(1)} h^{(1)}_{t-1} + U^{(1)} x_t + b^{(1)})",
        r"h^{(2)}_t &= \tanh(W^{(2)} h^{(2)}_{t-1} + U^{(2)} h^{(1)}_t + b^{(2)})",
        r"\hat y_t &= \operatorname{softmax}(V h^{(2)}_t + c)", r"L &= -\sum_t \sum_i y_{t,i} \log \hat y_{t,i}"),
        two_layers, "x h_1 h_2 yhat", "x | y | W_1 U_1 b_1 W_2 U_2 b_2 V c | h_1 h_2 yhat L"),
    Case("two layers, numbered above in square brackets", align(
        r"h^{[1](t)} &= \tanh(W^{[1]} h^{[1](t-1)} + U^{[1]} x^{(t)} + b^{[1]})",
        r"h^{[2](t)} &= \tanh(W^{[2]} h^{[2](t-1)} + U^{[2]} h^{[1](t)} + b^{[2]})",
        r"\hat y^{(t)} &= \operatorname{softmax}(V h^{[2](t)} + c)", r"L &= -\sum_t \sum_i y_i^{(t)} \log \hat y_i^{(t)}"),
        two_layers, "x h_1 h_2 yhat", "x | y | W_1 U_1 b_1 W_2 U_2 b_2 V c | h_1 h_2 yhat L"),
    Case("two layers, numbered below", align(
        r"h_1^{(t)} &= \tanh(W_1 h_1^{(t-1)} + U_1 x^{(t)} + b_1)",
        r"h_2^{(t)} &= \tanh(W_2 h_2^{(t-1)} + U_2 h_1^{(t)} + b_2)",
        r"\hat y^{(t)} &= \operatorname{softmax}(V h_2^{(t)} + c)", r"L &= -\sum_t \sum_i y_i^{(t)} \log \hat y_i^{(t)}"),
        two_layers, "x h_1 h_2 yhat", "x | y | W_1 U_1 b_1 W_2 U_2 b_2 V c | h_1 h_2 yhat L"),
    Case("two layers, other letters", align(
        r"g_t &= \tanh(A g_{t-1} + B x_t)", r"h_t &= \tanh(C h_{t-1} + D g_t)", r"p_t &= \operatorname{softmax}(E h_t)",
        r"J &= -\sum_t \sum_k d_{t,k} \log p_{t,k}"),
        two_letters, "x g h p", "x | d | A B C D E | g h p J"),
    Case("Jordan network", align(
        r"h_t &= \sigma(W_h x_t + U_h y_{t-1} + b_h)", r"y_t &= \sigma(W_y h_t + b_y)",
        r"E &= \frac12\sum_t \|y_t - d_t\|^2"),
        jordan, "x h y", "x | d | W_h U_h b_h W_y b_y | h y E"),
    Case("sigmoids and squares", align(
        r"s_t &= \sigma(U x_t + W s_{t-1})", r"\hat y_t &= \sigma(V s_t)",
        r"E_t &= \frac{1}{2}\sum_k (\hat y_{t,k} - y_{t,k})^2", r"E &= \sum_t E_t"),
        lambda v, T: simple(v, T, lambda s, t: sigmoid(v["V"] @ s) - v["y", t], function=sigmoid, state="s") / 2,
        "x s yhat", "x | y | U W V | s yhat E E"),
    Case("bidirectional, with arrows", align(
        r"\overrightarrow{h}_t &= \tanh(W x_t + U \overrightarrow{h}_{t-1} + b)",
        r"\overleftarrow{h}_t &= \tanh(P x_t + Q \overleftarrow{h}_{t+1} + d)",
        r"\hat y_t &= \operatorname{softmax}(V [\overrightarrow{h}_t; \overleftarrow{h}_t] + c)", CROSS_ENTROPY),
        lambda v, T: bidirectional(v, T, ("hright", "hleft", "W", "U", "b", "P", "Q", "d"),
                                   lambda h, g: v["V"] @ np.concatenate([h, g]) + v["c"]),
        "x hright hleft yhat hright+hleft", "x | y | W U b P Q d V c | hright hleft yhat L"),
    Case("bidirectional, two letters", align(
        r"h^{(t)} &= \tanh(W h^{(t-1)} + U x^{(t)} + b)", r"g^{(t)} &= \tanh(R g^{(t+1)} + S x^{(t)} + d)",
        r"o^{(t)} &= c + V h^{(t)} + M g^{(t)}", r"\hat y^{(t)} &= \operatorname{softmax}(o^{(t)})",
        r"L &= -\sum_t \sum_i y^{(t)}_i \log \hat y^{(t)}_i"),
        lambda v, T: bidirectional(v, T, ("h", "g", "U", "W", "b", "S", "R", "d"),
                                   lambda h, g: v["c"] + v["V"] @ h + v["M"] @ g),
        "x h g o", "x | y | W U b R S d c V M | h g o yhat L"),
    Case("rectified, by word", align(
        r"h_t &= \operatorname{ReLU}(W h_{t-1} + U x_t + b)", r"\hat y_t &= V h_t",
        r"L &= \frac{1}{T}\sum_{t=1}^T \|\hat y_t - y_t\|^2"),
        lambda v, T: simple(v, T, lambda h, t: squares(v, h, t), function=relu, mean=True), "x h yhat",
        "x | y | W U b V | h yhat L"),
    Case("rectified, by max", align(
        r"h_t &= \max(0, W h_{t-1} + U x_t + b)", r"L &= \frac1N \sum_{t=1}^N \|V h_t - y_t\|^2"),
        lambda v, T: simple(v, T, lambda h, t: squares(v, h, t), function=relu, mean=True), "x h y",
        "x | y | W U b V | h L"),
    Case("deep output", align(SUB, r"\hat y_t &= \operatorname{softmax}(V \tanh(Q h_t + r) + c)", CROSS_ENTROPY),
        lambda v, T: simple(v, T, lambda h, t: -(v["y", t] * log(softmax(
            v["V"] @ tanh(v["Q"] @ h + v["r"]) + v["c"]))).sum(), loss=lambda value: value),
        "x h r yhat", "x | y | W U b Q r V c | h yhat L"),
    Case("one probability", align(SUB, r"\hat y_t &= \sigma(v^\top h_t + c)",
        r"L &= -\sum_t \left( y_t \ln \hat y_t + (1 - y_t) \ln(1 - \hat y_t)\right)"),
        binary, "x h", "x | y | W U b v c | h yhat L"),
    Case("many probabilities", align(SUB, r"\hat y_t &= \sigma(V h_t + c)",
        r"L &= -\sum_t\sum_i \left[ y_{t,i} \ln \hat y_{t,i} + (1 - y_{t,i}) \ln(1 - \hat y_{t,i})\right]"),
        binaries, "x h yhat", "x | y | W U b V c | h yhat L"),
    Case("weight decay", align(SUB, r"\hat y_t &= V h_t + c",
        r"L &= \sum_t \|\hat y_t - y_t\|^2 + \frac{\lambda}{2}\|W\|_F^2"),
        lambda v, T: simple(v, T, lambda h, t: squares(v, h, t) + v["c"]) + v["lambda"] / 2 * square(v["W"]),
        "x h yhat", "x | y | W U b V c lambda | h yhat L"),
    Case("one answer at the end", align(
        r"h^{(t)} &= \tanh(W h^{(t-1)} + U x^{(t)} + b)", r"\hat y &= \operatorname{softmax}(V h^{(\tau)} + c)",
        r"L &= -\sum_i y_i \ln \hat y_i"),
        last, "x h yhat", "x | y | W U b V c | h yhat L"),
    Case("one number at the end", align(SUB, r"o_t &= V h_t + c", r"L &= \frac12 \|o_T - y\|^2"),
        last_squared, "x h o", "x | y | W U b V c | h o L"),
    Case("the mean of the states", align(SUB, r"m &= \frac{1}{T} \sum_{t=1}^T h_t", r"L &= \|V m - y\|^2"),
        pooled, "x h y", "x | y | W U b V | h m L"),
    Case("component by component", align(
        r"a_i^{(t)} &= b_i + \sum_j w_{ij} h_j^{(t-1)} + \sum_k u_{ik} x_k^{(t)}", r"h_i^{(t)} &= \tanh(a_i^{(t)})",
        r"o_i^{(t)} &= c_i + \sum_j v_{ij} h_j^{(t)}",
        r"\hat y_i^{(t)} &= \frac{\exp(o_i^{(t)})}{\sum_k \exp(o_k^{(t)})}",
        r"L &= -\sum_t \sum_i y_i^{(t)} \ln\hat y_i^{(t)}"),
        by_letter, "x h o", "x | y | b w u c v | a h o yhat L"),
    Case("component by component, steps and components below", align(
        r"a_{t,i} &= b_i + \sum_j w_{ij} h_{t-1,j} + \sum_k u_{ik} x_{tk}", r"h_{ti} &= \tanh(a_{ti})",
        r"o_{t,i} &= c_i + \sum_j v_{ij} h_{t,j}", r"\hat y_t &= \operatorname{softmax}(o_t)",
        r"L &= -\sum_t \sum_i y_{ti} \ln\hat y_{ti}"),
        by_letter, "x h o", "x | y | b w u c v | a h o yhat L"),
    Case("time as an argument", align(
        r"h(t) &= \tanh(W h(t-1) + U x(t) + b)", r"\hat y(t) &= \operatorname{softmax}(V h(t) + c)",
        r"L &= -\sum_t y(t)^\top \ln(\hat y(t))"),
        lambda v, T: labelled(v, T, "h", "W", "U", "b", "V", "c"), "x h yhat", "x | y | W U b V c | h yhat L"),
    Case("labelled matrices", align(
        r"h_t &= \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h)", r"y_t &= W_{hy} h_t + b_y",
        r"p_t &= \operatorname{softmax}(y_t)", r"L &= -\sum_t \sum_k d_{t,k}\log p_{t,k}"),
        lambda v, T: labelled(v, T, "h", "W_hh", "W_xh", "b_h", "W_hy", "b_y", "d"), "x h y",
        "x | d | W_hh W_xh b_h W_hy b_y | h y p L"),
    Case("labels in words", align(
        r"h_t &= \tanh(W_{\text{rec}} h_{t-1} + W_{\mathrm{in}} x_t + b_{\text{h}})",
        r"\hat y_t &= \operatorname{softmax}(W_{\text{out}} h_t + b_{\text{o}})", CROSS_ENTROPY),
        lambda v, T: labelled(v, T, "h", "W_rec", "W_in", "b_h", "W_out", "b_o"), "x h yhat",
        "x | y | W_rec W_in b_h W_out b_o | h yhat L"),
    Case("steps in angle brackets", align(
        r"a^{\langle t\rangle} &= \tanh(W_{aa} a^{\langle t-1\rangle} + W_{ax} x^{\langle t\rangle} + b_a)",
        r"\hat y^{\langle t\rangle} &= \operatorname{softmax}(W_{ya} a^{\langle t\rangle} + b_y)",
        r"L^{\langle t\rangle} &= -\sum_i y_i^{\langle t\rangle}\log\hat y_i^{\langle t\rangle}",
        r"L &= \sum_t L^{\langle t\rangle}"),
        lambda v, T: labelled(v, T, "a", "W_aa", "W_ax", "b_a", "W_ya", "b_y"), "x a yhat",
        "x | y | W_aa W_ax b_a W_ya b_y | a yhat L L"),
    Case("bare steps above", align(
        r"a^t &= W h^{t-1} + U x^t + b", r"h^t &= \tanh(a^t)", r"\hat y^t &= \operatorname{softmax}(V h^t + c)",
        r"L &= -\sum_t \sum_k y^t_k \ln \hat y^t_k"),
        lambda v, T: labelled(v, T, "h", "W", "U", "b", "V", "c"), "x h yhat", "x | y | W U b V c | a h yhat L"),
    Case("transposed target", align(
        r"s_t &= \tanh(U x_t + W s_{t-1})", r"\hat y_t &= \mathrm{softmax}(V s_t)", r"E_t &= -y_t^T \log \hat y_t",
        r"E &= \sum_t E_t"),
        lambda v, T: simple(v, T, lambda s, t: -v["y", t] @ log(softmax(v["V"] @ s)), state="s",
                            loss=lambda value: value), "x s yhat", "x | y | U W V | s yhat E E"),
    Case("another step letter", align(
        r"h_k &= \tanh(W h_{k-1} + U x_k)", r"y_k &= V h_k", r"L &= \sum_k \|y_k - d_k\|^2"),
        lambda v, T: simple(v, T, lambda h, t: v["V"] @ h - v["d", t]), "x h y", "x | d | W U V | h y L"),
    Case("a zero state first", align(r"h_0 &= 0", SUB, r"L &= \sum_t \|h_t - y_t\|^2"),
        lambda v, T: sum(square(h - v["y", t]) for t, h in enumerate(scan({**v.values, ("h", 0): np.zeros_like(v["b"])}, T,
            "h", lambda h, t: tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))) if t), "x h", "x | y | W U b | h L"),
    Case("a zero state last, in bold", align(
        r"\mathbf h^{(t)} &= \tanh(\mathbf W \mathbf h^{(t-1)} + \mathbf U \mathbf x^{(t)} + \mathbf b)",
        r"\mathbf h^{(0)} &= \mathbf 0", r"L &= \sum_t \|\mathbf h^{(t)} - \mathbf y^{(t)}\|^2"),
        lambda v, T: sum(square(h - v["y", t]) for t, h in enumerate(scan({**v.values, ("h", 0): np.zeros_like(v["b"])}, T,
            "h", lambda h, t: tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))) if t), "x h", "x | y | W U b | h L"),
    Case("a learned first state", align(r"h_0 &= s", SUB, r"L &= \sum_t \|h_t - y_t\|^2"),
        lambda v, T: sum(square(h - v["y", t]) for t, h in enumerate(scan({**v.values, ("h", 0): v["s"]}, T,
            "h", lambda h, t: tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))) if t), "x h", "x | y | s W U b | h L"),
    Case("a first step of its own", align(
        r"h_1 &= \tanh(U x_1)", r"h_t &= \tanh(W h_{t-1} + U x_t), \quad t > 1", SQUARES),
        first_step_apart, "x h y", "x | y | U W V | h L"),
    Case("leaky", align(r"h_t &= (1-\alpha) h_{t-1} + \alpha \tanh(W h_{t-1} + U x_t + b)", SQUARES),
        lambda v, T: sum(square(squares(v, h, t)) for t, h in enumerate(scan(v, T, "h", lambda h, t:
            (1 - v["alpha"]) * h + v["alpha"] * tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))) if t),
        "x h y", "x | y | alpha W U b V | h L"),
    Case("residual", align(r"h_t &= h_{t-1} + \tanh(W h_{t-1} + U x_t + b)", SQUARES),
        lambda v, T: sum(square(squares(v, h, t)) for t, h in enumerate(scan(v, T, "h", lambda h, t:
            h + tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))) if t), "x h y", "x | y | W U b V | h L"),
    Case("discounted", align(SUB, r"L &= \sum_t \gamma^t \|V h_t - y_t\|^2"),
        lambda v, T: sum(v["gamma"] ** t * square(squares(v, h, t)) for t, h in enumerate(scan(v, T, "h", lambda h, t:
            tanh(v["W"] @ h + v["U"] @ v["x", t] + v["b"]))) if t), "x h y", "x | y | W U b gamma V | h L"),
    Case("transposed matrices", align(r"h_t &= \tanh(W^\top h_{t-1} + U^\top x_t + b)", r"L &= \sum_t \|V^\top h_t - y_t\|^2"),
        lambda v, T: sum(square(v["V"].T @ h - v["y", t]) for t, h in enumerate(scan(v, T, "h", lambda h, t:
            tanh(v["W"].T @ h + v["U"].T @ v["x", t] + v["b"]))) if t), "x h y", "x | y | W U b V | h L"),
    Case("two steps back", align(r"h_t &= \tanh(W_1 h_{t-1} + W_2 h_{t-2} + U x_t)", SQUARES),
        lagged, "x h y", "x | y | W_1 W_2 U V | h L"),
    Case("the next state on the left", align(r"h_{t+1} &= \tanh(W h_t + U x_t + b)", SQUARES),
        from_next, "x h y", "x | y | W U b V | h L"),
    Case("next character", align(SUB, r"\hat y_t &= \operatorname{softmax}(V h_t)", r"L &= -\sum_t x_{t+1}^\top \ln \hat y_t"),
        next_character, "yhat h", "x | | W U b V | h yhat L"),
    Case("embedded inputs", align(r"e_t &= E x_t", r"h_t &= \tanh(W h_{t-1} + U e_t + b)", SQUARES),
        lambda v, T: sum(square(squares(v, h, t)) for t, h in enumerate(scan(v, T, "h", lambda h, t:
            tanh(v["W"] @ h + v["U"] @ (v["E"] @ v["x", t]) + v["b"]))) if t), "x e h y", "x | y | E W U b V | e h L"),
    Case("a function of the text's own", r"With $\sigma(z) = \frac{1}{1 + e^{-2z}}$ let" + align(
        r"h_t &= \sigma(W h_{t-1} + U x_t + b)", SQUARES),
        lambda v, T: simple(v, T, lambda h, t: squares(v, h, t), function=lambda a: 1 / (1 + exp(-2 * a))),
        "x h y", "x | y | W U b V | h L"),
    Case("a function by another name", r"Let $f = \tanh$ and" + align(r"h_t &= f(W h_{t-1} + U x_t + b)", SQUARES),
        lambda v, T: simple(v, T, lambda h, t: squares(v, h, t)), "x h y", "x | y | W U b V | h L"),
    Case("log-sum-exp", align(SUB, r"o_t &= V h_t + c", r"L_t &= -y_t^\top o_t + \ln \sum_k \exp(o_{t,k})",
        r"L &= \sum_{t=1}^{\tau} L_t"),
        lambda v, T: simple(v, T, lambda h, t: (lambda o: -v["y", t] @ o + log(exp(o).sum()))(v["V"] @ h + v["c"]),
                            loss=lambda value: value), "x h o", "x | y | W U b V c | h o L L"),
    Case("inputs to the output", align(SUB, r"o_t &= c + V h_t + R x_t", r"L &= \sum_t \|o_t - y_t\|^2"),
        lambda v, T: simple(v, T, lambda h, t: squares(v, h, t) + v["c"] + v["R"] @ v["x", t]),
        "x h o", "x | y | W U b c V R | h o L"),
    Case("multiplicative", align(
        r"h_t &= \tanh(W_{hm}((W_{mx} x_t) \odot (W_{mh} h_{t-1})) + W_{hx} x_t)", SQUARES),
        multiplicative, "x h y W_hm", "x | y | W_hm W_mx W_mh W_hx V | h L"),
    Case("two losses", align(SUB, r"L^{a} &= \sum_t \|V h_t - y_t\|^2", r"L^{b} &= \sum_t \|h_t\|^2",
        r"L &= L^{a} + \mu L^{b}"),
        lambda v, T: simple(v, T, lambda h, t: square(squares(v, h, t)) + v["mu"] * square(h), loss=lambda value: value),
        "x h y", "x | y | W U b V mu | h L_a L_b L"),
    Case("self-gated", align(r"a_t &= W h_{t-1} + U x_t", r"h_t &= a_t \odot \sigma(a_t)", SQUARES),
        lambda v, T: simple(v, T, lambda h, t: squares(v, h, t), function=lambda a: a * sigmoid(a)), "x h y",
        "x | y | W U V | a h L"),
    Case("a quadratic form of the error", align(
        r"\mathbf{h}_t &= \tanh(\mathbf{W}\mathbf{h}_{t-1} + \mathbf{U}\mathbf{x}_t + \mathbf b)",
        r"\mathcal{L} &= \sum_{t=1}^{T} \ell_t",
        r"\ell_t &= \frac{1}{2}(\mathbf V\mathbf h_t - \mathbf y_t)^\top(\mathbf V\mathbf h_t - \mathbf y_t)"),
        lambda v, T: simple(v, T, lambda h, t: squares(v, h, t)) / 2, "x h y", "x | y | W U b V | h L ell"),
    Case("scalars", align(r"h_t &= \tanh(w h_{t-1} + u x_t + b)", r"L &= \sum_t (h_t - y_t)^2"),
        lambda v, T: sum((h - v["y", t]) ** 2 for t, h in enumerate(scan(v, T, "h", lambda h, t:
            tanh(v["w"] * h + v["u"] * v["x", t] + v["b"]))) if t), "", "x | y | w u b | h L"),
    Case("a forget gate that sees inputs only", align(
        r"c^{(t)} &= f^{(t)} \odot c^{(t-1)} + (1 - f^{(t)}) \odot \tilde x^{(t)}", r"\tilde x^{(t)} &= W x^{(t)}",
        r"f^{(t)} &= \sigma(W_f x^{(t)} + b_f)", r"r^{(t)} &= \sigma(W_r x^{(t)} + b_r)",
        r"h^{(t)} &= r^{(t)} \odot \tanh(c^{(t)}) + (1 - r^{(t)}) \odot x^{(t)}",
        r"L &= \frac12\sum_t \sum_k (h^{(t)}_k - y^{(t)}_k)^2"),
        simple_recurrent_unit, "c", "x | y | W W_f b_f W_r b_r | c xtilde f r h L"),
)
# fmt: on
