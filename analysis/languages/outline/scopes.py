"""Scopes of a file read in outline, and who binds a name.

Blocks are no scopes: what a block declares counts for its whole function, so a name is rather taken for a local one.
"""

from dataclasses import dataclass, field

FUNCTION_SCOPE, OPEN_SCOPE = "function", "open"


@dataclass(slots=True, eq=False)
class Scope:
    """A file, a namespace, a class (all open to others), or a function.

    `words` are modifiers that the members have from here: a section's visibility, "static" of an object's body.
    """

    kind: str
    qualname: str = ""
    outer: "Scope | None" = None
    is_class: bool = False
    bound: set[str] = field(default_factory=set)
    bases: list[str] = field(default_factory=list)
    words: tuple[str, ...] = ()

    def inside(self, name: str) -> str:
        return f"{self.qualname}.{name}" if self.qualname else name

    def is_local(self, name: str) -> bool:
        """Whether a function around binds the name."""
        scope: Scope | None = self
        while scope and scope.kind == FUNCTION_SCOPE:
            if name in scope.bound:
                return True
            scope = scope.outer
        return False
