"""NumPy functions of assignments, which serve as the common subexpressions they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray
from sympy import Expr, Symbol
from sympy.printing.numpy import NumPyPrinter

from bptt_sym.errors import UsageError
from bptt_sym.network.graph import Assignment

Array: TypeAlias = NDArray[Any]


def _relu(a: Array) -> Array:
    return np.where(np.real(a) > 0, a, np.where(np.isnan(a), a, 0))


def _step(a: Array) -> Array:
    """1 or 0 by the sign of the real part; at 0 there is no value, hence not a number."""
    return np.where(np.real(a) > 0, 1.0, np.where(np.real(a) < 0, 0.0, np.nan))


OWN_FUNCTIONS: dict[str, Callable[[Array], Array]] = {"relu": _relu, "step": _step}


class _Printer(NumPyPrinter):  # type: ignore[misc]
    """NumPy code in which each symbol has the name given: renaming in the expressions would rebuild them."""

    def __init__(self, names: Mapping[Symbol, str]) -> None:
        super().__init__({
            "fully_qualified_modules": False,
            "order": "none",
            "user_functions": {name: name for name in OWN_FUNCTIONS},
        })
        self._names = names

    def _print_Symbol(self, expr: Symbol) -> str:
        return self._names.get(expr) or str(expr.name)

    def _print_ComplexInfinity(self, expr: Expr) -> str:
        return str(self._print(sp.nan))


def needed(
    assignments: Sequence[Assignment], inputs: Sequence[Symbol], outputs: Sequence[Symbol]
) -> tuple[Assignment, ...]:
    """The assignments that `outputs` rest on, in their order; one to an input is left out."""
    given, wanted = set(inputs), set(outputs)
    found = []
    for assignment in reversed(assignments):
        if assignment.symbol in wanted and assignment.symbol not in given:
            found.append(assignment)
            wanted |= assignment.expr.free_symbols
    return tuple(reversed(found))


def lambdify(
    assignments: Sequence[Assignment], inputs: Sequence[Symbol], outputs: Sequence[Symbol]
) -> Callable[[ArrayLike], Array]:
    """The outputs as a NumPy function of the inputs.

    It takes an array of shape (inputs, ...), real or complex, and returns one of shape (outputs, ...); what
    follows the first axis is carried along. An input that is also assigned counts as given. relu and step
    go by the real part of a complex argument. Raises `UsageError` for a symbol that has neither a value nor
    a definition.
    """
    used = needed(assignments, inputs, outputs)
    _refuse_unknown(used, inputs, outputs)
    names = {s: f"_{k}" for k, s in enumerate(dict.fromkeys([*inputs, *(a.symbol for a in used)]))}
    compiled = sp.lambdify(
        [[Symbol(names[s]) for s in inputs]],
        list(outputs),
        modules=[OWN_FUNCTIONS, "numpy"],
        printer=_Printer(names),
        cse=lambda expressions: ([(a.symbol, a.expr) for a in used], expressions),
        docstring_limit=0,
    )

    def function(values: ArrayLike) -> Array:
        array = np.asarray(values)
        if not np.issubdtype(array.dtype, np.inexact):
            array = array.astype(float)
        if array.shape[:1] != (len(inputs),):
            raise UsageError(f"{len(inputs)} inputs are needed, not an array of shape {array.shape}")
        results = compiled(array)
        return np.array([np.broadcast_to(value, array.shape[1:]) for value in results])

    return function


def _refuse_unknown(used: Sequence[Assignment], inputs: Sequence[Symbol], outputs: Sequence[Symbol]) -> None:
    known = {*inputs, *(a.symbol for a in used)}
    unknown = {s for e in (*outputs, *(a.expr for a in used)) for s in _free(e) if s not in known}
    if unknown:
        raise UsageError(f"no value and no definition for {', '.join(sorted(s.name for s in unknown))}")


def _free(expr: Expr) -> set[Symbol]:
    return set(expr.free_symbols)
