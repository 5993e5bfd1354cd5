"""NumPy functions of assignments, and gradients against finite differences, on graphs made by hand."""

from __future__ import annotations

import time

import numpy as np
import pytest
import sympy as sp

from bptt_sym.errors import UsageError
from bptt_sym.network.graph import Assignment
from bptt_sym.numeric import gradient_report, lambdify
from bptt_sym.primitives import relu, step
from bptt_sym.symbols import derivative_symbol, symbol

x, w, b, h1, h2, y, L = (symbol(n) for n in ("x_1^(1)", "w_12", "b_1", "h_1^(1)", "h_1^(2)", "y_1^(2)", "L"))
dw, db = derivative_symbol(L, w), derivative_symbol(L, b)
H1, H2 = derivative_symbol(L, h1), derivative_symbol(L, h2)


def network(function=sp.tanh, derivative=lambda a, f: 1 - f**2):
    """Two steps of h := f(w h + b + x), a squared error, and its gradients by the chain rule."""
    a1, a2 = symbol("a_1^(1)"), symbol("a_1^(2)")
    # fmt: off
    rows = [
        (a1, w * x + b), (h1, function(a1)), (a2, w * h1 + b), (h2, function(a2)), (L, (h2 - y) ** 2 / 2),
        (H2, h2 - y), (H1, H2 * derivative(a2, h2) * w),
        (dw, H2 * derivative(a2, h2) * h1 + H1 * derivative(a1, h1) * x),
        (db, H2 * derivative(a2, h2) + H1 * derivative(a1, h1)),
    ]
    # fmt: on
    return [Assignment(s, sp.sympify(e)) for s, e in rows]


GROUPS = {"w": ((w, dw),), "b": ((b, db),)}


def softmax_layer(n=3, m=2):
    """An affine map, softmax, -Σ y ln ŷ, with the gradients that hold for any y."""
    V = [[symbol(f"v_{i}{j}") for j in range(1, m + 1)] for i in range(1, n + 1)]
    c, h, o, p, t = ([symbol(f"{s}_{i}") for i in range(1, k + 1)] for s, k in
                     (("c", n), ("h", m), ("o", n), ("yhat", n), ("y", n)))
    rows = [(o[i], c[i] + sum(V[i][j] * h[j] for j in range(m))) for i in range(n)]
    rows += [(p[i], sp.exp(o[i]) / sum(sp.exp(k) for k in o)) for i in range(n)]
    rows += [(L, -sum(t[i] * sp.log(p[i]) for i in range(n)))]
    rows += [(derivative_symbol(L, c[i]), p[i] * sum(t) - t[i]) for i in range(n)]
    rows += [(derivative_symbol(L, V[i][j]), derivative_symbol(L, c[i]) * h[j])
             for i in range(n) for j in range(m)]
    groups = {"c": tuple((s, derivative_symbol(L, s)) for s in c),
              "V": tuple((s, derivative_symbol(L, s)) for row in V for s in row)}
    return [Assignment(s, sp.sympify(e)) for s, e in rows], groups, tuple(t)


def spoiled(assignments, at, change):
    return [Assignment(a.symbol, change(a.expr)) if a.symbol == at else a for a in assignments]


def test_a_function_takes_names_that_are_not_identifiers_and_carries_axes_along():
    f = lambdify(network(), [w, b, x, y], [h1, L])
    point = np.array([0.3, -0.2, 0.7, 0.1])
    first = np.tanh(0.3 * 0.7 - 0.2)
    loss = (np.tanh(0.3 * first - 0.2) - 0.1) ** 2 / 2
    np.testing.assert_allclose(f(point), [first, loss], rtol=1e-15)
    many = f(np.stack([point, 2 * point], axis=1))
    assert many.shape == (2, 2)
    np.testing.assert_array_equal(many[:, 0], f(point))


def test_real_in_real_out_complex_in_complex_out_integers_in_floats_out():
    f = lambdify(network(), [w, b, x, y], [L])
    assert f([1, 0, 1, 0]).dtype == float
    assert f(np.array([1, 0, 1, 0], dtype=complex)).dtype == complex


def test_an_assigned_input_counts_as_given():
    assert lambdify(network(), [w, b, h1], [h2])([1.0, 0.0, 0.5])[0] == np.tanh(0.5)


def test_a_constant_and_an_input_can_be_outputs():
    f = lambdify([Assignment(dw, sp.Integer(0))], [w], [dw, w])
    np.testing.assert_array_equal(f(np.ones((1, 4))), [[0] * 4, [1] * 4])


@pytest.mark.parametrize("outputs", [[L], [symbol("nowhere")]], ids=["needed", "output"])
def test_a_symbol_without_value_or_definition_is_named(outputs):
    with pytest.raises(UsageError, match=r"y_1\^\(2\)|nowhere"):
        lambdify(network(), [w, b, x], outputs)


def test_values_must_match_the_inputs():
    with pytest.raises(UsageError, match="4 inputs"):
        lambdify(network(), [w, b, x, y], [L])([1.0, 2.0])


def test_only_what_the_outputs_need_is_computed():
    spare = Assignment(symbol("spare"), 1 / symbol("unknown"))
    assert lambdify([*network(), spare], [w, b, x, y], [L])([0.1, 0.2, 0.3, 0.4]).shape == (1,)


