"""A derivation as a notebook: a cell of text for each section, and below it one that checks what it asserts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from bptt_sym.derivation.derivation import Derivation
from bptt_sym.network.library import NETWORKS, network_text
from bptt_sym.render.blocks import Display, Document, Heading
from bptt_sym.render.markdown import write_markdown
from bptt_sym.render.telling import document_of

NAMED = '''\
from bptt_sym import Setting, check
from bptt_sym.draw import draw
from bptt_sym.network.library import load_network

network = "{network}"
sizes = {sizes}
steps = {steps}
draw(Setting.of(load_network(network), sizes, steps))'''
OWN = '''\
from pathlib import Path
from tempfile import mkdtemp

from bptt_sym import Setting, check, read_network
from bptt_sym.draw import draw

equations = r"""
{network}
"""
network = str(Path(mkdtemp()) / "network.tex")
Path(network).write_text(equations, encoding="utf-8")
sizes = {sizes}
steps = {steps}
draw(Setting.of(read_network(equations), sizes, steps))'''
OPENING = (
    "Each section is followed by a cell that decides every equality in it, by a checker that doesn't know how it was "
    "derived. Change a line in one and run it: what is wrong is refuted, with what was probably meant. It needs "
    "`pip install 'bptt-sym[notebook]'`."
)


def write_notebook(derivation: Derivation) -> str:
    """The derivation as a file of Jupyter's, not executed; its network is of the library, or the file of that name."""
    document = document_of(derivation)
    named = derivation.network in NETWORKS
    network = derivation.network if named else _raw(network_text(derivation.network))
    setup = (NAMED if named else OWN).format(network=network, sizes=dict(derivation.sizes), steps=derivation.steps)
    cells = [("markdown", f"# {document.title}\n\n{OPENING}"), ("code", setup)]
    for section in _sections(document):
        cells.append(("markdown", write_markdown(section).rstrip("\n")))
        claims = tuple(_bare(block) for block in section.blocks if isinstance(block, Display))
        if claims:
            text = _raw(write_markdown(Document("", claims)))
            cells.append(("code", f'check(r"""\n{text}\n""", network=network, sizes=sizes, steps=steps)'))
    return json.dumps(_file(cells, derivation), ensure_ascii=False, indent=1) + "\n"


def _sections(document: Document) -> Iterator[Document]:
    """The document cut before each heading of the first level: what is defined in a section stands in it to its end."""
    blocks: list[Any] = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1 and blocks:
            yield Document("", tuple(blocks))
            blocks = []
        blocks.append(block)
    if blocks:
        yield Document("", tuple(blocks))


def _bare(display: Display) -> Display:
    """The lines without their reasons."""
    return Display(tuple(replace(row, reason="", given="", label=None) for row in display.rows))


def _raw(text: str) -> str:
    """Text that may stand in a raw string between three quotes."""
    return text.strip().replace('"""', "'''")


def _file(cells: list[tuple[str, str]], derivation: Derivation) -> dict[str, Any]:
    """Version 4.5 of the format; the cells' names are their numbers, so that the same derivation has the same bytes."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": [_cell(number, kind, source) for number, (kind, source) in enumerate(cells)],
        "metadata": {
            "kernelspec": kernel,
            "language_info": {"name": "python"},
            "title": PurePath(derivation.network).name,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(number: int, kind: str, source: str) -> dict[str, Any]:
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    lines = source.splitlines(keepends=True)
    return {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, **code, "source": lines}
