"""What a use means in C and C++: what the outline follows, less what macros and arguments may change.

A name is missing where everything that the file includes was read, and nothing else in the repository may be meant.
"""

from analysis.code_graph import CodeGraph
from analysis.facts import EVERYTHING, FUNCTION, NAMESPACE, PRIVATE, Call, Definition, Facts, Import, Reference
from analysis.languages.c.declarators import OUTSIDE
from analysis.languages.c.extract import LOOSE, REPLACED
from analysis.languages.c.includes import SUFFIXES, Seen, seen_from
from analysis.languages.c.standard import EVERYBODYS
from analysis.languages.outline import signatures
from analysis.languages.outline.members import member
from analysis.languages.outline.names import View, classes, classes_around, named
from analysis.languages.outline.outline import Outline
from analysis.languages.outline.resolve import resolve as resolve_outlined
from analysis.languages.outline.resolve import resolve_import as resolve_import_outlined
from analysis.languages.outline.spelling import UNKNOWN_RECEIVER
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

CONSTRUCTOR = "constructor"


def resolve(outline: Outline, graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    if reference.receiver == UNKNOWN_RECEIVER or _is_replaced(graph, reference.name):
        return UNKNOWN
    view = View(graph, outline, path, reference.scope)
    if not _is_placed(view):
        return UNKNOWN
    found = resolve_outlined(outline, graph, path, reference)
    if isinstance(found, Found):
        return UNKNOWN if _may_be_another(view, reference, found) else found
    if isinstance(found, Missing):
        return UNKNOWN if _may_be_misread(view, found, reference) else found
    return Missing(path) if _is_gone(view, reference) else UNKNOWN


def resolve_import(outline: Outline, graph: CodeGraph, path: str, imported: Import) -> Resolution:
    """`using` brings a name; an include brings a file, which is no definition."""
    found = resolve_import_outlined(outline, graph, path, imported) if imported.name else UNKNOWN
    is_open = isinstance(found, Missing) and not seen_from(graph, path).is_whole
    return UNKNOWN if is_open else found


def mismatch(definition: Definition, call: Call, implicit: int) -> str | None:
    """One argument always fits a constructor: it may be another instance."""
    if definition.name == CONSTRUCTOR and call.positional == 1:
        return None
    return signatures.mismatch(definition, call, implicit)


def _is_replaced(graph: CodeGraph, name: str) -> bool:
    """Whether a macro anywhere has the name, or a friend of a class, which is found by what it is given."""
    known: dict[str, bool] = graph.memo.setdefault("c replaced", {})
    if name not in known:
        known[name] = any(name in facts.bindings.get(REPLACED, ()) for _, facts in _defining(graph, name))
    return known[name]


def _defining(graph: CodeGraph, name: str) -> list[tuple[str, Facts]]:
    paths = [path for path in graph.defining({name}) if path.endswith(SUFFIXES)]
    return [(path, graph.facts(path) or Facts()) for path in paths]


def _is_placed(view: View) -> bool:
    """Whether it is known which class or namespace the function around is of, if it is written outside of it."""
    for each in view.facts.definitions:
        if OUTSIDE in each.decorators and f"{view.scope}.".startswith(f"{each.qualname}."):
            around = named(view.at(view.path, ""), f".{each.parent}")
            return bool(classes(around)) or _is_namespace(around)
    return True


def _is_namespace(found: object) -> bool:
    return isinstance(found, tuple) and all(each.definition.kind == NAMESPACE for each in found)


def _may_be_another(view: View, reference: Reference, found: Found) -> bool:
    if found.definition.name == CONSTRUCTOR:
        return _has_more_constructors(view, found)
    if found.definition.kind != FUNCTION or view.path.endswith(".c"):
        return False
    if found.tier == Tier.OWN_CLASS:
        return any(each.local == reference.name for each in view.facts.imports)
    if _may_have_unread_overloads(view, found):
        return True
    return not reference.receiver and (_is_member_around(view, found) or _is_found_by_arguments(view, found))


def _may_have_unread_overloads(view: View, found: Found) -> bool:
    """In a part of a file that has errors, or in a file near it that was not read at all."""
    unread = seen_from(view.graph, view.path).unread
    is_near = any(path.partition("/")[0] == found.path.partition("/")[0] for path in unread)
    return is_near or _stands_unread(view, found.definition.name)


def _may_be_misread(view: View, missing: Missing, reference: Reference) -> bool:
    """Whether a member is perhaps there, but behind what the grammar cannot read, or taken for something else."""
    facts = view.graph.facts(missing.path) or Facts()
    name = reference.name
    is_full = reference.receiver.startswith(".") or any(each.local == name for each in view.facts.imports)
    is_open = is_full and not seen_from(view.graph, view.path).is_whole
    return is_open or any(each.name == name for each in facts.definitions) or _stands_unread(view, name)


def _stands_unread(view: View, name: str) -> bool:
    files = seen_from(view.graph, view.path).files
    loose = [path for path, facts in _defining(view.graph, name) if name in facts.bindings.get(LOOSE, ())]
    return not files.isdisjoint(loose)


def _is_member_around(view: View, found: Found) -> bool:
    """Whether what is outside of functions, like what follows `TEST_F(Fixture, name)`, may mean a class's member."""
    if any(each.qualname == view.scope and each.kind == FUNCTION for each in view.facts.definitions):
        return False
    files = seen_from(view.graph, view.path).files
    for path, facts in _defining(view.graph, found.definition.name):
        namespaces = {"", *(each.qualname for each in facts.definitions if each.kind == NAMESPACE)}
        same = [each for each in facts.definitions if each.name == found.definition.name]
        if path in files and any(each.parent not in namespaces for each in same):
            return True
    return False


def _has_more_constructors(view: View, found: Found) -> bool:
    facts = view.at(found.path, "").facts
    return any(each.qualname == found.definition.parent and "?" in each.bases for each in facts.definitions)


def _is_found_by_arguments(view: View, found: Found) -> bool:
    """Whether a function of another namespace has the name: that of the arguments' types is looked into, too."""
    files = seen_from(view.graph, view.path).files
    for path, facts in _defining(view.graph, found.definition.name):
        namespaces = {"", *(each.qualname for each in facts.definitions if each.kind == NAMESPACE)}
        for each in facts.definitions if path in files else ():
            is_other = each.kind == FUNCTION and each.name == found.definition.name
            if is_other and each.qualname != found.definition.qualname and each.parent in namespaces:
                return True
    return False


def _is_gone(view: View, reference: Reference) -> bool:
    name, graph = reference.name, view.graph
    if name in EVERYBODYS or (not reference.receiver and any(each.local == name for each in view.facts.imports)):
        return False
    if reference.receiver.strip(".") and not _is_namespace(named(view, reference.receiver)):
        return False
    seen = seen_from(graph, view.path)
    if not (seen.is_whole or _is_in_own_namespace(view, reference)) or _may_be_generated(view, seen):
        return False
    if any(_may_mean(facts, name) or path in seen.files for path, facts in _defining(graph, name)):
        return False
    own = () if reference.receiver else classes_around(view)
    return all(isinstance(member(view, owner, name, Tier.OWN_CLASS), Missing) for owner in own)


def _may_be_generated(view: View, seen: Seen) -> bool:
    return bool(seen.unread) or any(facts.dynamic for path in seen.files if (facts := view.graph.facts(path)))


def _is_in_own_namespace(view: View, reference: Reference) -> bool:
    """Whether what a name means here is in the namespace around, which other projects add nothing to."""
    if reference.receiver and reference.receiver.strip(".").partition(".")[0] != view.scope.partition(".")[0]:
        return False
    foreign = [each for each in view.facts.imports if each.name == EVERYTHING and each.module != "std"]
    if any(not _is_namespace(named(view, each.module)) for each in foreign):
        return False
    return any(
        each.kind == NAMESPACE and f"{view.scope}.".startswith(f"{each.qualname}.") for each in view.facts.definitions
    )


def _may_mean(facts: Facts, name: str) -> bool:
    """Whether code outside of a file may mean something of that name in it."""
    if any(name in names for names in facts.bindings.values()):
        return True
    return any(each.name == name and PRIVATE not in each.decorators for each in facts.definitions)
