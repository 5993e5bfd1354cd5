"""Checked documents as a page: a summary with links to the problems, then the documents' own lines in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import PurePath

from bptt_sym.check.report import OPEN, WRONG, Entry, Report
from bptt_sym.errors import Span
from bptt_sym.render.excerpt import visible
from bptt_sym.render.page.judged import SIGNS, Judged, Numbered, is_problem
from bptt_sym.render.page.lines import running, write_lines
from bptt_sym.render.page.prose import HOLE, words_of
from bptt_sym.render.page.shell import Heading as Contents
from bptt_sym.render.page.shell import Page, write_shell
from bptt_sym.render.report import Checked, counts, described, place
from bptt_sym.render.reread import Reread, Stretch, reread
from bptt_sym.render.symbols import Symbols
from bptt_sym.written.document import Formula

KINDS = {"proved": ("✓", "fine"), "wrong": ("✗", "bad"), "unreadable": ("?", "doubt"), "undecided": ("…", "doubt"),
         "definition": ("≔", "fine")}  # fmt: skip
MOST_LINKS = 200
_SWITCHES = (
    '<p class="switches"><button type="button" id="folds" aria-pressed="false">show how each holds</button>'
    '<button type="button" id="problems" aria-pressed="false">problems only</button></p>'
)

_HINT = (
    '<p class="hint">Every equality in its place, with its verdict beside it. What is marked in a wrong line is '
    "where it goes wrong; point at a symbol to see what defines it.</p>"
)


def write_report_page(checked: Sequence[Checked]) -> str:
    """The reports as one HTML file."""
    contents: list[Contents] = []
    symbols = Symbols()
    definitions: dict[str, str] = {}
    parts = []
    for number, one in enumerate(checked, start=1):
        parts.append(_Document(one, number, contents, symbols, definitions, alone=len(checked) == 1).html())
    names = ", ".join(visible(PurePath(one.report.file).name) for one in checked[:3])
    more = f" and {len(checked) - 3} more" if len(checked) > 3 else ""
    body = (_table([one.report for one in checked]) if len(checked) > 1 else "") + "\n".join(parts)
    return write_shell(Page(f"{names}{more}, checked", _HINT, contents, body, _SWITCHES, definitions))


class _Document:
    def __init__(
        self, checked: Checked, number: int, contents: list[Contents], symbols: Symbols, definitions: dict[str, str],
        *, alone: bool,
    ) -> None:  # fmt: skip
        self.report, self.manuscript = checked.report, checked.manuscript
        self.prefix, self.contents, self.alone = f"d{number}", contents, alone
        self.entries = [Numbered(entry, f"d{number}e{k}") for k, entry in enumerate(self.report.entries, start=1)]
        self.targets = {id(one.entry): one.target for one in self.entries}
        self.waiting: dict[Span | None, list[Numbered]] = {}
        for one in self.entries:
            self.waiting.setdefault(one.entry.span, []).append(one)
        self.read: Reread = reread(self.manuscript, self.report)
        self.maths = self.manuscript.maths
        self.judged = Judged(self.maths, self.read, symbols, definitions)

    def html(self) -> str:
        parts = []
        name = escape(visible(self.report.file))
        short = escape(visible(PurePath(self.report.file).name))
        self.contents.append(Contents(1, self.prefix, "Summary" if self.alone else short))
        parts.append(f'<h2 id="{self.prefix}">{"Summary" if self.alone else name}</h2>')
        parts.append(self._summary())
        parts += ['<div class="paper">', *self._body(), "</div>"]
        left = [one for found in self.waiting.values() for one in found]
        if left:
            parts += ['<div class="rest">', *map(self.judged.elsewhere, left), "</div>"]
        return "\n".join(part for part in parts if part)

    def _summary(self) -> str:
        if self.report.unread:
            return f'<p class="status bad">unread: {self.judged.words(self.report.unread)}</p>'
        lines = [f"<p>The network: {escape(visible(described(self.report)))}.</p>", '<ul class="summary">']
        if not self.report.entries:
            lines.append('<li class="status doubt">no equality found</li>')
        for words, aside, found in counts(self.report.entries):
            sign, kind = KINDS[words.split()[-1].removesuffix("s")]
            links = ", ".join(map(self._link, found[:MOST_LINKS]))
            links += f" and {len(found) - MOST_LINKS} more" if len(found) > MOST_LINKS else ""
            mark = f'<span aria-hidden="true">{sign}</span> {escape(words)}'
            rest = f"{escape(aside)}{': ' if links else ''}{links}"
            lines.append(f'<li><span class="verdict {kind}">{mark}</span>{rest}</li>')
        lines.append("</ul>")
        lines += [f'<p class="note">note: {self.judged.words(note)}</p>' for note in self.report.notes]
        return "\n".join(lines)

    def _link(self, entry: Entry) -> str:
        return f'<a href="#{self.targets[id(entry)]}">{escape(place(entry))}</a>'

    def _body(self) -> Iterator[str]:
        """The document's words and formulas in order."""
        text, stretches = self._with_holes()
        waiting = iter(stretches)
        for words in words_of(text, self.manuscript.kind):
            pieces = words.html.split(HOLE)
            if words.kind == "heading":
                yield self._heading(words.level, pieces, waiting)
                continue
            element = {"item": "li", "code": "pre"}.get(words.kind, "p")
            yield from self._paragraph(element, pieces, waiting)

    def _with_holes(self) -> tuple[str, list[Stretch]]:
        source = self.maths if self.manuscript.kind == "tex" else self.manuscript.text
        text, at, kept = "", 0, []
        first = max(source.find("\\begin{document}"), 0) if self.manuscript.kind == "tex" else 0
        for stretch in self.read.stretches:
            if stretch.span.start >= max(at, first):
                text += source[at : stretch.span.start].replace(HOLE, "\ufffd") + HOLE
                at = stretch.span.end
                kept.append(stretch)
        return text + source[at:].replace(HOLE, "\ufffd"), kept

    def _heading(self, level: int, pieces: Sequence[str], waiting: Iterator[Stretch]) -> str:
        title = running(pieces, [self._inline(next(waiting))[0] for _ in pieces[1:]])
        target = f"{self.prefix}h{len(self.contents)}"
        self.contents.append(Contents(level + (not self.alone), target, visible(title)))
        rank = min(level + 1 + (not self.alone), 6)
        return f'<h{rank} id="{target}">{visible(title)}</h{rank}>'

    def _paragraph(self, element: str, pieces: Sequence[str], waiting: Iterator[Stretch]) -> Iterator[str]:
        """Running text; a display ends the paragraph, and problems with formulas in it stand below it."""
        words, formulas, problems = [visible(pieces[0])], [], []
        for piece in pieces[1:]:
            stretch = next(waiting)
            if stretch.inline:
                shown, found = self._inline(stretch)
                formulas.append(shown)
                words.append(visible(piece))
                problems += found
            else:
                yield from self._closed(element, running(words, formulas), problems)
                words, formulas, problems = [visible(piece)], [], []
                yield self._display(stretch)
        yield from self._closed(element, running(words, formulas), problems)

    def _closed(self, element: str, said: str, problems: Sequence[Numbered]) -> Iterator[str]:
        if said.strip(" \n.,;:"):
            yield f"<{element}>{said.strip()}</{element}>"
        for one in problems:
            yield f'<div class="noted"><div class="beside">{self._named(one)}</div>{self.judged.problem(one)}</div>'

    def _named(self, one: Numbered) -> str:
        entry = one.entry
        where = f'<span class="place">{place(entry)}</span>'
        return f'<a href="#{one.target}">{SIGNS[entry.verdict]} {entry.verdict} {where}</a>'

    def _inline(self, stretch: Stretch) -> tuple[Callable[[str, str], str], list[Numbered]]:
        """What writes the formula of a stretch in running text, and its problems."""
        judged = [(formula, self._entries(formula)) for formula in stretch.formulas]
        problems = [one for _, entries in judged for one in entries if one is not None and is_problem(one.entry)]

        def write(lead: str, tail: str) -> str:
            return self.judged.inline(*judged[0], lead, tail) if judged else lead + tail

        return write, problems

    def _display(self, stretch: Stretch) -> str:
        lines = [line for formula in stretch.formulas for line in self.judged.lines(formula, self._entries(formula))]
        return write_lines(lines, margin=True) if lines else ""

    def _entries(self, formula: Formula) -> list[Numbered | None]:
        """What the report says of each relation, or of an expression; every entry is shown once."""
        found: list[Numbered | None] = []
        for span in formula.relation_spans or (formula.span,):
            here = self.waiting.get(span, [])
            found.append(here.pop(0) if here else None)
        return found


def _table(reports: Sequence[Report]) -> str:
    """A row a document, linked to where it stands."""
    head = "".join(f'<th scope="col">{word}</th>' for word in ("document", "proved", "wrong", "open", "definitions"))
    rows = []
    for number, report in enumerate(reports, start=1):
        found = report.summary
        wrong, left = (sum(found[word] for word in words) for words in (WRONG, OPEN))
        cells = (found["proved"], wrong, left + bool(report.unread), found["definition"])
        name = f'<a href="#d{number}">{escape(visible(report.file))}</a>'
        rows.append(f"<tr><td>{name}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return (
        '<div class="scroller" tabindex="0" role="group" aria-label="all documents"><table class="counts">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>\n"
    )
