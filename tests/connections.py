"""Connections that break at the worst moment: around COMMIT, as they do when a process is killed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

import psycopg
from django.db import OperationalError, connection


@contextmanager
def ends_at_commit(when: Literal["before", "after"]) -> Iterator[None]:
    """This thread's server process ends right before, or right after, its next COMMIT: OperationalError either way."""
    commit = connection._commit  # type: ignore[attr-defined]  # Django's own

    def end_at_commit() -> None:
        if when == "after":
            commit()
        with suppress(psycopg.OperationalError):
            connection.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        if when == "before":
            commit()
        raise OperationalError("the connection is lost")

    connection._commit = end_at_commit  # type: ignore[attr-defined]  # Django's own
    try:
        yield
    finally:
        del connection._commit  # type: ignore[attr-defined]  # Django's own
        connection.close()
