r"""Lines with one token changed, and what an evaluation of another kind says of the verdicts on them.

`python tests/mutations.py COUNT [SEED]` goes through so many changed lines and prints every verdict that numbers deny.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain

from independent import ELMAN, SQUARED, Misfit, Model, Point, Skip, holds_at

from bptt_sym.check import judge_document, open_setting
from bptt_sym.claims import Setting
from bptt_sym.network.reading import read_network
from bptt_sym.written.document import formulas
from bptt_sym.written.nodes import Chain, Node, Syntax

POINTS = 2
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[0-9]|[A-Za-z]|\s+|.", re.DOTALL)
# fmt: off
ELMAN_LINES = (
    r"\nabla_{h^{(t)}} L = W^\top \operatorname{diag}(1 - (h^{(t+1)})^2) \nabla_{h^{(t+1)}} L + V^\top \nabla_{o^{(t)}} L",
    r"\nabla_{h^{(t)}} L = W^\top \nabla_{a^{(t+1)}} L + V^\top (\hat y^{(t)} - y^{(t)})",
    r"\nabla_{a^{(t)}} L = (1 - h^{(t)} \odot h^{(t)}) \odot \nabla_{h^{(t)}} L",
    r"\nabla_{h^{(\tau)}} L = V^\top (\hat y^{(\tau)} - y^{(\tau)})",
    r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} - \mathbf 1_{i = y^{(t)}}",
    r"\frac{\partial L}{\partial o_i^{(t)}} = \hat y_i^{(t)} \sum_j y_j^{(t)} - y_i^{(t)}",
    r"\frac{\partial L^{(t)}}{\partial \hat y_i^{(t)}} = -\frac{y_i^{(t)}}{\hat y_i^{(t)}}",
    r"\frac{\partial \hat y_i^{(t)}}{\partial o_j^{(t)}} = \hat y_i^{(t)} (\delta_{ij} - \hat y_j^{(t)})",
    r"\frac{\partial \hat y_1^{(t)}}{\partial o_2^{(t)}} = -\frac{\exp(o_1^{(t)}) \exp(o_2^{(t)})}{(\sum_k \exp(o_k^{(t)}))^2}",
    r"\frac{\partial h_i^{(t)}}{\partial h_j^{(t-1)}} = (1 - (h_i^{(t)})^2) w_{ij}",
    r"\frac{\partial h^{(t)}}{\partial h^{(t-1)}} = \operatorname{diag}(1 - (h^{(t)})^2) W",
    r"\frac{\partial h^{(3)}}{\partial h^{(1)}} = \frac{\partial h^{(3)}}{\partial h^{(2)}} \frac{\partial h^{(2)}}{\partial h^{(1)}}",
    r"\frac{\partial L}{\partial w_{ij}} = \sum_t \frac{\partial L}{\partial a_i^{(t)}} h_j^{(t-1)}",
    r"\frac{\partial L}{\partial u_{12}} = \sum_{t=1}^{\tau} (1 - (h_1^{(t)})^2) \frac{\partial L}{\partial h_1^{(t)}} x_2^{(t)}",
    r"\frac{\partial L}{\partial v_{ij}} = \sum_{t=1}^3 (\hat y_i^{(t)} - y_i^{(t)}) h_j^{(t)}",
    r"\frac{\partial L}{\partial b_i} = \sum_t (1 - (h_i^{(t)})^2) \frac{\partial L}{\partial h_i^{(t)}}",
    r"\frac{\partial L}{\partial h_i^{(t)}} = \sum_j w_{ji} (1 - (h_j^{(t+1)})^2) \frac{\partial L}{\partial h_j^{(t+1)}} + \sum_k v_{ki} \frac{\partial L}{\partial o_k^{(t)}}",
    r"\nabla_W L = \sum_t (\nabla_{a^{(t)}} L) h^{(t-1)\top}",
    r"\nabla_W L = \sum_t \nabla_{W^{(t)}} L",
    r"\nabla_c L = \sum_t \nabla_{o^{(t)}} L",
    r"\frac{\partial h_i^{(t)}}{\partial b_j} = (1 - (h_i^{(t)})^2) (\delta_{ij} + \sum_k w_{ik} \frac{\partial h_k^{(t-1)}}{\partial b_j})",
    r"\frac{\partial h_i^{(t)}}{\partial W_{jk}^{(t)}} = (1 - (h_i^{(t)})^2) \delta_{ij} h_k^{(t-1)}",
    r"\frac{\partial L^{(s)}}{\partial h_1^{(t)}} = 0 \quad s < t",
    r"\frac{\partial^2 L}{\partial o_1^{(3)} \partial o_2^{(3)}} = -\hat y_1^{(3)} \hat y_2^{(3)} \sum_i y_i^{(3)}",
    r"\frac{\partial L}{\partial h^{(0)}} = W^\top \nabla_{a^{(1)}} L",
    r"a_i^{(t)} = b_i + \sum_{j=1}^3 w_{ij} h_j^{(t-1)} + \sum_{j=1}^2 u_{ij} x_j^{(t)}",
    r"\hat y_i^{(t)} = \frac{e^{o_i^{(t)}}}{\sum_j e^{o_j^{(t)}}}",
    r"L^{(t)} = \ln \sum_k \exp(o_k^{(t)}) - \sum_i y_i^{(t)} o_i^{(t)}",
    r"\frac{\partial}{\partial o_1^{(2)}} \ln \hat y_2^{(2)} = - \hat y_1^{(2)}",
)
SQUARED_LINES = (
    r"\nabla_{s_t} E = A^\top \operatorname{diag}(s_{t+1} \odot (1 - s_{t+1})) \nabla_{s_{t+1}} E + C^\top (p_t - y_t)",
    r"\frac{\partial E}{\partial p_{t,i}} = p_{t,i} - y_{t,i}",
    r"\frac{\partial E}{\partial A_{ij}} = \sum_t \frac{\partial E}{\partial z_{t,i}} s_{t-1,j}",
    r"\nabla_A E = \sum_t (\nabla_{z_t} E) s_{t-1}^\top",
    r"\frac{\partial E}{\partial z_{t,i}} = s_{t,i} (1 - s_{t,i}) \frac{\partial E}{\partial s_{t,i}}",
    r"\frac{\partial s_t}{\partial s_{t-1}} = \operatorname{diag}(s_t - s_t \odot s_t) A",
    r"\nabla_C E = \sum_t (p_t - y_t) s_t^\top",
    r"\frac{\partial E_t}{\partial C_{ij}} = (p_{t,i} - y_{t,i}) s_{t,j}",
    r"\nabla_d E = \sum_t p_t - \sum_t y_t",
    r"\frac{\partial^2 E_t}{\partial p_{t,i} \partial p_{t,j}} = \delta_{ij}",
)
# fmt: on
POOL = re.findall(r"\S+", r"""
    h a o x y L W U V b c w u v i j k t s 0 1 2 3 + - ( ) { } ^ _ = , \tau \top \hat \partial \sum \frac \nabla
    \odot \cdot \delta \exp \ln \tanh A B C E z p d T / \prod ' \mathbf""")
