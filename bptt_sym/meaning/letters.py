"""Letters with their scripts: declared symbols, and the constants that custom alone declares."""

from __future__ import annotations

from dataclasses import replace

from sympy import Integer

from bptt_sym.algebra import ONE, ZERO, add, exponential, multiply
from bptt_sym.errors import Missing, Unreadable
from bptt_sym.meaning.array import Array, Flexible, Value, column, literal, scalar
from bptt_sym.meaning.combine import components, require_array
from bptt_sym.meaning.conditions import condition as holds
from bptt_sym.meaning.context import Context
from bptt_sym.meaning.indices import integer
from bptt_sym.meaning.powers import raised, refuse_step
from bptt_sym.meaning.reference import EVERY, HORIZONS, Reference, digits, is_transpose, resolve, target_at
from bptt_sym.meaning.scope import Declaration, Use
from bptt_sym.written.nodes import Chain, Listing, Name, Negate, Node, Norm, Number, Paren, Product, Scripted


def letter(node: Name | Scripted, context: Context) -> Value:
    """A letter of the text's own, a declared symbol, a conventional constant, or scripts on an expression."""
    if isinstance(node, Name) and node.base in context.letters:
        return context.letters[node.base]
    use = context.scope.defined(node)
    if use is not None:
        return _local(use, node, context)
    reference = resolve(node, context.scope)
    if reference is not None:
        return raised(whole(reference, node, context), reference.rest, node, context)
    if isinstance(node, Name):
        return _constant(node, node, context)
    if isinstance(node.base, Name) and not _is_local(node.base, context):
        return _constant(node, node.base, context)
    if isinstance(node.base, Number) and node.base.text == "1" and node.subs:
        return _constant(node, Name("1"), context)
    if isinstance(node.base, Paren) and isinstance(node.base.body, Listing) and any(map(is_transpose, node.sups)):
        raise Unreadable("is this list a row or a column? write it with & or \\\\", node.span)
    inner = context.of(node.base)
    if isinstance(node.base, Norm) and node.subs:
        if not all(_is_euclidean(sub) for sub in node.subs):
            raise Unreadable("only the Euclidean norm is read", node.span)
    elif node.subs:
        _refuse_mixed(node.sups, node)
        target = target_at(node.subs[0], context.scope) if len(node.subs) == 1 else None
        picked = None if target is None else _picked(require_array(inner, node), target, node, context)
        inner = components(inner, _index(node.subs, inner, context), node) if picked is None else picked
    return raised(inner, node.sups, node, context)


def _local(use: Use, node: Node, context: Context) -> Value:
    """What the text defined, at the step and indices written here; its own letters mean nothing outside of it."""
    body, start = use.symbol.body, use.symbol.start
    step = None if use.step is None else context.integer(use.step)
    if start is not None and step == integer(start.at, context.scope, {}):
        body = start.body
    elif step is not None and not 1 <= step <= context.scope.steps:
        raise Missing("this step doesn't exist", node.span)
    if body is None:
        raise Unreadable("nothing has said yet what this is at other steps than the first of its recursion", node.span)
    binding = {letter: context.integer(written) for letter, written in use.letters}
    value = replace(context, binding=binding, letters={}).of(body)
    if use.subs or len(use.symbol.index) == 2:
        _refuse_mixed(use.sups, node)
    if use.subs:
        if isinstance(value, Array) and value.is_scalar:
            raise Unreadable("this has no components", node.span)
        value = components(value, _index(use.subs, value, context), node)
    return raised(value, use.sups, node, context)


def _is_local(name: Name, context: Context) -> bool:
    return name.base in context.letters or context.scope.defined(name) is not None


def _refuse_mixed(scripts: tuple[Node, ...], node: Node) -> None:
    r"""`W^\top_{ij}` and `W^{-1}_{ij}` don't say which comes first."""
    if any(is_transpose(script) or isinstance(script, Negate) for script in scripts):
        raise Unreadable("a component of what? write a bracket, as in (W^\\top)_{ij}", node.span)


def _is_euclidean(sub: Node) -> bool:
    return (isinstance(sub, Number) and sub.text == "2") or (isinstance(sub, Name) and sub.base == "F")


def whole(reference: Reference, node: Node, context: Context) -> Array:
    """The array of symbols a reference stands for; a copy of a parameter has the parameter's values."""
    d = reference.declaration
    step = None if reference.step is None else context.integer(reference.step)
    if not d.timed and step is not None:
        if d.role != "parameter":
            raise Unreadable(f"{d.name.plain} carries no step here", node.span)
        if not 1 <= step <= context.scope.steps:
            raise Missing(f"step {step} doesn't exist", node.span)
        step = None
    if reference.index:
        if len(d.axes) == 2:
            _refuse_mixed(reference.rest, node)
        if EVERY in reference.index:
            return _line(reference, step, node, context)
        target = target_at(reference.index[0], context.scope) if len(d.axes) == 1 else None
        if target is not None:
            every = Array(*_shape(d, context), context.scope.symbols(d, step))
            return _picked(every, target, node, context)
        index = tuple(context.integer(item) for item in reference.index)
        return scalar(context.scope.symbol(d, step, index))
    return Array(*_shape(d, context), context.scope.symbols(d, step))


def _line(reference: Reference, step: int | None, node: Node, context: Context) -> Array:
    """`W_{i,:}` is row i and `W_{:,j}` column j."""
    d = reference.declaration
    fixed = [item for item in reference.index if item != EVERY]
    if len(d.axes) != 2 or len(fixed) != 1:
        raise Unreadable("rows and columns are read of matrices only", node.span)
    number, lies = context.integer(fixed[0]), reference.index[1] == EVERY
    places = range(context.scope.size(d.axes[lies]))
    if lies:
        return Array(1, len(places), {(0, k): context.scope.symbol(d, step, (number, k + 1)) for k in places})
    return Array(len(places), 1, {(k, 0): context.scope.symbol(d, step, (k + 1, number)) for k in places})


