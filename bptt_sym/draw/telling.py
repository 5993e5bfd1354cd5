"""What a picture says, in words: its title, and a description that stands for it where it can't be seen."""

from __future__ import annotations

from bptt_sym.calculus.layers import Arrow, Place, Unrolled
from bptt_sym.draw.labels import Labels
from bptt_sym.render.layout import line

LEGEND = (
    "Solid arrows compute the loss; each bears the local derivative of what it points to by where it comes from. "
    "Dashed arrows carry the gradient back: on the way it is multiplied by that derivative, transposed, and where "
    "arrows meet it adds up. Parameters and targets stand in the derivatives, not in the picture."
)

STEPLESS = " In a derivative, what is written without its step is of the step that the arrow points to."


def title_of(unrolled: Unrolled) -> str:
    """A name for the picture."""
    scope = unrolled.scope
    steps = f"{scope.steps} step" + "s" * (scope.steps != 1)
    name = "".join(c if c.isprintable() else " " for c in unrolled.network.name)
    return f"The network {name} over {steps}, with the gradients of its loss"


def describe(labels: Labels) -> str:
    """The sizes, then what feeds what at each step with its local derivative, then what the arrows mean."""
    unrolled = labels.unrolled
    sizes = ", ".join(f"{name} = {size}" for name, size in unrolled.scope.sizes.items())
    told = [f"Sizes: {sizes}." if sizes else "All is scalar.", LEGEND]
    by_target: dict[Place, list[Arrow]] = {}
    for arrow in unrolled.arrows:
        by_target.setdefault(arrow.target, []).append(arrow)
    for target, arrows in by_target.items():
        sources = ", ".join(f"{line(labels.place(a.source))} by {line(labels.matrix(a))}" for a in arrows)
        told.append(f"{line(labels.place(target))} depends on {sources}.")
    return "\n".join(told)
