"""Replay a certificate: check each rewrite against the theory and its law, then that nothing is left.

Shares with the prover only the table of primitives and the bounds of certified signs; polynomials are FLINT's
fractions here, definitions are compared letter by letter.
"""

from __future__ import annotations

from itertools import product

import sympy as sp
from flint import fmpq
from sympy import Expr, Symbol

from bptt_sym.primitives import step
from bptt_sym.proof.fractions import Field, FieldFull, Fraction
from bptt_sym.proof.granted import LAWS, is_name
from bptt_sym.proof.laws import meaning_agrees
from bptt_sym.proof.signs import is_positive
from bptt_sym.proof.verdict import AppliedPrimitive, Certificate, Rewrite, Theory


class Rejected(Exception):
    """A rewrite that no law grants."""


def replay(certificate: Certificate, theory: Theory) -> bool:
    """Whether the certificate shows lhs = rhs under its hypothesis; False for any step that isn't granted."""
    try:
        if certificate.cases:
            return _cases_hold(certificate, theory)
        return Replay(certificate, theory).holds()
    except (Rejected, ZeroDivisionError, RecursionError, FieldFull):
        return False


def _cases_hold(certificate: Certificate, theory: Theory) -> bool:
    """Whether the cases cover all one-hot choices of some groups, each holding or without meaning."""
    sides = (certificate.lhs, certificate.rhs)
    if certificate.given != "one_hot" or certificate.rewrites:
        return False
    first = {s for s, _ in _units(certificate.cases[0], theory)}
    groups = [group for group in theory.targets if first & set(group)]
    wanted = {
        frozenset((s, int(k == hot)) for g, hot in zip(groups, choice, strict=True) for k, s in enumerate(g))
        for choice in product(*(range(len(g)) for g in groups))
    }
    shown = {_units(case, theory) for case in certificate.cases if (case.lhs, case.rhs) == sides}
    outcomes = [_case_outcome(case, theory) for case in certificate.cases]
    return bool(groups) and shown == wanted and None not in outcomes and True in outcomes


def _units(case: Certificate, theory: Theory) -> frozenset[tuple[Symbol, int]]:
    targets = {s for group in theory.targets for s in group}
    values = [(r.symbol, r.replacement) for r in case.rewrites if r.law == "case"]
    if any(s not in targets or v not in (0, 1) for s, v in values):
        raise Rejected
    return frozenset((s, int(v)) for s, v in values)


def _case_outcome(case: Certificate, theory: Theory) -> bool | None:
    """True where the case holds, False where a divisor is 0 in it, None where it fails."""
    run = Replay(case, theory, by_cases=True)
    try:
        return True if run.holds() else None
    except ZeroDivisionError:
        return False


