"""How the promises of the changed files differ between two commits: what went, and what has another signature. Pure.

Only definitions that are the one and only bearer of their name are compared. Where a name is defined twice, under a
condition or inside a function, nobody outside can say which one a caller meets, so nothing is said.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from analysis.code_graph import CodeGraph
from analysis.facts import FUNCTION, NAMESPACE, STATIC, Definition, Facts


class ChangeKind(StrEnum):
    REMOVED = "REMOVED"
    RENAMED = "RENAMED"
    MOVED = "MOVED"
    HIDDEN = "HIDDEN"
    PARAMETERS = "PARAMETERS"
    RETURN = "RETURN"
    ASYNC = "ASYNC"
    THROWS = "THROWS"
    STATIC = "STATIC"


@dataclass(frozen=True, slots=True)
class Pair:
    """A definition before and after. `after` is None when its name is gone from its file.

    For a definition that went, `successor` is where it seems to live on, with the file.
    """

    kind: ChangeKind
    path: str
    before: Definition
    after: Definition | None = None
    successor: tuple[str, Definition] | None = None


def changed_contracts(base: CodeGraph, head: CodeGraph, changed_paths: Collection[str]) -> list[Pair]:
    """Every contract the changed files no longer keep, in file order. One definition may appear with several kinds."""
    paths = sorted(path for path in changed_paths if path in base.tree)
    arrived = list(_arrived(base, head, changed_paths))
    pairs: list[Pair] = []
    for path in paths:
        before, after = base.facts(path), head.facts(path) if path in head.tree else Facts()
        if before is not None and after is not None:
            pairs += _of_file(path, before, after, arrived)
    return pairs


def _of_file(path: str, before: Facts, after: Facts, arrived: list[tuple[str, Definition]]) -> Iterator[Pair]:
    was, now = _sole(before), _sole(after)
    known = _names(after)
    holders = {definition.qualname for definition in before.definitions if definition.kind != NAMESPACE}
    for qualname, old in was.items():
        new = now.get(qualname)
        if new:
            if _is_hidden(old, before, new, after):
                yield Pair(ChangeKind.HIDDEN, path, old, new)
            yield from _differences(path, old, new)
        elif qualname not in known and (old.parent not in holders or old.parent in now) and not after.dynamic:
            # The fate of a class is told once, not again for each of its methods. Go has methods away from their type.
            yield _gone(path, old, was, arrived)


def _differences(path: str, old: Definition, new: Definition) -> Iterator[Pair]:
    if old.kind != FUNCTION or new.kind != FUNCTION:
        return
    if (old.parameters, old.overloads) != (new.parameters, new.overloads):
        yield Pair(ChangeKind.PARAMETERS, path, old, new)
    if old.is_async != new.is_async and not (old.is_generator or new.is_generator):
        yield Pair(ChangeKind.ASYNC, path, old, new)
    elif old.returns != new.returns and old.returns and new.returns:
        yield Pair(ChangeKind.RETURN, path, old, new)
    if old.throws != new.throws and any(new.throws):
        yield Pair(ChangeKind.THROWS, path, old, new)
    if STATIC in old.decorators and STATIC not in new.decorators and not (old.overloads or new.overloads):
        yield Pair(ChangeKind.STATIC, path, old, new)


def _is_hidden(old: Definition, before: Facts, new: Definition, after: Facts) -> bool:
    """It is still there, but has lost a name it was exported under, or fewer can reach it."""
    names = {export.name for export in before.exports if export.local == old.qualname and not export.module}
    kept = {export.name for export in after.exports}
    return not names <= kept or new.openness < old.openness


def _gone(path: str, old: Definition, was: dict[str, Definition], arrived: list[tuple[str, Definition]]) -> Pair:
    here = [new for where, new in arrived if where == path and _lives_on(old, new, was)]
    elsewhere = [
        (where, new) for where, new in arrived if where != path and new.name == old.name and new.kind == old.kind
    ]
    if len(here) == 1:
        return Pair(ChangeKind.RENAMED, path, old, successor=(path, here[0]))
    if len(elsewhere) == 1:
        return Pair(ChangeKind.MOVED, path, old, successor=elsewhere[0])
    return Pair(ChangeKind.REMOVED, path, old)


def _lives_on(old: Definition, new: Definition, was: dict[str, Definition]) -> bool:
    """Whether `new` is `old` under another name: in the same place, with the same body or the same signature."""
    if new.kind != old.kind or new.parent != old.parent:
        return False
    siblings = [definition for definition in was.values() if definition.body_digest == old.body_digest]
    same_body = new.body_digest == old.body_digest and len(siblings) == 1
    return same_body or (new.kind == FUNCTION and len(old.parameters) > 1 and new.parameters == old.parameters)


def _arrived(base: CodeGraph, head: CodeGraph, paths: Collection[str]) -> Iterator[tuple[str, Definition]]:
    for path in sorted(paths):
        after = head.facts(path)
        known = _names(base.facts(path) or Facts())
        for qualname, definition in (_sole(after) if after else {}).items():
            if qualname not in known:
                yield path, definition


def _sole(facts: Facts) -> dict[str, Definition]:
    """Definitions that are the only one of their name, without a condition."""
    seen: dict[str, list[Definition]] = {}
    for definition in facts.definitions:
        seen.setdefault(definition.qualname, []).append(definition)
    bound = _bound(facts)
    return {
        qualname: definitions[0]
        for qualname, definitions in seen.items()
        if len(definitions) == 1 and not definitions[0].conditional and qualname not in bound
    }


def _names(facts: Facts) -> set[str]:
    return {definition.qualname for definition in facts.definitions} | _bound(facts)


def _bound(facts: Facts) -> set[str]:
    """Qualified names that are variables or imports."""
    variables = {f"{scope}.{name}" if scope else name for scope, names in facts.bindings.items() for name in names}
    return variables | {f"{i.scope}.{i.local}" if i.scope else i.local for i in facts.imports}
