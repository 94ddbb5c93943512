"""Everything one delivery caused, as its rows tell it: deliveries, jobs, messages, waits, effects, the review.

Found by one id: that of the delivery, or the correlation id that its jobs and their lines of the log bear. Five
statements, whatever there is, each by an index; nothing of another organization than the caller's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from jobs.ids import as_uuid
from jobs.models import JobExecutionHistory, WorkflowJob
from monitoring.access import Caller
from monitoring.lists.search import ID
from reviews.models import Finding, Review
from webhooks.models import OWNER, WebhookDelivery

MOST_JOBS = 30
MOST_DELIVERIES = 30
#: Of one job, the latest.
MOST_HISTORY = 100
MOST_FINDINGS = 100
MOST_BESIDE = 50

_FIELDS = WorkflowJob._meta.concrete_fields  # noqa: SLF001 - Django documents it under this name
_COLUMNS = ", ".join(f"job.{each.column}" for each in _FIELDS if each.name != "checkpoint")

# Those that bear the id, and the one that the delivery was answered with: a push that folded into a review under way
# is told by that.
_JOBS = f"""
WITH sent AS (SELECT id, duplicate_of_id, job_id FROM webhook_deliveries WHERE delivery_id = %(delivery)s),
     named AS (SELECT id FROM workflow_jobs WHERE correlation_id = ANY(%(ids)s)
               UNION SELECT job_id FROM sent
               UNION SELECT first.job_id FROM sent JOIN webhook_deliveries first ON first.id = sent.duplicate_of_id)
SELECT {_COLUMNS} FROM named JOIN workflow_jobs job USING (id)
 WHERE %(organization)s = '' OR job.organization = %(organization)s ORDER BY job.id LIMIT {MOST_JOBS}"""  # noqa: S608 - constants; values are parameters

_DELIVERIES = """
WITH sent AS (SELECT coalesce(duplicate_of_id, id) AS first FROM webhook_deliveries WHERE delivery_id = %s)
SELECT id FROM webhook_deliveries WHERE id IN (SELECT first FROM sent)
UNION SELECT id FROM webhook_deliveries WHERE duplicate_of_id IN (SELECT first FROM sent)
UNION SELECT id FROM webhook_deliveries WHERE job_id = ANY(%s::uuid[])"""

_HISTORY = f"""
SELECT row.* FROM unnest(%s::uuid[]) AS job(id),
       LATERAL (SELECT * FROM job_execution_history WHERE job_id = job.id ORDER BY id DESC LIMIT {MOST_HISTORY}) row
 ORDER BY row.at, row.id"""  # noqa: S608 - constants

_BESIDE = f"""
SELECT (SELECT coalesce(json_agg(row), '[]') FROM (
          SELECT id, job_id, dispatch, attempts, last_error, extract(epoch FROM created_at) AS created_at,
                 extract(epoch FROM sent_at) AS sent_at
            FROM outbox_messages WHERE job_id = ANY(%(jobs)s) ORDER BY id DESC LIMIT {MOST_BESIDE}) row),
       (SELECT coalesce(json_agg(row), '[]') FROM (
          SELECT job_id, number, head_sha, purpose, state, external_id, extract(epoch FROM at) AS at,
                 extract(epoch FROM done_at) AS done_at
            FROM effects WHERE job_id = ANY(%(jobs)s) ORDER BY at LIMIT {MOST_BESIDE}) row),
       (SELECT coalesce(json_agg(row), '[]') FROM (
          SELECT event.event_id, event.type, event.key, event.source, event.verdict, event.duplicates,
                 extract(epoch FROM event.received_at) AS received_at
            FROM (SELECT DISTINCT wait_scope, wait_type, wait_key FROM workflow_jobs
                   WHERE id = ANY(%(jobs)s) AND wait_key <> '') wait
            JOIN workflow_events event ON event.scope = wait.wait_scope AND event.type = wait.wait_type
                                      AND event.key = wait.wait_key
           ORDER BY event.received_at LIMIT {MOST_BESIDE}) row),
       (SELECT json_build_object('calls', count(*), 'input', coalesce(sum(input_tokens), 0),
                                 'output', coalesce(sum(output_tokens), 0), 'cost', sum(cost)::text)
          FROM model_calls WHERE job_id = ANY(%(jobs)s))"""  # noqa: S608 - constants; values are parameters

_REVIEWS = f"""
SELECT review.*, (SELECT coalesce(json_agg(row), '[]') FROM (
          SELECT rule, path, line, end_line, severity, message, placement, reason, posted, comment_id, fixed_in,
                 thumbs_up, thumbs_down
            FROM review_findings WHERE review_id = review.id
           ORDER BY posted DESC, path, line LIMIT {MOST_FINDINGS}) row) AS found
  FROM reviews review WHERE job_id = ANY(%s::uuid[]) ORDER BY id LIMIT {MOST_JOBS}"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Message:
    """One that announces a job and was not claimed yet; `sent_at` is None while the broker has not taken it."""

    id: int
    job_id: UUID
    dispatch: int
    attempts: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Effect:
    """A write on the code host, as reviews/effects.py keeps it."""

    job_id: UUID
    number: int
    head_sha: str
    purpose: str
    state: str
    external_id: str
    at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """One that a job of these waited for, whether it woke it or not."""

    event_id: str
    type: str
    key: str
    source: str
    verdict: str
    duplicates: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ModelUse:
    """`cost` is in the currency of the prices; empty when none is known."""

    calls: int
    input: int
    output: int
    cost: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """In the order of time. `deliveries` begins with the first of those that are copies of each other."""

    id: str
    deliveries: Sequence[WebhookDelivery]
    jobs: Sequence[WorkflowJob]
    history: Sequence[JobExecutionHistory]
    messages: Sequence[Message]
    effects: Sequence[Effect]
    events: Sequence[Event]
    reviews: Sequence[tuple[Review, Sequence[Finding]]]
    model: ModelUse

    def job(self, job_id: UUID) -> WorkflowJob | None:
        return next((job for job in self.jobs if job.id == job_id), None)


