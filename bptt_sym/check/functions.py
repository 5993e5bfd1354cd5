r"""Functions of a number that a text defines: `\sigma(z) = 1 / (1 + e^{-z})`, `f(z) = \tanh z`."""

from __future__ import annotations

from dataclasses import dataclass

from bptt_sym.claims import Setting, examine
from bptt_sym.claims.numbers import any_number, letters_beside_functions
from bptt_sym.claims.steps import CUSTOMARY
from bptt_sym.meaning.reference import INDEX_LETTERS
from bptt_sym.meaning.scope import UserFunction
from bptt_sym.primitives import BY_SPELLING
from bptt_sym.written.nodes import Apply, Name, Node, Paren, Product, transform

# What the argument is called in the body that is kept: nothing a text can write.
ARGUMENT = Name("\\argument")


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A function's name, what it is, and the setting in which it is known; `again` if it was known before."""

    setting: Setting
    again: bool = False


def function_definition(left: Node, right: Node, setting: Setting) -> FunctionDefinition | None:
    """The function that `f(z) = ...` introduces; None where f is known as something else or more letters stand there.

    Raises Unreadable or IllTyped where the right side can't be read.
    """
    call = _call(left)
    if call is None:
        return None
    head, argument = call
    scope = setting.scope
    counts = INDEX_LETTERS | scope.step_names | CUSTOMARY | {"e", "I"}
    taken = scope.declared(head.base, head.accents) or scope.redefined(head) or head.base in BY_SPELLING
    matrix = any(not d.timed and d.axes for d in scope.declared(argument.base, argument.accents))
    if taken or head.accents or argument.base in counts or matrix:
        return None
    if any(letter != argument for letter in letters_beside_functions(right, scope)):
        return None
    function = _of_argument(argument, right)
    known = scope.function(head.base)
    if known is not None:
        again = isinstance(known, UserFunction) and _of_argument(Name(known.parameter), known.body) == function
        return FunctionDefinition(setting, again=True) if again else None
    introduced = setting.with_function(head.base, function)
    number = any_number(introduced.scope)
    if number is not None:
        examine(Apply(head, number, span=left.span), introduced)
    return FunctionDefinition(introduced)


def _of_argument(letter: Name, body: Node) -> UserFunction:
    return UserFunction(ARGUMENT.base, transform(body, lambda part: ARGUMENT if part == letter else part))


def _call(left: Node) -> tuple[Name, Name] | None:
    match left:
        case Product((Name() as head, Paren(Name() as argument, "(")), ("",)):
            return head, argument
        case Apply(Name() as head, Name() as argument):
            return head, argument
        case _:
            return None
