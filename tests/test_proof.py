"""The exact decider: what is proved, under which hypothesis, what is refuted, and what stays undecided.

Legend: a pre-activation, h state, o output, p = ŷ, y target; J is the loss, dJ/dx its derivative.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp
from sympy import Expr, Symbol

from bptt_sym.network.graph import Application, Assignment, Graph
from bptt_sym.primitives import ELEMENTWISE, Primitive, relu, step
from bptt_sym.proof import (
    Certificate,
    Limits,
    Proved,
    Prover,
    Refuted,
    Rewrite,
    Undecided,
    Verdict,
    decide,
    replay,
)
from bptt_sym.proof import granted as granted_laws
from bptt_sym.proof import laws as proof_laws
from bptt_sym.symbols import symbol

NX, NH, NO, TAU = 2, 3, 3, 2
X, H, O, T = (  # noqa: E741
    range(1, n + 1) for n in (NX, NH, NO, TAU)
)


def at(name: str, t: int | None = None, *index: int) -> Symbol:
    """The symbol of a name at a step, with components: h_1^(2) for "h", 2, 1."""
    text = name + ("_" + "".join(map(str, index)) if index else "")
    return symbol(text if t is None else f"{text}^({t})")


def d(node: Symbol) -> Symbol:
    return symbol(f"dJ/d{node.name}")


def a(i: int, t: int) -> Symbol:
    return at("a", t, i)


def h(i: int, t: int) -> Symbol:
    return at("h", t, i)


def o(k: int, t: int) -> Symbol:
    return at("o", t, k)


def p(k: int, t: int) -> Symbol:
    return at("p", t, k)


def y(k: int, t: int) -> Symbol:
    return at("y", t, k)


def w(i: int, j: int) -> Symbol:
    return at("w", None, i, j)


def u(i: int, j: int) -> Symbol:
    return at("u", None, i, j)


def v(k: int, i: int) -> Symbol:
    return at("v", None, k, i)


def affine(i: int, t: int, before: list[Expr]) -> Expr:
    terms = [w(i, j) * before[j - 1] for j in H] + [u(i, j) * at("x", t, j) for j in X]
    return sp.Add(at("b", None, i), *terms)


def forward(t: int) -> tuple[list[Assignment], list[Application]]:
    before = [h(j, t - 1) for j in H]
    out = [Assignment(a(i, t), affine(i, t, before)) for i in H]
    out += [Assignment(h(i, t), sp.tanh(a(i, t))) for i in H]
    out += [Assignment(o(k, t), at("c", None, k) + sp.Add(*[v(k, i) * h(i, t) for i in H])) for k in O]
    total = sp.Add(*[sp.exp(o(k, t)) for k in O])
    out += [Assignment(p(k, t), sp.exp(o(k, t)) / total) for k in O]
    out.append(Assignment(at("J", t), -sp.Add(*[y(k, t) * sp.log(p(k, t)) for k in O])))
    applied = [Application("tanh", (a(i, t),), (h(i, t),)) for i in H]
    applied.append(Application("softmax", tuple(o(k, t) for k in O), tuple(p(k, t) for k in O)))
    return out, applied


def backward(t: int) -> list[Assignment]:
    out = [Assignment(d(p(k, t)), -y(k, t) / p(k, t)) for k in O]
    for k in O:
        terms = [d(p(i, t)) * p(i, t) * (int(i == k) - p(k, t)) for i in O]
        out.append(Assignment(d(o(k, t)), sp.Add(*terms)))
    for i in H:
        paths = [d(o(k, t)) * v(k, i) for k in O]
        paths += [d(a(j, t + 1)) * w(j, i) for j in H] if t < TAU else []
        out.append(Assignment(d(h(i, t)), sp.Add(*paths)))
    out += [Assignment(d(a(i, t)), d(h(i, t)) * (1 - h(i, t) ** 2)) for i in H]
    return out


def elman() -> Graph:
    """The RNN with softmax and log-likelihood, its derivatives added by hand, one level deep."""
    assignments: list[Assignment] = []
    applications: list[Application] = []
    for t in T:
        nodes, applied = forward(t)
        assignments += nodes
        applications += applied
    assignments.append(Assignment(at("J"), sp.Add(*[at("J", t) for t in T])))
    for t in reversed(T):
        assignments += backward(t)
    for i in H:
        assignments += [
            Assignment(d(w(i, j)), sp.Add(*[d(a(i, t)) * h(j, t - 1) for t in T])) for j in H
        ]
    for k in O:
        assignments += [Assignment(d(v(k, i)), sp.Add(*[d(o(k, t)) * h(i, t) for t in T])) for i in H]
    targets = tuple(tuple(y(k, t) for k in O) for t in T)
    return Graph(tuple(assignments), tuple(applications), targets)


def down_to_inputs() -> tuple[Expr, list[Expr]]:
    """dJ/dw_12 and ŷ^(2) written completely down to parameters, inputs, targets and h^(0)."""
    states: list[list[Expr]] = [[h(j, 0) for j in H]]
    probabilities: list[list[Expr]] = [[]]
    for t in T:
        states.append([sp.tanh(affine(i, t, states[-1])) for i in H])
        outputs = [at("c", None, k) + sp.Add(*[v(k, i) * states[-1][i - 1] for i in H]) for k in O]
        total = sp.Add(*[sp.exp(e) for e in outputs])
        probabilities.append([sp.exp(e) / total for e in outputs])
    errors = [[]] + [[probabilities[t][k - 1] - y(k, t) for k in O] for t in T]
    last = [sp.Add(*[v(k, i) * errors[2][k - 1] for k in O]) * (1 - states[2][i - 1] ** 2) for i in H]
    first = sp.Add(*[v(k, 1) * errors[1][k - 1] for k in O], *[w(j, 1) * last[j - 1] for j in H])
    return last[0] * states[1][1] + first * (1 - states[1][0] ** 2) * h(2, 0), probabilities[2]


GRAPH = elman()
PROVER = Prover(GRAPH)
q, r = symbol("q"), symbol("r")
S1 = sp.Add(*[sp.exp(o(k, 1)) for k in O])
Y1 = y(1, 1) + y(2, 1) + y(3, 1)
DW, P2 = down_to_inputs()


def given_of(verdict: Verdict) -> str:
    assert isinstance(verdict, Proved), verdict
    assert replay(verdict.certificate, GRAPH)
    return verdict.given


# fmt: off
PROVED = [
    # the derivatives, one or two levels deep
    (d(w(1, 2)), sp.Add(*[(1 - h(1, t)**2) * d(h(1, t)) * h(2, t - 1) for t in T]), ""),
    (d(h(2, 1)),
     sp.Add(*[w(j, 2) * (1 - h(j, 2)**2) * d(h(j, 2)) for j in H], *[v(k, 2) * d(o(k, 1)) for k in O]), ""),
    (d(h(1, 2)), sp.Add(*[v(k, 1) * (p(k, 2) - y(k, 2)) for k in O]), "sum_y"),
    (d(o(1, 1)), p(1, 1) * Y1 - y(1, 1), ""),
    (d(o(1, 1)), p(1, 1) - y(1, 1), "sum_y"),
    (d(v(2, 1)), sp.Add(*[(p(2, t) - y(2, t)) * h(1, t) for t in T]), "sum_y"),
    # the hypotheses
    (p(1, 1) * Y1 - y(1, 1), p(1, 1) - y(1, 1), "sum_y"),
    (Y1 * q, q, "sum_y"),
    (y(1, 1) * y(2, 1), sp.Integer(0), "one_hot"),
    (y(1, 1) * y(2, 1) * y(1, 2), sp.Integer(0), "one_hot"),
    (y(2, 1)**3, y(2, 1), "one_hot"),
    (sp.log(1 + y(1, 1)), y(1, 1) * sp.log(2), "one_hot"),
    (sp.log(y(1, 1) + 2*y(2, 1) + 4*y(3, 1)), (y(2, 1) + 2*y(3, 1)) * sp.log(2), "one_hot"),
    (1 / (1 + y(1, 1)), 1 - y(1, 1) / 2, "one_hot"),
    (sp.exp(q * y(1, 1)), 1 + y(1, 1) * (sp.exp(q) - 1), "one_hot"),
    (sp.exp(q * Y1), sp.exp(q), "sum_y"),
    (1 / (y(1, 1) + y(2, 1)), 1 / (1 - y(3, 1)), "sum_y"),
    # softmax
    (p(1, 1) + p(2, 1) + p(3, 1), sp.Integer(1), ""),
    (sp.exp(o(1, 1)) / S1, p(1, 1), ""),
    (sp.exp(o(1, 1) - o(2, 1)), p(1, 1) / p(2, 1), ""),
    (sp.log(p(1, 1)), o(1, 1) - sp.log(S1), ""),
    (sp.log(p(3, 1)), o(3, 1) - sp.log(S1), ""),
    (sp.log(1 - p(1, 1) - p(2, 1)), sp.log(p(3, 1)), ""),
    (at("J", 1), sp.Add(*[-y(k, 1) * (o(k, 1) - sp.log(S1)) for k in O]), ""),
    (sp.exp(o(1, 1)) / (sp.exp(o(1, 1)) + sp.exp(o(2, 1))), p(1, 1) / (1 - p(3, 1)), ""),
    (-p(1, 1) * (v(1, 1) * (p(1, 1) - 1) + v(2, 1) * p(2, 1) + v(3, 1) * p(3, 1)),
     (v(1, 1) * sp.exp(o(1, 1)) * S1
      - sp.Add(*[v(k, 1) * sp.exp(o(k, 1)) for k in O]) * sp.exp(o(1, 1))) / S1**2, ""),
    # tanh, exp, ln, powers
    (sp.tanh(a(1, 1)), h(1, 1), ""),
    (sp.tanh(-a(1, 1)), -h(1, 1), ""),
    (sp.exp(2 * a(1, 1)), (1 + h(1, 1)) / (1 - h(1, 1)), ""),
    ((sp.exp(a(1, 1)) - sp.exp(-a(1, 1))) / (sp.exp(a(1, 1)) + sp.exp(-a(1, 1))), h(1, 1), ""),
    (4 / (sp.exp(a(1, 1)) + sp.exp(-a(1, 1)))**2, 1 - h(1, 1)**2, ""),
    (sp.log(1 - h(1, 1)**2), sp.log(1 - h(1, 1)) + sp.log(1 + h(1, 1)), ""),
    (sp.exp(q) * sp.exp(r - q), sp.exp(r), ""),
    (sp.exp(at("c", None, 1)) * sp.exp(o(1, 1) - at("c", None, 1)), p(1, 1) * S1, ""),
    (sp.exp(sp.log(q) / 2), sp.sqrt(q), ""),
    (sp.log(q**3), 3 * sp.log(q), ""),
    (sp.log(12 * sp.exp(q)), 2 * sp.log(2) + sp.log(3) + q, ""),
    (sp.sqrt(4 * p(1, 1)), 2 * sp.sqrt(p(1, 1)), ""),
    (sp.sqrt(1 - h(1, 1)**2)**4, (1 - h(1, 1)**2)**2, ""),
    (sp.sqrt(8), 2 * sp.sqrt(2), ""),
    (p(1, 1)**q, sp.exp(q * sp.log(p(1, 1))), ""),
    (sp.tanh(q), (sp.exp(2 * q) - 1) / (sp.exp(2 * q) + 1), ""),
    (sp.cosh(q)**2 - sp.sinh(q)**2, sp.Integer(1), ""),
    (sp.sin(a(1, 1))**2 + sp.cos(affine(1, 1, [h(j, 0) for j in H]))**2, sp.Integer(1), ""),
    (relu(q), q * step(q), ""), (step(q)**2, step(q), ""), (relu(q) - relu(-q), q, ""),
    (relu(2 * q), 2 * relu(q), ""), (relu(q) * step(q), relu(q), ""),
    (q**r, sp.exp(r * sp.log(q)), ""),
    ((q + r)**sp.Rational(3, 2), q * sp.sqrt(q + r) + r * sp.sqrt(q + r), ""),
    (sp.exp(o(1, 1) / 2)**3, sp.sqrt(p(1, 1) * S1)**3, ""),
    (sp.exp(sp.Rational(3, 2)) * sp.exp(sp.Rational(-1, 2)), sp.E, ""),
    (sp.exp(-1 / (2 * y(3, 1)**2)), sp.exp(-1 / (2 * (1 - y(1, 1) - y(2, 1))**2)), "sum_y"),
    (relu(p(1, 1) + p(3, 1) - q), relu(1 - p(2, 1) - q), ""),
    (sp.cosh(sp.pi) * q, q * (sp.exp(sp.pi) + sp.exp(-sp.pi)) / 2, ""),
    # written down to the inputs
    (P2[0], p(1, 2), ""),
    (d(w(1, 2)), DW, "sum_y"),
]
REFUTED = [
    (d(w(1, 2)), sp.Add(*[-(1 - h(1, t)**2) * d(h(1, t)) * h(2, t - 1) for t in T])),   # sign
    (d(w(1, 2)), sp.Add(*[(1 - h(2, t)**2) * d(h(1, t)) * h(2, t - 1) for t in T])),    # index
    (d(w(1, 2)), sp.Add(*[(1 - h(1, t)**2) * d(h(2, t)) * h(1, t - 1) for t in T])),    # swapped factor
    (d(w(1, 2)), (1 - h(1, 2)**2) * d(h(1, 2)) * h(2, 1)),                              # dropped term
    (d(w(1, 2)), sp.Add(*[(1 - h(1, t)**2) * d(h(1, t)) * h(2, t) for t in T])),        # step
    (d(w(1, 2)), sp.Add(*[(1 - h(1, t)) * d(h(1, t)) * h(2, t - 1) for t in T])),       # power
    (d(o(1, 1)), y(1, 1) - p(1, 1)),
    (d(o(1, 1)), p(2, 1) - y(1, 1)),
    (d(o(1, 1)), p(1, 1) - y(1, 2)),
    (d(h(2, 1)), sp.Add(*[v(k, 2) * d(o(k, 1)) for k in O])),                           # missing path
    (p(1, 1) + p(2, 1), sp.Integer(1)),
    (sp.exp(2 * a(1, 1)), (1 - h(1, 1)) / (1 + h(1, 1))),
    (sp.exp(a(1, 1)), (1 + h(1, 1)) / (1 - h(1, 1))),
    (sp.log(q**2 + r), 2 * sp.log(q)),
    (sp.sqrt(q**2), q),
    (relu(q), q),
    (step(q), sp.Integer(1)),
    (y(1, 1) * y(2, 1), y(1, 1)),
    (sp.log(1 + y(1, 1)), y(1, 1)),
    (y(1, 1), y(2, 1)),
    (y(1, 1) * y(1, 2), y(1, 1)),
    (d(w(1, 2)), DW + at("x", 1, 1) * sp.Rational(1, 10**40)),                          # only many bits tell
]
# fmt: on


@pytest.mark.parametrize(("lhs", "rhs", "given"), PROVED)
def test_proves_with_the_weakest_hypothesis_and_a_certificate_that_replays(
    lhs: Expr, rhs: Expr, given: str
) -> None:
    assert given_of(PROVER.decide(lhs, rhs)) == given
    assert given_of(PROVER.decide(rhs, lhs)) == given


@pytest.mark.parametrize(("lhs", "rhs"), REFUTED)
def test_wrong_siblings_are_refuted_at_a_one_hot_point(lhs: Expr, rhs: Expr) -> None:
    verdict = PROVER.decide(lhs, rhs)
    assert isinstance(verdict, Refuted), verdict
    values = dict(verdict.witness.point)
    for group in GRAPH.targets:
        chosen = [values[s] for s in group if s in values]
        assert set(chosen) <= {"0", "1"}
        assert chosen.count("1") <= 1


@pytest.mark.parametrize(("lhs", "rhs", "given"), [row for row in PROVED if row[2]])
def test_proved_sides_moved_apart_by_a_hair_are_refuted(lhs: Expr, rhs: Expr, given: str) -> None:
    """No proof goes through for lhs = rhs + 10⁻³⁰, whatever the hypothesis."""
    assert isinstance(PROVER.decide(lhs, rhs + sp.Rational(1, 10**30)), Refuted)


def test_a_divisor_that_is_zero_everywhere_proves_nothing() -> None:
    """(h − tanh a)/(h − tanh a) = 1 has equal normal forms."""
    zero = h(1, 1) - sp.tanh(a(1, 1))
    assert isinstance(PROVER.decide(zero / zero, sp.Integer(1), divisors=[zero]), Undecided)
    assert isinstance(PROVER.decide(q / zero, q / zero), Undecided)
    assert isinstance(PROVER.decide(q, q, divisors=[zero]), Undecided)
    assert zero.args[0].name in PROVER.decide(q, q, divisors=[zero]).why  # type: ignore[union-attr]


def test_a_divisor_that_no_point_of_the_hypothesis_allows_proves_nothing() -> None:
    """1/(Σy − 1) and 1/(y_1 y_2) have no value where the hypothesis that the claim needs holds."""
    assert isinstance(PROVER.decide(Y1 * q, q, divisors=[Y1 - 1]), Undecided | Refuted)
    one_hot_only = PROVER.decide(y(1, 1) ** 2, y(1, 1), divisors=[y(1, 1) * y(2, 1)])
    assert isinstance(one_hot_only, Undecided)


def test_a_divisor_that_vanishes_for_some_one_hot_target_is_named() -> None:
    verdict = PROVER.decide(q * y(1, 1) / y(1, 1), q, divisors=[y(1, 1)])
    assert isinstance(verdict, Proved)
    assert str(y(1, 1)) in verdict.note
    assert not PROVER.decide(q / p(1, 1), q / p(1, 1), divisors=[p(1, 1)]).note  # type: ignore[union-attr]


def test_a_logarithm_needs_a_positive_argument() -> None:
    assert isinstance(PROVER.decide(q, q, positives=[-(q**2)]), Undecided)
    assert isinstance(PROVER.decide(sp.log(-(q**2)), sp.log(-(q**2))), Undecided)
    assert isinstance(PROVER.decide(q, q, positives=[1 + q**2]), Proved)


def test_an_indicator_presumes_one_hot() -> None:
    assert given_of(PROVER.decide(q + q, 2 * q, presumes_one_hot=True)) == "one_hot"
    assert isinstance(PROVER.decide(q, 2 * q, presumes_one_hot=True), Refuted)


def test_limits_give_undecided_only() -> None:
    limits = Limits(work=50)
    verdict = Prover(GRAPH, limits).decide(d(w(1, 2)), DW)
    assert isinstance(verdict, Undecided)
    assert "limit" in verdict.why
    assert isinstance(Prover(GRAPH, limits).decide(d(w(1, 2)), -DW), Refuted)
    assert isinstance(PROVER.decide((q + 1) ** 9000, (q + 1) ** 9000 + r - r * q / q), Proved | Undecided)


def test_too_many_one_hot_cases_give_undecided() -> None:
    prover = Prover(GRAPH, Limits(cases=2))
    assert isinstance(prover.decide(sp.log(1 + y(1, 1)), y(1, 1) * sp.log(2)), Undecided)


def test_what_nothing_is_known_of_is_never_proved_by_guessing() -> None:
    f = sp.Function("f")
    assert isinstance(PROVER.decide(f(q), f(q)), Undecided)
    assert isinstance(PROVER.decide(sp.I * q, sp.I * q), Undecided)
    assert isinstance(PROVER.decide(sp.zoo, sp.zoo), Undecided)


def test_deep_nesting_is_undecided_not_a_crash() -> None:
    deep: Expr = q
    for _ in range(2000):
        deep = sp.sin(deep + 1, evaluate=False)
    assert isinstance(PROVER.decide(deep, q), Undecided)


def test_many_steps_do_not_recurse() -> None:
    """A chain of 900 nodes is evaluated and unfolded."""
    chain = [Assignment(symbol(f"z{t}"), symbol(f"z{t - 1}") * q + r) for t in range(1, 901)]
    graph = Graph(tuple(chain))
    last = symbol("z900")
    assert isinstance(decide(last, symbol("z899") * q + r, graph), Proved)
    assert isinstance(decide(last, symbol("z899") * q - r, graph), Refuted)


def test_the_same_claim_has_the_same_certificate_whatever_came_before() -> None:
    claim = (sp.log(p(1, 1)), o(1, 1) - sp.log(S1))
    assert PROVER.decide(*claim) == Prover(GRAPH).decide(*claim)
    refuted = (d(w(1, 2)), d(w(1, 1)))
    assert PROVER.decide(*refuted) == Prover(GRAPH).decide(*refuted)


def test_an_application_that_contradicts_the_definitions_is_not_used() -> None:
    """The node h := sin a declared as tanh: exp(2a) = (1 + h)/(1 − h) isn't proved."""
    lie = Graph((Assignment(q, sp.sin(r)),), (Application("tanh", (r,), (q,)),))
    assert isinstance(decide(sp.exp(2 * r), (1 + q) / (1 - q), lie), Refuted)
    assert isinstance(decide(q, sp.sin(r), lie), Proved)


