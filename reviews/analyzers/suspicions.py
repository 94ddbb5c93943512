"""What ruff only suspects of Python code, looked at once more: told where the code shows what makes it wrong. Pure.

    B006   a mutable default     the function changes it
    B018   a useless expression  it does not stand in a `try`, where it asks whether a name is there
    F811   a second definition   it defines something: a name imported twice is the same both times
    S608   SQL put together      something the function was given goes into it

The way there is short: one function, no other file. What cannot be read is not told, nor is what would take long: all
after the first hundred of a file, and what is in a function of more than 10,000 nodes.
"""

from collections.abc import Callable, Iterator
from functools import cached_property

from tree_sitter import Node, Tree

from analysis.languages.python import PYTHON
from analysis.parsing import NotParsed, parse

_CHANGING = frozenset(
    b"add append appendleft clear discard extend insert pop popitem remove reverse setdefault sort update".split()
)
#: Of Flask and of no function's own.
_GIVEN_ANYWHERE = {b"request"}
_OWN = {b"self", b"cls"}
_MAX_LOOKS = 100
_MAX_NODES = 10_000
_ASSIGNMENTS = frozenset({"assignment", "augmented_assignment"})
#: From the line and column where something starts to those where it ends; lines from 1, columns of characters from 1.
Span = tuple[int, int, int, int]


class Suspect:
    """One file that rules suspect. It is parsed once, when the first of them asks."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._looks = 0

    def shows(self, code: str, span: Span) -> bool:
        """Whether the code at the span does what a rule suspects; true for rules that do not merely suspect."""
        look = _LOOKS.get(code)
        if look is None:
            return True
        self._looks += 1
        if self._tree is None or self._looks > _MAX_LOOKS:
            return False
        start, end = (_point(self.lines, *place) for place in (span[:2], span[2:]))
        node = self._tree.root_node.descendant_for_point_range(start, end)
        return node is not None and look(node)

    @cached_property
    def _tree(self) -> Tree | None:
        try:
            return parse(self._source, PYTHON.grammar)
        except NotParsed:
            return None

    @cached_property
    def lines(self) -> list[bytes]:
        return self._source.split(b"\n")


def _point(lines: list[bytes], line: int, column: int) -> tuple[int, int]:
    text = lines[line - 1] if line <= len(lines) else b""
    return line - 1, len(text.decode("utf-8", "replace")[: column - 1].encode())


def _is_changed(default: Node) -> bool:
    parameter, function = default.parent, _around(default, "function_definition")
    name = parameter and parameter.child_by_field_name("name")
    if name is None or function is None or function.descendant_count > _MAX_NODES:
        return False
    inside = list(_below(function.child_by_field_name("body")))
    if any(node.type == "assignment" and _field(node, "left") == name.text for node in inside):
        return False  # from then on it is another object
    return any(_changes(node, name.text) for node in inside)


def _changes(node: Node, name: bytes | None) -> bool:
    """Whether the node changes what the name is bound to."""
    called, left = node.child_by_field_name("function"), node.child_by_field_name("left")
    if called is not None:
        return _field(called, "object") == name and _field(called, "attribute") in _CHANGING
    if node.type in _ASSIGNMENTS and left is not None:
        return _field(left, "value") == name or (node.type == "augmented_assignment" and left.text == name)
    return node.type == "delete_statement" and any(_field(child, "value") == name for child in node.children)


def _is_no_question(expression: Node) -> bool:
    block = _around(expression, "block")
    return block is None or block.parent is None or block.parent.type != "try_statement"


def _is_no_import(name: Node) -> bool:
    return not any(_around(name, kind) for kind in ("import_statement", "import_from_statement"))


def _holds_what_was_given(query: Node) -> bool:
    function = _around(query, "function_definition")
    if function and function.descendant_count > _MAX_NODES:
        return False
    given = _GIVEN_ANYWHERE | _parameters(function)
    for node in _below(function and function.child_by_field_name("body")):
        right = node.child_by_field_name("right") if node.type in _ASSIGNMENTS else None
        left = node.child_by_field_name("left")
        if right is not None and left is not None and _names(right) & given:
            given |= _names(left)
    return bool(_names(query) & given)


def _parameters(function: Node | None) -> set[bytes]:
    """All but the one that a method is bound to; names in annotations and defaults do no harm."""
    return _names(function and function.child_by_field_name("parameters")) - _OWN


def _names(node: Node | None) -> set[bytes]:
    """Names whose value goes into the expression; how long something is tells nothing of what it holds."""
    measured = {
        inner.id
        for call in _below(node)
        if call.type == "call" and _field(call, "function") == b"len"
        for inner in _below(call)
    }
    return {
        each.text
        for each in _below(node)
        if each.type == "identifier" and each.text and each.id not in measured and not _is_label(each)
    }


def _is_label(name: Node) -> bool:
    """The name of an attribute or a keyword, not of a value."""
    parent = name.parent
    labels = [parent.child_by_field_name("attribute"), _keyword(parent)] if parent else []
    return any(label is not None and label.id == name.id for label in labels)


def _keyword(node: Node) -> Node | None:
    return node.child_by_field_name("name") if node.type == "keyword_argument" else None


def _around(node: Node, kind: str) -> Node | None:
    found = node.parent
    while found is not None and found.type != kind:
        found = found.parent
    return found


def _below(node: Node | None) -> Iterator[Node]:
    """The node and all in it, in the order of the text; without recursion, however deep it is."""
    waiting = [node] if node else []
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(each.children)


def _field(node: Node, name: str) -> bytes | None:
    child = node.child_by_field_name(name)
    return child.text if child else None


_LOOKS: dict[str, Callable[[Node], bool]] = {
    "B006": _is_changed,
    "B018": _is_no_question,
    "F811": _is_no_import,
    "S608": _holds_what_was_given,
}
