"""The namespaces of PHP: whose names are seen from a place, and which of them are ours."""

from analysis.code_graph import CodeGraph
from analysis.facts import NAMESPACE


def around(graph: CodeGraph, path: str, scope: str) -> list[str]:
    """The namespace that a scope is in, and the global one: of that only functions are seen without a word."""
    facts = graph.facts(path)
    namespaces = {each.qualname for each in facts.definitions if each.kind == NAMESPACE} if facts else set()
    while scope and scope not in namespaces:
        scope = scope.rpartition(".")[0]
    return [scope, ""] if scope else [""]


def home(graph: CodeGraph, full: str) -> str:
    """A file of the namespace, if it is one of ours whose files were all read."""
    namespace = full.rpartition(".")[0]
    if not namespace or graph.mentioning({"class_alias"}):
        return ""
    found = [
        (path, facts.dynamic)
        for path in graph.defining({namespace.rpartition(".")[2]})
        if (facts := graph.facts(path))
        and any(each.kind == NAMESPACE and each.qualname == namespace for each in facts.definitions)
    ]
    return found[0][0] if found and not any(dynamic for _, dynamic in found) else ""
