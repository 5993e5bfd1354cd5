r"""One order for the products of a document: the one in which all holds that holds in some, or most of it.

A page that writes `\prod_{j=k+1}^{t} J_j` leaves open on which side of J_t the factor J_{t-1} stands; what it can't do
is to mean one order here and the other there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bptt_sym.check.reading import Reading
from bptt_sym.check.report import Entry
from bptt_sym.meaning.ranges import LATER_LEFT
from bptt_sym.meaning.scope import Order

_EXPLICIT = re.compile(r"from\s+left\s+to\s+right|in\s+(?:increasing|ascending)\s+order", re.IGNORECASE)
BOTH = "this holds if the factors of ∏ stand the other way round than on line {}: write them out"


def stated_order(text: str) -> Order:
    """The order of factors that a text states: `the factors stand from left to right`; else it is open."""
    return "written" if _EXPLICIT.search(text) else "open"


def in_one_order(first: Reading, again: Callable[[Order], Reading]) -> Reading:
    """A document's reading in the order in which more of its lines hold, as written where that are as many.

    `first` reads each line in the order in which it holds, `again` the whole document in one. What holds in the other
    order only is not read; it stays refuted in a chain whose next link holds in this one.
    """
    later_only = [k for k, entry in enumerate(first.entries) if _is_later(entry)]
    if not later_only:
        return first
    later = again("later left")
    written_only = [k for k, entry in enumerate(first.entries) if entry.verdict == "proved" and not _proved(later, k)]
    if not written_only:
        return later
    fewer, more = sorted((later_only, written_only), key=len)  # as written where they are as many
    found = later if more is later_only else again("written")
    for k in fewer:
        if k < len(found.entries) and not any(_beside(first.entries[k], first.entries[other]) for other in more):
            found.entries[k] = _unread(found.entries[k], first.entries[more[0]])
    return found


def _is_later(entry: Entry) -> bool:
    return entry.verdict == "proved" and LATER_LEFT in (entry.reading or "")


def _proved(reading: Reading, k: int) -> bool:
    return k < len(reading.entries) and reading.entries[k].verdict == "proved"


def _beside(entry: Entry, other: Entry) -> bool:
    """Whether two equalities are links of a chain that have a side in common."""
    a, b = entry.sides, other.sides
    return a is not None and b is not None and a.start < b.end and b.start < a.end


def _unread(entry: Entry, other: Entry) -> Entry:
    return replace(entry, verdict="unreadable", message=BOTH.format(other.line), diagnosis=None, suggestion=None,
                   witness=None, instances=0, given="")  # fmt: skip
