"""Claims: their instances, the weakest hypothesis for all of them, and what a failure shows."""

from __future__ import annotations

from functools import cache

import pytest
from sympy import Rational

from bptt_sym.claims import Outcome, Setting, examine, instances, judge
from bptt_sym.errors import IllTyped, Unreadable
from bptt_sym.meaning.scope import Memory
from bptt_sym.network.library import load_network
from bptt_sym.proof import replay
from bptt_sym.written.nodes import Chain
from bptt_sym.written.reader import read, read_statement


@cache
def setting(steps: int) -> Setting:
    return Setting.of(load_network("elman"), {"x": 2, "h": 3, "o": 3}, steps, certifying=True)


def claim(latex: str, steps: int = 3) -> Outcome:
    statement = read_statement(latex)
    chain = statement.body
    assert isinstance(chain, Chain)
    return judge(chain.items[0], chain.items[1], setting(steps), statement.conditions)


# fmt: off
HYPOTHESES = (
    (r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} \sum_k y_k^{(t)} - y_i^{(t)}", ""),
    (r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} - y_i^{(t)}", "sum_y"),
    (r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} - \mathbf 1_{i = y^{(t)}}", "one_hot"),
    (r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} - \mathbf 1_{i, y^{(t)}}", "one_hot"),
    (r"\mathbf 1_{i = y^{(t)}} = y_i^{(t)}", "one_hot"),
    (r"\sum_i y_i^{(t)} = 1", "sum_y"),
    (r"(y_i^{(t)})^2 = y_i^{(t)}", "one_hot"),
    (r"y_1^{(t)} y_2^{(t)} = 0", "one_hot"),
    (r"\sum_i \hat y_i^{(t)} = 1", ""),
    (r"L^{(t)} = -\ln(\sum_i y_i^{(t)} \hat y_i^{(t)})", "one_hot"),
    (r"\hat y_1^{(1)}(y_1^{(1)} + y_2^{(1)} + y_3^{(1)}) - y_1^{(1)} = \hat y_1^{(1)} - y_1^{(1)}", "sum_y"),
)
# fmt: on


@pytest.mark.parametrize(("latex", "given"), HYPOTHESES, ids=[row[0] for row in HYPOTHESES])
def test_the_weakest_hypothesis_is_named(latex: str, given: str) -> None:
    found = claim(latex)
    assert (found.word, found.given) == ("proved", given)


@pytest.mark.parametrize(
    "latex",
    [
        r"\sum_i y_i^{(t)} = 2",
        r"y_1^{(t)} = 1",
        r"y_1^{(1)} = y_1^{(2)}",
        r"y_i^{(t)} = \hat y_i^{(t)}",
        r"(y_i^{(t)})^2 = 1 - y_i^{(t)}",
    ],
)
def test_no_hypothesis_makes_a_wrong_line_right(latex: str) -> None:
    assert claim(latex).word == "refuted"


def test_a_cancelled_zero_divisor_proves_nothing() -> None:
    zero = r"(h_1^{(1)} - \tanh(a_1^{(1)}))"
    assert claim(rf"\frac{{{zero}}}{{{zero}}} = 1").word == "undecided"
    assert claim(rf"{zero} \cdot 2 = {zero}").word == "proved"


def test_a_divisor_that_vanishes_for_some_one_hot_target_is_named() -> None:
    found = claim(r"\frac{y_1^{(1)} \hat y_1^{(1)}}{y_1^{(1)}} = \hat y_1^{(1)}")
    assert found.word == "proved"
    assert "y_1^(1)" in found.message


def test_every_proof_can_be_replayed() -> None:
    for latex, given in HYPOTHESES:
        certificates = claim(latex).certificates
        assert certificates
        for certificate in certificates:
            assert replay(certificate, setting(3).differential)
            assert certificate.given in ("", "sum_y", "one_hot")[: ("", "sum_y", "one_hot").index(given) + 1]


@pytest.mark.parametrize(
    ("latex", "count"),
    [
        (r"h_i^{(t)} = \tanh(a_i^{(t)})", 9),
        (r"h^{(t)} = \tanh(a^{(t)})", 9),
        (r"h_1^{(t)} = \tanh(a_1^{(t)})", 3),
        (r"L = \sum_t L^{(t)}", 1),
        (r"\frac{\partial h_i^{(t+1)}}{\partial a_i^{(t+1)}} = 1 - (h_i^{(t+1)})^2", 6),
        (r"w_{ij} = w_{ij}", 9),
        (r"h_i^{(t)} = \tanh(a_i^{(t)}), \quad i > 1", 6),
        (r"h_i^{(t)} = \tanh(a_i^{(t)}), \quad t < \tau", 6),
    ],
)
def test_a_claim_has_the_instances_that_exist(latex: str, count: int) -> None:
    found = claim(latex)
    assert (found.word, found.instances) == ("proved", count)


