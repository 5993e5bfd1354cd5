"""What is written reads as what it says, or not at all."""

from __future__ import annotations

import pytest

from bptt_sym.errors import Unreadable
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Cases,
    Chain,
    Circled,
    Derivative,
    Differential,
    Ellipsis_,
    Listing,
    Matrix,
    Nabla,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
    children,
)
from bptt_sym.written.reader import read, read_statement, read_statements


def short(node: Node) -> str:
    """A node in one line: products with dots, everything else bracketed by what it is."""
    inside = ", ".join(short(child) for child in children(node))
    match node:
        case Number(text=text):
            return text
        case Name(base=base, accents=accents):
            return base + "".join(f"^{accent}" for accent in accents)
        case Scripted(base=base, subs=subs, sups=sups):
            return f"{short(base)}[{';'.join(map(short, subs))}|{';'.join(map(short, sups))}]"
        case Product(factors=factors):
            return "(" + "·".join(map(short, factors)) + ")"
        case Chain(items=items, relations=relations):
            return short(items[0]) + "".join(
                f" {relation} {short(item)}" for relation, item in zip(relations, items[1:], strict=True)
            )
        case Paren(open=kind):
            return f"{kind}{inside}"
        case Apply(function=function, argument=argument):
            return f"{short(function)}@{short(argument)}"
        case Circled(operator=operator):
            return f"{operator}<{inside}>"
        case Listing(separator=separator):
            return f"list{separator}<{inside}>"
        case Derivative(body=body, wrt=wrt, symbol=symbol):
            over = "" if body is None else short(body)
            return f"{symbol}<{over} by {', '.join(map(short, wrt))}>"
        case Nabla(wrt=wrt, body=body, order=order):
            return f"nabla{order}<{'' if wrt is None else short(wrt)}: {short(body)}>"
        case Big(kind=kind, indices=indices, lower=lower, upper=upper, conditions=conditions, body=body):
            bounds = "..".join("" if bound is None else short(bound) for bound in (lower, upper))
            bound = ",".join(map(short, indices))
            return f"{kind}<{bound}={bounds};{','.join(map(short, conditions))}: {short(body)}>"
        case Struck(colour=colour):
            return f"struck<{colour}: {inside}>"
        case Matrix(rows=rows):
            return "[" + " / ".join(" ".join(map(short, row)) for row in rows) + "]"
        case Negate():
            return f"-{inside}"
        case Ellipsis_():
            return "..."
        case Add():
            return f"sum({inside})"
        case Quotient() | Differential() | Norm() | Cases():
            return f"{type(node).__name__}<{inside}>"
        case _:
            raise AssertionError(node)


