"""A Python syntax tree to facts, in one sweep over the captured nodes in source order.

The sweep keeps a stack of the scopes and conditions that enclose the current place. References wait until the end:
a name may be bound anywhere in its function, also below its use, and a bound name is no longer the module's.
"""

import builtins
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from tree_sitter import Node

from analysis.facts import CLASS, FUNCTION, Definition, Facts, Import, Reference
from analysis.languages.captures import in_order
from analysis.languages.python.arguments import UNKNOWN_RECEIVER, called, plainly_called, read_call, receiver_of
from analysis.languages.python.fixtures import filled, is_fixture, may_be_filled
from analysis.languages.python.imports import Text, read_from, read_import
from analysis.languages.python.parameters import read_parameters
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


#: A use of a name as met: name, receiver, line, call, what made the receiver, scope, guarded. What it means is known
#: when the whole file was seen. No named tuple: there are a hundred in a file.
_Use = tuple[str, str, int, Node | None, str, Scope, bool]


class _Enclosing(NamedTuple):
    end: int
    kind: str
    scope: Scope
    guarded: bool = False


def extract(source: bytes, root: Node, nodes: dict[str, list[Node]]) -> Facts:
    sweep = _Sweep(source)
    sweep.visit(in_order(nodes, KINDS, _rank))
    facts = sweep.facts()
    return facts._replace(dynamic=True) if root.has_error or b"sys.modules[__name__]" in source else facts


def _rank(kind: str) -> bool:
    """Targets first: an attribute that is one is not read."""
    return kind != "target"


