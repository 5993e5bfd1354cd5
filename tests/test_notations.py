r"""What people write, notation by notation: the right line is proved, its sibling that is nearly right is not.

A template has `@` where the notation stands; each notation of its row is put there, in the right line and in the wrong.
"""

from __future__ import annotations

from functools import cache

import pytest

from bptt_sym.check import Report, judge_document
from bptt_sym.check.setting import open_setting
from bptt_sym.claims import Setting
from bptt_sym.network.reading import read_network

OUTPUT = r"o_t &= V h_t + c \\ \hat y_t &= \operatorname{softmax}(o_t) \\ L &= -\sum_t y_t^\top \ln \hat y_t"
STEP_LOSSES = r"L_t &= -\ln \hat y_{t, y_t} \\ L &= \sum_t L_t"


def timed(layer: str) -> str:
    """An Elman network with its steps written as `layer` says, `#` for the symbol and `t` for the step."""

    def at(symbol: str, step: str = "t") -> str:
        return layer.replace("#", symbol).replace("t", step, 1) if step != "t" else layer.replace("#", symbol)

    h, o, y = (at(symbol) for symbol in ("h", "o", r"\hat y"))
    return (
        rf"{h} &= \tanh(W {at('h', 't-1')} + U {at('x')} + b) \\ {o} &= V {h} + c \\"
        rf" {y} &= \operatorname{{softmax}}({o}) \\ L &= -\sum_t ({at('y')})^\top \ln({y})"
    )


# fmt: off
NETWORKS = {
    "sub": rf"h_t &= \tanh(W h_{{t-1}} + U x_t + b) \\ {OUTPUT}",
    "pre": rf"a_t &= W h_{{t-1}} + U x_t \\ h_t &= \tanh(a_t) \\ {OUTPUT}",
    "named": rf"h_t &= \tanh(W_{{xh}} x_t + W_{{hh}} h_{{t-1}} + b_h) \\ {OUTPUT}".replace("V h_t", "W_{hy} h_t"),
    "above": rf"h_t &= \tanh(W^{{(xh)}} x_t + W^{{(hh)}} h_{{t-1}}) \\ {OUTPUT}".replace("V h_t", "W^{(hy)} h_t"),
    "logistic": rf"h_t &= \sigma(W h_{{t-1}} + U x_t) \\ {OUTPUT} \\ \sigma(z) &= \frac{{1}}{{1 + e^{{-z}}}}",
    "scalar": r"h_t &= \tanh(w h_{t-1} + u x_t) \\ L_t &= \frac12 (h_t - y_t)^2 \\ L &= \sum_t L_t",
    "picked": rf"h_t &= \tanh(W h_{{t-1}}) \\ {OUTPUT}".replace(r"L &= -\sum_t y_t^\top \ln \hat y_t", STEP_LOSSES),
    "inline": r"h_t &= \tanh(W h_{t-1} + U x_t) \\ L &= -\sum_t \sum_i y_{t,i} \ln \operatorname{softmax}(V h_t)_i",
    "bare": timed("#^{t}"), "angle": timed(r"#^{\langle t \rangle}"), "square": timed("#^{[t]}"),
    "argument": timed("#(t)"), "lower angle": timed(r"#_{\langle t \rangle}"),
}
# fmt: on


@cache
def setting(name: str) -> Setting:
    if name in ("elman", "wide"):
        return open_setting("elman", {"x": 2, "h": 11 if name == "wide" else 4, "o": 3}, 2 if name == "wide" else 3)
    text = "\\begin{align} " + NETWORKS[name] + " \\end{align}"
    network = read_network(text, name)
    named = {axis.name for axis in network.axes if not axis.parts}
    return Setting.of(network, {k: v for k, v in {"x": 2, "h": 4, "o": 3}.items() if k in named}, 3)


def judged(name: str, text: str, kind: str = "tex") -> Report:
    return judge_document(text, setting(name), file="notes", kind=kind)


def verdicts(name: str, text: str, kind: str = "tex") -> set[str]:
    return {entry.verdict for entry in judged(name, text, kind).entries}


def displayed(line: str) -> str:
    return f"\\[ {line} \\]"


ERROR = r"\hat y^{(t)} - y^{(t)}"
RIGHT, WRONG = rf"\nabla_{{o^{{(t)}}}} L = {ERROR}", rf"\nabla_{{o^{{(t)}}}} L = -{ERROR}"
ALIGNED, MISALIGNED = (line.replace("=", "&=") for line in (RIGHT, WRONG))
TWO_ROWS = r"\nabla_c L &= \sum_t \nabla_{o^{(t)}} L \\ &= \sum_t (\hat y^{(t)} @ y^{(t)})"
S = r"\[ S = \sum_k \exp(o_k^{(\tau)}) \] "
SLASH = r"\frac{\partial \hat y_1^{(\tau)}}{\partial o_2^{(\tau)}} = \Bigg[ & -e^{o_1^{(\tau)}} \\ & \times e^{o_2^{(\tau)}}"
SLASH = S + rf"\begin{{align}} {SLASH} \Bigg] \nonumber \\ \Bigg/ @ \nonumber \end{{align}}"
BEGIN = r"\def\be{\begin{equation}} \def\ee{\end{equation}} \be "

