"""The closed forms of the book, formula by formula and size by size, their wrong siblings, and SymPy's own diff."""

from __future__ import annotations

import re
from functools import cache

import pytest
import sympy as sp

from bptt_sym.calculus.total import differentiate
from bptt_sym.check import judge_document
from bptt_sym.claims import Setting
from bptt_sym.network.library import library_text, load_network
from bptt_sym.network.unrolling import unroll
from bptt_sym.symbols import derivative_symbol, symbol

SIZES = ((4, 5, 3, 3), (2, 3, 2, 1), (3, 2, 4, 2), (1, 1, 1, 1), (1, 2, 1, 3), (2, 1, 3, 2), (3, 3, 3, 2))
ROWS = ("10.17", *["10.18"] * 3, "10.19", "10.20", "10.21", "10.22", "10.22", "10.23", "10.23", "10.24", "10.24",
        "10.25", "10.26", "10.27", "10.28")  # fmt: skip
GIVEN = {3: "one_hot"}
NEEDS_TWO_STEPS = {"10.20", "10.21"}


@cache
def setting(x: int, h: int, o: int, steps: int) -> Setting:
    return Setting.of(load_network("elman"), {"x": x, "h": h, "o": o}, steps)


@cache
def book(sizes: tuple[int, int, int, int]):
    return judge_document(library_text("book"), setting(*sizes), file="book.tex")


def judged(latex: str, sizes: tuple[int, int, int, int] = (4, 5, 3, 3)):
    """The entries for one displayed formula."""
    return judge_document(f"\\[{latex}\\]", setting(*sizes), file="line.tex").entries


@pytest.mark.parametrize("sizes", SIZES, ids=lambda s: "{}-{}-{} τ={}".format(*s))
@pytest.mark.parametrize(("place", "label"), list(enumerate(ROWS)), ids=[f"{k}:{r}" for k, r in enumerate(ROWS)])
def test_each_closed_form_is_proved_under_the_weakest_hypothesis(place: int, label: str, sizes) -> None:
    rows = [k for k, row in enumerate(ROWS) if sizes[3] > 1 or row not in NEEDS_TWO_STEPS]
    if place not in rows:
        assert any("line" in note for note in book(sizes).notes), "a recursion needs two steps, and the report says so"
        return
    entry = book(sizes).entries[rows.index(place)]
    assert (entry.label, entry.verdict) == (label, "proved")
    # With one class the target that sums to 1 is the one that is one-hot, and the indicator presumes it still.
    assert entry.given == GIVEN.get(place, "")


@pytest.mark.parametrize("sizes", SIZES, ids=lambda s: "{}-{}-{} τ={}".format(*s))
def test_there_is_one_entry_for_each_equality_of_the_book(sizes) -> None:
    left_out = sum(row in NEEDS_TWO_STEPS for row in ROWS) if sizes[3] == 1 else 0
    assert len(book(sizes).entries) == len(ROWS) - left_out
    assert book(sizes).summary["proved"] == len(book(sizes).entries)


# fmt: off
# The right line, the wrong one, and what must be said of the wrong one.
SIBLINGS = (
    (r"\nabla_{o^{(t)}} L = \hat y^{(t)} - y^{(t)}", r"\nabla_{o^{(t)}} L = y^{(t)} - \hat y^{(t)}", "refuted"),
    (r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} - \mathbf 1_{i = y^{(t)}}",
     r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} + \mathbf 1_{i = y^{(t)}}", "refuted"),
    (r"\frac{\partial L}{\partial o_1^{(t)}} = \hat y_1^{(t)} - y_1^{(t)}",
     r"\frac{\partial L}{\partial o_1^{(t)}} = \hat y_2^{(t)} - y_1^{(t)}", "refuted"),
    (r"\nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(\tau)}} L", r"\nabla_{h^{(\tau)}} L = V \nabla_{o^{(\tau)}} L", "ill-typed"),
    (r"\nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(\tau)}} L", r"\nabla_{h^{(t)}} L = V^\top \nabla_{o^{(t)}} L", "refuted"),
    (r"\nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(\tau)}} L",
     r"\nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(\tau-1)}} L", "refuted"),
    (r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L",
     r"\nabla_{h^{(t)}} L = W^\top (\nabla_{h^{(t+1)}} L) \operatorname{diag}(1 - (h^{(t+1)})^2) + V^\top \nabla_{o^{(t)}} L",
     "ill-typed"),
    (r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L",
     r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - (h^{(t)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L", "refuted"),
    (r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L",
     r"\nabla_{h^{(t)}} L = W \operatorname{diag}(1 - (h^{(t+1)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L", "refuted"),
    (r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L",
     r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - h^{(t+1)}) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L", "refuted"),
    (r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L",
     r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t+1)}} L", "refuted"),
    (r"\nabla_c L = \sum_t \nabla_{o^{(t)}} L", r"\nabla_c L = \nabla_{o^{(\tau)}} L", "refuted"),
    (r"\nabla_c L = \sum_t \nabla_{o^{(t)}} L", r"\nabla_c L = \sum_{t=2}^{\tau} \nabla_{o^{(t)}} L", "refuted"),
    (r"\nabla_b L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) \nabla_{h^{(t)}} L",
     r"\nabla_b L = \sum_t \operatorname{diag}(1 + (h^{(t)})^2) \nabla_{h^{(t)}} L", "refuted"),
    (r"\nabla_b L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) \nabla_{h^{(t)}} L",
     r"\nabla_b L = \sum_t \nabla_{h^{(t)}} L", "refuted"),
    (r"\nabla_V L = \sum_t (\nabla_{o^{(t)}} L) h^{(t)\top}", r"\nabla_V L = \sum_t h^{(t)} (\nabla_{o^{(t)}} L)^\top", "ill-typed"),
    (r"\nabla_V L = \sum_t (\nabla_{o^{(t)}} L) h^{(t)\top}", r"\nabla_V L = \sum_t (\nabla_{o^{(t)}} L) h^{(t-1)\top}", "refuted"),
    (r"\nabla_W L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) (\nabla_{h^{(t)}} L) h^{(t-1)\top}",
     r"\nabla_W L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) (\nabla_{h^{(t)}} L) h^{(t)\top}", "refuted"),
    (r"\nabla_W L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) (\nabla_{h^{(t)}} L) h^{(t-1)\top}",
     r"\nabla_W L = \sum_t h^{(t-1)} (\nabla_{h^{(t)}} L)^\top \operatorname{diag}(1 - (h^{(t)})^2)", "refuted"),
    (r"\nabla_U L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) (\nabla_{h^{(t)}} L) x^{(t)\top}",
     r"\nabla_U L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) (\nabla_{h^{(t)}} L) x^{(t-1)\top}", "unreadable"),
    (r"\nabla_U L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) (\nabla_{h^{(t)}} L) x^{(t)\top}",
     r"\nabla_U L = \sum_t (\nabla_{h^{(t)}} L) \operatorname{diag}(1 - (h^{(t)})^2) x^{(t)\top}", "ill-typed"),
    (r"\nabla_W L = \sum_t \nabla_{W^{(t)}} L", r"\nabla_W L = \nabla_{W^{(\tau)}} L", "refuted"),
    (r"\frac{\partial L}{\partial L^{(t)}} = 1", r"\frac{\partial L}{\partial L^{(t)}} = 0", "refuted"),
)
# fmt: on


