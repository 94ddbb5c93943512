"""The databases are filled once per run; what is in them is asked in SQL, as they belong to no Django test."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg
import pytest

from benchmarks.scale import fill as filling
from benchmarks.scale.catalogue import parts_of
from benchmarks.scale.plan import FEWEST_ORGANIZATIONS
from benchmarks.scale.tables import FILLINGS
from jobs import keys
from jobs.states import TRANSITIONS, JobStatus, Verb

UNTIL = datetime(2026, 11, 30, 12, tzinfo=UTC)
JOBS = 3_000


def fill(url, *, seed=7):
    connection = psycopg.connect(url, autocommit=True)
    before = parts(connection)
    filling.fill(connection, jobs=JOBS, seed=seed, until=UNTIL, tell=lambda _: None)
    assert parts(connection) == before
    return connection


def parts(connection):
    """Indexes and constraints by name: PostgreSQL words a definition anew each time, as in a restored dump."""
    return {(part.table, part.name, part.kind) for part in parts_of(connection, tuple(FILLINGS))}


@pytest.fixture(scope="module")
def filled(new_database):
    with fill(new_database()) as connection:
        yield connection


@pytest.fixture(scope="module")
def ask(filled):
    return lambda sql: filled.execute(sql).fetchall()


def rows_of(connection):
    """All rows, in an order, without the numbers that sequences gave."""
    return {
        table: sorted(
            json.dumps({**row, "id": row.get("id") if table == "workflow_jobs" else ""}, sort_keys=True)
            for (row,) in connection.execute(f"SELECT to_jsonb(each) FROM {table} each")  # noqa: S608 - our own names
        )
        for table in FILLINGS
    }


def test_every_table_is_filled(ask):
    assert [table for table in FILLINGS if not ask(f"TABLE {table} LIMIT 1")] == []


def test_a_job_has_some_ten_history_rows(ask):
    assert 9 <= ask("SELECT count(*) FROM job_execution_history")[0][0] / JOBS <= 12


def test_every_history_row_is_one_of_the_state_machine(ask):
    written = ask("SELECT DISTINCT verb, from_status, to_status FROM job_execution_history")
    assert [row for row in written if not TRANSITIONS[Verb(row[0])].allows(row[1], row[2])] == []


def test_a_history_row_begins_where_the_one_before_ended(ask):
    sql = """SELECT count(*) FROM (SELECT from_status, lag(to_status) OVER one AS before, at,
             lag(at) OVER one AS earlier FROM job_execution_history
             WINDOW one AS (PARTITION BY job_id ORDER BY id)) step
             WHERE from_status IS DISTINCT FROM before OR at < earlier"""
    assert ask(sql) == [(0,)]


def test_a_job_is_as_its_last_history_row_left_it(ask):
    sql = """SELECT count(*), count(*) FILTER (WHERE row(job.status, job.attempt, job.dispatch, job.fence, job.stage)
                    = row(last.to_status, last.attempt, last.dispatch, last.fence, last.stage))
             FROM workflow_jobs job CROSS JOIN LATERAL (SELECT * FROM job_execution_history WHERE job_id = job.id
             ORDER BY id DESC LIMIT 1) last"""
    assert ask(sql) == [(JOBS, JOBS)]


def test_an_id_tells_when_the_job_was_made(ask):
    told = ask("SELECT id, created_at FROM workflow_jobs")
    assert {job_id.version for job_id, _ in told} == {7}
    assert all(abs((job_id.int >> 80) - created_at.timestamp() * 1_000) <= 1 for job_id, created_at in told)


def test_nothing_happened_after_the_time_that_is_told(ask):
    assert ask("SELECT count(*) FROM job_execution_history WHERE at > '2026-11-30 12:00+00'") == [(0,)]
    first, last = ask("SELECT min(created_at), max(created_at) FROM workflow_jobs")[0]
    assert timedelta(days=89) < last - first < timedelta(days=91)


def test_jobs_of_every_status_are_there_and_most_are_completed(ask):
    counts = dict(ask("SELECT status, count(*) FROM workflow_jobs GROUP BY 1"))
    assert set(counts) == set(JobStatus)
    assert counts["COMPLETED"] > 0.7 * JOBS


def test_the_live_jobs_are_of_the_last_two_hours(ask):
    live = "status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')"
    ((count, oldest),) = ask(f"SELECT count(*), min(created_at) FROM workflow_jobs WHERE {live}")  # noqa: S608 - above
    assert 400 < count < 600
    assert UNTIL - oldest <= timedelta(hours=2)


def test_exactly_the_runnable_jobs_have_a_message(ask):
    sql = """SELECT count(*) FROM workflow_jobs job FULL JOIN outbox_messages message
             ON message.job_id = job.id AND message.dispatch = job.dispatch
             WHERE (job.status IN ('PENDING', 'RETRYING')) IS DISTINCT FROM (message.id IS NOT NULL)"""
    assert ask(sql) == [(0,)]


def test_every_job_is_found_by_its_four_keys(ask):
    assert ask("SELECT count(*) FROM job_keys") == [(4 * JOBS,)]
    key = keys.key_of("head", "(payload->>'head_sha')")
    by_head = f"SELECT FROM job_keys WHERE job_id = job.id AND key = {key}"
    assert ask(f"SELECT count(*) FROM workflow_jobs job WHERE EXISTS ({by_head})") == [(JOBS,)]  # noqa: S608 - above


def test_an_organization_is_huge_and_many_are_small(ask):
    counts = [count for (count,) in ask("SELECT count(*) FROM workflow_jobs GROUP BY organization ORDER BY 1 DESC")]
    assert len(counts) == FEWEST_ORGANIZATIONS
    assert counts[0] > 0.1 * JOBS
    assert counts[len(counts) // 2] < counts[0] / 10


def test_a_review_is_of_its_job_and_a_delivery_leads_to_it(ask):
    sql = """SELECT count(*) FROM reviews review JOIN workflow_jobs job ON job.id = review.job_id
             JOIN webhook_deliveries delivery ON delivery.job_id = job.id
             WHERE delivery.delivery_id::text <> job.correlation_id OR delivery.repository <> review.repository
                OR job.payload ->> 'head_sha' <> review.head_sha"""
    assert ask(sql) == [(0,)]


def test_a_review_counts_its_findings(ask):
    sql = """SELECT count(*) FROM reviews WHERE outcome <> 'SKIPPED' AND findings_inline > 0 AND NOT EXISTS
             (SELECT FROM review_findings WHERE review_id = reviews.id)"""
    assert ask(sql) == [(0,)]


def test_the_next_row_gets_the_next_number(filled):
    with filled.transaction(force_rollback=True):
        sql = """INSERT INTO reviews (origin, organization, repository, head_sha, base_sha, purpose, outcome, reason,
                 files, findings_inline, findings_in_body, findings_dropped, github_review_id)
                 VALUES ('github', '', 'octo/app', 'a', 'b', 'review', 'REVIEWED', '', 0, 0, 0, 0, '') RETURNING id"""
        assert filled.execute(sql).fetchone()[0] > JOBS


def test_the_same_seed_makes_the_same_rows_in_however_many_steps(filled, new_database, monkeypatch):
    monkeypatch.setattr(filling, "CHUNK", 700)
    with fill(new_database()) as again:
        assert rows_of(again) == rows_of(filled)


def test_another_seed_makes_other_rows(filled, new_database):
    ids = partial(psycopg.Connection.execute, query="SELECT id FROM workflow_jobs")
    with fill(new_database(), seed=8) as other:
        assert not set(ids(other)) & set(ids(filled))


def test_a_database_with_jobs_is_left_alone(filled):
    with pytest.raises(ValueError, match="jobs in this database already"):
        filling.fill(filled, jobs=10, seed=7, until=UNTIL, tell=lambda _: None)
    assert filled.execute("SELECT count(*) FROM workflow_jobs").fetchone() == (JOBS,)