@pytest.mark.parametrize(("function", "value", "expected"), [
    (relu, 2 + 3j, 2 + 3j), (relu, -2 + 3j, 0), (relu, -2.0, 0), (relu, 0.0, 0),
    (step, 2 - 3j, 1), (step, -2 + 3j, 0), (step, 0.0, np.nan), (relu, np.nan, np.nan),
])
def test_relu_and_step_go_by_the_real_part(function, value, expected):
    np.testing.assert_array_equal(lambdify([Assignment(h1, function(x))], [x], [h1])([value]), [expected])


@pytest.mark.parametrize(("function", "derivative"), [
    (sp.tanh, lambda a, f: 1 - f**2),
    (lambda a: 1 / (1 + sp.exp(-a)), lambda a, f: f * (1 - f)),
    (relu, lambda a, f: step(a)),
    (sp.sin, lambda a, f: sp.cos(a)),
    (lambda a: a**3 + sp.sqrt(2 + a**2), lambda a, f: 3 * a**2 + a / sp.sqrt(2 + a**2)),
], ids=["tanh", "sigmoid", "relu", "sin", "powers"])
def test_right_gradients_pass_by_both_differences(function, derivative):
    report = gradient_report(network(function, derivative), L, GROUPS)
    assert report.passed
    assert all(g.complex_step < 1e-11 for g in report.groups)


def entries():
    _, groups, _ = softmax_layer()
    return [pytest.param(g, id=g.name) for group in groups.values() for _, g in group]


@pytest.mark.parametrize("targets_one_hot", [False, True], ids=["any-y", "one-hot"])
@pytest.mark.parametrize("entry", entries())
def test_one_part_in_a_thousand_in_any_entry_fails(entry, targets_one_hot):
    assignments, groups, targets = softmax_layer()
    given = (targets,) if targets_one_hot else ()
    assert gradient_report(assignments, L, groups, targets=given).passed
    copied = [Assignment(a.symbol, a.expr) for a in assignments]
    report = gradient_report(
        spoiled(copied, entry, lambda e: e * sp.Rational(1001, 1000)), L, groups, targets=given
    )
    assert not report.passed
    wrong = {g.group for g in report.groups if not g.passed}
    assert next(name for name, pairs in groups.items() if any(g == entry for _, g in pairs)) in wrong


def test_an_error_in_an_entry_a_million_times_smaller_than_its_group_fails():
    tiny, big = symbol("t"), symbol("g")
    pairs = {"p": ((tiny, derivative_symbol(L, tiny)), (big, derivative_symbol(L, big)))}

    def claims(factor):
        return [Assignment(L, tiny * y / 10**6 + big * y), Assignment(derivative_symbol(L, big), y),
                Assignment(derivative_symbol(L, tiny), factor * y / 10**6)]

    assert gradient_report(claims(sp.Integer(1)), L, pairs).passed
    assert not gradient_report(claims(sp.Rational(1001, 1000)), L, pairs).passed


def test_a_gradient_that_holds_only_for_one_hot_targets_passes_there_only():
    assignments, groups, targets = softmax_layer()
    for k, t in enumerate(targets, start=1):
        claim, at = symbol(f"yhat_{k}") - t, derivative_symbol(L, symbol(f"c_{k}"))
        assignments = spoiled(assignments, at, lambda e, claim=claim: claim)
    assert gradient_report(assignments, L, groups, targets=(targets,)).passed
    assert not gradient_report(assignments, L, groups).passed


def test_a_zero_gradient_with_rounding_in_it_passes_and_a_wrong_zero_fails():
    assignments, groups, _ = softmax_layer(n=1)
    assert gradient_report(assignments, L, groups).passed
    wrong = spoiled(network(), dw, lambda e: sp.Integer(0))
    assert not gradient_report(wrong, L, GROUPS).passed


@pytest.mark.parametrize("at", [L, dw], ids=["loss", "claim"])
@pytest.mark.parametrize("bad", [sp.log(-1 - x**2), 1 / (x - x * 1.0)], ids=["nan", "infinity"])
def test_what_is_not_finite_fails(at, bad):
    report = gradient_report(spoiled(network(), at, lambda e: e + bad), L, GROUPS)
    assert not report.passed
    assert None in report.by_method()["complex-step"].values()


def test_no_group_is_no_pass():
    assert not gradient_report(network(), L, {}).passed


def test_a_computed_symbol_is_no_parameter():
    with pytest.raises(UsageError, match="computed"):
        gradient_report(network(), L, {"h": ((h1, H1),)})


def test_the_same_seed_gives_the_same_report_and_another_seed_other_points():
    first, again, other = (gradient_report(network(), L, GROUPS, seed=s) for s in (1, 1, 2))
    assert first == again
    assert first.groups != other.groups


def test_what_is_shown_does_not_depend_on_the_last_bits():
    shown = gradient_report(network(), L, GROUPS).by_method()
    assert shown["complex-step"] == {"w": 1e-12, "b": 1e-12}
    assert all(len(f"{v:g}") <= 7 for v in shown["central"].values())


def test_two_thousand_assignments_compile_in_seconds():
    others = [symbol(f"i_{j}") for j in range(4)]
    rows, previous = [], x
    for k in range(2000):
        rows.append(Assignment(symbol(f"z_{k}"), w * previous + sp.Add(*others)))
        previous = rows[-1].symbol
    start = time.perf_counter()
    f = lambdify(rows, [w, x, *others], [previous])
    assert np.isfinite(f(np.full(6, 0.1)))
    assert time.perf_counter() - start < 10
