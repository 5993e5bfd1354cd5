"""LaTeX's symbols as characters of Unicode, and scripts where Unicode has them."""

from __future__ import annotations

import unicodedata

# fmt: off
SYMBOLS: dict[str, str] = {
    "\\top": "⊤", "\\prime": "′", "\\infty": "∞", "\\ell": "ℓ", "\\ast": "∗", "\\star": "⋆", "\\dagger": "†",
    "\\cdot": "·", "\\times": "×", "*": "*", "\\odot": "⊙", "\\circ": "∘", "\\otimes": "⊗", "\\oplus": "⊕",
    "-": "−", "+": "+", "/": "/", "": "",
    "=": "=", ":=": ":=", "=:": "=:", "<": "<", ">": ">", "\\equiv": "≡", "\\triangleq": "≜", "\\doteq": "≐",
    "\\approx": "≈", "\\simeq": "≃", "\\cong": "≅", "\\sim": "∼", "\\ne": "≠", "\\le": "≤", "\\ge": "≥",
    "\\ll": "≪", "\\gg": "≫", "\\in": "∈", "\\notin": "∉", "\\subset": "⊂", "\\subseteq": "⊆",
    "\\propto": "∝", "\\to": "→", "\\mapsto": "↦", "\\gets": "←", "\\mid": "∣", "\\perp": "⊥",
    "\\varepsilon": "ε", "\\epsilon": "ϵ", "\\vartheta": "ϑ", "\\varkappa": "ϰ", "\\varpi": "ϖ",
    "\\varrho": "ϱ", "\\varsigma": "ς", "\\varphi": "φ", "\\phi": "ϕ", "\\digamma": "ϝ", "\\omicron": "ο",
    "\\lambda": "λ", "\\Lambda": "Λ",
}
ACCENTS: dict[str, str] = {
    "hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c",
    "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "ring": "\u030a",
    "right": "\u20d7", "left": "\u20d6",
}
_SUBSCRIPTS = str.maketrans(
    "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
    "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
)
_SUPERSCRIPTS = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyz⊤TLVWβγδφχ′",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵀᴸⱽᵂᵝᵞᵟᵠᵡ′",
)
# fmt: on


def glyph(base: str) -> str:
    r"""A letter, a macro of Greek or another symbol in Unicode; unknown macros keep their name."""
    if not base.startswith("\\"):
        return SYMBOLS.get(base, base)
    if base.startswith("\\mathbb{"):
        return _double_struck(base[8:-1])
    word = base[1:]
    case = "CAPITAL" if word[:1].isupper() else "SMALL"
    try:
        return SYMBOLS.get(base) or unicodedata.lookup(f"GREEK {case} LETTER {word.upper()}")
    except KeyError:
        return word


def _double_struck(letter: str) -> str:
    for kind in ("DOUBLE-STRUCK CAPITAL", "MATHEMATICAL DOUBLE-STRUCK CAPITAL"):
        try:
            return unicodedata.lookup(f"{kind} {letter}")
        except KeyError:
            continue
    return letter


def accented(text: str, accents: tuple[str, ...]) -> str:
    """`text` with accents over it, each a character of its own only where there is no joint one."""
    for accent in accents:
        mark = ACCENTS.get(accent)
        text = unicodedata.normalize("NFC", text + mark) if mark else f"{accent}({text})"
    return text


def small(text: str, *, above: bool) -> str | None:
    """`text` in superscript or subscript characters; None if there is one that has none."""
    table = _SUPERSCRIPTS if above else _SUBSCRIPTS
    if not text or any(ord(c) not in table for c in text):
        return None
    return text.translate(table)


def struck(text: str) -> str:
    """`text` with a stroke through every character that is one."""
    return "".join(c if c == " " or unicodedata.combining(c) else c + "\u0336" for c in text)
