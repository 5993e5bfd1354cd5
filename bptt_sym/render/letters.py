"""Letters and words of formulas in MathML, with their accents and in their fonts."""

from __future__ import annotations

import re
import unicodedata
from html import escape

from bptt_sym.render.characters import glyph
from bptt_sym.written.brackets import is_function
from bptt_sym.written.nodes import Name

# fmt: off
ACCENTS: dict[str, str] = {
    "hat": "^", "tilde": "~", "bar": "¯", "dot": "˙", "ddot": "¨", "check": "ˇ", "breve": "˘", "acute": "´",
    "grave": "`", "ring": "˚", "right": "→", "left": "←",
}
_FONTS: dict[str, str] = {"mathbb": "DOUBLE-STRUCK", "mathcal": "SCRIPT", "mathscr": "SCRIPT", "mathfrak": "FRAKTUR"}
# fmt: on
_FONTED = re.compile(r"\\(?P<font>[a-z]+)\{(?P<letter>[A-Za-z])\}")


def name(node: Name) -> str:
    """A letter or word with its accents."""
    text = _font(node.base) or glyph(node.base)
    if node.base in ("\\prime", "\\ast", "\\star", "\\dagger"):
        inner = f"<mo>{escape(text)}</mo>"
    elif node.base == "1":
        inner = "<mn>𝟏</mn>"
    else:
        bold = node.bold and not is_function(node)
        inner = f"<mi>{escape(_bold(text) if bold else text)}</mi>"
    for accent in node.accents:
        if accent == "prime":
            inner = f"<msup>{inner}<mo>′</mo></msup>"
        else:
            over = escape(ACCENTS.get(accent, accent))
            inner = f'<mover accent="true">{inner}<mo stretchy="false">{over}</mo></mover>'
    return inner


def _font(base: str) -> str:
    r"""A letter in the font of its macro, as in `\mathbb{R}`; empty for what is none."""
    found = _FONTED.fullmatch(base)
    if found is None or found["font"] not in _FONTS:
        return ""
    word, letter = _FONTS[found["font"]], found["letter"]
    case = "CAPITAL" if letter.isupper() else "SMALL"
    for family in (f"MATHEMATICAL {word}", word.replace("FRAKTUR", "BLACK-LETTER")):
        try:
            return unicodedata.lookup(f"{family} {case} {letter}")
        except KeyError:
            continue
    return letter


def _bold(text: str) -> str:
    return "".join(map(_bold_letter, text))


def _bold_letter(letter: str) -> str:
    found = unicodedata.name(letter, "").replace("LATIN ", "").replace("GREEK ", "").replace(" LETTER ", " ")
    try:
        return unicodedata.lookup(f"MATHEMATICAL BOLD {found}")
    except KeyError:
        return letter
