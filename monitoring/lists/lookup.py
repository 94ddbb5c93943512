"""The few rows that one name leads to, each by an index; nothing of another organization than the caller's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jobs import keys
from jobs.models import WorkflowEvent, WorkflowJob
from jobs.states import EventType
from monitoring.access import Caller
from monitoring.lists.deliveries import DeliveryFilter, find_deliveries
from monitoring.lists.jobs import JobFilter, find_jobs
from monitoring.lists.search import Meaning
from monitoring.visible import confined_deliveries, confined_jobs, delivery_of, events_of
from reviews.models import GivenCommand, Review

MOST = 20
#: Of a pull request's jobs, those looked at for one comment.
MOST_OF_A_PULL_REQUEST = 200

# The head of a review by the index on it; of a job without one yet, among the newest.
_LIKE = """
SELECT job_id AS id FROM (SELECT job_id, organization FROM reviews WHERE head_sha >= %(begins)s AND head_sha < %(ends)s
                           ORDER BY head_sha LIMIT 50) reviewed
 WHERE job_id IS NOT NULL AND (%(organization)s = '' OR organization = %(organization)s)
UNION
SELECT id FROM (SELECT id, payload, organization FROM workflow_jobs ORDER BY id DESC LIMIT 2000) newest
 WHERE starts_with(payload->>'head_sha', %(begins)s) AND (%(organization)s = '' OR organization = %(organization)s)"""

# The hash in the index may be of something else, too: the rows tell.
_IN_TRACE = f"""
SELECT job_id AS id FROM job_keys JOIN workflow_jobs job ON job.id = job_id
 WHERE key = {keys.key_of("trace", "%(trace)s")} AND (%(organization)s = '' OR organization = %(organization)s)
   AND (substr(traceparent, 4, 32) = %(trace)s
        OR EXISTS (SELECT FROM job_execution_history history
                    WHERE history.job_id = job.id AND history.detail->>'trace_id' = %(trace)s))
 ORDER BY job_id DESC LIMIT {MOST}"""  # noqa: S608 - constants; values are parameters


def job_named(caller: Caller, text: str, job_id: UUID | None) -> WorkflowJob | None:
    """The job with this id, else the first that bears it as its correlation id."""
    found = _own(caller).filter(Q(id=job_id) | Q(correlation_id=text) if job_id else Q(correlation_id=text))
    jobs = sorted(found[:MOST], key=lambda job: (job.id != job_id, job.id))
    return jobs[0] if jobs else None


def is_delivery(caller: Caller, delivery_id: UUID) -> bool:
    return delivery_of(caller, delivery_id) is not None


def jobs_with(caller: Caller, name: str, value: str) -> Sequence[WorkflowJob]:
    """By one of the filters of the list of jobs; two are enough to know that there are several."""
    return find_jobs(confined_jobs(JobFilter({name: [value]}), caller), limit=2).rows


def jobs_with_head_like(caller: Caller, begins: str) -> list[WorkflowJob]:
    """Those of reviews, and the newest. Characters of a commit sort before g."""
    return _found(_LIKE, caller, begins=begins, ends=f"{begins}g")


def jobs_in_trace(caller: Caller, trace_id: str) -> list[WorkflowJob]:
    """That it made, and that had an attempt in it."""
    return _found(_IN_TRACE, caller, trace=trace_id)


def jobs_waiting_for(caller: Caller, key: str) -> list[WorkflowJob]:
    """Also those that have done waiting for it."""
    waits = Q(wait_scope=_owner(key), wait_type__in=EventType.values, wait_key=key)
    return sorted(_own(caller).filter(waits)[:MOST], key=lambda job: job.id, reverse=True)


def events_with_key(caller: Caller, key: str) -> list[WorkflowEvent]:
    found = events_of(caller).filter(scope=_owner(key), type__in=EventType.values, key=key)
    return list(found.order_by("-received_at")[:MOST])


def events_with_id(caller: Caller, event_id: str) -> list[WorkflowEvent]:
    return list(events_of(caller).filter(event_id=event_id))


def has_deliveries(caller: Caller, repository: str) -> bool:
    return bool(
        find_deliveries(confined_deliveries(DeliveryFilter({"repository": [repository]}), caller), limit=1).rows
    )


def job_of_comment(caller: Caller, meaning: Meaning) -> WorkflowJob | None:
    """The job that a command in the comment started; else the one whose review holds it."""
    if meaning.place == "issuecomment-":
        given = GivenCommand.objects.filter(comment_id=meaning.number, job__isnull=False).select_related("job")
        return next((command.job for command in given if _is_own(caller, command.job)), None)
    jobs = _own(caller).filter(organization=_owner(meaning.value), subject=meaning.value).order_by("-id")
    ids = list(jobs.values_list("id", flat=True)[:MOST_OF_A_PULL_REQUEST])
    reviews = Review.objects.filter(job_id__in=ids)
    if meaning.place == "discussion_r":
        reviews = reviews.filter(findings__comment_id=meaning.number)
    else:
        reviews = reviews.filter(github_review_id=str(meaning.number))
    review = reviews.select_related("job").first()
    return review.job if review else None


def _found(sql: str, caller: Caller, **values: Any) -> list[WorkflowJob]:
    """Newest first."""
    ids = WorkflowJob.objects.raw(sql, {**values, "organization": caller.organization})
    return list(_own(caller).filter(id__in=[job.id for job in ids]).order_by("-id")[:MOST])


def _own(caller: Caller) -> QuerySet[WorkflowJob]:
    every = WorkflowJob.objects.defer("checkpoint", "payload")
    return every.filter(organization=caller.organization) if caller.organization else every


def _is_own(caller: Caller, job: WorkflowJob | None) -> bool:
    return job is not None and caller.organization in {"", job.organization}


def _owner(text: str) -> str:
    """Of "octo/app#12", "octo/app@1f2e": whose it is, and the scope of its events."""
    return text.partition("/")[0]
