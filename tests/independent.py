r"""The numbers that written lines come to, by a road of its own: nothing of meaning, calculus or proof is used.

A network is unrolled from its forward equations, coded here by hand in mpmath with 60 digits; a derivative is a
central difference quotient of the unrolled network, with the layer or parameter (or one step's copy) moved. A line
outside of what is evaluated here raises `Skip`; an instance with a step or component that doesn't exist, `Missing`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import mpmath
from mpmath import mpf

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
    children,
)

DIGITS = 60
MOVE = mpf("1e-15")
NEAR = mpf("1e-20")
COUNTING = frozenset("ijklmnpqrst")
LONGEST = 400
TESTS: dict[str, Callable[[int, int], bool]] = {
    "=": int.__eq__, "\\ne": int.__ne__, "<": int.__lt__, ">": int.__gt__, "\\le": int.__le__, "\\ge": int.__ge__,
}  # fmt: skip
Key = tuple[str, int | None, tuple[int, ...]]
Values = dict[tuple[str, int | None], list[Any]]
Rows = tuple[tuple[Any, ...], ...]


class Skip(Exception):
    """A line that isn't evaluated here."""


class Missing(Exception):
    """A step or component that doesn't exist."""


class Misfit(Exception):
    """Shapes that don't conform."""


@dataclass(frozen=True)
class Model:
    """A network: its symbols with axes (timed ones apart), sizes, and its forward equations as a function."""

    latex: str
    timed: dict[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]]
    fixed: dict[str, tuple[str, ...]]
    sizes: dict[str, int]
    steps: int
    below: bool
    inputs: tuple[tuple[str, int], ...]
    forward: Callable[[Any, int], None]
    target: str = ""


@dataclass
class Run:
    """One pass through a network: `get` reads, `put` defines, both with what was moved."""

    model: Model
    given: dict[Key, Any]
    moved: tuple[tuple[Key, Any], ...]
    values: dict[Key, Any] = field(default_factory=dict)

    def by(self, key: Key) -> Any:
        return sum((amount for other, amount in self.moved if other == key), mpf(0))

    def size(self, axis: str) -> range:
        return range(1, self.model.sizes[axis] + 1)

    def get(self, name: str, step: int | None, *index: int, copy: int | None = None) -> Any:
        """A value; of a parameter with `copy`, as it stands in that step."""
        key = (name, step, index)
        if key not in self.values:
            if key not in self.given:
                raise Missing
            self.values[key] = self.given[key] + self.by(key)
        return self.values[key] + (self.by((name, copy, index)) if copy is not None and step is None else 0)

    def put(self, name: str, step: int | None, index: tuple[int, ...], value: Any) -> None:
        key = (name, step, index)
        self.values[key] = value + self.by(key)

    def affine(self, out: str, axis: str, t: int, bias: str, terms: Sequence[tuple[str, str, str, int]]) -> None:
        """out_i = bias_i + Σ M_ij v_j over the terms (M, v, axis of v, step of v)."""
        for i in self.size(axis):
            value = self.get(bias, None, i, copy=t) if bias else mpf(0)
            for matrix, vector, inner, s in terms:
                value += sum(self.get(matrix, None, i, j, copy=t) * self.get(vector, s, j) for j in self.size(inner))
            self.put(out, t, (i,), value)


def _elman(run: Run, steps: int) -> None:
    total = mpf(0)
    for t in range(1, steps + 1):
        run.affine("a", "h", t, "b", (("W", "h", "h", t - 1), ("U", "x", "x", t)))
        for i in run.size("h"):
            run.put("h", t, (i,), mpmath.tanh(run.get("a", t, i)))
        run.affine("o", "o", t, "c", (("V", "h", "h", t),))
        weights = [mpmath.exp(run.get("o", t, i)) for i in run.size("o")]
        for i in run.size("o"):
            run.put("yhat", t, (i,), weights[i - 1] / sum(weights))
        run.put("L", t, (), -sum(run.get("y", t, i) * mpmath.log(run.get("yhat", t, i)) for i in run.size("o")))
        total += run.get("L", t)
    run.put("L", None, (), total)


