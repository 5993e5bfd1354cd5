"""A document goes through the reader and the judge, equality by equality, and comes out as a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bptt_sym.check.bounds import ENDLESS, Rest, Time, left_out
from bptt_sym.check.manuscript import Kind, Manuscript
from bptt_sym.check.order import in_one_order, stated_order
from bptt_sym.check.reading import Explanations, Reading
from bptt_sym.check.report import Entry, Report
from bptt_sym.check.setting import Part, Premises
from bptt_sym.claims import Setting
from bptt_sym.meaning.scope import Order
from bptt_sym.written.document import formulas


def judge_document(text: str, setting: Setting, *, file: str, kind: Kind = "tex", suggestions: bool = True) -> Report:
    """One entry for every equality that `text` asserts about a network given beforehand."""
    part = Part(formulas(text, kind=kind), Premises(setting, setting.network.name))
    return judge_parts(Manuscript(file, text, kind), (part,), suggestions=suggestions)


def judge_parts(
    manuscript: Manuscript,
    parts: Sequence[Part],
    *,
    suggestions: bool = True,
    time: Time = ENDLESS,
    rest: Rest | None = None,
) -> Report:
    """One entry for every equality among the formulas of a document, in their order.

    An equality that introduces a symbol is a definition, known to all that stands after it in its part. Nothing is
    raised for what the document says. `time` is shared out among the equalities; for the `rest` of a document there is
    one entry, undecided.
    """
    explanations = Explanations(manuscript) if suggestions else None
    entries: list[Entry] = []
    notes: dict[str, None] = dict.fromkeys(manuscript.notes)
    for number, part in enumerate(parts):
        reading = _read_in_order(manuscript, part, explanations, time)
        if number:
            line = manuscript.place(part.formulas[0].span).line
            notes[f"line {line}: from here on the document speaks of another network"] = None
        entries.extend(reading.entries)
        notes.update(dict.fromkeys((*part.premises.notes, *reading.notes)))
    if rest is not None:
        entries.append(left_out(manuscript, rest))
    origins = dict.fromkeys(part.premises.origin for part in parts)
    settings = [part.premises.setting for part in parts if part.premises.setting is not None]
    sizes = {name: size for setting in reversed(settings) for name, size in _sizes(setting).items()}
    steps = settings[0].scope.steps if settings else 0
    return Report(manuscript.file, "; ".join(origins), sizes, steps, tuple(entries), tuple(notes))


def _read_in_order(
    manuscript: Manuscript, part: Part, explanations: Explanations | None, time: Time
) -> Reading:
    """A part gone through, with the factors of its products in one order."""

    def again(order: Order) -> Reading:
        anew = None if explanations is None else Explanations(manuscript)
        return _read(manuscript, _ordered(part, order), anew, time)

    part = _ordered(part, stated_order(manuscript.text))
    return in_one_order(_read(manuscript, part, explanations, time), again)


def _ordered(part: Part, order: Order) -> Part:
    setting = part.premises.setting
    if setting is None:
        return part
    return replace(part, premises=replace(part.premises, setting=setting.with_order(order)))


def _read(manuscript: Manuscript, part: Part, explanations: Explanations | None, time: Time) -> Reading:
    """A part gone through; again without its network where it turns out to be about another one."""
    reading = Reading(manuscript, part, explanations, time)
    for formula in part.formulas:
        reading.take(formula)
    if reading.doubt is None:
        return reading
    refused = replace(part, premises=replace(part.premises, setting=None, error=reading.doubt))
    return _read(manuscript, refused, explanations, time)


def _sizes(setting: Setting) -> dict[str, int]:
    return {axis.name: setting.scope.sizes[axis.name] for axis in setting.network.axes if not axis.parts}
