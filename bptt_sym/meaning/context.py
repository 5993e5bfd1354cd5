"""Where a node is evaluated: the scope, the bound letters, and the conditions met so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr

from bptt_sym.errors import Span, Unreadable
from bptt_sym.limits import ask
from bptt_sym.meaning.array import Value
from bptt_sym.meaning.indices import integer
from bptt_sym.meaning.scope import Binding, Scope
from bptt_sym.written.nodes import Node

MOST_NODES = 1_000_000


@dataclass(slots=True)
class Conditions:
    """What must hold for a meaning to be defined, collected while reading; cancelled divisors stay.

    `divisors` must not be 0, `positives` must be above it; `one_hot` says that an indicator of a target was
    read; `readings` are the conventions that a reading depends on; `terms` counts what sums wrote out,
    `nodes` the parts of the expression, each as often as it is written out.
    """

    divisors: list[Expr] = field(default_factory=list)
    positives: list[Expr] = field(default_factory=list)
    one_hot: bool = False
    readings: dict[str, None] = field(default_factory=dict)
    terms: int = 0
    nodes: int = 0

    def visit(self, place: Span | None) -> None:
        """Counts one more part of an expression; Unreadable past what can be written out, TimeUp past the deadline."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unreadable("this is too long to write out", place)
        ask()

    def and_also(self, other: Conditions) -> Conditions:
        """All conditions of both."""
        return Conditions(
            self.divisors + other.divisors,
            self.positives + other.positives,
            self.one_hot or other.one_hot,
            {**self.readings, **other.readings},
        )


@dataclass(frozen=True, slots=True)
class Context:
    """A scope with bound letters; `rule` evaluates a node in a context, `letters` have values of their own.

    `summed` says that a sum or product binds some of the letters.
    """

    scope: Scope
    binding: Binding
    conditions: Conditions
    rule: Callable[[Node, Context], Value]
    letters: Mapping[str, Value] = field(default_factory=dict)
    summed: bool = False

    def of(self, node: Node) -> Value:
        """The meaning of a node here."""
        return self.rule(node, self)

    def integer(self, node: Node) -> int:
        """The value of an index or a step here."""
        return integer(node, self.scope, self.binding)

    def bound(self, binding: Binding) -> Context:
        """The same place with other letters bound."""
        return replace(self, binding=binding)
