"""A TypeScript syntax tree to facts, in one sweep over the captured nodes in source order.

The sweep keeps a stack of the scopes and blocks that enclose the current place. Only what stands at the top of the
module, or in a class there, is a definition: what a function or a block declares is nobody else's to use.
"""

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from analysis.facts import (
    CONSTANT,
    DEFAULT,
    EVERYTHING,
    NAMESPACE,
    OBJECT,
    WHOLE,
    Definition,
    Export,
    Facts,
    Import,
)
from analysis.languages.captures import in_order
from analysis.languages.typescript.assembly import assembled
from analysis.languages.typescript.calls import FUNCTIONS, extended_by, made_by, titled_test
from analysis.languages.typescript.definitions import may_be_promise, of_alias, of_class, of_function, of_value
from analysis.languages.typescript.exports import UNSPELLED, commonjs_exports, commonjs_name, read_export
from analysis.languages.typescript.imports import read_import, read_required, required_module, unquoted
from analysis.languages.typescript.place import BLOCK, GUARD, Place
from analysis.languages.typescript.prototypes import owners_of_open_prototypes
from analysis.languages.typescript.query import KINDS
from analysis.languages.typescript.references import Uses
from analysis.languages.typescript.scopes import CLASS_SCOPE, FUNCTION_SCOPE, MODULE, Scope
from analysis.languages.typescript.types import is_plain_value, part, type_name

_EXPORTS = re.compile(rb"(?<![\w$.])(?:module\.)?exports\s*[.=\[,)]")
_METHODS = frozenset({"method_definition", "method_signature", "abstract_method_signature"})


def extract(source: bytes, root: Node, nodes: dict[str, list[Node]], *, typed: bool) -> Facts:
    """`typed`: the file is TypeScript, so that a parameter is optional only where it says so."""
    sweep = _Sweep(source, nodes, typed=typed)
    for kind, node in in_order(nodes, KINDS):
        sweep.visit(kind, node)
    facts = sweep.facts()
    return facts._replace(dynamic=True) if root.has_error else facts


