"""The file by which a process without HTTP says that it lives.

A probe asks every few seconds, so reading it takes the standard library alone (monitoring/healthcheck.py). It is
written in place, always as many bytes: a full disk stops no pulse. It counts on a clock that nobody can set.
"""

import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from math import floor
from pathlib import Path

FOLDER = "pulse"
_FORM = "{at:020.3f} {good_for:08.1f} {pid:010d}\n"


@dataclass(frozen=True, slots=True)
class Pulse:
    """`age_seconds` ago this process said that it would say so again within `good_for_seconds`."""

    pid: int
    age_seconds: float
    good_for_seconds: float

    @property
    def is_alive(self) -> bool:
        return 0 <= self.age_seconds <= self.good_for_seconds


def path_of(state_dir: Path, name: str) -> Path:
    """Of the process of that name on this host: several hosts, or containers, may share a state folder."""
    return state_dir / FOLDER / f"{name}@{socket.gethostname()}"


def names_in(state_dir: Path) -> list[str]:
    """The processes of this host that have left a file."""
    here = f"@{socket.gethostname()}"
    return sorted(path.name.removesuffix(here) for path in (state_dir / FOLDER).glob(f"*{here}"))


def write(path: Path, *, good_for_seconds: float) -> None:
    """Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    at = floor(_now() * 1_000) / 1_000  # rounded up, it would be of a moment to come
    text = _FORM.format(at=at, good_for=good_for_seconds, pid=os.getpid())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.pwrite(descriptor, text.encode("ascii"), 0)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Of a process that ended as it should."""
    with suppress(OSError):
        path.unlink()


def read(path: Path) -> Pulse | None:
    """None when there is none that can be read."""
    try:
        at, good_for, pid = path.read_text(encoding="ascii").split()
        return Pulse(int(pid), _now() - float(at), float(good_for))
    except (OSError, ValueError):
        return None


def _now() -> float:
    """Since the machine started, sleep included, where there is such a clock; the same in all its containers."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
