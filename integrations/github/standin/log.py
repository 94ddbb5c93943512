"""An append-only file of what happened on the stand-in: one JSON object a line, written before anybody is told.

A killed process leaves every fact that was visible outside; only its last line may be torn. A process that starts on
the same file goes on in it, remembering nothing: pull requests and ids are new after `started`.

Each line has `fact`, `at` (wall clock, ISO 8601 in UTC), `monotonic` (CLOCK_MONOTONIC in seconds) and, by its fact:

started           pid
pull_request      change (opened, synchronize, closed, reopened, converted_to_draft, ready_for_review, locked),
                  pull_request (octo/app#12), head, base, state, draft, merged: as they are from now on
request           method, path, body, status (null: no answer was given), applied, made (the id of what was made), why
                  (null, ordered, or a word of the weather): each REST request that writes, and each other one, git's
                  with the method git, that gets something else than its answer
webhook_sent      attempt, delivery, event, action, pull_request, head, sha256 (of the body), redelivery: a POST begins
webhook_answered  attempt, delivery, status (null: none came), outcome (GitHub's word), duration_seconds
webhook_lost      as webhook_sent, of one that is never sent; GitHub shows it as failed
weather           every field of `weather.Weather`, as it is from now on

Facts about pull requests and writes stand in the order in which they happened. Reviews and check runs are known by the
requests that made them: `applied` says whether it is there, whatever the status.
"""

import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO


class Log:
    """Appends facts to the file at `path`, or nowhere without one. Threads may share it."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = _opened(path) if path else None
        self._lock = threading.Lock()

    def close(self) -> None:
        if self._file:
            self._file.close()

    def write(self, fact: str, **told: Any) -> None:
        """The line is with the operating system, which a killed process cannot take back, when this returns."""
        if self._file is None:
            return
        with self._lock:
            moments = {"at": datetime.now(UTC).isoformat(), "monotonic": time.clock_gettime(time.CLOCK_MONOTONIC)}
            self._file.write(json.dumps({"fact": fact, **moments, **told}).encode() + b"\n")
            self._file.flush()


def _opened(path: Path) -> BinaryIO:
    file = path.open("a+b")
    if file.tell():
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            file.write(b"\n")  # what a kill tore apart stays a line of its own
    return file