class _Sweep:
    def __init__(self, source: bytes, nodes: dict[str, list[Node]], *, typed: bool) -> None:
        self._source = source
        self._typed = typed
        self._visitors: dict[str, Callable[[Node], None]] = {kind: getattr(self, f"_{kind}") for kind in KINDS}
        self._place = Place(len(source))
        self._module = self._place.module
        self._definitions: list[Definition] = []
        self._imports: list[Import] = []
        self._exports: list[Export] = []
        self._uses = Uses(source, nodes, self._text, self._module)
        self._decorators: list[str] = []
        self._reassigned: list[tuple[str, Scope]] = []
        #: Nodes that get their name from the place they stand in.
        self._named: dict[int, str] = {}
        self._tests: dict[int, str] = {}
        self._required_until = 0
        #: Literal objects that are `module.exports`.
        self._exported_objects: set[int] = set()
        self._prototypes = owners_of_open_prototypes(source)
        #: What gets members outside its own braces, and which; empty where that is not said.
        self._extended = {(owner, "") for owner in self._prototypes}
        self._commonjs = 0
        self._is_module = False

    def visit(self, kind: str, node: Node) -> None:
        self._place.move_to(node)
        self._visitors[kind](node)

    def facts(self) -> Facts:
        for name, scope in self._reassigned:
            (scope.binder(name) or self._module).reassign(name)
        imported = {imported.local for imported in self._imports if imported.local}
        extended = self._extended | self._open_to_strangers()
        definitions = assembled(self._definitions, self._place.scopes, self._exports, extended)
        return Facts(
            definitions,
            tuple(self._imports),
            tuple(self._uses.references(imported)),
            {
                scope.qualname: tuple(sorted(scope.bound))
                for scope in self._place.scopes
                if scope.is_open and scope.bound
            },
            self._has_unspelled_exports(),
            (*dict.fromkeys(self._exports), *self._interoperable()),
        )

    def _interoperable(self) -> Iterator[Export]:
        """What `import name from` gets of a CommonJS module that is no single value: the module."""
        if self._commonjs and not any(export.name in (DEFAULT, WHOLE) for export in self._exports):
            yield Export(DEFAULT, EVERYTHING)

    def _has_unspelled_exports(self) -> bool:
        """CommonJS' `exports` is an ordinary value: it may be filled in ways nobody can read."""
        return not self._is_module and len(_EXPORTS.findall(self._source)) > self._commonjs

    def _open_to_strangers(self) -> set[tuple[str, str]]:
        """All that the file has, where a prototype is written to that may be anything's."""
        return {(name, "") for name in self._module.defined} if self._prototypes - self._module.defined else set()

    # --- scopes ------------------------------------------------------------------------------------------------------

    @property
    def _scope(self) -> Scope:
        return self._place.scope

    def _text(self, node: Node | None) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""

    def _define(self, name: str, definition: Definition) -> str:
        """Record the definition, where others can reach it. Answers the qualified name of what is inside it."""
        outer = self._scope
        decorators, self._decorators = self._decorators, []
        if not name:
            return outer.qualname
        if not self._place.is_open:
            outer.bind(name)
            return outer.qualname
        qualname = f"{outer.qualname}.{name}" if outer.qualname else name
        self._definitions.append(
            definition._replace(qualname=qualname, decorators=(*decorators, *definition.decorators))
        )
        outer.defined.add(name)
        return qualname

    def _function(self, node: Node) -> None:
        outer = self._scope
        is_method = node.type in _METHODS
        name = self._named.pop(node.id, "") or self._declared_name(node)
        definition = of_function(node, self._text, typed=self._typed)
        qualname = self._define(name, definition)
        if title := self._tests.pop(node.id, ""):
            qualname = title
            self._definitions.append(definition._replace(qualname=title, conditional=True))
        own = outer.own if node.type == "arrow_function" else outer if is_method else None
        scope = Scope(FUNCTION_SCOPE, qualname, outer, is_open=False, own=own)
        scope.returns_unknown = may_be_promise(node.child_by_field_name("body"))
        scope.gives_value = is_plain_value(definition.returns or "")
        self._place.enter(node, scope)
        if node.type in ("function_expression", "generator_function"):
            scope.bind(self._text(node.child_by_field_name("name")))

    def _declared_name(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        if name is None or node.type in FUNCTIONS or name.type == "computed_property_name":
            return ""
        return unquoted(name, self._text)

    def _class(self, node: Node) -> None:
        is_expression = node.type == "class"
        name = self._named.pop(node.id, "") or ("" if is_expression else self._declared_name(node))
        outer, is_open = self._scope, bool(name) and self._place.is_open
        qualname = self._define(name, of_class(node, self._text))
        scope = Scope(CLASS_SCOPE, qualname, outer, is_open=is_open)
        scope.own = scope
        self._place.enter(node, scope)

    _enum = _class

    def _member(self, node: Node) -> None:
        if self._place.is_open:
            self._define(self._text(node), of_value(node, CONSTANT, self._text))

    def _alias(self, node: Node) -> None:
        self._define(self._declared_name(node), of_alias(node, self._text))
        self._signature(node)

    def _namespace(self, node: Node) -> None:
        """What a namespace holds is not told apart."""
        name = node.child_by_field_name("name")
        if name and name.type == "identifier":
            self._define(self._text(name), of_value(node, NAMESPACE, self._text))
        self._signature(node)

    def _signature(self, node: Node) -> None:
        """A place with parameters of its own and no code."""
        outer = self._scope
        self._place.enter(node, Scope(FUNCTION_SCOPE, outer.qualname, outer, is_open=False, own=outer.own))

    def _block(self, node: Node) -> None:
        self._place.enter_block(node, BLOCK)

    def _guard(self, node: Node) -> None:
        self._place.enter_block(node, GUARD)

    def _object(self, node: Node) -> None:
        """A literal object: of a constant its members can be reached, of any other expression they cannot."""
        outer, name = self._scope, self._named.pop(node.id, "")
        if node.id in self._exported_objects:
            self._place.enter_block(node, MODULE)
            return
        qualname = f"{outer.qualname}.{name}" if outer.qualname and name else name or outer.qualname
        self._place.enter(node, Scope(CLASS_SCOPE, qualname, outer, is_open=bool(name), own=outer.own))

    # --- names -------------------------------------------------------------------------------------------------------

    def _variable(self, node: Node) -> None:
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if target is None:
            return
        if module := required_module(value, self._text):
            self._required_until = target.end_byte
            self._add_imports(list(read_required(target, module, self._text)))
        elif target.type == "identifier":
            self._named_value(self._text(target), node, value)

    def _named_value(self, name: str, node: Node, value: Node | None) -> None:
        annotation = type_name(node.child_by_field_name("type"), self._text)
        kind = annotation or made_by(value, self._text)
        if not self._place.is_open:
            self._scope.bind(name, kind, annotated=bool(annotation))
        elif not self._name_inside(name, value, FUNCTIONS | {"class"}):
            self._value(name, node, value, kind)
            self._scope.declare(name, kind, annotated=bool(annotation))

    def _value(self, name: str, node: Node, value: Node | None, kind: str) -> None:
        # Of an annotated constant others see what the annotation says, not what stands in the object.
        shown = None if node.child_by_field_name("type") else _unwrapped(value)
        is_object = self._name_inside(name, shown, frozenset({"object"}))
        self._define(
            name, of_value(node, OBJECT if is_object else CONSTANT, self._text)._replace(returns=kind or None)
        )

    def _name_inside(self, name: str, value: Node | None, kinds: frozenset[str]) -> bool:
        """Give a function, class or object that is met next the name of the place it stands in."""
        if value is None or value.type not in kinds:
            return False
        self._named[value.id] = name
        return True

    def _field(self, node: Node) -> None:
        self._place_in_class(node.child_by_field_name("name"), node, node.child_by_field_name("value"))

    def _pair(self, node: Node) -> None:
        self._place_in_class(node.child_by_field_name("key"), node, node.child_by_field_name("value"))

    def _place_in_class(self, name: Node | None, node: Node, value: Node | None) -> None:
        if name is None or name.type == "computed_property_name" or self._place.kind != CLASS_SCOPE:
            return
        if not self._name_inside(unquoted(name, self._text), value, FUNCTIONS):
            annotation = type_name(node.child_by_field_name("type"), self._text)
            kind = annotation or made_by(value, self._text)
            self._scope.bind(unquoted(name, self._text), kind, annotated=bool(annotation))

    def _property(self, node: Node) -> None:
        if self._place.kind == CLASS_SCOPE:
            self._scope.bind(self._text(node))

    def _unspelled(self, node: Node) -> None:
        scope = self._scope if self._scope.kind == CLASS_SCOPE else self._scope.outer
        if scope and scope.kind == CLASS_SCOPE and not self._text(node).startswith("[Symbol."):
            scope.is_unspelled = True

    def _decorator(self, node: Node) -> None:
        self._decorators.append(self._text(node).partition("(")[0])

    def _parameter(self, node: Node) -> None:
        pattern = node.child_by_field_name("pattern")
        if pattern and pattern.type == "this":
            self._scope.own = None
            self._scope.bind("this", type_name(node.child_by_field_name("type"), self._text), annotated=True)
        if pattern is None or pattern.type != "identifier":
            return
        name, kind = self._text(pattern), type_name(node.child_by_field_name("type"), self._text)
        self._scope.bind(name, kind, annotated=bool(kind))
        if any(child.type in ("accessibility_modifier", "readonly") for child in node.children) and self._scope.outer:
            self._scope.outer.bind(name, kind, annotated=bool(kind))  # constructor(private api: Client)

    def _bound(self, node: Node) -> None:
        if node.start_byte >= self._required_until and self._scope.kind != CLASS_SCOPE:
            self._scope.bind(self._text(node))

    def _rebound(self, node: Node) -> None:
        self._reassigned.append((self._text(node), self._scope))

    def _assignment(self, node: Node) -> None:
        target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        if target is None or value is None:
            return
        if target.type in ("member_expression", "subscript_expression"):
            owner, name = target.child_by_field_name("object"), target.child_by_field_name("property")
            self._extended.add((self._text(owner), self._text(name)))
        if target.type == "identifier":
            self._rebound(target)
        elif exported := commonjs_name(target, self._text):
            self._commonjs_export(exported, value)
        elif target.type == "member_expression" and self._text(target.child_by_field_name("object")) == "this":
            self._own_field(self._text(target.child_by_field_name("property")), value)

    def _own_field(self, name: str, value: Node) -> None:
        own = self._scope.own
        if own is None:
            return
        if name in own.bound:
            own.reassign(name)
        elif name not in own.defined:
            own.bind(name, made_by(value, self._text))

    def _extend(self, name: str) -> None:
        """`Object.assign(name, …)`: it gets members that are not spelled out."""
        if name == "this" and self._scope.own:
            self._scope.own.is_unspelled = True
        self._extended.add((name, ""))

    # --- modules -----------------------------------------------------------------------------------------------------

    def _import(self, node: Node) -> None:
        if self._scope is self._module:
            self._is_module = True
            self._add_imports(read_import(node, self._text))

    def _add_imports(self, found: list[Import]) -> None:
        scope, guarded = self._scope.qualname, self._place.is_guarded
        self._imports += [imported._replace(scope=scope, guarded=guarded) for imported in found]

    def _export(self, node: Node) -> None:
        if self._place.kind != MODULE:
            return
        self._is_module = True
        exports, imports = read_export(node, self._text)
        self._exports += exports
        self._imports += imports
        value = node.child_by_field_name("value") or node.child_by_field_name("declaration")
        if value and Export(DEFAULT, DEFAULT) in exports:
            self._unnamed(DEFAULT, value)

    def _unnamed(self, name: str, value: Node) -> None:
        """An exported value that only its export names."""
        if not self._name_inside(name, value, FUNCTIONS | {"class", "function_declaration", "class_declaration"}):
            self._value(name, value, value, made_by(value, self._text))

    def _commonjs_export(self, exported: str, value: Node) -> None:
        self._commonjs += 1
        if self._place.kind != MODULE:
            self._exports.append(UNSPELLED)
            return
        if exported == WHOLE and value.type == "object":
            self._exported_objects.add(value.id)
        for export, unnamed in commonjs_exports(exported, value, self._text):
            self._exports.append(export)
            if unnamed:
                self._unnamed(export.local, unnamed)

    # --- uses --------------------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> None:
        if named := titled_test(node, self._text):
            body, title = named
            self._tests[body.id] = title
        if extended := extended_by(node, self._text):
            self._extend(extended)
        if module := required_module(node, self._text):
            self._add_imports([Import(module, None, "", node.start_point[0] + 1)])
        self._uses.call(node, self._scope)

    def _new(self, node: Node) -> None:
        self._uses.new(node, self._scope)

    def _attribute(self, node: Node) -> None:
        self._uses.attribute(node, self._scope)

    def _looked_at(self, node: Node) -> None:
        self._uses.looked_at(node, self._scope)

    def _element(self, node: Node) -> None:
        self._uses.element(node, self._scope)

    def _name(self, node: Node) -> None:
        self._uses.name(node, self._scope)

    def _returned(self, node: Node) -> None:
        self._scope.returns_unknown |= may_be_promise(node)


def _unwrapped(value: Node | None) -> Node | None:
    """The literal object of `{…} as const` and `{…} satisfies Type`."""
    wrapped = value is not None and value.type in ("as_expression", "satisfies_expression")
    return part(value, 0) if value and wrapped else value
