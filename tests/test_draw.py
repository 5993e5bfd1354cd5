"""Pictures of unrolled networks: what stands on the arrows is true, and what is drawn can be read."""

from __future__ import annotations

import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from networks import CASES, Case
from sympy import Symbol

from bptt_sym import Setting, judge, read, read_network
from bptt_sym.calculus.layers import Arrow, Unrolled
from bptt_sym.cli import main
from bptt_sym.draw import Picture, draw, write_svg, write_tikz
from bptt_sym.draw.glyphs import runs, width_of
from bptt_sym.draw.labels import Labels
from bptt_sym.draw.polyline import Point, beside
from bptt_sym.errors import UsageError
from bptt_sym.written.nodes import Derivative
from bptt_sym.written.writer import write

BY_NAME = {case.name: case for case in CASES}
GATED = ("elman", "LSTM", "GRU", "two layers, other letters", "bidirectional, two letters", "two steps back")
SVG = "{http://www.w3.org/2000/svg}"


def setting_of(case: Case, steps: int = 2, **sizes: int) -> Setting:
    return Setting.of(read_network(case.latex, case.name), sizes, steps)


def unrolled_of(setting: Setting) -> Unrolled:
    return Unrolled(setting.graph, setting.scope)


def claimed(labels: Labels, arrow: Arrow, setting: Setting, label: object = None) -> str:
    """The verdict on a label as the derivative of the arrow's target by its source, a row for each component."""
    left = Derivative(labels.place(arrow.target), (labels.place(arrow.source),), "partial+")
    right = write(labels.matrix(arrow) if label is None else label)
    return judge(read(write(left)), read(right), setting.with_layout("numerator")).word


def through_argument(unrolled: Unrolled, arrow: Arrow) -> bool:
    """Whether the target also depends on the source by an argument written inside its equation: ∂⁺ counts that too."""
    auxiliary = unrolled.graph.auxiliary
    inside = {a.target for a in unrolled.arrows if a.source == arrow.source and auxiliary & set(unrolled.scalars[a.target])}
    return any(a.target == arrow.target and a.source in inside for a in unrolled.arrows)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_every_matrix_on_an_arrow_is_proved(case: Case) -> None:
    """Those named ∂⁺a/∂h claim nothing; columns (W)_{:,1:3} are a notation of programs, tested below."""
    setting = setting_of(case)
    unrolled = unrolled_of(setting)
    labels = Labels(unrolled, setting)
    last = [a for a in unrolled.arrows if a.target.step in (2, None) and not through_argument(unrolled, a)]
    for arrow in last:
        label = labels.matrix(arrow)
        if not isinstance(label, Derivative) and ":" not in write(label):
            assert claimed(labels, arrow, setting) == "proved", write(label)
    assert last


@pytest.mark.parametrize("name", GATED)
def test_the_matrix_of_another_arrow_is_not_proved(name: str) -> None:
    setting = setting_of(BY_NAME[name])
    unrolled = unrolled_of(setting)
    labels = Labels(unrolled, setting)
    found = 0
    for one, other in combinations([a for a in unrolled.arrows if a.target.step == 2], 2):
        if labels.matrix(one) != labels.matrix(other) and not isinstance(labels.matrix(other), Derivative):
            found += 1
            assert claimed(labels, one, setting, labels.matrix(other)) != "proved"
    assert found


def test_the_columns_of_a_stacked_matrix_are_those_that_meet_the_layer() -> None:
    setting = setting_of(BY_NAME["stacked matrix as argument"], h=3, x=2)
    unrolled = unrolled_of(setting)
    labels = Labels(unrolled, setting)
    found = {write(labels.matrix(a)): a for a in unrolled.arrows if a.target.step == 2 and a.target.declaration.axes}
    assert found["(W)_{:,1:3}"].partials[2, 0] == Symbol("w_31")
    assert found["(W)_{:,4:5}"].partials[2, 0] == Symbol("w_34")


@pytest.mark.parametrize(
    ("source", "target", "label"),
    [
        ("h_1", "a_{f,2}", "U_f"),
        ("c_1", "c_2", r"\operatorname{diag}(f_2)"),
        ("f_2", "c_2", r"\operatorname{diag}(c_1)"),
        (r"a_{f,2}", "f_2", r"\operatorname{diag}\big(f_2 \odot (1 - f_2)\big)"),
        ("o_2", "h_2", r"\operatorname{diag}\big(\tanh(c_2)\big)"),
        (r"\hat{y}_2", r"\ell_2", r"-\left( \frac{y_2}{\hat{y}_2} \right)^\top"),
    ],
)
def test_an_lstm_has_these_local_derivatives(source: str, target: str, label: str) -> None:
    setting = setting_of(BY_NAME["LSTM"])
    unrolled = unrolled_of(setting)
    labels = Labels(unrolled, setting)
    found = {(write(labels.place(a.source)), write(labels.place(a.target))): write(labels.matrix(a)) for a in unrolled.arrows}
    assert found[source, target] == label


