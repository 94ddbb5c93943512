"""Who handles which workflow type, and everything particular to that type, in one place.

    @job_handler(WorkflowType.CODE_REVIEW, handler_type=HandlerType.PIPELINE, queue="workflow.jobs.code_review")
    def review(attempt: Attempt) -> Completed: ...

Each app's `handlers.py` is imported at start (apps.py), so that registering is all an app has to do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from jobs.attempts import Attempt
from jobs.errors import UnknownWorkflowType
from jobs.outcomes import Completed
from jobs.retry import PATIENCE, RetryPolicy
from jobs.states import HandlerType, WorkflowType

Handler = Callable[[Attempt], Completed]


@dataclass(frozen=True, slots=True)
class HandlerSpec:
    """Limits are in seconds: `soft_time_limit` raises in the handler, `time_limit` ends the worker's child."""

    workflow_type: WorkflowType
    handler: Handler
    handler_type: HandlerType
    queue: str
    retry: RetryPolicy
    soft_time_limit: int
    time_limit: int


_specs: dict[str, HandlerSpec] = {}


def job_handler(
    workflow_type: WorkflowType,
    *,
    handler_type: HandlerType,
    queue: str,
    max_retries: int = 3,
    retry_backoff: int = 2,
    retry_backoff_max: int = 300,
    retry_jitter: bool = True,
    patience: timedelta = PATIENCE,
    soft_time_limit: int = 20 * 60,
    time_limit: int = 22 * 60,
) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of a workflow type. The last registration wins."""
    policy = RetryPolicy(max_retries, retry_backoff, retry_backoff_max, retry_jitter, patience)

    def register(handler: Handler) -> Handler:
        _specs[workflow_type] = HandlerSpec(
            workflow_type, handler, handler_type, queue, policy, soft_time_limit, time_limit
        )
        return handler

    return register


def spec_of(workflow_type: str) -> HandlerSpec:
    try:
        return _specs[workflow_type]
    except KeyError:
        raise UnknownWorkflowType(workflow_type) from None


def registered() -> tuple[HandlerSpec, ...]:
    return tuple(_specs.values())
