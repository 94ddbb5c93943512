"""Some jobs of a long time, evenly spread over it: what is said of millions without reading them.

A period is cut into moments, and of each moment the first jobs are read, by the order of ids, which is that of time. A
moment with fewer jobs is read whole. Where there were more, they are counted, and each job that was read stands for
`weight` jobs; a count ends at some number, and is estimated then. So the cost is bounded, whatever there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jobs import keys
from jobs.ids import first_of, instant_of

#: Of each moment.
MOST_OF_A_MOMENT = 10
#: Counted of each; where there were more, how fast these came tells how many.
MOST_COUNTED = 1_000
#: The same as the first for one repository or organization, whose rows lie far apart on the disk.
MOST_OF_ONE = 5

_COLUMNS = """job.id, job.workflow_type, job.status, job.created_at, job.started_at, job.finished_at,
              job.payload->>'repository' AS repository, job.organization"""

# `source` gives ids of a moment in their order, from an index alone. Of the jobs it counts, the first are read.
_SAMPLE = """
SELECT moment.number - 1, counted.many, counted.last, {columns}
  FROM unnest(%(begins)s::uuid[], %(ends)s::uuid[]) WITH ORDINALITY AS moment(begins, ends, number),
       LATERAL (SELECT count(*) AS many, max(id::text) AS last FROM ({source} LIMIT {counted}) few) counted,
       LATERAL ({source} LIMIT {read}) taken
  JOIN workflow_jobs job ON job.id = taken.id
 ORDER BY job.id"""
_ALL = "SELECT id FROM workflow_jobs WHERE id >= moment.begins AND id < moment.ends ORDER BY id"
_OF_ONE = """SELECT job_id AS id FROM job_keys
                 WHERE key = {key} AND job_id >= moment.begins AND job_id < moment.ends ORDER BY job_id"""


@dataclass(frozen=True, slots=True)
class Period:
    """`bars` of `width` each, the last of which is the one that runs now; each bar has `moments_of_a_bar` moments."""

    name: str
    words: str
    bars: int
    width: timedelta
    moments_of_a_bar: int

    def begin(self, now: datetime) -> datetime:
        """On the clock: what was drawn does not move from second to second."""
        seconds = self.width.total_seconds()
        return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC) - (self.bars - 1) * self.width

    @property
    def moment(self) -> timedelta:
        return self.width / self.moments_of_a_bar


PERIODS = {
    period.name: period
    for period in (
        Period("1h", "1 hour", 30, timedelta(minutes=2), 2),
        Period("24h", "24 hours", 24, timedelta(hours=1), 3),
        Period("7d", "7 days", 28, timedelta(hours=6), 2),
        Period("30d", "30 days", 30, timedelta(days=1), 2),
    )
}


@dataclass(frozen=True, slots=True)
class SampledJob:
    """`bar` is the place of its time in the period."""

    id: UUID
    bar: int
    weight: float
    workflow_type: str
    status: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sample:
    """`is_whole`: these are all the jobs there were. `is_counted`: there were as many as the weights say."""

    period: Period
    begin: datetime
    jobs: Sequence[SampledJob]
    is_whole: bool
    is_counted: bool

    def of_type(self, workflow_type: str) -> "Sample":
        of_it = [job for job in self.jobs if job.workflow_type == workflow_type]
        return replace(self, jobs=of_it)


def drawn(period: Period, now: datetime, *, repository: str = "", organization: str = "") -> Sample:
    """Of one repository or organization, or of all when both are empty."""
    begin, count = period.begin(now), period.bars * period.moments_of_a_bar
    edges = [first_of(begin + number * period.moment) for number in range(count + 1)]
    by_moment: dict[int, list[Any]] = {}
    for number, *job in _rows(edges, repository, organization):
        by_moment.setdefault(number, []).append(job)
    moments = {number: _of_moment(jobs, begin + number * period.moment, period) for number, jobs in by_moment.items()}
    jobs = [
        SampledJob(job[2], number // period.moments_of_a_bar, moments[number] / len(several), *job[3:8])
        for number, several in by_moment.items()
        for job in several
        if _is_asked_for(job, repository, organization)
    ]
    is_whole = all(many == len(several) for several in by_moment.values() for many, *_ in several)
    is_counted = all(many < MOST_COUNTED for several in by_moment.values() for many, *_ in several)
    return Sample(period, begin, jobs, is_whole, is_counted)


def estimated(counted: int, begin: datetime, last: datetime, moment: timedelta) -> float:
    """How many jobs a moment had: as counted, or, when there were more, as fast as those came from its beginning."""
    if counted < MOST_COUNTED:
        return counted
    return counted * max(1.0, moment / max(last - begin, timedelta(milliseconds=1)))


def _of_moment(jobs: Sequence[Any], begin: datetime, period: Period) -> float:
    many, last, *_ = jobs[0]
    return estimated(many, begin, instant_of(UUID(last)), period.moment)


def _rows(edges: Sequence[UUID], repository: str, organization: str) -> list[Any]:
    value = repository or organization
    key = keys.key_of("repository" if repository else "organization", "%(value)s")
    source = _OF_ONE.format(key=key) if value else _ALL
    read = MOST_OF_ONE if value else MOST_OF_A_MOMENT
    sql = _SAMPLE.format(columns=_COLUMNS, source=source, counted=MOST_COUNTED, read=read)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"begins": list(edges[:-1]), "ends": list(edges[1:]), "value": value})
        return list(cursor.fetchall())


def _is_asked_for(job: Sequence[Any], repository: str, organization: str) -> bool:
    """A key in the index may be that of something else."""
    return (not repository or job[8] == repository) and (not organization or job[9] == organization)
