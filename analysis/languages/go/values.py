"""What an expression gives, written so that other files can follow it.

It is read down to names of the package: `Client{}` for a value of that type, `NewClient()` for what a function gives
(`()1` for its second result), `.name` behind a dot, `[]` for what a container holds. A block's own names are replaced
by what they were declared to be: after `c, err := api.New()` the expression `c.session` is "api.New().session".
"""

import re

from tree_sitter import Node

from analysis.languages.go import predeclared
from analysis.languages.go.place import Place
from analysis.languages.go.types import Text, part, parts_of, results_of, type_of

_CALLED, _HELD = "()", "[]"
_DOTTED = re.compile(r"\w+(?:\.\w+)*")
_MAX_STEPS = 12
_MAX_LENGTH = 200
#: Expressions that are made of another, by the field it stands in, with the step from that one.
_STEPS = {
    "index_expression": ("operand", _HELD),
    "slice_expression": ("operand", ""),
    "call_expression": ("function", _CALLED),
}
_SIGNS = {"&": "", "*": "", "<-": _HELD}


class Values:
    def __init__(self, place: Place, text: Text) -> None:
        self._place = place
        self._text = text

    def is_local(self, name: Node) -> bool:
        return self._place.lookup(self._text(name), name.start_byte) is not None

    def type(self, node: Node | None) -> str:
        return type_of(node, self._text, self.is_local)

    def of_type(self, node: Node | None) -> str:
        """A value of the type."""
        found = self.type(node)
        return f"{found}{{}}" if found else ""

    def results(self, function: Node) -> list[str]:
        return results_of(function, self._text, self.is_local)

    def receiver(self, node: Node | None) -> tuple[str, str]:
        """What stands before the dot: a dotted name, or "?" and what it is."""
        value = self.of(node)
        return (value, "") if _DOTTED.fullmatch(value) else ("?", value)

    def several(self, nodes: list[Node], count: int) -> list[str]:
        """Of so many names that are declared by these expressions."""
        if len(nodes) == count:
            return [self.of(node) for node in nodes]
        first = self.of(nodes[0]) if len(nodes) == 1 else ""
        others = [f"{first}{number}" if first.endswith(_CALLED) else "" for number in range(1, count)]
        return [first, *others]

    def of(self, node: Node | None) -> str:
        """Empty where the expression is anything else, or has a type without a name."""
        tail = ""
        for _ in range(_MAX_STEPS):
            if node is None:
                return ""
            if node.type == "identifier":
                return self._of_name(node, tail)
            if node.type in _STEPS and not self._is_builtin(node):
                field, step = _STEPS[node.type]
                node, tail = node.child_by_field_name(field), step + tail
            elif node.type == "selector_expression":
                tail = f".{self._text(node.child_by_field_name('field'))}{tail}"
                node = node.child_by_field_name("operand")
            elif node.type == "unary_expression":
                sign = self._text(node.child_by_field_name("operator"))
                node, tail = (part(node, 0) if sign in _SIGNS else None), _SIGNS.get(sign, "") + tail
            elif node.type == "parenthesized_expression":
                node = part(node, 0)
            else:
                return self._short(self._of_last(node), tail)
        return ""

    def _of_name(self, node: Node, tail: str) -> str:
        name = self._text(node)
        local = self._place.lookup(name, node.start_byte)
        return self._short(
            "" if name in predeclared.SILENT and local is None else name if local is None else local, tail
        )

    def _of_last(self, node: Node) -> str:
        """An expression that says its type."""
        match node.type:
            case "composite_literal" | "type_assertion_expression":
                return self.of_type(node.child_by_field_name("type"))
            case "type_conversion_expression":
                return self._converted(node.child_by_field_name("type"))
            case "func_literal":
                results = self.results(node)
                return f"{_CALLED}{results[0]}{{}}" if results and results[0] else ""
            case "call_expression":
                return self._of_builtin(node)
        return ""

    def _converted(self, node: Node | None) -> str:
        """`Kind[int](x)` may be a conversion and a call."""
        name = self.type(node)
        is_generic = node is not None and node.type == "generic_type"
        return f"{name}{_CALLED if is_generic else '{}'}" if name else ""

    def _is_builtin(self, node: Node) -> bool:
        function = node.child_by_field_name("function")
        is_name = function is not None and function.type == "identifier"
        return is_name and self._text(function) in ("new", "make", "append")

    def _of_builtin(self, node: Node) -> str:
        """`new(T)`, `make([]T, n)`, `append(list, …)`; one in the first argument of another is not looked into."""
        given = parts_of(node.child_by_field_name("arguments"))
        first = given[0] if given else None
        if self._text(node.child_by_field_name("function")) != "append":
            return self.of_type(first)
        return self._of_name(first, "") if first and first.type == "identifier" else ""

    def _short(self, head: str, tail: str) -> str:
        return head + tail if head and len(head) + len(tail) <= _MAX_LENGTH else ""
