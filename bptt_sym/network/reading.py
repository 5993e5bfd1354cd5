"""Forward equations in LaTeX become a `Network`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bptt_sym.errors import IllTyped, Span, Unreadable
from bptt_sym.meaning.scope import Declaration, Role, UserFunction
from bptt_sym.network.auxiliary import join_calls, name_arguments
from bptt_sym.network.axes import name_axes
from bptt_sym.network.names import (
    FUNCTION_WORDS,
    INDEX_LETTERS,
    Line,
    Occurrence,
    StepStyle,
    identify,
    occurrences,
    step_style,
)
from bptt_sym.network.network import Equation, Network
from bptt_sym.network.shapes import Key, Shapes, scalar_factors
from bptt_sym.primitives import BY_SPELLING
from bptt_sym.symbols import Identifier
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import Chain, Name, Node, Number, Paren, Product, Scripted, walk

DEFINING = ("=", ":=", "\\equiv", "\\triangleq")


def read_network(text: str, name: str = "network") -> Network:
    """The network that forward equations in LaTeX describe.

    Shapes come from unification, roles from use. Raises Unreadable or IllTyped, with the place in `text`.
    """
    pairs, functions, stated = _statements(text)
    if not pairs:
        raise Unreadable("no forward equation is here")
    return assemble(pairs, functions, stated, name)


def assemble(
    pairs: Sequence[tuple[Node, Node]],
    functions: dict[str, UserFunction | str],
    stated: Sequence[tuple[Node, tuple[Node, ...]]],
    name: str,
) -> Network:
    """A network from equations already read."""
    style = step_style([left for left, _ in pairs], [body for _, body in pairs])
    timed = _timed_bases(pairs, style)
    heads = frozenset(functions) | FUNCTION_WORDS
    lines = [replace(_line(left, join_calls(body, heads), style, timed), written=body) for left, body in pairs]
    lines = name_arguments(lines, style, timed, heads)
    keys = _keys(lines, style, timed, frozenset(functions))
    try:
        shapes = _unify(lines, keys, style, timed, frozenset(functions), outer=True)
        outer = True
    except (IllTyped, Unreadable):
        shapes = _unify(lines, keys, style, timed, frozenset(functions), outer=False)
        outer = False
    return _network(name, lines, keys, shapes, style, timed, functions, stated, outer)


def _statements(
    text: str,
) -> tuple[list[tuple[Node, Node]], dict[str, UserFunction | str], list[tuple[Node, tuple[Node, ...]]]]:
    """Equations, function definitions, and sizes stated by `\\in \\mathbb R^{...}`."""
    pairs: list[tuple[Node, Node]] = []
    functions: dict[str, UserFunction | str] = {}
    stated: list[tuple[Node, tuple[Node, ...]]] = []
    for formula in formulas(text, kind="tex"):
        if formula.error is not None:
            raise formula.error
        body = formula.statement.body if formula.statement is not None else None
        if not isinstance(body, Chain):
            continue
        if body.relations == ("\\in",) and (size := _real_space(body.items[1])) is not None:
            stated.append((body.items[0], size))
        elif all(r in DEFINING for r in body.relations):
            _definition(body, pairs, functions)
    return pairs, functions, stated


def _definition(chain: Chain, pairs: list[tuple[Node, Node]], functions: dict[str, UserFunction | str]) -> None:
    if len(chain.items) != 2:
        raise Unreadable("one equality a line defines a network", chain.span)
    left, body = chain.items
    match left:
        case Product((Name(base, ()), Paren(Name(parameter, ())))) if _uses_letter(body, parameter) and not _is_time(
            body, parameter
        ):
            functions[base] = UserFunction(parameter, body)
        case Name(base, ()) if isinstance(body, Name) and body.base in BY_SPELLING:
            functions[base] = BY_SPELLING[body.base].name
        case _:
            pairs.append((left, body))


def _uses_letter(node: Node, letter: str) -> bool:
    return any(isinstance(part, Name) and part.base == letter for part in walk(node))


def _is_time(body: Node, letter: str) -> bool:
    """`h(t) = tanh(W h(t-1))` is a layer, not a function of t."""
    return any(
        isinstance(part, Product)
        and any(isinstance(f, Paren) and isinstance(g, Name) for g, f in zip(part.factors, part.factors[1:], strict=False))
        for part in walk(body)
    ) and letter in ("t", "n", "k")


def _real_space(node: Node) -> tuple[Node, ...] | None:
    match node:
        case Name("\\mathbb{R}" | "R", ()):
            return ()
        case Scripted(Name("\\mathbb{R}" | "R", ()), (), (Product(factors, _),)):
            return factors
        case Scripted(Name("\\mathbb{R}" | "R", ()), (), (size,)):
            return (size,)
        case _:
            return None


def _timed_bases(pairs: Sequence[tuple[Node, Node]], style: StepStyle) -> frozenset[str]:
    found = set()
    for part in (p for pair in pairs for side in pair for p in walk(side)):
        if isinstance(part, Scripted):
            base: Node = part.base
            while isinstance(base, Scripted):
                base = base.base
            atoms = [f for s in (*part.subs, *part.sups) for f in (s, *(s.factors if isinstance(s, Product) else ()))]
            if isinstance(base, Name) and any(style.is_step(atom) for atom in atoms):
                found.add(base.base)
    return frozenset(found)


def _line(left: Node, body: Node, style: StepStyle, timed: frozenset[str]) -> Line:
    """The left side: a name with its label and step; component letters where the right side uses them too."""
    if not isinstance(left, Name | Scripted):
        raise Unreadable("the left side of a forward equation is one symbol", left.span)
    letters = _component_letters(left, body, style)
    found = identify(left, style, frozenset(letters), timed)
    if found.step is not None and style.shift(found.step) is None and not isinstance(found.step, Number):
        raise Unreadable("a forward equation defines its symbol at step t", left.span)
    return Line(left, body, found, letters)


def _component_letters(left: Node, body: Node, style: StepStyle) -> tuple[str, ...]:
    """`a_i = ...` is written for components when i stands at a symbol with a step, or beside another letter."""
    letters = []
    for letter in _subscript_letters(left):
        if letter in INDEX_LETTERS and letter != style.letter and _indexes(body, letter, style):
            letters.append(letter)
    return tuple(letters)


def _subscript_letters(node: Node) -> list[str]:
    subs = node.subs if isinstance(node, Scripted) else ()
    return [part.base for sub in subs for part in walk(sub) if isinstance(part, Name)]


def _indexes(body: Node, letter: str, style: StepStyle) -> bool:
    for part in walk(body):
        if isinstance(part, Scripted) and letter in _subscript_letters(part):
            pair = any(isinstance(sub, Product) for sub in part.subs)
            if pair or any(style.is_step(s) for s in (*part.sups, *part.subs)):
                return True
    return False


def _keys(
    lines: Sequence[Line], style: StepStyle, timed: frozenset[str], functions: frozenset[str]
) -> dict[Key, Occurrence]:
    """Every symbol of the equations by name and whether it carries a step; entries of matrices folded in."""
    found: dict[Key, Occurrence] = {}
    for line in lines:
        bound = frozenset(line.index) | functions
        for use in (line.defines, *occurrences(line.body, style, bound, timed)):
            key = (use.name, use.timed)
            if key not in found or (found[key].index and not use.index):
                found[key] = use
    capitals = {n.base: (n, t) for n, t in found if not n.label and len(n.base) == 1 and n.base.isupper()}
    for key, use in list(found.items()):
        if len(use.index) == 2 and key[0].base.upper() in capitals and key[0].base.islower():
            del found[key]
    return found


def _unify(
    lines: Sequence[Line],
    keys: dict[Key, Occurrence],
    style: StepStyle,
    timed: frozenset[str],
    functions: frozenset[str],
    *,
    outer: bool,
) -> Shapes:
    """Every equation gone through once, definitions before their uses."""
    scalars = frozenset(
        key
        for line in lines
        for node in scalar_factors(line.body, style)
        for found in [identify(node, style, frozenset(line.index), timed)]
        for key in [(found.name, found.timed)]
        if not found.timed and not found.index and key in keys and key[0].base not in functions
    )
    entries = {n.base.lower(): (n, t) for n, t in keys if not n.label and len(n.base) == 1 and n.base.isupper() and not t}
    heads = functions | FUNCTION_WORDS
    shapes = Shapes({k: u.span for k, u in keys.items()}, style, timed, heads, outer, scalars, entries)
    for line in _in_order(lines, style, timed):
        letters = {letter: shapes.dims.fresh(line.left.span) for letter in line.index}
        key = (line.defines.name, line.defines.timed)
        right = shapes.infer(line.body, letters)
        if right is not None and not line.index and key not in shapes.shapes and shapes.dims.is_scalar(right):
            shapes.shapes[key] = right
        left = shapes.of_key(key, line.left.span)
        if line.index:
            for letter, axis in zip(line.index, left, strict=False):
                shapes.dims.unify(letters[letter], axis, line.left.span)
            continue
        if right is not None:
            shapes.dims.same(left, right, line.body.span)
    return shapes


def _in_order(lines: Sequence[Line], style: StepStyle, timed: frozenset[str]) -> list[Line]:
    """Lines sorted so that what is used at the same step is defined before; cycles keep the text's order."""
    waiting = list(lines)
    ordered: list[Line] = []
    while waiting:
        defined = {(w.defines.name, w.defines.timed) for w in waiting if w.defines.step is None or not isinstance(w.defines.step, Number)}
        ready = next((w for w in waiting if not _needs(w, style, timed) & (defined - {(w.defines.name, w.defines.timed)})), waiting[0])
        waiting.remove(ready)
        ordered.append(ready)
    return ordered


