"""What a Python call looks like from outside: its arguments, its receiver, what becomes of its value."""

import re
from collections.abc import Callable

from tree_sitter import Node

from analysis.facts import ASSIGNED, AWAITED, DEREFERENCED, DISCARDED, KEPT, Call

Text = Callable[[Node | None], str]
UNKNOWN_RECEIVER = "?"
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_MAX_RECEIVER = 200
_MAX_CHAIN = 5


class Usage:
    """Which calls are awaited, thrown away, looked into, or given a name."""

    def __init__(self, nodes: dict[str, list[Node]]) -> None:
        self._awaited = {node.id for node in nodes.get("awaited", ())}
        self._discarded = {node.id for node in nodes.get("discarded", ())}
        self._dereferenced = {node.id for node in nodes.get("dereferenced", ())}
        self._assigned = {node.id for node in nodes.get("assigned", ())}

    def of(self, call: Node) -> str:
        if call.id in self._awaited:
            return AWAITED
        if call.id in self._discarded:
            return DISCARDED
        if call.id in self._dereferenced:
            return DEREFERENCED
        return ASSIGNED if call.id in self._assigned else KEPT


def read_call(call: Node, usage: str, text: Text) -> Call:
    positional, keywords, open_ended = 0, [], False
    arguments = call.child_by_field_name("arguments")
    if arguments is None or arguments.type == "generator_expression":
        return Call(1, usage=usage)
    for argument in arguments.named_children:
        match argument.type:
            case "keyword_argument":
                keywords.append(text(argument.child_by_field_name("name")))
            case "list_splat" | "dictionary_splat":
                open_ended = True
            case "comment":
                pass
            case "ERROR":
                open_ended = True
            case _:
                positional += 1
    return Call(positional, tuple(keywords), open_ended, usage)


def receiver_of(node: Node | None, text: Text) -> tuple[str, str]:
    """The receiver as a dotted name, and the class it was just made from, if it was: `Client().get`."""
    if node is None or not _is_short(node):
        return UNKNOWN_RECEIVER, ""
    if node.type == "call":
        maker = called(node, text)
        return ("super()", "") if maker == "super" else (UNKNOWN_RECEIVER, maker)
    if node.type not in ("identifier", "attribute"):
        return UNKNOWN_RECEIVER, ""
    receiver = text(node)
    return (receiver, "") if _DOTTED.fullmatch(receiver) else (UNKNOWN_RECEIVER, "")


def called(call: Node, text: Text) -> str:
    """The dotted name that is called, "()" after what is called on the way to it; empty for any other expression."""
    names: list[str] = []
    function = call.child_by_field_name("function")
    while function and len(names) < _MAX_CHAIN and _is_short(function) and function.type == "attribute":
        inner = function.child_by_field_name("object")
        if inner is None or inner.type != "call":
            break
        names.append(text(function.child_by_field_name("attribute")))
        function = inner.child_by_field_name("function")
    first = text(function) if function and _is_short(function) else ""
    return "().".join([first, *reversed(names)]) if _DOTTED.fullmatch(first) else ""


def _is_short(node: Node) -> bool:
    return node.end_byte - node.start_byte <= _MAX_RECEIVER
