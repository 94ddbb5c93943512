"""What a name of the package or of an import stands for, seen from a file."""

from dataclasses import dataclass

from analysis.code_graph import CodeGraph
from analysis.facts import EVERYTHING, Import
from analysis.languages.go.packages import Package, declared, imported_folder, is_gone, package_in, package_of
from analysis.languages.go.predeclared import PREDECLARED
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier


@dataclass(frozen=True, slots=True)
class Imported:
    """A package as a name before a dot."""

    package: Package


Answer = Resolution | Imported


def named(graph: CodeGraph, path: str, name: str) -> Answer:
    """A plain name: an import of the file, a name of its package, or one that a dot import brings."""
    imports = _imports(graph, path).get(name, [])
    if imports:
        return _package_imported(graph, imports[0]) if len(imports) == 1 else UNKNOWN
    package = package_of(graph, path)
    if package is None:
        return UNKNOWN
    found = declared(package, name, tier=Tier.PACKAGE)
    if isinstance(found, Missing):
        return _brought(graph, path, name, found)
    is_here = isinstance(found, Found) and found.path == path
    return Found(path, found.definition, Tier.SAME_FILE) if isinstance(found, Found) and is_here else found


def of_package(owner: Imported, name: str) -> Resolution:
    """`package.name`; what is not for other packages is not there."""
    found = declared(owner.package, name, tier=Tier.IMPORT)
    return found if name[:1].isupper() else UNKNOWN


def _package_imported(graph: CodeGraph, imported: Import) -> Answer:
    folder = imported_folder(graph, imported.module)
    if folder is None:
        return UNKNOWN
    if is_gone(graph, folder):
        return Missing(folder)
    package = package_in(graph, folder)
    return Imported(package) if package else UNKNOWN


def _brought(graph: CodeGraph, path: str, name: str, missing: Missing) -> Resolution:
    """By `import . "package"`, or by the language; a name that was the language's before is not missed."""
    facts = graph.facts(path)
    for imported in facts.imports if facts else ():
        if imported.name == EVERYTHING:
            owner = _package_imported(graph, imported)
            found = of_package(owner, name) if isinstance(owner, Imported) else UNKNOWN
            if not isinstance(found, Missing):
                return found
    return UNKNOWN if name in PREDECLARED else missing


def _imports(graph: CodeGraph, path: str) -> dict[str, list[Import]]:
    """By the name the file uses. One without an alias goes by what the package calls itself."""
    known = graph.memo.setdefault("go imports", {})
    if path not in known:
        facts = graph.facts(path)
        known[path] = {}
        for imported in facts.imports if facts else ():
            known[path].setdefault(imported.local or _own_name(graph, imported), []).append(imported)
    imports: dict[str, list[Import]] = known[path]
    return imports


def _own_name(graph: CodeGraph, imported: Import) -> str:
    owner = _package_imported(graph, imported)
    return owner.package.name if isinstance(owner, Imported) else imported.module.rpartition("/")[2]
