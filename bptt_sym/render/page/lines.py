"""Lines of formulas on a page: left side, relation, what follows, and the buttons that belong to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

# Of a formula in running text; the quiet one is seen only where the formula is pointed at.
COPY_SMALL = '<button type="button" class="copy" title="Copy the LaTeX" aria-label="Copy the LaTeX"></button>'
COPY_QUIET = COPY_SMALL.replace('"copy"', '"copy quiet"')
COPY = '<button type="button" class="copy" title="Copy the LaTeX of this line">copy</button>'
_OPENING = re.compile(r"[(\[“‘]+\Z")
_CLOSING = re.compile(r"[,.;:)\]?!’”-]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as HTML, and the LaTeX that is copied.

    `after` is folded away under a button called `fold`; `beside` stands in the margin, `below` under the line.
    """

    left: str
    relation: str
    right: str
    latex: str
    fold: str = ""
    after: str = ""
    beside: str = ""
    below: str = ""
    target: str = ""
    kind: str = ""


def write_lines(lines: Iterable[Line], *, margin: bool = False) -> str:
    """The lines below each other, aligned at their relations."""
    kind = "display verdicts" if margin else "display"
    return f'<div class="{kind}">\n' + "\n".join(map(_line, lines)) + "\n</div>"


def _line(line: Line) -> str:
    buttons = COPY
    if "struck" in line.right:
        buttons = f'<button type="button" class="strokes" aria-pressed="true">strokes</button>{buttons}'
    folded = ""
    if line.after:
        buttons = f'<button type="button" class="fold" aria-expanded="true">{line.fold}</button>{buttons}'
        folded = f'<div class="after">{line.after}</div>'
    target = f' id="{line.target}"' if line.target else ""
    roomy = "" if 'class="fraction' not in line.right else "roomy led" if line.left else "roomy"
    kind = " ".join(part for part in ("line", line.kind, roomy) if part)
    beside = f'<div class="beside">{line.beside}</div>' if line.beside else ""
    below = f'<div class="below">{line.below}</div>' if line.below else ""
    left = f'<div class="left">{line.left}</div>' if line.left else ""
    return (
        f'<div class="{kind}"{target} data-tex="{escape(line.latex)}">'
        f'{left}<div class="relation">{line.relation}</div>'
        f'<div class="right" tabindex="0" role="group" aria-label="formula">{line.right}</div>'
        f'<div class="tools">{buttons}</div>{beside}{folded}{below}</div>'
    )


def running(words: Sequence[str], formulas: Iterable[Callable[[str, str], str]]) -> str:
    """HTML of running text between which formulas stand, each written with the signs that no line parts from it."""
    said = [words[0]]
    for formula, after in zip(formulas, words[1:], strict=True):
        before = said.pop()
        opening, closing = _OPENING.search(before), _CLOSING.match(after)
        lead, tail = opening[0] if opening else "", closing[0] if closing else ""
        said += [before.removesuffix(lead), formula(lead, tail), after.removeprefix(tail)]
    return "".join(said)
