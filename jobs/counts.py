"""Transitions, counted by the process that made them once they have committed: what was undone did not happen.

Used by statement.py, which sees every transition. A process that is killed before it heard of the commit has not
counted that one.
"""

from functools import partial

from django.db import transaction

from jobs.models import WorkflowJob
from jobs.states import JobStatus, Verb
from telemetry import counters

#: What a job that ended is counted as.
OUTCOMES = {
    Verb.COMPLETE: "completed",
    Verb.FAIL: "failed",
    Verb.RESCUE: "quarantined",
    Verb.CANCEL: "cancelled",
    Verb.SUPERSEDE: "superseded",
}
#: The verbs by which an attempt ends with the error that stands in its row.
_FAILURES = frozenset({Verb.FAIL, Verb.RETRY, Verb.RESCUE})


def count_after_commit(verb: Verb, moved: WorkflowJob) -> None:
    transaction.on_commit(partial(_count, verb, moved), robust=True)


def _count(verb: Verb, moved: WorkflowJob) -> None:
    kind = moved.workflow_type
    counters.TRANSITIONS.add(kind, verb)
    if verb == Verb.CLAIM:
        counters.QUEUE_SECONDS.observe((moved.updated_at - moved.due_at).total_seconds(), moved.queue)
    if verb in _FAILURES:
        counters.FAILED_ATTEMPTS.add(kind, moved.error_class)
    if moved.finished_at and moved.status != JobStatus.PENDING:
        counters.FINISHED.add(kind, OUTCOMES[verb])
        counters.JOB_SECONDS.observe((moved.finished_at - moved.created_at).total_seconds(), kind, OUTCOMES[verb])
