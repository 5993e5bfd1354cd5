r"""Letters that stand alone below a layer, `\hat y_i = e^{o_i} / \sum_j e^{o_j}`: steps, or components?

Where steps stand below they are read as steps. A line whose verdict hangs on that is not clear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bptt_sym.claims.outcome import Outcome
from bptt_sym.claims.steps import innermost, letters_of, with_step
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.reference import HORIZONS, INDEX_LETTERS, is_transpose, resolve
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.nodes import Apply, Big, Chain, Derivative, Name, Node, Number, Scripted, children, rebuilt, walk
from bptt_sym.written.writer import write

_DIFFER = frozenset((("proved", "refuted"), ("refuted", "proved"), ("ill-typed", "proved")))


@dataclass(frozen=True, slots=True)
class Components:
    """The sides with letters that stand alone below read as components at every step; `first` is one of these letters.

    `certain` tells that something in the line is at a step for sure, or that but one letter stands alone.
    """

    sides: tuple[Node, Node]
    first: Node
    certain: bool

    def unsure(self, as_steps: Outcome, as_components: Outcome) -> Outcome:
        """The outcome with the letters read as steps, or that it is not clear what they are."""
        words = as_steps.word, as_components.word
        if words not in _DIFFER or (self.certain and as_steps.word == "proved"):
            return as_steps
        question = f"is {write(self.first)} a step or a component here? write both"
        return Outcome("unreadable", question, span=self.first.span)


def as_components(
    left: Node, right: Node, conditions: Sequence[Chain], scope: NetworkScope
) -> Components | None:
    """How else the letters that stand alone below can be read; None where none does that could be a component."""
    if not scope.step_below:
        return None
    uses = [use for side in (left, right) for use in _uses(side, scope)]
    alone = [use.step for use in uses if use.alone]
    certain = [use.step for use in uses if not use.alone]
    sure = _sure_letters(certain, (left, right), conditions, scope)
    open_ = [step for step in dict.fromkeys(alone) if step not in certain and not letters_of(step) & sure]
    if not open_:
        return None
    sides = _with_components(left, open_, scope), _with_components(right, open_, scope)
    return Components(sides, open_[0], len(open_) == 1 or any(use.step not in open_ for use in uses))


@dataclass(frozen=True, slots=True)
class _Use:
    """The step of a symbol, and whether it is a letter or number alone below something that has components."""

    step: Node
    alone: bool


def _uses(node: Node, scope: NetworkScope) -> Iterator[_Use]:
    """What carries a step; a layer differentiated by itself is at two steps, as at one that would say nothing.

    What stands in diag is a vector, so that a number below it is a step.
    """
    if isinstance(node, Name | Scripted):
        found = _use(node, scope)
        if found is not None:
            yield found
            return
    if isinstance(node, Derivative) and node.body is not None and innermost(node.body) == innermost(node.wrt[0]):
        for part in (node.body, *node.wrt):
            yield from (replace(use, alone=False) for use in _uses(part, scope))
        return
    if isinstance(node, Apply) and isinstance(node.function, Name) and node.function.base == "diag":
        yield from (replace(use, alone=False) for use in _uses(node.argument, scope))
        return
    for child in children(node):
        yield from _uses(child, scope)


def _use(node: Name | Scripted, scope: NetworkScope) -> _Use | None:
    try:
        local = scope.defined(node)
        reference = resolve(node, scope) if local is None else None
    except Unreadable:
        return None
    step = local.step if local is not None else reference.step if reference is not None else None
    if step is None:
        return None
    whole = bool(local.symbol.axes) and not local.subs if local is not None else False
    if reference is not None:
        whole = len(reference.declaration.axes) == 1 and not reference.index
    lies = any(map(is_transpose, local.sups if local is not None else reference.rest if reference is not None else ()))
    below = isinstance(node, Scripted) and node.subs == (step,)
    return _Use(step, whole and not lies and below and _may_count(step, scope))


def _may_count(step: Node, scope: NetworkScope) -> bool:
    if isinstance(step, Number):
        return step.text != "0"
    return isinstance(step, Name) and step.base in INDEX_LETTERS - scope.step_names


def _sure_letters(
    certain: Sequence[Node], sides: Sequence[Node], conditions: Sequence[Chain], scope: NetworkScope
) -> frozenset[str]:
    """The letters that count steps, as something says: a step like k + 1, or a limit beside such a letter."""
    sure = {letter for step in certain for letter in letters_of(step)} | scope.step_names | HORIZONS
    groups = [_names(chain) for chain in conditions]
    for big in (part for side in sides for part in walk(side) if isinstance(part, Big)):
        limits = (*big.indices, big.lower, big.upper, *big.conditions)
        groups.append(frozenset().union(*(_names(limit) for limit in limits if limit is not None)))
    for _ in groups:
        sure = sure.union(*(group for group in groups if group & sure))
    return frozenset(sure)


def _names(node: Node) -> frozenset[str]:
    return frozenset(part.base for part in walk(node) if isinstance(part, Name))


def _with_components(node: Node, open_: Sequence[Node], scope: NetworkScope) -> Node:
    if isinstance(node, Name | Scripted):
        found = _use(node, scope)
        if found is not None:
            return with_step(node, Name(scope.network.step)) if found.alone and found.step in open_ else node
    return rebuilt(node, lambda part: _with_components(part, open_, scope))
