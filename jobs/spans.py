"""The engine's spans, named by OpenTelemetry's conventions for messaging (they are not final) and by our own words.

the origin's trace     door ▸ … ▸ send          one `send` for each time the job is announced
one for each attempt   process ▸ claim, stages  linked to the `send`, to the origin, and to what made it due again
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celeryconfig import JOBS, broker_url
from jobs.models import WorkflowJob
from telemetry import tracing
from telemetry.tracing import Attributes, Kind, Span

_SYSTEM = "rabbitmq" if broker_url.startswith("amqp") else broker_url.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the message of an attempt says of its traces; nothing where there was no message or no trace."""

    traceparent: str = ""
    #: The span that made the job due once more: of an event, or of the attempt before.
    caused_by: str = ""
    message_id: str = ""

    @classmethod
    def of(cls, request: Any) -> "Announcement":
        """From Celery's request."""
        properties = request.properties or {}
        told = (request.get("traceparent"), request.get("caused_by"), properties.get("message_id"))
        return cls(*(text if isinstance(text, str) else "" for text in told))


NO_ANNOUNCEMENT = Announcement()


def send(message_id: int, queue: str, body: Mapping[str, Any], headers: Mapping[str, Any]) -> Span:
    """The span of an outbox row on its way to the broker, in the trace that its job comes from."""
    span = tracing.span(
        f"send {queue}",
        {**_messaging("send", queue, str(message_id)), **_job(body["job_id"], headers.get("workflow_type", ""))},
        kind=Kind.PRODUCER,
        parent=headers.get("traceparent", ""),
    )
    if headers.get("caused_by", "") != headers.get("traceparent", ""):
        span.link(headers["caused_by"], "cause")
    return span


def process(job_id: UUID, announcement: Announcement) -> Span:
    """The span of an attempt, in a trace of its own."""
    return tracing.new_trace("process", _job(job_id, ""), kind=Kind.CONSUMER, follows=announcement.traceparent)


def processing(span: Span, job: WorkflowJob, announcement: Announcement) -> None:
    """Once it is claimed, the span of an attempt says how it came."""
    span.rename(f"process {job.queue}")
    span.note(_messaging("process", job.queue, announcement.message_id))
    claimed(span, job, announcement)


def claimed(span: Span, job: WorkflowJob, announcement: Announcement) -> None:
    """What the row says of the attempt, and what it is linked to."""
    span.note(
        {
            **_job(job.id, job.workflow_type),
            "kodus.job.attempt": job.attempt,
            "kodus.correlation_id": job.correlation_id,
            "kodus.organization": job.organization,
            "kodus.subject": job.subject,
        }
    )
    span.link(job.traceparent, "origin")
    if announcement.caused_by != job.traceparent:
        span.link(announcement.caused_by, "cause")


def _messaging(operation: str, queue: str, message_id: str) -> Attributes:
    return {
        "messaging.system": _SYSTEM,
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": JOBS.name,
        "messaging.rabbitmq.destination.routing_key": queue,
        **({"messaging.message.id": message_id} if message_id else {}),
    }


def _job(job_id: UUID | str, workflow_type: str) -> Attributes:
    return {"kodus.job.id": str(job_id), **({"kodus.job.type": workflow_type} if workflow_type else {})}
