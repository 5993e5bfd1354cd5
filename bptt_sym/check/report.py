"""What a report holds, the JSON it is written as, and the exit status it means."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bptt_sym.check.manuscript import Manuscript
from bptt_sym.errors import Span
from bptt_sym.proof.verdict import Given

Verdict: TypeAlias = Literal["proved", "refuted", "ill-typed", "unreadable", "undecided", "definition"]
VERDICTS: tuple[Verdict, ...] = ("proved", "refuted", "ill-typed", "unreadable", "undecided", "definition")
WRONG: frozenset[Verdict] = frozenset(("refuted", "ill-typed"))
OPEN: frozenset[Verdict] = frozenset(("unreadable", "undecided"))
Numeric: TypeAlias = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class FailingInstance:
    """Where the two sides of a refuted equality differ: the instance, a rational point, and both values there."""

    instance: tuple[tuple[str, int], ...]
    component: tuple[int, ...]
    point: tuple[tuple[str, str], ...]
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    r"""The smallest change found under which an equality is proved.

    `latex` is the whole equality as it would then read, `edit` the change in words, `marked` the same LaTeX with
    the changed part in `\boxed{}`.
    """

    latex: str
    edit: str
    marked: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The verdict on one equality of a document; `span` is its relation sign, `latex` both sides as in the source.

    `diagnosis` is a class of docs/diagnoses.md. `sides` is where both sides stand, `place` and `shapes` where the
    trouble is, in offsets into the text; `instances` is how many were decided.
    """

    cell: int | None
    line: int
    column: int
    label: str | None
    latex: str
    verdict: Verdict
    given: Given = ""
    reading: str | None = None
    message: str = ""
    witness: FailingInstance | None = None
    instances: int = 0
    diagnosis: str | None = None
    suggestion: Suggestion | None = None
    span: Span | None = field(default=None, compare=False)
    sides: Span | None = field(default=None, compare=False)
    place: Span | None = field(default=None, compare=False)
    shapes: tuple[tuple[Span, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on all equalities of one document, in its order; `notes` are remarks on what has no entry.

    `numeric` is method, then parameter, then largest relative error; `numeric_failed` that one is too large.
    `origin` says in words where the network came from, `unread` why the document can't be read at all, else it is "".
    `manuscript` is the document, where the report was made by one call in this process.
    """

    file: str
    network: str
    sizes: Mapping[str, int]
    steps: int
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    numeric: Numeric | None = None
    numeric_failed: bool = False
    origin: str = ""
    unread: str = ""
    manuscript: Manuscript | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        found = ", ".join(f"{count} {word}" for word, count in self.summary.items() if count) or "no equality"
        return f"<Report on {self.file}: {'unread' if self.unread else found}>"

    @property
    def summary(self) -> dict[Verdict, int]:
        """How many entries have each verdict."""
        return {word: sum(entry.verdict == word for entry in self.entries) for word in VERDICTS}


def exit_status(reports: Sequence[Report]) -> int:
    """0 all proved, 1 something wrong or a numeric check failed, 3 something open or unread, or no equality at all."""
    found = [entry.verdict for report in reports for entry in report.entries]
    if WRONG & set(found) or any(report.numeric_failed for report in reports):
        return 1
    return 3 if not found or OPEN & set(found) or any(report.unread for report in reports) else 0


def write_json(reports: Sequence[Report]) -> str:
    """The reports as one JSON object, ending in a newline; same reports, same bytes."""
    return json.dumps({"documents": [_document(report) for report in reports]}, ensure_ascii=False, indent=2) + "\n"


def _document(report: Report) -> dict[str, Any]:
    return {
        "file": report.file,
        "network": report.network,
        "sizes": dict(report.sizes),
        "steps": report.steps,
        "equations": [_equation(entry) for entry in report.entries],
        "numeric": report.numeric,
        "summary": report.summary,
    }


def _equation(entry: Entry) -> dict[str, Any]:
    return {
        "line": entry.line,
        "column": entry.column,
        "cell": entry.cell,
        "label": entry.label,
        "latex": entry.latex,
        "verdict": entry.verdict,
        "given": entry.given,
        "reading": entry.reading,
        "message": entry.message,
        "diagnosis": entry.diagnosis,
        "suggestion": None if entry.suggestion is None else _suggestion(entry.suggestion),
        "witness": None if entry.witness is None else _witness(entry.witness),
    }


def _suggestion(found: Suggestion) -> dict[str, Any]:
    return {"latex": found.latex, "edit": found.edit}


def _witness(found: FailingInstance) -> dict[str, Any]:
    return {
        "instance": dict(found.instance),
        "component": list(found.component),
        "point": dict(found.point),
        "left": found.left,
        "right": found.right,
    }
