"""How long a request kept a processor, or a disk, busy: what it waited for a processor is told apart.

Other work on the machine makes a request wait for its turn; that says nothing about the request. The kernel counts
those waits of each process, and a request is one of two at any time: this process, or its connection's at the server.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

NANOSECONDS_PER_MS = 1_000_000


@dataclass
class Lap:
    """Milliseconds: `whole` by a clock on the wall, `waited` what of it passed until a processor was free."""

    whole: float = 0.0
    waited: float = 0.0

    @property
    def busy(self) -> float:
        return self.whole - self.waited


@contextmanager
def lap() -> Iterator[Lap]:
    """The time of what is done within. The server's processes have to be on this machine."""
    connection.ensure_connection()
    processes = ("self", str(connection.connection.info.backend_pid))
    result, waited_before = Lap(), _waited(processes)
    begun = time.perf_counter_ns()
    try:
        yield result
    finally:
        result.whole = (time.perf_counter_ns() - begun) / NANOSECONDS_PER_MS
        result.waited = (_waited(processes) - waited_before) / NANOSECONDS_PER_MS


def _waited(processes: tuple[str, ...]) -> int:
    """Nanoseconds, of the main thread of each."""
    stats = (Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split() for process in processes)
    return sum(int(waited) for _ran, waited, _slices in stats)
