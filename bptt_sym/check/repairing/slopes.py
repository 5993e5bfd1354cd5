"""Derivatives: a missing mark, total for immediate, the chain rule's wrong end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bptt_sym.check.repairing.edit import Change
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.symbols import exchange
from bptt_sym.check.repairing.tree import places
from bptt_sym.written.nodes import Derivative, Differential, Nabla, Name, Node, Quotient, Scripted

_BY = {Derivative: 1, Nabla: 0}
OTHER = {"partial": "partial+", "d": "partial+", "partial+": "partial"}


def mark_changes(line: Line, side: int) -> Iterator[Change]:
    r"""The ∂ that lacks above or below a fraction bar."""
    for place in places(line.sides[side]):
        match place.node:
            case Quotient(Differential(body, symbol), below) if isinstance(below, Name | Scripted):
                yield _with_mark(place.path, Derivative(body, (below,), symbol), place.node, below)
            case Quotient(above, Differential(body, symbol)) if isinstance(above, Name | Scripted):
                yield _with_mark(place.path, Derivative(above, (body,), symbol), place.node, above)


def _with_mark(path: tuple[int, ...], new: Node, old: Quotient, bare: Node) -> Change:
    where = "below" if bare is old.denominator else "above"
    return Change(path, new, "missing-partial", ("put the missing ∂ before ", bare, f" {where} the bar"))


def kind_changes(line: Line, side: int) -> Iterator[Change]:
    """The immediate derivative for the total one, the reverse, and one step's copy of a shared parameter."""
    for place in places(line.sides[side]):
        node = place.node
        if isinstance(node, Derivative) and len(node.wrt) == 1:
            yield exchange(place, replace(node, symbol=OTHER[node.symbol], span=None), "total-vs-immediate")
    for place, reference in line.occurrences[side]:
        d = reference.declaration
        by = isinstance(place.parent, Derivative | Nabla) and place.path[-1] == _BY[place.parent.__class__]
        if by and d.role == "parameter" and reference.step is None and not reference.rest:
            for weight, step in enumerate(line.steps):
                copy = line.notation.write(d, step, reference.index)
                yield exchange(place, copy, "total-vs-immediate", (), weight)
