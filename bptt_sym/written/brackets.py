"""Where brackets must stand so that what is printed reads back as what was meant."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bptt_sym.written import vocabulary as words
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
    walk,
)
from bptt_sym.written.sums import reaches_too_far

_LISTING, _CHAIN, _SUM, _TERM, _PRODUCT, _FACTOR, _BASE = range(7)


def bracketed(node: Node) -> Node:
    """The node with a Paren wherever its written form would otherwise read as something else."""
    return _fit(node, _LISTING, tail=True)


def _level(node: Node) -> int:
    """The loosest place where the node can stand without a bracket."""
    match node:
        case Listing():
            return _LISTING
        case Chain():
            return _CHAIN
        case Add() | Negate():
            return _SUM
        case Circled():
            return _TERM
        case Product():
            return _PRODUCT
        case Big() | Nabla() | Differential() | Ellipsis_() | Cases():
            return _FACTOR
        case Quotient():
            return _PRODUCT if node.slash else _BASE
        case Number() | Name() | Scripted() | Paren() | Norm() | Apply() | Derivative() | Matrix() | Struck():
            return _BASE
        case _:
            assert_never(node)


def _fit(node: Node, least: int, *, tail: bool) -> Node:
    """The node for a place that takes level `least`; `tail`: nothing that binds tighter follows."""
    inside = _rebuilt(node, tail=tail)
    if _level(inside) < least or (not tail and _is_open_ended(inside)):
        return Paren(_rebuilt(node, tail=True))
    return inside


def _fits(nodes: tuple[Node, ...], least: int) -> tuple[Node, ...]:
    return tuple(_fit(node, least, tail=True) for node in nodes)


def _is_open_ended(node: Node) -> bool:
    """Whether something that follows would be read as part of the node."""
    match node:
        case Big():
            return True
        case Nabla(body=body) | Differential(body=body) | Negate(body=body):
            return _is_open_ended(body)
        case Product(factors=factors) | Circled(factors=factors):
            return _is_open_ended(factors[-1])
        case Derivative(body=None):
            return True
        case Name() | Scripted():
            return is_function(node)
        case _:
            return False


def is_function(node: Node) -> bool:
    """Whether the node is the bare name of a known function, which takes what follows as its argument."""
    name = node.base if isinstance(node, Scripted) else node
    if not isinstance(name, Name) or name.accents or len(name.base) == 1:
        return False
    return name.base.lstrip("\\") in words.FUNCTION_WORDS


def _rebuilt(node: Node, *, tail: bool) -> Node:
    """The node with its parts fitted to the places they stand in."""
    match node:
        case Number() | Name() | Ellipsis_():
            return node
        case Scripted():
            base = node.base if is_function(node.base) else _fit(node.base, _BASE, tail=False)
            return replace(node, base=base, subs=_fits(node.subs, _CHAIN), sups=_fits(node.sups, _CHAIN))
        case Paren() | Norm():
            return replace(node, body=_fit(node.body, _LISTING, tail=True))
        case Listing():
            return replace(node, items=_fits(node.items, _CHAIN))
        case Apply():
            function = (
                node.function if isinstance(node.function, Name) else _rebuilt(node.function, tail=True)
            )
            assert isinstance(function, Name | Scripted)
            return replace(node, function=function, argument=_fit(node.argument, _LISTING, tail=True))
        case Negate():
            return replace(node, body=_fit(node.body, _TERM, tail=tail))
        case Add():
            last = len(node.terms) - 1
            return replace(node, terms=tuple(_summand(term, k == last) for k, term in enumerate(node.terms)))
        case Product():
            return _product(node, tail=tail)
        case Circled():
            last = len(node.factors) - 1
            factors = tuple(
                _signed(factor, _PRODUCT, tail=tail and k == last, allowed=k > 0)
                for k, factor in enumerate(node.factors)
            )
            return replace(node, factors=factors)
        case Quotient():
            return _quotient(node)
        case Big() | Nabla() | Differential() | Derivative():
            return _reaching(node, tail=tail)
        case Matrix():
            return replace(node, rows=tuple(_fits(row, _CHAIN) for row in node.rows))
        case Cases():
            branches = tuple(
                (_fit(value, _CHAIN, tail=True), None if condition is None else _condition(condition))
                for value, condition in node.branches
            )
            return replace(node, branches=branches)
        case Struck():
            return replace(node, body=_fit(node.body, _CHAIN, tail=True))
        case Chain():
            return replace(node, items=tuple(_fit_side(item) for item in node.items))
        case _:
            assert_never(node)


def _condition(chain: Chain) -> Chain:
    """A chain fitted to stand in a script or a table, where commas end it."""
    return replace(chain, items=_fits(chain.items, _SUM))


def _fit_side(node: Node) -> Node:
    r"""A side of a chain; a plain list may stand there (`t = 1, \dots, \tau`)."""
    return _rebuilt(node, tail=True) if isinstance(node, Listing) else _fit(node, _SUM, tail=True)


def _summand(node: Node, last: bool) -> Node:
    if isinstance(node, Negate):
        return Negate(Paren(node.body)) if is_function(node.body) and not last else _rebuilt(node, tail=True)
    if is_function(node) and not last:
        return Paren(node)
    return _fit(node, _TERM, tail=True)


def _signed(node: Node, least: int, *, tail: bool, allowed: bool) -> Node:
    """A factor that may carry a minus sign of its own where `allowed`."""
    if isinstance(node, Negate) and allowed:
        return replace(node, body=_fit(node.body, least, tail=tail))
    return _fit(node, least, tail=tail)


def _product(node: Product, *, tail: bool) -> Node:
    factors: list[Node] = []
    last = len(node.factors) - 1
    for k, factor in enumerate(node.factors):
        sign_allowed = k == last and tail and k > 0 and node.operators[k - 1] != ""
        fitted = _signed(factor, _FACTOR, tail=tail and k == last, allowed=sign_allowed)
        if k > 0 and node.operators[k - 1] == "" and _runs_into(factors[-1], fitted):
            fitted = Paren(fitted)
        if (
            k < last
            and _is_word(fitted)
            and isinstance(node.factors[k + 1], Paren)
            and node.operators[k] == ""
        ):
            fitted = Paren(fitted)
        factors.append(fitted)
    return replace(node, factors=tuple(factors))


def _is_word(node: Node) -> bool:
    """Whether a bracket after the node would be read as the argument of a call."""
    if not isinstance(node, Name) or node.accents:
        return False
    return node.base == "1" or (len(node.base) > 1 and node.base.isalpha())


def _runs_into(before: Node, after: Node) -> bool:
    """Whether two factors side by side read as something else: two numbers, a struck term with a sign."""
    if isinstance(after, Struck):
        body = after.body
        return isinstance(body, Negate) or (isinstance(body, Add) and isinstance(body.terms[0], Negate))
    first = after.base if isinstance(after, Scripted) else after
    last = before.base if isinstance(before, Scripted) else before
    return isinstance(last, Number) and isinstance(first, Number)


def _quotient(node: Quotient) -> Node:
    if node.slash:
        above = _fit(node.numerator, _PRODUCT, tail=False)
        below = _fit(node.denominator, _BASE, tail=False)
        plain = isinstance(node.denominator, Number | Name | Scripted | Paren) and not isinstance(above, Quotient)
        if plain and not any(
            isinstance(side, Differential) or _begins_with_d(side) for side in (above, below)
        ):
            return replace(node, numerator=above, denominator=below)
    above, below = _fit(node.numerator, _CHAIN, tail=True), _fit(node.denominator, _CHAIN, tail=True)
    if _begins_with_d(above) and _begins_with_d(below):
        above = Paren(above)
    return replace(node, numerator=above, denominator=below, slash=False)


def _may_follow_d(node: Node) -> bool:
    """Whether a d before the node reads as a differential: before a number it doesn't."""
    match node:
        case Number() | Ellipsis_() | Negate():
            return False
        case Product(factors=parts) | Circled(factors=parts):
            return _may_follow_d(parts[0])
        case Scripted(base=first) | Quotient(slash=True, numerator=first):
            return _may_follow_d(first)
        case _:
            return True


