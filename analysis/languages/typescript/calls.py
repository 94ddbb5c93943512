"""What a TypeScript call looks like from outside: its arguments, its receiver, what becomes of its value."""

import re
from collections.abc import Callable

from tree_sitter import Node

from analysis.facts import AWAITED, CHAINED, DEREFERENCED, DISCARDED, KEPT, Call
from analysis.languages.typescript.imports import unquoted
from analysis.languages.typescript.types import dotted, is_plain_value, part, type_name

Text = Callable[[Node | None], str]
UNKNOWN_RECEIVER = "?"
#: Functions that are expressions.
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_RECEIVER = re.compile(r"(?:this|super|[A-Za-z_$][\w$]*)(?:\.#?[A-Za-z_$][\w$]*)*")
_BETWEEN = re.compile(r"\s+|!|\?(?=\.)")
_MAX_RECEIVER = 200
_MAX_WRAPPERS = 4
_TESTS = frozenset({"it", "test"})
_MAX_TITLE = 100
#: Methods of a promise.
CHAINING = frozenset({"then", "catch", "finally"})


class Usage:
    """Which calls are awaited, thrown away, chained on as a promise, looked into, or give a variable its value."""

    def __init__(self, nodes: dict[str, list[Node]], text: Text) -> None:
        self._usages = {node.id: DEREFERENCED for node in nodes.get("looked_into", ())}
        self._usages |= {node.id: DISCARDED for node in nodes.get("discarded", ())}
        self._usages |= {node.id: AWAITED for node in nodes.get("awaited", ())}
        self._given_back = {node.id for node in nodes.get("given_back", ())}
        self._variables: dict[int, str] = {}
        for through in nodes.get("through", ()):
            called = through.child_by_field_name("object")
            member = text(through.child_by_field_name("property"))
            if called:
                self._usages[called.id] = CHAINED if member in CHAINING else DEREFERENCED
        for variable in nodes.get("made", ()):
            self._make(variable, text)

    def _make(self, variable: Node, text: Text) -> None:
        value = variable.child_by_field_name("value")
        annotation = text(variable.child_by_field_name("type")).lstrip(": ")
        if value and is_plain_value(annotation):
            self._usages[value.id] = DEREFERENCED
        elif value and not annotation:
            self._variables[value.id] = text(variable.child_by_field_name("name"))

    def variable(self, call: Node) -> str:
        """The variable that gets the value; empty where none does, or its own type says what it holds."""
        return self._variables.get(call.id, "")

    def of(self, call: Node, *, gives_value: bool) -> str:
        """`gives_value`: the function around it gives back no promise."""
        return DEREFERENCED if gives_value and call.id in self._given_back else self._usages.get(call.id, KEPT)


def read_call(call: Node, usage: str) -> Call:
    """`open_ended` where a spread hides how many arguments there are."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None:  # new Client
        return Call(0, usage=usage)
    if arguments.type != "arguments":  # a tagged template
        return Call(1, open_ended=True, usage=usage)
    given = [argument.type for argument in arguments.named_children if argument.type != "comment"]
    hidden = {"spread_element", "ERROR"}
    return Call(sum(kind not in hidden for kind in given), open_ended=not hidden.isdisjoint(given), usage=usage)


def receiver_of(node: Node | None, text: Text) -> tuple[str, str]:
    """The receiver as a dotted name, and its class where the expression says so: `new Client()`, `x as Client`."""
    for _ in range(_MAX_WRAPPERS):
        if node is None or node.type not in ("parenthesized_expression", "non_null_expression"):
            break
        node = part(node, 0)
    if node is None:
        return UNKNOWN_RECEIVER, ""
    if node.type in ("new_expression", "as_expression", "satisfies_expression"):
        return UNKNOWN_RECEIVER, made_by(node, text)
    if node.end_byte - node.start_byte > _MAX_RECEIVER:
        return UNKNOWN_RECEIVER, ""
    if node.type not in ("identifier", "member_expression", "this", "super"):
        return UNKNOWN_RECEIVER, ""
    receiver = _BETWEEN.sub("", text(node))
    return (receiver, "") if _RECEIVER.fullmatch(receiver) else (UNKNOWN_RECEIVER, "")


def made_by(value: Node | None, text: Text) -> str:
    """The class of the value, where the expression says it."""
    if value is None:
        return ""
    if value.type == "new_expression":
        return dotted(value.child_by_field_name("constructor"), text)
    if value.type in ("as_expression", "satisfies_expression"):
        return type_name(part(value, 1), text)
    return ""


def extended_by(call: Node, text: Text) -> str:
    """The first argument of `Object.assign(…)` and its like, which get it members; empty for other calls."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    is_of_object = function and function.type == "member_expression" and text(function).startswith("Object.")
    return text(part(arguments, 0))[:_MAX_RECEIVER] if is_of_object else ""


def titled_test(call: Node, text: Text) -> tuple[Node, str] | None:
    """The function of `it("adds up", …)`, and the name it goes by: its title, as test runners show it."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None or text(call.child_by_field_name("function")) not in _TESTS:
        return None
    title, body = part(arguments, 0), part(arguments, 1)
    if title is None or body is None or title.type != "string" or body.type not in FUNCTIONS:
        return None
    return body, f"test {unquoted(title, text)[:_MAX_TITLE].replace('.', ' ')}"
