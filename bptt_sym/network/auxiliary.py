"""Arguments written inline, `tanh(W h + b)`, get a name of their own, so that every function acts on a node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bptt_sym.errors import Unreadable
from bptt_sym.network.names import Line, StepStyle, identify, occurrences
from bptt_sym.primitives import BY_SPELLING, VectorPrimitive
from bptt_sym.written.reader import read
from bptt_sym.written.nodes import Apply, Big, Name, Node, Paren, Product, Scripted, children, transform, walk

LETTERS = "azsqpgnmdekr"


def join_calls(node: Node, heads: frozenset[str]) -> Node:
    r"""A letter that is a function and the bracket behind it become one call: `\sigma(a)`."""

    def join(part: Node) -> Node:
        if not isinstance(part, Product):
            return part
        factors: list[Node] = []
        operators: list[str] = []
        for k, factor in enumerate(part.factors):
            called = _call(factors[-1] if factors else None, factor, heads)
            if called is not None and part.operators[k - 1] == "":
                factors[-1] = called
                continue
            if factors:
                operators.append(part.operators[k - 1])
            factors.append(factor)
        if len(factors) == len(part.factors):
            return part
        return factors[0] if len(factors) == 1 else replace(part, factors=tuple(factors), operators=tuple(operators))

    return transform(node, join)


def _call(head: Node | None, argument: Node, heads: frozenset[str]) -> Node | None:
    bare = head.base if isinstance(head, Scripted) else head
    if not isinstance(head, Name | Scripted) or not isinstance(bare, Name) or bare.base not in heads:
        return None
    span = head.span.to(argument.span) if head.span else None
    match argument:
        case Paren(body):
            return Apply(head, body, span=span)
        case Scripted(Paren(body), subs, sups):
            return Scripted(Apply(head, body, span=span), subs, sups, span=span)
        case _:
            return None


def name_arguments(
    lines: Sequence[Line], style: StepStyle, timed: frozenset[str], heads: frozenset[str]
) -> list[Line]:
    """The lines with every inline affine argument in a line of its own, just before its use."""
    free = _free_letters(lines)
    result: list[Line] = []
    for line in lines:
        if line.index or line.defines.step is None:
            result.append(line)
        else:
            result.extend(_split(line, line, iter(free), style, timed, heads))
    return result


def _split(
    line: Line, layer: Line, letters: Iterator[str], style: StepStyle, timed: frozenset[str], heads: frozenset[str]
) -> list[Line]:
    """A line after the lines of its arguments, which are split in turn."""
    before: list[Line] = []
    body = line.body
    while (found := next(_inline(body, line, style, timed, heads), None)) is not None:
        letter = next(letters, None)
        if letter is None:
            raise Unreadable("too many functions are nested here to name their arguments", layer.left.span)
        name = _name(letter, layer, style)
        defines = identify(name, style, frozenset(), timed | {letter})
        before.extend(_split(Line(name, found.argument, defines, auxiliary=True), layer, letters, style, timed, heads))
        body = transform(body, _replacing(found, replace(found, argument=name)))
    return [*before, replace(line, body=body)]


def _replacing(old: Apply, new: Apply) -> Callable[[Node], Node]:
    def change(part: Node) -> Node:
        return new if part is old else part

    return change


def _free_letters(lines: Sequence[Line]) -> list[str]:
    used = {
        part.base.lower()
        for line in lines
        for side in (line.left, line.body)
        for part in walk(side)
        if isinstance(part, Name)
    }
    return [letter for letter in LETTERS if letter not in used]


def _inline(
    node: Node, line: Line, style: StepStyle, timed: frozenset[str], heads: frozenset[str]
) -> Iterator[Apply]:
    """Calls, outermost first, whose argument is an expression with parameters, or a function of a whole vector."""
    if isinstance(node, Big):
        return
    if isinstance(node, Apply):
        head = node.function.base if isinstance(node.function, Scripted) else node.function
        known = isinstance(head, Name) and head.base in heads and head.base not in ("diag", "max", "\\max")
        if known and _needs_name(node.argument, line, style, timed):
            yield node
    for part in children(node):
        yield from _inline(part, line, style, timed, heads)


def _needs_name(argument: Node, line: Line, style: StepStyle, timed: frozenset[str]) -> bool:
    if isinstance(argument, Name | Scripted):
        return False
    if isinstance(argument, Apply) and isinstance(argument.function, Name):
        if isinstance(BY_SPELLING.get(argument.function.base), VectorPrimitive):
            return True
    return any(not use.timed for use in occurrences(argument, style, frozenset(line.index), timed))


def _name(letter: str, line: Line, style: StepStyle) -> Node:
    """The new symbol: the letter, labelled with the layer it belongs to, at step t."""
    step = Name(style.letter)
    layer = line.defines.name
    label: Node = Name(layer.base, layer.accents)
    if layer.label:
        label = Product((label, read(layer.label.strip("[<"))), ("",))
    if style.below:
        return Scripted(Name(letter, bold=line.defines.bold), (label, step))
    return Scripted(Name(letter, bold=line.defines.bold), (label,), (Paren(step),))
