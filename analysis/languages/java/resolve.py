"""Follow a Java reference to its definition: by its plain name, through a type, through an instance.

Every step has three answers. `Missing` is only said where all that may have the name was read and is known to be all;
wherever it might come from somewhere else the answer is `Unknown`.
"""

from analysis.code_graph import CodeGraph
from analysis.facts import EVERYTHING, Import, Reference
from analysis.languages.java.assembly import NEW
from analysis.languages.java.members import enclosing_type, is_visible, member
from analysis.languages.java.names import TYPES, definitions_of
from analysis.languages.java.owners import ALL_MEMBERS, named_here, owner_of, super_class
from analysis.languages.java.typenames import member_type, qualified, type_named
from analysis.languages.java.uses import UNKNOWN_RECEIVER
from analysis.languages.java.values import CALLED
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier


def resolve(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """The definition a reference leads to; a call of a type leads to its constructor where it has one."""
    found = _target(graph, path, reference)
    if not isinstance(found, Found) or found.definition.kind not in TYPES:
        return found
    if not is_visible(graph, found, path):
        return Missing(found.path)
    return _constructor(graph, found, path) if reference.call else found


def resolve_import(graph: CodeGraph, path: str, imported: Import) -> Resolution:
    """What an import binds: a type, or a static member of one."""
    if imported.name in (None, EVERYTHING, ALL_MEMBERS):
        return UNKNOWN
    dotted = f"{imported.module}.{imported.name}"
    found = UNKNOWN if dotted.endswith(CALLED) else qualified(graph, path, dotted)
    owner = UNKNOWN if isinstance(found, Found) else qualified(graph, path, imported.module)
    if isinstance(owner, Found):
        return _imported_member(graph, path, owner, imported.name or "")
    if isinstance(found, Found) and not is_visible(graph, found, path):
        return Missing(found.path)
    return found


def _imported_member(graph: CodeGraph, path: str, owner: Found, name: str) -> Resolution:
    """One import brings all that share the name; it fails only when there is none of them."""
    found = member(graph, owner, name, path)
    if not isinstance(found, Missing):
        return found
    plain = name.removesuffix(CALLED)
    others = (member(graph, owner, plain, path), member(graph, owner, plain + CALLED, path))
    is_there = any(not isinstance(each, Missing) for each in (*others, member_type(graph, owner, plain)))
    return UNKNOWN if is_there else found


def _target(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    name, receiver = reference.name, reference.receiver
    if name == NEW:
        return _own_constructor(graph, path, reference)
    if receiver == "" and name.endswith(CALLED):
        return named_here(graph, path, name, reference.scope, reference.call)
    if receiver == "":
        return _field_or_type(graph, path, reference)
    owner = owner_of(graph, path, reference) if reference.is_followable else None
    if owner is None:
        is_dotted = not name.endswith(CALLED) and receiver != UNKNOWN_RECEIVER
        return qualified(graph, path, f"{receiver}.{name}") if is_dotted else UNKNOWN
    found = member(graph, owner.found, name, path, reference.call)
    if isinstance(found, Found) or name.endswith(CALLED) or owner.is_instance:
        return found
    inner = member_type(graph, owner.found, name)
    return inner if isinstance(inner, Found) else found


def _field_or_type(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """A plain name in an expression may be either; what is found as neither is what it is written like."""
    name, scope = reference.name, reference.scope
    looks_like_type = name[:1].isupper() and not name.isupper()
    type_ = type_named(graph, path, name, scope)
    if reference.call or (looks_like_type and isinstance(type_, Found)):
        return type_
    field = named_here(graph, path, name, scope)
    if isinstance(field, Found):
        return field
    return type_ if looks_like_type or isinstance(type_, Found) else field


def _own_constructor(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """`this(...)` and `super(...)`."""
    if reference.receiver == "super":
        base = super_class(graph, path, reference.scope)
        return _constructor(graph, base, path) if base else UNKNOWN
    own = enclosing_type(graph, path, reference.scope)
    return _constructor(graph, Found(path, own, Tier.SAME_FILE), path) if own else UNKNOWN


def _constructor(graph: CodeGraph, owner: Found, path: str) -> Resolution:
    """Of the type; the type itself where it has none that is known."""
    there = definitions_of(graph, owner.path, f"{owner.definition.qualname}.{NEW}")
    if len(there) != 1 or "?" in owner.definition.bases:
        return owner
    found = Found(owner.path, there[0], owner.tier)
    return found if is_visible(graph, found, path) else Missing(owner.path)
