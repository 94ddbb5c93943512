"""What jobs are found by, besides their ids: whose they are, and what their payload names.

One row per name and job, in an index that ends in the job's id, which sorts by time: the newest jobs of a repository
are one walk through it, however many there are. A table of its own, because a job's row is written a dozen times in
its life and each index on it as often; what it is about changes once at most.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

#: By name, the SQL over a job's row that gives its value; null or empty where a job has none. What fewer jobs share
#: comes first.
COLUMNS = {
    "head": "payload->>'head_sha'",
    "author": "payload->>'author'",
    "repository": "payload->>'repository'",
    "organization": "organization",
}

_NAMED = ", ".join(f"('{name}', {column})" for name, column in COLUMNS.items())


def store(rows: str) -> str:
    """SQL that stores the keys of the jobs in `rows`, where they are not stored yet."""
    return f"""
    INSERT INTO job_keys (key, job_id)
    SELECT DISTINCT hashtextextended(named.name || ':' || named.value, 0), job.id
      FROM {rows} job, LATERAL (VALUES {_NAMED}) named (name, value)
     WHERE named.value <> '' ON CONFLICT DO NOTHING"""  # noqa: S608 - constants


def key_of(name: str, value: str) -> str:
    """SQL for the key of a value, which is SQL too. Two values may share one key: look at the row as well."""
    return f"hashtextextended('{name}:' || {value}, 0)"


def forget(job_ids: Sequence[UUID]) -> None:
    """Delete the keys of these jobs, which are still there. Those of a head that a job gave up stay: they lead to
    nothing.
    """
    sql = f"""
    DELETE FROM job_keys USING workflow_jobs job, LATERAL (VALUES {_NAMED}) named (name, value)
     WHERE job.id = ANY(%s) AND named.value <> '' AND job_keys.job_id = job.id
       AND job_keys.key = hashtextextended(named.name || ':' || named.value, 0)"""  # noqa: S608 - constants
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(job_ids)])
