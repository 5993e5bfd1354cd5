"""What the symbols of a network are for: layers, inputs, targets, parameters, and the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.scope import Role
from bptt_sym.network.dimensions import ONE
from bptt_sym.network.inference import LOSSES
from bptt_sym.network.names import Key, Line
from bptt_sym.network.notation import Notation
from bptt_sym.network.shapes import Shapes


def find_roles(lines: Sequence[Line], shapes: Shapes) -> dict[Key, Role]:
    """Defined: layer. With a step: input, or target if only losses use it. Else parameter.

    A vector without a step that only losses use is the target of a text that has one loss at the end.
    """
    defined = {line.defines.key for line in lines}
    users = _users(lines)
    losses = _losses(lines, shapes, users)
    timed_targets = any(key[1] and key not in defined and users.get(key, set()) <= losses for key in shapes.shapes)
    roles: dict[Key, Role] = {}
    for key, shape in shapes.shapes.items():
        compared = users.get(key, set()) <= losses
        single = shapes.dims.find(shapes.across(shape)) == ONE
        vector = not timed_targets and single and not shapes.dims.is_scalar(shape)
        if key in defined:
            roles[key] = "layer"
        elif key[1]:
            roles[key] = "target" if compared else "input"
        else:
            roles[key] = "target" if compared and vector else "parameter"
    return roles


def _users(lines: Sequence[Line]) -> Mapping[Key, set[Key]]:
    users: dict[Key, set[Key]] = {}
    for line in lines:
        for use in line.uses:
            users.setdefault(use.key, set()).add(line.defines.key)
    return users


def _losses(lines: Sequence[Line], shapes: Shapes, users: Mapping[Key, set[Key]]) -> set[Key]:
    """Layers that nothing uses (those without a step, if there are any), and the scalar losses they are made of."""
    found = {line.defines.key for line in lines if not users.get(line.defines.key)}
    found = {key for key in found if not key[1]} or found
    parts = {line.defines.key for line in lines if _is_loss(line, lines, shapes)}
    while more := {key for key in parts - found if users.get(key, set()) <= found}:
        found |= more
    return found


def _is_loss(line: Line, lines: Sequence[Line], shapes: Shapes) -> bool:
    """A scalar with a loss's letter, or one that looks at something with a step that no other equation knows."""
    if not shapes.dims.is_scalar(shapes.shapes[line.defines.key]):
        return False
    others = {use.key for other in lines if other is not line for use in (other.defines, *other.uses)}
    return line.defines.name.base in LOSSES or any(use.timed and use.key not in others for use in line.uses)


def find_loss(lines: Sequence[Line], shapes: Shapes) -> Key | None:
    """The last scalar layer that no equation uses, one without a step before one with.

    Raises Unreadable for a total that is a vector: gradients are taken of scalars.
    """
    used = {use.key for line in lines for use in line.uses}
    last = [line.defines for line in lines if line.defines.key not in used]
    scalars = [found.key for found in last if shapes.dims.is_scalar(shapes.shapes[found.key])]
    if scalars:
        return ([key for key in scalars if not key[1]] or scalars)[-1]
    for found in last:
        if not found.timed and found.name.base in LOSSES:
            raise Unreadable(f"{found.name.plain} would be a vector, and a loss is a scalar", found.span)
    return None


def find_recurrent(lines: Sequence[Line], notation: Notation) -> list[Key]:
    """Layers used at another step than the one being defined, in order of appearance."""
    found: dict[Key, None] = {}
    for line in lines:
        own = notation.shift(line.defines.step)
        for use in line.uses:
            shift = notation.shift(use.step)
            if own is not None and shift is not None and shift != own:
                found[use.key] = None
    return list(found)