def _squared(run: Run, steps: int) -> None:
    total = mpf(0)
    for t in range(1, steps + 1):
        run.affine("z", "s", t, "b", (("A", "s", "s", t - 1), ("B", "x", "x", t)))
        for i in run.size("s"):
            run.put("s", t, (i,), 1 / (1 + mpmath.exp(-run.get("z", t, i))))
        run.affine("p", "p", t, "d", (("C", "s", "s", t),))
        run.put("E", t, (), sum((run.get("p", t, i) - run.get("y", t, i)) ** 2 for i in run.size("p")) / 2)
        total += run.get("E", t)
    run.put("E", None, (), total)


ELMAN = Model(
    "", {
        ("a", ()): ("a", ("h",)), ("h", ()): ("h", ("h",)), ("o", ()): ("o", ("o",)), ("x", ()): ("x", ("x",)),
        ("y", ()): ("y", ("o",)), ("y", ("hat",)): ("yhat", ("o",)), ("L", ()): ("L", ()),
    }, {"W": ("h", "h"), "U": ("h", "x"), "V": ("o", "h"), "b": ("h",), "c": ("o",), "L": ()},
    {"x": 2, "h": 3, "o": 4}, 3, False, (("h", 0), ("x", 1), ("x", 2), ("x", 3), ("y", 1), ("y", 2), ("y", 3)),
    _elman, "y",
)  # fmt: skip
SQUARED = Model(
    r"""\begin{align}
        z_t &= A s_{t-1} + B x_t + b \\
        s_t &= \frac{1}{1 + \exp(-z_t)} \\
        p_t &= C s_t + d \\
        E_t &= \frac12 \|p_t - y_t\|^2 \\
        E &= \sum_t E_t
        \end{align}""", {
        ("z", ()): ("z", ("s",)), ("s", ()): ("s", ("s",)), ("p", ()): ("p", ("p",)), ("x", ()): ("x", ("x",)),
        ("y", ()): ("y", ("p",)), ("E", ()): ("E", ()),
    }, {"A": ("s", "s"), "B": ("s", "x"), "C": ("p", "s"), "b": ("s",), "d": ("p",), "E": ()},
    {"x": 2, "s": 3, "p": 4}, 2, True, (("s", 0), ("x", 1), ("x", 2), ("y", 1), ("y", 2)), _squared,
)  # fmt: skip


class Point:
    """Random values of all that is free; targets free, summing to 1, or one-hot; passes kept by what they move."""

    def __init__(self, model: Model, number: int, kind: str = "") -> None:
        self.model = model
        chance = random.Random(f"{number}|{kind}")
        self.given: dict[Key, Any] = {}
        places = [(name, None, axes) for name, axes in model.fixed.items() if axes]
        axes_of = dict(model.timed.values())
        places += [(name, step, axes_of[name]) for name, step in model.inputs]
        for name, step, axes in places:
            for index in product(*(range(1, model.sizes[axis] + 1) for axis in axes)):
                self.given[name, step, index] = mpf(chance.randrange(200, 900)) / 701 * chance.choice((-1, 1))
        if model.target and kind:
            with mpmath.workdps(DIGITS):
                self._choose_targets(chance, kind)
        self._runs: dict[tuple[tuple[Key, Any], ...], Run] = {}

    def _choose_targets(self, chance: random.Random, kind: str) -> None:
        groups: dict[int | None, list[Key]] = {}
        for key in self.given:
            if key[0] == self.model.target:
                groups.setdefault(key[1], []).append(key)
        for group in groups.values():
            hot = chance.choice(group)
            for key in group:
                self.given[key] = mpf(int(key == hot)) if kind == "one_hot" else abs(self.given[key])
            if kind == "sum_y":
                self.given[group[-1]] = 1 - sum(self.given[key] for key in group[:-1])

    def run(self, moved: tuple[tuple[Key, Any], ...]) -> Run:
        if moved not in self._runs:
            with mpmath.workdps(DIGITS):
                run = Run(self.model, self.given, moved)
                self.model.forward(run, self.model.steps)
            self._runs[moved] = run
        return self._runs[moved]


@dataclass(frozen=True)
class Literal:
    """A number that takes the shape of what it stands beside; an identity with `identity`."""

    value: Any
    identity: bool = False