def planted(name: str) -> dict[str, object]:
    """The table with a wrong exponential law for tanh."""
    rows: dict[str, object] = dict(proof_laws.BY_NAME)
    row = rows[name]
    assert isinstance(row, Primitive)
    rows[name] = replace(row, exponential=(2, lambda f: (1 - f) / (1 + f)))
    return rows


def test_a_planted_unsound_law_is_caught_by_the_balls(monkeypatch: pytest.MonkeyPatch) -> None:
    """With exp(2a) = (1 − h)/(1 + h) in the table, neither the false nor a consequence is proved."""
    monkeypatch.setattr(proof_laws, "BY_NAME", planted("tanh"))
    prover = Prover(GRAPH)
    assert isinstance(prover.decide(sp.exp(2 * a(1, 1)), (1 - h(1, 1)) / (1 + h(1, 1))), Refuted)
    assert isinstance(prover.decide(sp.exp(2 * a(1, 1)), (1 + h(1, 1)) / (1 - h(1, 1))), Undecided)


def test_a_proof_that_values_contradict_is_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """If evaluation came out equal at first, the check after the proof still finds the difference."""
    prover = Prover(GRAPH)
    monkeypatch.setattr("bptt_sym.proof.unfolding.Unfolding.vanishes", lambda self, form: True)
    monkeypatch.setattr(prover, "_weakest", lambda claim: ("", True))
    assert isinstance(prover.decide(q, q + 1), Undecided)


