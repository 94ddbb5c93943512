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
    """`tree` maps path to object id, `load` object ids to facts.

    `find` answers ("mentions" or "defines", names) with object ids of files that may do so.
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
        oid = self.tree.get(path)
        if oid is None:
            return None
        if oid not in self._facts:
            self._fetch([oid])
        return self._facts[oid]

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Load the facts of many files at once."""
        self._fetch({self.tree[path] for path in paths if path in self.tree} - self._facts.keys())

    def mentioning(self, names: Collection[str]) -> list[str]:
        """Files that refer to one of the names, or import it."""
        return self._paths(self._find("mentions", names))

    def defining(self, names: Collection[str]) -> list[str]:
        return self._paths(self._find("defines", names))

    def _paths(self, oids: Collection[str]) -> list[str]:
        wanted = set(oids)
        paths = sorted(path for path, oid in self.tree.items() if oid in wanted)
        self.read_ahead(paths)
        return paths

    def _fetch(self, oids: Collection[str]) -> None:
        if oids:
            loaded = self._load(oids)
            self._facts.update({oid: loaded.get(oid) for oid in oids})
