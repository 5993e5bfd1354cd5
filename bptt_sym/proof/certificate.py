"""Write down what a proof used, law by law, so that it can be replayed without the prover.

A function term gets a name first; every later rewrite gives a name or a symbol a value that one law grants.
"""

from __future__ import annotations

import sympy as sp
from flint import fmpq
from sympy import Expr, Symbol

from bptt_sym import algebra
from bptt_sym.primitives import BY_NAME, Primitive, VectorPrimitive
from bptt_sym.proof import functions
from bptt_sym.proof.exponentials import Exponentials
from bptt_sym.proof.generators import INVERSE
from bptt_sym.proof.logarithms import log_of
from bptt_sym.proof.normal import Forms
from bptt_sym.proof.polynomial import Exponent, Monomial, Poly, constant, generators_of, multiply
from bptt_sym.proof.terms import function_terms, hyperbolic_template, number, rational
from bptt_sym.proof.unfolding import Unfolding, substitute
from bptt_sym.proof.verdict import Certificate, Given, Rewrite


def certify(forms: Forms, lhs: Expr, rhs: Expr, unfolding: Unfolding, given: Given) -> Certificate:
    """The rewrites of a proof, in order."""
    writer = Writer(forms, unfolding, given)
    if unfolding.case:
        for g, value in unfolding.hypothesis.items():
            writer.say("case", forms.generators[g].symbol, writer.expr(value))
    writer.terms_of(lhs)
    writer.terms_of(rhs)
    for g in unfolding.unfolded:
        writer.unfold(g)
    for tie in unfolding.exponentials:
        writer.exponentials(tie)
    return Certificate(lhs, rhs, tuple(writer.rewrites), given)


