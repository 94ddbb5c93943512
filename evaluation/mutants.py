"""Mutants and twins: what every language's have in common, how they are drawn, and how they become commits.

A mutant breaks the contract of one definition and leaves its callers as they are; a twin looks like one and breaks
nobody. Both are commits on top of the project's own.
"""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Protocol, TypeVar

from evaluation.projects import Ready

#: Path and line at the mutant's commit.
Spot = tuple[str, int]


class Verdict(StrEnum):
    """What is true of a spot that a contestant names."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a mutant changes, as it is at the base commit. `names`: its own, and its class's where that calls it."""

    path: str
    qualname: str
    line: int
    names: frozenset[str]

    @property
    def name(self) -> str:
        return self.qualname.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Site:
    """A use that breaks. `name`: what it names. `is_direct`: that leads to the definition, from outside of it."""

    spot: Spot
    name: str
    is_direct: bool


@dataclass(frozen=True)
class Mutant:
    """`broken` are the uses that no longer work, by every spot that tells one; `open` spots of which nobody can tell.

    `lines`: where each line of the definition's file is now.
    """

    kind: str
    definition: Definition
    files: Mapping[str, bytes]
    lines: Mapping[int, int]
    broken: Mapping[Spot, Site]
    open: frozenset[Spot] = frozenset()

    @property
    def is_harmless(self) -> bool:
        return not self.broken

    @property
    def sites(self) -> set[Site]:
        return set(self.broken.values())

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.definition.path} {self.definition.qualname}"

    def verdict(self, spot: Spot) -> Verdict:
        if spot in self.broken:
            return Verdict.RIGHT
        return Verdict.UNKNOWN if spot in self.open else Verdict.WRONG


class _Named(Protocol):
    @property
    def qualname(self) -> str: ...


P = TypeVar("P", bound=_Named)
Make = Callable[[P], Iterator[Mutant]]


def in_turn(random: Random, kinds: Mapping[str, Make[P]], places: Sequence[P], count: int) -> list[Mutant]:
    """`count` of them, the kinds in turn, each definition as seldom as can be."""
    drawn: list[Mutant] = []
    times: Counter[str] = Counter()
    left = {kind: random.sample(places, len(places)) for kind in kinds}
    while len(drawn) < count and any(left.values()):
        for kind, make in kinds.items():
            mutant = _next(random, make, left[kind], times) if len(drawn) < count else None
            drawn += [mutant] if mutant else []
    return drawn


def _next(random: Random, make: Make[P], places: list[P], times: Counter[str]) -> Mutant | None:
    """One of the first place that allows it, of those that were taken least often; they are used up."""
    places.sort(key=lambda place: times[place.qualname])
    while places:
        place = places.pop(0)
        options = list(make(place))
        if options:
            times[place.qualname] += 1
            return random.choice(options)
    return None


def commit(ready: Ready, mutants: Sequence[Mutant]) -> list[str]:
    """A commit on the project's for each, by one `git fast-import`; their ids, in order."""
    git = ["git", "-C", str(ready.checkout)]
    marks = ready.checkout / ".git" / "marks-of-mutants"
    command = [*git, "fast-import", "--quiet", "--force", f"--export-marks={marks}"]
    subprocess.run(command, input=b"".join(_imported(ready.base, mutants)), check=True, capture_output=True)
    ids = dict(line.split() for line in marks.read_text(encoding="ascii").splitlines())
    return [ids[f":{number}"] for number in range(1, len(mutants) + 1)]


def _imported(base: str, mutants: Iterable[Mutant]) -> Iterator[bytes]:
    for number, mutant in enumerate(mutants, start=1):
        message = mutant.name.encode()
        yield f"commit refs/mutants/{number}\nmark :{number}\n".encode()
        yield b"committer evaluation <evaluation@example.org> 1767225600 +0000\n"
        yield f"data {len(message)}\n".encode() + message + f"\nfrom {base}\n".encode()
        for path, content in mutant.files.items():
            yield f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"
