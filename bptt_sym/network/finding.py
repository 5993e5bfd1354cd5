"""The forward equations among all the formulas of a document, and the network they make.

A document has a network of its own where it defines a recurrence: a layer that depends on itself at an earlier step.
What that recurrence and the losses are made of belongs to the network, and so does what brings in parameters; the
rest are claims, or definitions of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bptt_sym.errors import BpttSymError
from bptt_sym.network.auxiliary import NAMELESS
from bptt_sym.network.borrowing import Letter, borrowed
from bptt_sym.network.candidates import Candidate, Candidates, find_candidates
from bptt_sym.network.dialect import Dialect
from bptt_sym.network.inference import LOSSES
from bptt_sym.network.names import Key, Line
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


def read_document(formulas: Sequence[Formula], name: str) -> Reading:
    """The network that the formulas of a document define; `own` is None where there is no recurrence among them."""
    candidates = find_candidates(formulas)
    first: dict[Key, Candidate] = {}
    for candidate in candidates.lines:
        if not isinstance(candidate.line.defines.step, Number):
            first.setdefault(candidate.key, candidate)
    recurrent = _recurrent(first, candidates)
    if not recurrent:
        return Reading(candidates, None)
    begun: dict[tuple[Key, Node | None], Candidate] = {}
    for candidate in filter(lambda c: _begins(c, first), candidates.lines):
        begun.setdefault((candidate.key, candidate.line.defines.step), candidate)
    wanted = _wanted(first, recurrent)
    chosen = {id(c) for c in (*first.values(), *begun.values()) if c.key in wanted}
    own = [candidate for candidate in candidates.lines if id(candidate) in chosen]
    return Reading(candidates, _assembled(own, candidates, _mentioned(formulas), name))


def _begins(candidate: Candidate, first: Mapping[Key, Candidate]) -> bool:
    """Whether an equality says how a layer begins: at step 0, or at step 1 before or beside what holds from 2 on."""
    step, general = candidate.line.defines.step, first.get(candidate.key)
    if not isinstance(step, Number) or step.text not in ("0", "1"):
        return False
    later = general is not None and (candidate.equality.sign < general.equality.sign or general.equality.restricted)
    return step.text == "0" or later


def _recurrent(first: Mapping[Key, Candidate], candidates: Candidates) -> set[Key]:
    """Layers on a cycle that goes back in time, and never forward."""
    edges = {key: _earlier(candidate.line, candidates) for key, candidate in first.items()}
    return {key for key in first if _returns(key, edges)}


def _earlier(line: Line, candidates: Candidates) -> list[tuple[Key, bool]]:
    """What a line uses at its own step or before, and whether before."""
    own = candidates.notation.shift(line.defines.step)
    found = []
    for use in line.uses:
        shift = candidates.notation.shift(use.step)
        if own is not None and shift is not None and shift <= own:
            found.append((use.key, shift < own))
    return found


def _returns(key: Key, edges: Mapping[Key, Sequence[tuple[Key, bool]]]) -> bool:
    """Whether a walk along the edges comes back to where it began, through an earlier step."""
    seen: set[tuple[Key, bool]] = set()
    waiting = list(edges[key])
    while waiting:
        node, before = waiting.pop()
        if (node, before) in seen:
            continue
        seen.add((node, before))
        if node == key and before:
            return True
        waiting.extend((other, before or earlier) for other, earlier in edges.get(node, ()))
    return False


def _wanted(first: Mapping[Key, Candidate], recurrent: set[Key]) -> set[Key]:
    """The recurrence, the losses that depend on it, what these are made of, and outputs that bring in parameters."""
    after = _downstream(first, recurrent)
    wanted = set(recurrent) | {key for key in after if key[0].base in LOSSES}
    wanted |= _upstream(first, wanted)
    while True:
        known = wanted | {use.key for key in wanted for use in first[key].line.uses}
        more = {key for key in after - wanted if _is_output(first[key].line, known, first)}
        if not more:
            return wanted
        wanted |= more | _upstream(first, more)


def _downstream(first: Mapping[Key, Candidate], sources: set[Key]) -> set[Key]:
    found = set(sources)
    while more := {k for k, c in first.items() if k not in found and any(use.key in found for use in c.line.uses)}:
        found |= more
    return found


def _upstream(first: Mapping[Key, Candidate], targets: set[Key]) -> set[Key]:
    found = set(targets)
    while more := {u.key for key in found for u in first[key].line.uses if u.key in first} - found:
        found |= more
    return found


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
) -> Found:
    """The network of these lines; what only hangs on it is left out where it can't be read with them."""
    lines = [candidate.line for candidate in own]
    complete = any(line.defines.name.base in LOSSES for line in lines)
    more = [] if complete else borrowed(lines, candidates.notation, mentioned)
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
