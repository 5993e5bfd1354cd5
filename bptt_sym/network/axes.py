"""Sizes get the names people call them by: the first recurrent layer's, a layer's, an input's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bptt_sym.errors import UsageError
from bptt_sym.meaning.scope import Role
from bptt_sym.network.dimensions import ONE
from bptt_sym.network.names import StepStyle, identify
from bptt_sym.network.network import Axis
from bptt_sym.network.shapes import Key, Shapes
from bptt_sym.written.nodes import Node, Number


def name_axes(
    shapes: Shapes,
    order: Sequence[Key],
    roles: Mapping[Key, Role],
    recurrent: Sequence[Key],
    stated: Sequence[tuple[Node, tuple[Node, ...]]],
    style: StepStyle,
    timed: frozenset[str],
) -> tuple[tuple[Axis, ...], dict[Key, tuple[str, ...]], dict[str, int]]:
    """The axes, the axes of each symbol, and the sizes that `\\in \\mathbb R^{...}` states."""
    members = _members(shapes, order)
    names = {dim: _name(keys, roles, recurrent) for dim, keys in members.items()}
    _make_unique(names, members)
    axes = []
    for dim, keys in members.items():
        parts = shapes.dims.sums.get(dim, ())
        part_names = tuple(names[shapes.dims.find(p)] for p in parts)
        label = "+".join(part_names) if parts else names[dim]
        aliases = tuple(dict.fromkeys(k[0].plain for k in keys if len(_dims(shapes, k)) == 1))
        names[dim] = label
        axes.append(Axis(label, aliases, part_names))
    axes_of = {key: tuple(names[d] for d in _dims(shapes, key)) for key in order}
    ordered = sorted(axes, key=lambda a: _axis_place(a, order, roles, axes_of))
    return tuple(ordered), axes_of, _stated(shapes, stated, names, style, timed)


def _dims(shapes: Shapes, key: Key) -> tuple[int, ...]:
    """The dimensions of a symbol that aren't 1: columns have one, matrices two."""
    rows, cols = (shapes.dims.find(d) for d in shapes.shapes[key])
    if cols != ONE:
        return rows, cols
    return () if rows == ONE else (rows,)


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


def _stated(
    shapes: Shapes,
    stated: Sequence[tuple[Node, tuple[Node, ...]]],
    names: Mapping[int, str],
    style: StepStyle,
    timed: frozenset[str],
) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for node, space in stated:
        found = identify(node, style, frozenset(), timed)
        key = (found.name, found.timed)
        if key not in shapes.shapes:
            continue
        for dim, size in zip(_dims(shapes, key), space, strict=False):
            if isinstance(size, Number):
                value = int(size.text)
                if sizes.setdefault(names[dim], value) != value:
                    raise UsageError(f"two sizes are stated for {names[dim]}: {sizes[names[dim]]} and {value}")
    return sizes
