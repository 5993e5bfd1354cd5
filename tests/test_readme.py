"""What the README shows is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from bptt_sym.cli import main

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_session_of_the_readme_runs_as_it_stands():
    """Every prompt of the README gives the output below it."""
    result = doctest.testfile(str(README), module_relative=False)
    assert result.attempted > 10
    assert result.failed == 0


def test_the_commands_of_the_readme_print_what_stands_below_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `cat` shows is what the files hold; a command with nothing below it only has to be understood."""
    monkeypatch.chdir(tmp_path)
    (session,) = re.findall(r"^```console\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    compared = 0
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        program, *arguments = shlex.split(command)
        if program == "cat":
            Path(arguments[0]).write_text(shown, encoding="utf-8")
            continue
        assert program == "bptt-sym"
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code in (0, 1)
        if shown:
            assert result.stdout == shown
            compared += 1
    assert compared > 0
