"""Forward equations in LaTeX become a `Network`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.scope import Declaration, UserFunction
from bptt_sym.network.auxiliary import join_calls, name_arguments
from bptt_sym.network.axes import name_axes, stated_sizes
from bptt_sym.network.inference import find_symbols, infer_shapes
from bptt_sym.network.losses import name_step_losses
from bptt_sym.network.names import FUNCTION_WORDS, Key, Line, Occurrence, is_small, make_line
from bptt_sym.network.network import Equation, Network
from bptt_sym.network.notation import Notation, find_notation
from bptt_sym.network.picks import with_sums
from bptt_sym.network.roles import find_loss, find_recurrent, find_roles
from bptt_sym.network.statements import Space, read_statements
from bptt_sym.primitives import BY_SPELLING, VectorPrimitive
from bptt_sym.symbols import Identifier
from bptt_sym.written.nodes import Apply, Name, Node, Number, Paren, Product, Scripted, walk

FUNCTION_LETTERS = frozenset(("f", "g", "F", "G", "\\phi", "\\varphi", "\\psi", "\\Phi", "\\Psi"))


def read_network(text: str, name: str = "network") -> Network:
    """The network that forward equations in LaTeX describe.

    Shapes come from unification, roles from use. Raises Unreadable or IllTyped, with the place in `text`.
    """
    found = read_statements(text)
    return assemble(found.pairs, found.functions, found.spaces, name)


def assemble(
    pairs: Sequence[tuple[Node, Node]],
    functions: Mapping[str, UserFunction | str],
    spaces: Sequence[Space],
    name: str,
) -> Network:
    """A network from equations already read."""
    notation = find_notation(pairs, frozenset(functions) | FUNCTION_WORDS)
    pairs = with_sums(pairs, notation)
    written = [make_line(left, join_calls(body, notation.functions), notation, body) for left, body in pairs]
    _refuse_unknown_functions(written, notation)
    _refuse_second_definitions(written)
    split = name_step_losses(written, notation)
    notation = replace(notation, timed=notation.timed | _added(split))
    lines = name_arguments(split, notation)
    _refuse_components_of_functions(lines)
    notation = replace(notation, timed=notation.timed | _added(lines))
    symbols = find_symbols(lines)
    shapes = infer_shapes(lines, symbols, notation)
    roles = find_roles(lines, shapes)
    axes, axes_of = name_axes(shapes, lines, roles, find_recurrent(lines, notation))
    bold = any(use.bold for use in symbols.values())
    declarations = {
        key: Declaration(
            *key,
            axes_of[key],
            roles[key],
            _entry(key[0], axes_of[key], symbols),
            use.bold or (bold and bool(use.index)),
            shapes.lying and len(axes_of[key]) == 1,
        )
        for key, use in symbols.items()
        if key in shapes.shapes
    }
    loss = find_loss(lines, shapes)
    return Network(
        name,
        tuple(declarations.values()),
        tuple(_equation(line, declarations, notation) for line in lines),
        axes,
        notation.letter,
        notation.below,
        shapes.outer,
        None if loss is None else declarations[loss],
        functions,
        stated_sizes(spaces, axes_of, notation, lying=shapes.lying),
    )


def _refuse_components_of_functions(lines: Sequence[Line]) -> None:
    """`softmax(V h_t)_i` needs a name for the whole, which nothing gives it outside of the equations of a step."""
    for part in (part for line in lines for part in walk(line.body)):
        match part:
            case Scripted(Apply(Name(base)), (_, *_)) if isinstance(BY_SPELLING.get(base), VectorPrimitive):
                message = "a component of a function is not read here: give the function a line of its own"
                raise Unreadable(message, part.span)
            case _:
                continue


def _added(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(line.defines.name.base for line in lines if line.written is None)


def _refuse_unknown_functions(lines: Sequence[Line], notation: Notation) -> None:
    r"""`\phi(W h)` is no product, and `h = \alpha(W h)` as a whole is none either."""
    defined = frozenset(line.defines.name.base for line in lines)
    for line in lines:
        found = unknown_function(line, notation, defined)
        if found is not None:
            head, argument = found
            span = head.span.to(argument.span) if head.span else None
            raise Unreadable(f"nothing says what the function {head.base} is", span)


def unknown_function(line: Line, notation: Notation, defined: frozenset[str]) -> tuple[Name, Paren] | None:
    """The first letter in a line that stands for a function which nothing defines, and its argument."""
    for part in walk(line.body):
        for head, argument in _before_brackets(part):
            known = head.accents or head.base in defined | notation.functions
            alone = part is line.body and line.defines.timed and is_small(head.base)
            if not known and (head.base in FUNCTION_LETTERS or alone):
                return head, argument
    return None


def _before_brackets(node: Node) -> list[tuple[Name, Paren]]:
    factors = node.factors if isinstance(node, Product) else ()
    return [(a, b) for a, b in pairwise(factors) if isinstance(a, Name) and isinstance(b, Paren) and b.open == "("]


def _refuse_second_definitions(lines: Sequence[Line]) -> None:
    """One equation for all steps, beside those for single steps."""
    seen: dict[tuple[Key, str | None], Line] = {}
    for line in lines:
        step = line.defines.step
        place = (line.defines.key, step.text if isinstance(step, Number) else None)
        if place in seen:
            raise Unreadable(f"{line.defines.name.plain} is defined twice", line.left.span)
        seen[place] = line


def _entry(name: Identifier, axes: tuple[str, ...], symbols: Mapping[Key, Occurrence]) -> Identifier:
    """What entries are spelled with: a small letter for a matrix, if that letter is free and has no label."""
    small = replace(name, base=name.base.lower())
    taken = any(other.base == small.base for other, _ in symbols)
    plain = len(axes) == 2 and not name.label and len(name.base) == 1 and name.base.isupper()
    return small if plain and not taken else name


def _equation(line: Line, declarations: Mapping[Key, Declaration], notation: Notation) -> Equation:
    step = line.defines.step
    at = int(step.text) if isinstance(step, Number) else None
    declared = declarations[line.defines.key]
    offset = notation.shift(step) or 0
    auxiliary = line.written is None
    return Equation(declared, line.body, line.left, line.index, offset, at, auxiliary, line.written)
