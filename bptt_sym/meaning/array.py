"""Arrays of SymPy expressions, zeros left out, and values that take their shape from what stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from sympy import Expr, Mul

from bptt_sym.algebra import ONE, ZERO, add, multiply
from bptt_sym.errors import NoComponent
from bptt_sym.limits import ask

Shape: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Array:
    """A matrix, a column (cols = 1), a row (rows = 1), or a scalar (1×1); `entries` from (0, 0), zeros absent."""

    rows: int
    cols: int
    entries: Mapping[tuple[int, int], Expr]

    @property
    def shape(self) -> Shape:
        """Rows and columns."""
        return self.rows, self.cols

    @property
    def is_scalar(self) -> bool:
        """Whether it is 1×1."""
        return self.rows == 1 and self.cols == 1

    @property
    def largest(self) -> int:
        """The parts of its largest entry, each as often as it stands there."""
        return max((parts_of(entry) for entry in self.entries.values()), default=0)

    def at(self, i: int, j: int = 0) -> Expr:
        """One entry, from (0, 0)."""
        return self.entries.get((i, j), ZERO)

    def map(self, function: Callable[[Expr], Expr]) -> Array:
        """The function of every entry, zeros included."""
        return Array(
            self.rows,
            self.cols,
            _nonzero({(i, j): function(self.at(i, j)) for i in range(self.rows) for j in range(self.cols)}),
        )

    def scaled(self, factor: Expr) -> Array:
        """Every entry times a scalar."""
        if factor is ONE:
            return self
        return Array(self.rows, self.cols, _nonzero({k: multiply(factor, e) for k, e in self.entries.items()}))

    @property
    def transposed(self) -> Array:
        """Rows for columns."""
        return Array(self.cols, self.rows, {(j, i): e for (i, j), e in self.entries.items()})


@dataclass(frozen=True, slots=True)
class Flexible:
    """A value whose shape its neighbours decide.

    `kind`: "number" (a literal: that number in each component), "zero" (0 of any shape), "ones" (the
    vector of ones), "unit" (the unit vector of component `place`, from 1), "identity", "lines" (rows that all hold
    `line`, any number of them), "all" (a matrix with the same number everywhere); all times `factor`. Ones and units
    stand, or lie where they are `flipped`, and then lines are columns; `loose` ones are rows or columns as it fits.
    """

    kind: str
    factor: Expr
    place: int = 0
    flipped: bool = False
    loose: bool = False
    line: tuple[Expr, ...] = ()

    def shaped(self, shape: Shape) -> Array | None:
        """As an array of that shape; None where it can't be, NoComponent where it has too few components."""
        rows, cols = shape
        flipped = rows == 1 < cols if self.loose else self.flipped
        match self.kind:
            case "zero":
                return Array(rows, cols, {})
            case "number":
                return Array(rows, cols, {(i, j): self.factor for i in range(rows) for j in range(cols)})
            case "lines" if min(shape) > 1 and (cols, rows)[flipped] == len(self.line):
                entries = [multiply(self.factor, entry) for entry in self.line]
                places = ((i, j) for i in range(rows) for j in range(cols))
                return Array(rows, cols, _nonzero({place: entries[place[not flipped]] for place in places}))
            case "all" if min(shape) > 1:
                return Array(rows, cols, {(i, j): self.factor for i in range(rows) for j in range(cols)})
            case "identity" if rows == cols:
                return Array(rows, cols, {(i, i): self.factor for i in range(rows)})
            case "ones" if (cols, rows)[flipped] == 1:
                return Array(rows, cols, {(i, j): self.factor for i in range(rows) for j in range(cols)})
            case "unit" if (cols, rows)[flipped] == 1:
                if self.place > (rows, cols)[flipped]:
                    raise NoComponent(f"the unit vector of component {self.place} doesn't exist")
                key = (0, self.place - 1) if flipped else (self.place - 1, 0)
                return Array(rows, cols, {key: self.factor})
            case _:
                return None

    @property
    def transposed(self) -> Flexible:
        """Ones and units lie down; the rest is symmetric."""
        return replace(self, flipped=not self.flipped)

    def scaled(self, factor: Expr) -> Flexible:
        """Times a scalar; a number stays a literal."""
        return replace(self, factor=Mul(self.factor, factor))


Value: TypeAlias = Array | Flexible


def scalar(expr: Expr) -> Array:
    """A 1×1 array."""
    return Array(1, 1, {} if expr is ZERO else {(0, 0): expr})


def literal(number: Expr) -> Flexible:
    """A number as it stands in a text."""
    return Flexible("zero" if number == 0 else "number", number)


def column(entries: list[Expr]) -> Array:
    """A column vector."""
    return Array(len(entries), 1, _nonzero({(i, 0): e for i, e in enumerate(entries)}))


def total(arrays: list[Array]) -> Array:
    """The sum of arrays of one shape."""
    parts: dict[tuple[int, int], list[Expr]] = {}
    for array in arrays:
        for key, entry in array.entries.items():
            parts.setdefault(key, []).append(entry)
    return Array(
        arrays[0].rows,
        arrays[0].cols,
        _nonzero({key: add(es) for key, es in parts.items()}),
    )


def matrix_product(a: Array, b: Array) -> Array:
    """The matrix product; the inner sizes must agree."""
    assert a.cols == b.rows
    by_row: dict[int, list[tuple[int, Expr]]] = {}
    for (k, j), entry in b.entries.items():
        by_row.setdefault(k, []).append((j, entry))
    parts: dict[tuple[int, int], list[Expr]] = {}
    for (i, k), entry in a.entries.items():
        ask()
        for j, other in by_row.get(k, ()):
            parts.setdefault((i, j), []).append(multiply(entry, other))
    return Array(a.rows, b.cols, _nonzero({key: add(es) for key, es in parts.items()}))


def elementwise(a: Array, b: Array, function: Callable[[Expr, Expr], Expr]) -> Array:
    """A function of the entries at the same place; the shapes must agree."""
    assert a.shape == b.shape
    keys = [(i, j) for i in range(a.rows) for j in range(a.cols)]
    return Array(a.rows, a.cols, _nonzero({k: function(a.at(*k), b.at(*k)) for k in keys}))


@lru_cache(maxsize=10_000)
def parts_of(expr: Expr) -> int:
    """How many symbols, numbers and operations an expression is made of, each as often as it stands there."""
    return 1 if not expr.args else 1 + sum(map(parts_of, expr.args))


def _nonzero(entries: dict[tuple[int, int], Expr]) -> dict[tuple[int, int], Expr]:
    return {key: entry for key, entry in entries.items() if entry is not ZERO}
