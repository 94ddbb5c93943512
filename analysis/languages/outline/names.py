"""What a name means where it stands: the scopes around it, from the inside out, and what the file imports.

Names are looked up in the whole repository by their last part. Where two things may be meant, nobody is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.code_graph import CodeGraph
from analysis.facts import CONSTANT, EVERYTHING, FUNCTION, NAMESPACE, Facts, Import
from analysis.languages.outline.assembly import overloaded
from analysis.languages.outline.outline import Outline
from analysis.languages.outline.spelling import joined
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier, Unknown

#: A class may have several parts, in several files.
Parts = tuple[Found, ...]
_NO_CLASSES = frozenset({FUNCTION, CONSTANT, NAMESPACE})


@dataclass(frozen=True, slots=True)
class View:
    """Where a name stands."""

    graph: CodeGraph
    outline: Outline
    path: str
    scope: str = ""

    @property
    def facts(self) -> Facts:
        return self.graph.facts(self.path) or Facts()

    def at(self, path: str, scope: str) -> "View":
        return replace(self, path=path, scope=scope)


def named(view: View, name: str) -> Parts | Missing | Unknown:
    """What a dotted name means; one that begins with a dot is a full one."""
    head, _, rest = name.partition(".")
    if head in view.outline.anchors:
        return _full(view, view.outline.rooted(view.graph, view.path, view.scope, name))
    if not head:
        return _full(view, rest)
    scopes = view.outline.around(view.graph, view.path, view.scope)
    if any(head in view.facts.bindings.get(scope, ()) for scope in scopes):
        return UNKNOWN  # a variable
    around = next((parts for scope in scopes if (parts := _seen_in(view, scope, scopes[0], name))), ())
    imported = list(_imported(view, head, name))
    found = {parts[0].definition.qualname: parts for _, full in imported if (parts := _seen(view, full))}
    if around:
        found.setdefault(around[0].definition.qualname, around)
    if found:
        return next(iter(found.values())) if len(found) == 1 else UNKNOWN
    by_name = [each for each in view.facts.imports if each.local == head]
    only = [full for each, full in imported if each in by_name]
    return _gone(view, only[0]) if len(by_name) == len(only) == len(imported) == 1 else UNKNOWN


def sole(view: View, parts: Sequence[Found]) -> Resolution:
    """The one definition; overloads in several files are one where the language has them."""
    if not parts or any(each.definition.conditional for each in parts):
        return UNKNOWN
    if len(parts) == 1:
        return parts[0]
    if not view.outline.overloads or any(each.definition.kind != FUNCTION for each in parts):
        return UNKNOWN
    first = min(parts, key=lambda each: (each.definition.body_digest != 0, each.path))
    rest = [each.definition for each in parts if each is not first]
    return replace(first, definition=overloaded((first.definition, *rest)))


def names_a_class(view: View, name: str) -> bool:
    """Whether a class of that name is seen from here, behind whatever else has the name."""
    scopes = view.outline.around(view.graph, view.path, view.scope)
    full = [_placed(view, joined(scope, name)) for scope in scopes]
    full += [imported for _, imported in _imported(view, name, name)]
    return any(classes(_seen(view, each)) for each in full)


def classes(parts: Parts | Missing | Unknown) -> Parts:
    """The parts of a class, if that is what was found and none of them is there only under a condition."""
    if not isinstance(parts, tuple):
        return ()
    are_classes = all(each.definition.kind not in _NO_CLASSES and not each.definition.conditional for each in parts)
    return parts if are_classes else ()


def classes_around(view: View) -> Iterator[Parts]:
    """The class that a scope is in, then the class around that."""
    kinds = {each.qualname: each.kind for each in view.facts.definitions}
    scope = view.scope
    while scope:
        if kinds.get(scope) != FUNCTION:
            parts = classes(_seen(view, _placed(view, scope)))
            if not parts and kinds.get(scope, NAMESPACE) not in _NO_CLASSES:
                return  # whose members nobody can tell
            yield from (parts,) if parts else ()
        scope = scope.rpartition(".")[0]


def follow(view: View, imported: Import) -> Parts | Missing | Unknown:
    """What an import binds."""
    if imported.name is None or imported.name == EVERYTHING:
        return UNKNOWN
    full = view.outline.rooted(view.graph, view.path, imported.scope, joined(imported.module, imported.name))
    return _full(view, full)


def _full(view: View, name: str) -> Parts | Missing | Unknown:
    return _seen(view, name) or _gone(view, name)


def _gone(view: View, name: str) -> Missing | Unknown:
    """It is missing where the place it would be in is sure to be ours, and nobody has anything of that name."""
    home = view.outline.home(view.graph, name) if name else ""
    is_elsewhere = home and view.graph.defining({name.rpartition(".")[2]})
    return Missing(home) if home and not is_elsewhere else UNKNOWN


def _seen_in(view: View, scope: str, innermost: str, name: str) -> Parts:
    found = _seen(view, _placed(view, joined(scope, name)))
    falls_back = view.outline.functions_fall_back and scope != innermost
    return () if falls_back and classes(found) else found


def _placed(view: View, name: str) -> str:
    return joined(view.outline.place(view.graph, view.path), name)


def _imported(view: View, head: str, name: str) -> Iterator[tuple[Import, str]]:
    """What the name would be in full by the imports of the file that are seen from here."""
    rest = name.removeprefix(head)
    for imported in view.facts.imports:
        if imported.scope and not f"{view.scope}.".startswith(f"{imported.scope}."):
            continue
        if imported.name == EVERYTHING:
            module = view.outline.rooted(view.graph, view.path, imported.scope, imported.module)
            if module:
                yield imported, f"{module}.{name}"
        elif imported.local == head:
            named_there = joined(imported.module, imported.name or "").rstrip(".")
            full = view.outline.rooted(view.graph, view.path, imported.scope, named_there)
            if full:
                yield imported, full + rest


def _seen(view: View, name: str) -> Parts:
    """The bearers of a full name that are seen from here."""
    found = view.outline.seen(view.graph, view.path, _bearers(view, name))
    tier = Tier.IMPORT if view.outline.sees_by_import else Tier.QUALIFIED
    return tuple(replace(each, tier=Tier.SAME_FILE if each.path == view.path else tier) for each in found)


def _bearers(view: View, name: str) -> list[Found]:
    known: dict[str, dict[str, list[Found]]] = view.graph.memo.setdefault(f"{view.outline.family} names", {})
    last = name.rpartition(".")[2]
    if last not in known:
        known[last] = _without_arities(_named_so(view, last)) if view.outline.told_by_arity else _named_so(view, last)
    return known[last].get(name, [])


def _named_so(view: View, last: str) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for path in (path for path in view.graph.defining({last}) if path.endswith(view.outline.suffixes)):
        place = view.outline.place(view.graph, path)
        for definition in view.at(path, "").facts.definitions:
            if definition.name == last:
                found.setdefault(joined(place, definition.qualname), []).append(
                    Found(path, definition, Tier.QUALIFIED)
                )
    return found


def _without_arities(found: dict[str, list[Found]]) -> dict[str, list[Found]]:
    """Without classes that only the number of their types tells apart: a use does not say it in a way we read."""
    all_classes = [each for same in found.values() for each in same if each.definition.kind not in _NO_CLASSES]
    arities = {tuple(word for word in each.definition.decorators if word[:1] == "<") for each in all_classes}
    if len(arities) <= 1:
        return found
    return {name: [each for each in same if each not in all_classes] for name, same in found.items()}
