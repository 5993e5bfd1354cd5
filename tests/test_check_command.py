"""`bptt-sym check`: which files are read as what, what is printed of them, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bptt_sym.check import find_documents, read_document
from bptt_sym.cli import main
from bptt_sym.errors import UsageError

RIGHT = "\\[ L = L^{(1)} + L^{(2)} + L^{(3)} \\]\n"
WRONG = "Some text.\n\\[ L = L^{(1)} + L^{(2)} \\]\n"
UNREADABLE = "\\[ L = \\cdots \\]\n"
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "source": ["# A cell\n", "```\n", "never closed, $L = 2$"]},
        {"cell_type": "code", "source": "print('$L = 3$')"},
        {"cell_type": "raw", "source": "$L = 4$"},
        {"cell_type": "markdown", "source": "The loss\n$$L = L^{(1)}$$"},
    ],
}


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["check", "--sizes", "x=2,h=3,o=3", "--steps", "3", *arguments], input=stdin)


def verdicts(*arguments: str, stdin: str | bytes | None = None) -> list[str]:
    result = run(*arguments, "--json", stdin=stdin)
    return [entry["verdict"] for one in json.loads(result.stdout)["documents"] for entry in one["equations"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Right, wrong, open, and what is no document, at several depths."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / ".hidden").mkdir()
    for name, text in {
        "a.tex": RIGHT,
        "b/wrong.md": WRONG,
        "b/.hidden/x.tex": WRONG,
        ".secret.tex": WRONG,
        "b/notes.rst": WRONG,
        "c.txt": UNREADABLE,
        "d.ipynb": json.dumps(NOTEBOOK),
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("texts", "status"),
    [
        ((RIGHT,), 0),
        ((WRONG,), 1),
        ((RIGHT, WRONG), 1),
        ((UNREADABLE,), 3),
        ((RIGHT, UNREADABLE), 3),
        ((WRONG, UNREADABLE), 1),
        (("",), 3),
        (("no maths",), 3),
        (("\\[ L = \\sum_t L^{(t)} \\]",), 0),
    ],
)
def test_the_exit_status_is_the_worst_of_all_files(texts: tuple[str, ...], status: int, tmp_path: Path) -> None:
    names = []
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.tex"
        path.write_text(text)
        names.append(str(path))
    result = run(*names)
    assert result.exit_code == status
    assert result.stderr == ""


def test_a_folder_stands_for_its_documents_in_order_without_hidden_ones(folder: Path) -> None:
    found = [os.path.relpath(path, folder) for path in find_documents([str(folder)])]
    assert found == ["a.tex", "b/wrong.md", "c.txt", "d.ipynb"]


def test_a_folder_stands_for_files_only(folder: Path) -> None:
    os.mkfifo(folder / "pipe.tex")
    (folder / "link.tex").symlink_to(folder / "nowhere.tex")
    (folder / "called.tex").mkdir()
    (folder / "loop").symlink_to(folder)
    assert len(find_documents([str(folder)])) == 4


def test_a_file_named_twice_is_checked_once(folder: Path) -> None:
    twice = [str(folder / "a.tex"), str(folder / "b" / ".." / "a.tex"), str(folder)]
    assert len(find_documents(twice)) == 4
    assert find_documents(["-", "-"]) == ("-",)


# fmt: off
MISTAKES = (
    ((), "Missing argument 'FILE...'"),
    (("nowhere.tex",), "can't read nowhere.tex: No such file or directory"),
    (("empty",), "no document in empty"),
    (("a.tex", "nowhere.tex"), "can't read nowhere.tex"),
    (("a.tex", "--network", "elmann"), "can't read the network elmann"),
    (("a.tex", "--sizes", "q=3"), "no size is called q"),
    (("a.tex", "--steps", "0"), "steps is 0"),
    (("a.tex", "--time-limit", "0"), "0.0 is not in the range"),
    (("a.tex", "--jobs", "0"), "0 is not in the range"),
    (("a.tex", "--layout", "sideways"), "'sideways' is not one of"),
    (("a.tex", "--kind", "docx"), "'docx' is not one of"),
    (("a.tex", "--cluster", "tcp://127.0.0.1:1"), "no Dask scheduler answers at tcp://127.0.0.1:1"),
    (("a.tex", "--cluster", "nonsense://"), "no Dask scheduler answers at nonsense://"),
    (("a.tex", "-o", "/nowhere/at/all.txt"), "can't write /nowhere/at/all.txt"),
    (("a\0.tex",), "is no file name"),
)
# fmt: on


@pytest.mark.parametrize(("arguments", "says"), MISTAKES, ids=[" ".join(row[0]) for row in MISTAKES])
def test_a_mistake_is_told_in_one_line_with_status_2(
    arguments: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "--cluster" in arguments:
        pytest.importorskip("distributed")
        monkeypatch.setattr("bptt_sym.check.batch.SECONDS_TO_CONNECT", 0.5)
    (tmp_path / "a.tex").write_text(RIGHT)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["check", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert says in result.stderr


def test_only_markdown_cells_of_a_notebook_are_read_each_on_its_own(folder: Path) -> None:
    result = run(str(folder / "d.ipynb"), "--json")
    (entry,) = json.loads(result.stdout)["documents"][0]["equations"]
    assert (entry["cell"], entry["line"], entry["column"], entry["verdict"]) == (3, 2, 5, "refuted")
    assert "1 wrong: cell 3, line 2" in run(str(folder / "d.ipynb")).stdout


# fmt: off
NO_NOTEBOOKS = (
    ("", "not JSON at line 1, column 1"),
    ('{"cells": [}', "not JSON at line 1, column 12"),
    ("[" * 100_000, "nested too deep"),
    ("[1]", "JSON without the number nbformat"),
    ('{"nbformat": "4", "cells": []}', "JSON without the number nbformat"),
    ('{"nbformat": 4}', "it has no list of cells"),
    ('{"nbformat": 4, "cells": {}}', "it has no list of cells"),
    ('{"nbformat": 3, "cells": []}', "it has no list of cells"),
    ('{"nbformat": 3, "worksheets": []}', "it has no list of cells"),
    ('{"nbformat": 4, "cells": [1]}', "cell 0 has no type"),
    ('{"nbformat": 4, "cells": [{"cell_type": "markdown"}]}', "the text of cell 0 is no text"),
    ('{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": [1]}]}', "the text of cell 0 is no text"),
)
# fmt: on


@pytest.mark.parametrize(("text", "says"), NO_NOTEBOOKS, ids=[row[1] for row in NO_NOTEBOOKS])
def test_what_is_no_notebook_is_unread_and_the_others_are_checked(text: str, says: str, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.ipynb", tmp_path / "good.tex"
    bad.write_text(text)
    good.write_text(RIGHT)
    result = run(str(bad), str(good))
    assert result.exit_code == 3
    assert says in " ".join(result.stdout.split())
    assert "1 of 1 equality proved" in result.stdout
    told = run(str(bad), str(good), "--json")
    assert [one["summary"]["proved"] for one in json.loads(told.stdout)["documents"]] == [0, 1]
    assert says in told.stderr


def test_notebooks_of_format_3_have_sheets() -> None:
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": NOTEBOOK["cells"]}]})
    assert verdicts("-", "--kind", "ipynb", stdin=text) == ["refuted"]


def test_standard_input_is_a_notebook_if_it_reads_as_one_and_latex_if_not() -> None:
    assert verdicts("-", stdin=json.dumps(NOTEBOOK)) == ["refuted"]
    assert verdicts("-", stdin="% $L = 2$\n" + RIGHT) == ["proved"]
    assert verdicts("-", "--kind", "md", stdin="```\n$L = 2$\n```\n" + RIGHT) == ["proved"]
    assert verdicts("-", "--kind", "txt", stdin="% $L = L^{(1)}$\n") == ["refuted"]


@pytest.mark.parametrize(
    ("suffix", "text", "found"),
    [
        (".tex", "% $L = 2$\n\\begin{verbatim}\n$L = 2$\n\\end{verbatim}\n" + RIGHT, ["proved"]),
        (".md", "```latex\n$L = 2$\n```\n`$L = 3$`\n<!-- $L = 4$ -->\n" + RIGHT, ["proved"]),
        (".txt", "It costs $5 and then $10, but $L = L^{(1)}$ all the same.", ["refuted"]),
        (".TEX", "% $L = 2$\n" + RIGHT, ["proved"]),
        (".unknown", "% $L = 2$\n" + RIGHT, ["proved"]),
    ],
)
def test_what_is_no_maths_depends_on_the_kind(suffix: str, text: str, found: list[str], tmp_path: Path) -> None:
    path = tmp_path / f"notes{suffix}"
    path.write_text(text)
    assert verdicts(str(path)) == found


def test_a_byte_order_mark_and_line_ends_of_other_systems_move_no_place(tmp_path: Path) -> None:
    places = []
    for number, data in enumerate((
        WRONG.encode(),
        b"\xef\xbb\xbf" + WRONG.encode(),
        WRONG.replace("\n", "\r\n").encode(),
        WRONG.replace("\n", "\r").encode(),
        b"\xff\xfe" + WRONG.encode("utf-16le"),
        b"\xfe\xff" + WRONG.encode("utf-16be"),
    )):  # fmt: skip
        path = tmp_path / f"{number}.tex"
        path.write_bytes(data)
        (entry,) = json.loads(run(str(path), "--json").stdout)["documents"][0]["equations"]
        places.append((entry["line"], entry["column"], entry["latex"]))
    assert places == [(2, 6, "L = L^{(1)} + L^{(2)}")] * 6


def test_bytes_that_are_no_utf_8_are_replaced_and_a_note_says_where(tmp_path: Path) -> None:
    path = tmp_path / "old.tex"
    path.write_bytes("\ncafé \\[ L = L^{(1)} \\]".encode("latin-1"))
    result = run(str(path))
    assert result.exit_code == 1
    assert "not all of it is text in UTF-8: what isn't, from line 2 on" in " ".join(result.stdout.split())
    path.write_bytes(b"\\[ L = \\sum_t L^{(t)} + \xe9 \\]")
    assert verdicts(str(path)) == ["unreadable"]


def test_a_file_beyond_all_measure_is_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bptt_sym.check.files.MOST_BYTES", 10)
    path = tmp_path / "long.tex"
    path.write_text(RIGHT)
    result = run(str(path))
    assert result.exit_code == 3
    assert "unread" in result.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "mine.tex"
    path.write_text(RIGHT)
    path.chmod(0)
    assert run(str(path)).exit_code == 2


def test_a_document_that_goes_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't read"):
        read_document(str(tmp_path / "gone.tex"))


def test_several_processes_print_what_one_process_prints(folder: Path) -> None:
    pytest.importorskip("joblib")
    alone = run(str(folder), "-v")
    assert alone.exit_code == 1
    assert run(str(folder), "-v", "--jobs", "2").stdout == alone.stdout
    assert run(str(folder), "--jobs", "2", "--json").stdout == run(str(folder), "--json").stdout


@pytest.mark.filterwarnings("ignore")  # what Dask does while it stops is not ours
def test_a_cluster_prints_what_one_process_prints(folder: Path) -> None:
    distributed = pytest.importorskip("distributed")
    alone = run(str(folder), "-v")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        shared = run(str(folder), "-v", "--cluster", cluster.scheduler_address)
    assert (shared.exit_code, shared.stdout) == (1, alone.stdout)


@pytest.mark.parametrize(
    ("option", "module", "extra"), [("--jobs=2", "joblib", "parallel"), ("--cluster=tcp://x:1", "distributed", "cluster")]
)
def test_what_is_not_installed_is_named(
    option: str, module: str, extra: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    result = run(str(folder), option)
    assert result.exit_code == 2
    assert f"pip install 'bptt-sym[{extra}]'" in result.stderr


def test_a_report_goes_to_a_file_whole(tmp_path: Path) -> None:
    path, out = tmp_path / "a.tex", tmp_path / "report.txt"
    path.write_text(WRONG)
    printed = run(str(path))
    assert run(str(path), "-o", str(out)).exit_code == 1
    assert out.read_text(encoding="utf-8") == printed.stdout


def test_a_reader_that_stops_early_gets_no_traceback(folder: Path) -> None:
    code = f"from bptt_sym.cli import main; main(['check', '-v', {str(folder)!r}])"
    shell = f'"{sys.executable}" -c "{code}" | head -n 1'
    found = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False, timeout=120)
    assert "a.tex" in found.stdout
    assert found.stderr == ""


def test_help_and_a_report_off_a_terminal_need_no_rich(folder: Path) -> None:
    code = (
        "import sys\nfrom bptt_sym.cli import main\ntry:\n"
        f"    main(['check', {str(folder)!r}])\nfinally:\n"
        "    sys.stderr.write(','.join(m for m in ('rich', 'joblib', 'distributed', 'numpy') if m in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert (found.returncode, found.stderr) == (1, "")


def test_a_terminal_that_knows_no_unicode_gets_no_traceback(folder: Path) -> None:
    code = f"from bptt_sym.cli import main; main(['check', '-v', {str(folder)!r}])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120,
                           env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})  # fmt: skip
    assert (found.returncode, found.stderr) == (1, "")
