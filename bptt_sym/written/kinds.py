"""What single characters and macros are, by the vocabulary; and facts about items not yet cleaned."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bptt_sym.written import vocabulary as words
from bptt_sym.written.lexer import Group, Item, Token

_LONGEST_WORD = 12
_LENGTH = re.compile(
    r"\[\s*[-+]?(?:[\d.]+\s*(?:em|ex|pt|mu|cm|mm|in|pc|bp)|[\d.]*\\(?:jot|\w*skip(?:amount)?|\w*sep))\s*\]"
)


def without_columns(group: Group) -> tuple[Item, ...]:
    """The inside of an environment without its column specification or placement option."""
    items = group.items
    if items and items[0][:2] == ("char", "["):
        for k, item in enumerate(items[:8]):
            if item[:2] == ("char", "]"):
                if all(part[0] == "char" and str(part[1]) in "[]tbclr" for part in items[: k + 1]):
                    items = items[k + 1 :]
                break
    if group.name in words.TAKES_COLUMNS and items and isinstance(items[0], Group):
        items = items[1:]
    return items


def has_inner_sum(items: Sequence[Item]) -> bool:
    """Whether a + or - stands between terms at the top level of the items, and no relation does."""
    depth = 0
    found = False
    for k, item in enumerate(items):
        kind, text = item[0], item[1]
        if kind in ("open", "close"):
            depth += 1 if kind == "open" else -1
        elif depth == 0 and kind == "operator" and text in ("+", "-") and k > 0:
            found = True
        elif depth == 0 and kind in ("relation", "row", "cell", "text", "label", "tag"):
            return False
    return found and depth == 0


def kind_of_character(text: str) -> tuple[str, str]:
    """Kind and spelling of a single character."""
    if text.isdigit() and text.isascii():
        return "digit", text
    simple = {"'": "prime", ",": "comma", ";": "comma", ":": "colon", ".": "period", "&": "cell", "|": "bar"}
    if text in simple:
        return simple[text], text
    return kind_of_macro(text) if text in "=<>+-*/()[]" else ("unknown", text)


def kind_of_macro(name: str) -> tuple[str, str]:
    """Kind and spelling of a macro (or operator character) without arguments."""
    if name in words.GREEK:
        return "letter", f"\\{name}"
    if name == "|":
        return "bar", "||"
    for kind, table in (
        ("relation", words.RELATIONS),
        ("operator", words.OPERATORS),
        ("symbol", words.SYMBOLS),
        ("open", words.OPENING),
        ("close", words.CLOSING),
        ("bar", words.BARS),
    ):
        if name in table:
            return kind, table[name]
    for kind, names in (
        ("ellipsis", words.ELLIPSES),
        ("function", words.FUNCTION_MACROS),
        ("implies", words.IMPLICATIONS),
        ("space", words.WIDE_SPACES),
        ("macro", frozenset(("sum", "prod", "partial", "nabla", "grad", "gradient"))),
        ("forall", frozenset(("forall",))),
        ("colon", frozenset(("colon",))),
    ):
        if name in names:
            name = "nabla" if name in ("grad", "gradient") else name
            return kind, f"\\{name}" if kind in ("ellipsis", "function") else name
    return "unknown", f"\\{name}"


def extent(items: Sequence[Item], k: int) -> int:
    """Where a macro at k ends together with its arguments, when it is itself an argument."""
    pending = 1
    while pending and k < len(items):
        item = items[k]
        pending -= 1
        if isinstance(item, Token) and item.kind == "macro":
            single = item.text in words.FONTS or item.text in words.TEXTS or item.text == "operatorname"
            pending += 1 if single else words.ARITY.get(item.text, words.TRANSPARENT.get(item.text, 0))
        k += 1
    return k


def is_letter(item: Item) -> bool:
    """Whether a raw item is a plain letter."""
    return item[0] == "char" and isinstance(item[1], str) and item[1].isascii() and item[1].isalpha()


def plain_word(items: Sequence[Item], k: int) -> str | None:
    """A run of plain letters that begins at k, if a bracket follows it and it ends in the name of a function."""
    if k and is_letter(items[k - 1]) and items[k - 1].end == items[k].start:
        return None
    end = k
    while (
        end < min(len(items), k + _LONGEST_WORD)
        and is_letter(items[end])
        and (end == k or items[end].start == items[end - 1].end)
    ):
        end += 1
    bracket = end < len(items) and (items[end][1] == "(" or items[end][1] in words.SIZES)
    run = "".join(str(item[1]) for item in items[k:end])
    known = run in words.FUNCTION_WORDS or any(
        run.endswith(word) for word in words.FUNCTIONS if len(word) > 2
    )
    return run if bracket and len(run) > 1 and known else None


def is_length(text: str) -> bool:
    """Whether the text is the optional length after a row end."""
    return _LENGTH.fullmatch(text) is not None


def spelling(token: Token) -> str:
    """A raw token as typed."""
    return f"\\{token.text}" if token.kind == "macro" else token.text
