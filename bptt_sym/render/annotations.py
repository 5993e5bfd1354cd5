"""Problems as the workflow commands of GitHub's runner, which shows each one at its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bptt_sym.check.report import OPEN, WRONG, Entry, Report
from bptt_sym.render.excerpt import visible

_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def workflow_commands(reports: Sequence[Report], *, verbose: bool = False) -> Iterator[str]:
    """An error a wrong equality, a warning an open one; a notice for each of the others if `verbose`."""
    for report in reports:
        for note in (report.unread, *report.notes) if report.unread else report.notes:
            yield _command("warning", {"file": _file(report), "title": "note"}, note)
        if not report.entries and not report.unread:
            yield _command("warning", {"file": _file(report), "title": "nothing checked"}, "no equality found")
        for entry in report.entries:
            level = "error" if entry.verdict in WRONG else "warning" if entry.verdict in OPEN else "notice"
            if verbose or level != "notice":
                yield _command(level, _properties(entry, report), _message(entry))


def _properties(entry: Entry, report: Report) -> dict[str, str]:
    """Where and what; a cell's lines are no lines of its file."""
    title = entry.verdict + (f" ({entry.diagnosis})" if entry.diagnosis else "")
    where = {} if entry.cell is not None else {"line": str(entry.line), "col": str(entry.column)}
    return {"file": _file(report), **where, "title": title}


def _message(entry: Entry) -> str:
    cell = "" if entry.cell is None else f"cell {entry.cell}, line {entry.line}: "
    lines = [f"{cell}{entry.message}" if entry.message else f"{cell}{entry.verdict}", entry.latex]
    if entry.suggestion is not None:
        lines += [f"suggestion (proved): {entry.suggestion.edit}", entry.suggestion.latex]
    return "\n".join(lines)


def _file(report: Report) -> str:
    return "" if report.file == "-" else report.file


def _command(level: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in properties.items() if value)
    return f"::{level} {told}::{_escaped(message, _DATA)}"


def _escaped(text: str, table: Sequence[tuple[str, str]]) -> str:
    text = visible(text)
    for character, code in table:
        text = text.replace(character, code)
    return text
