r"""How large a document says its network is: `\in \mathbb R^{5 \times 4}`, arrays written out, `\tau = 5`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.reference import HORIZONS, Reference, resolve
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.axes import sizes_along
from bptt_sym.network.dialect import Dialect
from bptt_sym.network.network import Network
from bptt_sym.network.scope import NetworkScope
from bptt_sym.network.statements import spaces_of
from bptt_sym.written.document import Formula
from bptt_sym.written.nodes import Add, Chain, Ellipsis_, Listing, Matrix, Name, Node, Number, Scripted, walk

LARGEST_STATED = 12
MOST_WEIGHTS = 4_000
MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Extents:
    """Sizes by axis and the number of steps that a document states or writes out; `notes` say what was not followed."""

    sizes: Mapping[str, int]
    steps: int | None
    notes: tuple[str, ...] = ()


def find_extents(formulas: Sequence[Formula], network: Network, dialect: Dialect) -> Extents:
    """What the formulas say of sizes and steps; small sizes in the place of too large ones, equal where these are.

    Raises Unreadable where they say that what was read as a row is many.
    """
    scope = NetworkScope(network, network.sizes(), MOST_STEPS)
    sides = [side for formula in formulas for side in formula.sides if isinstance(side, Node)]
    nodes = [node for side in sides if (node := dialect.tried(side)) is not None]
    notes: list[str] = []
    stated = _stated(formulas, scope, notes)
    for axis, size in _written(nodes, scope):
        if axis not in stated or stated[axis][1]:
            stated[axis] = max(size, stated.get(axis, (0, True))[0]), True
    sizes = {axis: size for axis, (size, _) in stated.items()}
    return Extents(_manageable(sizes, network, notes), _steps(formulas, nodes, scope, dialect, notes), tuple(notes))


def _stated(formulas: Sequence[Formula], scope: NetworkScope, notes: list[str]) -> dict[str, tuple[int, bool]]:
    """Sizes that are stated as spaces; the second part says whether they may grow with what is written out."""
    found: dict[str, tuple[int, bool]] = {}
    for formula in formulas:
        body = formula.statement.body if formula.statement is not None else None
        for name, space in spaces_of(body) if isinstance(body, Chain) else ():
            axes = _axes(name, scope)
            along = sizes_along(space, lying=len(axes) == 1 and scope.lying)
            for axis, size in zip(axes, along, strict=False):
                if not isinstance(size, Number) or not size.text.isdigit() or int(size.text) < 1:
                    continue
                known, _ = found.setdefault(axis, (int(size.text), False))
                if known != int(size.text):
                    notes.append(f"the size {axis} is said to be {known} and {size.text}; {known} was taken")
    return found


def _axes(node: Node, scope: NetworkScope) -> tuple[str, ...]:
    """The axes of what a space is stated of, `x` for all x_t."""
    if not isinstance(node, Name | Scripted):
        return ()
    reference = _reference(node, scope)
    if reference is not None:
        return reference.declaration.axes if not reference.index else ()
    letter: Node = node
    while isinstance(letter, Scripted):
        letter = letter.base
    declared = scope.declared(letter.base, letter.accents) if isinstance(letter, Name) else ()
    return declared[0].axes if len(declared) == 1 else ()


def _reference(node: Node, scope: NetworkScope) -> Reference | None:
    try:
        return resolve(node, scope)
    except Unreadable:
        return None


def _written(nodes: Sequence[Node], scope: NetworkScope) -> Iterator[tuple[str, int]]:
    """Sizes of arrays written out, entry by entry in their places."""
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Matrix):
                yield from _array(part, scope)


def _array(matrix: Matrix, scope: NetworkScope) -> Iterator[tuple[str, int]]:
    cells = {(r, c): _entry(cell, scope) for r, row in enumerate(matrix.rows, 1) for c, cell in enumerate(row, 1)}
    known = [entry for entry in cells.values() if entry is not None]
    if len(known) != len(cells) or len({declaration for declaration, _ in known}) != 1:
        return
    axes, rows, columns = known[0][0].axes, len(matrix.rows), len(matrix.rows[0])
    indices = {place: index for place, entry in cells.items() if entry is not None for index in (entry[1],)}
    if len(axes) == 2 and all(index == place for place, index in indices.items()):
        yield from zip(axes, (rows, columns), strict=True)
    elif len(axes) == 2 and all(index == place[::-1] for place, index in indices.items()):
        yield from zip(axes, (columns, rows), strict=True)
    elif len(axes) == 1 and min(rows, columns) == 1 and all(index == (max(p),) for p, index in indices.items()):
        yield axes[0], max(rows, columns)


def _entry(node: Node, scope: NetworkScope) -> tuple[Declaration, tuple[int, ...]] | None:
    """A numbered component of a declared symbol."""
    reference = _reference(node, scope) if isinstance(node, Name | Scripted) else None
    if reference is None or not reference.index or reference.rest:
        return None
    numbers = tuple(int(item.text) for item in reference.index if isinstance(item, Number) and item.text.isdigit())
    return (reference.declaration, numbers) if len(numbers) == len(reference.index) else None


def _manageable(sizes: Mapping[str, int], network: Network, notes: list[str]) -> dict[str, int]:
    """The sizes, or small ones in their place where writing the network out would take too much."""
    if not sizes:
        return {}
    full = {**{axis.name: 1 for axis in network.axes}, **sizes}
    weights = sum(_product(full.get(axis, 1) for axis in d.axes) for d in network.declarations)
    if max(sizes.values()) <= LARGEST_STATED and weights <= MOST_WEIGHTS:
        return dict(sizes)
    values = sorted(set(sizes.values()))
    small = dict(zip(values, _small(len(values)), strict=True))
    listed = ", ".join(f"{axis}={size}" for axis, size in sizes.items())
    notes.append(f"the sizes {listed} are too large to write out; everything was decided at smaller ones")
    return {axis: small[size] for axis, size in sizes.items()}


def _product(numbers: Iterator[int]) -> int:
    result = 1
    for number in numbers:
        result *= number
    return result


def _small(count: int) -> range:
    return range(3, 3 + count)


def _steps(
    formulas: Sequence[Formula], nodes: Sequence[Node], scope: NetworkScope, dialect: Dialect, notes: list[str]
) -> int | None:
    """The number of steps: said, or as many as a loss is written out over, else at least as many as are named."""
    said = next(_said_steps(formulas, dialect), None)
    if said is not None and said > MOST_STEPS:
        notes.append(f"{said} steps are too many to write out; everything was decided for fewer")
        said = None
    if said is not None:
        return said
    total = next(_totals(scope.network, scope), None)
    if total is not None:
        return total
    named = [step for node in nodes for step in _named_steps(node, scope)]
    largest = max((step for step in named if step <= MOST_STEPS), default=0)
    return largest if largest > 3 else None


def _said_steps(formulas: Sequence[Formula], dialect: Dialect) -> Iterator[int]:
    r"""`\tau = 5`, `T = 4`, `t = 1, \dots, 5`."""
    for formula in formulas:
        statement = formula.statement
        chains = (statement.body, *statement.conditions) if statement is not None else ()
        for chain in chains:
            if isinstance(chain, Chain) and chain.relations == ("=",):
                number = _horizon(dialect.tried(chain.items[0]), chain.items[1])
                if number is not None:
                    yield number


def _horizon(left: Node | None, right: Node) -> int | None:
    if not isinstance(left, Name) or left.accents:
        return None
    last = right
    if isinstance(right, Listing):
        counted = any(isinstance(item, Ellipsis_) for item in right.items) and right.items[0] == Number("1")
        if left.base != "t" or not counted:
            return None
        last = right.items[-1]
    elif left.base not in HORIZONS:
        return None
    return int(last.text) if isinstance(last, Number) and last.text.isdigit() and int(last.text) > 0 else None


def _totals(network: Network, scope: NetworkScope) -> Iterator[int]:
    """The network's own `L = L_1 + L_2`: a loss without a step as the sum of one symbol at the steps from 1 on."""
    for equation in network.equations:
        if equation.defines == network.loss and not equation.defines.timed and isinstance(equation.body, Add):
            steps = [_one_step(term, scope) for term in equation.body.terms]
            if steps == list(range(1, len(steps) + 1)):
                yield len(steps)


def _one_step(node: Node, scope: NetworkScope) -> int | None:
    reference = _reference(node, scope) if isinstance(node, Scripted) else None
    step = reference.step if reference is not None and not reference.index else None
    return int(step.text) if isinstance(step, Number) and step.text.isdigit() else None


def _named_steps(node: Node, scope: NetworkScope) -> Iterator[int]:
    for part in walk(node):
        if isinstance(part, Scripted):
            reference = _reference(part, scope)
            step = reference.step if reference is not None and reference.declaration.timed else None
            if isinstance(step, Number) and step.text.isdigit():
                yield int(step.text)
