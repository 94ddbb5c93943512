"""The check run of a review on GitHub: opened once per head, moved along, and always closed.

A check shows how the review goes; it never decides whether there is one. A token that may not write checks (only
GitHub Apps may) gets a review without a check. Our own failures are neutral, never red.
"""

from collections.abc import Sized
from datetime import UTC, timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from integrations.github.errors import GitHubError, RateLimited, RequestRefused
from integrations.github.types import CheckOutput, CheckRun
from jobs.attempts import Attempt
from reviews.code_host import github
from reviews.comments import code, escape, fitting, not_tried_again
from reviews.context import ReviewContext
from reviews.effects import perform_once
from reviews.eligibility import ADVICE, SkipReason
from reviews.findings import Severity
from reviews.job_page import job_page
from reviews.models import Effect, EffectState, Outcome
from reviews.records import outcome_of

log = structlog.get_logger(__name__)

NAME = "Kodus review"
PURPOSE = "check"
#: A finding at least this severe makes the check red.
FAILING = Severity.HIGH
#: In bytes; GitHub takes 65,535 characters.
_MAX_SUMMARY = 60_000


def open_check(attempt: Attempt, context: ReviewContext) -> None:
    """Have a check run for this head that is ours to close. Its external id is the id of the job that made it."""
    repository_id, number = context.where
    intent = Effect(
        repository_id=repository_id,
        number=number,
        head_sha=context.head_sha,
        purpose=PURPOSE,
        marker=str(attempt.job_id),
    )
    try:
        perform_once(
            attempt,
            intent,
            find=lambda external_id: _id(find_check(context.repository, context.head_sha, external_id)),
            write=lambda external_id: _create(attempt, context, external_id),
        )
    except RequestRefused as error:
        log.warning("check run refused", repository=context.repository, error=str(error))


def show_progress(attempt: Attempt, context: ReviewContext, text: str) -> None:
    """Say in the check what is being done. A failure to say so is not a failure to do it."""
    check_run_id = _ours(attempt, context)
    if check_run_id is None:
        return
    try:
        github().update_check_run(
            context.repository,
            check_run_id,
            status="in_progress",
            output=CheckOutput(text, text + "."),
            before_send=attempt.check,
        )
    except GitHubError as error:
        log.warning("check run not updated", repository=context.repository, error=str(error))


def show_wait(attempt: Attempt, context: ReviewContext, limit: RateLimited) -> None:
    """Say in the check until when GitHub has asked us to wait, unless it takes nothing at all until then."""
    if limit.used_up:
        return
    until = timezone.now() + timedelta(seconds=limit.retry_after, minutes=1)
    show_progress(attempt, context, f"Waiting for GitHub's limit until {until.astimezone(UTC):%H:%M} UTC")


def close_check(attempt: Attempt, context: ReviewContext) -> None:
    """Complete the check with what came of the review, if this job has it open."""
    conclusion, output = verdict(context)
    complete_check(attempt, context, conclusion=conclusion, output=output)


def complete_check(attempt: Attempt, context: ReviewContext, *, conclusion: str, output: CheckOutput) -> None:
    check_run_id = _ours(attempt, context)
    if check_run_id is None:
        return
    try:
        github().update_check_run(
            context.repository,
            check_run_id,
            status="completed",
            conclusion=conclusion,
            output=output,
            before_send=attempt.check,
        )
    except RequestRefused as error:
        log.warning("check run refused", repository=context.repository, error=str(error))


def find_check(repository: str, head_sha: str, external_id: str) -> CheckRun | None:
    runs = github().list_check_runs(repository, head_sha, NAME)
    return next((run for run in runs if run.external_id == external_id), None)


def verdict(context: ReviewContext) -> tuple[str, CheckOutput]:
    """The conclusion and text of the check for what came of the review."""
    outcome, reason = outcome_of(context)
    told = [finding for finding in context.findings if finding.is_open]
    if outcome == Outcome.SKIPPED:
        advice = "\n".join([ADVICE[SkipReason(reason)], *_notes(context)])
        return "skipped", CheckOutput(f"Skipped: {reason}", advice)
    title = _count(told, "finding") + (", and a note on the configuration" if context.notes else "")
    summary = _summary(context)
    if any(finding.severity.rank >= FAILING.rank for finding in told):
        return "failure", CheckOutput(title, summary)
    if outcome == Outcome.PARTIAL:
        return "neutral", CheckOutput(f"Partial review: {title[0].lower()}{title[1:]}", summary)
    return "success", CheckOutput(title, summary)


def _summary(context: ReviewContext) -> str:
    lines = [f"{_count(context.files, 'file')} reviewed."]
    lines += [f"- {escape(text)}" for text in (*context.settled, *context.shortfalls)]
    lines += [f"- {not_tried_again(settings.REVIEW_COMMAND)}"] if context.shortfalls else []
    lines += _notes(context)
    lines += [f"- left out, {why}: {code(path)}" for path, why in context.left_out]
    return "\n".join(fitting(lines, _MAX_SUMMARY))


def _notes(context: ReviewContext) -> list[str]:
    return [f"- configuration: {escape(text)}" for text in context.notes]


def _count(things: Sized, noun: str) -> str:
    return f"{len(things) or 'No'} {noun}{'' if len(things) == 1 else 's'}"


def _ours(attempt: Attempt, context: ReviewContext) -> int | None:
    """The check run this job opened or took over; another job's is not ours to write."""
    if context.is_local:
        return None
    repository_id, number = context.where
    effect = Effect.objects.filter(
        repository_id=repository_id,
        number=number,
        head_sha=context.head_sha,
        purpose=PURPOSE,
        state=EffectState.DONE,
        job_id=attempt.job_id,
    ).first()
    return int(effect.external_id) if effect else None


def _create(attempt: Attempt, context: ReviewContext, external_id: str) -> str:
    run = github().create_check_run(
        context.repository,
        name=NAME,
        head_sha=context.head_sha,
        status="queued",
        external_id=external_id,
        output=CheckOutput("Waiting to start", "The review waits to start."),
        details_url=job_page(attempt.job_id),
        before_send=attempt.check,
    )
    return str(run.id)


def _id(check: CheckRun | None) -> str | None:
    return str(check.id) if check else None
