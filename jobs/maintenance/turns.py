"""Who is next: organizations take turns at each queue, whoever had none for longest first. Pure."""

from collections.abc import Mapping, Sequence
from itertools import count, cycle

Line = tuple[str, str]


class Turns:
    """Remembers when each queue and organization was last served. A restart forgets it, which costs one round."""

    def __init__(self) -> None:
        self._served: dict[Line, int] = {}
        self._clock = count(1)

    def shares(self, waiting: Sequence[Line], room: Mapping[str, int]) -> dict[Line, int]:
        """How many messages each (queue, organization) of `waiting` gets of the room its queue has."""
        shares: dict[Line, int] = {}
        for queue in {destination for destination, _ in waiting}:
            in_turn = sorted(
                (line for line in waiting if line[0] == queue), key=lambda line: self._served.get(line, 0)
            )
            for line, _ in zip(cycle(in_turn), range(room.get(queue, 0)), strict=False):
                shares[line] = shares.get(line, 0) + 1
                self._served[line] = next(self._clock)
        still = set(waiting)
        self._served = {line: at for line, at in self._served.items() if line in still}
        return shares
