"""Who else leads to a definition: other names for it, and the tests that reach it through callers. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator

from analysis.code_graph import CodeGraph
from analysis.defaults import names_outside
from analysis.facts import CLASS, CONSTRUCTORS, FUNCTION, Definition
from analysis.languages import language_of
from analysis.resolution import Found

_MAX_ROUNDS = 4
_MAX_FILES = 300
_MAX_TESTS = 20


def aliases_of(names: Collection[str], graph: CodeGraph) -> set[str]:
    """The names, the names they are imported or exported under anywhere, and the classes that inherit from them."""
    known, new = set(names), set(names)
    for _ in range(_MAX_ROUNDS):
        found = set[str]()
        for path in graph.aliasing(new):
            found |= _aliases_in(graph, path, new)
        new = found - known
        known |= new
        if not new:
            break
    return known


def _aliases_in(graph: CodeGraph, path: str, names: set[str]) -> set[str]:
    facts = graph.facts(path)
    if facts is None:
        return set()
    imported = {i.local for i in facts.imports if i.name in names and i.local}
    exported = {name for e in facts.exports if e.local in names for name in names_outside(path, e.name)}
    bases = {
        d.name for d in facts.definitions if d.kind == CLASS and any(b.rpartition(".")[2] in names for b in d.bases)
    }
    return imported | exported | bases


def tests_reaching(path: str, definition: Definition, graph: CodeGraph) -> list[str]:
    """Tests, as `path::name`, whose calls lead to the definition directly or through a few callers."""
    wanted, seen, tests = {(path, definition.qualname)}, set[tuple[str, str]](), set[str]()
    for _ in range(_MAX_ROUNDS):
        seen |= wanted
        callers = callers_of(graph, wanted)
        tests |= {f"{where}::{name.replace('.', '::')}" for where, name in callers if _is_test(where, name)}
        wanted = callers - seen
        if not wanted or len(tests) >= _MAX_TESTS:
            break
    return sorted(tests)[:_MAX_TESTS]


def _is_test(path: str, name: str) -> bool:
    language = language_of(path)
    return bool(name) and language is not None and language.is_test(path) and "test" in name.lower()


def callers_of(graph: CodeGraph, wanted: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Functions that refer to one of the definitions, as (path, qualified name)."""
    last = {name.rpartition(".")[2] for _, name in wanted}
    classes = {name.split(".")[-2] for _, name in wanted if name.rpartition(".")[2] in CONSTRUCTORS and "." in name}
    names = aliases_of(last | classes, graph)
    sole = _defined_once(graph, last)
    callers = set[tuple[str, str]]()
    for path in (graph.mentioning(names) + graph.guessing(sole))[:_MAX_FILES]:
        callers |= {(path, scope) for scope in _callers_in(path, graph, wanted, names, sole)}
    return callers


def _callers_in(
    path: str, graph: CodeGraph, wanted: Collection[tuple[str, str]], names: set[str], sole: set[str]
) -> Iterator[str]:
    facts, language = graph.facts(path), language_of(path)
    if facts is None or language is None:
        return
    functions = {definition.qualname for definition in facts.definitions if definition.kind == FUNCTION}
    for reference in facts.references:
        if reference.name not in names or reference.scope not in functions:
            continue
        if not reference.is_followable:
            if reference.name in sole:
                yield reference.scope
        elif isinstance(found := language.resolve(graph, path, reference), Found) and found.key in wanted:
            yield reference.scope


def _defined_once(graph: CodeGraph, names: Collection[str]) -> set[str]:
    """Of the names, those that only one definition of the repository has: a guess at them is a good one."""
    count = Counter[str]()
    for path in graph.defining(names)[:_MAX_FILES]:
        facts = graph.facts(path)
        count.update(definition.name for definition in (facts.definitions if facts else ()))
    return {name for name in names if count[name] == 1}
