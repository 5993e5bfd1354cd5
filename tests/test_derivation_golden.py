# ruff: noqa: UP031 -- formulas are as long as they are, and braces of LaTeX leave % as the readable format
r"""The derivation at 4-5-3 follows the document that asked for it, line by line, and changes on purpose only.

The lines below are that document's own, typed anew. `spelled_alike` says what may differ: the kind and size of
brackets, a column of one entry used as a bracket, strokes, the letters of sums, τ for t (the document writes the
last step where a line holds at each), and the step of S. Order of terms, order of factors and grouping may not.

What the document leaves to its reader is made good: the loss of a step is L^{(t)}, ∂h_1 is ∂h_1^{(τ)}, the biases
are written without a step, and in the quotient rule the exponent of the k-th term has v_{ki}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from bptt_sym.claims import Setting
from bptt_sym.derivation import derive
from bptt_sym.derivation.derivation import Definition, Derivation, Section
from bptt_sym.network.library import library_text
from bptt_sym.network.reading import read_network
from bptt_sym.render import render
from bptt_sym.render.blocks import Document
from bptt_sym.render.telling import document_of
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import (
    Big,
    Chain,
    Matrix,
    Name,
    Node,
    Number,
    Paren,
    Product,
    Scripted,
    Struck,
    children,
    transform,
)
from bptt_sym.written.reader import read

BODY = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.S)

SOFTMAX = r"\frac{\exp\big(o_%d^{(t)}\big)}{\sum\limits_{i=1}^3 \exp\big(o_i^{(t)}\big)}"
LOGSUM = r"\ln\Big(\sum\limits_{i=1}^3 \exp\big(o_i^{(t)}\big)\Big)"
FULL = r"\exp\bigg(c_%d + \sum\limits_{i=1}^5 v_{%di}h_i^{(\tau)}\bigg)"
SUM = r"\sum\limits_{k=1}^3 \exp\bigg(c_k + \sum\limits_{l=1}^5 v_{kl}h_l^{(\tau)}\bigg)"
VT = (
    r"\begin{pmatrix} "
    + r" \\ ".join(" & ".join(f"v_{{{k}{j}}}" for k in (1, 2, 3)) for j in range(1, 6))
    + r" \end{pmatrix}"
)


def probability(i: int, step: str = r"\tau") -> str:
    return rf"\hat{{y}}_{i}^{{({step})}}"


def less_one(i: int, k: int, step: str = r"\tau") -> str:
    r"""`\hat{y}_k - 1` on the diagonal, in the document's brackets."""
    return rf"\Big( {probability(k, step)}-1\Big)" if i == k else probability(k, step)


def loss_slope(i: int) -> tuple[str, ...]:
    r"""The document's lines for ∂L/∂o_1, and the same for the others: quotients, then probabilities."""
    quotient = SOFTMAX % i
    entries = [r"\begin{pmatrix}1 - %s\end{pmatrix}" % quotient if k == i else r"\begin{pmatrix} - %s\end{pmatrix}" % quotient
               for k in (1, 2, 3)]  # fmt: skip
    short = [rf"\Big({'1' if k == i else ''} - {probability(i, 't')}\Big)" for k in (1, 2, 3)]
    return (
        r"\frac{\partial L}{\partial L^{(t)}}\frac{\partial L^{(t)}}{\partial o_%d^{(t)}}" % i,
        r"-\Bigg[" + " + ".join(rf"y_{k}^{{(t)}} {e}" for k, e in zip((1, 2, 3), entries, strict=True)) + r"\Bigg]",
        r"-\Bigg[" + " + ".join(rf"y_{k}^{{(t)}} {e}" for k, e in zip((1, 2, 3), short, strict=True)) + r"\Bigg]",
        rf"{probability(i, 't')}(y_1^{{(t)}} + y_2^{{(t)}} + y_3^{{(t)}}) - y_{i}^{{(t)}}",
        rf"{probability(i, 't')} - y_{i}^{{(t)}}",
        rf"{probability(i, 't')} - \mathbf{{1}}_{{{i} = y^{{(t)}}}}",
    )


