"""How long a piece of work may take: a deadline that holds for all that is done under it, asked for in the loops.

Limits that count work come first, so that what a document comes to doesn't depend on the machine; the deadline is for
what they let through. It is the context's, so that whoever may run long asks without being handed anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic


class TimeUp(Exception):
    """The time for the work at hand is used up; caught by whoever reports on that work, which stays undecided."""


_deadline: ContextVar[tuple[float, str]] = ContextVar("deadline", default=(inf, ""))


@contextmanager
def deadline(seconds: float | None, message: str) -> Iterator[None]:
    """What is done inside raises TimeUp with that message after so many seconds, or with that of an earlier end."""
    end = (inf if seconds is None else monotonic() + seconds, message)
    token = _deadline.set(min(end, _deadline.get(), key=lambda known: known[0]))
    try:
        yield
    finally:
        _deadline.reset(token)


def ask() -> None:
    """Raises TimeUp once the deadline is past."""
    end, message = _deadline.get()
    if monotonic() > end:
        raise TimeUp(message)
