"""Side conditions, remarks and broken maths are read as they are meant, or not at all."""

from __future__ import annotations

import pytest

from bptt_sym.errors import Unreadable
from bptt_sym.written.document import formulas
from bptt_sym.written.reader import read, read_statement
from bptt_sym.written.writer import write


def told(text: str) -> list[str]:
    """Each formula as it is written out, its conditions after a bar; `!` for an unreadable one."""
    out = []
    for found in formulas(text):
        if found.statement is None:
            out.append("!" if found.relations else "! no relation")
            continue
        conditions = "".join(f" | {write(condition)}" for condition in found.statement.conditions)
        out.append(write(found.statement.body) + conditions)
    return out


# fmt: off
DOCUMENTS = [
    (r"\begin{alignat}{2} L &= 2L \end{alignat}", ["L = 2 L"]),
    (r"\begin{alignat*}{2} L &= 2L & S &= 3S \end{alignat*}", ["L = 2 L", "S = 3 S"]),
    (r"\begin{xalignat}{2} L &= 2L \end{xalignat}", ["L = 2 L"]),
    (r"\begin{equation}\begin{alignedat}{2} L &= 2L \end{alignedat}\end{equation}", ["L = 2 L"]),
    (r"\begin{IEEEeqnarray}{rCl} L & = & 2L \end{IEEEeqnarray}", ["L = 2 L"]),
    (r"\begin{alignat} L &= 2L \end{alignat}", ["!"]),
    (r"\begin{align} L &= L \intertext{so} L &= 2L \end{align}", ["L = L", "L = 2 L"]),
    (r"\begin{align} L &= L \\ \shortintertext{so} L &= 2L \end{align}", ["L = L", "L = 2 L"]),
    (r"\begin{align} L &= L \intertext{so} &= 2L \end{align}", ["L = L = 2 L"]),
    (r"\begin{align} L &= L \\ \intertext{so $L = 2L$, and $S = T$} L &= 3L \end{align}",
     ["L = L", "L = 2 L", "S = T", "L = 3 L"]),
    (r"\begin{align} L &= L \intertext{so {$L = 2L$}} L &= 3L \end{align}", ["L = L", "L = 2 L", "L = 3 L"]),
    (r"\begin{align} y_i y_j &= 0 && (i \neq j) \\ L &= 2L \end{align}", ["y_i y_j = 0 | i \\ne j", "L = 2 L"]),
    (r"\begin{align} y_i y_j &= 0 \quad (i \neq j) \\ &= 2L \end{align}", ["!"]),
    ("$L = L$$L = 2L$", ["L = L", "L = 2 L"]),
    ("$L = L$$L = 2L$$L = 3L$", ["L = L", "L = 2 L", "L = 3 L"]),
    ("$$L = L$$$L = 2L$", ["L = L", "L = 2 L"]),
    (r"\iffalse $L = 2L$ \fi $L = L$", ["L = L"]),
    (r"\iffalse $a = b$ \ifx\a\b $c = d$ \else $e = f$ \fi $g = h$ \else $i = j$ \fi $k = l$", ["i = j", "k = l"]),
    (r"$a^2 = b \iff c^2 = d^2$ \iffalse $L = 2L$", ["a^2 = b", "c^2 = d^2", "L = 2 L"]),
    (r"\verb|\iffalse| \begin{comment}\iffalse\end{comment} $a = b$", ["a = b"]),
    (r"\begin{eqnarray} A^2 & = & B & (i \ne j) \end{eqnarray}", ["A^2 = B | i \\ne j"]),
    (r"\begin{gather} A^2 = B \\ (i \ne j) \end{gather}", ["!", "!"]),
    (r"$\left( L = 2L$", ["!"]),
    (r"$(L = 2L$", ["!"]),
    (r"$L = 2L)$", ["!"]),
    (r"$\frac{L}{2 = L}$", ["!"]),
    (r"\[L = {2L\]", ["!"]),
    (r"$L = {2L$", ["!", "! no relation"]),
    (r"\begin{align} L = 2L", ["!"]),
    ("$" + "{" * 600 + "L = 2L" + "}" * 600 + "$", ["!"]),
    ("$" + "(" * 60 + "L = 2L" + ")" * 60 + "$", ["!"]),
    ("$" + r"\frac{" * 60 + "L" + "}{2}" * 60 + " = 2L$", ["!"]),
]

