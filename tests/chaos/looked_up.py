"""Whether the service looks a function up where it is changed, and not under a name that it took before."""

import ast
from types import ModuleType
from typing import Any

from tests import source_tree


def taken_elsewhere(owner: Any, name: str) -> list[str]:
    """Where the product imports the function itself from the module in which it is changed."""
    if not isinstance(owner, ModuleType):
        return []  # a method is looked up on its class
    return [
        source.at(node)
        for source in source_tree.product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == owner.__name__
        and name in {alias.name for alias in node.names}
    ]
