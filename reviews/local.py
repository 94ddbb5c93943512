"""Review two commits of a repository on this machine: the same job, run in this process, posted nowhere."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from integrations.git.errors import GitError
from integrations.git.mirror import open_mirror
from jobs import transitions
from jobs.errors import TransitionRefused
from jobs.inline import run_until_final
from jobs.models import WorkflowJob
from jobs.states import JobStatus
from reviews.configuration.levels import Effective
from reviews.configuration.reading import effective_configuration
from reviews.context import Origin, ReviewContext
from reviews.findings import Finding, Placement, Severity, most_severe_first
from reviews.models import Finding as FindingRow
from reviews.models import Review
from reviews.reports import Report
from reviews.requests import LOCAL_ORGANIZATION, local_name, request_local_review


class NotReviewable(Exception):
    """There is nothing to review under this path and these names."""


class ReviewFailed(Exception):
    """The review did not end well."""


def commits_of(path: Path, *refs: str) -> list[str]:
    """The full ids of the commits these names stand for; NotReviewable when one stands for none."""
    if not path.is_dir():
        raise NotReviewable(f"{path} is no folder")
    try:
        mirror = open_mirror(settings.MIRRORS_DIR, local_name(path), str(path))
        return [mirror.resolve(ref) for ref in refs]
    except GitError as error:
        raise NotReviewable(f"{path}: {error}") from error


def configuration_at(path: Path, base_sha: str) -> Effective:
    """What holds for a change based on this commit."""
    return effective_configuration(
        ReviewContext(
            origin=Origin.LOCAL,
            organization=LOCAL_ORGANIZATION,
            repository=local_name(path),
            path=str(path),
            base_sha=base_sha,
            head_sha=base_sha,
        )
    )


def review_locally(
    path: Path,
    *,
    base_sha: str,
    head_sha: str,
    on_start: Callable[[WorkflowJob], None],
    on_change: Callable[[WorkflowJob], None],
) -> Report:
    """Run the review and the graph job it waits for to their end. ReviewFailed when that is no good one."""
    job = request_local_review(path, base_sha=base_sha, head_sha=head_sha).job
    on_start(job)
    try:
        job = run_until_final(job.id, on_change=on_change)
    finally:
        _leave_nothing_live(job)
    if job.status != JobStatus.COMPLETED:
        raise ReviewFailed(f"{job.status}: {job.error_type} {job.error_message or job.reason}".strip())
    return report_of(Review.objects.get(job_id=job.id))


def report_of(review: Review) -> Report:
    """The findings worth showing; what the funnel dropped stays in the rows."""
    shown = FindingRow.objects.filter(review=review).exclude(placement=Placement.DROPPED)
    return Report(
        outcome=review.outcome,
        reason=review.reason,
        base_sha=review.base_sha,
        head_sha=review.head_sha,
        files=review.files,
        findings=most_severe_first(_finding(row) for row in shown),
    )


def _finding(row: FindingRow) -> Finding:
    return Finding(
        rule=row.rule,
        path=row.path,
        line=row.line,
        end_line=row.end_line,
        severity=Severity(row.severity),
        message=row.message,
        fingerprint=row.fingerprint,
        placement=Placement(row.placement),
        reason=row.reason,
    )


def _leave_nothing_live(job: WorkflowJob) -> None:
    """An interrupted review must not leave a job that the next one would wait for."""
    for left in WorkflowJob.objects.filter(correlation_id=job.correlation_id):
        try:
            transitions.cancel(left.id, actor="review command", reason="interrupted")
        except TransitionRefused:  # it has ended
            continue
