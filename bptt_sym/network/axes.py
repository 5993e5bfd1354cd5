"""Sizes get the names people call them by: the first recurrent layer's, a layer's, an input's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bptt_sym.errors import IllTyped, Span, Unreadable
from bptt_sym.meaning.scope import Role
from bptt_sym.network.dimensions import ONE
from bptt_sym.network.names import Key, Line, Occurrence, identify
from bptt_sym.network.network import Axis
from bptt_sym.network.notation import Notation
from bptt_sym.network.shapes import Shapes
from bptt_sym.network.statements import Space
from bptt_sym.written.nodes import Name, Node, Number, Scripted


def name_axes(
    shapes: Shapes, lines: Sequence[Line], roles: Mapping[Key, Role], recurrent: Sequence[Key]
) -> tuple[tuple[Axis, ...], dict[Key, tuple[str, ...]]]:
    """The axes, and those of each symbol; inputs before hidden layers before outputs, sums last."""
    hidden = {line.defines.key for line in lines if line.written is None}
    order = [key for key in shapes.keys if key in shapes.shapes]
    members = _members(shapes, order)
    names = {}
    for dim, keys in members.items():
        shown = [key for key in keys if key not in hidden]
        columns = [key for key in shown if len(_dims(shapes, key)) == 1]
        names[dim] = _name(columns or shown or keys, roles, recurrent)
    _make_unique(names, members)
    axes: dict[str, Axis] = {}
    for dim, keys in members.items():
        parts = shapes.dims.sums.get(dim, ())
        part_names = tuple(names[shapes.dims.find(p)] for p in parts)
        aliases = tuple(dict.fromkeys(k[0].plain for k in keys if len(_dims(shapes, k)) == 1 and k not in hidden))
        names[dim] = "+".join(part_names) if parts else names[dim]
        axes.setdefault(names[dim], Axis(names[dim], aliases, part_names))
    axes_of = {key: tuple(names[d] for d in _dims(shapes, key)) for key in order}
    return tuple(sorted(axes.values(), key=lambda axis: _axis_place(axis, order, roles, axes_of))), axes_of


def _dims(shapes: Shapes, key: Key) -> tuple[int, ...]:
    """The dimensions of a symbol that aren't 1: vectors have one, matrices two."""
    shape = shapes.shapes[key]
    if shapes.dims.find(shapes.across(shape)) != ONE:
        rows, cols = map(shapes.dims.find, shape)
        return rows, cols
    along = shapes.dims.find(shapes.along(shape))
    return () if along == ONE else (along,)


def _members(shapes: Shapes, order: Sequence[Key]) -> dict[int, list[Key]]:
    members: dict[int, list[Key]] = {}
    for key in order:
        for dim in _dims(shapes, key):
            members.setdefault(dim, [])
            if key not in members[dim]:
                members[dim].append(key)
    for dim in list(members):
        for part in shapes.dims.sums.get(dim, ()):
            members.setdefault(shapes.dims.find(part), [])
    return dict(sorted(members.items(), key=lambda item: item[0] in shapes.dims.sums))


def _name(keys: Sequence[Key], roles: Mapping[Key, Role], recurrent: Sequence[Key]) -> str:
    for key in recurrent:
        if key in keys and roles[key] == "layer":
            return key[0].plain
    for role in ("layer", "input", "target", "parameter"):
        for key in keys:
            if roles[key] == role:
                return key[0].plain
    return "n"


def _make_unique(names: dict[int, str], members: Mapping[int, Sequence[Key]]) -> None:
    seen: set[str] = set()
    for dim in members:
        while names[dim] in seen:
            names[dim] += "'"
        seen.add(names[dim])


def _axis_place(
    axis: Axis, order: Sequence[Key], roles: Mapping[Key, Role], axes_of: Mapping[Key, tuple[str, ...]]
) -> tuple[int, int]:
    """Inputs before hidden layers before outputs; sums last."""
    ranked = [(0 if roles[k] == "input" else 1, place) for place, k in enumerate(order) if axis.name in axes_of[k]]
    return (2, 0) if axis.parts else min(ranked, default=(1, 0))


def stated_sizes(
    spaces: Sequence[Space], axes_of: Mapping[Key, tuple[str, ...]], notation: Notation, *, lying: bool
) -> dict[str, int]:
    r"""The sizes that `\in \mathbb R^{...}` states; raises IllTyped for two sizes of one axis, with both places."""
    sizes: dict[str, tuple[int, Span | None]] = {}
    for node, space in spaces:
        if not isinstance(node, Name | Scripted):
            continue
        found = identify(node, notation, frozenset())
        axes = _axes_at(found, axes_of)
        for axis, size in zip(axes, sizes_along(space, lying=lying and len(axes) == 1), strict=False):
            if not isinstance(size, Number):
                continue
            value, place = sizes.setdefault(axis, (int(size.text), size.span))
            if value != int(size.text):
                where = ((place, f"{value} here"),) if place is not None else ()
                raise IllTyped(f"the size {axis} is {size.text} here and {value} elsewhere", size.span, where)
    return {axis: value for axis, (value, _) in sizes.items()}


def sizes_along(space: Sequence[Node], *, lying: bool) -> Sequence[Node]:
    r"""The sizes that a space states of axes; that of a row may be `\mathbb R^{1 \times n}`.

    Raises Unreadable for a space in which what was read as a row would have several.
    """
    if not lying or len(space) < 2:
        return space
    if space[0] != Number("1"):
        raise Unreadable("this has a row for each of many examples; only a single example is read", space[0].span)
    return space[1:]


def _axes_at(found: Occurrence, axes_of: Mapping[Key, tuple[str, ...]]) -> tuple[str, ...]:
    """A space may be stated of `x` for all x_t."""
    return axes_of.get(found.key) or axes_of.get((found.name, True), ())
