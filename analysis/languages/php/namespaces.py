"""The namespaces of PHP: whose names are seen from a place, and which of them are ours."""

from analysis.code_graph import CodeGraph
from analysis.languages.outline.packages import package_around, package_home


def around(graph: CodeGraph, path: str, scope: str) -> list[str]:
    """The namespace that a scope is in, and the global one: of that only functions are seen without a word."""
    namespace = package_around(graph, path, scope)[-1]
    return [namespace, ""] if namespace else [""]


def home(graph: CodeGraph, full: str) -> str:
    """A file of the namespace; nobody's where classes get other names at run time."""
    return "" if graph.mentioning({"class_alias"}) else package_home(graph, full)
