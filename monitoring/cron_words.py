"""A cron expression in words, for the forms people write; any other is shown as it stands. Pure.

Nothing is expanded: the work done is bounded by the length of the text, whatever the numbers in it say.
"""

import re
from collections.abc import Sequence

_ANY = "*"
_STEP = re.compile(r"\*/([0-9]{1,3})")
_NUMBER = re.compile(r"[0-9]{1,2}")
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST_SHOWN = 60
_LAST_MINUTE, _LAST_HOUR, _LAST_DAY = 59, 23, 31


def in_words(minute: str, hour: str, day_of_month: str, month: str, day_of_week: str) -> str:
    fields = [field.replace(" ", "") or _ANY for field in (minute, hour, day_of_month, month, day_of_week)]
    time, days = _time(fields[0], fields[1]), _days(fields[2:])
    if not time or days is None:
        return f"cron: {_shortened(' '.join(fields))}"
    return f"{time}{days}" if days or not time.startswith("at ") else f"every day {time}"


def _time(minute: str, hour: str) -> str:
    """Empty when it cannot be said in a few words."""
    step, number = _STEP.fullmatch(minute), _small(minute, _LAST_MINUTE)
    match (hour, minute):
        case (_, _) if hour == _ANY and minute == _ANY:
            return "every minute"
        case (_, _) if hour == _ANY and step:
            return _every(int(step[1]), "minute")
        case (_, _) if hour == _ANY and number is not None:
            return "every hour, on the hour" if number == 0 else f"every hour at minute {number}"
    hours, hour_step = _small(hour, _LAST_HOUR), _STEP.fullmatch(hour)
    if number is not None and hours is not None:
        return f"at {hours:02}:{number:02}"
    if number is not None and hour_step:
        return f"{_every(int(hour_step[1]), 'hour')} at minute {number}"
    return ""


def _days(fields: Sequence[str]) -> str | None:
    """Empty for every day; None when it cannot be said in a few words."""
    match fields:
        case ["*", "*", "*"]:
            return ""
        case ["*", "*", "1-5" | "mon-fri"]:
            return " from Monday to Friday"
        case ["*", "*", day] if (number := _small(day, len(_DAYS) - 1)) is not None:
            return f" on {_DAYS[number]}s"
        case [day, "*", "*"] if _small(day, _LAST_DAY):
            return f" on day {int(day)} of the month"
    return None


def _small(text: str, most: int) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) and int(text) <= most else None


def _every(count: int, unit: str) -> str:
    return f"every {unit}" if count <= 1 else f"every {count} {unit}s"


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
