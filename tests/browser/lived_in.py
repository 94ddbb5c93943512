"""A service in the middle of a day: jobs in every status, a closed gate, a paused queue, workers, deliveries, a
calendar.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from celeryconfig import RECOVERY_QUEUE
from jobs import pausing, transitions
from jobs.enqueue import enqueue
from jobs.models import Gate, Process, WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import ErrorClassification, EventType, ProcessKind, ProcessState, WorkflowType
from jobs.transitions import Failure
from jobs.waits import pause
from monitoring.access import Caller
from monitoring.bulk.asked import BulkAction
from monitoring.bulk.progress import Progress
from monitoring.bulk.start import start
from monitoring.lists.jobs import JobFilter
from reviews.models import Finding, Outcome, Review
from webhooks.models import Verdict, WebhookDelivery

#: What a stranger may put into a title: markup, the other direction, length.
HOSTILE = "<img src=x onerror=alert(1)>\u202edrow</script>"
PROCESSES = (
    ("worker-review", ProcessKind.WORKER, 4711, ["workflow.jobs.code_review"]),
    ("dispatcher", ProcessKind.DISPATCHER, 4700, []),
    ("events", ProcessKind.EVENTS, 4701, []),
)
FAILURE = Failure(ErrorClassification.RETRYABLE, "ServerError", "GitHub answered 502.")


def make_job(number: int, kind: WorkflowType = WorkflowType.CODE_REVIEW, **values: Any) -> WorkflowJob:
    subject = values.pop("subject", f"octo/app#{number}")
    return enqueue(kind, {"number": number}, dedupe_key=None, organization="octo", subject=subject, **values).job


def claimed(job: WorkflowJob, worker: str = "build-3:4711:9f86d081") -> WorkflowJob:
    return transitions.claim(job.id, job.dispatch, owner=worker, lease_seconds=30)


def fill() -> None:
    now = timezone.now()
    for number in range(1, 9):
        transitions.complete(claimed(make_job(number)), {"outcome": "REVIEWED"})
    for minute, job in enumerate(WorkflowJob.objects.all()):
        arrived = now - timedelta(minutes=3 + 7 * minute)
        WorkflowJob.objects.filter(id=job.id).update(
            created_at=arrived, finished_at=arrived + timedelta(seconds=31 + 9 * minute)
        )
    delivery_id = uuid4()
    failed = transitions.fail(claimed(make_job(20, correlation_id=str(delivery_id))), FAILURE)
    review = Review.objects.create(job=failed, repository="octo/app", head_sha="1f" * 20, outcome=Outcome.PARTIAL)
    for line, is_posted in ((7, True), (9, False)):
        Finding.objects.create(
            review=review,
            rule="F821",
            path="shop/checkout.py",
            line=line,
            end_line=line,
            severity="error",
            message=f"`{HOSTILE}` is not defined.",
            fingerprint=str(line),
            placement="INLINE",
            reason="" if is_posted else "over the limit",
            posted=is_posted,
        )
    delay, patience = timedelta(minutes=4), timedelta(hours=1)
    transitions.retry(claimed(make_job(21)), FAILURE, delay=delay, charged=True, patience=patience)
    wait = WaitForEvent(EventType.AST_COMPLETED, scope="octo", key="octo/app@1f2e3d", timeout=timedelta(minutes=15))
    begun = transitions.checkpoint(claimed(make_job(22)), stage="fetch_change", state={}, lease_seconds=30)
    pause(begun, wait)
    claimed(make_job(23, subject=HOSTILE))
    claimed(make_job(24, WorkflowType.AST_ANALYSIS), worker="build-3:4720:77aa01bc")
    late = make_job(25, WorkflowType.AST_ANALYSIS)
    WorkflowJob.objects.filter(id=late.id).update(due_at=now - timedelta(seconds=12))
    for name, kind, pid, queues in PROCESSES:
        Process.objects.create(
            id=f"build-3:{pid}:{'9f86d081' if queues else name}",
            name=name,
            kind=kind,
            host="build-3",
            pid=pid,
            queues=queues,
            slots=len(queues) and 2,
            release="2026.12.1",
            state=ProcessState.RUNNING,
            started_at=now - timedelta(hours=5),
            beat_at=now,
            next_beat_by=now + (timedelta(days=1) if name != "events" else -timedelta(minutes=2)),
        )
    begun_in_bulk()
    Gate.objects.create(
        name="github:token",
        closed_until=now + timedelta(minutes=9),
        classification=ErrorClassification.RATE_LIMITED,
        reason="API rate limit exceeded",
    )
    pausing.pause(RECOVERY_QUEUE, actor="user:grace", reason=f"GitHub moves. {HOSTILE}")
    PeriodicTask.objects.all().delete()
    every_two_minutes = CrontabSchedule.objects.create(minute="*/2")
    calendar = {"task": "webhooks.recover_deliveries", "crontab": every_two_minutes}
    PeriodicTask.objects.create(name="Recover missed deliveries", last_run_at=now, **calendar)
    PeriodicTask.objects.create(name="Look at everything", last_run_at=now - timedelta(hours=1), **calendar)
    PeriodicTask.objects.create(name="Sweep", enabled=False, **calendar)
    body = uuid4().bytes * 2
    WebhookDelivery.objects.create(
        delivery_id=delivery_id,
        event="pull_request",
        action="opened",
        repository="octo/app",
        sender=HOSTILE,
        headers={"X-GitHub-Event": "pull_request"},
        body=b'{"action": "opened", "number": 20}',
        body_sha256=body,
        job=failed,
        verdict=Verdict.ACCEPTED,
    )


def begun_in_bulk() -> None:
    """A bulk action in the middle of its work."""
    caller = Caller("user:ada", frozenset())
    job = start(BulkAction.by(caller, "retry", JobFilter({"repository": ["octo/none"]}), reason=HOSTILE))
    kept = Progress(done=1_200, refused={"Another job does the same work already.": 3}, begun=True)
    transitions.checkpoint(claimed(job), stage="act", state=kept.to_json(), lease_seconds=30)


def address(path: str) -> str:
    """Of the page that `path` stands for: a job or delivery of the filled service has another id each time."""
    match path:
        case "/jobs/failed":
            return f"/jobs/{WorkflowJob.objects.get(status='FAILED').id}"
        case "/jobs/waiting":
            return f"/jobs/{WorkflowJob.objects.get(status='WAITING_FOR_EVENT').id}"
        case "/jobs/bulk":
            return f"/jobs/{WorkflowJob.objects.get(workflow_type='BULK_ACTION').id}"
        case "/lineage/any":
            return f"/lineage/{WebhookDelivery.objects.get().delivery_id}"
        case "/deliveries/any":
            return f"/deliveries/{WebhookDelivery.objects.get().delivery_id}"
    return path
