"""What jobs are found by, besides their ids: whose they are, what their payload names, and the traces they are in.

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
    # Of whatever made the job: `00-<trace id>-<span id>-01`. Those of its attempts are added with each claim.
    "trace": "substr(traceparent, 4, 32)",
}

_NAMED = ", ".join(f"('{name}', {column})" for name, column in COLUMNS.items())


def store(rows: str) -> str:
    """SQL that stores the keys of the jobs in `rows`, where they are not stored yet."""
    return f"""
    INSERT INTO job_keys (key, job_id)
    SELECT DISTINCT hashtextextended(named.name || ':' || named.value, 0), job.id
      FROM {rows} job, LATERAL (VALUES {_NAMED}) named (name, value)
     WHERE named.value <> '' ON CONFLICT DO NOTHING"""  # noqa: S608 - constants


#: A part of a claim: the job is found by the trace of the attempt that begins.
TRACED = """, traced AS (
  INSERT INTO job_keys (key, job_id)
  SELECT hashtextextended('trace:' || %(trace_id)s, 0), id FROM moved ON CONFLICT DO NOTHING)"""


def key_of(name: str, value: str) -> str:
    """SQL for the key of a value, which is SQL too. Two values may share one key: look at the row as well."""
    return f"hashtextextended('{name}:' || {value}, 0)"


def forget(job_ids: Sequence[UUID]) -> None:
    """Delete the keys of these jobs, which are still there with their history. Those of a head that a job gave up
    stay: they lead to nothing.
    """
    sql = f"""
    DELETE FROM job_keys USING workflow_jobs job, LATERAL (
             SELECT name, value FROM (VALUES {_NAMED}) named (name, value)
              UNION ALL
             SELECT 'trace', detail->>'trace_id' FROM job_execution_history history WHERE history.job_id = job.id
           ) named (name, value)
     WHERE job.id = ANY(%s) AND named.value <> '' AND job_keys.job_id = job.id
       AND job_keys.key = hashtextextended(named.name || ':' || named.value, 0)"""  # noqa: S608 - constants
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(job_ids)])
