"""LaTeX through pdflatex: in a folder of its own, for a limited time, without a shell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bptt_sym.errors import UsageError

SECONDS = 120.0
MOST_RUNS = 4
_INSTALL = (
    "there is no pdflatex here: install TeX (on Debian and Ubuntu: apt-get install texlive-latex-recommended"
    " texlive-latex-extra texlive-pictures), or take --format html and print the page"
)
# latexmk drives pdflatex and may run what its settings name; the few runs that are needed are made here.
_COMMAND = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-jobname=document")
_SAME_BYTES = "\\pdftrailerid{}\\pdfinfoomitdate=1\\pdfsuppressptexinfo=-1\\input{document.tex}"
_ERROR = re.compile(r"^(?:\./)?document\.tex:(?P<line>\d+): (?P<what>[^\n]*)|^! (?P<other>[^\n]*)", re.MULTILINE)


def compile_latex(latex: str, *, seconds: float = SECONDS) -> bytes:
    """The PDF of a LaTeX document, the same bytes for the same text.

    Raises UsageError where there is no pdflatex, where it ends with an error (told in one line), or takes too long.
    """
    program = shutil.which("pdflatex")
    if program is None:
        raise UsageError(_INSTALL)
    with _folder() as folder:
        (folder / "document.tex").write_text(latex, encoding="utf-8")
        before = b""
        for _ in range(MOST_RUNS):
            _run(program, folder, seconds)
            after = (folder / "document.aux").read_bytes()
            if after == before:
                break
            before = after
        return (folder / "document.pdf").read_bytes()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bptt-sym-") as name:
        yield Path(name)


def _run(program: str, folder: Path, seconds: float) -> None:
    """One run; TeX may read and write in its folder only, and knows no time of day."""
    environment = dict(os.environ, openin_any="p", openout_any="p", SOURCE_DATE_EPOCH="0", FORCE_SOURCE_DATE="1")
    try:
        done = subprocess.run(
            [program, *_COMMAND, _SAME_BYTES], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"pdflatex took longer than {seconds:g} s") from error
    except OSError as error:
        raise UsageError(f"pdflatex can't be run: {error.strerror or error}") from error
    if done.returncode:
        raise UsageError(f"pdflatex failed: {_first_error(folder, done.stdout.decode(errors='replace'))}")


def _first_error(folder: Path, printed: str) -> str:
    """What TeX complained of first, in one line."""
    log = folder / "document.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else printed
    found = _ERROR.search(text)
    if found is None:
        return " ".join(printed.split())[-200:] or "it said nothing"
    return f"{found['what']} (line {found['line']} of the LaTeX)" if found["what"] else found["other"]
