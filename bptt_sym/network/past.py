"""At which steps a layer's forward equations use the other symbols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.indices import integer
from bptt_sym.meaning.reference import Reference, resolve
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.network import Equation
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.nodes import Name, Node, Scripted, children

_FAR = 10**6


def past(layer: Declaration | None, scope: NetworkScope) -> Mapping[tuple[str, tuple[str, ...]], int]:
    """How many steps before or after the layer's own each letter stands in its equations, nearest equation first.

    What an equation uses of the same step is followed further: a softmax of o, and o is V h.
    """
    found: dict[tuple[str, tuple[str, ...]], int] = {}
    waiting = [] if layer is None else [layer]
    followed: list[Declaration] = []
    while waiting:
        current = waiting.pop(0)
        followed.append(current)
        for equation in (e for e in scope.network.equations if e.defines == current and e.at is None):
            for used, shift in _shifts(equation, scope):
                found.setdefault((used.name.base, used.name.accents), shift)
                if shift == 0 and used not in (*followed, *waiting):
                    waiting.append(used)
    return found


def _shifts(equation: Equation, scope: NetworkScope) -> Iterator[tuple[Declaration, int]]:
    for reference in _references(equation.body, scope):
        if reference.declaration.timed and reference.step is not None:
            try:
                step = integer(reference.step, scope, {scope.network.step: _FAR})
            except Unreadable:
                continue
            if abs(step - _FAR) < scope.steps + 1:
                yield reference.declaration, step - _FAR - equation.offset


def _references(node: Node, scope: NetworkScope) -> Iterator[Reference]:
    reference = resolve(node, scope) if isinstance(node, Name | Scripted) else None
    if reference is not None:
        yield reference
        return
    for child in children(node):
        yield from _references(child, scope)