def overlaps(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (x, y), (w, h) = one
    (u, v), (a, b) = other
    return abs(x - u) < w + a - 0.01 and abs(y - v) < h + b - 0.01


def rectangles(picture: Picture) -> tuple[list[tuple[Point, Point]], list[tuple[Point, Point]]]:
    """Boxes and labels: their middles, half their widths and heights."""
    boxes = [(b.centre, (b.width / 2, b.height / 2)) for b in picture.boxes]
    tags = []
    for tag in picture.tags:
        width = width_of(tag.label, tag.size)
        middle = tag.place[0] + {"start": width / 2, "middle": 0, "end": -width / 2}[tag.anchor]
        tags.append(((middle, tag.place[1]), (width / 2, 0.6 * tag.size)))
    return boxes, tags


@pytest.mark.parametrize("elements", [False, True], ids=["layers", "elements"])
@pytest.mark.parametrize("case", CASES, ids=repr)
def test_boxes_stand_apart_and_all_is_on_the_page(case: Case, elements: bool) -> None:
    setting = setting_of(case)
    if elements and sum(len(a.partials) for a in unrolled_of(setting).arrows) > 900:
        setting = setting_of(case, 1)
    picture = draw(setting, elements=elements)
    boxes, tags = rectangles(picture)
    assert not [pair for pair in combinations(boxes, 2) if overlaps(*pair)]
    for (x, y), (w, h) in (*boxes, *tags):
        assert w <= x <= picture.width - w
        assert h <= y <= picture.height - h
    for line in picture.lines:
        assert all(0 < x < picture.width and 0 < y < picture.height for x, y in line.points)


@pytest.mark.parametrize("elements", [False, True], ids=["layers", "elements"])
def test_no_label_of_the_default_network_lies_on_another_or_under_a_box(elements: bool) -> None:
    boxes, tags = rectangles(draw(setting_of(BY_NAME["elman"], 3, x=4, h=5, o=3), elements=elements))
    assert len(tags) == (234 if elements else 21)
    assert not [pair for pair in combinations(tags, 2) if overlaps(*pair)]
    assert not [(box, tag) for box in boxes for tag in tags if overlaps(box, tag)]


@pytest.mark.parametrize("name", GATED)
def test_labels_of_layers_lie_apart(name: str) -> None:
    boxes, tags = rectangles(draw(setting_of(BY_NAME[name], 3)))
    assert not [pair for pair in combinations(tags, 2) if overlaps(*pair)]
    assert not [(box, tag) for box in boxes for tag in tags if overlaps(box, tag)]


def test_every_arrow_on_a_way_to_the_loss_has_a_way_back() -> None:
    picture = draw(setting_of(BY_NAME["elman"], 3, x=4, h=5, o=3), elements=True)
    ways = [line.way for line in picture.lines]
    assert ways.count("forward") == ways.count("backward") == 3 * (20 + 25 + 5 + 15 + 9 + 3 + 1)


@pytest.mark.parametrize("steps", [1, 3, 8])
def test_both_ends_of_every_line_between_layers_lie_on_the_edges_of_boxes(steps: int) -> None:
    """So no head of an arrow is hidden by a box, or hangs in the air, however flat the arrow is."""
    picture = draw(Setting.of(read_network(BY_NAME["elman"].latex, "elman"), {}, steps))
    for line in picture.lines:
        for x, y in (line.points[0], line.points[-1]):
            assert any(
                max(abs(x - box.centre[0]) - box.width / 2, abs(y - box.centre[1]) - box.height / 2) == pytest.approx(0, abs=0.1)
                for box in picture.boxes
            )


@pytest.mark.parametrize("steps", [2, 12])
def test_the_loss_lies_over_all_steps_and_every_arrow_goes_straight_up_to_it(steps: int) -> None:
    picture = draw(Setting.of(read_network(BY_NAME["elman"].latex, "elman"), {}, steps))
    loss = min(picture.boxes, key=lambda box: box.centre[1])
    into = [line.points for line in picture.lines if line.points[-1][1] == pytest.approx(loss.centre[1] + loss.height / 2)]
    assert len(into) == 2 * steps
    assert all(start[0] == pytest.approx(end[0]) for start, *_, end in into)


def test_what_the_loss_does_not_depend_on_has_no_gradient() -> None:
    case = BY_NAME["one answer at the end"]
    unrolled = unrolled_of(setting_of(case, 3))
    assert unrolled.reached == frozenset(unrolled.places)
    extra = case.latex.replace(r"\begin{align}", "\\begin{align}\nq^{(t)} &= h^{(t)} + h^{(t)} \\\\", 1)
    picture = draw(Setting.of(read_network(extra, "extra"), {}, 2))
    without = [box for box in picture.boxes if box.gradient is None]
    assert {write(box.label) for box in without} >= {"q^{(1)}", "q^{(2)}"}


@pytest.mark.parametrize("elements", [False, True], ids=["layers", "elements"])
def test_an_svg_is_well_formed_says_what_it_shows_and_is_the_same_each_time(elements: bool) -> None:
    texts = [write_svg(draw(setting_of(BY_NAME["GRU"], 2, x=2, h=2), elements=elements)) for _ in range(2)]
    assert texts[0] == texts[1]
    root = ElementTree.fromstring(texts[0])
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "The network GRU over 2 steps, with the gradients of its loss"
    assert description is not None
    assert "z₁ depends on a_(z,1) by diag(z₁ ⊙ (1 − z₁))." in (description.text or "")
    assert root.attrib["role"] == "img"
    assert not root.findall(f".//{SVG}script") + root.findall(f".//{SVG}image")


def test_a_name_that_is_markup_stays_a_name() -> None:
    case = BY_NAME["elman"]
    hostile = "a]]>&<b>\n\\input{x}\u0007"
    picture = draw(Setting.of(read_network(case.latex, hostile), {"x": 1, "h": 1, "o": 1}, 1))
    assert ElementTree.fromstring(write_svg(picture)).find(f"{SVG}title") is not None
    assert all(line.startswith("%") for line in write_tikz(picture).split("\\documentclass")[0].splitlines())


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
@pytest.mark.parametrize("elements", [False, True], ids=["layers", "elements"])
@pytest.mark.parametrize("name", ["elman", "LSTM", "bidirectional, with arrows", "labels in words", "stacked matrix as argument"])
def test_a_tex_file_compiles_to_one_page(name: str, elements: bool, tmp_path: Path) -> None:
    text = write_tikz(draw(setting_of(BY_NAME[name], 1), elements=elements))
    (tmp_path / "graph.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "graph.tex"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert "(1 page" in done.stdout
    assert "Overfull" not in done.stdout


def test_a_formula_is_laid_out_with_its_scripts() -> None:
    formula = runs(read(r"1 - (\mathbf h_1^{(2)})^2"))
    assert "".join(run.text for run in formula) == "1 − (h1(2))2"
    assert [run.text for run in formula if run.raised < 0] == ["1"]
    assert "".join(run.text for run in formula if run.raised > 0) == "(2)2"
    assert [run.text for run in formula if run.bold] == ["h"]


def test_a_line_beside_a_corner_keeps_its_distance() -> None:
    assert beside(((0, 0), (10, 0), (10, 10)), 2) == ((0, -2), (12, -2), (12, 10))


def test_more_than_can_be_read_is_refused() -> None:
    case = BY_NAME["elman"]
    with pytest.raises(UsageError, match="element by element this picture has 1950 arrows"):
        draw(setting_of(case, 25, x=4, h=5, o=3), elements=True)
    with pytest.raises(UsageError, match="take fewer steps"):
        draw(setting_of(case, 400, x=1, h=1, o=1))
    wide = draw(setting_of(case, 150, x=1, h=1, o=1))
    assert write_svg(wide)
    with pytest.raises(UsageError, match="larger than a page of TeX can be"):
        write_tikz(wide)


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, ["draw", *arguments])
    return found.exit_code, found.output


def test_the_command_writes_what_the_suffix_says(tmp_path: Path) -> None:
    small = ("--sizes", "x=1,h=2,o=2", "--steps", "1")
    for name, start in (("graph.svg", "<svg "), ("graph.tex", "% The network elman over 1 step,")):
        assert run(*small, "-o", str(tmp_path / name)) == (0, "")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert run(*small)[1] == (tmp_path / "graph.svg").read_text(encoding="utf-8")
    assert run(*small, "--elements")[1] != run(*small)[1]
    status, said = run(*small, "--text")
    assert status == 0
    assert "a⁽¹⁾ depends on h⁽⁰⁾ by W, x⁽¹⁾ by U.\n" in said
    assert "<svg" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "graph.png"), "graph.png is neither an .svg nor a .tex"),
        (("--elements", "--steps", "30"), "take smaller sizes"),
        (("--network", "nowhere.tex"), "can't read the network nowhere.tex"),
    ],
)
def test_mistakes_are_told_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    status, output = run(*arguments)
    assert status == 2
    assert said in output