def test_a_claim_about_steps_without_an_instance_is_vacuous_and_not_proved() -> None:
    recursion = r"\nabla_{h^{(t)}} L = \nabla_{h^{(t+1)}} L"
    found = claim(recursion, steps=1)
    assert (found.word, found.vacuous, found.instances) == ("unreadable", True, 0)
    assert claim(recursion, steps=2).word == "refuted"
    other = claim(r"h_9^{(1)} = h_9^{(1)}")
    assert (other.word, other.vacuous) == ("unreadable", False)


def test_free_letters_are_bound_in_every_way() -> None:
    bindings = list(instances((read(r"w_{ij} x_j^{(t)}"),), setting(3).scope))
    assert len(bindings) == 3 * 3 * 3
    assert bindings[0] == {"i": 1, "j": 1, "t": 1}


def test_what_fails_shows_the_instance_a_rational_point_and_both_sides() -> None:
    found = claim(r"h_i^{(t)} = \tanh(a_i^{(t)}) + \delta_{i1} x_1^{(1)}")
    assert found.word == "refuted"
    assert {dict(failing.binding)["i"] for failing in found.failing} == {1}
    assert len(found.failing) == 3
    assert "3 of 9" in found.message
    assert found.witness is not None
    assert found.witness.lhs != found.witness.rhs
    assert all(Rational(value).q < 10**4 for _, value in found.witness.point)


def test_a_witness_has_a_one_hot_target() -> None:
    found = claim(r"\frac{\partial L}{\partial o_1^{(1)}} = \hat y_1^{(1)} + y_1^{(1)}")
    assert found.witness is not None
    target = [value for s, value in found.witness.point if s.name.startswith("y_") and s.name.endswith("^(1)")]
    assert sorted(target) in (["0", "1"], ["0", "0", "1"], ["1"], ["0"])


def test_a_local_definition_is_known_to_what_follows_only() -> None:
    left, right = read("S"), read(r"\sum_k \exp(o_k^{(\tau)})")
    known = setting(3).with_definition(left, right)
    chain = read_statement(r"\hat y_1^{(\tau)} S = \exp(o_1^{(\tau)})").body
    assert isinstance(chain, Chain)
    assert judge(chain.items[0], chain.items[1], known).word == "proved"
    assert judge(chain.items[0], chain.items[1], setting(3)).word == "unreadable"


def test_an_expression_that_asserts_nothing_is_read_for_its_shapes() -> None:
    examine(read(r"V h^{(t)} + c"), setting(3))
    with pytest.raises(IllTyped):
        examine(read(r"V x^{(t)}"), setting(3))
    with pytest.raises(Unreadable):
        examine(read(r"V q^{(t)}"), setting(3))


def test_what_was_evaluated_last_is_forgotten_where_a_definition_changes_it() -> None:
    """The right side of one line is the left one of the next; its meaning must not outlive its setting."""
    side, zero, one = read("q"), read("0"), read("1")
    first = setting(2).with_definition(read("q"), read("L - L"))
    assert judge(zero, side, first).word == "proved"
    second = first.with_definition(read("q"), read("1"))
    assert (judge(side, one, second).word, judge(side, zero, second).word) == ("proved", "refuted")
    assert judge(side, zero, first).word == "proved"


def test_a_side_means_something_else_in_other_instances() -> None:
    """`i` is free in the first line and bound to its range by it; the next line has fewer free letters."""
    left, middle, right = read(r"h_i^{(t)}"), read(r"\tanh(a_i^{(t)})"), read(r"\tanh(a_1^{(t)})")
    here = setting(2)
    assert judge(left, middle, here).word == "proved"
    assert judge(middle, right, here).word == "refuted"
    assert judge(read(r"h_1^{(t)}"), right, here).word == "proved"


def test_a_memory_keeps_the_node_it_knows_something_of_and_is_bounded() -> None:
    memory: Memory[int] = Memory()
    memory.LARGEST = 3
    nodes = [read(f"h_{k}") for k in range(5)]
    for k, node in enumerate(nodes):
        assert memory.keep(node, k) == k
        assert memory[id(node)] == (node, k)
    assert len(memory) == 2
