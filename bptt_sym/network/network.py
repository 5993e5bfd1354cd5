"""A network is its forward equations: what was read from them, ready to be unrolled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bptt_sym.errors import UsageError
from bptt_sym.meaning.scope import Declaration, UserFunction
from bptt_sym.written.nodes import Node

if TYPE_CHECKING:
    from bptt_sym.network.graph import Graph


@dataclass(frozen=True, slots=True)
class Equation:
    """One forward equation: `defines` at step t + `offset` (or at the fixed step `at`) is `body`.

    `index` are the letters of its components where it is written for each component (`a_i = ...`);
    `auxiliary` marks an argument that got a name of its own because a function was applied to it inline;
    `written` is the right side as it stands in the text (None for an auxiliary).
    """

    defines: Declaration
    body: Node
    left: Node
    index: tuple[str, ...] = ()
    offset: int = 0
    at: int | None = None
    auxiliary: bool = False
    written: Node | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """A size: its name, the other names it answers to, or the axes it is the concatenation of."""

    name: str
    aliases: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """Declarations, equations and notation of a recurrent network, as `read_network` found them.

    `stated` are sizes the text itself gives; `loss` is the scalar that gradients are taken of (None when
    the text has none); `step` is the letter that runs over steps, written below or above. `graphs` is what it was
    unrolled to last, by sizes and steps: the next document judged by it is often as large.
    """

    name: str
    declarations: tuple[Declaration, ...]
    equations: tuple[Equation, ...]
    axes: tuple[Axis, ...]
    step: str
    step_below: bool
    circled_outer: bool
    loss: Declaration | None
    functions: Mapping[str, UserFunction | str] = field(default_factory=dict)
    stated: Mapping[str, int] = field(default_factory=dict)
    graphs: dict[tuple[object, ...], Graph] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __repr__(self) -> str:
        layers = ", ".join(dict.fromkeys(e.defines.name.plain for e in self.equations))
        return f"<Network {self.name}: {layers}>"

    def layers(self) -> tuple[Declaration, ...]:
        """What the equations define, in the order of the text."""
        return tuple(dict.fromkeys(e.defines for e in self.equations))

    def parameters(self) -> tuple[Declaration, ...]:
        """Symbols without a step that nothing defines."""
        return tuple(d for d in self.declarations if d.role == "parameter")

    def axis(self, name: str) -> Axis:
        """The axis of that name or alias; raises UsageError naming those there are."""
        for axis in self.axes:
            if name == axis.name or name in axis.aliases:
                return axis
        known = ", ".join(axis.name for axis in self.axes if not axis.parts)
        raise UsageError(f"no size is called {name}; there are {known}")

    def sizes(self, wanted: Mapping[str, int] | None = None) -> dict[str, int]:
        """A size for every axis: the ones wanted, then those the text states, then pairwise different defaults.

        Raises UsageError for an unknown name, a size that is no positive number, or two values for one axis.
        """
        given = self._given(wanted or {})
        chosen = {**self.stated, **given}
        sums = [axis for axis in self.axes if axis.parts]
        totals = {axis.name: chosen.pop(axis.name) for axis in sums if axis.name in chosen}
        for axis in sums:
            unknown = [part for part in axis.parts if part not in chosen]
            if axis.name in totals and len(unknown) == 1:
                known = sum(chosen[part] for part in axis.parts if part in chosen)
                chosen[unknown[0]] = max(totals[axis.name] - known, 1)
        self._fill(chosen)
        for axis in sums:
            chosen[axis.name] = sum(chosen[part] for part in axis.parts)
            total = totals.get(axis.name, chosen[axis.name])
            overridden = axis.name not in given and any(part in given for part in axis.parts)
            if total != chosen[axis.name] and not overridden:
                raise UsageError(f"{axis.name} can't be {total} where its parts give {chosen[axis.name]}")
        return {axis.name: chosen[axis.name] for axis in self.axes}

    def _given(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Sizes by the names of their axes, each between 1 and the largest there may be."""
        given: dict[str, int] = {}
        names: dict[str, str] = {}
        for name, size in wanted.items():
            axis = self.axis(name).name
            if not 1 <= size <= LARGEST_SIZE:
                raise UsageError(f"size {name}={size} is not between 1 and {LARGEST_SIZE}")
            if given.setdefault(axis, size) != size:
                raise UsageError(f"{names[axis]} and {name} are one size and can't differ")
            names.setdefault(axis, name)
        return given

    def _fill(self, chosen: dict[str, int]) -> None:
        """Defaults: 4 inputs, 5 units in the first recurrent layer, 3 targets, and other numbers for the rest."""
        preferred = {axis.name: size for axis, size in zip(self.axes, self._defaults(), strict=True)}
        for axis in self.axes:
            if not axis.parts and axis.name not in chosen:
                options = (preferred[axis.name], 2, 6, 7, 8, 9, *range(10, 100))
                chosen[axis.name] = next(s for s in options if s not in chosen.values())

    def _defaults(self) -> list[int]:
        inputs = {d.axes[0] for d in self.declarations if d.role == "input" and len(d.axes) == 1}
        targets = {d.axes[0] for d in self.declarations if d.role == "target" and len(d.axes) == 1}
        return [4 if a.name in inputs else 3 if a.name in targets else 5 for a in self.axes]


LARGEST_SIZE = 1000
LARGEST_STEPS = 10_000
LARGEST_GRAPH = 500_000  # symbols times steps: what a gigabyte holds
