"""What a TypeScript file says other files may import from it, in ES modules' words and in CommonJS'."""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from analysis.facts import DEFAULT, EVERYTHING, WHOLE, Export, Import
from analysis.languages.typescript.imports import imported_name, unquoted
from analysis.languages.typescript.types import part

Text = Callable[[Node | None], str]
#: The module holds more than it spells out.
UNSPELLED = Export(WHOLE, "")


def read_export(node: Node, text: Text) -> tuple[list[Export], list[Import]]:
    """Of an export statement. A re-export is also an import, of a name that it binds to nothing here."""
    module, line = unquoted(node.child_by_field_name("source"), text), node.start_point[0] + 1
    found = list[tuple[Export, int]]()
    for child in node.named_children:
        if child.type == "export_clause":
            found += _of_clause(child, module, text)
        elif child.type == "namespace_export":
            found.append((Export(unquoted(part(child, 0), text), EVERYTHING, module), line))
    if module and not found:
        found.append((Export(EVERYTHING, EVERYTHING, module), line))
    imports = [Import(module, export.local, "", where) for export, where in found] if module else []
    return [export for export, _ in found] or list(_of_declaration(node, text)), imports


def _of_clause(clause: Node, module: str, text: Text) -> Iterator[tuple[Export, int]]:
    """Each with its line."""
    for child in clause.named_children:
        if child.type == "export_specifier":
            name = unquoted(child.child_by_field_name("name"), text)
            local = imported_name(name, module) if module else name
            alias = unquoted(child.child_by_field_name("alias"), text)
            yield Export(alias or name, local, module), child.start_point[0] + 1


def _of_declaration(node: Node, text: Text) -> Iterator[Export]:
    words = {child.type for child in node.children}
    declared = node.child_by_field_name("declaration") or node.child_by_field_name("value")
    if "=" in words:
        yield Export(WHOLE, text(part(node, 0)))
    elif DEFAULT in words:
        yield Export(DEFAULT, _name_of(declared, text) or DEFAULT)
    elif declared and "as" not in words:
        yield from (Export(name, name) for name in _declared(declared, text))


def _name_of(declared: Node | None, text: Text) -> str:
    if declared is None:
        return ""
    return text(declared) if declared.type == "identifier" else text(declared.child_by_field_name("name"))


def _declared(declared: Node, text: Text) -> Iterator[str]:
    """The names a declaration binds at the top of the module."""
    if declared.type not in ("lexical_declaration", "variable_declaration", "ambient_declaration"):
        yield text(declared.child_by_field_name("name"))
        return
    for child in declared.named_children:
        name = child.child_by_field_name("name")
        if name is None:
            yield from _declared(child, text) if child.type.endswith("declaration") else ()
        elif name.type in ("identifier", "type_identifier"):
            yield text(name)
        else:
            yield from _in_pattern(name, text)


def _in_pattern(pattern: Node, text: Text) -> Iterator[str]:
    """Names of `export const { a, b: c } = …`, one level deep."""
    for child in pattern.named_children:
        bound = child.child_by_field_name("value") or child.child_by_field_name("left") or child
        if bound.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield text(bound)


def commonjs_name(target: Node, text: Text) -> str:
    """`name` of `exports.name` and `module.exports.name`, WHOLE of `module.exports`; empty for another target."""
    if target.type != "member_expression":
        return ""
    written = text(target)
    if written == "module.exports":
        return WHOLE
    receiver, name = target.child_by_field_name("object"), target.child_by_field_name("property")
    return text(name) if text(receiver) in ("exports", "module.exports") else ""


def commonjs_exports(exported: str, value: Node, text: Text) -> Iterator[tuple[Export, Node | None]]:
    """What `exports.name = value` or `module.exports = value` exports, each with its value where that has no name."""
    if exported == WHOLE and value.type == "object":
        yield from (_of_member(child, text) for child in value.named_children if child.type != "comment")
    elif value.type == "identifier":
        yield Export(exported, text(value)), None
    else:
        yield Export(exported, DEFAULT if exported == WHOLE else exported), value


def _of_member(member: Node, text: Text) -> tuple[Export, Node | None]:
    """`name`, `name: value` or `name() {…}` in a literal object; the last is named already."""
    key = member.child_by_field_name("key") or member.child_by_field_name("name") or member
    value = member.child_by_field_name("value")
    if member.type == "spread_element" or key.type == "computed_property_name":
        return UNSPELLED, None
    name = unquoted(key, text)
    return (Export(name, text(value)), None) if value and value.type == "identifier" else (Export(name, name), value)