def test_a_planted_unsound_law_is_caught_by_the_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    false = Certificate(
        sp.exp(2 * a(1, 1)), (1 - h(1, 1)) / (1 + h(1, 1)),
        (
            Rewrite("name", symbol("⟨1⟩"), sp.exp(a(1, 1))),
            Rewrite("name", symbol("⟨2⟩"), sp.exp(2 * a(1, 1))),
            Rewrite("power", symbol("⟨1⟩"), (1 - h(1, 1)) / (1 + h(1, 1))),
            Rewrite("exponents", symbol("⟨2⟩"), symbol("⟨1⟩") ** 2),
        ),
    )  # fmt: skip
    assert not replay(false, GRAPH)
    monkeypatch.setattr(granted_laws, "BY_NAME", planted("tanh"))
    assert replay(false, GRAPH), "the planted law is what this certificate needs"


@pytest.mark.parametrize(("lhs", "rhs", "given"), PROVED)
def test_tampered_certificates_are_rejected(lhs: Expr, rhs: Expr, given: str) -> None:
    """A changed side, or any one rewrite whose value is changed, is not replayed to a proof."""
    verdict = PROVER.decide(lhs, rhs)
    assert isinstance(verdict, Proved)
    certificate = verdict.certificate
    assert not replay(moved(certificate), GRAPH)
    for place, rewrite in enumerate(certificate.rewrites):
        if rewrite.law == "name":
            continue
        changed = replace(rewrite, replacement=rewrite.replacement + 1)
        rewrites = (*certificate.rewrites[:place], changed, *certificate.rewrites[place + 1 :])
        assert not replay(replace(certificate, rewrites=rewrites), GRAPH), rewrite


