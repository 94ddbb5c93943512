"""What an expression's value is, in words that mean the same to whoever reads them later.

A value is a type and what is done with an instance of it, `Client#session.get()`, or a path that starts at a name the
place knows: `client.session`, `Client.open()`, `this.session`. "" is a value of which nothing is known. `[]` among the
steps is an element of an array.
"""

from tree_sitter import Node

from analysis.languages.java.place import Place
from analysis.languages.java.types import ARRAY, Text, part, type_name

INSTANCE = "#"
CALLED = "()"
_MAX_EXPRESSION = 300
_MAX_VALUE = 400
_STRINGS = frozenset({"string_literal", "text_block"})
_LITERALS = {
    "true": "boolean",
    "false": "boolean",
    "character_literal": "char",
    "null_literal": "null",
    "class_literal": "Class",
    "lambda_expression": "->",
    "method_reference": "->",
}
_INTEGERS = frozenset(
    {"decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal"}
)
_FLOATS = frozenset({"decimal_floating_point_literal", "hex_floating_point_literal"})
_LOGIC = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})


def instance_of(type_: str) -> str:
    return f"{type_}{INSTANCE}" if type_ else ""


def step(value: str, name: str) -> str:
    """What `name` is of the value."""
    if not value or len(value) > _MAX_VALUE:
        return ""
    return f"{value}{name}" if value.endswith(INSTANCE) else f"{value}.{name}"


def _inner(node: Node) -> Node | None:
    """What an expression starts with, where that says what it is."""
    match node.type:
        case "field_access" | "method_invocation":
            return node.child_by_field_name("object")
        case "array_access":
            return node.child_by_field_name("array")
        case "parenthesized_expression":
            return part(node, 0)
    return None


class Values:
    """Reads expressions at the current place of a sweep."""

    def __init__(self, place: Place, text: Text) -> None:
        self._place = place
        self._text = text
        #: By node: a chain of calls is read once, not again for each of its calls.
        self._known: dict[int, str] = {}

    def of(self, node: Node | None) -> str:
        chain = []
        while node and node.id not in self._known:
            chain.append(node)
            node = _inner(node)
        value = self._known[node.id] if node else ""
        for each in reversed(chain):
            value = self._known[each.id] = self._read(each, value)
        return value

    def _read(self, node: Node, inner: str) -> str:
        """`inner`: the value of the expression it starts with."""
        value = ""
        match node.type:
            case "this" | "super" as own:
                value = own
            case "parenthesized_expression":
                value = inner
            case "identifier":
                local = self._place.variable(self._text(node))
                value = self._text(node) if local is None else local
            case "string_literal" | "text_block":
                value = instance_of("String")
            case "object_creation_expression" | "cast_expression":
                value = instance_of(type_name(node.child_by_field_name("type"), self._text, self._place.generic))
            case "array_access":
                of_array = inner.endswith(ARRAY + INSTANCE)
                value = instance_of(inner.removesuffix(ARRAY + INSTANCE)) if of_array else step(inner, ARRAY)
            case "field_access":
                value = step(inner, self._text(node.child_by_field_name("field")))
            case "method_invocation":
                name = self._text(node.child_by_field_name("name")) + CALLED
                value = step(inner, name) if node.child_by_field_name("object") else name
        return value

    def type_of(self, node: Node) -> str:
        """Of an argument: the type it has without looking anywhere else; "" where that does not tell."""
        kind = node.type
        if kind in _LITERALS or node.end_byte - node.start_byte > _MAX_EXPRESSION:
            return _LITERALS.get(kind, "")
        if kind in _INTEGERS or kind in _FLOATS:
            return _number(kind, self._text(node)[-1:].lower())
        if kind == "array_creation_expression":
            return self._new_array(node)
        return self._operation(node) if kind in ("binary_expression", "unary_expression") else self._declared(node)

    def _new_array(self, node: Node) -> str:
        created = type_name(node.child_by_field_name("type"), self._text, self._place.generic)
        return created + ARRAY * sum(self._text(each).count("[") for each in node.children_by_field_name("dimensions"))

    def _operation(self, node: Node) -> str:
        operator = self._text(node.child_by_field_name("operator"))
        if operator in _LOGIC or operator == "!":
            return "boolean"
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        is_text = operator == "+" and any(side and side.type in _STRINGS for side in sides)
        return "String" if is_text else ""

    def _declared(self, node: Node) -> str:
        if node.type == "identifier" and self._place.variable(self._text(node)) is None:
            return self._place.field_type(self._text(node))
        value = self.of(node)
        return value.removesuffix(INSTANCE) if value.endswith(INSTANCE) else ""


def _number(kind: str, last: str) -> str:
    if kind in _FLOATS:
        return "float" if last == "f" else "double"
    return "long" if last == "l" else "int"
