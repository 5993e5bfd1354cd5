r"""Steps that a text names in words: `at the last step`, `... for the first time step`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bptt_sym.check.prose import Around, plain
from bptt_sym.errors import Unreadable
from bptt_sym.meaning.indices import STEP, free_letters
from bptt_sym.network.scope import NetworkScope
from bptt_sym.written.clauses import NAMED_STEP
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Chain, Name, Node, Number

_WHICH = r"(?P<which>last|final|terminal|first|initial)\s+(?:time[\s-]?)?(?:step|instant|moment)\b"
_NAMED = rf"the\s+(?:very\s+)?{_WHICH}"
_AHEAD = re.compile(rf"\b(?:at|for|in)\s+{_NAMED}(?P<then>[^.;!?]*)\Z", re.IGNORECASE)
_BEHIND = re.compile(rf"\A[\s,(]*(?:at|for|in)\s+{_NAMED}(?:\s+only)?\s*(?:[).,;:]|\Z|\n)", re.IGNORECASE)
_BRACKETED = re.compile(rf"\A\s*\(\s*(?:the\s+)?{_WHICH}\s*\)", re.IGNORECASE)
_ANYWHERE = re.compile(rf"\b{_NAMED}", re.IGNORECASE)
# Nothing but these stands between the words and the formula that they are surely about.
_LEADS = re.compile(
    r"[\s,:(]*(?:[TNn][\s,:)]+)?(?:(?:then|thus|so|hence|now|clearly|simply)\s+)?"
    r"(?:(?:we|one|you)\s+(?:have|has|get|gets|obtain|obtains|find|finds)|it\s+is|this\s+is|there\s+is)?[\s,:]*\Z",
    re.IGNORECASE,
)
_OPENING = re.compile(r"\A\W*(?:(?:and|so|now|then|thus|hence|therefore|finally|again|first)\W+)*\Z", re.IGNORECASE)
# What is said behind one of these is no longer about the step that was named.
_TURNING = re.compile(
    r"\b(?:not|but|except\w*|other\w*|general\w*|earlier|previous\w*|each|every|all|any|before|recurs\w*|back\w*)\b",
    re.IGNORECASE,
)
# `In the last step` may be one of the derivation.
_OF_TIME = re.compile(r"\A[\s,(]*(?:at|for)\b|\btime\b|\binstant\b|\bmoment\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.;!?]\s|\n\s*\n")
FARTHEST = 600  # characters


def named_step(
    formulas: Sequence[Formula], number: int, text: str, sides: Sequence[Node], scope: NetworkScope
) -> Around:
    """The step that words right beside a formula name, as a condition on its step letter.

    It is sure where nothing else stands between, and it can't be a step of the derivation. Where steps are left off,
    words a few sentences before are heard too, but unsure.
    """
    formula = formulas[number]
    letters = _step_letters(sides, scope) or [scope.network.step]
    if len(letters) > 1:
        return Around()
    before = plain(text[max(formula.span.start - FARTHEST, 0) : formula.span.start])
    behind = plain(text[formula.span.end : formula.span.end + FARTHEST])
    notes = " ".join(formula.statement.notes) if formula.statement is not None else ""
    if found := NAMED_STEP.fullmatch(notes.strip()) or _BEHIND.match(behind) or _BRACKETED.match(behind):
        return Around((_at(found["which"], letters[0]),), sure=bool(_OF_TIME.search(found[0])))
    if found := _AHEAD.search(_SENTENCE.split(before)[-1]):
        return Around((_at(found["which"], letters[0]),), sure=_leads(found))
    spoken = list(_ANYWHERE.finditer(before))
    if not spoken or _TURNING.search(before, spoken[-1].end()) or _step_letters(sides, scope):
        return Around()
    return Around((_at(spoken[-1]["which"], letters[0]),))


def _leads(found: re.Match[str]) -> bool:
    """Whether words before a formula open their sentence, and lead to nothing but the formula."""
    opens = found[0][0].isupper() or bool(_OPENING.match(found.string[: found.start()]))
    return opens and bool(_LEADS.match(found["then"]) and _OF_TIME.search(found[0].removesuffix(found["then"])))


def _step_letters(sides: Sequence[Node], scope: NetworkScope) -> list[str]:
    """The letters that are free and steps; none where steps are left off."""
    try:
        free = [item for side in sides for item in free_letters(side, scope).items()]
    except Unreadable:
        return []
    return list(dict.fromkeys(letter for letter, kinds in free if STEP in kinds))


def _at(which: str, letter: str) -> Chain:
    step: Node = Number("1") if which.lower() in ("first", "initial") else Name("\\tau")
    return Chain((Name(letter), step), ("=",))
