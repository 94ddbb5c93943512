"""Jobs by what their rows say, newest or oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jobs import keys
from jobs.ids import first_of
from jobs.models import WorkflowJob
from jobs.states import JobStatus
from monitoring.lists.pages import Driver, Looking, Page, ids_of, read_page

#: What a list can be narrowed down to: by name, the condition on a job's row. Each takes several values.
CONDITIONS = {
    "status": "job.status = ANY(%(status)s)",
    "type": "job.workflow_type = ANY(%(type)s)",
    "queue": "job.queue = ANY(%(queue)s)",
    "organization": "job.organization = ANY(%(organization)s)",
    "repository": "job.payload->>'repository' = ANY(%(repository)s)",
    "pull_request": "job.subject = ANY(%(pull_request)s)",
    "author": "job.payload->>'author' = ANY(%(author)s)",
    "head": "job.payload->>'head_sha' = ANY(%(head)s)",
    "event": "job.payload->>'trigger' = ANY(%(event)s)",
    "correlation_id": "job.correlation_id = ANY(%(correlation_id)s)",
    "error_class": "job.error_class = ANY(%(error_class)s)",
    "error_type": "job.error_type = ANY(%(error_type)s)",
    "stage": "job.stage = ANY(%(stage)s)",
    "worker": "job.lease_owner = ANY(%(worker)s)",
}
#: Of these there are never many at once.
_LIVE = frozenset({JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.WAITING_FOR_EVENT, JobStatus.RETRYING})
#: Of these there may be millions, but fewer than of all.
_ENDED_OTHERWISE = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class JobFilter:
    """`values` by the names in CONDITIONS. `since` and `until` are about when a job was made."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = True

    @property
    def narrows(self) -> bool:
        return bool(self.values or self.since or self.until)


def find_jobs(wanted: JobFilter, *, limit: int, after: UUID | None = None) -> Page[WorkflowJob, UUID]:
    """The page behind the job `after`. The jobs come without what stages keep between attempts."""
    if not all(wanted.values.values()):  # nothing is one of none
        return Page([], after=None)
    # The checkpoint holds other people's code, and much of it.
    return read_page(WorkflowJob, _looking(wanted, after), limit=limit, without=["checkpoint"])


@dataclass(frozen=True, slots=True)
class Count:
    """By workflow type and status. Not `complete` when there were more rows to look through."""

    jobs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    complete: bool = True

    @property
    def total(self) -> int:
        return sum(self.jobs.values())


def count_jobs(wanted: JobFilter, *, most: int) -> Count:
    """Of the first `most` rows that such a list looks through, those that fit."""
    if not all(wanted.values.values()):
        return Count()
    looking = _looking(wanted, None)
    sql = f"""
    SELECT job.workflow_type, job.status, count(*)
      FROM ({looking.ids}) ids LEFT JOIN workflow_jobs job ON job.id = ids.id AND {looking.conditions} GROUP BY 1, 2"""  # noqa: S608 - constants; values are parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, {**looking.parameters, "most": most})
        rows = cursor.fetchall()
    fits = {(kind, status): count for kind, status, count in rows if kind}
    return Count(fits, complete=sum(count for *_, count in rows) < most)


def _looking(wanted: JobFilter, after: UUID | None) -> Looking:
    drivers, covers = _drivers(wanted.values)
    bounds, within = _bounds(wanted, after)
    ids, driven = ids_of(drivers, bounds, newest_first=wanted.newest_first)
    return Looking(
        ids=ids,
        conditions=" AND ".join(CONDITIONS[name] for name in wanted.values) or "true",
        parameters={**within, **driven, **{name: list(values) for name, values in wanted.values.items()}},
        alias="job",
        exact=set(wanted.values) <= covers,
        newest_first=wanted.newest_first,
    )


def _drivers(values: Mapping[str, Sequence[str]]) -> tuple[list[Driver], set[str]]:
    """Through which rows to walk, the fewest there are for what is asked for, and what of it they fit already."""
    statuses = frozenset(values.get("status", ()))
    for name in ("correlation_id", "pull_request"):
        if name in values:
            return [Driver(_JOBS, condition=_OWN_INDEX[name], value=value) for value in sorted(set(values[name]))], {
                name
            }
    if statuses and statuses <= _LIVE:
        return [Driver(_JOBS, condition=_WITH_STATUS, value=status) for status in sorted(statuses)], {"status"}
    if "worker" in values:
        return [Driver(_JOBS, condition=_WITH_STATUS, value=JobStatus.PROCESSING)], set()
    for name in keys.COLUMNS:
        if name in values:
            condition = f"key = {keys.key_of(name, '{value}')}"
            return [Driver("job_keys", "job_id", condition, value) for value in sorted(set(values[name]))], {name}
    if statuses and statuses <= _LIVE | _ENDED_OTHERWISE:
        return [Driver(_JOBS, condition=_WITH_STATUS, value=status) for status in sorted(statuses)], {"status"}
    return [Driver(_JOBS)], set()


_JOBS = "workflow_jobs"
_OWN_INDEX = {
    "correlation_id": "correlation_id = {value}",
    "pull_request": "organization = split_part({value}, '/', 1) AND subject = {value}",
}
_WITH_STATUS = "status = {value}"


def _bounds(wanted: JobFilter, after: UUID | None) -> tuple[str, dict[str, Any]]:
    """SQL over `{id}`, as ids sort by time, and its values."""
    bounds, values = "", dict[str, Any]()
    if wanted.since:
        bounds, values["since"] = f"{bounds} AND {{id}} >= %(since)s", first_of(wanted.since)
    if wanted.until:
        bounds, values["until"] = f"{bounds} AND {{id}} < %(until)s", first_of(wanted.until)
    if after:
        bounds, values["after"] = f"{bounds} AND {{id}} {'<' if wanted.newest_first else '>'} %(after)s", after
    return bounds, values
