"""The whole service, started in order and stopped in order, for as long as a `with` block lasts.

Order: the embedded parts that are needed, then migrations and static files, then every other process. The processes
belong to supervisor; this module waits until they answer.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from rich.console import Console

from kodus_queue.embedded import postgres, valkey
from kodus_queue.embedded.addresses import addresses
from kodus_queue.processes import CHECKOUT, SERVICE, embedded_parts, refuse_taken_ports
from kodus_queue.supervision import ProcessFailedError, Supervisor

START_SECONDS = 60.0
STATIC_FILES = ("collectstatic", "--no-input", "-v", "0")
CHECKS_OF_THE_DOOR = ("check", "--tag", "webhooks")
MIGRATIONS = ("migrate", "--no-input", "-v", "0")


class AlreadyRunningError(RuntimeError):
    """The service of this state folder runs already; `make down` stops it."""


class PreparationFailedError(RuntimeError):
    """The migrations or a system check refused; the command's own words are in the message."""


@dataclass(frozen=True, slots=True)
class Service:
    supervisor: Supervisor
    supervisord: "subprocess.Popen[bytes]"
    parts: tuple[str, ...]

    @property
    def environment(self) -> Mapping[str, str]:
        return self.supervisor.environment

    def url(self, port_name: str) -> str:
        return f"http://127.0.0.1:{self.environment[port_name]}"


@contextmanager
def running(environment: Mapping[str, str], console: Console) -> Iterator[Service]:
    """The service, ready, for as long as the block lasts; a failed start leaves nothing behind."""
    supervisor = Supervisor(environment)
    if supervisor.answers():
        raise AlreadyRunningError(f"already running with {environment['KODUS_STATE_DIR']}; make down stops it")
    refuse_taken_ports(environment)
    service = Service(supervisor, supervisor.launch(), tuple(embedded_parts(environment)))
    try:
        _start(service, console)
        yield service
    finally:
        if supervisor.answers():
            console.print("Stopping", style="dim")
            supervisor.stop_all(last=service.parts)
        service.supervisord.wait()


def manage(environment: Mapping[str, str], *arguments: str) -> "subprocess.Popen[str]":
    """Start a management command; `finished` waits for it."""
    command = [sys.executable, "manage.py", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=pipe, stderr=subprocess.STDOUT, text=True)


def finished(command: "subprocess.Popen[str]") -> str:
    said, _ = command.communicate()
    if command.returncode:
        raise PreparationFailedError(said.strip())
    return said


def _start(service: Service, console: Console) -> None:
    begun = time.monotonic()

    def done(what: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:5.1f} s[/]  {what}")

    door = {**service.environment, "KODUS_PROCESS": "webhook"}
    with manage(door, *CHECKS_OF_THE_DOOR) as checks, manage(service.environment, *STATIC_FILES) as static_files:
        _start_parts(service)
        if service.parts:
            done(f"embedded {' and '.join(service.parts)} ready")
        finished(checks)
        finished(manage(service.environment, *MIGRATIONS))
        finished(static_files)
    done("database migrated")
    service.supervisor.start(SERVICE)
    service.supervisor.wait_running(SERVICE, seconds=START_SECONDS)
    _wait_for_answer(service.url("KODUS_WEBHOOK_PORT"))
    _wait_for_answer(service.url("KODUS_API_PORT"))
    done(f"{len(SERVICE)} processes ready")


def _start_parts(service: Service) -> None:
    state_dir = Path(service.environment["KODUS_STATE_DIR"])
    addresses(state_dir)  # chosen before two starting parts could choose at the same time
    service.supervisor.start(service.parts)
    service.supervisor.wait_running(service.parts, seconds=START_SECONDS)
    if "postgres" in service.parts:
        postgres.wait_until_ready(state_dir)
    if "broker" in service.parts:
        valkey.wait_until_ready(state_dir)


def _wait_for_answer(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(url):
        if time.monotonic() > deadline:
            raise ProcessFailedError(f"{url}/readyz does not answer 200 after {START_SECONDS:.0f} s")
        time.sleep(0.05)


def _is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 - http on loopback
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's own number
    except HTTPError as exc:
        exc.close()
        return False
    except OSError:
        return False
