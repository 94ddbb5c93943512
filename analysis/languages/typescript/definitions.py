"""What the head of a TypeScript definition says: parameters, modifiers, return type, bases."""

import zlib
from collections.abc import Callable

from tree_sitter import Node

from analysis.facts import ALIAS, CLASS, ENUM, FUNCTION, INTERFACE, PRIVATE, Definition
from analysis.languages.typescript.parameters import read_parameters
from analysis.languages.typescript.types import dotted, joined

Text = Callable[[Node | None], str]
_PROMISE = ("Promise<", "PromiseLike<")
_MODIFIERS = frozenset({"static", "get", "set", "abstract", "protected", PRIVATE})
_NO_PROMISE = frozenset({
    "string", "template_string", "number", "true", "false", "null", "undefined", "regex", "object", "array", "class",
    "function_expression", "arrow_function", "jsx_element", "jsx_self_closing_element", "update_expression",
    "unary_expression", "statement_block",
})  # fmt: skip
_CHOOSING = frozenset({"&&", "||", "??"})


def of_function(node: Node, text: Text, *, typed: bool) -> Definition:
    """A function of any kind, still without its name. A declared promise counts as async: a caller sees no more."""
    returns = node.child_by_field_name("return_type")
    returned = " ".join(text(returns).lstrip(":").split()) if returns else None
    words = _words_before_name(node, text)
    return Definition(
        qualname="",
        kind=FUNCTION,
        line=node.start_point[0] + 1,
        end_line=node.end_point[0] + 1,
        parameters=read_parameters(node, text, typed=typed),
        decorators=tuple(word for word in words if word in _MODIFIERS),
        is_async="async" in words or (returned or "").startswith(_PROMISE),
        is_generator="*" in words or node.type.startswith("generator"),
        returns=returned,
        body_digest=digest(node.child_by_field_name("body"), text),
    )


def _words_before_name(node: Node, text: Text) -> list[str]:
    """`async`, `static`, `get`, `*`, `private`, …: what stands before the name or the parameters."""
    words = []
    for child in node.children:
        if child.type in ("formal_parameters", "identifier", "property_identifier", "statement_block"):
            break
        words.append(text(child) if child.type == "accessibility_modifier" else child.type)
    return [PRIVATE, *words] if node.type == "method_definition" and _has_hash(node) else words


def _has_hash(node: Node) -> bool:
    name = node.child_by_field_name("name")
    return name is not None and name.type == "private_property_identifier"


def of_class(node: Node, text: Text) -> Definition:
    """A class, an interface or an enum, still without its name."""
    kind = {"interface_declaration": INTERFACE, "enum_declaration": ENUM}.get(node.type, CLASS)
    return of_value(node, kind, text)._replace(bases=tuple(_bases(node, text)))


def of_alias(node: Node, text: Text) -> Definition:
    """What a type is put together from are its bases."""
    return of_value(node, ALIAS, text)._replace(bases=tuple(joined(node.child_by_field_name("value"), text)))


def of_value(node: Node, kind: str, text: Text) -> Definition:
    """Whatever else has a name: only that it is there."""
    body = node.child_by_field_name("body") or node.child_by_field_name("value")
    return Definition("", kind, node.start_point[0] + 1, node.end_point[0] + 1, body_digest=digest(body, text))


def digest(node: Node | None, text: Text) -> int:
    return zlib.crc32(text(node).encode("utf-8", "surrogatepass")) if node else 0


def _bases(node: Node, text: Text) -> list[str]:
    """What a class or an interface extends. What it implements gives it no members."""
    found = []
    for heritage in node.named_children:
        clauses = heritage.named_children if heritage.type == "class_heritage" else (heritage,)
        for clause in clauses:
            if clause.type == "extends_clause":
                found += [_base(value, text) for value in clause.children_by_field_name("value")]
            elif clause.type == "extends_type_clause":
                found += [_base(value, text) for value in clause.children_by_field_name("type")]
    return found


def _base(node: Node, text: Text) -> str:
    generic = node.child_by_field_name("name") if node.type == "generic_type" else None
    return dotted(generic or node, text) or "?"


def may_be_promise(value: Node | None) -> bool:
    """Whether an expression that is returned may be a promise, as far as its form tells."""
    if value is None or value.type in _NO_PROMISE:
        return False
    if value.type == "binary_expression":
        operator = value.child_by_field_name("operator")
        return operator is not None and operator.type in _CHOOSING
    return value.type != "await_expression"
