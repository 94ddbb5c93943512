"""The parameters of a Python function, and the classes their annotations name."""

import re
from collections.abc import Callable

from tree_sitter import Node

from analysis.facts import KEYWORD_ONLY, POSITIONAL, POSITIONAL_ONLY, VAR_KEYWORD, VAR_POSITIONAL, Parameter

Text = Callable[[Node | None], str]
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_PLAIN = frozenset({"identifier", "typed_parameter", "tuple_pattern"})
_DEFAULTED = frozenset({"default_parameter", "typed_default_parameter"})


def read_parameters(node: Node | None, text: Text) -> tuple[Parameter, ...]:
    found: list[Parameter] = []
    kind = POSITIONAL
    for child in node.named_children if node else []:
        if child.type == "positional_separator":
            found = [parameter._replace(kind=POSITIONAL_ONLY) for parameter in found]
        elif child.type == "keyword_separator":
            kind = KEYWORD_ONLY
        elif splat := _splat(child):
            found.append(Parameter(text(splat).lstrip("*"), _SPLATS[splat.type]))
            kind = KEYWORD_ONLY
        elif child.type in _PLAIN | _DEFAULTED:
            found.append(Parameter(_name(child, text), kind, child.type in _DEFAULTED))
    return tuple(found)


_SPLATS = {"list_splat_pattern": VAR_POSITIONAL, "dictionary_splat_pattern": VAR_KEYWORD}


def annotated_types(node: Node | None, text: Text) -> dict[str, str]:
    """Parameter name to class name, where the annotation is just a name."""
    types = {}
    for child in node.named_children if node else []:
        annotation = text(child.child_by_field_name("type")).strip("\"'")
        if _DOTTED.fullmatch(annotation) and not _splat(child):
            types[_name(child, text)] = annotation
    return types


def _splat(node: Node) -> Node | None:
    """The `*args` or `**kwargs` of a parameter, annotated or not."""
    if node.type == "typed_parameter":
        node = node.named_children[0]
    return node if node.type in _SPLATS else None


def _name(node: Node, text: Text) -> str:
    if node.type == "typed_parameter":
        return text(node.named_children[0])
    return text(node.child_by_field_name("name") or node)
