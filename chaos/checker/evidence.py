"""All that is known of a campaign after it: the stand-in's log, the faults', the processes', and the tables.

Times are seconds of CLOCK_MONOTONIC, which all processes of a machine share; those of the database are turned into it.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

Fact = dict[str, Any]

_QUERIES: dict[str, LiteralString] = {
    "workflow_jobs": "SELECT * FROM workflow_jobs ORDER BY id",
    "job_execution_history": "SELECT * FROM job_execution_history ORDER BY id",
    "webhook_deliveries": """SELECT id, delivery_id::text, event, encode(body_sha256, 'hex') AS stored_sha256,
                                    encode(sha256(body), 'hex') AS body_sha256, repository, verdict, reason, job_id
                               FROM webhook_deliveries""",
    "outbox_messages": "SELECT * FROM outbox_messages",
    "workflow_events": "SELECT * FROM workflow_events ORDER BY id",
    "inbox_messages": "SELECT * FROM inbox_messages",
    "effects": "SELECT * FROM effects",
    "reviews": "SELECT * FROM reviews",
}


@dataclass(frozen=True)
class Evidence:
    """`tables` are the rows by table; `logs` the processes' own; `secrets` what must be found nowhere.

    `vitals` are what the service said of itself when all work had ended; `rested` what it held of its machine before
    the faults and after them, and `ended` what was still there when it had been told to end.
    """

    github: list[Fact]
    faults: list[Fact]
    tables: dict[str, list[Fact]]
    logs: dict[str, Path] = field(default_factory=dict)
    dump: str = ""
    secrets: tuple[str, ...] = ()
    vitals: Fact = field(default_factory=dict)
    rested: tuple[dict[str, int], dict[str, int]] = ({}, {})
    ended: dict[str, int] = field(default_factory=dict)
    clock_offset: float = field(default_factory=lambda: time.time() - time.monotonic())

    def rows(self, table: str) -> list[Fact]:
        return self.tables.get(table, [])

    def facts(self, kind: str) -> Iterator[Fact]:
        return (fact for fact in self.github if fact["fact"] == kind)

    def seconds(self, moment: datetime) -> float:
        return moment.timestamp() - self.clock_offset

    @cached_property
    def jobs(self) -> dict[Any, Fact]:
        return {job["id"]: job for job in self.rows("workflow_jobs")}

    @cached_property
    def history(self) -> dict[Any, list[Fact]]:
        """The rows of each job, in order."""
        found: dict[Any, list[Fact]] = defaultdict(list)
        for row in self.rows("job_execution_history"):
            found[row["job_id"]].append(row)
        return found

    @cached_property
    def deliveries(self) -> dict[str, Fact]:
        """By GitHub's delivery id."""
        return {row["delivery_id"]: row for row in self.rows("webhook_deliveries")}


def read_lines(path: Path) -> list[Fact]:
    """The JSON lines of a file; what a kill tore apart is left out."""
    found: list[Fact] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def read_tables(database_url: str) -> dict[str, list[Fact]]:
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        return {table: connection.execute(query).fetchall() for table, query in _QUERIES.items()}
