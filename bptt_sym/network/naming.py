r"""Names that a document gives to what stands inside its equations: `z_t = W h_{t-1}`, `h_t = \tanh(W h_{t-1})`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bptt_sym.network.auxiliary import join_calls
from bptt_sym.network.candidates import Candidate, Equality
from bptt_sym.network.names import make_line
from bptt_sym.network.notation import Notation
from bptt_sym.written.nodes import Add, Apply, Node, Paren, transform, walk
from bptt_sym.written.writer import write


def with_names(others: Sequence[Candidate], own: Sequence[Candidate], notation: Notation) -> list[Candidate]:
    """The equations with every argument that one of `others` names called by that name, and those others with them."""
    result = list(own)
    for other in others:
        if not other.line.defines.timed:
            continue
        named = [_named(candidate, other.equality, notation) for candidate in result]
        if any(new is not old for new, old in zip(named, result, strict=True)):
            result = [other, *named]
    return result


def _named(candidate: Candidate, name: Equality, notation: Notation) -> Candidate:
    """The equation with the name in the place of what it stands for, where that is a function's argument."""
    wanted = _form(name.body)

    def rename(part: Node) -> Node:
        if isinstance(part, Apply) and _form(part.argument) == wanted:
            return replace(part, argument=name.left)
        return part

    body = transform(join_calls(candidate.equality.body, notation.functions), rename)
    if not any(isinstance(part, Apply) and part.argument is name.left for part in walk(body)):
        return candidate
    equality = replace(candidate.equality, body=body)
    return Candidate(equality, make_line(equality.left, body, notation, body))


def _form(node: Node) -> tuple[str, ...]:
    """An expression as its terms, in whatever order."""
    while isinstance(node, Paren):
        node = node.body
    return tuple(sorted(map(write, node.terms))) if isinstance(node, Add) else (write(node),)
