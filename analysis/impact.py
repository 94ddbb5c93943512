"""What a change breaks outside itself: for each contract it no longer keeps, the callers that still rely on it.

A caller counts as broken when following its reference leads to the old definition at the base commit, and at the head
commit to nothing, or to a definition its call does not fit. Every doubt on the way (an unknown base class, `*args`,
a decorator that may change the signature, a caught error) speaks for the caller. So this finds less than there is,
and what it finds is true.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analysis.code_graph import CodeGraph
from analysis.contracts import ChangeKind, Pair, changed_contracts
from analysis.defaults import names_outside
from analysis.facts import ASSIGNED, CONSTRUCTORS, KEPT, Call, Import, Reference
from analysis.languages import language_of
from analysis.languages.language import Language
from analysis.reach import aliases_of, tests_reaching
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Unknown

#: Below this a caller is not reported as broken.
MIN_CONFIDENCE = 0.7
#: Tests are looked for behind so many changes only: a change that breaks more has no need of the list.
_MAX_WITH_TESTS = 25
_DECORATED = 0.5
_ABSTRACT = 0.6
_REORDERED = 0.95
_NO_LINES: Mapping[str, Collection[int]] = MappingProxyType({})
_GONE = frozenset({ChangeKind.REMOVED, ChangeKind.RENAMED, ChangeKind.MOVED, ChangeKind.HIDDEN})
Use = Reference | Import


@dataclass(frozen=True, slots=True)
class Caller:
    """A place that relies on the old contract. `line` is at the head commit; `name` is the function around it.

    `in_change`: its file is one the change touches. `problem` ends a sentence about the place.
    """

    path: str
    line: int
    name: str
    confidence: float
    resolution: str
    in_change: bool
    problem: str


@dataclass(frozen=True, slots=True)
class ContractChange:
    """`line` is where to look: at the head commit, or at the base for a definition that is gone from its file."""

    kind: ChangeKind
    definition: str
    path: str
    line: int
    message: str
    before: str
    after: str
    broken_callers: tuple[Caller, ...] = ()
    tests: tuple[str, ...] = ()


def contract_changes(
    base: CodeGraph,
    head: CodeGraph,
    *,
    changed_paths: Collection[str],
    added_lines: Mapping[str, Collection[int]] = _NO_LINES,
) -> list[ContractChange]:
    """Contracts the change does not keep, those with broken callers first.

    `changed_paths`: old and new paths. `added_lines`: by path, the lines of the head that the change wrote.
    """
    base.share(head)
    pairs = changed_contracts(base, head, changed_paths)
    names = _names_of_users(base, head, pairs)
    search = _Search(base, head, _by_definition(pairs), names, frozenset(changed_paths), added_lines)
    broken: dict[Pair, set[Caller]] = {pair: set() for pair in pairs}
    for path in _paths_to_look_at(head, search) if pairs else ():
        for pair, caller in _broken_in(path, search):
            broken[pair].add(caller)
    in_order = sorted(broken.items(), key=lambda item: not item[1])
    return [
        _change(
            pair, callers, base if pair.after is None else head, with_tests=bool(callers) and rank < _MAX_WITH_TESTS
        )
        for rank, (pair, callers) in enumerate(in_order)
    ]


@dataclass(frozen=True, slots=True)
class _Search:
    """`names`: what a file that relies on one of the contracts must mention."""

    base: CodeGraph
    head: CodeGraph
    pairs: dict[tuple[str, str], list[Pair]]
    names: set[str]
    changed_paths: frozenset[str]
    added_lines: Mapping[str, Collection[int]]


@dataclass(frozen=True, slots=True)
class _Step:
    """A use and what it leads to before and after. `may_await`: its value may be awaited further down."""

    path: str
    use: Use
    was: Found
    now: Resolution
    may_await: bool


def _by_definition(pairs: Iterable[Pair]) -> dict[tuple[str, str], list[Pair]]:
    found: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        found.setdefault((pair.path, pair.before.qualname), []).append(pair)
    return found


def _names_of_users(base: CodeGraph, head: CodeGraph, pairs: Iterable[Pair]) -> set[str]:
    """The definitions' own names, their aliases, and for a constructor the names of the class and its subclasses.

    Also the aliases at the base: one that the change takes away may still be relied on.
    """
    names = set[str]()
    for pair in pairs:
        names |= names_outside(pair.path, pair.before.name)
        if pair.before.name in CONSTRUCTORS:
            names.add(pair.before.parent.rpartition(".")[2])
    return aliases_of(names, base) | aliases_of(names, head)


def _paths_to_look_at(head: CodeGraph, search: _Search) -> list[str]:
    return sorted({*head.mentioning(search.names), *head.guessing(search.names)})


def _broken_in(path: str, search: _Search) -> Iterator[tuple[Pair, Caller]]:
    facts, language = search.head.facts(path), language_of(path)
    if facts is None or language is None or path not in search.base.tree:
        return
    uses: Iterable[Use] = (*facts.imports, *facts.references)
    for use in uses:
        if use.guarded or use.name not in search.names:
            continue
        for was, now in _before_and_after(language, search, path, use):
            if isinstance(was, Found) and not isinstance(now, Unknown):
                step = _Step(path, use, was, now, may_await=_may_await_later(search, path, use))
                yield from _callers(language, search, step)


def _callers(language: Language, search: _Search, step: _Step) -> Iterator[tuple[Pair, Caller]]:
    path, use = step.path, step.use
    for pair in search.pairs.get(step.was.key, ()):
        problem, certainty = _problem(language, search, pair, step)
        if problem and certainty >= MIN_CONFIDENCE:
            name, in_change = use.scope or "the module", path in search.changed_paths
            yield pair, Caller(path, use.line, name, round(certainty, 2), step.was.tier, in_change, problem)


def _may_await_later(search: _Search, path: str, use: Use) -> bool:
    """Whether the function around the use may await what it gave a name to: not where nobody touched the file."""
    facts = search.head.facts(path)
    if path not in search.changed_paths or facts is None:
        return False
    return any(each.is_async and each.qualname == use.scope for each in facts.definitions)


def _before_and_after(language: Language, search: _Search, path: str, use: Use) -> list[tuple[Resolution, Resolution]]:
    """What the use leads to at base and head; by its name alone where following it leads nowhere at either."""
    now = _follow(language, search.head, path, use)
    if isinstance(now, Missing) and isinstance(use, Reference):
        use = use._replace(call=None)  # a class that is gone is missed as a class, not as its constructor
    was = _follow(language, search.base, path, use) if _matters(now, search) else UNKNOWN
    if isinstance(use, Reference) and use.call and isinstance(now, Unknown) and isinstance(was, Unknown):
        return _guessed(language, search, path, use)
    return [(was, now)]


def _guessed(language: Language, search: _Search, path: str, use: Reference) -> list[tuple[Resolution, Resolution]]:
    """Of the families of methods with that name, the one that took the call at the base, if only one did."""
    before, after = language.guess(search.base, path, use), language.guess(search.head, path, use)
    taking = [family for family in before or () if any(_takes(language, each, use) for each in family)]
    if after is None or len(taking) != 1:
        return []
    there = {found.key: found for family in after for found in family}
    gone = UNKNOWN if any(_takes(language, each, use) for each in there.values()) else Missing(path)
    return [(found, there.get(found.key, gone)) for found in taking[0]]


def _takes(language: Language, method: Found, use: Reference) -> bool:
    return use.call is not None and language.mismatch(method.definition, use.call, method.implicit) is None


def _matters(now: Resolution, search: _Search) -> bool:
    return not isinstance(now, Found) or now.key in search.pairs


def _follow(language: Language, graph: CodeGraph, path: str, use: Use) -> Resolution:
    if isinstance(use, Import):
        return language.resolve_import(graph, path, use)
    return language.resolve(graph, path, use)


def _problem(language: Language, search: _Search, pair: Pair, step: _Step) -> tuple[str, float]:
    """What is wrong with this use, and how sure that is; nothing wrong is ("", 0)."""
    use, was, now = step.use, step.was, step.now
    if pair.kind in _GONE:
        verb = "imports" if isinstance(use, Import) else "uses"
        return (f"still {verb} {was.definition.name!r}", was.confidence) if isinstance(now, Missing) else ("", 0.0)
    if (
        not isinstance(use, Reference)
        or use.call is None
        or pair.after is None
        or not isinstance(now, Found)
        or now.key != was.key
    ):
        return "", 0.0
    confidence = min(was.confidence, now.confidence)
    if not (language.is_plain(pair.before) and language.is_plain(pair.after)):
        confidence *= _DECORATED
    if any(decorator.endswith("abstractmethod") for decorator in pair.after.decorators):
        confidence *= _ABSTRACT  # the call reaches an override we do not know
    if pair.kind is ChangeKind.PARAMETERS:
        problem, weight = _misfit(language, search, step, use.call, now)
        return problem, confidence * weight
    if pair.kind is ChangeKind.ASYNC:
        return language.asynchronous(pair.before, pair.after, _usage(use.call, step)), confidence
    is_certain = language.is_certain(search.head, step.path, use, now)
    return _unfulfilled(language, search, pair, step, use) if is_certain else "", confidence


def _unfulfilled(language: Language, search: _Search, pair: Pair, step: _Step, use: Reference) -> str:
    """What is wrong with a call whose arguments are as they should be."""
    if not isinstance(step.now, Found) or use.call is None:
        return ""
    if pair.kind is ChangeKind.RETURN:
        return language.returned(pair.before, step.now.definition, use.call.usage)
    if pair.kind is ChangeKind.STATIC:
        return language.unbound(search.head, step.path, use)
    # A call that handled too little before is not judged.
    was_wrong = language.thrown(search.base, use, step.was)
    return "" if was_wrong else language.thrown(search.head, use, step.now)


def _misfit(language: Language, search: _Search, step: _Step, call: Call, now: Found) -> tuple[str, float]:
    """What is wrong with the arguments, and its part of the confidence; a call that never fitted is not judged."""
    was = step.was
    if language.mismatch(was.definition, call, was.implicit):
        return "", 1.0
    if problem := language.mismatch(now.definition, call, now.implicit):
        return problem, 1.0
    problem = language.reordered(was.definition, now.definition, call, now.implicit)
    return problem if problem and _was_there(search, step) else "", _REORDERED


def _was_there(search: _Search, step: _Step) -> bool:
    """Whether the call stood there before the change: one that came with it is meant as the new signature has it."""
    before = search.base.facts(step.path)
    lines = range(step.use.line, step.use.line + (_call_of(step.use) or Call(0)).lines)
    if not set(search.added_lines.get(step.path, ())).isdisjoint(lines):
        return False
    return before is not None and _as_written(step.use) in map(_as_written, before.references)


def _as_written(use: Use) -> tuple[object, ...]:
    call = _call_of(use)
    receiver = use.receiver if isinstance(use, Reference) else ""
    return use.scope, receiver, use.name, call and call._replace(usage="", lines=1)


def _call_of(use: Use) -> Call | None:
    return use.call if isinstance(use, Reference) else None


def _usage(call: Call, step: _Step) -> str:
    """What becomes of the value of the call; where its name may be awaited further down, that is not told."""
    return KEPT if call.usage == ASSIGNED and step.may_await else call.usage


def _change(pair: Pair, callers: Collection[Caller], graph: CodeGraph, *, with_tests: bool) -> ContractChange:
    """`graph` is the one that still has the definition."""
    language = language_of(pair.path)
    show = language.shown if language else (lambda definition: definition.qualname)
    place = pair.successor[1] if pair.successor else pair.after
    return ContractChange(
        kind=pair.kind,
        definition=pair.before.qualname,
        path=pair.path,
        line=pair.after.line if pair.after else pair.before.line,
        message=_message(pair),
        before=show(pair.before),
        after=show(place) if place else "",
        broken_callers=tuple(sorted(callers, key=lambda caller: (caller.path, caller.line))),
        tests=tuple(tests_reaching(pair.path, pair.before, graph)) if with_tests else (),
    )


def _message(pair: Pair) -> str:
    name = f"`{pair.before.qualname}`"
    where, successor = pair.successor or ("", None)
    became = "became" if pair.after and pair.after.is_async else "is no longer"
    said = {
        ChangeKind.REMOVED: "was removed",
        ChangeKind.RENAMED: f"is now called `{successor.qualname}`" if successor else "",
        ChangeKind.MOVED: f"moved to {where}",
        ChangeKind.HIDDEN: "can no longer be used from outside",
        ChangeKind.PARAMETERS: "takes other parameters",
        ChangeKind.RETURN: "returns something else",
        ChangeKind.ASYNC: f"{became} asynchronous",
        ChangeKind.THROWS: "declares other exceptions",
        ChangeKind.STATIC: "is no longer static",
    }
    return f"{name} {said[pair.kind]}"
