"""The database: by a connection of its own, because the pool would wait for one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from monitoring.doctor.diagnosis import Diagnosis, fail, ok, warn
from monitoring.health import missing_migrations

OLDEST_VERSION = 14
#: Nothing of ours goes by the clocks of two machines but what GitHub is shown.
SKEW_NOTED = timedelta(seconds=2)
SKEW_REFUSED = timedelta(seconds=60)
CONNECTIONS_NOTED = 0.8


def examine() -> Sequence[Diagnosis]:
    try:
        with _connected() as asked:
            return [_state(asked), *_connections(asked)]
    except psycopg.Error as error:
        text = f"does not answer at {_address()}: {str(error).partition(chr(10))[0] or type(error).__name__}"
        return [fail(text, "Start PostgreSQL, or set DATABASE_URL; nothing of the service works without it.")]


def migrations() -> Sequence[Diagnosis]:
    missing = missing_migrations()
    if missing:
        text = f"not applied: {', '.join(missing)}"
        return [fail(text, "manage.py migrate")]
    return [ok("all of this release are applied")]


def clock() -> Sequence[Diagnosis]:
    with _connected() as asked:
        before = now()
        (theirs,) = asked.execute("SELECT clock_timestamp()").fetchone() or (before,)
        ours = before + (now() - before) / 2
    return [told_skew(ours - theirs, than="the database's", about="")]


def told_skew(ahead: timedelta, *, than: str, about: str) -> Diagnosis:
    """`ahead`: of our clock."""
    seconds = ahead.total_seconds()
    if abs(ahead) <= SKEW_NOTED:
        return ok(f"{abs(seconds) * 1_000:.0f} ms from {than}", about=about)
    text = f"this machine's is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} {than}"
    remedy = "Have both set by NTP (timedatectl set-ntp true); beyond 60 s GitHub refuses what an App signs."
    return fail(text, remedy, about=about) if abs(ahead) > SKEW_REFUSED else warn(text, remedy, about=about)


def now() -> datetime:
    return datetime.now(UTC)


def _state(asked: psycopg.Connection[Any]) -> Diagnosis:
    row = asked.execute(
        "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool,"
        " current_setting('server_version_num')::int / 10000, current_setting('server_version')"
    ).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    in_recovery, read_only, major, version = row
    if in_recovery or read_only:
        text = "takes no writes: it is a standby or was set to read-only"
        return fail(text, "Point DATABASE_URL to the primary, or promote this one.")
    if major < OLDEST_VERSION:
        return warn(f"is PostgreSQL {version}", f"Use PostgreSQL {OLDEST_VERSION} or newer.")
    asked.execute("SELECT pg_current_xact_id()")  # refused by a disk that is full
    return ok(f"PostgreSQL {version.partition(' ')[0]} at {_address()} takes writes")


def _connections(asked: psycopg.Connection[Any]) -> Iterator[Diagnosis]:
    row = asked.execute(
        "SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity"
        " WHERE backend_type = 'client backend'"
    ).fetchone()
    used, most = row or (0, 1)
    if used / most > CONNECTIONS_NOTED:
        remedy = "Raise max_connections, or lower KODUS_DATABASE_POOL_SIZE."
        yield warn(f"{used} of {most} connections are in use", remedy, about="connections")


def _address() -> str:
    database = settings.DATABASES["default"]
    return f"{database['HOST'] or 'the local socket'}:{database['PORT'] or 5432}/{database['NAME']}"


@contextmanager
def _connected() -> Iterator[psycopg.Connection[Any]]:
    parameters = {**connection.get_connection_params(), "connect_timeout": 3, "tcp_user_timeout": 3_000}
    parameters |= {"autocommit": True, "cursor_factory": None}
    parameters["options"] = f"{parameters.get('options', '')} -c statement_timeout=3000"
    with psycopg.connect(**parameters) as made:
        yield made
