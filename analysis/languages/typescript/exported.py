"""What a name of a module stands for: declared there, imported, or exported on from other modules."""

from dataclasses import dataclass, replace

from analysis.code_graph import CodeGraph
from analysis.defaults import own_name
from analysis.facts import DEFAULT, EVERYTHING, WHOLE, Export, Import
from analysis.languages.typescript.modules import NoFile, module_file
from analysis.languages.typescript.names import Names, names_of
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
Seen = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Module:
    """A module as a value: of `import * as name`, `export * as name`, `require()`."""

    path: str
    re_exported: bool = False


Answer = Resolution | Module


def declared(graph: CodeGraph, path: str, name: str, scope: str = "", seen: Seen | None = None) -> Answer:
    """A plain name, as seen from a scope of the file. One that nothing binds is missing where the file is a module."""
    names = names_of(graph, path)
    if names is None:
        return UNKNOWN
    if names.is_free(name):
        return Missing(path)
    around = [i for i in names.imports.get(name, ()) if f"{scope}.".startswith(f"{i.scope}.") or not i.scope]
    definitions = names.definitions_of(name)
    if names.is_variable("", name) or len(definitions) + len(around) != 1:
        return UNKNOWN
    if around:
        return follow(graph, path, around[0], seen)
    return UNKNOWN if definitions[0].conditional else Found(path, definitions[0], Tier.SAME_FILE)


def follow(graph: CodeGraph, path: str, imported: Import, seen: Seen | None = None) -> Answer:
    """What an import binds."""
    file = module_file(graph, path, imported.module)
    if isinstance(file, NoFile):
        return Missing(imported.module) if file is NoFile.GONE else UNKNOWN
    if imported.name is None:
        return Module(file) if imported.local else UNKNOWN
    if imported.name == EVERYTHING:
        return UNKNOWN
    name = own_name(imported.name)
    names = names_of(graph, file)
    if name == WHOLE and names and not names.exports.get(WHOLE):
        return Module(file)
    found = exported(graph, file, name, seen)
    if isinstance(found, Found) and found.tier is Tier.SAME_FILE:
        return replace(found, tier=Tier.IMPORT)
    return _re_exported(found)


def exported(graph: CodeGraph, path: str, name: str, seen: Seen | None = None) -> Answer:
    """The name as other files get it from this one. `seen`: where this question has been, for barrels in a circle."""
    known = graph.memo.setdefault("typescript exports", {})
    if seen is None and (path, name) in known:
        answer: Answer = known[path, name]
        return answer
    visited = set[tuple[str, str]]() if seen is None else seen
    names = names_of(graph, path)
    if (path, name) in visited:
        return Missing(path)
    visited.add((path, name))
    found = _exported(graph, path, names, name, visited) if names else UNKNOWN
    if seen is None:
        known[path, name] = found
    return found


def _exported(graph: CodeGraph, path: str, names: Names, name: str, seen: Seen) -> Answer:
    rows = names.exports.get(name) or (names.exports.get(WHOLE, []) if name == DEFAULT else [])
    if len(rows) > 1:
        return UNKNOWN
    if rows:
        return _of_row(graph, path, rows[0], seen)
    found = _through_stars(graph, path, names, name, seen) if name != DEFAULT else Missing(path)
    unspelled = names.facts.dynamic or WHOLE in names.exports or path.endswith(_DECLARATIONS)
    return UNKNOWN if isinstance(found, Missing) and unspelled else found


def _of_row(graph: CodeGraph, path: str, row: Export, seen: Seen) -> Answer:
    if not row.module and row.local == EVERYTHING:
        return Module(path)
    if not row.module:
        return _past_import(declared(graph, path, row.local, seen=seen))
    file = module_file(graph, path, row.module)
    if isinstance(file, NoFile):
        return Missing(row.module) if file is NoFile.GONE else UNKNOWN
    if row.local == EVERYTHING:
        return Module(file, re_exported=True)
    return _re_exported(exported(graph, file, own_name(row.local), seen))


def _through_stars(graph: CodeGraph, path: str, names: Names, name: str, seen: Seen) -> Answer:
    """A name that two modules bring is nobody's: the language leaves it out."""
    found = list[Answer]()
    for star in names.exports.get(EVERYTHING, ()):
        file = module_file(graph, path, star.module)
        answer = exported(graph, file, name, seen) if isinstance(file, str) else UNKNOWN
        if not isinstance(answer, Missing):
            found.append(answer)
    sure = [answer for answer in found if answer != UNKNOWN]
    if len(sure) == 1:
        return _re_exported(sure[0])
    return UNKNOWN if found else Missing(path)


def _past_import(found: Answer) -> Answer:
    return replace(found, tier=Tier.REEXPORT) if isinstance(found, Found) and found.tier is Tier.IMPORT else found


def _re_exported(found: Answer) -> Answer:
    if isinstance(found, Module):
        return replace(found, re_exported=True)
    return replace(found, tier=Tier.REEXPORT) if isinstance(found, Found) else found
