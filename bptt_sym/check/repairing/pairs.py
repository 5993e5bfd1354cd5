"""Which two of many changes may together be what lacks, told from numbers alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from math import isfinite, log, nan

TOLERANCE = 1e-9
MOST = 200


def matching(values: Sequence[float], now: float, wanted: float) -> list[tuple[int, int]]:
    """Pairs of changes whose effects on a number add up, or multiply, to the one that is wanted.

    `values` are what the number becomes by each change alone; it is `now` without any.
    """
    found = dict.fromkeys(_matching([v - now for v in values], wanted - now))
    if now and wanted / now > 0:
        logs = [log(value / now) if value / now > 0 else nan for value in values]
        found |= dict.fromkeys(_matching(logs, log(wanted / now)))
    return list(found)[:MOST]


def _matching(effects: Sequence[float], wanted: float) -> Iterator[tuple[int, int]]:
    ranked = sorted((effect, k) for k, effect in enumerate(effects) if isfinite(effect))
    keys = [effect for effect, _ in ranked]
    for effect, k in ranked:
        slack = TOLERANCE * (abs(effect) + abs(wanted) + 1e-6)
        place = bisect_left(keys, wanted - effect - slack)
        while place < len(keys) and keys[place] <= wanted - effect + slack:
            if k < ranked[place][1]:
                yield k, ranked[place][1]
            place += 1
