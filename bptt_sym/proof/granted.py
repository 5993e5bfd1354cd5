"""The laws a replay grants: one function a law, True where the rewrite follows from it.

Each gets the replay so far, the symbol rewritten and its new value; its docstring is the theorem.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import sympy as sp
from sympy import Expr, Symbol

from bptt_sym.primitives import BY_NAME, Primitive, relu, step
from bptt_sym.proof.signs import is_positive
from bptt_sym.proof.terms import hyperbolic_template, is_function_term

if TYPE_CHECKING:
    from bptt_sym.proof.replaying import Replay


def is_name(symbol: Symbol) -> bool:
    """Whether a symbol is spelled as only certificates spell names."""
    name: str = symbol.name
    return name.startswith("⟨")


def _name(run: Replay, symbol: Symbol, term: Expr) -> bool:
    """A new symbol may stand for any term."""
    return bool(run.terms[symbol] == term)


def _definition(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """The theory's own assignment."""
    same = bool(run.theory.definition(symbol) == value)
    return same and not any(is_name(s) for s in value.free_symbols)


def _hypothesis(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """The last of a target group is 1 minus the others."""
    return run.certificate.given != "" and any(
        symbol == group[-1] and run.equal(value, 1 - sp.Add(*group[:-1])) for group in run.theory.targets
    )


def _case(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """A target is 0 or 1 in a case; `_cases_hold` sees to it that all cases are there."""
    return run.by_cases and any(symbol in group for group in run.theory.targets) and value in (0, 1)


def _normalised(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """The last of a normalised row is 1 minus the others."""
    found = run.applied(symbol)
    if found is None or isinstance(BY_NAME[found.primitive], Primitive) or symbol != found.outputs[-1]:
        return False
    return bool(value == 1 - sp.Add(*found.outputs[:-1]))


def _exponents(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """exp(Σ k u) = Π exp(u)^k."""
    term = run.term(symbol)
    total: Expr = sp.Integer(0)
    for factor in sp.Mul.make_args(value):
        base, k = factor.as_base_exp()
        inner = run.terms.get(base)
        if factor == 1:
            continue
        if inner is None or not _is_exp(inner) or not k.is_Rational:
            return False
        total += k * _exp_argument(inner)
    return term is not None and _is_exp(term) and run.equal(_exp_argument(term), total)


def _exponential(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """exp(k a) is a primitive's law at its value, Z·(a value of a normalised row), or x for k a = ln x."""
    term = run.term(symbol)
    return term is not None and _is_exp(term) and (
        _exponential_of_row(run, _exp_argument(term), value)
        or _elementwise_law(run, _exp_argument(term), value, power=1)
        or _exponential_of_logarithm(run, _exp_argument(term), value)
    )


def _exponential_of_row(run: Replay, argument: Expr, value: Expr) -> bool:
    for output in value.free_symbols & run.applications.keys():
        found = run.applied(output)
        if found is None or isinstance(BY_NAME[found.primitive], Primitive):
            continue
        z = run.names.get(sp.Add(*[sp.exp(a) for a in found.inputs]))
        place = found.outputs.index(output)
        if z is not None and value == z * output and run.equal(argument, found.inputs[place]):
            return True
    return False


def _elementwise_law(run: Replay, argument: Expr, value: Expr, *, power: int) -> bool:
    for output in value.free_symbols & run.applications.keys():
        found = run.applied(output)
        row = None if found is None else BY_NAME[found.primitive]
        if found is not None and isinstance(row, Primitive) and row.exponential is not None:
            k, law = row.exponential
            if k == power and value == law(output) and run.equal(argument, found.inputs[0]):
                return True
    return False


def _exponential_of_logarithm(run: Replay, argument: Expr, value: Expr) -> bool:
    return any(
        isinstance(term, sp.log) and argument == name and run.equal(value, term.args[0])
        for name, term in run.terms.items()
    )


def _power(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """exp(a)^k is the law of a primitive with exp(k a); cos² = 1 − sin². Admitted as a relation."""
    term = run.term(symbol)
    if term is None:
        return False
    if _is_exp(term):
        for k in (2, 3, 4):
            if _elementwise_law(run, _exp_argument(term), value, power=k):
                run.relations[symbol] = (k, value)
                return True
        return False
    if isinstance(term, sp.cos):
        for sine in value.free_symbols:
            other = run.terms.get(sine)
            if isinstance(other, sp.sin) and value == 1 - sine**2 and run.equal(other.args[0], term.args[0]):
                run.relations[symbol] = (2, value)
                return True
    return False


def _logarithm(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """Ln Π x^c = Σ c ln x, all x but one certified positive, that one to an odd power; ln exp(u) = u."""
    term = run.term(symbol)
    if not isinstance(term, sp.log):
        return False
    whole: Expr = sp.Integer(1)
    uncertified = 0
    for summand in sp.Add.make_args(value):
        found = _exponentiated(run, summand)
        if found is None:
            return False
        x, c = found
        if not is_positive(run, x):
            uncertified += 1 if c.is_Integer and c % 2 == 1 else 2
        whole *= sp.Pow(x, c, evaluate=False)
    return uncertified <= 1 and run.equal(term.args[0], whole)


def _exponentiated(run: Replay, summand: Expr) -> tuple[Expr, Expr] | None:
    """(x, c) with summand = c ln x, x under a ln that has a name or an exp that has one."""
    if summand == 0:
        return sp.Integer(1), sp.Integer(1)
    c, rest = summand.as_coeff_Mul()
    inner = run.terms.get(rest)
    if isinstance(inner, sp.log):
        return inner.args[0], c
    for name, term in run.terms.items():
        if _is_exp(term) and (summand / _exp_argument(term)).is_Rational:
            return name, summand / _exp_argument(term)
    return None


def _congruence(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """f(p) = ±f(q) where p = ±q, by the parity of f."""
    term = run.term(symbol)
    sign, other = value.as_coeff_Mul()
    known = run.term(other) if isinstance(other, Symbol) else None
    if value.is_Rational and term is not None and not isinstance(term, sp.Pow):
        return bool(run.equal(term.args[0], sp.Integer(0)) and term.func(sp.Integer(0)) == value)
    if term is None or known is None or term.func != known.func or sign not in (1, -1):
        return False
    if not is_function_term(term):
        return False
    if sign == 1 and all(run.equal(a, b) for a, b in zip(term.args, known.args, strict=True)):
        return True
    opposite = len(term.args) == 1 and run.equal(term.args[0], -known.args[0])
    odd = isinstance(term, (sp.tanh, sp.sin, sp.tan, sp.sinh, sp.atan))
    even = isinstance(term, (sp.cos, sp.cosh, sp.Abs))
    return opposite and ((odd and sign == -1) or (even and sign == 1))


def _step(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """step(c p) = step(p) for c > 0, 1 − step(p) for c < 0."""
    term = run.term(symbol)
    if not isinstance(term, step):
        return False
    if value.is_Rational:
        c = run.ratio(term.args[0], sp.Integer(1))
        return c is not None and c != 0 and bool(value == (1 if c > 0 else 0))
    name = next(iter(value.free_symbols))
    inner = run.terms.get(name)
    if not isinstance(inner, step) or value not in (name, 1 - name):
        return False
    c = run.ratio(term.args[0], inner.args[0])
    return c is not None and bool(c > 0 if value == name else c < 0)


def _relu(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """relu(p) = p step(p), or p (1 − step(−p))."""
    term = run.term(symbol)
    if not isinstance(term, relu):
        return False
    p = term.args[0]
    for name, inner in list(run.terms.items()):
        if isinstance(inner, step):
            c = run.ratio(p, inner.args[0])
            if c is not None and c != 0 and run.equal(value, p * name if c > 0 else p * (1 - name)):
                return True
    return run.equal(p, sp.Integer(0)) and value == 0


def _hyperbolic(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """tanh, sinh and cosh by exp of their argument."""
    term = run.term(symbol)
    if not isinstance(term, (sp.tanh, sp.sinh, sp.cosh)):
        return False
    for e in value.free_symbols:
        inner = run.terms.get(e)
        if inner is not None and _is_exp(inner) and value == hyperbolic_template(term.func.__name__, e):
            return run.equal(_exp_argument(inner), term.args[0])
    return False


def _root(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """p^(n/q) is what is not negative and has the q-th power p^n; what stands under a root isn't negative."""
    term = run.term(symbol)
    if not isinstance(term, sp.Pow) or not term.args[1].is_Rational:
        return False
    n, q = int(term.args[1].p), int(term.args[1].q)
    return _not_negative(run, term, value) and run.equal(sp.Pow(value, q), sp.Pow(term.args[0], n))


def _not_negative(run: Replay, term: Expr, value: Expr) -> bool:
    """Whether value is a product of roots, certified positive factors and powers of what is under a root."""
    roots = [s for s in sorted(value.free_symbols, key=str) if _is_root(run.terms.get(s))]
    under = [term.args[0], *(run.terms[s].args[0] for s in roots)]
    powers = [e**k for e in under for k in (1, -1, 2, -2, 3, -3)]
    if isinstance(value, sp.Add):
        return any(run.equal(value, s * e) for s in roots for e in powers)
    rest = sp.Mul(*[
        f for f in sp.Mul.make_args(value)
        if f.as_base_exp()[0] not in roots and not is_positive(run, f.as_base_exp()[0])
    ])
    return rest == 1 or any(run.equal(rest, e) for e in powers)


def _is_root(term: Expr | None) -> bool:
    return isinstance(term, sp.Pow) and bool(term.args[1].is_Rational)


def _power_by_exp(run: Replay, symbol: Symbol, value: Expr) -> bool:
    """p^q = exp(q ln p): what a power means where the exponent varies."""
    term, whole = run.term(symbol), run.terms.get(value)
    if not isinstance(term, sp.Pow) or whole is None or not _is_exp(whole):
        return False
    for name, inner in run.terms.items():
        if (
            isinstance(inner, sp.log)
            and run.equal(inner.args[0], term.args[0])
            and run.equal(_exp_argument(whole), term.args[1] * name)
        ):
            return True
    return False


def _is_exp(term: Expr) -> bool:
    return isinstance(term, sp.exp) or term is sp.E


def _exp_argument(term: Expr) -> Expr:
    return term.args[0] if term.args else sp.Integer(1)


LAWS: dict[str, Callable[[Replay, Symbol, Expr], bool]] = {
    "name": _name, "definition": _definition, "hypothesis": _hypothesis, "case": _case,
    "normalised": _normalised, "exponents": _exponents, "exponential": _exponential, "power": _power,
    "logarithm": _logarithm, "congruence": _congruence, "step": _step, "relu": _relu,
    "hyperbolic": _hyperbolic, "root": _root, "power_by_exp": _power_by_exp,
}
