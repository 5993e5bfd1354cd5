"""Shapes of a network's symbols, by unification over its equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bptt_sym.errors import IllTyped, Span, Unreadable
from bptt_sym.network.dimensions import ONE, Dimensions, Shape
from bptt_sym.network.names import StepStyle, identify
from bptt_sym.meaning.reference import is_transpose
from bptt_sym.symbols import Identifier
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
    walk,
)

Key = tuple[Identifier, bool]
SCALAR: Shape = (ONE, ONE)


@dataclass(slots=True)
class Shapes:
    """The shape of every known symbol while equations are gone through; None is "whatever fits"."""

    keys: Mapping[Key, Span | None]
    style: StepStyle
    timed_bases: frozenset[str]
    functions: frozenset[str]
    outer: bool
    scalars: frozenset[Key]
    entries: Mapping[str, Key]
    dims: Dimensions = field(default_factory=Dimensions)
    shapes: dict[Key, Shape] = field(default_factory=dict)

    def of_key(self, key: Key, span: Span | None = None) -> Shape:
        """A symbol's shape; one that carries steps is a column."""
        if key not in self.shapes:
            if key in self.scalars:
                self.shapes[key] = SCALAR
            else:
                rows = self.dims.fresh(span)
                self.shapes[key] = (rows, ONE if key[1] else self.dims.fresh(span))
        return self.shapes[key]

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
                return self._same(terms, letters, node.span)
            case Product(factors):
                return self._product(factors, letters, node.span)
            case Circled(factors, "\\otimes") if self.outer and len(factors) == 2:
                a, b = (self.infer(f, letters) or SCALAR for f in factors)
                return a[0], b[0]
            case Circled(factors):
                return self._same(factors, letters, node.span)
            case Quotient(top, bottom):
                below = self.infer(bottom, letters)
                above = self.infer(top, letters)
                if below is None or self.dims.is_scalar(below):
                    return above
                if above is not None and not self.dims.is_scalar(above):
                    self.dims.same(above, below, node.span)
                return below
            case Big():
                return self._big(node, letters)
            case Apply(function, argument):
                return self._apply(function, argument, letters)
            case Norm(body):
                self.infer(body, letters)
                return SCALAR
            case Listing(items):
                return self._stack([[item] for item in items], letters, node.span)
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
            return self._scripted(self.infer(node.base, letters), node, letters)
        key, index = self.key(node, frozenset(letters))
        if key is None:
            return self._constant(node, base, letters)
        shape = self.of_key(key, node.span)
        if index:
            for item, axis in zip(index, shape, strict=False):
                if isinstance(item, Name) and item.base in letters:
                    self.dims.unify(letters[item.base], axis, node.span)
            return SCALAR
        return self._scripted(shape, node, letters)

    def key(self, node: Node, bound: frozenset[str]) -> tuple[Key | None, tuple[Node, ...]]:
        """Which symbol a letter with scripts is, and its components; `w_{ij}` is an entry of W."""
        if isinstance(node, Name) and (node.base in bound or self._is_function(node)):
            return None, ()
        found = identify(node, self.style, bound, self.timed_bases)
        key = (found.name, found.timed)
        if key in self.keys:
            return key, found.index
        if found.index and found.name.base in self.entries:
            return self.entries[found.name.base], found.index
        return None, ()

    def _is_function(self, name: Name) -> bool:
        return name.base in self.functions

    def _scripted(self, shape: Shape | None, node: Node, letters: Mapping[str, int]) -> Shape | None:
        if shape is None or not isinstance(node, Scripted):
            return shape
        for script in _scripts(node):
            if is_transpose(script):
                shape = (shape[1], shape[0])
        return SCALAR if isinstance(node.base, Paren) and node.subs else shape

    def _constant(self, node: Node, base: Name, letters: Mapping[str, int]) -> Shape | None:
        if base.base == "e" and isinstance(node, Scripted) and len(node.sups) == 1:
            return self.infer(node.sups[0], letters)
        if base.base in letters:
            return SCALAR
        if base.base == "1" and isinstance(node, Scripted) and node.subs or base.base == "\\delta":
            return SCALAR
        return None

    def _same(self, nodes: Sequence[Node], letters: Mapping[str, int], span: Span | None) -> Shape | None:
        """One shape for all; literals stand in each component."""
        found: Shape | None = None
        for node in nodes:
            shape = self.infer(node, letters)
            if shape is not None and found is not None:
                self.dims.same(found, shape, node.span)
            found = found or shape
        return found

    def _product(self, factors: Sequence[Node], letters: Mapping[str, int], span: Span | None) -> Shape | None:
        result: Shape | None = None
        for factor in merged(factors, self.functions):
            shape = self.infer(factor, letters)
            if shape is None or (self.dims.is_scalar(shape) and result is not None):
                continue
            if result is None or self.dims.is_scalar(result):
                result = shape
                continue
            if self._is_column(result) and self._is_column(shape):
                raise IllTyped("a column times a column: which product is meant?", span)
            self.dims.unify(result[1], shape[0], factor.span)
            result = (result[0], shape[1])
        return result

    def _is_column(self, shape: Shape) -> bool:
        return self.dims.find(shape[1]) == ONE and self.dims.find(shape[0]) != ONE

    def _big(self, node: Big, letters: Mapping[str, int]) -> Shape | None:
        inner = dict(letters)
        for name in node.indices:
            inner[name.base] = self.dims.fresh(node.span)
        return self.infer(node.body, inner)

    def _apply(self, function: Node, argument: Node, letters: Mapping[str, int]) -> Shape | None:
        if isinstance(function, Name) and function.base == "diag":
            shape = self.infer(argument, letters)
            return None if shape is None else (shape[0], shape[0])
        if isinstance(argument, Listing):
            return self._same(argument.items, letters, argument.span)
        return self.infer(argument, letters)

    def _stack(self, rows: Sequence[Sequence[Node]], letters: Mapping[str, int], span: Span | None) -> Shape | None:
        """Columns one above another; a single row of them is read the same way."""
        if len(rows) == 1 and len(rows[0]) == 1:
            return self.infer(rows[0][0], letters)
        if any(len(row) != 1 for row in rows):
            raise Unreadable("only columns are stacked in a forward equation", span)
        shapes = [self.infer(row[0], letters) or SCALAR for row in rows]
        for shape in shapes[1:]:
            self.dims.unify(shapes[0][1], shape[1], span)
        return self.dims.concatenated(tuple(s[0] for s in shapes), span), shapes[0][1]


