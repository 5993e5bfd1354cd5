"""The mathematics that comes with the package, and networks in files of one's own, as LaTeX text."""

from __future__ import annotations

from pathlib import Path

from bptt_sym.errors import BpttSymError, UsageError
from bptt_sym.network.network import Network
from bptt_sym.network.reading import read_network

LIBRARY = Path(__file__).resolve().parent.parent / "library"
NETWORKS = ("elman",)


def library_text(name: str) -> str:
    """The text of a file of the library."""
    return (LIBRARY / f"{name}.tex").read_text(encoding="utf-8")


def network_text(source: str) -> str:
    """The forward equations of that name in the library, or of that file; UsageError if it can't be read."""
    if source in NETWORKS:
        return library_text(source)
    try:
        return Path(source).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{source} is not text in UTF-8 (byte {error.start + 1})") from error
    except ValueError as error:
        raise UsageError(f"{source!r} is no file name") from error
    except OSError as error:
        hint = f"; the library has {', '.join(NETWORKS)}" if isinstance(error, FileNotFoundError) else ""
        raise UsageError(f"can't read the network {source}: {error.strerror}{hint}") from error


def load_network(source: str) -> Network:
    """The network of that name in the library or of that file; UsageError with the place where it can't be read."""
    text = network_text(source)
    try:
        return read_network(text, source)
    except BpttSymError as error:
        raise UsageError(error.located(text, source)) from error
