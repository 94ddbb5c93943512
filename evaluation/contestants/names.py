"""A search for the name: whoever calls anything of that name is called broken."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from evaluation.mutants import Mutant, Spot


@dataclass(frozen=True)
class NameSearch:
    """Every `name(` of every file, declarations of the name apart; for a constructor, the class's name.

    `is_kept`: whether the mutant leaves the definition's signature as it was; then nothing is searched.
    `declared(path, content, name)`: lines on which something of that name is declared.
    """

    contents: Mapping[str, bytes]
    is_kept: Callable[[Mutant], bool]
    declared: Callable[[str, bytes, str], Collection[int]]

    def findings(self, mutant: Mutant) -> set[Spot]:
        if self.is_kept(mutant):
            return set()
        others = mutant.definition.names - {mutant.definition.name}
        return set(self._calls(next(iter(others), mutant.definition.name), mutant))

    def _calls(self, name: str, mutant: Mutant) -> Iterator[Spot]:
        called = re.compile(rb"\b" + re.escape(name.encode()) + rb"\s*\(")
        for path, before in self.contents.items():
            content = mutant.files.get(path, before)
            lines = {content.count(b"\n", 0, match.start()) + 1 for match in called.finditer(content)}
            if lines:
                yield from ((path, line) for line in lines - set(self.declared(path, content, name)))
