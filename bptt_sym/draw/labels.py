"""Local derivatives as formulas: of single numbers, and of whole layers as matrices.

A matrix is written only where every entry agrees with it; where no form here fits, the derivative is named, ∂⁺a/∂h.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import sympy as sp
from sympy import Expr, Symbol

from bptt_sym.calculus.layers import Arrow, Component, Place, Unrolled
from bptt_sym.claims import Setting
from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.terms import bracketed, minus, over, times, transposed
from bptt_sym.primitives import relu, step
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Circled,
    Derivative,
    Nabla,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Scripted,
)

ONE = Number("1")
FUNCTIONS: dict[type, str] = {
    sp.exp: r"\exp", sp.log: r"\ln", sp.tanh: r"\tanh", sp.sin: r"\sin", sp.cos: r"\cos", sp.sinh: r"\sinh",
    sp.cosh: r"\cosh", sp.atan: r"\arctan", relu: "ReLU", step: "step",
}  # fmt: skip


class Labels:
    """Formulas for the places and arrows of an unrolled network, in the network's own notation."""

    def __init__(self, unrolled: Unrolled, setting: Setting) -> None:
        self.unrolled = unrolled
        self.notation = Notation(setting)
        self._by_component = {
            (component.place, component.index): symbol for symbol, component in unrolled.meaning.items()
        }

    def place(self, place: Place, component: int | None = None, *, stepless: bool = False) -> Node:
        """A layer at its step, or one of its numbers (from 0); `stepless` leaves the step off."""
        number = None if place.step is None or stepless else _integer(place.step)
        if component is None:
            return self.notation.write(place.declaration, number)
        index = self.unrolled.meaning[self.unrolled.scalars[place][component]].index
        return self.notation.write(place.declaration, number, tuple(_integer(k) for k in index))

    def gradient(self, place: Place, component: int | None = None) -> Node | None:
        """The gradient of the loss by it; None where the loss doesn't depend on it, or is it."""
        loss = self.unrolled.network.loss
        if loss is None or place not in self.unrolled.reached or place.declaration == loss:
            return None
        of, by = self.notation.write(loss), self.place(place, component)
        if component is None and place.declaration.axes:
            return Nabla(by, of)
        return Derivative(of, (by,), "partial")

    def number(self, expr: Expr, home: int | None) -> Node:
        """A local derivative of one number by another; symbols of the step `home` without their step."""
        return self._node(expr, lambda s: self._component(s, home))

    def _component(self, symbol: Symbol, home: int | None) -> Node:
        found = self.unrolled.meaning[symbol]
        at = found.place
        number = None if at.step is None or at.step == home else _integer(at.step)
        return self.notation.write(at.declaration, number, tuple(_integer(k) for k in found.index))

    def matrix(self, arrow: Arrow) -> Node:
        """The local derivative of a whole layer by another."""
        for form in (self._single, self._parameter, self._diagonal, self._vector, self._normalised):
            found = form(arrow)
            if found is not None:
                return found
        return self.named(arrow)

    def named(self, arrow: Arrow) -> Node:
        """The same by its name alone."""
        return Derivative(self.place(arrow.target), (self.place(arrow.source),), "partial+")

    def _sizes(self, arrow: Arrow) -> tuple[int, int]:
        return len(self.unrolled.scalars[arrow.target]), len(self.unrolled.scalars[arrow.source])

    def _single(self, arrow: Arrow) -> Node | None:
        """∂ of a scalar by a scalar."""
        if arrow.target.declaration.axes or arrow.source.declaration.axes:
            return None
        return self._node(arrow.partials[0, 0], lambda s: self._component(s, None))

    def _parameter(self, arrow: Arrow) -> Node | None:
        """W or Wᵀ; the columns of W that meet this part of what was stacked; diag(v) W and W diag(v)."""
        rows, cols = self._sizes(arrow)
        if len(arrow.partials) != rows * cols:
            return None
        for symbol in _factors(arrow.partials[0, 0]):
            found = self.unrolled.meaning.get(symbol)
            if found is not None and len(found.index) == 2:
                for turned in (False, True):
                    whole = self._scaled(arrow, found, turned)
                    if whole is not None:
                        return whole
        return None

    def _scaled(self, arrow: Arrow, corner: Component, turned: bool) -> Node | None:
        """The derivative as the matrix that has this entry at its corner, with a diagonal on one side or none."""
        rows, cols = self._sizes(arrow)
        top, left = corner.index
        rest: dict[tuple[int, int], Expr] = {}
        for (i, j), entry in arrow.partials.items():
            at = (top + j, left + i) if turned else (top + i, left + j)
            symbol = self._by_component.get((corner.place, at))
            if symbol not in _factors(entry):
                return None
            rest[i, j] = entry.xreplace({symbol: sp.Integer(1)})
        block = self._block(corner, (cols, rows) if turned else (rows, cols))
        matrix = transposed(block) if turned else block
        if all(value == 1 for value in rest.values()):
            return matrix
        by_row = all(value == rest[i, 0] for (i, _), value in rest.items())
        if not by_row and any(value != rest[0, j] for (_, j), value in rest.items()):
            return None
        vector = self._template([rest[k, 0] if by_row else rest[0, k] for k in range(rows if by_row else cols)])
        if vector is None:
            return None
        value, constant = vector
        scale = bracketed(value) if constant else Apply(Name("diag"), value)
        return times((scale, matrix) if by_row or constant else (matrix, scale))

    def _block(self, corner: Component, shape: tuple[int, int]) -> Node:
        """A whole matrix, or the rows and columns of it as they are counted in programs, (W)_{:,1:5}."""
        whole = self.place(corner.place)
        axes = [self.notation.size(axis) for axis in corner.place.declaration.axes]
        ranges = [
            Name(":") if (first, count) == (1, size) else Name(f"{first}:{first + count - 1}")
            for first, count, size in zip(corner.index, shape, axes, strict=True)
        ]
        return whole if ranges == [Name(":")] * 2 else Scripted(Paren(whole), tuple(ranges))

    def _diagonal(self, arrow: Arrow) -> Node | None:
        """diag(v), cI or I."""
        rows, cols = self._sizes(arrow)
        entries = [arrow.partials.get((k, k)) for k in range(rows)]
        if rows != cols or len(arrow.partials) != rows or None in entries or not arrow.target.declaration.axes:
            return None
        vector = self._template([e for e in entries if e is not None])
        if vector is None:
            return None
        value, constant = vector
        if constant:
            return Name("I") if value == ONE else times((value, Name("I")))
        return Apply(Name("diag"), value)

    def _vector(self, arrow: Arrow) -> Node | None:
        """A row, where a scalar is differentiated by a vector; a column the other way round."""
        rows, cols = self._sizes(arrow)
        one, other = arrow.target.declaration.axes, arrow.source.declaration.axes
        if len(one) + len(other) != 1:
            return None
        keys = [(0, j) for j in range(cols)] if other else [(i, 0) for i in range(rows)]
        if any(key not in arrow.partials for key in keys):
            return None
        vector = self._template([arrow.partials[key] for key in keys])
        if vector is None:
            return None
        value, constant = vector
        ones = Name("1", bold=True)
        whole = (ones if value == ONE else times((value, ones))) if constant else value
        return _transposed(whole) if other else whole

    def _normalised(self, arrow: Arrow) -> Node | None:
        """diag(f) - f fᵀ, of a layer f that sums to 1."""
        rows, cols = self._sizes(arrow)
        f = self.unrolled.scalars[arrow.target]
        if rows != cols or len(arrow.partials) != rows * cols:
            return None
        wanted = {(i, j): f[i] * (int(i == j) - f[j]) for i, j in arrow.partials}
        if any(sp.expand(wanted[key] - entry) != 0 for key, entry in arrow.partials.items()):
            return None
        whole = self.place(arrow.target)
        return Add((Apply(Name("diag"), whole), Negate(times((whole, transposed(whole))))))

    def _template(self, entries: Sequence[Expr]) -> tuple[Node, bool] | None:
        """The vector that has these entries, written in whole layers, and whether it is a constant; None if none."""
        first = entries[0]
        indexed = [s for s in _symbols(first) if self.unrolled.meaning[s].index]
        if any(self.unrolled.meaning[s].index != (1,) for s in indexed):
            return None
        for k, entry in enumerate(entries, start=1):
            moved = {s: self._by_component.get((self.unrolled.meaning[s].place, (k,))) for s in indexed}
            if None in moved.values() or first.xreplace(moved) != entry:
                return None
        names: Mapping[Symbol, Node] = {s: self.place(self.unrolled.meaning[s].place) for s in _symbols(first)}
        return self._node(first, lambda s: names[s], frozenset(indexed)), not indexed

    def _node(self, expr: Expr, name: Callable[[Symbol], Node], vectors: frozenset[Symbol] = frozenset()) -> Node:
        return _Writing(name, vectors).node(expr)


