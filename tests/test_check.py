"""From a document to a report: which equalities have an entry, where it stands, what it says, and as what JSON."""

from __future__ import annotations

import json
from functools import cache

import pytest

from bptt_sym.check import Entry, Report, exit_status, judge_document, open_setting, write_json
from bptt_sym.check.table import plain_table, summary
from bptt_sym.claims import Setting
from bptt_sym.errors import UsageError
from bptt_sym.network.library import library_text


@cache
def setting() -> Setting:
    return open_setting("elman", {"x": 2, "h": 3, "o": 3}, 3)


def report(text: str, kind: str = "tex") -> Report:
    return judge_document(text, setting(), file="notes.tex", kind=kind)


def words(text: str) -> list[str]:
    return [entry.verdict for entry in report(text).entries]


def test_a_chain_has_an_entry_for_each_equality_at_its_sign() -> None:
    text = "Text.\n\\begin{align}\nL &= \\sum_t L^{(t)} \\tag{1} \\\\\n  &= L^{(1)} + L^{(2)} + L^{(3)} \\label{eq:b}\n\\end{align}\n"
    first, second = report(text).entries
    assert (first.line, first.column, first.label) == (3, 4, "1")
    assert (second.line, second.column, second.label) == (4, 4, "eq:b")
    assert first.latex == r"L = \sum_t L^{(t)}"
    assert second.latex == r"\sum_t L^{(t)} = L^{(1)} + L^{(2)} + L^{(3)}"


def test_the_source_is_shown_with_its_macros_and_without_comments_and_alignment() -> None:
    text = "\\newcommand{\\yh}{\\hat y}\n\\[ \\sum_i \\yh_i^{(t)} % all of them\n  = 1 \\]"
    (entry,) = report(text).entries
    assert (entry.verdict, entry.latex) == ("proved", r"\sum_i \yh_i^{(t)} = 1")


@pytest.mark.parametrize("relation", [r"\approx", r"\le", r"\to", "<", r"\in", r"\propto"])
def test_other_relations_assert_nothing(relation: str) -> None:
    assert words(rf"\[ L {relation} 2 \]") == []


def test_forward_equations_restated_are_definitions_and_restated_otherwise_claims() -> None:
    assert set(words(library_text("elman"))) == {"definition"}
    assert words(
        r"\[ \mathbf h^{(t)} = \tanh(\mathbf b + \mathbf W \mathbf h^{(t-1)} + \mathbf U \mathbf x^{(t)}) \]"
    ) == ["proved"]
    assert words(
        r"\[ \mathbf h^{(t)} = \tanh(\mathbf b + \mathbf W \mathbf h^{(t)} + \mathbf U \mathbf x^{(t)}) \]"
    ) == ["refuted"]


# fmt: off
DEFINITIONS = (
    (r"\[ S = \sum_k \exp(o_k^{(\tau)}) \] \[ \hat y_1^{(\tau)} S = \exp(o_1^{(\tau)}) \]", ["definition", "proved"]),
    (r"\[ \hat y_1^{(\tau)} S = \exp(o_1^{(\tau)}) \] \[ S = \sum_k \exp(o_k^{(\tau)}) \]", ["unreadable", "definition"]),
    (r"\[ S = 2 \] \[ S = 3 \]", ["definition", "refuted"]),
    (r"\[ S := 2 \] \[ S := 3 \]", ["definition", "unreadable"]),
    (r"\[ S = 2 = 1 + 1 \]", ["definition", "proved"]),
    (r"\[ \delta^{(t)} = \nabla_{o^{(t)}} L \] \[ \delta^{(t)} = \hat y^{(t)} - y^{(t)} \]", ["definition", "proved"]),
    (r"\[ g_i = \sum_j w_{ij} \] \[ g_i - \sum_j w_{ij} = 0 \]", ["definition", "proved"]),
    (r"\[ S = \exp(o_k^{(\tau)}) \]", ["unreadable"]),
    (r"\[ S = q + 1 \]", ["unreadable"]),
    (r"\[ S = V x^{(t)} \]", ["ill-typed"]),
    (r"\[ S = V x^{(\tau)} \]", ["ill-typed"]),
    (r"\[ L := 2 \]", ["unreadable"]),
    (r"\[ L := \sum_t L^{(t)} \]", ["definition"]),
    (r"\[ L \triangleq \sum_i L^{(i)} \]", ["proved"]),
    (r"\[ h_1^{(1)} = 0 \]", ["refuted"]),
    (r"\[ \tau = 5 \] \[ t = 1 \]", []),
)
# fmt: on


@pytest.mark.parametrize(("text", "verdicts"), DEFINITIONS, ids=[row[0] for row in DEFINITIONS])
def test_what_defines_and_what_claims(text: str, verdicts: list[str]) -> None:
    assert words(text) == verdicts


