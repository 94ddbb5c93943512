"""What a type's name means at a place: a type around it, of its file, imported, of its package.

`Missing` is said where all of these were looked through and none may have it unseen.
"""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import EVERYTHING, Facts, Import
from analysis.languages.java.names import type_of
from analysis.languages.java.packages import NoFile, is_package, type_file
from analysis.languages.java.standard import JAVA_LANG
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

_MAX_HOPS = 12


def type_named(graph: CodeGraph, path: str, name: str, scope: str, hops: int = 0) -> Resolution:
    """A type by its plain or dotted name, as seen from a scope of the file."""
    known: dict[tuple[str, str, str], Resolution] = graph.memo.setdefault("java types", {})
    question = path, name, scope
    if question not in known:
        head, *rest = name.split(".")
        found = _plain(graph, path, head, scope, hops)
        is_qualified = bool(rest) and not isinstance(found, Found)
        known[question] = qualified(graph, path, name) if is_qualified else _inside(graph, found, rest, hops)
    return known[question]


def _inside(graph: CodeGraph, found: Resolution, names: list[str], hops: int = 0) -> Resolution:
    """Types inside types, one in the other."""
    for name in names:
        found = member_type(graph, found, name, hops) if isinstance(found, Found) else UNKNOWN
    return found


def qualified(graph: CodeGraph, path: str, dotted: str) -> Resolution:
    """A type by its name with the package; types inside types are found behind the longest package there is."""
    parts = dotted.split(".")
    for end in range(len(parts) - 1, 0, -1):
        package = ".".join(parts[:end])
        if is_package(graph, package):
            return _in_package(graph, path, package, parts[end:])
    return UNKNOWN


def _in_package(graph: CodeGraph, path: str, package: str, names: list[str]) -> Resolution:
    file = type_file(graph, package, names[0], path)
    if isinstance(file, NoFile):
        return Missing(package) if file is NoFile.GONE else UNKNOWN
    top = type_of(graph, file, names[0])
    return _inside(graph, Found(file, top, Tier.IMPORT) if top else _absent(graph, file), names[1:])


def member_type(graph: CodeGraph, owner: Found, name: str, hops: int = 0) -> Resolution:
    """A type inside the type, its own or inherited."""
    own = type_of(graph, owner.path, f"{owner.definition.qualname}.{name}")
    if own:
        return Found(owner.path, own, owner.tier)
    is_open = hops > _MAX_HOPS
    for base in () if is_open else owner.definition.bases:
        found = base_of(graph, owner, base, hops + 1)
        inherited = member_type(graph, found, name, hops + 1) if isinstance(found, Found) else UNKNOWN
        if isinstance(inherited, Found):
            return inherited
        is_open |= inherited == UNKNOWN
    return UNKNOWN if is_open else _absent(graph, owner.path)


def base_of(graph: CodeGraph, owner: Found, base: str, hops: int = 0) -> Resolution:
    """What a type extends; its name is looked up around the type, not in it."""
    if base == "?" or hops > _MAX_HOPS:
        return UNKNOWN
    found = type_named(graph, owner.path, base, owner.definition.parent, hops)
    return replace(found, tier=owner.tier) if isinstance(found, Found) else found


def _plain(graph: CodeGraph, path: str, name: str, scope: str, hops: int) -> Resolution:
    facts = graph.facts(path)
    if facts is None:
        return UNKNOWN
    around = _around(graph, path, name, scope, hops)
    if around:
        return around
    named = [each for each in facts.imports if each.local == name]
    if named:
        return imported_type(graph, path, named[0]) if len({each.module for each in named}) == 1 else UNKNOWN
    own_package = _in_package(graph, path, facts.package, [name])
    if isinstance(own_package, Found):
        return replace(own_package, tier=Tier.SAME_FILE if own_package.path == path else Tier.IMPORT)
    return _on_demand(graph, path, facts, name, own_package)


def _around(graph: CodeGraph, path: str, name: str, scope: str, hops: int) -> Found | None:
    """In the functions and types around the place, from the inside out, or at the top of the file."""
    while True:
        if own := type_of(graph, path, f"{scope}.{name}" if scope else name):
            return Found(path, own, Tier.SAME_FILE)
        if not scope:
            return None
        outer, _, last = scope.rpartition(".")
        klass = type_of(graph, path, scope)
        if klass and last == name:
            return Found(path, klass, Tier.SAME_FILE)
        inherited = _inherited(graph, Found(path, klass, Tier.SAME_FILE), name, hops) if klass else None
        if inherited:
            return inherited
        scope = outer


def _inherited(graph: CodeGraph, klass: Found, name: str, hops: int) -> Found | None:
    """A type that a base class has. What bases from elsewhere have is passed over: they would hide ours."""
    found = member_type(graph, klass, name, hops + 1) if klass.definition.bases and hops <= _MAX_HOPS else UNKNOWN
    return replace(found, tier=Tier.OWN_CLASS) if isinstance(found, Found) else None


def imported_type(graph: CodeGraph, path: str, imported: Import) -> Resolution:
    return qualified(graph, path, f"{imported.module}.{imported.name}")


def _on_demand(graph: CodeGraph, path: str, facts: Facts, name: str, otherwise: Resolution) -> Resolution:
    """Through imports of everything, the last thing that Java tries; then there are the types known everywhere."""
    is_open = otherwise == UNKNOWN or name in JAVA_LANG
    for star in (each for each in facts.imports if each.name == EVERYTHING):
        found = qualified(graph, path, f"{star.module}.{name}")
        if isinstance(found, Found):
            return found
        is_open |= found == UNKNOWN
    return UNKNOWN if is_open else otherwise


def _absent(graph: CodeGraph, path: str) -> Resolution:
    """Not in the file, which is known to hold all there is unless it could not be read to its end."""
    facts = graph.facts(path)
    return UNKNOWN if facts is None or facts.dynamic else Missing(path)
