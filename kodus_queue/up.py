"""`make up`: run the whole service in the foreground until Ctrl-C or SIGTERM. From another terminal:

`make down` ends it, and `make roll` restarts it, one process at a time, onto the code that is in the checkout now.
`python -m kodus_queue.up ctl ARGUMENTS` is supervisorctl for this checkout: status, restart NAME, tail NAME.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console

from kodus_queue import flower_login
from kodus_queue.processes import SERVICE, SUPERVISOR_CONFIGURATION, PortTakenError, process_environment
from kodus_queue.readiness import wait_until_up
from kodus_queue.roll import FullRestartNeededError, roll
from kodus_queue.service import AlreadyRunningError, PreparationFailedError, Service, running
from kodus_queue.supervision import ProcessFailedError, Supervisor

VERBS = ("up", "down", "roll", "ctl")
NOTHING_RUNS = "Nothing of this checkout is running.\n"
REFUSALS = (
    PortTakenError,
    AlreadyRunningError,
    FullRestartNeededError,
    ProcessFailedError,
    PreparationFailedError,
)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m kodus_queue.up", description=__doc__)
    parser.add_argument("verb", nargs="?", choices=VERBS, default="up", help="ctl: supervisorctl")
    chosen, rest = parser.parse_known_args(arguments)
    environment = process_environment(os.environ)
    if chosen.verb == "down":
        return down(environment)
    if chosen.verb == "roll":
        return restart_in_turn(environment)
    if chosen.verb == "ctl":
        command = ["supervisorctl", "-c", str(SUPERVISOR_CONFIGURATION), *rest]
        return subprocess.run(command, env=environment, check=False).returncode
    return up(environment)


def up(environment: Mapping[str, str]) -> int:
    console = Console(stderr=True)
    with stop_signals(), refusals(console) as exit_code, running(environment, console) as service:
        announce(console, service)
        console.print("Ctrl-C stops all of it.")
        service.supervisord.wait()
        console.print("Supervisor ended.")
    return exit_code[0]


def down(environment: Mapping[str, str]) -> int:
    supervisor = Supervisor.running(environment)
    if supervisor is None:
        sys.stderr.write(NOTHING_RUNS)
        return 0
    supervisor.stop_all()
    return 0


def restart_in_turn(environment: Mapping[str, str]) -> int:
    supervisor = Supervisor.running(environment)
    if supervisor is None:
        sys.stderr.write(NOTHING_RUNS)
        return 1
    console = Console(stderr=True)
    with refusals(console) as exit_code:
        roll(supervisor, console)
    return exit_code[0]


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn SIGTERM and Ctrl-C into KeyboardInterrupt once; while stopping, a second one changes nothing."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    yield


@contextmanager
def refusals(console: Console) -> Iterator[list[int]]:
    """Say what went wrong in one sentence; the exit code for the shell is the one item of the list."""
    exit_code = [0]
    try:
        yield exit_code
    except KeyboardInterrupt:
        console.print("Stopped.")
    except (*REFUSALS, OSError) as exc:
        console.print(str(exc), style="bold red", highlight=False, markup=False, soft_wrap=True)
        exit_code[0] = 1


def announce(console: Console, service: Service) -> None:
    for name in SERVICE:
        wait_until_up(service.supervisor, name)
    operators = service.url("KODUS_API_PORT")
    console.print(f"  dashboard {operators}/")
    console.print(f"  admin     {operators}/admin/")
    console.print(f"  API       {operators}/workflow-queue/jobs, described at {operators}/workflow-queue/openapi")
    console.print(f"  Flower    {service.url('KODUS_FLOWER_PORT')}/{_whose_login(service)}")
    console.print(f"  webhooks  {service.url('KODUS_WEBHOOK_PORT')}/webhooks/github")
    console.print(f"  logs      {service.supervisor.log_folder}")


def _whose_login(service: Service) -> str:
    """Where to read the login that Flower made for itself."""
    environment = service.environment
    if environment.get(flower_login.NAME) or environment.get(f"{flower_login.NAME}_FILE"):
        return ""
    return f", login in {flower_login.login_file(Path(environment['KODUS_STATE_DIR']))}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
