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

from rich.console import Console

from kodus_queue.embedded import postgres, valkey
from kodus_queue.embedded.addresses import addresses
from kodus_queue.processes import CHECKOUT, ON_A_DELIVERYS_WAY, SERVICE, embedded_parts, refuse_taken_ports
from kodus_queue.readiness import START_SECONDS, wait_until_up
from kodus_queue.supervision import Supervisor
from telemetry import counting

NOBODY: Mapping[str, str] = {}


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
def running(
    environment: Mapping[str, str], console: Console, *, administrator: Mapping[str, str] = NOBODY
) -> Iterator[Service]:
    """The service, ready, for as long as the block lasts; a failed start leaves nothing behind.

    `administrator`: Django's DJANGO_SUPERUSER_* variables of one to be made.
    """
    supervisor = Supervisor(environment)
    if supervisor.answers():
        raise AlreadyRunningError(f"already running with {environment['KODUS_STATE_DIR']}; make down stops it")
    refuse_taken_ports(environment)
    service = Service(supervisor, supervisor.launch(), tuple(embedded_parts(environment)))
    try:
        _start(service, console, administrator)
        yield service
    finally:
        _stop(service, console)


def _stop(service: Service, console: Console) -> None:
    if service.supervisor.answers():
        try:
            console.print("Stopping", style="dim")
        finally:  # also when the terminal is gone
            service.supervisor.stop_all()
    service.supervisord.wait()


def prepare(environment: Mapping[str, str]) -> str:
    """Check, migrate and collect static files with the code in the checkout; what it had to say, warnings mostly."""
    done = subprocess.run(
        [sys.executable, "-m", "kodus_queue.preparation"],
        env={**environment, "KODUS_PROCESS": "webhook"},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PreparationFailedError(done.stdout.strip())
    return done.stdout.strip()


def _start(service: Service, console: Console, administrator: Mapping[str, str]) -> None:
    begun = time.monotonic()

    def done(what: str) -> None:
        console.print(f"[dim]{time.monotonic() - begun:5.1f} s[/]  {what}")

    counting.forget(Path(service.environment["KODUS_STATE_DIR"]) / "metrics")
    _start_parts(service)
    if service.parts:
        done(f"embedded {' and '.join(service.parts)} ready")
    said = prepare({**service.environment, **administrator})
    done("database migrated")
    if said:
        console.print(said, style="yellow", highlight=False, markup=False, soft_wrap=True)
    # What a delivery needs on its way goes first: on a small machine the others would take its processor time.
    started = service.supervisor.start(ON_A_DELIVERYS_WAY)
    for name in ON_A_DELIVERYS_WAY:
        wait_until_up(service.supervisor, name)
    later = [name for name in SERVICE if name not in ON_A_DELIVERYS_WAY]
    service.supervisor.start(later)
    service.supervisor.wait_running(SERVICE, seconds=START_SECONDS)
    service.supervisor.refuse_restarted(started)
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
