"""How much may be tried for a line and for a document: candidates first, wall time last."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class Budget:
    """Candidates and seconds that are left; a line's own budget draws on that of its document."""

    candidates: int = 40_000
    seconds: float = 10.0
    whole: Budget | None = None
    started: float = field(default_factory=monotonic)

    def for_line(self) -> Budget:
        """The budget of one line; none of it may be left."""
        return Budget(4_000, 2.0, self)

    def spend(self) -> bool:
        """Counts one candidate; False when that was one too many."""
        self.candidates -= 1
        enough = self.candidates >= 0 and monotonic() - self.started < self.seconds
        return enough and (self.whole is None or self.whole.spend_of_lines())

    def spend_of_lines(self) -> bool:
        """Counts one candidate of a line."""
        self.candidates -= 1
        return self.candidates >= 0 and self.seconds > 0

    def close(self) -> None:
        """Takes the seconds a line has used from those of its document."""
        if self.whole is not None:
            self.whole.seconds -= monotonic() - self.started
