r"""Broken and hostile documents: a clear answer in bounded time, nothing evaluated, nothing opened, the same bytes twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import pytest

import bptt_sym
from bptt_sym import limits
from bptt_sym.check import bounds, check, exit_status, write_json
from bptt_sym.check.bounds import LONGEST_DOCUMENT
from bptt_sym.check.report import Report
from bptt_sym.limits import TimeUp, ask, deadline

PACKAGE = Path(next(iter(bptt_sym.__path__)))
LIMIT, PATIENCE = 4, 40  # seconds; the second leaves room for a slow machine
MEGABYTE = 1_000_000
BOMB = "".join(rf"\def\{a}{{\{b}\{b}}}" for a, b in pairwise(ascii_lowercase))
NAMES = [f"{a}{b}{c}" for a in ascii_lowercase[:10] for b in ascii_lowercase[:10] for c in ascii_lowercase[:6]]


def display(text: str) -> str:
    return rf"\begin{{align}}{text}\end{{align}}"


def nested(left: str, inside: str, right: str, depth: int) -> str:
    return left * depth + inside + right * depth


# fmt: off
NO_EQUALITY = (  # nothing asserted: exit status 3, no entry
    ("empty", ""), ("blank", " \n\t \n"), ("prose", "no maths in here, only 5 words"), ("null bytes", "\0" * 10_000),
    ("every byte", bytes(range(256)).decode("latin-1") * 100), ("not UTF-8", b"\xff\xfe$\xc3(".decode("utf-8", "replace")),
    ("surrogates", "\ud800\udfff" * 1000), ("a file to be read", r"\input{/etc/passwd} \include{/etc/hosts}"),
    ("an open environment", r"\begin{align}"), ("an open dollar", "$"),
)
CASES = (  # name, text, the verdict that may come of it where it is read and decided
    ("a sum of 10^9 terms", r"$L = \sum_{i=1}^{1000000000} L$", ""),
    ("a sum up to a power", r"$L = \sum_{i=1}^{10^9} L$", ""),
    ("sums in sums", r"$L = \sum_{i=1}^{99999} \sum_{j=1}^{99999} L$", ""),
    ("a product of 10^5 factors", r"$\prod_{k=1}^{99999} L = 1$", "refuted"),
    ("a product of 10^5 matrices", r"$\prod_{k=1}^{99999} W = W$", ""),
    ("many functions", r"$\sum_{k=1}^{99999} \tanh(k) = 1$", "refuted"),
    ("a set of 10^9", r"$L = \sum_{i \in \{1, \dots, 1000000000\}} y_i$", "refuted"),
    ("many instances", r"$\frac{\partial L}{\partial w_{ij}} \frac{\partial L}{\partial w_{kl}} \frac{\partial L}{\partial u_{mn}} = \frac{\partial L}{\partial w_{kl}} \frac{\partial L}{\partial w_{ij}} \frac{\partial L}{\partial u_{mn}}$", "proved"),
    ("powers of powers", r"$2^{2^{2^{2^{2^2}}}} = 1$", ""),
    ("a power of 10^9", r"$w_{11}^{1000000000} = 1$", ""),
    ("a matrix's power", r"$W^{64} = W$", ""),
    ("a matrix many times", "$" + "W " * 2000 + "= W$", ""),
    ("one over 10^(10^9)", r"$\frac{1}{10^{10^9}} = L$", ""),
    ("10^5 digits", "$" + "7" * 100_000 + " = L$", ""),
    ("the root of many digits", r"$\sqrt{" + "7" * 1000 + "} = L$", "refuted"),
    ("digits of another script", "$L = \u0663 L$", ""),
    ("digits in circles", "$L = \u2460 L$", ""),
    ("a number with an exponent", "$L = 1e10 L$", "refuted"),
    ("a number with underscores", "$L = 1_000 L$", ""),
    ("towers of exp", "$" + nested(r"\exp(", "L", ")", 12) + " = L$", "refuted"),
    ("towers of tanh", "$" + nested(r"\tanh(", "h_1^{(3)}", ")", 12) + " = 1$", ""),
    ("fifth derivatives", r"$\frac{\partial^5 L}{\partial w_{11} \partial w_{12} \partial w_{13} \partial u_{11} \partial u_{12}} = 1$", "refuted"),
    ("a matrix of 500 by 500", r"$\begin{pmatrix}" + r"\\".join(["L" + "&L" * 499] * 500) + r"\end{pmatrix} = W$", ""),
    ("10,000 braces", f"$L = {nested('{', 'L', '}', 10_000)}$", ""),
    ("10^6 braces", "$L = " + "{" * MEGABYTE + "$", ""),
    ("10,000 brackets", f"$L = {nested('(', 'L', ')', 10_000)}$", ""),
    ("fractions in fractions", "$" + nested(r"\frac{1}{", "L", "}", 15) + " = L$", "refuted"),
    ("10,000 fractions", "$L = " + nested(r"\frac{1}{", "L", "}", 10_000) + "$", ""),
    ("10,000 scripts", f"$L = {nested('a_{', 'b', '}', 10_000)}$", ""),
    ("a macro bomb", BOMB + r"\def\z{x}$\a = L$", ""),
    ("a macro of itself", r"\def\a{\a\a}$\a = L$", ""),
    ("macros of each other", r"\def\a{\b}\def\b{\a}$\a = L$", ""),
    ("a macro with open braces", r"\newcommand{\a}{{{{ $\a = L$", ""),
    ("an open display", r"\begin{align} L = L", ""),
    ("surrogates in maths", "$\ud800 = \udfff$", ""),
    ("null bytes in maths", "$\0 = L$", ""),
    ("a string to be evaluated", r"$L = \operatorname{__import__}(os)$ $L = \text{exec(1)}$", ""),
    ("large sizes", r"$x \in \mathbb R^{100000}$, $\tau = 1000000000$, $h^{(1000000000)} = L$", ""),
    ("a long sum", "$L = " + "L + " * 20_000 + "L$", "refuted"),
    ("a long product", "$L = " + "L " * 20_000 + "$", "refuted"),
    ("a long chain", "$L" + " = L" * 3_000 + "$", "proved"),
)
SIZES = (  # name, text of about 5 MB; each is gone through as far as the limits allow
    ("prose", "the quick brown fox jumps over the lazy dog\n" * 115_000),
    ("one line of prose", "the quick brown fox jumps over the lazy dog " * 115_000),
    ("one formula", "$L = " + "L + " * 1_250_000 + "L$"),
    ("many formulas", "$L = L$ and\n" * 400_000),
)
SHAPES = (  # about 1 MB each
    ("one display", display(r"L &= L \\" * 110_000)),
    ("dollars", "$" * MEGABYTE), ("open displays", r"\begin{align} L = L " * 50_000),
    ("open brackets", r"\[" * 500_000), ("backslashes", "\\" * MEGABYTE), ("braces", "{" * MEGABYTE),
    ("delimiters", "".join(rf"\verb{chr(0x4E00 + k % 20_000)}" for k in range(160_000))),
    ("conditionals", r"\iffalse\fi " * 80_000), ("definitions", r"\newcommand{\a}{b}" * 58_000),
    ("open definitions", r"\newcommand{\a}{b" * 58_000), ("calls", r"\def\a{x}" + r"\a " * 320_000),
)
MARKDOWN = (
    ("backticks", "`" * MEGABYTE), ("pairs of backticks", "``a`" * 250_000), ("fences", "```\n" * 250_000),
    ("growing fences", "".join("`" * k + "\n" for k in range(3, 3000))), ("comments", "<!--" * 250_000),
    ("dollars and prose", "$5 and " * 140_000),
)
# fmt: on


def judged(text: str, kind: str = "tex") -> Report:
    """The report, which must come in time and be writable."""
    begun = time.monotonic()
    report = check(text, kind=kind, time_limit=LIMIT)  # type: ignore[arg-type]
    assert time.monotonic() - begun < PATIENCE
    written = write_json([report])
    assert len(written) < 3 * len(text) + 20_000_000
    written.encode("utf-8", "surrogatepass")
    return report


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in NO_EQUALITY])
@pytest.mark.parametrize("kind", ["tex", "md", "txt"])
def test_what_asserts_nothing_proves_nothing(text: str, kind: str) -> None:
    assert exit_status([judged(text, kind)]) == 3


@pytest.mark.parametrize(("text", "verdicts"), [pytest.param(text, words, id=name) for name, text, words in CASES])
def test_a_hostile_formula_has_a_clear_verdict_in_time(text: str, verdicts: str) -> None:
    report = judged(text)
    assert report.entries
    assert {entry.verdict for entry in report.entries} <= {*verdicts.split(), "unreadable", "undecided"}
    assert all(entry.message for entry in report.entries)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SIZES])
def test_five_megabytes_are_gone_through_in_time(text: str) -> None:
    report = judged(text)
    assert exit_status([report]) == 3
    assert all(entry.message for entry in report.entries)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SHAPES])
def test_what_stays_open_takes_time_linear_in_its_length(text: str) -> None:
    assert exit_status([judged(text)]) == 3


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in MARKDOWN])
def test_markdown_that_stays_open_takes_time_linear_in_its_length(text: str) -> None:
    assert exit_status([judged(text, "md")]) == 3


def test_what_stands_in_a_comment_asserts_nothing() -> None:
    assert not judged("% $L = L$").entries


def test_a_document_that_is_too_long_is_refused_with_its_length() -> None:
    (entry,) = judged("a" * (LONGEST_DOCUMENT + 1)).entries
    assert entry.verdict == "undecided"
    assert "20,000,001" in entry.message


def test_equalities_beyond_the_most_are_left_over_in_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_EQUALITIES", 50)
    report = check("$L = L$ " * 55)
    assert [entry.verdict for entry in report.entries] == ["proved"] * 50 + ["undecided"]
    assert "more than 50 relations" in report.entries[-1].message


def test_maths_beyond_the_most_is_left_over_in_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_MATHS", 5_000)
    report = check(("$L" + " " * 900 + "= L$ ") * 8)
    assert [entry.verdict for entry in report.entries] == ["proved"] * 5 + ["undecided"]
    assert "more than 5,000 characters of maths" in report.entries[-1].message


def test_past_the_limit_every_equality_is_undecided_for_that_reason() -> None:
    """The reading is done by then: only what is judged takes time here."""
    text = "".join(rf"$\sum_{{k=1}}^{{9000}} \tanh(k L + {n}) = 1$ " for n in range(8))
    report = check(text, time_limit=1.0)
    assert len(report.entries) == 8
    assert {entry.verdict for entry in report.entries[1:]} == {"undecided"}
    assert "time limit" in report.entries[-1].message


def test_a_claim_takes_no_more_than_its_share() -> None:
    slow, quick = r"$\sum_{k=1}^{99999} \tanh(k) = 1$", r"$\frac{\partial L}{\partial L^{(t)}} = 1$"
    first, second = check(f"{slow} {quick}", time_limit=4).entries
    assert (first.verdict, second.verdict) == ("undecided", "proved")
    assert "1 s for one equality, of the 4 s in all" in first.message


def test_definitions_that_grow_in_each_other_are_bounded() -> None:
    doubling = "".join(rf"$\mathcal{{{b}}} = \mathcal{{{a}}} \mathcal{{{a}}} + \mathcal{{{a}}}$ " for a, b in pairwise(ascii_lowercase))
    report = judged(rf"$\mathcal{{a}} = L$ {doubling} $\mathcal{{z}} = 1$")
    assert {entry.verdict for entry in report.entries} <= {"definition", "unreadable", "undecided"}


def test_a_long_line_of_definitions_is_bounded() -> None:
    """Hundreds of definitions, each by the one before it."""
    chain = "".join(rf"$\mathcal{{{b}}} = \mathcal{{{a}}} + 1$ " for a, b in pairwise(NAMES))
    report = judged(rf"$\mathcal{{{NAMES[0]}}} = L$ {chain} $\mathcal{{{NAMES[-1]}}} = L$")
    assert {entry.verdict for entry in report.entries} <= {"definition", "unreadable", "undecided", "refuted"}


def test_a_deadline_ends_work_and_an_outer_one_ends_an_inner_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(limits, "monotonic", lambda: now)
    ask()
    with deadline(5, "outer"), deadline(9, "inner"):
        now = 5.0
        ask()
        now = 5.1
        with pytest.raises(TimeUp, match="outer"):
            ask()
    ask()
    with deadline(None, ""):
        now = 1e9
        ask()


WATCHED = r"""
import sys, json
from bptt_sym.check import check, write_json
texts = json.load(sys.stdin)
check(texts[0])
seen = []
def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.", "shutil.", "urllib.")) or event in ("open", "compile", "exec"):
        seen.append((event, str(arguments[0])[:200]))