# fmt: off
DOCUMENTS = (
    *((f"\\begin{{{e}}} {RIGHT} \\end{{{e}}}", f"\\begin{{{e}}} {WRONG} \\end{{{e}}}")
      for e in ("equation", "equation*", "align", "gather*", "multline", "eqnarray*", "flalign", "displaymath")),
    *((f"\\begin{{{e}}} {ALIGNED} \\end{{{e}}}", f"\\begin{{{e}}} {MISALIGNED} \\end{{{e}}}")
      for e in ("align", "align*", "flalign*")),
    *((f"\\[ \\begin{{{e}}} {TWO_ROWS} \\end{{{e}}} \\]".replace("@", "-"),
       f"\\[ \\begin{{{e}}} {TWO_ROWS} \\end{{{e}}} \\]".replace("@", "+")) for e in ("split", "aligned", "gathered")),
    (rf"\begin{{alignat}}{{2}} {ALIGNED} &\quad L &= L + 0 \end{{alignat}}", rf"\begin{{alignat}}{{2}} {MISALIGNED} \end{{alignat}}"),
    *((f"{a} {RIGHT} {b}", f"{a} {WRONG} {b}") for a, b in (("$", "$"), ("$$", "$$"), (r"\(", r"\)"), (r"\[", r"\]"))),
    (rf"\begin{{subequations}}\begin{{align}} {ALIGNED} \label{{a}} \end{{align}}\end{{subequations}}",
     rf"\begin{{subequations}}\begin{{align}} {MISALIGNED} \label{{a}} \end{{align}}\end{{subequations}}"),
    ("% $L = 2$\n" + f"\\[ {RIGHT} \\]", "% $L = L$\n" + f"\\[ {WRONG} \\]"),
    (r"\begin{align} L &= L^{(1)} + \\ & L^{(2)} + L^{(3)} \tag{1} \end{align}", r"\begin{align} L &= L^{(1)} + \\ & L^{(2)} \end{align}"),
    (r"\begin{align} L &= L^{(1)} \notag \\ &\phantom{=} + L^{(2)} + L^{(3)} \end{align}",
     r"\begin{align} L &= L^{(1)} \notag \\ &\phantom{=} + L^{(2)} - L^{(3)} \end{align}"),
    (rf"\begin{{align}} {ALIGNED} \\ \intertext{{and}} L &= L \end{{align}}", rf"\begin{{align}} L &= L \\ \intertext{{and}} {MISALIGNED} \end{{align}}"),
    (r"\begin{align} \frac{\partial L}{\partial c_i} = \sum_t & (\hat y_i^{(t)} \\ & - y_i^{(t)}) \end{align}",
     r"\begin{align} \frac{\partial L}{\partial c_i} = \sum_t & (\hat y_i^{(t)} \\ & + y_i^{(t)}) \end{align}"),
    (SLASH.replace("@", "S^2"), SLASH.replace("@", "S")),
    (f"{BEGIN}{RIGHT} \\ee", f"{BEGIN}{WRONG} \\ee"),
    (rf"\newenvironment{{own}}[1]{{\begin{{align}} #1}}{{\end{{align}}}} \begin{{own}}{{\nabla_{{o^{{(t)}}}} L}} &= {ERROR} \end{{own}}",
     rf"\newenvironment{{own}}[1]{{\begin{{align}} #1}}{{\end{{align}}}} \begin{{own}}{{\nabla_{{o^{{(t)}}}} L}} &= -{ERROR} \end{{own}}"),
    (r"\newcommand{\eq}{&=} \begin{align} L \eq L^{(1)} + L^{(2)} + L^{(3)} \end{align}", r"\newcommand{\eq}{&=} \begin{align} L \eq L^{(1)} \end{align}"),
    *((rf"{d} \[ \nabla_{{o^{{(t)}}}} L = \p^{{(t)}} - y^{{(t)}} \]", rf"{d} \[ \nabla_{{o^{{(t)}}}} L = \p^{{(t)}} + y^{{(t)}} \]")
      for d in (r"\newcommand{\p}{\hat y}", r"\newcommand\p{\hat y}", r"\renewcommand{\p}{\hat{y}}", r"\def\p{\hat y}",
                r"\NewDocumentCommand{\p}{}{\hat y}", r"$\newcommand{\p}{\hat y}$", r"\newcommand{\q}{y} \newcommand{\p}{\hat\q}")),
    *((d + r"\[ \d{L}{o_i^{(t)}} = \hat y_i^{(t)} - y_i^{(t)} \]", d + r"\[ \d{L}{o_i^{(t)}} = y_i^{(t)} - \hat y_i^{(t)} \]")
      for d in (r"\newcommand{\d}[2]{\frac{\partial #1}{\partial #2}}", r"\def\d#1#2{\frac{\partial #1}{\partial #2}}",
                r"\NewDocumentCommand{\d}{m m}{\frac{\partial #1}{\partial #2}}")),
    (r"\newcommand{\d}[2][L]{\frac{\partial #1}{\partial #2}} \[ \d{c} = \d[L]{c} \]", r"\newcommand{\d}[2][L]{\frac{\partial #1}{\partial #2}} \[ \d{c_1} = \d[L]{c_2} \]"),
    (r"\DeclareMathOperator{\sm}{softmax} \[ \hat y^{(t)} = \sm(V h^{(t)} + c) \]", r"\DeclareMathOperator{\sm}{softmax} \[ \hat y^{(t)} = \sm(V h^{(t)} - c) \]"),
)
MARKDOWN = (
    (f"```\n$L = 2$\n```\n\n$${RIGHT}$$\n", f"```\n$L = L$\n```\n\n$${WRONG}$$\n"),
    (f"`$L = 2$` and ${RIGHT}$", f"```math\n{WRONG}\n```\n"),
    (f"$\\newcommand{{\\q}}{{y}}$ so ${RIGHT}$", f"$\\newcommand{{\\q}}{{y}}$ so ${WRONG}$"),
)

