"""Building syntax: sums, products and quotients with the brackets and the order a person would write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from fractions import Fraction

from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Chain,
    Circled,
    Derivative,
    Matrix,
    Nabla,
    Name,
    Negate,
    Node,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
    transform,
    walk,
)

ONE = Number("1")
ZERO = Number("0")
TRANSPOSE = Name("\\top")


def plus(terms: Iterable[Node]) -> Node:
    """A sum, zeros left out and inner sums joined."""
    flat: list[Node] = []
    for term in terms:
        inner = bare(term)
        if isinstance(inner, Add):
            flat.extend(inner.terms)
        elif inner != ZERO:
            flat.append(term if isinstance(term, Paren) and isinstance(inner, Negate) and flat == [] else inner)
    if not flat:
        return ZERO
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def minus(term: Node) -> Node:
    """The opposite; of an opposite, the term itself."""
    inner = bare(term)
    if isinstance(inner, Negate):
        return inner.body
    if inner == ZERO:
        return ZERO
    return Negate(bracketed(inner) if isinstance(inner, Add) else inner)


def times(factors: Iterable[Node], operator: str = "") -> Node:
    """A product: ones left out, signs in front, inner products joined, sums bracketed."""
    flat: list[Node] = []
    negative = False
    number = Fraction(1)
    for factor in factors:
        inner = bare(factor)
        if isinstance(inner, Negate):
            negative = not negative
            inner = bare(inner.body)
        if inner == ZERO:
            return ZERO
        value = rational(inner)
        if value is not None:
            number *= value
            continue
        flat.extend(inner.factors if isinstance(inner, Product) and not operator else [bracketed(inner)])
    number, flat = _reduced(number, flat)
    if number != 1:
        flat.insert(0, fraction(number))
    inverse = next((f for f in flat if isinstance(f, Quotient) and f.numerator == ONE and rational(f) is None), None)
    if not flat:
        result: Node = ONE
    elif inverse is not None and len(flat) > 1 and not operator:
        result = over(times(f for f in flat if f is not inverse), inverse.denominator)
    elif len(flat) == 1:
        result = bare(flat[0])
    else:
        result = Product(tuple(_sums_last(flat)), (operator,) * (len(flat) - 1))
    return minus(result) if negative else result


def _reduced(number: Fraction, factors: list[Node]) -> tuple[Fraction, list[Node]]:
    """A number against the divisor of a quotient beside it, where they cancel: 2 times λ/2 is λ."""
    kept: list[Node] = []
    for factor in factors:
        below = rational(factor.denominator) if isinstance(factor, Quotient) else None
        if isinstance(factor, Quotient) and below is not None and (number / below).denominator == 1 and number != 1:
            number /= below
            kept.append(bracketed(factor.numerator))
        else:
            kept.append(factor)
    return number, kept


def _sums_last(factors: list[Node]) -> list[Node]:
    """A sum sign takes all that follows it, so it stands last or in brackets; a gradient is bracketed likewise."""
    last = len(factors) - 1
    return [Paren(f) if isinstance(f, Big | Nabla) and k < last else f for k, f in enumerate(factors)]


def over(numerator: Node, denominator: Node) -> Node:
    """A quotient, signs in front."""
    top = bare(numerator)
    if isinstance(top, Negate):
        return minus(over(top.body, denominator))
    if top == ZERO or bare(denominator) == ONE:
        return top
    if isinstance(top, Quotient) and rational(top) is None:
        return over(top.numerator, times((denominator, top.denominator)))
    below = bare(denominator)
    number = isinstance(below, Product) and isinstance(below.factors[0], Number)
    if isinstance(below, Product) and number and isinstance(top, Product) and not any(below.operators):
        front = Quotient(ONE, below.factors[0])
        return over(times((front, top)), times(below.factors[1:]))
    value = rational(below)
    if value is not None and isinstance(top, Product) and rational(top.factors[0]) is not None:
        return times((fraction(1 / value), *top.factors))
    return Quotient(top, bare(denominator))


def rational(node: Node) -> Fraction | None:
    """The value of a literal number or of a quotient of two."""
    match node:
        case Number(text):
            return Fraction(text)
        case Quotient(Number(top), Number(bottom)):
            return Fraction(top) / Fraction(bottom)
        case _:
            return None


def fraction(value: Fraction) -> Node:
    """A positive number as it is written."""
    top = Number(str(value.numerator))
    return top if value.denominator == 1 else Quotient(top, Number(str(value.denominator)))


def bracketed(node: Node) -> Node:
    """In brackets where it would fall apart as a factor."""
    return Paren(node) if isinstance(node, Add | Negate | Circled) else node


def bare(node: Node) -> Node:
    """Without its round brackets."""
    while isinstance(node, Paren) and node.open == "(" and not isinstance(node.body, Chain):
        node = node.body
    return node


def power(base: Node, exponent: str) -> Node:
    """A power, the base in brackets unless it is a single unscripted letter."""
    return Scripted(base if isinstance(base, Name | Paren) else Paren(base), (), (Number(exponent),))


def transposed(node: Node) -> Node:
    """Rows for columns: of a name by a script, of anything else in brackets; a transpose twice is none."""
    match node:
        case Scripted(base, subs, sups) if sups and sups[-1] == TRANSPOSE:
            return Scripted(base, subs, sups[:-1]) if subs or sups[:-1] else base
        case Name():
            return Scripted(node, (), (TRANSPOSE,))
        case Scripted(Name() as base, subs, ()):
            return Scripted(base, subs, (TRANSPOSE,))
        case Scripted(Name() as base, subs, (step,)):
            return Scripted(base, subs, (Product((step, TRANSPOSE), ("",)),))
        case Apply(Name("diag"), _):
            return node
        case _:
            return Scripted(Paren(bare(node)), (), (TRANSPOSE,))


def call(function: str, argument: Node) -> Node:
    r"""A known function of an argument: `\exp(a)`."""
    return Apply(Name(function), bare(argument))


def derivative(of: Node, by: Node) -> Node:
    """∂of/∂by."""
    return Derivative(of, (by,))


def nabla(by: Node, of: Node) -> Node:
    """∇_by of."""
    return Nabla(by, of)


def column(entries: Iterable[Node]) -> Node:
    """A column written out."""
    return Matrix(tuple((bare(entry),) for entry in entries))


def matrix(rows: Iterable[Iterable[Node]]) -> Node:
    """A matrix written out."""
    return Matrix(tuple(tuple(bare(entry) for entry in row) for row in rows))


def total(letter: str, upper: Node, body: Node, lower: Node = ONE) -> Node:
    r"""`\sum_{letter=1}^{upper} body`."""
    return Big("sum", (Name(letter),), lower, upper, (), bracketed(bare(body)))


def struck(node: Node, colour: str = "red") -> Node:
    """A factor with a stroke through it."""
    return Struck(node, colour)


def replaced(node: Node, changes: Mapping[Node, Node]) -> Node:
    """Every occurrence of a node exchanged, outermost first."""
    if node in changes:
        return changes[node]
    return rebuilt(node, lambda part: replaced(part, changes))


def rebuilt(node: Node, function: Callable[[Node], Node]) -> Node:
    """`node` with the function applied to its direct parts."""
    changed = {f.name: _part(getattr(node, f.name), function) for f in fields(node) if f.name != "span"}
    result: Node = replace(node, **changed)  # type: ignore[arg-type]
    return result


def _part(value: object, function: Callable[[Node], Node]) -> object:
    if isinstance(value, tuple):
        return tuple(_part(item, function) for item in value)
    return function(value) if hasattr(value, "span") else value  # type: ignore[arg-type]


def bound(node: Node, values: Mapping[str, Node]) -> Node:
    """Index letters exchanged for numbers or other letters: `w_{ij}` at i = 1, j = 2 is `w_{12}`."""

    def change(part: Node) -> Node:
        if isinstance(part, Name) and not part.accents and part.base in values:
            return values[part.base]
        if isinstance(part, Scripted):
            return Scripted(part.base, tuple(item for s in part.subs for item in _joined(s)), part.sups)
        return part

    return transform(node, change)


def _joined(script: Node) -> tuple[Node, ...]:
    """`1` `2` side by side are the subscript 12; from 10 up they need a comma between them."""
    if isinstance(script, Product) and not any(script.operators):
        numbers = [f for f in script.factors if isinstance(f, Number)]
        if any(len(n.text) > 1 for n in numbers):
            return script.factors
        if len(numbers) == len(script.factors):
            return (Number("".join(n.text for n in numbers)),)
    return (script,)


def letters_in(node: Node) -> set[str]:
    """Every bare letter that occurs."""
    return {part.base for part in walk(node) if isinstance(part, Name)}


def offset(node: Node) -> tuple[Node | None, int]:
    """A step or index as a letter and a number beside it: t + 1 is (t, 1), 3 is (None, 3)."""
    match node:
        case Number(text):
            return None, int(text)
        case Add((base, Number(text))):
            return base, int(text)
        case Add((base, Negate(Number(text)))):
            return base, -int(text)
        case _:
            return node, 0


def moved(node: Node, by: int) -> Node:
    """A step or index further on: t - 1 moved by 1 is t."""
    base, shift = offset(node)
    shift += by
    if base is None:
        return Number(str(shift))
    return base if shift == 0 else Add((base, Number(str(shift)) if shift > 0 else Negate(Number(str(-shift)))))


def at_step(node: Node, letter: Node, step: Node) -> Node:
    """An expression written for step t, at another step: t - 1 at t + 1 is t."""
    if step == letter:
        return node
    base, shift = offset(node) if isinstance(node, Add | Name) else (None, 0)
    if base == letter:
        return moved(step, shift)
    return rebuilt(node, lambda part: at_step(part, letter, step))
