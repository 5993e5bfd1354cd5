"""How much may be tried for a line and for a document: candidates first, time last.

Time is the processor's, so that a busy machine gives the same answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import process_time


@dataclass(slots=True)
class Budget:
    """Candidates and seconds that are left; a line's own budget draws on that of its document."""

    candidates: int = 25_000
    seconds: float = 12.0
    whole: Budget | None = None
    started: float = field(default_factory=process_time)

    def for_line(self) -> Budget:
        """The budget of one line; none of it may be left."""
        return Budget(2_500, 3.0, self)

    def spend(self) -> bool:
        """Counts one candidate; False when that was one too many."""
        self.candidates -= 1
        enough = self.candidates >= 0 and process_time() - self.started < self.seconds
        return enough and (self.whole is None or self.whole.spend_of_lines())

    def spend_of_lines(self) -> bool:
        """Counts one candidate of a line."""
        self.candidates -= 1
        return self.candidates >= 0 and self.seconds > 0

    def close(self) -> None:
        """Takes the seconds a line has used from those of its document."""
        if self.whole is not None:
            self.whole.seconds -= process_time() - self.started
