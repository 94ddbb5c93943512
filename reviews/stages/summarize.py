"""Keep the one summary of a pull request: a comment on its conversation, made once and then edited in place.

    may an older review still be writing it? wait  ▸  the comment, made or found  ▸  its edition for this head

A pull request that never had a finding has no summary. Each edition bears the head it tells of, so that an edit whose
answer was lost is found; and because the edit of an older head could arrive late, nobody edits until it cannot.
"""

from dataclasses import replace
from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from integrations.github.errors import NotFound, RequestRefused
from jobs.attempts import Attempt
from jobs.models import WorkflowJob
from reviews import purposes
from reviews.code_host import github
from reviews.comments import summary_body
from reviews.context import ReviewContext
from reviews.effects import forget, last_write_takes, perform_once
from reviews.footers import footer
from reviews.job_page import job_page
from reviews.markers import marker
from reviews.models import Effect, EffectState
from reviews.stages.post import refuse_if_over

log = structlog.get_logger(__name__)

PURPOSE = "summary"
#: How much earlier than its intent the comment may seem to have been written.
_LOOK_BACK = timedelta(minutes=1)


class SummaryBeingWritten(Exception):
    """An older review of this pull request may still be writing its summary."""

    permanent = False

    def __init__(self, seconds: float) -> None:
        super().__init__(self.__doc__)
        self.retry_after = seconds


def summarize(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with the id of the summary, which tells of this head now. Skip when another head is the head."""
    if context.is_local or not (any(finding.is_open for finding in context.findings) or _made(context)):
        return context
    _wait_for_older_writes(attempt, context)
    try:
        return replace(context, summary_id=_edited(attempt, context))
    except RequestRefused as error:
        log.warning("summary refused", repository=context.repository, error=str(error))
        return context.with_shortfall("The summary could not be written: what is not on a line is told nowhere.")


def _edited(attempt: Attempt, context: ReviewContext) -> str:
    """The id of the comment, which tells of this head now."""
    try:
        return _edition(attempt, context, _comment(attempt, context))
    except NotFound:
        made = _made(context)
        if made is None:
            raise
        log.info("summary was deleted, made anew", comment_id=made.external_id)
        forget(made)
        return _edition(attempt, context, _comment(attempt, context))


def _comment(attempt: Attempt, context: ReviewContext) -> str:
    """The id of the summary: the one of the pull request, or a new one that tells of this head from the start."""
    return perform_once(
        attempt,
        _effect(context, head_sha="", purpose=PURPOSE, marker=_marker(context)),
        find=lambda sign: _find_comment(context, sign),
        write=lambda _: _post(attempt, context),
    )


def _edition(attempt: Attempt, context: ReviewContext, comment_id: str) -> str:
    full = f" {context.purpose}" if purposes.is_full(context.purpose) else ""
    return perform_once(
        attempt,
        _effect(context, head_sha=context.head_sha, purpose=f"{PURPOSE}{full}", marker=_edition_marker(context)),
        find=lambda sign: _find_edition(context, int(comment_id), sign),
        write=lambda _: _edit(attempt, context, int(comment_id)),
    )


def _find_comment(context: ReviewContext, sign: str) -> str | None:
    _, number = context.where
    began = Effect.objects.get(**_key(context), head_sha="", purpose=PURPOSE).at
    comments = github().list_issue_comments(context.repository, number, since=began - _LOOK_BACK)
    found = next((str(comment.id) for comment in comments if sign in comment.body), None)
    if found is None:
        refuse_if_over(context)
    return found


def _find_edition(context: ReviewContext, comment_id: int, sign: str) -> str | None:
    if sign in github().issue_comment(context.repository, comment_id).body:
        return str(comment_id)
    refuse_if_over(context)
    return None


def _post(attempt: Attempt, context: ReviewContext) -> str:
    _, number = context.where
    body = _body(attempt, context)
    return str(github().post_issue_comment(context.repository, number, body, before_send=attempt.check).id)


def _edit(attempt: Attempt, context: ReviewContext, comment_id: int) -> str:
    body = _body(attempt, context)
    return str(github().edit_issue_comment(context.repository, comment_id, body, before_send=attempt.check).id)


def _body(attempt: Attempt, context: ReviewContext) -> str:
    return summary_body(
        marker=f"{_edition_marker(context)}\n{_marker(context)}",
        head_sha=context.head_sha,
        findings=[finding for finding in context.findings if finding.is_open],
        settled=context.settled,
        shortfalls=context.shortfalls,
        notes=context.notes,
        command=settings.REVIEW_COMMAND,
        footer=footer(
            at=timezone.now(),
            head_sha=context.head_sha,
            configured_by=context.configured_by,
            command=settings.REVIEW_COMMAND,
            job_page=job_page(attempt.job_id),
        ),
    )


def _wait_for_older_writes(attempt: Attempt, context: ReviewContext) -> None:
    """An edit that a withdrawn review had sent may arrive after ours; a comment, after we found none."""
    begun = Effect.objects.filter(**_key(context), purpose__startswith=PURPOSE).exclude(state=EffectState.DONE)
    jobs = WorkflowJob.objects.filter(id__in=begun.exclude(job_id=attempt.job_id).values("job_id"))
    ends = [(job.finished_at or timezone.now()) + last_write_takes() for job in jobs]
    seconds = (max(ends, default=timezone.now()) - timezone.now()).total_seconds()
    if seconds > 0:
        raise SummaryBeingWritten(seconds)


def _made(context: ReviewContext) -> Effect | None:
    return Effect.objects.filter(**_key(context), head_sha="", purpose=PURPOSE).first()


def _effect(context: ReviewContext, *, head_sha: str, purpose: str, marker: str) -> Effect:
    return Effect(**_key(context), head_sha=head_sha, purpose=purpose, marker=marker)


def _key(context: ReviewContext) -> dict[str, int]:
    repository_id, number = context.where
    return {"repository_id": repository_id, "number": number}


def _marker(context: ReviewContext) -> str:
    return marker("summary", *context.where)


def _edition_marker(context: ReviewContext) -> str:
    return marker("edition", *context.where, context.head_sha, context.purpose)
