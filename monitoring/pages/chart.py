"""Charts for an SVG: heights are worked out here, because a page may carry no styles of its own. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitoring.pages.numbers import Hour, Minute

HEIGHT = 64
STEP = 10
#: From the bottom of a bar to its top.
STACK = ("completed", "cancelled", "live", "failed")
#: Of the longest of several bars that lie beside their names.
LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Block:
    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """`title` says when; `count` is of all kinds together."""

    x: int
    title: str
    count: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`most` is the height of the tallest bar, in jobs; `totals` are of all bars, by kind."""

    bars: tuple[Bar, ...]
    most: int
    totals: dict[str, int]
    width: int
    height: int = HEIGHT

    @property
    def total(self) -> int:
        return sum(self.totals.values())


@dataclass(frozen=True, slots=True)
class Lines:
    """A path for each kind; `most` is the value at the top."""

    paths: tuple[tuple[str, str], ...]
    most: float
    width: int
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Length:
    """One bar that lies: `length` and `inner`, a second value within it, are of LENGTH."""

    name: str
    length: float
    inner: float
    says: str


def bars(minutes: Sequence[Minute]) -> Chart:
    return stacked(
        [(f"{minute.ago} minutes ago", {kind: getattr(minute, kind) for kind in STACK}) for minute in minutes]
    )


def by_hour(hours: Sequence[Hour]) -> Chart:
    return stacked([(f"from {hour.at:%H:%M} UTC on", hour.counts) for hour in hours])


def stacked(columns: Sequence[tuple[str, Mapping[str, float]]]) -> Chart:
    """One bar for each title and its counts by kind."""
    most = max((sum(counts.values()) for _, counts in columns), default=0)
    drawn = tuple(
        Bar(place * STEP, title, sum(counts.values()), tuple(_blocks(counts, most)))
        for place, (title, counts) in enumerate(columns)
    )
    totals = {kind: round(sum(counts.get(kind, 0) for _, counts in columns)) for kind in STACK}
    return Chart(drawn, round(most), totals, width=len(columns) * STEP)


def lines(values: Mapping[str, Sequence[float | None]]) -> Lines:
    """Steps, one for each value; none where there is no value."""
    most = max((value for several in values.values() for value in several if value is not None), default=0.0)
    width = STEP * max((len(several) for several in values.values()), default=0)
    return Lines(tuple((kind, _path(several, most)) for kind, several in values.items()), most, width)


def lengths(values: Sequence[tuple[str, float, float, str]]) -> list[Length]:
    """Of names with a value, a second one within it, and what is said of them."""
    most = max((value for _, value, _, _ in values), default=0) or 1.0
    return [
        Length(name, round(LENGTH * value / most, 1), round(LENGTH * inner / most, 1), says)
        for name, value, inner, says in values
    ]


def _path(values: Sequence[float | None], most: float) -> str:
    told, is_on = [], False
    for place, value in enumerate(values):
        if value is None:
            is_on = False
            continue
        y = round(HEIGHT - (HEIGHT - 2) * value / (most or 1) - 1, 1)
        told.append(f"V{y}H{(place + 1) * STEP}" if is_on else f"M{place * STEP} {y}H{(place + 1) * STEP}")
        is_on = True
    return "".join(told)


def _blocks(counts: Mapping[str, float], most: float) -> Iterator[Block]:
    """What is there at all can be seen: one pixel at least."""
    below = 0.0
    for kind in STACK:
        count = counts.get(kind, 0)
        if count:
            height = max(1.0, HEIGHT * count / most)
            below += height
            yield Block(kind, round(max(0.0, HEIGHT - below), 1), round(height, 1))
