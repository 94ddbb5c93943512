"""Where the sweep over a Go file is, and what the names of the blocks around it mean there.

A name means what it is declared to be from the end of its declaration on: `url := url.Parse(s)` calls the package.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node


class _Binding(NamedTuple):
    start: int
    value: str


@dataclass(slots=True)
class _Block:
    """`function` is the declared function around it, `results` how many the innermost function gives."""

    end: int
    function: str = ""
    results: int = 0
    #: The variable of a type switch.
    alias: str = ""
    names: dict[str, list[_Binding]] = field(default_factory=dict)


class Place:
    def __init__(self, end: int) -> None:
        self._blocks = [_Block(end + 1)]

    def move_to(self, node: Node) -> None:
        while self._blocks[-1].end <= node.start_byte:
            self._blocks.pop()

    @property
    def is_top(self) -> bool:
        """Whether a name declared here is the package's."""
        return len(self._blocks) == 1

    @property
    def function(self) -> str:
        return self._blocks[-1].function

    @property
    def results(self) -> int:
        return self._blocks[-1].results

    @property
    def alias(self) -> str:
        return self._blocks[-1].alias

    def enter(self, node: Node, *, alias: str = "") -> None:
        around = self._blocks[-1]
        self._blocks.append(_Block(node.end_byte, around.function, around.results, alias or around.alias))

    def enter_function(self, node: Node, name: str, results: int) -> None:
        self._blocks.append(_Block(node.end_byte, name or self.function, results))

    def bind(self, name: str, start: int, value: str = "") -> None:
        """From this byte on the name is the block's own. `value`: an expression that gives one of its type."""
        self._blocks[-1].names.setdefault(name, []).append(_Binding(start, value))

    def declare(self, name: str, start: int, value: str) -> None:
        """`name := …`: in the block that has the name already it is an assignment, which changes no type."""
        if name not in self._blocks[-1].names:
            self.bind(name, start, value)

    def lookup(self, name: str, at: int) -> str | None:
        """The value of a name that a block around declares; None for one that is the package's or the file's."""
        for block in reversed(self._blocks):
            for binding in reversed(block.names.get(name, ())):
                if binding.start <= at:
                    return binding.value
        return None
