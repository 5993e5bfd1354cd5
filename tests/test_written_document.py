"""The formulas of a document are found, joined over rows, and placed."""

from __future__ import annotations

import pytest

from bptt_sym.written.document import Formula, formulas, one_line


def lines(text: str, kind: str = "tex") -> list[str]:
    """Each formula on one line as typed, or its complaint."""
    return [
        one_line(text, found.span) if found.error is None else f"! {found.error.message}"
        for found in formulas(text, kind=kind)
    ]


# fmt: off
DOCUMENTS = [
    (r"\begin{align} A &= B \\ &= C \\ & \quad + D \nonumber \end{align}", ["A = B = C \\quad + D"]),
    (r"\begin{align} A &= B \\ C &= D \end{align}", ["A = B", "C = D"]),
    (r"\begin{align} f(x) \\ &= B, \\ &= C \end{align}", ["f(x) = B, = C"]),
    (r"\begin{align} a &= b & c &= d \\ e &= f & &= g \end{align}", ["a = b", "c = d", "e = f = g"]),
    (r"\begin{align*} a &= b && \text{(chain rule)} \\ &= c \end{align*}", [r"a = b \text{(chain rule)} = c"]),
    (r"\begin{align} L &= \sum_i y_i \\ &\quad \ln p_i \end{align}", [r"L = \sum_i y_i \quad \ln p_i"]),
    (r"\begin{align} A &= \Big[ a \\ & b \Big] \\ \Big/ S^2 \end{align}", [r"A = \Big[ a b \Big] \Big/ S^2"]),
    (r"\begin{align} A &= \left( a + \right. \\ & \left. b \right) \end{align}",
     [r"A = \left( a + \right. \left. b \right)"]),
    (r"\begin{eqnarray} a & = & b \\ & = & c \end{eqnarray}", ["a = b = c"]),
    (r"\begin{gather} a = b \\ -c = d \end{gather}", ["a = b", "-c = d"]),
    (r"\begin{multline} a = b \\ + c \\ - d \end{multline}", ["a = b + c - d"]),
    (r"\begin{equation}\begin{split} a &= b \\ &= c \end{split}\end{equation}", ["a = b = c"]),
    (r"$$\left\{\begin{aligned} a &= b \\ c &= d \end{aligned}\right.$$", ["a = b", "c = d"]),
    (r"\[\begin{cases} a = b \\ c = d \end{cases}\]", ["a = b", "c = d"]),
    (r"\[\begin{array}{rcl} a & = & b \\ & = & c \end{array}\]", ["a = b = c"]),
    (r"\begin{subequations}\begin{align} a &= b \end{align}\end{subequations}", ["a = b"]),
    (r"$a$ \( b \) \[ c \] $$ d $$ \$5 $e$", ["a", "b", "c", "d", "e"]),
    (r"$x = \text{if $a$ then} b$", ["! there is nothing beside this relation", "b"]),
    (r"$$ A = B \\ C $$", ["! it is not clear whether this row continues the one before"] * 2),
    (r"\begin{align} A &= \foo \\ D &= E \end{align}", [r"! \foo is not known here", "D = E"]),
    (r"\begin{align} a = b $c = d$", ["! this align is never closed", "c = d"]),
    ("% $a$\nb 5\\% $c$ \\begin{verbatim}$d$\\end{verbatim} \\verb|$e$| \\end{document} $f$", ["c"]),
    (r"\begin{align} A &= B && \text{for } t < 2 \\ &= C \end{align}",
     ["! a chain goes on after a side condition or a list; write them apart"]),
    (r"\begin{align} A &= B, & i &\ne j \\ &= C \end{align}",
     ["! a chain goes on after a side condition or a list; write them apart"] * 2),
    (r"\begin{align} A &= B & i &\ne j \\ C &= D & t &= 1, \dots, 3 \end{align}", ["A = B", "C = D"]),
    ("", []),
    ("no maths here", []),
]

MARKDOWN = [
    ("$a$ `$b$` $`c`$\n```\n$d$\n```\n```math\ne\n```\n$f$", ["a", "c", "e", "f"]),
    ("it costs $5 and $10, but $x = 1$", ["x = 1"]),
    (r"\\(a\\) \\[b\\] <!-- $c$ -->", ["a", "b"]),
    ("100 % of $a$", ["a"]),
    ("$a\n\nb$ $c$", ["c"]),
]

