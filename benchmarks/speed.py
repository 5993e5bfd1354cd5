"""How long it takes, and how that grows; every ratio is of two times measured in this run.

python benchmarks/speed.py           # SymPy's diff on the substituted loss at τ = 2 (about half a minute)
python benchmarks/speed.py --long    # at τ = 3 (some minutes)
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

STATEMENT = "from bptt_sym.cli import main; main()"


def timed(function: Callable[[], object]) -> float:
    """Seconds of wall time for one call."""
    start = perf_counter()
    function()
    return perf_counter() - start


def verified(sizes: dict[str, int], steps: int) -> None:
    """Everything from LaTeX to verdicts, nothing kept from another run."""
    from bptt_sym.check import judge_document
    from bptt_sym.claims import Setting
    from bptt_sym.network.library import library_text
    from bptt_sym.network.reading import read_network

    setting = Setting.of(read_network(library_text("elman"), "elman"), sizes, steps)
    report = judge_document(library_text("book"), setting, file="book.tex")
    assert {entry.verdict for entry in report.entries} == {"proved"}


def differentiated_by_sympy(steps: int) -> None:
    """SymPy's diff of the fully substituted loss by every parameter."""
    from bptt_sym.network.library import load_network
    from bptt_sym.network.unrolling import unroll

    graph = unroll(load_network("elman"), {"x": 4, "h": 5, "o": 3}, steps)
    values: dict[object, object] = {}
    for assignment in graph.assignments:
        values[assignment.symbol] = assignment.expr.xreplace(values)
    loss = values[graph.assignments[-1].symbol]
    for symbol, ref in graph.refs.items():
        if ref.step is None and graph.definition(symbol) is None:
            loss.diff(symbol)  # type: ignore[attr-defined]


def process(*command: str) -> float:
    """The fastest of five runs of a whole process."""
    run = lambda: subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)  # noqa: E731
    return min(timed(run) for _ in range(5))


def row(what: str, figure: str) -> None:
    """One line of the table."""
    print(f"{what:<66} {figure}")


def main() -> None:
    """Measure and print."""
    steps = 3 if "--long" in sys.argv else 2
    sizes = {"x": 4, "h": 5, "o": 3}
    importing = process("-c", "import sympy")
    command = process("-c", STATEMENT, "verify")
    row("import sympy, whole process", f"{importing:.2f} s")
    row("bptt-sym verify, whole process", f"{command:.2f} s, {command / importing:.2f} times that")
    verified(sizes, 1)
    ours = min(timed(lambda: verified(sizes, steps)) for _ in range(3))
    row(f"book.tex read, derived and decided, 4-5-3, τ = {steps}", f"{ours:.3f} s")
    ten = min(timed(lambda: verified(sizes, 10)) for _ in range(3))
    forty = min(timed(lambda: verified(sizes, 40)) for _ in range(2))
    row("the same at τ = 10", f"{ten:.2f} s")
    row("the same at τ = 40", f"{forty:.2f} s, {forty / ten:.1f} times that")
    row("10-20-10 at τ = 10", f"{timed(lambda: verified({'x': 10, 'h': 20, 'o': 10}, 10)):.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("peak memory so far", f"{peak:.0f} MB")
    theirs = timed(lambda: differentiated_by_sympy(steps))
    row(f"SymPy's diff of the substituted loss, 4-5-3, τ = {steps}", f"{theirs:.1f} s, {theirs / ours:.0f} times ours")


if __name__ == "__main__":
    main()
