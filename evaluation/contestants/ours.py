"""The code graph as a review uses it: two commits from a mirror, their graphs, the contracts that are not kept.

The graphs are kept in memory and not in the database; everything else is what `reviews.stages.find` calls.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from analysis.code_graph import CodeGraph
from analysis.diff import parse_diff
from analysis.extraction import extract_facts
from analysis.facts import Facts, decode, encode
from analysis.impact import contract_changes
from analysis.languages import reader_of
from analysis.languages.language import Language
from analysis.parsing import NotParsed
from evaluation.mutants import Spot
from evaluation.projects import Ready
from integrations.git.mirror import Mirror, TreeEntry, open_mirror
from reviews.contracts import findings_of_contracts

Named = tuple[str, str]
_QUESTIONS: dict[str, Callable[[Facts], set[str]]] = {
    "mentions": Facts.mentioned,
    "guesses": Facts.guessed,
    "aliases": Facts.aliased,
    "defines": Facts.defined,
}


class CodeGraphs:
    """The graphs of a project's commits. Facts are extracted once per blob and language, as in production."""

    def __init__(self, ready: Ready, commits: Collection[str], folder: Path) -> None:
        self._mirror: Mirror = open_mirror(folder, ready.project.name, str(ready.checkout))
        self._mirror.fetch(ready.base, *commits)
        self._base = ready.base
        self._facts: dict[str, Facts] = {}
        self._names: dict[tuple[str, str], set[str]] = {}
        self._base_graph = self.graph(ready.base)

    def findings(self, commit: str) -> set[tuple[Named, Spot]]:
        """What a review would say: (path and name of the definition, spot of a caller that breaks)."""
        files = parse_diff(self._mirror.diff(self._base, commit))
        changed = {path for file in files for path in (file.old_path, file.new_path) if path}
        changes = contract_changes(self._base_graph, self.graph(commit), changed_paths=changed)
        told = [change for change in changes if findings_of_contracts([change], files)]
        return {
            ((change.path, change.definition), (caller.path, caller.line))
            for change in told
            for caller in change.broken_callers
        }

    def graph(self, commit: str) -> CodeGraph:
        read = [(entry, reader) for entry in self._mirror.tree(commit) if (reader := reader_of(entry.path))]
        self._extract(read)
        tree = {entry.path: _key(reader, entry.oid) for entry, reader in read}
        keys = set(tree.values())

        def find(question: str, names: Collection[str]) -> list[str]:
            wanted = set(names)
            return [key for key in keys if wanted & self._names.get((question, key), set())]

        def load(asked: Collection[str]) -> dict[str, Facts]:
            return {key: self._facts[key] for key in asked if key in self._facts}

        return CodeGraph(tree, load, find)

    def _extract(self, read: Collection[tuple[TreeEntry, Language]]) -> None:
        missing: dict[str, dict[str, Language]] = {}
        for entry, reader in read:
            key = _key(reader, entry.oid)
            if key not in self._facts:
                missing.setdefault(entry.oid, {})[key] = reader
        for oid, content in self._mirror.read(missing):
            for key, reader in missing[oid].items():
                self._keep(key, content, reader)

    def _keep(self, key: str, content: bytes, reader: Language) -> None:
        try:
            facts = extract_facts(content, reader)
        except NotParsed:
            return
        self._facts[key] = decode(encode(facts))
        self._names.update({(question, key): ask(facts) for question, ask in _QUESTIONS.items()})


def _key(reader: Language, oid: str) -> str:
    """Of the facts of a blob: the same content means another thing in another language."""
    return f"{reader.name} {oid}"
