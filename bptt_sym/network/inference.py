"""What a network's equations force: which symbols there are, and their shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from bptt_sym.errors import IllTyped, Unreadable
from bptt_sym.meaning.reference import is_transpose
from bptt_sym.network.dimensions import ONE
from bptt_sym.network.names import Key, Line, Occurrence, identify, is_small
from bptt_sym.network.notation import Notation, script_atoms
from bptt_sym.network.shapes import SCALAR, Shapes
from bptt_sym.primitives import BY_SPELLING, VectorPrimitive
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Circled,
    Listing,
    Matrix,
    Name,
    Negate,
    Node,
    Norm,
    Number,
    Paren,
    Product,
    Scripted,
    walk,
)

_ROWS = "; layers are columns where W x_t is written and rows where x_t W is, and the equations don't agree on it"
_EXAMPLES = "is this one example, or a matrix with a row for each? only single examples are read, such as "
WEIGHTS = frozenset("uvw")
LOSSES = frozenset(("L", "E", "J", "C", "\\ell", "\\mathcal{L}", "\\mathcal{E}", "\\mathcal{J}", "\\mathscr{L}"))


def find_symbols(lines: Sequence[Line]) -> dict[Key, Occurrence]:
    """Every symbol by name and whether it carries a step; entries of matrices folded into them."""
    found: dict[Key, Occurrence] = {}
    for line in lines:
        for use in (line.defines, *line.uses):
            if use.key not in found or (found[use.key].index and not use.index):
                found[use.key] = use
    capitals = {n.base for n, _ in found if _has_entries(n.base, n.label)}
    for key, use in list(found.items()):
        if len(use.index) == 2 and key[0].base.islower() and key[0].base.upper() in capitals:
            del found[key]
    return found


def _has_entries(base: str, label: str) -> bool:
    return not label and len(base) == 1 and base.isupper()


def infer_shapes(lines: Sequence[Line], symbols: dict[Key, Occurrence], notation: Notation) -> Shapes:
    """Every equation gone through once, definitions before their uses.

    Layers are columns if they can be, else rows. Raises what speaks against columns where neither can be.
    """
    try:
        return _infer_columns(lines, symbols, notation)
    except (IllTyped, Unreadable) as error:
        _refuse_examples(lines, symbols)
        try:
            return _infer(lines, symbols, notation, outer=False, lying=True)
        except (IllTyped, Unreadable):
            raise error from None


def _infer_columns(lines: Sequence[Line], symbols: dict[Key, Occurrence], notation: Notation) -> Shapes:
    r"""`\otimes` is the outer product if it can be."""
    circled = any(isinstance(n, Circled) and n.operator == "\\otimes" for line in lines for n in walk(line.body))
    if not circled:
        return _infer(lines, symbols, notation, outer=True)
    try:
        return _infer(lines, symbols, notation, outer=True)
    except (IllTyped, Unreadable):
        return _infer(lines, symbols, notation, outer=False)


def _refuse_examples(lines: Sequence[Line], symbols: dict[Key, Occurrence]) -> None:
    r"""`\mathbf X_t \mathbf W`: with rows for many examples a bias would be added to each of them."""
    behind = any(_stands_behind_layer(key, line) for key in symbols for line in lines)
    for (name, timed), use in symbols.items():
        if behind and timed and len(name.base) == 1 and name.base.isupper() and name.base not in LOSSES:
            raise Unreadable(_EXAMPLES + replace(name, base=name.base.lower()).plain + "_t", use.span)


def _infer(
    lines: Sequence[Line],
    symbols: dict[Key, Occurrence],
    notation: Notation,
    *,
    outer: bool,
    lying: bool = False,
) -> Shapes:
    scalars, columns = _by_custom(lines, symbols, notation)
    entries = {n.base.lower(): (n, t) for n, t in symbols if _has_entries(n.base, n.label) and not t}
    places = {key: use.span for key, use in symbols.items()}
    circles = any(isinstance(part, Circled) for line in lines for part in walk(line.body))
    shapes = Shapes(places, notation, scalars, columns, entries, outer, circles, lying)
    _refuse_undefined_layers(lines, symbols)
    for line in _in_order(lines, notation):
        _go_through(line, shapes)
    _make_losses_scalar(lines, shapes)
    _forbid_forced(lines, shapes, symbols)
    return shapes


def _refuse_undefined_layers(lines: Sequence[Line], symbols: dict[Key, Occurrence]) -> None:
    """With layers h_1 and h_2 there may be no h_3 that nothing defines."""
    defined = {line.defines.key for line in lines}
    letters = {(name.base, name.accents) for name, timed in defined if timed}
    for key, use in symbols.items():
        name, timed = key
        if timed and key not in defined and name.label and (name.base, name.accents) in letters:
            raise Unreadable(f"nothing defines {name.plain}", use.span)


def _go_through(line: Line, shapes: Shapes) -> None:
    dims, key = shapes.dims, line.defines.key
    letters = {letter: dims.fresh(line.left.span) for letter in line.index}
    right = shapes.infer(line.body, letters)
    if line.index:
        left = shapes.of_key(key, line.left.span)
        for letter, axis in zip(line.index, shapes.axes_at(left, len(line.index), line.left.span), strict=False):
            dims.unify(letters[letter], axis, line.left.span)
        return
    if right is not None and dims.is_scalar(right):
        shapes.natural.add(key)
        shapes.shapes.setdefault(key, right)
    left = shapes.of_key(key, line.left.span)
    if right is not None:
        dims.same(left, right, line.body.span)


def _make_losses_scalar(lines: Sequence[Line], shapes: Shapes) -> None:
    """A total with a loss's letter is a scalar; what that forces to be one is looked at later."""
    used = {use.key for line in lines for use in line.uses}
    for line in lines:
        key = line.defines.key
        if key not in used and not key[1] and key[0].base in LOSSES and not line.index:
            shapes.natural.add(key)
            shapes.dims.same(SCALAR, shapes.shapes[key], line.left.span)


