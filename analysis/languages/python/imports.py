"""Python's import statements."""

from collections.abc import Callable

from tree_sitter import Node

from analysis.facts import Import

Text = Callable[[Node | None], str]


def read_import(node: Node, text: Text, scope: str, guarded: bool) -> list[Import]:
    """`import a.b` binds `a`; `import a.b as c` binds `c`."""
    found = []
    for child in node.named_children:
        line = child.start_point[0] + 1
        if child.type == "aliased_import":
            module = text(child.child_by_field_name("name"))
            found.append(Import(module, None, text(child.child_by_field_name("alias")), line, 0, scope, guarded))
        elif child.type == "dotted_name":
            module = text(child)
            found.append(Import(module, None, module.partition(".")[0], line, 0, scope, guarded))
    return found


def read_from(node: Node, text: Text, scope: str, guarded: bool) -> list[Import]:
    source = text(node.child_by_field_name("module_name"))
    module = source.lstrip(". ")
    level = source.count(".") if not module else len(source) - len(source.lstrip("."))
    found = []
    for child in node.children_by_field_name("name"):
        line = child.start_point[0] + 1
        if child.type == "aliased_import":
            name, local = text(child.child_by_field_name("name")), text(child.child_by_field_name("alias"))
        else:
            name = local = text(child)
        found.append(Import(module, name, local, line, level, scope, guarded))
    if not found and any(child.type == "wildcard_import" for child in node.named_children):
        found.append(Import(module, "*", "", node.start_point[0] + 1, level, scope, guarded))
    return found
