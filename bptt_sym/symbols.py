"""Names, steps and components as SymPy symbols, spelled as people spell them, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from sympy import Symbol


@dataclass(frozen=True, slots=True)
class Identifier:
    r"""A name as it is declared: base and accents as in `written.Name`, and a label such as `hh` in W_{hh}.

    `label` is the script that belongs to the name, in plain characters; `above` tells that it is
    written as a superscript (`W^{(1)}`, `W^{hh}`), `parenthesised` that it stands in brackets.
    """

    base: str
    accents: tuple[str, ...] = ()
    label: str = ""
    above: bool = False
    parenthesised: bool = False

    @property
    def plain(self) -> str:
        """The name in plain characters: `yhat`, `W_hh`, `sigma`."""
        text = _plain(self.base) + "".join(self.accents)
        return f"{text}_{_plain(self.label)}" if self.label else text


@cache
def _plain(latex: str) -> str:
    r"""`\sigma` is sigma, `\mathcal{L}` is L, `\hat{y}` is yhat, `[1` is 1."""
    text = re.sub(r"\\(?:mathcal|mathscr|mathfrak|mathbb|mathrm|operatorname|text) *\{([^{}]*)\}", r"\1", latex)
    text = re.sub(r"\\([a-zA-Z]+) *\{([^{}]*)\}", r"\2\1", text)
    return re.sub(r"[\\{}\[\]<>() ]", "", text)


@dataclass(frozen=True, slots=True)
class Ref:
    """One scalar of the unrolled network: an identifier, its step (None: no step), its components from 1."""

    name: Identifier
    step: int | None = None
    index: tuple[int, ...] = ()

    @property
    def plain(self) -> str:
        """`w_12`, `w_1,10` (comma from size 10 up), `h_1^(0)`, `L`."""
        text = self.name.plain
        if self.index:
            separator = "," if max(self.index) > 9 else ""
            text += "_" + separator.join(str(k) for k in self.index)
        return text if self.step is None else f"{text}^({self.step})"


@cache
def symbol(name: str) -> Symbol:
    """The SymPy symbol of that spelling; real values are meant, nothing is assumed."""
    return Symbol(name)


def derivative_symbol(of: Symbol, wrt: Symbol, *, immediate: bool = False) -> Symbol:
    """The symbol that stands for a derivative: `dL/dh_1^(2)`; `d+` when immediate."""
    return symbol(f"d{'+' if immediate else ''}{of.name}/d{wrt.name}")
