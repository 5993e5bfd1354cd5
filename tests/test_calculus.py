"""Derivatives over graphs: local rules against SymPy's diff, the chain rule, copies, immediate ones, linear work."""

from __future__ import annotations

import pytest
import sympy as sp

from bptt_sym.calculus.local import RULES, local_derivatives, partials
from bptt_sym.calculus.total import Differential, differentiate
from bptt_sym.errors import Unreadable
from bptt_sym.network.graph import Application, Assignment, Graph
from bptt_sym.network.library import load_network
from bptt_sym.network.unrolling import unroll
from bptt_sym.primitives import ELEMENTWISE, NORMALISED, relu, step
from bptt_sym.symbols import derivative_symbol, symbol

a, b, c, x, y, z = (symbol(n) for n in ("a", "b", "c", "x", "y", "z"))
POINT = {s: sp.Rational(2 * k + 3, 7) for k, s in enumerate((a, b, c, x, y, z))}

EXPRESSIONS = (
    x * y + z, x**3 * y - 2 * x, sp.exp(x * y), sp.log(x + y * z), sp.tanh(x) * sp.tanh(x), x / y, 1 / (x + y) ** 2,
    sp.sqrt(x**2 + y**2), x**y, sp.exp(-x) / (1 + sp.exp(-x)), sp.sin(x * y) * sp.cos(z), sp.sinh(x) - sp.cosh(y),
    sp.atan(x / y), x * sp.exp(y) * sp.log(z) * 5, (x + y) * (x - y) * z, sp.Integer(7), x,
)  # fmt: skip


def numeric(expr: sp.Expr) -> sp.Expr:
    return sp.sympify(expr).subs(POINT).evalf(30)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_local_derivatives_are_those_of_sympy(expr: sp.Expr) -> None:
    found = partials(expr)
    assert set(found) <= expr.free_symbols
    for s in (x, y, z):
        assert abs(numeric(found.get(s, 0)) - numeric(expr.diff(s))) < 1e-25


@pytest.mark.parametrize("rule", list(RULES), ids=lambda f: f.__name__)
def test_each_rule_of_the_table_is_the_derivative_of_its_function(rule: type) -> None:
    ours, theirs = RULES[rule](x, rule(x)), rule(x).diff(x)
    assert abs(numeric(ours) - numeric(theirs)) < 1e-25


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_each_elementwise_primitive_has_the_derivative_it_says(row) -> None:
    ours, theirs = row.derivative(x, row.build(x)), row.build(x).diff(x)
    assert abs(numeric(ours) - numeric(theirs)) < 1e-25


@pytest.mark.parametrize("row", NORMALISED, ids=lambda row: row.name)
def test_each_vector_primitive_has_the_jacobian_it_says(row) -> None:
    arguments = (x, y, z)
    values = row.build(arguments)
    for i, value in enumerate(values):
        for j, argument in enumerate(arguments):
            assert abs(numeric(row.jacobian(values, i, j)) - numeric(value.diff(argument))) < 1e-25


def test_relu_has_no_derivative_at_zero() -> None:
    assert relu(x).diff(x) == step(x)
    assert relu(sp.Integer(-2)) == 0
    assert step(sp.Integer(0)) == step(sp.Integer(0), evaluate=False)


def diamond() -> Graph:
    """a := x y, b := a², c := a + b x: two paths from a to c, and x used at two places."""
    return Graph((Assignment(a, x * y), Assignment(b, a**2), Assignment(c, a + b * x)))


def test_a_total_derivative_counts_every_path_and_an_immediate_one_only_the_last_step() -> None:
    theory = Differential(diamond())
    total = unfolded(theory, theory.derivative(c, x))
    assert sp.expand(total - sp.diff(x * y + (x * y) ** 2 * x, x)) == 0
    assert theory.derivative(c, x, immediate=True) == b
    assert theory.derivative(c, a, immediate=True) == 1
    assert sp.expand(unfolded(theory, theory.derivative(c, a)) - (1 + 2 * x * y * x)) == 0


def unfolded(theory: Differential, expr: sp.Expr) -> sp.Expr:
    """Every definition substituted until only free symbols are left."""
    while True:
        known = {s: d for s in expr.free_symbols if (d := theory.definition(s)) is not None}
        if not known:
            return expr
        expr = expr.xreplace(known)


def test_what_is_not_downstream_has_derivative_zero_and_a_symbol_by_itself_one() -> None:
    theory = Differential(diamond())
    assert theory.derivative(a, b) == 0
    assert theory.derivative(a, z) == 0
    assert theory.derivative(x, y) == 0
    assert theory.derivative(a, a) == 1


