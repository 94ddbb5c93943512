"""What the contestants beside ours are told: the definition that was touched, before and after."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.mutants import Mutant
from evaluation.python.signature import Parameter, parameters_of
from evaluation.python.source import File, Place


@dataclass(frozen=True)
class Change:
    """A contract that is not kept. `after` are the parameters now; None when the name is gone."""

    before: tuple[Parameter, ...]
    after: tuple[Parameter, ...] | None
    became_async: bool = False


def place_of(files: Mapping[str, File], mutant: Mutant) -> Place:
    """The definition that was touched, at the base."""
    told = mutant.definition
    return next(each for each in files[told.path].places if (each.qualname, each.line) == (told.qualname, told.line))


def change_of(files: Mapping[str, File], mutant: Mutant) -> Change | None:
    """None where name, parameters and `async` are as they were."""
    place = place_of(files, mutant)
    file = File(place.file.path, mutant.files[place.file.path])
    number = [each for each in place.file.places if each.qualname == place.qualname].index(place)
    now = [each for each in file.places if each.qualname == place.qualname]
    before = parameters_of(place)
    if len(now) <= number:
        return None if _is_bound(file, place) else Change(before, None)
    after, became_async = parameters_of(now[number]), _is_async(now[number]) and not _is_async(place)
    return Change(before, after, became_async) if became_async or _promise(after) != _promise(before) else None


def _promise(parameters: tuple[Parameter, ...]) -> list[tuple[str, int, bool]]:
    return [(each.name, each.kind, each.has_default) for each in parameters]


def _is_async(place: Place) -> bool:
    return isinstance(place.node, ast.AsyncFunctionDef)


def _is_bound(file: File, place: Place) -> bool:
    """Whether an assignment beside the definition gives its name another meaning."""
    targets = [
        target.id
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    return place.name in targets
