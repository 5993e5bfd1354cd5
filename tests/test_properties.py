r"""Properties of every text: checking it never raises; a line with a token changed is proved only if it holds.

The same texts are tried each time; BPTT_SYM_FUZZ=20 tries twenty times as many.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from functools import cache
from importlib.resources import files

import mutations
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from independent import holds_at
from mutations import TOKEN, changed, grounds, numbers, walk
from networks import CASES

from bptt_sym.check import check, write_json
from bptt_sym.check.report import VERDICTS
from bptt_sym.written.reader import read_statement

FACTOR = int(os.environ.get("BPTT_SYM_FUZZ", "1"))
tries = settings(
    max_examples=60 * FACTOR, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
TEXTS = st.sampled_from(("tex", "md", "txt"))
FRAMES = st.sampled_from(("${}$", "{}", r"\begin{{align}}{}\end{{align}}"))
TOKENS = [r"$", r"$$", r"\[", r"\]", r"\(", r"\)", r"\begin{align}", r"\end{align}", r"\begin{equation}", r"\end{equation}", r"\begin{pmatrix}", r"\end{pmatrix}", r"\begin{cases}", r"\end{cases}", r"&", r"\\", r"{", r"}", r"(", r")", r"[", r"]", r"\{", r"\}", r"|", r"\|", r"<", r">", r"=", r":=", r"\equiv", r"\ne", r"\le", r"\in", r"\approx", r"+", r"-", r"*", r"/", r",", r".", r";", r":", r"'", r"^", r"_", r"^{", r"_{", r"_{ij}", r"_1", r"_{t-1}", r"^{(t)}", r"^{(t+1)}", r"^{(\tau)}", r"^2", r"^{-1}", r"^\top", r"^T", r"\frac", r"\sqrt", r"\sum", r"\prod", r"\sum_i", r"\sum_{t=1}^{\tau}", r"\partial", r"\nabla", r"\nabla^2", r"\hat", r"\bar", r"\mathbf", r"\mathbb{R}", r"\mathrm", r"\text{if}", r"\operatorname{softmax}", r"\operatorname{diag}", r"\tanh", r"\exp", r"\ln", r"\log_2", r"\max", r"\sigma", r"\delta", r"\tau", r"\infty", r"\odot", r"\otimes", r"\circ", r"\cdot", r"\times", r"\cdots", r"\dots", r"\forall", r"\left", r"\right", r"\big", r"\underbrace", r"\cancel", r"\boxed", r"\color{red}", r"\label{a}", r"\tag{1}", r"\nonumber", r"\quad", r"\,", r"\!", r"\over", r"\substack", r"\limits", r"\newcommand", r"\def", r"\a", r"#1", r"%", r"`", r"```", r"~", r"\verb|", r"\iffalse", r"\fi", r"\input{x}", r"h", r"a", r"o", r"x", r"y", r"L", r"W", r"U", r"V", r"b", r"c", r"w", r"u", r"v", r"t", r"i", r"j", r"k", r"S", r"0", r"1", r"2", r"10", r"0.5", r"²", r"ŷ", r"σ", r"∂", r"∑", r"½", r"٣", r"①", "�", "\x00", "\n", "\n\n", " "]


@cache
def documents() -> tuple[str, ...]:
    """Real documents: the library's, and networks in many dialects with a claim behind each."""
    library = files("bptt_sym") / "library"
    forward, book = ((library / name).read_text(encoding="utf-8") for name in ("elman.tex", "book.tex"))
    claim = r"$\frac{\partial L}{\partial b_1} = \sum_t \frac{\partial L}{\partial h_1^{(t)}}$"
    return (book, forward + book, *(case.latex + claim for case in CASES))


def never_raises(text: str, kind: str) -> None:
    report = check(text, kind=kind, time_limit=5)  # type: ignore[arg-type]
    assert sum(report.summary.values()) == len(report.entries)
    assert all(entry.verdict in VERDICTS for entry in report.entries)
    write_json([report]).encode()


@tries
@given(st.text(), TEXTS)
def test_no_text_makes_it_raise(text: str, kind: str) -> None:
    never_raises(text, kind)


