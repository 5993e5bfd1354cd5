"""The network that a document is about, unrolled and ready to be judged by: its own, one named, or the library's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bptt_sym.claims import Setting
from bptt_sym.errors import BpttSymError, Unreadable, UsageError
from bptt_sym.network.dialect import Dialect
from bptt_sym.network.extents import find_extents
from bptt_sym.network.finding import Reading, read_document
from bptt_sym.network.library import network_text
from bptt_sym.network.network import Network
from bptt_sym.network.reading import read_network
from bptt_sym.written.document import Formula

ASSUMED = "elman"
OWN = "the document's own"
STEPS = 3


@dataclass(frozen=True)
class Premises:
    """What a document is judged by: the setting, how the document writes time, and where its network stands in it.

    `setting` is None, with the `error`, where the document's own network can't be read; `signs` are the offsets of
    the equalities that define the network and its functions. An `assumed` network is the library's for want of another.
    """

    setting: Setting | None
    origin: str
    dialect: Dialect = field(default_factory=Dialect)
    signs: frozenset[int] = frozenset()
    error: BpttSymError | None = None
    notes: tuple[str, ...] = ()
    assumed: bool = False
    own: bool = False


@dataclass(frozen=True)
class Part:
    """Formulas of a document in their order, and what they are judged by."""

    formulas: tuple[Formula, ...]
    premises: Premises


def open_network(source: str) -> Network:
    """The network of that library name or file; raises UsageError with the place where it can't be read."""
    return _network_of(network_text(source), source)


@lru_cache(maxsize=4)
def _network_of(text: str, source: str) -> Network:
    """One network for all the documents that are judged by the same text."""
    try:
        return read_network(text, source)
    except BpttSymError as error:
        raise UsageError(error.located(text, source)) from error


def open_setting(source: str, sizes: Mapping[str, int] | None = None, steps: int = STEPS) -> Setting:
    """The setting of that library name or file at these sizes.

    Raises UsageError with the place in the file where the network can't be read or its shapes don't fit.
    """
    text = network_text(source)
    try:
        return Setting.of(read_network(text, source), sizes, steps)
    except UsageError:
        raise
    except BpttSymError as error:
        raise UsageError(error.located(text, source)) from error


def find_parts(
    formulas: Sequence[Formula],
    network: str | None = None,
    sizes: Mapping[str, int] | None = None,
    steps: int | None = None,
) -> tuple[Part, ...]:
    """The network named, else the document's own, else the library's; sizes and steps given, else the document's.

    A document that goes on to another network has a part for each. Raises UsageError for a name, a size or a number
    of steps that makes no sense.
    """
    if network is not None:
        (reading,) = read_document(formulas, OWN, single=True)
        return (Part(tuple(formulas), _of_named(network, formulas, reading[1], sizes, steps)),)
    readings = read_document(formulas, OWN)
    ends = [start for start, _ in readings[1:]] + [len(formulas)]
    return tuple(
        Part(tuple(formulas[start:end]), _premises(formulas[start:end], reading, sizes, steps))
        for (start, reading), end in zip(readings, ends, strict=True)
    )


def _premises(
    formulas: Sequence[Formula], reading: Reading, sizes: Mapping[str, int] | None, steps: int | None
) -> Premises:
    own = reading.own
    if own is None:
        return replace(_of_named(ASSUMED, formulas, reading, sizes, steps), assumed=True)
    origin = f"{OWN}, {_listed(own.borrowed)} from {ASSUMED}" if own.borrowed else OWN
    signs = own.signs | reading.candidates.signs
    premises = Premises(None, origin, reading.dialect, signs, own.error, own=True)
    if own.network is None:
        return premises
    try:
        return _unrolled(premises, own.network, formulas, sizes, steps)
    except UsageError:
        raise
    except BpttSymError as error:
        return replace(premises, error=error)


def _of_named(
    source: str,
    formulas: Sequence[Formula],
    reading: Reading,
    sizes: Mapping[str, int] | None,
    steps: int | None,
) -> Premises:
    """A network of the library or a file, with the functions that the document defines."""
    premises = Premises(None, source, reading.dialect, reading.candidates.signs)
    network = open_network(source)
    if not reading.candidates.functions.keys() <= network.functions.keys():
        network = replace(network, functions={**reading.candidates.functions, **network.functions})
    return _unrolled(premises, network, formulas, sizes, steps)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _unrolled(
    premises: Premises,
    network: Network,
    formulas: Sequence[Formula],
    sizes: Mapping[str, int] | None,
    steps: int | None,
) -> Premises:
    """The premises with the network unrolled at the sizes given, else stated; stated ones that clash are left out."""
    try:
        extents = find_extents(formulas, network, premises.dialect)
    except Unreadable as error:
        return replace(premises, error=error)
    given = {network.axis(name).name: size for name, size in (sizes or {}).items()}
    try:
        setting = Setting.of(network, {**extents.sizes, **given}, (extents.steps or STEPS) if steps is None else steps)
        notes = extents.notes
    except UsageError:
        setting = Setting.of(network, sizes, STEPS if steps is None else steps)
        notes = (*extents.notes, "the sizes that the document states don't go together and were not followed")
    return replace(premises, setting=setting, notes=notes)
