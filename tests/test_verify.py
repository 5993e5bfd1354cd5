"""`bptt-sym verify`, through the command line: what it prints, what it returns, and that its numbers can fail."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner, Result

import bptt_sym.numeric.parameters as parameters_module
from bptt_sym.calculus.total import differentiate
from bptt_sym.check.setting import open_setting
from bptt_sym.cli import main
from bptt_sym.errors import UsageError
from bptt_sym.network.graph import Assignment, Graph
from bptt_sym.network.library import library_text
from bptt_sym.numeric.parameters import parameter_report, parameters
from bptt_sym.symbols import symbol

SMALL = ("--sizes", "x=2,h=3,o=2", "--steps", "2")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["verify", *arguments])


def test_the_table_has_a_line_for_each_equality_and_ends_in_a_summary() -> None:
    result = run(*SMALL)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["formula", "verdict", "given", "instances", "equality"]
    assert [line.split()[:2] for line in lines[1:18]] == [[label, "proved"] for label in (
        ["10.17", "10.18", "10.18", "10.18", "10.19", "10.20", "10.21", "10.22", "10.22", "10.23", "10.23", "10.24", "10.24", "10.25", "10.26", "10.27", "10.28"]
    )]  # fmt: skip
    assert lines[-1] == "elman, x=2, h=3, o=2, 2 steps: 17 proved"
    assert "one-hot" in lines[4]
    assert "\x1b" not in result.stdout


def test_json_is_one_object_and_the_same_bytes_each_time() -> None:
    first, second = run(*SMALL, "--json", "--numeric"), run(*SMALL, "--json", "--numeric")
    assert first.exit_code == 0
    assert first.stdout == second.stdout
    (document,) = json.loads(first.stdout)["documents"]
    assert document["file"] == "book.tex"
    assert document["summary"]["proved"] == 17
    assert list(document["numeric"]) == ["complex-step", "central"]
    for errors in document["numeric"].values():
        assert sorted(errors) == ["U", "V", "W", "b", "c"]
        assert all(0 < error < 1e-5 for error in errors.values())


def test_without_numeric_there_are_no_numbers() -> None:
    (document,) = json.loads(run(*SMALL, "--json").stdout)["documents"]
    assert document["numeric"] is None


def test_numbers_are_printed_as_bounds_below_the_table() -> None:
    lines = run(*SMALL, "--numeric").stdout.splitlines()
    assert any(re.fullmatch(r"W +≤ 1\.0e-12 +≤ \S+", line) for line in lines)


def test_one_step_has_no_recursion_and_says_so() -> None:
    result = run("--steps", "1")
    assert result.exit_code == 0
    assert "15 proved" in result.stdout
    assert result.stdout.count("no instance of this exists in 1 step") == 2


def test_a_network_without_the_book_s_names_leaves_formulas_unreadable(tmp_path) -> None:
    path = tmp_path / "other.tex"
    path.write_text("\\begin{align} s_t &= \\tanh(A s_{t-1} + B r_t) \\\\ J &= \\sum_t \\|s_t - d_t\\|^2 \\end{align}")
    result = run("--network", str(path))
    assert result.exit_code == 3
    assert "unreadable" in result.stdout
    assert " proved" not in result.stdout.splitlines()[-1]


def test_another_network_of_the_same_names_makes_wrong_formulas_wrong(tmp_path) -> None:
    path = tmp_path / "sigmoid.tex"
    path.write_text(library_text("elman").replace("\\tanh", "\\sigma"))
    result = run("--network", str(path), *SMALL, "--json")
    assert result.exit_code == 1
    found = {(e["label"], e["verdict"]) for e in json.loads(result.stdout)["documents"][0]["equations"]}
    assert ("10.21", "refuted") in found
    assert ("10.20", "proved") in found


@pytest.mark.parametrize("entry", ["w_12", "u_21", "v_11", "b_3", "c_2"])
def test_an_error_of_a_thousandth_in_any_gradient_fails_the_check(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = symbol(f"dL/d{entry}")

    def spoiled(graph: Graph, of) -> Graph:
        whole = differentiate(graph, of)
        rows = [Assignment(a.symbol, a.expr * 1001 / 1000) if a.symbol == wrong else a for a in whole.assignments]
        assert rows != list(whole.assignments)
        return Graph(tuple(rows), whole.applications, whole.targets, whole.refs)

    monkeypatch.setattr(parameters_module, "differentiate", spoiled)
    result = run(*SMALL, "--numeric")
    assert result.exit_code == 1
    assert "a numeric check failed" in result.stdout


def test_parameters_are_grouped_by_name_and_states_before_the_first_step_are_none() -> None:
    setting = open_setting("elman", {"x": 2, "h": 3, "o": 2}, 2)
    found = parameters(setting.network, setting.graph)
    assert {name: len(symbols) for name, symbols in found.items()} == {"b": 3, "W": 9, "U": 6, "c": 2, "V": 6}


def test_a_parameter_that_the_loss_does_not_feel_has_gradient_zero(tmp_path) -> None:
    path = tmp_path / "idle.tex"
    path.write_text(
        "\\begin{align} h_t &= \\tanh(W h_{t-1} + U x_t) \\\\ o_t &= V h_t \\\\ L &= \\sum_t \\|h_t - y_t\\|^2 \\end{align}"
    )
    setting = open_setting(str(path), {}, 2)
    report = parameter_report(setting.network, setting.graph)
    assert report.passed
    assert {group.group for group in report.groups} == {"W", "U", "V"}


def test_numbers_of_a_network_without_a_loss_are_refused(tmp_path) -> None:
    path = tmp_path / "lossless.tex"
    path.write_text("\\begin{align} h_t &= \\tanh(W h_{t-1} + U x_t) \\end{align}")
    setting = open_setting(str(path), {}, 2)
    with pytest.raises(UsageError, match="no loss"):
        parameter_report(setting.network, setting.graph)
