"""Options and fixtures of the tests."""

from __future__ import annotations

import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

import bptt_sym

GOLDEN = Path(__file__).resolve().parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--installed", action="store_true", help="fail unless the installed package is tested")
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew, and skip")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to test the tree where the installed package is meant."""
    place = Path(next(iter(bptt_sym.__path__))).resolve()
    installed = place.is_relative_to(Path(sysconfig.get_path("purelib")).resolve())
    if config.getoption("--installed") and not installed:
        raise pytest.UsageError(f"bptt_sym comes from {place}, not from the installed wheel")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)` holds `text` against tests/golden/name, or writes it there and skips."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            pytest.skip(f"wrote {path.name}")
        assert path.exists(), f"no {path}: run pytest --update-golden, then read what it wrote"
        assert text == path.read_text(encoding="utf-8")

    return compare