def _scripts(node: Scripted) -> list[Node]:
    found: list[Node] = []
    for item in node.sups:
        found.extend(item.factors if isinstance(item, Product) else (item,))
    return found


def merged(factors: Sequence[Node], functions: frozenset[str]) -> list[Node]:
    r"""Letters that are functions join the bracket behind them: `\sigma`, `(a)` is one factor."""
    result: list[Node] = []
    for factor in factors:
        previous = result[-1] if result else None
        if isinstance(previous, Name) and previous.base in functions and isinstance(factor, Paren):
            result[-1] = Apply(previous, factor.body, span=factor.span)
        else:
            result.append(factor)
    return result


def scalar_factors(node: Node, style: StepStyle) -> list[Node]:
    """Lower-case and Greek letters without a step that multiply something: scalars, by custom."""
    found: list[Node] = []
    for part in walk(node):
        if isinstance(part, Product):
            for factor in part.factors:
                inside = factor.body if isinstance(factor, Paren) else factor
                terms = inside.terms if isinstance(inside, Add) else (inside,)
                bare = [t.body if isinstance(t, Negate) else t for t in terms]
                if all(isinstance(t, Number) or _small_letter(t) for t in bare):
                    found.extend(t for t in bare if _small_letter(t))
    return found


def _small_letter(node: Node) -> bool:
    base = node.base if isinstance(node, Scripted) else node
    if isinstance(node, Scripted) and any(is_transpose(s) for s in _scripts(node)):
        return False
    return isinstance(base, Name) and not base.bold and (base.base.islower() or base.base.startswith("\\"))
