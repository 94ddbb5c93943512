"""PHP, in outline: names by their namespace and the file's `use` lines; methods through `$this`, `self`, `parent`.

A function may always be PHP's own, so only what is imported or written out in full is ever missing.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_php
from tree_sitter import Node

from analysis.facts import ENUM, INTERFACE, POSITIONAL, VAR_KEYWORD, VAR_POSITIONAL, Import, Parameter
from analysis.languages.outline import Outline, outlined
from analysis.languages.outline.outline import Text
from analysis.languages.outline.parameters import read_parameters
from analysis.languages.outline.spelling import BASE, OWN, dotted, joined
from analysis.languages.php.namespaces import around, home
from analysis.languages.php.query import QUERY

_PARAMETERS = {
    "simple_parameter": POSITIONAL, "property_promotion_parameter": POSITIONAL, "variadic_parameter": VAR_POSITIONAL,
}  # fmt: skip
_KINDS = {"interface_declaration": INTERFACE, "enum_declaration": ENUM, "trait_declaration": "trait"}
_MODIFIERS = frozenset({
    "visibility_modifier", "static_modifier", "abstract_modifier", "final_modifier", "readonly_modifier",
})  # fmt: skip
#: A body that counts its arguments itself.
_COUNTS = re.compile(r"\bfunc_(?:get_args?|num_args)\s*\(")
_MAX_BODY = 20_000
#: PHP ignores arguments that are too many, so only what a call lacks is held against it.
_IGNORED = Parameter("…", VAR_POSITIONAL)


def _name(node: Node, text: Text) -> str:
    """A class without a name has members that nobody can name."""
    name = "class" if node.type == "anonymous_class" else text(node.child_by_field_name("name"))
    return "constructor" if name == "__construct" else name


def _parameters(node: Node, text: Text) -> tuple[Parameter, ...]:
    found = read_parameters(node.child_by_field_name("parameters"), text, _PARAMETERS)
    body = node.child_by_field_name("body")
    if body and (body.end_byte - body.start_byte > _MAX_BODY or _COUNTS.search(text(body))):
        found = tuple(each._replace(has_default=True) for each in found)
    if any(each.kind == VAR_POSITIONAL for each in found):
        return (*found, Parameter("…", VAR_KEYWORD))
    return (*found, _IGNORED)


def _modifiers(node: Node, text: Text) -> tuple[str, ...]:
    return tuple(text(child) for child in node.children if child.type in _MODIFIERS)


def _imports(node: Node, text: Text) -> Iterator[Import]:
    """Of classes, functions and constants alike, one by one or in braces."""
    prefix = "".join(dotted(text(child)) for child in node.named_children if child.type == "namespace_name")
    body = node.child_by_field_name("body") or node
    for clause in (child for child in body.named_children if child.type == "namespace_use_clause"):
        alias = clause.child_by_field_name("alias")
        named = [child for child in clause.named_children if child.type in ("name", "qualified_name")][:1]
        for module, _, name in (joined(prefix, dotted(text(child))).rpartition(".") for child in named):
            yield Import(module, name, text(alias) or name, clause.start_point[0] + 1)


def _keyword(argument: Node, text: Text) -> str:
    return text(argument.child_by_field_name("name"))


def _meant(receiver: str, name: str) -> tuple[str, str]:
    """`new static` and `new parent` make one of the class around, or of its base."""
    if not receiver and name in ("static", "self", "parent"):
        return BASE if name == "parent" else OWN, "constructor"
    return receiver, "constructor" if name == "__construct" else name


_GRAMMAR = tree_sitter.Language(tree_sitter_php.language_php())
PHP = outlined(
    "php",
    (".php",),
    _GRAMMAR,
    QUERY,
    Outline(
        family="php",
        suffixes=(".php",),
        spelling=re.compile(
            r"(?:(?P<own>\$this\??->|self::|static::)|(?P<base>parent::))?(?P<path>\\?(?:\w+(?:\\|::))*)(?P<name>\w+)"
        ),
        parameters=_parameters,
        imports=_imports,
        name=_name,
        modifiers=_modifiers,
        hooks=frozenset({"__call", "__callStatic"}),
        kinds=_KINDS,
        spread=frozenset({"variadic_unpacking", "variadic_placeholder"}),
        keyword=_keyword,
        meant=_meant,
        around=around,
        home=home,
        implicit_own=False,
        folds_case=True,
        functions_fall_back=True,
        constructors_inherited=True,
        everybodys=frozenset({"constructor"}),
    ),
    tests=r"(?:^|/)[Tt]ests?/.*\.php$|Test\.php$",
)
