"""A network from the library or a file, unrolled and ready to be judged about."""

from __future__ import annotations

from collections.abc import Mapping

from bptt_sym.claims import Setting
from bptt_sym.errors import BpttSymError, UsageError
from bptt_sym.network.library import network_text
from bptt_sym.network.reading import read_network


def open_setting(source: str, sizes: Mapping[str, int] | None = None, steps: int = 3) -> Setting:
    """The setting of that library name or file at these sizes.

    Raises UsageError with the place in the file where the network can't be read or its shapes don't fit.
    """
    text = network_text(source)
    try:
        return Setting.of(read_network(text, source), sizes, steps)
    except UsageError:
        raise
    except BpttSymError as error:
        raise UsageError(error.located(text, source)) from error
