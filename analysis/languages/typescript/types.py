"""Which class or interface a type annotation names."""

import re
from collections.abc import Callable

from tree_sitter import Node

Text = Callable[[Node | None], str]
_DOTTED = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
_NAMES = frozenset({"identifier", "member_expression", "type_identifier", "nested_type_identifier"})
_PLAIN = re.compile(
    r"""(?:string|number|bigint|boolean|symbol|void|null|undefined|true|false|\d+|"[^"]*"|'[^']*'|\w+ is .+|.+\[\])"""
)
_MAX_NAME = 200
_MAX_PARTS = 8


def part(node: Node | None, index: int) -> Node | None:
    """A named child; None where the source stops short of it."""
    return node.named_child(index) if node and node.named_child_count > index else None


def dotted(node: Node | None, text: Text) -> str:
    """The node's text where it is a name, plain or dotted; empty for anything else."""
    if node is None or node.type not in _NAMES or node.end_byte - node.start_byte > _MAX_NAME:
        return ""
    name = text(node)
    return name if _DOTTED.fullmatch(name) else ""


def type_name(node: Node | None, text: Text) -> str:
    """Of `Client`, `api.Client`, `Client<T>` and `Client | null`: the class. Empty where it is not one name."""
    if node is None:
        return ""
    match node.type:
        case "type_annotation":
            return type_name(part(node, 0), text)
        case "generic_type":
            return dotted(node.child_by_field_name("name"), text)
        case "union_type":
            return _of_union(node, text)
    return dotted(node, text)


def _of_union(node: Node, text: Text) -> str:
    if node.named_child_count > _MAX_PARTS:
        return ""
    parts = [part for part in node.named_children if text(part) not in ("null", "undefined")]
    return type_name(parts[0], text) if len(parts) == 1 and parts[0].type != "union_type" else ""


def joined(node: Node | None, text: Text) -> list[str]:
    """The names of `A & B<T>`, or the one of `A`; "?" for a part that is no name."""
    waiting, found = [node] if node else [], list[str]()
    while waiting:
        each = waiting.pop()
        if each.type == "intersection_type":
            waiting += reversed(each.named_children)
        else:
            found.append("?" if each.type == "union_type" else type_name(each, text) or "?")
    return found


def is_plain_value(written: str) -> bool:
    """Whether a type is one no promise is of, as its text tells: of names nobody can say."""
    parts = written.split("|") if len(written) <= _MAX_NAME else []
    return bool(parts) and all(_PLAIN.fullmatch(each.strip()) for each in parts)
