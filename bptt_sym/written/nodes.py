"""Syntax of the field's written mathematics: what stands on the page, before any meaning.

Nodes are frozen and compare by structure; where a node was read from (`span`) and how it was
dressed (bold, slash or fraction bar, kind of bracket around a matrix) does not take part in equality.
Scripts are kept as written: whether `_1` is a component, a step or part of a name, and whether `^2`
is a power, is for `meaning` to say, in a scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TypeAlias

from bptt_sym.errors import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """What every node has: the place it was read from."""

    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Syntax):
    """A literal, digits as written: `2`, `0.5`, `11`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Syntax):
    r"""A letter (`h`), Greek macro (`\sigma`), or roman word (`softmax`, `diag`), with accents inside out.

    Special bases: `\top` (also from `\intercal`, `\mathsf T`), `\prime`, `1` (a bold or blackboard
    one: ones vector or indicator), `I` in bold or blackboard is plain `I`, `\infty`, `\ell`.
    """

    base: str
    accents: tuple[str, ...] = ()
    bold: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Scripted(Syntax):
    r"""A base with scripts: comma-separated items, each item an expression as written.

    `w_{11}` has subs (Number 11,), `w_{ij}` has subs (Product(i, j),), `w_{1,10}` has two items,
    `h^{(t)}` has sups (Paren(t),), `h^{(t)\\top}` has sups (Product(Paren(t), \\top),), `f'` has sups (\\prime,),
    `1_{i=y}` has subs (Chain,).
    """

    base: Node
    subs: tuple[Node, ...] = ()
    sups: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Paren(Syntax):
    """A bracketed expression; `open` is one of ( [ { | < (the last for angle brackets)."""

    body: Node
    open: str = "("


@dataclass(frozen=True, slots=True)
class Listing(Syntax):
    """Items with `,` or `;` between them: the inside of `[h_{t-1}; x_t]` or `f(a, b)`."""

    items: tuple[Node, ...]
    separator: str = ","


@dataclass(frozen=True, slots=True)
class Norm(Syntax):
    r"""`\|v\|`, `\lVert v \rVert`; a square comes as a script around it."""

    body: Node


@dataclass(frozen=True, slots=True)
class Apply(Syntax):
    r"""A known function on its argument: `\tanh(a)`, `\ln \hat y`, `\operatorname{diag}(v)`.

    The function is a Name, or a Scripted one (`\tanh'(a)`, `\tanh^2(a)`, `\log_2 x`). An argument that
    was bracketed comes without its Paren (a Listing for several). Single letters and Greek letters
    before a bracket are never calls here: they stay products, for the scope to decide.
    """

    function: Name | Scripted
    argument: Node


@dataclass(frozen=True, slots=True)
class Negate(Syntax):
    """A minus sign before a term."""

    body: Node


