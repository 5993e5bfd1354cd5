"""What defines and what claims, and what a definition is good for."""

from __future__ import annotations

import pytest

from bptt_sym.check import check


def words(text: str) -> list[str]:
    return [entry.verdict for entry in check(text).entries]


def displayed(*formulas: str) -> str:
    return "\n".join(rf"\[ {formula} \]" for formula in formulas)


# fmt: off
EXPLAINED = (
    # what explains, and what looks like it and claims
    (r"\mathbf 1_{\text{condition}} = 1", r"\mathbf 1_{\text{condition}} = 2"),
    (r"\mathbf{1}_{\text{true}} = 1", r"\mathbf{1}_{\text{true}} = 0"),
    (r"\mathbf{1}_{\text{false}} = 0", r"\mathbf{1}_{\text{false}} = 1"),
    (r"\mathbb 1[A] = 1", r"\mathbb 1[A] = -1"),
    (r"\mathbf 1\{A\} = 1", r"\mathbf 1\{A\} = 3"),
    (r"[P] = 1", r"[P] = 2"),
    (r"\delta_{ij} = 1 \text{ if } i = j", r"\delta_{ij} = 1"),
    (r"\delta_{ij} = 0 \text{ for } i \ne j", r"\delta_{ij} = 0"),
    (r"\delta_{ij} = 0, \quad i \ne j", r"\delta_{ij} = 0, \quad i = j"),
    (r"\mathbf 1_{i = y} = \begin{cases} 1 & i = y \\ 0 & \text{otherwise} \end{cases}",
     r"\mathbf 1_{i = y^{(t)}} = 1"),
    (r"\mathbf 1_{i = y^{(t)}} = 1 \text{ if } i = y^{(t)}", r"\mathbf 1_{i, y^{(t)}} = 1"),
    (r"\delta_{ij} = \begin{cases} 1 & i = j \\ 0 & i \ne j \end{cases}",
     r"\delta_{ij} = \begin{cases} 0 & i = j \\ 1 & i \ne j \end{cases}"),
)
# fmt: on


@pytest.mark.parametrize(("explaining", "claiming"), EXPLAINED, ids=[row[0] for row in EXPLAINED])
def test_what_explains_a_notation_is_a_definition(explaining: str, claiming: str) -> None:
    (entry,) = check(displayed(explaining)).entries
    assert (entry.verdict, entry.message) == ("definition", "explains a notation")
    assert words(displayed(claiming))[0] in ("refuted", "unreadable")


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (r"\mathbf 1_{i, y^{(t)}} = 1", "refuted"),
        (r"\mathbf 1_{i = y^{(t)}} = 1", "refuted"),
        (r"[i = y^{(t)}] = 0", "refuted"),
        (r"\delta_{ij} = 0", "refuted"),
        (r"\delta_{ij} = \delta_{ji}", "proved"),
        (r"\delta_{ij} = [i = j]", "proved"),
        (r"\delta_{ij} = 1 - [i = j]", "refuted"),
        (r"[i = y^{(t)}] = y_i^{(t)}", "proved"),
        (r"[i = y^{(t)}] = \hat y_i^{(t)}", "refuted"),
    ],
)
def test_an_indicator_of_real_indices_is_claimed_about(line: str, verdict: str) -> None:
    assert words(displayed(line)) == [verdict]
