"""Shapes of a network's symbols, by unification over its equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bptt_sym.errors import IllTyped, Span, Unreadable
from bptt_sym.meaning.functions import REDUCTIONS
from bptt_sym.meaning.reference import is_transpose
from bptt_sym.network.dimensions import ONE, Dimensions, Shape
from bptt_sym.network.names import Key, identify
from bptt_sym.network.notation import Notation, script_atoms
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

SCALAR: Shape = (ONE, ONE)


@dataclass(slots=True)
class Shapes:
    r"""The shape of every known symbol while equations are gone through; None is "whatever fits".

    `scalars` are scalars by custom, `columns` vectors by custom; `entries` are the matrices whose entries are
    written in small letters; `outer` says that `\otimes` is the outer product; `circles` that elementwise products are
    written with circles, so that a star is something else; `natural` are the layers that
    are scalars by what they are defined as. Vectors are columns, or rows where they are `lying`.
    """

    keys: Mapping[Key, Span | None]
    notation: Notation
    scalars: frozenset[Key]
    columns: frozenset[Key]
    entries: Mapping[str, Key]
    outer: bool
    circles: bool
    lying: bool = False
    dims: Dimensions = field(default_factory=Dimensions)
    shapes: dict[Key, Shape] = field(default_factory=dict)
    natural: set[Key] = field(default_factory=set)

    def of_key(self, key: Key, span: Span | None = None) -> Shape:
        """A symbol's shape; one that carries steps is a vector."""
        if key not in self.shapes:
            if key in self.scalars:
                self.shapes[key] = SCALAR
            else:
                vector = key[1] or key in self.columns
                along, across = self.dims.fresh(span), ONE if vector else self.dims.fresh(span)
                self.shapes[key] = (across, along) if self.lying else (along, across)
        return self.shapes[key]

    def axes_at(self, shape: Shape, count: int, span: Span | None) -> tuple[int, ...]:
        """The axes that so many components run over; what has a single one is a vector."""
        if count != 1:
            return shape
        self.dims.unify(self.across(shape), ONE, span)
        return (self.along(shape),)

    def along(self, shape: Shape) -> int:
        """How many components a vector of that shape has."""
        return shape[1] if self.lying else shape[0]

    def across(self, shape: Shape) -> int:
        """The size that is 1 for a vector."""
        return shape[0] if self.lying else shape[1]

    def infer(self, node: Node, letters: Mapping[str, int]) -> Shape | None:
        """The shape of an expression, everything it forces noted."""
        match node:
            case Number():
                return None
            case Name() | Scripted():
                return self._letter(node, letters)
            case Paren(body) | Negate(body) | Struck(body):
                return self.infer(body, letters)
            case Add(terms):
                return self._same(terms, letters)
            case Product():
                return self._product(node, letters)
            case Circled(factors, "\\otimes") if self.outer and len(factors) == 2:
                a, b = (self.infer(f, letters) or SCALAR for f in factors)
                return a[0], b[0]
            case Circled(factors):
                return self._elementwise(factors, letters)
            case Quotient(top, bottom):
                return self._elementwise((top, bottom), letters)
            case Big():
                return self._big(node, letters)
            case Apply(function, argument):
                return self._apply(function, argument, letters)
            case Norm(body):
                self.infer(body, letters)
                return SCALAR
            case Listing(items):
                beside = self.lying and node.separator == ","
                return self._stack([items] if beside else [[item] for item in items], letters, node.span)
            case Matrix(rows):
                return self._stack(rows, letters, node.span)
            case _:
                raise Unreadable("this has no place in a forward equation", node.span)

    def _letter(self, node: Name | Scripted, letters: Mapping[str, int]) -> Shape | None:
        base: Node = node
        while isinstance(base, Scripted):
            base = base.base
        if not isinstance(base, Name):
            assert isinstance(node, Scripted)
            return self._scripted(self.infer(node.base, letters), node)
        key, index = self._key(node, frozenset(letters))
        if key is None:
            return self._constant(node, base, letters)
        shape = self.of_key(key, node.span)
        if not index:
            return self._scripted(shape, node)
        for item, axis in zip(index, self.axes_at(shape, len(index), node.span), strict=False):
            if isinstance(item, Name) and item.base in letters:
                self.dims.unify(letters[item.base], axis, node.span)
        return SCALAR

    def _key(self, node: Node, bound: frozenset[str]) -> tuple[Key | None, tuple[Node, ...]]:
        """Which symbol a letter with scripts is, and its components; `w_{ij}` is an entry of W."""
        if isinstance(node, Name) and (node.base in bound or node.base in self.notation.functions):
            return None, ()
        found = identify(node, self.notation, bound)
        if found.key in self.keys:
            return found.key, found.index
        if found.index and found.name.base in self.entries:
            return self.entries[found.name.base], found.index
        return None, ()

    def _scripted(self, shape: Shape | None, node: Node) -> Shape | None:
        if shape is None or not isinstance(node, Scripted):
            return shape
        for script in script_atoms(node.sups):
            if is_transpose(script):
                shape = (shape[1], shape[0])
        return SCALAR if isinstance(node.base, Paren) and node.subs else shape

    def _constant(self, node: Node, base: Name, letters: Mapping[str, int]) -> Shape | None:
        if base.base == "e" and isinstance(node, Scripted) and len(node.sups) == 1:
            return self.infer(node.sups[0], letters)
        if base.base in letters:
            return SCALAR
        if (base.base == "1" and isinstance(node, Scripted) and node.subs) or base.base == "\\delta":
            return SCALAR
        return None

    def _same(self, nodes: Sequence[Node], letters: Mapping[str, int]) -> Shape | None:
        """One shape for all; literals stand in each component."""
        found: Shape | None = None
        for node in nodes:
            shape = self.infer(node, letters)
            if shape is not None and found is not None:
                self.dims.same(found, shape, node.span)
            found = found or shape
        return found

    def _elementwise(self, nodes: Sequence[Node], letters: Mapping[str, int]) -> Shape | None:
        """One shape for all that are no scalars."""
        found: Shape | None = None
        for node in nodes:
            shape = self.infer(node, letters)
            if shape is None or (found is not None and self.dims.is_scalar(shape)):
                continue
            if found is not None and not self.dims.is_scalar(found):
                self.dims.same(found, shape, node.span)
            found = shape
        return found

    def _product(self, node: Product, letters: Mapping[str, int]) -> Shape | None:
        result: Shape | None = None
        for factor, operator in zip(node.factors, ("", *node.operators), strict=True):
            shape = self.infer(factor, letters)
            if shape is None or (self.dims.is_scalar(shape) and result is not None):
                continue
            if result is None or self.dims.is_scalar(result):
                result = shape
            elif self._is_vector(result) and self._is_vector(shape):
                if operator != "*":
                    what = "row" if self.lying else "column"
                    raise IllTyped(f"a {what} times a {what}: which product is meant?", node.span)
                self.dims.same(result, shape, factor.span)
            elif operator == "*" and self.circles:
                raise Unreadable("is this star a convolution? a matrix product is written without one", node.span)
            else:
                self.dims.unify(result[1], shape[0], factor.span)
                result = (result[0], shape[1])
        return result

    def _is_vector(self, shape: Shape) -> bool:
        return self.dims.find(self.across(shape)) == ONE and self.dims.find(self.along(shape)) != ONE

    def _big(self, node: Big, letters: Mapping[str, int]) -> Shape | None:
        inner = {**letters, **{name.base: self.dims.fresh(node.span) for name in node.indices}}
        return self.infer(node.body, inner)

    def _apply(self, function: Node, argument: Node, letters: Mapping[str, int]) -> Shape | None:
        if isinstance(argument, Listing):
            raise Unreadable("a function of several arguments is not known here", argument.span)
        shape = self.infer(argument, letters)
        name = function.base.lstrip("\\") if isinstance(function, Name) else ""
        if name in REDUCTIONS:
            return SCALAR
        if shape is None or name != "diag":
            return shape
        self.dims.unify(self.across(shape), ONE, argument.span)
        return self.along(shape), self.along(shape)

    def _stack(self, rows: Sequence[Sequence[Node]], letters: Mapping[str, int], span: Span | None) -> Shape | None:
        """Columns one above another; rows side by side."""
        if len(rows) == 1 and len(rows[0]) == 1:
            return self.infer(rows[0][0], letters)
        if len(rows) != 1 if self.lying else any(len(row) != 1 for row in rows):
            what = "rows are set side by side" if self.lying else "columns are stacked"
            raise Unreadable(f"only {what} in a forward equation", span)
        shapes = [self.infer(part, letters) or SCALAR for row in rows for part in row]
        for shape in shapes[1:]:
            self.dims.unify(self.across(shapes[0]), self.across(shape), span)
        whole = self.dims.concatenated(tuple(map(self.along, shapes)), span)
        return (self.across(shapes[0]), whole) if self.lying else (whole, self.across(shapes[0]))
