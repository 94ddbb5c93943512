"""Captured nodes of any language to facts, in one sweep in source order.

What a query may capture: `namespace`, `class`, `inside` (members of something that is defined elsewhere), `function`,
`constant` and `bound` (a name and nothing more), `field` (the same, of the class around), `section` (a modifier for
what follows), `base` of the class around, `call`, `target` (of an assignment,
which is none), `name` (a use that is no call), `import`, `condition` and
`guard` (around what may not be there, and around what may fail), `unspelled` (members nobody spells out).
"""

import zlib
from collections.abc import Callable
from typing import NamedTuple

from tree_sitter import Node

from analysis.facts import CONSTANT, FUNCTION, NAMESPACE, Definition, Facts, Import, Parameter
from analysis.languages.captures import in_order
from analysis.languages.outline.assembly import one_per_name
from analysis.languages.outline.outline import Outline
from analysis.languages.outline.scopes import FUNCTION_SCOPE, OPEN_SCOPE, Scope
from analysis.languages.outline.spelling import dotted, full_name
from analysis.languages.outline.uses import Uses

KINDS = (
    "namespace", "class", "inside", "function", "constant", "bound", "field", "section", "base", "target", "call",
    "name", "import", "condition", "guard", "unspelled",
)  # fmt: skip
_BODIES = frozenset({"function_body", "class_body"})


class _Enclosing(NamedTuple):
    end: int
    kind: str
    scope: Scope


def extract(outline: Outline, source: bytes, root: Node, nodes: dict[str, list[Node]]) -> Facts:
    sweep = _Sweep(outline, source)
    for kind, node in in_order(nodes, KINDS, KINDS.index):
        sweep.visit(kind, node)
    facts = sweep.facts()
    return facts._replace(dynamic=True) if root.has_error else facts


