"""A Go syntax tree to facts, in one sweep over the captured nodes in source order.

The sweep keeps a stack of the blocks that enclose the current place, so that it knows what each name means where it
is used. A name that no block declares is the package's or an import's, and becomes a reference.
"""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from analysis.facts import CONSTANT, EVERYTHING, Call, Definition, Export, Facts, Import, Reference
from analysis.languages.captures import in_order
from analysis.languages.go import predeclared
from analysis.languages.go.calls import Usage, arguments_of, read_call
from analysis.languages.go.definitions import digest, of_function, of_type
from analysis.languages.go.place import Place
from analysis.languages.go.query import KINDS
from analysis.languages.go.types import names_of, part, parts_of
from analysis.languages.go.values import Values

#: There may be many of these functions, and nobody can call them.
_UNNAMED = frozenset({"_", "init"})


def extract(source: bytes, root: Node, nodes: dict[str, list[Node]]) -> Facts:
    sweep = _Sweep(source, nodes)
    for kind, node in in_order(nodes, KINDS, _names_last):
        sweep.visit(kind, node)
    facts = sweep.facts()
    return facts._replace(dynamic=True) if root.has_error else facts


def _names_last(kind: str) -> int:
    """What is declared comes before its name."""
    return int(kind == "name")


class _Sweep:
    def __init__(self, source: bytes, nodes: dict[str, list[Node]]) -> None:
        self._source = source
        self._visitors: dict[str, Callable[[Node], None]] = {kind: getattr(self, f"_{kind}") for kind in KINDS}
        self._place = Place(len(source))
        self._values = Values(self._place, self._text)
        self._usage = Usage(nodes)
        self._package_name = ""
        self._definitions: list[Definition] = []
        self._imports: list[Import] = []
        self._references: list[Reference] = []
        self._fields: dict[str, tuple[str, ...]] = {}
        self._types: dict[str, str] = {}
        self._bodies: set[int] = set()
        #: Names that are no uses, or whose use is known already.
        self._seen = {node.id for node in nodes.get("bound", ())}
        #: Keys of maps and slices are values; those of structs are not looked into.
        self._keys = {node.id for node in nodes.get("value_key", ())}

    def visit(self, kind: str, node: Node) -> None:
        self._place.move_to(node)
        self._visitors[kind](node)

    def facts(self) -> Facts:
        exports = (Export(self._package_name, EVERYTHING),) if self._package_name else ()
        definitions, imports = tuple(self._definitions), tuple(self._imports)
        return Facts(definitions, imports, tuple(self._uses()), self._fields, exports=exports, types=self._types)

    def _uses(self) -> Iterator[Reference]:
        """Without the names of packages, which stand before a dot."""
        packages = {imported.local or imported.module.rpartition("/")[2] for imported in self._imports}
        return (use for use in self._references if use.receiver or use.name not in packages)

    def _text(self, node: Node | None) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""

    # --- declarations ------------------------------------------------------------------------------------------------

    def _package(self, node: Node) -> None:
        self._package_name = self._text(node)

    def _import(self, node: Node) -> None:
        name = self._text(node.child_by_field_name("name"))
        module = self._text(node.child_by_field_name("path")).strip('"`')
        self._imports.append(Import(module, EVERYTHING if name == "." else None, name, node.start_point[0] + 1))

    def _function(self, node: Node) -> None:
        is_top, body = self._place.is_top, node.child_by_field_name("body")
        name = node.child_by_field_name("name")
        receiver = part(node.child_by_field_name("receiver"), 0)
        owner = self._values.type(receiver.child_by_field_name("type")) if receiver else ""
        qualname = f"{owner}.{self._text(name)}" if receiver else self._text(name)
        results = self._values.results(node)
        self._place.enter_function(node, qualname, len(results))
        self._see(name)
        self._bodies |= {body.id} if body else set()
        self._bind_type_parameters(node, receiver)
        if is_top and name and (owner or not receiver) and (receiver or self._text(name) not in _UNNAMED):
            self._definitions.append(of_function(qualname, node, self._values, self._text))
        for listed in ("receiver", "parameters", "result"):
            self._bind_parameters(node.child_by_field_name(listed), body.start_byte if body else node.end_byte)

    def _bind_parameters(self, listed: Node | None, start: int) -> None:
        for declared in parts_of(listed) if listed and listed.type == "parameter_list" else ():
            value = self._values.of_type(declared.child_by_field_name("type"))
            holds = "[]" if value and declared.type == "variadic_parameter_declaration" else ""
            for name in names_of(declared):
                self._place.bind(self._text(name), start, holds + value)

    def _bind_type_parameters(self, node: Node, receiver: Node | None) -> None:
        """`func Map[K comparable](…)`, `type List[T any]` and `func (l *List[T])`."""
        kind = receiver.child_by_field_name("type") if receiver else None
        kind = part(kind, 0) if kind and kind.type == "pointer_type" else kind
        arguments = kind.child_by_field_name("type_arguments") if kind and kind.type == "generic_type" else None
        names = [part(argument, 0) for argument in parts_of(arguments)]
        for declared in parts_of(node.child_by_field_name("type_parameters")):
            names += names_of(declared)
        for name in names:
            self._place.bind(self._text(name), node.start_byte)
            self._see(name)

    def _type(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        is_top = self._place.is_top
        self._see(name)
        if name and not is_top:
            self._place.bind(self._text(name), node.start_byte)
        self._place.enter(node)
        self._bind_type_parameters(node, None)
        if name and is_top and self._text(name) not in _UNNAMED:
            self._define_type(self._text(name), node)

    def _define_type(self, name: str, node: Node) -> None:
        definition, methods, fields = of_type(name, node, self._values, self._text)
        self._definitions += [definition, *methods]
        if fields:
            self._fields[name] = tuple(sorted(fields))
        self._types |= {f"{name}.{field}": value for field, value in fields.items() if value}

    def _variable(self, node: Node) -> None:
        names = names_of(node)
        given = parts_of(node.child_by_field_name("value"))
        kind = self._values.of_type(node.child_by_field_name("type"))
        values = [kind] * len(names) if kind or not given else self._values.several(given, len(names))
        self._usage.take(given, len(names))
        for name, value in zip(names, values, strict=False):
            self._see(name)
            if self._place.is_top:
                self._define_value(self._text(name), value, node)
            else:
                self._place.bind(self._text(name), node.end_byte, value)

    def _define_value(self, name: str, value: str, node: Node) -> None:
        if name in _UNNAMED:
            return
        line, end_line = node.start_point[0] + 1, node.end_point[0] + 1
        shown = digest(node.child_by_field_name("value"), self._text)
        self._definitions.append(Definition(name, CONSTANT, line, end_line, body_digest=shown))
        if value:
            self._types[name] = value

    # --- blocks ------------------------------------------------------------------------------------------------------

    def _block(self, node: Node) -> None:
        """What a function's body declares stands beside its parameters."""
        if node.id not in self._bodies:
            self._place.enter(node)

    def _type_switch(self, node: Node) -> None:
        alias = part(node.child_by_field_name("alias"), 0)
        value = node.child_by_field_name("value")
        self._see(alias)
        self._place.enter(node, alias=self._text(alias))
        if alias and value:
            self._place.bind(self._text(alias), value.end_byte, self._values.of(value))

    def _type_case(self, node: Node) -> None:
        """With one type its variable is of that type."""
        alias, kinds = self._place.alias, node.children_by_field_name("type")
        self._place.enter(node)
        if alias and len(kinds) == 1:
            self._place.bind(alias, kinds[0].end_byte, self._values.of_type(kinds[0]))

    def _declared(self, node: Node) -> None:
        """`a, b := …`, also of what a channel gives."""
        names, right = self._declared_names(node), node.child_by_field_name("right")
        given = parts_of(right) if right and right.type == "expression_list" else [right] if right else []
        self._usage.take(given, len(parts_of(node.child_by_field_name("left"))))
        for name, value in zip(names, self._values.several(given, len(names)) if given else (), strict=False):
            self._place.declare(self._text(name), node.end_byte, value)

    def _ranged(self, node: Node) -> None:
        """The second name is what the container holds; the first is its place, or nobody can say."""
        names, held = self._declared_names(node), self._values.of(node.child_by_field_name("right"))
        values = ["", f"{held}[]" if held else ""]
        for name, value in zip(names, values, strict=False):
            self._place.declare(self._text(name), node.end_byte, value)

    def _declared_names(self, node: Node) -> list[Node]:
        names = parts_of(node.child_by_field_name("left"))
        if not any(child.type == ":=" for child in node.children):
            return []
        for name in names:
            self._see(name)
        return names

    def _assigned(self, node: Node) -> None:
        self._usage.take(parts_of(node.child_by_field_name("right")), len(parts_of(node.child_by_field_name("left"))))

    def _returned(self, node: Node) -> None:
        self._usage.take(parts_of(part(node, 0)), self._place.results)

    # --- uses --------------------------------------------------------------------------------------------------------

    def _see(self, node: Node | None) -> None:
        if node:
            self._seen.add(node.id)

    def _call(self, node: Node) -> None:
        given = arguments_of(node)
        if len(given) > 1:
            self._usage.take_each(given)
        function = node.child_by_field_name("function")
        if function and function.type == "index_expression":  # of a generic function
            function = function.child_by_field_name("operand")
        if function and function.type in ("identifier", "selector_expression"):
            self._use(function, read_call(node, self._usage.of(node), self._text))

    def _instantiated(self, node: Node) -> None:
        """`Map[int](list)`: to the grammar a conversion."""
        kind = node.child_by_field_name("type")
        name = kind.child_by_field_name("type") if kind else None
        if name:
            self._use(name, Call(1, usage=self._usage.of(node)))

    def _use(self, node: Node, call: Call | None) -> None:
        if node.id in self._seen:
            return
        self._see(node)
        if node.type in ("identifier", "type_identifier"):
            self._use_name(node, call)
        elif node.type == "qualified_type":
            self._see(node.child_by_field_name("name"))
            package = self._text(node.child_by_field_name("package"))
            self._refer(node.child_by_field_name("name"), package, "", call)
        else:
            receiver, value = self._values.receiver(node.child_by_field_name("operand"))
            self._refer(node.child_by_field_name("field"), receiver, value, call)

    def _use_name(self, node: Node, call: Call | None) -> None:
        if self._text(node) not in predeclared.SILENT and self._text(node) != "_" and not self._values.is_local(node):
            self._refer(node, "", "", call)

    def _refer(self, name: Node | None, receiver: str, value: str, call: Call | None) -> None:
        if name and (receiver != "?" or value):
            line = name.start_point[0] + 1
            self._references.append(Reference(self._text(name), receiver, line, self._place.function, call, value))

    def _selector(self, node: Node) -> None:
        self._use(node, None)

    _qualified = _name = _type_name = _selector

    def _keyed(self, node: Node) -> None:
        key = part(node.child_by_field_name("key"), 0)
        if key and key.type == "identifier" and key.id not in self._keys:
            self._see(key)
