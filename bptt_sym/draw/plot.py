"""Pictures of numbers, by matplotlib: how gradients flow through time, and the Jacobians on the way."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np

from bptt_sym.claims import Setting
from bptt_sym.derivation.notation import Notation
from bptt_sym.errors import UsageError
from bptt_sym.numeric.flow import Flow
from bptt_sym.render.characters import small
from bptt_sym.render.layout import line
from bptt_sym.written.nodes import Add, Derivative, Name, Negate, Node, Number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = ("png", "svg", "pdf")
LARGEST_JACOBIAN = 600  # rows of all steps together
SMALLEST = 1e-16  # of the largest gradient: what is less is drawn as that
BEYOND = 8.0  # decades above the largest gradient: a bound that is higher is drawn as that
# From dark blue to yellow, lighter throughout: the same to every kind of eye, and in grey.
COLOURS = "cividis"
LINES = ("#134074", "#d55e00")
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "bptt-sym", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 10.0,
    "axes.titlesize": 11.0, "text.parse_math": False, "axes.unicode_minus": True,
}  # fmt: skip


def plot_flow(flow: Flow, setting: Setting, format: str, *, elements: bool = False) -> bytes:
    """The norms over both steps with their bound beside them or, with `elements`, the Jacobians.

    Same input, same bytes. `format` is one of `SUFFIXES`. Raises UsageError without matplotlib, or for more than can
    be seen.
    """
    assert format in SUFFIXES
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise UsageError("plots need matplotlib: pip install 'bptt-sym[plot]'") from error
    words = FlowWords(flow, setting)
    with matplotlib.rc_context(STYLE):
        height = 8.0 if elements else 4.5 if flow.whole else 8.4
        figure = Figure(figsize=(10, height), layout="constrained")
        (_draw_jacobians if elements else _draw_norms)(figure, flow, words)
        figure.suptitle(words.title(elements=elements))
        return _written(figure, format, words.title(elements=elements), words.description(elements=elements))


class FlowWords:
    """What the pictures of a flow say, in words and in the network's own letters."""

    def __init__(self, flow: Flow, setting: Setting) -> None:
        self.flow = flow
        self.notation = Notation(setting)

    def state(self, step: str) -> Node:
        """The state at a step."""
        return self.notation.write(self.flow.state, Name(step))

    def norm(self, s: str = "s", t: str = "t") -> str:
        """‖∂L^(s)/∂h^(t)‖, or ‖∂L/∂h^(t)‖."""
        loss = self.notation.write(self.flow.loss, None if self.flow.whole else Name(s))
        return f"‖{line(Derivative(loss, (self.state(t),)))}‖"

    def jacobian(self) -> str:
        """∂h^(t)/∂h^(s)."""
        return line(Derivative(self.state("t"), (self.state("s"),)))

    def bound(self) -> str:
        """What the bound is made of."""
        if self.flow.bounds is None:
            return NO_BOUND
        if self.flow.whole:
            return "The bound adds up, over the steps that the loss uses, products of the spectral norms of one step."
        if self.flow.alone:
            step, before = self.state("k"), self.notation.write(self.flow.state, Add((Name("k"), Negate(Number("1")))))
            return f"The bound multiplies the spectral norms of {line(Derivative(step, (before,)))} for k = t + 1 … s."
        return "The bound multiplies the spectral norms of ∂S/∂S′, all states by all those of the step before."

    def title(self, *, elements: bool) -> str:
        """A name for the picture."""
        name = "".join(c if c.isprintable() else " " for c in self.notation.setting.network.name)
        what = f"The Jacobians {self.jacobian()}" if elements else f"The gradients {self.norm()}"
        return f"{what} of the network {name}"

    def description(self, *, elements: bool) -> str:
        """The numbers that a reader would take from the picture."""
        return "\n".join(self._jacobian_lines() if elements else self._norm_lines())

    def _norm_lines(self) -> Iterator[str]:
        flow, last = self.flow, str(self.flow.steps[-1])
        rows = "" if flow.whole else " Rows: the step s of the loss; columns: the step t of the state."
        yield f"One random point.{rows}"
        for k, t in enumerate(flow.steps):
            bound = "" if flow.bounds is None else f", at most {flow.bounds[-1, k]:.2e}"
            yield f"{self.norm(last, str(t))} = {flow.norms[-1, k]:.2e}{bound}"
        yield self.bound()
        if flow.bounds is not None and len(flow.factors):
            low, high = flow.factors.min(), flow.factors.max()
            yield f"The Jacobian of one step has a spectral norm between {low:.2f} and {high:.2f}."

    def _jacobian_lines(self) -> Iterator[str]:
        yield "One random point. A block for each pair of steps: a row for each component at t, a column at s."
        for lag in range(len(self.flow.steps)):
            norms = [np.linalg.norm(self.flow.jacobians[t, t - lag], 2) for t in range(lag, len(self.flow.steps))]
            yield f"t − s = {lag}: spectral norms between {min(norms):.2e} and {max(norms):.2e}"


NO_BOUND = "No bound: in this network something passes back in time, or over more than one step."


