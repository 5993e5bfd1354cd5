"""Derive and decide the gradients of recurrent networks written in LaTeX, with proof.

    network = read_network(open("elman.tex").read())
    graph = unroll(network, {"x": 4, "h": 5, "o": 3}, steps=3)

Names are imported when they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bptt_sym.calculus.total import differentiate
    from bptt_sym.check.checking import check
    from bptt_sym.check.report import Report
    from bptt_sym.claims import Outcome, Setting, judge
    from bptt_sym.derivation import Derivation, derive
    from bptt_sym.errors import BpttSymError
    from bptt_sym.network.graph import Graph
    from bptt_sym.network.network import Network
    from bptt_sym.network.reading import read_network
    from bptt_sym.network.unrolling import unroll
    from bptt_sym.numeric import lambdify
    from bptt_sym.proof import Proved, Refuted, Undecided, decide
    from bptt_sym.render import render as typeset
    from bptt_sym.written.reader import read

_PLACES = {
    "read_network": "network.reading",
    "Network": "network.network",
    "unroll": "network.unrolling",
    "Graph": "network.graph",
    "differentiate": "calculus.total",
    "decide": "proof",
    "Proved": "proof",
    "Refuted": "proof",
    "Undecided": "proof",
    "Setting": "claims",
    "read": "written.reader",
    "judge": "claims",
    "check": "check.checking",
    "Report": "check.report",
    "Outcome": "claims",
    "derive": "derivation",
    "Derivation": "derivation",
    "typeset": "render",
    "lambdify": "numeric",
    "BpttSymError": "errors",
}

_CALLED = {"typeset": "render"}  # a module is called like the function

__all__ = [
    "BpttSymError",
    "Derivation",
    "Graph",
    "Network",
    "Outcome",
    "Proved",
    "Refuted",
    "Report",
    "Setting",
    "Undecided",
    "check",
    "decide",
    "derive",
    "differentiate",
    "judge",
    "lambdify",
    "read",
    "read_network",
    "typeset",
    "unroll",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), _CALLED.get(name, name))


def __dir__() -> list[str]:
    return sorted(__all__)


def _show_in_notebooks() -> None:
    """Where an IPython shell runs, what it shows of our objects is told to it; nothing is imported elsewhere."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None:
        import_module("bptt_sym.jupyter").register(shell.display_formatter)


_show_in_notebooks()
