"""What a link does to connections and bytes, as a value that travels to its process."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

#: Upstream is from the client to the server, downstream is back.
Direction = Literal["upstream", "downstream"]


@dataclass(frozen=True)
class Cut:
    """Where a connection breaks: after a number of bytes in one direction, or else at a pattern there."""

    direction: Direction
    after_bytes: int | None = None
    pattern: bytes = b""
    forward: bool = False


@dataclass(frozen=True)
class Fault:
    """What happens to connections and bytes. As it is made, all pass."""

    refused: bool = False
    stalled: Collection[Direction] = ()
    delay_seconds: float = 0.0
    jitter_seconds: float = 0.0
    #: At most so many bytes at once, and between them a pause for what they cost. None: whatever is there, no pause.
    piece_bytes: int | None = None
    seconds_per_byte: float = 0.0
    cut: Cut | None = None

    @property
    def spares_old_connections(self) -> bool:
        return self.cut is not None and self.cut.after_bytes is not None


def fault_of(given: dict[str, Any]) -> Fault:
    """The fault that `asdict` took apart, its pattern in hexadecimal."""
    cut = given["cut"]
    if cut:
        cut = Cut(**{**cut, "pattern": bytes.fromhex(cut["pattern"])})
    return Fault(**{**given, "cut": cut})