def moved(certificate: Certificate) -> Certificate:
    """The certificate, cases and all, for lhs = rhs + 1."""
    cases = tuple(moved(case) for case in certificate.cases)
    return replace(certificate, rhs=certificate.rhs + 1, cases=cases)


def test_a_certificate_without_its_hypothesis_or_a_case_is_rejected() -> None:
    needs_sum = PROVER.decide(Y1 * q, q)
    assert isinstance(needs_sum, Proved)
    assert not replay(replace(needs_sum.certificate, given=""), GRAPH)
    by_cases = PROVER.decide(sp.log(1 + y(1, 1)), y(1, 1) * sp.log(2))
    assert isinstance(by_cases, Proved)
    assert len(by_cases.certificate.cases) == NO
    assert not replay(replace(by_cases.certificate, cases=by_cases.certificate.cases[1:]), GRAPH)
    assert not replay(replace(by_cases.certificate, given="sum_y"), GRAPH)


CYCLE = (
    Rewrite("name", symbol("⟨1⟩"), sp.exp(symbol("⟨2⟩"))),
    Rewrite("name", symbol("⟨2⟩"), sp.exp(symbol("⟨1⟩"))),
)
FORGED = [
    (q, r, (Rewrite("definition", q, r),)),
    (q, r, (Rewrite("name", q, r),)),
    (q, r, (Rewrite("congruence", q, r),)),
    (q, r, (Rewrite("guess", q, r),)),
    (q, r, (Rewrite("normalised", q, r),)),
    (h(1, 1), h(2, 1), (Rewrite("congruence", h(1, 1), h(2, 1)),)),
    (y(1, 1), 1 - y(2, 1) - y(3, 1), (Rewrite("hypothesis", y(1, 1), 1 - y(2, 1) - y(3, 1)),)),
    (y(1, 1), sp.Integer(1), (Rewrite("case", y(1, 1), sp.Integer(1)),)),
    (q, q, CYCLE),
    (1 / (q - q + sp.Symbol("n") * 0 + r) - 1 / r, q, ()),
]


