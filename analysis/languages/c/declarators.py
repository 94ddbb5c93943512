"""What a declarator declares: which function, with which parameters, and whether here is its body or only its word.

A declaration reads from the inside out: `int *f(int)` is a function, `int (*f)(int)` a variable that holds one.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node

from analysis.facts import POSITIONAL, PRIVATE, VAR_POSITIONAL, Parameter
from analysis.languages.outline.assembly import UNREADABLE
from analysis.languages.outline.outline import Text
from analysis.languages.outline.spelling import dotted

#: Among a definition's decorators: a function that is only announced here, and one that is written outside of the
#: class or namespace it is in.
DECLARED, OUTSIDE = "declared", "outside"
FUNCTIONS = frozenset({"function_definition", "function_declarator", "lambda_expression"})
CLASSES = frozenset({"class_specifier", "struct_specifier", "union_specifier"})
_STATEMENTS = frozenset({"declaration", "field_declaration"})
_WRAPPERS = frozenset({
    "pointer_declarator", "reference_declarator", "parenthesized_declarator", "attributed_declarator",
    "function_declarator",
})  # fmt: skip
_POINTERS = frozenset({"pointer_declarator", "array_declarator", "reference_declarator"})
_NAMES = frozenset({"identifier", "field_identifier", "qualified_identifier", "template_function"})
_UNCALLED = re.compile(r"\boperator\b|~")
_PARAMETERS = {
    "parameter_declaration": POSITIONAL, "optional_parameter_declaration": POSITIONAL, "identifier": POSITIONAL,
    "variadic_parameter": VAR_POSITIONAL, "variadic_parameter_declaration": VAR_POSITIONAL, "...": VAR_POSITIONAL,
}  # fmt: skip
#: A parameter that is nothing but such a word may be a macro, for any number of parameters.
_MACRO = re.compile(r"[A-Z_][A-Z0-9_]*|\w+_")


def declared(node: Node) -> tuple[Node, Node] | None:
    """The function's own declarator, and its name; None for what is no function, and for what nobody calls by name."""
    at = node if node.type == "function_declarator" else node.child_by_field_name("declarator")
    found, is_pointer = None, False
    while at is not None and at.type in _WRAPPERS:
        if at.type == "function_declarator":
            found, is_pointer = at, False
        is_pointer = is_pointer or at.type in _POINTERS
        inner = at.child_by_field_name("declarator")
        at = inner or next((child for child in at.named_children if child.type in _WRAPPERS | _NAMES), None)
    return (found, at) if found and at and at.type in _NAMES and not is_pointer else None


def is_declaration(node: Node) -> bool:
    """Whether a declarator is a function's only announcement; of a definition, the definition is."""
    found = declared(node)
    return found is not None and found[0].id == node.id and statement(node).type in _STATEMENTS


def statement(node: Node) -> Node:
    """The declaration that a declarator is in."""
    at = node
    while at.parent and at.type in _WRAPPERS:
        at = at.parent
    return at


def class_name(node: Node, text: Text) -> str:
    """The name of the class whose member this is."""
    at = node.parent
    while at and at.type not in CLASSES and at.type not in ("compound_statement", "declaration_list"):
        at = at.parent
    name = at.child_by_field_name("name") if at and at.type in CLASSES else None
    return dotted(text(name)).rpartition(".")[2]


def is_function(node: Node) -> bool:
    """Whether what was captured as a function is one, and is not a part of another that was."""
    return is_declaration(node) if node.type == "function_declarator" else not _is_copying(node)


def _is_copying(node: Node) -> bool:
    """What is deleted, and what makes a copy: any class may be given another instance."""
    clauses = {child.type for child in node.children}
    found = declared(node) if "default_method_clause" in clauses else None
    listed = found[0].child_by_field_name("parameters") if found else None
    return "delete_method_clause" in clauses or (listed is not None and listed.named_child_count == 1)


def is_friend(node: Node) -> bool:
    around = statement(node).parent
    return around is not None and around.type == "friend_declaration"


