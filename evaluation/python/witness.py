"""What a run of a project's own tests has seen: every use of a name, and the definitions it led to."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Path, qualified name and line; a class has line 0.
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of a call as they are written."""

    positional: int
    keywords: tuple[str, ...] = ()
    open_ended: bool = False
    usage: str = "kept"


@dataclass(frozen=True, slots=True)
class Led:
    """A use led to the definition `to`, in the way inside_a_project.py names."""

    to: Key
    implicit: int
    way: str


@dataclass(frozen=True, slots=True)
class Use:
    """`line` and `column` (in bytes) of the name at the base commit."""

    path: str
    line: int
    column: int
    name: str
    kind: str
    call: Call | None
    executed: bool
    led: tuple[Led, ...]


class Witness:
    """The uses, by what they led to and by where they stand."""

    def __init__(self, uses: Iterable[Use]) -> None:
        self.uses = tuple(uses)
        self.leading_to: dict[Key, list[tuple[Use, Led]]] = defaultdict(list)
        self.on_line: dict[tuple[str, int], list[Use]] = defaultdict(list)
        self.named: dict[str, list[Use]] = defaultdict(list)
        for use in self.uses:
            self.on_line[use.path, use.line].append(use)
            self.named[use.name].append(use)
            for led in use.led:
                self.leading_to[led.to].append((use, led))


def read_witness(path: Path) -> Witness:
    return Witness(_use(row) for row in json.loads(path.read_text(encoding="utf-8"))["uses"])


def _use(row: list[Any]) -> Use:
    path, line, column, name, kind, call, executed, targets = row
    led = tuple(Led((where, qualname, first), implicit, way) for where, qualname, first, implicit, way in targets)
    return Use(path, line, column, name, kind, _call(call) if call else None, executed, led)


def _call(row: list[Any]) -> Call:
    positional, keywords, open_ended, usage = row
    return Call(positional, tuple(keywords), open_ended, usage)
