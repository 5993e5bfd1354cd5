"""Sums, products and stacks of arrays, with the shape errors people make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from sympy import Mul

from bptt_sym.algebra import ONE, multiply
from bptt_sym.errors import IllTyped, NoComponent, Span, Unreadable
from bptt_sym.limits import ask
from bptt_sym.meaning.array import Array, Flexible, Value, column, elementwise, matrix_product, scalar, total
from bptt_sym.written.nodes import Node

LARGEST_ENTRY = 100_000
MEANINGLESS = {
    "\\oplus": "a circled plus has no meaning here",
    "\\oslash": "which is divided by which? an elementwise quotient has two sides, not so many factors",
}


def spoken(value: Value) -> str:
    """A shape as people write it."""
    return "any" if isinstance(value, Flexible) else f"{value.rows}×{value.cols}"


def require_array(value: Value, node: Node) -> Array:
    """A number is a scalar where nothing gives it another shape; ones, units and identities need a neighbour."""
    if isinstance(value, Array):
        return value
    if value.kind in ("number", "zero"):
        shaped = value.shaped((1, 1))
        assert shaped is not None
        return shaped
    raise Unreadable("nothing says what size this has", node.span)


def _mismatch(what: str, values: Sequence[Value], nodes: Sequence[Node]) -> IllTyped:
    shapes = tuple((n.span, spoken(v)) for v, n in zip(values, nodes, strict=True) if n.span is not None)
    span: Span | None = None
    for place, _ in shapes:
        span = place.to(span)
    listed = ", ".join(spoken(v) for v in values)
    return IllTyped(f"{what} ({listed})", span, shapes)


def add(values: Sequence[Value], nodes: Sequence[Node]) -> Value:
    """Terms of one shape; literals and other flexible terms take the shape of the rest."""
    arrays = [v for v in values if isinstance(v, Array)]
    if not arrays:
        return _add_flexible(values, nodes)
    shape = arrays[0].shape
    shaped = [_as(v, shape) for v in values]
    if any(s is None for s in shaped):
        raise _mismatch("these can't be added: their shapes differ", values, nodes)
    return total([s for s in shaped if s is not None])


def _as(value: Value, shape: tuple[int, int]) -> Array | None:
    if isinstance(value, Flexible):
        if (shape == (1, 1) and value.kind in ("ones", "unit")) or (1 in shape and value.kind in ("lines", "all")):
            return _unknown_size()
        return value.shaped(shape)
    return value if value.shape == shape else None


def _add_flexible(values: Sequence[Value], nodes: Sequence[Node]) -> Value:
    flexible = [v for v in values if isinstance(v, Flexible) and v.kind != "zero"]
    kinds = {(v.kind, v.place, v.flipped) for v in flexible}
    if not flexible:
        return values[0]
    if any(v.kind == "lines" for v in flexible):
        return _add_lines(flexible, nodes)
    if len(kinds) > 1 and {kind for kind, _, _ in kinds} != {"number"}:
        raise Unreadable("nothing says what size these have", nodes[0].span)
    factor = sum((v.factor for v in flexible[1:]), flexible[0].factor)
    first = flexible[0]
    kind = "zero" if factor == 0 and first.kind == "number" else first.kind
    return replace(first, kind=kind, factor=factor)


def _add_lines(values: Sequence[Flexible], nodes: Sequence[Node]) -> Value:
    r"""`I - \mathbf 1 v^\top` is as large as v: lines tell one of the sizes, and with an identity both."""
    lines = [v for v in values if v.kind == "lines"]
    sizes = [next((len(v.line) for v in lines if v.flipped == columns), 0) for columns in (True, False)]
    if any(v.kind == "identity" for v in values):
        sizes = [size or max(sizes) for size in sizes]
    if 0 in sizes:
        raise Unreadable("nothing says what size these have", nodes[0].span)
    return add([Array(sizes[0], sizes[1], {}), *values], (nodes[0], *nodes))


def product(values: Sequence[Value], nodes: Sequence[Node], operators: Sequence[str] = ()) -> Value:
    """Factors from left to right: scalars scale, matrices multiply, a star between columns is elementwise."""
    result = values[0]
    for value, operator in zip(values[1:], operators or ("",) * (len(values) - 1), strict=True):
        ask()
        combined = _starred(result, value) if operator == "*" else None
        combined = _times(result, value) if combined is None else combined
        if combined is None and operator == "\\cdot":
            raise Unreadable("which product is this dot? write a transpose or an elementwise product", nodes[0].span)
        if combined is None:
            raise _mismatch("these factors don't conform", values, nodes)
        result = combined
    return result


def _starred(a: Value, b: Value) -> Value | None:
    """`f * c` of two columns, which have no other product that is written so."""
    if isinstance(a, Array) and isinstance(b, Array) and a.shape == b.shape and a.cols == 1 != a.rows:
        return elementwise(a, b, multiply)
    return None


def _times(a: Value, b: Value) -> Value | None:
    if isinstance(a, Flexible) and a.kind in ("number", "zero"):
        return _scaled(b, a)
    if isinstance(b, Flexible) and b.kind in ("number", "zero"):
        return _scaled(a, b)
    if isinstance(a, Array) and a.is_scalar:
        return b.scaled(a.at(0))
    if isinstance(b, Array) and b.is_scalar:
        return a.scaled(b.at(0))
    if isinstance(a, Flexible):
        return _flexible_left(a, b)
    if isinstance(b, Flexible):
        flipped = _flexible_left(b.transposed, a.transposed)
        return None if flipped is None else flipped.transposed
    if a.cols != b.rows:
        return None
    if a.cols * (a.largest + b.largest) > LARGEST_ENTRY:
        raise Unreadable("the entries of this product are too long to write out")
    return matrix_product(a, b)


def _scaled(value: Value, number: Flexible) -> Value:
    """Times a literal; two literals stay one."""
    if isinstance(value, Flexible):
        kind = number.kind if value.kind == "number" else value.kind
        return replace(value, kind=kind, factor=Mul(value.factor, number.factor))
    return value.scaled(number.factor)


def _flexible_left(a: Flexible, b: Value) -> Value | None:
    """I, ones or a unit vector in front of an array."""
    if a.kind == "identity":
        return b.scaled(a.factor)
    if isinstance(b, Flexible):
        return a.scaled(b.factor) if b.kind == "identity" else _ones_by(a, b)
    if a.kind in ("lines", "all"):
        return _lines_by(a, b)
    if b.rows == 1:
        return _repeated(a, b)
    shaped = a.shaped((1, b.rows) if a.flipped or a.loose else (b.rows, 1))
    if shaped is None or shaped.cols != b.rows:
        return None
    return matrix_product(shaped, b)


def _ones_by(a: Flexible, b: Flexible) -> Value:
    r"""`\mathbf 1 \mathbf 1^\top` is a matrix of ones."""
    if a.kind == b.kind == "ones" and not a.loose and b.flipped and not a.flipped:
        return Flexible("all", Mul(a.factor, b.factor))
    return _unknown_size()


def _repeated(ones: Flexible, row: Array) -> Value:
    r"""`\mathbf 1 v^\top`: rows that are all the same, as many as fit."""
    if ones.kind != "ones" or (ones.flipped and not ones.loose) or row.is_scalar:
        return _unknown_size()
    return Flexible("lines", ones.factor, line=tuple(row.at(0, j) for j in range(row.cols)))


def _lines_by(a: Flexible, b: Array) -> Value | None:
    """Equal rows times a matrix are equal rows again; equal columns before it are as many as it has rows."""
    if b.rows == 1:
        return _unknown_size()
    if a.kind == "lines" and a.flipped:
        shaped = a.shaped((len(a.line), b.rows))
        return None if shaped is None else matrix_product(shaped, b)
    row = column(list(a.line)).transposed if a.kind == "lines" else _row_of_ones(b.rows)
    if row.cols != b.rows:
        return None
    each = matrix_product(row, b).scaled(a.factor)
    return Flexible("ones", each.at(0)) if each.is_scalar else _repeated(Flexible("ones", ONE), each)


def _row_of_ones(size: int) -> Array:
    return column([ONE] * size).transposed


def _unknown_size() -> NoReturn:
    raise Unreadable("nothing says what size the vector here has")


def circled(values: Sequence[Value], nodes: Sequence[Node], operator: str, *, outer: bool) -> Value:
    r"""Elementwise products; `\otimes` of two columns is the outer product where the scope says so."""
    if operator in MEANINGLESS:
        raise Unreadable(MEANINGLESS[operator], nodes[0].span)
    if operator == "\\otimes" and outer:
        return _outer(values, nodes)
    arrays = [v for v in values if isinstance(v, Array) and not v.is_scalar]
    lines = [v for v in values if isinstance(v, Flexible) and v.kind in ("lines", "all")]
    if not arrays and lines:
        raise Unreadable("nothing says what size these have", nodes[0].span)
    if not arrays:
        return product(values, nodes)
    result: Array | None = None
    for value in values:
        ask()
        shaped = _beside(value, arrays[0].shape)
        if shaped is None:
            raise _mismatch("an elementwise product needs equal shapes", values, nodes)
        result = shaped if result is None else elementwise(result, shaped, multiply)
    assert result is not None
    return result


def _beside(value: Value, shape: tuple[int, int]) -> Array | None:
    if isinstance(value, Array) and value.is_scalar:
        return Flexible("number", value.at(0)).shaped(shape)
    return _as(value, shape)


def _outer(values: Sequence[Value], nodes: Sequence[Node]) -> Value:
    if len(values) != 2:
        raise Unreadable("which of these outer products comes first?", nodes[0].span)
    a, b = (require_array(v, n) for v, n in zip(values, nodes, strict=True))
    if a.cols != 1 or b.cols != 1:
        raise _mismatch("an outer product is of two columns", values, nodes)
    return matrix_product(a, b.transposed)


def stacked(rows: list[list[Value]], node: Node) -> Value:
    """A matrix of scalars, or of blocks that fit; a single entry is itself."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    blocks = [[require_array(value, node) for value in row] for row in rows]
    heights = [row[0].rows for row in blocks]
    widths = [block.cols for block in blocks[0]]
    entries = {}
    for r, row in enumerate(blocks):
        for c, block in enumerate(row):
            if len(row) != len(widths) or (block.rows, block.cols) != (heights[r], widths[c]):
                raise IllTyped("the entries of this matrix don't fit together", node.span)
            top, left = sum(heights[:r]), sum(widths[:c])
            entries.update({(top + i, left + j): e for (i, j), e in block.entries.items()})
    return Array(sum(heights), sum(widths), entries)


def listed(values: list[Value], separator: str, node: Node) -> Value:
    """`[a; b]` and `[h, x]` stand one above the other; matrices and rows with commas, `[W, U]`, side by side."""
    wide = separator == "," and any(isinstance(value, Array) and value.cols > 1 for value in values)
    return stacked([values] if wide else [[value] for value in values], node)


def components(value: Value, index: tuple[int, ...], node: Node) -> Array:
    """One entry of an array, from 1; a row or column takes one index."""
    array = require_array(value, node)
    if len(index) == 1 and 1 in array.shape:
        place = (0, index[0] - 1) if array.rows == 1 and array.cols > 1 else (index[0] - 1, 0)
    elif len(index) == 2:
        place = (index[0] - 1, index[1] - 1)
    else:
        raise IllTyped(f"{len(index)} indices on something of shape {spoken(array)}", node.span)
    if not (0 <= place[0] < array.rows and 0 <= place[1] < array.cols):
        raise NoComponent(f"component {', '.join(map(str, index))} doesn't exist", node.span)
    entry = array.at(*place)
    return scalar(entry)
