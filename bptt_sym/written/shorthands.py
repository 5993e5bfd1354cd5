r"""Macros of packages that stand for notation known already: `\pdv{L}{h}`, `\dd`, `\norm{h}`, in items.

A document that defines such a macro itself has it expanded before, in its own sense.
"""

from __future__ import annotations

from collections.abc import Sequence

from bptt_sym.written.grouping import Grouping
from bptt_sym.written.kinds import spelling
from bptt_sym.written.lexer import Group, Item, Token

# Of the packages physics, derivative, diffcoeff and commath.
PARTIALS = frozenset(("pdv", "pderivative", "partialderivative", "diffp", "pd"))
TOTALS = frozenset(("dv", "derivative", "odv", "diff", "od"))


def derivative(cleaner: Grouping, token: Token) -> None:
    r"""`\pdv{L}{h}`, `\pdv[2]{L}{h}`, `\pdv{L}{h,x}` and `\pdv{h}` before what it differentiates, as fractions."""
    cleaner.starred()
    order = _order(cleaner, token)
    braced = _group_follows(cleaner)
    groups = [cleaner.argument(token)]
    if _group_follows(cleaner):
        groups.append(cleaner.argument(token))
    if (len(groups) == 1 and not braced) or _group_follows(cleaner):
        raise cleaner.source.error(
            f"it is not clear what {spelling(token)} differentiates by what", token.start, groups[-1].end
        )
    above = groups[0].items if len(groups) == 2 else ()
    parts = _parts(groups[-1].items)
    if len(parts) > 1 and order > 1:
        raise cleaner.source.error("an order beside several variables", token.start, groups[-1].end)
    mark = Token("macro", "partial", token.start, token.end)
    if token.text in TOTALS:
        mark = Token("roman", "d", token.start, token.end)
    total = max(order, len(parts))
    below = [item for part in parts for item in (mark, *part)] * order
    cleaner.put("macro", "frac", token, groups[-1].end)
    cleaner.out.append(Group("{", "", (mark, *_power(total, token), *above), token.start, groups[0].end))
    cleaner.out.append(Group("{", "", tuple(below), groups[-1].start, groups[-1].end))


def norm(cleaner: Grouping, token: Token) -> None:
    r"""`\norm{h}` and `\norm*{h}` are h between double bars."""
    cleaner.starred()
    cleaner.optional()
    group = cleaner.argument(token)
    cleaner.put("open", "||", token)
    cleaner.out.extend(group.items)
    cleaner.out.append(Token("close", "||", group.start, group.end))


def differential(cleaner: Grouping, token: Token) -> None:
    r"""`\dd L` is an upright d before L."""
    if cleaner.optional():
        raise cleaner.source.error("a differential of higher order can't be read", token.start, token.end)
    cleaner.put("roman", "d", token)


def _order(cleaner: Grouping, token: Token) -> int:
    """The order in square brackets, 1 without one."""
    first = cleaner.at
    if not cleaner.optional():
        return 1
    text = cleaner.source.text[cleaner.items[first].end : cleaner.items[cleaner.at - 1].start].strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text[:3]) < 10):
        raise cleaner.source.error("a derivative of an order that is no number can't be read", token.start, token.end)
    return int(text)


def _group_follows(cleaner: Grouping) -> bool:
    following = cleaner.items[cleaner.at] if cleaner.at < len(cleaner.items) else None
    return isinstance(following, Group) and following.kind == "{"


def _parts(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """The variables between commas; a comma in a bracket or a script separates none."""
    parts: list[tuple[Item, ...]] = [()]
    depth = 0
    for item in items:
        depth += (item[0] == "open") - (item[0] == "close")
        if item[0] == "comma" and depth == 0:
            parts.append(())
        else:
            parts[-1] = (*parts[-1], item)
    return parts


def _power(order: int, token: Token) -> tuple[Item, ...]:
    if order == 1:
        return ()
    digit = Token("digit", str(order), token.start, token.end)
    return Token("script", "^", token.start, token.end), Group("{", "", (digit,), token.start, token.end)
