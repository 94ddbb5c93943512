"""Uses of names to references: what a use means is known when its whole file was seen.

A name may be bound anywhere in its function, also below its use, and a bound name is no longer the module's. A name
that nothing in the file binds is left out where it is a global of the run time; else something was called it before.
"""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from tree_sitter import Node

from analysis.facts import DEREFERENCED, KEPT, Reference
from analysis.languages.typescript.calls import CHAINING, UNKNOWN_RECEIVER, Usage, read_call, receiver_of
from analysis.languages.typescript.globals import GLOBALS
from analysis.languages.typescript.scopes import Scope

Text = Callable[[Node | None], str]


class Use(NamedTuple):
    """A use of a name as met. `made`: the class of the receiver, where the expression says so."""

    name: str
    receiver: str
    place: Node
    call: Node | None
    made: str
    scope: Scope


class Uses:
    """Collects the uses of a file."""

    def __init__(self, source: bytes, nodes: dict[str, list[Node]], text: Text, module: Scope) -> None:
        self._source = source
        self._module = module
        self._usage = Usage(nodes, text)
        self._text = text
        self._uses: list[Use] = []
        self._looked_at: list[tuple[str, Scope]] = []
        self._seen = {node.id for node in nodes.get("closing", ())}

    def call(self, node: Node, scope: Scope) -> None:
        function = node.child_by_field_name("function")
        if function and function.type == "super":
            self._uses.append(Use("constructor", "super", node, node, "", scope))
        elif function:
            self._called(function, node, scope)

    def new(self, node: Node, scope: Scope) -> None:
        maker = node.child_by_field_name("constructor")
        if maker:
            self._called(maker, node, scope)

    def attribute(self, node: Node, scope: Scope) -> None:
        """A member that is read and not called."""
        if node.id not in self._seen:
            self._member(node, None, scope)

    def element(self, node: Node, scope: Scope) -> None:
        """`<Button />`; in lower case it is the browser's."""
        if node.type == "member_expression":
            self.attribute(node, scope)
        elif not self._text(node)[:1].islower():
            self.name(node, scope)

    def name(self, node: Node, scope: Scope) -> None:
        self._uses.append(Use(self._text(node), "", node, None, "", scope))

    def looked_at(self, node: Node, scope: Scope) -> None:
        """A name whose value is taken apart, reckoned with, or asked whether it is there."""
        self._looked_at.append((self._text(node), scope))

    def _called(self, node: Node, call: Node, scope: Scope) -> None:
        if node.type == "identifier":
            self._uses.append(Use(self._text(node), "", node, call, "", scope))
        elif node.type == "member_expression":
            self._member(node, call, scope)

    def _member(self, node: Node, call: Node | None, scope: Scope) -> None:
        self._seen.add(node.id)
        name = node.child_by_field_name("property")
        receiver, made = receiver_of(node.child_by_field_name("object"), self._text)
        if name:
            self._uses.append(Use(self._text(name), receiver, name, call, made, scope))

    def references(self, imported: Collection[str]) -> Iterator[Reference]:
        """Uses that may mean something outside their function, with what is known about their receivers."""
        module = self._module
        known = module.bound | module.defined | set(imported)
        looked_into = self._looked_into()
        for use in self._uses:
            head = use.receiver.partition(".")[0] or use.name
            if use.call is None and use.receiver and not (head in imported or _may_be_method(use)):
                continue  # such members are read everywhere, and lead nowhere
            found = _meant(use, head, module, known)
            if found:
                yield self._reference(use, *found, looked_into)

    def _looked_into(self) -> set[tuple[Scope, str]]:
        """Variables that are no promise, by who binds them: they have members, or are taken apart."""
        of_members = [
            (use.receiver.partition(".")[0], use.scope)
            for use in self._uses
            if use.receiver and not (use.name in CHAINING and "." not in use.receiver)
        ]
        return {(scope.binder(name) or self._module, name) for name, scope in (*of_members, *self._looked_at)}

    def _usage_of(self, call: Node, scope: Scope, looked_into: Collection[tuple[Scope, str]]) -> str:
        """Where a variable gets the value, what becomes of that one; where it is given back, what is promised."""
        name = self._usage.variable(call)
        if name:
            owner = scope.binder(name) or self._module
            return DEREFERENCED if (owner, name) in looked_into and name not in owner.often else KEPT
        return self._usage.of(call, gives_value=scope.gives_value)

    def _reference(self, use: Use, receiver: str, made: str, looked_into: Collection[tuple[Scope, str]]) -> Reference:
        # Where the receiver is anybody's guess, nobody will hold the arguments against the call.
        judged = use.call if receiver != UNKNOWN_RECEIVER or made else None
        call = read_call(judged, self._usage_of(judged, use.scope, looked_into)) if judged else None
        line = use.place.start_point[0] + 1
        return Reference(use.name, receiver, line, use.scope.qualname, call, made, self._asks_first(judged))

    def _asks_first(self, call: Node | None) -> bool:
        """`f?.()`: the caller knows that it may not be there."""
        arguments = call.child_by_field_name("arguments") if call else None
        return arguments is not None and self._source[arguments.start_byte - 2 : arguments.start_byte] == b"?."


def _may_be_method(use: Use) -> bool:
    """`this.name`, unless the class has a field of that name."""
    own = use.scope.own
    return use.receiver == "this" and not (own and use.name in own.bound)


def _meant(use: Use, head: str, module: Scope, known: Collection[str]) -> tuple[str, str] | None:
    """The receiver as others can follow it, and its class where that is known; None for a name that is local."""
    if use.receiver == UNKNOWN_RECEIVER:
        return UNKNOWN_RECEIVER, _seen_from(use.scope, use.made)
    if head in ("this", "super"):
        return _on_own(use)
    owner = use.scope.binder(head)
    if owner:
        made = owner.types.get(use.receiver, "")
        return (UNKNOWN_RECEIVER, _seen_from(use.scope, made)) if use.receiver else None
    if head not in known:
        return None if use.receiver or head in GLOBALS else ("", "")
    made = module.types.get(use.receiver, "")
    return (UNKNOWN_RECEIVER, made) if made else (use.receiver, "")


def _on_own(use: Use) -> tuple[str, str]:
    own, owner = use.scope.own, use.scope.binder("this")
    if own is None and owner and use.receiver == "this":  # a parameter of that name says its type
        return UNKNOWN_RECEIVER, _seen_from(use.scope, owner.types.get("this", ""))
    if own is None or not own.is_open:
        return UNKNOWN_RECEIVER, ""
    head, _, field = use.receiver.partition(".")
    return (UNKNOWN_RECEIVER, own.types.get(field, "")) if field else (head, "")


def _seen_from(scope: Scope, made: str) -> str:
    """The class's name, unless it is another's here: a type parameter, a class of the function's own."""
    return "" if made and scope.binder(made.partition(".")[0]) else made
