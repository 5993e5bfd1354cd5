"""Exact decisions of equalities over a theory of one-level definitions."""

from bptt_sym.proof.deciding import Limits, Prover, decide
from bptt_sym.proof.replay import replay
from bptt_sym.proof.verdict import Certificate, Proved, Refuted, Rewrite, Theory, Undecided, Verdict, Witness

__all__ = [
    "Certificate", "Limits", "Proved", "Prover", "Refuted", "Rewrite", "Theory", "Undecided", "Verdict",
    "Witness", "decide", "replay",
]