def is_macro(node: Node, text: Text) -> bool:
    """What looks like a function but has neither a type nor the name of its class is a macro: `TEST(a, b) {}`."""
    if node.type == "lambda_expression" or statement(node).child_by_field_name("type"):
        return False
    written = written_name(node, text)
    return bool(written) and "." not in written and written != class_name(node, text)


def written_name(node: Node, text: Text) -> str:
    """Dotted, as it is written; empty for operators and destructors, which nobody calls by name."""
    found = declared(node)
    written = text(found[1]) if found else ""
    unread = [child for child in statement(node).children if child.type == "ERROR"]
    return "" if any(_UNCALLED.search(each) for each in (written, *map(text, unread))) else dotted(written)


def name(node: Node, text: Text) -> str:
    """Constructors are called `constructor`; what looks like their type is a macro."""
    if node.type not in FUNCTIONS:
        return text(node.child_by_field_name("name"))
    if node.type == "lambda_expression" or is_friend(node):
        return ""
    written = written_name(node, text)
    parent, _, last = written.rpartition(".")
    if written and last == (parent.rpartition(".")[2] or class_name(node, text)):
        return ".".join(part for part in (parent, "constructor") if part)
    return written if statement(node).child_by_field_name("type") else ""


def parameters(node: Node, text: Text, *, unsaid: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """`unsaid`: what a function takes whose parentheses are empty."""
    found = declared(node) if node.type != "lambda_expression" else None
    inner = node.child_by_field_name("declarator") if node.type == "lambda_expression" else None
    listed = (found[0] if found else inner or node).child_by_field_name("parameters")
    if listed is None:
        return ()
    return _listed(listed, text, unsaid) if all(map(_is_read, listed.children)) else UNREADABLE


def _is_read(parameter: Node) -> bool:
    """What is wrong with a default changes nothing: the grammar does not know `= {}`."""
    default = parameter.child_by_field_name("default_value")
    return not parameter.has_error or (default is not None and default.has_error)


def _listed(listed: Node, text: Text, unsaid: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    children = [child for child in listed.children if child.type in _PARAMETERS]
    if not children:
        return unsaid
    if len(children) == 1 and text(children[0]).strip() == "void":
        return ()
    found: list[Parameter] = []
    for child in children:
        if child.type in ("variadic_parameter", "..."):
            found.append(UNREADABLE[0])
            continue
        declarator = child.child_by_field_name("declarator")
        if declarator is None and _MACRO.fullmatch(text(child)) and child.type != "identifier":
            return UNREADABLE
        name = text(child) if child.type == "identifier" else _name(declarator, text)
        if not name or any(each.name == name for each in found):
            name = f"#{len(found) + 1}"
        kind = _PARAMETERS[child.type]
        found.append(Parameter(name, kind, has_default=child.type == "optional_parameter_declaration"))
    return tuple(found)


def _name(declarator: Node | None, text: Text) -> str:
    at = declarator
    while at is not None and at.type != "identifier":
        inner = at.child_by_field_name("declarator")
        at = inner or next((c for c in at.named_children if c.type == "identifier" or c.type in _WRAPPERS), None)
    return text(at)


def modifiers(node: Node, text: Text) -> tuple[str, ...]:
    """What is private here is private to its file, or to those that include it."""
    around = statement(node) if node.type in FUNCTIONS else node
    is_static = any(child.type == "storage_class_specifier" and text(child) == "static" for child in around.children)
    is_member = bool(class_name(around, text))
    is_private = (is_static and not is_member) or _is_in_unnamed_namespace(around)
    found = declared(node) if node.type in ("function_definition", "function_declarator") else None
    return tuple(
        _words(node, is_static=is_static and is_member, is_private=is_private, written=text(found and found[1]))
    )


def _words(node: Node, *, is_static: bool, is_private: bool, written: str) -> Iterator[str]:
    if is_static:
        yield "static"
    if is_private:
        yield PRIVATE
    if node.type == "function_declarator":
        yield DECLARED
    if "::" in written:
        yield OUTSIDE


def _is_in_unnamed_namespace(node: Node) -> bool:
    at = node.parent
    while at:
        if at.type == "namespace_definition" and at.child_by_field_name("name") is None:
            return True
        at = at.parent
    return False
