"""One file as the mutations of a compiled language see it: definitions with the places of their parts.

Read with tree-sitter, for positions only. What is true of a mutant the compiler says, who reads the text by itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import tree_sitter
from tree_sitter import Node

from evaluation.mutants import Definition

#: How the kinds of nodes end that a call's own arguments do not reach beyond.
_BORDERS = (
    "statement",
    "declaration",
    "body",
    "block",
    "function",
    "function_expression",
    "lambda_expression",
    "func_literal",
)


class File:
    """Positions are byte offsets; lines count from 1, as a compiler counts them."""

    def __init__(self, path: str, content: bytes, grammar: tree_sitter.Language) -> None:
        self.path = path
        self.content = content
        self.root = tree_sitter.Parser(grammar).parse(content).root_node

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(rb"\n", self.content))]

    def text(self, node: Node | None) -> str:
        return self.content[node.start_byte : node.end_byte].decode() if node else ""

    def line_start(self, line: int) -> int:
        return self._starts[line - 1]

    def line_text(self, line: int) -> str:
        return self.content.splitlines()[line - 1].decode() if line <= len(self._starts) else ""

    def node_at(self, line: int, column: int) -> Node | None:
        """The smallest at that line and column, in bytes."""
        point = (line - 1, column)
        return self.root.named_descendant_for_point_range(point, point)


@dataclass(frozen=True)
class Place:
    """A definition in its file.

    `node` has the name; `function` the parameters and the body, None where there are none; `whole` is all that goes
    with it, as `export` and decorators. `owner`: the qualified name of the class it is a member of.
    """

    file: File
    qualname: str
    node: Node
    whole: Node
    function: Node | None = None
    owner: str = ""
    #: What a caller may say for it beside its own name.
    called: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.qualname.rpartition(".")[2]

    @property
    def name_node(self) -> Node | None:
        return self.node.child_by_field_name("name")

    @property
    def line(self) -> int:
        return self.whole.start_point[0] + 1

    @property
    def definition(self) -> Definition:
        return Definition(self.file.path, self.qualname, self.line, self.called | {self.name})

    @property
    def parameters(self) -> list[Node]:
        return [child for child in (self._list.named_children if self._list else ()) if child.type != "comment"]

    @property
    def parameters_start(self) -> int | None:
        """Behind the opening bracket; None where there are no brackets."""
        return self._list.start_byte + 1 if self._list else None

    @property
    def body(self) -> Node | None:
        return (self.function or self.node).child_by_field_name("body")

    @property
    def promise(self) -> str:
        """All that stands before the body, as it is written."""
        end = self.body.start_byte if self.body else self.whole.end_byte
        return " ".join(self.file.content[self.whole.start_byte : end].decode().split())

    @property
    def _list(self) -> Node | None:
        return self.function.child_by_field_name("parameters") if self.function else None

    def holds(self, path: str, line: int) -> bool:
        return path == self.file.path and self.line <= line <= self.whole.end_point[0] + 1


def declares(node: Node | None) -> bool:
    """Whether the node is the name of something with parameters, where that is declared."""
    parent = node.parent if node else None
    return parent is not None and parent.child_by_field_name("name") == node and _takes_arguments(parent)


def _takes_arguments(node: Node) -> bool:
    return any(node.child_by_field_name(part) for part in ("parameters", "body"))


def lines_declaring(file: File, name: str) -> set[int]:
    found = re.finditer(rb"\b" + re.escape(name.encode()) + rb"\b", file.content)
    nodes = (file.root.named_descendant_for_byte_range(match.start(), match.end()) for match in found)
    return {node.start_point[0] + 1 for node in nodes if node and declares(node)}


def called_line(file: File, line: int, column: int, callee: Callable[[Node], Node | None]) -> int:
    """Of the call a position is in, the line that names what is called; the position's own line outside of calls.

    `callee` answers for a call the node that ends with that name, and None for any other node.
    """
    node = file.node_at(line, column)
    while node and (node.start_point == (line - 1, column) or not node.type.endswith(_BORDERS)):
        called = callee(node)
        if called:
            return called.end_point[0] + 1
        node = node.parent
    return line