KINDS = tuple(kind.split() for kind in (
    "h a o x y", "s z p x y", "L E", "W U V w u v", "A B C", "b c d", "i j k s t \\tau 1 2 3", "0 1 2 3 4", "+ -",
    "\\exp \\ln \\tanh", "\\odot \\cdot", "\\top 2",
))  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """A network to make claims of: as it is judged, as it is evaluated, and right lines about it."""

    model: Model
    setting: Setting
    lines: tuple[str, ...]
    points: dict[str, list[Point]] = field(default_factory=dict)

    def at(self, kind: str) -> list[Point]:
        """Points of that kind, the same ones each time; "more" are further one-hot ones."""
        if kind not in self.points:
            numbers = range(POINTS, 4 * POINTS) if kind == "more" else range(POINTS)
            self.points[kind] = [Point(self.model, n, "one_hot" if kind == "more" else kind) for n in numbers]
        return self.points[kind]


@cache
def grounds() -> tuple[Ground, ...]:
    book = (files("bptt_sym") / "library" / "book.tex").read_text(encoding="utf-8")
    lines = (*ELMAN_LINES, *(re.sub(r"&|\\tag\{[^}]*\}|\s+", " ", f) for f in _book_lines(book)))
    elman = open_setting("elman", {"x": 2, "h": 3, "o": 4}, 3)
    squared = Setting.of(read_network(SQUARED.latex, "squared"), {"x": 2, "s": 3, "p": 4}, 2)
    return Ground(ELMAN, elman, lines), Ground(SQUARED, squared, SQUARED_LINES)


