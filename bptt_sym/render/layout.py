"""Formulas as boxes of characters: in two dimensions for displays, on one line for running text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from bptt_sym.render.boxes import Box, beside, centred, fenced, lowered, over, raised, stacked, text_box
from bptt_sym.render.characters import accented, glyph, small, struck
from bptt_sym.written.brackets import bracketed
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Cases,
    Chain,
    Circled,
    Derivative,
    Differential,
    Ellipsis_,
    Listing,
    Matrix,
    Nabla,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
)

_SIGNS = {"sum": "Σ", "prod": "Π"}


def line(node: Node) -> str:
    """`node` on one line: fractions with a slash, matrices as `[a, b; c, d]`."""
    return lay(node, flat=True).lines[0]


def lay(node: Node, *, flat: bool = False) -> Box:
    """`node` as a box, of one line if `flat`."""
    return _lay(bracketed(node), flat)


def _lay(node: Node, flat: bool) -> Box:
    def inner(part: Node) -> Box:
        return _lay(part, flat)

    match node:
        case Number(text=text):
            return text_box(text)
        case Name(base=base, accents=accents):
            return text_box(accented(glyph(base), accents))
        case Ellipsis_():
            return text_box("…")
        case Scripted():
            return _scripted(node, inner)
        case Paren(body=body, open=kind):
            return fenced(inner(body), kind)
        case Norm(body=body):
            return fenced(inner(body), "||")
        case Listing(items=items, separator=separator):
            return _spread([inner(item) for item in items], f"{separator} ")
        case Negate(body=body):
            return beside(text_box("−"), inner(body))
        case Add(terms=terms):
            return _sum(terms, inner)
        case Product() | Circled():
            return _product(node, inner, flat)
        case Quotient():
            return _quotient(node, inner, flat)
        case Struck(body=body):
            return text_box(struck(line(body)))
        case Chain(items=items, relations=relations):
            return _chain(items, relations, inner)
        case Matrix(rows=rows):
            return _flat_matrix(rows) if flat else matrix([[inner(entry) for entry in row] for row in rows])
        case Apply() | Big() | Derivative() | Nabla() | Differential() | Cases():
            return _operation(node, inner, flat)
        case _:
            assert_never(node)


Inner = Callable[[Node], Box]


def _operation(
    node: Apply | Big | Derivative | Nabla | Differential | Cases, inner: Inner, flat: bool
) -> Box:
    match node:
        case Apply(argument=argument):
            return beside(head(node, flat=flat), fenced(inner(argument)))
        case Big(body=body):
            return beside(head(node, flat=flat), text_box(" "), inner(body))
        case Derivative():
            return _derivative(node, inner, flat)
        case Nabla(wrt=wrt, body=body, order=order):
            sign = text_box("∇" if order == 1 else "∇²")
            return beside(_with_script(sign, wrt), text_box(" "), inner(_atom(body)))
        case Differential(body=body, symbol=symbol):
            return beside(text_box("∂" if symbol.startswith("partial") else "d"), inner(_atom(body)))
        case Cases(branches=branches):
            return _cases(branches, inner)
        case _:
            assert_never(node)


def head(node: Apply | Big, *, flat: bool = False) -> Box:
    """What stands before the argument: the function, or the sign with its limits."""
    if isinstance(node, Apply):
        return lay(node.function, flat=flat)
    below = ", ".join(line(index) for index in node.indices)
    if node.lower is not None:
        below += f"={line(node.lower)}"
    if node.conditions:
        met = ", ".join(line(condition) for condition in node.conditions)
        below = met if all(_speaks_of(c, node.indices) for c in node.conditions) else f"{below}, {met}"
    above = "" if node.upper is None else line(node.upper)
    sign = _SIGNS[node.kind]
    if flat:
        brackets = "({})" if len(below) > 1 else "{}"
        return text_box(f"{sign}_{brackets.format(below)}" + (f"^{above}" if above else ""))
    rows = [text_box(above)] * bool(above) + [text_box(sign), text_box(below)]
    return stacked(rows, len(rows) - 2)


def _speaks_of(condition: Chain, indices: Sequence[Name]) -> bool:
    return bool(indices) and condition.items[0] in indices


def matrix(rows: Sequence[Sequence[Box]]) -> Box:
    """Boxes in rows and columns between tall brackets."""
    widths = [max(box.width for box in column) for column in zip(*rows, strict=True)]
    lines = [
        _spread([centred(box, width) for box, width in zip(row, widths, strict=True)], "  ") for row in rows
    ]
    if any(one.height > 1 for one in lines):
        blank = text_box(" " * lines[0].width)
        lines = [box for one in lines for box in (one, blank)][:-1]
    height = sum(one.height for one in lines)
    middle = lines[0].baseline if len(rows) == 1 else (height - 1) // 2
    return fenced(stacked(lines, middle), "[")


def _flat_matrix(rows: Sequence[Sequence[Node]]) -> Box:
    return text_box("[" + "; ".join(", ".join(line(entry) for entry in row) for row in rows) + "]")


def _spread(boxes: Sequence[Box], between: str) -> Box:
    parts = [part for box in boxes for part in (text_box(between), box)][1:]
    return beside(*parts) if parts else text_box("")


def _chain(items: Sequence[Node], relations: Sequence[str], inner: Inner) -> Box:
    parts = [inner(items[0])]
    for relation, item in zip(relations, items[1:], strict=True):
        parts += [text_box(f" {glyph(relation)} "), inner(item)]
    return beside(*parts)


def _sum(terms: Sequence[Node], inner: Inner) -> Box:
    parts = [inner(terms[0])]
    for term in terms[1:]:
        if isinstance(term, Negate):
            parts += [text_box(" − "), inner(term.body)]
        else:
            parts += [text_box(" + "), inner(term)]
    return beside(*parts)


def _product(node: Product | Circled, inner: Inner, flat: bool) -> Box:
    last = len(node.factors) - 1
    operators = (node.operator,) * last if isinstance(node, Circled) else node.operators
    factors = [Paren(f) if flat and isinstance(_unstruck(f), Quotient) else f for f in node.factors]
    parts = [inner(factors[0])]
    for operator, factor in zip(operators, factors[1:], strict=True):
        parts += [text_box(f" {glyph(operator)} " if operator else " "), inner(factor)]
    return beside(*parts)


def _quotient(node: Quotient, inner: Inner, flat: bool) -> Box:
    if not flat and not node.slash:
        return over(inner(node.numerator), inner(node.denominator))
    loose = (Add, Negate, Chain, Listing, Circled, Product, Quotient, Big)
    sides = [
        inner(Paren(s) if isinstance(_unstruck(s), loose) else s) for s in (node.numerator, node.denominator)
    ]
    return beside(sides[0], text_box("/"), sides[1])


def _atom(node: Node) -> Node:
    """`node` in brackets unless it is one thing to the eye."""
    one = isinstance(node, (Name, Number, Scripted, Paren, Norm, Matrix, Apply))
    return node if one else Paren(node)


def _unstruck(node: Node) -> Node:
    return _unstruck(node.body) if isinstance(node, Struck) else node


def _derivative(node: Derivative, inner: Inner, flat: bool) -> Box:
    sign = {"partial": "∂", "d": "d", "partial+": "∂⁺"}[node.symbol]
    order = len(node.wrt)
    power = (small(str(order), above=True) or "") if order > 1 else ""
    counted = [(wrt, node.wrt.count(wrt)) for wrt in dict.fromkeys(node.wrt)]
    below = [beside(text_box(sign), inner(_atom(wrt)), text_box(_power(n))) for wrt, n in counted]
    above = text_box(sign + power)
    if node.body is not None:
        above = beside(above, inner(_atom(node.body)))
    if not flat:
        return over(above, _spread(below, " "))
    bottom = _spread(below, " ")
    return beside(above, text_box("/"), fenced(bottom) if len(below) > 1 else bottom)


def _power(exponent: int) -> str:
    return (small(str(exponent), above=True) or "") if exponent > 1 else ""


def _cases(branches: Sequence[tuple[Node, Chain | None]], inner: Inner) -> Box:
    values = [inner(value) for value, _ in branches]
    conditions = ["otherwise" if c is None else f"if {line(c)}" for _, c in branches]
    width = max(value.width for value in values)
    rows = [
        beside(value, text_box(" " * (width - value.width) + f"  {condition}"))
        for value, condition in zip(values, conditions, strict=True)
    ]
    if max(value.height for value in values) == 1 and len(rows) == 1:
        return beside(text_box("{ "), rows[0])
    body = stacked(rows, (sum(row.height for row in rows) - 1) // 2, left=True)
    wall = Box(("⎧", *["⎨"] * (body.height - 2), "⎩"), body.baseline)
    return beside(wall, text_box(" "), body)


def _scripted(node: Scripted, inner: Inner) -> Box:
    base = inner(_atom(node.base))
    below, above = _script_text(node.subs), _script_text(node.sups)
    raisable = base.height > 1
    if below:
        base = _attached(base, below, above=False, raisable=raisable)
    return _attached(base, above, above=True, raisable=raisable) if above else base


def _script_text(items: Sequence[Node]) -> str:
    if all(item == Name("\\prime") for item in items):
        return "′" * len(items)
    return ",".join(_tight(item) for item in items)


def _tight(node: Node) -> str:
    """A script on one line without spaces, and without what stands between single letters anyway."""
    text = line(node)
    return text.replace(" ", "") if len(text) < 12 else text


def _attached(base: Box, script: str, *, above: bool, raisable: bool) -> Box:
    if (little := small(script, above=above)) is not None:
        return _beside_edge(base, little, top=above)
    if raisable:
        return raised(base, text_box(script)) if above else lowered(base, text_box(script))
    mark = "^" if above else "_"
    brackets = "{}" if len(script) == 1 or (script[0] == "(" and script[-1] == ")") else "({})"
    return beside(base, text_box(mark + brackets.format(script)))


def _beside_edge(base: Box, script: str, *, top: bool) -> Box:
    """Script characters at the first or last line of a base, where a reader looks for them."""
    at = 0 if top else base.height - 1
    blank = " " * len(script)
    return Box(tuple(row + (script if k == at else blank) for k, row in enumerate(base.lines)), base.baseline)


def _with_script(sign: Box, wrt: Node | None) -> Box:
    return sign if wrt is None else _attached(sign, _tight(wrt), above=False, raisable=False)