def _draw_norms(figure: Figure, flow: Flow, words: FlowWords) -> None:
    """Two heat maps with one scale, and the last loss's row of both as lines below; of one row only the lines."""
    if flow.whole:
        _draw_lines(figure.add_subplot(), flow, words)
        return
    maps = [flow.norms] if flow.bounds is None else [flow.norms, flow.bounds]
    grid = figure.add_gridspec(2, len(maps), height_ratios=(3, 2))
    shown = [np.log10(np.where(values > 0, values, np.nan)) for values in maps]
    low, high, more = colour_range(*shown)
    axes = [figure.add_subplot(grid[0, k]) for k in range(len(maps))]
    titles = words.norm(), "its bound"
    for one, values, title in zip(axes, shown, titles, strict=False):
        image = one.imshow(values, cmap=COLOURS, vmin=low, vmax=high, extent=_extent(flow), interpolation="nearest")
        one.set(title=title, xlabel="t, the step of the state", ylabel="s, the step of the loss")
        _whole_steps(one)
    figure.colorbar(image, ax=axes, label="log₁₀", extend="max" if more else "neither")
    _draw_lines(figure.add_subplot(grid[1, :]), flow, words)


def colour_range(norms: Any, *bounds: Any) -> tuple[float, float, bool]:
    """The decades that the colours stand for, and whether bounds go beyond: what there is must be seen beside them."""
    found = norms[np.isfinite(norms)] if np.isfinite(norms).any() else np.zeros(1)
    limits = np.concatenate([found, *(bound[np.isfinite(bound)] for bound in bounds)])
    high = min(limits.max(), found.max() + BEYOND)
    return max(limits.min(), found.max() + np.log10(SMALLEST)), high, bool(limits.max() > high)


def _draw_lines(axes: Axes, flow: Flow, words: FlowWords) -> None:
    """Towards the past of the last loss: what there is, and what there can be at most."""
    last = str(flow.steps[-1])
    rows: list[tuple[Any, str, str]] = [(flow.norms[-1], f"{words.norm(last)}", "o-")]
    if flow.bounds is not None:
        rows.append((flow.bounds[-1], "its bound", "s--"))
    for (values, label, look), colour in zip(rows, LINES, strict=False):
        axes.plot(flow.steps, np.where(values > 0, values, np.nan), look, color=colour, label=label, markersize=4)
    if any((values > 0).any() for values, *_ in rows):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: _power(value))
        axes.yaxis.set_minor_formatter(lambda value, _: _between(value, axes.get_ylim()))
    title = "" if flow.whole else f"The row of the last loss, s = {last}"
    axes.set(xlabel=f"t, the step of the state\n{words.bound()}", title=title)
    _whole_steps(axes)
    axes.grid(alpha=0.3)
    axes.legend()


def _power(value: float) -> str:
    return f"10{small(str(round(np.log10(value))), above=True)}"


def _between(value: float, limits: tuple[float, float]) -> str:
    """What stands at 2, 3 and 5 times a power of ten, where the axis shows less than two of these powers."""
    low, high = np.log10(limits)
    digit = round(value / 10.0 ** np.floor(np.log10(value) + 1e-9))
    return f"{value:.3g}" if np.floor(high) - np.ceil(low) < 1 and digit in (2, 3, 5) else ""


def _draw_jacobians(figure: Figure, flow: Flow, words: FlowWords) -> None:
    """All Jacobians as blocks of one large matrix; dark is negative, light positive."""
    count, size = len(flow.steps), flow.jacobians.shape[-1]
    if count * size > LARGEST_JACOBIAN:
        raise UsageError(f"{count} steps of {size} components are too many for one picture; take fewer steps")
    whole = flow.jacobians.transpose(0, 2, 1, 3).reshape(count * size, count * size)
    blocked = np.kron(np.tril(np.ones((count, count))), np.ones((size, size)))
    far = float(np.abs(whole).max()) or 1.0
    axes = figure.add_subplot()
    shown = np.where((blocked > 0) | (whole != 0), whole, np.nan)
    image = axes.imshow(shown, cmap=COLOURS, vmin=-far, vmax=far, interpolation="nearest")
    for k in range(1, count):
        axes.axhline(k * size - 0.5, color="white", linewidth=0.8)
        axes.axvline(k * size - 0.5, color="white", linewidth=0.8)
    middles, every = [k * size + (size - 1) / 2 for k in range(count)], max(count // 12, 1)
    axes.set_xticks(middles[::every], [str(step) for step in flow.steps[::every]])
    axes.set_yticks(middles[::every], [str(step) for step in flow.steps[::every]])
    axes.set(xlabel="s (within a block: the component differentiated by)",
             ylabel="t (within a block: the component differentiated)")  # fmt: skip
    figure.colorbar(image, ax=axes, label=words.jacobian())


def _extent(flow: Flow) -> tuple[float, float, float, float]:
    first, last = flow.steps[0] - 0.5, flow.steps[-1] + 0.5
    return first, last, last, first


def _whole_steps(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if axes.images:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def _written(figure: Figure, format: str, title: str, description: str) -> bytes:
    """The file, without dates, with its title and description inside."""
    formats: dict[str, dict[str, Any]] = {
        "png": {"Software": None, "Title": title, "Description": description},
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Title": title, "Subject": description},
    }
    stream = io.BytesIO()
    figure.savefig(stream, format=format, metadata=formats[format], dpi=120)
    if format != "svg":
        return stream.getvalue()
    head, opening, rest = stream.getvalue().decode().partition("<svg ")
    attributes, end, body = rest.partition(">")
    told = f'\n <title id="title">{escape(title)}</title>\n <desc id="description">{escape(description)}</desc>'
    role = ' role="img" aria-labelledby="title description"'
    return f"{head}{opening}{attributes}{role}{end}{told}{body}".encode()
