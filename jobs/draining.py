"""Whether this process is stopping: eight bytes that a main process shares with the children it forks.

Celery tells a worker's main process alone, which stops taking messages and waits for its children. From then on an
attempt ends at the next safe place (attempts.py), and its job is released: another worker goes on from the last
checkpoint. A web server says it here itself (kodus_queue/web.py), and /readyz tells it to others.
"""

import mmap
import struct
import time

from celery.signals import worker_shutting_down

_FORM = struct.Struct("=d")
_began_at = mmap.mmap(-1, _FORM.size)  # anonymous and shared: a fork keeps it


@worker_shutting_down.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def begin(**_: object) -> None:
    _FORM.pack_into(_began_at, 0, time.monotonic())


def has_begun() -> bool:
    return seconds() > 0


def seconds() -> float:
    """For how long this process has been stopping; 0 while it is not."""
    began_at: float = _FORM.unpack_from(_began_at)[0]
    return time.monotonic() - began_at if began_at else 0.0


def forget() -> None:
    """As if nobody had asked it to stop; for tests."""
    _FORM.pack_into(_began_at, 0, 0.0)
