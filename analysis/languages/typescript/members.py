"""What stands behind a dot: members of classes, interfaces, enums and literal objects, own or inherited."""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import ALIAS, CLASS, CONSTANT, ENUM, INTERFACE, OBJECT
from analysis.languages.typescript.exported import Answer, declared
from analysis.languages.typescript.names import Names, names_of
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

_MAX_HOPS = 12
_WITH_MEMBERS = frozenset({CLASS, INTERFACE, ENUM, OBJECT, ALIAS})
#: Every object, class and function has these.
_EVERYBODYS = frozenset({
    "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
    "name", "length", "prototype", "apply", "bind", "call",
})  # fmt: skip


def member(graph: CodeGraph, owner: Answer, name: str, hops: int = 0) -> Resolution:
    """A member of a class or the like, its own or inherited."""
    if not isinstance(owner, Found) or owner.definition.kind not in _WITH_MEMBERS or hops > _MAX_HOPS:
        return UNKNOWN
    names, holder = names_of(graph, owner.path), owner.definition
    if names is None:
        return UNKNOWN
    own = names.definitions_of(f"{holder.qualname}.{name}")
    if names.is_variable(holder.qualname, name) or len(own) > 1 or (own and own[0].conditional):
        return UNKNOWN
    if own:
        return Found(owner.path, own[0], owner.tier)
    return _inherited(graph, owner, names, name, hops)


def _inherited(graph: CodeGraph, owner: Found, names: Names, name: str, hops: int) -> Resolution:
    """Of the first base that has it; of joined types, only where no other part may have it too."""
    found, open_ended = list[Found](), names.facts.dynamic or name in _EVERYBODYS
    for base in owner.definition.bases:
        inherited = _of_base(graph, owner, base, name, hops)
        if isinstance(inherited, Found):
            found.append(inherited)
        open_ended |= inherited == UNKNOWN
        if found and owner.definition.kind != ALIAS:
            return found[0]
    if found or open_ended:
        return found[0] if len(found) == 1 and not open_ended else UNKNOWN
    return Missing(owner.path)


def _of_base(graph: CodeGraph, owner: Found, base: str, name: str, hops: int) -> Resolution:
    found = _base(graph, owner, base)
    return member(graph, replace(found, tier=owner.tier), name, hops + 1) if found else UNKNOWN


def _base(graph: CodeGraph, owner: Found, base: str) -> Found | None:
    """The base class by the name the class gives it; one behind a dot is not followed."""
    found = declared(graph, owner.path, base) if base != "?" else UNKNOWN
    return found if isinstance(found, Found) else None


def instance_member(graph: CodeGraph, owner: Answer, name: str) -> Resolution:
    """The same, where the owner may also be a constant whose class is known."""
    if not isinstance(owner, Found) or owner.definition.kind != CONSTANT:
        return member(graph, owner, name)
    kind = declared(graph, owner.path, owner.definition.returns or "")
    found = member(graph, kind, name)
    return replace(found, tier=Tier.INSTANCE) if isinstance(found, Found) else found


def constructor(graph: CodeGraph, klass: Found) -> Resolution:
    """The constructor that `new` runs; the class itself when that is not known to be ours."""
    found = member(graph, klass, "constructor")
    return found if isinstance(found, Found) else klass