@pytest.mark.parametrize(("lhs", "rhs", "rewrites"), FORGED)
def test_forged_rewrites_are_rejected(lhs: Expr, rhs: Expr, rewrites: tuple[Rewrite, ...]) -> None:
    assert not replay(Certificate(lhs, rhs, rewrites), GRAPH)


def test_square_roots_are_not_split_over_signs() -> None:
    """√(q r) = √q √r is never refuted, √(q²) = q is, and a forged certificate for it is rejected."""
    name = Rewrite("name", symbol("⟨1⟩"), sp.sqrt(q**2))
    forged = Certificate(sp.sqrt(q**2), q, (name, Rewrite("root", symbol("⟨1⟩"), q)))
    assert not replay(forged, GRAPH)
    assert not isinstance(PROVER.decide(sp.sqrt(q * r), sp.sqrt(q) * sp.sqrt(r)), Refuted)


def elementwise_theory(row: Primitive) -> tuple[Graph, Symbol, Symbol]:
    """The graph n = f(m) with m = q r + r."""
    m, n = symbol("m"), symbol("n")
    graph = Graph(
        (Assignment(m, q * r + r), Assignment(n, row.build(m))), (Application(row.name, (m,), (n,)),)
    )
    return graph, m, n


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_every_primitive_is_recognised_at_its_node(row: Primitive) -> None:
    """f(m) and f(q r + r) are n; the derivative of the table is proved to be what SymPy differentiates."""
    graph, m, n = elementwise_theory(row)
    prover = Prover(graph)
    for argument in (m, q * r + r, r * (1 + q)):
        verdict = prover.decide(row.build(argument), n)
        assert isinstance(verdict, Proved), (argument, verdict)
        assert replay(verdict.certificate, graph)
    assert isinstance(prover.decide(row.build(m + 1) + q, n), Refuted)
    if row.name not in ("relu", "step"):
        derivative = prover.decide(sp.diff(row.build(m), m), row.derivative(m, n))
        assert isinstance(derivative, Proved), derivative
        assert replay(derivative.certificate, graph)
        assert isinstance(prover.decide(sp.diff(row.build(m), m) + r, row.derivative(m, n)), Refuted)


@pytest.mark.parametrize("count", [5, 12])
def test_a_sum_of_fractions_by_symbols_of_their_own_is_proved_part_by_part(count: int) -> None:
    """Over one common denominator twelve of them would have hundreds of thousands of terms."""
    units = range(count)
    a, d = sp.symbols(f"a_1:{count + 1}"), sp.symbols(f"d_1:{count + 1}")
    s = [1 / (1 + sp.exp(-x)) for x in a]
    slopes = [sp.exp(-x) / (1 + sp.exp(-x)) ** 2 for x in a]
    left = sp.Add(*[d[k] * (s[k] + a[k] * slopes[k]) for k in units])
    right = sp.Add(*[d[k] * s[k] * (1 + a[k] * (1 - s[k])) for k in units])
    verdict = PROVER.decide(left, right)
    assert isinstance(verdict, Proved)
    assert count > 5 or replay(verdict.certificate, GRAPH)
    assert isinstance(PROVER.decide(left, right + d[3] * s[4] * (1 - s[4])), Refuted)
    assert isinstance(PROVER.decide(left, right.subs(d[0], d[1])), Refuted)
