"""Numbers: NumPy functions of assignments, and finite checks of gradients. Evidence only, never a verdict."""

from bptt_sym.numeric.functions import lambdify, needed
from bptt_sym.numeric.gradients import GradientReport, GroupError, gradient_report

__all__ = ["GradientReport", "GroupError", "gradient_report", "lambdify", "needed"]
