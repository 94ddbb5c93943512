"""On a PostgreSQL of its own, which is told to vacuum at once and slowly."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import psycopg
import pytest

from chaos import holdings
from chaos.keeper import wait_until
from tests.services import Postgres

_SLOWLY = """
CREATE TABLE vacuumed (n int) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
                                    autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
INSERT INTO vacuumed SELECT generate_series(1, 100000);
DELETE FROM vacuumed;
"""
_VACUUMS = "SELECT 1 FROM pg_stat_activity WHERE datname = 'kodus' AND backend_type = 'autovacuum worker'"


@pytest.fixture
def folder():
    """Which PostgreSQL's own user can reach as well, unlike pytest's."""
    with TemporaryDirectory(prefix="kodus-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_what_the_database_does_of_itself_is_not_held_by_the_service(folder):
    server = Postgres(folder / "postgres")
    server.start()
    try:
        connect = partial(psycopg.connect, f"postgresql://kodus@127.0.0.1:{server.port}/kodus", autocommit=True)
        with connect() as connection:
            connection.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(_SLOWLY)
            wait_until(lambda: connection.execute(_VACUUMS).fetchone() is not None, seconds=60, what="a vacuum")
            with connect() as other:
                other.execute("BEGIN; LOCK TABLE vacuumed IN ACCESS SHARE MODE")
                held = holdings._in_the_database(SimpleNamespace(connect=connection.cursor))
                assert connection.execute(_VACUUMS).fetchone()
    finally:
        server.stop()
    assert (held["database sessions"], held["open transactions"], held["locks"]) == (1, 1, 1)
