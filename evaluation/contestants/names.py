"""A search for the name: whoever calls anything of that name is called broken."""

import re

from evaluation.contestants.change import change_of
from evaluation.mutants import Mutant, Spot
from evaluation.projects import Ready


class NameSearch:
    """Every `name(` of every Python file, the definition's own line apart; for a constructor, the class's name."""

    def __init__(self, ready: Ready) -> None:
        self._ready = ready

    def findings(self, mutant: Mutant) -> set[Spot]:
        if change_of(mutant) is None:
            return set()
        place = mutant.place
        name = place.owner.name if place.owner and place.name == "__init__" else place.name
        called = re.compile(rb"(?<!def )(?<!class )\b" + name.encode() + rb"\s*\(")
        return {
            (path, content.count(b"\n", 0, match.start()) + 1)
            for path, content in self._contents(mutant).items()
            for match in called.finditer(content)
        }

    def _contents(self, mutant: Mutant) -> dict[str, bytes]:
        return {path: mutant.files.get(path, file.content) for path, file in self._ready.files.items()}
