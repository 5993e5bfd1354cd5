"""Derivations, every line of which is proved before it is told."""

from bptt_sym.derivation.derivation import Derivation
from bptt_sym.derivation.deriving import derive

__all__ = ["Derivation", "derive"]
