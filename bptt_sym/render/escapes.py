"""Running text made safe for LaTeX and for Markdown."""

from __future__ import annotations

import re
import unicodedata

# fmt: off
_TYPED: dict[str, str] = {
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%",
    "_": "\\_", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}",
    ">": "\\textgreater{}", "|": "\\textbar{}", '"': "''", "–": "--", "—": "---", "‘": "`", "’": "'",
    "“": "``", "”": "''", "…": "\\ldots{}", "\u00a0": "~", "§": "\\S{}", "ℓ": "l",
}
# What only mathematics has; not between dollars, where it would read as a formula of the document.
_MATHEMATICS: dict[str, str] = {
    "−": "-", "×": "\\times", "·": "\\cdot", "⊙": "\\odot", "±": "\\pm", "∂": "\\partial", "∇": "\\nabla",
    "∑": "\\sum", "∏": "\\prod", "→": "\\to", "≠": "\\ne", "≤": "\\le", "≥": "\\ge", "≈": "\\approx",
    "∈": "\\in", "∞": "\\infty", "⊤": "\\top", "ᵀ": "^\\top", "′": "'", "ℝ": "\\mathbb R",
}
# fmt: on
_SCRIPTS = {"SUBSCRIPT": "\\textsubscript{{{}}}", "SUPERSCRIPT": "\\textsuperscript{{{}}}"}
_TEXT_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0307": ".",
                 "\u0308": '"', "\u030c": "v", "\u0306": "u", "\u030a": "r", "\u0327": "c"}  # fmt: skip


def latex_text(text: str) -> str:
    """`text` as it must be typed for pdflatex; what that has no glyph for prints as its code point."""
    return "".join(_latex_character(c) for c in unicodedata.normalize("NFC", text))


def _latex_character(c: str) -> str:
    if c in _TYPED:
        return _TYPED[c]
    if c in _MATHEMATICS:
        return f"\\ensuremath{{{_MATHEMATICS[c]}}}"
    if c.isascii():
        return c if c.isprintable() or c in "\n\t" else ""
    if c in "ßæøåÆØÅœŒ¡¿£©":
        return c
    parts = unicodedata.normalize("NFD", c)
    base, marks = parts[0], parts[1:]
    if marks and base.isascii() and all(mark in _TEXT_ACCENTS for mark in marks):
        for mark in marks:
            base = f"\\{_TEXT_ACCENTS[mark]}{{{base}}}"
        return base
    plain = unicodedata.normalize("NFKC", c)
    for word, macro in _SCRIPTS.items():
        if word in unicodedata.name(c, "") and plain != c:
            return macro.format(latex_text(plain))
    return _greek(c) or f"\\texttt{{U+{ord(c):04X}}}"


def _greek(c: str) -> str:
    match = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(c, ""))
    if match is None or match[2] in ("OMICRON", "FINAL"):
        return ""
    word = match[2].lower().replace("lamda", "lambda")
    latin = {"alpha": "A", "beta": "B", "epsilon": "E", "zeta": "Z", "eta": "H", "iota": "I", "kappa": "K",
             "mu": "M", "nu": "N", "rho": "P", "tau": "T", "chi": "X"}  # fmt: skip
    if match[1] == "SMALL":
        return f"\\ensuremath{{\\{word}}}"
    return latin.get(word, f"\\ensuremath{{\\{word.capitalize()}}}")


def markdown_text(text: str) -> str:
    """`text` with every character escaped that Markdown, or mathematics within it, would take for its own."""
    text = re.sub(r"([\\`*_{}\[\]<>#$|~])", r"\\\1", text)
    return re.sub(r"^(\s*\d*)([-+.)])", r"\1\\\2", text)  # what would begin a list
