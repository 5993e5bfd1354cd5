"""A derivation as a document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import assert_never

from bptt_sym.derivation.derivation import Chain, Definition, Derivation, Item, Section, Summary, Text
from bptt_sym.render.blocks import HYPOTHESES, Block, Display, Document, Heading, Prose, Row, Table
from bptt_sym.written.nodes import Chain as Relation


def document_of(derivation: Derivation) -> Document:
    """The derivation as headings, prose, chains and a closing table."""
    name = PurePath(derivation.network).name.removesuffix(".tex")
    title = f"The gradients of the network {name}, every line proved"
    blocks = tuple(block for section in derivation.sections for block in _section(section, 1))
    return Document(title, blocks)


def _section(section: Section, level: int) -> Iterator[Block]:
    yield Heading(level, section.title)
    together: list[Row] = []
    for item in section.items:
        if isinstance(item, Chain) and item.compact:
            together.append(_one_row(item, first=not together))
            continue
        if together:
            yield Display(tuple(together))
            together = []
        yield _item(item)
    if together:
        yield Display(tuple(together))
    for part in section.parts:
        yield from _section(part, level + 1)


def _item(item: Item) -> Block:
    match item:
        case Text(parts):
            return Prose(parts)
        case Chain():
            return Display(tuple(_rows(item)))
        case Definition(left, right):
            return Display((Row(left, "=", right, "By definition."),))
        case Summary():
            return _table(item)
        case _:
            assert_never(item)


def _rows(chain: Chain) -> Iterator[Row]:
    for k, (step, given) in enumerate(zip(chain.steps, chain.givens, strict=True)):
        yield Row(chain.left if k == 0 else None, "=", step.right, step.reason, given)


def _one_row(chain: Chain, *, first: bool) -> Row:
    """A chain that goes like the one before it: all its steps in a row, the reasons not said again."""
    rights = tuple(step.right for step in chain.steps)
    right = rights[0] if len(rights) == 1 else Relation(rights, ("=",) * (len(rights) - 1))
    reason = "In the same way." if first and len(rights) > 1 else ""
    return Row(chain.left, "=", right, reason, _strongest(chain))


def _strongest(chain: Chain) -> str:
    return next((given for given in ("one_hot", "sum_y") if given in chain.givens), "")


def _table(summary: Summary) -> Table:
    rows = tuple(
        (formula, number, HYPOTHESES.get(given, "for any targets"), "proved") for formula, number, given in summary.rows
    )
    return Table(("closed form", "in the book", "holds", "verdict"), rows)
