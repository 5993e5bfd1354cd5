r"""Lines about the network's symbols that are perhaps no claims: `If $W = 0$`, `Now h_t = \operatorname{ReLU}(a_t)`.

A forward equation with other functions than before is a slip, or the beginning of another network with the same
letters; nothing in the formulas tells which. What sets a symbol that is free in the network supposes something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from bptt_sym.claims.steps import steps
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.reference import Reference, resolve
from bptt_sym.network.network import Equation
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.nodes import Add, Apply, Big, Name, Node, Norm, Number, Paren, Scripted, walk
from bptt_sym.written.writer import write

_SAME = {"\\log": "\\ln", "\\operatorname{sigmoid}": "\\sigma"}


def gives_anew(left: Node, right: Node, scope: NetworkScope) -> bool:
    """Whether `left = right` may define a layer or a loss of the network as something else than it is.

    It may where it brings in a function that nothing behind the layer has, and where a recurrence loses one.
    """
    reference = _reference(left, scope)
    if reference is None or reference.index or reference.rest or isinstance(reference.step, Number):
        return False
    own = [e for e in scope.network.equations if e.defines == reference.declaration and e.written is not None]
    if not own:
        return False
    if _functions(right) - _functions(*_behind(own, scope)):
        return True
    written = [e.written for e in own if e.written is not None]
    goes_back = any(isinstance(step, Add) for side in (right, *written) for step, _ in steps(side, scope))
    return goes_back and _functions(right) != _functions(*written)


def supposes(left: Node, right: Node, scope: NetworkScope) -> Literal["", "value", "tie"]:
    r"""What `left = right` supposes, if it sets what the network leaves free: a value, `W = 0`, or a tie, `V = U^\top`.

    A value makes more lines true and none false; a tie changes what depends on what. `\sum_i y_i = 1` is a value too.
    """
    if isinstance(left, Big) and left.kind == "sum" and isinstance(right, Number):
        summed = _reference(left.body, scope)
        return "value" if summed is not None and summed.declaration.role in ("target", "input") else ""
    reference = _reference(left, scope)
    if reference is None or reference.rest or isinstance(reference.step, Number):
        return ""
    used = [r.declaration for part in walk(right) if (r := _reference(part, scope)) is not None]
    role, others = reference.declaration.role, {declaration.role for declaration in used}
    if role == "layer" and not reference.declaration.timed:
        return ""
    numbered = any(isinstance(item, Number) for item in reference.index)
    if reference.index and (others or role == "layer" or numbered):
        return ""
    if not others:
        return "value"
    if reference.declaration in used or (role != "parameter" and not isinstance(right, Name | Scripted)):
        return ""
    if role == "layer":
        return "value" if others == {"target"} else ""
    return "value" if role == "target" and others == {"input"} else "tie"


def _reference(node: Node, scope: NetworkScope) -> Reference | None:
    try:
        return resolve(node, scope) if isinstance(node, Name | Scripted) else None
    except Unreadable:
        return None


def _behind(equations: Sequence[Equation], scope: NetworkScope) -> Iterator[Node]:
    """The right sides of these equations, and of all that they are made of."""
    waiting, seen = list(equations), set()
    while waiting:
        equation = waiting.pop()
        yield equation.body
        used = {r.declaration for part in walk(equation.body) if (r := _reference(part, scope)) is not None}
        seen.add(equation.defines)
        waiting.extend(e for e in scope.network.equations if e.defines in used - seen)


def _functions(*nodes: Node) -> frozenset[str]:
    """The functions that stand in these nodes, squares among them, but not the exponentials that others are made of."""
    return frozenset(name for node in nodes for part in walk(node) if (name := _function(part)) is not None)


def _function(node: Node) -> str | None:
    match node:
        case Apply(function):
            name = write(function)
            return None if name == "\\exp" else _SAME.get(name, name)
        case Name("\\sigma" as name, ()):
            return name
        case Norm() | Scripted(Paren(), _, (Number("2"),)):
            return "square"
        case _:
            return None
