"""What every measured handler does, ours and the peers': note when it ran, and in which process.

A stamp is 16 bytes appended to one file: the process id and CLOCK_MONOTONIC in nanoseconds, which all processes of a
machine share. It costs a few microseconds, the same for all.
"""

import os
import struct
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STAMPS = "BENCHMARK_STAMPS"
_FORM = struct.Struct("=QQ")


@dataclass(frozen=True, slots=True)
class Stamp:
    process: int
    at_ns: int


def stamp() -> None:
    os.write(_file(), _FORM.pack(os.getpid(), time.monotonic_ns()))


@cache
def _file() -> int:
    return os.open(os.environ[STAMPS], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def read(path: Path) -> list[Stamp]:
    """In the order they were written."""
    return [Stamp(*pair) for pair in _FORM.iter_unpack(path.read_bytes())]


def count(path: Path) -> int:
    return path.stat().st_size // _FORM.size


def rate(stamps: list[Stamp], *, processes: int) -> float:
    """Runs per second, counted from when so many processes had started: starting Python is not what is measured."""
    started: dict[int, int] = {}
    for one in stamps:
        started.setdefault(one.process, one.at_ns)
    since = list(started.values())[processes - 1]
    counted = [one.at_ns for one in stamps if one.at_ns >= since]
    return (len(counted) - 1) / (max(counted) - since) * 1e9
