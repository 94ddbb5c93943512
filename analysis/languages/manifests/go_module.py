"""The module of a go.mod as facts: exported from its folder, and others from the folders that `replace` puts them in.

Places are relative to the manifest: `module example.org/shop` is Export("example.org/shop", "*", ".").
"""

from collections.abc import Iterator

from tree_sitter import Node

from analysis.facts import EVERYTHING, Export, Facts

_REPLACED = "=>"


def extract(source: bytes, _root: Node, _nodes: dict[str, list[Node]]) -> Facts:
    lines = source.decode("utf-8", "replace").splitlines()
    return Facts(exports=tuple(export for line in lines for export in _of_line(line)))


def _of_line(line: str) -> Iterator[Export]:
    match line.partition("//")[0].replace('"', "").split():
        case ["module", name]:
            yield Export(name, EVERYTHING, ".")
        case ["replace", *words] | words if _REPLACED in words[1:-1]:
            place = words[words.index(_REPLACED) + 1]
            if place.startswith("."):
                yield Export(words[0], EVERYTHING, place)
