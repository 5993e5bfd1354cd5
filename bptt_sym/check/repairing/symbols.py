"""Another step, component or letter for one declared symbol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bptt_sym.check.repairing.edit import Change
from bptt_sym.check.repairing.line import Line, bound_steps
from bptt_sym.check.repairing.tree import Place, places, replaced
from bptt_sym.meaning.reference import Reference, is_transpose
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Circled,
    Derivative,
    Nabla,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Scripted,
)


def symbol_changes(line: Line, side: int) -> Iterator[Change]:
    """All changes of single symbols in a side."""
    for place, reference in line.occurrences[side]:
        if not line.shapes_only:
            yield from _known(line, _steps(line, place, reference))
        if not line.shapes_only or not reference.index:
            yield from _known(line, _components(line, place, reference))
            yield from _known(line, _letters(line, place, reference))


def _known(line: Line, changes: Iterator[Change]) -> Iterator[Change]:
    """The changes after which a symbol is still one of the network's."""
    return (change for change in changes if line.reference(change.new) is not None)


def exchange(
    place: Place, new: Node, diagnosis: str, mark: tuple[int, ...] = (), weight: int = 0, kin: tuple[Node, ...] = ()
) -> Change:
    """Another node for the one at a place, told as `write X for Y`."""
    words = ("write ", new, " for ", place.node)
    return Change(place.path, new, diagnosis, words, mark, weight, kin or (place.node, new))


def _inside(place: Place, part: Node, new: Node, diagnosis: str, weight: int = 0) -> Iterator[Change]:
    """Another node for a part of a symbol; none where the part was cut from what is written."""
    for inner in places(place.node):
        if inner.node is part:
            yield exchange(place, replaced(place.node, inner.path, new), diagnosis, inner.path, weight, (part, new))
            return


def _steps(line: Line, place: Place, ref: Reference) -> Iterator[Change]:
    if ref.step is None:
        return
    diagnosis = "derivative-at-wrong-step" if is_in_slope(place) else "time-step"
    near = [*_neighbours(ref.step), *line.steps, *bound_steps(place)]
    for weight, step in enumerate(dict.fromkeys(near)):
        if step != ref.step and not (_is_free(line, ref.step, place) and isinstance(step, Number)):
            yield from _inside(place, ref.step, step, diagnosis, weight)


def _is_free(line: Line, step: Node, place: Place) -> bool:
    return isinstance(step, Name) and step.base in line.free and step.base not in place.bound


def _neighbours(step: Node) -> list[Node]:
    """A step earlier and a step later: t - 1 and t + 1 for t, t for both of these."""
    match step:
        case Number(text) if text.isdigit():
            return [Number(str(k)) for k in (int(text) - 1, int(text) + 1) if k >= 0]
        case Name():
            return [Add((step, Negate(Number("1")))), Add((step, Number("1")))]
        case Add((first, Negate(Number("1")))):
            return [first, Add((first, Number("1")))]
        case Add((first, Number("1"))):
            return [first, Add((first, Negate(Number("1"))))]
        case _:
            return []


def is_in_slope(place: Place) -> bool:
    """Whether a place stands in the derivative of an activation: in `1 - h^2`, `f'(a)`, `ŷ (1 - ŷ)`."""
    for node in place.above:
        if isinstance(node, Add) and Number("1") in node.terms and len(node.terms) == 2:
            return True
        if isinstance(node, Apply) and isinstance(node.function, Scripted):
            return True
    siblings = place.parent.factors if isinstance(place.parent, Product | Circled) else ()
    return any(_is_complement(factor, place.node) for factor in siblings)


def _is_complement(factor: Node, node: Node) -> bool:
    inside = factor.body if isinstance(factor, Paren) else factor
    return isinstance(inside, Add) and inside.terms == (Number("1"), Negate(node))


def _components(line: Line, place: Place, ref: Reference) -> Iterator[Change]:
    axes = ref.declaration.axes
    if len(ref.index) == 2:
        yield from _swapped(place, ref)
    for k, (item, axis) in enumerate(zip(ref.index, axes, strict=False)):
        options = [*line.letters(axis, place)]
        options = [*line.numbers(axis), *options] if isinstance(item, Number) else options
        for weight, new in enumerate(options):
            if new != item:
                yield from _component(place, ref, k, new, weight)
    if not ref.index and len(axes) == 1 and not ref.rest:
        for weight, letter in enumerate(line.letters(axes[0], place)):
            yield exchange(place, line.notation.write(ref.declaration, ref.step, (letter,)), "index", (), 5 + weight)


