"""Which function a Java call is bound to, where that has to be certain, and whether it has the instance it needs."""

from collections.abc import Iterator
from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import FUNCTION, STATIC, Call, Definition, Reference
from analysis.languages.java.assembly import NEW
from analysis.languages.java.members import Family, family_of, named
from analysis.languages.java.names import definitions_of, type_of
from analysis.languages.java.owners import owner_of
from analysis.languages.java.signatures import is_exact, meant, signatures
from analysis.resolution import Found, Tier


def is_certain(graph: CodeGraph, path: str, reference: Reference, found: Found) -> bool:
    """Whether no other function of the name may be meant; one that is overridden does not count."""
    call, name = reference.call, found.definition.name
    if call is None or name == NEW:
        return True
    owner = _class_of(graph, found)
    if owner is None:
        return False
    family = _receivers(graph, path, reference, owner)
    above = {each.key for each in family_of(graph, owner).types}
    others = [each for each in named(graph, family, name) if each.key != found.key]
    has_all = (family.is_whole and name not in family.brought) or _exact(found.definition, call) is not None
    return has_all and not any(_is_rival(each, found, call, above) for each in others)


def unbound(graph: CodeGraph, path: str, reference: Reference) -> str:
    """What is wrong with a call that leads to a method of an instance, and may have none."""
    if reference.receiver or reference.receiver_type:
        owner = owner_of(graph, path, reference)
        has_instance = owner is None or owner.is_instance
    else:
        around = definitions_of(graph, path, reference.scope)
        is_static = bool(around) and all(each.kind == FUNCTION and STATIC in each.decorators for each in around)
        has_instance = not (is_static or _is_imported(graph, path, reference))
    return "" if has_instance else "calls it without an instance"


def _is_rival(other: Found, found: Found, call: Call, above: set[tuple[str, str]]) -> bool:
    """Whether the call may mean the other. `above`: the class of what was found, and all it extends."""
    exact, forms = _exact(found.definition, call), _types(found.definition)
    is_above = (other.path, other.definition.parent) in above
    rivals = [_types(other.definition)[index] for index in meant(other.definition, call)]
    if exact is not None:
        rivals = [types for types in rivals if types == forms[exact]]
    return any(not (is_above and types in forms) for types in rivals)


def _exact(definition: Definition, call: Call) -> int | None:
    forms = enumerate(signatures(definition))
    return next((index for index, parameters in forms if is_exact(parameters, call)), None)


def _types(definition: Definition) -> list[tuple[str, ...]]:
    return [tuple(parameter.type for parameter in parameters) for parameters in signatures(definition)]


def _receivers(graph: CodeGraph, path: str, reference: Reference, owner: Found) -> Family:
    """Of the type the call goes through; that of the function found where there is none."""
    if reference.receiver or reference.receiver_type:
        through = owner_of(graph, path, reference)
        return family_of(graph, through.found if through else owner)
    families = _families_around(graph, path, reference.scope)
    return next((each for each in families if owner.key in _keys(each)), family_of(graph, owner))


def _is_imported(graph: CodeGraph, path: str, reference: Reference) -> bool:
    """Whether a plain name has its meaning by an import: no type around has anything of that name."""
    families = _families_around(graph, path, reference.scope)
    return not any(True for family in families for _ in named(graph, family, reference.name))


def _families_around(graph: CodeGraph, path: str, scope: str) -> Iterator[Family]:
    while scope:
        if klass := type_of(graph, path, scope):
            yield family_of(graph, Found(path, klass, Tier.OWN_CLASS))
        scope = scope.rpartition(".")[0]


def _keys(family: Family) -> set[tuple[str, str]]:
    return {each.key for each in family.types}


def _class_of(graph: CodeGraph, found: Found) -> Found | None:
    klass = type_of(graph, found.path, found.definition.parent)
    return replace(found, definition=klass) if klass else None
