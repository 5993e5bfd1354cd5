r"""Conditions that a text sets in words around a formula: `for $i \ne j$ we get ...`, `... for $t = \tau$`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bptt_sym.meaning.reference import HORIZONS
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Chain, Name, Number, walk

_BEFORE = re.compile(r"\b(?:for|if|when|whenever|case|suppose|assume|at|first|step)\b[^.$]*$", re.IGNORECASE)
# A capital letter opens a sentence, which is about what comes after it.
_AFTER = re.compile(r"^\s*,?\s*(?:for|if|when|whenever|where|provided|in the case|as long as)\b[^.$]*$")
_OPENING = "if|when|whenever|unless|otherwise|else|except|only (?:if|for|when|at)|provided|in the case"
_OPEN = re.compile(rf"^[\s,;]*(?:{_OPENING}|Otherwise|Else|Except|Unless)\b")
_TURNING = re.compile(r"\b(?:not|no|never|even|but|except|exclud\w*|other\w*|general\w*|un(?:less|like))\b", re.I)
_NEW_SENTENCE = re.compile(r"[.;!?]\s+\w")
_MARKUP = re.compile(r"\$+|\\[\[\]()]|\\(?:begin|end)\{[^}]*\}|\\q?quad|[{}*_]|\\[a-zA-Z]+")
_HEADING = re.compile(r"\\(?:sub)*section|\\paragraph|\n#")
FARTHEST = 4


@dataclass(frozen=True, slots=True)
class Around:
    """What stands in words around a formula: conditions, whether they surely belong to it, and whether more is open."""

    conditions: tuple[Chain, ...] = ()
    sure: bool = False
    open: bool = False


def around(formulas: Sequence[Formula], number: int, text: str) -> Around:
    """The condition on indices that stands nearest before a formula, or right behind it."""
    formula = formulas[number]
    following = formulas[number + 1] if number + 1 < len(formulas) else None
    behind = text[formula.span.end : following.span.start if following else len(text)]
    words = plain(behind)
    if following is not None and (chain := _condition(following)) is not None and _AFTER.search(words):
        return Around((chain,), not _TURNING.search(words))
    is_open = bool(_OPEN.search(words))
    for place in range(number - 1, max(number - 1 - FARTHEST, -1), -1):
        chain = _condition(formulas[place])
        if chain is None:
            continue
        between = text[formulas[place].span.end : formula.span.start]
        ahead = text[formulas[place - 1].span.end if place else 0 : formulas[place].span.start]
        if _HEADING.search(between):
            break
        near = place == number - 1 and bool(_BEFORE.search(plain(ahead)))
        near = near and not _NEW_SENTENCE.search(plain(between))
        near = near and not _TURNING.search(_last_sentence(ahead) + " " + plain(between))
        return Around((chain,), near, is_open)
    return Around(open=is_open)


def plain(text: str) -> str:
    """The words of a text, for what is looked for in them, without markup."""
    return _MARKUP.sub(" ", text)


def _last_sentence(text: str) -> str:
    return re.split(r"[.;!?]\s|\n\s*\n", plain(text))[-1]


def _condition(formula: Formula) -> Chain | None:
    r"""A formula that only compares indices: `i \ne j`, `t = \tau`, `k \le t`."""
    chain = formula.statement.body if formula.statement is not None else None
    if not isinstance(chain, Chain) or len(chain.items) != 2:
        return None
    left, right = chain.items
    simple = isinstance(left, Name) and not left.accents and (len(left.base) == 1 or left.base in HORIZONS)
    parts = [part for part in walk(right) if isinstance(part, Name)]
    if not simple or not all(len(part.base) == 1 or part.base in HORIZONS for part in parts):
        return None
    return chain if parts or isinstance(right, Number) else None
