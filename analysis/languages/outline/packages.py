"""Packages of names: a file says which one it is in, and any number of files are in one."""

from analysis.code_graph import CodeGraph
from analysis.facts import NAMESPACE


def package_around(graph: CodeGraph, path: str, scope: str) -> list[str]:
    """The scopes around, from the inside out to the package; what is around that is not seen without a word."""
    facts = graph.facts(path)
    packages = {each.qualname for each in facts.definitions if each.kind == NAMESPACE} if facts else set()
    found = [scope]
    while scope and scope not in packages:
        scope = scope.rpartition(".")[0]
        found.append(scope)
    return found


def package_home(graph: CodeGraph, full: str) -> str:
    """A file of the package that a full name would be in, if it is one of ours whose files were all read."""
    package = full.rpartition(".")[0]
    found = [
        (path, facts.dynamic)
        for path in (graph.defining({package.rpartition(".")[2]}) if package else ())
        if (facts := graph.facts(path))
        and any(each.kind == NAMESPACE and each.qualname == package for each in facts.definitions)
    ]
    return found[0][0] if found and not any(dynamic for _, dynamic in found) else ""
