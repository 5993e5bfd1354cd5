"""How a network's own notation writes a symbol: letters, steps above or below, component letters that are free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bptt_sym.claims import Setting
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.reference import Reference, resolve
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.network import Equation
from bptt_sym.symbols import Identifier
from bptt_sym.written.nodes import Add, Name, Negate, Node, Number, Paren, Product, Scripted
from bptt_sym.written.reader import read

WRITTEN_OUT = 6
LETTERS = "ijklmnpqrs"


@dataclass(frozen=True)
class Notation:
    """The setting a derivation is written in."""

    setting: Setting

    @property
    def step(self) -> Name:
        """The letter that runs over steps."""
        return Name(self.setting.network.step)

    @property
    def last(self) -> Node:
        """The last step, τ."""
        return Name("\\tau")

    def shifted(self, by: int) -> Node:
        """t + by."""
        if by == 0:
            return self.step
        return Add((self.step, Number(str(by)) if by > 0 else Negate(Number(str(-by)))))

    def size(self, axis: str) -> int:
        """How many components an axis has."""
        return self.setting.scope.sizes[axis]

    def is_written_out(self, axis: str) -> bool:
        """Whether components of that axis are few enough to be written one by one."""
        return self.size(axis) <= WRITTEN_OUT

    def letters(self, avoid: set[str] | frozenset[str] = frozenset()) -> Iterator[str]:
        """Component letters that no symbol of the network uses, in no label either: W_{mh} has no component m."""
        declared = {self.setting.network.step}
        for d in self.setting.network.declarations:
            declared |= {d.name.base, d.entry.base, *d.name.label}
        return (letter for letter in LETTERS if letter not in declared and letter not in avoid)

    def write(self, d: Declaration, step: Node | None = None, index: tuple[Node, ...] = ()) -> Node:
        """A symbol, whole or one component, at a step (for a parameter: that step's copy)."""
        name = d.entry if index else d.name
        if index and step is None and self._is_mistakable(d):
            whole = scripted(d.name, None, (), below=True, bold=d.bold)
            return Scripted(Paren(whole), tuple(_index(index)))
        return scripted(name, step, index, below=self.setting.network.step_below, bold=d.bold and not index)

    def _is_mistakable(self, d: Declaration) -> bool:
        """Whether a component would read as a step of another symbol: a bias c beside a state c_t."""
        below = self.setting.network.step_below
        return (
            below
            and len(d.axes) == 1
            and any(other.timed and other.name == d.name for other in self.setting.network.declarations)
        )

    def reference(self, node: Node) -> Reference | None:
        """The declared symbol a letter refers to."""
        return resolve(node, self.setting.scope) if isinstance(node, Name | Scripted) else None

    def equation(self, d: Declaration) -> Equation | None:
        """What defines a layer at each step."""
        found = [e for e in self.setting.network.equations if e.defines == d and e.at is None]
        return found[-1] if found else None

    def numbered(self, letters: Mapping[str, int]) -> dict[str, Node]:
        """Numbers to put in place of letters."""
        return {letter: Number(str(value)) for letter, value in letters.items()}


def scripted(name: Identifier, step: Node | None, index: tuple[Node, ...], *, below: bool, bold: bool) -> Node:
    """A name with its label, step and components where they belong."""
    base = Name(name.base, name.accents, bold=bold)
    subs: list[Node] = []
    sups: list[Node] = []
    if name.label:
        inside = _label(name.label.strip("[<"))
        bracket = "[" if name.label.startswith("[") else "("
        (sups if name.above else subs).append(Paren(inside, bracket) if name.parenthesised else inside)
    if step is not None and below:
        subs.append(step)
    elif step is not None:
        sups.append(Paren(step))
    subs.extend(_index(index))
    if len(sups) > 1:
        sups = [Product(tuple(sups), ("",) * (len(sups) - 1))]
    return Scripted(base, tuple(subs), tuple(sups)) if subs or sups else base


def _label(text: str) -> Node:
    """A label as mathematics, or as the word it is (`W_{in}`)."""
    try:
        return read(text)
    except Unreadable:
        return Name(text)


def _index(index: tuple[Node, ...]) -> list[Node]:
    """`12` and `ij` without a comma, `1,10` and `i+1,j` with one."""
    if len(index) == 2:
        if all(isinstance(i, Number) and len(i.text) == 1 for i in index):
            return [Number("".join(i.text for i in index if isinstance(i, Number)))]
        if all(isinstance(i, Name) or (isinstance(i, Number) and len(i.text) == 1) for i in index):
            return [Product(index, ("",))]
    return list(index)
