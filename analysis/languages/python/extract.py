"""A Python syntax tree to facts, in one sweep over the captured nodes in source order.

The sweep keeps a stack of the scopes and conditions that enclose the current place. References wait until the end:
a name may be bound anywhere in its function, also below its use, and a bound name is no longer the module's.
"""

import builtins
import re
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tree_sitter import Node

from analysis.facts import CLASS, FUNCTION, Definition, Facts, Import, Reference
from analysis.languages.captures import in_order
from analysis.languages.python.arguments import UNKNOWN_RECEIVER, Usage, called, read_call, receiver_of
from analysis.languages.python.imports import read_from, read_import
from analysis.languages.python.parameters import annotated_types, read_parameters
from analysis.languages.python.query import KINDS
from analysis.languages.python.scopes import Scope

_NAME = re.compile(rb"(?<![\w.])([A-Za-z_]\w*)(?!\s*[.\[(\w])")
_SELF_ATTRIBUTE = re.compile(rb"(?<![\w.])(?:self|cls)\.(\w+)(?!\s*[.\[(\w])")
_DECORATOR = re.compile(r"@\s*([\w.]+)")
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_CAUGHT = re.compile(
    rb"except\s*\*?\s*(?::|.*\b(?:Exception|BaseException|TypeError|AttributeError|ImportError|ModuleNotFoundError"
    rb"|NameError)\b)"
)
_BUILTINS = frozenset(dir(builtins))
#: Functions that make names the file does not spell out.
_DYNAMIC_CALLS = frozenset({"globals", "exec"})
_CONDITION, _GUARD = "branch", "guard"


#: Expressions whose value may be awaitable.
_MAYBE_AWAITABLE = frozenset(
    {
        "attribute",
        "boolean_operator",
        "call",
        "conditional_expression",
        "identifier",
        "parenthesized_expression",
        "subscript",
    }
)
#: Targets of an assignment that bind no name.
_PLACES = frozenset({"attribute", "subscript"})
#: Receivers that mean the class around the use.
_OWN = frozenset({"self", "cls", "super()"})
#: Receiver and name of calls that make one of the class around the use.
_MAKES_ITS_OWN = frozenset({("", "cls"), ("self", "__class__")})


class _Use(NamedTuple):
    """A use of a name as met; what it means is known when the whole file was seen."""

    name: str
    receiver: str
    place: Node
    call: Node | None
    made: str
    scope: Scope
    guarded: bool


class _Enclosing(NamedTuple):
    end: int
    kind: str
    scope: Scope


def extract(source: bytes, root: Node, nodes: dict[str, list[Node]]) -> Facts:
    sweep = _Sweep(source, nodes)
    for kind, node in in_order(nodes, KINDS):
        sweep.visit(kind, node)
    facts = sweep.facts()
    return facts._replace(dynamic=True) if root.has_error or b"sys.modules[__name__]" in source else facts


