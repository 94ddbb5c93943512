"""The definitions of a file by qualified name, indexed once per graph."""

from collections import defaultdict
from collections.abc import Sequence

from analysis.code_graph import CodeGraph
from analysis.facts import CLASS, ENUM, INTERFACE, Definition

TYPES = frozenset({CLASS, INTERFACE, ENUM})


def definitions_of(graph: CodeGraph, path: str, qualname: str) -> Sequence[Definition]:
    known: dict[str, dict[str, list[Definition]]] = graph.memo.setdefault("java names", {})
    if path not in known:
        known[path] = defaultdict(list)
        facts = graph.facts(path)
        for definition in facts.definitions if facts else ():
            known[path][definition.qualname].append(definition)
    return known[path].get(qualname, ())


def type_of(graph: CodeGraph, path: str, qualname: str) -> Definition | None:
    """The type of that name; of bodies without a name that share one, the first."""
    return next((each for each in definitions_of(graph, path, qualname) if each.kind in TYPES), None)
