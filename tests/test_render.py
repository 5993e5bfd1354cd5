"""Documents as text, Markdown and LaTeX: nothing lost, nothing wider than the page."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bptt_sym.errors import UsageError
from bptt_sym.render import FORMATS, Display, Document, Heading, Prose, Row, Table, render, write_file
from bptt_sym.render.boxes import columns, folded, text_box, wrapped
from bptt_sym.render.breaking import Bracket, Head, Sign, cut, fill
from bptt_sym.render.characters import struck
from bptt_sym.render.escapes import latex_text, markdown_text
from bptt_sym.render.layout import lay, line
from bptt_sym.render.rows import rows_of, width_of
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import (
    Add,
    Apply,
    Big,
    Chain,
    Derivative,
    Matrix,
    Nabla,
    Name,
    Negate,
    Number,
    Paren,
    Product,
    Quotient,
    Scripted,
    Struck,
    transform,
    walk,
)
from bptt_sym.written.writer import write


def letter(base, sub="", sup="", accents=()):
    subs = tuple(Number(s) if s.isdigit() else Name(s) for s in sub.split(",") if s)
    sups = (Paren(Number(sup) if sup.isdigit() else Name(sup)),) if sup else ()
    return Scripted(Name(base, accents), subs, sups) if subs or sups else Name(base, accents)


def times(*factors, by=""):
    return Product(factors, (by,) * (len(factors) - 1))


A, B, C, L, H = Name("a"), Name("b"), Name("c"), Name("L"), letter("h", "1", "t")
YHAT = letter("y", "1", "\\tau", ("hat",))
LONG = Add(tuple(times(letter("v", f"{i}"), letter("y", f"{i}", "\\tau", ("hat",))) for i in range(1, 13)))


def wide_matrix(n=5, terms=3):
    def entry(i, j):
        products = [times(letter("g", f"{i}", str(t)), letter("h", f"{j}", str(t))) for t in range(terms)]
        return Add(tuple(products)) if terms > 1 else products[0]

    return Matrix(tuple(tuple(entry(i, j) for j in range(1, n + 1)) for i in range(1, n + 1)))


# fmt: off
HARD = {
    "long sum": LONG,
    "sum in brackets": times(Negate(YHAT), Paren(LONG, "[")),
    "sum in brackets in brackets": times(A, Paren(Add((B, times(C, Paren(LONG)), A)), "[")),
    "sum under ln": Apply(Name("ln"), LONG),
    "long sum body": Big("sum", (Name("i"),), Number("1"), Number("3"), (), Paren(LONG)),
    "sum without brackets after a sum sign": Big("sum", (Name("i"),), None, None, (), LONG),
    "long fraction": Quotient(LONG, Scripted(Name("S"), (), (Number("2"),))),
    "fraction in a product": times(A, Quotient(LONG, LONG), B),
    "minus a long sum": Negate(LONG),
    "long product": Product(tuple(Paren(Add((letter("a", str(k)), B))) for k in range(15)), ("",) * 14),
    "product with dots": Product(tuple(letter("a", str(k)) for k in range(40)), ("\\cdot",) * 39),
    "wide matrix": wide_matrix(),
    "matrix product": times(wide_matrix(3, 1), wide_matrix(3, 1), wide_matrix(3, 1)),
    "very wide matrix": wide_matrix(9, 4),
    "long chain": Chain((LONG, LONG, A), ("=", "=")),
    "struck": times(Struck(Quotient(A, YHAT), "red"), Struck(YHAT, "red"), LONG),
}
# fmt: on


def document(*rows, title="T"):
    return Document(title, (Display(tuple(rows)),))


def everything():
    chain = [Row(L, "=", A), *(Row(None, "=", node, f"because of {name}") for name, node in HARD.items())]
    wide = Row(wide_matrix(3, 3), "=", A, "a wide left side", "sum_y", "10.18")
    cells = [(Chain((L, node), ("=",)), "10.18", "words " * 16) for node in (LONG, A, HARD["long sum body"])]
    blocks = [
        Heading(1, "Sections #1"), Prose(("Let ", Chain((A, B), ("=",)), " be; ", LONG, " too. ∂ŷ₁ é ∉ 漢")),
        Display(tuple(chain[:8])), Heading(2, "More"), Display((wide, Row(None, "=", B, "", "one_hot"))),
        *(Display((Row(L, "=", row.right, row.reason),)) for row in chain),
        Table(("form", "a | b", "given"), tuple(cells)),
    ]  # fmt: skip
    return Document("All of it, 100% & more_", tuple(blocks))


def leaves(node):
    return [part for part in walk(node) if isinstance(part, (Name, Number))]


def leaves_of_pieces(pieces):
    for piece in pieces:
        for token in piece.tokens:
            match token:
                case Sign() | Bracket():
                    pass
                case Head(of=Apply(function=function)):
                    yield from leaves(function)
                case Head(of=Big() as big):
                    count = len(leaves(big.body))
                    yield from leaves(big)[: len(leaves(big)) - count]
                case _:
                    yield from leaves(token)


nodes = st.recursive(
    st.sampled_from([A, B, YHAT, H, Number("2"), letter("v", "1")]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=5).map(lambda terms: Add(tuple(terms))),
        st.lists(inner, min_size=2, max_size=4).map(lambda factors: times(*factors)),
        inner.map(Negate), inner.map(Paren), inner.map(Struck),
        st.tuples(inner, inner).map(lambda pair: Quotient(*pair)),
        inner.map(lambda body: Apply(Name("exp"), body)),
        inner.map(lambda body: Big("sum", (Name("i"),), None, None, (), body)),
        inner.map(lambda body: Derivative(body, (H,))), inner.map(lambda body: Nabla(H, body)),
        inner.map(lambda entry: Matrix(((entry, A), (B, entry)))),
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(nodes, st.integers(6, 70))
def test_cutting_keeps_every_symbol_in_its_order(node, width):
    pieces = cut(node, lambda part: lay(part).width <= width)
    assert list(leaves_of_pieces(pieces)) == leaves(node)
    rows = fill(pieces, 3, len)
    assert tuple(piece for row in rows for piece in row) == pieces


@settings(max_examples=150, deadline=None)
@given(nodes)
def test_brackets_are_balanced_and_signs_lead_only_where_a_row_may_begin(node):
    depth = 0
    for k, piece in enumerate(cut(node, lambda part: lay(part).width <= 12)):
        assert (piece.lead is None) == (k == 0)
        for token in piece.tokens:
            if isinstance(token, Bracket):
                depth += 1 if token.opens else -1
                assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(("node", "rows"), [
    (Add((A, Negate(B))), ["a", "-b"]),
    (Negate(Add((A, B))), ["-(a", "+b)"]),
    (Add((A, Negate(Add((B, C))))), ["a", "-(b", "+c)"]),
    (Add((A, Negate(Negate(B)))), ["a", "-(-b)"]),
    (times(Add((A, B)), C), ["(a", "+b)", "\\timesc"]),
    (times(A, Negate(B)), ["a", "\\times(-b)"]),
    (times(Big("sum", (Name("i"),), None, None, (), A), B), ["(H a)", "\\timesb"]),
    (Big("sum", (Name("i"),), None, None, (), Add((A, B))), ["H (a", "+b)"]),
    (Quotient(Add((A, B)), C, slash=True), ["(a", "+b)/c"]),
    (Quotient(A, Paren(Add((B, C))), slash=True), ["a", "/(b", "+c)"]),
], ids=str)
def test_a_cut_formula_means_what_it_meant(node, rows):
    """Cut at every place: brackets stand where the terms would otherwise be read with another neighbour."""
    atoms = (Name, Number, Scripted)
    pieces = cut(node, lambda part: isinstance(part, atoms) or part == Paren(Negate(B)))
    shown = []
    for piece in pieces:
        text = piece.lead.at_break if piece.lead else ""
        for token in piece.tokens:
            match token:
                case Sign(text=sign):
                    text += sign
                case Bracket(kind=kind, opens=opens):
                    text += kind if opens else {"(": ")", "[": "]"}[kind]
                case Head():
                    text += "H "
                case _:
                    text += line(token).replace("−", "-")
        shown.append(text)
    assert shown == rows


@pytest.mark.parametrize(("node", "text"), [
    (YHAT, "ŷ₁^(τ)"), (letter("y", "1", "t", ("hat",)), "ŷ₁⁽ᵗ⁾"), (letter("w", "1,10"), "w_(1,10)"),
    (Scripted(Name("h"), (), (times(Paren(Name("t")), Name("\\top")),)), "h⁽ᵗ⁾ᵀ"),
    (Scripted(Name("tanh"), (), (Name("\\prime"),)), "tanh′"), (Name("y", ("tilde",)), "ỹ"),
    (Name("\\lambda"), "λ"),
    (Name("\\varepsilon"), "ε"), (Name("\\Sigma"), "Σ"), (Name("W", bold=True), "W"),
    (Derivative(L, (H,)), "∂L/∂h₁⁽ᵗ⁾"), (Derivative(L, (A, A)), "∂²L/∂a²"),
    (Derivative(L, (A, B)), "∂²L/(∂a ∂b)"),
    (Nabla(H, L), "∇_(h₁⁽ᵗ⁾) L"), (Nabla(Name("W"), L), "∇_W L"), (times(Quotient(A, B), C), "(a/b) c"),
    (Quotient(A, times(B, C)), "a/(b c)"), (Negate(Add((A, B))), "−(a + b)"), (Add((A, Negate(B))), "a − b"),
    (times(A, Add((A, B))), "a (a + b)"), (times(A, Negate(B)), "a (−b)"), (times(Negate(A), B), "(−a) b"),
    (Big("sum", (Name("i"),), Number("1"), Number("3"), (), H), "Σ_(i=1)^3 h₁⁽ᵗ⁾"),
    (times(Big("sum", (Name("i"),), None, None, (), A), B), "(Σ_i a) b"),
    (Big("sum", (Name("k"),), None, None, (Chain((Name("k"), Name("i")), ("\\ne",)),), A), "Σ_(k≠i) a"),
    (Matrix(((A, B), (C, A))), "[a, b; c, a]"), (Struck(A), "a\u0336"),
    (Scripted(Add((A, B)), (), (Number("2"),)), "(a + b)²"), (Chain((A, B), ("\\le",)), "a ≤ b"),
])
def test_a_formula_on_one_line(node, text):
    assert line(node).replace("k ≠ i", "k≠i") == text


def test_a_fraction_stands_on_the_baseline():
    box = lay(Add((A, Quotient(B, C))))
    assert box.lines == ("    b", "a + ─", "    c")
    assert box.baseline == 1


def test_a_stroke_goes_through_every_character_and_takes_no_room():
    assert struck("ŷ₁") == "ŷ\u0336₁\u0336"
    assert columns(struck("ŷ₁ a")) == 4


@pytest.mark.parametrize("name", HARD)
def test_no_line_of_text_is_wider_than_80_columns(name):
    text = render(document(Row(L, "=", HARD[name], "why " * 40), Row(None, "=", A)), "text")
    assert max(map(columns, text.splitlines())) <= 80
    assert all(part == part.rstrip() for part in text.splitlines())


def test_everything_together_is_no_wider_than_80_columns():
    assert max(map(columns, render(everything(), "text").splitlines())) <= 80


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_words_fit_and_none_is_lost(text):
    lines = wrapped(text, 20)
    assert all(columns(part) <= 20 for part in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_box_too_wide_is_folded_and_keeps_its_characters():
    parts = folded(text_box("ab cd" * 30), 40)
    assert "".join(part.lines[0] for part in parts) == "ab cd" * 30
    assert max(part.width for part in parts) <= 40


@pytest.mark.parametrize("format", FORMATS)
def test_same_document_same_bytes(format):
    assert render(everything(), format) == render(everything(), format)


@pytest.mark.parametrize("format", FORMATS)
def test_reason_hypothesis_and_label_are_said_in_every_format(format):
    rows = Row(L, "=", A, "the chain rule", "sum_y", "10.18"), Row(None, "=", B, "", "b > 0")
    text = render(document(*rows), format)
    said = re.sub(r"[\\{}]|textgreater", "", unescape(text))
    for words in ("the chain rule", "(given targets that sum to 1)", "10.18"):
        assert words in said
    assert "b > 0" in said or "b  0" in said


@pytest.mark.parametrize("name", HARD)
def test_rows_of_latex_close_what_they_open(name):
    rows = rows_of(HARD[name], 30).rows
    text = " ".join(rows)
    for size in ("big", "Big", "bigg", "Bigg"):
        assert text.count(f"\\{size}l") == text.count(f"\\{size}r")
    for part in rows:
        assert part.count("{") == part.count("}")
        assert part.count("\\left") == part.count("\\right")
        assert part.count("\\begin") == part.count("\\end")
    for part in rows[1:]:
        assert re.match(r"[-+/=]|\\times|\\cdot", part)


def plain(node):
    """A node without what cutting may change: brackets beyond those needed, and how a product is written."""
    node = transform(node, lambda part: replace(part, operators=("",) * len(part.operators))
                     if isinstance(part, Product) else part)
    return transform(node, lambda part: part.body if isinstance(part, Paren) else part)


def assert_reads_back(node, format):
    text = render(document(Row(L, "=", node, "it isn't $5 = $6, because", "sum_y", "10.2"),
                           Row(None, "=", A, "& so on")), format)
    (formula,) = formulas(text, kind={"latex": "tex", "markdown": "md"}[format])
    assert formula.error is None, formula.error.located(text, format)
    expected = [L, *(node.items if isinstance(node, Chain) else (node,)), A]
    assert [plain(side) for side in formula.sides] == [plain(side) for side in expected]


@pytest.mark.parametrize("format", ["latex", "markdown"])
@pytest.mark.parametrize("name", HARD)
def test_cut_formulas_read_back_as_what_they_were(name, format):
    assert_reads_back(HARD[name], format)


@settings(max_examples=60, deadline=None)
@given(st.lists(nodes, min_size=2, max_size=6), st.sampled_from(["latex", "markdown"]))
def test_any_formula_reads_back_as_what_it_was(terms, format):
    assert_reads_back(times(A, Add((LONG, *terms))), format)


def test_a_row_that_fits_is_not_cut():
    assert len(rows_of(LONG, 200).rows) == 1
    assert len(rows_of(LONG, 20).rows) > 1


def test_what_stands_above_a_wide_fraction_bar_is_broken_and_reads_back():
    wide = Quotient(LONG, B)
    found = rows_of(Add((A, wide)), 20)
    assert found.stacked
    assert found.width <= 20
    assert max(row.count("\\frac{\\begin{gathered}") for row in found.rows) == 1
    assert "/" not in "".join(found.rows)
    assert_reads_back(Add((A, wide)), "latex")
    assert not rows_of(Add((A, wide)), 300).stacked


def test_fractions_in_fractions_are_broken_in_time_that_grows_with_their_depth():
    node = LONG
    for _ in range(14):
        node = Quotient(Add((LONG, node)), Add((B, node)) if node is LONG else B)
    began = time.monotonic()
    assert rows_of(node, 30).stacked
    assert time.monotonic() - began < 5


def test_a_matrix_with_many_columns_may_be_set():
    assert "MaxMatrixCols" in render(document(Row(None, "", A)), "latex")


@pytest.mark.parametrize(("text", "typed"), [
    ("50% & a_b #1 {x} $", "50\\% \\& a\\_b \\#1 \\{x\\} \\$"),
    ("\\input{x}", "\\textbackslash{}input\\{x\\}"),
    ("ŷ₁", "\\^{y}\\textsubscript{1}"), ("é – “q”", "\\'{e} -- ``q''"), ("τ", "\\ensuremath{\\tau}"),
    ("漢", "\\texttt{U+6F22}"), ("\x07", ""),
])
def test_words_are_typed_as_latex_wants_them(text, typed):
    assert latex_text(text) == typed
    assert "$" not in typed.replace("\\$", "")


@pytest.mark.parametrize(("text", "typed"), [
    ("a_b * c", "a\\_b \\* c"), ("- no list", "\\- no list"), ("1. no list", "1\\. no list"),
    ("<b>", "\\<b\\>"),
    ("| a |", "\\| a \\|"), ("$x$", "\\$x\\$"),
])
def test_words_are_typed_as_markdown_wants_them(text, typed):
    assert markdown_text(text) == typed


def test_markdown_mathematics_holds_nothing_that_markdown_eats():
    text = render(everything(), "markdown")
    assert text.count("$$\n") % 2 == 0
    for block in re.findall(r"\n\$\$\n(.*?)\n\$\$\n", text, re.DOTALL):
        assert block.startswith("\\begin{aligned}\n")
        assert block.endswith("\\end{aligned}")
        assert not re.search(r"(?<!\\)\\[,;:!{}|]", block)
        assert not re.search(r"[<>|]", block)
        assert not re.search(r"^\s*([-+=*#]|\d+[.)]|$)", block, re.MULTILINE)
    for row in re.findall(r"^\|.*$", text, re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", row)) == 4


pdflatex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here")


def overfull(tex, folder: Path):
    """Compile twice; the widths in points of what sticks out by more than one."""
    (folder / "d.tex").write_text(tex, encoding="utf-8")
    for _ in range(2):
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "d.tex"],
            cwd=folder, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:].decode("latin-1")
    log = (folder / "d.log").read_text(encoding="latin-1")
    return [w for w in map(float, re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)) if w > 1]


@pdflatex
def test_everything_compiles_and_nothing_sticks_out(tmp_path):
    assert overfull(render(everything(), "latex"), tmp_path) == []


@pdflatex
def test_what_sticks_out_would_be_seen(tmp_path):
    tex = render(document(Row(L, "=", A)), "latex")
    assert overfull(tex.replace("= a", "= \\hspace{30cm} a"), tmp_path)


@pdflatex
def test_estimated_widths_are_not_below_the_true_ones(tmp_path):
    samples = [*HARD.values(), YHAT, H, Derivative(L, (H,)), Quotient(A, B), Nabla(H, L)]
    box = "\\setbox0=\\hbox{$\\displaystyle %s$}\\typeout{W \\the\\wd0}\n"
    lines = "".join(box % write(node) for node in samples)
    tex = render(document(Row(L, "=", A)), "latex").replace("\\end{document}", lines + "\\end{document}")
    overfull(tex, tmp_path)
    points = re.findall(r"^W ([\d.]+)pt", (tmp_path / "d.log").read_text(encoding="latin-1"), re.MULTILINE)
    for node, width in zip(samples, map(float, points), strict=True):
        assert width_of(node) * 10 >= width * 0.97 - 3, line(node)[:60]


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "out.tex"
    path.write_text("old")
    write_file(path, "nëw\n")
    assert path.read_bytes() == "nëw\n".encode()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("path", ["missing/out.tex", ".", "file/out.tex"])
def test_a_path_that_cannot_be_written_is_one_clear_line(tmp_path, path):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(UsageError, match=r"^can't write [^\n]*$"):
        write_file(tmp_path / path, "x")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_what_cannot_be_encoded_leaves_the_old_file(tmp_path):
    path = tmp_path / "out.tex"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