Value = Rows | Literal


@dataclass(frozen=True)
class Place:
    """Where a node is evaluated: the point, what was moved there, and the letters bound."""

    point: Point
    moved: tuple[tuple[Key, Any], ...]
    letters: dict[str, int]

    @property
    def model(self) -> Model:
        return self.point.model


@dataclass(frozen=True)
class Symbol:
    """A letter with its scripts taken apart."""

    name: str
    axes: tuple[str, ...]
    timed: bool
    step: Node | None
    index: tuple[Node, ...]
    rest: tuple[Node, ...]


def parts(node: Node) -> tuple[Node, list[Node], list[Node]]:
    if not isinstance(node, Scripted):
        return node, [], []
    base, subs, sups = parts(node.base)
    above = [f for s in node.sups for f in (s.factors if isinstance(s, Product) and not any(s.operators) else (s,))]
    return base, [*subs, *node.subs], [*sups, *above]


def symbol(node: Node, model: Model) -> Symbol | None:
    """The network's symbol that a node is; None for any other letter."""
    base, subs, sups = parts(node)
    if not isinstance(base, Name):
        return None
    steps = [s for s in sups if isinstance(s, Paren)]
    rest = tuple(s for s in sups if not isinstance(s, Paren))
    if len(steps) > 1 or any(s.open != "(" for s in steps):
        raise Skip("scripts in brackets")
    step = steps[0].body if steps else None
    timed = model.timed.get((base.base, base.accents))
    if timed and model.below and subs:
        first = subs[0]
        if isinstance(first, Product) and len(subs) == 1 and not any(first.operators):
            subs = list(first.factors)
        if steps or isinstance(subs[0], Number | Product):
            raise Skip("a step of another kind")
        step, subs = subs[0], subs[1:]
    if timed and step is not None:
        return Symbol(timed[0], timed[1], True, step, components(subs, timed[1]), rest)
    name = base.base
    if name not in model.fixed and name.upper() in model.fixed and subs and len(model.fixed[name.upper()]) == 2:
        name = name.upper()
    if base.accents or name not in model.fixed:
        if timed:
            raise Skip("a step left off")
        return None
    if model.below and step is not None:
        raise Skip("copies are written above")
    return Symbol(name, model.fixed[name], False, step, components(subs, model.fixed[name]), rest)


def components(subs: Sequence[Node], axes: tuple[str, ...]) -> tuple[Node, ...]:
    items = list(subs)
    if len(items) == 1 and len(axes) == 2:
        (only,) = items
        if isinstance(only, Number) and only.text.isdigit() and len(only.text) == 2:
            items = [Number(digit) for digit in only.text]
        elif isinstance(only, Product) and not any(only.operators):
            items = list(only.factors)
    if items and len(items) != len(axes):
        raise Skip("components")
    return tuple(items)


def integer(node: Node, letters: dict[str, int], model: Model) -> int:
    match node:
        case Number(text) if text.isascii() and text.isdigit():
            return int(text)
        case Name(base, ()) if base in letters:
            return letters[base]
        case Name("\\tau", ()):
            return model.steps
        case Negate(body):
            return -integer(body, letters, model)
        case Add(terms):
            return sum(integer(term, letters, model) for term in terms)
        case _:
            raise Skip("an index")


def uses(node: Node, model: Model) -> Iterator[tuple[str, str]]:
    """Index letters with the axis, or "step", that they run over; "" where nothing says."""
    if isinstance(node, Big):
        bound = {name.base for name in node.indices}
        found = list(uses(node.body, model))
        yield from ((letter, axis) for letter, axis in found if letter not in bound)
        axes = {axis for letter, axis in found if letter in bound}
        inside = [n for n in (node.lower, node.upper, *node.conditions) if n is not None]
        yield from ((name, axis) for n in inside for name in names(n) if name not in bound for axis in axes)
        return
    if isinstance(node, Name | Scripted):
        found_symbol = symbol(node, model)
        if found_symbol is not None:
            if found_symbol.step is not None:
                yield from ((name, "step") for name in names(found_symbol.step))
            for item, axis in zip(found_symbol.index, found_symbol.axes, strict=False):
                yield from ((name, axis) for name in names(item))
            return
        if isinstance(node, Scripted) and isinstance(node.base, Name) and node.base.base in ("\\delta", "1"):
            yield from ((name, "") for s in node.subs for name in names(s))
            return
        if isinstance(node, Scripted) and node.subs:
            yield from ((name, "") for s in node.subs for name in names(s))
            yield from uses(node.base, model)
            return
    for child in children(node):
        yield from uses(child, model)


