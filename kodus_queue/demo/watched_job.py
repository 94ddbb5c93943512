"""A job's life in the terminal: one line per row of its history, as the rows appear."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import psycopg
from psycopg.rows import class_row
from rich.console import Console

from integrations.github.standin import Delivery

POLL_SECONDS = 0.03
NEW_ROWS = """
SELECT history.id, job.id::text AS job_id, job.workflow_type, history.verb, history.to_status, history.attempt,
       history.stage, history.detail, history.at
  FROM job_execution_history history JOIN workflow_jobs job ON job.id = history.job_id
 WHERE job.correlation_id = %s AND history.id > %s ORDER BY history.id
"""
# What a person calls each step; the history keeps the engine's verbs.
REVIEW_WORDS = {
    "enqueue": "received",
    "claim": "processing",
    "pause": "waiting for the code graph",
    "resume": "resumed",
    "expire": "resumed without the graph",
    "retry": "will retry",
    "rescue": "rescued",
    "complete": "reviewed",
    "fail": "failed",
}
GRAPH_WORDS = {"enqueue": "code graph asked for", "claim": "building", "complete": "built", "fail": "failed"}
COLOURS = {"WAITING_FOR_EVENT": "yellow", "COMPLETED": "green", "FAILED": "red", "PROCESSING": "cyan"}


@dataclass(frozen=True, slots=True)
class Step:
    id: int
    job_id: str
    workflow_type: str
    verb: str
    to_status: str
    attempt: int
    stage: str
    detail: dict[str, Any]
    at: datetime

    @property
    def is_review(self) -> bool:
        return self.workflow_type == "CODE_REVIEW"

    @property
    def ends_review(self) -> bool:
        return self.is_review and self.to_status in {"COMPLETED", "FAILED", "CANCELLED"}


def watch(console: Console, database_url: str, delivery: Delivery, *, seconds: float) -> bool:
    """Print the steps of the jobs a delivery led to; True when the review completed within `seconds`."""
    milliseconds = delivery.duration_seconds * 1000
    console.print(f"Delivery {delivery.id}: {delivery.status} after {milliseconds:.0f} ms")
    if delivery.status != HTTPStatus.ACCEPTED:
        console.print(f"It was not accepted: {delivery.answer}", style="bold red", markup=False)
        return False
    with console.status("working"):
        for step in _steps(database_url, delivery, seconds=seconds):
            since = (step.at - delivery.sent_at).total_seconds()
            console.print(f"[dim]{since:7.3f} s[/]  {_line(step)}")
            if step.ends_review:
                return step.to_status == "COMPLETED"
    console.print(f"No end within {seconds:.0f} s; the logs may tell why.", style="bold red")
    return False


def _steps(database_url: str, delivery: Delivery, *, seconds: float) -> Iterator[Step]:
    deadline, last = time.monotonic() + seconds, 0
    with psycopg.connect(database_url, autocommit=True, row_factory=class_row(Step)) as connection:
        while time.monotonic() < deadline:
            for step in connection.execute(NEW_ROWS, (delivery.id, last)).fetchall():
                last = step.id
                yield step
            time.sleep(POLL_SECONDS)


def _line(step: Step) -> str:
    colour = COLOURS.get(step.to_status, "white")
    who = "review" if step.is_review else "  graph"
    if step.verb == "checkpoint":
        return f"[dim]{who:<9}{step.stage.replace('_', ' ')} done[/]"
    words = REVIEW_WORDS if step.is_review else GRAPH_WORDS
    return f"{who:<9}[{colour}]{words.get(step.verb, step.verb)}[/]{_remark(step)}"


def _remark(step: Step) -> str:
    if step.verb == "enqueue" and step.is_review:
        return f" [dim]job {step.job_id}[/]"
    if step.verb == "fail":
        return f" {step.detail.get('error_type', '')}: {step.detail.get('error_message', '')}"
    if step.is_review and step.verb == "claim" and step.attempt > 1:
        return f" [dim]attempt {step.attempt}[/]"
    return ""
