"""The last hour as bars for an SVG: heights are worked out here, because a page may carry no styles of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitoring.pages.numbers import Minute

HEIGHT = 64
STEP = 10
#: From the bottom of a bar to its top.
STACK = ("completed", "cancelled", "live", "failed")


@dataclass(frozen=True, slots=True)
class Block:
    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    minute: Minute
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`most` is the height of the tallest bar, in jobs; `totals` are of the hour, by kind."""

    bars: tuple[Bar, ...]
    most: int
    totals: dict[str, int]
    width: int
    height: int = HEIGHT


def bars(minutes: Sequence[Minute]) -> Chart:
    most = max((_sum(minute) for minute in minutes), default=0)
    drawn = tuple(Bar(index * STEP, minute, tuple(_blocks(minute, most))) for index, minute in enumerate(minutes))
    totals = {kind: sum(getattr(minute, kind) for minute in minutes) for kind in STACK}
    return Chart(drawn, most, totals, width=len(minutes) * STEP)


def _blocks(minute: Minute, most: int) -> Iterator[Block]:
    """What is there at all can be seen: one pixel at least."""
    below = 0.0
    for kind in STACK:
        count = getattr(minute, kind)
        if count:
            height = max(1.0, HEIGHT * count / most)
            below += height
            yield Block(kind, round(max(0.0, HEIGHT - below), 1), round(height, 1))


def _sum(minute: Minute) -> int:
    return sum(int(getattr(minute, kind)) for kind in STACK)
