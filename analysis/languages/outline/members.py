"""What stands behind a dot: members of a class, its own or inherited."""

from collections.abc import Iterator
from dataclasses import replace

from analysis.facts import FUNCTION
from analysis.languages.outline.names import Parts, View, classes, named, sole
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

_MAX_HOPS = 12
_MAX_PARTS = 8
#: Among a definition's decorators: it is called like a member of a class that it is not in.
EXTENSION = "extension"
#: Of a class: it may have a part that a generator writes.
PARTIAL = "partial"


def member(view: View, owner: Parts, name: str, tier: Tier, hops: int = 0) -> Resolution:
    """A member of a class whose parts these are."""
    if hops > _MAX_HOPS or len(owner) > _MAX_PARTS:
        return UNKNOWN
    own = list(_own(view, owner, name))
    if any(name in view.at(part.path, "").facts.bindings.get(part.definition.qualname, ()) for part in owner):
        return UNKNOWN
    if not own:
        return _inherited(view, owner, name, tier, hops)
    if (
        view.outline.overloads_inherited
        and own[0].definition.kind == FUNCTION
        and _may_be_overloaded(view, owner, name, hops)
    ):
        return UNKNOWN
    found = sole(view, own)
    return replace(found, tier=tier) if isinstance(found, Found) else found


def constructor(view: View, klass: Found, parts: Parts) -> Resolution:
    """What making an instance runs; the class itself when that is not known to be ours."""
    own = [each for name in view.outline.constructors for each in _own(view, parts, name)]
    if own:
        found = sole(view, own)
        return replace(found, tier=klass.tier) if isinstance(found, Found) else klass
    if not view.outline.constructors_inherited:
        return klass
    inherited = [_inherited(view, parts, name, klass.tier, 0) for name in view.outline.constructors]
    return next((found for found in inherited if isinstance(found, Found)), klass)


def on_base(view: View, owner: Parts, name: str) -> Resolution:
    """`super.name()`: only where all bases but one are known not to have it."""
    found = _inherited(view, owner, name, Tier.OWN_CLASS, 0)
    return found if isinstance(found, Found) else UNKNOWN


def _own(view: View, owner: Parts, name: str) -> Iterator[Found]:
    for part in owner:
        qualname = f"{part.definition.qualname}.{name}"
        for definition in view.at(part.path, "").facts.definitions:
            if definition.qualname == qualname:
                yield replace(part, definition=definition)


def _inherited(view: View, owner: Parts, name: str, tier: Tier, hops: int) -> Resolution:
    is_open = any(_may_have_more(view, each, name) for each in owner)
    bases = {base: part for part in owner for base in part.definition.bases}
    for base, part in bases.items():
        parts = classes(named(view.at(part.path, part.definition.qualname), base)) if base != "?" else ()
        if not parts and view.outline.memberless.fullmatch(base.rpartition(".")[2]):
            continue
        found = member(view, parts, name, tier, hops + 1) if parts else UNKNOWN
        if isinstance(found, Found):
            return UNKNOWN if is_open else found  # a base before this one may have the name
        is_open |= not isinstance(found, Missing)
    return UNKNOWN if is_open or name in view.outline.everybodys else Missing(owner[0].path)


def _may_have_more(view: View, part: Found, name: str) -> bool:
    facts, qualname = view.at(part.path, "").facts, f"{part.definition.qualname}.{name}".lower()
    in_other_case = view.outline.folds_case and any(each.qualname.lower() == qualname for each in facts.definitions)
    return facts.dynamic or in_other_case or PARTIAL in part.definition.decorators


def _may_be_overloaded(view: View, owner: Parts, name: str, hops: int) -> bool:
    """Whether a call that does not fit may reach a base class's function of the name, or an extension."""
    if _is_extension(view, name):
        return True
    bases = any(part.definition.bases for part in owner)
    return bases and not isinstance(_inherited(view, owner, name, Tier.OWN_CLASS, hops), Missing)


def _is_extension(view: View, name: str) -> bool:
    """Whether any file has an extension of the name."""
    known: dict[str, bool] = view.graph.memo.setdefault(f"{view.outline.family} extensions", {})
    if name not in known:
        known[name] = any(
            each.name == name and EXTENSION in each.decorators
            for path in view.graph.defining({name})
            for each in view.at(path, "").facts.definitions
        )
    return known[name]
