"""What a language offers to be evaluated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from evaluation.mutants import Mutant, Spot
from evaluation.projects import Project, Ready

R = TypeVar("R", bound=Ready)


@dataclass(frozen=True, slots=True)
class Aims:
    """What ours is to reach, on so many mutants and more."""

    recall: float
    precision: float
    mutants: int


@dataclass(frozen=True, slots=True)
class Language(Generic[R]):
    """`prepare(project, data, folder)` makes a project ready in the folder; `draw(ready, seed, count)` as many mutants
    as twins. `others`: the contestants beside ours; each is made for a project and asked mutant by mutant.
    """

    name: str
    projects: tuple[Project, ...]
    aims: Aims
    prepare: Callable[[Project, Path, Path], R]
    draw: Callable[[R, int, int], list[Mutant]]
    others: Mapping[str, Callable[[R], Callable[[Mutant], set[Spot]]]]
