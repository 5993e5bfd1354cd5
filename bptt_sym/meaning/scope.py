"""What a scope must tell so that syntax can be given a meaning in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar

from sympy import Expr, Symbol

from bptt_sym.symbols import Identifier
from bptt_sym.written.nodes import Name, Node, Scripted

if TYPE_CHECKING:
    from bptt_sym.meaning.reference import Reference

Role: TypeAlias = Literal["layer", "input", "target", "parameter"]
Layout: TypeAlias = Literal["mixed", "numerator", "denominator"]
Order: TypeAlias = Literal["open", "written", "later left", "later right"]
Binding: TypeAlias = Mapping[str, int]
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Declaration:
    """A symbol of the network: its name, whether it carries a step, its axes and its role.

    `axes` is () for a scalar, one axis name for a column, two (rows, columns) for a matrix; `entry`
    spells its components (`w` for W where `w` is free); `bold` is how the whole is written. `lying` are vectors in a
    network whose layers are rows.
    """

    name: Identifier
    timed: bool
    axes: tuple[str, ...]
    role: Role
    entry: Identifier
    bold: bool = False
    lying: bool = False

    def shape(self, sizes: Sequence[int]) -> tuple[int, int]:
        """Rows and columns where its axes have these sizes."""
        rows, cols = (*sizes, 1, 1)[:2]
        return (cols, rows) if self.lying else (rows, cols)

    def index(self, i: int, j: int) -> tuple[int, ...]:
        """The components, from 1, of the entry in row i and column j, from 0."""
        return (j + 1,) if self.lying else (i + 1, j + 1)[: len(self.axes)]


class Memory(dict[int, tuple[Node, V]]):
    """What was found of nodes, by their identity; a node is kept as long as what was found of it."""

    LARGEST = 100_000

    def keep(self, node: Node, found: V) -> V:
        """Remembers and returns what was found."""
        if len(self) >= self.LARGEST:
            self.clear()
        self[id(node)] = node, found
        return found


@dataclass(frozen=True, slots=True)
class UserFunction:
    r"""An elementwise function the text defines itself: `\sigma(z) = 1 / (1 + e^{-z})`."""

    parameter: str
    body: Node


@dataclass(frozen=True, slots=True)
class Start:
    """Where a recursion begins: `left`, the symbol at the step `at`, is `body`."""

    left: Node
    at: Node
    body: Node


@dataclass(frozen=True, slots=True)
class LocalSymbol:
    """A symbol the text defines: `left` is `body`, for every step and index.

    `labels` are the scripts that belong to its name, each with whether it stands above; `step` and `index` are
    the letters that stand for its step (`below`: as a subscript) and its indices. `axes` are those of the body, where
    its components may be asked for. A recursion has a `start`; its body is None until it is said how it goes on.
    """

    left: Name | Scripted
    body: Node | None
    letter: Node
    labels: tuple[tuple[bool, Node], ...] = ()
    step: str | None = None
    below: bool = False
    index: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    start: Start | None = None

    @property
    def example(self) -> Node:
        """A side that has the shape of the symbol and doesn't speak of it."""
        body = self.body if self.start is None else self.start.body
        assert body is not None
        return body


@dataclass(frozen=True, slots=True)
class Use:
    """A symbol of the text's own as it is used: what its letters stand for, and the components and powers left over."""

    symbol: LocalSymbol
    step: Node | None
    letters: tuple[tuple[str, Node], ...]
    subs: tuple[Node, ...]
    sups: tuple[Node, ...]


class Scope(Protocol):
    """Names, sizes and derivatives, as one unrolled network has them."""

    @property
    def steps(self) -> int:
        """The number of steps τ."""

    @property
    def step_below(self) -> bool:
        """Whether the network writes its steps as subscripts."""

    @property
    def step_bare(self) -> bool:
        """Whether the network writes its steps as superscripts without brackets, `h^t`."""

    @property
    def step_names(self) -> frozenset[str]:
        """Letters that run over steps (`t`)."""

    @property
    def references(self) -> Memory[Reference | None]:
        """What letters with scripts were found to refer to."""

    @property
    def letters(self) -> Memory[Mapping[str, tuple[str, ...]]]:
        """The free letters found in nodes."""

    @property
    def layout(self) -> Layout:
        """How derivatives by and of vectors are laid out (see `meaning.differentiate`)."""

    @property
    def order(self) -> Order:
        r"""How the factors of `\prod` stand: as the limits are written ("open": at first), or by step."""

    @property
    def lying(self) -> bool:
        """Whether vectors are rows here."""

    @property
    def circled_outer(self) -> bool:
        r"""Whether `\otimes` is the outer product here (else elementwise)."""

    def declared(self, base: str, accents: tuple[str, ...]) -> Sequence[Declaration]:
        """All symbols of that letter, whatever their labels; empty for an unknown letter."""

    def size(self, axis: str) -> int:
        """How many components an axis has."""

    def symbol(self, declaration: Declaration, step: int | None, index: tuple[int, ...]) -> Symbol:
        """One scalar; raises `Missing` when that step or component doesn't exist."""

    def symbols(self, declaration: Declaration, step: int | None) -> Mapping[tuple[int, int], Symbol]:
        """All its scalars by row and column, from (0, 0); raises `Missing` when one doesn't exist."""

    def named(self, value: Expr) -> Symbol | None:
        """The symbol that an equation of the network defines by just that value, if there is one."""

    def derivative(self, of: Expr, wrt: Symbol, copy: int | None, *, immediate: bool) -> Expr:
        """The total derivative (or the immediate one), by a shared symbol or by its copy of one step."""

    def derivatives(self, of: Expr, wrt: Mapping[K, Symbol], copy: int | None) -> Mapping[K, Expr]:
        """The total derivatives by many symbols, those that are 0 left out."""

    def function(self, name: str) -> UserFunction | str | None:
        """A function the text defines: its body, or the name of a primitive it stands for."""

    def redefined(self, letter: Name) -> bool:
        """Whether a local definition uses that letter, with any scripts."""

    def defined(self, node: Node) -> Use | None:
        """What a symbol says that the text has defined; None for any other."""