# Each row: the setting, the notations, and templates of the right line and of the wrong one.
PLACE = (r"\frac{\partial L}{\partial o_i^{(t)}} = @", r"\frac{\partial L}{\partial o_i^{(t)}} = 1 + @")
P, Y = r"\hat y_i^{(t)}", "y_i^{(t)}"
GRADIENT = (r"\nabla_{h^{(\tau)}} L = V@ \nabla_{o^{(\tau)}} L", r"\nabla_{h^{(\tau)}} L = V \nabla_{o^{(\tau)}} L")
JACOBIAN = (r"\frac{\partial h^{(t)}}{\partial h^{(t-1)}} = @ W", r"\frac{\partial h^{(t)}}{\partial h^{(t-1)}} = W @")
PRE = (r"\nabla_{a^{(t)}} L = @ \odot \nabla_{h^{(t)}} L", r"\nabla_{a^{(t)}} L = @ \odot \nabla_{h^{(t-1)}} L")
ENTRY = (r"\frac{\partial a_i^{(t)}}{\partial h_j^{(t-1)}} = @", r"\frac{\partial a_j^{(t)}}{\partial h_i^{(t-1)}} = @")
BY_C = (rf"\frac{{\partial L}}{{\partial c_i}} = @ ({P} - {Y})", rf"\frac{{\partial L}}{{\partial c_i}} = @ ({P} + {Y})")
PICKED = (rf"\frac{{\partial L}}{{\partial o_i^{{(t)}}}} = {P} - @", rf"\frac{{\partial L}}{{\partial o_i^{{(t)}}}} = {P} + @")
BY_W = (r"@ = \sum_t \frac{\partial L}{\partial a_1^{(t)}} h_2^{(t-1)}", r"@ = \sum_t \frac{\partial L}{\partial a_2^{(t)}} h_1^{(t-1)}")
UNDER = (rf"\frac{{\partial L}}{{\partial o_i^{{(t)}}}} = {P} - {Y} @", rf"\frac{{\partial L}}{{\partial o_i^{{(t)}}}} = {P} + {Y} @")
UNLIKE = (r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = -\hat y_i^{(t)} \hat y_j^{(t)} @",
          r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \hat y_i^{(t)} \hat y_j^{(t)} @")
SOFTMAX = (r"\hat y^{(t)} = @(c + V h^{(t)})", r"\hat y^{(t)} = @(c + V h^{(t-1)})")
COLUMN = (r"\nabla_{o^{(t)}} L = @ - y^{(t)}", r"\nabla_{o^{(t)}} L = 2 @ - y^{(t)}")
STACK = r"\hat y_1^{(t)} \\ \hat y_2^{(t)} \\ \hat y_3^{(t)}"
TEMPLATES = (
    ("elman", PLACE, (
        rf"\left({P} - {Y}\right)", rf"\Bigl[{P} - {Y}\Bigr]", rf"\left.{P} - {Y}\right.", rf"\displaystyle {P} - {Y}",
        rf"\color{{red}}{{{P}}} - {Y}", rf"{{\color{{red}} {P}}} - {Y}", rf"\textcolor{{red}}{{{P}}} - {Y}",
        rf"\colorbox{{yellow}}{{${P}$}} - {Y}", rf"\underbrace{{{P}}}_{{\text{{guess}}}} - {Y}",
        rf"\overbrace{{{P} - {Y}}}^{{=: e}}", rf"\boxed{{{P} - {Y}}}", rf"\cancel{{2}} \frac12 {P} - {Y}", rf"\underline{{{P}}} - {Y}",
        r"\mathbf{\hat y}_i^{(t)} - \boldsymbol y_i^{(t)}", r"\hat{\bm y}_i^{(t)} - \vec{y}_i^{(t)}", r"\widehat{\mathrm y}_i^{(t)} - \mathsf y_i^{(t)}",
        rf"{P}\hspace{{1em}} - \, {Y}\!", rf"\phantom{{x}}{P}\; - \mathstrut {Y} \label{{a}}", rf"{P} - {Y} \tag{{3}}.", rf"{P} - {Y} \qed",
        r"\hat y^{(t)}_i - y^{(t)}_i", r"{\hat y}_i^{(t)} - {y}_{i}^{(t)}", r"{\hat y_i}^{(t)} - (y^{(t)})_i", r"[\hat y^{(t)}]_i - y^{(t)}{}_i")),
    ("elman", GRADIENT, (r"^\top", "^T", r"^\intercal", r"^{\mathsf T}", r"^{\mathrm{T}}", r"^{\text{T}}", r"{}^\top", r"^\transpose", r"^{\mathcal T}")),
    ("elman", JACOBIAN, tuple(rf"{f}(1 - (h^{{(t)}})^2)" for f in (
        r"\text{diag}", r"\operatorname{diag}", r"\mathrm{diag}", "diag", r"\operatorname{Diag}"))),
    ("elman", SOFTMAX, (r"\operatorname{softmax}", r"\text{softmax}", r"\mathrm{softmax}", "softmax", r"{\rm softmax}")),
    ("elman", PRE, (r"\tanh'(a^{(t)})", r"(1 - \tanh^2(a^{(t)}))", r"(1 - \tanh^2 a^{(t)})", r"(1 - h^{(t)} \odot h^{(t)})",
                    r"(1 - {h^{(t)}}^{\odot 2})", r"(1 - (h^{(t)})^{\circ 2})", r"\operatorname{sech}^2(a^{(t)})", r"\cosh(a^{(t)})^{-2}")),
    ("elman", ENTRY, ("w_{ij}", "W_{ij}", "(W)_{ij}", "[W]_{i,j}", "w_{i,j}", r"\mathbf W_{ij}", r"(W^\top)_{ji}")),
    ("elman", BY_C, (r"\sum_t", r"\sum_{t=1}^3", r"\sum\limits_{t=1}^{\tau}", r"\sum_{t=1}^T", r"\sum_{t \le \tau}", r"\sum_{1 \le t \le \tau}",
                     r"\sum_{t=1,\ldots,\tau}", r"\sum_{t=1,2,3}", r"\sum_{t \in \{1, 2, 3\}}", r"\sum_{\forall t}")),
    ("elman", PICKED, (r"[i = y^{(t)}]", r"\mathbb{1}[i=y^{(t)}]", r"\mathbf 1\{i = y^{(t)}\}", r"\mathbf 1_{i,y^{(t)}}", r"\mathbf 1_{i=y^{(t)}}",
                       r"\mathbb 1_{\{i = y^{(t)}\}}", r"1_{y^{(t)} = i}", r"\delta_{i y^{(t)}}", r"\delta_{i, y^{(t)}}", r"\llbracket y^{(t)} = i \rrbracket", r"\mathbb I_{\{y^{(t)} = i\}}", r"I_{i = y^{(t)}}")),
    ("elman", BY_W, (r"\frac{\partial L}{\partial w_{12}}", r"\partial L/\partial w_{12}", r"\partial_{w_{12}} L", r"\dfrac{dL}{dw_{12}}",
                     r"\frac{\mathrm d L}{\mathrm d w_{12}}", r"\frac{\partial}{\partial w_{12}} L", r"\frac{\partial}{\partial w_{12}}\left(\sum_t L^{(t)}\right)",
                     r"\nabla_{w_{12}} L", r"(\nabla_W L)_{12}", r"\frac{\partial L}{\partial (W)_{12}}", r"{\partial L \over \partial w_{12}}",
                     *(rf"\{name}{{L}}{{w_{{12}}}}" for name in ("pdv", "dv", "odv", "diffp", "diff", "pd", "od", "pdv*")),
                     r"\pdv{w_{12}} L", r"\diffp L{w_{12}}", r"\frac{\dd L}{\dd w_{12}}", r"\frac{\dd{L}}{\dd{w_{12}}}", r"\grad_{w_{12}} L")),
    ("elman", (r"@ = \hat y_1^{(t)} (1 - \hat y_1^{(t)})", r"@ = -\hat y_1^{(t)} (1 - \hat y_1^{(t)})"),
     (r"\pdv[2]{L}{o_1^{(t)}}", r"\pdv{L}{o_1^{(t)},o_1^{(t)}}", r"\diffp[2]{L}{o_1^{(t)}}", r"\frac{\partial^2 L}{\partial o_1^{(t)} \partial o_1^{(t)}}")),
    ("elman", (r"@ = \sum_i \sum_j w_{ij}^2", r"@ = \sum_i w_{ii}^2"), (r"\tr(W W^\top)", r"\operatorname{tr}(W W^\top)", r"\mathrm{Tr}(W^\top W)", r"\operatorname{trace}\left(W W^T\right)")),
    ("elman", (r"@ = \ln \sum_i e^{o_i^{(t)}}", r"@ = \sum_i o_i^{(t)}"), (r"\operatorname{logsumexp}(o^{(t)})", r"\mathrm{LSE}(o^{(t)})", r"\operatorname{lse}(o^{(t)})", r"\logsumexp(o^{(t)})")),
    ("elman", (r"@^2 = h^{(t)\top} h^{(t)}", r"@ = h^{(t)\top} h^{(t)}"), (r"\norm{h^{(t)}}", r"\norm*{h^{(t)}}", r"\norm{h^{(t)}}_2", r"\lVert h^{(t)} \rVert", r"\|h^{(t)}\|_2")),
    ("elman", (r"\nabla_{\hat y^{(t)}} L = -@", r"\nabla_{\hat y^{(t)}} L = @"), (r"y^{(t)} \oslash \hat y^{(t)}", r"y^{(t)} \hadamard (\hat y^{(t)})^{-1}", r"\frac{y^{(t)}}{\hat y^{(t)}}", "y^{(t)} ⊘ \\hat y^{(t)}")),
    ("elman", UNDER, (r"\quad t = 1, \dots, \tau", r"\quad t=\tau,\ldots,1", r", \quad \forall i, t", r"\quad (t = 1, \dots, \tau)", r"\quad i = 1,2,3",
                      r"\quad \text{for all $i$, $t$}", r"\quad i, t \in \{1, 2, 3\}", r"\quad (*)", r"\qquad [2]", r"\text{ for } t < \tau")),
    ("elman", UNLIKE, (r", \quad i \ne j", r"\quad (i \neq j)", r"\text{ if } i \ne j", r"\text{ when $i \neq j$}")),
    ("elman", (r"@ h^{(t-1)} = \sum_j W_{ij} h_j^{(t-1)}", r"@ h^{(t)} = \sum_j W_{ij} h_j^{(t-1)}"), ("W_{i,:}", "W_{i:}", r"W_{i,\cdot}", r"W_{i\cdot}", "W_{i,*}", "w_{i,:}", r"\mathbf W_{i, :}")),
    ("elman", (r"@^\top \nabla_{a^{(t)}} L = \sum_i W_{ij} \frac{\partial L}{\partial a_i^{(t)}}", r"@^\top \nabla_{a^{(t)}} L = \sum_i W_{ji} \frac{\partial L}{\partial a_i^{(t)}}"),
     ("(W_{:,j})", "(W_{:j})", r"(W_{\cdot,j})", r"(W_{\cdot j})", "(W_{*,j})")),
    ("elman", (r"\frac{\partial \hat y^{(t)}}{\partial o^{(t)}} = @", r"\frac{\partial \hat y^{(t)}}{\partial o^{(t)}} = W - @"), (
        r"\operatorname{diag}(\hat y^{(t)}) (I - \mathbf 1 \hat y^{(t)\top})", r"\operatorname{diag}(\hat y^{(t)})(I_3 - \mathbf 1_3 \hat y^{(t)\top})", r"(I - \hat y^{(t)} \mathbf 1^\top) \operatorname{diag}(\hat y^{(t)})",
        r"\operatorname{diag}(\hat y^{(t)}) - \hat y^{(t)} \hat y^{(t)\top}", r"(\hat y^{(t)} \mathbf 1^\top) \odot (I - \mathbf 1 \hat y^{(t)\top})")),
    ("elman", COLUMN, (rf"\begin{{pmatrix}} {STACK} \end{{pmatrix}}", rf"\begin{{bmatrix}} {STACK} \end{{bmatrix}}", rf"\left[\begin{{array}}{{c}} {STACK} \end{{array}}\right]",
                       rf"\left(\begin{{smallmatrix}} {STACK} \end{{smallmatrix}}\right)", rf"[{STACK.replace(chr(92) * 2, ';')}]", rf"\begin{{bmatrix}} {STACK.replace(chr(92) * 2, '&')} \end{{bmatrix}}^T")),
    *((name, (rf"{h} = \tanh(W {p} + U {x} + b) + 0", rf"{h} = \tanh(W {h} + U {x} + b)"), ("",)) for name, h, p, x in (
        ("sub", "h_t", "h_{t-1}", "x_t"), ("bare", "h^t", "h^{t-1}", "x^t"), ("angle", "h^{<t>}", "h^{<t-1>}", "x^{<t>}"), ("square", "h^{[t]}", "h^{[t-1]}", "x^{[t]}"),
        ("argument", "h(t)", "h(t-1)", "x(t)"), ("lower angle", r"h_{\langle t\rangle}", r"h_{\langle t-1\rangle}", r"x_{\langle t\rangle}"))),
    ("sub", (r"\frac{\partial L}{\partial o@} = \hat y@ - y@", r"\frac{\partial L}{\partial o@} = \hat y@ + y@"),
     ("_{t,k}", "_{t_k}", "_t[k]", "_{tk}", "_t^k", "_{t}^{k}", "_t^{(k)}")),
)
LINES = (
    ("elman", r"\sum_{k \ne i} \hat y_k^{(t)} = 1 - \hat y_i^{(t)}", r"\sum_{k \ne i} \hat y_k^{(t)} = 1 + \hat y_i^{(t)}"),
    ("elman", r"\sum_j \sum_{i < j} 2 \hat y_i^{(t)} \hat y_j^{(t)} + \sum_i (\hat y_i^{(t)})^2 = 1", r"\sum_j \sum_{i < j} \hat y_i^{(t)} \hat y_j^{(t)} + \sum_i (\hat y_i^{(t)})^2 = 1"),
    ("elman", r"\sum_{t'} L^{(t')} = L", r"\sum_{t' < \tau} L^{(t')} = L"),
    ("elman", r"\frac{\partial \hat y_k^{(t)}}{\partial o_{k'}^{(t)}} = \hat y_k^{(t)} (\delta_{kk'} - \hat y_{k'}^{(t)})", r"\frac{\partial \hat y_k^{(t)}}{\partial o_{k'}^{(t)}} = \hat y_k^{(t)} (\delta_{kk'} - \hat y_k^{(t)})"),
    ("elman", r"L = \sum_{s=1}^{t} L^{(s)} + \sum_{s=t+1}^{\tau} L^{(s)}", r"L = \sum_{s=1}^{t} L^{(s)} + \sum_{s=t}^{\tau} L^{(s)}"),
    ("elman", r"L = \sum_{1 \le s \le t} L^{(s)} + \sum_{t < s \le \tau} L^{(s)}", r"L = \sum_{1 \le s \le t} L^{(s)} + \sum_{t \le s \le \tau} L^{(s)}"),
    ("elman", r"\nabla_W L = \sum_{t=1}^T\sum_{k=1}^t \operatorname{diag}(1-(h^{(k)})^2) (\nabla_{h^{(k)}} L^{(t)}) h^{(k-1)\top}", r"\nabla_W L = \sum_{t=1}^T\sum_{k=1}^t \operatorname{diag}(1-(h^{(k)})^2) (\nabla_{h^{(k)}} L^{(k)}) h^{(k-1)\top}"),
    ("elman", r"(V^\top \nabla_{o^{(\tau)}} L)_j = \frac{\partial L}{\partial h_j^{(\tau)}}", r"(V^\top \nabla_{o^{(\tau)}} L)_j = \frac{\partial L}{\partial a_j^{(\tau)}}"),
    ("elman", r"(\nabla_{o^{(t)}} L)_i = (\hat y^{(t)} - y^{(t)})_i", r"(\nabla_{o^{(t)}} L)_i = (\hat y^{(t)} + y^{(t)})_i"),
    ("elman", r"\sum_k (V^\top)_{ik} (\nabla_{o^{(\tau)}} L)_k = (\nabla_{h^{(\tau)}} L)_i", r"\sum_k (V^\top)_{ik} (\nabla_{o^{(\tau)}} L)_k = (\nabla_{a^{(\tau)}} L)_i"),
    ("elman", r"\operatorname{softmax}(o^{(t)})_i = \hat y_i^{(t)}", r"\operatorname{softmax}(o^{(t)})_i = \hat y_1^{(t)}"),
    ("elman", r"\nabla_{o^{(t)}} L = \hat y^{(t)} - e_{y^{(t)}}", r"\nabla_{o^{(t)}} L = \hat y^{(t)} + e_{y^{(t)}}"),
    ("elman", r"L^{(t)} = -\ln \hat y^{(t)}_{y^{(t)}}", r"L^{(t)} = -\ln \hat y^{(t-1)}_{y^{(t)}}"),
    ("elman", r"L^{(t)} = \ln \sum_k e^{o_k^{(t)}} - o_{y^{(t)}}^{(t)}", r"L^{(t)} = \ln \sum_k e^{o_k^{(t)}} - o_{y^{(1)}}^{(t)}"),
    ("picked", r"L_t = -\ln (\hat y_t)_{y_t} = -\log \hat y_{y_t}", r"L_t = \ln (\hat y_t)_{y_t}"),
    ("picked", r"\nabla_{o_t} L = \hat y_t - y_t", r"\nabla_{o_t} L = \hat y_t - y_{t-1}"),
    ("elman", r"e_i^\top \hat y^{(t)} = \hat y_i^{(t)}", r"e_i^\top \hat y^{(t)} = \hat y_1^{(t)}"),
    ("elman", r"\mathbf 1^\top \hat y^{(t)} = \mathbf 1_3^\top y^{(t)}", r"\mathbf 1^\top \hat y^{(t)} = 2"),
    ("elman", r"W I_n = W \mathbf I = W I_{4 \times 4}", r"W I_n = W^\top"),
    ("elman", r"\nabla_V L = \sum_t (\nabla_{o^{(t)}} L) h^{(t)^\top}", r"\nabla_V L = \sum_t (\nabla_{o^{(t)}} L) h^{(t-1)^\top}"),
    ("elman", r"\nabla_b L = \sum_t (1 - h^{(t)^2}) \odot \nabla_{h^{(t)}} L", r"\nabla_b L = \sum_t (1 - h^{(t)^3}) \odot \nabla_{h^{(t)}} L"),
    ("bare", r"h^3 = \tanh(W h^2 + U x^3 + b)", r"h^3 = \tanh(W h^1 + U x^3 + b)"),
    ("elman", r"(W^{\odot 2})_{ij} = w_{ij}^2", r"W^{\odot 2} = W W"),
    ("elman", r"\mathbf 0 = \nabla_b L - \nabla_b L", r"\mathbf 0 = \nabla_b L"),
    ("elman", r"\frac{\partial^2 L}{\partial o_i^{(t)} \partial o_j^{(t)}} = \hat y_i^{(t)}(\delta_{ij} - \hat y_j^{(t)})", r"\frac{\partial^2 L}{\partial o_i^{(t)} \partial o_j^{(t)}} = \hat y_i^{(t)}(1 - \hat y_j^{(t)})"),
    ("elman", r"\nabla^2_{o^{(t)}} L = \operatorname{diag}(\hat y^{(t)}) - \hat y^{(t)} \hat y^{(t)\top}", r"\nabla^2_{o^{(t)}} L = \operatorname{diag}(\hat y^{(t)}) + \hat y^{(t)} \hat y^{(t)\top}"),
    ("elman", r"\nabla_{h^{(\tau)}}^2 L = V^\top (\nabla_{o^{(\tau)}}^2 L) V", r"\nabla_{h^{(\tau)}}^2 L = V^\top V"),
    ("elman", r"\frac{\partial^2 L}{\partial o^{(t)} \partial o^{(t)\top}} = \operatorname{diag}(\hat y^{(t)}) - \hat y^{(t)} \hat y^{(t)\top}", r"\frac{\partial^2 L}{\partial o^{(t)} \partial o^{(t)\top}} = \operatorname{diag}(\hat y^{(t)})"),
    ("elman", r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \left\{ \begin{array}{ll} \hat y_i^{(t)} (1 - \hat y_i^{(t)}) & i=j \\ -\hat y_i^{(t)} \hat y_j^{(t)} & i\neq j \end{array} \right.", r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \left\{ \begin{array}{ll} \hat y_i^{(t)} (1 - \hat y_i^{(t)}) & i \ne j \\ -\hat y_i^{(t)} \hat y_j^{(t)} & i = j \end{array} \right."),
    ("elman", r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \begin{cases} \hat y_i^{(t)} - (\hat y_i^{(t)})^2 & \text{if } i=j, \\ -\hat y_i^{(t)} \hat y_j^{(t)} & \text{otherwise.} \end{cases}", r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \begin{cases} \hat y_i^{(t)} & \text{if } i=j, \\ -\hat y_i^{(t)} \hat y_j^{(t)} & \text{otherwise.} \end{cases}"),
    ("elman", r"\frac{\partial L}{\partial o_i^{(t)}} = \begin{cases} \hat y_i^{(t)} - 1 & \text{if } i = y^{(t)} \\ \hat y_i^{(t)} & \text{otherwise} \end{cases}", r"\frac{\partial L}{\partial o_i^{(t)}} = \begin{cases} \hat y_i^{(t)} - 1 & i \ne y^{(t)} \\ \hat y_i^{(t)} & i = y^{(t)} \end{cases}"),
    ("elman", r"[W, U] [h^{(t-1)}; x^{(t)}] + b = a^{(t)}", r"[W, U] [x^{(t)}; h^{(t-1)}] + b = a^{(t)}"),
    ("elman", r"\begin{pmatrix} W & U \end{pmatrix} \begin{pmatrix} h^{(t-1)} \\ x^{(t)} \end{pmatrix} + b = a^{(t)}", r"\begin{pmatrix} U & W \end{pmatrix} \begin{pmatrix} h^{(t-1)} \\ x^{(t)} \end{pmatrix} + b = a^{(t)}"),
    ("elman", r"L^{(t)} = -\langle y^{(t)}, \ln \hat y^{(t)} \rangle", r"L^{(t)} = -\langle \hat y^{(t)}, \ln \hat y^{(t)} \rangle"),
    ("elman", r"\ln \begin{pmatrix} \frac{\exp(o_1^{(t)})}{\sum_k \exp(o_k^{(t)})} \end{pmatrix} = \ln \hat y_1^{(t)}", r"\ln \begin{pmatrix} \frac{\exp(o_1^{(t)})}{\sum_k \exp(o_k^{(t)})} \end{pmatrix} = \hat y_1^{(t)}"),
    ("elman", r"\cosh^2 a_1^{(t)} - \sinh^2 a_1^{(t)} = 1", r"\cosh^2 a_1^{(t)} + \sinh^2 a_1^{(t)} = 1"),
    ("elman", r"\frac{\partial h_1^{(t)}}{\partial h_1^{(t-1)}} = w_{11}(1 - (h_1^{(t)})^2)", r"\frac{\partial h_1^{(t)}}{\partial h_1^{(t-1)}} = w_{11}(1 - h_1^{(t)})"),
    ("wide", r"w_{1,10} = \frac{\partial a_1^{(2)}}{\partial h_{10}^{(1)}}", r"w_{10,1} = \frac{\partial a_1^{(2)}}{\partial h_{10}^{(1)}}"),
    ("pre", r"\nabla_{W} L = \sum_t (\nabla_{a_t} L) h_{t-1}^T", r"\nabla_{W} L = \sum_t h_{t-1} (\nabla_{a_t} L)^T"),
    ("named", r"\frac{\partial L}{\partial h_\tau} = W_{hy}^\top (\hat y_\tau - y_\tau)", r"\frac{\partial L}{\partial h_\tau} = W_{hh}^\top (\hat y_\tau - y_\tau)"),
    ("above", r"\frac{\partial L}{\partial h_\tau} = (W^{(hy)})^T (\hat y_\tau - y_\tau)", r"\frac{\partial L}{\partial h_\tau} = W^{(hh)\top} (\hat y_\tau - y_\tau)"),
    ("logistic", r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(h_t \odot (1 - h_t)) W", r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W"),
    ("sub", r"h_t^i = \tanh(\sum_j W_{ij} h_{t-1}^j + \sum_j U_{ij} x_t^j + b_i)", r"h_t^i = \tanh(\sum_j W_{ji} h_{t-1}^j + \sum_j U_{ij} x_t^j + b_i)"),
    ("sub", r"h_t^{(i)} = \tanh(\sum_j W_{ij} h_{t-1}^{(j)} + \sum_j U_{ij} x_t^{(j)} + b_i)", r"h_t^{(i)} = \tanh(\sum_j W_{ij} h_t^{(j)} + \sum_j U_{ij} x_t^{(j)} + b_i)"),
    ("argument", r"\frac{\partial h(t)}{\partial h(t-1)} = \operatorname{diag}(1 - h(t)^2) W", r"\frac{\partial h(t)}{\partial h(t-1)} = \operatorname{diag}(1 - h(t-1)^2) W"),
    ("sub", r"\frac{\partial L}{\partial o_t}[i] = \hat y_t[i] - y_{t,i}", r"\frac{\partial L}{\partial o_t}[i] = \hat y_t[i] - y_t[j]"),
    ("elman", r"h[t] = \tanh(W h[t-1] + U x[t] + b) + 0", r"h[t] = \tanh(W h[t] + U x[t] + b)"),
    ("argument", r"\frac{\partial L}{\partial o_k(t)} = \hat y_k(t) - y_k(t)", r"\frac{\partial L}{\partial o_k(t)} = \hat y_k(t) - \hat y_k(t)"),
    ("scalar", r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^{t} \frac{\partial h_j}{\partial h_{j-1}}", r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k}^{t} \frac{\partial h_j}{\partial h_{j-1}}, \quad k < t"),
    ("scalar", r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^{t} (1 - h_j^2) w", r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^{t} (1 + h_j^2) w"),
    ("scalar", r"\frac{\partial L_t}{\partial w} = \sum_{k=1}^t \frac{\partial L_t}{\partial h_t} \prod_{j=k+1}^{t} \frac{\partial h_j}{\partial h_{j-1}} \frac{\partial^+ h_k}{\partial w}", r"\frac{\partial L_t}{\partial w} = \sum_{k=1}^t \frac{\partial L_t}{\partial h_t} \prod_{j=k+1}^{t} \frac{\partial h_j}{\partial h_{j-1}} \frac{\partial h_k}{\partial w}"),
    ("elman", r"\frac{\partial h^{(t)}}{\partial h^{(k)}} = \prod_{t \ge j > k} \frac{\partial h^{(j)}}{\partial h^{(j-1)}}", r"\frac{\partial h^{(t)}}{\partial h^{(k)}} = \prod_{t \ge j \ge k} \frac{\partial h^{(j)}}{\partial h^{(j-1)}}"),
    ("elman", r"\frac{\partial^+ h^{(t)}}{\partial b} = \operatorname{diag}(1 - (h^{(t)})^2)", r"\frac{\partial h^{(t)}}{\partial b} = \operatorname{diag}(1 - (h^{(t)})^2)"),
    ("elman", r"\frac{\partial \tr(W W^\top)}{\partial W} = 2 W", r"\frac{\partial \tr(W W^\top)}{\partial W} = 2 W^\top"),
    ("elman", r"\pdv{h^{(t)}}{h^{(t-1)}} = \operatorname{diag}(1 - (h^{(t)})^2) W", r"\pdv{h^{(t)}}{h^{(t-1)}} = W \operatorname{diag}(1 - (h^{(t)})^2)"),
    ("elman", r"\pdv{L}{o_1^{(t)},o_2^{(t)}} = -\hat y_1^{(t)} \hat y_2^{(t)}", r"\pdv{L}{o_1^{(t)},o_2^{(t)}} = \hat y_1^{(t)} \hat y_2^{(t)}"),
    ("elman", r"\newcommand{\pdv}[2]{\frac{\partial #2}{\partial #1}} \pdv{c_1}{L} = \sum_t (\hat y_1^{(t)} - y_1^{(t)})", r"\newcommand{\pdv}[2]{\frac{\partial #2}{\partial #1}} \pdv{L}{c_1} = \sum_t (\hat y_1^{(t)} - y_1^{(t)})"),
    ("elman", r"\frac{\partial \hat y^{(t)}}{\partial o^{(t)}} = \operatorname{diag}(\hat y^{(t)}) (I - \mathbf 1 \hat y^{(t)\top})", r"\frac{\partial \hat y^{(t)}}{\partial o^{(t)}} = \operatorname{diag}(\hat y^{(t)}) (I - \hat y^{(t)} \mathbf 1^\top)"),
    ("elman", r"W \odot (\mathbf 1 h^{(t)\top}) = W \operatorname{diag}(h^{(t)})", r"W \odot (\mathbf 1 h^{(t)\top}) = \operatorname{diag}(h^{(t)}) W"),
    ("elman", r"W \odot (h^{(t)} \mathbf 1^\top) = \operatorname{diag}(h^{(t)}) W", r"W \odot (h^{(t)} \mathbf 1^\top) = W \operatorname{diag}(h^{(t)})"),
    ("elman", r"(I - \mathbf 1 h^{(t)\top}) h^{(t)} = h^{(t)} - \mathbf 1 h^{(t)\top} h^{(t)}", r"(I - \mathbf 1 h^{(t)\top}) h^{(t)} = h^{(t)} + \mathbf 1 h^{(t)\top} h^{(t)}"),
    ("elman", r"h^{(t)} \mathbf 1^\top x^{(t)} = h^{(t)} \sum_i x_i^{(t)}", r"h^{(t)} \mathbf 1^\top x^{(t)} = x^{(t)} \sum_i h_i^{(t)}"),
    ("elman", r"W \odot \mathbf 1 \mathbf 1^\top = W", r"\mathbf 1 \mathbf 1^\top W = W"),
    ("elman", r"\frac{\partial L}{\partial W_{1,:}} = \sum_t \frac{\partial L}{\partial a_1^{(t)}} h^{(t-1)\top}", r"\frac{\partial L}{\partial W_{1,:}} = \sum_t \frac{\partial L}{\partial a_1^{(t)}} h^{(t-1)}"),
    ("elman", r"\frac{\partial a^{(t)}_i}{\partial h^{(t-1)}} = (W_{i,:})^\top", r"\frac{\partial a^{(t)}_i}{\partial h^{(t-1)}} = W_{:,i}"),
    ("inline", r"\nabla_V L = \sum_t (\operatorname{softmax}(V h_t) - y_t) h_t^\top", r"\nabla_V L = \sum_t (\operatorname{softmax}(V h_t) + y_t) h_t^\top"),
    ("inline", r"L = -\sum_t \sum_i y_{t,i} \ln \operatorname{softmax}(V h_t)_i + 0", r"L = \sum_t \sum_i y_{t,i} \ln \operatorname{softmax}(V h_t)_i"),
    ("elman", r"W W^\top h^{(t)} = W (W^\top h^{(t)})", r"W W^\top h^{(t)} = W^\top W h^{(t)}"),
    ("elman", r"(h_1^{(1)})^2 = h_1^{(1)} h_1^{(1)}", r"h_1^{(2)} = h_1^{(1)} h_1^{(1)}"),
    ("elman", r"\tanh'(a_1^{(1)}) = 1 - (h_1^{(1)})^2", r"\tanh(a_1^{(1)}) = 1 - (h_1^{(1)})^2"),
)
UNREADABLE = (
    ("elman", r"h_{1:t} = h_{1:t}", "no index"), ("elman", r"h^{(t)}_{:} = h^{(t)}", "matrices only"), ("elman", r"W_{i,:}^\top = W_{i,:}^\top", "component of what"),
    ("elman", r"\mathbf 1 h^{(t)\top} = h^{(t)\top}", "what size"), ("elman", r"\mathbf 1 \mathbf 1^\top h^{(t)} = \mathbf 1", "what size"), ("elman", r"\mathbf 1 h^{(t)\top} \odot \mathbf 1 h^{(t)\top} = W", "what size"),
    ("elman", r"\frac{\partial h^{(t)}}{\partial W} = W", "take a component, above"), ("elman", r"\frac{\partial L}{\partial c_1} = 1\text{e-}3", "can't be read"),
    ("elman", r"h^{(t)} = \begin{pmatrix} h_1^{(t)} \\ \vdots \\ h_4^{(t)} \end{pmatrix}", "dots"),
    ("elman", r"\left.\frac{\partial L}{\partial h^{(t)}}\right|_{h = h^{(t)}} = \nabla_{h^{(t)}} L", "|"), ("elman", "W' = W^T", "prime"),
    ("elman", r"L = L \qquad (t)", "factor"), ("elman", r"L = L \quad i, t", "factor"), ("elman", r"h_t^{(2)} = h^{(2)}", "step"), ("elman", r"\sum_{i < j} \hat y_i^{(t)} \hat y_j^{(t)} = 1", "over j too"), ("sub", r"h_2^{(1)} = h_{2,1}", "which of these scripts"),
    ("sub", r"h_2^1 = h_{2,1}", "a power or a component"), ("elman", r"y^{(t)} \cdot \hat y^{(t)} = 1", "product is this dot"), ("elman", r"\phi(a^{(t)}) = h^{(t)}", "phi"),
    ("elman", r"\newcommand{\x}{\x} L = \x", "x"), ("elman", r"\cancelto{0}{L} = L", "cancelto"), ("elman", r"\mathbf 1_i = e_i", "condition"),
    ("scalar", r"\frac{\partial h_t}{\partial h_k} = \prod_{j=t}^{k+1} \frac{\partial h_j}{\partial h_{j-1}}, \quad k < t", "backwards"),
    ("scalar", r"\frac{\partial L_t}{\partial w} = \sum_{k=1}^{\tau} \left(\prod_{j=k+1}^{t} w\right) h_k", "backwards"),
    ("elman", r"\frac{\partial L}{\partial o^{(t)}_{y^{(t)}}} = 1", "fixed component"),
    ("elman", r"\pdv{L}{o_1^{(t)}}{o_2^{(t)}} = 1", "differentiates by what"), ("elman", r"\pdv[n]{L}{c_1} = 1", "order"), ("elman", r"\pdv[2]{L}{c_1,c_2} = 1", "order"),
    ("elman", r"h^{(t)} \circledast h^{(t)} = h^{(t)}", "circledast"), ("elman", r"h^{(t)} \oslash h^{(t)} \oslash h^{(t)} = h^{(t)}", "so many factors"),
    ("elman", r"L^{(t)} = \mathrm{CE}(y^{(t)}, \hat y^{(t)})", "CE"), ("elman", r"\operatorname{vec}(W) = \operatorname{vec}(U)", "vec"),
)
# fmt: on
PAIRS = tuple(
    (name, *(line.replace("@", notation) for line in lines)) for name, lines, notations in TEMPLATES for notation in notations
)


@pytest.mark.parametrize(("right", "wrong"), DOCUMENTS, ids=[row[0] for row in DOCUMENTS])
def test_documents_are_read_as_they_are_laid_out(right: str, wrong: str) -> None:
    assert "proved" in verdicts("elman", right) <= {"proved", "definition"}
    assert verdicts("elman", wrong) & {"refuted", "ill-typed"}


@pytest.mark.parametrize(("right", "wrong"), MARKDOWN, ids=[row[0] for row in MARKDOWN])
def test_markdown_is_read_as_it_is_laid_out(right: str, wrong: str) -> None:
    assert verdicts("elman", right, "md") == {"proved"}
    assert "refuted" in verdicts("elman", wrong, "md")


@pytest.mark.parametrize(("name", "right", "wrong"), PAIRS + LINES, ids=[f"{row[0]}: {row[1]}" for row in PAIRS + LINES])
def test_a_notation_means_what_it_means_to_people(name: str, right: str, wrong: str) -> None:
    assert verdicts(name, displayed(right)) == {"proved"}
    assert verdicts(name, displayed(wrong)) in ({"refuted"}, {"ill-typed"})


@pytest.mark.parametrize(("name", "text", "said"), UNREADABLE, ids=[f"{row[0]}: {row[1]}" for row in UNREADABLE])
def test_what_cannot_be_read_says_where_and_why(name: str, text: str, said: str) -> None:
    (entry,) = judged(name, displayed(text)).entries
    assert entry.verdict == "unreadable"
    assert said in entry.message
    assert entry.place is not None or entry.span is not None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^{t} (1 - h_j^2) w", "reaches to the end"),
        (r"\left(\prod_{j=t}^{t} h_j\right) w = \prod_{j=t}^{t} h_j w", "reaches to the end"),
        (r"h_2 h_3 w = \prod_{j=2}^{3} h_j w", "ends before"),
    ],
)
def test_how_far_a_product_reaches_is_told(line: str, told: str) -> None:
    (entry,) = judged("scalar", displayed(line)).entries
    assert entry.verdict == "proved"
    assert told in (entry.reading or "")
