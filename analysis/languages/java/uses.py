"""Uses of names in a Java file, as references: calls, members, constructors, types.

A name that is a local variable leads nowhere and is left out; so is a type parameter.
"""

from tree_sitter import Node

from analysis.facts import DISCARDED, KEPT, Call, Reference
from analysis.languages.java.assembly import NEW
from analysis.languages.java.place import Place
from analysis.languages.java.types import Text, part, type_name
from analysis.languages.java.values import CALLED, INSTANCE, Values

UNKNOWN_RECEIVER = "?"
#: So common, and so seldom a repository's own, that nobody looks for their uses.
_EVERYWHERE = frozenset({"String", "Object", "Integer", "Long", "Boolean", "Override", "var"})


class Uses:
    """Collects the uses of a file, met in source order."""

    def __init__(self, nodes: dict[str, list[Node]], place: Place, text: Text) -> None:
        self.references: list[Reference] = []
        self.values = Values(place, text)
        self._place = place
        self._text = text
        self._discarded = {node.id for node in nodes.get("discarded", ())}
        self._seen = {node.id for node in nodes.get("not_used", ())}

    def call(self, node: Node) -> None:
        name, owner = node.child_by_field_name("name"), node.child_by_field_name("object")
        if name is None:
            return
        value = self.values.of(owner) if owner else ""
        if any(child.type == "super" for child in node.children) and owner and owner.type != "super":
            value = ""  # Outer.super.name()
        usage = DISCARDED if node.id in self._discarded else KEPT
        is_unknown = owner is not None and not value
        # Where the receiver is anybody's guess, nobody will hold the arguments against the call.
        call = None if is_unknown else self._call(node, usage)
        self._use(f"{self._text(name)}{CALLED}", UNKNOWN_RECEIVER if is_unknown else value, name, call)

    def new(self, node: Node) -> None:
        """The name that is made; one inside of another instance, `outer.new Inner()`, is not followed."""
        type_ = node.child_by_field_name("type")
        plain = part(type_, 0) if type_ and type_.type == "generic_type" else type_
        name = type_name(plain, self._text, self._place.generic)
        if plain is None or not name:
            return
        self._seen.add(plain.id)
        is_inside = any(child.type == "identifier" for child in node.named_children[:1])
        owner, _, last = name.rpartition(".")
        self._seen.update(child.id for child in plain.named_children[-1:])
        if not is_inside:
            self._use(last, owner, plain, self._call(node, KEPT))

    def explicit(self, node: Node) -> None:
        """`this(...)` and `super(...)`."""
        constructor = node.child_by_field_name("constructor")
        if constructor and node.child_by_field_name("object") is None:
            self._use(NEW, self._text(constructor), constructor, self._call(node, KEPT))

    def unwritten_super(self, line: int, scope: str, handled: tuple[str, ...]) -> None:
        self.references.append(Reference(NEW, "super", line, scope, Call(0, handled=handled)))

    def own_constructor(self, constant: Node) -> None:
        """What the constant of an enum is made by."""
        self._use(NEW, "this", constant, self._call(constant, KEPT))

    def reference(self, node: Node) -> None:
        """`Type::name`, `value::name`, `Type::new`."""
        owner, name = part(node, 0), node.children[-1] if node.children else None
        value = self._type_or_value(owner)
        if name and owner and name.type == NEW:
            outer, _, last = value.rpartition(".")
            if INSTANCE not in value and last:
                self._use(last, outer, owner, None)
        elif name and name.type == "identifier":
            self._use(f"{self._text(name)}{CALLED}", value or UNKNOWN_RECEIVER, name, None)

    def _type_or_value(self, node: Node | None) -> str:
        is_type = node is not None and node.type in ("generic_type", "scoped_type_identifier", "type_identifier")
        return type_name(node, self._text, self._place.generic) if is_type else self.values.of(node)

    def access(self, node: Node) -> None:
        """A field that is read or written, or a type inside a type; of an unknown value nobody can tell."""
        name, value = node.child_by_field_name("field"), self.values.of(node.child_by_field_name("object"))
        if name and name.type == "identifier" and value:
            self._use(self._text(name), value, name, None)

    def annotation(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        owner, _, last = "".join(self._text(name).split()).rpartition(".")
        if name and last not in _EVERYWHERE:
            self._use(last, owner, name, None)

    def scoped(self, node: Node) -> None:
        """`Outer.Inner` as a type: its last name; the names before it are met on their own."""
        self._seen.update(child.id for child in node.named_children[-1:])
        name = type_name(node, self._text, self._place.generic)
        owner, _, last = name.rpartition(".")
        if owner and node.id not in self._seen:
            self._use(last, owner, node, None)

    def named(self, node: Node) -> None:
        """A type by its plain name."""
        name = self._text(node)
        if node.id not in self._seen and name not in _EVERYWHERE and self._place.generic(name) is None:
            self._use(name, "", node, None)

    def name(self, node: Node) -> None:
        """A plain name in an expression: a field, or the type before a dot."""
        name = self._text(node)
        if self._place.variable(name) is None and name not in _EVERYWHERE:
            self._use(name, "", node, None)

    def _use(self, name: str, value: str, place: Node, call: Call | None) -> None:
        line = place.start_point[0] + 1
        path, is_instance, steps = value.partition(INSTANCE)
        receiver = UNKNOWN_RECEIVER if is_instance else value
        type_ = f"{path}{INSTANCE}{steps}" if steps else path
        self.references.append(
            Reference(name, receiver, line, self._place.qualname, call, type_ if is_instance else "")
        )

    def _call(self, node: Node, usage: str) -> Call:
        listed = node.child_by_field_name("arguments")
        arguments = [each for each in listed.named_children if "comment" not in each.type] if listed else []
        types = tuple(self.values.type_of(each) for each in arguments)
        is_open = any(each.type == "ERROR" for each in arguments)
        known, handled = types if any(types) else (), self._place.frame.handled
        return Call(len(arguments), open_ended=is_open, usage=usage, types=known, handled=handled)