def _in_order(lines: Sequence[Line], notation: Notation) -> list[Line]:
    """Lines sorted so that what is used at the same step is defined before; cycles keep the text's order."""
    waiting = list(lines)
    ordered: list[Line] = []
    while waiting:
        defined = {line.defines.key for line in waiting if not isinstance(line.defines.step, Number)}
        free = (line for line in waiting if not _needs(line, notation) & (defined - {line.defines.key}))
        ordered.append(next(free, waiting[0]))
        waiting.remove(ordered[-1])
    return ordered


def _needs(line: Line, notation: Notation) -> set[Key]:
    own = notation.shift(line.defines.step)
    return {u.key for u in line.uses if u.step is None or own is None or notation.shift(u.step) == own}


def _by_custom(
    lines: Sequence[Line], symbols: dict[Key, Occurrence], notation: Notation
) -> tuple[frozenset[Key], frozenset[Key]]:
    r"""Scalars and columns: a small letter without a step scales what it multiplies, and w^\top is a row.

    What an equation defines, `m = \frac{1}{T} \sum_t h_t`, has the shape that its equation gives it.
    """
    if _is_scalar_network(lines, symbols):
        return frozenset(symbols), frozenset()
    defined = {line.defines.key for line in lines}
    scalars, columns = [], []
    for line in lines:
        bound = frozenset(line.index)
        for node in _scaling(line.body):
            use = identify(node, notation, bound)
            free = use.key in symbols and use.key not in defined
            if free and not use.timed and not use.index and use.name.base not in notation.functions:
                _refuse_weight(use)
                scalars.append(use.key)
        for part in walk(line.body):
            if isinstance(part, Scripted) and _is_small(part.base) and any(map(is_transpose, script_atoms(part.sups))):
                use = identify(part, notation, bound)
                columns.append(use.key)
    return frozenset(scalars), frozenset(columns)


def _is_scalar_network(lines: Sequence[Line], symbols: dict[Key, Occurrence]) -> bool:
    """Whether all letters but those of losses are small and plain, and nothing is done that takes a vector."""
    if any(_takes_vectors(part) for line in lines for part in walk(line.body)):
        return False
    return all(
        not use.index and (key[0].base in LOSSES or _is_small(Name(key[0].base, bold=use.bold)))
        for key, use in symbols.items()
    )


def _takes_vectors(node: Node) -> bool:
    match node:
        case Circled() | Norm() | Listing() | Matrix():
            return True
        case Apply(Name(base)):
            return base == "diag" or isinstance(BY_SPELLING.get(base), VectorPrimitive)
        case Scripted(_, _, sups):
            return any(map(is_transpose, script_atoms(sups)))
        case _:
            return False


def _refuse_weight(use: Occurrence) -> None:
    """`w x` in a network of vectors: a scalar by custom, a matrix more likely."""
    if use.name.base in WEIGHTS:
        raise Unreadable(f"is {use.name.plain} a scalar or a matrix? matrices are written in capitals", use.span)


def _scaling(node: Node) -> Iterator[Name | Scripted]:
    r"""Small letters that multiply something, alone or in a bracket with numbers: `\alpha`, `(1 - \alpha)`."""
    for part in walk(node):
        for factor in part.factors if isinstance(part, Product) else ():
            inside = factor.body if isinstance(factor, Paren) else factor
            terms = inside.terms if isinstance(inside, Add) else (inside,)
            bare = [t.body if isinstance(t, Negate) else t for t in terms]
            if all(isinstance(t, Number) or _is_small(t) for t in bare):
                yield from (t for t in bare if isinstance(t, Name | Scripted))


def _is_small(node: Node) -> bool:
    """A small letter, Latin or Greek, that is neither bold nor transposed."""
    base = node.base if isinstance(node, Scripted) else node
    if isinstance(node, Scripted) and any(map(is_transpose, script_atoms(node.sups))):
        return False
    return isinstance(base, Name) and not base.bold and is_small(base.base)


def _forbid_forced(lines: Sequence[Line], shapes: Shapes, symbols: dict[Key, Occurrence]) -> None:
    """A matrix, a bold vector, or a row among columns whose size could only be 1: something else was meant."""
    dims = shapes.dims
    written = {line.defines.key for line in lines if line.written is not None}
    defined = {line.defines.key for line in lines}
    for key, shape in shapes.shapes.items():
        if dims.find(shapes.along(shape)) != ONE or key in shapes.scalars:
            continue
        chosen = key in shapes.natural or key not in written or key[0].base in LOSSES
        plain = not symbols[key].bold and (chosen if key in defined else is_small(key[0].base))
        if dims.is_scalar(shape) and plain:
            continue
        cause = dims.reason(shapes.along(shape))
        where = ((cause, "because of this"),) if cause is not None else ()
        message = f"{key[0].plain} would have to have size 1 for the shapes to fit"
        rows = any(_stands_behind_layer(key, line) for line in lines)
        raise IllTyped(message + _ROWS if rows else message, shapes.keys[key], where)


def _stands_behind_layer(key: Key, line: Line) -> bool:
    """Whether a matrix stands right behind what carries a step, as where layers are rows."""
    places = {use.span: use for use in line.uses}
    for part in walk(line.body):
        for before, after in pairwise(part.factors) if isinstance(part, Product) else ():
            layer, matrix = places.get(before.span), places.get(after.span)
            if layer is not None and matrix is not None and layer.timed and not matrix.timed and matrix.key == key:
                return True
    return False
