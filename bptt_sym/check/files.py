"""Which documents a command line names, and each of them read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeAlias

from bptt_sym.check.manuscript import Manuscript
from bptt_sym.check.notebook import is_notebook, read_notebook
from bptt_sym.errors import Unreadable, UsageError

FileKind: TypeAlias = Literal["tex", "md", "txt", "ipynb"]
STANDARD_INPUT = "-"
MOST_BYTES = 20_000_000
FOUND_IN_FOLDERS = (".tex", ".md", ".txt", ".ipynb")
KINDS: dict[str, FileKind] = {
    ".tex": "tex", ".ltx": "tex", ".latex": "tex",
    ".md": "md", ".markdown": "md", ".qmd": "md", ".rmd": "md",
    ".txt": "txt", ".text": "txt",
    ".ipynb": "ipynb",
}  # fmt: skip
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))


def find_documents(names: Iterable[str]) -> tuple[str, ...]:
    """The files named, a folder standing for the documents below it in order; each file once.

    Hidden files and folders are left out of a folder. Raises UsageError for a folder without documents, or one that
    can't be listed.
    """
    found: dict[str, str] = {}
    for name in names:
        for path in _below(name) if name != STANDARD_INPUT and os.path.isdir(name) else (name,):
            found.setdefault(path if path == STANDARD_INPUT else _whole(path), path)
    return tuple(found.values())


def _whole(path: str) -> str:
    try:
        return os.path.realpath(path)
    except ValueError as error:
        raise UsageError(f"{path!r} is no file name") from error


def read_document(name: str, kind: FileKind | None = None) -> Manuscript:
    """The document in a file, or on standard input; one that can't be taken as its kind says so itself.

    Without a kind the suffix tells it, else the text: a notebook if it reads as one, LaTeX if not. Bytes that are no
    UTF-8 stand as U+FFFD, and a note says so. Raises UsageError for a file that can't be opened.
    """
    data = _bytes(name)
    if len(data) > MOST_BYTES:
        return Manuscript(name, "", unread=f"longer than {MOST_BYTES // 1_000_000} MB")
    text, notes = _decoded(data)
    kind = kind or KINDS.get(Path(name).suffix.lower()) or ("ipynb" if is_notebook(text) else "tex")
    if kind != "ipynb":
        return Manuscript(name, text, kind, notes=notes)
    try:
        text, cells = read_notebook(text)
    except Unreadable as error:
        return Manuscript(name, "", "md", notes=notes, unread=error.message)
    return Manuscript(name, text, "md", cells, notes)


def _below(folder: str) -> list[str]:
    found: list[str] = []
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        shown = [name for name in names if not name.startswith(".") and name.lower().endswith(FOUND_IN_FOLDERS)]
        paths = [os.path.normpath(os.path.join(place, name)) for name in shown]
        found.extend(filter(os.path.isfile, paths))  # no link to nowhere, no pipe that is never closed
    if not found:
        raise UsageError(f"no document in {folder}: no file there ends in {', '.join(FOUND_IN_FOLDERS)}")
    return sorted(found, key=lambda path: Path(path).parts)


def _refuse(error: OSError) -> None:
    raise UsageError(f"can't read {error.filename}: {error.strerror or error}") from error


def _bytes(name: str) -> bytes:
    """What stands in the file, and no more than shows that it is too long."""
    try:
        if name == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with open(name, "rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except ValueError as error:
        raise UsageError(f"{name!r} is no file name") from error
    except OSError as error:
        raise UsageError(f"can't read {name}: {error.strerror or error}") from error


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text with its line ends made one character, and what had to be mended."""
    mark, encoding = next((row for row in _MARKS if data.startswith(row[0])), (b"", "utf-8"))
    data = data[len(mark) :]
    notes: tuple[str, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        where = f"{data.count(bytes([10]), 0, error.start) + 1}"
        notes = (f"not all of it is text in {encoding.upper()}: what isn't, from line {where} on, is read as \ufffd",)
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes
