"""Factors and terms that may lack: those of the line itself, and those that its network gives rise to."""

from __future__ import annotations

from collections.abc import Iterator

from bptt_sym.check.repairing.line import Line
from bptt_sym.check.repairing.transposes import transposed
from bptt_sym.check.repairing.tree import Place, places
from bptt_sym.meaning.reference import Reference
from bptt_sym.meaning.scope import Declaration
from bptt_sym.primitives import BY_NAME, Primitive
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
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
    children,
    transform,
    walk,
)
from bptt_sym.written.reader import read

MOST_FACTORS = 90
MOST_STEPS = 4
MOST_LINKS = 5


def factors(line: Line) -> tuple[Node, ...]:
    """Factors that a product of the line may lack, likely ones first."""
    found = (*_of_line(line), *_of_network(line), *_of_loss(line))
    return tuple(dict.fromkeys(found))[:MOST_FACTORS]


def _of_line(line: Line) -> Iterator[Node]:
    """What is a factor somewhere in the line, as it is typed there."""
    for side in (line.right, line.left):
        for node in walk(side):
            if isinstance(node, Product):
                yield from (f for f in node.factors if not isinstance(f, Big | Matrix | Number | Negate))
            elif isinstance(node, Circled):
                yield from (f for f in node.factors if isinstance(f, Paren | Scripted))


def _of_network(line: Line) -> Iterator[Node]:
    """Slopes of activations, states transposed, components and their reciprocals, matrices and their transposes."""
    for d, primitive in _activations(line):
        for step in line.steps[:MOST_STEPS]:
            yield from _slopes(line, d, primitive, step)
    for d in line.setting.network.declarations:
        if d.role == "parameter" and len(d.axes) == 2:
            yield transposed(line.notation.write(d))
            yield line.notation.write(d)
    for d in line.setting.network.declarations:
        if d.role in ("layer", "input") and len(d.axes) == 1 and not _is_invented(line, d):
            whole = [line.notation.write(d, step) for step in line.steps[:MOST_STEPS]]
            yield from map(transposed, whole)
            yield from whole
    yield from _components(line)
    yield from _partners(line)
    yield from _links(line)


def _links(line: Line) -> Iterator[Node]:
    """The derivatives of what the line differentiates, or differentiates by, by what it differentiates by."""
    named: dict[Node, Reference] = {}
    nablas = False
    for node in (node for side in line.sides for node in walk(side)):
        if isinstance(node, Derivative | Nabla):
            nablas = nablas or isinstance(node, Nabla)
            named |= {part: ref for part in children(node) if (ref := line.reference(part)) is not None}
    few = list(named.items())[:MOST_LINKS]
    for body, above in few:
        for wrt, below in few:
            if body != wrt and below.declaration != line.setting.network.loss:
                yield Derivative(body, (wrt,))
                if len(above.declaration.axes) == len(below.declaration.axes) == 1 and not above.index + below.index:
                    yield transposed(Derivative(body, (wrt,)))
                if nablas:
                    yield Nabla(wrt, body)


def _components(line: Line) -> Iterator[Node]:
    """The components written in the line, and one divided by them."""
    found = [p.node for side in line.occurrences for p, ref in side if ref.index or not ref.declaration.axes]
    for node in dict.fromkeys(found):
        yield node
        yield Quotient(Number("1"), node)


def _partners(line: Line) -> Iterator[Node]:
    """Components and entries that go with those of the line: x_k beside u_{5k}, v_{3j} beside h_j where 3 is used."""
    used = [(ref.declaration.axes, ref.index) for side in line.occurrences for _, ref in side if ref.index]
    counted = dict.fromkeys((axis, item) for axes, index in used for axis, item in zip(axes, index, strict=True))
    for d in line.setting.network.declarations:
        if len(d.axes) == 1 and d.timed and not _is_invented(line, d):
            for axis, item in counted:
                if axis == d.axes[0]:
                    yield from (line.notation.write(d, step, (item,)) for step in line.steps[:MOST_STEPS])
        elif len(d.axes) == 2:
            rows, cols = ([item for axis, item in counted if axis == wanted] for wanted in d.axes)
            yield from (line.notation.write(d, None, (row, col)) for row in rows for col in cols if row != col)


def _is_invented(line: Line, d: Declaration) -> bool:
    return any(e.auxiliary and e.defines == d for e in line.setting.network.equations)


def _activations(line: Line) -> Iterator[tuple[Declaration, Primitive]]:
    """The layers that are elementwise functions of something, and which."""
    seen = set()
    refs = line.setting.graph.refs
    for application in line.setting.graph.applications:
        name = refs[application.outputs[0]].name
        primitive = BY_NAME[application.primitive]
        if (name, primitive.name) in seen or not isinstance(primitive, Primitive):
            continue
        seen.add((name, primitive.name))
        for d in line.setting.network.declarations:
            if name in (d.name, d.entry) and d.timed and not _is_invented(line, d):
                yield d, primitive


def _slopes(line: Line, d: Declaration, primitive: Primitive, step: Node) -> Iterator[Node]:
    """`diag(1 - h^2)`, and `1 - h_i^2` for the letters that count along h."""
    if "a" in {node.base for node in walk(read(primitive.written)) if isinstance(node, Name)}:
        return
    if len(d.axes) == 1:
        whole = _slope(primitive, line.notation.write(d, step))
        if isinstance(whole, Product):
            whole = Circled(whole.factors, "\\odot")
        yield Apply(Name("diag"), whole)
    indices = [ref.index for side in line.occurrences for _, ref in side if len(ref.index) == 1]
    letters = [ref.index[0] for side in line.occurrences for _, ref in side if len(ref.index) == 2]
    for index in dict.fromkeys((*indices, *((letter,) for letter in letters))):
        if len(d.axes) == 1:
            yield Paren(_slope(primitive, line.notation.write(d, step, index)))
    if not d.axes:
        yield Paren(_slope(primitive, line.notation.write(d, step)))


