"""System checks of the engine: times that must follow on each other, and queues that must be read by somebody."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

import celeryconfig
from jobs.registry import registered

BEATS_PER_LEASE = 3
#: RabbitMQ closes the channel of a consumer that has held a message this long; its default.
RABBITMQ_CONSUMER_TIMEOUT_SECONDS = 30 * 60


def check_lease(**_: Any) -> list[CheckMessage]:
    """E001: a lease so short that a worker which is alive could lose it."""
    if settings.LEASE_SECONDS >= BEATS_PER_LEASE * settings.HEARTBEAT_SECONDS:
        return []
    text = f"A lease of {settings.LEASE_SECONDS} s is lost when two heartbeats of {settings.HEARTBEAT_SECONDS} s fail."
    hint = f"Set KODUS_LEASE_SECONDS to at least {BEATS_PER_LEASE} times KODUS_HEARTBEAT_SECONDS."
    return [Error(text, hint=hint, id="jobs.E001")]


def check_time_limits(**_: Any) -> list[CheckMessage]:
    """E002: each limit must end the work before the next one does: soft < hard < the broker's patience."""
    patience = consumer_timeout_seconds()
    return [
        Error(
            f"{spec.workflow_type}: soft limit {spec.soft_time_limit} s < hard limit {spec.time_limit} s"
            f" < the broker's consumer timeout {patience} s does not hold.",
            hint="Change soft_time_limit or time_limit where the handler is registered.",
            id="jobs.E002",
        )
        for spec in registered()
        if not spec.soft_time_limit < spec.time_limit < patience
    ]


def check_queues(**_: Any) -> list[CheckMessage]:
    """E003: jobs of a type would be sent to a queue that does not exist."""
    declared = {queue.name for queue in celeryconfig.task_queues}
    return [
        Error(
            f"{spec.workflow_type} is sent to the queue {spec.queue!r}, which celeryconfig.py does not declare.",
            hint=f"Use one of {', '.join(sorted(declared))}, or add it there and to a worker in deploy/.",
            id="jobs.E003",
        )
        for spec in registered()
        if spec.queue not in declared
    ]


def consumer_timeout_seconds() -> int:
    """How long the broker lets a worker keep a message before it gives it to another."""
    options: dict[str, Any] = celeryconfig.broker_transport_options
    return int(options.get("visibility_timeout", RABBITMQ_CONSUMER_TIMEOUT_SECONDS))
