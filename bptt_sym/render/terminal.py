"""Standard output and standard error: colour and a progress bar on a terminal, plain text anywhere else."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

from bptt_sym.render.report import Line

if TYPE_CHECKING:
    from rich.progress import Progress

PLAIN_WIDTH = 100
SECONDS_BEFORE_PROGRESS = 1.0


def output_width() -> int:
    """The columns of the terminal, or the ones that a file gets."""
    return max(40, shutil.get_terminal_size().columns) if sys.stdout.isatty() else PLAIN_WIDTH


def plain(lines: Iterable[Line]) -> str:
    """The lines without their styles."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def print_lines(lines: Iterable[Line]) -> None:
    """The lines on standard output, with their styles if that is a terminal (rich heeds NO_COLOR)."""
    if not sys.stdout.isatty():
        sys.stdout.write(plain(lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, if that is a terminal and the work takes longer than a second; call what it yields."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    bar = _Bar(total)
    timer = Timer(SECONDS_BEFORE_PROGRESS, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield bar.advance
    finally:
        timer.cancel()
        timer.join()
        bar.stop()


class _Bar:
    """A bar that may never be shown; one document alone has a bar that only moves."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.shown: Progress | None = None

    def start(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self.shown = Progress(console=Console(stderr=True), transient=True)
        self.shown.add_task("checking", total=self.total if self.total > 1 else None, completed=self.done)
        self.shown.start()

    def advance(self) -> None:
        self.done += 1
        if self.shown is not None:
            self.shown.update(self.shown.task_ids[0], completed=self.done)

    def stop(self) -> None:
        if self.shown is not None:
            self.shown.stop()
