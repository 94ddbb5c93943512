"""A Java syntax tree to facts, in one sweep over the captured nodes in source order.

Methods go by their name with "()" behind it, since a field may have the same name; constructors are called `new`.
Types that stand inside a function are definitions too, conditional ones: nobody else can use them, but `this` means
something else in them.
"""

from collections.abc import Callable, Iterator, Mapping

from tree_sitter import Node

from analysis.facts import CLASS, CONSTANT, PACKAGE, PRIVATE, STATIC, Definition, Facts, Import, Parameter
from analysis.languages.captures import in_order
from analysis.languages.java.assembly import NEW, assembled
from analysis.languages.java.definitions import ANY, Heads, has_base_class, reach_of
from analysis.languages.java.imports import read_import
from analysis.languages.java.place import CODE, TYPE, Place
from analysis.languages.java.query import KINDS
from analysis.languages.java.types import ARRAY, generics_of, part, type_name
from analysis.languages.java.uses import Uses
from analysis.languages.java.values import CALLED, instance_of

#: Who can reach the members of a type that say nothing about it, and its constructors.
_UNSAID = {
    "interface_declaration": ("public", PACKAGE),
    "annotation_type_declaration": ("public", PACKAGE),
    "enum_declaration": (PACKAGE, PRIVATE),
}
#: A library whose annotations add members to a class when it is compiled.
_ADDS_MEMBERS = "lombok"


def extract(source: bytes, root: Node, nodes: dict[str, list[Node]]) -> Facts:
    sweep = _Sweep(source, nodes)
    for kind, node in in_order(nodes, KINDS):
        sweep.visit(kind, node)
    facts = sweep.facts()
    return facts._replace(dynamic=True) if root.has_error else facts


