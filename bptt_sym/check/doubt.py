"""Whether a document without a network of its own can be about the library's: what it says of layers must be read."""

from __future__ import annotations

from collections.abc import Sequence

from bptt_sym.claims.steps import with_step
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.reference import Reference, resolve
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.nodes import (
    Derivative,
    Differential,
    Listing,
    Nabla,
    Name,
    Node,
    Number,
    Paren,
    Scripted,
    walk,
)

_GIVEN = frozenset(("input", "target"))


def speaks_of_layer(left: Node, right: Node, scope: NetworkScope) -> bool:
    r"""Whether an equality says what a layer is as a whole, at every step, by a formula without derivatives.

    A document that writes `h_t = \sigma(z)` and says nothing of z is about a network that we don't know.
    """
    reference = _reference(left, scope)
    if reference is None or reference.declaration.role != "layer":
        return False
    if reference.step is None or any(isinstance(part, Number) for part in walk(reference.step)):
        return False
    if any(isinstance(part, Number) for item in reference.index for part in walk(item)):
        return False
    return not any(isinstance(part, Derivative | Nabla | Differential) or _is_list(part) for part in walk(right))


def _reference(node: Node, scope: NetworkScope) -> Reference | None:
    if not isinstance(node, Name | Scripted):
        return None
    try:
        return resolve(node, scope) or resolve(with_step(node, Name(scope.network.step)), scope)
    except Unreadable:
        return None


def _is_list(node: Node) -> bool:
    """`f(h_{t-1}, x_t)`: a function of which nothing more is said, which may be any."""
    return isinstance(node, Paren) and isinstance(node.body, Listing)


def unsaid_layer(sides: Sequence[Node], scope: NetworkScope) -> Name | Scripted | None:
    """What is differentiated although the document defines nothing of it, so that to its network it is an input."""
    for side in sides:
        for part in walk(side):
            body = part.body if isinstance(part, Derivative | Nabla) else None
            while isinstance(body, Paren):
                body = body.body
            reference = _reference(body, scope) if isinstance(body, Name | Scripted) else None
            if isinstance(body, Name | Scripted) and reference is not None and reference.declaration.role in _GIVEN:
                return body
    return None
