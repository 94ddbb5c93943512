"""A job's life as bars on one axis, out of its history. Pure.

Each history row begins what lasts until the next: queued, a stage, a wait. A checkpoint names the stage it ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from jobs.models import JobExecutionHistory
from jobs.states import FINAL_STATUSES, JobStatus, Verb
from monitoring.pages.words import duration

WIDTH = 1_000
#: A bar can be seen however short it is.
LEAST = 6
MOST_SHOWN = 60
_KINDS = {
    JobStatus.PENDING: "queued",
    JobStatus.RETRYING: "queued",
    JobStatus.PROCESSING: "running",
    JobStatus.WAITING_FOR_EVENT: "waiting",
}
_LABELS = {
    JobStatus.PENDING: "queued",
    JobStatus.RETRYING: "put off after an error",
    JobStatus.WAITING_FOR_EVENT: "waiting for an event",
}


@dataclass(frozen=True, slots=True)
class Span:
    """`x` and `width` are of WIDTH; `is_open` while it lasts."""

    label: str
    kind: str
    attempt: int
    begun_at: datetime
    ended_at: datetime
    is_open: bool = False
    x: float = 0
    width: float = 0

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.begun_at).total_seconds()

    @property
    def lasted(self) -> str:
        return duration(self.seconds)


def spans(history: Sequence[JobExecutionHistory], now: datetime) -> list[Span]:
    """In order. Of a long life the last MOST_SHOWN."""
    found: list[Span] = []
    for row, following in zip(history, [*history[1:], None], strict=False):
        if row.to_status in FINAL_STATUSES:
            continue
        span = _span(row, following, now)
        if found and (found[-1].label, found[-1].attempt) == (span.label, span.attempt):
            found[-1] = replace(found[-1], ended_at=span.ended_at, is_open=span.is_open)
        else:
            found.append(span)
    return _placed(found[-MOST_SHOWN:])


def _span(row: JobExecutionHistory, following: JobExecutionHistory | None, now: datetime) -> Span:
    ended_at = following.at if following else max(now, row.at)
    label = _LABELS.get(JobStatus(row.to_status)) or _running(row, following)
    return Span(label, _KINDS[JobStatus(row.to_status)], row.attempt, row.at, ended_at, is_open=following is None)


def _running(row: JobExecutionHistory, following: JobExecutionHistory | None) -> str:
    if following and following.verb == Verb.CHECKPOINT and following.stage:
        return following.stage
    return f"after {row.stage}" if row.stage else "running"


def _placed(found: Iterable[Span]) -> list[Span]:
    listed = list(found)
    if not listed:
        return []
    begun, ended = listed[0].begun_at, max(span.ended_at for span in listed)
    scale = WIDTH / max((ended - begun).total_seconds(), 0.001)
    return [_at(span, (span.begun_at - begun).total_seconds() * scale, span.seconds * scale) for span in listed]


def _at(span: Span, x: float, width: float) -> Span:
    width = min(max(width, LEAST), float(WIDTH))  # a product of floats may be a little more than the whole
    return replace(span, x=round(min(x, WIDTH - width), 1), width=round(width, 1))
