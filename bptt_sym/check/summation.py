"""Indices that a text sums over without saying so in the formula, as physicists do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.indices import STEP, free_letters, uses
from bptt_sym.meaning.scope import Scope
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Big, Node, Product, Scripted, walk

_CONVENTION = re.compile(r"Einstein|summation\s+convention|repeated\s+ind(?:ex|ices)", re.IGNORECASE)


def sums_silently(text: str, formulas: Sequence[Formula], scope: Scope) -> bool:
    """Whether a text may leave out sums over components: it says that it does, or writes none at all."""
    return says_so(text) or not any(_sums_components(formula, scope) for formula in formulas)


def says_so(text: str) -> bool:
    """Whether a text says that repeated indices are summed over."""
    return bool(_CONVENTION.search(text))


def silent_index(left: Node, right: Node, scope: Scope, *, steps: bool = False) -> str | None:
    """A letter that stands on one side only, there in two factors of a product: free, or summed over silently?

    With `steps` letters that run over steps count too. None also where letters can't be told from symbols, as where
    steps were left off.
    """
    try:
        return _silent(left, right, scope, steps)
    except Unreadable:
        return None


def _silent(left: Node, right: Node, scope: Scope, steps: bool) -> str | None:
    for one, other in ((left, right), (right, left)):
        known = free_letters(other, scope)
        for letter, kinds in free_letters(one, scope).items():
            counts = letter not in known and (steps or STEP not in kinds)
            if counts and any(_repeats(letter, part, scope) for part in walk(one)):
                return letter
    return None


def _repeats(letter: str, part: Node, scope: Scope) -> bool:
    if isinstance(part, Product):
        return sum(any(name == letter for name, _ in uses(factor, scope)) for factor in part.factors) > 1
    return isinstance(part, Scripted) and [name for name, _ in uses(part, scope)].count(letter) > 1


def _sums_components(formula: Formula, scope: Scope) -> bool:
    """Whether a sum over components is written out."""
    sides = [side for side in formula.sides if isinstance(side, Node)]
    bigs = [part for side in sides for part in walk(side) if isinstance(part, Big) and part.kind == "sum"]
    return any(_is_over_components(big, scope) for big in bigs)


def _is_over_components(big: Big, scope: Scope) -> bool:
    bound = {name.base for name in big.indices}
    try:
        return any(letter in bound and kind != STEP for letter, kind in uses(big.body, scope))
    except Unreadable:
        return True
