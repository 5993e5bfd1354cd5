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
    b = v["b"] if "b" in v else 0
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


def lagged(v, T):
    h = {0: v["h", 0], -1: v["h", -1]}
    for t in range(1, T + 1):
        h[t] = tanh(v["W_1"] @ h[t - 1] + v["W_2"] @ h[t - 2] + v["U"] @ v["x", t])
    return sum(square(v["V"] @ h[t] - v["y", t]) for t in range(1, T + 1))


def from_next(v, T):
    h = {1: v["h", 1]}
    for t in range(1, T):
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


