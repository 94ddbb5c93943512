"""The nodes that a query captured, in the order in which a file is read."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from tree_sitter import Node


def in_order(
    nodes: Mapping[str, Sequence[Node]], kinds: Collection[str], rank: Callable[[str], int] = lambda _kind: 0
) -> Iterator[tuple[str, Node]]:
    """Kind and node by position; of two at the same place the larger first, then the kind of lower `rank`."""
    order = [
        (node.start_byte, -node.end_byte, rank(kind), number, kind, node)
        for kind, group in nodes.items()
        if kind in kinds
        for number, node in enumerate(group)
    ]
    order.sort(key=lambda item: item[:4])
    return ((kind, node) for *_, kind, node in order)