# fmt: off
READS = [
    # juxtaposition, \cdot and \times bind tighter than \odot, that tighter than + and -
    (r"a \odot b c + d", r"sum(\odot<a, (b·c)>, d)"),
    (r"a \cdot b \times c", "(a·b·c)"),
    (r"-a b - c", "sum(-(a·b), -c)"),
    (r"a \cdot -b", "(a·-b)"),
    (r"a + -b", "sum(a, -b)"),
    # scripts
    (r"W_{hh}", "W[(h·h)|]"),
    (r"w_{1,10}", "w[1;10|]"),
    (r"w_{11}^2", "w[11|2]"),
    (r"\hat{\mathbf{y}}_1^{(t)}", "y^hat[1|(t]"),
    (r"{\hat y}_{t,1}", "y^hat[t;1|]"),
    (r"\hat y^{(t)}_1", "y^hat[1|(t]"),
    (r"\hat{y_t}", "y^hat[t|]"),
    (r"h^{(t)\top}", r"h[|((t·\top)]"),
    (r"{h^{(t)}}^\top", r"h[|(t][|\top]"),
    (r"\left(h^{(t)}\right)^2", "(h[|(t][|2]"),
    (r"h_{\langle t\rangle} h^{<t>}", "(h[<t|]·h[|<t])"),
    (r"a^{[l]} x' y_{t_k}", r"(a[|[l]·x[|\prime]·y[t[k|]|])"),
    (r"x^\mathsf{T} x^{\rm T} x^T x^\intercal", r"(x[|\top]·x[|\top]·x[|T]·x[|\top])"),
    (r"W_{h \to h}", r"W[h \to h|]"),
    # calls and products
    (r"\tanh(a) \tanh\big(a\big) \tanh\left(a\right) \exp\{a\}", r"(\tanh@a·\tanh@a·\tanh@a·\exp@a)"),
    (r"1 - \tanh^2 a_t", r"sum(1, -\tanh[|2]@a[t|])"),
    (r"\operatorname{softmax}(o)_i \text{softmax}_i(o)", "(softmax@o[i|]·softmax[i|]@o)"),
    (r"\mathrm{softmax} o", "softmax@o"),
    (r"\sigma(a) f(b) \tanh'(c)", r"(\sigma·(a·f·(b·\tanh[|\prime]@c)"),
    (r"\log\sum_k \exp(o_k)", r"\log@sum<k=..;: \exp@o[k|]>"),
    (r"e^{o_k}", "e[|o[k|]]"),
    (r"\sqrt{x}", "sqrt@x"),
    ("tanh(a) + W_{max}", "sum(tanh@a, W[(m·a·x)|])"),
    (r"\ln\begin{pmatrix} a \end{pmatrix} b", r"(\ln@[a]·b)"),
    # derivatives
    (r"\frac{\partial A}{\partial B}", "partial<A by B>"),
    (r"{\partial A}/{\partial B} \partial A/\partial B", "(partial<A by B>·partial<A by B>)"),
    (r"\frac{\mathrm d A}{\mathrm d B} \dfrac{dA}{dB}", "(d<A by B>·d<A by B>)"),
    (r"dL/dW_{ij}", "d<L by W[(i·j)|]>"),
    (r"\frac{\partial}{\partial B} A", "partial<A by B>"),
    (r"\frac{\partial^2 A}{\partial B\partial C}", "partial<A by B, C>"),
    (r"\frac{\partial^2 L}{\partial {h^{(t)}}^2}", "partial<L by h[|(t], h[|(t]>"),
    (r"\frac{\partial^+ h}{\partial W}", "partial+<h by W>"),
    (r"\frac{-\partial L}{\partial o}", "-partial<L by o>"),
    (r"\frac{L^{(t)}}{\partial o_i}", "Quotient<L[|(t], Differential<o[i|]>>"),
    (r"\frac{\begin{gathered} a \\ + b \end{gathered}}{c}", "Quotient<sum(a, b), c>"),
    (r"\frac{\begin{aligned} & a \Bigl( b \\[2pt] & - c \Bigr) \end{aligned}}{c}", "Quotient<(a·(sum(b, -c)), c>"),
    (r"\frac{d}{d + 1} + \frac{k d}{d_k}", "sum(Quotient<d, sum(d, 1)>, Quotient<(k·d), d[k|]>)"),
    (r"\nabla_{h_1}\hat{y}_i A", "(nabla1<h[1|]: y^hat[i|]>·A)"),
    (r"\nabla^2_x f", "nabla2<x: f>"),
    # sums
    (r"-\sum\limits_{i=1}^3 y_i p_i + 1", "sum(-sum<i=1..3;: (y[i|]·p[i|])>, 1)"),
    (r"\sum_{k \ne i} a \sum_{s<t} b", r"sum<k=..;k \ne i: (a·sum<s=..;s < t: b>)>"),
    (r"\sum_{1 \le i \le n} a = b", "sum<i=1..n;: a> = b"),
    (r"\sum_{i,j} a + \sum_{t \in T} b", r"sum(sum<i,j=..;: a>, sum<t=..;t \in T: b>)"),
    (r"\sum_{t'=1}^t h^{(t')}", "sum<t'=1..t;: h[|(t']>"),
    (r"\prod_{k=1}^t \frac{\partial h_k}{\partial h_{k-1}}",
     "prod<k=1..t;: partial<h[k|] by h[sum(k, -1)|]>>"),
    # quotients
    (r"a b / c", "Quotient<(a·b), c>"),
    (r"\Bigg[ a \Bigg] \Bigg/ S^2", "Quotient<[a, S[|2]>"),
    (r"{a \over b}", "Quotient<a, b>"),
    # arrays
    (r"\begin{bmatrix} a & b \\ c & d \\ \end{bmatrix}^T", "[a b / c d][|T]"),
    (r"\left[\begin{array}{c|c} a & b \end{array}\right]", "[a b]"),
    (r"\begin{cases} 1 & \text{if } i = j, \\ 0 & \text{otherwise.} \end{cases}", "Cases<1, i = j, 0>"),
    # ornament
    (r"{\color{red} a} + \textcolor{blue}{b} \; \underbrace{c}_{\text{note}}", "sum(a, (b·c))"),
    (r"\boxed{a = b}", "a = b"),
    (r"{\color{red}\cancel{\hat y}} \bcancel{x}", "(struck<red: y^hat>·struck<None: x>)"),
    (r"x \cancel{+ a} \cancel{- a}", "sum(x, struck<None: a>, struck<None: -a>)"),
    # brackets
    (r"\|v\|^2 + ||v|| + |x| + \lvert y \rvert", "sum(Norm<v>[|2], Norm<v>, |x, |y)"),
    (r"p(y|x)", r"(p·(y \mid x)"),
    (r"[h_{t-1}; x_t]", "[list;<h[sum(t, -1)|], x[t|]>"),
    # indicators
    (r"\mathbf 1_{i=y}", "1[i = y|]"),
    (r"\mathbf{1}_{i, y^{(t)}}", "1[i;y[|(t]|]"),
    (r"\mathbb{1}[i=y] + 1\!\!1_{i = y} + [i = y]", "sum(1[i = y|], 1[i = y|], [i = y)"),
    (r"\mathbf{1}^\top \mathbf{I}", r"(1[|\top]·I)"),
    # characters
    ("∂L/∂h = σ · ŷ − 1", r"partial<L by h> = sum((\sigma·y^hat), -1)"),
]