def names(node: Node) -> Iterator[str]:
    if isinstance(node, Name) and not node.accents and node.base != "\\tau":
        if node.base in COUNTING:
            yield node.base
        elif node.base not in ("y", "\\top", "T", "1", "\\delta"):
            raise Skip("an index letter")
    for child in children(node):
        yield from names(child)


def spread(axes: Sequence[str], model: Model) -> range:
    if "step" in axes:
        return range(1, model.steps + 1)
    if not any(axes):
        raise Skip("nothing says what a letter runs over")
    return range(1, max(model.sizes[axis] for axis in axes if axis) + 1)


def holds(chain: Chain, letters: dict[str, int], model: Model) -> bool:
    if any(r not in TESTS for r in chain.relations):
        raise Skip("a condition")
    values = [integer(item, letters, model) for item in chain.items]
    return all(TESTS[r](a, b) for r, a, b in zip(chain.relations, values, values[1:], strict=False))


def instances(nodes: Sequence[Node], conditions: Sequence[Chain], model: Model) -> Iterator[dict[str, int]]:
    axes: dict[str, dict[str, None]] = {}
    for node in nodes:
        for letter, axis in uses(node, model):
            axes.setdefault(letter, {})[axis] = None
    spans = {letter: spread(tuple(found), model) for letter, found in axes.items()}
    count = 1
    for span in spans.values():
        count *= len(span)
    if count > LONGEST:
        raise Skip("too many instances")
    for choice in product(*spans.values()):
        letters = dict(zip(spans, choice, strict=True))
        if all(holds(chain, letters, model) for chain in conditions):
            yield letters


def rows(value: Value) -> Rows:
    if isinstance(value, Literal):
        if value.identity:
            raise Skip("an identity of no size")
        return ((value.value,),)
    return value


def shape(value: Rows) -> tuple[int, int]:
    return len(value), len(value[0])


def scalar(value: Value) -> Any:
    value = rows(value)
    if shape(value) != (1, 1):
        raise Misfit
    return value[0][0]


def shaped(value: Value, to: tuple[int, int]) -> Rows:
    if isinstance(value, Literal):
        if value.identity:
            if to[0] != to[1]:
                raise Misfit
            return tuple(tuple(value.value * (i == j) for j in range(to[1])) for i in range(to[0]))
        return tuple((value.value,) * to[1] for _ in range(to[0]))
    if shape(value) != to:
        raise Misfit
    return value


def together(values: Sequence[Value], combine: Callable[..., Any], *, scalars: bool = False) -> Value:
    """Elementwise; literals, and with `scalars` any scalar, take the shape of the rest."""
    shapes = {shape(v) for v in values if not isinstance(v, Literal)}
    if scalars and len(shapes) > 1:
        shapes.discard((1, 1))
        values = [Literal(v[0][0]) if not isinstance(v, Literal) and shape(v) == (1, 1) else v for v in values]
    if len(shapes) > 1:
        raise Misfit
    if not shapes:
        if any(isinstance(v, Literal) and v.identity for v in values):
            raise Skip("sums of identities")
        return Literal(combine(*(v.value for v in values if isinstance(v, Literal))))
    (to,) = shapes
    full = [shaped(v, to) for v in values]
    return tuple(tuple(combine(*(v[i][j] for v in full)) for j in range(to[1])) for i in range(to[0]))


def each(value: Value, function: Callable[[Any], Any]) -> Value:
    if isinstance(value, Literal):
        if value.identity:
            raise Skip("a function of an identity")
        return Literal(function(value.value))
    return tuple(tuple(function(e) for e in row) for row in value)


