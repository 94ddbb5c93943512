"""Follow a use to the definition it means: through `this`, a name written out in full, the scopes around, an import.

Every step has three answers. `Missing` is only said where the place the name would have to be in is known and fully
read; wherever it might come from somewhere else the answer is `Unknown`.
"""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import FUNCTION, INTERFACE, Import, Reference
from analysis.languages.outline.members import EXTENSION, constructor, member, on_base
from analysis.languages.outline.names import Parts, View, classes, classes_around, follow, named, names_a_class, sole
from analysis.languages.outline.outline import Outline
from analysis.languages.outline.spelling import BASE, OWN, UNKNOWN_RECEIVER, joined
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier, Unknown

_STATIC = frozenset({"static", "module_function"})
#: Kinds and modifiers of what is not made on its own.
_ABSTRACT = frozenset({"module", "trait", INTERFACE, "abstract"})


def resolve(outline: Outline, graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """The definition a use leads to; making an instance leads to the constructor where it is one of ours."""
    view, receiver = View(graph, outline, path, reference.scope), reference.receiver
    if receiver == UNKNOWN_RECEIVER:
        return UNKNOWN
    if receiver in (OWN, BASE):
        return _on_own(view, reference)
    if not receiver or receiver == ".":
        return _plain(view, reference)
    return _behind(view, reference)


def resolve_import(outline: Outline, graph: CodeGraph, path: str, imported: Import) -> Resolution:
    """What an import binds; a class in several parts is no one definition."""
    found = follow(View(graph, outline, path, imported.scope), imported)
    return sole(View(graph, outline, path), found) if isinstance(found, tuple) else found


def _on_own(view: View, reference: Reference) -> Resolution:
    owner = next(classes_around(view), ())
    if not owner:
        return UNKNOWN
    if reference.receiver == BASE:
        return on_base(view, owner, reference.name)
    found = _own_member(view, owner, reference.name)
    return replace(found, implicit=_passed_itself(view, found)) if isinstance(found, Found) else found


def _own_member(view: View, owner: Parts, name: str) -> Resolution:
    """What a mixin or an abstract class lacks, the class that is made of it may have."""
    found = member(view, owner, name, Tier.OWN_CLASS)
    if isinstance(found, Missing):
        is_open = any(_ABSTRACT & {each.definition.kind, *each.definition.decorators} for each in owner)
        return UNKNOWN if is_open else found
    return _of_this_self(view, found) if view.outline.two_selves else found


def _of_this_self(view: View, found: Resolution) -> Resolution:
    """Unknown where the code around is of the class and the member of its instances, or the other way round."""
    if not isinstance(found, Found) or "module_function" in found.definition.decorators:
        return found
    around = [each for each in view.facts.definitions if each.qualname == view.scope and each.kind == FUNCTION]
    on_class = not around or any("static" in each.decorators for each in around)
    is_method = found.definition.kind == FUNCTION
    return UNKNOWN if is_method and on_class != ("static" in found.definition.decorators) else found


def _passed_itself(view: View, found: Found) -> int:
    parameters = found.definition.parameters
    return int(view.outline.passes_self and bool(parameters) and parameters[0].name == "self")


def _plain(view: View, reference: Reference) -> Resolution:
    """A name with nothing before it: a member of a class around, where the language means that too, or named so."""
    own = _implicit(view, reference)
    if isinstance(own, Found) and own.definition.kind == FUNCTION:
        return UNKNOWN if names_a_class(view, reference.name) else own  # it may be made, not called: `new name()`
    found = named(view, f"{reference.receiver}{reference.name}")
    if isinstance(found, tuple):
        return UNKNOWN if isinstance(own, Unknown) and not classes(found) else _reached(view, reference, found)
    is_gone = isinstance(own, Missing) and view.outline.plain_names_are_own
    return own if is_gone and own and not view.graph.defining({reference.name}) else found


def _implicit(view: View, reference: Reference) -> Resolution | None:
    """None where no class around has it, or there is none."""
    if not (view.outline.implicit_own and reference.call) or reference.receiver:
        return None
    answer: Resolution | None = None
    for owner in classes_around(view):
        answer = _own_member(view, owner, reference.name)
        if not isinstance(answer, Missing) or view.outline.two_selves:
            break
    return answer


def _behind(view: View, reference: Reference) -> Resolution:
    """`Class.name` or `module.name`."""
    owner: Parts | Missing | Unknown = named(view, reference.receiver)
    if reference.receiver == view.outline.own_type:
        owner = next(classes_around(view), UNKNOWN)
    if isinstance(owner, Missing):
        return owner
    if parts := classes(owner):
        found = member(view, parts, reference.name, parts[0].tier)
        if not _is_class(found):
            return found if _is_called_on_the_class(view, found) else UNKNOWN
    found_there = named(view, joined(reference.receiver, reference.name))
    return _reached(view, reference, found_there) if isinstance(found_there, tuple) else found_there


def _is_class(found: Resolution) -> bool:
    return isinstance(found, Found) and bool(classes((found,)))


def _is_called_on_the_class(view: View, found: Resolution) -> bool:
    if not view.outline.needs_static or not isinstance(found, Found):
        return True
    return found.definition.kind != FUNCTION or not _STATIC.isdisjoint(found.definition.decorators)


def _reached(view: View, reference: Reference, parts: Parts) -> Resolution:
    found = sole(view, parts)
    made = classes(parts) if reference.call else ()
    if made:
        return constructor(view, made[0], made) if len(made) == 1 or isinstance(found, Unknown) else found
    # What an extension is called on is not known here, and may have a member of that name.
    is_extension = isinstance(found, Found) and EXTENSION in found.definition.decorators
    return UNKNOWN if is_extension else found
