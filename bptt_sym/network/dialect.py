"""How a text writes what others write with scripts: time as an argument, its last step, what a symbol depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bptt_sym.errors import Span, Unreadable
from bptt_sym.meaning.reference import HORIZONS
from bptt_sym.network.notation import find_notation
from bptt_sym.written.nodes import (
    Add,
    Big,
    Listing,
    Nabla,
    Name,
    Node,
    Number,
    Paren,
    Product,
    Scripted,
    transform,
    walk,
)

TIME_LETTERS = frozenset(("t", "n", "k", "s"))


@dataclass(frozen=True, slots=True)
class Dialect:
    r"""What must be rewritten so that steps are scripts and the last one is \tau.

    `argument` is the letter of `h(t)`; `horizon` the letter that sums over steps run up to, where nothing else is
    called so; `called` are letters defined with a list of what they depend on, `E_t(y_t, \hat y_t)`.
    """

    argument: str | None = None
    horizon: str | None = None
    called: frozenset[str] = frozenset()

    def normal(self, node: Node) -> Node:
        """The node with steps above, its last step called τ, and lists of dependencies left out; spans stay.

        Raises Unreadable where it is not clear of what a time in brackets is the time.
        """
        if self.called:
            node = transform(node, self._uncalled)
        if self.argument is not None:
            node = transform(node, self._with_step_above)
        return node if self.horizon is None else transform(node, self._with_horizon)

    def tried(self, node: Node) -> Node | None:
        """The same; None where it can't be told."""
        try:
            return self.normal(node)
        except Unreadable:
            return None

    def _with_step_above(self, node: Node) -> Node:
        if not isinstance(node, Product) or self.argument is None:
            return node
        factors: list[Node] = []
        operators: list[str] = []
        for k, factor in enumerate(node.factors):
            moment, sups = (factor.base, factor.sups) if isinstance(factor, Scripted) else (factor, ())
            head = factors[-1] if k and not node.operators[k - 1] else None
            inner = head.body if isinstance(head, Nabla) else head
            if head is not None and inner is not None and is_moment(inner, moment, self.argument):
                span = head.span.to(factor.span) if head.span else None
                assert isinstance(moment, Paren)
                timed = _raised(inner, (replace(moment, open="("), *sups), span)
                factors[-1] = replace(head, body=timed, span=span) if isinstance(head, Nabla) else timed
                continue
            if head is not None and _is_time(moment, self.argument):
                raise Unreadable("of what is this the time?", factor.span)
            operators.extend(node.operators[k - 1 : k] if k else ())
            factors.append(factor)
        return _product(node, factors, operators)

    def _with_horizon(self, node: Node) -> Node:
        return replace(node, base="\\tau") if isinstance(node, Name) and node.base == self.horizon else node

    def _uncalled(self, node: Node) -> Node:
        """`E_t(y_t, p_t)` is E_t, where it was defined so."""
        if not isinstance(node, Product):
            return node
        factors: list[Node] = []
        operators: list[str] = []
        for k, factor in enumerate(node.factors):
            if k and not node.operators[k - 1] and _letter(factors[-1]) in self.called and _is_list(factor):
                continue
            operators.extend(node.operators[k - 1 : k] if k else ())
            factors.append(factor)
        return _product(node, factors, operators)


def _raised(head: Node, sups: tuple[Node, ...], span: Span | None) -> Scripted:
    """The letter with more superscripts, in one node with the scripts that it has."""
    if isinstance(head, Scripted):
        return Scripted(head.base, head.subs, (*head.sups, *sups), span=span)
    return Scripted(head, (), sups, span=span)


def _product(node: Product, factors: list[Node], operators: list[str]) -> Node:
    if len(factors) == len(node.factors):
        return node
    return factors[0] if len(factors) == 1 else replace(node, factors=tuple(factors), operators=tuple(operators))


def find_dialect(pairs: Sequence[tuple[Node, Node]]) -> Dialect:
    """The dialect of equations, given as pairs of sides."""
    called = frozenset(letter for left, _ in pairs for letter in _called(left))
    plain = [(Dialect(called=called).normal(left), body) for left, body in pairs]
    letters = {letter for left, _ in plain if (letter := _argument(left)) is not None}
    argument = next(iter(letters)) if len(letters) == 1 and letters <= TIME_LETTERS else None
    above = Dialect(argument)
    return Dialect(argument, _horizon([(above.normal(left), above.normal(body)) for left, body in plain]), called)


def _called(left: Node) -> Iterator[str]:
    """The letter of a left side such as `E_t(y_t, p_t)`."""
    match left:
        case Product((Name() | Scripted() as head, bracket), ("",)) if _is_list(bracket):
            letter = _letter(head)
            if letter is not None:
                yield letter


def _is_list(node: Node) -> bool:
    return isinstance(node, Paren) and isinstance(node.body, Listing) and node.open in "(["


def _letter(node: Node) -> str | None:
    while isinstance(node, Scripted):
        node = node.base
    return node.base if isinstance(node, Name) else None


def _horizon(pairs: Sequence[tuple[Node, Node]]) -> str | None:
    """A letter up to which a sum over steps runs, and that nothing defines."""
    letter = find_notation(pairs, frozenset()).letter
    defined = {part.base for left, _ in pairs for part in walk(left) if isinstance(part, Name)}
    limits = (
        {
            part.upper.base
            for _, body in pairs
            for part in walk(body)
            if isinstance(part, Big) and isinstance(part.upper, Name) and [n.base for n in part.indices] == [letter]
        }
        - defined
        - HORIZONS
    )
    return next(iter(limits)) if len(limits) == 1 else None


def _argument(left: Node) -> str | None:
    """The letter in the bracket of `h(t)`."""
    match left:
        case Product((Name() | Scripted(), Paren(Name(letter, ()))), ("",)):
            return letter
        case _:
            return None


def is_at_time(node: Node, letter: str) -> bool:
    """Whether some factors of a product are a symbol and its time."""
    factors = node.factors if isinstance(node, Product) else ()
    return any(is_moment(head, argument, letter) for head, argument in pairwise(factors))


def is_moment(head: Node, argument: Node, letter: str) -> bool:
    r"""A letter and `(t)`, `[t]`, `(t - 1)`, `(\tau)` or `(2)` behind it."""
    return isinstance(head, Name | Scripted) and _is_time(argument, letter)


def _is_time(argument: Node, letter: str) -> bool:
    if not isinstance(argument, Paren) or argument.open not in "([":
        return False
    if isinstance(argument.body, Number):
        return argument.body.text.isdigit()
    inside = argument.body.terms[0] if isinstance(argument.body, Add) else argument.body
    return isinstance(inside, Name) and not inside.accents and inside.base in (letter, "\\tau", "T")