def scaled(value: Value, factor: Any) -> Value:
    if isinstance(value, Literal):
        return replace(value, value=value.value * factor)
    return tuple(tuple(e * factor for e in row) for row in value)


def transposed(value: Value) -> Value:
    return value if isinstance(value, Literal) else tuple(zip(*value, strict=True))


def times(a: Value, b: Value) -> Value:
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Literal) and not one.identity:
            return scaled(other, one.value)
        if not isinstance(one, Literal) and shape(one) == (1, 1):
            return scaled(other, one[0][0])
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Literal):
            return scaled(other, one.value)
    assert not isinstance(a, Literal)
    assert not isinstance(b, Literal)
    if shape(a)[1] != shape(b)[0]:
        raise Misfit
    flipped = tuple(zip(*b, strict=True))
    return tuple(tuple(sum(x * y for x, y in zip(row, col, strict=True)) for col in flipped) for row in a)


def value_of(node: Node, place: Place) -> Value:
    """The value of a node; raises Skip, Missing, Misfit, or ZeroDivisionError."""
    match node:
        case Number(text):
            if not text.isascii():
                raise Skip("digits of another script")
            return Literal(mpf(text))
        case Name() | Scripted():
            return letter(node, place)
        case Paren(Chain() as chain, "["):
            return Literal(mpf(int(holds(chain, place.letters, place.model))))
        case Paren(body, open) if open in "([{" and not isinstance(body, Chain):
            return value_of(body, place)
        case Struck(body):
            return value_of(body, place)
        case Negate(body):
            return scaled(value_of(body, place), -1)
        case Add(terms):
            return together([value_of(t, place) for t in terms], lambda *es: sum(es))
        case Product(factors, operators) if "*" not in operators:
            return product_of(factors, place)
        case Circled(factors, operator) if operator in ("\\odot", "\\circ"):
            return together([value_of(f, place) for f in factors], _multiplied, scalars=True)
        case Quotient(top, bottom):
            return times(value_of(top, place), Literal(1 / scalar(value_of(bottom, place))))
        case Big():
            return big(node, place)
        case Apply(Name(name, ()), argument):
            return applied(name, value_of(argument, place))
        case Derivative(body, wrt, symbol) if body is not None and symbol in ("partial", "d"):
            return derivative(body, wrt, place)
        case Nabla(wrt, body, 1) if wrt is not None:
            scalar(value_of(body, place))
            return derivative(body, (wrt,), place)
        case Matrix(entries):
            return tuple(tuple(scalar(value_of(e, place)) for e in row) for row in entries)
        case _:
            raise Skip(type(node).__name__)


def _multiplied(*factors: Any) -> Any:
    result = mpf(1)
    for factor in factors:
        result *= factor
    return result


def product_of(factors: Sequence[Node], place: Place) -> Value:
    values = []
    for k, factor in enumerate(factors):
        following = factors[k + 1] if k + 1 < len(factors) else None
        called = isinstance(factor, Name) and isinstance(following, Paren) and symbol(factor, place.model) is None
        if called:
            raise Skip("perhaps a call")
        values.append(value_of(factor, place))
    result = values[0]
    for value in values[1:]:
        result = times(result, value)
    return result


def letter(node: Name | Scripted, place: Place) -> Value:
    found = symbol(node, place.model)
    if found is None:
        return other_letter(node, place)
    value = read(found, place)
    return scripts(value, found.rest, place)


def scripts(value: Value, rest: Sequence[Node], place: Place) -> Value:
    for script in rest:
        if isinstance(script, Name) and script.base in ("\\top", "T"):
            value = transposed(value)
            continue
        if not isinstance(script, Number) or not script.text.isdigit() or int(script.text) > 9:
            raise Skip("a power")
        count = int(script.text)
        square = not isinstance(value, Literal) and min(shape(value)) > 1
        if not square:
            value = each(value, lambda e, count=count: e**count)
            continue
        result: Value = Literal(mpf(1), identity=True)
        for _ in range(count):
            result = times(result, value)
        value = result
    return value