def _slope(primitive: Primitive, value: Node) -> Node:
    """The derivative as the table writes it, over the value."""
    safe = Paren(value) if isinstance(value, Scripted) and value.sups else value

    def filled(node: Node) -> Node:
        if node == Name("f"):
            return value
        if isinstance(node, Scripted) and node.base == value:
            return Scripted(safe, node.subs, node.sups)
        return node

    return transform(read(primitive.written), filled)


def _of_loss(line: Line) -> Iterator[Node]:
    """Numbers, and numbers divided by something, that the loss is written with."""
    yield Number("2")
    yield Quotient(Number("1"), Number("2"))
    for equation in line.setting.network.equations:
        if equation.defines.axes:
            continue
        for node in walk(equation.body):
            if isinstance(node, Quotient) and isinstance(node.numerator, Number):
                yield node


def terms(line: Line, side: int) -> tuple[Node, ...]:
    """Terms that a sum of paths may lack: by what uses the thing on the other side, its gradient comes back."""
    wanted = _wanted(line.sides[1 - side])
    if wanted is None:
        return ()
    body, wrt = wanted
    reference = line.reference(wrt)
    above = line.reference(body)
    if reference is None or not reference.declaration.timed or above is None or above.declaration.axes:
        return ()
    found: list[Node] = []
    for user, step in _users(line, reference.declaration, reference.step):
        found += list(_path(line, body, wrt, user, step))
    return tuple(dict.fromkeys((*found, Derivative(body, (wrt,), "partial+"))))


def summands(line: Line, side: int) -> tuple[Node, ...]:
    """Terms that the network adds up to what the other side is, and layers at the steps of the line."""
    found: list[Node] = []
    reference = line.reference(line.sides[1 - side])
    if reference is not None and not reference.index and reference.step is not None:
        for equation in line.setting.network.equations:
            if equation.defines == reference.declaration and isinstance(equation.written, Add):
                found += equation.written.terms
    for step in line.steps[:MOST_STEPS]:
        for d in line.setting.network.declarations:
            if d.role in ("layer", "target") and len(d.axes) == 1 and not _is_invented(line, d):
                found += [line.notation.write(d, step), Negate(line.notation.write(d, step))]
    return tuple(dict.fromkeys((*found, Number("1"), Name("I"))))


def _wanted(side: Node) -> tuple[Node, Node] | None:
    """What is differentiated by what, where a side is a derivative."""
    match side:
        case Nabla(Name() | Scripted() as wrt, body, 1):
            return body, wrt
        case Derivative(Name() | Scripted() as body, (wrt,)):
            return body, wrt
        case Paren(body):
            return _wanted(body)
        case _:
            return None


def _users(line: Line, d: Declaration, step: Node | None) -> Iterator[tuple[Declaration, Node]]:
    """The layers that use a layer, each at the step at which it does."""
    if step is None:
        return
    for equation in line.setting.network.equations:
        if equation.auxiliary or equation.written is None:
            continue
        for node in walk(equation.written):
            reference = line.reference(node)
            if reference is not None and reference.declaration == d and reference.step is not None:
                shift = _shift(reference.step, line)
                if shift is not None and equation.defines.timed:
                    yield equation.defines, _moved(step, equation.offset - shift)


def _shift(step: Node, line: Line) -> int | None:
    """How far a step is from t."""
    match step:
        case Name(base) if base == line.setting.network.step:
            return 0
        case Add((Name(base), Negate(Number("1")))) if base == line.setting.network.step:
            return -1
        case _:
            return None


def _moved(step: Node, by: int) -> Node:
    if by == 0:
        return step
    if isinstance(step, Number):
        return Number(str(int(step.text) + by))
    return Add((step, Number(str(by)) if by > 0 else Negate(Number(str(-by)))))


def _path(line: Line, body: Node, wrt: Node, user: Declaration, step: Node) -> Iterator[Node]:
    r"""`V^\top \nabla_{o} L`, `W^\top diag(1 - h^2) \nabla_h L`, and the same with a Jacobian."""
    reached = line.notation.write(user, step)
    gradient = Nabla(reached, body)
    jacobian = Derivative(reached, (wrt,))
    if len(user.axes) != 1:
        yield Product((Derivative(body, (reached,)), jacobian), ("",))
        return
    slopes: list[Node] = []
    for d, primitive in _activations(line):
        if d == user:
            slopes += [s for s in _slopes(line, d, primitive, step) if isinstance(s, Apply)]
    for m in line.setting.network.declarations:
        if m.role == "parameter" and len(m.axes) == 2:
            matrix = transposed(line.notation.write(m))
            yield Product((matrix, *slopes, gradient), ("",) * (1 + len(slopes)))
    yield Product((transposed(jacobian), gradient), ("",))


def sites(side: Node) -> Iterator[Place]:
    """Where a product is that may lack a factor: the sides, terms, bodies of sums, and what negates these."""
    for place in places(side):
        parent = place.parent
        if isinstance(place.node, Negate | Big) or (isinstance(place.node, Add) and place.path):
            continue
        body = isinstance(parent, Big) and place.node is parent.body
        term = not place.path or body or isinstance(parent, Add | Negate)
        if term and all(isinstance(node, Add | Negate | Big | Paren | Product | Quotient) for node in place.above):
            yield place
