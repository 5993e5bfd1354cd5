"""The gradients of a network's loss by all its parameters, held against finite differences."""

from __future__ import annotations

from sympy import Integer, Symbol

from bptt_sym.calculus.total import differentiate
from bptt_sym.errors import UsageError
from bptt_sym.network.graph import Assignment, Graph
from bptt_sym.network.network import Network
from bptt_sym.numeric.gradients import GradientReport, gradient_report
from bptt_sym.symbols import derivative_symbol, symbol


def parameter_report(network: Network, graph: Graph, *, seed: int = 0) -> GradientReport:
    """`gradient_report` of the loss by every parameter, a group each; states before step 1 are random too.

    Raises UsageError for a network without a loss.
    """
    if network.loss is None or network.loss.timed:
        raise UsageError(f"the network {network.name} has no loss to take gradients of")
    loss = symbol(network.loss.name.plain)
    whole = differentiate(graph, loss)
    groups = {name: tuple((s, derivative_symbol(loss, s)) for s in symbols)
              for name, symbols in parameters(network, graph).items()}  # fmt: skip
    claims = [g for pairs in groups.values() for _, g in pairs]
    zeros = [Assignment(g, Integer(0)) for g in claims if whole.definition(g) is None]
    return gradient_report((*whole.assignments, *zeros), loss, groups, targets=graph.targets, seed=seed)


def parameters(network: Network, graph: Graph) -> dict[str, tuple[Symbol, ...]]:
    """The scalars of each parameter, by its name in plain characters."""
    names = {name: d.name.plain for d in network.parameters() for name in (d.name, d.entry)}
    found: dict[str, list[Symbol]] = {d.name.plain: [] for d in network.parameters()}
    for s, ref in graph.refs.items():
        if ref.step is None and ref.name in names:
            found[names[ref.name]].append(s)
    return {name: tuple(symbols) for name, symbols in found.items()}
