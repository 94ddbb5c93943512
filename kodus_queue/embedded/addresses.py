"""Where the embedded servers answer: `embedded.json` in the state folder, chosen once, readable by its owner only.

kodus_queue/settings.py reads the two URLs from it when DATABASE_URL or BROKER_URL is not set. A port that another
program took while ours was down is chosen anew, and nothing but this file has to know.
"""

import fcntl
import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

FILE_NAME = "embedded.json"
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Addresses:
    database_url: str
    broker_url: str


def addresses(state_dir: Path) -> Addresses:
    """The stored addresses, or new ones, stored."""
    with _writing(state_dir):
        return _stored(state_dir) or _store(state_dir, _new())


def readdress(state_dir: Path, *, database: bool = False, broker: bool = False) -> Addresses:
    """Choose a new port for a server that is down and whose port somebody else took."""
    with _writing(state_dir):
        known = _stored(state_dir) or _new()
        if database:
            known = replace(known, database_url=_database_url(password_of(known.database_url)))
        if broker:
            known = replace(known, broker_url=_broker_url(password_of(known.broker_url)))
        return _store(state_dir, known)


def port_of(url: str) -> int:
    port = urlsplit(url).port
    if port is None:
        raise ValueError(f"no port in the address stored in {FILE_NAME}")
    return port


def password_of(url: str) -> str:
    return urlsplit(url).password or ""


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _new() -> Addresses:
    return Addresses(_database_url(secrets.token_hex(16)), _broker_url(secrets.token_hex(16)))


def _stored(state_dir: Path) -> Addresses | None:
    path = state_dir / FILE_NAME
    return Addresses(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


@contextmanager
def _writing(state_dir: Path) -> Iterator[None]:
    """One at a time: both servers may choose a new port at the same moment."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / f"{FILE_NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _database_url(password: str) -> str:
    return f"postgresql://kodus:{password}@127.0.0.1:{free_port()}/kodus"


def _broker_url(password: str) -> str:
    return f"redis://:{password}@127.0.0.1:{free_port()}/0"


def _store(state_dir: Path, new: Addresses) -> Addresses:
    beside = state_dir / f"{FILE_NAME}.new"
    beside.unlink(missing_ok=True)
    beside.touch(mode=FILE_MODE)
    beside.write_text(json.dumps(asdict(new), indent=2) + "\n", encoding="utf-8")
    beside.replace(state_dir / FILE_NAME)
    return new
