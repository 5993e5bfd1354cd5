"""What is written reads back as what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bptt_sym.written.brackets import bracketed
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Cases,
    Chain,
    Circled,
    Derivative,
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
)
from bptt_sym.written.reader import read
from bptt_sym.written.writer import estimate_width, write

# fmt: off
FORMULAS = [
    r"\hat{y}_1^{(t)}",
    r"\frac{\partial L}{\partial o_1^{(t)}} = \hat{y}_1^{(t)} - y_1^{(t)}",
    r"a_1^{(t)} = b_1 + \sum_{i=1}^{5} w_{1i} h_i^{(t-1)} + \sum_{j=1}^{4} u_{1j} x_j^{(t)}",
    r"\exp\big(o_1^{(t)}\big)",
    r"\ln\left( \sum_{i=1}^{3} \exp\big(o_i^{(t)}\big) \right)",
    r"\operatorname{diag}\left( \frac{1}{2} \right) v",
    r"\begin{pmatrix} a_1 & 0 \\ 0 & a_2 \end{pmatrix}^\top \mathbf{h}",
    r"\nabla_{\mathbf{h}^{(t)}} L = \mathbf{V}^\top \nabla_{\mathbf{o}^{(t)}} L",
    r"-y_1 \frac{1}{{\color{red}\cancel{\hat{y}_1}}} \cancel{\hat{y}_1}",
    r"\mathbf{1}_{i=y}",
    r"{h^{(t)}}^\top",
    r"\boldsymbol{\sigma}' (a) \odot \delta_{t,1}",
    r"\frac{\partial^2 L}{\partial w_{11}^2} + \frac{\partial^2 L}{\partial a \partial b}",
    r"\sum_{k \ne i} a_k \sum_{t'=1}^{t} h_{t'}",
    r"\begin{cases} 1 & \text{if } i = j \\ 0 & \text{otherwise} \end{cases}",
    r"\bigl| a \bigr| + \bigl\| v \bigr\|^2",
    r"\frac{\mathrm{d} L}{\mathrm{d} x}",
    r"a \cdot (-b)",
]
# fmt: on


@pytest.mark.parametrize("text", FORMULAS)
def test_the_house_look_is_what_writing_gives(text: str) -> None:
    assert write(read(text)) == text


letters = st.sampled_from(["h", "W", "x", "d", "e", "T", "\\sigma", "\\tau", "\\mathcal{L}", "loss"])
names = st.builds(Name, letters, st.sampled_from([(), (), ("hat",), ("hat", "bar")]))
numbers = st.builds(Number, st.sampled_from(["0", "1", "12", "0.5"]))
indices = st.builds(Name, st.sampled_from(["i", "j", "t", "k"]))
functions = st.sampled_from(
    [Name("\\tanh"), Name("softmax"), Name("sqrt"), Scripted(Name("\\tanh"), (), (Name("\\prime"),))]
)
orders = st.sampled_from(["<", "\\le", "\\ne"])


def composite(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Nodes one storey higher."""
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    scripts = st.lists(nodes, max_size=2).map(tuple)
    symbols = st.builds(Scripted, names, several, st.just(()))

    def product(factors: tuple[Node, ...], signs: list[str]) -> Node:
        return Product(factors, tuple(signs[: len(factors) - 1]))

    def big(kind: str, index: Name, lower: Node | None, upper: Node, order: str, body: Node) -> Node:
        if lower is None:
            return Big(kind, (index,), None, None, (Chain((index, Name("s")), (order,)),), body)
        return Big(kind, (index,), lower, upper, (), body)

    signs = st.lists(st.sampled_from(["", "", "\\cdot", "\\times", "*"]), min_size=2, max_size=2)
    return st.one_of(
        st.builds(Add, several),
        st.builds(Negate, nodes),
        st.builds(product, several, signs),
        st.builds(Circled, several, st.sampled_from(["\\odot", "\\otimes", "\\circ"])),
        st.builds(Quotient, nodes, nodes, st.booleans()),
        st.builds(Scripted, nodes, several, scripts),
        st.builds(Scripted, nodes, st.just(()), several),
        st.builds(Paren, nodes, st.sampled_from(["(", "[", "{", "<", "|"])),
        st.builds(Paren, st.builds(Listing, several, st.sampled_from([",", ";"]))),
        st.builds(Paren, st.builds(lambda a, b, r: Chain((a, b), (r,)), nodes, nodes, orders), st.just("[")),
        st.builds(Norm, nodes),
        st.builds(Apply, functions, nodes),
        st.builds(Apply, functions, st.builds(Listing, several)),
        st.builds(big, st.sampled_from(["sum", "prod"]), indices, st.none() | nodes, nodes, orders, nodes),
        st.builds(Derivative, nodes, st.tuples(symbols), st.sampled_from(["partial", "d", "partial+"])),
        st.builds(Derivative, nodes, st.tuples(symbols, names), st.sampled_from(["partial", "d"])),
        st.builds(Nabla, st.none() | symbols, nodes, st.sampled_from([1, 2])),
        st.builds(lambda row: Matrix((row, row)), several),
        st.builds(lambda a, b: Cases(((a, Chain((b, b), ("=",))), (b, None))), nodes, nodes),
        st.builds(Struck, nodes, st.sampled_from([None, "red"])),
    )


trees = st.recursive(st.one_of(names, numbers, st.just(Ellipsis_())), composite, max_leaves=12)


@settings(max_examples=400, deadline=None)
@given(trees, st.booleans())
def test_reading_undoes_writing(node: Node, fixed_sizes: bool) -> None:
    """`read(write(n))` is n with the brackets that its print needs."""
    assert read(write(node, fixed_sizes=fixed_sizes)) == bracketed(node)


@settings(max_examples=200, deadline=None)
@given(trees)
def test_brackets_are_added_once(node: Node) -> None:
    assert bracketed(bracketed(node)) == bracketed(node)
    assert estimate_width(node) > 0


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (Product((Add((Name("a"), Name("b"))), Name("c")), ("",)), "(a + b) c"),
        (Scripted(Negate(Name("a")), (), (Number("2"),)), "(-a)^2"),
        (Add((Name("a"), Negate(Add((Name("b"), Name("c")))))), "a - (b + c)"),
        (Product((Number("2"), Number("3")), ("",)), "2 (3)"),
        (
            Product((Big("sum", (Name("i"),), None, None, (), Name("a")), Name("b")), ("",)),
            r"\left( \sum_i a \right) b",
        ),
        (Circled((Circled((Name("a"), Name("b")), "\\odot"), Name("c")), "\\otimes"), r"(a \odot b) \otimes c"),
    ],
)
def test_brackets_stand_where_the_print_needs_them(node: Node, text: str) -> None:
    assert write(node) == text


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (r"h", 0.4, 0.7),
        (r"a + b", 2.0, 3.2),
        (r"\frac{\partial L}{\partial o_1^{(t)}}", 1.8, 3.2),
        (r"\begin{pmatrix} v_{11} & v_{12} & v_{13} \end{pmatrix}", 5.0, 8.5),
        (r"\sum_{i=1}^{5} w_{1i} h_i^{(t-1)}", 5.0, 8.0),
    ],
)
def test_the_estimated_width_is_about_right(text: str, least: float, most: float) -> None:
    """Bounds measured around what TeX sets at 10pt, in em."""
    assert least < estimate_width(read(text)) < most
