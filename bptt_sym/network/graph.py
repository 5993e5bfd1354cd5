"""The unrolled network as scalar single assignments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr, Symbol

from bptt_sym.symbols import Ref


@dataclass(frozen=True, slots=True)
class Assignment:
    """`symbol := expr`, over symbols that are free or assigned before."""

    symbol: Symbol
    expr: Expr


@dataclass(frozen=True, slots=True)
class Application:
    """A primitive of the table applied to whole nodes: outputs[k] is its k-th value at `inputs`.

    Elementwise primitives have one input and one output, softmax has n of each. `inputs` may be free
    symbols or assigned ones; `outputs` are assigned, with the same meaning written out in SymPy.
    """

    primitive: str
    inputs: tuple[Symbol, ...]
    outputs: tuple[Symbol, ...]


@dataclass(frozen=True)
class Graph:
    """Assignments in topological order, and what is known of their symbols.

    `targets` are the groups of target symbols (one group a step) of which Σ_i y_i = 1 or y one-hot may be
    assumed, because they multiply logarithms in the loss; `refs` says what each symbol is; `auxiliary` are those
    that only name an argument written inside another equation.
    """

    assignments: tuple[Assignment, ...]
    applications: tuple[Application, ...] = ()
    targets: tuple[tuple[Symbol, ...], ...] = ()
    refs: Mapping[Symbol, Ref] = field(default_factory=dict, compare=False, repr=False)
    auxiliary: frozenset[Symbol] = frozenset()
    _positions: dict[Symbol, int] = field(init=False, compare=False, repr=False)
    _values: dict[Expr, Symbol | None] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        positions = {a.symbol: k for k, a in enumerate(self.assignments)}
        assert len(positions) == len(self.assignments), "a symbol is assigned twice"
        object.__setattr__(self, "_positions", positions)

    def __repr__(self) -> str:
        free = len(self.refs) - sum(a.symbol in self.refs for a in self.assignments)
        return f"<Graph: {len(self.assignments)} assignments over {free} free symbols>"

    def definition(self, symbol: Symbol) -> Expr | None:
        """The right side that `symbol` was assigned, one level deep; None for a free symbol."""
        place = self._positions.get(symbol)
        return None if place is None else self.assignments[place].expr

    def named(self, value: Expr) -> Symbol | None:
        """The symbol that is that expression, or the only one that was assigned just that."""
        if value.is_Symbol:
            return value if value in self.refs else None
        if not self._values:
            for assignment in self.assignments:
                known = assignment.expr in self._values
                self._values[assignment.expr] = None if known else assignment.symbol
        return self._values.get(value)

    def rank(self, symbol: Symbol) -> int:
        """Position in the topological order; -1 for a free symbol. A definition uses lower ranks only."""
        return self._positions.get(symbol, -1)