def _shape(d: Declaration, context: Context) -> tuple[int, int]:
    return d.shape([context.scope.size(axis) for axis in d.axes])


def _picked(values: Array, target: Reference, node: Node, context: Context) -> Array:
    r"""The component that a one-hot target picks, `\hat y_{y}`: the sum of all, each times the target's."""
    chosen = whole(target, node, context)
    if values.shape != chosen.shape:
        raise Unreadable("this target has another number of components", node.span)
    context.conditions.one_hot = True
    return scalar(add([multiply(chosen.at(*place), entry) for place, entry in values.entries.items()]))


def _index(subs: tuple[Node, ...], value: Value, context: Context) -> tuple[int, ...]:
    """Components one by one; `12` on a matrix is row 1, column 2."""
    items: list[Node] = []
    for sub in subs:
        if isinstance(sub, Number) and len(subs) == 1 and isinstance(value, Array) and min(value.shape) > 1:
            items.extend(digits(sub))
            continue
        juxtaposed = isinstance(sub, Product) and not any(sub.operators)
        items.extend(sub.factors if isinstance(sub, Product) and juxtaposed else (sub,))
    return tuple(context.integer(item) for item in items)


def _constant(node: Node, base: Name, context: Context) -> Value:
    """e, I, δ, unit vectors, ones, zeros, indicators, and index letters used as numbers."""
    if context.scope.redefined(base):
        raise Unreadable(f"{base.base} is defined with other scripts than here", node.span)
    subs = node.subs if isinstance(node, Scripted) else ()
    sups = node.sups if isinstance(node, Scripted) else ()
    if base.base == "e" and not base.accents and not subs and len(sups) == 1 and not is_transpose(sups[0]):
        refuse_step(sups[0])
        return require_array(context.of(sups[0]), node).map(exponential)
    found = None if base.accents else _scripted_constant(base.base, subs, context) or _plain(base.base, subs, context)
    if found is None:
        spoken = base.base + "".join(f" with a {accent}" for accent in base.accents)
        raise Unreadable(f"nothing says what {spoken} is", node.span)
    return raised(found, sups, node, context)


def _scripted_constant(base: str, subs: tuple[Node, ...], context: Context) -> Value | None:
    match base, len(subs):
        case "e" | "1", 1 if (target := target_at(subs[0], context.scope)) is not None:
            context.conditions.one_hot = True
            return whole(target, subs[0], context)
        case "e", 1:
            return Flexible("unit", ONE, context.integer(subs[0]), loose=context.scope.lying)
        case "1", 1 if isinstance(subs[0], Number):
            if context.scope.lying:
                raise Unreadable("are these ones a row or a column?", subs[0].span)
            return column([ONE] * context.integer(subs[0]))
        case "1", 1 | 2:
            return _indicator(subs, context)
        case "\\delta", 1 | 2:
            return _kronecker(subs, context)
        case "I", 1 if _is_condition(subs[0]):
            return _indicator(subs, context)
        case "I", 1 if _is_pair(subs[0]):
            return _kronecker(subs, context)
        case "I", 1 if target_at(subs[0], context.scope) is None:
            return Flexible("identity", ONE)
        case "I", 2:
            return _kronecker(subs, context)
        case _:
            return None


def _is_condition(sub: Node) -> bool:
    return isinstance(sub.body if isinstance(sub, Paren) else sub, Chain)


def _is_pair(sub: Node) -> bool:
    return isinstance(sub, Product) and not any(sub.operators) and len(sub.factors) == 2


def _kronecker(subs: tuple[Node, ...], context: Context) -> Value | None:
    pair = subs[0].factors if len(subs) == 1 and isinstance(subs[0], Product) and _is_pair(subs[0]) else subs
    if len(pair) == 2:
        return _agreement(pair[0], pair[1], context)
    digits_ = _index(subs, Flexible("identity", ONE), context)
    return scalar(Integer(int(digits_[0] == digits_[1]))) if len(digits_) == 2 else None


def _plain(base: str, subs: tuple[Node, ...], context: Context) -> Value | None:
    if subs:
        return None
    if base in context.binding:
        return literal(Integer(context.binding[base]))
    if base in HORIZONS:
        return literal(Integer(context.scope.steps))
    ones = Flexible("ones", ONE, loose=context.scope.lying)
    return {"I": Flexible("identity", ONE), "1": ones, "0": Flexible("zero", ZERO)}.get(base)


def _indicator(subs: tuple[Node, ...], context: Context) -> Value:
    if len(subs) == 2:
        return _agreement(subs[0], subs[1], context)
    condition = subs[0].body if isinstance(subs[0], Paren) else subs[0]
    if isinstance(condition, Chain):
        return iverson(condition, context)
    raise Unreadable("an indicator needs a condition, as in 1_{i = y}", subs[0].span)


def iverson(chain: Chain, context: Context) -> Value:
    """1 where the condition holds, 0 elsewhere."""
    if chain.relations == ("=",):
        return _agreement(chain.items[0], chain.items[1], context)
    return scalar(Integer(int(holds(chain, context))))


def _agreement(left: Node, right: Node, context: Context) -> Value:
    """1 where two indices agree; against a target it is that target's component, which presumes one-hot."""
    for index, target in ((left, right), (right, left)):
        reference = target_at(target, context.scope)
        if reference is not None:
            context.conditions.one_hot = True
            return components(whole(reference, target, context), (context.integer(index),), index)
    return scalar(Integer(int(context.integer(left) == context.integer(right))))