@dataclass(frozen=True, slots=True)
class Add(Syntax):
    """Terms in written order; a subtracted term is a Negate."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product(Syntax):
    r"""Factors in written order, with what stood between them: "" , "\cdot", "\times" or "*"."""

    factors: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circled(Syntax):
    r"""Factors joined by `\odot`, `\circ`, `\otimes` or `\oplus` (one kind), looser than juxtaposition."""

    factors: tuple[Node, ...]
    operator: str


@dataclass(frozen=True, slots=True)
class Quotient(Syntax):
    r"""`\frac{a}{b}`, `a/b`."""

    numerator: Node
    denominator: Node
    slash: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Big(Syntax):
    r"""`\sum` or `\prod` (kind "sum", "prod") over one or more index names.

    `lower` is what the index starts from (None when no `=`), `upper` where it ends (None: the whole
    range of the index); `conditions` are relations such as `k \ne i`, `s < t`, or `t \in T`. `reaching` marks a
    product with factors at its end that don't depend on its index: the page doesn't tell how far it reaches.
    """

    kind: str
    indices: tuple[Name, ...]
    lower: Node | None
    upper: Node | None
    conditions: tuple[Chain, ...]
    body: Node
    reaching: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Differential(Syntax):
    r"""A `\partial X` or `\mathrm dX` that is not part of a whole derivative: a slip to be named."""

    body: Node
    symbol: str = "partial"


@dataclass(frozen=True, slots=True)
class Derivative(Syntax):
    r"""`\frac{\partial^n A}{\partial B \partial C}`; `body` None for the bare operator `\frac{d}{dx}`.

    `wrt` lists what is differentiated by, in written order, repeated for a power; `symbol` is
    "partial", "d", or "partial+" for the immediate `\partial^+`.
    """

    body: Node | None
    wrt: tuple[Node, ...]
    symbol: str = "partial"


@dataclass(frozen=True, slots=True)
class Nabla(Syntax):
    r"""`\nabla_{x} A`, `\nabla^2_x A` (order 2); `wrt` None when nothing is named."""

    wrt: Node | None
    body: Node
    order: int = 1


@dataclass(frozen=True, slots=True)
class Matrix(Syntax):
    """An array written out, row by row; all rows have as many entries as the longest or it is unreadable."""

    rows: tuple[tuple[Node, ...], ...]
    environment: str = field(default="pmatrix", compare=False)


@dataclass(frozen=True, slots=True)
class Cases(Syntax):
    r"""`\begin{cases}`: value and condition per branch; the condition is None for "otherwise"."""

    branches: tuple[tuple[Node, Chain | None], ...]


@dataclass(frozen=True, slots=True)
class Struck(Syntax):
    r"""A factor with a stroke through it (`\cancel`): it still counts."""

    body: Node
    colour: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Ellipsis_(Syntax):
    r"""`\cdots`, `\ldots`, `\vdots`: stands for what only a guess could fill in."""


@dataclass(frozen=True, slots=True)
class Chain(Syntax):
    r"""`A = B = C`: items with the relations between them, operators in canonical spelling.

    Spellings: `=`, `:=`, `\equiv`, `\triangleq`, `\approx`, `\ne`, `<`, `>`, `\le`, `\ge`, `\to`, `\in`,
    `\propto`, `\sim`, `\mid` ... ; `relation_spans` has the place of each.
    """

    items: tuple[Node, ...]
    relations: tuple[str, ...]
    relation_spans: tuple[Span | None, ...] = field(default=(), compare=False, repr=False)


Node: TypeAlias = (
    Number | Name | Scripted | Paren | Listing | Norm | Apply | Negate | Add | Product | Circled
    | Quotient | Big | Differential | Derivative | Nabla | Matrix | Cases | Struck | Ellipsis_ | Chain
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside `node`, in written order."""
    found: list[Node] = []
    for name in _parts(node):
        value = getattr(node, name)
        if value.__class__ is tuple:
            _gather(value, found)
        elif value is not None:
            found.append(value)
    return tuple(found)


def _parts(node: Syntax) -> tuple[str, ...]:
    """The fields of a node that may hold nodes."""
    kind = node.__class__
    found = _PARTS.get(kind)
    if found is None:
        found = _PARTS[kind] = tuple(f.name for f in fields(kind) if any(word in str(f.type) for word in _HOLDING))
    return found


_HOLDING = ("Node", "Name", "Chain")
_PARTS: dict[type[Syntax], tuple[str, ...]] = {}


def _gather(values: tuple[object, ...], found: list[Node]) -> None:
    for value in values:
        if value.__class__ is tuple:
            _gather(value, found)  # type: ignore[arg-type]
        elif value is not None:
            found.append(value)  # type: ignore[arg-type]


def walk(node: Node) -> Iterator[Node]:
    """`node` and all nodes inside it, outermost first."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(children(part)))


def transform(node: Node, function: Callable[[Node], Node]) -> Node:
    """`node` rebuilt with `function` applied to every node, innermost first."""
    return function(rebuilt(node, lambda part: transform(part, function)))


def rebuilt(node: Node, function: Callable[[Node], Node]) -> Node:
    """`node` with `function` applied to what is directly inside it; the same object where nothing changes."""
    changes = {}
    for name in _parts(node):
        value = getattr(node, name)
        changed = _replaced(value, function)
        if changed is not value:
            changes[name] = changed
    return replace(node, **changes) if changes else node  # type: ignore[arg-type]


def _replaced(value: object, function: Callable[[Node], Node]) -> object:
    if isinstance(value, Syntax):
        return function(value)  # type: ignore[arg-type]
    if isinstance(value, tuple):
        parts = tuple(_replaced(part, function) for part in value)
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    return value
