"""The import law, held against the source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bptt_sym

PACKAGE = Path(next(iter(bptt_sym.__path__)))
ORDER = (
    "errors", "limits", "written", "symbols", "algebra", "primitives", "meaning", "network", "calculus", "proof", "claims",
    "derivation", "check", "numeric", "render", "draw", "jupyter", "command",
    "cli",
)  # fmt: skip
DATA = {"library"}
# What stands to the left and must not be imported all the same: who finds never judges.
FORBIDDEN = {"proof": {"calculus", "network"}, "written": set(ORDER) - {"errors", "limits", "written"}}
# The only outsiders that a place may import, where it may not have all of them.
OUTSIDERS = {"errors": set(), "limits": set(), "written": {"pylatexenc"}}
RUNTIME = {"sympy", "numpy", "click", "flint", "pylatexenc", "rich"}


def imported(source: str) -> set[str]:
    """Every dotted name that `source` imports, at whatever depth; a relative one starts with a dot."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names |= {f"{module}.{alias.name}" for alias in node.names} if module == "bptt_sym" else {module}
    return names


def violations(place: str, source: str) -> list[str]:
    """What `source`, a module of `place`, imports against the law."""
    allowed = set(ORDER[: ORDER.index(place) + 1]) - FORBIDDEN.get(place, set())
    outsiders = OUTSIDERS.get(place, RUNTIME)
    found = []
    for name in sorted(imported(source)):
        top, _, rest = name.partition(".")
        if name.startswith("."):
            found.append(f"{name} is relative")
        elif top == "bptt_sym":
            if (target := rest.split(".")[0]) not in allowed:
                found.append(f"{place} imports {target}")
        elif top in RUNTIME - outsiders:
            found.append(f"{place} imports {top}")
    return found


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def place_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_each_place_imports_only_what_stands_to_its_left(path: Path) -> None:
    assert place_of(path) in ORDER, "a new place needs a place in the order"
    assert violations(place_of(path), path.read_text(encoding="utf-8")) == []


def test_there_is_source_to_hold_the_law_against() -> None:
    assert {"errors", "written", "proof", "render"} <= {place_of(path) for path in modules()}
    assert not [path for name in DATA for path in (PACKAGE / name).rglob("*.py")]


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("calculus", "from bptt_sym.proof.verdict import Proved"),
        ("proof", "from bptt_sym.network.graph import Graph"),
        ("proof", "def decide():\n    from bptt_sym import calculus"),
        ("proof", "import bptt_sym.calculus.total as total"),
        ("proof", "if TYPE_CHECKING:\n    from bptt_sym.numeric import lambdify"),
        ("written", "from bptt_sym.symbols import symbol"),
        ("written", "import sympy as sp"),
        ("errors", "from bptt_sym.written.nodes import Node"),
        ("errors", "import click"),
        ("meaning", "from bptt_sym import written, network"),
        ("numeric", "from bptt_sym.render import render"),
        ("render", "from . import blocks"),
        ("derivation", "import bptt_sym.cli"),
        ("symbols", "from bptt_sym.primitives import relu"),
        ("network", "from bptt_sym import Network"),
    ],
)
def test_a_planted_violation_is_caught(place: str, source: str) -> None:
    assert violations(place, source)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("calculus", "import sympy\nfrom bptt_sym.calculus.local import rule"),
        ("calculus", "from bptt_sym.network.graph import Graph"),
        ("written", "from pylatexenc.latexwalker import LatexWalker\nfrom bptt_sym.errors import Span"),
        ("proof", "from bptt_sym.primitives import ELEMENTWISE\nimport flint"),
        ("cli", "from bptt_sym import render, check, errors"),
    ],
)
def test_what_the_law_allows_passes(place: str, source: str) -> None:
    assert violations(place, source) == []
