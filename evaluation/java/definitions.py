"""The definitions of a Java file that may be mutated: types, and their methods and constructors.

What shares its name with another of its class, an overload, is left out of those that are removed or renamed by the
compiler's word only: what is left may take the call.
"""

from collections.abc import Iterator

import tree_sitter
import tree_sitter_java
from tree_sitter import Node

from evaluation.compiled.source import File, Place

_GRAMMAR = tree_sitter.Language(tree_sitter_java.language())
_TYPES = frozenset({"class_declaration", "interface_declaration", "enum_declaration"})
CONSTRUCTOR = "new"


def grammar(_path: str) -> tree_sitter.Language:
    return _GRAMMAR


def places(file: File) -> Iterator[Place]:
    for child in file.root.named_children:
        yield from _of_type(file, child, "")


def callee(node: Node) -> Node | None:
    """Of a call or `new`, what is called; its last line has the name."""
    if node.type == "method_invocation":
        return node.child_by_field_name("name")
    return node.child_by_field_name("type") if node.type == "object_creation_expression" else None


def _of_type(file: File, node: Node, owner: str) -> Iterator[Place]:
    name, body = file.text(node.child_by_field_name("name")), node.child_by_field_name("body")
    if node.type not in _TYPES or not name or body is None:
        return
    qualname = f"{owner}.{name}" if owner else name
    yield Place(file, qualname, node, node, owner=owner)
    members = [*body.named_children]
    members += [inner for each in members if each.type == "enum_body_declarations" for inner in each.named_children]
    for member in members:
        named = file.text(member.child_by_field_name("name"))
        if member.type == "method_declaration":
            yield Place(file, f"{qualname}.{named}()", member, member, member, qualname, frozenset({named}))
        elif member.type == "constructor_declaration":
            yield Place(file, f"{qualname}.{CONSTRUCTOR}", member, member, member, qualname, frozenset({name}))
        else:
            yield from _of_type(file, member, qualname)
