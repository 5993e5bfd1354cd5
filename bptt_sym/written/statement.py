"""One statement as written: an expression or chain, with the side conditions that stand beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bptt_sym.errors import Span, Unreadable
from bptt_sym.written.nodes import Chain, Node


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated (`body`) and under which side conditions; `notes` are remarks in words beside it."""

    body: Node
    conditions: tuple[Chain, ...] = ()
    notes: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """An attempt at a statement: exactly one of `statement` and `error` is None.

    `sides` are what stands between the relations, each read on its own, so that the equalities around an
    unreadable side can still be told: `A = B = ?` has the readable part `A = B`.
    """

    span: Span
    statement: Statement | None
    error: Unreadable | None
    sides: tuple[Node | Unreadable, ...]
    relations: tuple[str, ...] = ()
    relation_spans: tuple[Span, ...] = ()
    conditions: tuple[Chain, ...] = ()
