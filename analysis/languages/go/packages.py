"""Packages: which folder an import means, and what all files of a package declare together.

A folder may hold a package, its tests in a package of their own (`store_test`), and programs that are built apart.
Names of test files count for the whole package: whoever uses them compiles, or is one of them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath

from analysis.code_graph import CodeGraph
from analysis.facts import Definition, Export, Facts
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

SUFFIX = ".go"
MODULE_FILE = "go.mod"
_TESTS = "_test"
_PROGRAM = "main"


@dataclass(frozen=True, slots=True)
class Package:
    """`definitions` by qualified name. `is_whole`: every file was read, and spells out all it declares."""

    folder: str
    name: str
    definitions: Mapping[str, list[tuple[str, Definition]]]
    is_whole: bool


def declared(package: Package, qualname: str, *, tier: Tier) -> Resolution:
    """The one definition of that name. Files for several systems may each have one: then it is anybody's."""
    found = package.definitions.get(qualname, [])
    if len(found) == 1:
        return Found(*found[0], tier)
    return UNKNOWN if found or not package.is_whole else Missing(package.folder)


def package_of(graph: CodeGraph, path: str) -> Package | None:
    """The package a file belongs to; None where the file was not read."""
    name = package_name(graph.facts(path))
    return _package(graph, dirname(path), name) if name else None


def package_name(facts: Facts | None) -> str:
    return facts.exports[0].name if facts and facts.exports else ""


def package_in(graph: CodeGraph, folder: str) -> Package | None:
    """What an import of the folder gets; None where that cannot be told."""
    names = {package_name(graph.facts(path)) for path in _files(graph, folder) if not path.endswith(_TESTS + SUFFIX)}
    libraries = names - {_PROGRAM} or names
    return _package(graph, folder, libraries.pop()) if len(libraries) == 1 else None


def imported_folder(graph: CodeGraph, specifier: str) -> str | None:
    """The folder of this repository that an import path means, there or not; None for another repository's."""
    known = graph.memo.setdefault("go folders", {})
    if specifier not in known:
        known[specifier] = _folder(graph, specifier)
    folder: str | None = known[specifier]
    return folder


def is_gone(graph: CodeGraph, folder: str) -> bool:
    return not _files(graph, folder)


def _folder(graph: CodeGraph, specifier: str) -> str | None:
    fitting = [(name, place) for name, place in _modules(graph) if f"{specifier}/".startswith(f"{name}/")]
    if not fitting:
        return None
    name, place = max(fitting, key=lambda module: len(module[0]))
    folder = normpath(join(place or ".", specifier[len(name) :].lstrip("/")))
    return "" if folder == "." else folder


def _modules(graph: CodeGraph) -> list[tuple[str, str]]:
    """Names of modules, and the folders of this repository they are in."""
    if "go modules" not in graph.memo:
        # Of two modules of one name, the one nearer to the root.
        found = [path for path in graph.tree if basename(path) == MODULE_FILE]
        paths = sorted(found, key=lambda path: (path.count("/"), path))
        graph.read_ahead(paths)
        graph.memo["go modules"] = [each for path in paths for each in _placed(path, graph.facts(path))]
    modules: list[tuple[str, str]] = graph.memo["go modules"]
    return modules


def _placed(path: str, facts: Facts | None) -> list[tuple[str, str]]:
    def place(export: Export) -> str:
        return normpath(join(dirname(path) or ".", export.module))

    exports = facts.exports if facts else ()
    return [(export.name, place(export)) for export in exports if not place(export).startswith("..")]


def _files(graph: CodeGraph, folder: str) -> list[str]:
    if "go files" not in graph.memo:
        found = defaultdict(list)
        for path in graph.tree:
            if path.endswith(SUFFIX):
                found[dirname(path)].append(path)
        graph.memo["go files"] = found
    paths: list[str] = graph.memo["go files"].get(folder, [])
    return paths


def _package(graph: CodeGraph, folder: str, name: str) -> Package:
    known = graph.memo.setdefault("go packages", {})
    if (folder, name) not in known:
        known[folder, name] = _read(graph, folder, name)
    package: Package = known[folder, name]
    return package


def _read(graph: CodeGraph, folder: str, name: str) -> Package:
    paths = _files(graph, folder)
    graph.read_ahead(paths)
    definitions, is_whole = defaultdict(list), True
    for path in paths:
        facts = graph.facts(path)
        is_whole &= facts is not None and not facts.dynamic
        for definition in facts.definitions if facts and package_name(facts) == name else ():
            definitions[definition.qualname].append((path, definition))
    return Package(folder, name, dict(definitions), is_whole)
