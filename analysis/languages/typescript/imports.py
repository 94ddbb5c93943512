"""TypeScript's imports, and those of CommonJS whose module is a literal."""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from analysis.defaults import named_after
from analysis.facts import DEFAULT, WHOLE, Import
from analysis.languages.typescript.types import part

Text = Callable[[Node | None], str]


def read_import(node: Node, text: Text) -> list[Import]:
    """Of an import statement. One that binds nothing is there for its effect."""
    clause = next((child for child in node.named_children if child.type in _CLAUSES), None)
    source = node.child_by_field_name("source") or (clause.child_by_field_name("source") if clause else None)
    module, line = unquoted(source, text), node.start_point[0] + 1
    if clause is None:
        return [Import(module, None, "", line)]
    return list(_CLAUSES[clause.type](clause, module, text))


def _of_clause(clause: Node, module: str, text: Text) -> Iterator[Import]:
    for child in clause.named_children:
        line = child.start_point[0] + 1
        match child.type:
            case "identifier":
                yield Import(module, named_after(module, DEFAULT), text(child), line)
            case "namespace_import":
                yield Import(module, None, text(part(child, 0)), line)
            case "named_imports":
                yield from _of_names(child, module, text)


def _of_names(clause: Node, module: str, text: Text) -> Iterator[Import]:
    for child in clause.named_children:
        if child.type == "import_specifier":
            name = unquoted(child.child_by_field_name("name"), text)
            local = text(child.child_by_field_name("alias")) or name
            yield Import(module, imported_name(name, module), local, child.start_point[0] + 1)


def _of_require(clause: Node, module: str, text: Text) -> Iterator[Import]:
    yield Import(module, named_after(module, WHOLE), text(part(clause, 0)), clause.start_point[0] + 1)


_CLAUSES = {"import_clause": _of_clause, "import_require_clause": _of_require}


def read_required(target: Node, module: str, text: Text) -> Iterator[Import]:
    """What `const target = require(module)` binds; so for an awaited `import(module)`."""
    line = target.start_point[0] + 1
    if target.type == "identifier":
        yield Import(module, named_after(module, WHOLE), text(target), line)
    for child in target.named_children if target.type == "object_pattern" else ():
        line = child.start_point[0] + 1
        if child.type == "shorthand_property_identifier_pattern":
            yield Import(module, imported_name(text(child), module), text(child), line)
        elif child.type == "pair_pattern":
            local = child.child_by_field_name("value")
            if local and local.type == "identifier":
                name = unquoted(child.child_by_field_name("key"), text)
                yield Import(module, imported_name(name, module), text(local), line)


def required_module(value: Node | None, text: Text) -> str:
    """The module that `require("…")` or `await import("…")` names; empty for any other expression."""
    if value and value.type == "await_expression":
        value = part(value, 0)
    if value is None or value.type != "call_expression":
        return ""
    function, arguments = value.child_by_field_name("function"), value.child_by_field_name("arguments")
    if function is None or arguments is None or text(function) not in ("require", "import"):
        return ""
    first = part(arguments, 0)
    return unquoted(first, text) if first and first.type == "string" else ""


def imported_name(name: str, module: str) -> str:
    return named_after(module, DEFAULT) if name == DEFAULT else name


def unquoted(node: Node | None, text: Text) -> str:
    """A name or module, written with or without quotes."""
    return text(node).strip("\"'`")
