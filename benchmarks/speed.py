"""How long the book's formulas take, beside SymPy's own diff in the same run; `--short` for fewer steps of the latter.

Prints a table: what was measured, how long it took, how large the process grew, and the ratio that matters.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from multiprocessing import get_context
from time import perf_counter

DOCUMENT = {"x": 4, "h": 5, "o": 3}
DOUBLE = {name: 2 * size for name, size in DOCUMENT.items()}
LARGE = {"x": 10, "h": 20, "o": 10}
REPEATS = 5


def decide_the_book(sizes: dict[str, int], steps: int) -> None:
    """All of book.tex read, all gradients derived, every instance decided."""
    from bptt_sym.check import judge_document, open_setting
    from bptt_sym.network.library import library_text

    report = judge_document(library_text("book"), open_setting("elman", sizes, steps), file="book.tex")
    assert report.summary["proved"] == len(report.entries) > 0


def differentiate_the_substituted_loss(sizes: dict[str, int], steps: int) -> float:
    """Seconds for SymPy's diff of the loss as one expression, by each entry of each parameter."""
    from bptt_sym.network.library import load_network
    from bptt_sym.network.unrolling import unroll
    from bptt_sym.numeric.parameters import parameters
    from bptt_sym.symbols import symbol

    network = load_network("elman")
    graph = unroll(network, sizes, steps)
    known = {}
    for assignment in graph.assignments:
        known[assignment.symbol] = assignment.expr.xreplace(known)
    loss = known[symbol("L")]
    start = perf_counter()
    for symbols in parameters(network, graph).values():
        for s in symbols:
            loss.diff(s)
    return perf_counter() - start


def _measured(sizes: dict[str, int], steps: int) -> tuple[float, float]:
    import bptt_sym.check  # noqa: F401  the time to import is measured with whole processes

    start = perf_counter()
    decide_the_book(sizes, steps)
    seconds = perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_a_process_of_its_own(sizes: dict[str, int], steps: int) -> tuple[float, float]:
    """The least seconds of some runs, each in a fresh process, and the largest peak of memory in megabytes."""
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        runs = [pool.apply(_measured, (sizes, steps)) for _ in range(REPEATS)]
    return min(seconds for seconds, _ in runs), max(peak for _, peak in runs)


def whole_process(code: str) -> float:
    """The median seconds of a Python process that runs the code, its bytecode compiled beforehand."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = cache

        def once() -> float:
            start = perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, env=environment)
            return perf_counter() - start

        once()
        return statistics.median(once() for _ in range(2 * REPEATS))


def rows(sympy_steps: int) -> list[tuple[str, str, str, str]]:
    """What is printed, as it is measured."""
    ours, peak = in_a_process_of_its_own(DOCUMENT, 3)
    theirs = differentiate_the_substituted_loss(DOCUMENT, sympy_steps)
    shortened = "" if sympy_steps == 3 else f" (of {sympy_steps} step{'s' * (sympy_steps > 1)} only)"
    ten, _ = in_a_process_of_its_own(DOCUMENT, 10)
    forty, peak_forty = in_a_process_of_its_own(DOCUMENT, 40)
    double, peak_double = in_a_process_of_its_own(DOUBLE, 3)
    large, peak_large = in_a_process_of_its_own(LARGE, 10)
    verify = whole_process("from bptt_sym.cli import main; main(['verify'])")
    sympy = whole_process("import sympy")
    return [
        ("the book at 4-5-3, 3 steps", _seconds(ours), _megabytes(peak), ""),
        (f"SymPy's diff of the loss{shortened}", _seconds(theirs), "", f"{theirs / ours:.0f} times as long"),
        ("the book at 4-5-3, 10 steps", _seconds(ten), "", ""),
        ("the book at 4-5-3, 40 steps", _seconds(forty), _megabytes(peak_forty), f"{forty / ten:.1f} times 10 steps"),
        ("the book at 8-10-6, 3 steps", _seconds(double), _megabytes(peak_double), f"{double / ours:.1f} times 4-5-3"),
        ("the book at 10-20-10, 10 steps", _seconds(large), _megabytes(peak_large), ""),
        ("import sympy, as a process", _seconds(sympy), "", ""),
        ("bptt-sym verify, as a process", _seconds(verify), "", f"{verify / sympy:.2f} times import sympy"),
    ]


def _seconds(value: float) -> str:
    return f"{value:.3f} s"


def _megabytes(value: float) -> str:
    return f"{value:.0f} MB"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", type=int, nargs="?", const=1, default=3, metavar="STEPS", choices=(1, 2, 3),
                        help="give SymPy's diff this many steps (1 if none is said) instead of 3")  # fmt: skip
    table = [("measured", "time", "peak", "ratio"), *rows(parser.parse_args().short)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
