"""Exact decisions of equalities over a theory of one-level definitions.

`replay` is imported when it is first used: who only decides doesn't need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bptt_sym.proof.deciding import Limits, Prover, decide
from bptt_sym.proof.verdict import Certificate, Proved, Refuted, Rewrite, Theory, Undecided, Verdict, Witness

if TYPE_CHECKING:
    from bptt_sym.proof.replaying import replay

__all__ = [
    "Certificate", "Limits", "Proved", "Prover", "Refuted", "Rewrite", "Theory", "Undecided", "Verdict",
    "Witness", "decide", "replay",
]


def __getattr__(name: str) -> object:
    if name != "replay":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bptt_sym.proof.replaying import replay

    return replay
