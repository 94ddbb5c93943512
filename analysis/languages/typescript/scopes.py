"""Scopes of a TypeScript file, and who binds a name.

Blocks are no scopes here: what a block declares counts for its whole function, so a name is rather taken for a local
one than for the module's.
"""

from dataclasses import dataclass, field

MODULE, FUNCTION_SCOPE, CLASS_SCOPE = "module", "function", "class"


@dataclass(slots=True, eq=False)
class Scope:
    """`is_open`: its names can be reached from outside. `own`: the class that `this` is of, if that is known.

    A class, an interface, an enum and the literal object of a constant are all of kind "class": names behind a dot.
    """

    kind: str
    qualname: str = ""
    outer: "Scope | None" = None
    is_open: bool = True
    own: "Scope | None" = None
    bound: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    #: Class of a variable or field that is bound once.
    types: dict[str, str] = field(default_factory=dict)
    annotated: set[str] = field(default_factory=set)
    #: May have members that are not spelled out.
    is_unspelled: bool = False
    returns_unknown: bool = False
    #: A function that says it gives back something that is no promise.
    gives_value: bool = False
    #: Names with more than one value.
    often: set[str] = field(default_factory=set)

    @property
    def is_named(self) -> bool:
        """Something without a name goes by the name of what is around it."""
        return self.outer is None or self.qualname != self.outer.qualname

    def bind(self, name: str, kind: str = "", *, annotated: bool = False) -> None:
        """A name bound a second time is no longer known to be of one class."""
        if name in self.bound:
            self.annotated.discard(name)
            self.reassign(name)
        else:
            self.declare(name, kind, annotated=annotated)
        self.bound.add(name)

    def declare(self, name: str, kind: str, *, annotated: bool) -> None:
        if kind:
            self.types[name] = kind
        if kind and annotated:
            self.annotated.add(name)

    def reassign(self, name: str) -> None:
        """Another value for the name; only an annotation binds that one too."""
        self.often.add(name)
        if name not in self.annotated:
            self.types.pop(name, None)
        if self.kind == MODULE and name in self.defined:
            self.bound.add(name)

    def binder(self, name: str) -> "Scope | None":
        """The function that binds the name for code in this scope; None when it is the module's, or nobody's."""
        scope: Scope | None = self
        while scope and scope.kind != MODULE:
            # The members of a class are behind a dot.
            if scope.kind == FUNCTION_SCOPE and name in scope.bound:
                return scope
            scope = scope.outer
        return None
