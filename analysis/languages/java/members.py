"""What stands behind a dot: methods and fields of a type, its own and those of everything it extends.

Of the functions that share a name the first that takes the call is meant, from the type itself upwards. Where a type
of the family is not ours, what it brings is known for the commonest types of the Java library only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.code_graph import CodeGraph
from analysis.facts import PACKAGE, PRIVATE, PROTECTED, Call, Definition
from analysis.languages.java.names import TYPES, definitions_of, type_of
from analysis.languages.java.packages import package_of
from analysis.languages.java.signatures import signatures, takes
from analysis.languages.java.standard import JAVA_LANG, OBJECT, brought_by
from analysis.languages.java.typenames import base_of
from analysis.resolution import UNKNOWN, Found, Missing, Resolution

_MAX_FAMILY = 60
_LIBRARY = "java."


@dataclass(frozen=True, slots=True)
class Family:
    """A type and all it extends, nearest first. `brought`: names that types from elsewhere bring.

    `is_whole`: that is all there is.
    """

    types: tuple[Found, ...]
    brought: frozenset[str]
    is_whole: bool


def member(graph: CodeGraph, owner: Found, name: str, place: str, call: Call | None = None) -> Resolution:
    """A method or field of the type, as the file `place` can reach it."""
    family = family_of(graph, owner)
    there = list(named(graph, family, name))
    seen = [found for found in there if is_visible(graph, found, place)]
    fitting = [found for found in seen if call is None or takes(found.definition, call)]
    if fitting:
        return fitting[0]
    if not family.is_whole or name in family.brought or any(found.definition.conditional for found in there):
        return UNKNOWN
    return seen[0] if seen else Missing(owner.path)


def gives_one_type(graph: CodeGraph, owner: Found, name: str) -> bool:
    """Whether all that share the name give the same class; what is overridden does not count."""
    seen, makes = set[tuple[str, ...]](), set[str]()
    for found in named(graph, family_of(graph, owner), name):
        forms = {tuple(each.type for each in parameters) for parameters in signatures(found.definition)}
        makes |= set() if forms <= seen else {found.definition.makes}
        seen |= forms
    return len(makes) == 1


def family_of(graph: CodeGraph, owner: Found) -> Family:
    known: dict[tuple[tuple[str, str], str], Family] = graph.memo.setdefault("java families", {})
    question = owner.key, owner.tier
    if question not in known:
        known[question] = _family(graph, owner)
    return known[question]


def _family(graph: CodeGraph, owner: Found) -> Family:
    types, keys, brought, is_whole = [owner], {owner.key}, set(OBJECT), True
    for each in types:
        facts = graph.facts(each.path)
        is_whole &= facts is not None and not facts.dynamic and len(types) <= _MAX_FAMILY
        for base in each.definition.bases if is_whole or len(types) <= _MAX_FAMILY else ():
            found = base_of(graph, each, base)
            names = None if isinstance(found, Found) else _brought(graph, each.path, base)
            if isinstance(found, Found) and found.key not in keys:
                types.append(found)
                keys.add(found.key)
            elif not isinstance(found, Found):
                is_whole &= names is not None
                brought |= names or set()
    return Family(tuple(types), frozenset(brought), is_whole)


def _brought(graph: CodeGraph, path: str, base: str) -> frozenset[str] | None:
    """What a type of the Java library brings, if the name is known to mean that one."""
    facts, (package, _, name) = graph.facts(path), base.rpartition(".")
    modules = [each.module for each in facts.imports if each.local == name] if facts else []
    stars = [each.module for each in facts.imports if each.name == "*"] if facts else []
    module = package or (modules[0] if modules else "")
    if module:
        return brought_by(name) if module.startswith(_LIBRARY) else None
    is_sure = name in JAVA_LANG or (stars and all(star.startswith(_LIBRARY) for star in stars))
    return brought_by(name) if is_sure else None


def named(graph: CodeGraph, family: Family, name: str) -> Iterator[Found]:
    """Of all the family, nearest first."""
    for each in family.types:
        own = definitions_of(graph, each.path, f"{each.definition.qualname}.{name}")
        yield from (Found(each.path, definition, each.tier) for definition in own if definition.kind not in TYPES)


def is_visible(graph: CodeGraph, found: Found, place: str) -> bool:
    return is_reached(graph, found, place) or (
        PROTECTED in found.definition.decorators and _may_inherit(graph, found, place)
    )


def is_reached(graph: CodeGraph, found: Found, place: str) -> bool:
    """Whether the file can reach the definition, without inheriting from its class."""
    words = found.definition.decorators
    if PRIVATE in words:
        return found.path == place
    is_closed = PACKAGE in words or PROTECTED in words
    return not is_closed or found.path == place or package_of(graph, found.path) == package_of(graph, place)


def _may_inherit(graph: CodeGraph, found: Found, place: str) -> bool:
    """Whether a class of the file may be a subclass of the definition's."""
    facts, owner = graph.facts(place), (found.path, found.definition.parent)
    classes = [each for each in facts.definitions if each.bases] if facts else []
    families = [family_of(graph, replace(found, path=place, definition=each)) for each in classes]
    return any(not family.is_whole or owner in [each.key for each in family.types] for family in families)


def enclosing_type(graph: CodeGraph, path: str, scope: str) -> Definition | None:
    """The innermost type around the scope."""
    while scope:
        if found := type_of(graph, path, scope):
            return found
        scope = scope.rpartition(".")[0]
    return None