def _component(place: Place, ref: Reference, k: int, new: Node, weight: int) -> Iterator[Change]:
    found = list(_inside(place, ref.index[k], new, "index", weight))
    if found:
        yield found[0]
        return
    digit = ref.index[k]
    if isinstance(digit, Number) and isinstance(new, Number) and len(new.text) == 1:
        for inner in places(place.node):
            if isinstance(inner.node, Number) and len(inner.node.text) == 2 and inner.node.span == digit.span:
                text = inner.node.text[:k] + new.text + inner.node.text[k + 1 :]
                whole = replaced(place.node, inner.path, Number(text))
                yield exchange(place, whole, "index", inner.path, weight)


def _swapped(place: Place, ref: Reference) -> Iterator[Change]:
    first, second = ref.index
    if first == second:
        return
    for inner in places(place.node):
        new: Node | None = None
        if isinstance(inner.node, Product) and inner.node.factors == ref.index:
            new = Product((second, first), inner.node.operators)
        elif isinstance(inner.node, Number) and isinstance(first, Number) and inner.node.span == first.span:
            new = Number(inner.node.text[::-1]) if len(inner.node.text) == 2 else None
        elif isinstance(inner.node, Scripted) and inner.node.subs[-2:] == ref.index:
            new = Scripted(inner.node.base, (*inner.node.subs[:-2], second, first), inner.node.sups)
        if new is not None:
            yield exchange(place, replaced(place.node, inner.path, new), "index", inner.path)
            return


def _letters(line: Line, place: Place, ref: Reference) -> Iterator[Change]:
    """Another symbol of the same kind, with the same step and components; a loss for that of one step."""
    yield from _losses(line, place, ref)
    if not _is_by(place):
        yield from _others(line, place, ref)


def _is_by(place: Place) -> bool:
    """Whether a symbol is what something is differentiated by."""
    parent = place.parent
    return (isinstance(parent, Derivative) and place.node is not parent.body) or (
        isinstance(parent, Nabla) and place.node is parent.wrt
    )


def slope_letter_changes(line: Line, side: int) -> Iterator[Change]:
    """Another symbol to differentiate by."""
    for place, reference in line.occurrences[side]:
        if _is_by(place):
            yield from _known(line, _others(line, place, reference))


def _others(line: Line, place: Place, ref: Reference) -> Iterator[Change]:
    for weight, other in enumerate(line.declared_like(ref.declaration)):
        yield _renamed(place, other, ref, weight) or exchange(
            place, _dressed(line, other, ref), "wrong-parameter", (), weight
        )
        if ref.step is not None and not ref.index:
            for step in (line.notation.step, *line.steps):
                if step != ref.step:
                    yield exchange(
                        place, _dressed(line, other, replace(ref, step=step)), "wrong-parameter", (), 20 + weight
                    )


def _renamed(place: Place, other: Declaration, ref: Reference, weight: int) -> Change | None:
    """The other letter in the author's own dress, where names are letters alone."""
    d = ref.declaration
    if d.name.label or other.name.label:
        return None
    inner = next(p for p in places(place.node) if isinstance(p.node, Name))
    assert isinstance(inner.node, Name)
    as_entry = bool(ref.index) and inner.node.base == d.entry.base
    name = other.entry if as_entry else other.name
    whole = replaced(place.node, inner.path, Name(name.base, name.accents, bold=inner.node.bold))
    return exchange(place, whole, "wrong-parameter", inner.path, weight)


def _dressed(line: Line, other: Declaration, ref: Reference) -> Node:
    """Another symbol with the scripts of one: step, components, transposes and powers."""
    bare = line.notation.write(other, ref.step, ref.index)
    if not ref.rest:
        return bare
    if all(is_transpose(script) for script in ref.rest) and isinstance(bare, Name):
        return Scripted(bare, (), ref.rest)
    if isinstance(bare, Scripted) and not bare.sups:
        return Scripted(bare.base, bare.subs, ref.rest)
    if isinstance(bare, Scripted) and all(is_transpose(script) for script in ref.rest):
        sups = (*bare.sups, *ref.rest)
        return Scripted(bare.base, bare.subs, (Product(sups, ("",) * (len(sups) - 1)),))
    return Scripted(Paren(bare), (), ref.rest)


def _losses(line: Line, place: Place, ref: Reference) -> Iterator[Change]:
    """L for L^(t) and L^(t) for L."""
    total = line.setting.network.loss
    if ref.declaration.axes or ref.rest or total is None:
        return
    local = [d for d in line.setting.network.layers() if d.timed and not d.axes and d.name.base == total.name.base]
    if ref.declaration == total:
        steps = [step for step in line.steps if _is_plain(step)] or [line.notation.step]
        for d in local:
            for weight, step in enumerate(steps):
                yield exchange(place, line.notation.write(d, step), "local-vs-total-loss", (), weight)
    elif ref.declaration in local:
        yield exchange(place, line.notation.write(total), "local-vs-total-loss")


def _is_plain(step: Node) -> bool:
    return isinstance(step, Name | Number)
