"""`bptt-sym derive`: its targets, what it says to bad input, and that the same input gives the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bptt_sym.check import judge_document
from bptt_sym.claims import Setting
from bptt_sym.cli import main
from bptt_sym.network.library import library_text
from bptt_sym.network.reading import read_network

SMALL = ("--sizes", "x=2,h=3,o=2", "--steps", "3")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["derive", *arguments])


@cache
def small_setting() -> Setting:
    return Setting.of(read_network(library_text("elman"), "elman"), {"x": 2, "h": 3, "o": 2}, 3)


# What is asked for, and the left side that the answer must be about.
# fmt: off
TARGETS = (
    ("dL/do", r"\nabla_{\mathbf{o}^{(t)}} L &="),
    ("dyhat/dh", r"\frac{\partial \hat{y}_1^{(t)}}{\partial h_1^{(t)}} &="),
    ("dL/dh", r"\nabla_{\mathbf{h}^{(t)}} L &="),
    ("dL/dW", r"\nabla_{\mathbf{W}} L &="),
    ("dL/dU", r"\nabla_{\mathbf{U}} L &="),
    ("dL/db", r"\nabla_{\mathbf{b}} L &="),
    ("dL/dw_12", r"\frac{\partial L}{\partial w_{12}} &="),
    ("dL/dw_1,2", r"\frac{\partial L}{\partial w_{12}} &="),
    ("dh^(3)/dh^(1)", r"\frac{\partial \mathbf{h}^{(3)}}{\partial \mathbf{h}^{(1)}} &="),
    ("dL/dL^(2)", r"\frac{\partial L}{\partial L^{(2)}} &="),
    ("dL^(2)/dh^(1)", r"\frac{\partial L^{(2)}}{\partial h_1^{(1)}} &="),
    ("do/dh", r"\frac{\partial \mathbf{o}^{(t)}}{\partial \mathbf{h}^{(t)}} &="),
    ("dL/dx", r"\frac{\partial L}{\partial x_1^{(t)}} &="),
    ("dL/dh^(2)", r"\frac{\partial L}{\partial h_1^{(2)}} &="),
    ("dL/dh_1", r"\frac{\partial L}{\partial h_1^{(t)}} &="),
    ("dyhat_1/dh_2", r"\frac{\partial \hat{y}_1^{(t)}}{\partial h_2^{(t)}} &="),
    ("dL/da", r"\frac{\partial L}{\partial a_1^{(t)}} &="),
)
# fmt: on


@pytest.mark.parametrize(("target", "left"), TARGETS, ids=[row[0] for row in TARGETS])
def test_target_is_answered_with_proved_lines(target: str, left: str) -> None:
    result = run(target, *SMALL)
    assert result.exit_code == 0, result.output
    assert left in result.output
    report = judge_document(result.stdout, small_setting(), file="derivation.tex")
    wrong = [(e.verdict, e.latex, e.message) for e in report.entries if e.verdict not in ("proved", "definition")]
    assert wrong == []
    assert any(e.verdict == "proved" for e in report.entries)


def test_an_entry_beyond_nine_is_named_with_a_comma() -> None:
    result = run("dL/dw_1,10", "--sizes", "x=2,h=10,o=2", "--steps", "2")
    assert result.exit_code == 0, result.output
    assert r"\frac{\partial L}{\partial w_{1,10}} &=" in result.stdout
    assert r"\mathbf{W}}" not in result.stdout


def test_several_targets_come_in_the_order_asked_for() -> None:
    result = run("dL/dc", "dL/do", *SMALL)
    assert result.exit_code == 0
    first, second = r"\nabla_{\mathbf{c}} L &=", r"\frac{\partial L}{\partial o_1^{(t)}} &="
    assert result.stdout.index(first) < result.stdout.index(second)


def test_a_part_is_much_shorter_than_the_whole() -> None:
    assert len(run("dL/dc", *SMALL).stdout) < len(run("dL/dc", "dL/dW", "dyhat/dh", *SMALL).stdout) / 3


# What can't be derived, and a piece of what is said about it.
BAD = (
    ("dL/dq", "dL/d"),
    ("dL", "dL/d"),
    ("L/W", "dL/dW"),
    ("dL/", "dL/d"),
    ("", "dL/d"),
    ("dL/dw_99", "99"),
    ("dL/dw_0", "w_0"),
    ("dx/dh", "x"),
    ("dL/dh^(9)", "dL/dh"),
    ("dL/dh^()", "dL/dh"),
    ("dyhat/dhh", "dyhat/dh"),
    ("dL/dW/dU", "dL/d"),
    ("∂L/∂W", "dL/dW"),
    (r"\frac{dL}{dW}", "dL/d"),
    ("dL/dW;rm", "dL/dW"),
)


@pytest.mark.parametrize(("target", "said"), BAD, ids=[repr(row[0]) for row in BAD])
def test_what_is_no_target_gets_one_clear_line(target: str, said: str) -> None:
    result = run(target, *SMALL)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert said in result.stderr


def test_a_network_without_a_loss_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "silent.tex"
    file.write_text(r"\begin{align} h_t &= \tanh(W x_t + U h_{t-1} + b) \end{align}", encoding="utf-8")
    result = run("--network", str(file))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "no loss" in result.stderr


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    there, nowhere = tmp_path / "d.tex", tmp_path / "missing" / "d.tex"
    assert run("dL/do", *SMALL, "-o", str(there)).exit_code == 0
    assert there.read_text(encoding="utf-8") == run("dL/do", *SMALL).stdout
    result = run("dL/do", *SMALL, "-o", str(nowhere))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert run("dL/dq", *SMALL, "-o", str(there)).exit_code == 2
    assert there.read_text(encoding="utf-8") == run("dL/do", *SMALL).stdout
    assert [path.name for path in tmp_path.iterdir()] == ["d.tex"]


TOLD_IN_EVERY_FORMAT = """
from click.testing import CliRunner
from bptt_sym.cli import main
for form in ("latex", "text", "markdown"):
    result = CliRunner().invoke(main, ["derive", "--sizes", "x=1,h=2,o=2", "--steps", "2", "--format", form])
    assert result.exit_code == 0
    print(result.stdout)
"""


def test_same_input_gives_same_bytes() -> None:
    """In processes of their own, with other seeds for the order of sets."""
    outputs = set()
    for seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        environment["PYTHONIOENCODING"] = "utf-8"
        command = [sys.executable, "-c", TOLD_IN_EVERY_FORMAT]
        outputs.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert len(outputs) == 1
    assert b"documentclass" in outputs.pop()


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_latex_compiles_and_no_line_runs_off_the_page(tmp_path: Path) -> None:
    assert run(*SMALL, "-o", str(tmp_path / "d.tex")).exit_code == 0
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "d.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = (tmp_path / "d.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    assert "Overfull \\hbox" not in log
