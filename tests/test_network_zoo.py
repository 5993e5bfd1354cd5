"""Networks as textbooks, papers and courses write them: what is read from each, and its gradients."""

from __future__ import annotations

import numpy as np
import pytest
from networks import CASES, Case

from bptt_sym.calculus.total import differentiate
from bptt_sym.network.graph import Graph
from bptt_sym.network.network import Network
from bptt_sym.network.reading import read_network
from bptt_sym.network.unrolling import unroll
from bptt_sym.numeric import lambdify
from bptt_sym.symbols import derivative_symbol, symbol

each = pytest.mark.parametrize("case", CASES, ids=repr)
STEPS = 3


class Values:
    """Numbers for all free symbols of a graph, as the arrays that the symbols are components of."""

    def __init__(self, network: Network, graph: Graph, sizes: dict[str, int]) -> None:
        self.values: dict[object, np.ndarray] = {}
        self.places: dict[object, list[tuple[tuple[int, ...], object]]] = {}
        random_ = np.random.default_rng(7)
        used = {s for a in graph.assignments for s in a.expr.free_symbols}
        for s in sorted((s for s in used if graph.definition(s) is None), key=lambda s: s.name):
            ref = graph.refs[s]
            d = next(
                d
                for d in network.declarations
                if ref.name == (d.entry if ref.index else d.name) and d.timed == (ref.step is not None)
            )
            key = d.name.plain if ref.step is None else (d.name.plain, ref.step)
            place = tuple(k - 1 for k in ref.index)
            array = self.values.setdefault(key, np.zeros([sizes[axis] for axis in d.axes], dtype=complex))
            array[place] = abs(random_.normal(scale=0.5)) if d.role == "target" else random_.normal(scale=0.5)
            self.places.setdefault(key, []).append((place, s))

    def __getitem__(self, key):
        return self.values[key]

    def get(self, key, default):
        return self.values.get(key, default)


@each
def test_the_roles_and_sizes_of_a_network_are_found(case: Case) -> None:
    network = read_network(case.latex, case.name)
    own = {e.defines for e in network.equations if not e.auxiliary}
    found = [
        [d.name.plain for d in network.declarations if d.role == role and (role != "layer" or d in own)]
        for role in ("input", "target", "parameter", "layer")
    ]
    wanted = [part.split() for part in case.roles.split("|")]
    assert [sorted(names) for names in found] == [sorted(names) for names in wanted]
    assert sorted(axis.name for axis in network.axes) == sorted(case.axes.split())
    assert network.loss is not None


@each
def test_the_loss_and_its_gradients_agree_with_a_hand_written_loss(case: Case) -> None:
    """Complex steps of NumPy code that was written from the same lines by hand, for every free symbol."""
    network = read_network(case.latex, case.name)
    small = {axis.name: size for size, axis in enumerate((a for a in network.axes if not a.parts), start=2)}
    sizes = network.sizes(small)
    graph = unroll(network, sizes, STEPS)
    values = Values(network, graph, sizes)
    loss = symbol(network.loss.name.plain)
    whole = differentiate(graph, loss)
    places = [(key, place, s) for key, found in values.places.items() for place, s in found]
    inputs = [s for _, _, s in places]
    point = np.array([values[key][place] for key, place, _ in places]).real
    claims = [d for s in inputs if whole.definition(d := derivative_symbol(loss, s)) is not None]
    results = lambdify(whole.assignments, inputs, [loss, *claims])(point)
    assert results[0] == pytest.approx(complex(case.loss(values, STEPS)).real, rel=1e-12)
    claimed = dict(zip(claims, results[1:], strict=True))
    for key, place, s in places:
        values[key][place] += 1e-30j
        expected = complex(case.loss(values, STEPS)).imag / 1e-30
        values[key][place] = values[key][place].real
        assert claimed.get(derivative_symbol(loss, s), 0) == pytest.approx(expected, rel=1e-9, abs=1e-13), s


def test_the_zoo_tells_its_animals_apart() -> None:
    """No two names, and a planted slip in any hand-written loss would show: the losses differ at random points."""
    assert len({case.name for case in CASES}) == len(CASES)
