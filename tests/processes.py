"""The project's real processes, started for a test against the test's database and broker, and ended by it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from tests.services import wait_until

ROOT = Path(__file__).resolve().parents[1]
CELERY = [
    sys.executable,
    "-m",
    "celery",
    "-A",
    "kodus_queue",
    "worker",
    "--without-gossip",
    "--without-mingle",
    "-l",
    "INFO",
]


def database_url() -> str:
    """The test's own database, as a URL for another process."""
    settings = connection.settings_dict
    return f"postgresql://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


class Process:
    """One process of ours. Its output goes to a file, shown when a test waits for it in vain."""

    def __init__(self, *command: str, broker_url: str = "", workload: bool = False, **environment: str) -> None:
        self.command = command
        self.log = Path(tempfile.mkstemp(prefix="kodus-process-", suffix=".log")[1])
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "BROKER_URL": broker_url or "amqp://guest:guest@127.0.0.1:1//",
            "DJANGO_SETTINGS_MODULE": "tests.workload.settings" if workload else "kodus_queue.settings",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.stdin: socket.socket | None = None
        self.root = ROOT
        self.popen: subprocess.Popen[bytes] | None = None
        self._is_asked = False

    @property
    def pid(self) -> int:
        assert self.popen
        return self.popen.pid

    def start(self) -> "Process":
        self._is_asked = False
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                self.command,
                cwd=self.root,
                env=self.environment,
                stdin=self.stdin,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        return self

    def story(self) -> str:
        """The end of what it printed, for a failure message."""
        return f"--- {' '.join(self.command)}\n{self.log.read_text(errors='replace')[-4000:]}"

    def says(self, text: str) -> bool:
        return text in self.log.read_text(errors="replace")

    def wait_for(self, text: str, *, seconds: float = 60) -> "Process":
        try:
            wait_until(lambda: self.says(text) or self._ended(), seconds=seconds, what=f"{text!r} from {self.command}")
        except TimeoutError as error:
            raise AssertionError(f"{error}\n{self.story()}") from error
        assert self.says(text), self.story()
        return self

    def _ended(self) -> bool:
        return self.popen is not None and self.popen.poll() is not None

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Signal the whole session, children too: kill -9 leaves nobody to clean up."""
        if self.popen and self.popen.poll() is None:
            os.killpg(self.pid, number)
            self.popen.wait(timeout=60)

    def ask_to_end(self) -> bool:
        """Once; whether it runs."""
        runs = self.popen is not None and self.popen.poll() is None
        if self.popen and runs and not self._is_asked:
            self._is_asked = True
            self.popen.terminate()
        return runs

    def stop(self) -> None:
        """Ask the main process to end, as a supervisor does; end all of it if it does not."""
        if self.ask_to_end() and self.popen:
            try:
                self.popen.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()
        self.log.unlink(missing_ok=True)


def dispatcher(broker_url: str, **options: str) -> Process:
    return Process(sys.executable, "manage.py", "dispatch", broker_url=broker_url, **options)


def worker(
    broker_url: str, queue: str, *, concurrency: int = 1, workload: bool = False, **environment: str
) -> Process:
    name = f"{queue.rsplit('.', 1)[-1]}-{os.urandom(3).hex()}@localhost"
    command = [*CELERY, "-Q", queue, "-c", str(concurrency), "-n", name]
    return Process(*command, broker_url=broker_url, workload=workload, **environment)


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Start all, and whatever happens end all."""
    try:
        for process in processes:
            process.start()
        yield
    except BaseException as error:
        for process in processes:
            error.add_note(process.story())
        raise
    finally:
        stop(reversed(processes))


def stop(processes: Iterable[Process]) -> None:
    """All at once: each may take seconds."""
    listed = list(processes)
    for process in listed:
        process.ask_to_end()
    for process in listed:
        process.stop()
