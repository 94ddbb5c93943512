"""Numbers, ages and instants as people read them. Pure."""

from datetime import datetime

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"))


def duration(seconds: float) -> str:
    """The two largest units: "3 m 20 s", "2 h 5 m"; below ten seconds with a tenth, "0.4 s"."""
    if seconds < 10:  # noqa: PLR2004 - as said
        return f"{max(seconds, 0):.1f}".removesuffix(".0") + " s"
    whole = int(seconds)
    for size, unit in _UNITS:
        if whole >= size:
            count, rest = divmod(whole, size)
            smaller, name = {"d": (3_600, "h"), "h": (60, "m"), "m": (1, "s")}[unit]
            return f"{count} {unit} {rest // smaller} {name}" if rest // smaller else f"{count} {unit}"
    return f"{whole} s"


def age(seconds: float) -> str:
    """As `duration`, in whole seconds; what has not happened yet is 0 s old."""
    return duration(max(0, int(seconds)))


def amount(count: int, most: int) -> str:
    """A count that stopped at `most`: "10 000+"."""
    told = f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{told}+" if count >= most else told


def instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
