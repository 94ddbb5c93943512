"""The door stays open while its processes restart, drain and die: what was sent is answered."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from django.db import connection, transaction

from kodus_queue.processes import WEBHOOK, process_environment
from kodus_queue.readiness import wait_until_up
from kodus_queue.supervision import Supervisor
from tests.processes import Process, database_url, running
from tests.services import accepts, free_port, wait_until
from tests.webhooks.deliveries import SECRET
from tests.webhooks.load import CLIENTS, deliveries_sent
from tests.webhooks.test_http_inputs import is_waiting_for_a_lock
from tests.webhooks.wire import ask, connected, delivery, door_process, exchange, read_all, status_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """The door's processes as deploy/supervisord.conf has them, and nothing else."""
    ports = {name: str(free_port()) for name in ("KODUS_WEBHOOK_PORT", "KODUS_API_PORT", "KODUS_FLOWER_PORT")}
    given = {"DATABASE_URL": database_url(), "KODUS_STATE_DIR": str(tmp_path), **ports}
    environment = process_environment({**os.environ, "KODUS_GITHUB_WEBHOOK_SECRET": SECRET.decode(), **given})
    started = Supervisor(environment)
    supervisord = started.launch()
    try:
        started.start(WEBHOOK)
        for name in WEBHOOK:
            wait_until_up(started, name)
        yield started
    finally:
        started.stop_all()
        supervisord.wait()


def port_of(supervisor: Supervisor) -> int:
    return int(supervisor.environment["KODUS_WEBHOOK_PORT"])


def restart(supervisor: Supervisor, name: str) -> None:
    supervisor.stop([name])
    supervisor.start([name])
    wait_until_up(supervisor, name)


@pytest.mark.parametrize(
    "kept", [pytest.param(False, marks=pytest.mark.campaign), True], ids=["a connection for each", "kept connections"]
)
def test_no_delivery_is_refused_while_every_process_of_the_door_restarts(supervisor, kept):
    with deliveries_sent(port_of(supervisor), kept=kept) as outcomes:
        for name in WEBHOOK:
            restart(supervisor, name)
    assert set(outcomes) == {"202"}, outcomes


def test_a_killed_process_takes_with_it_what_it_was_doing_and_nothing_else(supervisor):
    with deliveries_sent(port_of(supervisor), kept=False) as outcomes:
        killed = supervisor.pids()[WEBHOOK[0]]
        os.killpg(killed, signal.SIGKILL)
        wait_until(lambda: supervisor.pids()[WEBHOOK[0]] not in {0, killed}, seconds=30, what="its successor")
        wait_until_up(supervisor, WEBHOOK[0])
    assert set(outcomes) <= {"202", "RemoteDisconnected", "ConnectionResetError", "BrokenPipeError"}, outcomes
    assert outcomes.total() - outcomes["202"] <= CLIENTS


def test_connections_that_waited_for_a_killed_process_are_served_by_the_other(supervisor):
    killed, left = (supervisor.pids()[name] for name in WEBHOOK)
    for group in (killed, left):
        freeze(group)
    waiting = [socket.create_connection(("127.0.0.1", port_of(supervisor)), timeout=30) for _ in range(20)]
    for client in waiting:
        client.sendall(delivery())
    os.killpg(killed, signal.SIGKILL)
    os.killpg(left, signal.SIGCONT)
    with ThreadPoolExecutor(len(waiting)) as clients:
        answers = list(clients.map(read_and_close, waiting))
    assert {status_of(answer) for answer in answers} == {202}


def read_and_close(client: socket.socket) -> bytes:
    with client:
        return read_all(client)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def port_on(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def freeze(group: int) -> None:
    """Stop a web process and its child, as a debugger would, and wait until both have."""
    os.killpg(group, signal.SIGSTOP)
    members = [psutil.Process(group), *psutil.Process(group).children()]
    wait_until(
        lambda: all(member.status() == psutil.STATUS_STOPPED for member in members), seconds=10, what="both stopped"
    )


@contextmanager
def door_with_its_own_address(*, drain_seconds: int) -> Iterator[tuple[int, Process]]:
    port = free_port()
    process = door_process(KODUS_WEBHOOK_PORT=str(port), KODUS_WEB_DRAIN_SECONDS=str(drain_seconds))
    with running(process):
        wait_until(lambda: status_of(ask(port, b"GET /livez")) == 200, seconds=60, what="the start of the door")
        yield port, process


def test_a_stopping_door_with_its_own_address_says_so_and_serves_on_until_it_is_noticed():
    with door_with_its_own_address(drain_seconds=3) as (port, process):
        process.popen.terminate()
        wait_until(
            lambda: b'"stopping"' in ask(port, b"GET /readyz"), seconds=10, what="the door saying that it stops"
        )
        asked = [ask(port, b"GET /readyz"), ask(port, b"GET /livez"), exchange(port, delivery())]
        assert [status_of(answer) for answer in asked] == [503, 200, 202]
        assert process.popen.wait(timeout=30) == 0
        assert not accepts(port)


def test_a_request_under_way_when_the_door_is_told_to_stop_is_answered(listener):
    stopping = door_process(listener)
    with running(stopping), connected(port_on(listener)) as client:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE webhook_deliveries IN EXCLUSIVE MODE")
            client.sendall(delivery())
            wait_until(lambda: is_waiting_for_a_lock(cursor), seconds=60, what="the door in the middle of it")
            stopping.popen.terminate()
            wait_until(lambda: not takes_connections(stopping, listener), seconds=10, what="the door taking no more")
        assert status_of(read_all(client)) == 202
        assert stopping.popen.wait(timeout=30) == 0


def test_a_stopping_door_leaves_new_connections_to_the_next_and_answers_on_those_it_has(listener):
    stopping, following = door_process(listener), door_process(listener)
    with running(stopping), connected(port_on(listener)) as kept:
        assert b" 200 " in answer_on(kept)
        stopping.popen.terminate()
        wait_until(lambda: not takes_connections(stopping, listener), seconds=10, what="the door taking no more")
        assert b"connection: close" in answer_on(kept).lower()
        with connected(port_on(listener)) as late:
            assert stopping.popen.wait(timeout=30) == 0
            late.sendall(delivery())
            with running(following):
                assert status_of(read_all(late)) == 202


def answer_on(kept: socket.socket) -> bytes:
    """What is answered to a request that leaves the connection open; up to the last chunk, or to the end."""
    kept.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    answer = b""
    while not answer.endswith(b"\r\n0\r\n\r\n") and (chunk := kept.recv(65_536)):
        answer += chunk
    return answer


def test_what_waits_for_a_killed_child_is_answered_by_its_successor(listener):
    door = door_process(listener)
    with running(door):
        wait_until(lambda: takes_connections(door, listener), seconds=60, what="the start of the door")
        psutil.Process(door.pid).children()[0].kill()
        assert status_of(exchange(port_on(listener), delivery())) == 202


def takes_connections(door: Process, listener: socket.socket) -> bool:
    """Whether a child of it waits for connections, as the kernel knows it."""
    inode = os.fstat(listener.fileno()).st_ino
    for child in psutil.Process(door.pid).children():
        folder = Path(f"/proc/{child.pid}")
        for info in (folder / "fdinfo").glob("*"):
            with suppress(FileNotFoundError):  # closed in the meantime
                for descriptor in re.findall(r"^tfd: +(\d+) ", info.read_text(), re.MULTILINE):
                    if (folder / "fd" / descriptor).stat().st_ino == inode:
                        return True
    return False
