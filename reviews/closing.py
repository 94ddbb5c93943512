"""Close the check run of a review that failed or was withdrawn.

Such a review has no attempt left that could do it, and the end of a job is a transaction, where no network call
belongs: so the end makes a small job of its own, which closes the check and is retried like any other.

A worker that is in the middle of a write when its job is withdrawn, or does not know of it yet, may open the check, or
say that it is in progress, after it was closed. So a second job looks again when no such write can be on its way.
"""

from datetime import timedelta

from django.dispatch import receiver

from integrations.github.errors import RequestRefused
from integrations.github.types import CheckOutput
from jobs.attempts import Attempt
from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.outcomes import Completed
from jobs.signals import job_finished
from jobs.states import JobStatus, WorkflowType
from reviews.check_runs import PURPOSE, find_check
from reviews.code_host import gates_of, github
from reviews.comments import escape
from reviews.effects import last_write_takes
from reviews.models import Effect

_LEFT_OPEN = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})


@receiver(job_finished, sender=WorkflowType.CODE_REVIEW)
def close_what_is_left_open(job: WorkflowJob, **_: object) -> None:
    """Enqueue both closings in the transaction that ends the review."""
    if job.status not in _LEFT_OPEN or not Effect.objects.filter(job_id=job.id, purpose=PURPOSE).exists():
        return
    for look, delay in {"first look": timedelta(), "second look": last_write_takes()}.items():
        enqueue(
            WorkflowType.CHECK_CLOSING,
            {"review_job_id": str(job.id)},
            dedupe_key=f"{job.id}, attempt {job.attempt}, {look}",
            organization=job.organization,
            subject=job.subject,
            correlation_id=job.correlation_id,
            gates=gates_of(job.payload.get("installation_id")),
            delay=delay,
        )


def close_check_of(attempt: Attempt) -> Completed:
    """Complete the check, unless the review was retried or pruned, or another job has taken the check over since."""
    job = WorkflowJob.objects.filter(id=attempt.payload["review_job_id"]).first()
    effect = Effect.objects.filter(job_id=attempt.payload["review_job_id"], purpose=PURPOSE).first()
    if job is None or job.status not in _LEFT_OPEN or effect is None:
        return Completed({"outcome": "NOT_NEEDED"})
    repository = job.payload["repository"]
    check = find_check(repository, effect.head_sha, effect.marker)
    if check is None:
        return Completed({"outcome": "NEVER_OPENED"})
    if check.status == "completed":
        return Completed({"outcome": "IS_CLOSED", "check_run_id": check.id})
    conclusion, output = _verdict(job)
    try:
        github().update_check_run(
            repository,
            check.id,
            status="completed",
            conclusion=conclusion,
            output=output,
            before_send=attempt.check,
        )
    except RequestRefused as error:
        return Completed({"outcome": "REFUSED", "reason": str(error)})
    return Completed({"outcome": "CLOSED", "check_run_id": check.id, "conclusion": conclusion})


def _verdict(job: WorkflowJob) -> tuple[str, CheckOutput]:
    """Never red: that we failed says nothing about the change."""
    if job.status == JobStatus.CANCELLED:
        return "cancelled", CheckOutput("Cancelled", escape(job.reason) or "The review was cancelled.")
    return "neutral", CheckOutput("The review failed", f"{job.error_type}. It says nothing about the change.")
