"""The changes that are tried, in the order of preference among equally small ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bptt_sym.check.repairing.arrays import diagonal_changes, row_changes
from bptt_sym.check.repairing.edit import Change
from bptt_sym.check.repairing.insertions import factor_changes, pattern_changes, term_changes
from bptt_sym.check.repairing.limits import range_changes, sum_changes
from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.slopes import kind_changes, mark_changes
from bptt_sym.check.repairing.structure import order_changes, sign_changes, surplus_changes
from bptt_sym.check.repairing.symbols import slope_letter_changes, symbol_changes
from bptt_sym.check.repairing.transposes import transpose_changes

Generator: TypeAlias = Callable[[Line, int], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class Family:
    """Changes of one kind; `shapes` tells that they may mend shapes, `pairs` that two of them may go together, and
    `marks` that a left side is changed as readily as a right one.
    """

    changes: Generator
    marks: bool = False
    shapes: bool = True
    pairs: bool = True


# fmt: off
FAMILIES: tuple[Family, ...] = (
    Family(mark_changes, marks=True, pairs=False),
    Family(sign_changes, shapes=False),
    Family(transpose_changes),
    Family(order_changes),
    Family(symbol_changes),
    Family(range_changes, shapes=False),
    Family(diagonal_changes, pairs=False),
    Family(row_changes, pairs=False),
    Family(pattern_changes, pairs=False),
    Family(surplus_changes, pairs=False),
    Family(sum_changes, pairs=False),
    Family(term_changes, pairs=False),
    Family(factor_changes, pairs=False),
    Family(kind_changes, shapes=False, pairs=False),
    Family(slope_letter_changes),
)
CLASSES: tuple[str, ...] = (
    "missing-partial", "sign", "transpose", "order", "local-vs-total-loss", "index", "derivative-at-wrong-step",
    "time-step", "wrong-parameter", "range", "missing-diag", "scalar-as-matrix", "missing-row", "missing-column",
    "extra-row", "extra-column", "power", "normalisation", "extra-factor", "extra-term", "missing-path", "missing-term",
    "dropped-factor", "total-vs-immediate",
)
# fmt: on
# Classes by which a left side is changed although it says what the line is about; by which one is that doesn't.
SIDED = frozenset(("local-vs-total-loss", "total-vs-immediate", "missing-partial"))
LEFT = SIDED | frozenset(("sign", "order", "transpose", "index", "time-step", "derivative-at-wrong-step", "power"))
# Classes of which two independent changes may go together.
PAIRED = frozenset(("sign", "transpose", "index", "time-step", "derivative-at-wrong-step", "power"))
assert len(CLASSES) == len(set(CLASSES)), "a class stands twice"
