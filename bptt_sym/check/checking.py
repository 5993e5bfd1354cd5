"""One call from a document's text to its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bptt_sym.check.document import judge_parts
from bptt_sym.check.manuscript import Kind, Manuscript
from bptt_sym.check.report import Report
from bptt_sym.check.setting import Part, find_parts
from bptt_sym.check.stated import stated_layout
from bptt_sym.meaning.scope import Layout
from bptt_sym.written.document import formulas


def check(
    text: str,
    *,
    kind: Kind = "tex",
    file: str = "<text>",
    network: str | None = None,
    sizes: Mapping[str, int] | None = None,
    steps: int | None = None,
    layout: Layout | None = None,
) -> Report:
    """The verdict on every equality that a document asserts.

    `kind` says what is maths in the text; `network` is a name of the library or a file: without one it is the
    document's own, or else the library's. What isn't given of `sizes` and `steps` is what the document says, else
    4-5-3 and 3; without a `layout` derivatives are laid out as the document says, else in mixed layout (see
    `meaning.differentiate`). Raises UsageError for a network, size or number of steps that makes no sense, and for
    nothing that stands in the document.
    """
    return check_manuscript(Manuscript(file, text, kind), network=network, sizes=sizes, steps=steps, layout=layout)


def check_manuscript(
    manuscript: Manuscript,
    *,
    network: str | None = None,
    sizes: Mapping[str, int] | None = None,
    steps: int | None = None,
    layout: Layout | None = None,
) -> Report:
    """The same for a document with its places."""
    found = formulas(manuscript.text, kind=manuscript.kind)
    stated = stated_layout(manuscript) if layout is None else None
    parts = [_laid_out(part, layout or stated or "mixed") for part in find_parts(found, network, sizes, steps)]
    report = judge_parts(manuscript, parts)
    note = () if stated is None else (f"derivatives are read in {stated} layout, as the document says",)
    return replace(report, notes=(*note, *report.notes))


def _laid_out(part: Part, layout: Layout) -> Part:
    setting = part.premises.setting
    if setting is None:
        return part
    return replace(part, premises=replace(part.premises, setting=setting.with_layout(layout)))
