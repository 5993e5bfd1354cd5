"""Written equalities in a setting: their instances, each decided, and the weakest hypothesis for all of them."""

from bptt_sym.claims.instances import instances
from bptt_sym.claims.judging import TOO_DEEP, examine, judge
from bptt_sym.claims.outcome import Instance, Outcome, Word
from bptt_sym.claims.setting import Setting

__all__ = ["TOO_DEEP", "Instance", "Outcome", "Setting", "Word", "examine", "instances", "judge"]
