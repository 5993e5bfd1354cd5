"""What a decision can say, and what it needs to know of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from sympy import Expr, Symbol

Given: TypeAlias = Literal["", "sum_y", "one_hot"]


class AppliedPrimitive(Protocol):
    """A primitive of the table applied to whole nodes (see `network.graph.Application`)."""

    @property
    def primitive(self) -> str:
        """The name in the table."""

    @property
    def inputs(self) -> tuple[Symbol, ...]:
        """The arguments."""

    @property
    def outputs(self) -> tuple[Symbol, ...]:
        """The values."""


class Theory(Protocol):
    """Definitions, one level deep; where they came from is not asked.

    A definition uses symbols of lower rank only; free symbols have no definition. `targets` are the groups
    of which a hypothesis may speak.
    """

    @property
    def applications(self) -> Sequence[AppliedPrimitive]:
        """The primitives applied to whole nodes."""

    @property
    def targets(self) -> Sequence[tuple[Symbol, ...]]:
        """One group of target symbols a step."""

    def definition(self, symbol: Symbol) -> Expr | None:
        """What the symbol was assigned, one level deep; None for a free one."""

    def rank(self, symbol: Symbol) -> int:
        """Its place in the order in which definitions use symbols."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One replacement a proof made: `symbol` by `replacement`, because of `law`.

    Laws: "definition" (the graph's own assignment), "normalised" (values sum to 1), "exponential"
    (exp(k a) from a primitive's value), "hypothesis", "name" (an opaque subterm got a name; read
    backwards), and whatever further law `docs/design.md` lists.
    """

    law: str
    symbol: Symbol
    replacement: Expr


@dataclass(frozen=True, slots=True)
class Certificate:
    """What to replay: after the rewrites, in order, `lhs - rhs` is 0 as a rational function.

    `given` is the hypothesis the rewrites may use; `cases` are the certificates of the one-hot cases where
    the proof goes by cases (it has no rewrites of its own then).
    """

    lhs: Expr
    rhs: Expr
    rewrites: tuple[Rewrite, ...]
    given: Given = ""
    cases: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Proved:
    """Equal wherever both sides are defined, under the weakest hypothesis `given`.

    `certificate` is None where none was asked for; `note` names a divisor that vanishes for some one-hot target.
    """

    given: Given
    certificate: Certificate | None
    note: str = ""

    def __repr__(self) -> str:
        given = f", given {self.given}" if self.given else ""
        return f"<Proved{given}{f': {self.note}' if self.note else ''}>"


@dataclass(frozen=True, slots=True)
class Witness:
    """A rational point, one-hot in every target group, at which the sides differ; balls as decimals."""

    point: tuple[tuple[Symbol, str], ...]
    lhs: str
    rhs: str


@dataclass(frozen=True, slots=True)
class Refuted:
    """Different at a point that satisfies every hypothesis."""

    witness: Witness

    def __repr__(self) -> str:
        return f"<Refuted: left side {self.witness.lhs}, right side {self.witness.rhs}>"


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither shown; `why` says which limit or which doubt, and what evidence there is."""

    why: str

    def __repr__(self) -> str:
        return f"<Undecided: {self.why}>"


Verdict: TypeAlias = Proved | Refuted | Undecided
