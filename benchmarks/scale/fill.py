"""Fill a database with believable jobs and all that hangs on them, to see how pages and lists do among millions.

    python -m benchmarks.scale.fill --keep FOLDER [--jobs 5000000] [--seed 7] [--until 2026-11-30T12:00:00+00:00]

The folder keeps the PostgreSQL; benchmarks/scale/measure.py opens it again. Five million jobs with fifty million
history rows take some 25 GB and half an hour. The same jobs, seed and `--until` make the same rows. Indexes and
constraints are taken off first and put back at the end, which checks every row against them.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.scale.catalogue import parts_of, put_back, take_off
from benchmarks.scale.folder import manage, serving
from benchmarks.scale.plan import jobs_sql, prepare
from benchmarks.scale.tables import FILLINGS, NUMBERED_BY_HAND, PURPOSES

#: Jobs per statement: what is sorted at once stays in memory.
CHUNK = 100_000
Tell = Callable[[str], None]


def fill(connection: psycopg.Connection[Any], *, jobs: int, seed: int, until: datetime, tell: Tell) -> None:
    """Into a migrated database without jobs. ValueError when there are some; the connection commits by itself."""
    if connection.execute("SELECT 1 FROM workflow_jobs LIMIT 1").fetchone():
        raise ValueError("there are jobs in this database already")
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("CREATE TEMP TABLE scale_purposes (purpose text)")
    connection.execute("INSERT INTO scale_purposes SELECT unnest(%s::text[])", [list(PURPOSES)])
    parts = parts_of(connection, tuple(FILLINGS))
    with connection.transaction():
        take_off(connection, parts)
    prepare(connection)
    in_chunks(connection, "scale_jobs", jobs_sql(jobs=jobs, seed=seed), jobs=jobs, until=until, tell=tell)
    connection.execute("CREATE UNIQUE INDEX scale_jobs_n ON scale_jobs (n)")
    connection.execute("ANALYZE scale_jobs")
    for table, sql in FILLINGS.items():
        in_chunks(connection, table, sql, jobs=jobs, until=until, tell=tell)
    for table in NUMBERED_BY_HAND:
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {jobs})")
    connection.execute("DROP TABLE scale_jobs")
    put_back(connection, parts, tell=tell)
    for table in FILLINGS:
        tell(f"{table}: vacuum")
        connection.execute(f"VACUUM (ANALYZE) {table}")


def in_chunks(
    connection: psycopg.Connection[Any], table: str, sql: str, *, jobs: int, until: datetime, tell: Tell
) -> None:
    """In one transaction, which empties the table first: what goes into a new file is not logged."""
    rows = 0
    with connection.transaction():
        connection.execute(f"TRUNCATE {table} RESTART IDENTITY")
        for first in range(1, jobs + 1, CHUNK):
            last = min(first + CHUNK - 1, jobs)
            rows += connection.execute(sql, {"first": first, "last": last, "until": until}).rowcount
            tell(f"{table}: {rows:,} rows ({last / jobs:.0%})")


def telling() -> Tell:
    begun = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - begun:7.1f} s  {text}", flush=True)

    return tell


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--keep", type=Path, required=True, help="the folder of the database")
    parser.add_argument("--jobs", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--until", type=datetime.fromisoformat, default=datetime.now(UTC), help="the newest job's time"
    )
    options = parser.parse_args()
    if (options.keep / "postgres").exists():
        parser.error(f"{options.keep} holds a database already; remove it to fill it anew")
    tell = telling()
    with serving(options.keep, loading=True) as url:
        manage(options.keep, url, "migrate", "-v", "0")
        tell("migrated")
        with psycopg.connect(url, autocommit=True) as connection:
            fill(connection, jobs=options.jobs, seed=options.seed, until=options.until, tell=tell)
    about = f"jobs {options.jobs}\nseed {options.seed}\nuntil {options.until.isoformat()}\n"
    (options.keep / "filled").write_text(about, encoding="utf-8")
    tell("done")


if __name__ == "__main__":
    main()
