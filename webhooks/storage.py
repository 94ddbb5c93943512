"""The table of deliveries, as three statements, on a connection that is alive.

`insert` is the gate of the door: ON CONFLICT DO NOTHING waits for whoever is storing the same delivery id, or the same
body from the same hook, and then tells that it came second.
"""

import hashlib
import select
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db import connection

from jobs.stored_json import json_text
from webhooks.errors import BodyNoLongerKept
from webhooks.headers import DeliveryHeaders
from webhooks.models import Verdict, WebhookDelivery
from webhooks.payloads import Subject

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. `job_id` is the job that does what it asks for, new or already there."""

    verdict: Verdict
    reason: str = ""
    job_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery that was proved and read, and is about to be stored."""

    headers: DeliveryHeaders
    subject: Subject
    body: bytes
    body_sha256: bytes

    @classmethod
    def of(cls, headers: DeliveryHeaders, subject: Subject, body: bytes) -> Self:
        return cls(headers, subject, body, hashlib.sha256(body).digest())


_INSERT = """
INSERT INTO webhook_deliveries
       (delivery_id, event, action, body, body_sha256, headers, hook_id, installation_id, repository, sender,
        verdict, reason, job_id, duplicate_of_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""


class AlreadyStored(Exception):
    """This delivery id, or this body from this hook, is stored already."""


def reconnect_if_dead() -> None:
    """Drop a connection the server ended, and with it the idle ones of the pool, which are as old.

    Else each of them would cost a delivery after a restart of the database, and GitHub does not send again by itself.
    """
    connection.ensure_connection()
    arrived = select.poll()
    arrived.register(connection.connection.fileno(), select.POLLIN)
    if arrived.poll(0):  # an idle connection has nothing to say but farewell
        connection.close()
        connection.pool.drain()  # type: ignore[attr-defined] # what Django's backend for PostgreSQL adds


def insert(arrival: Arrival, outcome: Outcome, *, duplicate_of: WebhookDelivery | None = None) -> None:
    """Store it, or raise AlreadyStored."""
    headers, subject = arrival.headers, arrival.subject
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                headers.delivery_id,
                headers.event,
                subject.action,
                arrival.body,
                arrival.body_sha256,
                json_text(headers.kept),
                headers.hook_id,
                subject.installation_id,
                subject.repository,
                subject.sender,
                outcome.verdict.value,
                outcome.reason[:MAX_REASON],
                outcome.job_id,
                duplicate_of.pk if duplicate_of else None,
            ],
        )
        if cursor.rowcount == 0:
            raise AlreadyStored


def conclude(delivery_id: UUID, outcome: Outcome) -> None:
    """Write what became of a delivery that was held until now."""
    WebhookDelivery.objects.filter(delivery_id=delivery_id).update(
        verdict=outcome.verdict, reason=outcome.reason[:MAX_REASON], job_id=outcome.job_id
    )


def first_of(arrival: Arrival) -> WebhookDelivery:
    """The stored delivery that `arrival` is a copy of: by delivery id, else by body and hook."""
    stored = WebhookDelivery.objects.defer("body", "headers").select_related("job", "duplicate_of__job")
    by_id = stored.filter(delivery_id=arrival.headers.delivery_id).first()
    if by_id:
        return by_id
    return stored.get(hook_id=arrival.headers.hook_id, body_sha256=arrival.body_sha256, duplicate_of=None)


def body_of(delivery: WebhookDelivery) -> bytes:
    """The body as it was signed; BodyNoLongerKept when it was too old."""
    if delivery.dropped_bytes is not None:
        raise BodyNoLongerKept
    return bytes(delivery.body)
