"""The notebooks are their .py files, executed: they run, and what they show is what is stored."""

from __future__ import annotations

import base64
import io
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from networks import CASES

import bptt_sym
from bptt_sym import check, derive
from bptt_sym.check import open_setting
from bptt_sym.cli import main
from bptt_sym.render.notebook import write_notebook

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
NAMES = ("walkthrough", "any_network")
SECONDS = 120
FAINT = 4.0  # mean difference of two pictures' grey, of 255, that no eye sees


def executed(name: str) -> Any:
    """The cells of a .py file with what they show; nothing of when and where."""
    jupytext, nbclient = pytest.importorskip("jupytext"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = jupytext.read(NOTEBOOKS / f"{name}.py")
    nbclient.NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", store_widget_state=False).execute()
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{number}", {}
        for output in cell.get("outputs", ()):
            output.metadata = {} if "metadata" in output else output.pop("metadata", None)
    return notebook


def written(notebook: Any) -> str:
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def stored(name: str) -> Any:
    return json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))


def look(data: str) -> Any:
    image = pytest.importorskip("PIL.Image")
    return image.open(io.BytesIO(base64.b64decode(data))).convert("L")


def differs(one: str, other: str) -> bool:
    """Whether two pictures look different."""
    import numpy as np

    left, right = look(one), look(other)
    if left.size != right.size:
        return True
    return bool(np.abs(np.asarray(left, dtype=float) - np.asarray(right, dtype=float)).mean() > FAINT)


def drift(old: Any, new: Any) -> list[str]:
    """Where two notebooks don't say or show the same."""
    old, new = deepcopy(old), deepcopy(new)
    found = [] if len(old["cells"]) == len(new["cells"]) else ["another number of cells"]
    for before, after in zip(old["cells"], new["cells"], strict=False):
        pictures = [
            (a["data"].pop("image/png", None), b["data"].pop("image/png", None))
            for a, b in zip(before.get("outputs", ()), after.get("outputs", ()), strict=False)
            if "data" in a and "data" in b
        ]
        found += [f"a picture of {before['id']}" for one, other in pictures
                  if (one is None) != (other is None) or (one is not None and differs(one, other))]  # fmt: skip
        found += [] if before == after else [f"{before['id']}: {before}\n{after}"]
    return found


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_shows_what_is_stored(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(next(iter(bptt_sym.__path__))).resolve().parent))
    text = written(executed(name))
    if request.config.getoption("--update-golden"):
        (NOTEBOOKS / f"{name}.ipynb").write_text(text, encoding="utf-8", newline="\n")
        pytest.skip(f"wrote {name}.ipynb")
    assert drift(stored(name), json.loads(text)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_has_the_cells_of_its_pair_and_no_trace_of_its_making(name: str) -> None:
    jupytext = pytest.importorskip("jupytext")
    sources = [(cell.cell_type, cell.source) for cell in jupytext.read(NOTEBOOKS / f"{name}.py").cells]
    notebook = stored(name)
    assert [(cell["cell_type"], cell["source"]) for cell in notebook["cells"]] == sources
    assert not [cell for cell in notebook["cells"] if cell["metadata"]]
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_and_picture_of_a_notebook_is_shown_as_one(name: str) -> None:
    kinds = {kind for cell in stored(name)["cells"] for output in cell.get("outputs", ()) for kind in output.get("data", ())}
    assert kinds >= {"text/markdown", "image/svg+xml", "image/png"}


def test_the_walkthrough_ends_with_a_wrong_line_that_can_be_corrected() -> None:
    cell = stored("walkthrough")["cells"][-1]
    assert "**✗ refuted**" in cell["outputs"][0]["data"]["text/markdown"]
    corrected = cell["source"].split('r"', 1)[1].split('"', 1)[0].replace("h^{(t-1)}", "h^{(t)}")
    assert [entry.verdict for entry in check(corrected).entries] == ["proved"]


def test_a_drift_of_text_or_look_is_caught() -> None:
    notebook = stored("walkthrough")
    texts = [output for cell in notebook["cells"] for output in cell.get("outputs", ()) if "text" in output]
    texts[0]["text"] = "68 gradients, all within 1e-13 of the complex step: False\n"
    assert drift(stored("walkthrough"), notebook)
    pictures = [output["data"] for cell in notebook["cells"] for output in cell.get("outputs", ())
                if "image/png" in output.get("data", ())]  # fmt: skip
    assert differs(pictures[0]["image/png"], pictures[1]["image/png"])
    assert not differs(pictures[0]["image/png"], pictures[0]["image/png"])


def ran(notebook: Any) -> list[bptt_sym.Report]:
    """What the cells of a derivation check, run one after the other without a kernel."""
    setup, *checks = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    exec(setup, names)
    return [eval(source, names) for source in checks]


@pytest.mark.parametrize("name", ["elman", "LSTM on concatenations, starred", "scalars"])
def test_every_cell_of_a_derivation_as_a_notebook_is_proved(name: str, tmp_path: Path) -> None:
    source = "elman"
    if name != "elman":
        source = str(tmp_path / "own.tex")
        latex = next(case.latex for case in CASES if case.name == name)
        Path(source).write_text(latex, encoding="utf-8")
    sizes = {"x": 2, "h": 2, "o": 2} if name == "elman" else {}
    notebook = json.loads(write_notebook(derive(open_setting(source, sizes, 2), ())))
    reports = ran(notebook)
    assert reports
    for report in reports:
        assert {entry.verdict for entry in report.entries} <= {"proved", "definition"}
    assert sum(report.summary["proved"] for report in reports) > 10


def test_a_line_changed_in_such_a_cell_is_refuted() -> None:
    notebook = json.loads(write_notebook(derive(open_setting("elman", {"x": 1, "h": 2, "o": 2}, 2), ["dL/db"])))
    cell = next(cell for cell in notebook["cells"] if "1 - " in "".join(cell["source"]) and cell["cell_type"] == "code")
    cell["source"] = ["".join(cell["source"]).replace("1 - ", "1 + ")]
    assert any(report.summary["refuted"] for report in ran(notebook))


def test_derive_writes_a_notebook_that_is_valid_and_the_same_each_time(tmp_path: Path) -> None:
    command = ["derive", "dL/do", "--sizes", "x=1,h=2,o=2", "--steps", "2", "--format", "ipynb"]
    texts = [CliRunner().invoke(main, command).output for _ in range(2)]
    assert texts[0] == texts[1]
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.reads(texts[0], as_version=4))
    (tmp_path / "derivation.ipynb").write_text(texts[0], encoding="utf-8")
    assert CliRunner().invoke(main, ["check", str(tmp_path / "derivation.ipynb"), "--steps", "2"]).exit_code == 0
