"""Beat while its database is away: it goes on by the calendar it has, and takes the changed one when it is back."""

import sys

import pytest

from tests.acceptance.own_database import OwnDatabase, own_database
from tests.processes import Process, running
from tests.services import free_port, wait_until

pytestmark = pytest.mark.acceptance

EVERY_SECOND = (
    "INSERT INTO django_celery_beat_intervalschedule (every, period) VALUES (1, 'seconds')",
    """UPDATE django_celery_beat_periodictask
          SET crontab_id = NULL, interval_id = (SELECT max(id) FROM django_celery_beat_intervalschedule)""",
)
RENAMED = (
    """UPDATE django_celery_beat_periodictask SET name = 'under another name'
        WHERE task = 'webhooks.recover_deliveries'""",
    """INSERT INTO django_celery_beat_periodictasks (ident, last_update) VALUES (1, now())
       ON CONFLICT (ident) DO UPDATE SET last_update = now()""",
)


@pytest.fixture
def database():
    with own_database() as database:
        yield database


def beat(broker: str, database_url: str) -> Process:
    command = [sys.executable, "-m", "celery", "-q", "-A", "kodus_queue", "beat", "-l", "INFO", "--pidfile="]
    return Process(*command, broker_url=broker, DATABASE_URL=database_url, KODUS_PROCESS="beat")


def sent(process: Process) -> int:
    return process.log.read_text().count("Sending due task")


def test_beat_outlives_a_restart_of_its_database(broker, database: OwnDatabase):
    database.tell(*EVERY_SECOND)
    process = beat(broker, database.url)
    with running(process):
        wait_until(lambda: sent(process) > 1, seconds=60, what="the first ticks")
        database.stop()
        process.wait_for("Database gave error")
        before = sent(process)
        wait_until(lambda: sent(process) > before + 1, seconds=60, what="ticks without a database")
        database.resume()
        database.tell(*RENAMED)
        process.wait_for("Sending due task under another name")


def test_beat_that_finds_no_database_ends_with_an_error_so_that_it_is_started_again(broker):
    process = beat(broker, f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    with running(process):
        assert process.popen.wait(timeout=60) not in {0, None}
