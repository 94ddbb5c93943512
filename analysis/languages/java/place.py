"""Where the sweep over a Java file is, and what a name means there.

Java declares before it uses, block by block; only the members of a class may be used above their declaration. So the
meaning of a local name is known where it is met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from analysis.facts import PACKAGE

FILE, TYPE, CODE = "file", "type", "code"


@dataclass(slots=True, eq=False)
class Frame:
    """A type, a function or a block. `variables` maps names to values (values.py), "" where nothing is known.

    `fields` of a type: name to declared type. `generics`: type parameters, by the type that bounds them.
    """

    end: int
    kind: str
    qualname: str
    #: What is declared here can be reached from outside.
    is_open: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    generics: Mapping[str, str] = field(default_factory=dict)
    #: Of a type: who can reach members that say nothing about it, and the same of its constructors.
    unsaid: tuple[str, str] = (PACKAGE, PACKAGE)
    #: Exceptions that are caught around, or that the function declares. Of what stands in no function nobody knows.
    handled: tuple[str, ...] = ("?",)


class Place:
    def __init__(self, end: int) -> None:
        self._frames = [Frame(end + 1, FILE, "", is_open=True)]

    def move_to(self, node: Node) -> None:
        while self._frames[-1].end <= node.start_byte:
            self._frames.pop()

    @property
    def frame(self) -> Frame:
        return self._frames[-1]

    @property
    def qualname(self) -> str:
        """Of the definition around."""
        return self.frame.qualname

    def enter(self, node: Node, kind: str, qualname: str, generics: Mapping[str, str]) -> Frame:
        is_open = kind == TYPE and self.frame.is_open
        self._frames.append(Frame(node.end_byte, kind, qualname, is_open, generics=generics))
        return self.frame

    def enter_block(self, node: Node, caught: tuple[str, ...] = ()) -> None:
        handled = (*self.frame.handled, *caught)
        self._frames.append(Frame(node.end_byte, CODE, self.qualname, handled=handled))

    def bind(self, name: str, value: str) -> None:
        self.frame.variables[name] = value

    def variable(self, name: str) -> str | None:
        """The value of a local variable; None when the name is none: a field, a type, a package."""
        for frame in reversed(self._frames):
            if name in frame.variables:
                return frame.variables[name]
            if name in frame.fields:
                return None
        return None

    def field_type(self, name: str) -> str:
        """Of a field of the classes around, as far as this file declares it."""
        found = (frame.fields[name] for frame in reversed(self._frames) if name in frame.fields)
        return next(found, "")

    def generic(self, name: str) -> str | None:
        """What a type parameter is at least; None when the name is no type parameter."""
        found = (frame.generics[name] for frame in reversed(self._frames) if name in frame.generics)
        return next(found, None)
