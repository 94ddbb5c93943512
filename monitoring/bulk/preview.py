"""What a bulk action would do, told before it is asked for: counted up to a bound, whatever there is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from jobs.states import JobStatus, WorkflowType
from monitoring.bulk.asked import BulkAction
from monitoring.bulk.progress import is_bulk
from monitoring.lists.jobs import Count, count_jobs, find_jobs
from monitoring.steering import refusal_of

#: Jobs that are looked through to count those that fit.
COUNTED = 5_000
FIRST = 5
LEFT_ALONE = "Bulk actions are left alone."


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`count` jobs would be acted on, and if not `counted_all` perhaps more; `first` are the ids of the first of them.

    `refused` tells of jobs that fit the filter as well.
    """

    action: str
    count: int
    counted_all: bool
    first: Sequence[UUID]
    refused: Sequence[Refusal]


def preview(asked: BulkAction) -> Preview:
    fitting = count_jobs(asked.wanted, most=COUNTED)
    # Of those that are too many to look through, the ones it can be done to may be few.
    known = fitting.complete or asked.reachable == asked.wanted
    reached = _reached(asked, fitting) if known else count_jobs(asked.reachable, most=COUNTED)
    jobs = find_jobs(asked.reachable, limit=FIRST).rows
    return Preview(
        action=asked.action,
        count=sum(count for (kind, _), count in reached.jobs.items() if kind != WorkflowType.BULK_ACTION),
        counted_all=reached.complete,
        first=[job.id for job in jobs if not is_bulk(job)],
        refused=_refused(asked, fitting),
    )


def _reached(asked: BulkAction, fitting: Count) -> Count:
    can = asked.reachable.values["status"]
    jobs = {(kind, status): count for (kind, status), count in fitting.jobs.items() if status in can}
    return Count(jobs, complete=fitting.complete)


def _refused(asked: BulkAction, fitting: Count) -> list[Refusal]:
    can, reasons = asked.reachable.values["status"], Counter[str]()
    for (kind, status), count in fitting.jobs.items():
        if kind == WorkflowType.BULK_ACTION:
            reasons[LEFT_ALONE] += count
        elif status not in can:
            reasons[refusal_of(JobStatus(status), asked.action)] += count
    return [Refusal(reason, count) for reason, count in reasons.most_common()]
