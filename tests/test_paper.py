"""PDF by pdflatex, and LaTeX to paste: what compiles, what is told when it doesn't, and what a document can't make it do."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess

import pytest
from click.testing import CliRunner

from bptt_sym.check import Manuscript, check_manuscript, open_setting
from bptt_sym.cli import main
from bptt_sym.derivation import derive
from bptt_sym.errors import UsageError
from bptt_sym.render.blocks import Display
from bptt_sym.render.judgements import document_of_reports
from bptt_sym.render.latex import write_fragment, write_latex
from bptt_sym.render.pdf import compile_latex
from bptt_sym.render.report import Checked
from bptt_sym.render.telling import document_of

needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="not run: there is no pdflatex here")

WRAPPED = "\\documentclass{article}\n\\begin{document}\n%s\n\\end{document}\n"
HOSTILE = r"""$L = 2 L$ \[ \frac{\partial L}{\partial L} = \cancel{\color{\input{/etc/passwd}} 2} \] $L = \text{\write18{ls}}$
$$ {\color{nosuchcolour}\cancel{L}} = L $$ % $x$
\begin{equation} \label{eq:\input{/etc/passwd}} L = \жук + 3 \end{equation} $\ж = L_ж$"""


def reported(text, file="a_b&c%.tex", kind="tex"):
    manuscript = Manuscript(file, text, kind)
    return document_of_reports([Checked(manuscript, check_manuscript(manuscript))])


@needs_tex
def test_a_derivation_becomes_a_pdf_of_the_same_bytes():
    latex = write_latex(document_of(derive(open_setting("elman", {}, 3), ("dL/dW",))))
    first = compile_latex(latex)
    assert first.startswith(b"%PDF")
    assert first == compile_latex(latex)


@needs_tex
@pytest.mark.parametrize("text", [HOSTILE, "$$\\nabla_{h^{(\\tau)}} L = V \\nabla_{o^{(\\tau)}} L$$", "nothing", "$L = L$"])
def test_a_report_becomes_a_pdf_whatever_the_document_says(text):
    assert compile_latex(write_latex(reported(text))).startswith(b"%PDF")


# fmt: off
MARKED = [
    (r"$\nabla_{h^{(\tau)}} L = V \nabla_{o^{(\tau)}} L$",
     [r"\underbrace{V}_{3 \times 5} \underbrace{\nabla_{o^{(\tau)}} L}_{3 \times 1}", r"\boxed{V^\top} \nabla"]),
    (r"$\nabla_{o^{(t)}} L = y^{(t)} - \hat y^{(t)}$", [r"\boxed{y^{(t)} - \hat{y}^{(t)}}"]),
    (r"$\frac{\partial L}{\partial h_2^{(\tau)}} = \sum_i v_{i1} (\hat y_i^{(\tau)} - y_i^{(\tau)})$", [r"\boxed{v_{i1}}", r"\boxed{v_{i2}}"]),
    (r"$\nabla_{h^{(\tau)}} L = V^\top (\hat y^{(\tau)} - y^{(\tau)})$", []),
]
# fmt: on


@needs_tex
@pytest.mark.parametrize(("text", "shown"), MARKED)
def test_the_wrong_part_of_a_line_is_marked_and_what_would_be_right(text, shown):
    latex = write_latex(reported(text))
    assert [part for part in shown if part not in latex] == []
    assert shown or "boxed" not in latex
    assert compile_latex(latex)


@pytest.mark.parametrize("text", [HOSTILE, HOSTILE.replace("\\input", "\\include")])
def test_no_command_of_a_document_goes_to_tex(text):
    latex = write_latex(reported(text))
    assert not re.findall(r"\\(?:input|include|write|openin|csname|catcode)(?![A-Za-z])", latex)
    assert "nosuchcolour" not in re.sub(r"\\textbackslash.*", "", latex)


@needs_tex
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="not run: there is no pdftotext here")
def test_no_page_begins_with_the_reason_of_a_line_on_the_page_before(tmp_path):
    document = document_of(derive(open_setting("elman", {}, 3), ()))
    rows = [row for block in document.blocks if isinstance(block, Display) for row in block.rows]
    reasons = {row.reason for row in rows if isinstance(row.reason, str) and row.reason}
    (tmp_path / "a.pdf").write_bytes(compile_latex(write_latex(document)))
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"], capture_output=True, check=True, text=True)
    first = [page.strip().partition("\n")[0].strip() for page in text.stdout.split("\f") if page.strip()]
    assert len(first) > 15
    assert len(reasons) > 15
    assert not [line for line in first if line and any(line.startswith(reason.rstrip(".")) for reason in reasons)]


# fmt: off
BROKEN = [
    ("\\undefinedmacro", "Undefined control sequence"),
    ("$x", "Missing $ inserted"),
    ("\\begin{nothing}\\end{nothing}", "Environment nothing undefined"),
    ("\\input{/etc/passwd}", "/etc/passwd"),  # reads in its own folder only
]
# fmt: on


@needs_tex
@pytest.mark.parametrize(("body", "told"), BROKEN)
def test_the_first_error_is_told_in_one_line(body, told):
    with pytest.raises(UsageError, match="pdflatex failed: ") as caught:
        compile_latex(WRAPPED % body)
    assert told in caught.value.message
    assert "\n" not in caught.value.message


@needs_tex
def test_no_shell_is_run(tmp_path):
    made = tmp_path / "made"
    compile_latex(WRAPPED % f"x\\immediate\\write18{{touch {made}}}")
    assert not made.exists()


@needs_tex
def test_what_takes_too_long_is_ended():
    with pytest.raises(UsageError, match="longer than 1 s"):
        compile_latex(WRAPPED % "\\def\\x{\\x}\\x", seconds=1)


def test_without_tex_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match=r"no pdflatex.*apt-get install texlive"):
        compile_latex(WRAPPED % "x")


def test_a_pdflatex_that_dies_is_told_of(monkeypatch, tmp_path):
    program = tmp_path / "pdflatex"
    program.write_text("#!/bin/sh\necho no format file; exit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(UsageError, match="pdflatex failed: no format file"):
        compile_latex(WRAPPED % "x")


FRAGMENTS = ("dL/dW", "dL/dh", "dyhat/dh")


@needs_tex
@pytest.mark.parametrize("target", FRAGMENTS)
def test_a_fragment_compiles_with_the_packages_that_it_names_and_no_others(target):
    fragment = write_fragment(document_of(derive(open_setting("elman", {}, 2), (target,))))
    needs = re.match(r"% Needs (\\usepackage\{[a-z, ]+\})\.", fragment)[1]
    assert compile_latex(f"\\documentclass{{article}}\n{needs}\n\\begin{{document}}\n{fragment}\n\\end{{document}}\n")
    for package in re.findall(r"[a-z]+", needs.partition("{")[2]):
        if package not in ("array", "xcolor"):  # their commands are in the fragment by name
            less = re.sub(rf"\b{package}(?:, )?", "", needs).replace(", }", "}")
            with pytest.raises(UsageError):
                compile_latex(f"\\documentclass{{article}}\n{less}\n\\begin{{document}}\n{fragment}\n\\end{{document}}\n")


@pytest.mark.parametrize("arguments", [
    ("derive", "dL/dc", "--steps", "2", "--format", "pdf"), ("check", "-", "--format", "pdf"),
])  # fmt: skip
def test_the_command_writes_bytes_or_says_why_not(arguments, tmp_path):
    out = tmp_path / "out.pdf"
    result = CliRunner().invoke(main, [*arguments, "-o", str(out)], input="$L = L$")
    if shutil.which("pdflatex") is None:
        assert "there is no pdflatex here" in result.output
        assert result.exit_code == 2
    else:
        assert result.exit_code == 0, result.output
        assert out.read_bytes().startswith(b"%PDF")


def test_a_fragment_is_latex_without_a_preamble():
    result = CliRunner().invoke(main, ["derive", "dL/dc", "--steps", "2", "--fragment"])
    assert result.exit_code == 0
    assert result.output.startswith("% Needs \\usepackage{amsmath")
    assert "documentclass" not in result.output


@pytest.mark.parametrize("arguments", [("derive", "dL/dc", "--steps", "2"), ("check", "-")])
def test_the_command_writes_a_page(arguments):
    result = CliRunner().invoke(main, [*arguments, "--format", "html"], input="$L = L$")
    assert result.exit_code == 0
    assert result.output.startswith("<!DOCTYPE html>")
    assert result.output.endswith("</html>\n")
