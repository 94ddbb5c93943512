"""Kotlin, in outline: members by the class around or named, functions by their package and the file's imports.

Overloads are one function, and extensions are among them. What is written in Java beside it is not looked into: a name
that any file of the repository defines is never missing.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_kotlin
from tree_sitter import Node

from analysis.facts import EVERYTHING, INTERFACE, POSITIONAL, VAR_POSITIONAL, Import, Parameter
from analysis.languages.kotlin.query import QUERY
from analysis.languages.outline import Outline, outlined
from analysis.languages.outline.assembly import UNREADABLE
from analysis.languages.outline.members import EXTENSION
from analysis.languages.outline.outline import Text
from analysis.languages.outline.packages import package_around, package_home
from analysis.languages.outline.spelling import dotted

_CONSTRUCTORS = frozenset({"primary_constructor", "secondary_constructor"})
_PARAMETER_LISTS = frozenset({"function_value_parameters", "class_parameters"})
_TYPES = frozenset({"user_type", "nullable_type", "parenthesized_type", "function_type"})
_EVERYBODYS = frozenset({
    "also", "apply", "copy", "equals", "hashCode", "invoke", "let", "run", "takeIf", "takeUnless", "to", "toString",
    "valueOf", "values",
})  # fmt: skip


def _name(node: Node, text: Text) -> str:
    if node.type in _CONSTRUCTORS:
        return "constructor"
    if node.type == "package_header":
        return "".join(text(child) for child in node.named_children if child.type == "qualified_identifier")
    return text(node.child_by_field_name("name"))


def _parameters(node: Node, text: Text) -> tuple[Parameter, ...]:
    """`vararg` stands before a parameter, its default behind it, as siblings."""
    listed = next((child for child in node.children if child.type in _PARAMETER_LISTS), None)
    if listed is None:
        return ()
    if listed.has_error:
        return UNREADABLE
    found: list[Parameter] = []
    is_rest = False
    for child in listed.children:
        if child.type in ("parameter", "class_parameter"):
            is_rest = is_rest or "vararg" in text(child).partition(":")[0].split()
            name = next((text(part) for part in child.children if part.type == "identifier"), "")
            has_default = any(part.type == "=" for part in child.children)
            found.append(Parameter(name, VAR_POSITIONAL if is_rest else POSITIONAL, has_default))
            is_rest = False
        elif child.type == "parameter_modifiers":
            is_rest = "vararg" in text(child).split()
        elif child.type == "=" and found:
            found[-1] = found[-1]._replace(has_default=True)
    return tuple(found)


def _modifiers(node: Node, text: Text) -> tuple[str, ...]:
    listed = [child for part in node.children if part.type == "modifiers" for child in part.named_children]
    words = [text(child) for child in listed if child.type.endswith("_modifier")]
    name = node.child_by_field_name("name")
    is_extension = node.type == "function_declaration" and any(
        child.type in _TYPES and name is not None and child.end_byte <= name.start_byte for child in node.children
    )
    return (*words, EXTENSION) if is_extension else tuple(words)


def _imports(node: Node, text: Text) -> Iterator[Import]:
    named = [dotted(text(child)) for child in node.named_children if child.type == "qualified_identifier"]
    alias = "".join(text(child) for child in node.named_children if child.type == "identifier")
    for full in named:
        module, _, name = full.rpartition(".")
        if any(child.type == "*" for child in node.children):
            yield Import(full, EVERYTHING, "", node.start_point[0] + 1)
        else:
            yield Import(module, name, alias or name, node.start_point[0] + 1)


def _keyword(argument: Node, text: Text) -> str:
    first = argument.named_children[0] if any(child.type == "=" for child in argument.children) else None
    return text(first)


def _passes_more(call: Node) -> bool:
    """A lambda behind the parentheses is the last argument."""
    around = call.parent
    calls = (call, around) if around and around.type == "call_expression" else (call,)
    return any(child.type == "annotated_lambda" for each in calls for child in each.children)


_GRAMMAR = tree_sitter.Language(tree_sitter_kotlin.language())
KOTLIN = outlined(
    "kotlin",
    (".kt", ".kts"),
    _GRAMMAR,
    QUERY,
    Outline(
        family="kotlin",
        suffixes=(".kt", ".kts"),
        spelling=re.compile(r":?(?:(?P<own>this(?:\.|$))|(?P<base>super(?:\.|$)))?(?P<path>(?:\w+\.)*)(?P<name>\w*)"),
        parameters=_parameters,
        imports=_imports,
        name=_name,
        modifiers=_modifiers,
        kinds={"interface": INTERFACE, "object_declaration": "object"},
        static_bodies=frozenset({"object_declaration", "companion_object"}),
        spread=frozenset({"spread_expression", "*"}),
        keyword=_keyword,
        passes_more=_passes_more,
        around=package_around,
        home=package_home,
        overloads=True,
        overloads_inherited=True,
        needs_static=True,
        everybodys=_EVERYBODYS,
    ),
    tests=r"(?:^|/)(?:test|androidTest|\w+Test)/.*\.kt$|Tests?\.kt$",
)
