"""A connection to the broker that gives up soon, to look at it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from kombu import Connection


class BrokerAway(Exception):
    """The broker does not answer."""


def is_rabbitmq() -> bool:
    return bool(settings.BROKER_URL.startswith("amqp"))


@contextmanager
def connected(*, within_seconds: float) -> Iterator[Connection]:
    """Raises BrokerAway, which says how but never with what password."""
    timeouts = {"socket_connect_timeout": within_seconds, "socket_timeout": within_seconds}
    told = {"read_timeout": within_seconds, "write_timeout": within_seconds}
    broker = Connection(
        settings.BROKER_URL,
        connect_timeout=within_seconds,
        transport_options=told if is_rabbitmq() else timeouts,
    )
    try:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, reraise_as_library_errors=False)
        yield broker
    except broker.connection_errors as exc:
        raise BrokerAway(type(exc).__name__) from exc
    finally:
        broker.release()