class _Sweep:
    def __init__(self, source: bytes, nodes: dict[str, list[Node]]) -> None:
        self._source = source
        self._visitors: dict[str, Callable[[Node], None]] = {kind: getattr(self, f"_{kind}") for kind in KINDS}
        self._place = Place(len(source))
        self._heads = Heads(self._text, self._place.generic)
        self._uses = Uses(nodes, self._place, self._text)
        self._package_name = ""
        self._definitions: list[Definition] = []
        self._imports: list[Import] = []
        self._components: dict[str, tuple[Parameter, ...]] = {}
        #: Types that extend a class, with their lines.
        self._derived: dict[str, int] = {}
        #: What a body without a name extends, by the body's node.
        self._bases: dict[int, str] = {}
        #: What is caught around the body of a `try`, by the body's node.
        self._caught: dict[int, tuple[str, ...]] = {}

    def visit(self, kind: str, node: Node) -> None:
        self._place.move_to(node)
        self._visitors[kind](node)

    def facts(self) -> Facts:
        written = {definition.qualname for definition in self._definitions}
        for qualname, line in self._derived.items():
            if f"{qualname}.{NEW}" not in written:
                self._uses.unwritten_super(line, qualname, ())
        is_unspelled = any(imported.module.startswith(_ADDS_MEMBERS) for imported in self._imports)
        definitions = assembled(self._definitions, self._components, is_unspelled=is_unspelled)
        references = tuple(dict.fromkeys(self._uses.references))
        return Facts(definitions, tuple(self._imports), references, package=self._package_name)

    def _text(self, node: Node | None) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""

    # --- definitions -------------------------------------------------------------------------------------------------

    def _package(self, node: Node) -> None:
        names = [child for child in node.named_children if child.type in ("identifier", "scoped_identifier")]
        self._package_name = "".join(self._text(names[0]).split()) if names else ""

    def _import(self, node: Node) -> None:
        self._imports += read_import(node, self._text)

    def _define(self, name: str, definition: Definition) -> str:
        outer = self._place.frame
        qualname = f"{outer.qualname}.{name}" if outer.qualname else name
        self._definitions.append(definition._replace(qualname=qualname, conditional=not outer.is_open))
        return qualname

    def _type(self, node: Node) -> None:
        name = self._text(node.child_by_field_name("name"))
        if not name:
            return
        generics = generics_of(node, self._text, self._place.generic)
        head = self._heads.of_type(node, reach_of(node, unsaid=self._place.frame.unsaid[0]))
        qualname = self._define(name, head)
        if has_base_class(node):
            self._derived[qualname] = head.line
        self._enter_type(node, node.child_by_field_name("body"), qualname, generics)
        if node.type == "record_declaration":
            self._record(node, qualname)

    def _record(self, node: Node, qualname: str) -> None:
        """Its components are fields of its own."""
        self._components[qualname] = tuple(self._heads.parameters(node.child_by_field_name("parameters")))
        line = node.start_point[0] + 1
        for name, _, _, type_ in self._components[qualname]:
            self._place.frame.fields[name] = type_
            component = Definition("", CONSTANT, line, line, decorators=(PRIVATE,))
            self._define(name, component._replace(returns=type_ or None, makes=type_))

    def _anonymous(self, node: Node) -> None:
        base = self._bases.get(node.id, "")
        line, end_line = node.start_point[0] + 1, node.end_point[0] + 1
        head = Definition("", CLASS, line, end_line, bases=(base or "?",))
        self._place.enter_block(node)  # nobody else can use what is in it
        self._enter_type(node, node, self._define(f"{NEW} {base.rpartition('.')[2]}", head), {})

    def _enter_type(self, node: Node, body: Node | None, qualname: str, generics: Mapping[str, str]) -> None:
        frame = self._place.enter(node, TYPE, qualname, generics)
        frame.unsaid = _UNSAID.get(node.type, frame.unsaid)
        frame.fields = dict(self._fields_of(body))

    def _fields_of(self, body: Node | None) -> Iterator[tuple[str, str]]:
        """Names and types of the fields in a body: they are known above their declaration too."""
        for member in body.named_children if body else ():
            if member.type == "enum_body_declarations":
                yield from self._fields_of(member)
            for declarator in member.children_by_field_name("declarator"):
                name, extra = declarator.child_by_field_name("name"), declarator.child_by_field_name("dimensions")
                yield self._text(name), self._heads.type(member.child_by_field_name("type"), extra)

    def _method(self, node: Node) -> None:
        name = self._text(node.child_by_field_name("name"))
        self._function(node, f"{name}{CALLED}", self._place.frame.unsaid[0])

    def _constructor(self, node: Node) -> None:
        owner = self._place.qualname
        head = self._function(node, NEW, self._place.frame.unsaid[1])
        body = node.child_by_field_name("body")
        statements = [each for each in body.named_children if "comment" not in each.type] if body else []
        calls_another = bool(statements) and statements[0].type == "explicit_constructor_invocation"
        if owner in self._derived and not calls_another:
            self._uses.unwritten_super(head.line, self._place.qualname, self._place.frame.handled)

    def _function(self, node: Node, name: str, unsaid: str) -> Definition:
        outer = self._place.frame
        generics = generics_of(node, self._text, self._place.generic)
        qualname = f"{outer.qualname}.{name}" if outer.qualname else name
        frame = self._place.enter(node, CODE, qualname, generics)
        head = self._heads.of_function(node, reach_of(node, unsaid=unsaid))
        frame.handled = self._heads.handled(node, head)
        if node.type == "compact_constructor_declaration":
            head = head._replace(parameters=self._components.get(outer.qualname, ()))
            for parameter in head.parameters:
                self._place.bind(parameter.name, instance_of(parameter.type))
        self._definitions.append(head._replace(qualname=qualname, conditional=not outer.is_open))
        return head

    def _field(self, node: Node) -> None:
        reach = reach_of(node, unsaid=self._place.frame.unsaid[0])
        # Only an interface has constants that do not say so.
        words = [*reach, STATIC] if node.type == "constant_declaration" else reach
        for declarator in node.children_by_field_name("declarator"):
            name = self._text(declarator.child_by_field_name("name"))
            self._define(name, self._heads.of_field(node, declarator, words))

    def _constant(self, node: Node) -> None:
        """Of an enum: an instance of it, made by its constructor."""
        own = self._place.qualname.rpartition(".")[2]
        line, end_line = node.start_point[0] + 1, node.end_point[0] + 1
        head = Definition("", CONSTANT, line, end_line, decorators=(STATIC,), returns=own, makes=own)
        self._define(self._text(node.child_by_field_name("name")), head)
        self._uses.own_constructor(node)
        if body := node.child_by_field_name("body"):
            self._bases[body.id] = own

    # --- what is bound -----------------------------------------------------------------------------------------------

    def _try(self, node: Node) -> None:
        if body := node.child_by_field_name("body"):
            self._caught[body.id] = self._heads.caught(node)

    def _block(self, node: Node) -> None:
        # What stands in the clauses of a `try` with resources counts as caught, as the resources are.
        has_resources = node.type == "try_with_resources_statement"
        self._place.enter_block(node, self._heads.caught(node) if has_resources else self._caught.get(node.id, ()))

    def _lambda(self, node: Node) -> None:
        self._place.enter_block(node, (ANY,))  # whoever calls it decides what it may throw
        parameters = node.child_by_field_name("parameters")
        if parameters and parameters.type == "identifier":
            self._place.bind(self._text(parameters), "")
        elif parameters and parameters.type == "inferred_parameters":
            for name in parameters.named_children:
                self._place.bind(self._text(name), "")

    def _variable(self, node: Node) -> None:
        type_ = node.child_by_field_name("type")
        for declarator in node.children_by_field_name("declarator"):
            extra, value = declarator.child_by_field_name("dimensions"), declarator.child_by_field_name("value")
            is_inferred = self._text(type_) == "var"
            known = self._uses.values.of(value) if is_inferred else instance_of(self._heads.type(type_, extra))
            self._place.bind(self._text(declarator.child_by_field_name("name")), known)

    def _declared(self, node: Node) -> None:
        if node.type == "enhanced_for_statement":
            self._place.enter_block(node)
        name, type_ = node.child_by_field_name("name"), node.child_by_field_name("type")
        if name is None or self._place.frame.kind == TYPE:  # the components of a record are fields
            return
        if node.type == "catch_formal_parameter":
            caught = next((child for child in node.named_children if child.type == "catch_type"), None)
            type_ = part(caught, 0) if caught and caught.named_child_count == 1 else None
        if self._text(type_) == "var":
            value = node.child_by_field_name("value") if node.type == "resource" else None
            self._place.bind(self._text(name), self._uses.values.of(value))
        else:
            known = self._heads.type(type_, node.child_by_field_name("dimensions"))
            self._place.bind(self._text(name), instance_of(known))

    def _spread(self, node: Node) -> None:
        type_, name = self._heads.spread(node)
        if self._place.frame.kind != TYPE:
            self._place.bind(name, instance_of(type_ + ARRAY))

    def _pattern(self, node: Node) -> None:
        if name := node.child_by_field_name("name"):
            self._place.bind(self._text(name), instance_of(self._heads.type(node.child_by_field_name("right"))))

    def _component(self, node: Node) -> None:
        type_, name = part(node, 0), part(node, 1)
        if name and name.type == "identifier":
            self._place.bind(self._text(name), instance_of(type_name(type_, self._text, self._place.generic)))

    # --- uses --------------------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> None:
        self._uses.call(node)

    def _new(self, node: Node) -> None:
        self._uses.new(node)
        body = node.named_child(node.named_child_count - 1) if node.named_child_count else None
        if body and body.type == "class_body":
            self._bases[body.id] = self._heads.type(node.child_by_field_name("type"))

    def _explicit(self, node: Node) -> None:
        self._uses.explicit(node)

    def _reference(self, node: Node) -> None:
        self._uses.reference(node)

    def _access(self, node: Node) -> None:
        self._uses.access(node)

    def _annotation(self, node: Node) -> None:
        self._uses.annotation(node)

    def _scoped(self, node: Node) -> None:
        self._uses.scoped(node)

    def _named(self, node: Node) -> None:
        self._uses.named(node)

    def _name(self, node: Node) -> None:
        self._uses.name(node)
