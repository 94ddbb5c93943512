"""A PostgreSQL that a test may stop, and questions to it past Django, which knows only the suite's."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.processes import ROOT, Process
from tests.services import Postgres


class OwnDatabase(Postgres):
    @property
    def url(self) -> str:
        return f"postgresql://kodus@127.0.0.1:{self.port}/kodus"

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(question).fetchall()

    def tell(self, *statements: str) -> None:
        with psycopg.connect(self.url) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def own_database() -> Iterator[OwnDatabase]:
    """Running, with the tables of this release."""
    folder = Path(tempfile.mkdtemp(prefix="kodus-test-"))
    folder.chmod(0o755)
    database = OwnDatabase(folder / "postgres")
    database.start()
    try:
        migrate = Process(sys.executable, "manage.py", "migrate", "-v", "0", DATABASE_URL=database.url)
        subprocess.run(migrate.command, cwd=ROOT, env=migrate.environment, check=True)
        yield database
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)
