"""Methods and fields of a type: its own, and what it embeds."""

from analysis.code_graph import CodeGraph
from analysis.facts import ALIAS, FUNCTION
from analysis.languages.go.names import Imported, named, of_package
from analysis.languages.go.packages import declared, package_of
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

_MAX_HOPS = 8


def type_named(graph: CodeGraph, path: str, name: str, hops: int = 0) -> Resolution:
    """The definition of a type as a file writes it, plain or `package.Name`; behind an alias what it stands for."""
    head, _, member = name.partition(".")
    found = named(graph, path, head)
    if member:
        found = of_package(found, member) if isinstance(found, Imported) else UNKNOWN
    if isinstance(found, Imported) or hops > _MAX_HOPS:
        return UNKNOWN
    if isinstance(found, Found) and found.definition.kind == ALIAS:
        return type_named(graph, found.path, found.definition.makes, hops + 1)
    return found


def method(graph: CodeGraph, owner: Found, name: str, hops: int = 0) -> Resolution:
    """A method of the type. Of a field it is not known what calling it calls."""
    known = graph.memo.setdefault("go methods", {})
    if (owner.key, name) not in known:
        known[owner.key, name] = UNKNOWN  # for a type that embeds itself
        known[owner.key, name] = _method(graph, owner, name, hops)
    found: Resolution = known[owner.key, name]
    return found


def _method(graph: CodeGraph, owner: Found, name: str, hops: int) -> Resolution:
    facts, package = graph.facts(owner.path), package_of(graph, owner.path)
    if facts is None or package is None or hops > _MAX_HOPS or owner.definition.kind == FUNCTION:
        return UNKNOWN
    if name in facts.bindings.get(owner.definition.qualname, ()):
        return UNKNOWN
    own = declared(package, f"{owner.definition.qualname}.{name}", tier=Tier.INSTANCE)
    return _embedded(graph, owner, name, hops) if isinstance(own, Missing) else own


def _embedded(graph: CodeGraph, owner: Found, name: str, hops: int) -> Resolution:
    """Of what the type embeds; a method that two bring is neither's."""
    brought = list[Resolution]()
    for base in owner.definition.bases:
        found = type_named(graph, owner.path, base)
        brought.append(method(graph, found, name, hops + 1) if isinstance(found, Found) else UNKNOWN)
    certain = [found for found in brought if isinstance(found, Found)]
    if len(certain) == 1:
        return certain[0]
    return UNKNOWN if certain or UNKNOWN in brought else Missing(owner.path)


def field(graph: CodeGraph, owner: Found, name: str, hops: int = 0) -> tuple[str, str] | None:
    """A value of the field's type, and the file it is written in; None for what is no field of a known type."""
    known = graph.memo.setdefault("go fields", {})
    if (owner.key, name) not in known:
        known[owner.key, name] = None
        known[owner.key, name] = _field(graph, owner, name, hops)
    found: tuple[str, str] | None = known[owner.key, name]
    return found


def _field(graph: CodeGraph, owner: Found, name: str, hops: int) -> tuple[str, str] | None:
    facts = graph.facts(owner.path)
    if facts is None or hops > _MAX_HOPS:
        return None
    qualname = owner.definition.qualname
    if name in facts.bindings.get(qualname, ()):
        value = facts.types.get(f"{qualname}.{name}")
        return (owner.path, value) if value else None
    bases = (type_named(graph, owner.path, base) for base in owner.definition.bases)
    brought = (field(graph, base, name, hops + 1) for base in bases if isinstance(base, Found))
    return next((found for found in brought if found), None)
