"""What happened to a delivery, told step by step: everything of a lineage in the order of time. Pure.

A step names where it is told at length: a delivery's page, a job's, or one outside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from jobs.models import JobExecutionHistory
from jobs.states import Verb
from monitoring.lineage import Lineage
from monitoring.pages import outside
from webhooks.models import WebhookDelivery

MOST_STEPS = 400


@dataclass(frozen=True, slots=True)
class Step:
    """`kind` is delivery, job, message, attempt, stage, wait, event or effect; `job` what kind of job it is."""

    at: datetime
    kind: str
    what: str
    detail: str = ""
    job_id: UUID | None = None
    job: str = ""
    delivery_id: UUID | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """`of` says what it is the trace of."""

    id: str
    of: str
    url: str


_KINDS: dict[str, str] = {
    Verb.CLAIM: "attempt",
    Verb.CHECKPOINT: "stage",
    Verb.PAUSE: "wait",
    Verb.RESUME: "wait",
    Verb.EXPIRE: "wait",
}
_WORDS: dict[str, str] = {
    Verb.ENQUEUE: "Made",
    Verb.CLAIM: "Attempt {attempt} began",
    Verb.CHECKPOINT: "Stage {stage} done",
    Verb.COMPLETE: "Completed",
    Verb.FAIL: "Failed",
    Verb.PAUSE: "Waits for an event",
    Verb.RESUME: "Woken by its event",
    Verb.EXPIRE: "Its event did not come in time",
    Verb.RETRY: "To be tried again",
    Verb.HOLD: "Held by a closed gate",
    Verb.FOLD: "Took a newer push",
    Verb.REDISPATCH: "Announced anew",
    Verb.RELEASE: "Given back by its worker",
    Verb.RESCUE: "Taken back from a lost worker",
    Verb.CANCEL: "Cancelled",
    Verb.SUPERSEDE: "Superseded",
    Verb.RETRY_BY_HAND: "Run again by hand",
}
#: Of the details of a transition, what the step says; the trace has a place of its own.
_TOLD = ("error_type", "error_message", "reason", "why", "event", "key", "outcome", "until")


def steps(lineage: Lineage) -> list[Step]:
    """The first MOST_STEPS."""
    found = [
        *(_received(delivery) for delivery in lineage.deliveries),
        *(step for row in lineage.history for step in _transition(row)),
        *_announced(lineage),
        *_events(lineage),
        *_effects(lineage),
    ]
    kinds = {job.id: job.workflow_type for job in lineage.jobs}
    named = (replace(step, job=kinds[step.job_id]) if step.job_id in kinds else step for step in found)
    return sorted(named, key=lambda step: step.at)[:MOST_STEPS]


def traces(lineage: Lineage) -> list[Trace]:
    """Of what made each job, and of each attempt; every one once."""
    found = [(job.traceparent[3:35], "the delivery") for job in lineage.jobs]
    found += [
        (str(row.detail.get("trace_id", "")), f"attempt {row.attempt} of {_named(lineage, row.job_id)}")
        for row in lineage.history
        if row.verb == Verb.CLAIM
    ]
    once = {trace_id: of for trace_id, of in reversed(found) if trace_id}
    return [Trace(trace_id, once[trace_id], outside.trace(trace_id)) for trace_id in reversed(once)]


def _received(delivery: WebhookDelivery) -> Step:
    what = "Received again under another id" if delivery.duplicate_of_id else "Received"
    event = f"{delivery.event}.{delivery.action}" if delivery.action else delivery.event
    detail = f"{event}: {delivery.verdict.lower()}{f', {delivery.reason}' if delivery.reason else ''}"
    return Step(delivery.received_at, "delivery", what, detail, delivery_id=delivery.delivery_id)


def _transition(row: JobExecutionHistory) -> Iterator[Step]:
    """A claim also tells how its message travelled: its row is gone by then."""
    if row.verb == Verb.CLAIM and row.detail.get("sent_at"):
        sent_at, message = datetime.fromisoformat(row.detail["sent_at"]), row.detail.get("message")
        yield Step(sent_at, "message", f"Message {message} sent", f"dispatch {row.dispatch}", row.job_id)
    words = _WORDS.get(row.verb, row.verb.capitalize()).replace("{attempt}", str(row.attempt))
    words = words.replace("{stage}", row.stage)
    told = [f"{row.detail[name]}" for name in _TOLD if row.detail.get(name)]
    yield Step(row.at, _KINDS.get(row.verb, "job"), words, "; ".join([*told, f"by {row.actor}"]), row.job_id)


def _announced(lineage: Lineage) -> Iterator[Step]:
    for message in lineage.messages:
        what = f"Message {message.id} {'sent, not claimed yet' if message.sent_at else 'waits to be sent'}"
        error = f"; the broker said: {message.last_error}" if message.last_error else ""
        at = message.sent_at or message.created_at
        yield Step(at, "message", what, f"dispatch {message.dispatch}{error}", message.job_id)


def _events(lineage: Lineage) -> Iterator[Step]:
    for event in lineage.events:
        again = f", came {event.duplicates + 1} times" if event.duplicates else ""
        detail = f"{event.key}: {event.verdict.lower()}{again}; from {event.source}, id {event.event_id}"
        yield Step(event.received_at, "event", f"Event {event.type} came", detail)


def _effects(lineage: Lineage) -> Iterator[Step]:
    for effect in lineage.effects:
        job = lineage.job(effect.job_id)
        repository = str(job.payload.get("repository", "")) if job else ""
        url = outside.effect(repository, effect.number, effect.purpose, effect.external_id)
        what = f"Written on the code host: {effect.purpose}" if effect.done_at else f"About to write: {effect.purpose}"
        detail = f"{effect.state.lower()}{f', id {effect.external_id}' if effect.external_id else ''}"
        yield Step(effect.done_at or effect.at, "effect", what, detail, effect.job_id, url=url)


def _named(lineage: Lineage, job_id: UUID) -> str:
    job = lineage.job(job_id)
    return job.workflow_type if job else str(job_id)
