"""Events from outside: messages on the exchange `workflow.events` become `emit`.

A message is a JSON object {"event_id", "type", "scope", "key", "payload"}; one that is not is dead-lettered, with the
reason in the log. Any other error ends the process: the message is still unacknowledged and comes again.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from kombu import Connection, Message
from kombu.mixins import ConsumerMixin

from celeryconfig import events_queue
from jobs.errors import JobError
from jobs.inbox import process_once
from jobs.pulse import Pulse
from jobs.reconnecting import with_short_pauses
from jobs.states import EventType, ProcessKind
from jobs.waits import emit

log = structlog.get_logger(__name__)

CONSUMER = "workflow.events"


class EventMalformed(JobError):
    """An event needs event_id, type, scope and key as texts, a known type, and an object as payload."""

    permanent = True


@dataclass(frozen=True, slots=True)
class ForeignEvent:
    event_id: str
    type: EventType
    scope: str
    key: str
    payload: dict[str, Any]

    @classmethod
    def parse(cls, body: Any) -> "ForeignEvent":
        if not isinstance(body, dict):
            raise EventMalformed(f"it is a {type(body).__name__}")
        texts = [body.get(name) for name in ("event_id", "type", "scope", "key")]
        payload = body.get("payload", {})
        if not all(isinstance(text, str) and text for text in texts) or not isinstance(payload, dict):
            raise EventMalformed(", ".join(sorted(body)))
        event_id, kind, scope, key = (str(text) for text in texts)
        if kind not in EventType.values:
            raise EventMalformed(f"unknown type {kind[:60]}")
        return cls(event_id[:200], EventType(kind), scope[:200], key[:300], payload)


class EventConsumer(ConsumerMixin):  # type: ignore[misc]  # kombu is untyped
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.pulse = Pulse(ProcessKind.EVENTS, queues=[events_queue.name])

    def create_connection(self) -> Connection:
        return with_short_pauses(super().create_connection(), meanwhile=self.pulse.beat)

    def on_iteration(self) -> None:
        self.pulse.beat()

    def get_consumers(self, consumer: Any, _channel: Any) -> list[Any]:
        return [
            consumer(
                queues=[events_queue],
                callbacks=[self.on_message],
                accept=["json"],
                prefetch_count=1,
                on_decode_error=self.on_decode_error,
            )
        ]

    def on_decode_error(self, message: Message, error: Exception) -> None:
        log.warning("event refused", error=str(error))
        message.reject()

    def on_message(self, body: Any, message: Message) -> None:
        try:
            consume(body)
        except EventMalformed as error:
            log.warning("event refused", error=str(error))
            message.reject()
        else:
            message.ack()


def consume(body: Any) -> bool:
    """Emit the event; False when this message was consumed before. Raises EventMalformed."""
    event = ForeignEvent.parse(body)
    effect = partial(
        emit,
        event.type,
        scope=event.scope,
        key=event.key,
        payload=event.payload,
        event_id=event.event_id,
        source=CONSUMER,
    )
    return process_once(consumer=CONSUMER, message_id=event.event_id, effect=effect)
