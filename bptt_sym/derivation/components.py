"""One component of a vector or matrix expression: products become sums over a letter, functions act inside."""

from __future__ import annotations

from collections.abc import Sequence

from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.terms import ONE, bound, bracketed, call, letters_in, minus, over, plus, times, total
from bptt_sym.meaning.functions import named
from bptt_sym.meaning.indices import STEP, free_letters
from bptt_sym.meaning.reference import HORIZONS, is_transpose
from bptt_sym.primitives import VectorPrimitive
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Circled,
    Listing,
    Matrix,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
)

Axes = tuple[str | None, str | None]
SCALAR: Axes = (None, None)


class NoComponents(Exception):
    """This expression has no component form that could be written down."""


class Components:
    """Component forms in one notation; letters of inner sums avoid those already in use."""

    def __init__(self, notation: Notation, avoid: frozenset[str] = frozenset()) -> None:
        self.notation = notation
        self._avoid = avoid
        self._letters = notation.letters(avoid)

    def of(self, node: Node, row: Node | None, col: Node | None = None) -> Node:
        """The entry of an expression at a row and column letter or number; None where it has no such axis."""
        match node:
            case Number():
                return node
            case Name() | Scripted():
                return self._letter(node, row, col)
            case Paren(body) | Struck(body):
                return bracketed(self.of(body, row, col))
            case Negate(body):
                return minus(self.of(body, row, col))
            case Add(terms):
                return plus(self.of(term, row, col) for term in terms)
            case Product(factors):
                return self._product(factors, row, col)
            case Circled(factors, operator) if operator != "\\otimes" or not self._outer:
                return times(self.of(factor, row, col) for factor in factors)
            case Circled((left, right)):
                return times((self.of(left, row), self.of(right, col)))
            case Quotient(top, bottom):
                return over(
                    self.of(top, *self._fitting(top, row, col)),
                    self.of(bottom, *self._fitting(bottom, row, col)),
                )
            case Apply():
                return self._apply(node, row, col)
            case Big():
                return self._big(node, row, col)
            case _:
                raise NoComponents

    def _big(self, node: Big, row: Node | None, col: Node | None) -> Node:
        """A sum the text wrote itself: limits put in where it has none, its letter changed if it is taken."""
        body = node.body
        if node.conditions:
            raise NoComponents
        if len(node.indices) > 1:
            if node.lower is not None or node.upper is not None:
                raise NoComponents
            inner_sum = Big(node.kind, node.indices[1:], None, None, (), body)
            return self._big(Big(node.kind, node.indices[:1], None, None, (), inner_sum), row, col)
        letter = node.indices[0].base
        kinds = [k for k in free_letters(body, self.notation.setting.scope).get(letter, ()) if k]
        if letter in self._avoid:
            fresh = self._fresh()
            body = bound(body, {letter: Name(fresh)})
            letter = fresh
        inner = bracketed(self.of(body, row, col))
        lower, upper = node.lower or ONE, node.upper
        if upper is None or self._says_all(upper):
            upper = Name("\\tau") if STEP in kinds else Number(str(self.notation.size(kinds[0])))
        return Big(node.kind, (Name(letter),), lower, upper, (), inner)

    def _says_all(self, upper: Node) -> bool:
        """An upper limit such as n that nothing declares."""
        undeclared = isinstance(upper, Name | Scripted) and self.notation.reference(upper) is None
        return undeclared and not (isinstance(upper, Name) and upper.base in HORIZONS)

    @property
    def _outer(self) -> bool:
        return self.notation.setting.scope.circled_outer

    def _fitting(self, node: Node, row: Node | None, col: Node | None) -> tuple[Node | None, Node | None]:
        return (None, None) if self.axes(node) == SCALAR else (row, col)

    def axes(self, node: Node) -> Axes:
        """Row and column axis of an expression; None for size 1."""
        match node:
            case Number():
                return SCALAR
            case Name() | Scripted():
                return self._letter_axes(node)
            case Paren(body) | Negate(body) | Struck(body) | Big(body=body):
                return self.axes(body)
            case Add(terms) | Circled(terms):
                return next((a for a in map(self.axes, terms) if a != SCALAR), SCALAR)
            case Product(factors):
                shaped = [a for a in map(self.axes, factors) if a != SCALAR]
                return (shaped[0][0], shaped[-1][1]) if shaped else SCALAR
            case Quotient(top, bottom):
                return self.axes(top) if self.axes(top) != SCALAR else self.axes(bottom)
            case Apply(_, argument):
                return self.axes(argument)
            case Norm():
                return SCALAR
            case Listing() | Matrix():
                return ("stacked", None)
            case _:
                raise NoComponents

    def _letter_axes(self, node: Name | Scripted) -> Axes:
        reference = self.notation.reference(node)
        if reference is None:
            return self.axes(node.base) if isinstance(node, Scripted) and not isinstance(node.base, Name) else SCALAR
        if reference.index:
            return SCALAR
        axes: Axes = (*reference.declaration.axes, None, None)[:2]  # type: ignore[assignment]
        flips = sum(map(is_transpose, reference.rest))
        return (axes[1], axes[0]) if flips % 2 else axes

    def _letter(self, node: Name | Scripted, row: Node | None, col: Node | None) -> Node:
        reference = self.notation.reference(node)
        if reference is None:
            return self._unresolved(node, row, col)
        if reference.index or not reference.declaration.axes:
            return node
        places = [row, col]
        rest = tuple(script for script in reference.rest if not is_transpose(script))
        if (len(reference.rest) - len(rest)) % 2:
            places.reverse()
        index = tuple(p for p in places if p is not None)
        if len(index) != len(reference.declaration.axes):
            raise NoComponents
        entry = self.notation.write(reference.declaration, reference.step, index)
        return Scripted(Paren(entry), (), rest) if rest else entry

    def _unresolved(self, node: Name | Scripted, row: Node | None, col: Node | None) -> Node:
        if isinstance(node, Scripted):
            if isinstance(node.base, Norm):
                return self._norm(node.base, node.sups)
            if not isinstance(node.base, Name) and not node.subs and not any(map(is_transpose, node.sups)):
                return Scripted(Paren(self.of(node.base, row, col)), (), node.sups)
            if not isinstance(node.base, Name) and not node.subs and len(node.sups) == 1:
                return bracketed(self.of(node.base, col, row))
        if isinstance(node, Name) and node.base in ("1", *HORIZONS):
            return ONE if node.base == "1" else node
        if isinstance(node, Scripted) and isinstance(node.base, Name) and node.base.base == "e" and len(node.sups) == 1:
            return call("\\exp", self.of(node.sups[0], row, col))
        raise NoComponents

    def _norm(self, norm: Norm, scripts: tuple[Node, ...]) -> Node:
        """The square of a Euclidean (or Frobenius) norm is a sum of squares."""
        if scripts != (Number("2"),):
            raise NoComponents
        axes = [axis for axis in self.axes(norm.body) if axis is not None]
        letters = [self._fresh() for _ in axes]
        body: Node = Scripted(Paren(self.of(norm.body, *map(Name, letters))), (), (Number("2"),))
        for letter, axis in reversed(list(zip(letters, axes, strict=True))):
            body = self._sum(letter, axis, body)
        return body

    def _fresh(self) -> str:
        letter = next(self._letters, None)
        if letter is None:
            raise NoComponents
        return letter

    def _sum(self, letter: str, axis: str | None, body: Node) -> Node:
        if axis is None or axis == "stacked":
            raise NoComponents
        return total(letter, Number(str(self.notation.size(axis))), body)

    def _apply(self, node: Apply, row: Node | None, col: Node | None) -> Node:
        head = node.function.base if isinstance(node.function, Scripted) else node.function
        if not isinstance(head, Name) or head.base == "diag" or isinstance(node.argument, Listing):
            raise NoComponents
        if isinstance(named(head, self.notation.setting.scope), VectorPrimitive):
            letter = self._fresh()
            axis = self.axes(node.argument)[0]
            below = self._sum(letter, axis, call("\\exp", self.of(node.argument, Name(letter))))
            return Quotient(call("\\exp", self.of(node.argument, row, col)), below)
        return Apply(node.function, self.of(node.argument, row, col))

    def _product(self, factors: Sequence[Node], row: Node | None, col: Node | None) -> Node:
        """Scalars in front as they stand; the rest is a chain of matrices summed over inner letters."""
        scalars = [f for f in factors if self.axes(f) == SCALAR]
        chain = [f for f in factors if self.axes(f) != SCALAR]
        front = [self.of(f, None) for f in scalars]
        return times((*front, self._chain(chain, row, col))) if chain else times(front)

    def _chain(self, chain: Sequence[Node], row: Node | None, col: Node | None) -> Node:
        first, rest = chain[0], chain[1:]
        if not rest:
            return self.of(first, row, col)
        axis = self.axes(first)[1]
        if axis is None:
            return times((self.of(first, row), self._chain(rest, None, col)))
        stacked = _parts(rest[0]) if len(rest) == 1 else None
        if stacked is not None:
            return self._stacked(first, stacked, row)
        letter = self._fresh()
        inner = times((self.of(first, row, Name(letter)), self._chain(rest, Name(letter), col)))
        return self._sum(letter, axis, inner)

    def _stacked(self, first: Node, parts: Sequence[Node], row: Node | None) -> Node:
        """A matrix times columns one above another: a sum for each, its column letter moved along."""
        sums = []
        offset = 0
        for part in parts:
            axis = self.axes(part)[0]
            letter = self._fresh()
            place: Node = Name(letter) if offset == 0 else Add((Name(letter), Number(str(offset))))
            sums.append(self._sum(letter, axis, times((self.of(first, row, place), self.of(part, Name(letter))))))
            assert axis is not None
            offset += self.notation.size(axis)
        return plus(sums)


def _parts(node: Node) -> Sequence[Node] | None:
    """The columns that are stacked in brackets or in a column written out."""
    match node:
        case Paren(Listing(items)) | Listing(items):
            return items
        case Matrix(rows) if all(len(row) == 1 for row in rows):
            return [row[0] for row in rows]
        case _:
            return None


def component(node: Node, notation: Notation, index: tuple[Node, ...], avoid: frozenset[str] = frozenset()) -> Node:
    """The component of an equation's right side at the given letters or numbers; raises NoComponents.

    Letters of inner sums are none of `avoid`.
    """
    avoid |= {letter for part in index for letter in letters_in(part)}
    places = (*index, None, None)[:2]
    return Components(notation, avoid).of(node, *places)