def quotient_rule(i: int, j: int) -> tuple[str, ...]:
    r"""The document's four lines for ∂ŷ_1/∂h_1, and the same for the others."""
    full = {k: FULL % (k, k) for k in (1, 2, 3)}
    short = {k: rf"\exp(o_{k}^{{(\tau)}})" for k in (1, 2, 3)}
    rule = r"\Bigg[ v_{%d%d}%s \times S - \Bigg(%s\Bigg) \times %s\Bigg] \Bigg/ S^2"
    compact = r"\frac{v_{%d%d}%s\times S - \bigg( %s \bigg) \times %s}{S^2}"
    return (
        *(form % (i, j, e[i], " + ".join(rf"v_{{{k}{j}}}{e[k]}" for k in e), e[i])
          for form, e in ((rule, full), (compact, short))),
        rf"v_{{{i}{j}}} {probability(i)}" + "".join(rf" - v_{{{k}{j}}} {probability(k)} {probability(i)}" for k in (1, 2, 3)),
        rf"-{probability(i)}\bigg[" + " + ".join(rf"v_{{{k}{j}}}{less_one(i, k)}" for k in (1, 2, 3)) + r"\bigg]",
    )  # fmt: skip


def rows(text: str) -> str:
    return r"\begin{pmatrix} %s \end{pmatrix}" % text


