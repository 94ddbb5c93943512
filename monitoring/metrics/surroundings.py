"""What the service stands on: the database's connections and clock, the broker, the disk, and beat's schedules."""

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from kombu import Connection
from prometheus_client.core import Metric

from celeryconfig import dead_queue, events_queue, task_queues
from monitoring.metrics.families import gauge, labelled
from monitoring.schedule import next_run

CONNECT_SECONDS = 1
_REDIS_TIMEOUTS = ("socket_connect_timeout", "socket_timeout")
#: Their names are labels.
SCHEDULES_AT_MOST = 100
_QUEUES = tuple(queue.name for queue in (*task_queues, events_queue, dead_queue))
_CONNECTIONS = """
SELECT count(*), current_setting('max_connections')::int, extract(epoch FROM clock_timestamp())
  FROM pg_stat_activity WHERE backend_type = 'client backend'"""


def database() -> Iterator[Metric]:
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS)
        used, at_most, clock = cursor.fetchone()
    after = timezone.now()
    # Between the two its clock was read: what is beyond them is skew, and not the way there and back.
    skew = max(float(clock) - after.timestamp(), before.timestamp() - float(clock), 0.0)
    yield gauge("kodus_database_connections", "Connections to the database server, of everybody.", used)
    yield gauge("kodus_database_connections_max", "Connections it allows.", at_most)
    yield gauge("kodus_database_clock_skew_seconds", "How far its clock is from this host's.", skew)


def disk() -> Iterator[Metric]:
    usage = shutil.disk_usage(settings.STATE_DIR)
    yield gauge("kodus_state_dir_size_bytes", "Size of the disk that holds the state folder.", usage.total)
    yield gauge("kodus_state_dir_free_bytes", "What is free of it.", usage.free)


def broker() -> Iterator[Metric]:
    """One that does not answer is a finding, not a failure of the scrape. Redis does not tell consumers."""
    options = {} if settings.BROKER_URL.startswith("amqp") else dict.fromkeys(_REDIS_TIMEOUTS, CONNECT_SECONDS)
    link = Connection(settings.BROKER_URL, connect_timeout=CONNECT_SECONDS, transport_options=options)
    messages: dict[tuple[str], float] = {}
    consumers: dict[tuple[str], float] = {}
    try:
        link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, reraise_as_library_errors=False)
        for name in _QUEUES:
            _look_at(link, name, messages, consumers)
        answers = 1
    except link.connection_errors + link.channel_errors:
        answers = 0
    finally:
        link.release()
    yield gauge("kodus_broker_up", "1: the broker answers.", answers)
    yield labelled("kodus_broker_messages", "Messages ready in a queue of the broker.", ("queue",), messages)
    yield labelled("kodus_broker_consumers", "Workers that take from it.", ("queue",), consumers)


def _look_at(
    link: Connection, name: str, messages: dict[tuple[str], float], consumers: dict[tuple[str], float]
) -> None:
    """A queue that is not there is left out: the dispatcher declares it again."""
    channel = link.channel()
    tells_consumers = hasattr(channel, "confirm_select")
    try:
        found = channel.queue_declare(name, passive=tells_consumers)  # Redis has no empty queue
    except link.channel_errors:
        return
    messages[(name,)] = found.message_count
    if tells_consumers:
        consumers[(name,)] = found.consumer_count
    channel.close()


def schedules() -> Iterator[Metric]:
    """Beat writes down its runs every three minutes, so a schedule may seem so much late."""
    late, ran, now = {}, {}, timezone.now()
    for task in PeriodicTask.objects.filter(enabled=True).order_by("id")[:SCHEDULES_AT_MOST]:
        due_at = next_run(task, now)
        late[(task.name,)] = max(0.0, (now - due_at).total_seconds()) if due_at else 0.0
        ran[(task.name,)] = task.last_run_at.timestamp() if task.last_run_at else 0
    yield labelled("kodus_schedule_overdue_seconds", "For how long a duty should have run.", ("schedule",), late)
    yield labelled(
        "kodus_schedule_last_run_timestamp_seconds", "When beat sent a duty last; 0 for never.", ("schedule",), ran
    )
