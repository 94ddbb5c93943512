"""When to come back, read from an answer of GitHub. Pure.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: the primary limit answers 403 or 429 with
`x-ratelimit-remaining: 0` and a reset; a secondary limit answers 403 or 429 with `retry-after`, or with neither, and
then asks for at least a minute.
"""

from collections.abc import Mapping
from datetime import datetime

from integrations.github.shapes import optional
from integrations.http import retry_after_seconds

UNNAMED_WAIT_SECONDS = 60.0
SHORTEST_WAIT_SECONDS = 1.0
# A reset further away than GitHub's longest window is a broken clock on one of the two sides.
LONGEST_WAIT_SECONDS = 3600.0 + 60.0


def seconds_to_wait(status: int, headers: Mapping[str, str], payload: object, *, now: datetime) -> float | None:
    """Seconds until GitHub takes requests again; None when this answer is no rate limit.

    `headers` must look up names regardless of case, or have them in lower case.
    """
    if status not in {403, 429}:
        return None
    named = _named_wait(headers, now)
    if named is None and (status == 429 or _is_secondary(payload)):  # noqa: PLR2004 - HTTP's own number
        named = UNNAMED_WAIT_SECONDS
    return None if named is None else min(max(named, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)


def _named_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    asked = retry_after_seconds(headers, now=now)
    if asked is not None:
        return asked
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit():
        return float(reset) - now.timestamp()
    return None


def _is_secondary(payload: object) -> bool:
    # The one mark of a secondary limit without headers: which page of the manual GitHub points to.
    return "rate-limit" in optional(payload, "documentation_url", str, "")