# fmt: off
LINES: dict[str, tuple[str, tuple[str, ...]]] = {
    **{f"a_{i} as a sum": (rf"a_{i}^{{(t)}}", (
        rf"b_{i} + \sum\limits_{{i=1}}^5 w_{{{i}i}}h_i^{{(t-1)}} + \sum\limits_{{j=1}}^4 u_{{{i}j}}x_j^{{(t)}}",)) for i in range(1, 6)},
    **{f"o_{i} as a sum": (rf"o_{i}^{{(t)}}", (rf"c_{i} + \sum\limits_{{i=1}}^5 v_{{{i}i}}h_i^{{(t)}}",)) for i in (1, 2, 3)},
    "a written out": (rows(r" \\ ".join(rf"a_{i}^{{(t)}}" for i in range(1, 6))), (
        " + ".join((
            rows(r" \\ ".join(f"b_{i}" for i in range(1, 6))),
            rows(r" \\ ".join(" & ".join(f"w_{{{i}{j}}}" for j in range(1, 6)) for i in range(1, 6)))
            + rows(r" \\ ".join(rf"h_{j}^{{(t-1)}}" for j in range(1, 6))),
            rows(r" \\ ".join(" & ".join(f"u_{{{i}{j}}}" for j in range(1, 5)) for i in range(1, 6)))
            + rows(r" \\ ".join(rf"x_{j}^{{(t)}}" for j in range(1, 5))),
        )),)),
    "softmax written out": (rows(r" \\ ".join(probability(i, "t") for i in (1, 2, 3))), (
        r"\frac{1}{\sum\limits_{i=1}^3 \exp\big(o_i^{(t)}\big)}"
        + rows(r" \\ ".join(rf"\exp\big(o_{i}^{{(t)}}\big)" for i in (1, 2, 3))),)),
    "o written out": (rows(r" \\ ".join(rf"o_{i}^{{(t)}}" for i in (1, 2, 3))), (
        rows(r"c_1 \\ c_2 \\ c_3") + " + " + rows(
            r" \\ ".join(" & ".join(f"v_{{{k}{j}}}" for j in range(1, 6)) for k in (1, 2, 3)))
        + rows(r" \\ ".join(rf"h_{j}^{{(t)}}" for j in range(1, 6))),)),
    "the recursion starts": (r"\frac{\partial L}{\partial L^{(t)}}", ("1",)),
    "four forms of the loss": (r"L^{(t)}", (
        r"-\sum\limits_{i=1}^3 y_i^{(t)}\ln\big(\hat{y}_i^{(t)}\big)",
        r"-\bigg(" + " + ".join(rf"y_{i}^{{(t)}}\ln\big({probability(i, 't')}\big)" for i in (1, 2, 3)) + r"\bigg)",
        r"-\Bigg[" + " + ".join(rf"y_{i}^{{(t)}}\ln\begin{{pmatrix}} {SOFTMAX % i}\end{{pmatrix}}" for i in (1, 2, 3)) + r"\Bigg]",
        r"-\Bigg[" + " + ".join(rf"y_{i}^{{(t)}}\bigg(o_{i}^{{(t)}} - {LOGSUM}\bigg)" for i in (1, 2, 3)) + r"\Bigg]",
    )),
    **{f"gradient by o_{i}": (r"\frac{\partial L}{\partial o_%d^{(t)}}" % i, loss_slope(i)) for i in (1, 2, 3)},
    "gradient by o in matrix form": (r"\nabla_{\mathbf{o}^{(t)}} L", (
        rows(r" \\ ".join(" & ".join(less_one(i, k, "t").replace(f"_{k}^", f"_{i}^") for k in (1, 2, 3)) for i in (1, 2, 3)))
        + rows(r" \\ ".join(rf"y_{k}^{{(t)}}" for k in (1, 2, 3))),)),
    "the probability spelled out": (probability(1), (
        r"\frac{\exp(o_1^{(\tau)})}{\sum\limits_{i=1}^3 \exp\big(o_i^{(\tau)}\big)}",
        r"\frac{%s}{%s}" % (FULL % (1, 1), SUM))),
    "S": ("S", (SUM,)),
    **{f"probability {i} by h_{j}": (r"\frac{\partial %s}{\partial h_%d^{(\tau)}}" % (probability(i), j), quotient_rule(i, j))
       for i in (1, 2, 3) for j in range(1, 6)},
    **{f"probability {i} by h": (rf"\nabla_{{\mathbf{{h}}^{{(\tau)}}}} {probability(i)}", (
        rf"-{probability(i)}" + VT + rows(r" \\ ".join(less_one(i, k) for k in (1, 2, 3))),
        rf"-{probability(i)} \mathbf{{V}}^\top (\hat{{\mathbf{{y}}}}^{{(\tau)}} - \mathbf{{e}}_{i})")) for i in (1, 2, 3)},
    "all probabilities by h, the factors as they conform": (
        r"\left(\frac{\partial \hat{\mathbf{y}}^{(\tau)}}{\partial \mathbf{h}^{(\tau)}}\right)^\top", (
        "-" + VT
        + rows(r" \\ ".join(" & ".join(probability(k) + ("-1" if i == k else "") for i in (1, 2, 3)) for k in (1, 2, 3)))
        + rows(r" \\ ".join(" & ".join(probability(k) if i == k else "0" for i in (1, 2, 3)) for k in (1, 2, 3))),)),
    **{f"loss by h_{j} through the probabilities": (r"\frac{\partial L}{\partial h_%d^{(\tau)}}" % j, (
        r"\sum_{i=1}^3 \frac{\partial L}{\partial \hat{y}_i^{(\tau)}} \frac{\partial \hat{y}_i^{(\tau)}}{\partial h_%d^{(\tau)}}" % j,
        " + ".join(
            rf"\left(-\frac{{y_{i}^{{(\tau)}}}}{{{probability(i)}}}\right)\left(-{probability(i)}\right)\bigg["
            + " + ".join(rf"v_{{{k}{j}}}{less_one(i, k)}" for k in (1, 2, 3)) + r"\bigg]" for i in (1, 2, 3)))) for j in range(1, 6)},
    "loss by h": (r"\nabla_{\mathbf{h}^{(\tau)}} L", (
        r"\mathbf{V}^\top \nabla_{\mathbf{o}^{(\tau)}} L",
        r"\mathbf{V}^\top (\hat{\mathbf{y}}^{(\tau)} - \mathbf{y}^{(\tau)})")),
}
# fmt: on

