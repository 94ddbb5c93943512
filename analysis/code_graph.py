"""The code of one commit: which files there are, and the facts of those somebody asks for. Pure.

Facts are loaded when needed and kept: a review of three files reads the few files around them, not the repository.
What is not in here may still be in the code (another language, a file too large, a generated module).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from analysis.facts import Facts

Load = Callable[[Collection[str]], Mapping[str, Facts]]
Find = Callable[[str, Collection[str]], Collection[str]]


class CodeGraph:
    """`tree` maps path to the key of its facts, `load` keys to facts; files of the same content share a key.

    `find("mentions", names)` answers keys of files that may do so; so for guesses, aliases and defines.
    """

    def __init__(self, tree: Mapping[str, str], load: Load, find: Find) -> None:
        self.tree = tree
        self._load = load
        self._find = find
        self._facts: dict[str, Facts | None] = {}
        #: What a language's resolver worked out about this graph once and wants to keep.
        self.memo: dict[Any, Any] = {}

    def facts(self, path: str) -> Facts | None:
        """What the file says; None when it is not here or was not read."""
        key = self.tree.get(path)
        if key is None:
            return None
        if key not in self._facts:
            self._fetch([key])
        return self._facts[key]

    def share(self, other: "CodeGraph") -> None:
        """Load what both commits have once: from now on the two keep their facts together."""
        other._facts.update(self._facts)  # noqa: SLF001 - of the same class
        self._facts = other._facts  # noqa: SLF001 - of the same class

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Load the facts of many files at once."""
        self._fetch({self.tree[path] for path in paths if path in self.tree} - self._facts.keys())

    def mentioning(self, names: Collection[str]) -> list[str]:
        """Files that import one of the names, or use it so that it can be followed."""
        return self._paths("mentions", names)

    def guessing(self, names: Collection[str]) -> list[str]:
        """Files that use one of the names on a receiver that may be anything."""
        return self._paths("guesses", names)

    def aliasing(self, names: Collection[str]) -> list[str]:
        """Files that import one of the names under another, or inherit from it."""
        return self._paths("aliases", names)

    def defining(self, names: Collection[str]) -> list[str]:
        return self._paths("defines", names)

    def _paths(self, what: str, names: Collection[str]) -> list[str]:
        wanted = set(self._find(what, names)) if names else set()
        paths = sorted(path for path, key in self.tree.items() if key in wanted)
        self.read_ahead(paths)
        return paths

    def _fetch(self, keys: Collection[str]) -> None:
        if keys:
            loaded = self._load(keys)
            self._facts.update({key: loaded.get(key) for key in keys})