def _needs(line: Line, style: StepStyle, timed: frozenset[str]) -> set[Key]:
    own = style.shift(line.defines.step) if line.defines.step is not None else None
    return {
        (use.name, use.timed)
        for use in occurrences(line.body, style, frozenset(line.index), timed)
        if use.step is None or own is None or style.shift(use.step) == own
    }


def _network(
    name: str,
    lines: Sequence[Line],
    keys: dict[Key, Occurrence],
    shapes: Shapes,
    style: StepStyle,
    timed: frozenset[str],
    functions: dict[str, UserFunction | str],
    stated: Sequence[tuple[Node, tuple[Node, ...]]],
    outer: bool,
) -> Network:
    roles = _roles(lines, keys, style, timed)
    order = _declaration_order(lines, keys, style, timed, shapes)
    recurrent = _recurrent(lines, style, timed)
    axes, axes_of, sizes = name_axes(shapes, order, roles, recurrent, stated, style, timed)
    declarations = {
        key: Declaration(key[0], key[1], axes_of[key], roles[key], _entry(key[0], axes_of[key], keys), keys[key].bold)
        for key in order
    }
    equations = tuple(_equation(line, declarations, style) for line in lines)
    _forbid_forced(equations, shapes, lines)
    return Network(
        name,
        tuple(declarations.values()),
        equations,
        axes,
        style.letter,
        style.below,
        outer,
        _loss(equations, lines, style, timed),
        functions,
        sizes,
    )