# Siblings of the lines above that a careless derivation would write: order or grouping differs.
OTHERWISE = (
    (r"\frac{\partial \hat{y}_1^{(t)}}{\partial h_1^{(t)}}",
     r"-\hat{y}_1^{(t)}[v_{31}\hat{y}_3^{(t)} + v_{11}(\hat{y}_1^{(t)} - 1) + v_{21}\hat{y}_2^{(t)}]"),
    (r"\frac{\partial \hat{y}_1^{(t)}}{\partial h_1^{(t)}}",
     r"\hat{y}_1^{(t)}[v_{11}(1 - \hat{y}_1^{(t)}) - v_{21}\hat{y}_2^{(t)} - v_{31}\hat{y}_3^{(t)}]"),
    (r"\frac{\partial L}{\partial o_1^{(t)}}", r"-y_1^{(t)} + \hat{y}_1^{(t)}"),
    (r"a_1^{(t)}", r"\sum_{i=1}^5 w_{1i} h_i^{(t-1)} + \sum_{j=1}^4 u_{1j} x_j^{(t)} + b_1"),
)  # fmt: skip


def spelled_alike(node: Node) -> Node:
    """A line without what may differ in spelling: see the head of this file."""
    return bound_renamed(transform(node, unadorned), {})


def unadorned(node: Node) -> Node:
    match node:
        case Paren(body) if not isinstance(body, Chain):
            return body
        case Struck(body):
            return body
        case Matrix(((entry,),)):
            return entry
        case Name("\\tau"):
            return Name("t")
        case Scripted(Name("S") as base, (), _) if exponent_is_step(node):
            return base
        case Scripted(Scripted(base, subs, sups), (), more) if base == Name("S"):
            return Scripted(base, subs, (*sups, *more))
        case _:
            return node


def exponent_is_step(node: Scripted) -> bool:
    return node.sups == (Name("t"),)


def bound_renamed(node: Node, letters: Mapping[str, str]) -> Node:
    """The letters of sums replaced by numbers of their depth."""
    if isinstance(node, Big):
        inner = dict(letters) | {i.base: f"bound{len(letters) + n}" for n, i in enumerate(node.indices)}
        limits = [limit and bound_renamed(limit, letters) for limit in (node.lower, node.upper)]
        body = bound_renamed(node.body, inner)
        indices = tuple(Name(inner[i.base]) for i in node.indices)
        return replace(node, indices=indices, lower=limits[0], upper=limits[1], body=body)
    if isinstance(node, Name):
        return replace(node, base=letters.get(node.base, node.base))
    parts = iter([bound_renamed(part, letters) for part in children(node)])
    return with_children(node, parts)


