"""Publishing to the broker, confirmed, in batches. Used by the relay only: nothing else publishes jobs.

RabbitMQ confirms each message it has taken over and returns each it could not route; both are awaited once per
batch, because one wait per message caps a relay at about a thousand a second.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from celery import current_app
from kombu import Connection, Producer

from celeryconfig import JOBS, dead_queue, events_queue, task_queues
from jobs import spans
from jobs.errors import UnknownWorkflowType
from jobs.registry import spec_of
from jobs.tasks import RUN_JOB
from telemetry.tracing import Span

CONFIRM_SECONDS = 10
CONNECT_SECONDS = 3
_DECLARED = frozenset(queue.name for queue in task_queues)
#: Workers on a queue, where the broker cannot tell.
_UNTOLD_CONSUMERS = 2


class BrokerUnavailable(Exception):
    """The broker cannot be reached."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A due outbox row, as the broker gets it."""

    id: int
    destination: str
    body: dict[str, Any]
    headers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Messages that no worker has taken yet, and workers that take from the queue."""

    ready: int
    consumers: int


class Publisher:
    """A connection that is made when needed, dropped on the first error, and made again by the next batch."""

    def __init__(self, broker_url: str) -> None:
        self._broker_url = broker_url
        self._connection: Connection | None = None
        self._unsettled: dict[int, int] = {}
        self._refused: dict[int, str] = {}
        self._returned = False
        self._tag = 0

    def connect(self) -> Connection:
        """The connection, made and its topology declared if needed. Raises BrokerUnavailable.

        A URL may name several nodes of one cluster, separated by `;`: the first that answers will do.
        """
        if self._connection is not None:
            return self._connection
        connection = Connection(
            self._broker_url,
            connect_timeout=CONNECT_SECONDS,
            heartbeat=0,
            transport_options=_timeouts(self._broker_url),
        )
        others = self._broker_url.count(";")
        try:
            connection.ensure_connection(max_retries=others, interval_start=0, reraise_as_library_errors=False)
            self._producer = Producer(connection.channel())
            self._declare()
        except connection.connection_errors + connection.channel_errors as exc:
            connection.release()
            raise BrokerUnavailable(str(exc)) from exc
        self._connection = connection
        return connection

    def depth(self, queue: str) -> QueueDepth:
        """How full a queue is; one that celeryconfig.py does not declare is empty. Raises BrokerUnavailable."""
        if queue not in _DECLARED:
            return QueueDepth(0, 0)
        connection = self.connect()
        try:
            found = self._producer.channel.queue_declare(queue, passive=self._confirms())  # Redis has no empty queue
        except connection.connection_errors + connection.channel_errors as exc:
            self.close()  # a queue that is gone is declared again by the next connection
            raise BrokerUnavailable(str(exc)) from exc
        return QueueDepth(found.message_count, found.consumer_count or _UNTOLD_CONSUMERS)

    def publish(self, messages: Sequence[Outgoing]) -> dict[int, str]:
        """Publish all; the ids of those that were not taken over, with the reason. Raises BrokerUnavailable."""
        connection = self.connect()
        self._refused = {}
        with ExitStack() as stack:
            sent = {each.id: stack.enter_context(_span_of(each)) for each in messages}
            try:
                for message in messages:
                    self._send(message, sent[message.id])
                self._await_confirms(connection)
            except connection.connection_errors + connection.channel_errors as exc:
                self.close()
                raise BrokerUnavailable(str(exc)) from exc
            for message_id in self._refused:
                sent[message_id].fail("refused")
        if self._returned:
            self.close()  # the topology may have been wiped: the next batch declares it again
        return self._refused

    def close(self) -> None:
        connection, self._connection = self._connection, None
        self._unsettled.clear()
        if connection is not None:
            connection.release()

    def _declare(self) -> None:
        channel = self._producer.channel
        for queue in (*task_queues, events_queue, dead_queue):
            queue(channel).declare()
        self._tag = 0
        self._unsettled = {}
        self._returned = False
        if self._confirms():
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)

    def _confirms(self) -> bool:
        """RabbitMQ confirms what it takes over; with Redis the reply to the command is the confirmation."""
        return hasattr(self._producer.channel, "confirm_select")

    def _send(self, message: Outgoing, span: Span) -> None:
        try:
            task = _task_message(message)
        except (UnknownWorkflowType, KeyError) as exc:  # a newer release's, or broken: it must not keep the others
            self._refused[message.id] = f"not to be sent: {exc!r}"
            return
        self._tag += 1
        if self._confirms():
            self._unsettled[self._tag] = message.id
        self._producer.publish(
            task.body,
            exchange=JOBS.name,
            routing_key=message.destination,
            headers={**task.headers, **_trace_headers(message, span)},
            serializer="json",
            mandatory=True,
            message_id=str(message.id),
            **task.properties,
        )

    def _await_confirms(self, connection: Connection) -> None:
        deadline = time.monotonic() + CONFIRM_SECONDS
        while self._unsettled:
            connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        for message_id in self._settle(tag, multiple):
            self._refused[message_id] = "the broker did not take it over"

    def _on_return(self, error: Exception, _exchange: str, routing_key: str, message: Any) -> None:
        self._returned = True
        self._refused[int(message.properties["message_id"])] = f"no queue for {routing_key}: {error}"

    def _settle(self, tag: int, multiple: bool) -> list[int]:
        tags = [known for known in self._unsettled if known <= tag] if multiple else [tag]
        return [self._unsettled.pop(known) for known in tags if known in self._unsettled]


def _span_of(message: Outgoing) -> Span:
    return spans.send(message.id, message.destination, message.body, message.headers)


def _trace_headers(message: Outgoing, span: Span) -> dict[str, str]:
    """For the attempt: the span of this message, and what made the job due. A relay that records none hands on."""
    told = {
        "traceparent": span.traceparent or message.headers.get("traceparent", ""),
        "caused_by": message.headers.get("caused_by", ""),
    }
    return {name: text for name, text in told.items() if text}


def _timeouts(broker_url: str) -> dict[str, float]:
    """For a broker that is there and says nothing: by default only the connect has an end."""
    if broker_url.startswith("amqp"):
        return {"read_timeout": CONFIRM_SECONDS, "write_timeout": CONFIRM_SECONDS}
    return {"socket_timeout": CONFIRM_SECONDS, "socket_connect_timeout": CONNECT_SECONDS}


def _task_message(message: Outgoing) -> Any:
    """The row as a Celery message. It carries its type's time limits: one task runs every type."""
    spec = spec_of(message.headers["workflow_type"])
    job_id, dispatch = message.body["job_id"], message.body["dispatch"]
    return current_app.amqp.as_task_v2(
        f"{job_id}:{dispatch}",
        RUN_JOB,
        args=(job_id, dispatch),
        time_limit=spec.time_limit,
        soft_time_limit=spec.soft_time_limit,
        ignore_result=True,
        origin="relay",
    )
