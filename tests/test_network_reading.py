"""Forward equations into networks: what is refused and where, renaming, sizes, and the graph they unroll to."""

from __future__ import annotations

import re

import pytest
import sympy as sp

from bptt_sym.calculus.total import differentiate
from bptt_sym.errors import BpttSymError, IllTyped, Unreadable, UsageError
from bptt_sym.network.library import library_text, load_network, network_text
from bptt_sym.network.reading import read_network
from bptt_sym.network.unrolling import unroll
from bptt_sym.symbols import symbol


def align(*lines: str) -> str:
    return "\\begin{align}\n" + " \\\\\n".join(lines) + "\n\\end{align}\n"


STATE = r"h_t &= \tanh(W h_{t-1} + U x_t + b)"
SQUARES = r"L &= \sum_t \|V h_t - y_t\|^2"

# fmt: off
# What is wrong, the text, the error, what its message says, and what stands over the caret.
REFUSED = (
    ("nothing", "", Unreadable, "no forward equation", None),
    ("prose", "A network without mathematics.", Unreadable, "no forward equation", None),
    ("never closed", r"\begin{align} h_t &= ", Unreadable, "never closed", r"\begin{align}"),
    ("an unknown function", align(r"h_t &= \phi(W h_{t-1} + U x_t)", SQUARES), Unreadable, r"the function \\phi", r"\phi("),
    ("an unknown letter as a function", align(r"h_t &= f(W h_{t-1} + U x_t)", SQUARES), Unreadable, "the function f", "f("),
    ("a Greek letter as a function of a whole layer", align(r"h_t &= \rho(W h_{t-1} + U x_t)", SQUARES), Unreadable,
     r"the function \\rho", r"\rho("),
    ("a labelled sigma", align(r"h_t &= \sigma_h(W h_{t-1} + U x_t)", SQUARES), Unreadable, "not known", r"\sigma_h"),
    ("rows and columns", align(r"h_t &= \tanh(x_t W_{xh} + W_{hh} h_{t-1} + b)", r"L &= \sum_t \|h_t - y_t\|^2"), IllTyped,
     "don't agree on it", "W_{xh}"),
    ("column times column", align(STATE, r"p_t &= \operatorname{softmax}(V h_t)", r"L &= -\sum_t y_t \ln p_t"), IllTyped,
     "column times a column", r"y_t \ln p_t"),
    ("a loss that would be a vector", align(STATE, r"L &= \sum_t (V h_t - y_t)^2"), IllTyped, "size 1", "V"),
    ("small letters for matrices", align(r"h_t &= \tanh(w_{hh} h_{t-1} + w_{xh} x_t)", r"L &= \sum_t \|h_t - y_t\|^2"),
     Unreadable, "scalar or a matrix", "w_{hh}"),
    ("a star beside circles", align(r"h_t &= \tanh(W * x_t + U * h_{t-1} + c \circ h_{t-1})", SQUARES), Unreadable,
     "convolution", "W * x_t"),
    ("a row for each of many examples", align(r"H_t &= \tanh(X_t W_{xh} + H_{t-1} W_{hh} + b)", r"L &= \sum_t \|H_t - Y_t\|^2"),
     Unreadable, "a row for each", "X_t"),
    ("many examples by their space", align(r"h_t &= \tanh(x_t U + h_{t-1} W + b), \quad x_t \in \mathbb R^{n \times d}", r"L &= \sum_t \|h_t\|^2"),
     Unreadable, "many examples", "n"),
    ("an output that is a row of its own", align(r"h_t &= \tanh(x_t U + h_{t-1} W)", r"L &= \sum_t y_t^\top \ln h_t"), IllTyped, "size 1", "U"),
    ("a component of an inline function", align(STATE, r"L &= -\sum_i y_i \ln \operatorname{softmax}(V h_\tau)_i"),
     Unreadable, "a line of its own", r"\operatorname{softmax}(V h_\tau)_i"),
    ("layers counted by a letter", align(r"h_t^{(l)} &= \tanh(W^{(l)} h_{t-1}^{(l)} + U^{(l)} h_t^{(l-1)})"), Unreadable,
     "this superscript", "(l-1)"),
    ("a layer that nothing defines", align(r"h^{(1)}_t &= \tanh(W h^{(1)}_{t-1} + U x_t)", r"L &= \sum_t \|h^{(2)}_t - y_t\|^2"),
     Unreadable, "nothing defines h_2", "h^{(2)}_t"),
    ("a definition twice", align(STATE, STATE, SQUARES), Unreadable, "h is defined twice", "h_t"),
    ("a layer that needs itself", align(r"h_t &= \tanh(W h_t + U x_t)", SQUARES), Unreadable, "only through itself", "h_t"),
    ("a state that needs the next and the last", align(r"h_t &= \tanh(W h_{t+1} + U h_{t-1} + x_t)", SQUARES), Unreadable,
     "only through itself", "h_t"),
    ("a concatenation that grows", align(r"h_t &= [h_{t-1}; x_t]", r"L &= \sum_t \|h_t\|^2"), IllTyped, "one is the other",
     "[h_{t-1}; x_t]"),
    ("a chain", align(STATE, r"p_t &= \operatorname{softmax}(o_t) = \operatorname{softmax}(V h_t)"), Unreadable,
     "one equality a line", "p_t"),
    ("two left sides in one", align(r"[r_t; z_t] &= \sigma(W [h_{t-1}; x_t])", STATE), Unreadable, "one symbol", "[r_t; z_t]"),
    ("some steps only", align(r"h_t &= \tanh(W h_{t-1} + U x_t) \quad \text{for } t > 5", SQUARES), Unreadable,
     "every step", "t > 5"),
    ("dots", align(r"h_t &= \tanh(W h_{t-1} + \cdots)", SQUARES), Unreadable, "no place", r"\cdots"),
    ("a derivative", align(STATE, r"L &= \sum_t (\frac{\partial h_t}{\partial t})^2"), Unreadable, "no place", r"\frac"),
    ("cases", align(r"h_t &= \begin{cases} \tanh(W h_{t-1}) & t > 2 \\ 0 & \text{otherwise} \end{cases}", SQUARES), Unreadable,
     "no place", r"\begin{cases}"),
    ("a norm of another kind", align(STATE, r"L &= \sum_t \|V h_t - y_t\|_1"), Unreadable, "Euclidean", r"\|V"),
)
# fmt: on


