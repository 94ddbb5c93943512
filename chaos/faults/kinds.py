"""What a fault is, and the register of all of them."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chaos.world import World

Break = Callable[[World, random.Random], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`group` is what it takes hold of: two faults of one group never overlap; "everything" overlaps with none.

    It is left for so many `seconds`, and so many times the length of a lease.
    """

    name: str
    group: str
    seconds: tuple[float, float]
    leases: float
    weight: int
    begin: Break


KINDS: dict[str, Kind] = {}


def fault(
    *, group: str, seconds: tuple[float, float] = (0, 0), leases: float = 0.0, weight: int = 1
) -> Callable[[Break], Break]:
    """Register the decorated function under its name in words: `worker_killed` is "worker killed"."""

    def register(begin: Break) -> Break:
        name = begin.__name__.replace("_", " ")
        KINDS[name] = Kind(name, group, seconds, leases, weight, begin)
        return begin

    return register
