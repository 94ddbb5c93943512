"""Where the sweep over a file is: the scopes and blocks around the current node."""

from typing import NamedTuple

from tree_sitter import Node

from analysis.languages.typescript.scopes import CLASS_SCOPE, MODULE, Scope

BLOCK, GUARD = "block", "guard"


class _Enclosing(NamedTuple):
    end: int
    kind: str
    scope: Scope


class Place:
    """`scopes`: every scope entered so far, the module's first."""

    def __init__(self, end: int) -> None:
        self.module = Scope(MODULE)
        self.scopes = [self.module]
        self._stack = [_Enclosing(end + 1, MODULE, self.module)]

    def move_to(self, node: Node) -> None:
        while self._stack[-1].end <= node.start_byte:
            self._stack.pop()

    @property
    def scope(self) -> Scope:
        return self._stack[-1].scope

    @property
    def kind(self) -> str:
        """Of the scope, or of the block if one is closer."""
        return self._stack[-1].kind

    @property
    def is_open(self) -> bool:
        """Whether a name declared here can be reached from outside."""
        return self.scope.is_open and self.kind in (MODULE, CLASS_SCOPE)

    @property
    def is_guarded(self) -> bool:
        return any(enclosing.kind == GUARD for enclosing in self._stack)

    def enter(self, node: Node, scope: Scope) -> None:
        self.scopes.append(scope)
        self._stack.append(_Enclosing(node.end_byte, scope.kind, scope))

    def enter_block(self, node: Node, kind: str) -> None:
        self._stack.append(_Enclosing(node.end_byte, kind, self.scope))
