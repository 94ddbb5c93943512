import kombu.utils.functional
import pytest
from celery import current_app
from kombu import Connection
from kombu.exceptions import OperationalError

from jobs.foreign_events import EventConsumer
from jobs.reconnecting import WorkerConsumer
from tests.services import free_port


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A connection to a broker that is not there; waiting for it takes no time."""
    monkeypatch.setattr(kombu.utils.functional, "sleep", lambda _: None)
    return Connection(f"amqp://127.0.0.1:{free_port()}//", connect_timeout=1)


def test_a_worker_tries_at_least_every_five_seconds(away, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(
        "celery.worker.consumer.consumer.humanize_seconds", lambda interval, *_: pauses.append(interval)
    )
    monkeypatch.setitem(current_app.conf, "broker_connection_max_retries", 8)
    consumer = object.__new__(WorkerConsumer)
    consumer.app, consumer.first_connection_attempt, consumer.broker_connection_retry_attempt = current_app, True, 0

    with pytest.raises(OperationalError):
        consumer.ensure_connected(away)

    assert pauses[:6] == [1, 2, 3, 4, 5, 5]


def test_workers_are_started_with_that_consumer():
    assert current_app.conf.worker_consumer == f"{WorkerConsumer.__module__}:{WorkerConsumer.__name__}"


def test_the_consumer_of_events_does_so_too_and_is_alive_meanwhile(away, monkeypatch):
    pauses: list[float] = []
    beats: list[None] = []
    consumer = EventConsumer(away)
    monkeypatch.setattr(consumer.pulse, "beat", lambda: beats.append(None))
    consumer.connect_max_retries = 8
    monkeypatch.setattr(consumer, "on_connection_error", lambda _, pause: pauses.append(pause))

    with pytest.raises(OperationalError), consumer.establish_connection():
        pass

    assert pauses[:6] == [1, 2, 3, 4, 5, 5]
    assert len(beats) > len(pauses)
