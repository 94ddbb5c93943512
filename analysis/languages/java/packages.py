"""Which file holds a type, by its package and name.

A type stands in the file of its name, in folders named like its package below some root nobody wrote down; the file's
own `package` line decides. A type that only its package uses may stand in any file of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from enum import Enum
from posixpath import basename, commonpath, dirname

from analysis.code_graph import CodeGraph
from analysis.languages.java.names import type_of
from analysis.languages.java.standard import JAVA_LANG

SUFFIX = ".java"


class NoFile(Enum):
    """Why a type has no file: its package is none of ours, several have it, or the package is ours and has it not."""

    FOREIGN = "foreign"
    AMBIGUOUS = "ambiguous"
    GONE = "gone"


def type_file(graph: CodeGraph, package: str, name: str, importer: str) -> str | NoFile:
    known: dict[tuple[str, str, str], str | NoFile] = graph.memo.setdefault("java type files", {})
    question = package, name, dirname(importer)
    if question not in known:
        known[question] = _type_file(graph, *question)
    return known[question]


def package_of(graph: CodeGraph, path: str) -> str:
    facts = graph.facts(path)
    return facts.package if facts else ""


def is_package(graph: CodeGraph, package: str) -> bool:
    """Whether files of ours are in it; one file of a folder speaks for the others."""
    return bool(package) and bool(_folders(graph, package, ""))


def _type_file(graph: CodeGraph, package: str, name: str, importer: str) -> str | NoFile:
    folders = _folders(graph, package, importer)
    places = [f"{folder}/{name}{SUFFIX}" if folder else f"{name}{SUFFIX}" for folder in folders]
    found = [path for path in places if path in graph.tree and package_of(graph, path) == package]
    if not found and folders and name not in JAVA_LANG:
        found = _in_other_files(graph, package, name, folders)
    if len(found) > 1:
        return _nearest(found, importer)
    return found[0] if found else NoFile.GONE if folders else NoFile.FOREIGN


def _in_other_files(graph: CodeGraph, package: str, name: str, folders: Sequence[str]) -> list[str]:
    return [
        path
        for path in graph.defining({name})
        if dirname(path) in folders and package_of(graph, path) == package and type_of(graph, path, name)
    ]


def _nearest(paths: Sequence[str], importer: str) -> str | NoFile:
    """Of several the one that shares most folders with the importer: each part of a repository may have a copy."""
    shared = [len(commonpath([path, importer]).split("/")) if importer else 0 for path in paths]
    best = max(shared)
    return paths[shared.index(best)] if shared.count(best) == 1 else NoFile.AMBIGUOUS


def _folders(graph: CodeGraph, package: str, importer: str) -> Sequence[str]:
    """Folders with files of the package. What has no package is seen in its own folder only."""
    known: dict[str, list[str]] = graph.memo.setdefault("java folders", {})
    if not package:
        return [importer]
    if package not in known:
        known[package] = [
            folder for folder, file in _index(graph).get(package, ()) if package_of(graph, file) == package
        ]
    return known[package]


def _index(graph: CodeGraph) -> dict[str, list[tuple[str, str]]]:
    """Every package a folder may be, by its path, to the folder and one file in it."""
    if "java packages" not in graph.memo:
        files: dict[str, str] = {}
        for path in graph.tree:
            if path.endswith(SUFFIX) and not basename(path).startswith(("package-info", "module-info")):
                files.setdefault(dirname(path), path)
        index: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for folder, file in files.items():
            parts = folder.split("/")
            for start in range(len(parts)):
                index[".".join(parts[start:])].append((folder, file))
        graph.memo["java packages"] = index
    found: dict[str, list[tuple[str, str]]] = graph.memo["java packages"]
    return found
