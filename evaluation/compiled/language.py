"""What a language offers to be judged by its compiler, and what it gets for that: all an evaluation asks of one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import tree_sitter
from tree_sitter import Node

from evaluation.compiled.mutations import MakeMutations
from evaluation.compiled.source import File, Place
from evaluation.edits import Edit
from evaluation.projects import Project, Ready

Files = Mapping[str, File]
Edits = dict[str, tuple[Edit, ...]]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """`line` from 1, `column` from 0 in bytes."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """What the compiler refuses. `code` is what makes two of one place the same: a number, or the message."""

    position: Position
    code: str


@dataclass(frozen=True, slots=True)
class Judge:
    """The compiler on one project. `diagnose(files)`: with these files' content in the place of the base's.

    `uses(place)`: every use of the definition the compiler knows at the base, imports and re-exports among them.
    """

    diagnose: Callable[[Mapping[str, bytes]], Sequence[Diagnostic]]
    uses: Callable[[Place], Sequence[Position]]


#: Every way to make this twin of the definition, which has these uses.
Twin = Callable[[Place, Files, Sequence[Position]], Iterator[Edits]]


@dataclass(frozen=True)
class Compilable(Ready):
    """With every file of the language."""

    files: dict[str, File]


@dataclass(frozen=True, slots=True)
class Compiled:
    """`set_up(project, data, folder)` makes a checkout with all the compiler needs and answers it; done once.

    `places(file)`: the definitions that may be mutated. `callee(node)`: of a call, the node that ends with the name of
    what is called; None for any other node. The judge is started when mutants are drawn, and ended after.
    """

    name: str
    projects: tuple[Project, ...]
    set_up: Callable[[Project, Path, Path], Path]
    #: Patterns of the names of its files.
    patterns: tuple[str, ...]
    grammar: Callable[[str], tree_sitter.Language]
    places: Callable[[File], Iterator[Place]]
    callee: Callable[[Node], Node | None]
    mutations: Mapping[str, MakeMutations]
    twins: Mapping[str, Twin]
    judge: Callable[[Compilable], AbstractContextManager[Judge]]

    def parsed(self, path: str, content: bytes) -> File:
        return File(path, content, self.grammar(path))
