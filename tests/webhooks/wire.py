"""The door as it is deployed, in processes of its own, and a client that may send any bytes at all."""

import configparser
import re
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.processes import ROOT, Process, running
from tests.services import wait_until
from tests.webhooks.deliveries import PATH, SECRET, headers_for, pull_request, to_bytes

ANSWER_SECONDS = 30


def door_process(listener: socket.socket | None = None, **environment: str) -> Process:
    """The command of deploy/supervisord.conf, which accepts from `listener` as supervisor would hand it over.

    Without one it binds KODUS_WEBHOOK_PORT itself, as in a container.
    """
    deployed = configparser.RawConfigParser()
    deployed.read(ROOT / "deploy" / "supervisord.conf")
    _python, *arguments = shlex.split(deployed["fcgi-program:webhook"]["command"])
    process = Process(sys.executable, *arguments)
    process.stdin = listener
    process.environment |= {"KODUS_PROCESS": "webhook", "KODUS_GITHUB_WEBHOOK_SECRET": SECRET.decode(), **environment}
    return process


@contextmanager
def door_on_the_wire(*, processes: int = 1, **environment: str) -> Iterator[int]:
    """The port of a running door."""
    with socket.create_server(("127.0.0.1", 0), backlog=1_000) as listener:
        port = int(listener.getsockname()[1])
        with running(*(door_process(listener, **environment) for _ in range(processes))):
            wait_until(lambda: status_of(ask(port, b"GET /livez")) == 200, seconds=60, what="the start of the door")
            yield port


def ask(port: int, first_line: bytes) -> bytes:
    try:
        return exchange(port, first_line + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    except OSError:
        return b""


def delivery(
    payload: Any = None,
    *,
    event: str = "pull_request",
    length: int | str | None = None,
    more: str = "",
    **changes: Any,
) -> bytes:
    """A whole signed request. `length` is what Content-Length claims, `more` are header lines added as they are."""
    body = to_bytes(pull_request() if payload is None else payload)
    headers = headers_for("pull_request", body)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    claimed = len(body) if length is None else length
    head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{lines}{more}"
    return f"{head}Content-Length: {claimed}\r\nConnection: close\r\n\r\n".encode("latin-1") + body


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
        yield connection


def exchange(port: int, data: bytes, *, half_close: bool = False) -> bytes:
    """Send, and return all that comes back until the server closes. A server that refuses early may reset."""
    with connected(port) as connection:
        try:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_all(connection)


def read_all(connection: socket.socket) -> bytes:
    received = b""
    try:
        while chunk := connection.recv(65_536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def statuses_of(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


def status_of(answer: bytes) -> int:
    """The last status: an interim 100 may stand before it. 0 when nothing was answered."""
    return next(iter(reversed(statuses_of(answer))), 0)
