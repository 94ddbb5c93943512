"""Whether pruning disturbs the engine, and whether the tables stay as large as they are under load and pruning.

    python -m benchmarks.retention [--jobs 200000] [--history 10] [--days 40] [--scale-factor 0.2]

A PostgreSQL that flushes to disk is started here and filled with completed jobs of so many days, each with its history
and a delivery with a body of two kilobytes. Then

    beside   a few hundred lives of a job (enqueue, claim, complete), timed, alone and while a day is pruned, in turn
    flat     a day of jobs comes and a day goes, without rests, until all that was there at first is gone; with sizes

A day passes by keeping things for one day less. Because days pass in seconds here, autovacuum looks every five seconds
instead of every minute.
"""

import argparse
import multiprocessing
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import django

from benchmarks.ground import keep, machine, percentile, run
from tests.services import Postgres

TABLES = ("workflow_jobs", "job_execution_history", "webhook_deliveries", "outbox_messages")
LIVES = 300
STEPS = ("enqueue", "claim", "complete")

# Foreign keys are checked at the end of the transaction, so one statement makes all of a day.
DAY = """
WITH made AS (
  INSERT INTO workflow_jobs (id, workflow_type, handler_type, queue, status, payload, organization, subject,
         correlation_id, attempt, retries, crashes, dispatch, fence, due_at, lease_owner, stage, checkpoint, wait_type,
         wait_scope, wait_key, wait_on_timeout, outcome, error_class, error_type, error_message, reason, created_at,
         updated_at, finished_at)
  SELECT gen_random_uuid(), 'CODE_REVIEW', 'PIPELINE', 'workflow.jobs.code_review', 'COMPLETED',
         '{"repository_id": 1, "number": 7, "head_sha": "0123456789abcdef"}', 'octo-' || number %% 50,
         'octo/app#' || number, gen_random_uuid()::text, 1, 0, 0, 1, 1, at, '', 'post',
         jsonb_build_object('files', repeat('shop/prices.py ', 20)), '', '', '', '', '{"outcome": "REVIEWED"}', '', '',
         '', '', at, at, at
    FROM (SELECT number, now() - make_interval(secs => (%(day)s + number::float / %(jobs)s) * 86400) AS at
            FROM generate_series(%(jobs)s, 1, -1) number) rows
  RETURNING id, organization, created_at
), noted AS (
  INSERT INTO job_execution_history (job_id, verb, from_status, to_status, attempt, dispatch, fence, stage, actor,
         detail, at)
  SELECT id, 'checkpoint', 'PROCESSING', 'PROCESSING', 1, 1, 1, 'find', 'review@host:1234', '{"stage": "find"}',
         created_at
    FROM made, generate_series(1, %(history)s)
)
INSERT INTO webhook_deliveries (delivery_id, event, action, body, body_sha256, headers, hook_id, repository, sender,
       verdict, reason, job_id, received_at)
SELECT gen_random_uuid(), 'pull_request', 'opened', decode(repeat(md5(random()::text), 128), 'hex'),
       sha256(id::text::bytea), '{}', 1, organization || '/app', 'mona', 'ACCEPTED', '', id, created_at
  FROM made"""


@contextmanager
def prepare() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="kodus-benchmark-"))
    folder.chmod(0o755)
    postgres = Postgres(folder / "postgres", durable=True)
    try:
        os.environ["DATABASE_URL"] = postgres.start()
        os.environ["KODUS_STATE_DIR"] = str(folder / "state")
        os.environ["KODUS_SECRET_KEY"] = "a key for the length of a benchmark"
        os.environ["KODUS_LOG_LEVEL"] = "WARNING"
        os.environ["KODUS_STATEMENT_TIMEOUT_MS"] = "600000"
        os.environ["DJANGO_SETTINGS_MODULE"] = "kodus_queue.settings"
        django.setup()
        run("manage.py", "migrate", "-v", "0")
        yield
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def execute(sql: str, **values: Any) -> list[Any]:
    from django.db import connection  # noqa: PLC0415 - the settings name the database only now

    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def add_day(day: int, *, jobs: int, history: int) -> None:
    """Jobs that were made and completed in the course of the day that ended `day` days ago."""
    execute(DAY, day=day, jobs=jobs, history=history)


def sizes() -> dict[str, float]:
    """Of tables with their indexes and what is stored beside, in MB."""
    return {table: execute(f"SELECT pg_total_relation_size('{table}')")[0][0] / 2**20 for table in TABLES}


def counters() -> dict[str, tuple[int, int, int]]:
    sql = "SELECT relname, n_tup_upd, n_tup_hot_upd, autovacuum_count FROM pg_stat_user_tables"
    return {name: tuple(rest) for name, *rest in execute(sql) if name in TABLES}


