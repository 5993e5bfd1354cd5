"""From sums over letters back to matrices: `Σ_i w_ij d_i g_i` is `Wᵀ diag(d) g`.

A term is a product of factors, each with the letters it is indexed by; letters that the result doesn't carry
are summed over. Folding walks from the result's letters along the two-letter factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.terms import (
    ONE,
    bare,
    bracketed,
    derivative,
    letters_in,
    minus,
    nabla,
    plus,
    times,
    transposed,
)
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Circled,
    Derivative,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
)


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor and its component letters, in the order of its axes."""

    node: Node
    letters: tuple[str, ...]


def fold(node: Node, result: tuple[str, ...], notation: Notation) -> Node | None:
    """A sum in components as an expression in matrices, its value carrying the letters `result`; None if it resists."""
    match bare(node):
        case Add(terms):
            folded = [fold(term, result, notation) for term in terms]
            return None if any(f is None for f in folded) else plus(f for f in folded if f is not None)
        case Negate(body):
            inner = fold(body, result, notation)
            return None if inner is None else Negate(bracketed(inner) if isinstance(inner, Add) else inner)
        case Big(kind="sum", indices=indices, body=body) as total:
            if any(name.base == notation.step.base for name in indices):
                inner = fold(body, result, notation)
                return None if inner is None else Big("sum", indices, total.lower, total.upper, (), bracketed(inner))
            return fold(body, result, notation)
        case other:
            return _fold_product(other, result, notation)


def _fold_product(node: Node, result: tuple[str, ...], notation: Notation) -> Node | None:
    scalars: list[Node] = []
    factors: list[Factor] = []
    for factor in _flat(node):
        letters = component_letters(factor, notation)
        if len(letters) > 2:
            return None
        if letters:
            factors.append(Factor(factor, letters))
        else:
            scalars.append(factor)
    chain = _Chain(factors, notation)
    folded = chain.folded(result)
    if folded is None or chain.left:
        return None
    return times((*scalars, folded))


def _flat(node: Node) -> Sequence[Node]:
    inner = bare(node)
    match inner:
        case Product(factors):
            return [part for factor in factors for part in _flat(factor)]
        case Big(kind="sum", body=body):
            return _flat(body)
        case Struck(body):
            return _flat(body)
        case _:
            return [inner]


def component_letters(node: Node, notation: Notation) -> tuple[str, ...]:
    """The component letters that occur free in a factor, in order of first use."""
    from bptt_sym.meaning.indices import STEP, free_letters

    found = free_letters(node, notation.setting.scope)
    return tuple(letter for letter, kinds in found.items() if STEP not in kinds and letter != notation.step.base)


class _Chain:
    """Factors waiting to be placed."""

    def __init__(self, factors: Sequence[Factor], notation: Notation) -> None:
        self.left = list(factors)
        self.notation = notation

    def folded(self, result: tuple[str, ...]) -> Node | None:
        """The whole product with the given letters on its value."""
        match result:
            case ():
                return self._inner()
            case (letter,):
                return self._vector(letter)
            case (row, col):
                return self._outer(row, col)
            case _:
                return None

    def _take(self, letter: str, size: int) -> list[Factor]:
        taken = [f for f in self.left if letter in f.letters and len(f.letters) == size]
        self.left = [f for f in self.left if f not in taken]
        return taken

    def _vector(self, letter: str) -> Node | None:
        """Everything on one letter, as a column: diagonal factors, then a matrix and the rest, or a vector."""
        on = [self._whole(f, letter) for f in self._take(letter, 1)]
        links = self._take(letter, 2)
        if len(links) > 1 or any(part is None for part in on):
            return None
        vectors = [part for part in on if part is not None]
        if not links:
            return _diagonal(vectors)
        matrix, other = self._oriented(links[0], letter)
        rest = self._vector(other)
        if matrix is None or rest is None:
            return None
        front = [_diag(_circled(vectors))] if vectors else []
        return times((*front, matrix, rest))

    def _oriented(self, link: Factor, letter: str) -> tuple[Node | None, str]:
        row, col = link.letters
        whole = whole_of(link.node, self.notation, (row, col))
        if whole is None:
            return None, ""
        return (whole, col) if row == letter else (transposed(whole), row)

    def _outer(self, row: str, col: str) -> Node | None:
        """A column times a row; or a matrix between diagonals where one factor carries both letters."""
        both = [f for f in self.left if set(f.letters) == {row, col}]
        if both:
            return self._between(row, col, both)
        left = self._vector(row)
        right = self._vector(col)
        return None if left is None or right is None else times((_column(left), transposed(right)))

    def _between(self, row: str, col: str, both: list[Factor]) -> Node | None:
        if len(both) != 1:
            return None
        self.left.remove(both[0])
        matrix, other = self._oriented(both[0], row)
        left = [self._whole(f, row) for f in self._take(row, 1)]
        right = [self._whole(f, col) for f in self._take(col, 1)]
        if matrix is None or other != col or any(p is None for p in (*left, *right)):
            return None
        rows = [_diag(_circled([p for p in left if p is not None]))] if left else []
        cols = [_diag(_circled([p for p in right if p is not None]))] if right else []
        return times((*rows, matrix, *cols))

    def _inner(self) -> Node | None:
        """A scalar: one vector lying down times the rest."""
        first = next((f for f in self.left if len(f.letters) == 1), None)
        if first is None:
            return ONE if not self.left else None
        self.left.remove(first)
        row = self._whole(first, first.letters[0])
        rest = self._vector(first.letters[0])
        if row is None or rest is None:
            return None
        return times((transposed(row), rest))

    def _whole(self, factor: Factor, letter: str) -> Node | None:
        return whole_of(factor.node, self.notation, (letter,))


