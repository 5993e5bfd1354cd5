"""An index that stands twice on one side only is free where the text writes its sums, and not judged where it may not."""

from __future__ import annotations

import pytest

from bptt_sym.check import check

LEFT_OUT = r"\frac{\partial L}{\partial h_j^{(\tau)}} = \frac{\partial L}{\partial o_k^{(\tau)}} v_{kj}"
WRITTEN = r"\frac{\partial L}{\partial h_j^{(\tau)}} = \sum_k \frac{\partial L}{\partial o_k^{(\tau)}} v_{kj}"


@pytest.mark.parametrize(("text", "verdicts"), [
    (rf"$${LEFT_OUT}$$", ["unreadable"]),
    (rf"$${WRITTEN}$$", ["proved"]),
    (rf"$${WRITTEN}$$ so $${LEFT_OUT}$$", ["proved", "refuted"]),
    (rf"Repeated indices are summed over. $${WRITTEN}$$ so $${LEFT_OUT}$$", ["proved", "unreadable"]),
    (r"$\nabla_W L = \nabla_{a^{(t)}} L \; h^{(t-1)\top}$", ["refuted"]),
    (r"$\delta_{ii} \hat y_i^{(t)} = \hat y_i^{(t)}$", ["proved"]),
    (r"$L \hat y_j^{(1)} (1 - \hat y_j^{(1)}) = L$", ["unreadable"]),
    (r"$\sum_i \hat y_i^{(1)} = 1$ $L \hat y_j^{(1)} (1 - \hat y_j^{(1)}) = L$", ["proved", "refuted"]),
])
def test_an_index_that_may_be_summed_over_is_not_taken_as_free(text: str, verdicts: list[str]) -> None:
    assert [entry.verdict for entry in check(text).entries] == verdicts