def _declaration_order(
    lines: Sequence[Line], keys: dict[Key, Occurrence], style: StepStyle, timed: frozenset[str], shapes: Shapes
) -> list[Key]:
    return [key for key in keys if key in shapes.shapes]


def _roles(
    lines: Sequence[Line], keys: dict[Key, Occurrence], style: StepStyle, timed: frozenset[str]
) -> dict[Key, Role]:
    """Defined: layer. With a step: input, or target if only what nothing recurs on uses it. Else parameter."""
    defined = {(line.defines.name, line.defines.timed) for line in lines}
    users: dict[Key, set[Key]] = {}
    for line in lines:
        for use in occurrences(line.body, style, frozenset(line.index), timed):
            users.setdefault((use.name, use.timed), set()).add((line.defines.name, line.defines.timed))
    final = _final(defined, users)
    roles: dict[Key, Role] = {}
    for key in keys:
        if key in defined:
            roles[key] = "layer"
        elif key[1]:
            roles[key] = "target" if users.get(key, set()) <= final else "input"
        else:
            roles[key] = "parameter"
    return roles


def _final(defined: set[Key], users: dict[Key, set[Key]]) -> set[Key]:
    """The loss: layers that nothing uses, and those that only such a total uses with no step left."""
    last = {key for key in defined if not users.get(key)}
    untimed = {key for key in last if not key[1]}
    if not untimed:
        return last
    return untimed | {key for key in defined if users.get(key) and users[key] <= untimed and key[1] and _same_letter(key, untimed)}


