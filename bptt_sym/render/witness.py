"""A counterexample in few words: the instance, both values in few digits, the coordinates that an equality names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bptt_sym.check.report import FailingInstance

MOST_COORDINATES = 6
_BALL = re.compile(r"\[?(-?[\d.]+(?:e[+-]?\d+)?)")
_BEFORE_THE_FIRST = re.compile(r"0|-\s*1")
_COORDINATE = re.compile(r"(?P<base>.+?)(?:_(?P<index>\d+))?(?:\^\((?P<step>.*)\))?\Z")


def instance(found: FailingInstance) -> str:
    """`t = 1, component 2`, or nothing where there is only one."""
    parts = [f"{letter} = {value}" for letter, value in found.instance]
    if found.component:
        parts.append(f"component {', '.join(map(str, found.component))}")
    return ", ".join(parts)


def values(found: FailingInstance) -> tuple[str, str]:
    """Both sides, with as many digits as it takes to tell them apart."""
    left, right = (_BALL.match(side) for side in (found.left, found.right))
    if left is None or right is None:
        return found.left, found.right
    for digits in range(4, 16):
        a, b = (f"{float(side[1]):.{digits}g}" for side in (left, right))
        if a != b:
            return a, b
    return found.left, found.right


def coordinates(found: FailingInstance, latex: str) -> str:
    """The coordinates of the point whose letters stand in the equality: one-hot vectors, then the instance's step."""
    named: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name, value in found.point:
        parts = _COORDINATE.match(name)
        assert parts is not None
        named.setdefault((parts["base"], parts["step"] or ""), []).append((name, value))
    steps = {str(value) for _, value in found.instance}
    vectors: list[str] = []
    numbers: list[str] = []
    for (base, step), entries in sorted(named.items(), key=lambda item: item[0][1] not in steps):
        if _is_written(base, latex) and (step != "0" or _BEFORE_THE_FIRST.search(latex)):
            if _is_one_hot([value for _, value in entries]):
                vectors.append(f"{base}{f'^({step})' if step else ''} = ({', '.join(value for _, value in entries)})")
            else:
                numbers.extend(f"{name} = {value}" for name, value in entries)
    shown = vectors + numbers
    more = f" and {len(shown) - MOST_COORDINATES} more" if len(shown) > MOST_COORDINATES else ""
    return ", ".join(shown[:MOST_COORDINATES]) + more


def _is_written(base: str, latex: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){re.escape(base)}(?![A-Za-z])", latex, re.IGNORECASE) is not None


def _is_one_hot(found: Sequence[str]) -> bool:
    return len(found) > 1 and sorted(found) == ["0"] * (len(found) - 1) + ["1"]
