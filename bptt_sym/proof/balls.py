"""Values in balls: rational sample points, and expressions enclosed at them by `arb`.

A point gives every free symbol a rational value fixed by the symbol's name and the point's number;
defined symbols follow from their definitions. A ball that isn't finite means: not defined here.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Literal, TypeAlias

import sympy as sp
from flint import arb, ctx, fmpq
from sympy import Expr, Symbol

from bptt_sym.limits import ask
from bptt_sym.primitives import relu, step
from bptt_sym.proof.verdict import Theory

Kind: TypeAlias = Literal["free", "sum_y", "one_hot"]
Choice: TypeAlias = tuple[tuple[int, int], ...]
PRIMES = (1009, 1013, 1019, 1021)
UNDEFINED = arb("nan")
ZERO, ONE = arb(0), arb(1)


class Point:
    """One sample point of a theory at one precision, with the values of all symbols asked for so far.

    `kind` says how the target groups are chosen: free of any hypothesis, summing to 1, or one-hot; `hot`
    fixes the place that is 1 in some groups.
    """

    def __init__(self, theory: Theory, kind: Kind, number: int, bits: int, hot: Choice = ()) -> None:
        self.kind, self.number, self.bits = kind, number, bits
        self.theory = theory
        self.targets = _target_values(theory, kind, number, dict(hot))
        self.values: dict[Symbol, arb] = {s: _ball(v) for s, v in self.targets.items()}

    def value(self, expr: Expr) -> arb:
        """The ball of `expr` here; not finite where it is undefined."""
        with ctx.workprec(self.bits):
            try:
                return enclose(expr, self.values)
            except KeyError:
                self._settle(expr)
                return enclose(expr, self.values)

    def rational(self, symbol: Symbol) -> fmpq:
        """The exact coordinate of a free symbol."""
        chosen = self.targets.get(symbol)
        return _coordinate(symbol.name, self.number) if chosen is None else chosen

    def _settle(self, expr: Expr) -> None:
        """Give every symbol of `expr` a value, definitions first, on a stack of our own."""
        values = self.values
        stack: list[tuple[Symbol, Expr]] = []
        for symbol in missing(expr, values):
            stack.append((symbol, symbol))
            while stack:
                ask()
                top, definition = stack[-1]
                if definition is top:
                    found = None if top in self.targets else self.theory.definition(top)
                    if found is None:
                        values[top] = _ball(self.rational(top))
                        stack.pop()
                        continue
                    definition = found
                    stack[-1] = (top, definition)
                needed = missing(definition, values)
                if needed:
                    assert all(self.theory.rank(s) < self.theory.rank(top) for s in needed), "ranks must fall"
                    stack.extend((s, s) for s in needed)
                else:
                    values[top] = enclose(definition, values)
                    stack.pop()


def missing(expr: Expr, values: dict[Symbol, arb]) -> list[Symbol]:
    """The symbols of `expr` without a value, each once, in order of appearance."""
    found: dict[Symbol, None] = {}
    stack = [expr]
    while stack:
        top = stack.pop()
        if isinstance(top, Symbol):
            if top not in values:
                found[top] = None
        else:
            stack.extend(top.args)
    return list(found)


def enclose(expr: Expr, values: dict[Symbol, arb]) -> arb:
    """The ball of `expr` from balls of its symbols."""
    if isinstance(expr, Symbol):
        return values[expr]
    if isinstance(expr, sp.Mul):
        product = ONE
        for factor in expr.args:
            product *= values[factor] if factor.__class__ is Symbol else enclose(factor, values)
        return product
    if isinstance(expr, sp.Add):
        total = ZERO
        for term in expr.args:
            total += values[term] if term.__class__ is Symbol else enclose(term, values)
        return total
    if isinstance(expr, sp.Rational):
        return _ball(fmpq(expr.p, expr.q)) if expr.q != 1 else arb(expr.p)
    if isinstance(expr, sp.Pow):
        return _power(enclose(expr.args[0], values), expr.args[1], values)
    rule = FUNCTIONS.get(expr.func)
    if rule is None:
        return CONSTANTS.get(expr, lambda: UNDEFINED)()
    return rule(enclose(expr.args[0], values))


def _power(base: arb, exponent: Expr, values: dict[Symbol, arb]) -> arb:
    if isinstance(exponent, sp.Integer):
        n = int(exponent)
        if n < 0 and base.contains(0):
            return UNDEFINED
        return base ** n if n >= 0 else 1 / base ** (-n)
    if exponent == sp.S.Half:
        return base.sqrt()
    if exponent.is_Rational and exponent.p > 0 and base.is_zero():
        return arb(0)
    return (enclose(exponent, values) * base.log()).exp()


def _logarithm(a: arb) -> arb:
    return a.log() if a > 0 else UNDEFINED


def _step(a: arb) -> arb:
    return arb(1) if a > 0 else arb(0) if a < 0 else UNDEFINED


def _relu(a: arb) -> arb:
    return a if a > 0 else arb(0) if a < 0 else a.max(arb(0))


FUNCTIONS: dict[type, Callable[[arb], arb]] = {
    sp.exp: lambda a: a.exp(),
    sp.log: _logarithm,
    sp.tanh: lambda a: a.tanh(),
    sp.sin: lambda a: a.sin(),
    sp.cos: lambda a: a.cos(),
    sp.tan: lambda a: a.tan(),
    sp.sinh: lambda a: a.sinh(),
    sp.cosh: lambda a: a.cosh(),
    sp.atan: lambda a: a.atan(),
    sp.Abs: lambda a: abs(a),
    relu: _relu,
    step: _step,
}
CONSTANTS: dict[Expr, Callable[[], arb]] = {
    sp.pi: lambda: arb.pi(),
    sp.E: lambda: arb(1).exp(),
}


def seed_of(text: str) -> int:
    """A number fixed by the text alone, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def _ball(value: fmpq) -> arb:
    return arb(value)


def _coordinate(name: str, number: int) -> fmpq:
    """A rational between 1/8 and 9/8, of either sign except at odd points, where all are positive."""
    seed = seed_of(f"{name}|{number}")
    size = fmpq(126 + seed % 1009, PRIMES[(seed >> 12) % len(PRIMES)])
    return -size if number % 2 == 0 and seed >> 20 & 1 else size


def _target_values(theory: Theory, kind: Kind, number: int, chosen: dict[int, int]) -> dict[Symbol, fmpq]:
    """Values of the targets; one-hot ones go through all places first, then vary independently."""
    values: dict[Symbol, fmpq] = {}
    for g, group in enumerate(theory.targets):
        if kind == "one_hot":
            turn = f"|{number}" if number >= len(group) else ""
            hot = chosen.get(g, (seed_of(group[0].name + turn) + (0 if turn else number)) % len(group))
            values.update((s, fmpq(int(k == hot))) for k, s in enumerate(group))
            continue
        seeds = [seed_of(f"{s.name}|{number}|target") % 1009 for s in group]
        shares = [fmpq(101 + seed, 1013 * len(group)) for seed in seeds]
        if kind == "sum_y":
            shares[-1] = 1 - sum(shares[:-1], fmpq(0))
        values.update(zip(group, shares, strict=True))
    return values
