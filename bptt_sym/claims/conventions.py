r"""Products of which the page doesn't tell how far they reach, or in which order their factors stand.

The conventions: a product reaches to the end of its term, and its factors stand from left to right. The other ways: it
ends before the factors that don't depend on its index; its later factors stand to the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bptt_sym.written.nodes import Big, Node, Product, transform, walk
from bptt_sym.written.sums import factors_inside

REACHING = "∏ reaches to the end of its term"
ENDING = "∏ ends before the factors without its index"
ORDERED = "with the factors of ∏ in the opposite order it would be proved"


def reaches_further(sides: Sequence[Node]) -> bool:
    """Whether a product in these sides may end before its term does."""
    return any(isinstance(part, Big) and part.reaching for side in sides for part in walk(side))


def ended_products(node: Node) -> Node:
    """The node with every product ended before the factors behind it that don't depend on its index."""
    return transform(node, _ended)


def _ended(node: Node) -> Node:
    if not isinstance(node, Big) or not node.reaching or not isinstance(node.body, Product):
        return node
    body, count = node.body, factors_inside(node.body, node.indices)
    inside = body.factors[0] if count == 1 else Product(body.factors[:count], body.operators[: count - 1])
    factors = (replace(node, body=inside, reaching=False), *body.factors[count:])
    return Product(factors, body.operators[count - 1 :], span=node.span)
