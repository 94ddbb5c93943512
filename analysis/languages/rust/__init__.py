"""Rust, in outline: functions by the path they are called by, and methods through `self` and `Self`.

A type may have methods of any trait, in any file, so a method is never missing; neither is a type. What a macro is
given is no code before the macro ran, and is not read. Re-exports are not followed.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_rust
from tree_sitter import Node

from analysis.facts import EVERYTHING, POSITIONAL, PRIVATE, VAR_POSITIONAL, Import, Parameter
from analysis.languages.outline import Outline, outlined
from analysis.languages.outline.assembly import UNREADABLE
from analysis.languages.outline.outline import Text
from analysis.languages.outline.parameters import read_parameters
from analysis.languages.outline.spelling import dotted, joined
from analysis.languages.rust.modules import around, home, place, rooted
from analysis.languages.rust.query import QUERY

_PARAMETERS = {"self_parameter": POSITIONAL, "parameter": POSITIONAL, "variadic_parameter": VAR_POSITIONAL}
_TYPES = frozenset({"type_identifier", "generic_type", "scoped_type_identifier"})
#: Attributes after which a function is called as it is written. Others may be macros that rewrite it.
_TRANSPARENT = frozenset({
    "allow", "clippy", "cold", "deny", "deprecated", "derive", "doc", "expect", "ignore", "inline", "instrument",
    "main", "must_use", "no_mangle", "non_exhaustive", "repr", "rustfmt", "should_panic", "test", "track_caller",
    "warn",
})  # fmt: skip
_ATTRIBUTE = re.compile(r"#!?\[\s*(?:\w+\s*::\s*)*(\w+)")


def _name(node: Node, text: Text) -> str:
    """An `impl` is of the type it is for; of what has no name, nobody can name the members."""
    if node.type != "impl_item":
        return text(node.child_by_field_name("name"))
    kind = node.child_by_field_name("type")
    return text(kind) if kind and kind.type in _TYPES else "_"


def _parameters(node: Node, text: Text) -> tuple[Parameter, ...]:
    """Which parameters with an attribute there are, the build decides."""
    listed = node.child_by_field_name("parameters")
    if listed and any(child.type == "attribute_item" for child in listed.named_children):
        return UNREADABLE
    return read_parameters(listed, text, _PARAMETERS)


def _modifiers(node: Node, text: Text) -> tuple[str, ...]:
    is_public = any(child.type == "visibility_modifier" for child in node.children) or _is_as_public_as_its_owner(node)
    return (*_attributes(node, text), *(() if is_public else (PRIVATE,)))


def _is_as_public_as_its_owner(node: Node) -> bool:
    """A variant of an enum, and what a trait asks for."""
    owner = node.parent.parent if node.parent else None
    if owner is None or owner.type not in ("enum_item", "trait_item", "impl_item"):
        return False
    return owner.type != "impl_item" or owner.child_by_field_name("trait") is not None


def _attributes(node: Node, text: Text) -> Iterator[str]:
    before = node.prev_named_sibling
    while before and before.type in ("attribute_item", "line_comment", "block_comment"):
        found = _ATTRIBUTE.match(text(before)) if before.type == "attribute_item" else None
        if found and found[1] not in _TRANSPARENT:
            yield f"#{found[1]}"
        before = before.prev_named_sibling


def _imports(node: Node, text: Text) -> Iterator[Import]:
    argument = node.child_by_field_name("argument")
    waiting = [("", argument)] if argument else []
    while waiting:
        prefix, tree = waiting.pop()
        line = tree.start_point[0] + 1
        match tree.type:
            case "scoped_use_list" | "use_list":
                listed = tree.child_by_field_name("list") or tree
                inner = _under(prefix, tree.child_by_field_name("path"), text)
                waiting += [(inner, child) for child in listed.named_children if "comment" not in child.type]
            case "use_wildcard":
                module = tree.named_children[0] if tree.named_children else None
                yield Import(_under(prefix, module, text), EVERYTHING, "", line)
            case "use_as_clause":
                path, alias = tree.child_by_field_name("path"), text(tree.child_by_field_name("alias"))
                yield _bound(_under(prefix, path, text), alias, line)
            case "self":
                yield _bound(prefix, "", line)
            case _:
                yield _bound(_under(prefix, tree, text), "", line)


def _under(prefix: str, path: Node | None, text: Text) -> str:
    return joined(prefix, dotted(text(path))) if path else prefix


def _bound(full: str, alias: str, line: int) -> Import:
    module, _, name = full.rpartition(".")
    return Import(module, name, alias or name, line)


_GRAMMAR = tree_sitter.Language(tree_sitter_rust.language())
RUST = outlined(
    "rust",
    (".rs",),
    _GRAMMAR,
    QUERY,
    Outline(
        family="rust",
        suffixes=(".rs",),
        spelling=re.compile(
            r"(?:(?P<own>self\.)|(?P<base>(?!)))?(?P<path>(?:::|\$crate::)?(?:\w+::)*)(?P<name>(?!self$)\w+)"
        ),
        parameters=_parameters,
        imports=_imports,
        name=_name,
        modifiers=_modifiers,
        kinds={"struct_item": "struct", "enum_item": "enum", "trait_item": "trait", "union_item": "union"},
        place=place,
        around=around,
        rooted=rooted,
        anchors=frozenset({"crate", "self", "super"}),
        own_type="Self",
        home=home,
        implicit_own=False,
        passes_self=True,
        constructors=frozenset(),
    ),
    tests=r"(?:^|/)tests?/.*\.rs$|(?:^|/)tests?\.rs$|_tests?\.rs$",
)
