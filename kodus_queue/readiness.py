"""Wait until a process that was started does its work, or say why it does not.

Behind one address there are several web processes, and one that answers says nothing of the others. So each leaves its
process id in a file when it has loaded the application (kodus_queue/web.py).
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from kodus_queue.embedded.addresses import port_is_free
from kodus_queue.processes import WEB, program_of, ready_file
from kodus_queue.supervision import ProcessFailedError, Supervisor

START_SECONDS = 60.0


def wait_until_up(supervisor: Supervisor, name: str) -> None:
    """Return when a web process is ready, when Flower listens, when any other runs; else raise ProcessFailedError."""
    if name in WEB:
        _wait(supervisor, name, lambda: _has_loaded(supervisor, name) and _is_ready(supervisor, name))
    elif name == "flower":
        _wait(supervisor, name, lambda: not port_is_free(int(supervisor.environment["KODUS_FLOWER_PORT"])))
    supervisor.wait_running([name], seconds=START_SECONDS)


def _wait(supervisor: Supervisor, name: str, fact: Callable[[], bool]) -> None:
    deadline, started = time.monotonic() + START_SECONDS, {name: supervisor.pids()[name]}
    while not fact():
        supervisor.refuse_failed([name])
        supervisor.refuse_restarted(started)
        if time.monotonic() > deadline:
            log = supervisor.end_of_log(name)
            raise ProcessFailedError(f"{name} is not ready after {START_SECONDS:.0f} s.{log}")
        time.sleep(0.05)


def _has_loaded(supervisor: Supervisor, name: str) -> bool:
    path = ready_file(Path(supervisor.environment["KODUS_STATE_DIR"]), name.rpartition(":")[2])
    with suppress(FileNotFoundError):
        return path.read_text(encoding="ascii") == str(supervisor.pids()[name])
    return False


def _is_ready(supervisor: Supervisor, name: str) -> bool:
    environment = supervisor.environment
    url = f"http://127.0.0.1:{environment[f'KODUS_{program_of(name).upper()}_PORT']}/readyz"
    try:
        with urlopen(Request(url, headers={"Host": _allowed_host(environment)}), timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's own number
    except HTTPError as exc:
        exc.close()
        return False
    except OSError:
        return False


def _allowed_host(environment: Mapping[str, str]) -> str:
    """A name the web processes answer to: behind a proxy that need not be this machine's."""
    return environment.get("KODUS_ALLOWED_HOSTS", "").partition(",")[0].strip(" .*") or "127.0.0.1"