def _begins_with_d(node: Node) -> bool:
    match node:
        case Name(base="d", accents=()):
            return True
        case Product(factors=parts) | Circled(factors=parts) | Add(terms=parts):
            return _begins_with_d(parts[0])
        case Negate(body=body):
            return _begins_with_d(body)
        case _:
            return False


def _reaching(node: Big | Nabla | Differential | Derivative, *, tail: bool) -> Node:
    """What takes its operand from what follows it."""
    match node:
        case Big():
            body = _signed(node.body, _TERM, tail=tail, allowed=True)
            if node.kind == "prod" and reaches_too_far(body, node.indices):
                body = Paren(body)
            bounds = (node.lower, node.upper)
            lower, upper = (None if bound is None else _fit(bound, _SUM, tail=True) for bound in bounds)
            conditions = tuple(_condition(condition) for condition in node.conditions)
            return replace(node, lower=lower, upper=upper, conditions=conditions, body=body)
        case Nabla():
            wrt = None if node.wrt is None else _fit(node.wrt, _LISTING, tail=True)
            operand = _fit(node.body, _FACTOR, tail=tail)
            return replace(node, wrt=wrt, body=Paren(operand) if _is_number(operand) else operand)
        case Differential():
            operand = _fit(node.body, _FACTOR, tail=tail)
            return replace(node, body=operand if node.symbol != "d" or _may_follow_d(operand) else Paren(operand))
        case Derivative():
            body_of = None if node.body is None else _signed(node.body, _TERM, tail=True, allowed=True)
            if node.symbol == "d" and body_of is not None and not _may_follow_d(body_of):
                body_of = Paren(body_of)
            return replace(node, body=body_of, wrt=tuple(_wrt(item, len(node.wrt)) for item in node.wrt))
        case _:
            assert_never(node)


def _is_number(node: Node) -> bool:
    """Whether numbers are all that the node is made of."""
    return all(isinstance(part, Number | Quotient | Scripted) for part in walk(node))


def _wrt(node: Node, order: int) -> Node:
    """What is differentiated by; a power on it would be read as the order of a second derivative."""
    fitted = _fit(node, _BASE, tail=False)
    if order > 1 and isinstance(fitted, Scripted) and fitted.sups:
        last = fitted.sups[-1]
        number = last.factors[-1] if isinstance(last, Product) else last
        return Paren(fitted) if isinstance(number, Number) else fitted
    return Paren(fitted) if isinstance(fitted, Number | Quotient) else fitted
