"""The layout of derivatives that a document states in its prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bptt_sym.check.manuscript import Manuscript
from bptt_sym.meaning.scope import Layout
from bptt_sym.written.regions import blanked

_MATHS = re.compile(r"\$\$.{0,5000}?\$\$|\$[^$]*\$|\\\(.{0,5000}?\\\)|\\\[.{0,5000}?\\\]", re.DOTALL)
_MARKUP = re.compile(r"\\[A-Za-z]+\*?|[{}*_~]")
_SENTENCE = re.compile(r"[.!;:]\s|\n[ \t]*\n|(?<=\?)\s")
_LAYOUT = r"(?:the\s+)?[\"'`“”]*(?:numerator|denominator)[- ]layout"
# What is only set apart from the layout chosen: "not the numerator layout", "unlike numerator-layout texts, ...".
_APART = re.compile(
    rf"[,(]?\s*(?:and\s+|but\s+)?(?:not|rather\s+than|instead\s+of|as\s+opposed\s+to|never)\s+(?:in\s+)?{_LAYOUT}[^,.)]*"
    rf"|^\s*(?:unlike|instead\s+of|rather\s+than)\s+[^,]*,"
)
_CHOSEN = re.compile(
    r"\b(?:(?:we|i)\s+(?:shall\s+|will\s+|always\s+|consistently\s+)?"
    r"(?:use|adopt|follow|employ|choose|assume|keep\s+to|stick\s+(?:to|with)|work\s+(?:in|with))"
    r"|(?:is|are)\s+(?:all\s+)?(?:written|laid\s+out|taken|given|expressed|in)|using)\b"
    r"[^,]{0,60}?\b(numerator|denominator)[- ]layout"
)
_DOUBT = re.compile(
    r"\b(?:not|never|no|unlike|instead|rather|than|others?|another|some|many|most|authors?|books?|texts?|papers?|whereas|"
    r"while|although|though|but|however|contrast|opposed|different|differs?|alternatively|either|or|if|would|could|might|"
    r"may|should|convert|avoid|confuse|wikipedia|usual|usually|often|sometimes|they|he|she|you|it|except)\b|n't|\?"
)
_IN = re.compile(r"\b(?:in|with|under|using)\s+(?:the\s+|an?\s+)?[\"'`“”]*(numerator|denominator)[- ]layout")
_ROWS = re.compile(
    r"\bgradients\s+are\s+(?:always\s+|all\s+)?(?:(?:written|treated|taken)\s+as\s+)?row\s+vectors"
)


def stated_layout(manuscript: Manuscript) -> Layout | None:
    """The layout that the document says it uses; None where it says nothing, or not clearly, or two things."""
    found = {layout for sentence in _sentences(manuscript) for layout in _said(sentence)}
    return found.pop() if len(found) == 1 else None


def spoken_layouts(manuscript: Manuscript) -> frozenset[str]:
    """The layouts in which some line may be written: `In denominator layout this becomes ...`."""
    sentences = (_APART.sub(" ", sentence) for sentence in _sentences(manuscript))
    return frozenset(found[1] for sentence in sentences for found in _IN.finditer(sentence))


def _sentences(manuscript: Manuscript) -> Iterator[str]:
    if not re.search("layout|row", manuscript.text, re.IGNORECASE):
        return
    prose = _MATHS.sub(" ", blanked(manuscript.text, manuscript.kind))
    for sentence in _SENTENCE.split(_MARKUP.sub(" ", prose)):
        if "layout" in sentence.lower() or "row" in sentence.lower():
            yield " ".join(sentence.lower().split())


def _said(sentence: str) -> Iterator[Layout]:
    """What a sentence chooses, if it does so without an if or a but."""
    kept = _APART.sub(" ", sentence)
    if _DOUBT.search(kept):
        return
    if _ROWS.search(kept):
        yield "numerator"
    for chosen in _CHOSEN.finditer(kept):
        yield "numerator" if chosen[1] == "numerator" else "denominator"
    if "numerator" in kept and "denominator" in kept:
        yield from ("numerator", "denominator")
