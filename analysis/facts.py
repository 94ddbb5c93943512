"""What one file says about itself: the vocabulary every language is extracted into. Pure.

Facts know nothing of paths, commits or other files, so that a blob's facts are right wherever the blob appears.
Names are as the file writes them; resolving them to other files is each language's resolver.
Named tuples and not dataclasses: a graph holds hundreds of thousands, and they are stored as arrays as they are.
"""

import zlib
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

POSITIONAL_ONLY, POSITIONAL, VAR_POSITIONAL, KEYWORD_ONLY, VAR_KEYWORD = range(5)
FUNCTION, CLASS = "function", "class"
INTERFACE, ALIAS, ENUM, NAMESPACE = "interface", "alias", "enum", "namespace"
#: A value that is exported under a name; OBJECT where it is a literal whose members can be told apart.
CONSTANT, OBJECT = "constant", "object"
#: What a class's instances are made by.
CONSTRUCTORS = frozenset({"__init__", "constructor", "new"})
#: Among a definition's decorators: who can reach it, from the fewest to the most. Without one, everybody can.
PRIVATE, PACKAGE, PROTECTED = "private", "package", "protected"
_CLOSED = (PRIVATE, PACKAGE, PROTECTED)
#: Among them too: it belongs to the class, and needs no instance.
STATIC = "static"
#: Names of exports: the one without a name of its own, the one value a module is (CommonJS), and all there are.
DEFAULT, WHOLE, EVERYTHING = "default", "export=", "*"

# How the value of a call is used, as far as that tells whether a coroutine or promise in its place would be noticed.
AWAITED, DISCARDED, DEREFERENCED = "awaited", "discarded", "dereferenced"
CHAINED, ASSIGNED, KEPT = "chained", "assigned", "kept"


class Parameter(NamedTuple):
    """`type` as it is declared, of languages that tell functions of one name apart by it."""

    name: str
    kind: int = POSITIONAL
    has_default: bool = False
    type: str = ""


class Definition(NamedTuple):
    """Something with a name: a function, a class, … `qualname` is dotted from the module down: `Client.get`.

    `decorators` holds modifiers too, where the language has words for them.
    """

    qualname: str
    kind: str
    line: int
    end_line: int
    parameters: tuple[Parameter, ...] = ()
    decorators: tuple[str, ...] = ()
    is_async: bool = False
    is_generator: bool = False
    returns: str | None = None
    #: A return statement gives something back that may itself be awaitable.
    returns_unknown: bool = False
    #: The dotted name whose call is all that the function gives back, or the class it declares to give; in Go the
    #: types of its results, by commas, and of a type the one behind it.
    makes: str = ""
    #: Dotted names; "?" for a base or metaclass that is not one.
    bases: tuple[str, ...] = ()
    #: Defined under a condition, so that the file may hold another definition of the same name.
    conditional: bool = False
    #: Equal for equal bodies.
    body_digest: int = 0
    #: The parameters of every function that shares the name, where several do; `parameters` are the first one's.
    overloads: tuple[tuple[Parameter, ...], ...] = ()
    #: The exceptions that each of these functions declares, by their names; "?" for what is not one. Empty where none
    #: of them declares any.
    throws: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        return self.qualname.rpartition(".")[2]

    @property
    def parent(self) -> str:
        """The qualified name of the enclosing class or function; empty at the top of the module."""
        return self.qualname.rpartition(".")[0]

    @property
    def openness(self) -> int:
        """The more, the more others can reach it."""
        return next((few for few, word in enumerate(_CLOSED) if word in self.decorators), len(_CLOSED))


class Import(NamedTuple):
    """`name` is None for `import module`; "*" for everything. `local` is the name it is bound to here."""

    module: str
    name: str | None
    local: str
    line: int
    level: int = 0
    scope: str = ""
    #: Its failure is caught, or it runs only under a condition.
    guarded: bool = False


class Export(NamedTuple):
    """`name` is what other files import: `local` here, or in `module` where that names one.

    "*" as the name is everything `module` exports; "*" as local is `module` itself.
    """

    name: str
    local: str
    module: str = ""


class Call(NamedTuple):
    """The arguments of a call; `open_ended` when `*args` or `**kwargs` hide some of them.

    `usage` is one of the words above, or in Go how many results are taken; "..." is a keyword of a Go call that hands
    a list on. `types` of the positional ones, where functions of one name are told apart by them; "" for one that is
    not known. `lines` that its arguments stand on, from the reference's on. `handled` are the exceptions that are
    caught around it, or declared by the function it stands in, of languages that declare them; with "?" among them
    there may be others.
    """

    positional: int
    keywords: tuple[str, ...] = ()
    open_ended: bool = False
    usage: str = KEPT
    types: tuple[str, ...] = ()
    lines: int = 1
    handled: tuple[str, ...] = ()


class Reference(NamedTuple):
    """A use of a name: `receiver.name` or plain `name` (receiver empty), called or not.

    `receiver` is a dotted name, "?" for any other expression. `receiver_type` names the class the receiver is an
    instance of, or the function that gave it, where the function around it says so; in Go it is a whole expression.
    """

    name: str
    receiver: str
    line: int
    scope: str = ""
    call: Call | None = None
    receiver_type: str = ""
    guarded: bool = False

    @property
    def is_followable(self) -> bool:
        return self.receiver != "?" or bool(self.receiver_type)


class Facts(NamedTuple):
    """Everything about one file. `bindings` maps a scope ("" or a class) to the other names bound in it.

    `types` says of a bound name ("client", "Client.session") which class or function made what it is bound to.
    """

    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    references: tuple[Reference, ...] = ()
    bindings: dict[str, tuple[str, ...]] = {}
    #: Names may come into being that the file does not spell out (syntax errors, `globals()`, `__getattr__`).
    dynamic: bool = False
    #: Of languages where a file says what others may import.
    exports: tuple[Export, ...] = ()
    types: dict[str, str] = {}
    #: Where a file says which package it is a part of; "" for the one without a name.
    package: str = ""

    def mentioned(self) -> set[str]:
        """Names used so that they can be followed, and names imported."""
        names = {reference.name for reference in self.references if reference.is_followable}
        for imported in self.imports:
            names.update((imported.name,) if imported.name else imported.module.split("."))
        return names

    def guessed(self) -> set[str]:
        """Names used on a receiver that may be anything."""
        return {reference.name for reference in self.references if not reference.is_followable}

    def aliased(self) -> set[str]:
        """Names that this file gives another name to, by `import … as`, `export … as` or by inheriting."""
        imported = {imported.name for imported in self.imports if imported.name and imported.local != imported.name}
        exported = {export.local for export in self.exports if export.local != export.name}
        bases = {base.rpartition(".")[2] for definition in self.definitions for base in definition.bases}
        return imported | exported | bases

    def defined(self) -> set[str]:
        """Names that the file gives a meaning to: of definitions, variables and attributes."""
        return {definition.name for definition in self.definitions}.union(*self.bindings.values())


def encode(facts: Facts) -> bytes:
    """Compact bytes to store."""
    return zlib.compress(_encode(facts), 1)


def decode(data: bytes) -> Facts:
    return _decode(zlib.decompress(data))


def name_keys(names: Iterable[str]) -> list[int]:
    """Small numbers to index names by. Two names may share one: look at the facts before believing a match."""
    return sorted({zlib.crc32(name.encode("utf-8", "surrogatepass")) - 2**31 for name in names})


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Facts).decode
