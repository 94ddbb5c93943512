"""Follow a Python name to its definition, through imports, re-exports and star imports.

Every step has three answers. `Missing` is only said of a file that was fully read and spells out all its names;
wherever a name might come from somewhere else the answer is `Unknown`.
"""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import Facts, Import
from analysis.languages.python.modules import NoFile, module_file, submodule
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

_MAX_HOPS = 12


def resolve_import(graph: CodeGraph, path: str, imported: Import, hops: int = 0) -> Resolution:
    """What `from module import name` binds."""
    file = module_file(graph, path, imported.module, imported.level)
    if isinstance(file, NoFile):
        return Missing(imported.module) if file is NoFile.GONE else UNKNOWN
    if imported.name is None or imported.name == "*":
        return UNKNOWN
    found = lookup(graph, file, imported.name, hops + 1)
    if isinstance(found, Found) and found.tier is Tier.SAME_FILE:
        return replace(found, tier=Tier.IMPORT)
    return replace(found, tier=Tier.REEXPORT) if isinstance(found, Found) else found


def lookup(graph: CodeGraph, path: str, name: str, hops: int = 0) -> Resolution:
    """The top-level name of a module."""
    facts = graph.facts(path)
    if facts is None or hops > _MAX_HOPS or name.startswith("__"):
        return UNKNOWN
    definitions = [definition for definition in facts.definitions if definition.qualname == name]
    imports = [imported for imported in facts.imports if imported.local == name and not imported.scope]
    if name in facts.bindings.get("", ()) or len(definitions) + len(imports) > 1 or submodule(graph, path, name):
        return UNKNOWN
    if definitions:
        return UNKNOWN if definitions[0].conditional else Found(path, definitions[0], Tier.SAME_FILE)
    if imports:
        return resolve_import(graph, path, imports[0], hops)
    return _through_stars(graph, path, facts, name, hops)


def _through_stars(graph: CodeGraph, path: str, facts: Facts, name: str, hops: int) -> Resolution:
    if facts.dynamic:
        return UNKNOWN
    for star in (imported for imported in facts.imports if imported.name == "*"):
        found = resolve_import(graph, path, star._replace(name=name), hops)
        if not isinstance(found, Missing):
            return found
    return Missing(path)


def named(graph: CodeGraph, path: str, name: str, scope: str) -> Resolution:
    """A plain name, as seen from a scope of the file."""
    local = imports_in_scope(graph, path, name, scope)
    if local:
        return resolve_import(graph, path, local[0]) if len(local) == 1 else UNKNOWN
    return lookup(graph, path, name)


def imports_in_scope(graph: CodeGraph, path: str, name: str, scope: str) -> list[Import]:
    """Imports of the name inside the functions around the scope."""
    facts = graph.facts(path)
    if not scope or facts is None:
        return []
    return [
        imported
        for imported in facts.imports
        if imported.scope and imported.local == name and f"{scope}.".startswith(f"{imported.scope}.")
    ]


def dotted(graph: CodeGraph, path: str, text: str, scope: str) -> Resolution:
    """A class by its dotted name."""
    receiver, _, name = text.rpartition(".")
    if not receiver:
        return named(graph, path, name, scope)
    file = module_of(graph, path, receiver, scope)
    return lookup(graph, file, name) if isinstance(file, str) else UNKNOWN


def module_of(graph: CodeGraph, path: str, receiver: str, scope: str) -> str | Missing | None:
    """The file of the module a dotted receiver names; None when it is no module of ours."""
    facts = graph.facts(path)
    head, _, rest = receiver.partition(".")
    if facts is None or head in facts.bindings.get("", ()):
        return None
    imports = imports_in_scope(graph, path, head, scope) or [
        imported for imported in facts.imports if imported.local == head and not imported.scope
    ]
    if not imports or any(imported.guarded for imported in imports):
        return None
    modules = {_module_name(imported, receiver, rest) for imported in imports} - {None}
    for module, level in sorted(module for module in modules if module):
        file = module_file(graph, path, module, level)
        if isinstance(file, str):
            return file
        if file is NoFile.GONE and len(imports) == 1 and imports[0].name is None:
            return Missing(module)
    return None


def _module_name(imported: Import, receiver: str, rest: str) -> tuple[str, int] | None:
    if imported.name is None:
        if imported.module.partition(".")[0] == imported.local:  # import a.b
            return (receiver, 0)
        return (".".join(part for part in (imported.module, rest) if part), 0)
    return (".".join(part for part in (imported.module, imported.name, rest) if part), imported.level)
