"""The vitals for pages: asked for in a thread, kept for some seconds, so that no page waits for a broker that is away.

A page shows what was found last. The first page of a process has nothing to show yet, and says that it is checking.
"""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import Error, connection

from monitoring.vitals import Vital, vitals

FRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """`vitals` is empty while nothing is known."""

    vitals: Mapping[str, Vital] = field(default_factory=dict)

    @property
    def unwell(self) -> dict[str, Vital]:
        return {name: vital for name, vital in self.vitals.items() if not vital.well}

    @property
    def level(self) -> str:
        if not self.vitals:
            return "idle"
        return "bad" if self.unwell else "ok"

    @property
    def words(self) -> str:
        if not self.vitals:
            return "Checking"
        count = len(self.unwell)
        return f"{count} {'check fails' if count == 1 else 'checks fail'}" if count else "All well"


class _Kept:
    """The last pulse, and when it was taken."""

    def __init__(self) -> None:
        self.pulse = Pulse()
        self.asked_at = float("-inf")
        self.lock = threading.Lock()

    def is_due(self) -> bool:
        """True for one caller in FRESH_SECONDS."""
        with self.lock:
            due = time.monotonic() - self.asked_at > FRESH_SECONDS
            if due:
                self.asked_at = time.monotonic()
        return due


_kept = _Kept()
_thread = ThreadPoolExecutor(1, thread_name_prefix="pulse")


def pulse() -> Pulse:
    """What was found last; asks again when that is some seconds old."""
    if _kept.is_due():
        _thread.submit(take)
    return _kept.pulse


def take() -> None:
    """Ask now and keep the answer."""
    try:
        found: Mapping[str, Vital] = vitals()
    except Error as error:
        found = {"database": Vital(well=False, detail=f"does not answer ({type(error).__name__})")}
    finally:
        connection.close()  # this thread's, back to the pool
    _kept.pulse = Pulse(found)