def _book_lines(book: str) -> Iterator[str]:
    """Each chain of the book's alone."""
    for formula in formulas(book):
        yield book[formula.span.start : formula.span.end].replace("\\\\", " ")


def changed(line: str, chance: random.Random) -> str:
    """The line with one token deleted, doubled, exchanged with its neighbour, or replaced, mostly by one of its kind."""
    tokens = [token for token in TOKEN.findall(line) if not token.isspace()]
    telling = [k for k, token in enumerate(tokens) if any(token in kind for kind in KINDS)]
    k = chance.choice(telling) if chance.random() < 0.7 else chance.randrange(len(tokens))
    kinds = [kind for kind in KINDS if tokens[k] in kind]
    way = chance.randrange(10)
    if kinds and way < 7:
        tokens[k] = chance.choice(chance.choice(kinds))
    elif way < 4:
        tokens[k] = chance.choice(POOL)
    elif way == 4:
        tokens[k] = chance.choice(tokens)
    elif way < 7:
        j = chance.randrange(len(tokens))
        tokens[k], tokens[j] = tokens[j], tokens[k]
    else:
        tokens[k : k + 1] = [tokens[k]] * (2 * (way == 7))
    return " ".join(tokens)


@dataclass(frozen=True)
class Opinion:
    """A verdict and what numbers say of it: "agrees", "denies", or "" where they say nothing."""

    text: str
    verdict: str
    given: str
    numbers: str


def opinions(ground: Ground, line: str) -> Iterator[Opinion]:
    """The verdicts on all equalities of a line, each held against numbers."""
    text = f"$${line}$$"
    entries = {entry.span: entry for entry in judge_document(text, ground.setting, file="line").entries}
    for formula in formulas(text):
        for k, span in enumerate(formula.relation_spans):
            entry = entries.get(span)
            if entry is None:
                continue
            left, right = formula.sides[k : k + 2]
            said = ""
            if isinstance(left, Syntax) and isinstance(right, Syntax):
                said = numbers(ground, left, right, formula.reading.conditions, entry.verdict, entry.given)
            yield Opinion(line, entry.verdict, entry.given, said)


def numbers(ground: Ground, left: Node, right: Node, conditions: Sequence[Chain], verdict: str, given: str) -> str:
    """Whether numbers agree with a verdict: proved must hold at each point, anything wrong must fail at one."""
    if verdict not in ("proved", "refuted", "ill-typed"):
        return ""
    points = ground.at(given) if verdict == "proved" else chain(ground.at("one_hot"), ground.at("more"))
    try:
        held = all(holds_at(left, right, conditions, point) for point in points)
    except Skip:
        return ""
    except Misfit:
        return "denies" if verdict == "proved" else "agrees" if verdict == "ill-typed" else ""
    return "agrees" if held == (verdict == "proved") else "denies"


def walk(count: int, seed: int) -> Iterator[Opinion]:
    """The opinions on so many changed lines; the same for the same seed."""
    chance = random.Random(seed)
    pairs = [(ground, line) for ground in grounds() for line in ground.lines]
    for _ in range(count):
        ground, line = chance.choice(pairs)
        for _ in range(chance.choice((1, 1, 1, 2))):
            line = changed(line, chance)
        yield from opinions(ground, line)


def main() -> None:
    """The command line."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    tally: Counter[tuple[str, str]] = Counter()
    for opinion in walk(count, seed):
        tally[opinion.verdict, opinion.numbers] += 1
        if opinion.numbers == "denies":
            print(f"{opinion.verdict} {opinion.given}: {opinion.text}", flush=True)  # noqa: T201
    for (verdict, said), number in sorted(tally.items()):
        print(f"{verdict:12}{said or 'not evaluated':15}{number}")  # noqa: T201


if __name__ == "__main__":
    main()
