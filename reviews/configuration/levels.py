"""From three levels to one configuration, each value with who set it. Pure.

    default → service → organization → repository

A lower level's value replaces a higher one's, whole: lists are not joined. Two things only ever get stricter. The
service states the most that `limits` may be (`maxima`). And a language model reads a change only when every level
lets it: a file that is not valid might have forbidden it, so it counts as one that did.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from reviews.configuration.declaration import Configuration, ServiceConfiguration
from reviews.configuration.documents import Document
from reviews.configuration.validation import configuration_of

_MODEL = "language_model"
_LIMITS, _MAXIMA = "limits.", "maxima."
#: Problems of one file that a note names: one with more was meant for something else.
_NAMED = 20


class Level(StrEnum):
    SERVICE = "service"
    ORGANIZATION = "organization"
    REPOSITORY = "repository"

    @property
    def declaration(self) -> type[Configuration]:
        return ServiceConfiguration if self is Level.SERVICE else Configuration


@dataclass(frozen=True, slots=True)
class LevelFile:
    """What one level says, or why that cannot be known. `name` is the file as people know it: ".kodus.yml"."""

    level: Level
    name: str
    document: Document


@dataclass(frozen=True, slots=True)
class Settled:
    """A value and who set it: "default", or "repository, .kodus.yml line 4"."""

    value: Any
    set_by: str


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds, why, and what people should know about it.

    `settled` is by key: "paths.exclude". `files` names those that are valid. `notes` are plain text with names in
    `backticks`: files that are not valid, limits above the maximum.
    """

    configuration: Configuration
    settled: Mapping[str, Settled]
    files: tuple[str, ...]
    notes: tuple[str, ...]


def effective(files: Iterable[LevelFile]) -> Effective:
    """What the files say together; `files` in the order of the levels, those that are there."""
    settled = {key: Settled(value, "default") for key, value in flat(asdict(ServiceConfiguration()))}
    notes: list[str] = []
    valid: list[str] = []
    for file in files:
        if file.document.problems:
            notes.append(_invalid(file))
        else:
            valid.append(file.name)
        settled |= _said(file, settled)
        too_high = _brought_down(settled)
        notes += [
            _too_high(key, settled[key], limit) for key, limit in too_high.items() if file.level is not Level.SERVICE
        ]
        settled |= too_high
    values = {key: item.value for key, item in settled.items() if not key.startswith(_MAXIMA)}
    return Effective(configuration_of(_nested(values)), settled, tuple(valid), tuple(notes))


def flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each value that is no section, by its key with dots."""
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in values.items():
        *sections, name = key.split(".")
        section = tree
        for part in sections:
            section = section.setdefault(part, {})
        section[name] = value
    return tree


def _said(file: LevelFile, settled: Mapping[str, Settled]) -> dict[str, Settled]:
    """What the file sets. Once forbidden, the language model stays so."""
    said = {key: Settled(value, _place(file, key)) for key, value in flat(file.document.values)}
    if file.document.problems:
        said[_MODEL] = Settled(value=False, set_by=f"{file.name}, which is not valid")
    return said if settled[_MODEL].value else {key: item for key, item in said.items() if key != _MODEL}


def _place(file: LevelFile, key: str) -> str:
    line, _ = file.document.keys[tuple(key.split("."))]
    return f"{file.level}, {file.name} line {line}"


def _brought_down(settled: Mapping[str, Settled]) -> dict[str, Settled]:
    """The limits that are above the service's maxima, as they are then."""
    maxima = {_LIMITS + key.removeprefix(_MAXIMA): item for key, item in settled.items() if key.startswith(_MAXIMA)}
    return {
        key: Settled(most.value, f"{settled[key].set_by}, brought down to the service's maximum")
        for key, most in maxima.items()
        if settled[key].value > most.value
    }


def _too_high(key: str, asked: Settled, given: Settled) -> str:
    return f"`{key}` is {asked.value} ({asked.set_by}); the service allows {given.value}."


def _invalid(file: LevelFile) -> str:
    problems = file.document.problems
    told = "; ".join(str(problem) for problem in problems[:_NAMED])
    more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
    return f"`{file.name}` is not valid and nothing of it is used: {told}{more}"
