from datetime import UTC, datetime

import psycopg
import pytest

from benchmarks.scale import fill as filling
from benchmarks.scale.plans import faults

BIG = 1_000


@pytest.fixture(scope="module")
def cursor(new_database):
    with psycopg.connect(new_database(), autocommit=True) as connection:
        until = datetime(2026, 11, 30, 12, tzinfo=UTC)
        filling.fill(connection, jobs=3_000, seed=7, until=until, tell=lambda _: None)
        yield connection.cursor()


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("SELECT count(*) FROM workflow_jobs", []),
        ("SELECT count(*) FROM workflow_jobs WHERE status = %s", ["COMPLETED"]),
        ("SELECT count(*) FROM (SELECT id FROM workflow_jobs LIMIT 2000) few", []),
        ("WITH all_jobs AS MATERIALIZED (SELECT status FROM workflow_jobs) SELECT count(*) FROM all_jobs", []),
    ],
)
def test_a_count_of_a_big_table_is_a_fault(cursor, sql, parameters):
    assert any("counts or sums up" in fault for fault in faults(cursor, sql, parameters, big=BIG))


def test_a_count_that_stops_is_none(cursor):
    sql = "SELECT count(*) FROM (SELECT id FROM workflow_jobs ORDER BY id LIMIT 500) few"
    assert faults(cursor, sql, [], big=BIG) == set()


def test_a_sort_of_many_rows_is_a_fault_however_few_are_shown(cursor):
    assert faults(cursor, "SELECT * FROM workflow_jobs ORDER BY error_message LIMIT 1", [], big=BIG) == {
        "reads all of workflow_jobs",
        "sorts some 3,000 rows",
    }


def test_reading_a_big_table_through_is_a_fault_even_to_find_one_row(cursor):
    sql = "SELECT id FROM workflow_jobs WHERE error_message = %s"
    assert faults(cursor, sql, ["none says this"], big=BIG) == {"reads all of workflow_jobs"}


def test_reading_a_small_table_through_is_none(cursor):
    assert faults(cursor, "SELECT count(*) FROM gates", [], big=BIG) == set()


@pytest.mark.parametrize("sql", ["SET LOCAL statement_timeout = '1s'", "UPDATE gates SET reason = ''"])
def test_what_reads_nothing_is_not_looked_at(cursor, sql):
    assert faults(cursor, sql, [], big=0) == set()
