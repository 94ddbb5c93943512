"""The overview's numbers, in one statement each, all by index and all bounded. Ids sort by time, and so bound it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from jobs import keys
from jobs.ids import first_of
from jobs.states import JobStatus

MOST_COUNTED = 10_000
#: Of the last hour, the newest so many of each status.
MOST_OF_A_STATUS = 20_000
MINUTES = 60
HOURS = 24
#: Of one hour, of each status or of one organization.
MOST_OF_AN_HOUR = 5_000
ENDS = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)

_NUMBERS = """
WITH recent AS (
    SELECT received_at FROM webhook_deliveries
     WHERE received_at > statement_timestamp() - interval '1 hour'
       AND (%(organization)s = '' OR repository LIKE %(repositories)s)
     ORDER BY received_at DESC LIMIT %(most)s)
SELECT (SELECT max(received_at) FROM recent),
       (SELECT count(*) FROM recent),
       (SELECT count(*) FROM (SELECT FROM workflow_jobs
         WHERE status = 'FAILED' AND id >= %(day)s AND created_at > statement_timestamp() - interval '1 day'
           AND (%(organization)s = '' OR organization = %(organization)s) LIMIT %(most)s) counted),
       (SELECT json_build_array(count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY took),
                                percentile_disc(0.95) WITHIN GROUP (ORDER BY took))
          FROM (SELECT workflow_type, extract(epoch FROM finished_at - created_at) AS took FROM workflow_jobs
                 WHERE status = 'COMPLETED' AND id >= %(hour)s
                   AND created_at > statement_timestamp() - interval '1 hour'
                   AND (%(organization)s = '' OR organization = %(organization)s)
                 ORDER BY id DESC LIMIT %(most)s) latest
         WHERE workflow_type = 'CODE_REVIEW'),
       (SELECT coalesce(json_agg(json_build_array(name, reason, extract(epoch FROM closed_until))), '[]')
          FROM gates WHERE closed_until > statement_timestamp())"""

# Each status by the index that is for it; the newest first, so that the bound cuts off what is oldest.
_MINUTES = """
SELECT kind.status, floor(extract(epoch FROM statement_timestamp() - created_at) / 60)::int AS ago, count(*)
  FROM unnest(%(statuses)s::text[]) AS kind(status),
       LATERAL (SELECT created_at FROM workflow_jobs
                 WHERE status = kind.status AND id >= %(hour)s
                   AND created_at > statement_timestamp() - interval '1 hour'
                   AND (%(organization)s = '' OR organization = %(organization)s)
                 ORDER BY id DESC LIMIT %(most)s) AS job
 GROUP BY kind.status, ago"""

# From the index alone.
_HOURS = """
SELECT hour.number, kind.status, (
         SELECT count(*) FROM (SELECT FROM workflow_jobs WHERE status = kind.status AND id >= hour.begins
                                  AND id < hour.ends LIMIT %(most)s) few)
  FROM unnest(%(begins)s::uuid[], %(ends)s::uuid[]) WITH ORDINALITY AS hour(begins, ends, number),
       unnest(%(statuses)s::text[]) AS kind(status)"""

_HOURS_OF_ONE = f"""
SELECT hour.number, job.status, count(*)
  FROM unnest(%(begins)s::uuid[], %(ends)s::uuid[]) WITH ORDINALITY AS hour(begins, ends, number),
       LATERAL (SELECT job_id FROM job_keys WHERE key = {keys.key_of("organization", "%(organization)s")}
                   AND job_id >= hour.begins AND job_id < hour.ends ORDER BY job_id LIMIT %(most)s) few
  JOIN workflow_jobs job ON job.id = few.job_id AND job.organization = %(organization)s
 GROUP BY 1, 2"""  # noqa: S608 - constants; values are parameters


@dataclass(frozen=True, slots=True)
class ClosedGate:
    name: str
    reason: str
    closed_until: datetime


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts reach MOST_COUNTED at most. Deliveries and reviews are those of the last hour, the latter in seconds."""

    last_delivery_at: datetime | None
    deliveries_in_hour: int
    failed_in_day: int
    reviews_in_hour: int
    review_p50: float | None
    review_p95: float | None
    closed_gates: tuple[ClosedGate, ...]


@dataclass(frozen=True, slots=True)
class Minute:
    """Jobs that arrived then, by how they stand now."""

    ago: int
    completed: int
    failed: int
    cancelled: int
    live: int


@dataclass(frozen=True, slots=True)
class Hour:
    """Jobs that arrived from `at` on, by how they stand now; MOST_OF_AN_HOUR of each kind at most."""

    at: datetime
    counts: Mapping[str, int]


def numbers(organization: str) -> Numbers:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, {**_of(organization), "most": MOST_COUNTED})
        last, deliveries, failed, (reviews, p50, p95), gates = cursor.fetchone()
    closed = tuple(ClosedGate(name, reason, datetime.fromtimestamp(until, UTC)) for name, reason, until in gates)
    return Numbers(last, deliveries, failed, reviews, p50, p95, closed)


def last_hour(organization: str) -> list[Minute]:
    """Sixty minutes, the one that is longest ago first."""
    counts: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        parameters = {**_of(organization), "statuses": list(JobStatus.values), "most": MOST_OF_A_STATUS}
        cursor.execute(_MINUTES, parameters)
        for status, ago, count in cursor.fetchall():
            counts.setdefault(min(ago, MINUTES - 1), {})[status] = count
    return [_minute(ago, counts.get(ago, {})) for ago in reversed(range(MINUTES))]


def last_day(organization: str) -> list[Hour]:
    """24 hours by the clock, the last of which is the one that runs."""
    this_hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    starts = [this_hour - timedelta(hours=ago) for ago in reversed(range(HOURS))]
    edges = [first_of(at) for at in (*starts, this_hour + timedelta(hours=1))]
    values: dict[str, Any] = {"begins": edges[:-1], "ends": edges[1:], "statuses": list(JobStatus.values)}
    values |= {"organization": organization, "most": MOST_OF_AN_HOUR}
    counts: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HOURS_OF_ONE if organization else _HOURS, values)
        for number, status, count in cursor.fetchall():
            counts.setdefault(number, {})[status] = count
    return [Hour(at, _by_end(counts.get(number, {}))) for number, at in enumerate(starts, start=1)]


def _by_end(counts: Mapping[str, int]) -> dict[str, int]:
    ended = {status.value.lower(): counts.get(status.value, 0) for status in ENDS}
    return {**ended, "live": sum(counts.values()) - sum(ended.values())}


def _minute(ago: int, counts: Mapping[str, int]) -> Minute:
    completed, failed, cancelled = (counts.get(status, 0) for status in ENDS)
    return Minute(ago, completed, failed, cancelled, live=sum(counts.values()) - completed - failed - cancelled)


def _of(organization: str) -> dict[str, Any]:
    escaped = organization.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    now = timezone.now()
    since = {name: first_of(now - _SLACK - age) for name, age in {"hour": _HOUR, "day": 24 * _HOUR}.items()}
    return {"organization": organization, "repositories": f"{escaped}/%", **since}


_HOUR = timedelta(hours=1)
#: By so much clocks may differ, and a job be made before the transaction that stores it.
_SLACK = timedelta(minutes=5)
