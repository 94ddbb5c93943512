"""The definitions of a TypeScript file that may be mutated.

Functions, classes, constants that hold a function, and the methods and constructors of classes. What has the name of
another declaration beside it (an overload, a type) is left out: one of the two would still be there.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter
import tree_sitter_typescript
from tree_sitter import Node

from evaluation.compiled.source import File, Place

_TYPESCRIPT = tree_sitter.Language(tree_sitter_typescript.language_typescript())
_TSX = tree_sitter.Language(tree_sitter_typescript.language_tsx())
_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})
_VALUES = frozenset({"arrow_function", "function_expression"})
_ACCESSORS = frozenset({"get", "set"})
CONSTRUCTOR = "constructor"


@dataclass(frozen=True, slots=True)
class _Declared:
    """A name that is declared, with the node that holds it and the one that holds all of it."""

    name: str
    node: Node
    whole: Node


def grammar(path: str) -> tree_sitter.Language:
    return _TSX if path.endswith("x") else _TYPESCRIPT


def places(file: File) -> Iterator[Place]:
    declared = [each for child in file.root.named_children for each in _declared(file, child)]
    for one in _alone(declared):
        if one.node.type in _CLASSES:
            yield Place(file, one.name, one.node, one.whole)
            yield from _members(file, one.name, one.node)
        elif function := _function(one.node):
            yield Place(file, one.name, one.node, one.whole, function)


def callee(node: Node) -> Node | None:
    """Of a call or `new`, what is called; its last line has the name."""
    if node.type == "call_expression":
        return node.child_by_field_name("function")
    return node.child_by_field_name("constructor") if node.type == "new_expression" else None


def _declared(file: File, statement: Node) -> Iterator[_Declared]:
    declaration = statement
    if statement.type == "export_statement":
        declaration = statement.child_by_field_name("declaration") or statement
    if declaration.type in ("lexical_declaration", "variable_declaration"):
        constants = [child for child in declaration.named_children if child.type == "variable_declarator"]
        whole = statement if len(constants) == 1 else None
        for constant in constants:
            yield _Declared(file.text(constant.child_by_field_name("name")), constant, whole or constant)
    elif name := declaration.child_by_field_name("name"):
        yield _Declared(file.text(name), declaration, statement)


def _alone(declared: list[_Declared]) -> list[_Declared]:
    times = Counter(each.name for each in declared)
    return [each for each in declared if times[each.name] == 1 and each.whole.type != "variable_declarator"]


def _function(node: Node) -> Node | None:
    if node.type in _FUNCTIONS:
        return node
    value = node.child_by_field_name("value")
    return value if value and value.type in _VALUES else None


def _members(file: File, owner: str, node: Node) -> Iterator[Place]:
    body = node.child_by_field_name("body")
    named = [(child, child.child_by_field_name("name")) for child in (body.named_children if body else ())]
    members = [_Declared(file.text(name), child, child) for child, name in named if name]
    for member in _alone(members):
        name = member.node.child_by_field_name("name")
        function = member.node if member.node.type == "method_definition" else _function(member.node)
        words = {child.type for child in member.node.children}
        if function and name and name.type == "property_identifier" and not words & _ACCESSORS:
            called = frozenset({owner} if member.name == CONSTRUCTOR else ())
            yield Place(file, f"{owner}.{member.name}", member.node, member.whole, function, owner, called)