class _Sweep:
    def __init__(self, outline: Outline, source: bytes) -> None:
        self._outline = outline
        self._source = source
        self._visitors: dict[str, Callable[[Node], None]] = {kind: getattr(self, f"_{kind}") for kind in KINDS}
        self._module = Scope(OPEN_SCOPE)
        self._stack = [_Enclosing(len(source) + 1, "", self._module)]
        self._scopes = [self._module]
        self._definitions: list[Definition] = []
        self._imports: list[Import] = []
        self._uses = Uses(outline, source)
        self._targets: set[int] = set()
        self._dynamic = False

    def visit(self, kind: str, node: Node) -> None:
        while self._stack[-1].end <= node.start_byte:
            self._stack.pop()
        self._visitors[kind](node)

    def facts(self) -> Facts:
        bases: dict[str, dict[str, None]] = {}
        bindings: dict[str, set[str]] = {}
        for scope in (scope for scope in self._scopes if scope.kind == OPEN_SCOPE):
            bases.setdefault(scope.qualname, {}).update(dict.fromkeys(scope.bases))
            bindings.setdefault(scope.qualname, set()).update(scope.bound)
        definitions = [
            each if each.kind == FUNCTION else each._replace(bases=tuple(bases.get(each.qualname, ())))
            for each in self._definitions
        ]
        return Facts(
            tuple(one_per_name(definitions, self._outline.joined) if self._outline.overloads else definitions),
            tuple(self._imports),
            tuple(self._uses.references()),
            {qualname: tuple(sorted(names)) for qualname, names in bindings.items() if names},
            self._dynamic,
        )

    # --- scopes ------------------------------------------------------------------------------------------------------

    @property
    def _scope(self) -> Scope:
        return self._stack[-1].scope

    def _text(self, node: Node | None) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""

    def _enter(self, node: Node, scope: Scope) -> None:
        self._scopes.append(scope)
        self._stack.append(_Enclosing(node.end_byte, "", scope))

    def _named_scope(self, node: Node, name: str, *, is_class: bool) -> Scope:
        outer = self._scope
        is_open = outer.kind == OPEN_SCOPE and bool(name)
        words = ("static",) if node.type in self._outline.static_bodies else ()
        qualname = outer.inside(name) if is_open else outer.qualname
        return Scope(OPEN_SCOPE if is_open else FUNCTION_SCOPE, qualname, outer, is_class=is_class, words=words)

    def _define(self, node: Node, qualname: str, kind: str, parameters: tuple[Parameter, ...] = ()) -> None:
        conditional = kind == NAMESPACE or any(enclosing.kind == "condition" for enclosing in self._stack)
        definition = Definition(
            qualname,
            kind,
            node.start_point[0] + 1,
            node.end_point[0] + 1,
            parameters,
            decorators=(*self._scope.words, *self._outline.modifiers(node, self._text)),
            conditional=conditional,
            body_digest=self._digest(node),
        )
        self._definitions.append(definition)

    def _digest(self, node: Node) -> int:
        """Of the body; of what stands in its place where there is none."""
        body = node.child_by_field_name("body") or next((c for c in node.children if c.type in _BODIES), None)
        head = node.child_by_field_name("name")
        start, end = (body.start_byte, body.end_byte) if body else (head.end_byte if head else 0, node.end_byte)
        return zlib.crc32(self._source[start:end])

    def _namespace(self, node: Node) -> None:
        """One without a body is of the whole rest of the file. Nothing is said of a namespace itself."""
        name, outer = dotted(self._outline.name(node, self._text)), self._scope
        if node.child_by_field_name("body") is None:
            self._module.qualname = name
            outer, scope = Scope(OPEN_SCOPE), self._module
        else:
            scope = self._named_scope(node, name, is_class=False)
            self._enter(node, scope)
        if name and scope.kind == OPEN_SCOPE:
            self._define(node, outer.inside(name), NAMESPACE)

    def _class(self, node: Node) -> None:
        name = dotted(self._outline.name(node, self._text))
        scope = self._named_scope(node, name, is_class=True)
        if scope.kind == OPEN_SCOPE:
            self._define(node, scope.qualname, self._outline.kind_of(node))
        elif name:
            self._scope.bound.add(name)
        self._enter(node, scope)

    def _inside(self, node: Node) -> None:
        outer, name = self._scope, dotted(self._outline.name(node, self._text))
        scope = self._named_scope(node, name, is_class=True)
        if not name:  # of the same class
            scope.kind, scope.bases = outer.kind, outer.bases
        self._enter(node, scope)

    def _function(self, node: Node) -> None:
        outer, name = self._scope, dotted(self._outline.name(node, self._text))
        parameters = self._outline.parameters(node, self._text)
        if name in self._outline.hooks:
            self._unspelled(node)
        qualname = outer.qualname
        if name and outer.kind == OPEN_SCOPE:
            qualname = outer.inside(name)
            self._define(node, qualname, FUNCTION, parameters)
        elif name:
            outer.bound.add(name)
        self._enter(node, Scope(FUNCTION_SCOPE, qualname, outer, bound={parameter.name for parameter in parameters}))

    def _constant(self, node: Node) -> None:
        name, scope = dotted(self._text(node)), self._scope
        if scope.kind != OPEN_SCOPE:
            scope.bound.add(name)
        elif name:
            self._define(node.parent or node, scope.inside(name), CONSTANT)

    def _bound(self, node: Node) -> None:
        self._scope.bound.add(self._text(node).lstrip("$"))

    def _field(self, node: Node) -> None:
        owner = self._class_around()
        if owner:
            owner.bound.add(self._text(node).lstrip("$:"))

    def _class_around(self) -> Scope | None:
        scope: Scope | None = self._scope
        while scope and not scope.is_class:
            scope = scope.outer
        return scope

    def _section(self, node: Node) -> None:
        if (word := self._text(node)) in self._outline.sections:
            self._scope.words = (word,)

    def _condition(self, node: Node) -> None:
        self._stack.append(_Enclosing(node.end_byte, "condition", self._scope))

    def _guard(self, node: Node) -> None:
        self._stack.append(_Enclosing(node.end_byte, "guard", self._scope))

    def _unspelled(self, _node: Node) -> None:
        owner = self._class_around()
        if owner:
            owner.bases.append("?")
        else:
            self._dynamic = True

    # --- names -------------------------------------------------------------------------------------------------------

    def _base(self, node: Node) -> None:
        owner = self._class_around()
        if owner:
            owner.bases.append(full_name(self._text(node), self._outline) or "?")

    def _import(self, node: Node) -> None:
        found, scope = self._outline.imports(node, self._text), self._scope
        guarded = self._is_guarded()
        self._imports += [each._replace(scope=scope.qualname, guarded=guarded) for each in found]

    def _is_guarded(self) -> bool:
        return any(enclosing.kind == "guard" for enclosing in self._stack)

    def _target(self, node: Node) -> None:
        self._targets.add(node.id)

    def _call(self, node: Node) -> None:
        for kind, meant in self._outline.also(node, self._text, self._scope.is_class):
            self._visitors[kind](meant)
        if node.id not in self._targets:
            self._uses.call(node, self._scope, guarded=self._is_guarded())

    def _name(self, node: Node) -> None:
        self._uses.name(node, self._scope, guarded=self._is_guarded())