class _Sweep:
    def __init__(self, source: bytes) -> None:
        self._source = source
        self._module = Scope(kind="module")
        self._stack = [_Enclosing(len(source) + 1, "module", self._module)]
        self._scopes = [self._module]
        self._definitions: list[dict[str, Any]] = []
        self._imports: list[Import] = []
        self._uses: list[_Use] = []
        self._decorators: list[str] = []
        self._targets: set[int] = set()
        #: Where the attributes end that are called.
        self._called_until: set[int] = set()
        self._dynamic = False

    def visit(self, nodes: Iterable[tuple[str, Node]]) -> None:
        stack = self._stack
        for kind, node in nodes:
            start = node.start_byte
            while stack[-1].end <= start:
                stack.pop()
            _VISITORS[kind](self, node)

    def facts(self) -> Facts:
        generators = {scope.qualname for scope in self._scopes if scope.is_generator}
        unknown = {scope.qualname for scope in self._scopes if scope.returns_unknown}
        makes = {scope.qualname: "".join(scope.makes) for scope in self._scopes if len(scope.makes) == 1}
        return Facts(
            tuple(
                Definition(
                    **definition,
                    is_generator=definition["qualname"] in generators,
                    returns_unknown=definition["qualname"] in unknown,
                    makes=makes.get(definition["qualname"], ""),
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

    def _enter(self, end: int, kind: str, scope: Scope) -> None:
        self._stack.append(_Enclosing(end, kind, scope, self._stack[-1].guarded or kind == _GUARD))

    def _function(self, node: Node) -> None:
        returns, outer = node.child_by_field_name("return_type"), self._scope
        found, types = read_parameters(node.child_by_field_name("parameters"), self._text)
        scope = self._define(
            node,
            FUNCTION,
            parameters=found,
            is_async=self._source.startswith(b"async", node.start_byte),
            returns=" ".join(self._text(returns).split()) if returns else None,
        )
        decorators = scope.decorators + outer.decorators
        if may_be_filled(scope.qualname.rpartition(".")[2], decorators):
            scope.types.update(filled(found))
            scope.is_fixture = is_fixture(scope.decorators)
        scope.types.update(types)
        scope.bound.update([parameter.name for parameter in found])

    def _class(self, node: Node) -> None:
        bases = node.child_by_field_name("superclasses")
        self._define(node, CLASS, bases=tuple(self._base(base) for base in bases.named_children) if bases else ())

    def _define(self, node: Node, kind: str, **known: Any) -> Scope:
        """Record the definition and enter its scope."""
        outer = self._scope
        name = self._text(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        qualname = f"{outer.qualname}.{name}" if outer.qualname else name
        self._definitions.append(
            {
                **known,
                "qualname": qualname,
                "kind": kind,
                "line": node.start_point[0] + 1,
                "end_line": node.end_point[0] + 1,
                "decorators": tuple(self._decorators),
                # What a function defines inside itself is nobody else's to call.
                "conditional": self._is_conditional() or not outer.is_open,
                "body_digest": zlib.crc32(self._source[body.start_byte : body.end_byte]) if body else 0,
            }
        )
        outer.defined.add(name)
        if not outer.is_open:
            outer.bound.add(name)
        decorators, self._decorators = tuple(self._decorators), []
        is_open = outer.is_open and kind == CLASS
        scope = Scope(kind=kind, qualname=qualname, outer=outer, decorators=decorators, is_open=is_open)
        self._scopes.append(scope)
        self._enter(node.end_byte, kind, scope)
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
        self._enter(node.end_byte, _CONDITION, self._scope)

    def _try(self, node: Node) -> None:
        self._branch(node)
        body = node.child_by_field_name("body")
        handlers = [child for child in node.named_children if child.type.startswith("except")]
        heads = (self._source[handler.start_byte : handler.start_byte + 300].split(b"\n")[0] for handler in handlers)
        if body and any(_CAUGHT.match(head) for head in heads):
            self._enter(body.end_byte, _GUARD, self._scope)

    # --- names -------------------------------------------------------------------------------------------------------

    def _target(self, node: Node, made: str | None = "") -> None:
        self._targets.add(node.id)
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
        if scope.global_names:
            self._module.bound |= names & scope.global_names
        scope.rebind(names)

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None:
            return
        made = self._made(right, self._text(node.child_by_field_name("type")).strip("\"'"))
        name, scope = self._text(left), self._scope
        if left.type == "identifier" and name not in scope.global_names:
            known = scope.types.get(name, "" if name in scope.bound else made)
            scope.bound.add(name)
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
        return self._from_outside(called(call, self._source, self._text), self._scope) if call else ""

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
        self._add_imports(node, read_import)

    def _from(self, node: Node) -> None:
        self._add_imports(node, read_from)

    def _add_imports(self, node: Node, read: Callable[[Node, Text, str, bool], list[Import]]) -> None:
        scope = self._scope
        guarded = self._stack[-1].guarded or (scope.kind != FUNCTION and self._is_conditional())
        found = read(node, self._text, scope.qualname, guarded)
        self._imports += found
        names = {imported.local for imported in found}
        scope.imported |= names
        self._module.known_names |= names

    # --- uses --------------------------------------------------------------------------------------------------------

    def _call(self, node: Node) -> None:
        if plain := plainly_called(node, self._source):
            self._use_plain(plain, node)
        else:
            self._use_other(node)

    def _use_other(self, node: Node) -> None:
        """A call of anything that is not just a dotted name."""
        function = node.child_by_field_name("function")
        if function is None:
            return
        if function.type == "identifier":
            self._use_plain(self._text(function), node)
        elif function.type == "attribute":
            self._called_until.add(function.end_byte)
            name_node = function.child_by_field_name("attribute") or function
            receiver, made = receiver_of(function.child_by_field_name("object"), self._source, self._text)
            self._use(name_node, receiver, node, made)

    def _use_plain(self, called: str, call: Node) -> None:
        """A name, or names with dots between them, on one line."""
        receiver, _, name = called.rpartition(".")
        around = self._stack[-1]
        self._uses.append((name, receiver, call.start_point[0] + 1, call, "", around.scope, around.guarded))
        if receiver:
            self._called_until.add(call.start_byte + len(called))
        else:
            self._dynamic |= name in _DYNAMIC_CALLS

    def _attribute(self, node: Node) -> None:
        """An attribute that is read and not called. Only of modules and of `self`: others lead nowhere."""
        if node.id in self._targets or node.end_byte in self._called_until:
            return
        receiver = self._text(node.child(0))
        if receiver in self._module.known_names or receiver in _OWN:
            self._use(node.child_by_field_name("attribute") or node, receiver)

    def _name(self, node: Node) -> None:
        self._use(node, "")

    def _use(self, name: Node, receiver: str, call: Node | None = None, made: str = "") -> None:
        around = self._stack[-1]
        line = name.start_point[0] + 1
        self._uses.append((self._text(name), receiver, line, call, made, around.scope, around.guarded))

    def _yield(self, node: Node) -> None:
        self._scope.is_generator = True
        if self._scope.is_fixture:
            self._scope.makes.add(self._made(next(iter(node.named_children), None), ""))

    def _returned(self, node: Node) -> None:
        self._scope.returns_unknown |= node.type in _MAYBE_AWAITABLE
        if node.type != "none":
            self._scope.makes.add(self._made(node, ""))

    def _references(self) -> Iterator[Reference]:
        """Uses that may mean something outside their function, with what is known about their receivers."""
        own = self._module.bound | self._module.defined | self._module.known_names
        for name, used_on, line, called_at, made_by, scope, guarded in self._uses:
            receiver, made = used_on, made_by
            head = receiver.partition(".")[0] or name
            owner = None if receiver == UNKNOWN_RECEIVER or head in _OWN else scope.binder(head)
            if receiver == UNKNOWN_RECEIVER:
                made = self._from_outside(made, scope)
            elif owner and "." in receiver:
                receiver = self._from_outside(receiver, scope) or UNKNOWN_RECEIVER
            elif owner and receiver:
                receiver, made = UNKNOWN_RECEIVER, owner.types.get(receiver, "")
            is_local = owner is not None and (owner.kind == FUNCTION or name not in owner.defined)
            is_known = not receiver and (is_local or (head in _BUILTINS and head not in own))
            call = None
            if called_at:
                others = self._called_besides(name, used_on, scope, owner)
                if is_known and not others:
                    continue
                call = read_call(called_at, self._text)
                for other, on, maker in others:
                    yield Reference(other, on, line, scope.qualname, call, maker, guarded)
            if not is_known:
                yield Reference(name, receiver, line, scope.qualname, call, made, guarded)

    def _called_besides(
        self, name: str, receiver: str, scope: Scope, owner: Scope | None
    ) -> list[tuple[str, str, str]]:
        """What a call calls that does not stand there, a `__call__` or the class around it: name, receiver, maker."""
        found = []
        if receiver in ("", "self"):
            holder = scope.enclosing_class() if receiver else owner or self._module
            if made := holder.types.get(name, "") if holder else "":
                found.append(("__call__", UNKNOWN_RECEIVER, made))
        if (receiver, name) in _MAKES_ITS_OWN and (klass := scope.enclosing_class()):
            outer, _, class_name = klass.qualname.rpartition(".")
            found.append((class_name, outer, ""))
        return found


_VISITORS: dict[str, Callable[[_Sweep, Node], None]] = {kind: getattr(_Sweep, f"_{kind}") for kind in KINDS}
