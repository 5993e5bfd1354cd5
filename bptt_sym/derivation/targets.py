"""Targets as people name them, `dL/dW`, `dL/dw_12`, `dyhat/dh`, `dh^(3)/dh^(1)`, and what answers them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.structure import Structure
from bptt_sym.errors import UsageError
from bptt_sym.meaning.scope import Declaration
from bptt_sym.written.nodes import Name, Node, Number

STEP = re.compile(r"(?P<letter>[A-Za-z]+)?\s*(?P<sign>[+-])?\s*(?P<number>\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """A symbol as a target names it: its step (None when left off) and its components."""

    declaration: Declaration
    step: Node | None
    index: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A derivative: of what, by what."""

    of: Place
    by: Place

    @property
    def key(self) -> str:
        """The derivative by name alone, steps and components left off."""
        return f"d{self.of.declaration.name.plain}/d{self.by.declaration.name.plain}"

    @property
    def is_plain(self) -> bool:
        """Whether neither a step nor a component is named."""
        return not (self.of.step or self.by.step or self.of.index or self.by.index)


def parse_target(text: str, structure: Structure) -> Target:
    """The target that a text names; raises UsageError with the nearest names for what isn't one."""
    match = re.fullmatch(r"\s*d\s*(?P<of>[^/\s][^/]*?)\s*/\s*d\s*(?P<by>[^/]+?)\s*", text)
    if match is None:
        raise _unknown(text, structure)
    of = _place(match["of"], structure.notation, prefer_timed=False)
    by = _place(match["by"], structure.notation, prefer_timed=True)
    if of is None or by is None:
        raise _unknown(text, structure)
    if of.declaration.role != "layer":
        raise UsageError(f"{text}: {of.declaration.name.plain} is no layer, so nothing changes it")
    if of.declaration.timed and by.declaration == of.declaration and of.step is None and by.step is None:
        of = Place(of.declaration, structure.notation.shifted(1), of.index)
    return Target(of, by)


def known_targets(structure: Structure) -> list[str]:
    """The targets that whole sections answer: the loss by everything, and layers by what they are made of."""
    loss = structure.network.loss
    found = []
    if loss is not None:
        names = dict.fromkeys(d.name.plain for d in structure.network.declarations if d.role in ("layer", "parameter"))
        found = [f"d{loss.name.plain}/d{name}" for name in names if name != loss.name.plain]
    for used, edges in structure.uses.items():
        if used.role == "target":
            continue
        found += [f"d{edge.layer.name.plain}/d{used.name.plain}" for edge in edges if edge.layer != used]
    return list(dict.fromkeys(found))


def _unknown(text: str, structure: Structure) -> UsageError:
    known = known_targets(structure)
    near = difflib.get_close_matches(text, known, n=4, cutoff=0.3) or known[:4]
    return UsageError(f"'{text}' is no target here; near it are {', '.join(near)}")


def _place(text: str, notation: Notation, *, prefer_timed: bool) -> Place | None:
    """`h_1^(2)`: a declared name, then components, then a step."""
    match = re.fullmatch(r"(?P<name>[^^]+?)(?:\^\(?(?P<step>[^()]*)\)?)?", text)
    if match is None:
        return None
    step = None if match["step"] is None else _step(match["step"], notation)
    if match["step"] is not None and step is None:
        return None
    found = [p for d in notation.setting.network.declarations if (p := _named(d, match["name"], step, notation))]
    if step is not None:
        found.sort(key=lambda p: not p.declaration.timed)
    else:
        found.sort(key=lambda p: p.declaration.timed != prefer_timed)
    return found[0] if found else None


def _step(text: str, notation: Notation) -> Node | None:
    from bptt_sym.derivation.terms import moved

    match = STEP.match(text.strip())
    if match is None or not text.strip():
        return None
    number = int(match["number"] or 0) * (-1 if match["sign"] == "-" else 1)
    if match["letter"] is None:
        return Number(str(number)) if 0 <= number <= notation.setting.scope.steps and not match["sign"] else None
    letters = {notation.step.base: notation.step, "tau": Name("\\tau"), "t": notation.step}
    base = letters.get(match["letter"])
    return None if base is None else moved(base, number)


def _named(d: Declaration, name: str, step: Node | None, notation: Notation) -> Place | None:
    if step is not None and not d.timed and d.role != "parameter":
        return None
    if name == d.name.plain:
        return Place(d, step, ())
    for spelled in (d.entry.plain, d.name.plain):
        if name.startswith(spelled + "_"):
            index = _index(name[len(spelled) + 1 :], d, notation)
            if index is not None:
                return Place(d, step, index)
    return None


def _index(text: str, d: Declaration, notation: Notation) -> tuple[Node, ...] | None:
    parts = text.split(",") if "," in text else list(text) if len(d.axes) == 2 else [text]
    if len(parts) != len(d.axes) or not all(part.isdigit() for part in parts):
        return None
    sizes = [notation.size(axis) for axis in d.axes]
    if not all(1 <= int(part) <= size for part, size in zip(parts, sizes, strict=True)):
        size = "×".join(map(str, sizes))
        raise UsageError(f"there is no {d.entry.plain}_{text}: the size of {d.name.plain} is {size}")
    return tuple(Number(part) for part in parts)
