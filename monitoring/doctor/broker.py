"""The broker: does it answer and take messages, are its queues as celeryconfig.py declares them, who takes from them.

Nothing is declared here, and no message stays: what is missing, the dispatcher declares with its next connection.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from amqp.exceptions import NotFound, PreconditionFailed
from django.conf import settings
from kombu import Connection, Queue

from celeryconfig import dead_queue, events_queue, task_queues
from monitoring.broker import BrokerAway, connected, is_rabbitmq
from monitoring.doctor.diagnosis import CTL, Diagnosis, fail, ok, warn

SECONDS = 3.0
TAKES_WITHIN_SECONDS = 2.0
_AGAIN = f"The dispatcher declares it with its next connection: {CTL} restart dispatcher"


def examine() -> Sequence[Diagnosis]:
    try:
        with connected(within_seconds=SECONDS) as broker:
            channel = broker.channel()
            about = f"{_name(broker)} at {_address()}"
            if not is_rabbitmq():
                return [ok(f"{about} answers")]
            return [_takes_messages(broker, channel, about)]
    except BrokerAway as error:
        text = f"does not answer at {_address()} ({error}); deliveries are stored, no job is started"
        return [
            fail(text, "Start it (systemctl start rabbitmq-server), or set BROKER_URL. Work goes on by itself then.")
        ]


def queues() -> Sequence[Diagnosis]:
    """One for each that is not as it should be, or one that all are."""
    with connected(within_seconds=SECONDS) as broker:
        if not is_rabbitmq():
            return [ok("Redis keeps none that are empty: nothing to declare")]
        found = [found for queue in _all() if (found := _as_declared(broker, queue))]
    return found or [ok(f"{len(_all())} queues are there as celeryconfig.py declares them")]


def consumers() -> Sequence[Diagnosis]:
    """Who takes from the queues that are there, where the broker can tell; what waits in them."""
    with connected(within_seconds=SECONDS) as broker:
        found = [found for queue in (*task_queues, events_queue) if (found := _taken_from(broker, queue))]
    return found or [fail("there is no queue to take from", _AGAIN)]


def dead_letters() -> Sequence[Diagnosis]:
    with connected(within_seconds=SECONDS) as broker:
        ready, _ = _depth(broker, dead_queue)
    if not ready:
        return [ok("none")]
    remedy = (
        "Jobs come again from their rows, so nothing is lost. Look at one: rabbitmqadmin get queue=workflow.dead;"
        " then empty it: rabbitmqctl purge_queue workflow.dead"
    )
    return [warn(f"{ready} messages were refused, or delivered too often", remedy)]


def _takes_messages(broker: Connection, channel: Any, about: str) -> Diagnosis:
    """By two that no queue wants. A broker with an alarm takes the first, and then reads no more from who sent it."""
    blocked: list[str] = []
    confirmed: list[int] = []
    broker.connection.on_blocked = blocked.append
    channel.confirm_select()
    channel.events["basic_ack"].add(lambda tag, _multiple: confirmed.append(tag))
    for number in (1, 2):
        broker.Producer(channel).publish("", exchange="", routing_key=f"kodus.doctor.{uuid4().hex}")
        _drain(broker, confirmed, blocked, number)
    if len(confirmed) == 2 and not blocked:  # noqa: PLR2004 - both
        return ok(f"{about} answers and takes messages")
    text = f"{about} answers and takes no messages: an alarm of memory or disk is on"
    remedy = "rabbitmq-diagnostics alarms; free memory or disk on its host. Work waits in the database meanwhile."
    return fail(text, remedy)


def _drain(broker: Connection, confirmed: list[int], blocked: list[str], expected: int) -> None:
    deadline = time.monotonic() + TAKES_WITHIN_SECONDS
    while expected not in confirmed and not blocked and (left := deadline - time.monotonic()) > 0:
        with suppress(TimeoutError):
            broker.drain_events(timeout=left)


def _as_declared(broker: Connection, queue: Queue) -> Diagnosis | None:
    try:
        _depth(broker, queue)
        queue(broker.channel()).queue_declare()  # it is there: declared otherwise it is refused, else nothing happens
        broker.channel().exchange_declare(queue.exchange.name, queue.exchange.type, passive=True)
    except NotFound as error:
        return fail(f"is not there: {error.reply_text}", _AGAIN, about=queue.name)
    except PreconditionFailed as error:
        remedy = (
            f"Delete it (rabbitmqctl delete_queue {queue.name}), then: {CTL} restart dispatcher."
            " Its jobs come again from their rows."
        )
        return fail(f"was declared otherwise: {error.reply_text}", remedy, about=queue.name)
    return None


def _taken_from(broker: Connection, queue: Queue) -> Diagnosis | None:
    try:
        ready, taking = _depth(broker, queue)
    except NotFound:
        return None
    if taking is None:
        return ok(f"{ready} messages are ready; Redis does not tell who takes them", about=queue.name)
    if not taking:
        remedy = f"Start the process that takes from it (docs/reference/processes.md): {CTL} status"
        return fail(f"nobody takes from it; {ready} messages are ready", remedy, about=queue.name)
    return ok(f"{ready} messages are ready, {taking} take from it", about=queue.name)


def _depth(broker: Connection, queue: Queue) -> tuple[int, int | None]:
    """Messages that are ready, and who takes from it. Raises NotFound, which closes the channel it came by."""
    found = broker.channel().queue_declare(queue.name, passive=is_rabbitmq())  # Redis has no empty queue
    return found.message_count, found.consumer_count if is_rabbitmq() else None


def _all() -> tuple[Queue, ...]:
    return (*task_queues, events_queue, dead_queue)


def _name(broker: Connection) -> str:
    if not is_rabbitmq():
        return "Redis"
    told = broker.connection.server_properties
    return f"{told.get('product', 'AMQP broker')} {told.get('version', '')}".strip()


def _address() -> str:
    """Of the first of several; never with user or password."""
    parts = urlsplit(settings.BROKER_URL.partition(";")[0])
    return f"{parts.hostname or 'this machine'}:{parts.port or (5672 if is_rabbitmq() else 6379)}"
