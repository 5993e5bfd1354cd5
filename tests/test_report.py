"""What a person reads of a checked document: the summary, the excerpts, the shapes, the witness, the suggestion."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bptt_sym.check import Manuscript, Report, Suggestion, check_manuscript
from bptt_sym.check.report import FailingInstance
from bptt_sym.errors import Span
from bptt_sym.render.annotations import workflow_commands
from bptt_sym.render.excerpt import Mark, columns, difference, excerpt, unboxed, visible
from bptt_sym.render.report import Checked, report_lines
from bptt_sym.render.terminal import plain
from bptt_sym.render.witness import coordinates, instance, values

TEXT = r"""\begin{align}
\sum_i \hat y_i^{(t)} &= 1 \\
\nabla_{o^{(t)}} L &= \hat y^{(t)} - y^{(t)} \tag{10.18} \\
\nabla_{h^{(\tau)}} L &= V \nabla_{o^{(\tau)}} L \\
\frac{\partial L}{\partial o_1^{(t)}} &= y_1^{(t)} - \hat y_1^{(t)} \\
L &= \cdots
\end{align}
"""


@cache
def checked(text: str = TEXT, file: str = "notes.tex") -> Checked:
    manuscript = Manuscript(file, text)
    return Checked(manuscript, check_manuscript(manuscript, sizes={"x": 2, "h": 4, "o": 3}))


def shown(*documents: Checked, width: int = 100, verbose: bool = False) -> str:
    return plain(report_lines(documents or (checked(),), width=width, verbose=verbose))


def test_the_report_opens_with_what_is_proved_under_which_hypothesis_and_what_is_wrong_where() -> None:
    assert shown().splitlines()[:4] == [
        "notes.tex: network elman (assumed), x=2, h=4, o=3, 3 steps",
        "  2 of 5 equalities proved (1 needs Σ y = 1)",
        "  2 wrong: lines 4, 5",
        "  1 unreadable: line 6",
    ]


def test_shapes_are_drawn_under_the_factors_they_are_of() -> None:
    lines = shown().splitlines()
    code = next(number for number, line in enumerate(lines) if "V \\nabla" in line)
    line, carets, words = lines[code : code + 3]
    assert line == r"      \nabla_{h^{(\tau)}} L = V \nabla_{o^{(\tau)}} L"
    assert carets[line.index("V")] == "^"
    assert words.split() == ["3×4", "3×1"]
    assert line.index("V") <= words.index("3×4") < line.index("\\nabla_{o") <= words.index("3×1")


def test_a_witness_is_the_instance_both_values_and_the_coordinates_that_the_line_names() -> None:
    block = shown().split("notes.tex:5:40: refuted (sign)\n")[1]
    assert block.splitlines()[1:5] == [
        r"      \frac{\partial L}{\partial o_1^{(t)}} = y_1^{(t)} - \hat y_1^{(t)}",
        "                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^",
        *[line for line in block.splitlines()[3:5] if line.startswith(("  for t = 1: left side", "    at y^(1) = ("))],
    ]
    assert "u_1" not in block


def test_proved_equalities_are_told_on_demand() -> None:
    assert "proved, holds" not in shown()
    told = shown(verbose=True)
    assert "notes.tex:2:24: proved, holds in all 3 instances:" in told
    assert "notes.tex:3:21: proved if Σ y = 1, holds in all 9 instances:" in told


def test_a_suggestion_is_marked_by_carets() -> None:
    one = checked()
    found = one.report.entries[2]
    suggestion = Suggestion(r"\nabla L = V^\top g", "V transposed", r"\nabla L = \boxed{V^\top} g")
    report = replace(one.report, entries=(replace(found, suggestion=suggestion, diagnosis="transpose"),))
    told = shown(Checked(one.manuscript, report))
    assert "notes.tex:4:24: ill-typed (transpose)" in told
    assert "suggestion (proved): V transposed\n      \\nabla L = V^\\top g\n                 ^^^^^^\n" in told


def test_several_documents_end_in_a_table() -> None:
    other = checked("\\[ L = L^{(1)} \\]", "other.tex")
    assert shown(checked(), other).splitlines()[-4:] == [
        "document   proved  wrong  open  definitions",
        "notes.tex       2      2     1            0",
        "other.tex       0      1     0            0",
        "all             2      3     1            0",
    ]


LONG = "a_1 + " * 40 + "b_2 = " + "\\frac{x}{y} + " * 40 + "\\begin{pmatrix} c_1 & c_2 \\\\ d_1 & d_2 \\end{pmatrix} e"


@pytest.mark.parametrize("width", [60, 80, 120, 300])
@pytest.mark.parametrize("part", ["b_2", "=", "a_1", "e", "\\begin{pmatrix} c_1 & c_2 \\\\ d_1 & d_2 \\end{pmatrix}"])
def test_long_lines_are_cut_around_the_place_which_always_shows(part: str, width: int) -> None:
    start = LONG.rindex(part)
    line, carets = excerpt(LONG, Span(0, len(LONG)), [Mark(Span(start, start + len(part)))], width)
    assert columns(line) <= width
    under = line[carets.index("^") : carets.rindex("^") + 1]
    assert under == part or under.startswith(("[c_1", "\\begin{pmatrix} c_1"))
    assert "\\fra…" not in line


# fmt: off
EXCERPTS = (
    ("a + b = c", ((4, 5, "here"),), ("a + b = c", "    ^", "    here")),
    ("A B C", ((0, 1, "3×5"), (2, 3, "4×1"), (4, 5, "1×1")), ("A B C", "^ ^ ^", "3×5 4×1 1×1")),
    ("AB", ((0, 1, ""), (1, 2, "")), ("AB", "^^")),
    ("A &= B \\\\\n & \\quad + C", ((19, 20, ""),), ("A = B \\quad + C", "            ^")),
    ("A + B", ((0, 5, "whole"), (0, 1, "within")), ("A + B", "^", "within")),
    ("A = B", (), ("A = B",)),
    ("é ＋ 中 = x", ((8, 9, ""),), ("é ＋ 中 = x", "          ^")),
    ("a\x1b[31m \u202e= b", (), ("a\ufffd[31m \ufffd= b",)),
)
# fmt: on


@pytest.mark.parametrize(("text", "marks", "lines"), EXCERPTS, ids=[row[0] for row in EXCERPTS])
def test_an_excerpt_is_one_line_with_carets_and_words(
    text: str, marks: tuple[tuple[int, int, str], ...], lines: tuple[str, ...]
) -> None:
    places = [Mark(Span(start, end), words) for start, end, words in marks]
    assert excerpt(text, Span(0, len(text)), places, 80) == lines


def test_more_factors_than_fit_lose_the_last_marks() -> None:
    text = " ".join(f"\\mathbf{{Factor}}_{{{k}}}" for k in range(30))
    marks = [Mark(Span(m, m + 5), "3×3") for m in range(0, len(text) - 5, 20)]
    line, carets, words = excerpt(text, Span(0, len(text)), marks, 80)
    assert max(columns(line), columns(carets), columns(words)) <= 90
    assert words.split() == ["3×3"] * 4


@pytest.mark.parametrize(
    ("marked", "text", "parts"),
    [
        (r"a = \boxed{-b} c", "a = -b c", ["-b"]),
        (r"\boxed{\frac{a}{b}} = \boxed{c}", r"\frac{a}{b} = c", [r"\frac{a}{b}", "c"]),
        (r"\boxed{\{ a \}}", r"\{ a \}", [r"\{ a \}"]),
        ("a = b", "a = b", []),
        (r"\boxed{open", "open", ["open"]),
    ],
)
def test_boxes_become_marks(marked: str, text: str, parts: list[str]) -> None:
    found, marks = unboxed(marked)
    assert (found, [found[m.span.start : m.span.end] for m in marks]) == (text, parts)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        (r"a = - \sum_i b", r"a = \sum_i b", "-"),
        (r"\exp(v_{3j} h)", r"\exp(v_{2j} h)", "3"),
        ("L = b", "L^{(t)} = b", "L"),
        (r"V g", r"V^\top g", "V"),
        ("a b c", "a c b", "b c"),
        ("a", "a", "a"),
        ("a a", "a a a", "a"),
        (r"\alpha", r"\beta", r"\alpha"),
    ],
)
def test_what_a_suggestion_changes_is_marked_in_the_line_itself(before: str, after: str, part: str) -> None:
    span = difference(before, after)
    assert before[span.start : span.end] == part


TEX = st.text(st.sampled_from("ab1 {}_^\\\\&$=+-\n\t中é\x1b"), max_size=200)


@settings(derandomize=True, deadline=None)
@given(TEX, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), max_size=5), st.integers(40, 120))
def test_no_text_breaks_an_excerpt(text: str, places: list[tuple[int, int]], width: int) -> None:
    marks = [Mark(Span(start, start + length), "3×5") for start, length in places]
    lines = excerpt(text, Span(0, len(text)), marks, width)
    assert len(lines) <= 3
    assert all("\n" not in line and "\x1b" not in line for line in lines)
    assert all(columns(line) <= 2 * width for line in lines)


@settings(derandomize=True, deadline=None)
@given(TEX, TEX)
def test_a_difference_is_a_part_of_the_first_text(before: str, after: str) -> None:
    span = difference(before, after)
    assert 0 <= span.start <= span.end <= len(before) + 1
    found, marks = unboxed(before)
    assert all(0 <= mark.span.start <= mark.span.end <= len(found) for mark in marks)


def failing(left: str, right: str, **rest: tuple[object, ...]) -> FailingInstance:
    return FailingInstance(**{"instance": (), "component": (), "point": (), "left": left, "right": right, **rest})


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("[5.23620475663041 +/- 3.79e-15]", "[1.46364736856573 +/- 3.54e-15]", ("5.236", "1.464")),
        ("[0.123456701 +/- 1e-15]", "[0.123456789 +/- 1e-15]", ("0.1234567", "0.1234568")),
        ("[1.2e-30 +/- 1e-45]", "0", ("1.2e-30", "0")),
        ("2.00000000000000", "-1.00000000000000", ("2", "-1")),
        ("nonsense", "1", ("nonsense", "1")),
    ],
)
def test_values_have_the_digits_that_tell_them_apart(left: str, right: str, told: tuple[str, str]) -> None:
    assert values(failing(left, right)) == told


def test_coordinates_are_those_of_letters_in_the_line_and_few() -> None:
    point = (("b_1", "1/3"), ("h_1^(0)", "1/5"), ("v_11", "1/7"), *((f"w_{k}", "2") for k in range(9)),
             ("y_1^(1)", "0"), ("y_2^(1)", "1"))  # fmt: skip
    found = failing("1", "2", instance=(("t", 1),), component=(2,), point=point)
    assert instance(found) == "t = 1, component 2"
    assert coordinates(found, r"\hat y = V h") == "y^(1) = (0, 1), v_11 = 1/7"
    assert coordinates(found, r"W") == "w_0 = 2, w_1 = 2, w_2 = 2, w_3 = 2, w_4 = 2, w_5 = 2 and 3 more"
    assert coordinates(found, r"\beta = h_{t-1}") == "h_1^(0) = 1/5"


def test_workflow_commands_escape_what_would_end_them() -> None:
    one = checked("\\[ L = L^{(1)} % \\]\n + 1 \\]", "a,b:c%\n.tex")
    (line,) = workflow_commands([one.report])
    assert line == (
        "::error file=a%2Cb%3Ac%25%0A.tex,line=1,col=6,title=refuted"
        "::the two sides differ%0AL = L^{(1)} + 1"
    )


def test_workflow_commands_have_a_level_for_each_verdict() -> None:
    def levels(verbose: bool) -> list[str]:
        return [line.split()[0] for line in workflow_commands([checked().report], verbose=verbose)]

    assert levels(False) == ["::error", "::error", "::warning"]
    assert levels(True) == ["::notice", "::notice", "::error", "::error", "::warning"]
    empty = Report("a.tex", "elman", {}, 3, ())
    assert list(workflow_commands([empty])) == ["::warning file=a.tex,title=nothing checked::no equality found"]
    unread = replace(empty, file="-", unread="not a notebook")
    assert list(workflow_commands([unread])) == ["::warning title=note::not a notebook"]


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    assert visible("\x1b]0;title\x07 ok\u200b\u202e\ud800") == "\ufffd]0;title\ufffd ok\ufffd\ufffd\ufffd"


def on_a_terminal(*arguments: str, **environment: str) -> tuple[int, str]:
    """The status, and what the command writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    code = "import sys; from bptt_sym.cli import main; main(sys.argv[1:])"
    settings = {"COLUMNS": "80", "TERM": "xterm-256color", **environment}
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "check", *arguments], stdout=theirs, stderr=theirs, env={**known, **settings}
    )
    os.close(theirs)
    told = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        told += part
    os.close(ours)
    return process.wait(), told.decode().replace("\r\n", "\n")


def test_a_terminal_has_colour_unless_it_is_not_wanted_and_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "notes.tex"
    path.write_text(TEXT)
    status, coloured = on_a_terminal(str(path))
    _, bare = on_a_terminal(str(path), NO_COLOR="1")
    assert status == 1
    assert "\x1b[1;31mill-typed" in coloured
    assert "31m" not in bare
    assert "ill-typed" in bare


def test_a_summary_names_the_first_lines_only_where_there_are_very_many() -> None:
    told = shown(checked("\n".join(f"$L = {number}$" for number in range(30))))
    assert "30 wrong: lines 1, 2, 3," in " ".join(told.split())
    assert "24 and 6 more" in " ".join(told.split())