@tries
@given(st.lists(st.sampled_from(TOKENS), max_size=40), FRAMES, TEXTS)
def test_no_run_of_tokens_makes_it_raise(tokens: list[str], frame: str, kind: str) -> None:
    never_raises(frame.format(" ".join(tokens)), kind)


@tries
@given(st.integers(0, 10**9), st.integers(1, 8), TEXTS)
def test_no_change_of_a_document_makes_it_raise(seed: int, changes: int, kind: str) -> None:
    """Up to eight tokens of a stretch of a real document are deleted, doubled, exchanged or replaced."""
    chance = random.Random(seed)
    tokens = TOKEN.findall(chance.choice(documents()))
    first = chance.randrange(len(tokens))
    tokens = tokens[max(0, first - 150) : first + 150]
    for _ in range(changes):
        k, j = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        kept = tokens[k]
        tokens[k] = chance.choice(("", kept + kept, tokens[j], chance.choice(TOKENS)))
        tokens[j] = chance.choice((tokens[j], kept))
    never_raises("".join(tokens), kind)


def test_the_lines_that_are_changed_are_proved_and_hold() -> None:
    """The two roads agree on every right line, so that neither is silent."""
    for ground in grounds():
        for line in ground.lines:
            assert {(o.verdict, o.numbers) for o in mutations.opinions(ground, line)} == {("proved", "agrees")}, line


def test_a_changed_line_is_proved_only_if_it_holds_and_refuted_only_if_it_does_not() -> None:
    tally: Counter[tuple[str, bool]] = Counter()
    for opinion in walk(300 * FACTOR, seed=FACTOR):
        assert opinion.numbers != "denies", opinion
        tally[opinion.verdict, bool(opinion.numbers)] += 1
    for word, least, share in (("proved", 20, 0.8), ("refuted", 30, 0.5)):
        evaluated = tally[word, True]
        assert evaluated >= least * FACTOR, tally
        assert evaluated >= share * (evaluated + tally[word, False]), tally


# fmt: off
RIGHT_AND_WRONG = (
    (r"\frac{\partial L}{\partial b_i} = \sum_t \frac{\partial L}{\partial a_i^{(t)}}", True),
    (r"\frac{\partial L}{\partial b_i} = \sum_t \frac{\partial L}{\partial h_i^{(t)}}", False),
    (r"W V^\top = (V W^\top)^\top", True),
    (r"V W = V W^\top", False),
    (r"\frac{\partial h_1^{(1)}}{\partial w_{12}} = (1 - (h_1^{(1)})^2) h_2^{(0)}", True),
    (r"\frac{\partial h_1^{(2)}}{\partial w_{12}} = (1 - (h_1^{(2)})^2) h_2^{(1)}", False),
    (r"\frac{\partial h_1^{(2)}}{\partial w_{12}^{(2)}} = (1 - (h_1^{(2)})^2) h_2^{(1)}", True),
    (r"\frac{\partial^2 L^{(t)}}{\partial o_i^{(t)} \partial o_j^{(t)}} = \hat y_i^{(t)} (\delta_{ij} - \hat y_j^{(t)})", True),
    (r"\frac{\partial^2 L^{(t)}}{\partial o_i^{(t)} \partial o_j^{(t)}} = \hat y_i^{(t)} (1 - \hat y_j^{(t)})", False),
    (r"h_1^{(2)} = \tanh(a_1^{(2)}) + 10 / 100000000000000000", False),
)
# fmt: on


@pytest.mark.parametrize(("latex", "held"), RIGHT_AND_WRONG)
def test_the_numbers_tell_right_lines_from_wrong_ones(latex: str, held: bool) -> None:
    """A planted error shows, and the numbers would deny a verdict that takes it for right."""
    ground = grounds()[0]
    statement = read_statement(latex)
    left, right = statement.body.items  # type: ignore[union-attr]
    assert all(holds_at(left, right, (), point) for point in ground.at("one_hot")) is held
    assert numbers(ground, left, right, (), "proved", "one_hot") == ("agrees" if held else "denies")
    assert numbers(ground, left, right, (), "refuted", "") == ("denies" if held else "agrees")


def test_changes_reach_every_kind_of_token() -> None:
    line = grounds()[0].lines[0]
    chance = random.Random(1)
    assert len({changed(line, chance) for _ in range(300)}) > 150
