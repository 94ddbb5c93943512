"""Bad weather: how often what goes wrong with GitHub, and what of it befalls each request and each webhook.

A `Weather` is a description; a `Forecast` draws from it. The same seed and the same sequence of requests, and of
webhooks, meet the same weather. Requests are REST's and git's alike. Of the faults at most one befalls a request; that
its answer is slow comes on top. A fault that was ordered comes before all weather.
"""

import random
import threading
from dataclasses import dataclass
from typing import Literal

from integrations.github.standin.faults import Fault

_REQUEST_FAULTS = ("failing", "primary_limit", "secondary_limit", "unnamed_limit", "dropped", "unanswered")
_WEBHOOK_FAULTS = ("webhooks_lost", "webhooks_doubled")
_EXCLUSIVE = (_REQUEST_FAULTS, _WEBHOOK_FAULTS, ("slow",), ("webhooks_late",), ("webhooks_slow",))
_LIMITS_PAGE = "/using-the-rest-api/rate-limits-for-the-rest-api"
_DOWN = {
    "": None,
    "refusing": Fault("down", status=503, message="Service Unavailable"),
    "dropping": Fault("down"),
}


@dataclass(frozen=True, slots=True)
class Weather:
    """Shares are of all requests or of all webhooks, from 0 to 1. Fair by default."""

    seed: int = 0
    down: Literal["", "refusing", "dropping"] = ""  # every request: answered 503, or dropped

    failing: float = 0.0  # 500, 502 or 503; what was asked is done all the same as often as not
    primary_limit: float = 0.0  # 403 or 429: nothing remains, and there is more in `limit_seconds`
    secondary_limit: float = 0.0  # 403 or 429: come back in `limit_seconds`
    unnamed_limit: float = 0.0  # 403 or 429: nothing but the page of the manual says that it is a limit
    dropped: float = 0.0  # the connection is closed without a byte, nothing was done
    unanswered: float = 0.0  # the connection is closed without a byte, what was asked is done
    slow: float = 0.0  # done at once and answered `slow_seconds` later

    webhooks_lost: float = 0.0  # never sent, shown as failed
    webhooks_doubled: float = 0.0  # sent twice at once under one id
    webhooks_late: float = 0.0  # held back for up to `late_seconds`, so that order is not kept
    webhooks_slow: float = 0.0  # the body takes `slow_seconds` to arrive

    limit_seconds: int = 5
    slow_seconds: float = 2.0
    late_seconds: float = 10.0

    def __post_init__(self) -> None:
        if self.down not in _DOWN:
            raise ValueError(f"down is one of {', '.join(map(repr, _DOWN))}.")
        for names in _EXCLUSIVE:
            shares = [getattr(self, name) for name in names]
            if min(shares) < 0 or sum(shares) > 1:
                raise ValueError(f"{' + '.join(names)} is not between 0 and 1.")


@dataclass(frozen=True, slots=True)
class RequestFate:
    fault: Fault | None = None
    slow_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class WebhookFate:
    copies: int = 1  # 0: lost
    late_seconds: float = 0.0
    slow_seconds: float = 0.0


class Forecast:
    """Draws what befalls the next request or webhook. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.change(Weather())

    def change(self, weather: Weather) -> None:
        """From now on this weather, from the start of its seed."""
        with self._lock:
            self._weather = weather
            self._requests = random.Random(f"requests {weather.seed}")  # noqa: S311 - it must repeat
            self._webhooks = random.Random(f"webhooks {weather.seed}")  # noqa: S311 - it must repeat

    def request(self) -> RequestFate:
        with self._lock:
            weather = self._weather
            which, how, slow = (self._requests.random() for _ in range(3))
        if weather.down:
            return RequestFate(_DOWN[weather.down])
        name = _drawn(weather, _REQUEST_FAULTS, which)
        return RequestFate(
            fault=_fault(name, how, weather.limit_seconds) if name else None,
            slow_seconds=weather.slow_seconds if slow < weather.slow else 0.0,
        )

    def webhook(self) -> WebhookFate:
        with self._lock:
            weather = self._weather
            which, late, how_late, slow = (self._webhooks.random() for _ in range(4))
        return WebhookFate(
            copies={"webhooks_lost": 0, "webhooks_doubled": 2, None: 1}[_drawn(weather, _WEBHOOK_FAULTS, which)],
            late_seconds=how_late * weather.late_seconds if late < weather.webhooks_late else 0.0,
            slow_seconds=weather.slow_seconds if slow < weather.webhooks_slow else 0.0,
        )


def _drawn(weather: Weather, names: tuple[str, ...], draw: float) -> str | None:
    """The name whose share of 0 to 1 the draw falls into; the shares stand side by side."""
    for name in names:
        share: float = getattr(weather, name)
        if draw < share:
            return name
        draw -= share
    return None


def _fault(name: str, how: float, limit_seconds: int) -> Fault:
    """`how` is a draw from 0 to 1 that chooses among the forms of the fault."""
    limited = 403 if how < 0.5 else 429  # noqa: PLR2004 - even chances
    match name:
        case "failing":
            status, applied = divmod(int(how * 6), 2)
            return Fault(name, status=(500, 502, 503)[status], applied=bool(applied))
        case "primary_limit":
            message = "API rate limit exceeded for installation ID 1."
            return Fault(name, status=limited, message=message, page=_LIMITS_PAGE, resets_in_seconds=limit_seconds)
        case "secondary_limit" | "unnamed_limit":
            headers = {"Retry-After": str(limit_seconds)} if name == "secondary_limit" else {}
            message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            page = f"{_LIMITS_PAGE}#about-secondary-rate-limits"
            return Fault(name, status=limited, headers=headers, message=message, page=page)
        case _:
            return Fault(name, applied=name == "unanswered")
