"""How long each stage takes, and how it ended, as metrics."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from jobs.errors import LeaseLost, WorkerStopping
from jobs.outcomes import WaitForEvent
from reviews.eligibility import Skip
from telemetry import counters

_ENDS: tuple[tuple[type[BaseException], str], ...] = (
    (Skip, "skipped"),
    (WaitForEvent, "waiting"),
    (LeaseLost, "stopped"),
    (WorkerStopping, "stopped"),
)


@contextmanager
def timed(stage: str) -> Iterator[None]:
    began, ended = time.perf_counter(), "failed"
    try:
        yield
        ended = "done"
    except (Skip, WaitForEvent, LeaseLost, WorkerStopping) as answer:
        ended = next(name for kind, name in _ENDS if isinstance(answer, kind))
        raise
    finally:
        counters.STAGE_SECONDS.observe(time.perf_counter() - began, stage, ended)