LINES = [
    (r"(L = 2L)", ["L = 2 L"]),
    (r"\left(L = 2L\right).", ["L = 2 L"]),
    (r"\big((L = 2L)\big)", ["L = 2 L"]),
    (r"(L = 2L \text{ if } t = 1)", ["L = 2 L | t = 1"]),
    (r"2^31 = 8", ["!"]),
    (r"x^2.5 = 1", ["!"]),
    (r"x_t1 = 8", ["!"]),
    (r"x_1 2 = 8", ["x_1 2 = 8"]),
    (r"2^{3}1 = 8", ["!"]),
    (r"y_i y_j = 0 \quad (i \neq j)", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0 \quad [i \neq j]", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0 \qquad \left(i \neq j\right).", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0\ (i \neq j)", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0~\big(i \neq j\big)", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0 \hspace{1cm} (i \neq j)", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0, (i \neq j)", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0 \quad (i \neq j, t > 1)", ["y_i y_j = 0 | i \\ne j | t > 1"]),
    (r"y_i y_j = 0 \quad (\text{for } i \neq j)", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0 \quad (\text{unless } i = j)", ["!"]),
    (r"y_i y_j = 0 \text{ for } (i \neq j)", ["y_i y_j = 0 | i \\ne j"]),
    (r"y_i y_j = 0 \text{ unless } (i = j)", ["!"]),
    (r"y_i y_j = 0 \quad (i \neq j) = x", ["!"]),
    (r"y_i y_j = 0 (i \neq j)", ["!"]),
    (r"X^2 = Y \quad (t = \tau)", ["X^2 = Y | t = \\tau"]),
    (r"(t = \tau) \quad X^2 = Y", ["X^2 = Y | t = \\tau"]),
    (r"t = \tau: \quad X^2 = Y", ["X^2 = Y | t = \\tau"]),
    (r"t < \tau: X^2 = Y", ["X^2 = Y | t < \\tau"]),
    (r"t = \tau \implies X^2 = Y", ["X^2 = Y | t = \\tau"]),
    (r"t = \tau \Rightarrow X^2 = Y", ["X^2 = Y | t = \\tau"]),
    (r"t = 1, s = 2: X^2 = Y", ["X^2 = Y | t = 1 | s = 2"]),
    (r"t = 1 \implies s = 2 \implies X^2 = Y", ["X^2 = Y | t = 1 | s = 2"]),
    (r"t = \tau: X^2 = Y, X^3 = Z", ["X^2 = Y | t = \\tau", "X^3 = Z | t = \\tau"]),
    (r"t = \tau \implies X^2 = Y \implies X^3 = Z", ["X^2 = Y | t = \\tau", "X^3 = Z | t = \\tau"]),
    (r"\text{if } t = \tau: X^2 = Y, X^3 = Z", ["X^2 = Y | t = \\tau", "X^3 = Z | t = \\tau"]),
    (r"(t = \tau): X^2 = Y, X^3 = Z", ["X^2 = Y | t = \\tau", "X^3 = Z | t = \\tau"]),
    (r"X^2 = Y \implies X^3 = Z", ["X^2 = Y", "X^3 = Z"]),
    (r"(L = 2L) \quad (i \ne j)", ["!"]),
    (r"t = \tau \iff X^2 = Y", ["!", "!"]),
    (r"X^2 = Y \implies t = \tau", ["!", "!"]),
    (r"X^2 = Y \text{ with } t := \tau", ["X^2 = Y | t = \\tau"]),
    (r"\exists t: X^2 = Y", ["! no relation", "!"]),
    (r"∃ t: X^2 = Y", ["! no relation", "!"]),
    (r"\nexists t \quad X^2 = Y", ["!"]),
    (r"\exists t > 1: X^2 = Y", ["!", "!"]),
    (r"\nabla_{\mathbf c} 2 L = 0", ["!"]),
    (r"\nabla_{\mathbf c} \frac{1}{2} L = 0", ["!"]),
    (r"\nabla_{\mathbf c} 2^2 L = 0", ["!"]),
]

FACTORS = [
    r"L = a [i = j] x",
    r"L = a \ [i = j] x",
    r"L = [i = j]",
    r"L = \sum_j a_j [i = j]",
    r"L = a \quad [i = j] + b",
]
# fmt: on


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS)
def test_documents_lose_and_glue_nothing(text: str, expected: list[str]) -> None:
    """Columns, remarks, neighbours, comments and broken parts of a document leave its formulas apart and whole."""
    assert told(text) == expected


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_lines_are_read_with_their_conditions(text: str, expected: list[str]) -> None:
    """What stands beside a formula restricts it; what could be one thing or another is unreadable."""
    assert told(f"${text}$") == expected


@pytest.mark.parametrize("text", FACTORS)
def test_brackets_inside_a_formula_stay_factors(text: str) -> None:
    """A relation in brackets that stands in a product is no side condition."""
    assert read_statement(text).conditions == ()


def test_gradient_of_a_number_is_written_with_a_bracket() -> None:
    """What is printed for the gradient of a number can be read again."""
    node = read(r"\nabla_c (2)")
    assert read(write(node)) == node
    with pytest.raises(Unreadable):
        read(r"\nabla_c 2")


def test_remark_between_rows_is_unreadable_in_one_formula() -> None:
    """One formula can't have a remark between its rows."""
    with pytest.raises(Unreadable):
        read(r"L = L \intertext{so} L = 2L")
