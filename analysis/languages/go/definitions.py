"""What the head of a Go definition says: parameters, results, and of a type its fields, methods and what it embeds."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from analysis.facts import ALIAS, CLASS, FUNCTION, INTERFACE, POSITIONAL, VAR_POSITIONAL, Definition, Parameter
from analysis.languages.go import predeclared
from analysis.languages.go.types import Text, names_of, part, parts_of
from analysis.languages.go.values import Values

UNKNOWN = "?"
NOTHING = "()"
_MAX_SHOWN = 60


class TypeParts(NamedTuple):
    """A type, the methods an interface asks for, and the types of its fields: empty where one is not known."""

    definition: Definition
    methods: list[Definition]
    fields: dict[str, str]


def of_function(qualname: str, node: Node, values: Values, text: Text) -> Definition:
    """A function, a method or what an interface asks for. `makes` are the types of its results, by commas."""
    return Definition(
        qualname,
        FUNCTION,
        node.start_point[0] + 1,
        node.end_point[0] + 1,
        parameters=tuple(_parameters(node.child_by_field_name("parameters"), text)),
        returns=_shown_results(node.child_by_field_name("result"), text),
        makes=",".join(found or UNKNOWN for found in values.results(node)),
        body_digest=digest(node.child_by_field_name("body"), text),
    )


def _shown_results(result: Node | None, text: Text) -> str:
    """Their types: what a function calls its results is nobody else's."""
    if result is None or result.type != "parameter_list":
        return _words(result, text) or NOTHING
    types = ((_words(each.child_by_field_name("type"), text), len(names_of(each))) for each in parts_of(result))
    return f"({', '.join(kind for kind, count in types for _ in range(max(1, count)))})"


def _parameters(listed: Node | None, text: Text) -> Iterator[Parameter]:
    """One without a name goes by its type."""
    for declared in parts_of(listed):
        kind = VAR_POSITIONAL if declared.type == "variadic_parameter_declaration" else POSITIONAL
        names = [text(name) for name in names_of(declared)]
        for name in names or [_words(declared.child_by_field_name("type"), text)]:
            yield Parameter(name if len(name) <= _MAX_SHOWN else f"{name[:_MAX_SHOWN]}…", kind)


def of_type(qualname: str, node: Node, values: Values, text: Text) -> TypeParts:
    """`makes` of what is neither a struct nor an interface is the type behind it."""
    definition = Definition(
        qualname,
        ALIAS if node.type == "type_alias" else CLASS,
        node.start_point[0] + 1,
        node.end_point[0] + 1,
        body_digest=digest(node.child_by_field_name("type"), text),
    )
    behind = node.child_by_field_name("type")
    if behind and behind.type == "struct_type":
        bases, fields = _fields(behind, values, text)
        return TypeParts(definition._replace(bases=tuple(bases)), [], fields)
    if behind and behind.type == "interface_type":
        bases, methods = _asked(qualname, behind, values, text)
        return TypeParts(definition._replace(kind=INTERFACE, bases=tuple(bases)), methods, {})
    made = values.type(behind)
    # A type made from another named one has that one's fields, and what those bring along.
    is_own = definition.kind == ALIAS or made.startswith(("[]", "()")) or made in predeclared.TYPES
    return TypeParts(definition._replace(makes=made, bases=() if is_own else (UNKNOWN,)), [], {})


def _fields(struct: Node, values: Values, text: Text) -> tuple[list[str], dict[str, str]]:
    bases, fields = list[str](), dict[str, str]()
    for declared in (field for listed in parts_of(struct) for field in parts_of(listed)):
        kind = declared.child_by_field_name("type")
        names = [text(name) for name in names_of(declared)]
        if not names and kind:
            base = values.type(kind) or UNKNOWN
            bases.append(base)
            names = [base.rpartition(".")[2]]
        fields |= dict.fromkeys(names, values.of_type(kind))
    return bases, fields


def _asked(qualname: str, interface: Node, values: Values, text: Text) -> tuple[list[str], list[Definition]]:
    bases, methods = list[str](), list[Definition]()
    for element in parts_of(interface):
        if element.type == "method_elem":
            name = text(element.child_by_field_name("name"))
            methods.append(of_function(f"{qualname}.{name}", element, values, text))
        else:
            bases.append(values.type(part(element, 0)) or UNKNOWN)
    return bases, methods


def digest(node: Node | None, text: Text) -> int:
    return zlib.crc32(text(node).encode("utf-8", "surrogatepass")) if node else 0


def _words(node: Node | None, text: Text) -> str:
    return " ".join(text(node).split())
