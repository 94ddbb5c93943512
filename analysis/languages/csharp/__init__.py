"""C#, in outline: members by the class around or named, through namespaces and `using`.

Overloads are one method, and a class with a base from outside may inherit more of them, so its calls are not judged.
Types may come from other assemblies by any `using`, also one of another file, so none is ever missing.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_c_sharp
from tree_sitter import Node

from analysis.facts import ENUM, EVERYTHING, INTERFACE, POSITIONAL, PRIVATE, VAR_POSITIONAL, Import, Parameter
from analysis.languages.csharp.query import QUERY
from analysis.languages.outline import Outline, outlined
from analysis.languages.outline.members import EXTENSION
from analysis.languages.outline.outline import Text
from analysis.languages.outline.parameters import read_parameters
from analysis.languages.outline.spelling import dotted

_KINDS = {
    "interface_declaration": INTERFACE, "enum_declaration": ENUM, "struct_declaration": "struct",
    "record_declaration": "record",
}  # fmt: skip
_VISIBLE = frozenset({"public", "internal", "protected", PRIVATE})
_UNNAMED = frozenset({
    "operator_declaration", "conversion_operator_declaration", "destructor_declaration", "indexer_declaration",
    "property_declaration", "event_declaration", "lambda_expression",
})  # fmt: skip
_EVERYBODYS = frozenset({"ToString", "Equals", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals"})


def _name(node: Node, text: Text) -> str:
    if node.type in ("constructor_declaration", "parameter_list"):
        return "constructor"
    return "" if node.type in _UNNAMED else text(node.child_by_field_name("name"))


def _listed(node: Node) -> Node | None:
    return node if node.type == "parameter_list" else node.child_by_field_name("parameters")


def _parameters(node: Node, text: Text) -> tuple[Parameter, ...]:
    listed = _listed(node)
    if listed is None or listed.type != "parameter_list":
        return ()
    found = read_parameters(listed, text, {"parameter": POSITIONAL})
    if any(child.type == "params" for child in listed.children):
        return (*found, Parameter(text(listed.child_by_field_name("name")), VAR_POSITIONAL))
    return found


def _modifiers(node: Node, text: Text) -> tuple[str, ...]:
    """Members of a class are private where nothing else is said."""
    said = node.parent.parent if node.type == "variable_declarator" and node.parent else node
    words = [text(child) for child in said.children if child.type == "modifier"] if said else []
    listed = _listed(node)
    first = listed.named_children[:1] if listed else []
    if any(text(child) == "this" for parameter in first for child in parameter.children):
        words.append(EXTENSION)
    generic = next((child for child in node.children if child.type == "type_parameter_list"), None)
    if generic and node.type.endswith(("class_declaration", "struct_declaration", "record_declaration")):
        words.append(f"<{generic.named_child_count}>")
    return tuple(words if _VISIBLE & set(words) or not _is_in_class(said) else [*words, PRIVATE])


def _is_in_class(node: Node | None) -> bool:
    owner = node.parent.parent if node and node.parent else None
    return owner is not None and owner.type in ("class_declaration", "struct_declaration", "record_declaration")


def _imports(node: Node, text: Text) -> Iterator[Import]:
    """A namespace, or a class with `static`, brings all it has; an alias stands for one name."""
    alias, named = (
        node.child_by_field_name("name"),
        [child for child in node.named_children if child.type != "comment"],
    )
    module, line = dotted(text(named[-1])) if named else "", node.start_point[0] + 1
    if alias:
        yield Import(module.rpartition(".")[0], module.rpartition(".")[2], text(alias), line)
    elif module:
        yield Import(module, EVERYTHING, "", line)


def _keyword(argument: Node, text: Text) -> str:
    return text(argument.child_by_field_name("name"))


def _meant(receiver: str, name: str) -> tuple[str, str]:
    return receiver.removeprefix("global") if receiver.startswith("global.") else receiver, name


_GRAMMAR = tree_sitter.Language(tree_sitter_c_sharp.language())
CSHARP = outlined(
    "csharp",
    (".cs",),
    _GRAMMAR,
    QUERY,
    Outline(
        family="csharp",
        suffixes=(".cs",),
        spelling=re.compile(
            r":?(?:(?P<own>this(?:\.|$))|(?P<base>base(?:\.|$)))?(?P<path>(?:global::)?(?:\w+\.)*)(?P<name>\w*)"
        ),
        parameters=_parameters,
        imports=_imports,
        name=_name,
        modifiers=_modifiers,
        kinds=_KINDS,
        keyword=_keyword,
        meant=_meant,
        overloads=True,
        overloads_inherited=True,
        memberless=re.compile(r"I[A-Z]\w*"),
        told_by_arity=True,
        needs_static=True,
        everybodys=_EVERYBODYS,
    ),
    tests=r"(?:^|/)[^/]*[Tt]ests?(?:/.*)?\.cs$",
)
