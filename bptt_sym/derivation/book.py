"""Which closed form stands under which number in the book, also when the symbols have other names."""

from __future__ import annotations

from bptt_sym.errors import Span
from bptt_sym.network.library import library_text, load_network
from bptt_sym.network.network import Network
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import Chain, Nabla, Name, Node, Paren, Scripted, children, transform

Renaming = dict[tuple[str, tuple[str, ...]], Name]


def book_numbers(network: Network) -> dict[Node, str]:
    """From the left side of a closed form to its numbers, `10.25-10.26`; empty where the network is another one."""
    renaming = renaming_of(load_network("elman"), network)
    if renaming is None:
        return {}
    found: dict[Node, list[str]] = {}
    for formula in formulas(library_text("book"), kind="tex"):
        body = formula.statement.body if formula.statement is not None else None
        if isinstance(body, Chain):
            left = _whole(body.items[0])
            labels = [row.tag for row in formula.rows if row.tag and _overlaps(row.span, formula.span)]
            found.setdefault(renamed(left, renaming), []).extend(labels)
    return {
        left: labels[0] if len(labels) == 1 else f"{labels[0]}-{labels[-1]}" for left, labels in found.items() if labels
    }


def _overlaps(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def _whole(node: Node) -> Node:
    """`(∇_o L)_i` is about ∇_o L."""
    if isinstance(node, Scripted) and isinstance(node.base, Paren) and isinstance(node.base.body, Nabla):
        return node.base.body
    return node


def renaming_of(first: Network, second: Network) -> Renaming | None:
    """The exchange of letters that makes one network's equations the other's; None where there is none."""
    if len(first.equations) != len(second.equations):
        return None
    names: Renaming = {}
    for a, b in zip(first.equations, second.equations, strict=True):
        if not (_match(a.left, b.left, names) and _match(a.body, b.body, names)):
            return None
    targets = {(name.base, name.accents) for name in names.values()}
    return names if len(targets) == len(names) else None


def _match(a: Node, b: Node, names: Renaming) -> bool:
    if isinstance(a, Name) and isinstance(b, Name):
        return names.setdefault((a.base, a.accents), b) == b
    if type(a) is not type(b):
        return False
    parts, others = list(children(a)), list(children(b))
    if len(parts) != len(others) or not (parts or a == b):
        return False
    return all(_match(p, q, names) for p, q in zip(parts, others, strict=True))


def renamed(node: Node, names: Renaming) -> Node:
    """An expression with its letters exchanged."""

    def change(part: Node) -> Node:
        return names.get((part.base, part.accents), part) if isinstance(part, Name) else part

    return transform(node, change)
