"""Follow a TypeScript reference to its definition, through imports, re-exports, receivers and base classes.

Every step has three answers. `Missing` is only said of a file that was fully read and spells out all its names;
wherever a name might come from somewhere else the answer is `Unknown`.
"""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import ALIAS, CLASS, INTERFACE, OBJECT, PRIVATE, WHOLE, Import, Reference
from analysis.languages.typescript.exported import Answer, Module, declared, exported, follow
from analysis.languages.typescript.members import constructor, instance_member, member
from analysis.languages.typescript.names import names_of
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

#: Names of these are of the types' world; a use of the same name as a value means something else.
_TYPES = frozenset({ALIAS, INTERFACE})


def resolve(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """The definition a reference leads to; a call of a class leads to its constructor where it has one of ours."""
    found = _target(graph, path, reference)
    if isinstance(found, Module):
        found = exported(graph, found.path, WHOLE)
        return found if isinstance(found, Found) else UNKNOWN
    if not isinstance(found, Found):
        return found
    if found.definition.kind in _TYPES:
        return UNKNOWN  # a value of that name is meant, which is somewhere else
    return constructor(graph, found) if reference.call and found.definition.kind == CLASS else found


def resolve_import(graph: CodeGraph, path: str, imported: Import) -> Resolution:
    """What an import binds; a module as a whole is no definition."""
    found = follow(graph, path, imported)
    return UNKNOWN if isinstance(found, Module) else found


def _target(graph: CodeGraph, path: str, reference: Reference) -> Answer:
    match reference.receiver:
        case "":
            return declared(graph, path, reference.name, reference.scope)
        case "?":
            return _on_instance(graph, path, reference)
        case "this":
            return member(graph, _enclosing_class(graph, path, reference.scope), reference.name)
        case "super":
            return _on_base(graph, path, reference)
    owner = _named(graph, path, reference.receiver, reference.scope)
    is_type = isinstance(owner, Found) and owner.definition.kind in _TYPES
    return UNKNOWN if is_type else _behind(graph, owner, reference.name, path)


def _named(graph: CodeGraph, path: str, dotted: str, scope: str) -> Answer:
    """What a dotted name stands for, part by part."""
    head, *rest = dotted.split(".")
    found = declared(graph, path, head, scope)
    for name in rest:
        found = _behind(graph, found, name, path)
    return found


def _behind(graph: CodeGraph, owner: Answer, name: str, path: str) -> Answer:
    """`owner.name`, as written in the file of this path."""
    if isinstance(owner, Module):
        return _from_module(exported(graph, owner.path, name), owner)
    if isinstance(owner, Missing):
        return owner
    return _if_visible(instance_member(graph, owner, name), path)


def _from_module(found: Answer, owner: Module) -> Answer:
    if not isinstance(found, Found):
        return found
    is_direct = found.tier is Tier.SAME_FILE and not owner.re_exported
    return replace(found, tier=Tier.IMPORT if is_direct else Tier.REEXPORT)


def _on_instance(graph: CodeGraph, path: str, reference: Reference) -> Answer:
    if not reference.receiver_type:
        return UNKNOWN
    owner = _named(graph, path, reference.receiver_type, reference.scope)
    found = member(graph, owner, reference.name)
    return _if_visible(replace(found, tier=Tier.INSTANCE) if isinstance(found, Found) else found, path)


def _if_visible(found: Resolution, path: str) -> Resolution:
    """To another file a private member is as good as gone."""
    hidden = isinstance(found, Found) and found.path != path and PRIVATE in found.definition.decorators
    return Missing(found.path) if isinstance(found, Found) and hidden else found


def _enclosing_class(graph: CodeGraph, path: str, scope: str) -> Resolution:
    names = names_of(graph, path)
    while names and scope:
        owners = [definition for definition in names.definitions_of(scope) if definition.kind in (CLASS, OBJECT)]
        if owners:
            return Found(path, owners[0], Tier.OWN_CLASS) if len(owners) == 1 else UNKNOWN
        scope = scope.rpartition(".")[0]
    return UNKNOWN


def _on_base(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """`super.name()` and `super()`."""
    owner = _enclosing_class(graph, path, reference.scope)
    if not isinstance(owner, Found) or len(owner.definition.bases) != 1:
        return UNKNOWN
    base = _named(graph, path, owner.definition.bases[0], "")
    if not isinstance(base, Found):
        return UNKNOWN
    found = member(graph, replace(base, tier=Tier.OWN_CLASS), reference.name)
    return found if isinstance(found, Found) else UNKNOWN
