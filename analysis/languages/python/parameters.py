"""The parameters of a Python function, and the classes their annotations name."""

import re
from collections.abc import Callable

from tree_sitter import Node

from analysis.facts import KEYWORD_ONLY, POSITIONAL, POSITIONAL_ONLY, VAR_KEYWORD, VAR_POSITIONAL, Parameter

Text = Callable[[Node | None], str]
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_SPLATS = {"list_splat_pattern": VAR_POSITIONAL, "dictionary_splat_pattern": VAR_KEYWORD}


def read_parameters(node: Node | None, text: Text) -> tuple[tuple[Parameter, ...], dict[str, str]]:
    """The parameters, and by the name of each the class it is annotated with, where the annotation is just a name."""
    found: list[Parameter] = []
    types: dict[str, str] = {}
    kind = POSITIONAL
    for child in node.named_children if node else ():
        form, named = child.type, child
        if form == "typed_parameter":  # holds its name, or a splat
            named = child.named_children[0]
            form = named.type if named.type in _SPLATS else form
        match form:
            case "identifier" | "tuple_pattern" | "typed_parameter":
                found.append(Parameter(text(named), kind))
            case "default_parameter" | "typed_default_parameter":
                found.append(Parameter(text(child.child_by_field_name("name")), kind, has_default=True))
            case "list_splat_pattern" | "dictionary_splat_pattern":
                found.append(Parameter(text(named).lstrip("*"), _SPLATS[form]))
                kind = KEYWORD_ONLY
            case "keyword_separator":
                kind = KEYWORD_ONLY
            case "positional_separator":
                found = [parameter._replace(kind=POSITIONAL_ONLY) for parameter in found]
        if form in ("typed_parameter", "typed_default_parameter"):
            annotation = text(child.child_by_field_name("type")).strip("\"'")
            if _DOTTED.fullmatch(annotation):
                types[found[-1].name] = annotation
    return tuple(found), types