def other_letter(node: Name | Scripted, place: Place) -> Value:
    if isinstance(node, Scripted) and isinstance(node.base, Paren) and not node.subs:
        return scripts(value_of(node.base, place), node.sups, place)
    if isinstance(node, Scripted) and isinstance(node.base, Paren) and not node.sups and len(node.subs) == 1:
        value = rows(value_of(node.base, place))
        k = integer(node.subs[0], place.letters, place.model)
        if shape(value)[1] != 1 or shape(value)[0] == 1:
            raise Skip("a component of what is no column")
        if not 1 <= k <= len(value):
            raise Missing
        return (value[k - 1],)
    if isinstance(node, Scripted) and node.base == Name("e") and not node.subs and len(node.sups) == 1:
        return Literal(mpmath.exp(scalar(value_of(node.sups[0], place))))
    if isinstance(node, Name) and node.base == "I" and not node.accents:
        return Literal(mpf(1), identity=True)
    if isinstance(node, Scripted) and isinstance(node.base, Name) and not node.sups and not node.base.accents:
        return indicator(node, place)
    raise Skip("a letter")


def indicator(node: Scripted, place: Place) -> Value:
    assert isinstance(node.base, Name)
    (sub,) = node.subs if len(node.subs) == 1 else (None,)
    if node.base.base == "\\delta" and isinstance(sub, Product) and len(sub.factors) == 2:
        i, j = (integer(f, place.letters, place.model) for f in sub.factors)
        return Literal(mpf(int(i == j)))
    if node.base.base != "1" or not isinstance(sub, Chain) or sub.relations != ("=",):
        raise Skip("an indicator")
    target = symbol(sub.items[1], place.model) if isinstance(sub.items[1], Scripted) else None
    if target is None:
        return Literal(mpf(int(holds(sub, place.letters, place.model))))
    if target.name != place.model.target or target.index or target.rest:
        raise Skip("an indicator")
    return read(replace(target, index=(sub.items[0],)), place)


def keys(found: Symbol, place: Place) -> tuple[tuple[Key, ...], ...]:
    """The scalars that a symbol stands for, in its shape."""
    step = None if found.step is None else integer(found.step, place.letters, place.model)
    index = tuple(integer(item, place.letters, place.model) for item in found.index)
    sizes = [place.model.sizes[axis] for axis in found.axes]
    if any(not 1 <= k <= size for k, size in zip(index, sizes, strict=False)):
        raise Missing
    if not found.timed and step is not None and not 1 <= step <= place.model.steps:
        raise Missing
    if index or not sizes:
        return (((found.name, step, index),),)
    full = [range(1, size + 1) for size in sizes]
    if len(full) == 1:
        return tuple(((found.name, step, (i,)),) for i in full[0])
    return tuple(tuple((found.name, step, (i, j)) for j in full[1]) for i in full[0])


def read(found: Symbol, place: Place) -> Rows:
    run = place.point.run(place.moved)

    def one(key: Key) -> Any:
        name, step, index = key
        if found.timed or not found.axes:
            return run.get(name, step, *index)
        if step is None and any(m[0][0] == name and m[0][1] is not None for m in place.moved):
            raise Skip("which copy?")
        return run.get(name, None, *index, copy=step)

    return tuple(tuple(one(key) for key in row) for row in keys(found, place))


def derivative(body: Node, wrt: Sequence[Node], place: Place) -> Value:
    last, rest = wrt[0], wrt[1:]
    inside = last
    while isinstance(inside, Paren):
        inside = inside.body
    found = symbol(inside, place.model) if isinstance(inside, Name | Scripted) else None
    if found is None or found.rest:
        raise Skip("by what?")
    by = keys(found, place)
    if len(place.moved) == 2:
        raise Skip("third derivatives")
    if rest and shape(by) != (1, 1):
        raise Skip("second derivatives by more than a component")
    for key in (key for row in by for key in row):
        run = place.point.run(place.moved)
        run.get(key[0], key[1] if found.timed or not found.axes else None, *key[2])

    def moved(key: Key, sign: int) -> Rows:
        there = replace(place, moved=(*place.moved, (key, sign * MOVE)))
        return rows(derivative(body, rest, there) if rest else value_of(body, there))

    def slope(key: Key) -> Rows:
        up, down = moved(key, 1), moved(key, -1)
        return tuple(
            tuple((a - b) / (2 * MOVE) for a, b in zip(r, s, strict=True)) for r, s in zip(up, down, strict=True)
        )

    if shape(by) == (1, 1):
        return slope(by[0][0])
    if shape(rows(value_of(body, place))) == (1, 1):
        return tuple(tuple(slope(key)[0][0] for key in row) for row in by)
    if shape(by)[1] != 1:
        raise Skip("a derivative with more than two axes")
    columns = [slope(row[0]) for row in by]
    if shape(columns[0])[1] != 1:
        raise Skip("a derivative with more than two axes")
    return tuple(tuple(column[i][0] for column in columns) for i in range(len(columns[0])))


