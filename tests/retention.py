"""Rows of any age, for the tests of what is pruned: jobs, deliveries, events, and the memory of pull requests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from jobs.ids import first_of
from jobs.models import JobExecutionHistory, OutboxMessage, WorkflowEvent, WorkflowJob
from jobs.states import EventVerdict, JobStatus, Verb
from reviews.models import Effect, Finding, GivenCommand, Review
from webhooks.models import Verdict, WebhookDelivery

BODY = b'{"zen": "Keep it logically awesome."}'


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def job(status: JobStatus = JobStatus.COMPLETED, *, days: float, organization: str = "octo", **values: Any) -> Any:
    """A job that was made and ended so many days ago, with two rows of history and, while it is due, a message."""
    at = days_ago(days)
    ended = status in {JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED}
    made = WorkflowJob.objects.create(
        id=UUID(int=first_of(at).int | uuid4().int >> 54),  # ids sort by age
        workflow_type=values.pop("workflow_type", "CODE_REVIEW"),
        handler_type="PIPELINE",
        queue="workflow.jobs.code_review",
        organization=organization,
        subject=f"{organization}/app#7",
        correlation_id=values.pop("correlation_id", None) or str(uuid4()),
        status=status,
        created_at=at,
        updated_at=at,
        finished_at=at if ended else None,
        lease_until=timezone.now() if status == JobStatus.PROCESSING else None,
        wait_deadline=timezone.now() if status == JobStatus.WAITING_FOR_EVENT else None,
        **values,
    )
    numbers = {"attempt": 0, "dispatch": 1, "fence": 0, "actor": "test", "at": at}
    JobExecutionHistory.objects.create(job=made, verb=Verb.ENQUEUE, to_status="PENDING", **numbers)
    JobExecutionHistory.objects.create(
        job=made, verb=Verb.CLAIM, from_status="PENDING", to_status="PROCESSING", **numbers
    )
    if not ended:
        OutboxMessage.objects.create(job=made, dispatch=1, destination=made.queue, body={})
    return made


def delivery(*, days: float, owner: str = "octo", body: bytes | None = None, **values: Any) -> WebhookDelivery:
    text = BODY if body is None else body
    values.setdefault("body_sha256", uuid4().bytes * 2)
    values.setdefault("verdict", Verdict.ACCEPTED)
    return WebhookDelivery.objects.create(
        delivery_id=uuid4(),
        event="pull_request",
        body=text,
        repository=f"{owner}/app",
        received_at=days_ago(days),
        **values,
    )


def event(*, days: float, scope: str = "octo", key: str = "octo/app@sha") -> WorkflowEvent:
    return WorkflowEvent.objects.create(
        event_id=str(uuid4()),
        type="ast.completed",
        scope=scope,
        key=key,
        source="test",
        verdict=EventVerdict.EARLY,
        received_at=days_ago(days),
    )


def review(
    *, days: float, number: int | None = 7, head: str = "a" * 40, organization: str = "octo", **values: Any
) -> Review:
    """With one finding that the author was told."""
    values.setdefault("repository_id", 1)
    made = Review.objects.create(
        origin="github",
        organization=organization,
        repository=f"{organization}/app",
        number=number,
        head_sha=head,
        outcome="REVIEWED",
        created_at=days_ago(days),
        updated_at=days_ago(days),
        **values,
    )
    Finding.objects.create(
        review=made,
        rule="ruff:F821",
        path="app.py",
        line=1,
        end_line=1,
        severity="high",
        message="undefined",
        fingerprint="f" * 64,
        placement="inline",
        posted=True,
    )
    return made


def effect(
    *, days: float, number: int = 7, head: str = "a" * 40, purpose: str = "review", job_id: Any = None
) -> Effect:
    return Effect.objects.create(
        repository_id=1,
        number=number,
        head_sha=head,
        purpose=purpose,
        marker="m",
        state="DONE",
        job_id=job_id or uuid4(),
        fence=1,
        at=days_ago(days),
        done_at=days_ago(days),
    )


def command(word: str = "review", *, days: float, number: int = 7, comment: int = 1) -> GivenCommand:
    return GivenCommand.objects.create(
        repository_id=1,
        number=number,
        comment_id=comment,
        command=word,
        given_by="mona",
        given_at=days_ago(days),
        received_at=days_ago(days),
    )
