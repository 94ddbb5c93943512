"""Types as far as they lead to methods: `Client`, `api.Client`, with `[]` before what holds them and `()` before what
gives them when it is called.

A pointer is what it points to, a map and a channel hold their values like a slice does, and type arguments are left
out: `map[string]*List[int]` is "[]List". Empty where a type has no name, or one of a block's own.
"""

from collections.abc import Callable

from tree_sitter import Node

Text = Callable[[Node | None], str]
IsLocal = Callable[[Node], bool]
#: What stands before the name, and the field that leads there.
_HOLDING = {
    "slice_type": ("[]", "element"),
    "array_type": ("[]", "element"),
    "implicit_length_array_type": ("[]", "element"),
    "map_type": ("[]", "value"),
    "channel_type": ("[]", "value"),
    "function_type": ("()", "result"),
    "generic_type": ("", "type"),
    "index_expression": ("", "operand"),
}
#: Types, and expressions that turn out to be types: `new(Client)`, `(*Client)(nil)`.
_WRAPPING = frozenset({"pointer_type", "parenthesized_type", "parenthesized_expression", "unary_expression"})
_NAMES = frozenset({"type_identifier", "identifier"})
_QUALIFIED = frozenset({"qualified_type", "selector_expression"})
_MAX_DEPTH = 12
_MAX_NAME = 200


def part(node: Node | None, index: int) -> Node | None:
    """A named child that is no comment; None where the source stops short of it."""
    parts = parts_of(node)
    return parts[index] if len(parts) > index else None


def parts_of(node: Node | None) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"] if node else []


def names_of(node: Node) -> list[Node]:
    """What a declaration names; to the grammar the commas between are names too."""
    return [name for name in node.children_by_field_name("name") if name.is_named]


def type_of(node: Node | None, text: Text, is_local: IsLocal) -> str:
    prefix = ""
    for _ in range(_MAX_DEPTH):
        if node is None:
            return ""
        if node.type in _NAMES:
            return "" if is_local(node) else prefix + text(node)
        if node.type in _QUALIFIED:
            return _qualified(node, prefix, text)
        if node.type in _HOLDING:
            sign, field = _HOLDING[node.type]
            prefix += sign
            node = node.child_by_field_name(field)
        elif node.type == "parameter_list":
            first = part(node, 0)
            node = first.child_by_field_name("type") if first else None
        else:
            node = part(node, 0) if node.type in _WRAPPING else None
    return ""


def _qualified(node: Node, prefix: str, text: Text) -> str:
    package, name = part(node, 0), part(node, 1)
    if package is None or package.type not in ("package_identifier", "identifier"):
        return ""
    whole = f"{prefix}{text(package)}.{text(name)}"
    return whole if len(whole) <= _MAX_NAME else ""


def results_of(function: Node, text: Text, is_local: IsLocal) -> list[str]:
    """The types of all its results, each as far as it is known."""
    result = function.child_by_field_name("result")
    if result is None:
        return []
    if result.type != "parameter_list":
        return [type_of(result, text, is_local)]
    found = []
    for declared in parts_of(result):
        names = names_of(declared)
        found += [type_of(declared.child_by_field_name("type"), text, is_local)] * max(1, len(names))
    return found
