"""The jobs of this room: to review, to close the check of a review that cannot do it itself, to answer a command."""

from typing import Any

from celeryconfig import COMMAND_QUEUE
from jobs.attempts import Attempt
from jobs.outcomes import Completed
from jobs.registry import job_handler
from jobs.states import HandlerType, WorkflowType
from reviews.check_runs import close_check
from reviews.closing import close_check_of
from reviews.commands.answering import answer
from reviews.models import Review
from reviews.pipeline import run_pipeline
from reviews.records import record


@job_handler(
    WorkflowType.CODE_REVIEW,
    handler_type=HandlerType.PIPELINE,
    queue="workflow.jobs.code_review",
    max_retries=5,
    retry_backoff=2,
    retry_backoff_max=300,
    soft_time_limit=1_200,
    time_limit=1_320,
)
def review_pull_request(attempt: Attempt) -> Completed:
    context = run_pipeline(attempt)
    review = record(attempt, context)
    close_check(attempt, context)
    return Completed(_summary(review, skipped=context.skipped))


job_handler(
    WorkflowType.CHECK_CLOSING,
    handler_type=HandlerType.TASK,
    queue="workflow.jobs.code_review",
    max_retries=8,
    retry_backoff=4,
    retry_backoff_max=600,
    soft_time_limit=120,
    time_limit=150,
)(close_check_of)

job_handler(
    WorkflowType.COMMAND_ANSWER,
    handler_type=HandlerType.TASK,
    queue=COMMAND_QUEUE,
    max_retries=8,
    retry_backoff=2,
    retry_backoff_max=300,
    # An answer that tells of the configuration may be the first to fetch the repository.
    soft_time_limit=1_200,
    time_limit=1_320,
)(answer)


def _summary(review: Review, *, skipped: str) -> dict[str, Any]:
    if skipped:
        return {"outcome": "SKIPPED", "reason": skipped}
    return {
        "outcome": review.outcome,
        "reason": review.reason,
        "review_id": review.pk,
        "github_review_id": review.github_review_id,
        "files": review.files,
        "inline": review.findings_inline,
        "in_body": review.findings_in_body,
        "dropped": review.findings_dropped,
    }