UNREADABLE = [
    (r"a / b c", "c"),
    (r"a / b / c", "c"),
    (r"1/2 (y - z)^2", "("),
    (r"\tanh a b", "b"),
    (r"\ln a \cdot b", r"\cdot"),
    (r"\ln {a + b}", "{a + b}"),
    (r"{a + b} c", "{a + b}"),
    (r"{a b}^2", "{a b}"),
    (r"\sum_i {a_i + b_i}", "{a_i + b_i}"),
    (r"a \cdot -b c", "-"),
    (r"a - -b", "-"),
    (r"a \odot b \otimes c", r"\otimes"),
    (r"\frac{\begin{gathered} a \\ b \end{gathered}}{c}", "\\\\"),
    (r"\frac{\partial a + b}{\partial o}", "a"),
    (r"\frac{\partial}{\partial o} a b", "b"),
    (r"\frac{\partial}{\partial o} - a", r"\frac"),
    (r"\frac{y \partial L}{\partial o}", r"\frac"),
    (r"\frac{d L}{\partial o}", r"\frac"),
    (r"\frac{\partial^2 L}{\partial w}", r"\frac"),
    (r"\nabla_x", r"\nabla"),
    (r"\exp -x", r"\exp"),
    (r"ln(x)", "l"),
    (r"Wtanh(x)", "W"),
    (r"\foo x", r"\foo"),
    (r"a \pm b", r"\pm"),
    (r"\left.a\right|_{b=0}", r"\right|"),
    (r"x_i_j", "_"),
    (r"(a + b]", "]"),
    (r"a \overset{!}{=} b", r"\overset{!}{=}"),
    (r"\begin{pmatrix} a & b \\ c \end{pmatrix}", r"\begin{pmatrix} a & b \\ c \end{pmatrix}"),
    (r"\sqrt[3]{x}", r"\sqrt[3]"),
    (r"\int_0^1 x", r"\int"),
    (r"\hat{a b}", r"\hat"),
    (r"a + {b", "{"),
    (r"a \cancelto{0}{b}", r"\cancelto"),
]

