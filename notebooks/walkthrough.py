# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Backpropagation through time, line by line
#
# Somebody works out the gradients of a small recurrent network by hand and gets something other than the textbook. Who is
# wrong? Nobody, it will turn out. This notebook goes the same way, and has every line decided: proved, or refuted with a
# counterexample, or its shapes shown not to fit. Nothing here rests on trust in the author.
#
# You need `pip install 'bptt-sym[notebook]'`.

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image
from sympy import Symbol

from bptt_sym import Setting, check, derive, differentiate, lambdify, read_network
from bptt_sym.draw import draw
from bptt_sym.draw.plot import plot_flow
from bptt_sym.numeric.flow import gradient_flow, random_point

# %% [markdown]
# ## The network
#
# Four inputs, five hidden units, three outputs, three steps. The forward equations *are* the network; there is no second
# definition of it in Python.

# %%
network = read_network(r"""
\begin{align}
\mathbf{a}^{(t)} &= \mathbf{b} + \mathbf{W}\mathbf{h}^{(t-1)} + \mathbf{U}\mathbf{x}^{(t)} \\
\mathbf{h}^{(t)} &= \tanh(\mathbf{a}^{(t)}) \\
\mathbf{o}^{(t)} &= \mathbf{c} + \mathbf{V}\mathbf{h}^{(t)} \\
\hat{\mathbf{y}}^{(t)} &= \operatorname{softmax}(\mathbf{o}^{(t)}) \\
L^{(t)} &= -\sum_i y_i^{(t)} \ln \hat{y}_i^{(t)} \\
L &= \sum_t L^{(t)}
\end{align}""", "Elman")
setting = Setting.of(network, {"x": 4, "h": 5, "o": 3}, steps=3)
network

# %% [markdown]
# Unrolled over three steps it is a graph. Solid arrows compute; each bears the derivative of what it points to by where it
# comes from. Dashed arrows carry the gradient back, and where they meet it adds up: that is all of backpropagation.

# %%
draw(setting)

# %% [markdown]
# ## The scores: two results that look different
#
# By hand, ∂L/∂o comes out as a matrix times the target. The book has ŷ minus an indicator. Which one is right?

# %%
check(r"""
$$\nabla_{o^{(t)}} L = \begin{pmatrix}
\hat y_1^{(t)} - 1 & \hat y_1^{(t)} & \hat y_1^{(t)} \\
\hat y_2^{(t)} & \hat y_2^{(t)} - 1 & \hat y_2^{(t)} \\
\hat y_3^{(t)} & \hat y_3^{(t)} & \hat y_3^{(t)} - 1 \end{pmatrix} y^{(t)}$$
$$\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} - \mathbf 1_{i = y^{(t)}}$$""")

# %% [markdown]
# Both. The first needs no hypothesis at all; the second needs a target that is one-hot. Between them lie two small steps:
# the rows of the matrix sum the target up, and a target of probabilities sums to 1.

# %%
check(r"""
$$\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} \sum_k y_k^{(t)} - y_i^{(t)}$$
$$\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} - y_i^{(t)}$$""")

# %% [markdown]
# The same derived from the start, with a reason at each line:

# %%
derive(setting, ["dL/do"])

# %% [markdown]
# ## The outputs by the state: a factor that disappears
#
# One step further down, the quotient rule on the softmax leaves a factor −ŷ₁ in front. It is not in the book.

# %%
check(r"""
$$\frac{\partial \hat y_1^{(\tau)}}{\partial h_1^{(\tau)}}
= -\hat y_1^{(\tau)} \left[ v_{11} (\hat y_1^{(\tau)} - 1) + v_{21} \hat y_2^{(\tau)} + v_{31} \hat y_3^{(\tau)} \right]$$
$$\frac{\partial L}{\partial \hat y_i^{(\tau)}} = -\frac{y_i^{(\tau)}}{\hat y_i^{(\tau)}}$$""")

# %% [markdown]
# The second line is where it goes: the loss contributes $-y_i / \hat y_i$, and in the product each $\hat y_i$ meets its inverse,
# each minus the other. What is left has no factor in front.

# %%
check(r"""
$$\frac{\partial L}{\partial h_j^{(\tau)}}
= \sum_i \frac{\partial L}{\partial \hat y_i^{(\tau)}} \frac{\partial \hat y_i^{(\tau)}}{\partial h_j^{(\tau)}}
= \sum_i y_i^{(\tau)} \left[ \sum_k v_{kj} \hat y_k^{(\tau)} - v_{ij} \right]$$
$$\nabla_{h^{(\tau)}} L = V^\top (\hat y^{(\tau)} - y^{(\tau)})$$""")

# %% [markdown]
# ## The state before the last: a recursion
#
# An earlier state is used twice: by its own scores, and by the next state. So its gradient has two terms. Printed copies of this
# line often have the factors of the second one in an order that doesn't fit:

