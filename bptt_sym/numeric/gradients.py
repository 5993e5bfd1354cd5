"""Claimed gradients against two finite differences of the loss, entry by entry.

Legend: `x` points, each a column of values of the free symbols; `g` the claimed gradient; `d` a difference
quotient; `e` a direction. Complex step: d = Im L(x + iεe) / ε, without cancellation, so as exact as the loss
itself; central: d = (L(x + δe) - L(x - δe)) / 2δ, which shares nothing with the former but the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sympy import Dummy, Symbol

from bptt_sym.errors import UsageError
from bptt_sym.network.graph import Assignment
from bptt_sym.numeric.functions import Array, lambdify, needed
from bptt_sym.primitives import relu, step

COMPLEX_STEP = 1e-30
CENTRAL_STEP = 1e-4
# The largest error that passes, and the size below which an entry is too small to be its own measure, as a
# part of its group's largest (or of 1): rounding leaves about 1e-15 on numbers near 1, the central step 1e-8.
COMPLEX_LIMIT, COMPLEX_FLOOR = 1e-9, 1e-5
CENTRAL_LIMIT, CENTRAL_FLOOR = 1e-4, 1e-3
SPREAD = 0.5  # standard deviation of the free symbols: enough curvature, little saturation
CANDIDATES = 8  # points drawn for each one kept, where kinks are to be avoided

Groups = Mapping[str, tuple[tuple[Symbol, Symbol], ...]]


@dataclass(frozen=True, slots=True)
class GroupError:
    """Largest relative error of a group's entries over all points; infinite where something isn't finite."""

    group: str
    complex_step: float
    central: float

    @property
    def passed(self) -> bool:
        """Both differences agree with the claim."""
        return self.complex_step <= COMPLEX_LIMIT and self.central <= CENTRAL_LIMIT


@dataclass(frozen=True, slots=True)
class GradientReport:
    """What the differences say of every group of parameters."""

    groups: tuple[GroupError, ...]
    points: int
    seed: int

    @property
    def passed(self) -> bool:
        """Every group passed, and there was one."""
        return bool(self.groups) and all(group.passed for group in self.groups)

    def by_method(self) -> dict[str, dict[str, float | None]]:
        """Method, then group, then error, fit for JSON.

        Two digits, and nothing below a thousandth of the limit, so that the last bits of a machine's `exp`
        don't show; None where something isn't finite.
        """
        return {
            "complex-step": {g.group: _shown(g.complex_step, COMPLEX_LIMIT) for g in self.groups},
            "central": {g.group: _shown(g.central, CENTRAL_LIMIT) for g in self.groups},
        }


def gradient_report(
    assignments: Sequence[Assignment],
    loss: Symbol,
    groups: Groups,
    *,
    targets: Sequence[tuple[Symbol, ...]] = (),
    points: int = 3,
    seed: int = 0,
) -> GradientReport:
    """Compare claimed gradients with complex-step and central differences of the lambdified loss.

    `groups` lists (parameter, claimed derivative) pairs; the loss and the claims are among `assignments`, the
    parameters are free. Each group of `targets` is one-hot at every point, everything else normal; points
    keep away from the kinks of relu. The error of an entry is |g - d| / max(|g|, |d|, floor), where floor is
    `COMPLEX_FLOOR` (`CENTRAL_FLOOR`) times the group's largest |d|, or times 1 if that is smaller: one part
    in a thousand shows in every entry above 1e-11 of it. A NaN or an infinity anywhere is an infinite error.
    """
    pairs = [pair for group in groups.values() for pair in group]
    wrt, claims = [p for p, _ in pairs], [g for _, g in pairs]
    _refuse_assigned(assignments, wrt)
    symbols = _free_symbols(needed(assignments, (), [loss, *claims]), [loss, *claims, *wrt])
    with np.errstate(all="ignore"):
        x = _points(assignments, symbols, loss, targets, points, seed)
        g = lambdify(assignments, symbols, claims)(x)
        place = {s: k for k, s in enumerate(symbols)}
        rows = [place[p] for p in wrt]
        value = lambdify(assignments, symbols, [loss])
        by_complex, by_central = _complex_step(value, x, rows), _central(value, x, rows)
        errors, start = [], 0
        for name, group in groups.items():
            part = slice(start, start := start + len(group))
            errors.append(GroupError(
                name,
                _error(g[part], by_complex[part], COMPLEX_FLOOR),
                _error(g[part], by_central[part], CENTRAL_FLOOR),
            ))
    return GradientReport(tuple(errors), points, seed)


def _complex_step(value: Callable[[Array], Array], x: Array, rows: Sequence[int]) -> Array:
    """∂L/∂x at `rows`, shape (rows, points)."""
    shifted = np.repeat(x[:, None, :], len(rows), axis=1).astype(complex)
    for k, row in enumerate(rows):
        shifted[row, k] += 1j * COMPLEX_STEP
    finite_or_not = 0 * value(x)[0]  # a complex logarithm is finite where the real one is not
    return np.asarray(np.imag(value(shifted)[0]) / COMPLEX_STEP + finite_or_not)


def _central(value: Callable[[Array], Array], x: Array, rows: Sequence[int]) -> Array:
    """∂L/∂x at `rows`, shape (rows, points)."""
    shifted = np.repeat(x[:, None, :], len(rows), axis=1)
    ends = []
    for sign in (1, -1):
        moved = shifted.copy()
        for k, row in enumerate(rows):
            moved[row, k] += sign * CENTRAL_STEP
        ends.append(value(moved)[0])
    return np.asarray((ends[0] - ends[1]) / (2 * CENTRAL_STEP))


def _error(g: Array, d: Array, floor: float) -> float:
    if not (np.isfinite(g).all() and np.isfinite(d).all()):
        return float("inf")
    if not d.size:
        return 0.0
    size = floor * np.maximum(np.abs(d).max(axis=0), 1)
    return float((np.abs(g - d) / np.maximum(np.maximum(np.abs(g), np.abs(d)), size)).max())


def _points(
    assignments: Sequence[Assignment],
    symbols: Sequence[Symbol],
    loss: Symbol,
    targets: Sequence[tuple[Symbol, ...]],
    count: int,
    seed: int,
) -> Array:
    """Random points, shape (symbols, count): of `CANDIDATES` times as many, those farthest from any kink."""
    generator = np.random.default_rng(seed)
    x = generator.normal(scale=SPREAD, size=(len(symbols), CANDIDATES * count))
    place = {s: k for k, s in enumerate(symbols)}
    for group in targets:
        hot = generator.integers(len(group), size=x.shape[1])
        for k, s in enumerate(group):
            if s in place:
                x[place[s]] = hot == k
    distance = _distance_to_kinks(assignments, symbols, loss, x)
    return x[:, np.argsort(-distance, kind="stable")[:count]]


def _distance_to_kinks(
    assignments: Sequence[Assignment], symbols: Sequence[Symbol], loss: Symbol, x: Array
) -> Array:
    arguments = dict.fromkeys(
        f.args[0] for a in needed(assignments, symbols, [loss])
        for f in sorted(a.expr.atoms(relu, step), key=str)
    )
    if not arguments:
        return np.zeros(x.shape[1])
    named = [Assignment(Dummy(), argument) for argument in arguments]
    values = lambdify([*assignments, *named], symbols, [a.symbol for a in named])(x)
    distance = np.abs(values).min(axis=0)
    return np.where(np.isnan(distance), np.inf, distance)  # a point that isn't a number must not be left out


def _free_symbols(used: Sequence[Assignment], also: Sequence[Symbol]) -> list[Symbol]:
    assigned = {a.symbol for a in used}
    free = {s for a in used for s in a.expr.free_symbols} | set(also)
    return sorted(free - assigned, key=lambda s: str(s.name))


def _refuse_assigned(assignments: Sequence[Assignment], wrt: Sequence[Symbol]) -> None:
    assigned = {a.symbol for a in assignments}
    for parameter in wrt:
        if parameter in assigned:
            raise UsageError(f"{parameter} is computed, not a parameter: no difference can be taken by it")


def _shown(error: float, limit: float) -> float | None:
    return float(f"{max(error, limit / 1000):.1e}") if np.isfinite(error) else None
