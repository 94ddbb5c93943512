"""A PostgreSQL in a folder that stays, to be filled once and measured often."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import Postgres

ROOT = Path(__file__).resolve().parents[2]
#: As on a machine of 8 GB that is the database's own: a quarter for the buffers, the rest for the system's cache.
_TUNED = """
shared_buffers = 1GB
effective_cache_size = 5GB
random_page_cost = 1.1
work_mem = 16MB
"""
#: While it is filled: what is written to a new table needs no log, and a crash means to start again.
_LOADING = """
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 30min
autovacuum = off
synchronous_commit = off
maintenance_work_mem = 1GB
work_mem = 512MB
"""


@contextmanager
def serving(folder: Path, *, loading: bool = False) -> Iterator[str]:
    """The URL of the folder's database, which is made when there is none. Stopped afterwards; the folder stays."""
    server = Postgres(folder / "postgres", durable=not loading)
    configuration = folder / "postgres" / "data" / "conf.d.conf"
    try:
        if not configuration.parent.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
            server.start()
            server.stop()
            with (configuration.parent / "postgresql.conf").open("a", encoding="utf-8") as main:
                main.write("include = 'conf.d.conf'\n")
        configuration.write_text(_TUNED + (_LOADING if loading else ""), encoding="utf-8")
        if server.user:
            shutil.chown(configuration, server.user)
        server.resume()
        yield f"postgresql://kodus@127.0.0.1:{server.port}/kodus"
    finally:
        server.stop()
        configuration.write_text(_TUNED, encoding="utf-8")


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """Of a process of the project that works on this database. No broker is needed, and none answers."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "BROKER_URL": "amqp://guest:guest@127.0.0.1:1//",
        "DJANGO_SETTINGS_MODULE": "kodus_queue.settings",
        "KODUS_STATE_DIR": str(folder / "state"),
        "KODUS_SECRET_KEY": "a key for the length of a benchmark",
        "KODUS_LOG_LEVEL": "WARNING",
        "KODUS_PROCESS": "manage",
    }


def manage(folder: Path, database_url: str, *arguments: str) -> None:
    (folder / "state" / "static").mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(folder, database_url), check=True
    )
