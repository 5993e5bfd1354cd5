"""Products whose page leaves the order of their factors open: read in the order in which they hold, one for a document."""

from __future__ import annotations

import pytest

from bptt_sym.check import check

NETWORK = r"\[ h_t = \tanh(W h_{t-1} + U x_t), \quad o_t = V h_t, \quad L_t = \frac12 \|o_t - y_t\|^2, \quad L = \sum_t L_t \] "
JACOBIANS = r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^{t} \frac{\partial h_j}{\partial h_{j-1}}"
WRITTEN_OUT = r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^{t} \operatorname{diag}(1 - h_j^2) W"
TURNED = r"\frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^{t} W \operatorname{diag}(1 - h_j^2)"
FALLING = r"\frac{\partial h_t}{\partial h_k} = \prod_{t \ge j > k} \frac{\partial h_j}{\partial h_{j-1}}"
BACKWARD = (
    r"\frac{\partial L_t}{\partial h_k} = \left(\prod_{j=k+1}^{t} W^\top \operatorname{diag}(1 - h_j^2)\right)"
    r" \frac{\partial L_t}{\partial h_t}, \quad k \le t"
)
PRODUCT, LATER, EARLIER = (
    r"\prod_{j=2}^{3} \frac{\partial h_j}{\partial h_{j-1}}",
    r"\frac{\partial h_3}{\partial h_2} \frac{\partial h_2}{\partial h_1}",
    r"\frac{\partial h_2}{\partial h_1} \frac{\partial h_3}{\partial h_2}",
)
WHOLE = r"\frac{\partial h_3}{\partial h_1}"


def entries(text: str) -> list[tuple[str, str]]:
    """Verdict and reading of what stands after the network."""
    return [(entry.verdict, entry.reading or "") for entry in check(NETWORK + text, suggestions=False).entries[4:]]


# fmt: off
DOCUMENTS = (
    (rf"$${JACOBIANS}$$", "proved"),
    (rf"$${WRITTEN_OUT}$$", "proved"),
    (rf"$${TURNED}$$", "refuted"),
    (rf"$${JACOBIANS}$$ $${WRITTEN_OUT}$$ $${FALLING}$$", "proved proved proved"),
    (rf"$${BACKWARD}$$", "proved"),
    (r"$P = " + PRODUCT + "$ $" + WHOLE + "= P$ $P = " + LATER + "$", "definition proved proved"),
    (r"$P = " + PRODUCT + "$ $" + WHOLE + "= P$ $P = " + EARLIER + "$", "definition unreadable proved"),
    (f"$${WHOLE} = {PRODUCT} = {LATER}$$", "proved proved"),
    # what is wrong isn't proved by two orders, one for each link
    (f"$${WHOLE} = {PRODUCT} = {EARLIER}$$", "refuted proved"),
    (f"$${EARLIER} = {PRODUCT} = {WHOLE}$$", "proved refuted"),
    (f"$${WHOLE} = {PRODUCT}$$ $${PRODUCT} = {EARLIER}$$", "unreadable proved"),
    (f"$${JACOBIANS}$$ $${WHOLE} = {PRODUCT} = {EARLIER}$$", "proved proved refuted"),
    (rf"$${JACOBIANS}$$ $${WRITTEN_OUT}$$ $${BACKWARD}$$", "proved proved unreadable"),
    (rf"The factors stand from left to right. $${JACOBIANS}$$", "refuted"),
    (r"$$\frac{\partial h_t}{\partial h_k} = \prod_{k < j \le t} \frac{\partial h_j}{\partial h_{j-1}}$$", "proved"),
    # from the last step down: the order is written
    (r"$$\frac{\partial L_t}{\partial h_k} = \left(\prod_{t \ge j > k} W^\top \operatorname{diag}(1 - h_j^2)\right) \frac{\partial L_t}{\partial h_t}$$", "refuted"),
)
# fmt: on


@pytest.mark.parametrize(("text", "verdicts"), DOCUMENTS)
def test_a_document_has_one_order_of_factors(text: str, verdicts: str) -> None:
    assert " ".join(verdict for verdict, _ in entries(text)) == verdicts


@pytest.mark.parametrize(("line", "told"), [
    (JACOBIANS, "the later factors of ∏ stand to the left"),
    (BACKWARD, "from left to right, in the order of its limits"),
    (FALLING, "from left to right, in the order of its limits"),
])
def test_a_product_of_matrices_says_in_which_order_it_is_read(line: str, told: str) -> None:
    ((verdict, reading),) = entries(f"$${line}$$")
    assert verdict == "proved"
    assert told in reading


def test_a_refutation_says_if_the_other_order_would_be_proved() -> None:
    entry = check(NETWORK + f"$${WHOLE} = {PRODUCT} = {EARLIER}$$", suggestions=False).entries[4]
    assert "in the opposite order it would be proved" in entry.message
