r"""Symbols defined by a recursion: `\delta^{(\tau)} = ...` and `\delta^{(t)} = ... \delta^{(t+1)} ...`, together."""

from __future__ import annotations

import pytest

from bptt_sym.check import Report, judge_document
from bptt_sym.check.setting import open_setting

LAST = r"\[ \delta^{(\tau)} = V^\top (\hat y^{(\tau)} - y^{(\tau)}) \]"
DIAGONAL = r"\[ D^{(t)} = \operatorname{diag}(1 - (h^{(t)})^2) \]"
ON = r"\[ \delta^{(t)} = W^\top D^{(t+1)} \delta^{(t+1)} + V^\top (\hat y^{(t)} - y^{(t)})@ \]"
CLAIM = r"\[ \nabla_{h^{(t)}} L = \delta^{(t)} \]"
FORGOTTEN = ON.replace("D^{(t+1)} ", "")
FORWARD = r"\[ P^{(0)} = I \] \[ P^{(t)} = \operatorname{diag}(1 - (h^{(t)})^2) W P^{(t-1)} \]"


def judged(text: str, steps: int = 3) -> Report:
    return judge_document(text, open_setting("elman", {"x": 2, "h": 3, "o": 2}, steps), file="notes", kind="tex")


def verdicts(text: str, steps: int = 3) -> list[str]:
    return [entry.verdict for entry in judged(text, steps).entries]


# fmt: off
ORDERS = (
    ("the last step first", DIAGONAL + LAST + ON), ("the last step last", DIAGONAL + ON + LAST),
    ("what it is made of in between", LAST + DIAGONAL + ON),
)
CONDITIONS = ("", r", \quad t < \tau", r"\quad t = \tau - 1, \dots, 1", r"\quad (t = 1, \dots, \tau - 1)", r"\text{ for } t < \tau")
# fmt: on


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("text", [row[1] for row in ORDERS], ids=[row[0] for row in ORDERS])
def test_both_lines_define_and_what_is_said_of_the_symbol_is_judged(text: str, condition: str) -> None:
    assert verdicts(text.replace("@", condition) + CLAIM) == ["definition"] * 3 + ["proved"]


def test_a_recursion_that_is_nearly_right_defines_something_else() -> None:
    assert verdicts(LAST + FORGOTTEN.replace("@", "") + CLAIM)[-1] == "refuted"
    assert verdicts(LAST.replace("- y", "+ y") + DIAGONAL + ON.replace("@", "") + CLAIM)[-1] == "refuted"


@pytest.mark.parametrize("steps", [1, 2])
def test_a_short_recursion_is_one_too(steps: int) -> None:
    assert verdicts(DIAGONAL + LAST + ON.replace("@", "") + CLAIM, steps)[-1] == "proved"
    assert verdicts(DIAGONAL + LAST.replace("V^", "-V^") + ON.replace("@", "") + CLAIM, steps)[-1] == "refuted"


def test_a_recursion_runs_forwards_too() -> None:
    right = r"\[ \frac{\partial h^{(t)}}{\partial h^{(0)}} = P^{(t)} \]"
    assert verdicts(FORWARD + right) == ["definition", "definition", "proved"]
    assert verdicts(FORWARD + right.replace("P^{(t)}", "P^{(t-1)}"))[-1] == "refuted"
    assert verdicts(FORWARD.replace("W P^{(t-1)}", "P^{(t-1)} W") + right)[-1] == "refuted"


# fmt: off
REFUSED = (
    ("nothing says where it begins", DIAGONAL + ON.replace("@", ""), "nothing says what"),
    ("nothing says how it goes on", LAST, "nothing says what"),
    ("steps left out", DIAGONAL + LAST + ON.replace("@", r", \quad t > 1"), "leaves steps out"),
    ("it never comes to where it begins", DIAGONAL + LAST + ON.replace("@", "").replace(r"\delta^{(t+1)}", r"\delta^{(t-1)}"), "every step"),
    ("it begins on the wrong side", FORWARD.replace("(0)", r"(\tau)"), "every step"),
)
# fmt: on


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_not_given_at_every_step_is_unreadable(text: str, said: str) -> None:
    report = judged(text + CLAIM)
    assert any(entry.verdict == "unreadable" and said in entry.message for entry in report.entries)
    assert report.entries[-1].verdict == "unreadable"


def test_a_second_beginning_is_a_claim() -> None:
    text = DIAGONAL + LAST + ON.replace("@", "")
    assert verdicts(text + LAST)[-1] == "definition"
    assert verdicts(text + LAST.replace("- y", "+ y"))[-1] == "refuted"
    assert verdicts(text + ON.replace("@", "").replace("t+1", r"t+1").replace("+ V", "- V"))[-1] in ("refuted", "unreadable")


def test_a_symbol_defined_at_every_step_is_not_defined_by_a_recursion() -> None:
    defined = r"\[ \delta^{(t)} = \nabla_{h^{(t)}} L \]"
    assert verdicts(defined + DIAGONAL + LAST + ON.replace("@", "")) == ["definition", "definition", "proved", "proved"]
    assert verdicts(defined + LAST + FORGOTTEN.replace("@", "")) == ["definition", "proved", "refuted"]
