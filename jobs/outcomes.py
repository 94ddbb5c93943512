"""What a handler may answer: it returns `Completed`, raises `WaitForEvent`, or raises an error."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from jobs.states import EventType, OnTimeout


@dataclass(frozen=True, slots=True)
class Completed:
    """The job did its work. `outcome` is a small JSON object that says what came of it."""

    outcome: dict[str, Any] = field(default_factory=dict)


class WaitForEvent(BaseException):
    """Pause this job, without a worker, until the event with this scope and key comes or the timeout passes.

    An event stored already counts if it was received at or after `since` (any time, when None). When woken, the
    handler runs again and finds how the wait ended in `attempt.wake`. Waiting uses up no retry.
    A BaseException: no stage's `except Exception` may eat it.
    """

    def __init__(
        self,
        event_type: EventType,
        *,
        scope: str,
        key: str,
        timeout: timedelta,
        on_timeout: OnTimeout = OnTimeout.CONTINUE,
        since: datetime | None = None,
    ) -> None:
        super().__init__(f"{event_type} {key}")
        self.event_type = event_type
        self.scope = scope
        self.key = key
        self.timeout = timeout
        self.on_timeout = on_timeout
        self.since = since


@dataclass(frozen=True, slots=True)
class Wake:
    """How the last wait of a job ended. `outcome` is EVENT or TIMEOUT; `payload` is the event's."""

    outcome: str
    event_type: str
    key: str
    payload: dict[str, Any]
