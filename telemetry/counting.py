"""Counts that many processes keep together: each adds to files of its own, and a scrape sums them up.

The files belong to a slot. With its first count a process takes the first slot that nobody holds, and goes on from
what the last holder left there. So what a killed process counted stays counted, and there are as many files as
processes ran at once, however many came and went: a worker's child ends after some hundred jobs. The lock of a slot is
the kernel's, which a kill -9 releases as well.

To count is to add in memory that is mapped from a file: it waits for no disk, and it never fails whoever counts. Where
the folder cannot be written nothing is counted, and the log says so. The files have the form of prometheus_client's
multiprocess mode, whose collector reads them.
"""

import fcntl
import itertools
import json
import os
import shutil
import struct
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from pathlib import Path
from threading import Lock

import structlog
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.utils import floatToGoString

log = structlog.get_logger(__name__)

#: Written when a file is made: on a disk that is full, to touch a page that is not there yet would end the process.
RESERVED_BYTES = 512 * 1024
AGAIN_AFTER_SECONDS = 60.0
_USED = struct.Struct("i")


@dataclass(frozen=True, slots=True)
class Counter:
    """`name` ends in `_total`. The values of the labels are few and known: never a name of somebody else's choice."""

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def add(self, *values: str, amount: float = 1) -> None:
        """`values` in the order of `labels`. An amount of 0 makes the series known."""
        _add("counter", [(_key(self.name.removesuffix("_total"), self.name, self.labels, values, self.help), amount)])


@dataclass(frozen=True, slots=True)
class Histogram:
    """`bounds`: the upper ends of the buckets, in the unit of `name`, without the infinite one."""

    name: str
    help: str
    bounds: tuple[float, ...]
    labels: tuple[str, ...] = ()

    def observe(self, amount: float, *values: str) -> None:
        place = bisect_left(self.bounds, amount)
        end = self.bounds[place] if place < len(self.bounds) else inf
        _add("histogram", [(self._bucket(end, values), 1), (self._sum(values), amount)])

    def start(self, *values: str) -> None:
        """Make the series known, all its buckets empty."""
        buckets = [(self._bucket(end, values), 0.0) for end in (*self.bounds, inf)]
        _add("histogram", [*buckets, (self._sum(values), 0.0)])

    def _bucket(self, end: float, values: tuple[str, ...]) -> str:
        labels = (*self.labels, "le")
        return _key(self.name, f"{self.name}_bucket", labels, (*values, floatToGoString(end)), self.help)

    def _sum(self, values: tuple[str, ...]) -> str:
        return _key(self.name, f"{self.name}_sum", self.labels, values, self.help)


@dataclass(frozen=True, slots=True)
class Gauge:
    """What somebody else said last, to whichever process."""

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def set(self, value: float, *values: str) -> None:
        _set("gauge_mostrecent", _key(self.name, self.name, self.labels, values, self.help), value)


class _Slot:
    """A number that no other running process has, and its files by kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, MmapedDict] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self.number, self.lock = next(filter(None, map(self._locked, itertools.count())))

    def _locked(self, number: int) -> tuple[int, int] | None:
        lock = os.open(self._folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        return number, lock

    def file(self, kind: str) -> MmapedDict:
        if kind not in self._files:
            path = self._folder / f"{kind}_{self.number}.db"
            if not _is_sound(path):  # of a machine that lost its power: better counted anew than not at all
                _reserve(path)
            self._files[kind] = MmapedDict(str(path))
        return self._files[kind]


_folder: Path | None = None
_slot: _Slot | None = None
_off_until = 0.0
_lock = Lock()


def keep_in(folder: Path | None) -> None:
    """Count in the files of this folder from now on; with None, not at all."""
    global _folder, _off_until
    with _lock:
        _leave_slot()
        _folder, _off_until = folder, 0.0


def folder() -> Path | None:
    return _folder


def forget(folder: Path) -> None:
    """Begin all counts anew. While nobody counts: whoever does would go on in files that are gone."""
    shutil.rmtree(folder, ignore_errors=True)


def _add(kind: str, changes: Sequence[tuple[str, float]]) -> None:
    with _lock:
        file = _file(kind)
        if file is None:
            return
        for key, amount in changes:
            file.write_value(key, file.read_value(key)[0] + amount, 0.0)


def _set(kind: str, key: str, value: float) -> None:
    with _lock:
        file = _file(kind)
        if file is not None:
            file.write_value(key, value, time.time())


def _file(kind: str) -> MmapedDict | None:
    global _slot, _off_until  # noqa: PLW0603 - one per process
    if _folder is None or (_off_until and time.monotonic() < _off_until):
        return None
    try:
        _slot = _slot or _Slot(_folder)
        return _slot.file(kind)
    except OSError as error:
        _off_until = time.monotonic() + AGAIN_AFTER_SECONDS
        log.warning("not counted", folder=str(_folder), error=str(error))
        return None


def _reserve(path: Path) -> None:
    """A file of zeros, whole before anybody sees it."""
    made = path.with_suffix(".new")
    made.write_bytes(bytes(RESERVED_BYTES))
    made.replace(path)


def _is_sound(path: Path) -> bool:
    if not path.exists() or path.stat().st_size < RESERVED_BYTES:
        return False
    with path.open("rb") as file:
        (used,) = _USED.unpack(file.read(_USED.size))
    try:
        return 0 <= used <= path.stat().st_size and all(
            json.loads(key) for key, *_ in MmapedDict.read_all_values_from_file(str(path))
        )
    except (RuntimeError, ValueError, struct.error):
        return False


def _leave_slot() -> None:
    global _slot  # noqa: PLW0603 - one per process
    if _slot:
        os.close(_slot.lock)
        _slot = None


def _after_fork() -> None:
    """A child counts in a slot of its own. Its copy of the parent's lock would keep that from being released."""
    global _lock  # noqa: PLW0603 - another thread of the parent may have held it
    _lock = Lock()
    _leave_slot()


os.register_at_fork(after_in_child=_after_fork)


@lru_cache(maxsize=10_000)
def _key(metric: str, sample: str, labels: tuple[str, ...], values: tuple[str, ...], help_text: str) -> str:
    if len(labels) != len(values):
        raise ValueError(f"{metric} has the labels {labels}, not {values}.")
    return mmap_key(metric, sample, list(labels), list(values), help_text)
