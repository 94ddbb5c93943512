"""Waiting for an event, without losing a wake-up in any order of pause, event, timeout and cancel.

`pause` and `emit` take the same advisory lock on (type, scope, key) and then look for each other: pause for a stored
event, emit for waiting jobs. Whoever comes second finds the first. The lock lasts until the transaction ends, so the
look sees what the other committed. One guarded UPDATE per job then decides event against timeout against cancel.
"""

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.dispatch import receiver

from jobs import transitions
from jobs.errors import TransitionRefused
from jobs.models import WorkflowEvent, WorkflowJob
from jobs.outcomes import WaitForEvent, Wake
from jobs.signals import workflow_event
from jobs.states import EventType, EventVerdict, JobStatus
from jobs.stored_json import json_text


def pause(job: WorkflowJob, wait: WaitForEvent) -> WorkflowJob:
    """Pause the job, or make it runnable at once when the event is stored already."""
    with transaction.atomic():
        _lock(wait.event_type, wait.scope, wait.key)
        return transitions.pause(job, wait, wake=_stored_wake(wait))


def emit(
    event_type: EventType, *, scope: str, key: str, payload: dict[str, Any], event_id: str, source: str
) -> WorkflowEvent:
    """Store the event and wake every job that waits for it. The same event id a second time changes nothing."""
    with transaction.atomic():
        _lock(event_type, scope, key)
        event = _store(event_type, scope=scope, key=key, payload=payload, event_id=event_id, source=source)
        if event is None:
            return _count_duplicate(event_id)
        workflow_event.send(sender=event_type, event=event)
        return event


@receiver(workflow_event)
def resume_waiting(event: WorkflowEvent, **_: object) -> None:
    """Make runnable the jobs that wait for this event, and note on the event what it found."""
    known = list(
        WorkflowJob.objects.filter(wait_type=event.type, wait_scope=event.scope, wait_key=event.key).values_list(
            "id", "status"
        )
    )
    waiting = [job_id for job_id, status in known if status == JobStatus.WAITING_FOR_EVENT]
    resumed = sum(_resumed(job_id, event) for job_id in waiting)
    event.verdict = EventVerdict.RESUMED if resumed else EventVerdict.LATE if known else EventVerdict.EARLY
    event.save(update_fields=["verdict"])


def _resumed(job_id: UUID, event: WorkflowEvent) -> bool:
    try:
        transitions.resume(job_id, _wake(event), scope=event.scope, actor=event.source)
    except TransitionRefused:  # timeout, cancel or supersede won
        return False
    return True


def _lock(event_type: str, scope: str, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [json_text([event_type, scope, key])])


def _stored_wake(wait: WaitForEvent) -> Wake | None:
    events = WorkflowEvent.objects.filter(type=wait.event_type, scope=wait.scope, key=wait.key)
    if wait.since:
        events = events.filter(received_at__gte=wait.since)
    event = events.order_by("-received_at").first()
    return _wake(event) if event else None


def _wake(event: WorkflowEvent) -> Wake:
    return Wake("EVENT", event.type, event.key, event.payload)


def _store(event_type: EventType, **values: Any) -> WorkflowEvent | None:
    """The new event; None when its id is known."""
    values["payload"] = json_text(values["payload"])
    sql = """
    INSERT INTO workflow_events (event_id, type, scope, key, payload, source, verdict, duplicates, received_at)
    VALUES (%(event_id)s, %(type)s, %(scope)s, %(key)s, %(payload)s::jsonb, %(source)s, 'EARLY', 0, clock_timestamp())
    ON CONFLICT (event_id) DO NOTHING RETURNING *"""
    return next(iter(WorkflowEvent.objects.raw(sql, {**values, "type": event_type})), None)


def _count_duplicate(event_id: str) -> WorkflowEvent:
    event = WorkflowEvent.objects.select_for_update().get(event_id=event_id)
    event.duplicates += 1
    event.save(update_fields=["duplicates"])
    return event
