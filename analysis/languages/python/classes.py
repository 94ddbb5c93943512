"""The classes of a Python repository: what a member of one is, its own or inherited."""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import CLASS, Definition, Facts, Reference
from analysis.languages.python.names import dotted
from analysis.languages.python.signatures import is_plain
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

_MAX_HOPS = 12
_ATTRIBUTE_HOOKS = ("__getattr__", "__getattribute__")


def enclosing_class(graph: CodeGraph, path: str, scope: str) -> Resolution:
    facts = graph.facts(path)
    classes = {d.qualname: d for d in facts.definitions if d.kind == CLASS} if facts else {}
    while scope and scope not in classes:
        scope = scope.rpartition(".")[0]
    return Found(path, classes[scope], Tier.OWN_CLASS) if scope and not classes[scope].conditional else UNKNOWN


def member_called(graph: CodeGraph, owner: Resolution, reference: Reference, *, through_class: bool) -> Resolution:
    if not isinstance(owner, Found) or owner.definition.kind != CLASS:
        return UNKNOWN
    found = member(graph, owner, reference.name)
    if not isinstance(found, Found):
        return found
    return replace(found, implicit=_implicit(found.definition, through_class=through_class))


def _implicit(method: Definition, *, through_class: bool) -> int:
    if "staticmethod" in method.decorators or method.kind == CLASS:
        return 0
    return 0 if through_class and "classmethod" not in method.decorators else 1


def member(graph: CodeGraph, owner: Found, name: str, hops: int = 0) -> Resolution:
    """An attribute of a class, its own or inherited; `owner` is a class."""
    facts = graph.facts(owner.path)
    if facts is None or hops > _MAX_HOPS:
        return UNKNOWN
    klass = owner.definition
    own = [definition for definition in facts.definitions if definition.qualname == f"{klass.qualname}.{name}"]
    if name in facts.bindings.get(klass.qualname, ()) or len(own) > 1 or (own and own[0].conditional):
        return UNKNOWN
    if own:
        return Found(owner.path, own[0], owner.tier)
    return _inherited(graph, owner, facts, name, hops)


def _inherited(graph: CodeGraph, owner: Found, facts: Facts, name: str, hops: int) -> Resolution:
    klass = owner.definition
    hooks = {f"{klass.qualname}.{hook}" for hook in _ATTRIBUTE_HOOKS}
    open_ended = bool(klass.decorators) or facts.dynamic or any(d.qualname in hooks for d in facts.definitions)
    for base in klass.bases:
        found = base_of(graph, owner, base)
        if not found:
            open_ended |= base != "object"
            continue
        inherited = member(graph, replace(found, tier=owner.tier), name, hops + 1)
        if isinstance(inherited, Found):
            return UNKNOWN if open_ended else inherited  # an unknown base before this one may have the name
        open_ended |= inherited is UNKNOWN
    return UNKNOWN if open_ended or name.startswith("__") else Missing(owner.path)


def base_of(graph: CodeGraph, owner: Found, base: str) -> Found | None:
    found = dotted(graph, owner.path, base, "") if base != "?" else UNKNOWN
    return found if isinstance(found, Found) and found.definition.kind == CLASS else None


def constructor(graph: CodeGraph, klass: Found) -> Resolution:
    """The `__init__` that a call of the class runs; the class itself when that is not known to be ours."""
    if "?" in klass.definition.bases or not is_plain(klass.definition):
        return klass
    maker, found = member(graph, klass, "__new__"), member(graph, klass, "__init__")
    if isinstance(maker, Found) or not isinstance(found, Found):
        return klass
    return replace(found, implicit=1)
