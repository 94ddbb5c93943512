"""The door while its database is away and after: each delivery is told soon, and the return is noticed at once."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.conf import settings

from tests.acceptance.own_database import OwnDatabase, own_database
from tests.processes import ROOT
from tests.services import wait_until
from tests.webhooks.deliveries import pull_request
from tests.webhooks.wire import delivery, door_on_the_wire, exchange, status_of

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def database() -> Iterator[OwnDatabase]:
    with own_database() as running:
        yield running


@pytest.fixture
def port(database: OwnDatabase) -> Iterator[int]:
    """A door whose pool has grown to several connections."""
    with door_on_the_wire(DATABASE_URL=database.url) as port:
        assert set(sent_at_once(port, 16)) == {202}
        yield port


def sent(port: int, number: int = 1) -> int:
    return status_of(exchange(port, delivery(pull_request(number=number))))


def sent_at_once(port: int, count: int) -> list[int]:
    with ThreadPoolExecutor(count) as clients:
        return list(clients.map(lambda number: sent(port, number), range(1, count + 1)))


def test_while_the_database_is_away_a_delivery_is_told_so_before_its_patience_ends(database, port):
    database.stop("immediate")
    started = time.monotonic()
    told = {sent(port) for _ in range(3)}
    took = (time.monotonic() - started) / 3
    database.resume()
    assert told == {503}
    assert took < settings.DATABASES["default"]["OPTIONS"]["pool"]["timeout"]


def test_a_database_that_is_back_is_noticed_however_long_it_was_away(database, port):
    database.stop("immediate")
    assert {sent(port) for _ in range(8)} == {503}
    database.resume()
    wait_until(lambda: sent(port) == 202, seconds=5, what="the first delivery that was taken")
    assert set(sent_at_once(port, 16)) == {202}


def test_no_delivery_is_lost_to_connections_that_died_while_nobody_used_them(database, port):
    database.stop("fast")
    database.resume()
    assert [sent(port) for _ in range(10)] == [202] * 10


def test_deliveries_wait_for_their_turn_while_every_connection_is_busy(database, port):
    busy = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    with ThreadPoolExecutor(1) as sender, psycopg.connect(database.url) as connection:
        connection.execute("LOCK TABLE webhook_deliveries IN EXCLUSIVE MODE")
        answers = sender.submit(sent_at_once, port, 3 * busy)
        wait_until(lambda: waiting_for_locks(connection) == busy, seconds=30, what="every connection at work")
        connection.execute("SELECT pg_sleep(2)")  # longer than a database that is away would be waited for
        connection.rollback()
        assert set(answers.result()) == {202}


def waiting_for_locks(connection: psycopg.Connection) -> int:
    return connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0]


@pytest.mark.parametrize(("process", "milliseconds"), [("webhook", 2_000), ("worker-review", 15_000)])
def test_a_host_that_vanished_is_given_up_in_time(process, milliseconds):
    script = (
        "import django, socket; django.setup();"
        "from django.db import connection; connection.ensure_connection();"
        "made = socket.fromfd(connection.connection.fileno(), socket.AF_INET, socket.SOCK_STREAM);"
        "print(made.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))"
    )
    environment = {**os.environ, "KODUS_PROCESS": process}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    assert int(done.stdout) == milliseconds
