"""What ln becomes in normal form: a sum over factors certified positive, and one ln of what isn't.

Legend: `p` an argument in normal form; a law that needs a sign states it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import fmpq, fmpz

from bptt_sym.proof.polynomial import (
    ONE,
    Coefficient,
    Exponent,
    Packing,
    Poly,
    accumulate,
    add,
    constant,
    content,
    generator,
    leading,
    magnitude,
    multiply,
    power_of_monomial,
    scale,
    shift,
)

if TYPE_CHECKING:
    from bptt_sym.proof.normal import Forms


class Undefined(Exception):
    """The expression divides by 0 or takes ln of 0, identically."""


def log_of(forms: Forms, p: Poly) -> Poly:
    """Ln p, split over factors certified positive; what is not certified stays under one ln."""
    p = _folded_complement(forms, forms.tidy(p))
    if not p:
        raise Undefined
    numerator, denominator = forms.fraction(p)
    positive = forms.generators.is_positive
    if denominator != ONE:
        if positive(denominator) or positive(numerator):
            return add(log_of(forms, numerator), scale(log_of(forms, denominator), -1))
        return generator(forms.generators.term("log", (p,)))
    outside = content(p)
    rest = shift(p, power_of_monomial(outside, -1))
    size = magnitude(leading(rest))
    rest = scale(rest, fmpq(1) / size) if size != 1 else rest
    total: Poly = {}
    accumulate(total, log_of_number(forms, size))
    open_factors: list[tuple[int, Exponent]] = []
    for g, e in outside:
        if forms.generators[g].positive:
            accumulate(total, log_of_generator(forms, g), fmpq(e.numerator, e.denominator))
        else:
            open_factors.append((g, e))
    for factor in _positive_factors(forms, rest) if not open_factors else [rest]:
        size = magnitude(leading(factor))
        accumulate(total, log_of_number(forms, size))
        left = shift(scale(factor, fmpq(1) / size), tuple(open_factors))
        if left != ONE:
            accumulate(total, _log_of_open(forms, left))
    return total


def _log_of_open(forms: Forms, p: Poly) -> Poly:
    """Ln of what isn't certified positive; ln x^e = e ln x for odd e."""
    ((m, c), *more) = p.items()
    if not more and c == 1 and len(m) == 1 and isinstance(m[0][1], int) and m[0][1] % 2 == 1:
        return scale(generator(forms.generators.term("log", (generator(m[0][0]),))), m[0][1])
    return generator(forms.generators.term("log", (p,)))


def _folded_complement(forms: Forms, p: Poly) -> Poly:
    """The last value of a normalised row where p is 1 minus the others."""
    for m in p:
        if len(m) == 1:
            application = forms.laws.value_of(forms.generators[m[0][0]].symbol)
            row = () if application is None else application.outputs
            if len(row) > 1 and p == forms.complement(row):
                return generator(forms.symbol(row[-1]))
    return p


def _positive_factors(forms: Forms, p: Poly) -> list[Poly]:
    """P as a product of which all factors but the first are certified positive."""
    if len(p) < 2 or len(p) > 60:
        return [p]
    packing = Packing((p,))
    if len(packing.generators) > 12:
        return [p]
    scalar, found = packing.pack(p).factor()  # type: ignore[attr-defined]
    first: Poly = constant(scalar)
    certified: list[Poly] = []
    for packed, count in found:
        factor = packing.unpack(packed)
        for _ in range(count):
            if forms.generators.is_positive(factor):
                certified.append(factor)
            elif forms.generators.is_positive(scale(factor, -1)):
                certified.append(scale(factor, -1))
                first = scale(first, -1)
            else:
                first = multiply(first, factor, forms.budget)
    return [first, *certified] if certified else [p]


def log_of_number(forms: Forms, c: Coefficient) -> Poly:
    """Ln of a positive rational over ln of primes."""
    c = fmpq(c)
    total: Poly = {}
    for part, sign in ((c.p, 1), (c.q, -1)):
        for prime, count in factored(part):
            accumulate(total, generator(forms.generators.term("log", (constant(prime),))), sign * count)
    return total


def factored(n: fmpz) -> list[tuple[int, int]]:
    """Primes with their powers; a number too long to factor stands for itself."""
    if n == 1:
        return []
    if int(n).bit_length() > 80:
        return [(int(n), 1)]
    return [(int(p), int(e)) for p, e in fmpz(n).factor()]


def log_of_generator(forms: Forms, g: int) -> Poly:
    """Ln of a generator certified positive: ln ŷ_k = o_k − ln Z, ln exp(u) = u."""
    record = forms.generators[g]
    if record.head == "exp":
        return record.arguments[0]
    if record.head == "inverse":
        return scale(log_of(forms, record.arguments[0]), -1)
    if record.head == "root":
        return scale(log_of(forms, record.arguments[0]), fmpq(1) / record.arguments[1][()])
    application = None if record.head else forms.laws.value_of(record.symbol)
    if application is not None:
        place = application.outputs.index(record.symbol)
        law = forms.laws.exponential(application.inputs[place])
        if law is not None and law.application is application and law.normaliser is not None:
            z = generator(forms.generators.symbol(law.normaliser, 0))
            log_z = generator(forms.generators.term("log", (z,)))
            return add(generator(forms.symbol(application.inputs[place])), scale(log_z, -1))
        if application.primitive == "exp":
            return generator(forms.symbol(application.inputs[0]))
    return generator(forms.generators.term("log", (generator(g),)))


