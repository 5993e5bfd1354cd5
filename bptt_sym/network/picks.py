r"""Losses by the component that a target picks: `-\ln p_{t, y_t}` is `-\sum_i y_{t,i} \ln p_{t,i}` for a one-hot y."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bptt_sym.network.notation import Notation, script_atoms, sub_atoms
from bptt_sym.primitives import BY_NAME, Primitive
from bptt_sym.written.nodes import Apply, Big, Name, Node, Paren, Product, Scripted, rebuilt, walk

Letter: TypeAlias = tuple[str, tuple[str, ...]]
COUNTERS = "ijklm"


def with_sums(pairs: Sequence[tuple[Node, Node]], notation: Notation) -> list[tuple[Node, Node]]:
    """The equations with every component that a target picks as a sum of all, each times the target's."""
    defined = frozenset(letter for left, _ in pairs if (letter := _letter(left)) is not None)
    return [(left, _summed(left, body, defined, notation)) for left, body in pairs]


def _summed(left: Node, body: Node, defined: frozenset[Letter], notation: Notation) -> Node:
    used = {part.base for side in (left, body) for part in walk(side) if isinstance(part, Name)}
    index = next((Name(letter) for letter in COUNTERS if letter not in used), None)
    return body if index is None else _Picking(index, defined, notation).summed(body)


@dataclass(frozen=True, slots=True)
class _Picking:
    """The letter to sum over, the letters that equations define, and how steps are written."""

    index: Name
    defined: frozenset[Letter]
    notation: Notation

    def summed(self, node: Node) -> Node:
        """The node with picked components summed, the logarithm of one inside its sum."""
        logarithm, inside = _logarithm_of(node)
        found = self.picked(inside)
        if found is None:
            return rebuilt(node, self.summed)
        target, component = found
        term = component if logarithm is None else replace(logarithm, argument=component)
        return Big("sum", (self.index,), None, None, (), Product((target, term), ("",)), span=node.span)

    def picked(self, node: Node) -> tuple[Node, Node] | None:
        """The target's component and the layer's, for a layer with a target as its index; None for anything else."""
        if not isinstance(node, Scripted) or _letter(node) not in self.defined:
            return None
        subs = tuple(sub_atoms(node.subs))
        place = next((k for k, sub in enumerate(subs) if self.is_target(sub)), None)
        if place is None:
            return None
        target = subs[place]
        chosen = replace(node, subs=(*subs[:place], self.index, *subs[place + 1 :]))
        if not any(self.has_step(part) for part in (node, node.base, *_inner(node.base)) if isinstance(part, Scripted)):
            chosen = self.with_component(Scripted(node.base, *self.steps(target), span=node.span))
        elif isinstance(node.base, Paren) and isinstance(node.base.body, Scripted):
            chosen = self.with_component(node.base.body)
        return self.with_component(target), chosen

    def is_target(self, node: Node) -> bool:
        """Whether a script is a symbol that carries a step and that nothing defines."""
        return isinstance(node, Scripted) and _letter(node) not in self.defined and self.has_step(node)

    def has_step(self, node: Scripted) -> bool:
        return any(map(self.notation.is_step, (*sub_atoms(node.subs), *script_atoms(node.sups))))

    def steps(self, node: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """Where a symbol has its step, as subscripts and superscripts."""
        assert isinstance(node, Scripted)
        return tuple(filter(self.notation.is_step, node.subs)), tuple(filter(self.notation.is_step, node.sups))

    def with_component(self, node: Node) -> Scripted:
        assert isinstance(node, Scripted)
        return replace(node, subs=(*node.subs, self.index))


def _logarithm_of(node: Node) -> tuple[Apply | None, Node]:
    r"""A logarithm and what it is of, `\ln (p_t)_{y_t}` with the component inside; else None and the node itself."""
    match node:
        case Apply() if _is_logarithm(node):
            return node, node.argument
        case Scripted(Apply() as call, subs, ()) if _is_logarithm(call):
            return call, Scripted(Paren(call.argument), subs, span=node.span)
        case _:
            return None, node


def _is_logarithm(node: Apply) -> bool:
    row = BY_NAME["ln"]
    return isinstance(row, Primitive) and isinstance(node.function, Name) and node.function.base in row.spellings


def _inner(node: Node) -> tuple[Node, ...]:
    return (node.body,) if isinstance(node, Paren) else ()


def _letter(node: Node) -> Letter | None:
    """The letter that scripts and brackets stand around."""
    while isinstance(node, Scripted | Paren):
        node = node.base if isinstance(node, Scripted) else node.body
    return (node.base, node.accents) if isinstance(node, Name) else None
