"""What the preprocessor's conditions mean for what is between them."""

import re

from tree_sitter import Node

from analysis.languages.outline.outline import Text

_NOT_DEFINED = re.compile(r"!\s*defined\b[\s(]*(\w+)")


def is_condition(node: Node, text: Text) -> bool:
    """Not one is what keeps a header from being read twice, and what tells C++ from C."""
    if node.type == "preproc_ifdef" and text(node.child_by_field_name("name")) == "__cplusplus":
        return False
    return not _is_guard(node, text)


def is_off(node: Node, text: Text) -> bool:
    """`#if 0`"""
    return node.type == "preproc_if" and text(node.child_by_field_name("condition")).strip() == "0"


def _is_guard(node: Node, text: Text) -> bool:
    """`#ifndef SHOP_H`, with `#define SHOP_H` as what comes next."""
    condition = node.child_by_field_name("condition")
    found = _NOT_DEFINED.match(text(condition)) if condition else None
    switch = found[1] if found else ""
    if node.type == "preproc_ifdef" and node.children[0].type == "#ifndef":
        switch = text(node.child_by_field_name("name"))
    inside = [child for child in node.named_children if child.type not in ("comment", "identifier")]
    first = next((child for child in inside if child != condition), None)
    is_defined = (
        first is not None and first.type == "preproc_def" and text(first.child_by_field_name("name")) == switch
    )
    return bool(switch) and is_defined and node.parent is not None and node.parent.type == "translation_unit"
