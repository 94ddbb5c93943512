"""`/healthz`: whether the whole is well, for people and alerts, who have signed in.

What this process needs is critical; the rest degrades the whole: something waits, is away or does not run, and nothing
is lost by that. Each check has a second. GitHub is asked once a minute at most.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from monitoring.doctor import github, host, processes, work
from monitoring.doctor.diagnosis import Diagnosis, State, worst
from monitoring.health import Check, Result, checks_of_readiness, run_checks, with_own_connection
from monitoring.vitals import LAGS, Vital, broker_answers, deliveries_arrive, lag_of

GITHUB_ASKED_EVERY_SECONDS = 60.0


class Remembered:
    """Asks again when the last answer is old; who comes while it is asked gets the last one."""

    def __init__(self, ask: Callable[[], Result], *, seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._lock = threading.Lock()
        self._last: Result | None = None
        self._asked_at = 0.0

    def __call__(self) -> Result:
        last = self._last
        if last is not None and time.monotonic() - self._asked_at < self._seconds:
            return last
        if not self._lock.acquire(blocking=last is None):
            return last or self()
        try:
            self._last = self._ask()
            self._asked_at = time.monotonic()
        finally:
            self._lock.release()
        return self._last


def whole() -> dict[str, Result]:
    results = run_checks({**checks_of_readiness(), **CHECKS})
    return {name: replace(result, critical=name not in CHECKS) for name, result in results.items()}


def _vital(ask: Callable[[], Vital]) -> Result:
    vital = ask()
    since = None if vital.since_seconds is None else round(vital.since_seconds, 1)
    return Result(ready=vital.well, detail=vital.detail, more={"since_seconds": since})


def _diagnosed(ask: Callable[[], Sequence[Diagnosis]]) -> Result:
    """The worst of what is said."""
    found = ask()
    state = worst(diagnosis.state for diagnosis in found)
    said = [": ".join(filter(None, (one.about, one.found))) for one in found if one.state == state]
    return Result(ready=state <= State.OK, detail="; ".join(said))


CHECKS: dict[str, Check] = {
    "broker": partial(_vital, broker_answers),
    **{name: with_own_connection(partial(_vital, partial(lag_of, lag))) for name, lag in LAGS.items()},
    "deliveries": with_own_connection(partial(_vital, deliveries_arrive)),
    "paused_queues": with_own_connection(partial(_diagnosed, work.paused_queues)),
    "processes": with_own_connection(partial(_diagnosed, processes.examine)),
    "beat": with_own_connection(partial(_diagnosed, processes.beat)),
    "github": Remembered(partial(_diagnosed, github.examine), seconds=GITHUB_ASKED_EVERY_SECONDS),
    "disk": partial(_diagnosed, host.disk),
}
