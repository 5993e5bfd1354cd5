"""The forward equations among all the formulas of a document, and the network they make.

A document has a network of its own where it defines a recurrence: a layer that depends on itself at an earlier step.
What that recurrence and the losses are made of belongs to the network, and so does what brings in parameters; the
rest are claims, or definitions of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bptt_sym.errors import BpttSymError
from bptt_sym.network.auxiliary import NAMELESS
from bptt_sym.network.borrowing import STATES, Letter, borrowed
from bptt_sym.network.candidates import Candidate, Candidates, find_candidates
from bptt_sym.network.dependence import (
    definitions,
    downstream,
    inherited,
    next_network,
    recurrent,
    upstream,
    without_special_cases,
)
from bptt_sym.network.dialect import Dialect
from bptt_sym.network.inference import LOSSES
from bptt_sym.network.names import Key, Line
from bptt_sym.network.naming import with_names
from bptt_sym.network.network import Network
from bptt_sym.network.reading import assemble
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Apply, Name, Node, Number, walk


@dataclass(frozen=True, slots=True)
class Found:
    """A document's own network, or why it can't be read; the offsets of the signs of the equalities that define it.

    `borrowed` are the symbols whose equations come from the library, in plain spelling.
    """

    network: Network | None
    error: BpttSymError | None
    signs: frozenset[int]
    borrowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says of networks: how it writes time, its functions, and its own network if it has one."""

    candidates: Candidates
    own: Found | None

    @property
    def dialect(self) -> Dialect:
        """How it writes time."""
        return self.candidates.dialect


def read_document(formulas: Sequence[Formula], name: str, *, single: bool = False) -> list[tuple[int, Reading]]:
    """The networks that the formulas of a document define, each with the number of the formula from which it holds.

    There is one, whose `own` is None where there is no recurrence among the formulas, unless a state is defined anew
    by an equation that brings in other parameters: from the lines that belong to that equation on, the document speaks
    of another network, which takes from the one before what it doesn't define itself. With `single` there is just one.
    """
    start, parts = 0, []
    while True:
        reading, further = _first_network(formulas, start, name)
        parts.append((start, reading))
        if further is None or single:
            return parts
        start = further


def _first_network(formulas: Sequence[Formula], start: int, name: str) -> tuple[Reading, int | None]:
    """The network of the formulas from `start` on, and where the next one begins."""
    candidates = find_candidates([*formulas[start:], *formulas[:start]])
    offset = formulas[start].span.start if start else 0
    own = [c for c in candidates.lines if c.equality.sign >= offset]
    further = next_network(own, candidates.notation)
    end = None
    if further is not None:
        end = next(k for k, f in enumerate(formulas) if any(s.start == further for s in f.relation_spans))
        own = [c for c in own if c.equality.sign < further]
    earlier = [c for c in candidates.lines if c.equality.sign < offset]
    lines = [*own, *inherited(own, earlier, candidates.notation)]
    found = _network(lines, candidates, _mentioned(formulas[start:end]), name)
    return Reading(replace(candidates, lines=tuple(lines)), found), end


def _network(
    lines: Sequence[Candidate], candidates: Candidates, mentioned: frozenset[Letter], name: str
) -> Found | None:
    """The network that these lines make; None without a recurrence."""
    first = definitions(lines)
    first = without_special_cases(first, recurrent(first, candidates.notation))
    states = recurrent(first, candidates.notation)
    if not states:
        return None
    begun: dict[tuple[Key, Node | None], Candidate] = {}
    for candidate in filter(lambda c: _begins(c, first), lines):
        begun.setdefault((candidate.key, candidate.line.defines.step), candidate)
    wanted = _wanted(first, states)
    chosen = {id(c) for c in (*first.values(), *begun.values()) if c.key in wanted}
    own = [candidate for candidate in lines if id(candidate) in chosen]
    own = with_names([c for key, c in first.items() if key not in wanted], own, candidates.notation)
    return _assembled(own, candidates, mentioned, name)


def _begins(candidate: Candidate, first: Mapping[Key, Candidate]) -> bool:
    """Whether an equality says how a layer begins: at step 0, or at step 1 before or beside what holds from 2 on."""
    step, general = candidate.line.defines.step, first.get(candidate.key)
    if not isinstance(step, Number) or step.text not in ("0", "1"):
        return False
    later = general is not None and (candidate.equality.sign < general.equality.sign or general.equality.restricted)
    return step.text == "0" or later


def _wanted(first: Mapping[Key, Candidate], states: set[Key]) -> set[Key]:
    """The recurrence, the losses that depend on it, what these are made of, and outputs that bring in parameters."""
    after = downstream(first, states)
    losses = {key for key in after if key[0].base in LOSSES}
    wanted = states | ({key for key in losses if not key[1] or _is_about_data(first[key].line, first)} or losses)
    wanted |= upstream(first, wanted)
    while True:
        known = wanted | {use.key for key in wanted for use in first[key].line.uses}
        more = {key for key in after - wanted if _is_output(first[key].line, known, first)}
        if not more:
            return wanted
        wanted |= more | upstream(first, more)


def _is_about_data(line: Line, first: Mapping[Key, Candidate]) -> bool:
    """Whether a line uses targets or inputs, as the loss of a step does, and `J_t = D_t W`, a Jacobian, doesn't."""
    return any(use.timed and use.key not in first for use in line.uses)


def _is_output(line: Line, known: set[Key], first: Mapping[Key, Candidate]) -> bool:
    """A layer at a step that brings in parameters, or is a function of a layer: `o = V h + c`, `p = softmax(o)`."""
    if not line.defines.timed or any(use.timed and use.key not in known for use in line.uses):
        return False
    if not any(use.key in known for use in line.uses):
        return False
    fresh = [use for use in line.uses if not use.timed and use.key not in known and use.key not in first]
    return bool(fresh) or _is_activation(line)


def _is_activation(line: Line) -> bool:
    match line.body:
        case Apply(Name(base)):
            return base not in NAMELESS
        case _:
            return False


def _mentioned(formulas: Sequence[Formula]) -> frozenset[Letter]:
    """Every letter of the document."""
    nodes = [side for formula in formulas for side in formula.sides if isinstance(side, Node)]
    return frozenset((part.base, part.accents) for node in nodes for part in walk(node) if isinstance(part, Name))


def _assembled(
    own: Sequence[Candidate],
    candidates: Candidates,
    mentioned: frozenset[Letter],
    name: str,
) -> Found | None:
    """The network of these lines; what only hangs on it is left out where it can't be read with them.

    None where it is no network but a recurrence about the layers of the library's, of which nothing is said.
    """
    lines = [candidate.line for candidate in own]
    if _is_about_library(lines):
        return None
    more = borrowed(lines, candidates.notation, mentioned)
    signs = frozenset(candidate.equality.sign for candidate in own)
    error: BpttSymError | None = None
    for extra in dict.fromkeys((tuple(more), ())):
        pairs = [(c.equality.left, c.equality.body) for c in own]
        pairs += [(line.left, line.written or line.body) for line in extra]
        try:
            network = assemble(pairs, candidates.functions, (), name)
        except BpttSymError as found:
            error = error or found
            continue
        names = tuple(dict.fromkeys(line.defines.name.plain for line in extra))
        return Found(network, None, signs, names)
    assert error is not None
    return Found(None, error, signs)


def _is_about_library(lines: Sequence[Line]) -> bool:
    """Whether a state of the library's network is used and nowhere defined: `P_t = D_t W P_{t-1}` with D_t from h_t."""
    defined = {line.defines.key for line in lines}
    return any(use.key in STATES and use.key not in defined for line in lines for use in line.uses)
