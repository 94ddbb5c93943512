"""The measured job: it stamps and ends. With a `wait` in its payload it pauses first, and stamps once resumed."""

from datetime import timedelta

from benchmarks.stamps import stamp
from jobs.attempts import Attempt
from jobs.outcomes import Completed, WaitForEvent
from jobs.registry import job_handler
from jobs.states import EventType, HandlerType, OnTimeout, WorkflowType

QUEUE = "workflow.jobs.code_review"


def measured(attempt: Attempt) -> Completed:
    key = attempt.payload.get("wait")
    if key and not attempt.wake:
        raise WaitForEvent(
            EventType.AST_COMPLETED, scope="", key=key, timeout=timedelta(minutes=10), on_timeout=OnTimeout.FAIL
        )
    stamp()
    return Completed({})


def register() -> None:
    """Take the place of the product's handler."""
    job_handler(WorkflowType.CODE_REVIEW, handler_type=HandlerType.TASK, queue=QUEUE)(measured)
