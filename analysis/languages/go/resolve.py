"""Follow a Go reference to its definition: a name of the package, of an import, or a method of what is before the dot.

`Missing` is only said of a package whose files were all read, and of a type that embeds nothing unknown; wherever a
name might come from somewhere else the answer is `Unknown`.
"""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import Import, Reference
from analysis.languages.go.members import method
from analysis.languages.go.names import Imported, named, of_package
from analysis.languages.go.trails import Value, follow, type_behind
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier


def resolve(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """The definition a reference leads to."""
    if not reference.receiver:
        found = named(graph, path, reference.name)
        return UNKNOWN if isinstance(found, Imported) else found
    owner = follow(graph, path, reference.receiver_type or reference.receiver)
    if isinstance(owner, Imported):
        return of_package(owner, reference.name)
    if isinstance(owner, Missing) and "." not in reference.receiver and not reference.receiver_type:
        return _of_gone_package(graph, path, reference.receiver, owner)
    return _on_value(graph, owner, path, reference) if isinstance(owner, Value) else UNKNOWN


def resolve_import(_graph: CodeGraph, _path: str, _imported: Import) -> Resolution:
    """An import binds a package, which is no definition."""
    return UNKNOWN


def _on_value(graph: CodeGraph, owner: Value, path: str, reference: Reference) -> Resolution:
    kind = type_behind(graph, owner)
    if not isinstance(kind, Found):
        return UNKNOWN
    found = method(graph, kind, reference.name)
    is_own = isinstance(found, Found) and reference.scope.rpartition(".")[0] == kind.definition.qualname
    return replace(found, tier=Tier.OWN_CLASS) if isinstance(found, Found) and is_own and kind.path == path else found


def _of_gone_package(graph: CodeGraph, path: str, name: str, missing: Missing) -> Resolution:
    """A package that is gone takes its names along; a variable that is gone is missed itself, not what it was."""
    facts = graph.facts(path)
    imports = [i for i in facts.imports if name in (i.local, i.module.rpartition("/")[2])] if facts else []
    return missing if imports else UNKNOWN
