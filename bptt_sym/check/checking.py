"""One call from a document's text to its report."""

from __future__ import annotations

from collections.abc import Mapping

from bptt_sym.check.document import judge_parts
from bptt_sym.check.manuscript import Kind, Manuscript
from bptt_sym.check.report import Report
from bptt_sym.check.setting import find_parts
from bptt_sym.written.document import formulas


def check(
    text: str,
    *,
    kind: Kind = "tex",
    file: str = "<text>",
    network: str | None = None,
    sizes: Mapping[str, int] | None = None,
    steps: int | None = None,
) -> Report:
    """The verdict on every equality that a document asserts.

    `kind` says what is maths in the text; `network` is a name of the library or a file: without one it is the
    document's own, or else the library's. What isn't given of `sizes` and `steps` is what the document says, else
    4-5-3 and 3. Raises UsageError for a network, size or number of steps that makes no sense, and for nothing that
    stands in the document.
    """
    return check_manuscript(Manuscript(file, text, kind), network=network, sizes=sizes, steps=steps)


def check_manuscript(
    manuscript: Manuscript,
    *,
    network: str | None = None,
    sizes: Mapping[str, int] | None = None,
    steps: int | None = None,
) -> Report:
    """The same for a document with its places."""
    found = formulas(manuscript.text, kind=manuscript.kind)
    return judge_parts(manuscript, find_parts(found, network, sizes, steps))
