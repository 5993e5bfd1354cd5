"""The page around the content: one file that asks nobody for anything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files
from json import dumps

# The page may run its own script and style and nothing else, whatever the document it shows has in it.
_POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; base-uri 'none';"
    " form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the table of contents: its depth from 1, where it leads, its title as HTML."""

    level: int
    target: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown; `head` stands under the title, `switches` are what can be turned on and off for all of it.

    All but `title` is HTML. `definitions` says by the number of a letter which element defines it.
    """

    title: str
    head: str
    contents: Sequence[Heading]
    body: str
    switches: str = ""
    definitions: Mapping[str, str] | None = None


def write_shell(page: Page) -> str:
    """The whole file."""
    style, script = (f"\n{_part(name)}" for name in ("style.css", "script.js"))
    policy = _POLICY.format(script=_digest(script), style=_digest(style))
    title = escape(page.title)
    data = dumps(dict(page.definitions or {}), sort_keys=True).replace("<", "\\u003c")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<h1>{title}</h1>
{page.head}
</header>
<div class="columns">
<nav aria-label="Contents"><details open><summary>Contents</summary>
{_contents(page.contents)}
</details></nav>
<main id="content">
{page.switches}
{page.body}
</main>
</div>
<aside id="defined" aria-live="polite" hidden></aside>
<div id="said" class="unseen" role="status"></div>
<script type="application/json" id="definitions">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def _part(name: str) -> str:
    return (files("bptt_sym.render.page") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _contents(entries: Sequence[Heading]) -> str:
    lines = (f'<li class="level{e.level}"><a href="#{escape(e.target)}">{e.title}</a></li>' for e in entries)
    return "<ol>\n" + "\n".join(lines) + "\n</ol>"
