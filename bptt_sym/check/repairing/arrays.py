"""Matrices written out that lack a row or an entry, or have one too many; vectors that should be diagonal."""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.check.repairing.edit import Change
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.structure import in_formula
from bptt_sym.check.repairing.symbols import exchange
from bptt_sym.check.repairing.tree import Place, places, with_children
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Circled,
    Listing,
    Matrix,
    Name,
    Node,
    Number,
    Paren,
    Product,
    Scripted,
    children,
)

Row = tuple[Node, ...]


def row_changes(line: Line, side: int) -> Iterator[Change]:
    """The row or column that continues, precedes or interrupts a pattern; or the last one taken away."""
    for place in places(line.sides[side]):
        if isinstance(place.node, Matrix):
            rows = place.node.rows
            for what, lines, turned in (("row", rows, False), ("column", tuple(zip(*rows, strict=True)), True)):
                yield from _lines(place, place.node, lines, what, turned)


def _lines(place: Place, matrix: Matrix, lines: tuple[Row, ...], what: str, turned: bool) -> Iterator[Change]:
    if len(lines) < 2:
        return
    for k, new in continued(lines):
        words = (f"add the {what} ", new[0] if len(new) == 1 else Listing(new))
        changed = _array(matrix, (*lines[:k], new, *lines[k:]), turned)
        mark = (len(tuple(children(changed))) - 1,) if k == len(lines) and len(new) == 1 else ()
        yield Change(place.path, changed, f"missing-{what}", words, mark)
    shorter = _array(matrix, lines[:-1], turned)
    yield Change(place.path, shorter, f"extra-{what}", (f"drop the last {what}",))


def _array(matrix: Matrix, lines: tuple[Row, ...], turned: bool) -> Matrix:
    return Matrix(tuple(zip(*lines, strict=True)) if turned else lines, matrix.environment)


def continued(lines: tuple[Row, ...]) -> Iterator[tuple[int, Row]]:
    """Where a line may be put in, and what it would be: one step on from the lines beside it."""
    if len(lines) < 2:
        return
    for k in range(len(lines), 0, -1):
        between = _stepped_rows(lines[k - 1], lines[k], half=True) if k < len(lines) else None
        if between is not None:
            yield k, between
        after = _stepped_rows(lines[k - 2], lines[k - 1]) if k > 1 else None
        if after is not None and after not in lines:
            yield k, after
    if (before := _stepped_rows(lines[1], lines[0])) is not None:
        yield 0, before


def _stepped_rows(first: Row, second: Row, *, half: bool = False) -> Row | None:
    found = [_stepped(a, b, half) for a, b in zip(first, second, strict=True)]
    entries = tuple(entry for entry in found if entry is not None)
    return entries if len(entries) == len(found) and entries != second else None


def _stepped(first: Node, second: Node, half: bool) -> Node | None:
    """What goes on from two nodes that differ by 1 in a number, or stands between two that differ by 2."""
    if first == second:
        return second
    if isinstance(first, Number) and isinstance(second, Number):
        return _stepped_number(first.text, second.text, half)
    inner = tuple(zip(children(first), children(second), strict=False))
    if first.__class__ is not second.__class__ or len(inner) != len(tuple(children(first))):
        return None
    parts = tuple(_stepped(a, b, half) for a, b in inner)
    if any(part is None for part in parts) or not inner:
        return None
    return with_children(second, tuple(part for part in parts if part is not None))


def _stepped_number(first: str, second: str, half: bool) -> Node | None:
    if len(first) != len(second) or not (first + second).isdigit():
        return None
    digits = []
    for a, b in zip(map(int, first), map(int, second), strict=True):
        step = b - a
        if abs(step) not in ((0, 2) if half else (0, 1)):
            return None
        digits.append(a + step // 2 if half else b + step)
    return Number("".join(map(str, digits))) if all(0 < d < 10 for d in digits) else None


def diagonal_changes(line: Line, side: int) -> Iterator[Change]:
    """A vector among factors made a diagonal matrix; a diagonal matrix made the component it should be."""
    for place in in_formula(line.sides[side], line):
        if isinstance(place.node, Apply) and place.node.function == Name("diag"):
            yield from _component_for(line, place, place.node.argument)
        elif isinstance(place.parent, Product) and isinstance(place.node, Paren | Scripted):
            inside = place.node.body if isinstance(place.node, Paren) else place.node
            if isinstance(inside, Add | Scripted | Product | Circled):
                words = ("make ", place.node, " a diagonal matrix")
                yield Change(place.path, Apply(Name("diag"), inside), "missing-diag", words)


def _component_for(line: Line, place: Place, argument: Node) -> Iterator[Change]:
    """`ŷ_1` for `diag(ŷ)`, where the line has a component 1 of ŷ."""
    reference = line.reference(argument)
    if reference is None or reference.index or isinstance(argument, Listing):
        return
    d = reference.declaration
    found = [ref.index for side in line.occurrences for _, ref in side if ref.index and ref.declaration == d]
    for index in dict.fromkeys(found):
        yield exchange(place, line.notation.write(d, reference.step, index), "scalar-as-matrix")