def test_what_has_no_relation_has_an_entry_only_where_its_shapes_do_not_fit() -> None:
    assert words(r"The product $V h^{(t)}$ conforms, $\phi(h)$ can't be read.") == []
    (entry,) = report("It is not\n $V x^{(t)}$ however.").entries
    assert (entry.verdict, entry.line, entry.column, entry.latex) == ("ill-typed", 2, 3, "V x^{(t)}")


def test_an_unreadable_side_spoils_only_its_own_equalities() -> None:
    assert words(r"\[ L = L^{(1)} + L^{(2)} + L^{(3)} = \cdots \]") == ["proved", "unreadable"]


def test_the_convention_a_verdict_depends_on_is_told() -> None:
    (entry,) = report(r"\[ \sigma(a_1^{(1)}) = \frac{1}{1 + e^{-a_1^{(1)}}} \]").entries
    assert entry.verdict == "proved"
    assert "sigmoid" in (entry.reading or "")


def test_a_claim_without_an_instance_has_a_note_and_no_entry() -> None:
    found = judge_document(r"\[ h^{(t+1)} = h^{(t+1)} \]", open_setting("elman", {}, 1), file="n.tex")
    assert found.entries == ()
    assert "line 1" in found.notes[0]
    assert exit_status([found]) == 3


def test_the_json_has_the_pinned_keys_in_order() -> None:
    text = r"\begin{align} L &= L^{(1)} + L^{(2)} + L^{(3)} \tag{1} \\ L &= L^{(1)} \tag{2} \end{align}"
    whole = json.loads(write_json([report(text)]))
    assert list(whole) == ["documents"]
    (document,) = whole["documents"]
    assert list(document) == ["file", "network", "sizes", "steps", "equations", "numeric", "summary"]
    assert document["sizes"] == {"x": 2, "h": 3, "o": 3}
    assert (document["file"], document["network"], document["steps"], document["numeric"]) == (
        "notes.tex",
        "elman",
        3,
        None,
    )
    assert list(document["summary"]) == ["proved", "refuted", "ill-typed", "unreadable", "undecided", "definition"]
    right, wrong = document["equations"]
    assert list(right) == ["line", "column", "cell", "label", "latex", "verdict", "given", "reading", "message",
                           "diagnosis", "suggestion", "witness"]  # fmt: skip
    assert (right["verdict"], right["given"], right["witness"], right["cell"]) == ("proved", "", None, None)
    assert wrong["verdict"] == "refuted"
    assert list(wrong["witness"]) == ["instance", "component", "point", "left", "right"]
    assert wrong["witness"]["left"] != wrong["witness"]["right"]


def test_the_same_document_gives_the_same_bytes() -> None:
    text = r"\[ L = L^{(1)} \] \[ \nabla_{o^{(t)}} L = \hat y^{(t)} - y^{(t)} \]"
    fresh = judge_document(text, open_setting("elman", {"x": 2, "h": 3, "o": 3}, 3), file="notes.tex")
    assert write_json([report(text)]) == write_json([fresh])


@pytest.mark.parametrize(
    ("verdicts", "failed", "status"),
    [
        (["proved", "proved"], False, 0),
        (["proved", "definition"], False, 0),
        (["definition"], False, 0),
        (["proved", "refuted", "unreadable"], False, 1),
        (["ill-typed"], False, 1),
        (["proved", "unreadable"], False, 3),
        (["proved", "undecided"], False, 3),
        ([], False, 3),
        (["proved"], True, 1),
    ],
)
def test_the_exit_status_is_the_pinned_one(verdicts: list[str], failed: bool, status: int) -> None:
    entries = tuple(Entry(None, 1, 1, None, "", word, "", None, "") for word in verdicts)
    assert exit_status([Report("a.tex", "elman", {}, 3, entries, numeric_failed=failed)]) == status


def test_plain_tables_are_aligned_and_have_no_trailing_spaces() -> None:
    assert plain_table(("a", "b"), [("1", "22"), ("333", "")]) == "a    b\n1    22\n333\n"
    assert summary(report(r"\[ L = L^{(1)} \]")) == "elman, x=2, h=3, o=3, 3 steps: 1 refuted"


@pytest.mark.parametrize(
    "text", ["", "no maths", "\\[", "$", "\\begin{align}", "\\[ = \\]", "\\[ = = \\]", "$x^$", "\0", "\\[L=\\]"]
)
def test_no_text_makes_it_raise(text: str) -> None:
    assert exit_status([report(text)]) == 3


def test_a_network_that_does_not_unroll_is_told_with_its_place(tmp_path) -> None:
    path = tmp_path / "mine.tex"
    path.write_text("\\begin{align}\nh_t &= \\tanh(W h_t + U x_t) \\\\\nL &= \\sum_t \\|h_t\\|^2\n\\end{align}\n")
    with pytest.raises(UsageError, match=r"mine\.tex:2:1: h is given only through itself\nh_t"):
        open_setting(str(path))
