"""The parameters of a definition, where a list of nodes tells them."""

import re
from collections.abc import Mapping

from tree_sitter import Node

from analysis.facts import POSITIONAL, VAR_POSITIONAL, Parameter
from analysis.languages.outline.assembly import UNREADABLE
from analysis.languages.outline.outline import Text

_NAME_FIELDS = ("name", "pattern", "declarator")
_NAME = re.compile(r"(?!(?:mut|ref|const|volatile|restrict)\b)[^\W\d]\w*")
_DEFAULT_FIELDS = ("value", "default_value")


def read_parameters(
    listed: Node | None, text: Text, kinds: Mapping[str, int], *, named: bool = True
) -> tuple[Parameter, ...]:
    """`kinds`: node types that are parameters. `named`: a node without a name field is the name itself."""
    if listed is None:
        return ()
    if listed.has_error:
        return UNREADABLE
    found: list[Parameter] = []
    for child in listed.named_children:
        if child.type in kinds:
            name = _name(child, text, named=named)
            if name in ("", "_") or any(each.name == name for each in found):
                name = f"#{len(found) + 1}"
            kind = kinds[child.type]
            found.append(Parameter(name, kind, has_default=_has_default(child) and kind != VAR_POSITIONAL))
    return tuple(found)


def _name(node: Node, text: Text, *, named: bool) -> str:
    if node.type == "self_parameter":
        return "self"
    fields = (node.child_by_field_name(field) for field in _NAME_FIELDS)
    holder = next((field for field in fields if field), node if named else None)
    found = _NAME.search(text(holder))
    return found[0] if found else ""


def _has_default(node: Node) -> bool:
    return any(node.child_by_field_name(field) for field in _DEFAULT_FIELDS) or any(
        c.type == "=" for c in node.children
    )


def placed(*types: str) -> dict[str, int]:
    """Parameters that are passed by their place."""
    return dict.fromkeys(types, POSITIONAL)
