"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from bptt_sym.errors import UsageError


def write_file(path: str | Path, text: str | bytes) -> None:
    """Write `text` (as UTF-8, if it isn't bytes) beside `path`, then put it in its place; `UsageError` if it can't.

    What stood there before stays untouched until the new text is complete. A file that exists keeps its
    permissions; what isn't a regular file (`/dev/stdout`) is written to directly.
    """
    target = Path(os.path.realpath(path))
    data = text.encode() if isinstance(text, str) else text
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise UsageError(f"can't write {path}: {error.strerror or error}") from error


def _replace(target: Path, data: bytes) -> None:
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    descriptor, aside = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
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
