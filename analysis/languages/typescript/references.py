"""Uses of names to references: what a use means is known when its whole file was seen.

A name may be bound anywhere in its function, also below its use, and a bound name is no longer the module's. A name
that nothing in the file binds is left out when it is a global of the run time; if not, something was called that before.
"""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from tree_sitter import Node

from analysis.facts import Reference
from analysis.languages.typescript.calls import UNKNOWN_RECEIVER, Usage, read_call, receiver_of
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

    def __init__(self, source: bytes, nodes: dict[str, list[Node]], text: Text) -> None:
        self._source = source
        self._usage = Usage(nodes, text)
        self._text = text
        self._uses: list[Use] = []
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

    def references(self, module: Scope, imported: Collection[str]) -> Iterator[Reference]:
        """Uses that may mean something outside their function, with what is known about their receivers."""
        known = module.bound | module.defined | set(imported)
        for use in self._uses:
            head = use.receiver.partition(".")[0] or use.name
            if use.call is None and use.receiver and not (head in imported or _may_be_method(use)):
                continue  # such members are read everywhere, and lead nowhere
            found = _meant(use, head, module, known)
            if found:
                yield self._reference(use, *found)

    def _reference(self, use: Use, receiver: str, made: str) -> Reference:
        # Where the receiver is anybody's guess, nobody will hold the arguments against the call.
        judged = use.call if receiver != UNKNOWN_RECEIVER or made else None
        call = read_call(judged, self._usage.of(judged)) if judged else None
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
    own = use.scope.own
    if own is None or not own.is_open:
        return UNKNOWN_RECEIVER, ""
    head, _, field = use.receiver.partition(".")
    return (UNKNOWN_RECEIVER, own.types.get(field, "")) if field else (head, "")


def _seen_from(scope: Scope, made: str) -> str:
    """The class's name, unless it is another's here: a type parameter, a class of the function's own."""
    return "" if made and scope.binder(made.partition(".")[0]) else made
