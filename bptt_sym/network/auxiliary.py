"""Arguments written inline, `tanh(W h + b)`, get a name of their own, so that every function acts on a node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bptt_sym.errors import Unreadable
from bptt_sym.network.names import Line, make_line, occurrences
from bptt_sym.network.notation import Notation
from bptt_sym.primitives import BY_SPELLING, VectorPrimitive
from bptt_sym.written.nodes import (
    Apply,
    Big,
    Listing,
    Name,
    Node,
    Number,
    Paren,
    Product,
    Scripted,
    children,
    transform,
    walk,
)
from bptt_sym.written.reader import read

LETTERS = "azsqpgnmdekr"
NAMELESS = frozenset(("diag", "max", "\\max"))


def join_calls(node: Node, functions: frozenset[str]) -> Node:
    r"""A letter that is a function and the bracket behind it become one call: `\sigma(a)`; max(0, a) is ReLU."""

    def join(part: Node) -> Node:
        if isinstance(part, Apply):
            return _as_relu(part)
        return _joined(part, functions) if isinstance(part, Product) else part

    return transform(node, join)


def _joined(product: Product, functions: frozenset[str]) -> Node:
    factors: list[Node] = []
    operators: list[str] = []
    for k, factor in enumerate(product.factors):
        called = _call(factors[-1], factor, functions) if k and product.operators[k - 1] == "" else None
        if called is not None:
            factors[-1] = called
            continue
        operators.extend(product.operators[k - 1 : k] if k else ())
        factors.append(factor)
    if len(factors) == len(product.factors):
        return product
    return factors[0] if len(factors) == 1 else replace(product, factors=tuple(factors), operators=tuple(operators))


def _call(head: Node, argument: Node, functions: frozenset[str]) -> Node | None:
    bare = head.base if isinstance(head, Scripted) else head
    if not isinstance(head, Name | Scripted) or not isinstance(bare, Name) or bare.base not in functions:
        return None
    span = head.span.to(argument.span) if head.span else None
    match argument:
        case Paren(body):
            return Apply(head, body, span=span)
        case Scripted(Paren(body), subs, sups):
            return Scripted(Apply(head, body, span=span), subs, sups, span=span)
        case _:
            return None


def _as_relu(call: Apply) -> Apply:
    match call:
        case Apply(Name("max" | "\\max"), Listing((Number("0"), argument)) | Listing((argument, Number("0")))):
            return Apply(Name("ReLU"), argument, span=call.span)
        case _:
            return call


def name_arguments(lines: Sequence[Line], notation: Notation) -> list[Line]:
    """The lines with every inline affine argument in a line of its own, just before its use."""
    free = _free_letters(lines)
    result: list[Line] = []
    for line in lines:
        if line.index or line.defines.step is None:
            result.append(line)
            continue
        letters = iter(free)
        for part in _without_components(line, letters, notation):
            known = replace(notation, timed=notation.timed | {part.defines.name.base})
            result.extend(_split(part, line, letters, known))
    return result


def _without_components(line: Line, letters: Iterator[str], notation: Notation) -> list[Line]:
    r"""A line after those that name what it takes components of: `\sum_i y_i \ln \operatorname{softmax}(V h)_i`."""
    before: list[Line] = []
    body = line.body
    while (found := next(_components(body, line, notation), None)) is not None and (letter := next(letters, None)):
        name = _name(letter, line, notation)
        notation = replace(notation, timed=notation.timed | {letter})
        assert isinstance(found.base, Apply)
        before.append(make_line(name, found.base, notation))
        component = replace(name, subs=(*name.subs, *found.subs))
        body = transform(body, _exchanging(found.base, component))
    return [*before, line if body is line.body else make_line(line.left, body, notation, line.written)]


def _components(node: Node, line: Line, notation: Notation) -> Iterator[Scripted]:
    """Components of a vector function whose argument is known at the step of the line."""
    for part in walk(node):
        match part:
            case Scripted(Apply(Name(base), argument), (_,), ()) if isinstance(BY_SPELLING.get(base), VectorPrimitive):
                uses = list(occurrences(argument, notation, frozenset()))
                if all(use.step in (None, line.defines.step) and not use.index for use in uses):
                    yield part
            case _:
                continue


def _exchanging(function: Node, component: Scripted) -> Callable[[Node], Node]:
    """What puts the component of the new symbol wherever one of the same function stood."""

    def change(part: Node) -> Node:
        if isinstance(part, Scripted) and part.base == function:
            return replace(component, subs=(*component.subs[:-1], *part.subs), span=part.span)
        return part

    return change


def _split(line: Line, layer: Line, letters: Iterator[str], notation: Notation) -> list[Line]:
    """A line after the lines of its arguments, which are split in turn."""
    before: list[Line] = []
    body = line.body
    while (found := next(_inline(body, notation), None)) is not None:
        letter = next(letters, None)
        if letter is None:
            raise Unreadable("too many functions are nested here to name their arguments", layer.left.span)
        name = _name(letter, layer, notation)
        known = replace(notation, timed=notation.timed | {letter})
        before.extend(_split(make_line(name, found.argument, known), layer, letters, known))
        body = transform(body, _replacing(found, replace(found, argument=name)))
        notation = known
    if body is line.body:
        return [line]
    return [*before, make_line(line.left, body, notation, line.written)]


def _replacing(old: Apply, new: Apply) -> Callable[[Node], Node]:
    def change(part: Node) -> Node:
        return new if part is old else part

    return change


def _free_letters(lines: Sequence[Line]) -> list[str]:
    sides = [side for line in lines for side in (line.left, line.body)]
    used = {part.base.lower() for side in sides for part in walk(side) if isinstance(part, Name)}
    return [letter for letter in LETTERS if letter not in used]


def _inline(node: Node, notation: Notation) -> Iterator[Apply]:
    """Calls, outermost first, whose argument is an expression with parameters, or a function of a whole vector."""
    if isinstance(node, Big):
        return
    if isinstance(node, Apply):
        head = node.function.base if isinstance(node.function, Scripted) else node.function
        known = isinstance(head, Name) and head.base in notation.functions and head.base not in NAMELESS
        if known and _needs_name(node.argument, notation):
            yield node
    for part in children(node):
        yield from _inline(part, notation)


def _needs_name(argument: Node, notation: Notation) -> bool:
    match argument:
        case Name() | Scripted():
            return False
        case Apply(Name(base)) if isinstance(BY_SPELLING.get(base), VectorPrimitive):
            return True
        case _:
            return any(not use.timed for use in occurrences(argument, notation, frozenset()))


def _name(letter: str, line: Line, notation: Notation) -> Scripted:
    """The new symbol: the letter, labelled with the layer it belongs to, at that layer's step."""
    assert line.defines.step is not None
    layer = line.defines.name
    label: Node = Name(layer.base, layer.accents)
    if layer.label:
        label = Product((label, read(layer.label.strip("[<"))), ("",))
    base = Name(letter, bold=line.defines.bold)
    if notation.below:
        return Scripted(base, (label, line.defines.step))
    return Scripted(base, (label,), (line.defines.step if notation.bare else Paren(line.defines.step),))


__all__ = ["join_calls", "name_arguments"]
