"""The mathematics that comes with the package, as LaTeX files."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from bptt_sym.errors import BpttSymError, UsageError
from bptt_sym.network.network import Network
from bptt_sym.network.reading import read_network

LIBRARY = Path(__file__).resolve().parent.parent / "library"
NETWORKS = ("elman",)


def library_text(name: str) -> str:
    """The text of a file of the library."""
    return (LIBRARY / f"{name}.tex").read_text(encoding="utf-8")


def load_network(source: str) -> Network:
    """The network of that name in the library, or the one a file describes.

    Raises UsageError for a file that can't be read or doesn't describe one; its message has the place.
    """
    if source in NETWORKS:
        return read_network(library_text(source), source)
    text = _file_text(source)
    try:
        return read_network(text, source)
    except BpttSymError as error:
        raise UsageError(error.located(text, source)) from error


def _file_text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text in UTF-8 (byte {error.start + 1})") from error
    except ValueError as error:
        raise UsageError(f"{path!r} is no file name") from error
    except OSError as error:
        known = get_close_matches(path, NETWORKS) or NETWORKS
        hint = f"; the library has {', '.join(known)}" if isinstance(error, FileNotFoundError) else ""
        raise UsageError(f"can't read the network {path}: {error.strerror}{hint}") from error
