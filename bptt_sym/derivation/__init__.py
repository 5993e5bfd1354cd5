"""Derivations, every line of which is proved before it is told.

Names are imported when they are first used: `check` looks at how derivations are written and derives nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bptt_sym.derivation.derivation import Derivation
    from bptt_sym.derivation.deriving import derive

_PLACES = {"Derivation": "derivation", "derive": "deriving"}

__all__ = ["Derivation", "derive"]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
