"""What a theory's applications say: which node is the value of which primitive, and the laws that follow."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Symbol

from bptt_sym.primitives import BY_NAME, Primitive, VectorPrimitive
from bptt_sym.proof.verdict import AppliedPrimitive, Theory


@dataclass(frozen=True, slots=True)
class ExponentialLaw:
    """exp(k·input) is known: Z·outputs[place] of a normalised row, or a primitive's law."""

    application: AppliedPrimitive
    primitive: Primitive | VectorPrimitive
    place: int
    normaliser: Symbol | None


class Laws:
    """The applications of a theory, looked up by input and by output, each checked before first use."""

    def __init__(self, theory: Theory) -> None:
        self.theory = theory
        self.by_output: dict[Symbol, AppliedPrimitive] = {}
        self._by_input: dict[Symbol, list[AppliedPrimitive]] = {}
        self._sound: dict[Symbol, bool] = {}
        for application in theory.applications:
            for output in application.outputs:
                self.by_output.setdefault(output, application)
            for symbol in application.inputs:
                self._by_input.setdefault(symbol, []).append(application)

    def holds(self, application: AppliedPrimitive) -> bool:
        """Whether the outputs are defined as the primitive of the table at the inputs."""
        first = application.outputs[0]
        known = self._sound.get(first)
        if known is None:
            known = self._sound[first] = meaning_agrees(application, self.theory)
        return known

    def value_of(self, output: Symbol) -> AppliedPrimitive | None:
        """The checked application that has this output."""
        application = self.by_output.get(output)
        return application if application is not None and self.holds(application) else None

    def exponential(self, symbol: Symbol) -> ExponentialLaw | None:
        """The law for exp of multiples of an input, normalised rows before elementwise ones."""
        found = [a for a in self._by_input.get(symbol, ()) if self.holds(a)]
        for application in found:
            row = BY_NAME[application.primitive]
            if isinstance(row, VectorPrimitive) and len(set(application.inputs)) == len(application.inputs):
                place = application.inputs.index(symbol)
                return ExponentialLaw(application, row, place, normaliser_name(application))
        for name in ("exp", "sigmoid", "tanh"):
            for application in found:
                if application.primitive == name:
                    return ExponentialLaw(application, BY_NAME[name], 0, None)
        return None

    def node(self, primitive: str, symbol: Symbol) -> Symbol | None:
        """The first node that is the value of an elementwise primitive at a node."""
        for application in self._by_input.get(symbol, ()):
            if application.primitive == primitive and self.holds(application):
                return application.outputs[0]
        return None

    def exponential_inputs(self) -> list[Symbol]:
        """The inputs of which exp is known, in the order of the applications."""
        return [s for s in self._by_input if self.exponential(s) is not None]


def meaning_agrees(application: AppliedPrimitive, theory: Theory) -> bool:
    """Whether definition and table say the same of every output, letter by letter."""
    row = BY_NAME.get(application.primitive)
    definitions = tuple(theory.definition(s) for s in application.outputs)
    match row:
        case Primitive():
            return len(application.inputs) == 1 and definitions == (row.build(application.inputs[0]),)
        case VectorPrimitive():
            return definitions == row.build(application.inputs)
        case None:
            return False


def normaliser_name(application: AppliedPrimitive) -> Symbol:
    """The name of Z in Z·outputs[k] = exp(inputs[k])."""
    return Symbol(f"⟨Z {application.outputs[0].name}⟩")
