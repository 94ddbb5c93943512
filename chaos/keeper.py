"""The service's processes, each in a session of its own, started again a second after it ends: what supervisor does.

A process can be stopped on purpose, frozen, and killed with or without its children; all by the ids started here.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

CHECKOUT = Path(__file__).resolve().parents[1]
RESTART_SECONDS = 1.0
POLL_SECONDS = 0.1
STOP_SECONDS = 60.0


@dataclass
class Kept:
    """One process. `starts` counts how often it was started; `wanted` is False while it is stopped on purpose."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    listener: socket.socket | None = None
    cwd: Path = CHECKOUT
    popen: "subprocess.Popen[bytes] | None" = None
    starts: int = 0
    wanted: bool = False
    ended_at: float = field(default=0.0)

    @property
    def pid(self) -> int:
        return self.popen.pid if self.popen else 0

    def runs(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def children(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            found = psutil.Process(self.pid).children(recursive=True)
        return found

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=dict(self.environment),
                stdin=self.listener.fileno() if self.listener else subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.starts += 1

    def signal(self, number: signal.Signals, *, children: bool = True) -> None:
        """To the process, and to everything it started where `children`."""
        with suppress(ProcessLookupError):
            if not self.runs():
                return
            if children:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)


class Keeper:
    """Starts again whatever is wanted and has ended."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self._closing = threading.Event()
        self._lock = threading.RLock()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        for kept in self.kept.values():
            kept.signal(signal.SIGCONT)
            kept.signal(signal.SIGTERM, children=False)
        deadline = time.monotonic() + STOP_SECONDS / 2
        for kept in self.kept.values():
            _end(kept, deadline)

    def add(self, kept: Kept) -> None:
        self.kept[kept.name] = kept

    def start(self, name: str) -> None:
        with self._lock:
            kept = self.kept[name]
            kept.wanted = True
            if not kept.runs():
                kept.start()

    def stop(self, name: str, *, seconds: float = STOP_SECONDS) -> float:
        """Ask it to stop and wait for it, as a deploy does; how many seconds it took. Killed when it takes longer."""
        with self._lock:
            kept = self.kept[name]
            kept.wanted = False
        began = time.monotonic()
        kept.signal(signal.SIGTERM, children=False)
        _end(kept, began + seconds)
        return time.monotonic() - began

    def let_end(self) -> None:
        """Ask all of them to stop, and go on."""
        with self._lock:
            for kept in self.kept.values():
                kept.wanted = False
                kept.signal(signal.SIGTERM, children=False)

    def running(self) -> list[Kept]:
        return [kept for kept in self.kept.values() if kept.runs()]

    def named(self, prefix: str) -> list[Kept]:
        return [kept for name, kept in self.kept.items() if name.startswith(prefix)]

    def _keep(self) -> None:
        while not self._closing.wait(POLL_SECONDS):
            with self._lock:
                for kept in self.kept.values():
                    self._look_after(kept)

    def _look_after(self, kept: Kept) -> None:
        if not kept.wanted or kept.runs():
            kept.ended_at = 0.0
        elif not kept.ended_at:
            kept.ended_at = time.monotonic()
        elif time.monotonic() - kept.ended_at > RESTART_SECONDS:
            kept.signal(signal.SIGKILL)  # what a killed parent left behind
            kept.start()


def _end(kept: Kept, deadline: float) -> None:
    if kept.popen is None:
        return
    with suppress(subprocess.TimeoutExpired):
        kept.popen.wait(max(0.1, deadline - time.monotonic()))
    with suppress(ProcessLookupError):
        os.killpg(kept.pid, signal.SIGKILL)  # it, if it still runs, and what it left behind
    kept.popen.wait()


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def wait_until(fact: Callable[[], bool], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(POLL_SECONDS)
