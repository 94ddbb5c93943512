"""Which file a Python module name means, seen from the file that imports it.

The import roots of a repository are not written down anywhere. A folder without `__init__.py` may be one; it counts
when it is the repository's own, has a usual name for it, or holds the importing file too. Two candidates are one too
many: better no answer than a wrong one.
"""

from collections import defaultdict
from enum import Enum
from posixpath import dirname

from analysis.code_graph import CodeGraph

_ROOT_NAMES = frozenset({"src", "lib", "python"})
SUFFIX, _PACKAGE = ".py", "__init__.py"


class NoFile(Enum):
    """Why a module name has no file: another distribution's, nobody can tell which, or gone from a package of ours."""

    FOREIGN = "foreign"
    AMBIGUOUS = "ambiguous"
    GONE = "gone"


def module_file(graph: CodeGraph, importer: str, module: str, level: int) -> str | NoFile:
    known = graph.memo.setdefault("python module files", {})
    question = importer, module, level
    if question not in known:
        known[question] = _module_file(graph, importer, module, level)
    answer: str | NoFile = known[question]
    return answer


def _module_file(graph: CodeGraph, importer: str, module: str, level: int) -> str | NoFile:
    if level:
        return _relative(graph, importer, module, level)
    found = _candidates(graph, importer, module)
    if len(found) == 1:
        return found.pop()
    if found:
        return NoFile.AMBIGUOUS
    top = module.partition(".")[0]
    return NoFile.GONE if "." in module and _candidates(graph, importer, top) else NoFile.FOREIGN


def submodule(graph: CodeGraph, package: str, name: str) -> str | None:
    """The file of `name` inside the package whose `__init__.py` this is."""
    if not package.endswith(_PACKAGE):
        return None
    folder = package.removesuffix(_PACKAGE)
    return _file(graph, folder + name)


def _relative(graph: CodeGraph, importer: str, module: str, level: int) -> str | NoFile:
    folder = dirname(importer)
    for _ in range(level - 1):
        if not folder:
            return NoFile.FOREIGN
        folder = dirname(folder)
    parts = [part for part in (folder, *module.split(".")) if part]
    if not module:
        package = f"{folder}/{_PACKAGE}" if folder else _PACKAGE
        return package if package in graph.tree else NoFile.AMBIGUOUS
    return _file(graph, "/".join(parts)) or NoFile.GONE


def _file(graph: CodeGraph, stem: str) -> str | None:
    return next((path for path in (stem + SUFFIX, f"{stem}/{_PACKAGE}") if path in graph.tree), None)


def _candidates(graph: CodeGraph, importer: str, module: str) -> set[str]:
    index = graph.memo.get("python modules")
    if index is None:
        index = graph.memo["python modules"] = _index(graph)
    return {path for root, path in index.get(module, ()) if _is_root_for(root, importer)}


def _is_root_for(root: str, importer: str) -> bool:
    return not root or root.rpartition("/")[2] in _ROOT_NAMES or importer.startswith(root + "/")


def _index(graph: CodeGraph) -> dict[str, list[tuple[str, str]]]:
    """Dotted name to (root folder, file), for every folder that could be a root."""
    packages = {dirname(path) for path in graph.tree if path.endswith(_PACKAGE)}
    index: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in (path for path in graph.tree if path.endswith(SUFFIX)):
        parts = path.removesuffix(SUFFIX).removesuffix("/__init__").split("/")
        for start in range(len(parts)):
            root = "/".join(parts[:start])
            if root not in packages or not root:
                index[".".join(parts[start:])].append((root, path))
    return index