class Replay:
    """The state of one replay: names given, values granted, relations granted."""

    def __init__(self, certificate: Certificate, theory: Theory, *, by_cases: bool = False) -> None:
        self.certificate, self.theory, self.by_cases = certificate, theory, by_cases
        self.terms: dict[Symbol, Expr] = {}
        self.names: dict[Expr, Symbol] = {}
        self.granted: dict[Symbol, Expr] = {}
        self.relations: dict[Symbol, tuple[int, Expr]] = {}
        self.one_hot = certificate.given == "one_hot" and not by_cases
        self._memo: dict[Symbol, Fraction] = {}
        self._open: set[Symbol] = set()
        self.applications = {s: a for a in theory.applications for s in a.outputs}
        self._take_names()
        self.field = Field(self._universe())

    def _universe(self) -> set[Symbol]:
        exprs = [self.certificate.lhs, self.certificate.rhs]
        exprs += [r.replacement for r in self.certificate.rewrites]
        found = {r.symbol for r in self.certificate.rewrites}
        for e in exprs:
            found |= e.free_symbols
        for output in found & self.applications.keys():
            found |= set(self.applications[output].inputs)
        return found

    def _take_names(self) -> None:
        """Admit the names: each new, for a term over symbols and earlier names."""
        used = self.certificate.lhs.free_symbols | self.certificate.rhs.free_symbols
        for rewrite in self.certificate.rewrites:
            if rewrite.law == "name":
                symbol, term = rewrite.symbol, rewrite.replacement
                earlier = all(s in self.terms for s in term.free_symbols if is_name(s))
                fresh = symbol not in self.terms and symbol not in used
                known = term in self.names or self.theory.definition(symbol) is not None
                if not (is_name(symbol) and fresh and earlier) or known:
                    raise Rejected
                self.terms[symbol] = term
                self.names[term] = symbol

    def holds(self) -> bool:
        """Whether every rewrite is granted and the sides agree after them."""
        for rewrite in self.certificate.rewrites:
            self._admit(rewrite)
        return self.equal(self.certificate.lhs, self.certificate.rhs)

    def _admit(self, rewrite: Rewrite) -> None:
        check = LAWS.get(rewrite.law)
        if check is None or not check(self, rewrite.symbol, rewrite.replacement):
            raise Rejected
        if rewrite.law not in ("name", "power"):
            if rewrite.symbol in self.granted:
                raise Rejected
            self.granted[rewrite.symbol] = rewrite.replacement
            self._memo.clear()

    def value(self, expr: Expr) -> Fraction:
        """The rational function that `expr` is after the rewrites so far."""
        if isinstance(expr, Symbol):
            return self._value_of(expr)
        if isinstance(expr, sp.Rational):
            return self.field.number(fmpq(expr.p, expr.q))
        if isinstance(expr, sp.Pow) and isinstance(expr.args[1], sp.Integer):
            return self.value(expr.args[0]).power(int(expr.args[1]))
        if isinstance(expr, (sp.Add, sp.Mul)):
            values = [self.value(a) for a in expr.args]
            total = values[0]
            for other in values[1:]:
                total = total + other if isinstance(expr, sp.Add) else total * other
            return total
        name = self.names.get(expr)
        if name is None and (split := self._split_root(expr)) is not None:
            return self.value(split)
        if name is None:
            name = self.names[expr] = _implicit(expr)
            self.terms[name] = expr
        return self._value_of(name)

    def _value_of(self, symbol: Symbol) -> Fraction:
        known = self._memo.get(symbol)
        if known is not None:
            return known
        if symbol in self._open:
            raise Rejected
        replacement = self.granted.get(symbol)
        if replacement is None:
            replacement = self._split_root(self.terms.get(symbol))
        if replacement is None:
            return self.field.symbol(symbol)
        self._open.add(symbol)
        known = self._memo[symbol] = self.value(replacement)
        self._open.discard(symbol)
        return known

    def _split_root(self, term: Expr | None) -> Expr | None:
        """A root of what was granted a value, or of a product of certified positive factors, by parts."""
        if not isinstance(term, sp.Pow) or not term.args[1].is_Rational:
            return None
        base, k = term.args
        if k.p != 1:
            return sp.Pow(sp.Pow(base, sp.Rational(1, k.q), evaluate=False), k.p, evaluate=False)
        if isinstance(base, Symbol):
            granted = self.granted.get(base)
            return None if granted is None else sp.Pow(granted, k, evaluate=False)
        factors = [f.as_base_exp() for f in sp.Mul.make_args(base)]
        if factors == [(base, 1)] or not all(is_positive(self, b) and e.is_Integer for b, e in factors):
            return None
        return sp.Mul(*[sp.Pow(sp.Pow(b, k, evaluate=False), e, evaluate=False) for b, e in factors],
                      evaluate=False)

    def equal(self, a: Expr, b: Expr) -> bool:
        """Whether two expressions agree after the rewrites and relations so far."""
        x, y = self.value(a), self.value(b)
        p = x.over * y.under - y.over * x.under
        before = None
        while p and p != before:
            before = p
            for symbol, (q, replacement) in self._relations(p):
                p = self.field.lower(p, symbol, q, self.value(replacement))
            if self.one_hot:
                for group in self.theory.targets:
                    p = self.field.one_hot(p, group)
        return not p

    def _relations(self, p: object) -> list[tuple[Symbol, tuple[int, Expr]]]:
        found = dict(self.relations)
        for symbol, term in self.terms.items():
            if isinstance(term, step):
                found[symbol] = (2, symbol)
            elif isinstance(term, sp.Pow) and isinstance(term.args[1], sp.Rational) and term.args[1].p == 1:
                found[symbol] = (int(term.args[1].q), term.args[0])
        return [(s, r) for s, r in found.items() if s not in self.granted]

    def ratio(self, a: Expr, b: Expr) -> fmpq | None:
        """The rational number a/b, None if it isn't one."""
        x, y = self.value(a), self.value(b)
        left, right = x.over * y.under, y.over * x.under
        if not right:
            return fmpq(0) if not left else None
        c = left.leading_coefficient() / right.leading_coefficient()
        return c if self.equal(a, sp.Rational(int(c.p), int(c.q)) * b) else None

    def applied(self, output: Symbol) -> AppliedPrimitive | None:
        """The application with that output, its meaning compared with the definitions."""
        found = self.applications.get(output)
        return found if found is not None and meaning_agrees(found, self.theory) else None

    def term(self, symbol: Symbol) -> Expr | None:
        """The term a symbol names, or by which the theory defines it."""
        named = self.terms.get(symbol)
        return self.theory.definition(symbol) if named is None else named


def _implicit(term: Expr) -> Symbol:
    return Symbol(f"⟨{sp.srepr(term)}⟩")
