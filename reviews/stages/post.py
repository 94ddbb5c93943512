"""Post one review: all comments at once, once per head, and nothing for a head that is no longer the head."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from integrations.github.errors import ValidationFailed
from integrations.github.types import ReviewComment
from jobs.attempts import Attempt
from reviews import purposes
from reviews.code_host import github
from reviews.comments import comment_body, review_body
from reviews.context import ReviewContext
from reviews.effects import HELD_SECONDS, perform_once
from reviews.eligibility import Skip, SkipReason
from reviews.findings import Finding, Placement
from reviews.markers import marker
from reviews.models import Effect

log = structlog.get_logger(__name__)


def post(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with the id of the review on GitHub. With nothing to say, nothing is posted."""
    told = [finding for finding in context.findings if finding.placement is not Placement.DROPPED]
    if context.is_local or not told:
        return context
    repository_id, number = context.where
    intent = Effect(
        repository_id=repository_id,
        number=number,
        head_sha=context.head_sha,
        purpose=context.purpose,
        marker=marker_of(repository_id, number, context.head_sha, context.purpose),
    )
    review_id = perform_once(
        attempt,
        intent,
        find=lambda marker: _find(context, marker),
        write=lambda marker: _write(attempt, context, told, marker),
    )
    return replace(context, github_review_id=review_id)


def marker_of(repository_id: int, number: int, head_sha: str, purpose: str) -> str:
    return marker("review", repository_id, number, head_sha, *([purpose] if purposes.is_full(purpose) else []))


def _find(context: ReviewContext, marker: str) -> str | None:
    """Our review, if it is there. Skip when it is not and there is nothing left to post it on."""
    _, number = context.where
    for review in github().list_reviews(context.repository, number):
        if marker in review.body:
            return str(review.id)
    pull = github().pull_request(context.repository, number)
    if pull.head_sha != context.head_sha:
        raise Skip(SkipReason.SUPERSEDED)
    if pull.state != "open":
        raise Skip(SkipReason.CLOSED)
    return None


def _write(attempt: Attempt, context: ReviewContext, told: Sequence[Finding], marker: str) -> str:
    inline = [finding for finding in told if finding.placement is Placement.INLINE]
    folded = [finding for finding in told if finding.placement is Placement.BODY]
    try:
        return _posted(attempt, context, inline, folded, marker)
    except ValidationFailed as error:
        if not inline:
            raise
        # GitHub took none of it and does not say which comment it minds: better all in the body than nothing.
        log.warning("review refused, posted without inline comments", errors=error.errors)
        attempt.hold_lease(HELD_SECONDS)
        return _posted(attempt, context, [], [*inline, *folded], marker)


def _posted(
    attempt: Attempt, context: ReviewContext, inline: Sequence[Finding], folded: Sequence[Finding], marker: str
) -> str:
    """The id of the review, posted now; a worker that was frozen since it looked finds that out at the last moment."""
    _, number = context.where
    body = review_body(
        marker=marker,
        head_sha=context.head_sha,
        inline=inline,
        folded=folded,
        shortfalls=context.shortfalls,
        notes=context.notes,
    )
    comments = [ReviewComment(finding.path, finding.line, comment_body(finding)) for finding in inline]
    review = github().post_review(
        context.repository,
        number,
        head_sha=context.head_sha,
        body=body,
        comments=comments,
        before_send=attempt.check,
    )
    return str(review.id)
