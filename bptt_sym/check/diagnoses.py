"""Classes of slips that can be told although no edit was found under which the line is proved."""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.check.repairing.catalogue import CLASSES, FAMILIES
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.tree import replaced
from bptt_sym.claims import Outcome
from bptt_sym.errors import BpttSymError
from bptt_sym.meaning.array import Array
from bptt_sym.written.nodes import (
    Apply,
    Differential,
    Matrix,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Quotient,
    walk,
)

MENDING = frozenset(
    ("order", "transpose", "missing-diag", "missing-row", "missing-column", "extra-row", "extra-column")
)
MOST = 500


def diagnose_shapes(line: Line, outcome: Outcome) -> str | None:
    """The class of an equality whose shapes don't fit: the only one that could mend them."""
    if outcome.word != "ill-typed":
        return None
    found = {kind for side in (0, 1) for kind in _classes(line, side, outcome)}
    return _clear(found)


def diagnose_expression(line: Line, outcome: Outcome) -> str | None:
    """The class of an expression whose shapes don't fit."""
    return _clear(set(_classes(line, 1, outcome)))


def _clear(found: set[str]) -> str | None:
    if "missing-partial" in found or "scalar-as-matrix" in found:
        return "missing-partial" if "missing-partial" in found else "scalar-as-matrix"
    return next(iter(found)) if len(found) == 1 else None


def _classes(line: Line, side: int, outcome: Outcome) -> Iterator[str]:
    node = line.sides[side]
    if any(_is_half_derivative(part) for part in walk(node)):
        yield "missing-partial"
        return
    if not _is_ill_typed(line, node):
        return
    if any(_scales_from_outside(line, part) for part in walk(node)):
        yield "scalar-as-matrix"
        return
    left = MOST
    for family in FAMILIES:
        for change in family.changes(line, side) if family.shapes else ():
            left -= 1
            if left < 0:
                return
            if change.diagnosis in MENDING and _conforms(line, replaced(node, change.path, change.new)):
                yield change.diagnosis


def _is_half_derivative(node: Node) -> bool:
    return isinstance(node, Quotient) and (
        isinstance(node.numerator, Differential) != isinstance(node.denominator, Differential)
    )


def _scales_from_outside(line: Line, node: Node) -> bool:
    r"""`diag(y) V^\top g` where y has not as many components as a row of V^T: written like a number in front."""
    if isinstance(node, Negate):
        return False
    if not isinstance(node, Product) or not _is_diagonal(node.factors[0]) or _conforms(line, node):
        return False
    rest = Product(node.factors[1:], node.operators[1:]) if len(node.factors) > 2 else node.factors[1]
    return _conforms(line, rest)


def _is_diagonal(node: Node) -> bool:
    match node:
        case Paren(body) | Negate(body):
            return _is_diagonal(body)
        case Apply(Name("diag"), _):
            return True
        case Matrix(rows):
            zeros = [entry == Number("0") for i, row in enumerate(rows) for j, entry in enumerate(row) if i != j]
            return len(rows) == len(rows[0]) > 1 and all(zeros)
        case _:
            return False


def _is_ill_typed(line: Line, node: Node) -> bool:
    return not _conforms(line, node)


def _conforms(line: Line, node: Node) -> bool:
    try:
        return isinstance(line.screen.value(node, line.screen.bindings[0]), Array)
    except BpttSymError:
        return False


assert set(CLASSES) >= MENDING
