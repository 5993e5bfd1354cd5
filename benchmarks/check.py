"""How long `bptt-sym check` takes: a whole process beside `import sympy`, many short documents, longer and longer ones.

Prints a table: what was measured, how long it took, the ratio or figure that matters, and what it should stay under.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "learner.tex"
PAIRS = 9
SHORT_DOCUMENTS = 200
LENGTHS = (25, 50, 100, 200)


def process(code: str, *arguments: str) -> float:
    """The seconds of a Python process that runs the code; a status that check may end with is none of our business."""
    start = perf_counter()
    found = subprocess.run([sys.executable, "-c", code, *arguments], check=False, stdout=subprocess.DEVNULL)
    seconds = perf_counter() - start
    assert found.returncode in (0, 1, 3)
    return seconds


def beside_sympy(*options: str) -> tuple[float, float, float]:
    """The median seconds of check and of `import sympy`, and the median ratio of runs next to each other."""
    check = "import sys; from bptt_sym.cli import main; main(sys.argv[1:])"
    pairs = []
    for number in range(PAIRS + 1):
        pair = process(check, "check", str(EXAMPLE), *options), process("import sympy")
        if number:  # the first pair compiles
            pairs.append(pair)
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return ours, theirs, statistics.median(a / b for a, b in pairs)


def short_document(number: int) -> str:
    """A few lines as somebody hands them in; every third has a slip."""
    sign = "-" if number % 3 == 0 else ""
    unit, row = number % 5 + 1, number % 3 + 1
    return (
        f"Exercise {number}. At the last step\n"
        rf"\[ \frac{{\partial L}}{{\partial h_{unit}^{{(\tau)}}}} = {sign}\sum_i v_{{i{unit}}}"
        r" (\hat y_i^{(\tau)} - y_i^{(\tau)}) \]"
        "\nand therefore\n"
        rf"\[ \frac{{\partial L}}{{\partial o_{row}^{{(t)}}}} = \hat y_{row}^{{(t)}} - y_{row}^{{(t)}} \]"
    )


def long_document(equations: int) -> str:
    """That many different equalities."""
    rows = []
    for k in range(equations):
        i, j = k % 5 + 1, k // 5 % 5 + 1
        left = rf"\frac{{\partial L}}{{\partial w_{{{i}{j}}}}} + {k}"
        slope = rf"(1 - (h_{i}^{{(t)}})^2) \frac{{\partial L}}{{\partial h_{i}^{{(t)}}}}"
        rows.append(rf"{left} &= {k} + \sum_t {slope} h_{j}^{{(t-1)}}")
    return "\\begin{align}\n" + " \\\\\n".join(rows) + "\n\\end{align}\n"


def seconds_to_check(texts: list[str]) -> float:
    """Of processor time, for all of the texts one after the other in this process."""
    from bptt_sym.check import Manuscript, Options, check_all

    manuscripts = [Manuscript(f"{number}.tex", text) for number, text in enumerate(texts)]
    start = process_time()
    for report in check_all(manuscripts, Options()):
        assert report.entries
    return process_time() - start


def rows() -> list[tuple[str, str, str, str]]:
    """What is printed, as it is measured."""
    table = []
    for name, options, target in (
        ("check learner.tex without suggestions", ("--no-suggestions",), "2.5"),
        ("check learner.tex", (), "4"),
    ):
        ours, theirs, ratio = beside_sympy(*options)
        table.append((name, f"{ours:.3f} s", f"{ratio:.2f} times import sympy ({theirs:.3f} s)", target))
    seconds_to_check([short_document(0)])
    short = seconds_to_check([short_document(k) for k in range(SHORT_DOCUMENTS)])
    table.append(
        (f"{SHORT_DOCUMENTS} short documents", f"{short:.3f} s", f"{1000 * short / SHORT_DOCUMENTS:.1f} ms each", "20")
    )
    first = 0.0
    for length in LENGTHS:
        seconds = seconds_to_check([long_document(length)])
        first = first or seconds / length
        grown = f"{seconds / length / first:.2f} times as long an equation as at {LENGTHS[0]}"
        table.append((f"a document of {length} equations", f"{seconds:.3f} s", grown, "about 1"))
    return table


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = cache
        table = [("measured", "time", "figure", "target"), *rows()]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
