"""Time and components written as arguments: `h(t)` is h^{(t)} where such a symbol is known, `h_t[i]` is (h_t)_i."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.reference import INDEX_LETTERS, is_step, resolve
from bptt_sym.meaning.scope import Scope
from bptt_sym.written.nodes import Derivative, Nabla, Name, Node, Number, Paren, Product, Scripted, transform, walk

AtTime: TypeAlias = Callable[[Node, Node], bool]


def _with_steps_above(node: Node, at_time: AtTime) -> Node:
    """The node with every bracket that `at_time` takes for a step of what stands before it as a superscript."""

    def above(part: Node) -> Node:
        return _product(part, at_time) if isinstance(part, Product) else part

    return transform(node, above)


def read_moments(node: Node, scope: Scope) -> Node:
    """The node with time as a superscript and components as subscripts, where they are written in brackets behind."""

    def at_time(head: Node, argument: Node) -> bool:
        try:
            return _is_moment(head, argument, scope)
        except Unreadable:
            return False

    beside = any(isinstance(part, Product) and _holds_bracket(part, scope) for part in walk(node))
    return _with_steps_above(node, at_time) if beside else node


def _holds_bracket(node: Product, scope: Scope) -> bool:
    """Whether a factor after the first is a bracket that may hold a step or a component."""
    brackets = (factor.base if isinstance(factor, Scripted) else factor for factor in node.factors[1:])
    held = (bracket for bracket in brackets if isinstance(bracket, Paren))
    return any(isinstance(b.body, Number) or is_step(b.body, scope) or _is_component(b) for b in held)


def _is_component(bracket: Node) -> bool:
    """`[i]`: a letter that counts, alone in square brackets, is no factor."""
    match bracket:
        case Paren(Name(letter, ()), "["):
            return letter.rstrip("'") in INDEX_LETTERS
        case _:
            return False


def _is_moment(head: Node, argument: Node, scope: Scope) -> bool:
    if not isinstance(head, Name | Scripted) or not isinstance(argument, Paren) or argument.open not in "([":
        return False
    whole = resolve(head, scope)
    if not is_step(argument.body, scope) and (whole is not None or not isinstance(argument.body, Number)):
        return False
    if whole is not None and whole.step is not None:
        return False
    found = resolve(Scripted(head, (), (argument,)), scope)
    return found is not None and found.declaration.timed and found.step is not None


def _product(node: Product, at_time: AtTime) -> Node:
    factors: list[Node] = []
    operators: list[str] = []
    for factor, operator in zip(node.factors, ("", *node.operators), strict=True):
        joined = _joined(factors[-1], factor, at_time) if factors and not operator else None
        if joined is not None:
            factors[-1] = joined
            continue
        operators.append(operator)
        factors.append(factor)
    if len(factors) == 1:
        return factors[0]
    return replace(node, factors=tuple(factors), operators=tuple(operators[1:]))


def _joined(head: Node, factor: Node, at_time: AtTime) -> Node | None:
    """What stands before a bracket, at the step or component in it; None for a bracket that is a factor."""
    found = _at(head, factor, at_time)
    if found is None and _is_component(factor) and isinstance(head, Name | Scripted | Nabla | Derivative):
        assert isinstance(factor, Paren)
        return Scripted(Paren(head, span=head.span), (factor.body,), span=head.span)
    return found


def _at(head: Node, factor: Node, at_time: AtTime) -> Node | None:
    r"""What `h` and `(t)` are together, also `\nabla_x h` and `(t)`; None where that is no moment."""
    moment, sups = (factor.base, factor.sups) if isinstance(factor, Scripted) else (factor, ())
    inner = head.body if isinstance(head, Nabla | Derivative) else head
    if inner is None or not at_time(inner, moment) or (isinstance(factor, Scripted) and factor.subs):
        return None
    span = inner.span.to(factor.span) if inner.span else None
    node = Scripted(inner, (), (moment, *sups), span=span)  # type: ignore[arg-type]
    return replace(head, body=node) if isinstance(head, Nabla | Derivative) else node
