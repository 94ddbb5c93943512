"""Speak to supervisor over its socket: start and stop processes by name, and learn what they do.

A name is `dispatcher`, or `webhook:webhook_0` for one of several. The socket lies in the state folder, so one checkout
never touches the processes of another.
"""

import http.client
import subprocess
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from xmlrpc.client import Error, Fault, ServerProxy

import psutil
from supervisor.options import make_namespec
from supervisor.states import RUNNING_STATES, STOPPED_STATES, ProcessStates
from supervisor.xmlrpc import SupervisorTransport

from kodus_queue.processes import CHECKOUT, PARTS, SUPERVISOR_CONFIGURATION, program_of, stop_seconds

POLL_SECONDS = 0.05
GAVE_UP = frozenset({ProcessStates.FATAL, ProcessStates.EXITED, ProcessStates.UNKNOWN})
LOG_LINES_SHOWN = 15


class ProcessFailedError(RuntimeError):
    """A process of the service does not start; the end of its log is in the message."""


class Supervisor:
    """The supervisor of one state folder, whether it runs or not."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.log_folder = Path(environment["KODUS_STATE_DIR"]) / "log"
        self._socket = environment["KODUS_SUPERVISOR_SOCKET"]

    @classmethod
    def running(cls, environment: Mapping[str, str]) -> "Supervisor | None":
        """The one that runs in this state folder, with the environment its service was started with, if any."""
        known = cls(environment)
        if not known.answers():
            return None
        return cls(psutil.Process(known._call("getPID")).environ())

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start supervisord, away from the terminal's Ctrl-C: the caller stops it in order."""
        process = subprocess.Popen(
            ["supervisord", "-c", str(SUPERVISOR_CONFIGURATION)],
            env=self.environment,
            cwd=CHECKOUT,
            start_new_session=True,
        )
        self._wait(lambda: self.answers() or process.poll() is not None, seconds=20)
        if not self.answers():
            raise ProcessFailedError(f"supervisord did not start; see {self.log_folder / 'supervisord.log'}")
        return process

    def answers(self) -> bool:
        try:
            self._call("getState")
        except (OSError, Error, http.client.HTTPException):
            return False
        return True

    def changed_programs(self) -> list[str]:
        """Those that deploy/supervisord.conf describes otherwise than supervisor knows them; nothing is done yet."""
        added_changed_removed: list[list[str]] = self._call("reloadConfig")[0]
        return sorted(program for programs in added_changed_removed for program in programs)

    def states(self) -> dict[str, int]:
        return {_name(info): info["state"] for info in self._call("getAllProcessInfo")}

    def start(self, names: Collection[str]) -> dict[str, int]:
        """Start processes without waiting; their process ids."""
        for name in names:
            self._call("startProcess", name, False)
        return {name: pid for name, pid in self.pids().items() if name in names}

    def pids(self) -> dict[str, int]:
        """0 for one that does not run."""
        return {_name(info): info["pid"] for info in self._call("getAllProcessInfo")}

    def refuse_restarted(self, started: Mapping[str, int]) -> None:
        """Raise ProcessFailedError for one that ended since its start, though supervisor goes on trying."""
        pids = self.pids()
        for name, pid in started.items():
            if pids[name] != pid:
                raise ProcessFailedError(f"{name} does not stay up.{self.end_of_log(name)}")

    def wait_running(self, names: Collection[str], *, seconds: float) -> None:
        """Return when all run; raise ProcessFailedError as soon as supervisor gave one up."""

        def all_run() -> bool:
            self.refuse_failed(names)
            states = self.states()
            return all(states[name] == ProcessStates.RUNNING for name in names)

        if not self._wait(all_run, seconds=seconds):
            states = self.states()
            late = [name for name in names if states[name] != ProcessStates.RUNNING]
            raise ProcessFailedError(f"not running after {seconds:.0f} s: {late}.{self.end_of_log(late[0])}")

    def refuse_failed(self, names: Collection[str]) -> None:
        """Raise ProcessFailedError for one that supervisor gave up."""
        states = self.states()
        for name in names:
            if states[name] in GAVE_UP:
                raise ProcessFailedError(f"{name} does not start.{self.end_of_log(name)}")

    def stop_all(self) -> None:
        """Stop everything, the embedded parts after what uses them, and supervisord itself."""
        running = [name for name, state in self.states().items() if state in RUNNING_STATES]
        self.stop([name for name in running if name not in PARTS])
        self.stop([name for name in running if name in PARTS])
        self._call("shutdown")
        self._wait(lambda: not self.answers(), seconds=20)

    def stop(self, names: Collection[str]) -> None:
        """Stop processes, all at once; supervisor kills one that takes longer than it may."""
        for name in names:
            try:
                self._call("stopProcess", name, False)
            except Fault:
                continue  # it ended by itself in the meantime
        longest = max((stop_seconds(self.environment)[program_of(name)] for name in names), default=0)
        self._wait(lambda: all(self.states()[name] in STOPPED_STATES for name in names), seconds=longest + 5)

    def end_of_log(self, name: str) -> str:
        path = self.log_folder / f"{name.rpartition(':')[2]}.log"
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        return "\n".join([f" The end of {path}:", *lines[-LOG_LINES_SHOWN:]])

    def _call(self, method: str, *arguments: Any) -> Any:
        with ServerProxy("http://supervisor", SupervisorTransport(None, None, f"unix://{self._socket}")) as server:
            return getattr(server.supervisor, method)(*arguments)

    @staticmethod
    def _wait(fact: Callable[[], bool], *, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not fact():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True


def _name(info: Mapping[str, Any]) -> str:
    return str(make_namespec(info["group"], info["name"]))
