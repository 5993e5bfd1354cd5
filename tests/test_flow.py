"""How gradients flow through time: the numbers by other roads, the bound, and the pictures of both."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from networks import CASES
from sympy import Symbol

from bptt_sym import Setting, differentiate, lambdify, read_network
from bptt_sym.cli import main
from bptt_sym.draw.plot import STYLE, FlowWords, colour_range, plot_flow
from bptt_sym.errors import UsageError
from bptt_sym.numeric.flow import gradient_flow, random_point

BY_NAME = {case.name: case for case in CASES}
WITHOUT_STEPS = ("one answer at the end", "one number at the end", "two losses", "the mean of the states")
UNBOUNDED = ("bidirectional, with arrows", "bidirectional, two letters", "two steps back")
SVG = "{http://www.w3.org/2000/svg}"


def setting_of(name: str, steps: int = 4, **sizes: int) -> Setting:
    return Setting.of(read_network(BY_NAME[name].latex, name), sizes, steps)


def evaluated(setting: Setting, names: list[str], weights: float = 0.5, seed: int = 0) -> np.ndarray:
    """Forward values at the random point, by name."""
    point = random_point(setting, weights=weights, seed=seed)
    function = lambdify(setting.graph.assignments, list(point), [Symbol(name) for name in names])
    return function(np.array(list(point.values())))


@pytest.mark.parametrize(
    ("name", "state", "loss"),
    [
        ("elman", "h", "L"),
        ("bare steps above", "h", "ell"),
        ("bidirectional, two letters", "g", "ell"),
        ("scalars", "h", "ell"),
    ],
)
def test_norms_are_those_of_a_symbolic_reverse_sweep(name: str, state: str, loss: str) -> None:
    setting = setting_of(name, 3)
    flow = gradient_flow(setting, state)
    assert (flow.state.name.plain, flow.loss.name.plain) == (state, loss)
    point = random_point(setting)
    for s in (1, 3):
        of = Symbol(f"{loss}^({s})")
        whole = differentiate(setting.graph, of)
        for t in (1, 2, 3):
            found = [a.symbol for a in whole.assignments
                     if a.symbol.name.startswith((f"d{of}/d{state}_", f"d{of}/d{state}^")) and a.symbol.name.endswith(f"^({t})")]  # fmt: skip
            values = lambdify(whole.assignments, list(point), found)(np.array(list(point.values()))) if found else np.zeros(1)
            assert flow.norms[s - 1, t - 1] == pytest.approx(np.linalg.norm(values), rel=1e-9, abs=1e-300)


def test_the_factors_of_the_default_network_are_the_norms_of_w_transposed_times_diag() -> None:
    """And its Jacobians are the products of diag(1 - h²) W."""
    setting = setting_of("elman", 4, x=2, h=3, o=2)
    flow = gradient_flow(setting, seed=5)
    weights = evaluated(setting, [f"w_{i}{j}" for i in "123" for j in "123"], seed=5).reshape(3, 3)
    states = {t: evaluated(setting, [f"h_{i}^({t})" for i in "123"], seed=5) for t in (1, 2, 3, 4)}
    one_step = {t: np.diag(1 - states[t] ** 2) @ weights for t in (2, 3, 4)}
    wanted = [np.linalg.norm(weights.T @ np.diag(1 - states[t] ** 2), 2) for t in (2, 3, 4)]
    assert flow.factors == pytest.approx(np.array(wanted))
    assert flow.alone
    assert flow.jacobians[3, 0] == pytest.approx(one_step[4] @ one_step[3] @ one_step[2])
    assert flow.jacobians[1, 1] == pytest.approx(np.eye(3))
    assert not flow.jacobians[0, 3].any()
    assert flow.bounds is not None
    assert flow.bounds[3, 1] == pytest.approx(flow.norms[3, 3] * wanted[1] * wanted[2])


@pytest.mark.parametrize("name", [case.name for case in CASES if case.name not in WITHOUT_STEPS + UNBOUNDED])
def test_no_gradient_exceeds_its_bound(name: str) -> None:
    for weights in (0.3, 1.5):
        flow = gradient_flow(setting_of(name), weights=weights)
        assert flow.bounds is not None
        below = np.tril_indices(4)
        assert (flow.norms[below] <= flow.bounds[below] * (1 + 1e-9) + 1e-300).all()
        assert np.isnan(flow.bounds[0, 3])


@pytest.mark.parametrize("name", WITHOUT_STEPS)
def test_of_a_loss_that_is_no_sum_over_steps_the_gradients_are_those_of_the_whole(name: str) -> None:
    setting = setting_of(name)
    flow = gradient_flow(setting)
    assert flow.whole
    assert flow.norms.shape == (1, 4)
    total, point = str(setting.network.loss.name.plain), random_point(setting)
    whole = differentiate(setting.graph, Symbol(total))
    for t in (1, 2, 3, 4):
        found = [a.symbol for a in whole.assignments
                 if a.symbol.name.startswith(f"d{total}/d{flow.state.name.plain}_") and a.symbol.name.endswith(f"^({t})")]  # fmt: skip
        values = lambdify(whole.assignments, list(point), found)(np.array(list(point.values())))
        assert flow.norms[0, t - 1] == pytest.approx(np.linalg.norm(values))
    for weights in (0.3, 1.5):
        flow = gradient_flow(setting, weights=weights)
        assert flow.bounds is not None
        assert (flow.norms <= flow.bounds * (1 + 1e-9)).all()
    assert flow.bounds[0, 3] == pytest.approx(flow.norms[0, 3])


def test_with_one_number_as_state_the_bound_is_reached() -> None:
    """So a bound that were any smaller would be caught above."""
    flow = gradient_flow(setting_of("scalars", 5))
    assert flow.bounds is not None
    below = np.tril_indices(5)
    assert flow.norms[below] == pytest.approx(flow.bounds[below])


@pytest.mark.parametrize("name", UNBOUNDED)
def test_where_something_goes_back_in_time_or_over_two_steps_no_bound_is_claimed(name: str) -> None:
    flow = gradient_flow(setting_of(name))
    assert flow.bounds is None
    assert (flow.norms[3] > 0).all()


def test_gradients_vanish_with_small_weights_and_explode_with_large_ones() -> None:
    """tanh lets a gradient explode near 0 only; a rectifier anywhere."""
    small = gradient_flow(setting_of("rectified, by word", 12), weights=0.1).norms[-1]
    large = gradient_flow(setting_of("rectified, by word", 12), weights=3.0).norms[-1]
    assert small[0] < 1e-6 * small[-1]
    assert large[0] > 1e6 * large[-1]


def test_targets_are_one_hot_and_a_point_is_the_same_each_time() -> None:
    setting = setting_of("elman", 2, x=1, h=2, o=3)
    point = random_point(setting, seed=3)
    assert sorted(point[Symbol(f"y_{i}^(1)")] for i in (1, 2, 3)) == [0, 0, 1]
    assert point == random_point(setting, seed=3) != random_point(setting, seed=4)


@pytest.mark.parametrize(
    ("name", "state", "said"),
    [
        ("elman", "q", "no layer is called q; there are a, h, o, yhat, L"),
    ],
)
def test_what_has_no_flow_is_refused(name: str, state: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        gradient_flow(setting_of(name), state)


@pytest.mark.parametrize(
    ("norms", "bounds", "wanted"),
    [
        ([-8.0, 0.0], [0.0, 5.0], (-8.0, 5.0, False)),
        ([0.0, 5.0], [0.0, 28.0], (0.0, 13.0, True)),
        ([-40.0, 0.0], [-40.0, 1.0], (-16.0, 1.0, False)),
        ([np.nan, np.nan], [0.0, 3.0], (0.0, 3.0, False)),
    ],
)
def test_gradients_are_seen_beside_a_bound_of_any_height(norms: list[float], bounds: list[float], wanted: tuple[float, float, bool]) -> None:
    assert colour_range(np.array(norms), np.array(bounds)) == wanted


@pytest.mark.parametrize("elements", [False, True], ids=["norms", "jacobians"])
@pytest.mark.parametrize(
    ("name", "format"), [("elman", "png"), ("elman", "svg"), ("elman", "pdf"), ("LSTM", "svg"), (UNBOUNDED[1], "svg"), (WITHOUT_STEPS[0], "png")]
)
def test_a_plot_has_the_same_bytes_each_time(name: str, elements: bool, format: str) -> None:
    pytest.importorskip("matplotlib")
    setting = setting_of(name, 3)
    flow = gradient_flow(setting)
    files = [plot_flow(flow, setting, format, elements=elements) for _ in range(2)]
    assert files[0] == files[1]
    assert files[0].startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[format])
    assert b"Date" not in files[0]


def test_a_plot_says_what_it_shows() -> None:
    pytest.importorskip("matplotlib")
    setting = setting_of("elman")
    flow = gradient_flow(setting)
    root = ElementTree.fromstring(plot_flow(flow, setting, "svg"))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "The gradients ‖∂L⁽ˢ⁾/∂h⁽ᵗ⁾‖ of the network elman"
    assert description is not None
    assert description.text == FlowWords(flow, setting).description(elements=False)
    assert f"‖∂L⁽⁴⁾/∂h⁽¹⁾‖ = {flow.norms[3, 0]:.2e}, at most {flow.bounds[3, 0]:.2e}" in (description.text or "")


@pytest.mark.parametrize(("steps", "shown", "hidden"), [(1, (), ()), (3, ("10⁰", "0.5", "0.3"), ("0.4",)), (50, ("10⁰", "10⁻⁴"), ("0.5",))])
def test_the_numbers_at_an_axis_are_plain(
    monkeypatch: pytest.MonkeyPatch, steps: int, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    """No TeX of the library shows, and between powers of ten numbers stand only where there are few of these."""
    pytest.importorskip("matplotlib")
    monkeypatch.setitem(STYLE, "svg.fonttype", "none")
    setting = setting_of("elman", steps, x=4, h=5, o=3)
    written = plot_flow(gradient_flow(setting), setting, "svg").decode()
    words = [element.text for element in ElementTree.fromstring(written).iter(f"{SVG}text")]
    assert "$" not in written
    assert set(shown) <= set(words)
    assert not set(hidden) & set(words)


def test_jacobians_too_large_to_be_seen_are_refused() -> None:
    pytest.importorskip("matplotlib")
    setting = setting_of("elman", 7, x=1, h=90, o=1)
    with pytest.raises(UsageError, match="too many for one picture"):
        plot_flow(gradient_flow(setting), setting, "png", elements=True)


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, ["plot", "flow", "--sizes", "x=1,h=2,o=2", *arguments])
    return found.exit_code, found.output


def test_the_command_plots_or_tells(tmp_path: Path) -> None:
    status, said = run("--text", "--weights", "0.9", "--seed", "2")
    assert status == 0
    assert said.startswith("The gradients ‖∂L⁽ˢ⁾/∂h⁽ᵗ⁾‖ of the network elman\n")
    assert run("--text", "--elements")[1].startswith("The Jacobians ∂h⁽ᵗ⁾/∂h⁽ˢ⁾")
    pytest.importorskip("matplotlib")
    assert run("-o", str(tmp_path / "flow.png")) == (0, "")
    assert (tmp_path / "flow.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "-o with a .png, an .svg or a .pdf is needed, or --text"),
        (("-o", "flow.txt"), "-o with a .png, an .svg or a .pdf is needed"),
        (("--text", "--state", "q"), "no layer is called q"),
    ],
)
def test_mistakes_are_told_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    status, output = run(*arguments)
    assert status == 2
    assert said in output


def test_without_matplotlib_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    status, output = run("-o", str(tmp_path / "flow.png"))
    assert status == 2
    assert "plots need matplotlib: pip install 'bptt-sym[plot]'" in output
    assert not list(tmp_path.iterdir())
