"""Post one review: all comments at once, once per head, and nothing for a head that is no longer the head."""

from collections.abc import Sequence
from dataclasses import replace

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
from reviews.narrowing import lines_github_shows, post_with_fewer
from reviews.records import record_posted
from reviews.replacements import Replacement
from reviews.suggestions import suggestions_for

#: Why a finding is in the summary although its line seemed to be part of the diff.
NOT_TAKEN = "GitHub took no comment on its line"


def post(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with the id of the review on GitHub, and its findings as they stand in it.

    With nothing to say on a line, nothing is posted.
    """
    inline = [finding for finding in context.findings if finding.placement is Placement.INLINE]
    if context.is_local or not inline:
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
        write=lambda marker: _write(attempt, context, inline, marker),
    )
    context = replace(context, github_review_id=review_id, findings=_as_posted(context, review_id))
    record_posted(attempt, context)
    return context


def marker_of(repository_id: int, number: int, head_sha: str, purpose: str) -> str:
    return marker("review", repository_id, number, head_sha, *([purpose] if purposes.is_full(purpose) else []))


def refuse_if_over(context: ReviewContext) -> None:
    """Skip when there is nothing left to write about on the pull request."""
    _, number = context.where
    pull = github().pull_request(context.repository, number)
    if pull.head_sha != context.head_sha:
        raise Skip(SkipReason.SUPERSEDED)
    if pull.state != "open":
        raise Skip(SkipReason.CLOSED)
    if pull.locked:
        raise Skip(SkipReason.LOCKED)


def _find(context: ReviewContext, marker: str) -> str | None:
    """Our review, if it is there. Skip when it is not and there is nothing left to post it on."""
    _, number = context.where
    for review in github().list_reviews(context.repository, number):
        if marker in review.body:
            return str(review.id)
    refuse_if_over(context)
    return None


def _write(attempt: Attempt, context: ReviewContext, inline: Sequence[Finding], marker: str) -> str:
    """The id of the review, posted now."""
    suggestions = suggestions_for(context, inline)

    def write(on_lines: Sequence[Finding]) -> str:
        attempt.hold_lease(HELD_SECONDS)
        body = review_body(marker=marker, head_sha=context.head_sha, inline=on_lines)
        comments = [_comment(context, finding, suggestions.get(finding)) for finding in on_lines]
        return _posted(attempt, context, body, comments)

    review_id, _ = post_with_fewer(inline, write, lambda: lines_github_shows(context))
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


def _comment(context: ReviewContext, finding: Finding, suggested: Replacement | None) -> ReviewComment:
    """On the line of the finding, or on those for which others are suggested."""
    sign = _marker_of_finding(context, finding)
    if suggested is None:
        return ReviewComment(finding.path, finding.line, f"{comment_body(finding)}\n\n{sign}")
    start = suggested.start if suggested.start < suggested.end else None
    body = f"{comment_body(finding, suggested.lines)}\n\n{sign}"
    return ReviewComment(finding.path, suggested.end, body, start_line=start)


def _marker_of_finding(context: ReviewContext, finding: Finding) -> str:
    return marker("finding", *context.where, finding.fingerprint)


def _as_posted(context: ReviewContext, review_id: str) -> tuple[Finding, ...]:
    """The findings as they stand in the review, whoever posted it: only GitHub knows which comments it took."""
    _, number = context.where
    comments = github().list_review_comments(context.repository, number, int(review_id))

    def as_posted(finding: Finding) -> Finding:
        sign = _marker_of_finding(context, finding)
        comment_id = next((comment.id for comment in comments if sign in comment.body), None)
        return replace(finding, comment_id=comment_id) if comment_id else finding.placed(Placement.BODY, NOT_TAKEN)

    return tuple(
        as_posted(finding) if finding.placement is Placement.INLINE else finding for finding in context.findings
    )
