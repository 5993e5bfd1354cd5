"""Derivatives in index notation: of an expression in components by one component, Kronecker deltas contracted.

The result is a sum of `Term`s. A term's deltas are pairs of indices (or steps) that must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bptt_sym.derivation.components import NoComponents
from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.terms import (
    ONE,
    bare,
    bound,
    letters_in,
    minus,
    moved,
    offset,
    over,
    plus,
    power,
    replaced,
    times,
)
from bptt_sym.meaning.functions import named
from bptt_sym.meaning.scope import Declaration
from bptt_sym.primitives import Primitive
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
    walk,
)
from bptt_sym.written.reader import read

Pair = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Target:
    """What is differentiated by: a component of a symbol at a step (None: the shared parameter)."""

    declaration: Declaration
    step: Node | None
    index: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A factor that counts only where the pairs agree."""

    body: Node
    deltas: tuple[Pair, ...] = ()


def partial(node: Node, target: Target, notation: Notation, value: Node | None = None) -> tuple[Term, ...]:
    """The immediate derivative of an expression in components.

    `value` is the symbol that the whole expression defines: derivatives of functions are written with it.
    Raises NoComponents where no rule is known.
    """

    def inside(part: Node) -> tuple[Term, ...]:
        return partial(part, target, notation)

    match node:
        case Number():
            return ()
        case Name() | Scripted():
            return _letter(node, target, notation)
        case Paren(body) | Struck(body):
            return partial(body, target, notation, value)
        case Negate(body):
            return tuple(replace(t, body=minus(t.body)) for t in inside(body))
        case Add(terms):
            return tuple(t for term in terms for t in inside(term))
        case Product(factors):
            return _product(factors, target, notation)
        case Quotient():
            return _quotient(node, target, notation)
        case Big(kind="sum"):
            return tuple(_summed(node, t) for t in inside(node.body))
        case Apply():
            return _apply(node, target, notation, value)
        case _:
            raise NoComponents


def _letter(node: Name | Scripted, target: Target, notation: Notation) -> tuple[Term, ...]:
    reference = notation.reference(node)
    if reference is None:
        return _power(node, target, notation)
    if reference.rest:
        inner = notation.write(reference.declaration, reference.step, reference.index)
        return _power(Scripted(Paren(inner), (), reference.rest), target, notation)
    if reference.declaration != target.declaration:
        return ()
    pairs = list(zip(reference.index, target.index, strict=True))
    if target.step is not None and reference.step is not None:
        pairs.append((reference.step, target.step))
    return agreeing(pairs, Term(ONE))


def agreeing(pairs: Sequence[Pair], term: Term) -> tuple[Term, ...]:
    """Pairs that surely agree are dropped, with one that surely differs nothing is left."""
    kept = []
    for a, b in pairs:
        if a == b:
            continue
        if (isinstance(a, Number) and isinstance(b, Number)) or _apart(a, b):
            return ()
        kept.append((a, b))
    return (replace(term, deltas=(*term.deltas, *kept)),)


def _apart(a: Node, b: Node) -> bool:
    """t and t + 1 never agree."""
    first, second = offset(a), offset(b)
    return first[0] == second[0] and first[1] != second[1]


def _power(node: Name | Scripted, target: Target, notation: Notation) -> tuple[Term, ...]:
    """u^n gives n u^(n-1) u'."""
    match node:
        case Scripted(base, (), (Number(text),)) if text.isdigit() and not isinstance(base, Name):
            inner = partial(base, target, notation)
            n = int(text)
            lower = bare(base) if n == 2 else power(base, str(n - 1))
            return tuple(replace(t, body=times((Number(text), lower, t.body))) for t in inner)
        case _ if not _mentions(node, target, notation):
            return ()
        case _:
            raise NoComponents


def _mentions(node: Node, target: Target, notation: Notation) -> bool:
    return any(
        (r := notation.reference(part)) is not None and r.declaration == target.declaration
        for part in walk(node)
        if isinstance(part, Name | Scripted)
    )


def _product(factors: Sequence[Node], target: Target, notation: Notation) -> tuple[Term, ...]:
    return tuple(
        replace(t, body=times((*factors[:k], t.body, *factors[k + 1 :])))
        for k, factor in enumerate(factors)
        for t in partial(factor, target, notation)
    )


def _quotient(node: Quotient, target: Target, notation: Notation) -> tuple[Term, ...]:
    top = partial(node.numerator, target, notation)
    bottom = partial(node.denominator, target, notation)
    square = power(node.denominator, "2")
    first = [replace(t, body=over(t.body, node.denominator)) for t in top]
    second = [replace(t, body=minus(over(times((node.numerator, t.body)), square))) for t in bottom]
    return (*first, *second)


def _summed(node: Big, term: Term) -> Term:
    """A sum over a letter that must agree with something is that one term."""
    for name in node.indices:
        for pair in term.deltas:
            other = _solved(pair, name.base)
            if other is not None:
                left = tuple(p for p in term.deltas if p != pair)
                values = {name.base: other}
                return Term(bound(term.body, values), tuple((bound(a, values), bound(b, values)) for a, b in left))
    if any(name.base in letters_in(part) for name in node.indices for pair in term.deltas for part in pair):
        raise NoComponents
    if not any(name.base in letters_in(term.body) for name in node.indices):
        raise NoComponents
    return replace(term, body=replace(node, body=term.body))


def _solved(pair: Pair, letter: str) -> Node | None:
    """What a letter must be for the pair to agree: m = j, or m - 1 = t gives m = t + 1."""
    for mine, other in (pair, pair[::-1]):
        base, shift = offset(mine)
        if isinstance(base, Name) and base.base == letter:
            return moved(other, -shift)
    return None


def _apply(node: Apply, target: Target, notation: Notation, value: Node | None) -> tuple[Term, ...]:
    """f(u) gives f'(u) u', f' as the table of primitives writes it."""
    inner = partial(node.argument, target, notation)
    if not inner:
        return ()
    if not isinstance(node.function, Name):
        raise NoComponents
    row = named(node.function, notation.setting.scope)
    if not isinstance(row, Primitive):
        raise NoComponents
    outer = slope(row, node.argument, value if value is not None else node)
    return tuple(replace(t, body=times((outer, t.body))) for t in inner)


def slope(row: Primitive, argument: Node, value: Node) -> Node:
    """f' at an argument, with the value of f where the table writes it so."""
    template = read(row.written)
    squared = Scripted(Name("f"), (), (Number("2"),))
    bracketed_value = value if isinstance(value, Name) else Paren(value)
    exact: dict[Node, Node] = {squared: Scripted(bracketed_value, (), (Number("2"),)), Name("f"): value}
    if isinstance(bare(argument), Name | Scripted):
        exact[Scripted(Name("a"), (), (Number("2"),))] = Scripted(Paren(bare(argument)), (), (Number("2"),))
    return replaced(template, {**exact, Name("a"): bare(argument)})


def assembled(terms: Sequence[Term], kronecker: bool = True) -> Node:
    """The terms as one expression, pairs that are left as Kronecker deltas."""
    parts = []
    for term in terms:
        deltas = [Scripted(Name("\\delta"), (Product(pair, ("",)),)) for pair in term.deltas]
        if deltas and not kronecker:
            raise NoComponents
        parts.append(times((*deltas, term.body)))
    return plus(parts)