@pytest.mark.parametrize(("right", "wrong", "verdict"), SIBLINGS, ids=[f"{k}" for k in range(len(SIBLINGS))])
def test_a_right_line_is_proved_and_its_wrong_sibling_is_not(right: str, wrong: str, verdict: str) -> None:
    assert [entry.verdict for entry in judged(right)] == ["proved"]
    assert [entry.verdict for entry in judged(wrong)] == [verdict]


def test_a_square_network_hides_what_the_pairwise_different_sizes_show() -> None:
    """Where all sizes are 1, the transpose and the order of factors say nothing."""
    transposed = r"\nabla_{h^{(\tau)}} L = V \nabla_{o^{(\tau)}} L"
    assert judged(transposed, (1, 1, 1, 1))[0].verdict == "proved"
    assert judged(transposed)[0].verdict == "ill-typed"


def test_the_printed_order_of_10_21_is_ill_typed_with_the_shape_of_each_factor() -> None:
    line = r"\nabla_{h^{(t)}} L = W^\top (\nabla_{h^{(t+1)}} L) \operatorname{diag}(1 - (h^{(t+1)})^2) + V^\top \nabla_{o^{(t)}} L"
    (entry,) = judged(line)
    assert entry.verdict == "ill-typed"
    assert [shape for _, shape in entry.shapes] == ["5×5", "5×1", "5×5"]


@pytest.mark.parametrize("sign", [" + ", " - "])
def test_every_slip_of_a_sign_in_the_book_is_noticed(sign: str) -> None:
    """Each binary sign of book.tex turned round, one at a time: never all proved."""
    text = library_text("book")
    other = " - " if sign == " + " else " + "
    places = [m.start() for m in re.finditer(re.escape(sign), text)]
    assert places
    for place in places:
        changed = text[:place] + other + text[place + len(sign) :]
        report = judge_document(changed, setting(2, 3, 2, 2), file="book.tex")
        assert report.summary["proved"] < len(report.entries), changed[place - 40 : place + 40]


def substituted_loss(graph, loss):
    """The loss as one expression of the free symbols: our assignments substituted into each other by SymPy alone."""
    known: dict[sp.Symbol, sp.Expr] = {}
    for assignment in graph.assignments:
        known[assignment.symbol] = assignment.expr.xreplace(known)
    return known[loss]


@pytest.mark.parametrize("sizes", [(1, 1, 2, 1), (2, 2, 2, 1), (1, 1, 2, 2)], ids=str)
def test_sympy_s_own_diff_of_the_substituted_loss_agrees_entry_by_entry(sizes) -> None:
    """An oracle with none of our calculus in it: both sides evaluated to 30 digits at a rational point."""
    x, h, o, steps = sizes
    graph = unroll(load_network("elman"), {"x": x, "h": h, "o": o}, steps)
    loss = symbol("L")
    expression = substituted_loss(graph, loss)
    whole = differentiate(graph, loss)
    free = sorted(expression.free_symbols, key=lambda s: s.name)
    point = {s: sp.Rational(7 * k + 3, 5 * k + 11) * (-1) ** k for k, s in enumerate(free)}
    values: dict[sp.Symbol, sp.Expr] = dict(point)
    for assignment in whole.assignments:
        values[assignment.symbol] = assignment.expr.xreplace(values).evalf(40)
    for s in free:
        ours = values.get(derivative_symbol(loss, s), sp.Integer(0))
        theirs = expression.diff(s).xreplace(point).evalf(40)
        assert abs(ours - theirs) < sp.Float("1e-30"), s
    assert len(free) > 5
