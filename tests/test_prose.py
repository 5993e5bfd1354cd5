"""The words around formulas: what becomes of LaTeX and Markdown, whole, escaped, and in time that grows with the text."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest

from bptt_sym.render.page.prose import HOLE, words_of

# fmt: off
TEX = [
    ("one\n\ntwo", [("paragraph", "one"), ("paragraph", "two")]),
    ("\\section*{A \\emph{b} title} text", [("heading", "A <em>b</em> title"), ("paragraph", "text")]),
    ("\\textbf{bold {and} more} plain", [("paragraph", "<strong>bold and more</strong> plain")]),
    ("\\begin{itemize}\\item one \\item two\\end{itemize}", [("item", "one"), ("item", "two")]),
    ("\\documentclass{article}\\title{no}\\begin{document}yes", [("paragraph", "yes")]),
    ("see \\eqref{eq:a} and \\cite[p.~3]{b}", [("paragraph", "see (eq:a) and [b]")]),
    ("\\label{x}a \\unknown{word} b", [("paragraph", "a word b")]),
    ("\\newcommand{\\x}[1]{hidden #1}shown", [("paragraph", "shown")]),
    ("50\\% of~it --- ``so'' na\\\"ive caf\\'e", [("paragraph", "50% of\u00a0it — “so” nai\u0308ve cafe\u0301")]),
    ("a < b & c", [("paragraph", "a &lt; b &amp; c")]),
    (f"with {HOLE} and \\textit{{{HOLE} in it}}", [("paragraph", f"with {HOLE} and <em>{HOLE} in it</em>")]),
    ("\\emph{never closed\n\nnext} one", [("paragraph", "<em>never closed</em>"), ("paragraph", "next one")]),
]
MARKDOWN = [
    ("# A *b* title ##\n\ntext", [("heading", "A <em>b</em> title"), ("paragraph", "text")]),
    ("- one\n- two\n  more\n\nafter", [("item", "one"), ("item", "two\n  more"), ("paragraph", "after")]),
    ("```py\na < b\n```\n", [("code", "a &lt; b\n")]),
    ("**bold** and `code` <b>", [("paragraph", "<strong>bold</strong> and <code>code</code> &lt;b&gt;")]),
]
# fmt: on
HARD = ["\\textbf{", "\\section{", "{", "}", "`", "``` ", "*", "**a ", "# #", "\\item ", "\\def\\x{", "\\label{", "[", "\\cite[",
        "\n- ", "\n\n", "~~~\n"]  # fmt: skip


def told(text, kind):
    return [(words.kind, words.html) for words in words_of(text, kind)]


@pytest.mark.parametrize(("text", "blocks"), TEX)
def test_latex_becomes_blocks(text, blocks):
    assert told(text, "tex") == blocks


@pytest.mark.parametrize(("text", "blocks"), MARKDOWN)
def test_markdown_becomes_blocks(text, blocks):
    assert told(text, "md") == blocks


def test_plain_text_is_left_as_it_is():
    assert told("a *b*\n\n\\c{d}", "txt") == [("paragraph", "a *b*"), ("paragraph", "\\c{d}")]


class Balance(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.open = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert attributes == []
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("kind", ["tex", "md", "txt"])
@pytest.mark.parametrize("part", HARD)
def test_nothing_is_too_deep_or_takes_too_long_and_all_that_opens_closes(part, kind):
    start = time.process_time()
    blocks = list(words_of(part * 8_000 + "x" + "}" * 8_000, kind))
    assert time.process_time() - start < 10
    for words in blocks:
        Balance(words.html)
