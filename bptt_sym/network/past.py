"""Where in time the forward equations have their symbols: `W h` is W h^(t-1), in the equation of a."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.indices import integer
from bptt_sym.meaning.reference import Reference, resolve
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.network import Equation
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.nodes import Name, Node, Product, Scripted, children, walk

Letter: TypeAlias = tuple[str, tuple[str, ...]]
_FAR = 10**6


def shifts_beside(scope: NetworkScope) -> Mapping[tuple[Declaration, Letter], int]:
    """How many steps before or after its equation's own a letter stands beside a parameter, where that is always so."""
    found: dict[tuple[Declaration, Letter], set[int]] = {}
    for equation in scope.network.equations:
        for part in walk(equation.body):
            if not isinstance(part, Product):
                continue
            parameters = [r.declaration for f in part.factors for r in _references(f, scope) if _is_parameter(r)]
            for used, shift in _shifts(part, equation, scope):
                for parameter in parameters:
                    found.setdefault((parameter, letter_of(used)), set()).add(shift)
    return {pair: min(shifts) for pair, shifts in found.items() if len(shifts) == 1}


def shifts_in(layer: Declaration, side: Node, scope: NetworkScope) -> Mapping[Letter, int]:
    """The same in the layer's own equation, where `side` has every letter that stands in it."""
    letters = {letter_of(d) for d in _letters(side, scope)}
    for equation in scope.network.equations:
        if equation.defines == layer and equation.at is None and not equation.auxiliary:
            used = dict(_shifts(equation.body, equation, scope))
            if used and {letter_of(d) for d in used} <= letters:
                return {letter_of(d): shift for d, shift in used.items()}
    return {}


def nearest_shifts(layer: Declaration, scope: NetworkScope) -> Mapping[Letter, int]:
    """How many steps before or after a layer's own what it depends on stands, by the shortest way: a of h^(t-1)."""
    found: dict[Letter, int] = {}
    waiting, followed = [layer], [layer]
    while waiting:
        current = waiting.pop(0)
        for equation in (e for e in scope.network.equations if e.defines == current and e.at is None):
            for used, shift in _shifts(equation.body, equation, scope):
                found.setdefault(letter_of(used), shift)
                if shift == 0 and used not in followed:
                    followed.append(used)
                    waiting.append(used)
    return found


def letter_of(declaration: Declaration) -> Letter:
    """A declared letter with its accents."""
    return declaration.name.base, declaration.name.accents


def _is_parameter(reference: Reference) -> bool:
    return reference.declaration.role == "parameter"


def _letters(node: Node, scope: NetworkScope) -> Iterator[Declaration]:
    for part in walk(node):
        if isinstance(part, Name):
            yield from scope.declared(part.base, part.accents)


def _shifts(node: Node, equation: Equation, scope: NetworkScope) -> Iterator[tuple[Declaration, int]]:
    for reference in _references(node, scope):
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