class _Sweep:
    def __init__(self, source: bytes, nodes: dict[str, list[Node]]) -> None:
        self._source = source
        self._usage = Usage(nodes)
        self._visitors: dict[str, Callable[[Node], None]] = {kind: getattr(self, f"_{kind}") for kind in KINDS}
        self._module = Scope(kind="module")
        self._stack = [_Enclosing(len(source) + 1, "module", self._module)]
        self._scopes = [self._module]
        self._definitions: list[Definition] = []
        self._imports: list[Import] = []
        self._uses: list[_Use] = []
        self._decorators: list[str] = []
        self._not_loads: set[int] = set()
        self._guards: list[tuple[int, int]] = []
        self._dynamic = False

    def visit(self, kind: str, node: Node) -> None:
        while self._stack[-1].end <= node.start_byte:
            self._stack.pop()
        self._visitors[kind](node)

    def facts(self) -> Facts:
        generators = {scope.qualname for scope in self._scopes if scope.is_generator}
        unknown = {scope.qualname for scope in self._scopes if scope.returns_unknown}
        makes = {scope.qualname: "".join(scope.makes) for scope in self._scopes if len(scope.makes) == 1}
        return Facts(
            tuple(
                definition._replace(
                    is_generator=definition.qualname in generators,
                    returns_unknown=definition.qualname in unknown,
                    makes=makes.get(definition.qualname, ""),
                )
                for definition in self._definitions
            ),
            tuple(self._imports),
            tuple(self._references()),
            {scope.qualname: tuple(sorted(scope.bound)) for scope in self._scopes if scope.is_open and scope.bound},
            self._dynamic or "__getattr__" in self._module.defined,
            types={
                f"{scope.qualname}.{name}".lstrip("."): made
                for scope in self._scopes
                if scope.is_open
                for name, made in scope.types.items()
                if made
            },
        )

    # --- scopes ------------------------------------------------------------------------------------------------------

    @property
    def _scope(self) -> Scope:
        return self._stack[-1].scope

    def _text(self, node: Node | None) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""

    def _is_conditional(self) -> bool:
        return self._stack[-1].kind in (_CONDITION, _GUARD)

    def _is_guarded(self) -> bool:
        return any(enclosing.kind == _GUARD for enclosing in self._stack)

    def _function(self, node: Node) -> None:
        parameters = node.child_by_field_name("parameters")
        returns = node.child_by_field_name("return_type")
        scope = self._define(
            node,
            Definition(
                qualname="",
                kind=FUNCTION,
                line=node.start_point[0] + 1,
                end_line=node.end_point[0] + 1,
                parameters=read_parameters(parameters, self._text),
                is_async=self._source[node.start_byte : node.start_byte + 6].startswith(b"async"),
                returns=" ".join(self._text(returns).split()) if returns else None,
            ),
        )
        scope.types.update(annotated_types(parameters, self._text))
        scope.bound.update(parameter.name for parameter in self._definitions[-1].parameters)

    def _class(self, node: Node) -> None:
        bases = node.child_by_field_name("superclasses")
        self._define(
            node,
            Definition(
                qualname="",
                kind=CLASS,
                line=node.start_point[0] + 1,
                end_line=node.end_point[0] + 1,
                bases=tuple(self._base(base) for base in bases.named_children) if bases else (),
            ),
        )

    def _define(self, node: Node, definition: Definition) -> Scope:
        """Record the definition and enter its scope."""
        outer = self._scope
        name = self._text(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        qualname = f"{outer.qualname}.{name}" if outer.qualname else name
        self._definitions.append(
            definition._replace(
                qualname=qualname,
                decorators=tuple(self._decorators),
                # What a function defines inside itself is nobody else's to call.
                conditional=self._is_conditional() or not outer.is_open,
                body_digest=zlib.crc32(self._source[body.start_byte : body.end_byte]) if body else 0,
            )
        )
        self._decorators = []
        outer.defined.add(name)
        if not outer.is_open:
            outer.bound.add(name)
        kind = definition.kind
        scope = Scope(kind=kind, qualname=qualname, outer=outer, is_open=outer.is_open and kind == CLASS)
        self._scopes.append(scope)
        self._stack.append(_Enclosing(node.end_byte, kind, scope))
        return scope

    def _base(self, node: Node) -> str:
        if node.type == "subscript":  # Generic[T]
            node = node.child_by_field_name("value") or node
        text = self._text(node)
        return text if _DOTTED.fullmatch(text) else "?"

    def _decorator(self, node: Node) -> None:
        match = _DECORATOR.match(self._text(node))
        self._decorators.append(match[1] if match else "?")

    def _branch(self, node: Node) -> None:
        self._stack.append(_Enclosing(node.end_byte, _CONDITION, self._scope))

    def _try(self, node: Node) -> None:
        self._branch(node)
        body = node.child_by_field_name("body")
        handlers = [child for child in node.named_children if child.type.startswith("except")]
        heads = (self._source[handler.start_byte : handler.start_byte + 300].split(b"\n")[0] for handler in handlers)
        if body and any(_CAUGHT.match(head) for head in heads):
            self._stack.append(_Enclosing(body.end_byte, _GUARD, self._scope))

    # --- names -------------------------------------------------------------------------------------------------------

    def _target(self, node: Node, made: str | None = "") -> None:
        self._not_loads.add(node.id)
        text = self._source[node.start_byte : node.end_byte]
        names = set() if node.type in _PLACES else {name.decode("utf-8", "replace") for name in _NAME.findall(text)}
        self._bind(names)
        if b"self." in text or b"cls." in text:
            attributes = {name.decode("utf-8", "replace") for name in _SELF_ATTRIBUTE.findall(text)}
            self._bind_attributes(attributes, made if len(attributes) == 1 else "")

    def _bind_attributes(self, names: set[str], made: str | None) -> None:
        """Attributes of `self`; None, which many have first, says nothing of what they are."""
        owner = self._scope.enclosing_class()
        if owner:
            owner.bound |= names
            for name in names:
                owner.bind_type(name, made)

    def _bind(self, names: set[str]) -> None:
        scope = self._scope
        self._module.bound.update(names & scope.global_names)
        scope.rebind(names)

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None:
            return
        made = self._made(right, self._text(node.child_by_field_name("type")).strip("\"'"))
        name, scope = self._text(left), self._scope
        if left.type == "identifier" and name not in scope.global_names:
            known = scope.types.get(name, "" if name in scope.bound else made)
            self._target(left)
            scope.types[name] = made if known == made else ""
        else:
            self._target(left, None if right is not None and right.type == "none" else made)

    def _made(self, right: Node | None, annotation: str) -> str:
        """What made the value that is assigned, in words that mean the same outside this function; or nothing."""
        if annotation:
            return annotation if _DOTTED.fullmatch(annotation) else ""
        match right.type if right else "":
            case "call":
                return self._called(right)
            case "identifier":
                binder = self._scope.binder(self._text(right))
                return binder.types.get(self._text(right), "") if binder else ""
        return ""

    def _called(self, call: Node | None) -> str:
        return self._from_outside(called(call, self._text), self._scope) if call else ""

    def _from_outside(self, maker: str, scope: Scope) -> str:
        """The dotted name; what a function's own variable was made by stands for the variable."""
        head, dot, rest = maker.partition(".")
        binder = None if head in _OWN else scope.binder(head)
        if binder is None:
            return maker
        made = binder.types.get(head, "")
        return f"{made}().{rest}" if made and dot else ""

    def _global(self, node: Node) -> None:
        self._scope.global_names.update(self._text(child) for child in node.named_children)

    def _nonlocal(self, node: Node) -> None:
        self._scope.rebind({self._text(child) for child in node.named_children})

    def _import(self, node: Node) -> None:
        self._add_imports(read_import(node, self._text))

    def _from(self, node: Node) -> None:
        self._add_imports(read_from(node, self._text))

    def _add_imports(self, found: list[Import]) -> None:
        scope = self._scope
        at_top = scope.kind != FUNCTION
        guarded = self._is_guarded() or (at_top and self._is_conditional())
        for imported in found:
            where = "" if scope.kind == "module" else scope.qualname
            self._imports.append(imported._replace(scope=where, guarded=guarded))
            scope.imported.add(imported.local)
            self._module.known_names.add(imported.local)

    # --- uses --------------------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> None:
        function = node.child_by_field_name("function")
        if function is None:
            return
        if function.type == "identifier":
            name = self._text(function)
            self._dynamic |= name in _DYNAMIC_CALLS
            self._use(name, "", node, node)
        elif function.type == "attribute":
            self._not_loads.add(function.id)
            name_node = function.child_by_field_name("attribute") or function
            receiver, made = receiver_of(function.child_by_field_name("object"), self._text)
            self._use(self._text(name_node), receiver, name_node, node, made)

    def _attribute(self, node: Node) -> None:
        """An attribute that is read and not called. Only of modules and of `self`: others lead nowhere."""
        if node.id in self._not_loads:
            return
        receiver = self._text(node.child_by_field_name("object"))
        if receiver in self._module.known_names or receiver in _OWN:
            name = node.child_by_field_name("attribute") or node
            self._use(self._text(name), receiver, name, None)

    def _name(self, node: Node) -> None:
        self._use(self._text(node), "", node, None)

    def _use(self, name: str, receiver: str, place: Node, call: Node | None, made: str = "") -> None:
        self._uses.append(_Use(name, receiver, place, call, made, self._scope, self._is_guarded()))

    def _yield(self, _: Node) -> None:
        self._scope.is_generator = True

    def _returned(self, node: Node) -> None:
        self._scope.returns_unknown |= node.type in _MAYBE_AWAITABLE
        if node.type != "none":
            self._scope.makes.add(self._made(node, ""))

    def _references(self) -> Iterator[Reference]:
        """Uses that may mean something outside their function, with what is known about their receivers."""
        own = self._module.bound | self._module.defined | self._module.known_names
        for use in self._uses:
            receiver, made = use.receiver, use.made
            head = receiver.partition(".")[0] or use.name
            owner = None if receiver == UNKNOWN_RECEIVER or head in _OWN else use.scope.binder(head)
            if receiver == UNKNOWN_RECEIVER:
                made = self._from_outside(made, use.scope)
            elif owner and "." in receiver:
                receiver = self._from_outside(receiver, use.scope) or UNKNOWN_RECEIVER
            elif owner and receiver:
                receiver, made = UNKNOWN_RECEIVER, owner.types.get(receiver, "")
            yield from self._called_instance(use, owner)
            yield from self._called_own_class(use)
            is_local = owner is not None and (owner.kind == FUNCTION or use.name not in owner.defined)
            if not receiver and (is_local or (head in _BUILTINS and head not in own)):
                continue
            yield self._reference(use, use.name, receiver, made)

    def _called_instance(self, use: _Use, owner: Scope | None) -> Iterator[Reference]:
        """A call of what is known to be an instance calls its class's `__call__`."""
        if use.call and use.receiver in ("", "self"):
            holder = use.scope.enclosing_class() if use.receiver else owner or self._module
            made = holder.types.get(use.name, "") if holder else ""
            if made:
                yield self._reference(use, "__call__", UNKNOWN_RECEIVER, made)

    def _called_own_class(self, use: _Use) -> Iterator[Reference]:
        """`cls(...)` and `self.__class__(...)` make one of the class around them."""
        klass = use.scope.enclosing_class()
        if use.call and klass and (use.receiver, use.name) in _MAKES_ITS_OWN:
            outer, _, name = klass.qualname.rpartition(".")
            yield self._reference(use, name, outer, "")

    def _reference(self, use: _Use, name: str, receiver: str, made: str) -> Reference:
        call = read_call(use.call, self._usage.of(use.call), self._text) if use.call else None
        line = use.place.start_point[0] + 1
        return Reference(name, receiver, line, use.scope.qualname, call, made, use.guarded)