def _column(node: Node) -> Node:
    return Paren(node) if isinstance(node, Product) else node


def _diag(vector: Node) -> Node:
    return Apply(Name("diag"), bare(vector))


def _diagonal(vectors: list[Node]) -> Node | None:
    """Several vectors on one letter: all but the gradient as diagonal matrices in front of it."""
    if not vectors:
        return Name("1", bold=True)
    last = next((v for v in vectors if _is_gradient(v)), vectors[-1])
    front = [v for v in vectors if v is not last]
    return times((_diag(_circled(front)), last)) if front else last


def _is_gradient(node: Node) -> bool:
    return type(bare(node)).__name__ in ("Nabla", "Derivative")


def whole_of(node: Node, notation: Notation, letters: tuple[str, ...]) -> Node | None:
    """An expression of components with these letters as one of whole vectors or a whole matrix; None if it mixes."""
    match node:
        case Number():
            return node
        case Name() | Scripted():
            return _whole_letter(node, notation, letters)
        case Paren(body):
            inner = whole_of(body, notation, letters)
            return None if inner is None else Paren(bare(inner))
        case Negate(body):
            inner = whole_of(body, notation, letters)
            return None if inner is None else Negate(inner)
        case Derivative(of, (by,)) if of is not None:
            return _whole_derivative(of, by, notation, letters)
        case _ if len(letters) != 1:
            return None
        case Add(terms):
            parts = [whole_of(term, notation, letters) for term in terms]
            return None if any(p is None for p in parts) else Add(tuple(p for p in parts if p is not None))
        case Product(factors):
            parts = [whole_of(factor, notation, letters) for factor in factors]
            if any(p is None for p in parts):
                return None
            scalar = [not component_letters(factor, notation) for factor in factors]
            fixed = [p for p, alone in zip(parts, scalar, strict=True) if p is not None and alone]
            moving = [p for p, alone in zip(parts, scalar, strict=True) if p is not None and not alone]
            return times((*fixed, _circled(moving))) if moving else times(fixed)
        case Quotient(top, bottom):
            above, below = whole_of(top, notation, letters), whole_of(bottom, notation, letters)
            return None if above is None or below is None else Quotient(above, below)
        case Apply(function, argument):
            inner = whole_of(argument, notation, letters)
            return None if inner is None else Apply(function, inner)
        case _:
            return None


def _circled(parts: list[Node]) -> Node:
    negative = sum(isinstance(bare(p), Negate) for p in parts) % 2 == 1
    parts = [inner.body if isinstance(inner := bare(p), Negate) else p for p in parts]
    if negative:
        return minus(_circled(parts))
    scalars = [p for p in parts if isinstance(p, Number)]
    vectors = [bracketed(p) for p in parts if not isinstance(p, Number)]
    joined: Node = vectors[0] if len(vectors) == 1 else Circled(tuple(vectors), "\\odot")
    return times((*scalars, joined)) if scalars else joined


def _whole_letter(node: Name | Scripted, notation: Notation, letters: tuple[str, ...]) -> Node | None:
    reference = notation.reference(node)
    if reference is None:
        if isinstance(node, Scripted) and not isinstance(node.base, Name) and not node.subs:
            inner = whole_of(node.base, notation, letters)
            return None if inner is None else Scripted(inner, (), node.sups)
        return node if not letters_in(node) & set(letters) else None
    named = tuple(part.base for part in reference.index if isinstance(part, Name))
    if not reference.index and not reference.declaration.axes:
        return node
    if len(named) != len(reference.index) or reference.rest:
        return None
    whole = notation.write(reference.declaration, reference.step)
    if named == letters:
        return whole
    return transposed(whole) if named == letters[::-1] else None


def _whole_derivative(of: Node, by: Node, notation: Notation, letters: tuple[str, ...]) -> Node | None:
    """∂L/∂h_i is ∇_h L; ∂o_i/∂h_j is the Jacobian ∂o/∂h."""
    top, bottom = notation.reference(of), notation.reference(by)
    if bottom is None or (top is None):
        return None
    above = tuple(part.base for part in top.index if isinstance(part, Name))
    below = tuple(part.base for part in bottom.index if isinstance(part, Name))
    denominator = notation.write(bottom.declaration, bottom.step)
    if not top.index and below == letters:
        return nabla(denominator, of)
    if above + below in (letters, letters[::-1]) and len(above) == len(below) == 1:
        jacobian = derivative(notation.write(top.declaration, top.step), denominator)
        return jacobian if above + below == letters else transposed(jacobian)
    return None
