"""The unrolled network as a picture: forward, and the gradients back over it, with every local derivative."""

from __future__ import annotations

from bptt_sym.calculus.layers import Unrolled
from bptt_sym.claims import Setting
from bptt_sym.draw.elements import draw_elements
from bptt_sym.draw.labels import Labels
from bptt_sym.draw.layers import draw_layers
from bptt_sym.draw.picture import Picture
from bptt_sym.draw.svg import write_svg
from bptt_sym.draw.tikz import write_tikz

__all__ = ["Picture", "draw", "write_svg", "write_tikz"]


def draw(setting: Setting, *, elements: bool = False) -> Picture:
    """A box for every layer at every step or, with `elements`, a circle for every number.

    Raises UsageError for more than can be read.
    """
    labels = Labels(Unrolled(setting.graph, setting.scope), setting)
    return draw_elements(labels) if elements else draw_layers(labels)
