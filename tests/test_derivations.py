r"""Derivations as authors write them, right and wrong, judged as whole documents; what must come of each equality stands beside it.

A mark at the end of the line that holds the relation sign says the verdict: `% refuted`, `% refuted: sign` with the
only diagnosis that may be given, `% ill-typed`, `% unreadable`, `% given: sum_y` for what is proved under a hypothesis; several equalities of
a line have their marks in order, with `|` between, `ok` for an unmarked one. In Markdown and text a mark is an HTML
comment. Without a mark an equality must be proved without hypothesis, or be a definition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bptt_sym.check import Entry, Manuscript, Report, check, check_manuscript
from bptt_sym.check.manuscript import Cell

FOLDER = Path(__file__).resolve().parent / "derivations"
WORDS = "ok|refuted|ill-typed|unreadable|given"
MARK = re.compile(rf"(?:(?<!\\)%|<!--)\s*((?:{WORDS})\b[^%\n]*?)\s*(?:-->)?\s*$")
RIGHT, WRONG = (sorted((FOLDER / name).iterdir()) for name in ("right", "wrong"))
UNREAD = sorted(p for p in (FOLDER / "unread").iterdir() if p.name != "README.md")


def source(path: Path) -> Manuscript:
    """A document's text; of a notebook the markdown cells, one after the other."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return Manuscript(path.name, text, {".tex": "tex", ".md": "md"}.get(path.suffix, "txt"))  # type: ignore[arg-type]
    cells = [c for c in enumerate(json.loads(text)["cells"]) if c[1]["cell_type"] == "markdown"]
    texts = ["".join(cell["source"]) + "\n\n" for _, cell in cells]
    starts = [sum(map(len, texts[:k])) for k in range(len(texts))]
    whole = "".join(texts)
    return Manuscript(path.name, whole, "md", tuple(Cell(n, s) for (n, _), s in zip(cells, starts, strict=True)))


def marks(text: str) -> dict[int, list[str]]:
    """The marks by line."""
    found = {number: MARK.search(line) for number, line in enumerate(text.split("\n"), 1)}
    return {number: [m.strip() for m in mark[1].split("|")] for number, mark in found.items() if mark}


def said(entry: Entry) -> str:
    """What a mark would say of an entry."""
    if entry.verdict == "definition" or (entry.verdict == "proved" and not entry.given):
        return "ok"
    return f"given: {entry.given}" if entry.verdict == "proved" else entry.verdict


def fits(entry: Entry, mark: str) -> bool:
    """Whether a mark is kept: the verdict or the hypothesis, and no other diagnosis than the marked one."""
    verdict, _, diagnosis = (part.strip() for part in mark.partition(":"))
    if verdict == "given":
        return said(entry) == mark
    return said(entry) == verdict and (not diagnosis or entry.diagnosis in (diagnosis, None))


def line_of(manuscript: Manuscript, entry: Entry) -> int:
    """The line of an entry's relation sign, counted in the whole text."""
    assert entry.span is not None
    return entry.span.position(manuscript.text)[0]


def differences(manuscript: Manuscript, report: Report) -> Iterator[str]:
    """One sentence for each line of which something else was said than its marks say."""
    expected = marks(manuscript.text)
    lines: dict[int, list[Entry]] = {}
    for entry in report.entries:
        lines.setdefault(line_of(manuscript, entry), []).append(entry)
    for line in sorted(lines.keys() | expected.keys()):
        entries = lines.get(line, [])
        wanted = expected.get(line, ["ok"] * len(entries))
        got = [said(entry) for entry in entries]
        if len(entries) != len(wanted) or not all(map(fits, entries, wanted)):
            told = "".join(f"\n      {e.latex}\n      {e.verdict} {e.diagnosis or ''}: {e.message}" for e in entries)
            yield f"\n  {manuscript.file}:{line}: expected {' | '.join(wanted)}, got {' | '.join(got) or 'nothing'}{told}"


def judged(path: Path) -> str:
    """What differs from the marks of a document, or nothing."""
    manuscript = source(path)
    return "".join(differences(manuscript, check_manuscript(manuscript)))


@pytest.mark.parametrize("path", RIGHT, ids=[p.name for p in RIGHT])
def test_every_line_of_a_right_derivation_is_proved(path: Path) -> None:
    wanted = {mark.partition(":")[0] for line in marks(source(path).text).values() for mark in line}
    assert wanted <= {"given", "ok", "unreadable"}
    assert not (different := judged(path)), different


@pytest.mark.parametrize("path", WRONG, ids=[p.name for p in WRONG])
def test_every_slip_is_found_and_nothing_else_is_blamed(path: Path) -> None:
    assert not (different := judged(path)), different


@pytest.mark.parametrize("path", UNREAD, ids=[p.name for p in UNREAD])
def test_what_is_not_read_yet_is_not_judged_wrongly(path: Path) -> None:
    """Each line of these documents has the verdict that is marked, or none: unreadable or undecided."""
    manuscript = source(path)
    report = check_manuscript(manuscript)
    expected = marks(manuscript.text)
    lines: dict[int, list[Entry]] = {}
    for entry in report.entries:
        lines.setdefault(line_of(manuscript, entry), []).append(entry)
    for line, entries in lines.items():
        wanted = expected.get(line, ["ok"] * len(entries))
        if all(entry.verdict in ("unreadable", "undecided") for entry in entries):
            continue
        assert len(wanted) == len(entries), (line, wanted, [e.latex for e in entries])
        for want, entry in zip(wanted, entries, strict=True):
            assert fits(entry, want) or entry.verdict in ("unreadable", "undecided"), (
                line,
                want,
                entry.verdict,
                entry.latex,
            )


def test_a_wrong_derivation_has_a_right_sibling_and_at_least_one_mark() -> None:
    assert {p.name for p in WRONG} <= {p.name for p in RIGHT}
    for path in WRONG:
        assert any(
            m.startswith(("refuted", "ill-typed")) for found in marks(source(path).text).values() for m in found
        ), path


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("$L = \\sum_t L^{(t)}$ % refuted", "expected refuted, got ok"),
        ("$L = 2 L$", "expected ok, got refuted"),
        ("$L = 2 L$ $L = L$ % ok | refuted", "expected ok | refuted, got refuted | ok"),
        ("no maths % refuted", "expected refuted, got nothing"),
        ("$L = 2 L$ % refuted: sign", ""),
    ],
)
def test_a_mark_that_is_not_kept_is_told(text: str, verdict: str) -> None:
    told = "".join(differences(Manuscript("a.tex", text, "tex"), check(text)))
    assert (verdict in told) if verdict else not told
