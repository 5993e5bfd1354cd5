"""Steps as they stand in a text: which are written, which symbols lack one, and how one is put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.indices import uses
from bptt_sym.meaning.reference import HORIZONS, INDEX_LETTERS, is_transpose, resolve
from bptt_sym.network.scope import NetworkScope
from bptt_sym.symbols import Identifier
from bptt_sym.written.nodes import Add, Big, Name, Negate, Node, Number, Paren, Scripted, children, rebuilt, walk
from bptt_sym.written.writer import write

CUSTOMARY = frozenset({"1", "0", "\\top", "\\prime", "\\infty"})


def innermost(node: Node) -> Node:
    """The letter, or the expression, that scripts stand on."""
    while isinstance(node, Scripted):
        node = node.base
    return node


def steps(
    node: Node, scope: NetworkScope, bound: frozenset[str] = frozenset()
) -> Iterator[tuple[Node, frozenset[str]]]:
    """Every step that a symbol in `node` carries, in written order, with the letters that sums in `node` bind there."""
    if isinstance(node, Big):
        bound = bound | bound_letters(node)
    found = known_step(node, scope) if isinstance(node, Name | Scripted) else None
    if found is not None:
        if found != Number("0"):
            yield found, bound
    elif not (isinstance(node, Name | Scripted) and is_known(node, scope)):
        for child in children(node):
            yield from steps(child, scope, bound)


def known_step(node: Name | Scripted, scope: NetworkScope) -> Node | None:
    """The step that a known symbol carries."""
    try:
        found = scope.defined(node) or resolve(node, scope)
    except Unreadable:
        return None
    return None if found is None else found.step


def is_known(node: Name | Scripted, scope: NetworkScope) -> bool:
    """Whether the text or the network says what a symbol is, as it is written."""
    try:
        return scope.defined(node) is not None or resolve(node, scope) is not None
    except Unreadable:
        return True


def bound_letters(node: Big) -> frozenset[str]:
    """The letters that a sum or product runs over."""
    return frozenset(name.base for name in node.indices)


def counting_letters(sides: Sequence[Node], scope: NetworkScope) -> frozenset[str]:
    """The letters used as indices here, whatever else they may be called elsewhere."""
    try:
        used = {letter for side in sides for letter, _ in uses(side, scope)}
    except Unreadable:
        used = set()
    return frozenset(used & (INDEX_LETTERS | scope.step_names)) | scope.step_names | HORIZONS | CUSTOMARY


def lacks_step(node: Name | Scripted, scope: NetworkScope, counting: frozenset[str]) -> bool:
    """Whether a symbol is known only with a step and stands here without one."""
    letter = innermost(node)
    if not isinstance(letter, Name) or is_known(node, scope) or _is_exponential(node, letter):
        return False
    if isinstance(node, Name) and node.base in counting and not node.accents:
        return False
    if is_known(letter, scope) or not is_known(stepped := with_step(node, Name(scope.network.step)), scope):
        return False
    return _has_plain_index(stepped, scope) and not (may_be_last(node) and _is_scalar(stepped, scope))


def _has_plain_index(node: Node, scope: NetworkScope) -> bool:
    r"""Whether components are named by letters and numbers: the word in `h_{\text{prev}}` is no index."""
    try:
        reference = resolve(node, scope)
    except Unreadable:
        return True
    index = () if reference is None else reference.index
    names = [part.base for item in index for part in walk(item) if isinstance(part, Name)]
    return all(len(name) == 1 or name.startswith("\\") for name in names)


def may_be_last(node: Node) -> bool:
    """Whether a superscript T stands where a step could: a transpose, or the last step."""
    return isinstance(node, Scripted) and (Name("T") in node.sups or may_be_last(node.base))


def _is_scalar(node: Node, scope: NetworkScope) -> bool:
    try:
        reference = resolve(node, scope)
    except Unreadable:
        return False
    return reference is not None and (bool(reference.index) or not reference.declaration.axes)


def _is_exponential(node: Node, letter: Name) -> bool:
    """`e^x`, whatever else is called e."""
    plain = isinstance(node, Scripted) and not node.subs and len(node.sups) == 1 and not is_transpose(node.sups[0])
    return letter.base == "e" and not letter.accents and plain


def with_step(node: Name | Scripted, step: Node) -> Scripted:
    """The symbol at a step, its other scripts kept."""
    subs: tuple[Node, ...] = ()
    sups: tuple[Node, ...] = ()
    base: Node = node
    while isinstance(base, Scripted):
        subs, sups, base = base.subs + subs, base.sups + sups, base.base
    return Scripted(base, subs, (Paren(step), *sups), span=node.span)


def without_steps(node: Node, scope: NetworkScope) -> Node:
    """An expression with the step of every symbol left off."""
    if not isinstance(node, Name | Scripted):
        return rebuilt(node, lambda part: without_steps(part, scope))
    reference = resolve(node, scope)
    if reference is None or reference.step is None or reference.declaration.name.label:
        return node
    letter = innermost(node)
    return Scripted(letter, reference.index, reference.rest) if reference.index or reference.rest else letter


def letters_of(step: Node) -> frozenset[str]:
    """The letters in a step that something may bind."""
    return frozenset(part.base for part in walk(step) if isinstance(part, Name)) - HORIZONS


def shifted(step: Node, shift: int) -> Node:
    """So many steps later, or before: t - 1 and one more is t."""
    match step:
        case Add((first, Number(text))) if text.isdigit():
            step, shift = first, shift + int(text)
        case Add((first, Negate(Number(text)))) if text.isdigit():
            step, shift = first, shift - int(text)
    if not shift:
        return step
    number = Number(str(abs(shift)))
    return Add((step, number if shift > 0 else Negate(number)))


def spoken(step: Node) -> str:
    """A step as a message writes it."""
    return write(step).replace("\\tau", "τ")


def named(node: Name | Scripted, scope: NetworkScope, step: Node) -> str:
    """A symbol as a message writes it, with its components and without its step, powers and transposes."""
    reference = resolve(node, scope) or resolve(with_step(node, step), scope)
    if reference is None:
        letter = innermost(node)
        return Identifier(letter.base, letter.accents).plain if isinstance(letter, Name) else write(node)
    index = ",".join(write(item) for item in reference.index)
    return reference.declaration.name.plain + (f"_{index}" if index else "")
