"""Which declared symbol a letter with scripts refers to, and what its scripts say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bptt_sym.errors import Unreadable
from bptt_sym.meaning.scope import Declaration, Scope
from bptt_sym.written.nodes import Add, Listing, Name, Negate, Node, Number, Paren, Product, Scripted
from bptt_sym.written.writer import write

HORIZONS = frozenset({"\\tau", "T"})
TRANSPOSES = frozenset({"\\top", "T", "\\mathcal{T}"})
EVERY = Name(":")
INDEX_LETTERS = frozenset("ijklmnpqr")


@dataclass(frozen=True, slots=True)
class Reference:
    """A declared symbol as it is used: its step and components as written, and the scripts left over.

    `rest` holds transposes, primes and powers in written order. A parameter with a step is that step's copy.
    """

    declaration: Declaration
    step: Node | None
    index: tuple[Node, ...]
    rest: tuple[Node, ...]


def resolve(node: Node, scope: Scope) -> Reference | None:
    """The reference that `node` is, or None when its letter isn't declared; raises Unreadable if ambiguous."""
    bracketed = _bracketed(node, scope)
    if bracketed is not None:
        return bracketed
    letter = node
    while isinstance(letter, Scripted):
        letter = letter.base
    if not isinstance(letter, Name):
        return None
    known = scope.references.get(id(node))
    if known is not None:
        return known[1]
    return scope.references.keep(node, _resolved(letter, node, scope))


def _bracketed(node: Node, scope: Scope) -> Reference | None:
    """`(c)_j`, `(h_t)_j`: a component of what stands in the brackets, whatever `c_j` would be."""
    if not isinstance(node, Scripted) or not isinstance(node.base, Paren) or not node.subs or node.sups:
        return None
    inside = node.base.body
    whole = resolve(inside, scope) if isinstance(inside, Name | Scripted) else None
    if whole is None or whole.index or whole.rest or not whole.declaration.axes:
        return None
    index = _components(node.subs, whole.declaration)
    return Reference(whole.declaration, whole.step, index, ()) if index else None


def _resolved(base: Name, node: Node, scope: Scope) -> Reference | None:
    subs, sups = _scripts(node)
    candidates = list(scope.declared(base.base, base.accents))
    lower = not candidates
    if lower and subs and len(base.base) == 1 and base.base.islower():
        candidates = [d for d in scope.declared(base.base.upper(), base.accents) if len(d.axes) == 2]
    readings = [r for d in candidates if (r := _read(d, subs, sups, scope)) is not None]
    if lower:
        readings = [r for r in readings if len(r.index) == 2]
    return _best(readings, scope)


