"""A Java import as facts.

What a static import brings may be a method or a field; both are written down, and what is not there is nobody's.
"""

from collections.abc import Iterator

from tree_sitter import Node

from analysis.facts import EVERYTHING, Import
from analysis.languages.java.types import Text
from analysis.languages.java.values import CALLED


def read_import(node: Node, text: Text) -> Iterator[Import]:
    line = node.start_point[0] + 1
    named = next((child for child in node.named_children if child.type in ("identifier", "scoped_identifier")), None)
    dotted = "".join(text(named).split())
    is_static = any(child.type == "static" for child in node.children)
    if any(child.type == "asterisk" for child in node.children):
        names = [(dotted, EVERYTHING, "")]
    else:
        module, _, name = dotted.rpartition(".")
        names = [(module, name, name)]
    for module, name, local in names:
        yield Import(module, name, local, line)
        if is_static:
            yield Import(module, name + CALLED, local and local + CALLED, line)
