"""A whole life for tests of the pages: a delivery, its review that waits for the graph, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils import timezone

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.ids import first_of
from jobs.models import OutboxMessage, WorkflowEvent, WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import EventType, WorkflowType
from jobs.waits import pause
from reviews.models import Effect, EffectState, Finding, ModelCall, Outcome, Review
from telemetry import tracing
from telemetry.tracing import Span
from webhooks.models import Verdict, WebhookDelivery

HEAD = "1f2e" * 10
TRACES = {"delivery": "aa" * 16, "attempt": "bb" * 16}


@dataclass
class Story:
    delivery: WebhookDelivery
    copy: WebhookDelivery
    review: WorkflowJob
    graph: WorkflowJob
    told: Review
    event: WorkflowEvent

    @property
    def id(self) -> str:
        return str(self.delivery.delivery_id)


def deliver(delivery_id: UUID | None = None, *, repository: str = "octo/app", **values: object) -> WebhookDelivery:
    delivery_id = delivery_id or uuid4()
    given = {"event": "pull_request", "action": "opened", "verdict": Verdict.ACCEPTED, "body": b"{}", **values}
    return WebhookDelivery.objects.create(
        delivery_id=delivery_id, repository=repository, body_sha256=delivery_id.bytes * 2, **given
    )


def make_job(delivery_id: UUID, kind: WorkflowType, *, owner: str = "octo", head: str = HEAD) -> WorkflowJob:
    payload = {"repository": f"{owner}/app", "number": 12, "head_sha": head}
    return enqueue(
        kind, payload, dedupe_key=None, organization=owner, subject=f"{owner}/app#12", correlation_id=str(delivery_id)
    ).job


def take(job: WorkflowJob, trace_id: str = "") -> WorkflowJob:
    """Its message is published and claimed."""
    job.refresh_from_db()
    OutboxMessage.objects.filter(job=job).update(sent_at=timezone.now())
    return transitions.claim(job.id, job.dispatch, owner="build-3:4711:9f86", lease_seconds=30, trace_id=trace_id)


def lived(*, owner: str = "octo", head: str = HEAD, traces: dict[str, str] = TRACES) -> Story:
    delivery_id, key = uuid4(), f"{owner}/app@{head}"
    current = tracing.make_current(within(traces["delivery"]))
    job = make_job(delivery_id, WorkflowType.CODE_REVIEW, owner=owner, head=head)
    tracing.reset_current(current)
    begun = transitions.checkpoint(take(job), stage="fetch_change", state={"diff": "private code"}, lease_seconds=30)
    pause(begun, WaitForEvent(EventType.AST_COMPLETED, scope=owner, key=key, timeout=timedelta(minutes=15)))
    graph = make_job(delivery_id, WorkflowType.AST_ANALYSIS, owner=owner, head=head)
    graph = transitions.complete(take(graph), {})  # which emits what the review waits for
    again = take(job, traces["attempt"])
    told = _reviewed(again, owner, head)
    done = transitions.complete(again, {"outcome": "REVIEWED"})
    delivery = deliver(delivery_id, repository=f"{owner}/app", job=done)
    copy = deliver(repository=f"{owner}/app", job=done, duplicate_of=delivery)
    return Story(delivery, copy, done, graph, told, WorkflowEvent.objects.get(scope=owner, key=key))


def within(trace_id: str) -> Span:
    """The span in which the door makes a job while traces are recorded."""
    span = Span()
    span.traceparent = f"00-{trace_id}-{'1' * 16}-01"
    return span


def _reviewed(job: WorkflowJob, owner: str, head: str) -> Review:
    place = {"repository_id": 7 if owner == "octo" else 8, "number": 12, "head_sha": head}
    review = Review.objects.create(
        job=job, organization=owner, repository=f"{owner}/app", outcome=Outcome.REVIEWED, github_review_id="3001",
        files=2, findings_inline=1, **place,
    )  # fmt: skip
    for line, posted in ((7, True), (9, False)):
        Finding.objects.create(
            review=review, rule="F821", path="shop/checkout.py", line=line, end_line=line, severity="high",
            message=f"`total_{line}` is not defined.", fingerprint=str(line), placement="inline", posted=posted,
            comment_id=5001 if posted else None, reason="" if posted else "over the limit",
        )  # fmt: skip
    for purpose, external_id in (("check", "4001"), ("review", "3001"), ("summary", "6001")):
        Effect.objects.create(
            **place, purpose=purpose, marker=purpose, state=EffectState.DONE, external_id=external_id, job_id=job.id,
            fence=job.fence, done_at=timezone.now(),
        )  # fmt: skip
    ModelCall.objects.create(
        job=job, provider="https://models.example", model="reviewer-2", held_until=timezone.now(), input_tokens=4_000,
        output_tokens=300, cost="0.012",
    )  # fmt: skip
    return review


def job_at(at: datetime, repository: str = "octo/app") -> WorkflowJob:
    """As enqueue makes one, at another time."""
    owner = repository.partition("/")[0]
    job_id = UUID(int=first_of(at).int | 0x7 << 76 | uuid4().int & ((1 << 62) - 1))
    values = {"queue": "q", "handler_type": "TASK", "status": "COMPLETED", "payload": {"repository": repository}}
    return WorkflowJob.objects.create(
        id=job_id, workflow_type=WorkflowType.CODE_REVIEW, organization=owner, created_at=at, started_at=at, **values
    )
