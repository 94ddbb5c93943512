"""Scopes of a Python file, and who binds a name."""

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Scope:
    """`is_open`: its names can be reached from outside: the module, and classes not inside a function."""

    kind: str
    qualname: str = ""
    outer: "Scope | None" = None
    decorators: tuple[str, ...] = ()
    is_open: bool = True
    bound: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    #: On the module: every name any import of the file binds.
    known_names: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    #: By name bound here, the class or function that makes its value; "" where it is not one and the same.
    types: dict[str, str] = field(default_factory=dict)
    is_generator: bool = False
    is_fixture: bool = False
    returns_unknown: bool = False
    #: What its return statements call, of a fixture also its yields; "" for anything else they give.
    makes: set[str] = field(default_factory=set)

    def rebind(self, names: set[str]) -> None:
        """A name bound a second time is no longer known to be of one class."""
        for name in names:
            if name in self.bound:
                self.types[name] = ""
            elif name not in self.global_names:
                self.bound.add(name)

    def bind_type(self, name: str, made: str | None) -> None:
        """An attribute may be bound in several places, but is of a known type only if it is the same in all."""
        if made is not None:
            self.types[name] = made if self.types.get(name, made) == made else ""

    def enclosing_class(self) -> "Scope | None":
        """The class whose method this scope is in, if that class can be reached from outside."""
        scope: Scope | None = self
        while scope and scope.kind == "function":
            scope = scope.outer
        return scope if scope and scope.kind == "class" and scope.is_open else None

    def binder(self, name: str) -> "Scope | None":
        """The function that binds the name for code in this scope; None when it is the module's, or imported."""
        scope: Scope | None = self
        while scope and scope.kind != "module":
            if name in scope.global_names or name in scope.imported:
                return None
            # The names of a class are seen in its body but not in its methods.
            if name in scope.bound and (scope.kind == "function" or scope is self):
                return scope
            if scope is self and scope.kind == "class" and name in scope.defined:
                return scope
            scope = scope.outer
        return None
