"""What a Python call looks like from outside: its arguments, its receiver, what becomes of its value."""

import re
from collections.abc import Callable

from tree_sitter import Node

from analysis.facts import ASSIGNED, AWAITED, DEREFERENCED, DISCARDED, KEPT, Call

Text = Callable[[Node | None], str]
UNKNOWN_RECEIVER = "?"
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_PLAIN_NAME = re.compile(rb"(?!(?:True|False|None)\b)[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_MAX_RECEIVER = 200
_MAX_CHAIN = 5


#: Parents that look into the value of a call, wherever among their children it is.
_LOOKS_INTO = frozenset({
    "assert_statement", "attribute", "binary_operator", "boolean_operator", "comparison_operator", "decorator",
    "dictionary_splat", "for_in_clause", "for_statement", "if_statement", "list_splat", "not_operator",
    "raise_statement", "unary_operator", "while_statement", "with_item",
})  # fmt: skip

_HIDES_ARGUMENTS = frozenset({"list_splat", "dictionary_splat", "ERROR"})


def read_call(call: Node, text: Text) -> Call:
    usage = _usage(call, text)
    arguments = call.child_by_field_name("arguments")
    if arguments is None or arguments.type == "generator_expression":
        return Call(1, usage=usage)
    if not arguments.named_child_count:
        return Call(0, usage=usage)
    positional, keywords, open_ended = 0, [], False
    for argument in arguments.named_children:
        kind = argument.type
        if kind == "keyword_argument":
            keywords.append(text(argument.child_by_field_name("name")))
        elif kind in _HIDES_ARGUMENTS:
            open_ended = True
        elif kind != "comment":
            positional += 1
    return Call(positional, tuple(keywords), open_ended, usage)


def _usage(call: Node, text: Text) -> str:
    """Whether the value is awaited, thrown away, looked into, given a name, or handed on."""
    parent = call.parent
    if parent is None:
        return KEPT
    match parent.type:
        case "await":
            return AWAITED
        case "expression_statement":
            return DISCARDED
        case "assignment":
            return _assigned(parent, call)
        case "argument_list":
            looks = _is_assertion(parent.parent, text)
        case "as_pattern":
            looks = parent.parent is not None and parent.parent.type == "with_item"
        case "call" | "subscript":
            looks = parent.start_byte == call.start_byte
        case kind:
            looks = kind in _LOOKS_INTO
    return DEREFERENCED if looks else KEPT


def _assigned(assignment: Node, call: Node) -> str:
    left = assignment.child_by_field_name("left")
    match left.type if left and left.id != call.id else "":
        case "identifier" | "attribute":
            return ASSIGNED
        case "pattern_list":
            return DEREFERENCED
    return KEPT


def _is_assertion(call: Node | None, text: Text) -> bool:
    """`self.assertEqual(…)` and its kind."""
    function = call.child_by_field_name("function") if call else None
    verb = function.child_by_field_name("attribute") if function and function.type == "attribute" else None
    return text(verb).startswith("assert")


def receiver_of(node: Node | None, source: bytes, text: Text) -> tuple[str, str]:
    """The receiver as a dotted name, and the class it was just made from, if it was: `Client().get`."""
    if node is None or not _is_short(node):
        return UNKNOWN_RECEIVER, ""
    if node.type == "call":
        maker = called(node, source, text)
        return ("super()", "") if maker == "super" else (UNKNOWN_RECEIVER, maker)
    if node.type not in ("identifier", "attribute"):
        return UNKNOWN_RECEIVER, ""
    receiver = text(node)
    return (receiver, "") if _DOTTED.fullmatch(receiver) else (UNKNOWN_RECEIVER, "")


def plainly_called(call: Node, source: bytes) -> str:
    """The dotted name that is called, where nothing else stands before the parentheses, as in nine calls of ten.

    Looks at the text alone: most of what reading a file takes is looking at nodes.
    """
    arguments, start = call.child_by_field_name("arguments"), call.start_byte
    end = arguments.start_byte if arguments else start
    match = _PLAIN_NAME.fullmatch(source, start, end) if end - start <= _MAX_RECEIVER else None
    return match[0].decode("ascii") if match else ""


def called(call: Node, source: bytes, text: Text) -> str:
    """The dotted name that is called, "()" after what is called on the way to it; empty for any other expression."""
    if plain := plainly_called(call, source):
        return plain
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