class _Writing:
    """SymPy as syntax, in the order of a person's page; products of what stands for vectors are elementwise."""

    def __init__(self, name: Callable[[Symbol], Node], vectors: frozenset[Symbol]) -> None:
        self.name = name
        self.vectors = vectors

    def node(self, expr: Expr) -> Node:
        if isinstance(expr, Symbol):
            return self.name(expr)
        if isinstance(expr, sp.Integer):
            return _integer(int(expr))
        if isinstance(expr, sp.Add):
            return self.sum(expr)
        if isinstance(expr, sp.Mul | sp.Rational):
            return self.product(expr)
        if isinstance(expr, sp.Pow):
            return self.power(expr)
        return Apply(Name(FUNCTIONS[type(expr)]), self.node(expr.args[0]))

    def sum(self, expr: Expr) -> Node:
        """What is added first, then what is taken away."""
        terms = sorted(expr.args, key=lambda term: (term.could_extract_minus_sign(), _degree(term), str(term)))
        nodes = [self.node(term) for term in terms]
        return Add(tuple(nodes))

    def product(self, expr: Expr) -> Node:
        sign, size = (-1, -expr) if expr.could_extract_minus_sign() else (1, expr)
        above, below = sp.fraction(size)
        top = self.factors(above)
        value = top if below == 1 else over(top, self.factors(below))
        return minus(value) if sign < 0 else value

    def factors(self, expr: Expr) -> Node:
        """Numbers and scalars first, then vectors with ⊙ between them."""
        parts = sorted(sp.Mul.make_args(expr), key=lambda part: (not part.is_number, part.is_Add, str(part)))
        scalars = [self.inside(part) for part in parts if not self.vectors & part.free_symbols and part != 1]
        vectors = [self.inside(part) for part in parts if self.vectors & part.free_symbols]
        if len(vectors) > 1:
            return times((*scalars, Circled(tuple(vectors), "\\odot")))
        return times((*scalars, *vectors)) if scalars or vectors else ONE

    def inside(self, part: Expr) -> Node:
        node = self.node(part)
        return Paren(node) if isinstance(node, Add) else node

    def power(self, expr: Expr) -> Node:
        base, exponent = expr.args
        if exponent.could_extract_minus_sign():
            return over(ONE, self.node(1 / expr))
        if exponent == sp.Rational(1, 2):
            return Apply(Name("sqrt"), self.node(base))
        inner = self.node(base)
        return Scripted(inner if isinstance(inner, Name) else Paren(inner), (), (self.node(exponent),))


def _transposed(node: Node) -> Node:
    """A row from a column; a minus stays in front."""
    if isinstance(node, Negate):
        return Negate(_transposed(node.body))
    return transposed(node if isinstance(node, Name | Scripted | Paren) else Paren(node))


def _integer(value: int) -> Node:
    return Number(str(value)) if value >= 0 else Negate(Number(str(-value)))


def _factors(expr: Expr) -> tuple[Expr, ...]:
    return tuple(sp.Mul.make_args(expr))


def _degree(expr: Expr) -> int:
    return len(expr.free_symbols)


def _symbols(expr: Expr) -> Iterator[Symbol]:
    yield from sorted(expr.free_symbols, key=lambda s: str(s.name))
