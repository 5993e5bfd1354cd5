"""What can be unfolded in a generator, kept from one claim to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bptt_sym.proof.polynomial import Poly

if TYPE_CHECKING:
    from bptt_sym.proof.normal import Forms


class Unfoldable(dict[int, frozenset[int]]):
    """The symbols in each generator that have something to unfold to, by the theory or by a hypothesis."""

    def __init__(self, forms: Forms, hypothesis: Mapping[int, Poly]) -> None:
        self.forms, self.hypothesis = forms, hypothesis

    def __missing__(self, g: int) -> frozenset[int]:
        record = self.forms.generators[g]
        inside = record.support if record.head else (g,)
        found = self[g] = frozenset(s for s in inside if s in self.hypothesis or self.forms.rule(s) is not None)
        return found
