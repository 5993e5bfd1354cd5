"""What outputs/ shows: its README names every file with the command that made it, and a file that changed is noticed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OUTPUTS = ROOT / "outputs"
LARGEST = 3_000_000

PAGE = r"\documentclass{article}\pagestyle{empty}\begin{document}A page with %s lines.\end{document}"


def looks(one, other):
    done = subprocess.run([sys.executable, ROOT / "tests/looks.py", one, other], capture_output=True, text=True,
                          check=False)  # fmt: skip
    return done.returncode, done.stderr


def recipe():
    """The commands of `make outputs`, as they are typed."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (lines,) = re.findall(r"^outputs:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    return re.findall(r"\$\(BIN\)/(bptt-sym [^;>\n]*?) *(?:[;>].*)?$", lines.replace("$(OUT)", "outputs"), re.MULTILINE)


def test_the_readme_of_the_outputs_shows_every_file_and_the_command_that_made_it():
    readme = (OUTPUTS / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\]\(([\w.]+)\)", readme))
    assert shown == {path.name for path in OUTPUTS.iterdir()} - {"README.md"}
    commands = recipe()
    assert len(commands) == len(shown)
    for command in commands:
        assert f"`{command}" in readme


def test_the_outputs_are_small():
    assert sum(path.stat().st_size for path in OUTPUTS.iterdir()) < LARGEST


def picture(path, change=None, size=(400, 300)):
    image = pytest.importorskip("PIL.Image", reason="not run: Pillow is not installed").new("RGB", size, "white")
    image.paste("black", (40, 40, 300, 60))
    if change:
        image.paste(*change)
    image.save(path)
    return path


@pytest.mark.parametrize(("planted", "told"), [
    ({}, None),
    ({"change": ((250, 250, 250), (0, 0, 400, 300))}, "on average"),  # all of it, a little
    ({"change": ("black", (200, 200, 225, 212))}, "on average"),  # a word
    ({"change": ((245, 245, 245), (200, 200, 225, 212))}, None),  # a shade
    ({"size": (400, 301)}, "400×300, 400×301 pixels"),
])  # fmt: skip
def test_a_picture_that_changed_is_told(tmp_path, planted, told):
    status, message = looks(picture(tmp_path / "one.png"), picture(tmp_path / "other.png", **planted))
    assert status == (1 if told else 0)
    assert (told or "") in message


@pytest.mark.parametrize(("body", "told"), [
    ("seven", None),
    ("eighteen", "page 1"),
    (r"seven\newpage eight", "1 pages, 2 pages"),
])  # fmt: skip
def test_a_page_that_changed_is_told(tmp_path, body, told):
    pytest.importorskip("PIL", reason="not run: Pillow is not installed")
    if shutil.which("pdftoppm") is None or shutil.which("pdflatex") is None:
        pytest.skip("not run: there is no pdftoppm or no pdflatex here")
    files = []
    for name, words in (("one", "seven"), ("other", body)):
        (tmp_path / f"{name}.tex").write_text(PAGE % words, encoding="utf-8")
        subprocess.run(["pdflatex", "-interaction=batchmode", name], cwd=tmp_path, capture_output=True, check=True)
        files.append(tmp_path / f"{name}.pdf")
    status, message = looks(*files)
    assert status == (1 if told else 0)
    assert (told or "") in message
