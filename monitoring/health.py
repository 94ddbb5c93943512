"""Whether this process is alive, and whether it can do its work.

`/livez` answers from memory: when it does not, restart the process. `/readyz` asks what the process needs, each check
within a second; when one fails, or when the process is stopping, send no traffic. The broker is not asked: neither the
door nor the API needs it.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, wraps

from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

from jobs import draining

CHECK_SECONDS = 1.0

# Threads, because a database that does not answer blocks whoever asks it; few, so that asking again piles up nothing.
_threads = ThreadPoolExecutor(4, thread_name_prefix="health")


class NotReady(Exception):
    """Something this process needs is missing."""


@dataclass(frozen=True, slots=True)
class Result:
    """`detail` says what was found, or what to do."""

    ready: bool
    detail: str
    took_ms: float

    def to_json(self) -> dict[str, object]:
        return {"status": "ok" if self.ready else "failing", "detail": self.detail, "took_ms": round(self.took_ms, 1)}


def livez(_request: HttpRequest) -> HttpResponse:
    return _answer(200, {"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 or 503, with each check by name."""
    if draining.has_begun():
        return _answer(503, {"status": "stopping"})
    results = run_checks(CHECKS)
    ready = all(result.ready for result in results.values())
    checks = {name: result.to_json() for name, result in results.items()}
    return _answer(200 if ready else 503, {"status": "ok" if ready else "failing", "checks": checks})


def run_checks(checks: Mapping[str, Callable[[], str]], *, seconds: float = CHECK_SECONDS) -> dict[str, Result]:
    """All at once; one that takes longer than `seconds` has failed."""
    started = time.monotonic()
    running = {name: _threads.submit(_run, check) for name, check in checks.items()}
    results = {}
    for name, future in running.items():
        try:
            results[name] = future.result(timeout=max(0.0, started + seconds - time.monotonic()))
        except TimeoutError:
            future.cancel()
            results[name] = Result(ready=False, detail=f"no answer within {seconds:g} s", took_ms=seconds * 1_000)
    return results


def _run(check: Callable[[], str]) -> Result:
    started = time.monotonic()
    try:
        ready, detail = True, check()
    except (NotReady, Error) as exc:
        ready, detail = False, str(exc).partition("\n")[0] or type(exc).__name__
    return Result(ready=ready, detail=detail, took_ms=(time.monotonic() - started) * 1_000)


def _with_own_connection(check: Callable[[], str]) -> Callable[[], str]:
    """Give the thread's connection back, and let the database give up when nobody waits any more."""

    @wraps(check)
    def run() -> str:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL statement_timeout = {int(CHECK_SECONDS * 1_000)}")
                return check()
        finally:
            connection.close()

    return run


@_with_own_connection
def database_is_writable() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool")
        in_recovery, read_only = cursor.fetchone()
    if in_recovery or read_only:
        raise NotReady("the database takes no writes: it is a standby or was set to read-only")
    return "takes writes"


@_with_own_connection
def migrations_are_applied() -> str:
    missing = missing_migrations()
    if missing:
        raise NotReady(f"run manage.py migrate; not applied: {', '.join(missing)}")
    return "all applied"


def missing_migrations() -> list[str]:
    """Those of this release that the database has not seen, as "jobs.0001_initial"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        missing = _newest_migrations() - set(cursor.fetchall())
    return sorted(f"{app}.{name}" for app, name in missing)


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as this release has them; read from disk once."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


CHECKS: dict[str, Callable[[], str]] = {"database": database_is_writable, "migrations": migrations_are_applied}


def _answer(status: int, body: dict[str, object]) -> HttpResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
