"""One change through the review's own pipeline, as `manage.py review` runs it, and what it said and took.

Nothing is measured from outside: the seconds of a stage are those between the rows of its job's history, those of a
part of the stage `find` are in its log.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jobs.models import JobExecutionHistory, WorkflowJob
from jobs.states import Verb, WorkflowType
from reviews.findings import Placement
from reviews.local import ReviewFailed, review_locally
from reviews.models import Finding, Review

#: What `reviews.stages.find` says of each part of itself.
PART = "looked for findings"
#: Beside the outcomes of a review: there is none.
FAILED = "FAILED"
#: One JSON object: `outcome`, `reason`, `files`, `findings`, `seconds` by stage, `parts` of find in seconds, `graph`.
Row = dict[str, Any]


def review(repository: Path, base_sha: str, head_sha: str) -> Row:
    """What the review of head against base came to. A review that fails is a row too, with why."""
    started: list[WorkflowJob] = []
    with listening() as parts:
        try:
            review_locally(
                repository,
                base_sha=base_sha,
                head_sha=head_sha,
                on_start=started.append,
                on_change=lambda _job: None,
            )
        except ReviewFailed as error:
            return {"outcome": FAILED, "reason": str(error), "files": 0, "findings": []}
    return _row(started[0]) | {"parts": parts}


def told(row: Row) -> list[Row]:
    """The findings an author would see: inline or in the review's text."""
    return [finding for finding in row["findings"] if finding["placement"] != Placement.DROPPED]


@contextmanager
def listening() -> Iterator[dict[str, float]]:
    """Seconds by part of the stage `find`, as its log tells them while the block lasts. Nothing is printed."""
    parts: dict[str, float] = {}
    handler, root = _Parts(parts), logging.getLogger()
    before, root.handlers[:] = [*root.handlers], [handler]
    try:
        yield parts
    finally:
        root.handlers[:] = before


class _Parts(logging.Handler):
    def __init__(self, parts: dict[str, float]) -> None:
        super().__init__()
        self._parts = parts

    def emit(self, record: logging.LogRecord) -> None:
        said: Any = record.msg
        if isinstance(said, dict) and said.get("event") == PART:
            self._parts[said["part"]] = said["seconds"]


def _row(job: WorkflowJob) -> Row:
    review = Review.objects.get(job_id=job.id)
    graph_job = WorkflowJob.objects.filter(
        workflow_type=WorkflowType.AST_ANALYSIS, correlation_id=job.correlation_id
    ).first()
    return {
        "outcome": review.outcome,
        "reason": review.reason,
        "files": review.files,
        "findings": [_finding(row) for row in Finding.objects.filter(review=review).order_by("path", "line", "rule")],
        "seconds": _seconds_by_stage(job),
        "graph": graph_job and _graph(graph_job),
    }


def _finding(row: Finding) -> Row:
    names = ("rule", "path", "line", "end_line", "severity", "message", "placement", "reason")
    return {name: getattr(row, name) for name in names}


def _seconds_by_stage(job: WorkflowJob) -> dict[str, float]:
    """From one checkpoint to the next: the stage that waits for the graph takes as long as it waits."""
    seconds: dict[str, float] = {}
    since = None
    for step in JobExecutionHistory.objects.filter(job=job, verb__in=[Verb.CLAIM, Verb.CHECKPOINT]).order_by("id"):
        if step.verb == Verb.CHECKPOINT and since:
            seconds[step.stage] = round((step.at - since).total_seconds(), 3)
        if step.verb == Verb.CHECKPOINT or since is None:
            since = step.at
    return seconds


def _graph(job: WorkflowJob) -> Row:
    """How long the job ran that built the graphs, with its own counts."""
    steps = JobExecutionHistory.objects.filter(job=job, verb__in=[Verb.CLAIM, Verb.COMPLETE, Verb.FAIL]).order_by("id")
    at = [step.at for step in steps]
    return {**(job.outcome or {}), "seconds": round((at[-1] - at[0]).total_seconds(), 3)}
