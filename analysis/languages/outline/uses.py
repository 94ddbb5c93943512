"""Uses of names, called or not, as met; what they may mean is known when the whole file was seen."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from analysis.facts import Call, Reference
from analysis.languages.outline.outline import Outline
from analysis.languages.outline.scopes import Scope
from analysis.languages.outline.spelling import BASE, MAX_SPELLED, OWN, UNKNOWN_RECEIVER, read_call, read_name

_ARGUMENTS = frozenset({"arguments", "argument_list", "value_arguments"})
_BLOCKS = frozenset({"block", "do_block", "annotated_lambda", "declaration_list", "initializer_expression"})
_NEW = re.compile(r"new\s+")


class _Use(NamedTuple):
    name: str
    receiver: str
    line: int
    scope: Scope
    call: Call | None
    guarded: bool


class Uses:
    def __init__(self, outline: Outline, source: bytes) -> None:
        self._outline = outline
        self._source = source
        self._uses: list[_Use] = []

    def call(self, node: Node, scope: Scope, *, guarded: bool) -> None:
        arguments = _child(node, _ARGUMENTS)
        behind = arguments or _child(node, _BLOCKS)
        end, line = (behind.start_byte, behind.start_point[0]) if behind else (node.end_byte, node.end_point[0])
        receiver, name = self._outline.meant(*self._read(node.start_byte, end))
        call = read_call(arguments, self._outline, self._text)
        if arguments:
            call = call._replace(lines=arguments.end_point[0] - arguments.start_point[0] + 1)
        if self._outline.passes_more(node):
            call = call._replace(open_ended=True)
        if not name and receiver in (OWN, BASE):  # `super(…)`, `: this(…)`
            name = scope.qualname.rpartition(".")[2]
        self._add(_Use(name, receiver, line + 1, scope, call, guarded))

    def name(self, node: Node, scope: Scope, *, guarded: bool) -> None:
        receiver, name = self._read(node.start_byte, node.end_byte)
        if receiver not in (UNKNOWN_RECEIVER, OWN, BASE):
            self._add(_Use(name, receiver, node.end_point[0] + 1, scope, None, guarded))

    def _add(self, use: _Use) -> None:
        if use.name:
            self._uses.append(use)

    def _read(self, start: int, end: int) -> tuple[str, str]:
        # What is too long to be a name is only looked at from its end.
        written = self._source[max(start, end - 4 * MAX_SPELLED) : end].decode("utf-8", "replace")
        return read_name(_NEW.sub("", written, count=1), self._outline)

    def _text(self, node: Node | None) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""

    def references(self) -> Iterator[Reference]:
        """What is called on a local value may be anything; a local name is nobody else's."""
        for use in self._uses:
            receiver = use.receiver
            head = receiver.partition(".")[0] or use.name
            may_be_local = not receiver or (self._outline.needs_static and not receiver.startswith("."))
            is_local = may_be_local and use.scope.is_local(head)
            if is_local and not receiver:
                continue
            receiver = UNKNOWN_RECEIVER if is_local else receiver
            call = None if receiver == UNKNOWN_RECEIVER else use.call
            yield Reference(use.name, receiver, use.line, use.scope.qualname, call, guarded=use.guarded)


def _child(node: Node, types: frozenset[str]) -> Node | None:
    return next((child for child in node.children if child.type in types), None)
