"""The front door: make a job, in the caller's transaction. Nothing is published here; the relay does that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobs import transitions
from jobs.models import WorkflowJob
from jobs.registry import spec_of
from jobs.states import LIVE_STATUSES, WorkflowType
from jobs.stored_json import clean_text
from telemetry import correlation, tracing


@dataclass(frozen=True, slots=True)
class Enqueued:
    """`created` is False when a live job did the same work already; `job` is that one then."""

    job: WorkflowJob
    created: bool


def enqueue(
    workflow_type: WorkflowType,
    payload: dict[str, Any],
    *,
    dedupe_key: str | None,
    organization: str = "",
    subject: str = "",
    correlation_id: str | None = None,
    gates: Sequence[str] = (),
    delay: timedelta = timedelta(),
    actor: str = "",
) -> Enqueued:
    """Make a job, unless a live one of this type has the dedupe key.

    `payload` is a small JSON object of ids; `gates` are the names of those it passes (gates.py). The correlation id is
    the bound one unless given.
    """
    spec = spec_of(workflow_type)
    row = {
        "workflow_type": workflow_type,
        "handler_type": spec.handler_type,
        "queue": spec.queue,
        "payload": payload,
        "organization": clean_text(organization),
        "subject": clean_text(subject)[:300],
        "correlation_id": correlation_id or correlation.current() or correlation.new(),
        "traceparent": tracing.current().traceparent,
        "gates": list(gates),
        "dedupe_key": dedupe_key and clean_text(dedupe_key),
    }
    while True:
        job = transitions.enqueue(row, delay=delay, actor=actor or "enqueue")
        if job:
            return Enqueued(job, created=True)
        live = WorkflowJob.objects.filter(
            workflow_type=workflow_type, dedupe_key=row["dedupe_key"], status__in=LIVE_STATUSES
        ).first()
        if live:  # else it ended between the two statements: try again
            return Enqueued(live, created=False)