def _scripts(node: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Subscripts and superscripts; scripts around a braced scripted letter join its own."""
    if not isinstance(node, Scripted):
        return (), ()
    subs, sups = _scripts(node.base)
    return subs + node.subs, sups + tuple(_script_atoms(node.sups))


def _script_atoms(items: tuple[Node, ...]) -> Iterator[Node]:
    r"""`(t)\top` and `(t)^\top` are two scripts, `2t` is one."""
    for item in items:
        if isinstance(item, Scripted) and isinstance(item.base, Paren) and not item.subs:
            yield from (item.base, *item.sups)
        elif isinstance(item, Product) and any(isinstance(f, Paren) or is_transpose(f) for f in item.factors):
            yield from item.factors
        else:
            yield item


def is_transpose(node: Node) -> bool:
    """Whether a superscript transposes."""
    return isinstance(node, Name) and node.base in TRANSPOSES


def _read(d: Declaration, subs: tuple[Node, ...], sups: tuple[Node, ...], scope: Scope) -> Reference | None:
    """The scripts read for one declaration: label, then step, then components; None if they don't fit."""
    if d.name.label:
        stripped = _without_label(d, subs, sups)
        if stripped is None:
            return None
        subs, sups = stripped
    step: Node | None = None
    rest: list[Node] = []
    below = d.timed and any(is_step(_unbracketed(atom), scope) for sub in subs for atom in _apart(sub, d, scope))
    for item in sups:
        found = _step_above(item, d, scope)
        unsure = not below and bool(subs) and scope.step_below and found is not None and not is_step(found, scope)
        if found is not None and d.timed and isinstance(item, Paren) and (unsure or (below and not scope.step_below)):
            raise Unreadable("which of these scripts is the step?", item.span)
        if found is not None and step is None and not below:
            step = found
        else:
            rest.append(item)
    if subs and step is None:
        step = _targets_step(subs, d, scope)
    if subs and step is None:
        step, subs = _split_step(subs, d, scope)
    if d.timed and step is None:
        return None
    if step is not None and not subs and len(d.axes) == 1:
        subs, rest = _components_above(rest, scope)
    index = _components(subs, d)
    return None if index is None else Reference(d, step, index, tuple(rest))


def target_at(node: Node, scope: Scope) -> Reference | None:
    """The target that is written as an index, whole and without a power; None for what is no target."""
    found = resolve(node, scope) if isinstance(node, Name | Scripted) else None
    is_target = found is not None and found.declaration.role == "target" and len(found.declaration.axes) == 1
    if found is None or not is_target or found.index:
        return None
    if found.rest:
        raise Unreadable("an index is compared with a target, not with a power of it", node.span)
    return found


def _targets_step(subs: tuple[Node, ...], d: Declaration, scope: Scope) -> Node | None:
    r"""The step of `\hat y_{y_t}`, the component that the target of step t picks, at that step."""
    if not d.timed or len(subs) != 1 or len(d.axes) != 1:
        return None
    target = target_at(subs[0], scope)
    return None if target is None else target.step


def _components_above(sups: list[Node], scope: Scope) -> tuple[tuple[Node, ...], list[Node]]:
    """`h_t^i` and `h_t^{(i)}` are components: an index letter is no power of a vector; and the scripts left over."""
    for k, item in enumerate(sups):
        inside = item.body if isinstance(item, Paren) and item.open == "(" else item
        letter = isinstance(inside, Name) and not inside.accents and inside.base.rstrip("'") in INDEX_LETTERS
        if (letter and not is_step(inside, scope)) or (inside is not item and isinstance(inside, Number)):
            return (inside,), sups[:k] + sups[k + 1 :]
    return (), sups


def _without_label(
    d: Declaration, subs: tuple[Node, ...], sups: tuple[Node, ...]
) -> tuple[tuple[Node, ...], tuple[Node, ...]] | None:
    scripts = sups if d.name.above else subs
    for k, item in enumerate(scripts):
        if label_of(item) == (d.name.label, d.name.parenthesised):
            left = scripts[:k] + scripts[k + 1 :]
            return (subs, left) if d.name.above else (left, sups)
    return None


def label_of(item: Node) -> tuple[str, bool]:
    """A script as part of a name: its letters, and whether it stands in brackets."""
    if isinstance(item, Paren):
        return item.open.strip("(") + write(item.body).replace(" ", ""), True
    return write(item).replace(" ", ""), False


def is_step(node: Node, scope: Scope) -> bool:
    """Whether an expression runs over steps: t, τ, t - 1, τ - 2."""
    match node:
        case Name():
            return not node.accents and (node.base.rstrip("'") in scope.step_names or node.base in HORIZONS)
        case Add(terms):
            return is_step(terms[0], scope) and all(
                isinstance(t.body if isinstance(t, Negate) else t, Number) for t in terms[1:]
            )
        case _:
            return False


def _step_above(item: Node, d: Declaration, scope: Scope) -> Node | None:
    """A superscript that is a step: `(t)`, `(2)`, `<t>`, `[t]`; bare t, τ, t ± 1 on a timed symbol.

    Where the network writes steps without brackets a bare number is one too.
    """
    if isinstance(item, Paren) and item.open in ("(<[" if d.timed else "(<"):
        return item.body if not isinstance(item.body, Listing) else None
    if d.timed and is_step(item, scope) and not is_transpose(item):
        return item
    if d.timed and scope.step_bare and isinstance(item, Number):
        return item
    return None


def _split_step(subs: tuple[Node, ...], d: Declaration, scope: Scope) -> tuple[Node | None, tuple[Node, ...]]:
    """The step among subscripts and the others: what is a step for sure, else the first; `y_{ti}` is t and i."""
    items = tuple(atom for sub in subs for atom in _apart(sub, d, scope))
    sure = next((k for k, item in enumerate(items) if is_step(_unbracketed(item), scope)), 0)
    step = _step_below(items[sure], d, scope)
    return (None, subs) if step is None else (step, items[:sure] + items[sure + 1 :])


def _apart(sub: Node, d: Declaration, scope: Scope) -> tuple[Node, ...]:
    """`ti`, `t_i` and, where steps stand below, `1i`."""
    if isinstance(sub, Scripted) and d.timed and sub.subs and not sub.sups and is_step(sub.base, scope):
        return (sub.base, *sub.subs)
    if not isinstance(sub, Product) or any(sub.operators):
        return (sub,)
    if any(is_step(f, scope) for f in sub.factors):
        return sub.factors
    if d.timed and scope.step_below and any(isinstance(f, Number) for f in sub.factors):
        if not isinstance(sub.factors[0], Number) or len(sub.factors) != 1 + len(d.axes):
            raise Unreadable("which step and component? write them with a comma, as in h_{1,i}", sub.span)
        return sub.factors
    return (sub,)


def _unbracketed(node: Node) -> Node:
    return node.body if isinstance(node, Paren) and node.open in "(<" else node


def _step_below(item: Node, d: Declaration, scope: Scope) -> Node | None:
    """A subscript that is a step: t, t - 1, τ anywhere; a number or another letter where steps stand below."""
    inside = _unbracketed(item)
    if is_step(inside, scope):
        return inside
    return inside if d.timed and scope.step_below else None


def _components(subs: tuple[Node, ...], d: Declaration) -> tuple[Node, ...] | None:
    """Component subscripts: one per axis, or none."""
    items: list[Node] = []
    for sub in subs:
        if isinstance(sub, Product) and len(d.axes) == 2 and len(subs) == 1 and not any(sub.operators):
            items.extend(sub.factors)
        elif isinstance(sub, Number) and len(d.axes) == 2 and len(subs) == 1:
            items.extend(digits(sub))
        else:
            items.append(sub)
    if items and len(items) != len(d.axes):
        return None
    return tuple(items)


def digits(number: Number) -> list[Node]:
    """`11` on a matrix is row 1, column 1; three digits could be cut in two ways."""
    if len(number.text) != 2 or not number.text.isdigit():
        raise Unreadable("which row and column? write them with a comma, as in w_{1,10}", number.span)
    return [Number(digit, span=number.span) for digit in number.text]


def _best(readings: list[Reference], scope: Scope) -> Reference | None:
    """A labelled name beats a bare one, a symbol that carries steps one that doesn't (when a step is written)."""
    if not readings:
        return None
    readings.sort(key=lambda r: (-len(r.declaration.name.label), r.step is None, not r.declaration.timed))
    best = readings[0]
    unsure = best.step is not None and not best.index and not is_step(best.step, scope)
    if unsure and any(r.step is None and r.index and r.declaration.name == best.declaration.name for r in readings):
        raise Unreadable(f"is this a step or a component? two symbols are called {best.declaration.name.plain}")
    return best