sys.addaudithook(watch)
reports = [check(text) for text in texts]
seen, kept = [], seen
print(json.dumps(kept))
"""
EVIL = (
    r"$L = L$ \input{/etc/passwd} \include{/etc/hosts} \InputIfFileExists{/etc/passwd}{}{} \openin1=/etc/passwd"
    r" \write18{touch /tmp/x} \verbatiminput{/etc/passwd} \includegraphics{http://localhost/x.png} \href{http://a}{b}",
    r"$L = \input{/etc/passwd}$ $L = \operatorname{__import__}(os)$ $\mathrm{eval}(L) = \text{open('/etc/passwd')}$",
    r"\newcommand{\x}{\input{/etc/passwd}} $\x = L$ $L = \exp(\mathrm{lambda})$ $S = \sqrt{2} \pi$ $S = 1$",
)


def test_nothing_is_opened_run_or_evaluated_for_what_a_document_says() -> None:
    """Seen by an audit hook: modules may be imported and the library read, and nothing else happens."""
    import json

    run = [sys.executable, "-c", WATCHED]
    book = (PACKAGE / "library" / "book.tex").read_text(encoding="utf-8")
    done = subprocess.run(
        run, input=json.dumps([book, *EVIL]), capture_output=True, text=True, env=environment(), check=True
    )
    for event, argument in json.loads(done.stdout):
        assert event in ("open", "exec", "os.listdir", "compile"), (event, argument)
        if event == "open":
            assert Path(argument).suffix in (".py", ".pyc", ".so") or PACKAGE in Path(argument).parents, argument
        if event == "compile":
            assert argument == "None", argument


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(PACKAGE.parent), **more}


def test_the_same_document_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "import sys; from bptt_sym.check import check, write_json;"
        "sys.stdout.buffer.write(write_json([check(sys.stdin.read())]).encode())"
    )
    book = (PACKAGE / "library" / "book.tex").read_text(encoding="utf-8")
    text = book + "".join(
        f"${line}$\n" for line in (
            r"\nabla_{h^{(t)}} L = W^\top \nabla_{a^{(t)}} L", r"\frac{\partial L}{\partial w_{ij}} = b_i c_j", r"W = V",
            r"S = \sum_k \exp(o_k^{(3)})", r"\frac{\partial S}{\partial o_i^{(3)}} = S", r"\foo = 1",
        )
    )  # fmt: skip
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], input=text.encode(), capture_output=True, check=True,
            env=environment(PYTHONHASHSEED=seed),
        ).stdout
        for seed in ("0", "1", "4711")
    }  # fmt: skip
    assert len(outputs) == 1
