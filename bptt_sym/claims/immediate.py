r"""Derivatives written with ∂ beside others written with d: total ones, unless only immediate ones fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bptt_sym.written.nodes import Derivative, Node, transform, walk

BESIDE_D = "∂ beside d is the immediate derivative"
UNSURE = "what is ∂ here that d is not? write \\partial^+ for an immediate derivative"


def mixes(*sides: Node) -> bool:
    """Whether both kinds of derivatives stand in these sides."""
    kinds = {part.symbol for side in sides for part in walk(side) if isinstance(part, Derivative)}
    return {"d", "partial"} <= kinds


def distinguishes(*sides: Node) -> bool:
    """Whether one derivative is written in both ways, so that the two must mean different things."""
    found = [part for side in sides for part in walk(side) if isinstance(part, Derivative)]
    return len({(d.body, d.wrt) for d in found}) < len({(d.body, d.wrt, d.symbol) for d in found})


def immediate(sides: Sequence[Node]) -> tuple[Node, ...]:
    r"""The sides with every \partial as \partial^+."""
    return tuple(transform(side, _immediate) for side in sides)


def _immediate(node: Node) -> Node:
    if isinstance(node, Derivative) and node.symbol == "partial":
        return replace(node, symbol="partial+")
    return node
