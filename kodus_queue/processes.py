"""Which processes make up the service, how long each may take to stop, and the environment they share.

How each starts stands in deploy/supervisord.conf. A process that has two of its kind is named as supervisor does:
`webhook:webhook_0`.
"""

import hashlib
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from kodus_queue.embedded.addresses import port_is_free

CHECKOUT = Path(__file__).resolve().parent.parent
SUPERVISOR_CONFIGURATION = CHECKOUT / "deploy" / "supervisord.conf"
WEBHOOK = ("webhook:webhook_0", "webhook:webhook_1")
API = ("api:api_0", "api:api_1")
WEB = (*WEBHOOK, *API)
CONSUMERS = ("dispatcher", "worker-review", "worker-analysis", "events", "beat", "flower")
SERVICE = (*WEB, *CONSUMERS)
ON_A_DELIVERYS_WAY = (WEBHOOK[0], API[0], "dispatcher", "worker-review", "worker-analysis")
PARTS = ("postgres", "broker")
PORTS = {"KODUS_WEBHOOK_PORT": 3332, "KODUS_API_PORT": 3331, "KODUS_FLOWER_PORT": 5555}
# How long a web process may take for the requests it has when it stops accepting.
FINISH_SECONDS = 25
# A unix socket's path ends at 107 bytes, and supervisor first makes it under a longer name.
LONGEST_SOCKET_PATH = 95


class PortTakenError(RuntimeError):
    """Another program listens on a port the service needs."""


def process_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process: what was given, and defaults for what deploy/supervisord.conf names."""
    state_dir = Path(given.get("KODUS_STATE_DIR") or CHECKOUT / ".kodus").resolve()
    for folder in ("log", "ready"):
        (state_dir / folder).mkdir(parents=True, exist_ok=True)
    environment = {
        "KODUS_BIND_ADDRESS": "127.0.0.1",
        **{name: str(port) for name, port in PORTS.items()},
        **given,
        **{stop_variable(program): str(seconds) for program, seconds in stop_seconds(given).items()},
        "KODUS_STATE_DIR": str(state_dir),
        "KODUS_SUPERVISOR_SOCKET": str(_socket_path(state_dir)),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{given.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }
    if not given.get("KODUS_SECRET_KEY") and not given.get("KODUS_SECRET_KEY_FILE"):
        environment["KODUS_SECRET_KEY_FILE"] = str(_secret_key_file(state_dir))
    return environment


def stop_seconds(environment: Mapping[str, str]) -> dict[str, int]:
    """By program, the longest it may take to stop; it is killed then. The containers and the unit go by this, too."""
    # A worker finishes within its drain, or learns at its next heartbeat that it must not go on.
    worker = _seconds(environment, "KODUS_DRAIN_SECONDS", 20) + _seconds(environment, "KODUS_HEARTBEAT_SECONDS", 7) + 8
    return {
        **dict.fromkeys(("webhook", "api"), FINISH_SECONDS + 5),
        **dict.fromkeys(("worker-review", "worker-analysis"), worker),
        **dict.fromkeys(("dispatcher", "events", "beat"), 15),
        "flower": 10,
        "postgres": 60,
        "broker": 20,
    }


def stop_variable(program: str) -> str:
    """The environment variable by which deploy/supervisord.conf learns it."""
    return f"KODUS_STOP_SECONDS_{program.upper().replace('-', '_')}"


def program_of(name: str) -> str:
    return name.partition(":")[0]


def ready_file(state_dir: Path, process_name: str) -> Path:
    """Holds the process id of the web process of that name once it takes requests."""
    return state_dir / "ready" / process_name


def embedded_parts(environment: Mapping[str, str]) -> list[str]:
    """The programs that stand in for a database or a broker nobody named."""
    stand_ins = dict(zip(PARTS, ("DATABASE_URL", "BROKER_URL"), strict=True))
    return [
        part for part, name in stand_ins.items() if not environment.get(name) and not environment.get(f"{name}_FILE")
    ]


def refuse_taken_ports(environment: Mapping[str, str]) -> None:
    for name in PORTS:
        port = int(environment[name])
        if not port_is_free(port):
            raise PortTakenError(
                f"Port {port} is taken{_by_whom(port)}. Stop that, or choose another port: {name}={port + 10_000}"
            )


def _seconds(environment: Mapping[str, str], name: str, default: int) -> int:
    return int(environment.get(name) or default)


def _by_whom(port: int) -> str:
    for process in _listeners(port):
        return f" by {process.name()} (process {process.pid})"
    return ""


def _listeners(port: int) -> Iterator[psutil.Process]:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                yield psutil.Process(connection.pid)
    except psutil.Error:
        return  # who it is stays unknown to an ordinary user


def _socket_path(state_dir: Path) -> Path:
    beside = state_dir / "supervisor.sock"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
        return beside
    digest = hashlib.sha256(os.fsencode(state_dir)).hexdigest()[:16]
    folder = Path("/tmp") / f"kodus-{os.geteuid()}-{digest}"  # noqa: S108 - closed to others, owner checked
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to somebody else: remove it, or set a shorter KODUS_STATE_DIR")
    return folder / "supervisor.sock"


def _secret_key_file(state_dir: Path) -> Path:
    """A key made once, so that sessions outlive a restart."""
    path = state_dir / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path