def lineage_of(caller: Caller, given: str) -> Lineage | None:
    """None when nothing bears this id, or nothing that the caller may see."""
    if not ID.fullmatch(given):
        return None
    delivery_id = as_uuid(given)
    ids = sorted({given, str(delivery_id)} if delivery_id else {given})
    asked = {"ids": ids, "delivery": delivery_id, "organization": caller.organization}
    jobs = list(WorkflowJob.objects.raw(_JOBS, asked))
    job_ids = [job.id for job in jobs]
    deliveries = list(_deliveries(caller, delivery_id, job_ids))
    if not jobs and not deliveries:
        return None
    messages, effects, events, model = _beside(job_ids)
    return Lineage(
        id=given,
        deliveries=deliveries,
        jobs=jobs,
        history=list(JobExecutionHistory.objects.raw(_HISTORY, [job_ids])),
        messages=messages,
        effects=effects,
        events=events,
        reviews=_reviews(job_ids),
        model=model,
    )


def _deliveries(caller: Caller, delivery_id: UUID | None, job_ids: list[UUID]) -> QuerySet[WebhookDelivery]:
    found = WebhookDelivery.objects.extra(where=[f"id IN ({_DELIVERIES})"], params=[delivery_id, job_ids])  # noqa: S610 - constants; values are parameters
    if caller.organization:
        found = found.annotate(owner=OWNER).filter(owner=caller.organization)
    return found.defer("body", "headers").order_by("id")[:MOST_DELIVERIES]


def _beside(job_ids: list[UUID]) -> tuple[list[Message], list[Effect], list[Event], ModelUse]:
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, {"jobs": job_ids})
        messages, effects, events, model = cursor.fetchone()
    return (
        [Message(**_typed(row)) for row in messages],
        [Effect(**_typed(row)) for row in effects],
        [Event(**_typed(row)) for row in events],
        ModelUse(**{**model, "cost": model["cost"] or ""}),
    )


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON has as text and numbers, as ids and instants."""
    ids = {name: UUID(value) for name, value in row.items() if name == "job_id"}
    return {**row, **ids, **{name: _instant(value) for name, value in row.items() if name.endswith("at")}}


def _instant(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def _reviews(job_ids: list[UUID]) -> list[tuple[Review, list[Finding]]]:
    reviews = Review.objects.raw(_REVIEWS, [job_ids])
    return [(review, [Finding(**row) for row in vars(review)["found"]]) for review in reviews]
