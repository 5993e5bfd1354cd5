"""What a network's equations use: who feeds whom at which step, what is a pre-activation, what a likelihood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from bptt_sym.derivation.components import NoComponents, component
from bptt_sym.derivation.indexed import Target, Term, agreeing, partial
from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.terms import at_step, bound, letters_in, replaced, times
from bptt_sym.meaning.functions import named
from bptt_sym.meaning.reference import Reference
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.network import Equation
from bptt_sym.primitives import Primitive, VectorPrimitive
from bptt_sym.written.nodes import Add, Apply, Name, Negate, Node, Number, Scripted, children
from bptt_sym.written.reader import read


@dataclass(frozen=True, slots=True)
class Edge:
    """A layer uses a symbol: `layer` at step t + `shift` uses it at step t; shift None when `layer` has no step."""

    layer: Declaration
    shift: int | None


class Structure:
    """The layer graph of a network, read from its equations."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self.network = notation.setting.network
        self.equations = [e for e in self.network.equations if e.at is None]

    @cached_property
    def uses(self) -> dict[Declaration, list[Edge]]:
        """Who uses each symbol, nearest step first."""
        found: dict[Declaration, list[Edge]] = {}
        for equation in self.equations:
            for used, shift in self._references(equation):
                edges = found.setdefault(used, [])
                edge = Edge(equation.defines, None if shift is None else equation.offset - shift)
                if edge not in edges:
                    edges.append(edge)
        for edges in found.values():
            edges.sort(key=lambda e: -1 if e.shift is None else e.shift)
        return found

    def _references(self, equation: Equation) -> Iterator[tuple[Declaration, int | None]]:
        timed = equation.defines.timed
        for reference in self._inside(equation.body):
            step = reference.step if reference.declaration.timed else self.notation.step
            yield reference.declaration, self._shift(step) if timed else None

    def _inside(self, node: Node) -> Iterator[Reference]:
        """Every reference, not looking for more inside one."""
        reference = self.notation.reference(node)
        if reference is not None:
            yield reference
            return
        for child in children(node):
            yield from self._inside(child)

    def _shift(self, step: Node | None) -> int | None:
        match step:
            case Name(base) if base == self.notation.step.base:
                return 0
            case Add((Name(base), Number(text))) if base == self.notation.step.base:
                return int(text)
            case Add((Name(base), Negate(Number(text)))) if base == self.notation.step.base:
                return -int(text)
            case _:
                return None

    def preactivation_of(self, z: Declaration) -> Declaration | None:
        """The layer that is an elementwise function of `z` alone and its only user."""
        edges = self.uses.get(z, [])
        if len(edges) != 1 or edges[0].shift != 0:
            return None
        body = self.equation(edges[0].layer).body
        row = self._applied(body)
        inside = body.argument if isinstance(body, Apply) else None
        reference = self.notation.reference(inside) if inside is not None else None
        plain = reference is not None and reference.declaration == z and not reference.rest
        return edges[0].layer if isinstance(row, Primitive) and plain else None

    def _applied(self, body: Node) -> Primitive | VectorPrimitive | None:
        if not isinstance(body, Apply) or not isinstance(body.function, Name):
            return None
        row = named(body.function, self.notation.setting.scope)
        return row if isinstance(row, Primitive | VectorPrimitive) else None

    def equation(self, layer: Declaration) -> Equation:
        """The equation that defines a layer."""
        found = self.notation.equation(layer)
        assert found is not None
        return found

    def is_normalised(self, layer: Declaration) -> Declaration | None:
        """The argument of a layer that is a softmax of another layer."""
        if self.notation.equation(layer) is None:
            return None
        body = self.equation(layer).body
        if not isinstance(self._applied(body), VectorPrimitive) or not isinstance(body, Apply):
            return None
        reference = self.notation.reference(body.argument)
        return reference.declaration if reference is not None and not reference.rest else None

    @cached_property
    def losses(self) -> tuple[Declaration, ...]:
        """The loss and the scalar layers that only it uses: the per-step losses."""
        total = self.network.loss
        if total is None:
            return ()
        inner = [d for d in self.network.layers() if not d.axes and d != total and self._only_users(d) <= {total}]
        return (total, *inner)

    def _only_users(self, d: Declaration) -> set[Declaration]:
        return {edge.layer for edge in self.uses.get(d, [])} or {d}

    def component(self, layer: Declaration, index: tuple[Node, ...], avoid: frozenset[str] = frozenset()) -> Node:
        """The right side of a layer's equation at step t, one component; raises NoComponents."""
        equation = self.equation(layer)
        if equation.index:
            taken = avoid | set(equation.index) | {letter for part in index for letter in letters_in(part)}
            body = component(equation.body, self.notation, (), taken)
            return bound(body, dict(zip(equation.index, index, strict=True)))
        if equation.offset:
            raise NoComponents
        return component(equation.body, self.notation, index, avoid)

    def local(
        self, layer: Declaration, index: tuple[Node, ...], target: Target, avoid: frozenset[str] = frozenset()
    ) -> tuple[Term, ...]:
        """The immediate derivative of a layer's component at step t by a target, through its pre-activation if any."""
        if not layer.timed and target.step is not None:
            return self._of_untimed(layer, index, target, avoid)
        value = self.notation.write(layer, self.notation.step, index) if layer.timed else None
        if (argument := self.is_normalised(layer)) is not None:
            return self._of_normalised(layer, argument, index, target, avoid)
        body = self.component(layer, index, avoid)
        through = self._preactivation(layer)
        terms = partial(body, target, self.notation, value)
        if through is not None and target.declaration != through:
            outer = partial(body, Target(through, self.notation.step, index), self.notation, value)
            inner = self.local(through, index, target, avoid)
            terms += tuple(_joined(o, i) for o in outer for i in inner)
        return terms

    def _of_untimed(
        self, layer: Declaration, index: tuple[Node, ...], target: Target, avoid: frozenset[str]
    ) -> tuple[Term, ...]:
        """Of a layer that sums over all steps: the step in question is none of the letters it sums over."""
        t, apart = self.notation.step, Name("?")
        hidden = replace(target, step=at_step(target.step, t, apart) if target.step is not None else None)
        terms = partial(self.component(layer, index, avoid), hidden, self.notation)
        return tuple(Term(at_step(x.body, apart, t), x.deltas) for x in terms)

    def _of_normalised(
        self,
        layer: Declaration,
        argument: Declaration,
        index: tuple[Node, ...],
        target: Target,
        avoid: frozenset[str],
    ) -> tuple[Term, ...]:
        """∂f_i/∂a_j = f_i (δ_ij - f_j), from the table; by anything else through the argument."""
        row = self._applied(self.equation(layer).body)
        assert isinstance(row, VectorPrimitive)
        if target.declaration != argument or target.step != self.notation.step:
            raise NoComponents
        own = self.notation.write(layer, self.notation.step, index)
        other = self.notation.write(layer, self.notation.step, target.index)
        f = Name("f")
        values: dict[Node, Node] = {Scripted(f, (Name("i"),)): own, Scripted(f, (Name("j"),)): other}
        same, always = (replaced(read(text), values) for text in row.written)
        first = agreeing(list(zip(index, target.index, strict=True)), Term(same))
        return (*first, Term(always))

    def _preactivation(self, layer: Declaration) -> Declaration | None:
        return next((z for z in self.uses if self.preactivation_of(z) == layer), None)


def _joined(outer: Term, inner: Term) -> Term:
    return Term(times((outer.body, inner.body)), (*outer.deltas, *inner.deltas))
