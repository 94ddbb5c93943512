"""Source to syntax tree, with limits: a stranger's file may cost neither time nor the process.

Querying a tree takes time quadratic in its depth, and in the number of loose tokens of a file that does not parse.
Both are looked at before anyone walks the tree; nothing here or in the languages recurses on depth.
"""

import time

from tree_sitter import Language, Parser, Tree

MAX_SOURCE_BYTES = 1_000_000
_PARSE_SECONDS = 2.0
_MAX_DEPTH = 1_000
_DEPTH_STEP = 500
_MAX_NODES = 500_000
_MAX_NODES_WITH_ERRORS = 30_000
_READ_BYTES = 65_536


class NotParsed(Exception):
    """The file is skipped: it costs too much to analyse."""

    permanent = True

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(source: bytes, grammar: Language) -> Tree:
    """The syntax tree, possibly with error nodes. Raises NotParsed with a reason to show."""
    if len(source) > MAX_SOURCE_BYTES:
        raise NotParsed("larger than 1 MB")
    deadline = time.monotonic() + _PARSE_SECONDS
    try:
        tree = Parser(grammar).parse(
            lambda offset, _: source[offset : offset + _READ_BYTES],
            encoding="utf8",
            progress_callback=lambda *_: time.monotonic() > deadline,
        )
    except ValueError:  # the binding's word for "cancelled"
        raise NotParsed("takes too long to parse") from None
    nodes = tree.root_node.descendant_count
    if tree.root_node.has_error and nodes > _MAX_NODES_WITH_ERRORS:
        raise NotParsed("is not valid source")
    if nodes > _MAX_NODES:
        raise NotParsed("holds too much")
    if nodes > _MAX_DEPTH and _is_deep(tree, nodes):
        raise NotParsed("is nested too deeply")
    return tree


def _is_deep(tree: Tree, nodes: int) -> bool:
    """Whether it is deeper than 1,000 nodes: certain from 1,500 on, where 500 nodes in a row are too deep."""
    cursor = tree.walk()
    for index in range(0, nodes, _DEPTH_STEP):
        cursor.goto_descendant(index)
        if cursor.depth > _MAX_DEPTH:
            return True
    return False
