"""What depends on what among equations that could be forward equations, one for each symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bptt_sym.network.candidates import Candidate
from bptt_sym.network.names import Key, Line
from bptt_sym.network.notation import Notation
from bptt_sym.written.nodes import Name, Number, Scripted


def recurrent(first: Mapping[Key, Candidate], notation: Notation) -> set[Key]:
    """Layers on a cycle that goes back in time, and never forward."""
    edges = {key: _earlier(candidate.line, notation) for key, candidate in first.items()}
    return {key for key in first if _returns(key, edges)}


def _earlier(line: Line, notation: Notation) -> list[tuple[Key, bool]]:
    """What a line uses at its own step or before, and whether before."""
    own = notation.shift(line.defines.step)
    found = []
    for use in line.uses:
        shift = notation.shift(use.step)
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


def downstream(first: Mapping[Key, Candidate], sources: set[Key]) -> set[Key]:
    """The sources and all that is made of them."""
    found = set(sources)
    while more := {k for k, c in first.items() if k not in found and any(use.key in found for use in c.line.uses)}:
        found |= more
    return found


def upstream(first: Mapping[Key, Candidate], targets: set[Key]) -> set[Key]:
    """The targets and all that they are made of."""
    found = set(targets)
    while more := {u.key for key in found for u in first[key].line.uses if u.key in first} - found:
        found |= more
    return found


def definitions(lines: Sequence[Candidate]) -> dict[Key, Candidate]:
    """The first equation of each symbol, those for single steps left out; in a chain the first that is a recurrence."""
    first: dict[Key, Candidate] = {}
    for candidate in lines:
        if isinstance(candidate.line.defines.step, Number):
            continue
        known = first.setdefault(candidate.key, candidate)
        if known.equality.chain == candidate.equality.chain and not _uses_itself(known) and _uses_itself(candidate):
            first[candidate.key] = candidate
    return first


def _uses_itself(candidate: Candidate) -> bool:
    return any(use.key == candidate.key for use in candidate.line.uses)


def next_network(lines: Sequence[Candidate], notation: Notation) -> int | None:
    """The sign from which on another network is defined: a state anew, as a recurrence with other parameters."""
    for number, candidate in enumerate(lines):
        before, rest = lines[:number], lines[number:]
        always = candidate.line.defines.timed and not isinstance(candidate.line.defines.step, Number)
        if always and candidate.key in definitions(before):
            found = _block(candidate, before, rest, notation)
            if found is not None:
                return found
    return None


def _block(
    again: Candidate, before: Sequence[Candidate], rest: Sequence[Candidate], notation: Notation
) -> int | None:
    """Where the lines begin that define a state of the network before anew; None where `again` is none of them."""
    old, new = definitions(before), definitions(rest)
    settled = upstream(old, recurrent(old, notation))
    close = {key: c for key, c in old.items() if key not in settled}
    made = {key for key in upstream({**close, **new}, {again.key}) if key not in settled or key in new}
    lines = [{**close, **new}[key] for key in made]
    known = {use.key for key in settled for use in old[key].line.uses}
    weights = {u.key for c in lines for u in c.line.uses if not u.timed} - made
    other = bool(weights - known) and (len(made) > 1 or not weights & known)
    again_recurrent = made & recurrent(old, notation) & recurrent({**close, **new}, notation)
    if not other or not again_recurrent:
        return None
    after = old[again.key].equality.sign
    return min(c.equality.sign for c in lines if c.equality.sign > after)


def inherited(own: Sequence[Candidate], earlier: Sequence[Candidate], notation: Notation) -> list[Candidate]:
    """Lines of the network before that hold on: what they are made of is as it was, or a state under the same name."""
    if not earlier:
        return []
    old, new = definitions(earlier), definitions(own)
    states = recurrent(old, notation)
    gone = set(new)
    while more := {k for k, c in old.items() if k not in gone and _hangs(c.line, gone - states)}:
        gone |= more
    return [c for k, c in old.items() if k not in gone]


def _hangs(line: Line, gone: set[Key]) -> bool:
    return any(use.key in gone for use in line.uses)


def without_special_cases(first: Mapping[Key, Candidate], states: set[Key]) -> dict[Key, Candidate]:
    r"""What is defined without `If $W = 0$`, `with $V = U^T$`, `for $x_t = 0$`: these hold for a while, not throughout.

    A symbol that the rest only uses gets no value in a remark behind the last equation that uses it, nor a constant
    one in the midst of a text. A parameter that is updated, `W_{t+1} = W_t - \eta g_t`, is no layer.
    """
    after = downstream(first, states)
    known = {use.key for c in first.values() for use in c.line.uses if use.key != c.key}
    kept = dict(first)
    for key, candidate in first.items():
        used = [c.equality.sign for c in first.values() if c is not candidate and _hangs(c.line, {key})]
        late = candidate.equality.sign > max(used, default=0)
        if not used and key[1] and (key[0], False) in known and key in {use.key for use in candidate.line.uses}:
            del kept[key]
        if used and _is_supposed(candidate, known, late, key in after):
            del kept[key]
    return kept


def _is_supposed(candidate: Candidate, known: set[Key], late: bool, follows: bool) -> bool:
    """Whether an equality gives a value to what is free, or ties it to another symbol, behind all that uses it."""
    uses = {use.key for use in candidate.line.uses}
    if isinstance(candidate.equality.body, Name | Scripted) and uses:
        return late and not isinstance(candidate.line.defines.step, Number) and (candidate.key[1] or uses <= known)
    if follows:
        return False
    return late and not candidate.key[1] and uses <= known if uses else late or candidate.equality.inline
