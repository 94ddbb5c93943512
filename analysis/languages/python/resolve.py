"""Follow a Python reference to its definition: by name, through a class, through an instance."""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import CLASS, Reference
from analysis.languages.python.classes import base_of, constructor, enclosing_class, member_called
from analysis.languages.python.instances import instance_called, instance_made_by
from analysis.languages.python.names import dotted, lookup, module_of, named
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier


def resolve(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """The definition a reference leads to; a call of a class leads to its `__init__` where it has one of ours."""
    found = _target(graph, path, reference)
    if reference.call and isinstance(found, Found) and found.definition.kind == CLASS:
        return constructor(graph, found)
    return found


def _target(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    match reference.receiver:
        case "":
            return _on_scope(graph, path, reference)
        case "?":
            return _on_instance(graph, path, reference)
        case "self" | "cls":
            owner = enclosing_class(graph, path, reference.scope)
            return member_called(graph, owner, reference, through_class=reference.receiver == "cls")
        case "super()":
            return _on_base(graph, path, reference)
    return _on_name(graph, path, reference)


def _on_scope(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """A plain name; in the body of a class the class's own names come first."""
    facts = graph.facts(path)
    qualname = f"{reference.scope}.{reference.name}"
    own = [each for each in facts.definitions if each.qualname == qualname] if facts and reference.scope else []
    owner = enclosing_class(graph, path, reference.scope) if own else UNKNOWN
    if isinstance(owner, Found) and owner.definition.qualname == reference.scope:
        return member_called(graph, owner, reference, through_class=True)
    return named(graph, path, reference.name, reference.scope)


def _on_instance(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    if not reference.receiver_type:
        return UNKNOWN
    owner = instance_made_by(graph, path, reference.receiver_type, reference.scope)
    return _member_of_instance(graph, owner, reference)


def _member_of_instance(graph: CodeGraph, owner: Resolution, reference: Reference) -> Resolution:
    found = member_called(graph, owner, reference, through_class=False)
    return replace(found, tier=Tier.INSTANCE) if isinstance(found, Found) else found


def _on_name(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """`module.name`, `Class.name`, or `variable.name`."""
    file = module_of(graph, path, reference.receiver, reference.scope)
    if isinstance(file, Missing):
        return file
    if file:
        found = lookup(graph, file, reference.name)
        return replace(found, tier=Tier.IMPORT) if isinstance(found, Found) else found
    owner = dotted(graph, path, reference.receiver, reference.scope)
    if isinstance(owner, Found):
        return member_called(graph, owner, reference, through_class=True)
    owner = instance_called(graph, path, reference.receiver, reference.scope)
    return _member_of_instance(graph, owner, reference)


def _on_base(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """`super().name`: only where there is one base; with more, the next class is not this file's to know."""
    owner = enclosing_class(graph, path, reference.scope)
    if not isinstance(owner, Found) or len(owner.definition.bases) != 1:
        return UNKNOWN
    base = base_of(graph, owner, owner.definition.bases[0])
    if not base:
        return UNKNOWN
    return member_called(graph, replace(base, tier=Tier.OWN_CLASS), reference, through_class=False)