STATEMENTS = [
    (r"h_t = \tanh(a_t), \quad t = 1, \dots, \tau", r"h[t|] = \tanh@a[t|]", [r"t = list,<1, ..., \tau>"]),
    (r"A = B \quad \text{for } t < \tau", "A = B", [r"t < \tau"]),
    (r"A = B, \; i \ne j", "A = B", [r"i \ne j"]),
    (r"A = 0 \text{ for all $i \ne j$}", "A = 0", [r"i \ne j"]),
    (r"\forall i: x_i = y_i", "x[i|] = y[i|]", []),
    (r"A = B \quad (10.18)", "A = B", []),
    (r"A = B \text{ (by the chain rule)}.", "A = B", []),
    (r"\text{If } i = j \text{ then } A = B", "A = B", ["i = j"]),
    (r"\tau = 5", r"\tau = 5", []),
    (r"t = 1 \dots \tau", r"t = list,<1, ..., \tau>", []),
    (r"A, B", "list,<A, B>", []),
]
# fmt: on


@pytest.mark.parametrize(("text", "meaning"), READS)
def test_a_formula_reads_as(text: str, meaning: str) -> None:
    assert short(read(text)) == meaning


@pytest.mark.parametrize(("text", "place"), UNREADABLE)
def test_what_could_only_be_guessed_is_unreadable_at_its_place(text: str, place: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(text)
    span = caught.value.span
    assert span is not None
    assert text[span.start : span.end] == place


@pytest.mark.parametrize(("text", "body", "conditions"), STATEMENTS)
def test_side_conditions_stand_beside_a_statement(text: str, body: str, conditions: list[str]) -> None:
    statement = read_statement(text)
    assert short(statement.body) == body
    assert [short(condition) for condition in statement.conditions] == conditions


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        (r"A = B, \quad C = D", ["A = B", "C = D"]),
        (r"A = B \implies C = D", ["A = B", "C = D"]),
        (r"A = B \text{ where } S = C", ["A = B", "S = C"]),
        (r"\tau = 5, n = 3", [r"\tau = 5", "n = 3"]),
        (r"h = a \qquad o = b", ["h = a", "o = b"]),
    ],
)
def test_several_statements_in_a_line_are_told_apart(text: str, bodies: list[str]) -> None:
    assert [short(statement.body) for statement in read_statements(text)] == bodies


@pytest.mark.parametrize(
    "text",
    [
        r"A = B \text{ if and only if } C = D",
        r"A = B \text{ if } i = j \text{ or } i = k",
        r"A = B \text{ is not } C",
        r"A = B \text{ unless } i = j",
        r"A = 1 \text{ if } i = j, 0 \text{ otherwise}",
        r"A = B \text{ for exactly one } i",
        r"A = B \text{ for some } i",
        r"A = B \text{ if i = j}",
        r"A = B \text{ for t > 1}",
        r"A = B, t = \foo",
        r"A = \text{some loss} + B",
    ],
)
def test_words_that_change_the_meaning_are_not_dropped(text: str) -> None:
    with pytest.raises(Unreadable):
        read_statements(text)


def test_every_node_knows_its_place() -> None:
    text = r"x + \frac{\partial L}{\partial o_1} \mathbf{h}^{(t)}"
    node = read(text, offset=7)
    assert isinstance(node, Add)
    product = node.terms[1]
    assert isinstance(product, Product)
    places = [text[part.span.start - 7 : part.span.end - 7] for part in product.factors if part.span]
    assert places == [r"\frac{\partial L}{\partial o_1}", r"\mathbf{h}^{(t)}"]


def test_relations_keep_their_places_and_canonical_spelling() -> None:
    text = r"a := b \neq c \leq d"
    chain = read(text)
    assert isinstance(chain, Chain)
    assert chain.relations == (":=", "\\ne", "\\le")
    spans = [span for span in chain.relation_spans if span]
    assert [text[span.start : span.end] for span in spans] == [":=", "\\neq", "\\leq"]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 10_000,
        "{" * 500 + "}" * 500,
        "(" * 10_000,
        r"\hat" * 10_000 + "x",
        r"\frac" * 5000,
        "\\",
        "$a",
        "-" * 999,
    ],
)
def test_hostile_text_is_unreadable_and_nothing_worse(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


def test_the_letter_d_is_a_differential_only_in_a_derivative() -> None:
    assert short(read("d L")) == "(d·L)"
    assert short(read(r"\frac{d}{2}")) == "Quotient<d, 2>"
    assert short(read(r"\mathrm{d} L")) == "Differential<L>"