MACROS = [
    (r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} $\pd{L}{o}x = 1$", [r"\pd{L}{o}x = 1"]),
    (r"\newcommand{\be}{\begin{equation}}\newcommand{\ee}{\end{equation}} \be a = b \ee", ["a = b"]),
    (r"\DeclareMathOperator{\softmax}{softmax} $\softmax(o)$", [r"\softmax(o)"]),
    (r"\def\v#1{\mathbf{#1}} $\v h = \v{W} x$", [r"\v h = \v{W} x"]),
    (r"\let\old\vec \renewcommand{\vec}[1]{\old{#1}} $\vec{h}$", [r"\vec{h}"]),
    (r"\newcommand{\x}[1][t]{x_{#1}} $\x = \x[1]$", [r"\x = \x[1]"]),
    (r"\newcommand{\a}{\b}\newcommand{\b}{\a} $\a$ $x$", [r"! \a is not known here", "x"]),
    (r"\newcommand{\a}{\b\b}\newcommand{\b}{\c\c}\newcommand{\c}{" + "x" * 9000 + r"} $\a$",
     [r"! \a is not known here"]),
]
# fmt: on


@pytest.mark.parametrize(("text", "found"), DOCUMENTS)
def test_a_tex_document_has_these_formulas(text: str, found: list[str]) -> None:
    assert lines(text) == found


@pytest.mark.parametrize(("text", "found"), MARKDOWN)
def test_a_markdown_document_has_these_formulas(text: str, found: list[str]) -> None:
    assert lines(text, "md") == found


@pytest.mark.parametrize(("text", "found"), MACROS)
def test_macros_are_expanded_and_places_are_the_original_ones(text: str, found: list[str]) -> None:
    assert lines(text) == found


def only(text: str) -> Formula:
    """The one formula of a document."""
    (found,) = formulas(text)
    return found


def test_relations_have_the_place_of_their_sign() -> None:
    text = "text\n\\begin{align}\n a &= b \\\\\n   &= c\n\\end{align}"
    assert [span.position(text) for span in only(text).relation_spans] == [(3, 5), (4, 5)]


def test_a_place_after_a_macro_is_in_the_original_text() -> None:
    text = r"\newcommand{\g}[1]{\nabla_{#1}} $\g{h} L = \g{o} L$"
    found = only(text)
    assert text[found.relation_spans[0].start] == "="
    assert [one_line(text, side.span) for side in found.sides if not isinstance(side, Exception) and side.span] == [
        r"\g{h} L",
        r"\g{o} L",
    ]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (r"\begin{align} a &= b \tag{10.18} \\ &= c \label{x} \\ &= d \end{align}", ["10.18", "x", None]),
        (r"\begin{equation}\label{y} a = b = c \end{equation}", ["y", "y"]),
        (r"\[ a = b \tag*{3} \]", ["3"]),
        (r"$a = b$", [None]),
    ],
)
def test_a_relation_has_the_label_of_its_row(text: str, labels: list[str | None]) -> None:
    found = only(text)
    assert [found.label_at(span.start) for span in found.relation_spans] == labels


def test_the_readable_sides_of_an_unreadable_chain_are_kept() -> None:
    found = only(r"$a = b = \foo = c$")
    assert found.statement is None
    assert [isinstance(side, Exception) for side in found.sides] == [False, False, True, False]
    assert found.relations == ("=", "=", "=")


@pytest.mark.parametrize(
    "text",
    [
        "$" + "{" * 10_000 + "}" * 10_000 + "$",
        "$" * 10_001,
        r"\begin{align}" * 3000,
        r"\begin{align}" + "a &" * 5000 + r"\end{align}",
        r"\begin{align}" + r"&= a \\" * 3000 + r"\end{align}",
        "$" + "a," * 5000 + "$",
        "$" + "|a" * 3000 + "$",
        "$" + r"\\[x " * 3000 + "$",
        r"\newcommand{\a}[1]{#1}" + r"\a{" * 5000,
        r"\newcommand{\a}{" * 5000,
        "".join(chr(k * 7919 % 1200) for k in range(30_000)),
        "\x00\x01$\x02$",
    ],
)
@pytest.mark.parametrize("kind", ["tex", "md", "txt"])
def test_hostile_documents_never_raise(text: str, kind: str) -> None:
    for found in formulas(text, kind=kind):
        assert (found.statement is None) != (found.error is None)
