"""A network unrolled at some sizes as a scope: what names mean, and which symbols there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeAlias, TypeVar

from sympy import Expr, Symbol

from bptt_sym.errors import Missing, NoComponent, Unreadable
from bptt_sym.meaning.local import use_of
from bptt_sym.meaning.reference import Reference
from bptt_sym.meaning.scope import Declaration, Layout, LocalSymbol, Memory, Order, Use, UserFunction
from bptt_sym.network.network import Network
from bptt_sym.symbols import Identifier, Ref, symbol
from bptt_sym.written.nodes import Name, Node, Scripted

SymbolKey: TypeAlias = tuple[Identifier, bool, int | None, tuple[int, ...]]
K = TypeVar("K")


class Differentiates(Protocol):
    """Whoever knows derivatives (see `calculus.Differential`)."""

    def derivative(self, of: Expr, wrt: Symbol, copy: int | None = None, *, immediate: bool = False) -> Expr:
        """The derivative of one expression."""

    def derivatives(self, of: Expr, wrt: Mapping[K, Symbol], copy: int | None = None) -> Mapping[K, Expr]:
        """Those by many symbols, zeros left out."""


def _no_name(value: Expr) -> None:
    return None


def _no_symbol(ref: Ref) -> bool:
    return True


@dataclass(frozen=True)
class NetworkScope:
    """Names, sizes, steps and derivatives of an unrolled network (implements `meaning.Scope`).

    `exists` says which steps and components there are; `naming` which symbol has just some value; `local` and
    `functions` are what a text defined; `shadowed` are letters invented for the network that the text gives a meaning
    of its own; `layout` is how derivatives are laid out, `order` how the factors of products stand.
    """

    network: Network
    sizes: Mapping[str, int]
    steps: int
    exists: Callable[[Ref], bool] = _no_symbol
    differential: Differentiates | None = None
    naming: Callable[[Expr], Symbol | None] = _no_name
    local: tuple[LocalSymbol, ...] = ()
    functions: Mapping[str, UserFunction] = field(default_factory=dict)
    layout: Layout = "mixed"
    order: Order = "open"
    shadowed: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    _by_letter: dict[tuple[str, tuple[str, ...]], list[Declaration]] = field(init=False, repr=False)
    _symbols: dict[SymbolKey, Symbol] = field(init=False, repr=False)
    _arrays: dict[tuple[Identifier, bool, int | None], Mapping[tuple[int, int], Symbol]] = field(init=False, repr=False)
    _names: dict[str, Ref] = field(init=False, repr=False)
    references: Memory[Reference | None] = field(init=False, repr=False, default_factory=Memory)
    uses: Memory[Use | None] = field(init=False, repr=False, default_factory=Memory)
    letters: Memory[Mapping[str, tuple[str, ...]]] = field(init=False, repr=False, default_factory=Memory)

    def __post_init__(self) -> None:
        by_letter: dict[tuple[str, tuple[str, ...]], list[Declaration]] = {}
        for d in self.network.declarations:
            by_letter.setdefault((d.name.base, d.name.accents), []).append(d)
        object.__setattr__(self, "_by_letter", by_letter)
        object.__setattr__(self, "_symbols", {})
        object.__setattr__(self, "_arrays", {})
        object.__setattr__(self, "_names", {})

    @property
    def step_below(self) -> bool:
        """See `meaning.Scope`."""
        return self.network.step_below

    @cached_property
    def lying(self) -> bool:
        """See `meaning.Scope`."""
        return any(d.lying for d in self.network.declarations)

    @cached_property
    def step_bare(self) -> bool:
        """See `meaning.Scope`."""
        lefts = [equation.left for equation in self.network.equations if not equation.auxiliary]
        return any(Name(self.network.step) in left.sups for left in lefts if isinstance(left, Scripted))

    @property
    def step_names(self) -> frozenset[str]:
        """See `meaning.Scope`."""
        return frozenset({self.network.step, "t"})

    @property
    def circled_outer(self) -> bool:
        """See `meaning.Scope`."""
        return self.network.circled_outer

    def declared(self, base: str, accents: tuple[str, ...]) -> Sequence[Declaration]:
        """See `meaning.Scope`."""
        return () if (base, accents) in self.shadowed else self._by_letter.get((base, accents), ())

    def size(self, axis: str) -> int:
        """See `meaning.Scope`."""
        return self.sizes[axis]

    def symbol(self, declaration: Declaration, step: int | None, index: tuple[int, ...]) -> Symbol:
        """See `meaning.Scope`."""
        key = (declaration.name, declaration.timed, step, index)
        found = self._symbols.get(key)
        if found is None:
            found = self._symbols[key] = self._new(declaration, step, index)
        return found

    def _new(self, declaration: Declaration, step: int | None, index: tuple[int, ...]) -> Symbol:
        outside = any(not 1 <= k <= self.sizes[axis] for k, axis in zip(index, declaration.axes, strict=True))
        ref = Ref(declaration.entry if index else declaration.name, step, index)
        if outside:
            raise NoComponent(f"{ref.plain} doesn't exist")
        if not self.exists(ref):
            raise Missing(f"{ref.plain} doesn't exist")
        if self._names.setdefault(ref.plain, ref) != ref:
            raise Unreadable(f"two symbols of this network would both be called {ref.plain}")
        return symbol(ref.plain)

    def symbols_met(self) -> Iterable[tuple[SymbolKey, Symbol]]:
        """What was asked for so far: name, whether it carries a step, step and components, with its symbol."""
        return self._symbols.items()

    def symbols(self, declaration: Declaration, step: int | None) -> Mapping[tuple[int, int], Symbol]:
        """See `meaning.Scope`."""
        key = (declaration.name, declaration.timed, step)
        found = self._arrays.get(key)
        if found is None:
            rows, cols = declaration.shape([self.sizes[axis] for axis in declaration.axes])
            found = self._arrays[key] = {
                (i, j): self.symbol(declaration, step, declaration.index(i, j))
                for i in range(rows)
                for j in range(cols)
            }
        return found

    def named(self, value: Expr) -> Symbol | None:
        """See `meaning.Scope`."""
        return self.naming(value)

    def derivative(self, of: Expr, wrt: Symbol, copy: int | None, *, immediate: bool) -> Expr:
        """See `meaning.Scope`."""
        if self.differential is None:
            raise Unreadable("a forward equation has no derivatives in it")
        return self.differential.derivative(of, wrt, copy, immediate=immediate)

    def derivatives(self, of: Expr, wrt: Mapping[K, Symbol], copy: int | None) -> Mapping[K, Expr]:
        """See `meaning.Scope`."""
        if self.differential is None:
            raise Unreadable("a forward equation has no derivatives in it")
        return self.differential.derivatives(of, wrt, copy)

    def function(self, name: str) -> UserFunction | str | None:
        """See `meaning.Scope`."""
        return self.functions.get(name) or self.network.functions.get(name)

    def redefined(self, letter: Name) -> bool:
        """See `meaning.Scope`."""
        return any(symbol.letter == letter for symbol in self.local)

    def defined(self, node: Node) -> Use | None:
        """See `meaning.Scope`."""
        if not self.local or not isinstance(node, Name | Scripted):
            return None
        found = self.uses.get(id(node))
        return found[1] if found is not None else self.uses.keep(node, use_of(node, self.local, self))
