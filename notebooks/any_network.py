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
# # Any network
#
# The tool knows no network by heart. What you write is read, its shapes are inferred, its gradients are derived, and every line
# about it is decided. Here is one in four lines; change it and run the cells again.
#
# You need `pip install 'bptt-sym[notebook]'`.

# %%
from IPython.display import Image

from bptt_sym import Setting, check, derive, read_network
from bptt_sym.draw import draw
from bptt_sym.draw.plot import plot_flow
from bptt_sym.numeric.flow import gradient_flow

# %%
equations = r"""
\begin{align}
h_t &= \tanh(W h_{t-1} + U x_t + b) \\
p_t &= \sigma(V h_t + c) \\
\ell_t &= \tfrac12 \sum_k (p_{t,k} - y_{t,k})^2 \\
L &= \sum_t \ell_t
\end{align}
"""
network = read_network(equations, "four lines")
network

# %%
setting = Setting.of(network, steps=3)
draw(setting)

# %% [markdown]
# The gradient by the state, with a reason at each line:

# %%
derive(setting, ["dL/dh"])

# %% [markdown]
# A document that holds the equations is judged by them. Which of these two is right?

# %%
check(equations + r"""
$$\nabla_{h_\tau} L = V^\top \left[ (p_\tau - y_\tau) \odot p_\tau \odot (1 - p_\tau) \right]$$
$$\nabla_{h_\tau} L = V^\top (p_\tau - y_\tau)$$""")

# %% [markdown]
# ## An LSTM
#
# Gates are other equations, not other code.

# %%
lstm = r"""
\begin{align}
i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i) \\
f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f) \\
o_t &= \sigma(W_o x_t + U_o h_{t-1} + b_o) \\
c_t &= f_t \odot c_{t-1} + i_t \odot \tanh(W_c x_t + U_c h_{t-1} + b_c) \\
h_t &= o_t \odot \tanh(c_t) \\
\hat y_t &= \operatorname{softmax}(V h_t + d) \\
L &= -\sum_t \sum_k y_{t,k} \ln \hat y_{t,k}
\end{align}
"""
gated = Setting.of(read_network(lstm, "LSTM"), {"x": 2, "h": 3, "yhat": 2}, steps=2)
draw(gated)

# %% [markdown]
# The cell's gradient has a path through the output gate's product and one to the next cell. It is often remembered with one of
# them only, which holds at the last step and at no other:

# %%
check(lstm + r"""
$$\nabla_{c_\tau} L = o_\tau \odot (1 - \tanh^2(c_\tau)) \odot \nabla_{h_\tau} L$$
$$\nabla_{c_t} L = o_t \odot (1 - \tanh^2(c_t)) \odot \nabla_{h_t} L$$
$$\nabla_{c_t} L = o_t \odot (1 - \tanh^2(c_t)) \odot \nabla_{h_t} L + f_{t+1} \odot \nabla_{c_{t+1}} L$$""",
      sizes={"x": 2, "h": 3, "yhat": 2})

# %% [markdown]
# How far gradients reach back in it, beside what the norms of one step's Jacobians allow:

# %%
far = Setting.of(read_network(lstm, "LSTM"), {"x": 2, "h": 3, "yhat": 2}, steps=30)
Image(plot_flow(gradient_flow(far), far, "png"), alt="How gradients reach back in an LSTM", width=760)