@pytest.mark.parametrize(
    ("text", "kind", "says", "over"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_would_be_a_guess_is_refused_with_its_place(text: str, kind: type, says: str, over: str | None) -> None:
    with pytest.raises(kind, match=says) as caught:
        unroll(read_network(text), None, 2)
    if over is not None:
        span = caught.value.span
        assert span is not None
        assert text[span.start :].startswith(over)


def test_both_places_are_shown_where_sizes_disagree() -> None:
    text = r"$U \in \mathbb{R}^{5\times 4}$ and $W \in \mathbb{R}^{6\times 6}$:" + align(STATE, SQUARES)
    with pytest.raises(IllTyped) as caught:
        read_network(text)
    told = caught.value.located(text, "mine.tex")
    assert told.count("mine.tex:1:") == 2
    assert told.count("^") >= 2
    assert "6" in told
    assert "5 here" in told


@pytest.mark.parametrize(
    "row", [row for row in REFUSED if row[2] is IllTyped and "size" in row[3]], ids=lambda row: row[0]
)
def test_what_forces_a_size_of_1_is_shown_beside_what_is_forced(row) -> None:
    with pytest.raises(IllTyped) as caught:
        read_network(row[1])
    assert caught.value.located(row[1], "mine.tex").count("mine.tex:") == 2


def test_sizes_come_from_the_caller_then_from_the_text_then_from_defaults_that_differ() -> None:
    network = read_network(r"$U \in \mathbb{R}^{7\times 6}$" + align(STATE, SQUARES))
    assert network.sizes() == {"x": 6, "h": 7, "y": 3}
    assert network.sizes({"h": 2}) == {"x": 6, "h": 2, "y": 3}
    defaults = load_network("elman").sizes()
    assert defaults == {"x": 4, "h": 5, "o": 3}
    assert load_network("elman").sizes({"c": 9, "a": 8}) == {"x": 4, "h": 8, "o": 9}


def test_a_concatenation_has_the_sum_of_the_sizes_of_its_parts() -> None:
    network = read_network(align(r"h_t &= \tanh(W [h_{t-1}; x_t])", r"L &= \sum_t \|h_t - y_t\|^2"))
    assert network.sizes({"h": 2, "x": 3})["h+x"] == 5
    assert network.sizes({"h": 2, "h+x": 5}) == {"x": 3, "h": 2, "h+x": 5}
    with pytest.raises(UsageError, match="can't be 9"):
        network.sizes({"h": 2, "x": 3, "h+x": 9})


@pytest.mark.parametrize(
    ("sizes", "steps", "says"),
    [
        ({"q": 3}, 3, "no size is called q; there are x, h, o"),
        ({"x": 0}, 3, "x=0"),
        ({"h": -2}, 3, "h=-2"),
        ({"o": 10**7}, 3, "o=10000000"),
        ({"h": 3, "a": 4}, 3, "h and a are one size"),
        ({}, 0, "steps is 0"),
        ({}, -1, "steps is -1"),
        ({}, 10**9, "steps is 1000000000"),
        ({"x": 1000, "h": 1000}, 10, "too many"),
    ],
)
def test_sizes_that_make_no_sense_are_named(sizes: dict[str, int], steps: int, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        unroll(load_network("elman"), sizes, steps)


NEW_NAMES = {
    "a": "z",
    "h": "s",
    "o": "q",
    "y": "p",
    "x": "r",
    "W": "A",
    "U": "B",
    "V": "M",
    "b": "d",
    "c": "g",
    "L": "J",
}


def renamed(text: str) -> str:
    """The forward equations with every letter called something else, words and macros left alone."""
    return re.sub(r"\\[a-zA-Z]+|[a-zA-Z]+", lambda m: NEW_NAMES.get(m[0], m[0]), text)


def renamed_symbol(s: sp.Symbol) -> sp.Symbol:
    """`w_12` as `a_12`, `dL/dyhat_1^(2)` as `dJ/dphat_1^(2)`."""
    small = {k.lower(): v.lower() for k, v in NEW_NAMES.items() if k in "WUV"}
    spelled = {**NEW_NAMES, **small, "yhat": "phat"}
    parts = s.name.split("/") if "/" in s.name else [s.name]
    told = []
    for part in parts:
        d, rest = ("d", part[1:]) if len(parts) > 1 else ("", part)
        base, scripts = re.fullmatch(r"([a-zA-Z]+)(.*)", rest).groups()
        told.append(d + spelled[base] + scripts)
    return symbol("/".join(told))


def test_renaming_every_symbol_renames_it_in_all_that_comes_out_and_changes_nothing_else() -> None:
    text = library_text("elman")
    ours = differentiate(unroll(read_network(text), {}, 2), symbol("L"))
    theirs = differentiate(unroll(read_network(renamed(text)), {}, 2), symbol("J"))
    assert len(ours.assignments) > 100
    symbols = {s: renamed_symbol(s) for a in ours.assignments for s in (a.symbol, *a.expr.free_symbols)}
    assert len(set(symbols.values())) == len(symbols)
    swapped = [(symbols[a.symbol], a.expr.xreplace(symbols)) for a in ours.assignments]
    assert dict(swapped) == {a.symbol: a.expr for a in theirs.assignments}
    forward = [s for s, _ in swapped if "/" not in s.name]
    assert forward == [a.symbol for a in theirs.assignments if "/" not in a.symbol.name]
    assert [[symbols[s] for s in group] for group in ours.targets] == [list(group) for group in theirs.targets]


def test_symbols_are_named_as_people_name_them() -> None:
    graph = unroll(load_network("elman"), {"x": 4, "h": 11, "o": 3}, 2)
    names = {s.name for s in graph.refs}
    assert {"u_11", "w_12", "v_31", "w_1,10", "b_1", "b_10", "c_2", "x_1^(1)", "h_1^(0)", "a_1^(2)", "o_1^(2)",
            "yhat_1^(2)", "y_1^(2)", "L^(1)", "L"} <= names  # fmt: skip
    assert graph.definition(symbol("h_1^(0)")) is None


def test_a_graph_is_ordered_and_each_symbol_is_assigned_once() -> None:
    graph = unroll(load_network("elman"), {}, 3)
    seen: set[sp.Symbol] = set()
    assigned = {a.symbol for a in graph.assignments}
    for assignment in graph.assignments:
        assert assignment.symbol not in seen
        assert assignment.expr.free_symbols & assigned <= seen
        seen.add(assignment.symbol)
    assert len(graph.assignments) == 3 * (5 + 5 + 3 + 3 + 1) + 1


@pytest.mark.parametrize("state", ["0", r"\mathbf 0"])
def test_an_equation_for_one_step_takes_the_place_of_the_one_for_all(state: str) -> None:
    graph = unroll(read_network(align(f"h_0 &= {state}", f"h_2 &= {state}", STATE, SQUARES)), {"h": 2}, 3)
    assert graph.definition(symbol("h_1^(0)")) == 0
    assert graph.definition(symbol("h_1^(2)")) == 0
    assert graph.definition(symbol("h_1^(3)")) != 0


def test_two_symbols_of_one_spelling_are_refused() -> None:
    text = align(r"h_t &= \tanh(W_1 h_{t-1} + W^{(1)} x_t)", r"L &= \sum_t \|h_t - y_t\|^2")
    with pytest.raises(Unreadable, match="both be called"):
        unroll(read_network(text), None, 1)


@pytest.mark.parametrize("name", ["nowhere.tex", "/", "\0", "elmann"])
def test_a_network_that_can_t_be_opened_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError):
        network_text(name)


def test_a_network_file_that_can_t_be_read_shows_line_column_and_caret(tmp_path) -> None:
    path = tmp_path / "mine.tex"
    path.write_text(align(STATE, r"L &= \sum_t \|V h_t - \phi(y_t)\|^2"))
    with pytest.raises(UsageError) as caught:
        load_network(str(path))
    message, line, caret = caught.value.message.split("\n")
    assert message.startswith(f"{path}:3:")
    column = int(message.split(":")[2])
    assert line[column - 1 :].startswith(r"\phi")
    assert caret.index("^") == column - 1


def test_no_error_of_a_user_s_input_is_anything_but_ours() -> None:
    """Every prefix of a network's text is read or refused, never more."""
    text = library_text("elman")
    for end in range(0, len(text), 7):
        try:
            unroll(read_network(text[:end] + "\\end{align}"), {"x": 1, "h": 1, "o": 1}, 1)
        except BpttSymError:
            continue
