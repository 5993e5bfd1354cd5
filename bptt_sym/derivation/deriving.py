"""From a setting to its derivation: which sections there are follows from what the equations use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bptt_sym.claims import Setting
from bptt_sym.derivation.book import book_numbers
from bptt_sym.derivation.cancellation import Cancellation
from bptt_sym.derivation.derivation import Chain, Derivation, Ledger, Section, Summary, Telling, Text
from bptt_sym.derivation.forward import Forward
from bptt_sym.derivation.gradients import Gradients
from bptt_sym.derivation.likelihood import LikelihoodSections, find_likelihood
from bptt_sym.derivation.notation import Notation
from bptt_sym.derivation.pairs import Pairs
from bptt_sym.derivation.parameters import Parameters
from bptt_sym.derivation.quotient import QuotientRule
from bptt_sym.derivation.structure import Structure
from bptt_sym.derivation.targets import parse_target
from bptt_sym.errors import UsageError
from bptt_sym.meaning.scope import Declaration
from bptt_sym.proof.verdict import Given
from bptt_sym.written.nodes import Chain as Relation
from bptt_sym.written.nodes import Nabla, Number

GIVENS: tuple[Given, ...] = ("", "sum_y", "one_hot")


def derive(setting: Setting, targets: Sequence[str] = ()) -> Derivation:
    """The derivation of all gradients, or of the targets named (`dL/dW`, `dL/dw_12`, `dyhat/dh`, `dh^(3)/dh^(1)`).

    Every line is proved before it stands here. Raises UsageError for a target that isn't one, with the nearest.
    """
    deriving = _Deriving(setting)
    if targets:
        wanted = [section for target in targets for section in deriving.of_target(target)]
        sections = (deriving.forward.brief(), *wanted)
    else:
        sections = tuple(deriving.everything())
    sizes = tuple((axis.name, setting.scope.sizes[axis.name]) for axis in setting.network.axes)
    return Derivation(setting.network.name, sizes, setting.scope.steps, sections)


class _Deriving:
    """The tellers of one setting."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.notation = Notation(setting)
        self.structure = Structure(self.notation)
        self.telling = Telling(Ledger(setting))
        self.forward = Forward(self.telling, self.structure)

    @property
    def loss(self) -> Declaration:
        """What gradients are taken of; raises UsageError when the network has none."""
        loss = self.setting.network.loss
        if loss is None:
            raise UsageError("the network states no loss, so there are no gradients to derive")
        return loss

    def everything(self) -> Iterator[Section]:
        """All sections in reading order, and the table of closed forms."""
        told = [self.forward.section(), *self.gradient_sections()]
        yield from told
        summary = self.summary(told)
        if summary is not None:
            yield summary

    def gradient_sections(self, key: str | None = None) -> Iterator[Section]:
        """Sections from the loss backwards; with a key, those that may answer for it."""
        if key is not None and self.setting.network.loss is None:
            return
        for answers, tell in self.tellers():
            if key is not None and answers != key:
                continue
            section = tell()
            if section is not None:
                yield section

    def tellers(self) -> Iterator[tuple[str, Callable[[], Section | None]]]:
        """What each section answers for, and its teller: likelihood first, then layers in reverse, then parameters."""
        loss = self.loss
        of_loss = f"d{loss.name.plain}/d"
        found = find_likelihood(self.structure)
        done: set[Declaration] = set(self.structure.losses)
        last_told: set[Declaration] = set()
        if found is not None:
            base = LikelihoodSections(self.telling, self.structure, found, loss)
            yield "", base.loss_section
            yield of_loss + found.o.name.plain, base.gradient_section
            done |= {found.p, found.o}
            for layer in self._feeding(found.o):
                yield f"d{found.p.name.plain}/d{layer.name.plain}", QuotientRule(base, layer).section
                if [e.layer for e in self.structure.uses[layer] if e.shift == 0] == [found.o]:
                    last_told.add(layer)
                    yield of_loss + layer.name.plain, Cancellation(base, layer).section
        gradients = Gradients(self.telling, self.structure, loss)
        for layer in reversed(self.setting.network.layers()):
            if layer.timed and layer not in done and self.structure.preactivation_of(layer) is None:
                yield of_loss + layer.name.plain, _gradient(gradients, layer, last_told)
        parameters = Parameters(self.telling, self.structure, loss)
        for parameter in reversed(self.setting.network.parameters()):
            yield of_loss + parameter.name.plain, _of(parameters.section, parameter)

    def _feeding(self, o: Declaration) -> list[Declaration]:
        """Layers of the same step that the argument of the softmax is made of."""
        return [
            layer
            for layer in self.setting.network.layers()
            if len(layer.axes) == 1 and any(e.layer == o and e.shift == 0 for e in self.structure.uses.get(layer, []))
        ]

    def of_target(self, text: str) -> Iterator[Section]:
        """The sections that answer for one target: told already in the whole, or a derivative of its own."""
        target = parse_target(text, self.structure)
        d = target.by.declaration
        sections: list[Section] = []
        if target.is_plain:
            sections = [s for s in self.gradient_sections(target.key) if target.key in s.targets]
        elif target.of.declaration == self.setting.network.loss and d.role == "parameter" and target.by.step is None:
            only = tuple(int(part.text) for part in target.by.index if isinstance(part, Number))
            section = Parameters(self.telling, self.structure, self.loss).section(d, only)
            sections = [] if section is None else [section]
        if not sections:
            section = Pairs(self.telling, self.structure).section(target)
            sections = [] if section is None else [section]
        if not sections:
            hint = ""
            if d.role == "parameter" and target.by.step is None:
                hint = f"; by the copy that one step uses it is d{target.of.declaration.name.plain}/d{d.name.plain}^(t)"
            raise UsageError(f"no line of {text} could be proved, or nothing leads from the one to the other{hint}")
        yield from sections

    def summary(self, told: Sequence[Section]) -> Section | None:
        """Every closed form in vectors, its number in the book where it has one, and its hypothesis."""
        numbers = book_numbers(self.setting.network)
        rows = tuple(
            (Relation((chain.left, chain.last), ("=",)), numbers.get(chain.left, ""), _weakest(chain))
            for section in told
            if self._is_of_loss(section)
            for chain in _chains(section)
            if isinstance(chain.left, Nabla)
        )
        if not rows:
            return None
        intro = Text(("Every closed form that was arrived at. Each is proved, under the hypothesis beside it.",))
        return Section(("The closed forms",), (intro, Summary(rows)))

    def _is_of_loss(self, section: Section) -> bool:
        return any(target.startswith(f"d{self.loss.name.plain}/") for target in section.targets)


def _gradient(gradients: Gradients, layer: Declaration, last_told: set[Declaration]) -> Callable[[], Section | None]:
    return lambda: gradients.section(layer, last_told=layer in last_told)


def _of(tell: Callable[[Declaration], Section | None], layer: Declaration) -> Callable[[], Section | None]:
    return lambda: tell(layer)


def _chains(section: Section) -> list[Chain]:
    return [item for item in section.items if isinstance(item, Chain)]


def _weakest(chain: Chain) -> Given:
    return max(chain.givens, key=GIVENS.index, default="")
