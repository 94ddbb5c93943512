"""What stands before a dot in Java: a type, or an instance of one, followed step by step through what is declared.

Where one step is not known, nothing is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.code_graph import CodeGraph
from analysis.facts import CLASS, EVERYTHING, Call, Facts, Reference
from analysis.languages.java.members import enclosing_type, gives_one_type, member
from analysis.languages.java.names import type_of
from analysis.languages.java.packages import is_package
from analysis.languages.java.typenames import base_of, qualified, type_named
from analysis.languages.java.types import ARRAY
from analysis.languages.java.values import CALLED, INSTANCE
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

ALL_MEMBERS = EVERYTHING + CALLED


@dataclass(frozen=True, slots=True)
class Owner:
    """A type of ours, or an instance of it. `found.tier`: how it was followed."""

    found: Found
    is_instance: bool


@dataclass(frozen=True, slots=True)
class _Array:
    """Of something that is declared, where its type's name is to be looked up."""

    path: str
    scope: str
    element: str


@dataclass(frozen=True, slots=True)
class _Package:
    name: str


_Step = Owner | _Array | _Package | None


@dataclass(frozen=True, slots=True)
class _View:
    """Where an expression stands."""

    graph: CodeGraph
    path: str
    scope: str


def owner_of(graph: CodeGraph, path: str, reference: Reference) -> Owner | None:
    view = _View(graph, path, reference.scope)
    if reference.receiver_type:
        type_, _, steps = reference.receiver_type.partition(INSTANCE)
        start, left = _instance(view, path, reference.scope, type_), steps.split(".") if steps else []
    else:
        head, *left = reference.receiver.split(".")
        start = _head(view, head)
    found = _walked(view, start, left)
    return found if isinstance(found, Owner) else None


def named_here(graph: CodeGraph, path: str, name: str, scope: str, call: Call | None = None) -> Resolution:
    """A method or field by its plain name: of the types around, from the inside out, or imported."""
    while scope:
        klass = type_of(graph, path, scope)
        found = member(graph, Found(path, klass, Tier.OWN_CLASS), name, path, call) if klass else Missing(path)
        if isinstance(found, Found):
            return replace(found, tier=Tier.SAME_FILE) if found.path == path else found
        if found == UNKNOWN:
            return found
        scope = scope.rpartition(".")[0]
    return _imported(graph, path, name, call)


def _imported(graph: CodeGraph, path: str, name: str, call: Call | None) -> Resolution:
    """Through a static import, by name or of everything."""
    facts = graph.facts(path) or Facts(dynamic=True)
    is_open, found = facts.dynamic, list[Resolution]()
    for each in (each for each in facts.imports if each.local == name or each.name == ALL_MEMBERS):
        owner = qualified(graph, path, each.module)
        is_type = isinstance(owner, Found)
        found.append(member(graph, owner, name, path, call) if isinstance(owner, Found) else UNKNOWN)
        is_open |= not is_type or found[-1] == UNKNOWN
    sure = [each for each in found if isinstance(each, Found)]
    if sure:
        return sure[0]
    return UNKNOWN if is_open else Missing(path)


def super_class(graph: CodeGraph, path: str, scope: str) -> Found | None:
    """The class that `super` means, if it is ours."""
    klass = enclosing_type(graph, path, scope)
    if klass is None or not klass.bases:
        return None
    found = base_of(graph, Found(path, klass, Tier.OWN_CLASS), klass.bases[0])
    return found if isinstance(found, Found) and found.definition.kind == CLASS else None


def _head(view: _View, name: str) -> _Step:
    graph, path, scope = view.graph, view.path, view.scope
    if name == "this":
        klass = enclosing_type(graph, path, scope)
        return Owner(Found(path, klass, Tier.OWN_CLASS), is_instance=True) if klass else None
    if name == "super":
        base = super_class(graph, path, scope)
        return Owner(base, is_instance=True) if base else None
    found = named_here(graph, path, name, scope)
    if isinstance(found, Found):
        return _value(view, found)
    if name.endswith(CALLED):
        return None
    type_ = type_named(graph, path, name, scope)
    return Owner(type_, is_instance=False) if isinstance(type_, Found) else _Package(name)


def _walked(view: _View, start: _Step, steps: Sequence[str]) -> _Step:
    for name in steps:
        start = _step(view, start, name)
    return start


def _step(view: _View, at: _Step, name: str) -> _Step:
    match at:
        case _Package(package):
            return _in_package(view, f"{package}.{name}")
        case _Array(path, scope, element):
            return _instance(view, path, scope, element) if name == ARRAY else None
        case Owner(found, is_instance):
            return _of_owner(view, found, name, is_instance=is_instance)
    return None


def _in_package(view: _View, dotted: str) -> _Step:
    found = qualified(view.graph, view.path, dotted)
    if isinstance(found, Found):
        return Owner(found, is_instance=False)
    return _Package(dotted) if is_package(view.graph, dotted) or found == UNKNOWN else None


def _of_owner(view: _View, owner: Found, name: str, *, is_instance: bool) -> _Step:
    if name == "this":
        return Owner(owner, is_instance=True)
    found = member(view.graph, owner, name, view.path)
    if isinstance(found, Found):
        return _value(view, found)
    inner = None if is_instance else type_of(view.graph, owner.path, f"{owner.definition.qualname}.{name}")
    return Owner(replace(owner, definition=inner), is_instance=False) if inner else None


def _value(view: _View, found: Found) -> _Step:
    """What a field holds or a method gives, as it is declared."""
    definition = found.definition
    klass = type_of(view.graph, found.path, definition.parent)
    if not definition.makes or klass is None:
        return None
    is_sure = gives_one_type(view.graph, replace(found, definition=klass), definition.name)
    return _instance(view, found.path, definition.parent, definition.makes) if is_sure else None


def _instance(view: _View, path: str, scope: str, type_: str) -> _Step:
    if type_.endswith(ARRAY):
        return _Array(path, scope, type_.removesuffix(ARRAY))
    found = type_named(view.graph, path, type_, scope)
    return Owner(replace(found, tier=Tier.INSTANCE), is_instance=True) if isinstance(found, Found) else None
