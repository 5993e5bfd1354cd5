"""One call from a document's text to its report, and what may be asked of that call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from bptt_sym.check.bounds import TIME_LIMIT, Rest, Time, read_bounded
from bptt_sym.check.document import judge_parts
from bptt_sym.check.manuscript import Kind, Manuscript
from bptt_sym.check.report import Report
from bptt_sym.check.setting import ASSUMED, Part, Premises, find_parts
from bptt_sym.check.stated import stated_layout
from bptt_sym.claims import TOO_DEEP
from bptt_sym.errors import Span
from bptt_sym.limits import TimeUp
from bptt_sym.meaning.scope import Layout
from bptt_sym.written.document import Formula

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of every document of one call; None leaves it to the document (no `time_limit`: without end)."""

    network: str | None = None
    sizes: Mapping[str, int] | None = None
    steps: int | None = None
    layout: Layout | None = None
    suggestions: bool = True
    time_limit: float | None = TIME_LIMIT


def check(
    text: str,
    *,
    kind: Kind = "tex",
    file: str = "<text>",
    network: str | None = None,
    sizes: Mapping[str, int] | None = None,
    steps: int | None = None,
    layout: Layout | None = None,
    suggestions: bool = True,
    time_limit: float | None = TIME_LIMIT,
) -> Report:
    """The verdict on every equality that a document asserts.

    `kind` says what is maths in the text; `network` is a name of the library or a file: without one it is the
    document's own, or else the library's. What isn't given of `sizes`, `steps` and `layout` is what the document says,
    else 4-5-3, 3 and "mixed". With `suggestions` what was meant is looked for where an equality is wrong. What isn't
    decided within `time_limit` seconds (None: without end) is undecided. Raises UsageError for a network, size or
    number of steps that makes no sense, and for nothing that stands in the document.
    """
    options = Options(network, sizes, steps, layout, suggestions, time_limit)
    manuscript = Manuscript(file, text, kind)
    return replace(check_as_asked(manuscript, options), manuscript=manuscript)


def check_manuscript(
    manuscript: Manuscript,
    *,
    network: str | None = None,
    sizes: Mapping[str, int] | None = None,
    steps: int | None = None,
    layout: Layout | None = None,
    suggestions: bool = True,
    time_limit: float | None = TIME_LIMIT,
) -> Report:
    """The same for a document with its places; one that couldn't be read gives a report that says so."""
    manuscript = replace(manuscript, text=_SURROGATE.sub("\ufffd", manuscript.text))
    time = Time(time_limit)
    with time.whole():
        with time.reading():
            found, rest = read_bounded(manuscript.maths, manuscript.kind)
        stated = stated_layout(manuscript) if layout is None else None
        try:
            parts = [_laid_out(part, layout or stated or "mixed") for part in find_parts(found, network, sizes, steps)]
        except (TimeUp, RecursionError) as error:
            parts, rest = [Part((), Premises(None, network or ASSUMED))], rest or _networkless(found, error)
        report = judge_parts(manuscript, parts, suggestions=suggestions, time=time, rest=rest)
    note = () if stated is None else (f"derivatives are read in {stated} layout, as the document says",)
    origin = "assumed" if network is None and report.network == ASSUMED else ""
    return replace(report, origin=origin, unread=manuscript.unread, notes=(*note, *report.notes))


def _networkless(found: Sequence[Formula], error: TimeUp | RecursionError) -> Rest:
    """All of a document, where there was no time to find the network that it is about."""
    why = str(error) if isinstance(error, TimeUp) else TOO_DEEP
    return Rest(found[0].span if found else Span(0, 0), f"{why}, in looking for the network that this is about")


def _laid_out(part: Part, layout: Layout) -> Part:
    setting = part.premises.setting
    if setting is None:
        return part
    return replace(part, premises=replace(part.premises, setting=setting.with_layout(layout)))


def check_as_asked(manuscript: Manuscript, options: Options) -> Report:
    """`check_manuscript` as one argument asks for it, so that the call can be sent elsewhere."""
    return check_manuscript(manuscript, **asdict(options))