def _same_letter(key: Key, others: set[Key]) -> bool:
    return any(key[0].base == other[0].base for other in others) or len(others) == 1


def _recurrent(lines: Sequence[Line], style: StepStyle, timed: frozenset[str]) -> list[Key]:
    """Layers used at another step than the one being defined, in order of appearance."""
    found: dict[Key, None] = {}
    for line in lines:
        own = style.shift(line.defines.step) if line.defines.step is not None else None
        for use in occurrences(line.body, style, frozenset(line.index), timed):
            shift = style.shift(use.step) if use.step is not None else None
            if own is not None and shift is not None and shift != own:
                found[(use.name, use.timed)] = None
    return list(found)


def _entry(name: Identifier, axes: tuple[str, ...], keys: dict[Key, Occurrence]) -> Identifier:
    """What entries are spelled with: a small letter for a matrix, if that letter is free and has no label."""
    small = replace(name, base=name.base.lower())
    taken = any(other.base == small.base for other, _ in keys)
    plain = len(axes) == 2 and not name.label and len(name.base) == 1 and name.base.isupper()
    return small if plain and not taken else name


def _equation(line: Line, declarations: dict[Key, Declaration], style: StepStyle) -> Equation:
    step = line.defines.step
    at = int(step.text) if isinstance(step, Number) else None
    offset = style.shift(step) or 0 if step is not None and at is None else 0
    declared = declarations[(line.defines.name, line.defines.timed)]
    return Equation(declared, line.body, line.left, line.index, offset, at, line.auxiliary, line.written)


def _forbid_forced(equations: Sequence[Equation], shapes: Shapes, lines: Sequence[Line]) -> None:
    """A layer or a matrix whose size could only be 1 means that something else was meant."""
    for key, shape in shapes.shapes.items():
        if key in shapes.scalars or shape == (0, 0):
            continue
        rows = shapes.dims.find(shape[0])
        cols = shapes.dims.find(shape[1])
        defined = next((line for line in lines if (line.defines.name, line.defines.timed) == key), None)
        if rows == 0 and (defined is not None or cols != 0):
            place: Span | None = shapes.keys[key]
            raise Unreadable(f"{key[0].plain} would have to have size 1 for the shapes to fit", place)


def _loss(
    equations: Sequence[Equation], lines: Sequence[Line], style: StepStyle, timed: frozenset[str]
) -> Declaration | None:
    """The last scalar layer that no equation uses, one without a step before one with."""
    used = {
        (use.name, use.timed)
        for line in lines
        for use in occurrences(line.body, style, frozenset(line.index), timed)
    }
    free = [e.defines for e in equations if not e.defines.axes and (e.defines.name, e.defines.timed) not in used]
    untimed = [d for d in free if not d.timed]
    return (untimed or free or [None])[-1]
