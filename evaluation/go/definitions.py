"""The definitions of a Go file that may be mutated: functions, methods, types with their interfaces' methods, and what
is declared alone by `const` and `var`.
"""

from collections.abc import Iterator

import tree_sitter
import tree_sitter_go
from tree_sitter import Node

from evaluation.compiled.source import File, Place

_GO = tree_sitter.Language(tree_sitter_go.language())
_VALUES = {"const_declaration": "const_spec", "var_declaration": "var_spec"}
#: Nobody calls these by name.
_NOT_CALLED = frozenset({"main", "init", "_"})


def grammar(_path: str) -> tree_sitter.Language:
    return _GO


def places(file: File) -> Iterator[Place]:
    for node in file.root.named_children:
        yield from (place for place in _places(file, node) if place.name not in _NOT_CALLED)


def callee(node: Node) -> Node | None:
    """Of a call, what is called; its last line has the name."""
    return node.child_by_field_name("function") if node.type == "call_expression" else None


def _places(file: File, node: Node) -> Iterator[Place]:
    name = file.text(node.child_by_field_name("name"))
    if node.type == "function_declaration":
        yield Place(file, name, node, node, node)
    elif node.type == "method_declaration":
        owner = _receiver(file, node)
        if owner:
            yield Place(file, f"{owner}.{name}", node, node, node, owner)
    elif node.type == "type_declaration":
        yield from _types(file, node)
    elif node.type in _VALUES and len(node.named_children) == 1 and node.named_children[0].type == _VALUES[node.type]:
        yield from _value(file, node, node.named_children[0])


def _receiver(file: File, method: Node) -> str:
    """The type of the receiver, without its pointer and its type arguments."""
    declared = method.child_by_field_name("receiver")
    kind = declared.named_children[0].child_by_field_name("type") if declared and declared.named_children else None
    return file.text(kind).lstrip("*").partition("[")[0]


def _types(file: File, declaration: Node) -> Iterator[Place]:
    specs = [child for child in declaration.named_children if child.type == "type_spec"]
    for spec in specs:
        name, behind = file.text(spec.child_by_field_name("name")), spec.child_by_field_name("type")
        yield Place(file, name, spec, declaration if len(specs) == 1 else spec)
        for asked in behind.named_children if behind and behind.type == "interface_type" else ():
            if asked.type == "method_elem":
                qualname = f"{name}.{file.text(asked.child_by_field_name('name'))}"
                yield Place(file, qualname, asked, asked, asked, name)


def _value(file: File, declaration: Node, spec: Node) -> Iterator[Place]:
    names = [name for name in spec.children_by_field_name("name") if name.is_named]
    if len(names) == 1:
        yield Place(file, file.text(names[0]), spec, declaration)