def test_second_derivatives_differentiate_the_first() -> None:
    theory = Differential(diamond())
    second = theory.derivative(theory.derivative(c, x), x)
    expected = sp.diff(x * y + (x * y) ** 2 * x, x, 2)
    assert sp.expand(unfolded(theory, second) - expected) == 0


def test_a_composite_expression_is_differentiated_through_its_symbols() -> None:
    theory = Differential(diamond())
    found = unfolded(theory, theory.derivative(sp.exp(b) * x, x))
    assert sp.simplify(found - sp.diff(sp.exp((x * y) ** 2) * x, x)) == 0


def test_applications_are_differentiated_from_their_values() -> None:
    graph = Graph((Assignment(a, x * y), Assignment(b, sp.tanh(a))), (Application("tanh", (a,), (b,)),))
    assert local_derivatives(graph)(b) == {a: 1 - b**2}


def test_shares_of_the_steps_add_up_to_the_derivative_by_the_shared_parameter() -> None:
    graph = unroll(load_network("elman"), {"x": 1, "h": 2, "o": 2}, 3)
    theory = Differential(graph)
    loss, w = symbol("L"), symbol("w_12")
    shares = [theory.derivative(loss, w, copy) for copy in (1, 2, 3)]
    assert len(set(shares)) == 3
    point = {s: sp.Rational(k % 7 + 1, 11) for k, s in enumerate(sorted(graph.refs, key=str))}
    total = value(theory, theory.derivative(loss, w), dict(point))
    assert abs(total - sum(value(theory, share, dict(point)) for share in shares)) < 1e-25
    assert abs(value(theory, shares[0], dict(point))) > 1e-6


def value(theory: Differential, expr: sp.Expr, known: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """The number that an expression is, definitions followed one level at a time."""
    free = {s: v for s, v in known.items() if theory.definition(s) is None}
    memo: dict[sp.Symbol, sp.Expr] = dict(free)

    def of(e: sp.Expr) -> sp.Expr:
        for s in e.free_symbols:
            if s not in memo:
                memo[s] = of(theory.definition(s))
        return e.xreplace(memo).evalf(30)

    return of(expr)


def test_a_copy_of_a_step_is_not_asked_of_the_parameter_itself() -> None:
    theory = Differential(diamond())
    with pytest.raises(Unreadable, match="which copy"):
        theory.derivative(x * y, x, 1)


def test_adjoints_are_assignments_over_earlier_ones() -> None:
    graph = unroll(load_network("elman"), {"x": 2, "h": 3, "o": 2}, 2)
    whole = differentiate(graph, symbol("L"))
    assert whole.assignments[: len(graph.assignments)] == graph.assignments
    seen: set[sp.Symbol] = set()
    assigned = {assignment.symbol for assignment in whole.assignments}
    for assignment in whole.assignments:
        assert assignment.expr.free_symbols & assigned <= seen, assignment.symbol
        seen.add(assignment.symbol)
    for name in ("w_12", "u_31", "v_13", "b_2", "c_1", "h_1^(0)", "x_2^(1)", "h_3^(2)", "L^(1)"):
        assert whole.definition(derivative_symbol(symbol("L"), symbol(name))) is not None


def test_the_graph_is_never_substituted_into_itself() -> None:
    """Each adjoint is linear in the edges that leave its node, so all of them grow as steps do."""

    def terms(steps: int) -> int:
        graph = unroll(load_network("elman"), {"x": 2, "h": 3, "o": 2}, steps)
        whole = differentiate(graph, symbol("L"))
        return sum(len(sp.Add.make_args(assignment.expr)) for assignment in whole.assignments)

    two, four, eight = terms(2), terms(4), terms(8)
    assert eight - four <= 2 * (four - two) + 8


@pytest.mark.parametrize("copy", [None, 1, 2, 3])
def test_derivatives_by_many_symbols_are_those_by_each(copy: int | None) -> None:
    graph = unroll(load_network("elman"), {"x": 2, "h": 3, "o": 2}, 3)
    together, singly = Differential(graph), Differential(graph)
    nodes = [assignment.symbol for assignment in graph.assignments]
    free = sorted({s for assignment in graph.assignments for s in assignment.expr.free_symbols} - set(nodes), key=str)
    wrt = dict(enumerate([*free, *(nodes if copy is None else ()), symbol("nowhere")]))
    composite = (nodes[0] * nodes[-1], together.derivative(nodes[-1], nodes[0])) if copy is None else ()
    for of in (*nodes, *composite):
        found = {k: singly.derivative(of, s, copy) for k, s in wrt.items()}
        assert together.derivatives(of, wrt, copy) == {k: e for k, e in found.items() if e != 0}
    assert any(together.derivatives(nodes[-1], wrt, copy))
