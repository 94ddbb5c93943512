"""What a benchmark of the engine stands on: a PostgreSQL with its durability on, a RabbitMQ, the schema, Django.

Import this before anything that needs Django: `prepare` names the database first.
"""

import json
import logging
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
import psutil

from benchmarks.stamps import STAMPS
from tests.services import Postgres, RabbitMQ

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / ".kodus" / "benchmarks"
PACKAGES = ("celery", "kombu", "django", "psycopg", "procrastinate")


@contextmanager
def prepare() -> Iterator[str]:
    """Start the servers, migrate, set Django up; the broker's URL. Everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kodus-benchmark-"))
    folder.chmod(0o755)
    postgres, rabbitmq = Postgres(folder / "postgres", durable=True), RabbitMQ(folder / "rabbitmq")
    try:
        os.environ["DATABASE_URL"] = postgres.start()
        os.environ["BROKER_URL"] = rabbitmq.start()
        os.environ["KODUS_STATE_DIR"] = str(folder / "state")
        os.environ["KODUS_SECRET_KEY"] = "a key for the length of a benchmark"
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        os.environ[STAMPS] = str(folder / "stamps")
        django.setup()
        logging.getLogger().setLevel(logging.WARNING)  # here only: what is measured logs as in production
        run("manage.py", "migrate", "-v", "0")
        yield rabbitmq.url
    finally:
        rabbitmq.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True)


def stamps_file(*, fresh: bool = False) -> Path:
    path = Path(os.environ[STAMPS])
    if fresh:
        path.unlink(missing_ok=True)
    path.touch()
    return path


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cpus": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "load_before": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "fsync": True,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def keep(name: str, facts: dict[str, Any], figures: dict[str, Any]) -> Path:
    """Write the figures of one run beside the facts of its machine."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"machine": facts, "figures": figures}, indent=2) + "\n", encoding="utf-8")
    return path