def big(node: Big, place: Place) -> Value:
    if len(node.indices) != 1 or (node.lower is None) != (node.upper is None):
        raise Skip("limits")
    (name,) = node.indices
    axes = tuple(axis for index, axis in uses(node.body, place.model) if index == name.base)
    if node.lower is not None and node.upper is not None:
        if isinstance(node.upper, Name) and node.upper.base not in (*"ijt", "\\tau"):
            raise Skip("a letter that may say how many there are")
        start, stop = (integer(n, place.letters, place.model) for n in (node.lower, node.upper))
        span = range(start, stop + 1)
    else:
        span = spread(axes, place.model)
    if len(span) > LONGEST or name.base not in COUNTING:
        raise Skip("a sum")
    values = []
    for k in span:
        inside = {**place.letters, name.base: k}
        if all(holds(chain, inside, place.model) for chain in node.conditions):
            values.append(value_of(node.body, replace(place, letters=inside)))
    if not values:
        return Literal(mpf(0)) if node.kind == "sum" else Literal(mpf(1), identity=True)
    if node.kind == "sum":
        return together(values, lambda *es: sum(es))
    result = values[0]
    for value in values[1:]:
        result = times(result, value)
    return result


def _logarithm(e: Any) -> Any:
    if e <= 0:
        raise ZeroDivisionError
    return mpmath.log(e)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": mpmath.tanh, "exp": mpmath.exp, "ln": _logarithm, "log": _logarithm,
}  # fmt: skip


def applied(name: str, value: Value) -> Value:
    name = name.lstrip("\\")
    if name in FUNCTIONS:
        if not isinstance(value, Literal) and min(shape(value)) > 1:
            raise Skip("a function of a matrix")
        return each(value, FUNCTIONS[name])
    value = rows(value)
    if shape(value)[1] != 1 or shape(value)[0] == 1:
        raise Skip("a function of what is no column")
    if name == "diag":
        entries = [row[0] for row in value]
        return tuple(tuple(e if i == j else mpf(0) for j in range(len(entries))) for i, e in enumerate(entries))
    if name == "softmax":
        weights = [mpmath.exp(row[0]) for row in value]
        return tuple((w / sum(weights),) for w in weights)
    raise Skip("a function")


def agree(a: Value, b: Value) -> bool:
    """Whether two sides have the same value; raises Misfit for different shapes."""
    if isinstance(a, Literal) and isinstance(b, Literal):
        return _near(scalar(a), scalar(b))
    to = shape(b) if isinstance(a, Literal) else shape(a)
    x, y = shaped(a, to), shaped(b, to)
    return all(_near(e, f) for r, s in zip(x, y, strict=True) for e, f in zip(r, s, strict=True))


def _near(e: Any, f: Any) -> bool:
    return bool(abs(e - f) <= NEAR * max(1, abs(e), abs(f)))


def holds_at(left: Node, right: Node, conditions: Sequence[Chain], point: Point) -> bool:
    """Whether an equality holds at a point in every instance; raises Skip also where no instance exists."""
    met = 0
    with mpmath.workdps(DIGITS):
        for letters in instances((left, right), conditions, point.model):
            place = Place(point, (), letters)
            try:
                same = agree(value_of(left, place), value_of(right, place))
            except Missing:
                continue
            except (ZeroDivisionError, OverflowError):
                raise Skip("undefined here") from None
            met += 1
            if not same:
                return False
    if not met:
        raise Skip("no instance")
    return True
