"""Types as a Java file writes them, brought down to one name: without arguments, annotations and type parameters.

`List<String>` is "List", `Map.Entry<K, V>[]` is "Map.Entry[]", a type parameter is what bounds it, or "".
"""

import re
from collections.abc import Callable

from tree_sitter import Node

Text = Callable[[Node | None], str]
Generic = Callable[[str], str | None]
ARRAY = "[]"
_PRIMITIVE = frozenset({"integral_type", "floating_point_type", "boolean_type", "void_type"})
_DOTTED = re.compile(r"[\w$]+(?:\.[\w$]+)*")
_MAX_NAME = 200


def part(node: Node | None, index: int) -> Node | None:
    """A named child; None where the source stops short of it."""
    return node.named_child(index) if node and node.named_child_count > index else None


def type_name(node: Node | None, text: Text, generic: Generic, extra: Node | None = None) -> str:
    """`generic` answers for the names that are type parameters. `extra`: dimensions behind a variable's name."""
    if node is None:
        return ""
    dimensions = text(extra).count("[")
    if node.type == "array_type":
        dimensions += text(node.child_by_field_name("dimensions")).count("[")
        node = node.child_by_field_name("element")
    return _element(node, text, generic) + ARRAY * dimensions


def _element(node: Node | None, text: Text, generic: Generic) -> str:
    if node and node.type == "annotated_type":
        node = node.named_child(node.named_child_count - 1)
    if node and node.type == "generic_type":
        node = part(node, 0)
    if node is None or node.end_byte - node.start_byte > _MAX_NAME:
        return ""
    name = "".join(text(node).split())
    if node.type == "type_identifier":
        bound = generic(name)
        return name if bound is None else bound
    plain = node.type in _PRIMITIVE or (node.type == "scoped_type_identifier" and _DOTTED.fullmatch(name))
    return name if plain else ""


def generics_of(node: Node, text: Text, generic: Generic) -> dict[str, str]:
    """The type parameters that a declaration brings, by the type that bounds them."""
    listed = node.child_by_field_name("type_parameters")
    found: dict[str, str] = {}
    for parameter in listed.named_children if listed else ():
        name = next((child for child in parameter.named_children if child.type == "type_identifier"), None)
        found[text(name)] = _bound(parameter, text, lambda each: found.get(each, generic(each)))
    return found


def _bound(parameter: Node, text: Text, generic: Generic) -> str:
    """What the parameter is at least; of several bounds none says all."""
    clauses = [child for child in parameter.named_children if child.type == "type_bound"]
    bounds = [each for clause in clauses for each in clause.named_children]
    return type_name(bounds[0], text, generic) if len(bounds) == 1 else ""
