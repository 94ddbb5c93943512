"""Whether this process has come up, is alive, and can do its work. Anybody may ask: no version and no name is told.

`/livez` answers from memory: when it does not, restart the process. `/readyz` asks what the process needs, each check
within a second; when one fails, or when the process is stopping, send no traffic. `/startupz` asks what has to be done
before it starts. The broker is not asked: neither the door nor the API needs it.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

from jobs import draining

CHECK_SECONDS = 1.0
DISK_FULL = 0.05

# Threads, because a database that does not answer blocks whoever asks it; few, so that asking again piles up nothing.
_threads = ThreadPoolExecutor(8, thread_name_prefix="health")


class NotReady(Exception):
    """Something this process needs is missing."""


@dataclass(frozen=True, slots=True)
class Result:
    """`detail` says what was found, or what to do. What is critical and not ready keeps the process from its work."""

    ready: bool
    detail: str
    took_ms: float = 0.0
    critical: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return "ok" if self.ready else "failing" if self.critical else "degraded"

    def to_json(self) -> dict[str, Any]:
        body = {"status": self.status, "critical": self.critical, "ms": round(self.took_ms, 1), "detail": self.detail}
        return {**body, **self.more}


Check = Callable[[], "str | Result"]


def livez(_request: HttpRequest) -> HttpResponse:
    return _answer(200, {"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 or 503, with each check by name."""
    if draining.has_begun():
        return _answer(503, {"status": "stopping"})
    return _answer(*told(run_checks(checks_of_readiness())))


def startupz(_request: HttpRequest) -> HttpResponse:
    """200 once what comes before the start is done."""
    return _answer(*told(run_checks(checks_of_start())))


def checks_of_readiness() -> dict[str, Check]:
    """The door also has to keep what it is sent, and to log it."""
    checks: dict[str, Check] = {"database": database_is_writable, "migrations": migrations_are_applied}
    return {**checks, "disk": disk_has_room} if settings.PROCESS == "webhook" else checks


def checks_of_start() -> dict[str, Check]:
    checks: dict[str, Check] = {"migrations": migrations_are_applied}
    return checks if settings.PROCESS == "webhook" else {**checks, "static": static_files_are_there}


def told(results: Mapping[str, Result]) -> tuple[int, dict[str, Any]]:
    """The status of the answer and its body: 503 when something critical is not ready."""
    statuses = {result.status for result in results.values()}
    status = next((word for word in ("failing", "degraded") if word in statuses), "ok")
    body = {"status": status, "checks": {name: result.to_json() for name, result in results.items()}}
    return 503 if status == "failing" else 200, body


def run_checks(checks: Mapping[str, Check], *, seconds: float = CHECK_SECONDS) -> dict[str, Result]:
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


def _run(check: Check) -> Result:
    started = time.monotonic()
    try:
        found = check()
        result = found if isinstance(found, Result) else Result(ready=True, detail=found)
    except NotReady as exc:
        result = Result(ready=False, detail=str(exc))
    except Error as exc:  # its text names hosts
        result = Result(ready=False, detail=f"the database does not answer ({type(exc).__name__})")
    return replace(result, took_ms=(time.monotonic() - started) * 1_000)


def with_own_connection(check: Check) -> Check:
    """Give the thread's connection back, and let the database give up when nobody waits any more."""

    @wraps(check)
    def run() -> str | Result:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL statement_timeout = {int(CHECK_SECONDS * 1_000)}")
                return check()
        finally:
            connection.close()

    return run


@with_own_connection
def database_is_writable() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool")
        in_recovery, read_only = cursor.fetchone()
    if in_recovery or read_only:
        raise NotReady("the database takes no writes: it is a standby or was set to read-only")
    return "takes writes"


@with_own_connection
def migrations_are_applied() -> str:
    missing = missing_migrations()
    if missing:
        raise NotReady(f"{len(missing)} not applied; run manage.py migrate, manage.py doctor names them")
    return "all applied"


def disk_has_room() -> str:
    usage = shutil.disk_usage(settings.STATE_DIR)
    if usage.free < DISK_FULL * usage.total:
        raise NotReady(f"less than {DISK_FULL:.0%} is free")
    return f"{usage.free / usage.total:.0%} is free"


def static_files_are_there() -> str:
    if isinstance(staticfiles_storage, ManifestFilesMixin):
        collected = bool(staticfiles_storage.hashed_files)
    else:
        collected = any(Path(settings.STATIC_ROOT).glob("*"))
    if not collected:
        raise NotReady("not collected; run manage.py collectstatic")
    return "collected"


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


def _answer(status: int, body: dict[str, Any]) -> HttpResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
