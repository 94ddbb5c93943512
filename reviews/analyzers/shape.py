"""What an analyzer is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviews.findings import Finding


class AnalyzerFailed(Exception):
    """An analyzer did not do its work. `crashed`: it died of what it read, and may bear the other files."""

    def __init__(self, name: str, why: str, *, crashed: bool = False) -> None:
        super().__init__(f"{name} {why}")
        self.name = name
        self.why = why
        self.crashed = crashed


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A changed file as it is at the head. `path` is untrusted text: never a place to write to."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Edit:
    """Another text between two places of a file. A place is its line, from 1, and the character in it, from 0."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What the tool is sure puts the finding of `rule` on `line` right. It is code, and so kept nowhere."""

    rule: str
    path: str
    line: int
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Analyzer:
    """`wants` chooses files by path; `run` returns what it found in them, or raises AnalyzerFailed.

    `fixes`, of a tool that has some, reads the same files and returns what would put its findings right.
    """

    name: str
    wants: Callable[[str], bool]
    run: Callable[[Sequence[SourceFile]], list[Finding]]
    fixes: Callable[[Sequence[SourceFile]], list[Fix]] | None = None
