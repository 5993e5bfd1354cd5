"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from bptt_sym.errors import UsageError


def write_file(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 beside `path`, then put it in its place; `UsageError` if that can't be done.

    What stood there before stays untouched until the new text is complete. A file that exists keeps its
    permissions; what isn't a regular file (`/dev/stdout`) is written to directly.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
        else:
            _replace(target, text)
    except OSError as error:
        raise UsageError(f"can't write {path}: {error.strerror or error}") from error


def _replace(target: Path, text: str) -> None:
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    descriptor, aside = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(aside, _mode(target))
        os.replace(aside, target)
    except BaseException:
        os.unlink(aside)
        raise


def _mode(target: Path) -> int:
    """The permissions that `target` has, or that a new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
