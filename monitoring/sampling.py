"""Some jobs of a long time, evenly spread over it: what is said of millions without reading them.

A time with few jobs is read whole. A longer or busier one is cut into moments. Of each moment the first jobs are read,
by the order of ids, which is that of time, and more of them counted. Where there were still more, how close those that
were counted lie together tells how many: each job that was read stands for `weight` jobs. So the cost is bounded.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jobs import keys
from jobs.ids import first_of

#: Jobs of a time that is read whole.
MOST_OF_ALL = 500
#: Of each moment.
MOST_OF_A_MOMENT = 10
#: The same for one repository or organization, whose rows lie far apart on the disk.
MOST_OF_ALL_OF_ONE = 200
MOST_OF_ONE = 5
#: By the index alone.
MOST_COUNTED_OF_A_MOMENT = 100

_COLUMNS = """job.id, job.workflow_type, job.status, job.created_at, job.started_at, job.finished_at,
              job.payload->>'repository' AS repository, job.organization"""

_IDS_OF_ALL = "SELECT id FROM workflow_jobs WHERE id >= {begins} AND id < {ends} ORDER BY id LIMIT {most}"
_IDS_OF_ONE = """SELECT job_id AS id FROM job_keys WHERE key = {key} AND job_id >= {begins} AND job_id < {ends}
                   ORDER BY job_id LIMIT {most}"""

_WHOLE = """
SELECT {columns} FROM ({ids}) AS taken JOIN workflow_jobs job ON job.id = taken.id ORDER BY job.id"""

_OF_MOMENTS = """
SELECT moment.number - 1, cardinality(ids), ids[cardinality(ids)], {columns}
  FROM unnest(%(begins)s::uuid[], %(ends)s::uuid[]) WITH ORDINALITY AS moment(begins, ends, number),
       LATERAL (SELECT array_agg(id) AS ids FROM ({ids}) AS first) counted
  JOIN workflow_jobs job ON job.id = ANY(ids[1:%(most)s])
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
    whole = _whole(edges[0], edges[-1], repository, organization)
    read = (
        _weighted(whole, edges) if whole is not None else _of_moments(edges, period.moment, repository, organization)
    )
    jobs = [
        SampledJob(job[0], number // period.moments_of_a_bar, weight, *job[1:6])
        for number, weight, job in read
        if _is_asked_for(job, repository, organization)
    ]
    return Sample(period, begin, jobs, is_whole=all(job.weight == 1 for job in jobs))


def weight(read: int, counted: int, first: datetime, last: datetime, moment: timedelta) -> float:
    """How many jobs one that was read stands for. `first` and `last` are the times of those that were counted."""
    if counted < MOST_COUNTED_OF_A_MOMENT or last <= first:
        return counted / read
    between = (last - first) / (counted - 1)
    return max(counted, moment / between) / read


#: The place of its moment, the weight, and the columns.
Weighted = tuple[int, float, Sequence[Any]]


def _whole(begins: UUID, ends: UUID, repository: str, organization: str) -> list[Any] | None:
    """None when there are too many."""
    most = MOST_OF_ALL_OF_ONE if repository or organization else MOST_OF_ALL
    ids = _ids(repository, organization, begins="%(begins)s", ends="%(ends)s", most=most + 1)
    values = {"begins": begins, "ends": ends, "value": repository or organization}
    rows = _fetched(_WHOLE.format(columns=_COLUMNS, ids=ids), values)
    return rows if len(rows) <= most else None


def _weighted(jobs: Sequence[Any], edges: Sequence[UUID]) -> list[Weighted]:
    return [(bisect_right(edges, job[0]) - 1, 1.0, job) for job in jobs]


def _of_moments(edges: Sequence[UUID], moment: timedelta, repository: str, organization: str) -> list[Weighted]:
    ids = _ids(repository, organization, begins="begins", ends="ends", most=MOST_COUNTED_OF_A_MOMENT)
    values: dict[str, Any] = {
        "begins": list(edges[:-1]),
        "ends": list(edges[1:]),
        "value": repository or organization,
        "most": MOST_OF_ONE if repository or organization else MOST_OF_A_MOMENT,
    }
    rows = _fetched(_OF_MOMENTS.format(columns=_COLUMNS, ids=ids), values)
    read, firsts = Counter(row[0] for row in rows), {row[0]: row[3] for row in reversed(rows)}
    return [
        (number, weight(read[number], counted, _time(firsts[number]), _time(last), moment), job)
        for number, counted, last, *job in rows
    ]


def _ids(repository: str, organization: str, *, begins: str, ends: str, most: int) -> str:
    if not (repository or organization):
        return _IDS_OF_ALL.format(begins=begins, ends=ends, most=most)
    key = keys.key_of("repository" if repository else "organization", "%(value)s")
    return _IDS_OF_ONE.format(key=key, begins=begins, ends=ends, most=most)


def _fetched(sql: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _time(job_id: UUID) -> datetime:
    """When it got its id: a job that was made in a long transaction says an earlier time of itself."""
    return datetime.fromtimestamp((job_id.int >> 80) / 1000, UTC)


def _is_asked_for(job: Sequence[Any], repository: str, organization: str) -> bool:
    """A key in the index may be that of something else."""
    return (not repository or job[6] == repository) and (not organization or job[7] == organization)
