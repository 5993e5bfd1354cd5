"""The commands `draw` and `plot`; what is heavy is imported when it is needed."""

from __future__ import annotations

from collections.abc import Mapping

import click

from bptt_sym.command.options import network_options
from bptt_sym.errors import UsageError


@click.command()
@network_options
@click.option("--elements/--layers", default=False, help="A circle for every number; a box for every layer (default).")
@click.option("--text", is_flag=True, help="Say in words what the picture shows.")
@click.option("-o", "--output", metavar="FILE", help="Write there: graph.svg, or graph.tex with TikZ.")
def draw(
    network: str, sizes: Mapping[str, int], steps: int, elements: bool, text: bool, output: str | None
) -> None:
    """Draw the unrolled network, with every local derivative and the way of the gradients back."""
    if output is not None and not output.endswith((".svg", ".tex")):
        raise UsageError(f"{output} is neither an .svg nor a .tex")
    from bptt_sym.check import open_setting
    from bptt_sym.draw import draw as drawn
    from bptt_sym.draw import write_svg, write_tikz
    from bptt_sym.render import write_file

    picture = drawn(open_setting(network, sizes, steps), elements=elements)
    if text:
        click.echo(f"{picture.title}\n{picture.description}")
    if output is not None:
        write_file(output, write_tikz(picture) if output.endswith(".tex") else write_svg(picture))
    elif not text:
        click.echo(write_svg(picture), nl=False)


@click.group()
def plot() -> None:
    """Plot numbers of a network; needs matplotlib (the extra `plot`)."""


@plot.command()
@network_options
@click.option("--elements", is_flag=True, help="The Jacobian of every two steps, number by number.")
@click.option("--state", metavar="LAYER", help="The layer whose gradients are plotted; else the first recurrent one.")
@click.option("--weights", type=click.FloatRange(min=0), default=0.5, show_default=True,
              help="The standard deviation of the random parameters.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the random numbers.")
@click.option("--text", is_flag=True, help="Say in words what the picture shows.")
@click.option("-o", "--output", metavar="FILE", help="Write there: flow.png, flow.svg or flow.pdf.")
def flow(
    network: str, sizes: Mapping[str, int], steps: int, elements: bool, state: str | None, weights: float, seed: int,
    text: bool, output: str | None,
) -> None:  # fmt: skip
    """Plot how gradients of each step's loss reach back through time, beside what bounds them."""
    suffix = "" if output is None else output.rpartition(".")[2]
    if suffix not in ("png", "svg", "pdf") and not (output is None and text):
        raise UsageError("-o with a .png, an .svg or a .pdf is needed, or --text")
    from bptt_sym.check import open_setting
    from bptt_sym.draw.plot import FlowWords, plot_flow
    from bptt_sym.numeric.flow import gradient_flow
    from bptt_sym.render import write_file

    setting = open_setting(network, sizes, steps)
    found = gradient_flow(setting, state, weights=weights, seed=seed)
    if output is not None:
        write_file(output, plot_flow(found, setting, suffix, elements=elements))
    if text:
        words = FlowWords(found, setting)
        click.echo(f"{words.title(elements=elements)}\n{words.description(elements=elements)}")
