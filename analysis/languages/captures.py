"""The nodes that a query captured, in the order in which a file is read."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from operator import itemgetter

from tree_sitter import Node

#: One number orders by the start and then, backwards, by the end: sorting pairs takes twice as long.
_OFFSET_BITS = 32


def in_order(
    nodes: Mapping[str, Sequence[Node]], kinds: Collection[str], rank: Callable[[str], int] = lambda _kind: 0
) -> Iterator[tuple[str, Node]]:
    """Kind and node by position; of two at the same place the larger first, then the kind of lower `rank`.

    Nothing is left to the order that a query hands nodes out in: it is not always the same.
    """
    order = [
        ((node.start_byte << _OFFSET_BITS) - node.end_byte, kind, node)
        for kind in sorted(nodes.keys() & kinds, key=lambda kind: (rank(kind), kind))
        for node in nodes[kind]
    ]
    order.sort(key=itemgetter(0))
    return map(itemgetter(1, 2), order)
