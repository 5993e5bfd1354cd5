"""How gradients flow through time, in numbers: ∂L^(s)/∂h^(t) or ∂L/∂h^(t), ∂h^(t)/∂h^(s), and what bounds them.

Legend: `h` the state, `S` all that one step hands to the next. The chain rule runs over whole layers: the local
derivatives are those of `calculus`, evaluated at one random point; no difference quotients are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sympy import Dummy, Symbol

from bptt_sym.calculus.layers import Arrow, Place, Unrolled
from bptt_sym.claims import Setting
from bptt_sym.errors import UsageError
from bptt_sym.meaning.scope import Declaration
from bptt_sym.network.graph import Assignment
from bptt_sym.numeric.functions import Array, lambdify

WEIGHTS = 0.5  # standard deviation of parameters; that of inputs and first states is 1
MOST_NUMBERS = 200_000  # local derivatives


@dataclass(frozen=True, eq=False)
class Flow:
    """Gradients of the losses of each step by the state of each step.

    `norms[s, t]` is ‖∂L^(s)/∂h^(t)‖, steps in the order of `steps`; 0 where nothing leads from there to that loss.
    Where the loss is no sum over steps there is one row, of ‖∂L/∂h^(t)‖, and `whole` is true.
    `bounds[s, t]` is what it can't exceed for t ≤ s, made of products of norms, NaN for t > s; None where the bound
    doesn't hold, since something goes back in time or over more than one step. `factors` are the norms of one step's
    Jacobian ∂S^(k)/∂S^(k-1), from the second step on. `jacobians[t, s]` is ∂h^(t)/∂h^(s), a matrix. The state is
    `alone` if it is all that one step hands to the next.
    """

    state: Declaration
    loss: Declaration
    steps: tuple[int, ...]
    norms: Array
    bounds: Array | None
    factors: Array
    jacobians: Array
    alone: bool = True

    @property
    def whole(self) -> bool:
        """Whether the gradients are those of the whole loss."""
        return not self.loss.timed


def gradient_flow(setting: Setting, state: str | None = None, *, weights: float = WEIGHTS, seed: int = 0) -> Flow:
    """The flow at a random point: parameters normal with that standard deviation, targets one-hot.

    `state` is the plain name of a layer, the first one that is used at another step if none is given. Raises
    UsageError for a network that has no such layer, or no loss.
    """
    return _Flowing(setting, state, weights, seed).flow()


class _Flowing:
    """Blocks of local derivatives as numbers, and the chain rule over them."""

    def __init__(self, setting: Setting, state: str | None, weights: float, seed: int) -> None:
        self.setting = setting
        self.unrolled = Unrolled(setting.graph, setting.scope)
        self.crossing = [a for a in self.unrolled.arrows if a.source.declaration.role == "layer" and not a.within_step
                         and a.source.step is not None and a.target.step is not None]  # fmt: skip
        self.states = tuple(dict.fromkeys(a.source.declaration for a in self.crossing))
        self.state = self._state(state)
        self.loss = self._loss()
        self.steps = tuple(range(1, setting.scope.steps + 1))
        self.blocks = self._evaluated(random_point(setting, weights=weights, seed=seed))
        self.backwards = list(reversed(self.unrolled.sorted()))

    def _state(self, name: str | None) -> Declaration:
        """The layer of that name; the first recurrent one."""
        layers = [d for d in self.setting.network.layers() if d.timed]
        if name is not None:
            found = next((d for d in layers if d.name.plain == name), None)
            if found is None:
                known = ", ".join(d.name.plain for d in layers)
                raise UsageError(f"no layer is called {name}; there are {known}")
            return found
        recurrent = [d for d in layers if d in self.states]
        if not recurrent:
            raise UsageError(f"nothing in {self.setting.network.name} is handed from one step to the next")
        return recurrent[0]

    def _loss(self) -> Declaration:
        """The scalar of each step that only the loss uses; where there is none, or several, the loss itself."""
        total = self.setting.network.loss
        if total is None:
            raise UsageError(f"{self.setting.network.name} has no loss")
        users: dict[Declaration, set[Declaration]] = {}
        for arrow in self.unrolled.arrows:
            users.setdefault(arrow.source.declaration, set()).add(arrow.target.declaration)
        made_of = [source for source, found in users.items() if total in found]
        (only, *others) = made_of or [total]
        return only if not others and only.timed and not only.axes and users[only] == {total} else total

    def _evaluated(self, point: Mapping[Symbol, float]) -> dict[tuple[Place, Place], Array]:
        """The local derivatives of every arrow at the point, as matrices."""
        entries = [(k, key, e) for k, a in enumerate(self.unrolled.arrows) for key, e in a.partials.items()]
        if len(entries) > MOST_NUMBERS:
            raise UsageError(f"{len(entries)} local derivatives are more than {MOST_NUMBERS}; take fewer steps")
        named = [Assignment(Dummy(), e) for _, _, e in entries]
        function = lambdify((*self.setting.graph.assignments, *named), list(point), [a.symbol for a in named])
        values = function(np.array(list(point.values())))
        found = [np.zeros((self.size(a.target), self.size(a.source))) for a in self.unrolled.arrows]
        for (k, key, _), value in zip(entries, values, strict=True):
            found[k][key] = value
        return {(a.source, a.target): block for a, block in zip(self.unrolled.arrows, found, strict=True)}

    def size(self, place: Place) -> int:
        """How many numbers a place has."""
        return len(self.unrolled.scalars.get(place, ()))

    def back(self, start: Place, arrows: Sequence[Arrow]) -> dict[Place, Array]:
        """The derivative of a place by every place that leads to it by these arrows, given last to first."""
        found: dict[Place, Array] = {start: np.eye(self.size(start))}
        for arrow in arrows:
            if arrow.target in found:
                through = found[arrow.target] @ self.blocks[arrow.source, arrow.target]
                found[arrow.source] = found[arrow.source] + through if arrow.source in found else through
        return found

    def flow(self) -> Flow:
        """All of it."""
        places = [Place(self.state, step) for step in self.steps]
        size = self.size(places[0])
        norms = np.zeros((len(self._losses()), len(places)))
        jacobians = np.zeros((len(places), len(places), size, size))
        for s, loss in enumerate(self._losses()):
            gradients = self.back(loss, self.backwards)
            norms[s] = [np.linalg.norm(gradients[place]) if place in gradients else 0.0 for place in places]
        for s, start in enumerate(places):
            states = self.back(start, self.backwards)
            for t, place in enumerate(places):
                jacobians[s, t] = states.get(place, np.zeros((size, size)))
        factors, bounds = self._bounded() if self._is_bounded() else (np.zeros(0), None)
        return Flow(self.state, self.loss, self.steps, norms, bounds, factors, jacobians, self.states == (self.state,))

    def _losses(self) -> list[Place]:
        return [Place(self.loss, step) for step in self.steps] if self.loss.timed else [Place(self.loss, None)]

    def _is_bounded(self) -> bool:
        """Whether all that passes from step to step goes from one to the next."""
        around = [a for a in self.unrolled.arrows if a.source.step is None and a.target.step is not None]
        passes = [a for a in around if a.source.declaration.role == "layer"]
        return not passes and all((a.target.step or 0) - (a.source.step or 0) == 1 for a in self.crossing)

    def _bounded(self) -> tuple[Array, Array]:
        """Σ_s ‖∂L/∂S^(s)‖ Π_k ‖∂S^(k)/∂S^(k-1)‖ ‖∂S^(t)/∂h^(t)‖, the first and last within their steps.

        The loss of a step depends on the states of that step alone, the whole loss perhaps on those of several.
        """
        within = {k: [a for a in self.backwards if a.within_step and a.target.step == k] for k in self.steps}
        factors = np.array([np.linalg.norm(self._step(k, within[k]), 2) for k in self.steps[1:]])
        inner = [np.linalg.norm(self._inside(k, within[k]), 2) for k in self.steps]
        bounds = np.full((len(self._losses()), len(self.steps)), np.nan)
        for row, loss in enumerate(self._losses()):
            own = range(len(self.steps)) if loss.step is None else (row,)
            found = [self._by_states(loss, self.steps[s], within[self.steps[s]]) for s in own]
            for t in range(own[-1] + 1):
                shares = [f * np.prod(factors[t:s]) * inner[t] for s, (f, _) in zip(own, found, strict=True) if t < s]
                bounds[row, t] = sum(shares) + sum(last for s, (_, last) in zip(own, found, strict=True) if s == t)
        return factors, bounds

    def _by_states(self, loss: Place, step: int, within: Sequence[Arrow]) -> tuple[float, float]:
        """The norms of ∂L/∂S^(s) and of ∂L/∂h^(s), through this step alone; the second at most."""
        to_loss = [a for a in self.backwards if a.target.step is None]
        found = self.back(loss, [*to_loss, *within])
        norm = float(np.linalg.norm(np.hstack(list(self._over_states(found, step)))))
        own = found.get(Place(self.state, step))
        return norm, 0.0 if own is None else float(np.linalg.norm(own))

    def _over_states(self, found: Mapping[Place, Array], step: int) -> Iterator[Array]:
        """Blocks by every state at a step, zeros where there is none: each state by itself, the others held fixed."""
        rows = len(next(iter(found.values())))
        for state in self.states:
            place = Place(state, step)
            yield found.get(place, np.zeros((rows, self.size(place))))

    def _step(self, step: int, within: Sequence[Arrow]) -> Array:
        """∂S^(k)/∂S^(k-1): into the step by the arrows that cross to it, then on within it."""
        entering = [a for a in self.crossing if a.target.step == step]
        rows = [self.back(Place(state, step), [*within, *entering]) for state in self.states]
        return np.vstack([np.hstack(list(self._over_states(found, step - 1))) for found in rows])

    def _inside(self, step: int, within: Sequence[Arrow]) -> Array:
        """∂S^(t)/∂h^(t) within a step."""
        place = Place(self.state, step)
        size = self.size(place)
        rows = []
        for state in self.states:
            found = self.back(Place(state, step), within)
            rows.append(found.get(place, np.zeros((self.size(Place(state, step)), size))))
        return np.vstack(rows)


def random_point(setting: Setting, *, weights: float = WEIGHTS, seed: int = 0) -> dict[Symbol, float]:
    """A value for every free symbol, normal, with standard deviation `weights` if it has no step; targets one-hot."""
    generator = np.random.default_rng(seed)
    free = {s for a in setting.graph.assignments for s in a.expr.free_symbols}
    unknown = sorted((s for s in free if setting.graph.definition(s) is None), key=lambda s: str(s.name))
    point = {}
    for s in unknown:
        point[s] = float(generator.normal(scale=weights if setting.graph.refs[s].step is None else 1.0))
    for group in setting.graph.targets:
        hot = generator.integers(len(group))
        point.update({s: float(k == hot) for k, s in enumerate(group) if s in point})
    return point