class Writer:
    """Collects rewrites; names are numbered in the order in which one certificate needs them."""

    def __init__(self, forms: Forms, unfolding: Unfolding, given: Given) -> None:
        self.forms, self.unfolding, self.given = forms, unfolding, given
        self.rewrites: list[Rewrite] = []
        self._named: dict[Expr, Symbol] = {}
        self._names: dict[int, Symbol] = {}
        self._said: set[Symbol] = set()
        self._relations: set[Symbol] = set()

    def say(self, law: str, symbol: Symbol, replacement: Expr) -> None:
        """One more rewrite; what was said of a symbol once is not said again."""
        said = self._relations if law == "power" else self._said
        if symbol not in said and symbol != replacement:
            said.add(symbol)
            self.rewrites.append(Rewrite(law, symbol, replacement))

    def name(self, term: Expr) -> Symbol:
        """The name of a function term."""
        known = self._named.get(term)
        if known is None:
            known = self._named[term] = Symbol(f"⟨{len(self._named) + 1}⟩")
            self.rewrites.append(Rewrite("name", known, term))
        return known

    def terms_of(self, expr: Expr) -> None:
        """Name the function terms of `expr` and give each its value in normal form."""
        if self.forms.is_rational(expr):
            return
        for term in function_terms(expr):
            if term not in self._named:
                self.evaluate(term)

    def evaluate(self, term: Expr) -> None:
        """Name one term as it is written, and say what it is."""
        symbol = self.name(term)
        if isinstance(term, sp.Pow):
            head, arguments = "power", tuple(self.forms.build(a) for a in term.args)
        elif term is sp.E:
            head, arguments = "exp", (self.forms.build(sp.Integer(1)),)
        else:
            head = functions.NAMES.get(term.func, "")
            arguments = tuple(self.forms.build(a) for a in term.args)
        if head:
            self.state(symbol, head, arguments)

    def state(self, symbol: Symbol, head: str, arguments: tuple[Poly, ...]) -> None:
        """Say what the named term head(arguments) is in normal form."""
        for p in arguments:
            self._last_values(p)
        if head == "exp":
            self._exponents(symbol, arguments[0])
        elif head == "log":
            self._logarithm(symbol, arguments[0])
        elif head in ("power", "root"):
            self._power(symbol, head, arguments)
        else:
            value = functions.apply(self.forms, head, arguments[0])
            self._recognised(arguments[0])
            self.say(head if head in ("relu", "step") else "congruence", symbol, self.expr(value))

    def _last_values(self, p: Poly) -> None:
        """The last value of each normalised row in an argument, which may have been folded away."""
        for g in generators_of([p]):
            application = self.forms.laws.by_output.get(self.forms.generators[g].symbol)
            row = () if application is None else application.outputs
            if len(row) > 1 and self.forms.generators[g].symbol == row[-1]:
                self._rule(row[-1])

    def _exponents(self, symbol: Symbol, p: Poly) -> None:
        atoms = functions.atoms(self.forms, self.forms.tidy(p))
        self._recognised(p)
        self.say("exponents", symbol, sp.Mul(*[self.exponential(u) ** rational(k) for k, u in atoms]))

    def _recognised(self, p: Poly) -> None:
        """The definition of the input that an argument was recognised by, where it isn't the input itself."""
        p = self.forms.tidy(p)
        found = self.forms.match_input(p)
        if found is not None and p != {((self.forms.symbol(found[0]), 1),): found[1]}:
            self.define(found[0])

    def define(self, symbol: Symbol) -> None:
        """The definition of a symbol, its function terms before it."""
        definition = self.forms.theory.definition(symbol)
        if definition is not None and symbol not in self._said:
            self.terms_of(definition)
            self.say("definition", symbol, definition)

    def exponential(self, u: Monomial) -> Symbol:
        """The name of exp(u), with the law that gives its value, if there is one."""
        unit = self.monomial(u)
        symbol = self.name(sp.exp(unit, evaluate=False))
        g = self.forms.generators.find("exp", ({u: 1},))
        if g is not None:
            self._names.setdefault(g, symbol)
        record = self.forms.generators[u[0][0]] if len(u) == 1 and u[0][1] == 1 else None
        if record is not None and record.head == "log":
            self.say("exponential", symbol, self.expr(record.arguments[0]))
        law = None if record is None or record.head else self.forms.laws.exponential(record.symbol)
        if law is None:
            return symbol
        outputs = law.application.outputs
        if isinstance(law.primitive, VectorPrimitive):
            self.say("exponential", symbol, self.normaliser(outputs[0]) * outputs[law.place])
            self.say("normalised", outputs[-1], algebra.subtract(algebra.ONE, algebra.add(outputs[:-1])))
        elif law.primitive.exponential is not None:
            unit_k, known = law.primitive.exponential
            self.say("exponential" if unit_k == 1 else "power", symbol, known(outputs[0]))
        return symbol

    def normaliser(self, output: Symbol) -> Symbol:
        """The name of Z, the sum of the exponentials of a normalised row."""
        application = self.forms.laws.by_output[output]
        return self.name(algebra.add(sp.exp(a) for a in application.inputs))

    def _logarithm(self, symbol: Symbol, p: Poly) -> None:
        value = log_of(self.forms, p)
        for m in value:
            if not any(self.forms.generators[g].head == "log" for g, _ in m):
                self.exponential(m)
        self.say("logarithm", symbol, self.expr(value))

    def _power(self, symbol: Symbol, head: str, arguments: tuple[Poly, ...]) -> None:
        forms = self.forms
        base, k = arguments
        if head == "root":
            k = constant(fmpq(1) / k[()])
        value = functions.power_of(forms, base, k)
        constant_power = len(k) == 1 and () in k
        if not constant_power:
            log = self.name(sp.log(self.expr(base), evaluate=False))
            self._logarithm(log, base)
            whole = self.name(sp.exp(self.expr(k) * log, evaluate=False))
            self.say("power_by_exp", symbol, whole)
            self._exponents(whole, multiply(k, log_of(forms, base), forms.budget))
        else:
            self.say("root", symbol, self.expr(value))

    def unfold(self, g: int) -> None:
        """Say what an unfolded symbol is, and what that makes of the terms that hold it."""
        forms = self.forms
        symbol = forms.generators[g].symbol
        hypothesis = self.unfolding.hypothesis.get(g)
        plain = forms.rules.plain(g) if hypothesis is None else None
        if hypothesis is not None:
            self.say("hypothesis", symbol, self.expr(hypothesis))
        elif plain is None:
            self._rule(symbol)
        elif symbol not in self._said:
            self._said.add(symbol)
            self.rewrites.append(plain)
        for f, name in list(self._names.items()):
            record = forms.generators[f]
            if g in record.support and name not in self._said:
                replacement = hypothesis if hypothesis is not None else forms.rules.of(g)
                assert replacement is not None
                self._restate(f, g, replacement)

    def _restate(self, f: int, g: int, replacement: Poly) -> None:
        record = self.forms.generators[f]
        arguments = tuple(substitute(self.forms, a, g, replacement) for a in record.arguments)
        self.state(self._names[f], record.head, arguments)

    def _rule(self, symbol: Symbol) -> None:
        application = self.forms.laws.value_of(symbol)
        row = None if application is None else BY_NAME[application.primitive]
        if application is not None and isinstance(row, VectorPrimitive):
            self.say("normalised", symbol, algebra.subtract(algebra.ONE, algebra.add(application.outputs[:-1])))
        elif application is not None and isinstance(row, Primitive) and row.exponential is not None:
            first = self.forms.laws.node(row.name, application.inputs[0])
            assert first is not None
            self.say("congruence", symbol, first)
        else:
            self.define(symbol)

    def exponentials(self, tie: Exponentials) -> None:
        """Say a generator by exponentials."""
        g = tie.generator
        if tie.definition is not None:
            self.define(self.forms.generators[tie.definition].symbol)
            factors = [self.exponential(u) ** rational(k) for k, u in tie.atoms]
            self.say("exponents", self.symbol(g), sp.Mul(*factors))
            return
        record = self.forms.generators[g]
        argument = self.expr(record.arguments[0])
        whole = self.name(sp.exp(argument, evaluate=False))
        self._exponents(whole, record.arguments[0])
        self.say("hyperbolic", self.symbol(g), hyperbolic_template(record.head, whole))

    def expr(self, p: Poly) -> Expr:
        """A normal form as SymPy over symbols and names."""
        return algebra.add(algebra.multiply(number(c), self.monomial(m)) for m, c in p.items())

    def monomial(self, m: Monomial) -> Expr:
        """One monomial as SymPy."""
        return algebra.multiply(*[self._factor(g, e) for g, e in m])

    def _factor(self, g: int, e: Exponent) -> Expr:
        record = self.forms.generators[g]
        if record.head == INVERSE:
            return sp.Pow(self.expr(record.arguments[0]), -rational(e))
        if isinstance(e, int):
            return sp.Pow(self.symbol(g), e)
        root = self.name(sp.Pow(self.symbol(g), sp.Rational(1, e.denominator), evaluate=False))
        return sp.Pow(root, e.numerator)

    def symbol(self, g: int) -> Symbol:
        """The symbol of a generator: itself, or the name of its term."""
        record = self.forms.generators[g]
        if not record.head:
            return self._free_symbol(record.symbol)
        known = self._names.get(g)
        if known is None:
            if record.head == "exp":
                ((u, _),) = record.arguments[0].items()
                known = self.exponential(u)
            else:
                known = self.name(self._term(record.head, record.arguments))
            self._names[g] = known
            if record.head == "cos":
                sine = self.expr(functions.apply(self.forms, "sin", record.arguments[0]))
                self.say("power", known, 1 - sine**2)
        return known

    def _free_symbol(self, symbol: Symbol) -> Symbol:
        if symbol.name == "⟨pi⟩":
            return self.name(sp.pi)
        if symbol.name.startswith("⟨Z "):
            for output, application in self.forms.laws.by_output.items():
                if symbol.name == f"⟨Z {output.name}⟩":
                    return self.normaliser(application.outputs[0])
        return symbol

    def _term(self, head: str, arguments: tuple[Poly, ...]) -> Expr:
        inside = tuple(self.expr(a) for a in arguments)
        if head == "root":
            return sp.Pow(inside[0], 1 / inside[1], evaluate=False)
        return functions.FUNCTIONS[head](*inside, evaluate=False)
