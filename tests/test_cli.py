"""The command itself: help without SymPy, mistakes in one line, statuses, files whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bptt_sym.cli import main

HEAVY = ("sympy", "numpy", "flint", "rich", "pylatexenc")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def process(*arguments: str, code: str = "from bptt_sym.cli import main; main()") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("arguments", [("--help",), ("derive", "--help"), ("verify", "-h"), ()])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom bptt_sym.cli import main\ntry:\n    main()\nfinally:\n"
        f"    sys.stderr.write('loaded:' + ','.join(m for m in {HEAVY} if m in sys.modules))"
    )
    found = process(*arguments, code=code)
    assert "Usage:" in found.stdout + found.stderr
    assert found.stderr.rpartition("loaded:")[2].strip() == ""


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = f"import sys, bptt_sym; print([m for m in {HEAVY} if m in sys.modules])"
    assert process(code=code).stdout.strip() == "[]"


def test_verify_imports_numpy_for_numbers_only_and_rich_for_terminals_only() -> None:
    code = (
        "import sys\nfrom bptt_sym.cli import main\ntry:\n    main(['verify', '--sizes', 'x=1,h=1,o=1', '--steps', '1'])\n"
        "finally:\n    sys.stderr.write('loaded:' + ','.join(m for m in ('numpy', 'rich') if m in sys.modules))"
    )
    found = process(code=code)
    assert found.returncode == 0
    assert found.stderr == "loaded:"


# fmt: off
MISTAKES = (
    (("verify", "--sizes", "q=3"), "no size is called q; there are x, h, o"),
    (("verify", "--sizes", "x=0"), "x=0 is not between"),
    (("verify", "--sizes", "x=-4"), "x=-4 is not between"),
    (("verify", "--sizes", "x=1.5"), "'1.5' is no whole number"),
    (("verify", "--sizes", "x=4,x=5"), "x has two sizes"),
    (("verify", "--sizes", "x"), "'x' is not like x=4"),
    (("verify", "--sizes", "x=4,"), "'' is not like x=4"),
    (("verify", "--sizes", "h=3,a=4"), "h and a are one size"),
    (("verify", "--sizes", "x=99999999999999999999"), "no whole number of a sensible size"),
    (("verify", "--sizes", "x=1000,h=1000,o=1000"), "too many to write out"),
    (("verify", "--steps", "0"), "steps is 0"),
    (("verify", "--steps", "-3"), "steps is -3"),
    (("verify", "--steps", "three"), "'three' is not a valid integer"),
    (("verify", "--network", "elmann"), "can't read the network elmann: No such file"),
    (("verify", "--network", "."), "can't read the network .: Is a directory"),
    (("verify", "extra"), "unexpected extra argument"),
    (("verify", "--what"), "No such option"),
    (("--what",), "No such option"),
    (("prove",), "No such command"),
    (("derive", "--fragment", "--format", "text"), "--fragment writes LaTeX, not text"),
    (("derive", "--format", "docx"), "'docx' is not one of"),
    (("derive", "dL/dQ"), "dL/dQ"),
    (("derive", "-o", "/nowhere/at/all.tex", "--sizes", "x=1,h=1,o=1", "--steps", "1", "dL/do"), "can't write /nowhere/at/all.tex"),
)
# fmt: on


@pytest.mark.parametrize(("arguments", "says"), MISTAKES, ids=[" ".join(row[0]) for row in MISTAKES])
def test_a_mistake_is_told_in_one_line_on_standard_error_with_status_2(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert says in result.stderr
    assert result.stderr.startswith("bptt-sym: ")


def test_an_unreadable_network_is_shown_with_line_column_and_caret(tmp_path: Path) -> None:
    path = tmp_path / "mine.tex"
    path.write_text("\\begin{align}\nh_t &= \\tanh(W h_{t-1} + \\cdots)\n\\end{align}\n")
    result = run("verify", "--network", str(path))
    assert result.exit_code == 2
    first, line, caret = result.stderr.splitlines()
    assert first == f"bptt-sym: {path}:2:26: this has no place in a forward equation"
    assert line[caret.index("^") :].startswith("\\cdots")
    assert caret.count("^") == len("\\cdots")


def test_shapes_that_do_not_unify_are_shown_at_both_places(tmp_path: Path) -> None:
    path = tmp_path / "mine.tex"
    path.write_text("$U \\in \\mathbb{R}^{5 \\times 4}$\n$W \\in \\mathbb{R}^{6 \\times 6}$\n"
                    "\\[ h_t = \\tanh(W h_{t-1} + U x_t) \\]\n\\[ L = \\sum_t \\|h_t\\|^2 \\]\n")  # fmt: skip
    result = run("verify", "--network", str(path))
    assert result.exit_code == 2
    assert f"{path}:2:" in result.stderr
    assert f"{path}:1:" in result.stderr
    assert "Traceback" not in result.stderr


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "binary.tex"
    path.write_bytes(b"\\begin{align} h \xff\xfe")
    result = run("verify", "--network", str(path))
    assert result.exit_code == 2
    assert "not text in UTF-8 (byte 17)" in result.stderr


def test_a_text_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    from bptt_sym.network.library import library_text

    path = tmp_path / "bom.tex"
    path.write_bytes(b"\xef\xbb\xbf" + library_text("elman").encode())
    assert run("verify", "--network", str(path), "--sizes", "x=1,h=1,o=1", "--steps", "1").exit_code == 0


def test_derive_writes_latex_to_standard_output_or_to_a_file(tmp_path: Path) -> None:
    small = ("--sizes", "x=2,h=3,o=2", "--steps", "2")
    printed = run("derive", *small)
    assert printed.exit_code == 0
    assert printed.stdout.startswith("\\documentclass")
    assert printed.stdout.rstrip().endswith("\\end{document}")
    path = tmp_path / "derivation.tex"
    assert run("derive", *small, "-o", str(path)).exit_code == 0
    assert path.read_text(encoding="utf-8") == printed.stdout
    assert os.listdir(tmp_path) == ["derivation.tex"]


def test_a_derivation_that_fails_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "old.tex"
    path.write_text("old")
    assert run("derive", "dL/dQ", "-o", str(path)).exit_code == 2
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["old.tex"]


@pytest.mark.parametrize("format", ["text", "markdown", "latex"])
def test_a_part_is_derived_in_every_format_there_is(format: str) -> None:
    result = run("derive", "dL/do", "--format", format, "--sizes", "x=2,h=2,o=2", "--steps", "1")
    assert result.exit_code == 0
    assert result.stdout.strip()


def test_a_reader_that_stops_early_gets_no_traceback() -> None:
    code = "from bptt_sym.cli import main; main(['verify', '--sizes', 'x=1,h=1,o=1', '--steps', '1'])"
    shell = f'"{sys.executable}" -c "{code}" | head -n 1'
    found = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False, timeout=120)
    assert found.stdout.startswith("formula")
    assert "Traceback" not in found.stderr


def test_the_version_is_the_installed_one() -> None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = version("bptt-sym")
    except PackageNotFoundError:
        pytest.skip("bptt-sym is not installed here")
    assert run("--version").stdout.strip().endswith(installed)
