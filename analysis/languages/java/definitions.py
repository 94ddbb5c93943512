"""What the head of a Java definition says: who can reach it, parameters, types, bases."""

import zlib
from collections.abc import Collection, Iterator

from tree_sitter import Node

from analysis.facts import (
    CLASS,
    CONSTANT,
    ENUM,
    FUNCTION,
    INTERFACE,
    PRIVATE,
    PROTECTED,
    STATIC,
    VAR_POSITIONAL,
    Definition,
    Parameter,
)
from analysis.languages.java.types import ARRAY, Generic, Text, type_name

ABSTRACT, RECORD = "abstract", "record"
#: Of bases and exceptions: a name nobody can read, or that any may stand for.
ANY = "?"
#: An annotation of Lombok: the compiler lets everything through.
_SNEAKY = "SneakyThrows"
_REACH = (PRIVATE, PROTECTED, "public")
_KINDS = {
    "interface_declaration": INTERFACE,
    "annotation_type_declaration": INTERFACE,
    "enum_declaration": ENUM,
}
#: What a kind of type extends without saying so, as far as that brings members.
_UNWRITTEN_BASES = {
    "enum_declaration": ("java.lang.Enum",),
    "record_declaration": ("java.lang.Record",),
    "annotation_type_declaration": ("java.lang.annotation.Annotation",),
}
_CLAUSES = ("superclass", "super_interfaces", "extends_interfaces")
_MAX_TYPE = 120


class Heads:
    """Reads heads; the definitions are still without their names. `generic`: what is known of type parameters."""

    def __init__(self, text: Text, generic: Generic) -> None:
        self._text = text
        self._generic = generic
        #: For what others see: what a type parameter stands for depends on who asks.
        self._outside: Generic = lambda name: None if generic(name) is None else ""

    def of_type(self, node: Node, reach: Collection[str]) -> Definition:
        kind = _KINDS.get(node.type, CLASS)
        record = (RECORD,) if node.type == "record_declaration" else ()
        bases = (*_UNWRITTEN_BASES.get(node.type, ()), *self._bases(node))
        return self._plain(node, kind)._replace(bases=bases, decorators=(*reach, *record))

    def of_function(self, node: Node, reach: Collection[str]) -> Definition:
        """A method or a constructor. `makes` is the class it gives, where it is one."""
        returns, extra = node.child_by_field_name("type"), node.child_by_field_name("dimensions")
        thrown = tuple(
            name for clause in node.named_children if clause.type == "throws" for name in self._names(clause)
        )
        return self._plain(node, FUNCTION)._replace(
            parameters=tuple(self.parameters(node.child_by_field_name("parameters"))),
            decorators=tuple(reach),
            returns=self._shown(returns, extra),
            makes=self._made(returns, extra),
            throws=(thrown,) if thrown else (),
        )

    def of_field(self, node: Node, declarator: Node, reach: Collection[str]) -> Definition:
        type_, extra = node.child_by_field_name("type"), declarator.child_by_field_name("dimensions")
        return self._plain(declarator, CONSTANT)._replace(
            decorators=tuple(reach), returns=self._shown(type_, extra), makes=self._made(type_, extra)
        )

    def type(self, node: Node | None, extra: Node | None = None) -> str:
        return type_name(node, self._text, self._generic, extra)

    def _made(self, node: Node | None, extra: Node | None) -> str:
        """The class others get."""
        return type_name(node, self._text, self._outside, extra)

    def handled(self, node: Node, definition: Definition) -> tuple[str, ...]:
        """Exceptions that may leave the body of the function."""
        modifiers = next((child for child in node.children if child.type == "modifiers"), None)
        is_sneaky = _SNEAKY in self._text(modifiers)
        return (ANY,) if is_sneaky else tuple(name for names in definition.throws for name in names)

    def caught(self, statement: Node) -> tuple[str, ...]:
        """Exceptions that the clauses of a `try` catch."""
        clauses = [child for child in statement.named_children if child.type == "catch_clause"]
        heads = [head for each in clauses for head in each.named_children if head.type == "catch_formal_parameter"]
        types = [each for head in heads for each in head.named_children if each.type == "catch_type"]
        return tuple(name for each in types for name in self._names(each))

    def _names(self, listed: Node) -> Iterator[str]:
        """Of exceptions; one that a type parameter stands for may be any."""
        for each in listed.named_children:
            if "comment" not in each.type:
                yield type_name(each, self._text, self._outside) or ANY

    def parameters(self, listed: Node | None) -> Iterator[Parameter]:
        for node in listed.named_children if listed else ():
            if node.type == "formal_parameter":
                name = self._text(node.child_by_field_name("name"))
                type_, extra = node.child_by_field_name("type"), node.child_by_field_name("dimensions")
                yield Parameter(name, type=self.type(type_, extra))
            elif node.type == "spread_parameter":
                element, name = self.spread(node)
                yield Parameter(name, VAR_POSITIONAL, type=element + ARRAY)

    def spread(self, node: Node) -> tuple[str, str]:
        """Type of one value and name of `String... names`."""
        parts = [child for child in node.named_children if child.type not in ("modifiers", "variable_declarator")]
        named = [child for child in node.named_children if child.type == "variable_declarator"]
        name = self._text(named[0].child_by_field_name("name")) if named else ""
        return self.type(parts[0] if parts else None), name

    def _plain(self, node: Node, kind: str) -> Definition:
        body = node.child_by_field_name("body") or node.child_by_field_name("value")
        digest = zlib.crc32(self._text(body).encode("utf-8", "surrogatepass")) if body else 0
        return Definition("", kind, _first_line(node), node.end_point[0] + 1, body_digest=digest)

    def _bases(self, node: Node) -> Iterator[str]:
        """What it extends, then what it implements; "?" for what is not a name."""
        for clause in (child for child in node.named_children if child.type in _CLAUSES):
            types = clause.named_children if clause.type == "superclass" else _listed(clause)
            yield from (self.type(each) or ANY for each in types)

    def _shown(self, type_: Node | None, extra: Node | None) -> str | None:
        """As it is written."""
        shown = " ".join((self._text(type_) + self._text(extra)).split())
        return shown[:_MAX_TYPE] or None


def reach_of(node: Node, *, unsaid: str) -> list[str]:
    """Words that tell who can reach it, and whether it is static or abstract. `unsaid`: who can where nothing is."""
    modifiers = next((child for child in node.children if child.type == "modifiers"), None)
    words = {child.type for child in modifiers.children} if modifiers else set()
    reach = next((word for word in _REACH if word in words), unsaid)
    return [word for word in (reach, *(each for each in (STATIC, ABSTRACT) if each in words)) if word != "public"]


def has_base_class(node: Node) -> bool:
    return node.child_by_field_name("superclass") is not None


def _listed(clause: Node) -> list[Node]:
    return [each for listed in clause.named_children if listed.type == "type_list" for each in listed.named_children]


def _first_line(node: Node) -> int:
    """Of the name: what stands before it may be many lines of annotations."""
    return (node.child_by_field_name("name") or node).start_point[0] + 1