def with_children(node: Node, parts: Iterator[Node]) -> Node:
    """`node` with its direct parts replaced in order."""

    def filled(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(filled(item) for item in value)
        return next(parts) if hasattr(value, "span") else value

    fields = [name for name in node.__dataclass_fields__ if name not in ("span", "relation_spans")]
    return replace(node, **{name: filled(getattr(node, name)) for name in fields})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def derivation() -> Derivation:
    return derive(Setting.of(read_network(library_text("elman"), "elman"), {"x": 4, "h": 5, "o": 3}, 3))


@pytest.fixture(scope="module")
def chains(derivation: Derivation) -> list[tuple[Node, list[Node]]]:
    """Every chain, and every definition as a chain of one line."""

    def within(section: Section) -> Iterator[Definition]:
        yield from (item for item in section.items if isinstance(item, Definition))
        for part in section.parts:
            yield from within(part)

    told = [(c.left, [step.right for step in c.steps]) for c in derivation.chains()]
    told += [(d.left, [d.right]) for section in derivation.sections for d in within(section)]
    return [(spelled_alike(left), [spelled_alike(right) for right in rights]) for left, rights in told]


def follows(told: list[tuple[Node, list[Node]]], left: str, rights: tuple[str, ...]) -> bool:
    """Whether some chain from `left` runs through these lines in this order."""
    start = spelled_alike(read(left))
    wanted = [spelled_alike(read(right)) for right in rights]

    def runs_through(steps: list[Node]) -> bool:
        rest = iter(steps)
        return all(line in rest for line in wanted)

    return any(runs_through(steps) for first, steps in told if first == start)


@pytest.mark.parametrize("name", LINES)
def test_the_documents_line_is_among_the_derived_ones(name: str, chains: list[tuple[Node, list[Node]]]) -> None:
    """Same terms, same order, same grouping, and lines of one chain one after the other."""
    assert follows(chains, *LINES[name])


@pytest.mark.parametrize(("left", "right"), OTHERWISE)
def test_the_comparison_tells_order_and_grouping_apart(
    left: str, right: str, chains: list[tuple[Node, list[Node]]]
) -> None:
    assert not follows(chains, left, (right,))


def test_the_comparison_tells_bound_letters_from_free_ones() -> None:
    same, other = r"\sum_{j=1}^5 v_{ij} h_j", r"\sum_{j=1}^5 v_{ji} h_j"
    line = spelled_alike(read(r"\sum_{k=1}^5 v_{ik} h_k"))
    assert line == spelled_alike(read(same))
    assert line != spelled_alike(read(other))
    assert spelled_alike(read("S^{(t)}")) == Name("S") != spelled_alike(read("S^2"))
    assert Number("2") in children(spelled_alike(read(r"\big(S^{(t)}\big)^2")))
    assert isinstance(spelled_alike(read("(a b) c")), Product)


# 10.18 stands for a free i, which is told for each i here; 10.22 and 10.24 name the shared c and V where the copies
# of step t are told.
BOOK = ("10.17", "10.19", "10.20", "10.21", "10.23", "10.25", "10.26", "10.27", "10.28")


def sums_without_limits(node: Node) -> Node:
    """The book writes the sum over all t, the derivation the sum from 1 to the last."""
    return transform(node, lambda part: replace(part, lower=None, upper=None) if isinstance(part, Big) else part)


def book_lines() -> dict[str | None, tuple[Node, Node]]:
    """By its number, each line of the book: the left side of its chain, and the last side on the line."""
    found: dict[str | None, tuple[Node, Node]] = {}
    for formula in formulas(library_text("book")):
        left, *rights = formula.sides
        for right, relation in zip(rights, formula.relation_spans, strict=True):
            assert isinstance(left, Node)
            assert isinstance(right, Node)
            found[formula.label_at(relation.start)] = (left, right)
    return found


@pytest.mark.parametrize("number", BOOK)
def test_the_books_line_is_among_the_derived_ones(number: str, chains: list[tuple[Node, list[Node]]]) -> None:
    told = [(sums_without_limits(left), [sums_without_limits(r) for r in rights]) for left, rights in chains]
    left, right = (sums_without_limits(spelled_alike(side)) for side in book_lines()[number])
    assert any(left == first and right in rights for first, rights in told)


SECTIONS = {
    "network": 0, "loss": 1, "gradient-o": 2, "probabilities-h": 3, "gradient-h-last": 4, "gradient-h": 5,
    "gradient-V": 6, "gradient-c": 7, "gradient-U": 8, "gradient-W": 9, "gradient-b": 10, "closed-forms": 11,
}  # fmt: skip


def test_every_section_has_a_golden_file(derivation: Derivation) -> None:
    assert sorted(SECTIONS.values()) == list(range(len(derivation.sections)))


@pytest.mark.parametrize("name", SECTIONS)
def test_section_is_told_as_it_was(name: str, derivation: Derivation, golden: Callable[[str, str], None]) -> None:
    """The LaTeX of one section, without the preamble, which has nothing to do with derivations."""
    whole: Document = document_of(replace(derivation, sections=(derivation.sections[SECTIONS[name]],)))
    body = BODY.search(render(whole, "latex"))
    assert body is not None
    golden(f"derivation-{name}.tex", body[1].strip() + "\n")
