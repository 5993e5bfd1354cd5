"""Whether a document without a network of its own can be about the library's: what it says of layers must be read."""

from __future__ import annotations

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
