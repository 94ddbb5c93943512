"""Some jobs of a long time, evenly spread over it: what is said of millions without reading them.

A period is cut into moments, and of each moment the first jobs are read, by the order of ids, which is that of time. A
moment with fewer jobs is read whole. Where there were more, how close those that were read lie together tells how many
there were: each job that was read stands for `weight` jobs. So the cost is bounded, whatever there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jobs import keys
from jobs.ids import first_of

#: Of each moment.
MOST_OF_A_MOMENT = 10
#: The same for one repository or organization, whose rows lie far apart on the disk.
MOST_OF_ONE = 5

_COLUMNS = """job.id, job.workflow_type, job.status, job.created_at, job.started_at, job.finished_at,
              job.payload->>'repository' AS repository, job.organization"""

_OF_ALL = f"""
SELECT moment.number - 1, taken.*
  FROM unnest(%(begins)s::uuid[], %(ends)s::uuid[]) WITH ORDINALITY AS moment(begins, ends, number),
       LATERAL (SELECT {_COLUMNS} FROM workflow_jobs job WHERE job.id >= begins AND job.id < ends
                 ORDER BY job.id LIMIT {MOST_OF_A_MOMENT}) taken
 ORDER BY taken.id"""  # noqa: S608 - constants; values are parameters

_OF_ONE = """
SELECT moment.number - 1, {columns}
  FROM unnest(%(begins)s::uuid[], %(ends)s::uuid[]) WITH ORDINALITY AS moment(begins, ends, number),
       LATERAL (SELECT job_id FROM job_keys WHERE key = {key} AND job_id >= begins AND job_id < ends
                 ORDER BY job_id LIMIT {most}) taken
  JOIN workflow_jobs job ON job.id = taken.job_id
 ORDER BY job.id"""


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
    """`is_whole`: these are all the jobs there were."""

    period: Period
    begin: datetime
    jobs: Sequence[SampledJob]
    is_whole: bool

    def of_type(self, workflow_type: str) -> "Sample":
        of_it = [job for job in self.jobs if job.workflow_type == workflow_type]
        return Sample(self.period, self.begin, of_it, self.is_whole)


def drawn(period: Period, now: datetime, *, repository: str = "", organization: str = "") -> Sample:
    """Of one repository or organization, or of all when both are empty."""
    begin, count = period.begin(now), period.bars * period.moments_of_a_bar
    edges = [first_of(begin + number * period.moment) for number in range(count + 1)]
    rows = _rows(edges, repository, organization)
    by_moment: dict[int, list[Any]] = {}
    for number, *job in rows:
        by_moment.setdefault(number, []).append(job)
    most = MOST_OF_ONE if repository or organization else MOST_OF_A_MOMENT
    weights = {number: weight(_times(jobs), period.moment, most) for number, jobs in by_moment.items()}
    jobs = [
        SampledJob(job[0], number // period.moments_of_a_bar, weights[number], *job[1:6])
        for number, several in by_moment.items()
        for job in several
        if _is_asked_for(job, repository, organization)
    ]
    return Sample(period, begin, jobs, is_whole=all(each == 1 for each in weights.values()))


def weight(times: Sequence[datetime], moment: timedelta, most: int) -> float:
    """How many jobs one that was read stands for, from when those that were read of a moment came."""
    if len(times) < most:
        return 1.0
    between = (times[-1] - times[0]) / (len(times) - 1)
    return max(1.0, moment / between / len(times)) if between else 1.0


def _rows(edges: Sequence[UUID], repository: str, organization: str) -> list[Any]:
    values: dict[str, Any] = {"begins": list(edges[:-1]), "ends": list(edges[1:]), "value": repository or organization}
    name = "repository" if repository else "organization"
    of_one = _OF_ONE.format(columns=_COLUMNS, key=keys.key_of(name, "%(value)s"), most=MOST_OF_ONE)
    with connection.cursor() as cursor:
        cursor.execute(of_one if values["value"] else _OF_ALL, values)
        return list(cursor.fetchall())


def _times(jobs: Sequence[Any]) -> list[datetime]:
    """By their ids: a job that was made in a long transaction says an earlier time of itself."""
    return [datetime.fromtimestamp((job[0].int >> 80) / 1000, UTC) for job in jobs]


def _is_asked_for(job: Sequence[Any], repository: str, organization: str) -> bool:
    """A key in the index may be that of something else."""
    return (not repository or job[6] == repository) and (not organization or job[7] == organization)
