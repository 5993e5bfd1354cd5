"""How often a single slip in a right line is named and mended: right lines, one random slip each, what is suggested.

Prints a table by kind of slip: how many slips made a line wrong, how often the original came back, how often it with
its factors in another order, how often another line that is proved, how often nothing, and how long that took;
`--show` prints the lines of the last two kinds.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bptt_sym.check import judge_document, open_setting
from bptt_sym.claims import Setting, judge
from bptt_sym.network.library import library_text
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import (
    Add,
    Big,
    Derivative,
    Differential,
    Name,
    Negate,
    Node,
    Number,
    Product,
    Quotient,
    Scripted,
    Syntax,
    transform,
    walk,
)
from bptt_sym.written.reader import read
from bptt_sym.written.writer import write

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"
Slip = Callable[[Node, random.Random], Node | None]


LETTERS = {
    "W": "U", "U": "W", "V": "W", "h": "x", "x": "h", "b": "c", "c": "b", "w": "v", "v": "w", "o": "h", "y": "o",
}  # fmt: skip
STEPS = ("{(t)}", "{(t+1)}", "{(t-1)}")


def exchanged(side: Node, old: Node, new: Node) -> Node:
    """The side with one node, told by identity, exchanged."""
    done = []

    def once(node: Node) -> Node:
        if node is old and not done:
            done.append(node)
            return new
        return node

    return transform(side, once)


def pick(side: Node, kind: type, rng: random.Random, suits: Callable[[Node], bool] = lambda _: True) -> Node | None:
    """Some node of a kind that suits."""
    found = [node for node in walk(side) if isinstance(node, kind) and suits(node)]
    return rng.choice(found) if found else None


def sign(side: Node, rng: random.Random) -> Node | None:
    """The other sign for a term, or for the side."""
    node = pick(side, Add, rng)
    if node is None:
        return side.body if isinstance(side, Negate) else Negate(side)
    k = rng.randrange(1, len(node.terms)) if len(node.terms) > 1 else 0
    term = node.terms[k]
    new = term.body if isinstance(term, Negate) else Negate(term)
    return exchanged(side, node, Add((*node.terms[:k], new, *node.terms[k + 1 :])))


def step(side: Node, rng: random.Random) -> Node | None:
    """One of t - 1, t, t + 1 for another."""
    node = pick(side, Scripted, rng, lambda n: any(f"{{{write(s).replace(' ', '')}}}" in STEPS for s in n.sups))
    if node is None:
        return None
    text = write(node)
    now = next(s for s in STEPS if s in text)
    return exchanged(side, node, read(text.replace(now, rng.choice([s for s in STEPS if s != now]), 1)))


def index(side: Node, rng: random.Random) -> Node | None:
    """Another digit."""
    node = pick(side, Scripted, rng, lambda n: any(isinstance(s, Number) for s in n.subs))
    if node is None:
        return None
    digits = next(s for s in node.subs if isinstance(s, Number)).text
    k = rng.randrange(len(digits))
    other = rng.choice([d for d in "123" if d != digits[k]])
    return exchanged(side, node, Scripted(node.base, (Number(digits[:k] + other + digits[k + 1 :]),), node.sups))


def transpose(side: Node, rng: random.Random) -> Node | None:
    """A transpose forgotten."""
    node = pick(side, Scripted, rng, lambda n: n.sups == (Name("\\top"),))
    return None if node is None else exchanged(side, node, node.base)


def order(side: Node, rng: random.Random) -> Node | None:
    """Two neighbouring factors swapped."""
    node = pick(side, Product, rng, lambda n: not any(isinstance(f, Big) for f in n.factors))
    if node is None:
        return None
    k = rng.randrange(len(node.factors) - 1)
    f = node.factors
    return exchanged(side, node, Product((*f[:k], f[k + 1], f[k], *f[k + 2 :]), node.operators))


def dropped(side: Node, rng: random.Random) -> Node | None:
    """A factor forgotten."""
    node = pick(side, Product, rng)
    if node is None:
        return None
    k = rng.randrange(len(node.factors))
    rest = node.factors[:k] + node.factors[k + 1 :]
    return exchanged(side, node, Product(rest, ("",) * (len(rest) - 1)) if len(rest) > 1 else rest[0])


def term(side: Node, rng: random.Random) -> Node | None:
    """A term forgotten."""
    node = pick(side, Add, rng, lambda n: len(n.terms) > 1)
    if node is None:
        return None
    k = rng.randrange(len(node.terms))
    rest = node.terms[:k] + node.terms[k + 1 :]
    return exchanged(side, node, Add(rest) if len(rest) > 1 else rest[0])


def letter(side: Node, rng: random.Random) -> Node | None:
    """Another letter."""
    node = pick(side, Name, rng, lambda n: n.base in LETTERS)
    return None if node is None else exchanged(side, node, Name(LETTERS[node.base], node.accents, bold=node.bold))


def mark(side: Node, rng: random.Random) -> Node | None:
    """The upper ∂ forgotten."""
    node = pick(side, Derivative, rng, lambda n: n.body is not None)
    return None if node is None else exchanged(side, node, Quotient(node.body, Differential(node.wrt[0])))


def square(side: Node, rng: random.Random) -> Node | None:
    """A square forgotten."""
    node = pick(side, Scripted, rng, lambda n: n.sups == (Number("2"),))
    return None if node is None else exchanged(side, node, node.base)


def loss(side: Node, rng: random.Random) -> Node | None:
    """The loss of one step for that of all."""
    node = pick(side, Name, rng, lambda n: n.base == "L")
    return None if node is None else exchanged(side, node, read("L^{(t)}"))


def limits(side: Node, rng: random.Random) -> Node | None:
    """A sum that begins at 2."""
    node = pick(side, Big, rng, lambda n: isinstance(n.upper, Number))
    return None if node is None else exchanged(side, node, replace(node, lower=Number("2")))


SLIPS: tuple[Slip, ...] = (sign, step, index, transpose, order, dropped, term, letter, mark, square, loss, limits)


def right_lines(setting: Setting, every: int) -> Iterator[tuple[Node, Node]]:
    """Equalities of the book and of the golden derivations that are proved, no two alike."""
    texts = [library_text("book"), *(path.read_text(encoding="utf-8") for path in sorted(GOLDEN.glob("*.tex")))]
    seen = set()
    for text in texts:
        for formula in formulas(text):
            for left, right in zip(formula.sides, formula.sides[1:], strict=False):
                if (left, right) in seen or not isinstance(left, Syntax) or not isinstance(right, Syntax):
                    continue
                seen.add((left, right))
                if len(seen) % every == 0 and judge(left, right, setting).word == "proved":
                    yield left, right


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="take every n-th line only")
    parser.add_argument("--show", action="store_true", help="print the lines that were mended otherwise or not at all")
    options = parser.parse_args()
    rng, setting = random.Random(options.seed), open_setting("elman", {"x": 4, "h": 5, "o": 3}, 3)
    counts: dict[str, Counter[str]] = {slip.__name__: Counter() for slip in SLIPS}
    for left, right in right_lines(setting, options.every):
        for slip in SLIPS:
            wrong = slip(right, rng)
            if wrong is not None and wrong != right:
                counts[slip.__name__].update(tried(slip.__name__, left, right, wrong, setting, options.show))
    columns = ("wrong", "original", "reordered", "another", "nothing", "seconds")
    print(f"{'slip':12}" + "".join(f"{name:>10}" for name in columns))
    for name, found in counts.items():
        print(f"{name:12}" + "".join(f"{found[c]:>10.1f}" if c == "seconds" else f"{found[c]:>10}" for c in columns))
    print(f"{'all':12}" + "".join(f"{sum(f[c] for f in counts.values()):>10.0f}" for c in columns))


def tried(name: str, left: Node, right: Node, wrong: Node, setting: Setting, show: bool) -> Counter[str]:
    """What became of one slip."""
    text = f"\\[ {write(left)} = {write(wrong)} \\]"
    plain = judge_document(text, setting, file="slip.tex", suggestions=False).entries
    if len(plain) != 1 or plain[0].verdict not in ("refuted", "ill-typed"):
        return Counter()
    start = perf_counter()
    (entry,) = judge_document(text, setting, file="slip.tex", suggestions=True).entries
    seconds = perf_counter() - start
    came = "nothing"
    if entry.suggestion is not None:
        _, found = read(entry.suggestion.latex).items
        alike = sorted(write(found)) == sorted(write(right))
        came = "original" if found == right else "reordered" if alike else "another"
    if show and came in ("another", "nothing"):
        marked = entry.suggestion.marked if entry.suggestion else ""
        lines = ("right", f"{write(left)} = {write(right)}"), ("wrong", write(wrong)), ("found", marked)
        print(name, came, entry.diagnosis, *(f"\n   {what} {latex}" for what, latex in lines))
    return Counter({"wrong": 1, came: 1, "seconds": seconds})


if __name__ == "__main__":
    main()