def prune_on_demand(orders: Connection) -> None:
    """In a process of its own, as in production: for each age that comes, prune, with rests or without; then say what
    was deleted, and how long it took.
    """
    django.setup()
    pruning, retention = import_module("jobs.pruning"), import_module("jobs.retention")
    every = import_module("kodus_queue.retention").ALL
    batches: list[float] = []
    as_usual = pruning._rest  # noqa: SLF001 - it is told how long each page took

    def note(seconds: float) -> None:
        batches.append(seconds)
        if rests:
            as_usual(seconds)

    pruning._rest = note  # noqa: SLF001 - the same
    while True:
        days, rests = orders.recv()
        batches.clear()
        began = time.monotonic()
        asked = retention.parameters(instead=dict.fromkeys(("jobs", "bodies", "deliveries"), days))
        gone = pruning.prune(every, pruning.Run(asked))
        orders.send((dict(gone), time.monotonic() - began, list(batches)))


@contextmanager
def pruner() -> Iterator[Connection]:
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=prune_on_demand, args=(there,))
    process.start()
    try:
        yield here
    finally:
        process.terminate()
        process.join()


def lives(taken: dict[str, list[float]]) -> None:
    """Times of each step of a few jobs, one after the other, in ms."""
    enqueue, transitions = import_module("jobs.enqueue").enqueue, import_module("jobs.transitions")
    kind = import_module("jobs.states").WorkflowType.CODE_REVIEW
    for _ in range(LIVES):
        steps: list[Callable[[Any], Any]] = [
            lambda _: enqueue(kind, {"number": 1}, dedupe_key=None).job,
            lambda job: transitions.claim(job.id, 1, owner="benchmark", lease_seconds=30),
            lambda job: transitions.complete(job, {}),
        ]
        job = None
        for name, step in zip(STEPS, steps, strict=True):
            began = time.perf_counter()
            job = step(job)
            taken[name].append((time.perf_counter() - began) * 1_000)


def beside(orders: Connection, *, days: int, rounds: int) -> dict[str, Any]:
    """Alone and beside the pruning, in turn: what disturbs the machine disturbs both."""
    alone, beside_it = ({name: [] for name in STEPS} for _ in range(2))
    overlapped = []
    lives({name: [] for name in STEPS})
    for number in range(rounds):
        lives(alone)
        orders.send((days - 1 - number, True))
        began = time.monotonic()
        lives(beside_it)
        took = time.monotonic() - began
        _, pruned_for, _ = orders.recv()
        overlapped.append(min(1.0, pruned_for / took))
    figures = {}
    for name in STEPS:
        both = [(percentile(times[name], 50), percentile(times[name], 95)) for times in (alone, beside_it)]
        figures[name] = {"alone": both[0], "beside": both[1]}
        print(
            f"{name:9} alone p50 {both[0][0]:5.2f} p95 {both[0][1]:5.2f} ms   beside pruning p50 {both[1][0]:5.2f}"
            f" p95 {both[1][1]:5.2f} ms   × {both[1][0] / both[0][0]:.2f}, × {both[1][1] / both[0][1]:.2f}"
        )
    print(f"pruning ran for {statistics.mean(overlapped):.0%} of the time of those beside it")
    return {**figures, "overlap": overlapped}


def flat(orders: Connection, *, first: int, jobs: int, history: int) -> dict[str, Any]:
    taken: list[dict[str, Any]] = []
    for day in range(first, 0, -1):
        add_day(0, jobs=jobs, history=history)
        orders.send((day, False))
        gone, seconds, batches = orders.recv()
        taken.append({"day": day, "gone": gone, "seconds": seconds, "longest": max(batches, default=0), **sizes()})
        if day % 5 == 0 or day == 1:
            told = "  ".join(f"{table} {taken[-1][table]:.0f}" for table in TABLES)
            longest = 1_000 * max(row["longest"] for row in taken)
            rate = gone["workflow_jobs"] / seconds
            print(f"{len(taken):3} days  MB: {told}   {rate:.0f} jobs/s, page ≤ {longest:.0f} ms")
    return {"days": taken, "counters": counters()}


def main() -> None:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    facts = machine()
    jobs = options.jobs // options.days
    with prepare():
        execute("ALTER SYSTEM SET autovacuum_naptime = '5s'")
        execute("SELECT pg_reload_conf()")
        if options.scale_factor is not None:
            for table in TABLES:
                execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = {options.scale_factor})")
        for day in range(options.days, 0, -1):
            add_day(day, jobs=jobs, history=options.history)
        execute("ANALYZE")
        made = jobs * options.days
        print(f"{made} jobs, {made * options.history} history rows, load {facts['load_before']:.1f}")
        before = sizes()
        with pruner() as orders:
            figures = {"before": before, "beside": beside(orders, days=options.days, rounds=options.rounds)}
            figures["flat"] = flat(orders, first=options.days - 1 - options.rounds, jobs=jobs, history=options.history)
        for table, (updates, hot, vacuums) in figures["flat"]["counters"].items():
            print(f"{table}: {updates} updates, {hot} of them in place (HOT); vacuumed {vacuums} times")
        print(f"kept in {keep(f'retention-{options.scale_factor}', facts, figures)}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=200_000)
    parser.add_argument("--history", type=int, default=10, help="rows for each job")
    parser.add_argument("--days", type=int, default=40, help="over which the jobs are spread")
    parser.add_argument("--rounds", type=int, default=8, help="days that are pruned beside the timed lives")
    parser.add_argument("--scale-factor", type=float, help="autovacuum's for the four tables; else the migrations'")
    return parser.parse_args()


if __name__ == "__main__":
    main()
