"""Post one review: all comments at once, once per head, and nothing for a head that is no longer the head."""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.utils import timezone

from integrations.github.types import ReviewComment
from jobs.attempts import Attempt
from reviews import purposes
from reviews.code_host import github
from reviews.comments import comment_body, review_body
from reviews.context import ReviewContext
from reviews.effects import HELD_SECONDS, perform_once
from reviews.eligibility import Skip, SkipReason
from reviews.findings import Finding, Placement
from reviews.footers import footer
from reviews.job_page import job_page
from reviews.markers import marker
from reviews.models import Effect
from reviews.narrowing import lines_github_shows, post_with_fewer
from reviews.replacements import Replacement
from reviews.suggestions import suggestions_for

#: Why a finding is in the body although its line seemed to be part of the diff.
NOT_TAKEN = "GitHub took no comment on its line"


def post(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with the id of the review on GitHub, and its findings as they stand in it.

    With nothing to say, nothing is posted.
    """
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
    not_taken: list[Finding] = []
    review_id = perform_once(
        attempt,
        intent,
        find=lambda marker: _find(context, marker),
        write=lambda marker: _write(attempt, context, told, marker, not_taken),
    )
    return replace(context, github_review_id=review_id, findings=_as_told(context.findings, not_taken))


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
    if pull.locked:
        raise Skip(SkipReason.LOCKED)
    return None


def _write(
    attempt: Attempt, context: ReviewContext, told: Sequence[Finding], marker: str, not_taken: list[Finding]
) -> str:
    """The id of the review, posted now; what GitHub took no comment on is added to `not_taken`."""
    inline = [finding for finding in told if finding.placement is Placement.INLINE]
    folded = [finding for finding in told if finding.placement is Placement.BODY]
    suggestions = suggestions_for(context, inline)

    def write(on_lines: Sequence[Finding]) -> str:
        attempt.hold_lease(HELD_SECONDS)
        off_their_lines = [finding for finding in inline if finding not in on_lines]
        body = _body(attempt, context, on_lines, [*off_their_lines, *folded], marker)
        comments = [_comment(finding, suggestions.get(finding)) for finding in on_lines]
        return _posted(attempt, context, body, comments)

    review_id, taken = post_with_fewer(inline, write, lambda: lines_github_shows(context))
    not_taken += [finding for finding in inline if finding not in taken]
    return review_id


def _posted(attempt: Attempt, context: ReviewContext, body: str, comments: Sequence[ReviewComment]) -> str:
    """The id of the review, posted now; a worker that was frozen since it looked finds that out at the last moment."""
    _, number = context.where
    review = github().post_review(
        context.repository,
        number,
        head_sha=context.head_sha,
        body=body,
        comments=comments,
        before_send=attempt.check,
    )
    return str(review.id)


def _comment(finding: Finding, suggested: Replacement | None) -> ReviewComment:
    """On the line of the finding, or on those for which others are suggested."""
    if suggested is None:
        return ReviewComment(finding.path, finding.line, comment_body(finding))
    start = suggested.start if suggested.start < suggested.end else None
    return ReviewComment(finding.path, suggested.end, comment_body(finding, suggested.lines), start_line=start)


def _body(
    attempt: Attempt, context: ReviewContext, inline: Sequence[Finding], folded: Sequence[Finding], marker: str
) -> str:
    return review_body(
        marker=marker,
        head_sha=context.head_sha,
        inline=inline,
        folded=folded,
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


def _as_told(findings: Sequence[Finding], not_taken: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(
        finding.placed(Placement.BODY, NOT_TAKEN) if finding in not_taken else finding for finding in findings
    )
