"""What is kept of a review, and what an earlier one already said."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from jobs.attempts import Attempt
from jobs.stored_json import clean_text
from reviews import purposes
from reviews.context import ReviewContext
from reviews.findings import Finding, Placement, digest_of
from reviews.models import Finding as FindingRow
from reviews.models import Outcome, Review
from reviews.threads import Told

#: The reason of a review that has posted its comments and is not done yet, or never will be.
UNFINISHED = "unfinished"


def is_reviewed(repository_id: int, number: int, head_sha: str, *, purpose: str = purposes.REVIEW) -> bool:
    """Whether this head has the review of that purpose; a full review does for the plain one, too."""
    reviews = Review.objects.filter(
        repository_id=repository_id,
        number=number,
        head_sha=head_sha,
        outcome__in=[Outcome.REVIEWED, Outcome.PARTIAL],
    )
    return (reviews.filter(purpose=purpose) if purposes.is_full(purpose) else reviews).exists()


def posted_fingerprints(context: ReviewContext) -> dict[str, Placement]:
    """How this pull request was told what it was told in reviews of other heads; to a full review it does not matter.

    A finding that was once on a line has its thread there, wherever it was listed since. One that was fixed since and
    is back is told again.
    """
    if context.is_local or purposes.is_full(context.purpose):
        return {}
    rows = _told_at_other_heads(context)
    told = dict(rows.filter(placement=Placement.BODY).values_list("fingerprint", "placement"))
    told |= dict(rows.filter(placement=Placement.INLINE).values_list("fingerprint", "placement"))
    return {fingerprint: Placement(placement) for fingerprint, placement in told.items()}


def last_reviewed_head(context: ReviewContext) -> str:
    """The head that was last reviewed in full; empty when there is none, and for a full review.

    One whose review is partial does not count: what was not looked at there may be told of the next.
    """
    if context.is_local or purposes.is_full(context.purpose):
        return ""
    reviews = Review.objects.filter(
        repository_id=context.repository_id, number=context.number, outcome=Outcome.REVIEWED
    ).exclude(head_sha=context.head_sha)
    return reviews.order_by("-updated_at").values_list("head_sha", flat=True).first() or ""


def digests_at(context: ReviewContext, head_sha: str) -> frozenset[str]:
    """Of everything that was found at that head, told or not."""
    rows = FindingRow.objects.filter(
        review__repository_id=context.repository_id, review__number=context.number, review__head_sha=head_sha
    )
    return frozenset(digest_of(fingerprint) for fingerprint in rows.values_list("fingerprint", flat=True))


def told_earlier(context: ReviewContext) -> list[Told]:
    """What was told at other heads and is not known to be fixed, in the order in which it was told."""
    if context.is_local:
        return []
    rows = _told_at_other_heads(context).select_related("review").order_by("id")
    return [
        Told(
            row_id=row.pk,
            rule=row.rule,
            path=row.path,
            line=row.line,
            fingerprint=row.fingerprint,
            head_sha=row.review.head_sha,
            comment_id=row.comment_id,
        )
        for row in rows
    ]


def mark_fixed(told: Told, head_sha: str) -> None:
    FindingRow.objects.filter(pk=told.row_id).update(fixed_in=head_sha)


def _told_at_other_heads(context: ReviewContext) -> QuerySet[FindingRow]:
    rows = FindingRow.objects.filter(
        posted=True, fixed_in="", review__repository_id=context.repository_id, review__number=context.number
    )
    return rows.exclude(review__head_sha=context.head_sha)


def outcome_of(context: ReviewContext) -> tuple[Outcome, str]:
    """The outcome and its reason."""
    if context.skipped:
        return Outcome.SKIPPED, context.skipped
    if context.shortfalls:
        return Outcome.PARTIAL, " ".join(context.shortfalls)
    return Outcome.REVIEWED, ""


def record(attempt: Attempt, context: ReviewContext) -> Review:
    """Write the review and its findings. The same again changes nothing; a skip never replaces a review."""
    attempt.check()
    key = _key(attempt, context)
    with transaction.atomic():
        standing = Review.objects.filter(**key).exclude(outcome=Outcome.SKIPPED).first()
        if standing and context.skipped:
            return standing
        review, _ = Review.objects.update_or_create(defaults=_values(attempt, context), **key)
        review.findings.all().delete()
        FindingRow.objects.bulk_create(_row(review, context, finding) for finding in context.findings)
    return review


def record_posted(attempt: Attempt, context: ReviewContext) -> None:
    """What is on GitHub is in the rows, also when the review never ends: the next one must know what was told."""
    record(attempt, replace(context, skipped=UNFINISHED))


def _key(attempt: Attempt, context: ReviewContext) -> dict[str, Any]:
    if context.is_local:
        return {"job_id": attempt.job_id}
    return {
        "repository_id": context.repository_id,
        "number": context.number,
        "head_sha": context.head_sha,
        "purpose": context.purpose,
    }


def _values(attempt: Attempt, context: ReviewContext) -> dict[str, Any]:
    outcome, reason = outcome_of(context)
    placed = Counter(finding.placement for finding in context.findings)
    return {
        "job_id": attempt.job_id,
        "origin": context.origin,
        "organization": context.organization,
        "repository": clean_text(context.repository),
        "head_sha": context.head_sha,
        "base_sha": context.base_sha,
        "outcome": outcome,
        "reason": reason,
        "files": len(context.files),
        "findings_inline": placed[Placement.INLINE],
        "findings_in_body": placed[Placement.BODY],
        "findings_dropped": placed[Placement.DROPPED] + placed[Placement.TOLD],
        "github_review_id": context.github_review_id,
        "updated_at": datetime.now(UTC),
    }


def _row(review: Review, context: ReviewContext, finding: Finding) -> FindingRow:
    return FindingRow(
        review=review,
        rule=finding.rule,
        path=clean_text(finding.path),
        line=finding.line,
        end_line=finding.end_line,
        severity=finding.severity,
        message=clean_text(finding.message),
        fingerprint=finding.fingerprint,
        placement=finding.placement,
        reason=finding.reason,
        posted=_is_posted(context, finding),
        comment_id=finding.comment_id,
        fixed_in="",
        thumbs_up=0,
        thumbs_down=0,
    )


def _is_posted(context: ReviewContext, finding: Finding) -> bool:
    match finding.placement:
        case Placement.INLINE:
            return bool(context.github_review_id)
        case Placement.BODY:
            return bool(context.summary_id)
        case _:
            return False