# %%
check(r"""
$$\nabla_{h^{(t)}} L = W^\top (\nabla_{h^{(t+1)}} L) \operatorname{diag}\left(1 - (h^{(t+1)})^2\right)
+ V^\top \nabla_{o^{(t)}} L$$
$$\nabla_{h^{(t)}} L = W^\top \operatorname{diag}\left(1 - (h^{(t+1)})^2\right) \nabla_{h^{(t+1)}} L
+ V^\top \nabla_{o^{(t)}} L$$""")

# %% [markdown]
# ## The five parameters
#
# Everything else is sums over steps.

# %%
check(r"""
\begin{align}
\nabla_c L &= \sum_t \nabla_{o^{(t)}} L \\
\nabla_b L &= \sum_t \operatorname{diag}\left(1 - (h^{(t)})^2\right) \nabla_{h^{(t)}} L \\
\nabla_V L &= \sum_t (\nabla_{o^{(t)}} L) h^{(t)\top} \\
\nabla_W L &= \sum_t \operatorname{diag}\left(1 - (h^{(t)})^2\right) (\nabla_{h^{(t)}} L) h^{(t-1)\top} \\
\nabla_U L &= \sum_t \operatorname{diag}\left(1 - (h^{(t)})^2\right) (\nabla_{h^{(t)}} L) x^{(t)\top}
\end{align}""")

# %% [markdown]
# ## Numbers
#
# Proofs don't need numbers, but numbers are a second opinion that shares nothing with them. The gradients become a NumPy function,
# and each is compared with a complex step, Im L(w + iε) / ε, which has no rounding error of its own to speak of.

# %%
point = random_point(setting)
symbols = list(point)
values = np.array(list(point.values()))
weights = [s for s in symbols if setting.graph.refs[s].step is None]
adjoints = differentiate(setting.graph, Symbol("L"))
gradient = lambdify(adjoints.assignments, symbols, [Symbol(f"dL/d{w}") for w in weights])(values)
loss = lambdify(setting.graph.assignments, symbols, [Symbol("L")])
complex_step = []
for w in weights:
    moved = values.astype(complex)
    moved[symbols.index(w)] += 1e-30j
    complex_step.append(loss(moved)[0].imag / 1e-30)
largest = np.abs(gradient - complex_step).max()
print(f"{len(weights)} gradients, all within 1e-13 of the complex step: {largest < 1e-13}")

# %%
figure, axes = plt.subplots(figsize=(4.2, 4.2), layout="constrained")
axes.axline((0, 0), slope=1, color="#d55e00", linestyle="--", linewidth=1)
axes.plot(complex_step, gradient, "o", color="#134074", markersize=4)
axes.set(xlabel="complex step", ylabel="derived gradient", title="Every weight of the network")
plt.show()

# %% [markdown]
# ## Fifty steps
#
# How much does the state at step t matter for the loss at step s? Dark is little. The picture beside it is what theory allows: the
# product of the norms of $W^\top \operatorname{diag}(1 - (h^{(k)})^2)$ from one step to the next. The gradients vanish here although
# the bound grows: a bound is no forecast.

# %%
long = Setting.of(network, {"x": 4, "h": 5, "o": 3}, steps=50)
Image(plot_flow(gradient_flow(long), long, "png"), alt="How gradients reach back over fifty steps", width=760)

# %% [markdown]
# With larger weights these five states saturate, $1 - h^2$ is small, and the bound falls too; with smaller ones both fall for want
# of weight. They vanish either way.

# %%
for scale in (0.1, 0.5, 1.0, 3.0):
    flow = gradient_flow(long, weights=scale)
    print(f"weights of {scale}: 1e{np.log10(flow.norms[-1, 0]):.0f}, at most 1e{np.log10(flow.bounds[-1, 0]):.0f}")

# %% [markdown]
# Twenty states are enough for the opposite. They never settle, at each step some of them are far from saturated, and the product of
# fifty Jacobians grows: the gradients explode. What decides is $\|W^\top \operatorname{diag}(1 - h^2)\|$: where it stays below 1
# gradients must vanish; only where it exceeds 1 they can explode.

# %%
large = Setting.of(network, {"x": 2, "h": 20, "o": 3}, steps=50)
flow = gradient_flow(large, weights=0.8, seed=1)
print(f"the spectral norms of one step lie between {flow.factors.min():.1f} and {flow.factors.max():.1f}")
Image(plot_flow(flow, large, "png"), alt="How gradients explode over fifty steps", width=760)

# %% [markdown]
# ## Your turn
#
# This line is wrong. Correct it until the verdict turns. The suggestions are switched off, since they would give it away.

# %%
yours = r"$$\nabla_{b} L = \sum_t \operatorname{diag}\left(1 - (h^{(t-1)})^2\right) \nabla_{h^{(t)}} L$$"
check(yours, suggestions=False)
