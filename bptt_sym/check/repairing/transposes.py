"""What lies the wrong way: matrices, vectors, whole products."""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.check.repairing.edit import Change
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.symbols import exchange
from bptt_sym.check.repairing.tree import Place, places
from bptt_sym.meaning.reference import is_transpose
from bptt_sym.written.nodes import Add, Apply, Circled, Derivative, Nabla, Name, Node, Paren, Product, Scripted

TOP = Name("\\top")


def transpose_changes(line: Line, side: int) -> Iterator[Change]:
    """A superscript T where there is none, none where there is one."""
    for place in places(line.sides[side]):
        node = place.node
        if isinstance(node, Product) and (turned := _turned(node, line)) is not None:
            yield Change(place.path, turned, "transpose", ("transpose the product ", node), (), 5)
        if isinstance(place.parent, Scripted | Nabla | Derivative) and place.path[-1] >= 0 and _is_script(place, line):
            continue
        if isinstance(node, Scripted):
            yield from _untransposed(place, node)
        if _may_be_transposed(node, line) and not (isinstance(place.parent, Scripted) and place.path[-1] == 0):
            yield exchange(place, transposed(node), "transpose")


def _turned(node: Product, line: Line) -> Product | None:
    """A product transposed, factor by factor in reverse order; None where a factor's transpose isn't plain."""
    turned = [_other_way(factor, line) for factor in node.factors]
    factors = tuple(factor for factor in reversed(turned) if factor is not None)
    return Product(factors, node.operators) if len(factors) == len(turned) else None


def _other_way(node: Node, line: Line) -> Node | None:
    if isinstance(node, Apply):
        return node if node.function == Name("diag") else None
    if isinstance(node, Scripted) and node.sups and is_transpose(node.sups[-1]):
        return Scripted(node.base, node.subs, node.sups[:-1]) if node.subs or node.sups[:-1] else node.base
    return transposed(node) if _may_be_transposed(node, line) else None


def _is_script(place: Place, line: Line) -> bool:
    """Whether a place is a script, or what is differentiated by."""
    parent = place.parent
    if isinstance(parent, Nabla):
        return place.node is parent.wrt
    if isinstance(parent, Derivative):
        return True
    return isinstance(parent, Scripted) and (place.node is not parent.base or line.reference(parent) is not None)


def _untransposed(place: Place, node: Scripted) -> Iterator[Change]:
    for k, sup in enumerate(node.sups):
        rest: tuple[Node, ...] | None = None
        if is_transpose(sup):
            rest = node.sups[:k] + node.sups[k + 1 :]
        elif isinstance(sup, Product) and is_transpose(sup.factors[-1]):
            rest = (*node.sups[:k], sup.factors[0], *node.sups[k + 1 :]) if len(sup.factors) == 2 else None
        if rest is not None:
            new = Scripted(node.base, node.subs, rest, span=None) if node.subs or rest else node.base
            yield exchange(place, new, "transpose")


def _may_be_transposed(node: Node, line: Line) -> bool:
    if isinstance(node, Name | Scripted):
        reference = line.reference(node)
        return reference is not None and not reference.rest and bool(reference.declaration.axes) and not reference.index
    if isinstance(node, Paren):
        return isinstance(node.body, Derivative | Nabla | Product | Circled | Add)
    return isinstance(node, Derivative | Nabla)


def transposed(node: Node) -> Node:
    r"""`W` with a superscript, `h^{(t)\top}`, anything else in brackets."""
    match node:
        case Name():
            return Scripted(node, (), (TOP,))
        case Scripted(base, subs, ()):
            return Scripted(base, subs, (TOP,))
        case Scripted(base, subs, (sup,)):
            return Scripted(base, subs, (Product((sup, TOP), ("",)),))
        case Paren():
            return Scripted(node, (), (TOP,))
        case _:
            return Scripted(Paren(node), (), (TOP,))
